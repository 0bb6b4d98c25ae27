//! From scores to probabilities that mean what they say, and to decisions: temperatures, per-intent thresholds and
//! logistic scales, fitted on a split of its own. Leaves to others: the fitting (`training::calibrate`).

use serde::{Deserialize, Serialize};

use super::heads::{EMOTIONS, ESCALATION, INTENTS, OUT_OF_SCOPE, WISHES};
use crate::domain::{Emotion, Intent};

/// What the encoder makes of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Understanding {
    /// Every intent with its calibrated probability of being the main one, likeliest first.
    pub intents: Vec<(Intent, f32)>,
    /// The wishes that pass their thresholds, main one first; empty where nothing is sure.
    pub wishes: Vec<Intent>,
    /// The mood.
    pub emotion: Emotion,
    /// Its calibrated probability.
    pub emotion_probability: f32,
    /// 0 (surely shop business) to 1 (surely not).
    pub out_of_scope: f32,
    /// 0 to 1: must a person see this (danger, fraud, threat)? Patterns in `nlu` stand beside this score.
    pub escalation: f32,
    /// The message as a vector of length 1, for likeness.
    pub vector: Vec<f32>,
}

/// `1 / (1 + e^-(slope · score + offset))`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Steepness.
    pub slope: f32,
    /// Shift.
    pub offset: f32,
}

impl Logistic {
    /// The probability for a score.
    pub fn probability(self, score: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * score + self.offset)).exp())
    }
}

/// All that was fitted after training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Scores of intents are divided by this before the softmax.
    pub intent_temperature: f32,
    /// Likewise for emotions.
    pub emotion_temperature: f32,
    /// Added to each emotion's score: rare moods are not drowned by the neutral ones.
    pub emotion_offsets: Vec<f32>,
    /// The main intent counts from this probability on.
    pub main_threshold: Vec<f32>,
    /// Scale of the wishes' scores.
    pub wish: Logistic,
    /// A second wish counts from this probability on, per intent.
    pub wish_threshold: Vec<f32>,
    /// Scale of the out-of-scope score.
    pub out_of_scope: Logistic,
    /// From this out-of-scope score on a message is refused at 5 % false refusals.
    pub out_of_scope_threshold: f32,
    /// Scale of the escalation score.
    pub escalation: Logistic,
    /// From this escalation score on a person is called.
    pub escalation_threshold: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        let plain = Logistic { slope: 1.0, offset: 0.0 };
        Calibration {
            intent_temperature: 1.0,
            emotion_temperature: 1.0,
            emotion_offsets: vec![0.0; Emotion::ALL.len()],
            main_threshold: vec![0.35; Intent::ALL.len()],
            wish: plain,
            wish_threshold: vec![0.5; Intent::ALL.len()],
            out_of_scope: plain,
            out_of_scope_threshold: 0.5,
            escalation: plain,
            escalation_threshold: 0.5,
        }
    }
}

/// Most wishes told apart in one message.
const MOST_WISHES: usize = 3;

impl Calibration {
    /// Whether the lists have the sizes of the label sets and all numbers are numbers.
    pub fn fits(&self) -> bool {
        let lists = [&self.main_threshold, &self.wish_threshold, &self.emotion_offsets];
        self.main_threshold.len() == Intent::ALL.len()
            && self.wish_threshold.len() == Intent::ALL.len()
            && self.emotion_offsets.len() == Emotion::ALL.len()
            && self.intent_temperature > 0.0
            && self.emotion_temperature > 0.0
            && lists.iter().all(|list| list.iter().all(|value| value.is_finite()))
    }

    /// Reads one row of scores.
    pub fn decide(&self, scores: &[f32], vector: Vec<f32>) -> Understanding {
        let main = softmax(scores[INTENTS].iter().map(|score| score / self.intent_temperature));
        let mut intents: Vec<(Intent, f32)> = Intent::ALL.iter().copied().zip(main).collect();
        intents.sort_by(|a, b| b.1.total_cmp(&a.1));
        let moods = softmax(
            scores[EMOTIONS]
                .iter()
                .zip(&self.emotion_offsets)
                .map(|(score, offset)| (score + offset) / self.emotion_temperature),
        );
        let (emotion, emotion_probability) = Emotion::ALL
            .iter()
            .copied()
            .zip(moods)
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((Emotion::Neutral, 0.0));
        Understanding {
            wishes: self.wishes(&intents, &scores[WISHES]),
            intents,
            emotion,
            emotion_probability,
            out_of_scope: self.out_of_scope.probability(scores[OUT_OF_SCOPE]),
            escalation: self.escalation.probability(scores[ESCALATION]),
            vector,
        }
    }

    fn wishes(&self, ranked: &[(Intent, f32)], scores: &[f32]) -> Vec<Intent> {
        let place = |intent: Intent| Intent::ALL.iter().position(|other| *other == intent).unwrap_or(0);
        let Some((main, probability)) = ranked.first().copied() else { return Vec::new() };
        if probability < self.main_threshold[place(main)] {
            return Vec::new();
        }
        let mut others: Vec<(Intent, f32)> = ranked[1..]
            .iter()
            .map(|(intent, _)| (*intent, self.wish.probability(scores[place(*intent)])))
            .filter(|(intent, probability)| *probability >= self.wish_threshold[place(*intent)])
            .collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        std::iter::once(main).chain(others.into_iter().map(|(intent, _)| intent)).take(MOST_WISHES).collect()
    }
}

/// Softmax of a few scores.
pub fn softmax(scores: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = scores.collect();
    let top = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    values.iter_mut().for_each(|value| *value = (*value - top).exp());
    let sum: f32 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
    values
}
