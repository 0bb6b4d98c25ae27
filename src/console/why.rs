//! Why the bot said what it said: from the events of a turn, what was understood, which policy chose which action, what
//! was looked up and what came of it. Leaves to others: the page (`transcript`).

use super::masking::Masker;
use crate::domain::{Event, Meaning, StoredEvent};

/// How many intents are shown.
const INTENTS: usize = 5;

/// The reasons of one turn.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub(super) struct Why {
    /// jieba's words.
    pub words: Vec<String>,
    /// Things named: kind and text.
    pub entities: Vec<Named>,
    /// The likeliest intents with their probabilities in percent.
    pub ranked: Vec<Ranked>,
    /// Those that were sure enough to act on.
    pub intents: Vec<&'static str>,
    pub emotion: &'static str,
    pub emotion_percent: i64,
    pub out_of_scope: i64,
    pub escalation: i64,
    pub moves: Vec<&'static str>,
    /// Policy and action, in the order in which they came.
    pub steps: Vec<Step>,
    /// Slots that were filled.
    pub slots: Vec<Slot>,
    /// Wordings of the answer.
    pub keys: Vec<&'static str>,
    pub misunderstood: bool,
    pub changed: bool,
    pub has_meaning: bool,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Named {
    pub kind: &'static str,
    pub text: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Ranked {
    pub intent: &'static str,
    pub percent: i64,
    pub chosen: bool,
    /// The key that picks it, from 1.
    pub key: usize,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Step {
    pub policy: &'static str,
    pub action: &'static str,
    /// The questions that it put to the shop's database.
    pub looked_up: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Slot {
    pub slot: &'static str,
    pub value: String,
}

fn percent(probability: f32) -> i64 {
    // Between 0 and 100: the cast loses nothing.
    (probability.clamp(0.0, 1.0) * 100.0).round() as i64
}

impl Why {
    /// Of the events of one turn, the first of which is what arrived.
    pub fn of(turn: &[StoredEvent], masker: &Masker) -> Self {
        let mut why = Why::default();
        for stored in turn {
            match &stored.event {
                Event::Received { meaning: Some(meaning), .. } => why.understood(meaning, masker),
                Event::ActionRan { action, policy, .. } => {
                    let looked_up = Vec::new();
                    why.steps.push(Step { policy: policy.as_str(), action: action.as_str(), looked_up });
                }
                Event::LookedUp { questions } => {
                    if let Some(step) = why.steps.last_mut() {
                        step.looked_up.clone_from(questions);
                    }
                }
                Event::SlotSet { slot, value } => {
                    let value = masker.mask(&value.to_string());
                    why.slots.push(Slot { slot: slot.as_str(), value });
                }
                Event::Misunderstood => why.misunderstood = true,
                Event::Changed { .. } => why.changed = true,
                Event::Replied { messages } => {
                    why.keys.extend(messages.iter().filter_map(|message| message.key).map(|key| key.as_str()));
                }
                _ => {}
            }
        }
        why
    }

    fn understood(&mut self, meaning: &Meaning, masker: &Masker) {
        self.has_meaning = true;
        self.words = meaning.words.iter().map(|word| masker.mask(word)).collect();
        self.entities = meaning
            .entities
            .iter()
            .map(|entity| Named {
                kind: entity.value.kind().as_str(),
                text: masker.mask(&entity.text),
                value: masker.mask(&entity.value.to_string()),
            })
            .collect();
        self.ranked = (1..)
            .zip(meaning.ranked.iter().take(INTENTS))
            .map(|(key, scored)| Ranked {
                intent: scored.intent.as_str(),
                percent: percent(scored.probability),
                chosen: meaning.intents.contains(&scored.intent),
                key,
            })
            .collect();
        self.intents = meaning.intents.iter().map(|intent| intent.as_str()).collect();
        self.emotion = meaning.emotion.as_str();
        self.emotion_percent = percent(meaning.emotion_probability);
        self.out_of_scope = percent(meaning.out_of_scope);
        self.escalation = percent(meaning.escalation);
        self.moves = meaning.cues.iter().map(|cue| cue.as_str()).collect();
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        !self.has_meaning && self.steps.is_empty()
    }
}
