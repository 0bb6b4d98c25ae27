//! Fits temperatures, logistic scales and thresholds on a split of its own. Leaves to others: using them
//! (`inference::calibration`).

use super::messages::Message;
use crate::domain::{Emotion, Intent};
use crate::inference::heads::{EMOTIONS, ESCALATION, INTENTS, OUT_OF_SCOPE, WISHES};
use crate::inference::{Calibration, Logistic, Model, softmax};

/// One reader's "wrong" is right for a second reader this often. From the published figures of a linear SVM on the
/// same data: 0.758 accepted where one reader labelled, 0.820 where two did.
const SECOND_READER: f32 = 0.25;
/// Share of in-scope messages that may be refused.
const FALSE_REFUSALS: f32 = 0.04;
/// Share of harmless messages that may be escalated by the score alone.
const FALSE_ALARMS: f32 = 0.01;

/// Fits all of `model.calibration`.
pub fn calibrate(model: &mut Model, messages: &[Message]) {
    let scores: Vec<Vec<f32>> = messages
        .chunks(32)
        .flat_map(|chunk| {
            let pairs: Vec<(&str, Option<&str>)> =
                chunk.iter().map(|message| (message.text.as_str(), message.before.as_deref())).collect();
            model.score(&pairs).into_iter().map(|(scores, _)| scores).collect::<Vec<_>>()
        })
        .collect();
    let rows: Vec<(&Message, &[f32])> = messages.iter().zip(scores.iter().map(Vec::as_slice)).collect();
    // What was learned with less weight says less about how sure one may be.
    let labelled: Vec<(&Message, &[f32])> = rows
        .iter()
        .copied()
        .filter(|(message, _)| {
            !message.intents.is_empty() && message.weight >= 1.0 && message.out_of_scope != Some(true)
        })
        .collect();
    let mut fitted = Calibration { intent_temperature: intent_temperature(&labelled), ..Calibration::default() };
    (fitted.emotion_temperature, fitted.emotion_offsets) = emotions(&labelled);
    let place = |intent: &Intent| Intent::ALL.iter().position(|other| other == intent).unwrap_or(0);
    for (index, intent) in Intent::ALL.iter().enumerate() {
        let guesses: Vec<(f32, bool)> = labelled
            .iter()
            .filter_map(|(message, scores)| {
                let probabilities = softmax(scores[INTENTS].iter().map(|score| score / fitted.intent_temperature));
                let top = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))?;
                (top == index).then(|| (probabilities[top], message.intents.contains(intent)))
            })
            .collect();
        fitted.main_threshold[index] = precise_from(&guesses);
    }
    let wishes: Vec<(f32, bool)> = labelled
        .iter()
        .flat_map(|(message, scores)| {
            let listed: Vec<usize> = message.intents.iter().map(place).collect();
            (0..Intent::ALL.len()).map(move |index| (scores[WISHES][index], listed.contains(&index)))
        })
        .collect();
    fitted.wish = logistic(&wishes);
    for index in 0..Intent::ALL.len() {
        // A second wish beside another main one.
        let second: Vec<(f32, bool)> = labelled
            .iter()
            .filter(|(message, _)| place(&message.intents[0]) != index)
            .map(|(message, scores)| {
                let listed = message.intents.iter().any(|intent| place(intent) == index);
                (fitted.wish.probability(scores[WISHES][index]), listed)
            })
            .collect();
        fitted.wish_threshold[index] = best_threshold(&second);
    }
    let scope: Vec<(f32, bool)> =
        rows.iter().filter_map(|(message, scores)| Some((scores[OUT_OF_SCOPE], message.out_of_scope?))).collect();
    fitted.out_of_scope = logistic(&scope);
    fitted.out_of_scope_threshold = at_false_share(&scope, fitted.out_of_scope, FALSE_REFUSALS);
    let danger: Vec<(f32, bool)> =
        rows.iter().filter_map(|(message, scores)| Some((scores[ESCALATION], message.escalate?))).collect();
    fitted.escalation = logistic(&danger);
    fitted.escalation_threshold = at_false_share(&danger, fitted.escalation, FALSE_ALARMS);
    model.calibration = fitted;
}

fn intent_temperature(rows: &[(&Message, &[f32])]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        rows.iter()
            .map(|(message, scores)| {
                let probabilities = softmax(scores[INTENTS].iter().map(|score| score / temperature));
                let top = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
                let top = top.unwrap_or(0);
                let right = if message.intents.contains(&Intent::ALL[top]) { 1.0 } else { SECOND_READER };
                let probability = probabilities[top].clamp(1e-6, 1.0 - 1e-6);
                -f64::from(right * probability.ln() + (1.0 - right) * (1.0 - probability).ln())
            })
            .sum()
    };
    least((20..400).step_by(2).map(|step| step as f32 / 100.0), loss)
}

fn least(candidates: impl Iterator<Item = f32>, loss: impl Fn(f32) -> f64) -> f32 {
    candidates
        .map(|candidate| (candidate, loss(candidate)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(1.0, |(candidate, _)| candidate)
}

/// The offset of the low moods that finds them best without costing accuracy, then the temperature.
fn emotions(rows: &[(&Message, &[f32])]) -> (f32, Vec<f32>) {
    let known: Vec<(Emotion, &[f32])> =
        rows.iter().filter_map(|(message, scores)| Some((message.emotion?, &scores[EMOTIONS]))).collect();
    let offsets = |shift: f32| -> Vec<f32> {
        Emotion::ALL.iter().map(|emotion| if emotion.is_low() { shift } else { 0.0 }).collect()
    };
    let quality = |shift: f32| -> f64 {
        let offsets = offsets(shift);
        let (mut right, mut both, mut either) = (0usize, 0usize, 0usize);
        for (truth, scores) in &known {
            let top = (0..scores.len())
                .max_by(|a, b| (scores[*a] + offsets[*a]).total_cmp(&(scores[*b] + offsets[*b])))
                .unwrap_or(0);
            let guess = Emotion::ALL[top];
            right += usize::from(guess == *truth);
            both += usize::from(guess.is_low() && truth.is_low());
            either += usize::from(guess.is_low()) + usize::from(truth.is_low());
        }
        -(right as f64 / known.len().max(1) as f64 + 2.0 * both as f64 / either.max(1) as f64)
    };
    let shift = least((-20..=20).map(|step| step as f32 / 10.0), quality);
    let offsets = offsets(shift);
    let loss = |temperature: f32| -> f64 {
        known
            .iter()
            .map(|(truth, scores)| {
                let moods = softmax(scores.iter().zip(&offsets).map(|(score, offset)| (score + offset) / temperature));
                let place = Emotion::ALL.iter().position(|other| other == truth).unwrap_or(0);
                -f64::from(moods[place].max(1e-6).ln())
            })
            .sum()
    };
    (least((20..400).step_by(4).map(|step| step as f32 / 100.0), loss), offsets)
}

/// From which probability on guesses are right more often than not, with a little doubt added where they are few.
fn precise_from(guesses: &[(f32, bool)]) -> f32 {
    for step in 6..=14 {
        let threshold = step as f32 / 20.0;
        let kept: Vec<&(f32, bool)> = guesses.iter().filter(|(probability, _)| *probability >= threshold).collect();
        let right = kept.iter().filter(|(_, right)| *right).count() as f32;
        if (right + 1.2) / (kept.len() as f32 + 2.0) >= 0.6 {
            return threshold;
        }
    }
    0.7
}

/// The threshold with the best F1, kept near one half where there is little to see.
fn best_threshold(rows: &[(f32, bool)]) -> f32 {
    let positives = rows.iter().filter(|(_, listed)| *listed).count();
    if positives < 12 {
        return 0.5;
    }
    let quality = |threshold: f32| -> f64 {
        let hits = rows.iter().filter(|(p, listed)| *listed && *p >= threshold).count();
        let guesses = rows.iter().filter(|(p, _)| *p >= threshold).count();
        -(2.0 * hits as f64 / (guesses + positives) as f64)
    };
    least((6..=14).map(|step| step as f32 / 20.0), quality)
}

/// Logistic regression of one score, by Newton's method.
fn logistic(rows: &[(f32, bool)]) -> Logistic {
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..30 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (1e-3 * (slope - 1.0), 1e-3 * offset, 1e-3, 0.0, 1e-3);
        for (score, positive) in rows {
            let score = f64::from(*score);
            let p = 1.0 / (1.0 + (-(slope * score + offset)).exp());
            let (error, curve) = (p - f64::from(u8::from(*positive)), p * (1.0 - p));
            g0 += error * score;
            g1 += error;
            h00 += curve * score * score;
            h01 += curve * score;
            h11 += curve;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-9 {
            break;
        }
        slope -= ((h11 * g0 - h01 * g1) / determinant).clamp(-1.0, 1.0);
        offset -= ((h00 * g1 - h01 * g0) / determinant).clamp(-2.0, 2.0);
    }
    Logistic { slope: slope as f32, offset: offset as f32 }
}

/// The probability that so many of the negatives reach.
fn at_false_share(rows: &[(f32, bool)], scale: Logistic, share: f32) -> f32 {
    let mut negatives: Vec<f32> =
        rows.iter().filter(|(_, positive)| !positive).map(|(score, _)| scale.probability(*score)).collect();
    negatives.sort_by(|a, b| b.total_cmp(a));
    let at = (negatives.len() as f32 * share) as usize;
    negatives.get(at).copied().unwrap_or(0.5).clamp(0.02, 0.98)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logistic_scale_is_found() {
        let rows: Vec<(f32, bool)> =
            (-200..200).map(|i| (i as f32 / 50.0, (i * 7919i32).rem_euclid(97) < 48 + i / 4)).collect();
        let fitted = logistic(&rows);
        assert!(fitted.slope > 0.2 && fitted.probability(3.0) > 0.8 && fitted.probability(-3.0) < 0.2, "{fitted:?}");
        let threshold = at_false_share(&[(0.0, false), (1.0, false), (2.0, true)], fitted, 0.5);
        assert!((0.02..=0.98).contains(&threshold));
    }
}
