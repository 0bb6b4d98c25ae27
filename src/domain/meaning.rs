//! What one message means, as understood. Leaves to others: how it was found out (`nlu`).

use super::{Aspect, Cue, Emotion, Entity, EntityKind, EntityValue, Intent, Language, Slot};

/// An intent with its calibrated probability.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScoredIntent {
    /// The intent.
    pub intent: Intent,
    /// Calibrated probability, 0 to 1.
    pub probability: f32,
}

/// Everything understood from one message.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Meaning {
    /// The normalised text: simplified characters, half width, emoji named.
    pub normalized: String,
    /// jieba's words of the normalised text.
    pub words: Vec<String>,
    /// Things named, in order of the text.
    pub entities: Vec<Entity>,
    /// The likeliest intents, best first (at most five).
    pub ranked: Vec<ScoredIntent>,
    /// The wishes of this message that passed their thresholds, main one first; empty where nothing is sure.
    pub intents: Vec<Intent>,
    /// The mood.
    pub emotion: Emotion,
    /// Its probability.
    pub emotion_probability: f32,
    /// 0 (surely shop business) to 1 (surely not).
    pub out_of_scope: f32,
    /// 0 (ordinary) to 1 (a person must see this at once).
    pub escalation: f32,
    /// Moves in the conversation that are no wish of their own.
    #[serde(default)]
    pub cues: Vec<Cue>,
    /// Sides of a wish that are named.
    #[serde(default)]
    pub aspects: Vec<Aspect>,
    /// Values that the words state in a form of their own, by the slot they belong to: a title, a remark.
    #[serde(default)]
    pub stated: Vec<(Slot, String)>,
    /// The language it is written in, where it shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Where one message carries several wishes in clauses of their own: what each clause means by itself, in order.
    /// Empty where the message is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Meaning>,
}

impl Meaning {
    /// The main wish, if one is sure.
    pub fn main_intent(&self) -> Option<Intent> {
        self.intents.first().copied()
    }

    /// Whether the message carries this wish.
    pub fn has(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }

    /// Whether the message makes this move.
    pub fn signals(&self, cue: Cue) -> bool {
        self.cues.contains(&cue)
    }

    /// Whether the message names this side of a wish.
    pub fn names(&self, aspect: Aspect) -> bool {
        self.aspects.contains(&aspect)
    }

    /// How many letters say something, without those that only point: 那, 这, 件.
    pub fn telling_letters(&self) -> usize {
        const POINTERS: &str = "那这个件款双条只的是就要吧呢啊我单";
        self.normalized.chars().filter(|letter| letter.is_alphanumeric() && !POINTERS.contains(*letter)).count()
    }

    /// The first entity of a kind.
    pub fn entity(&self, kind: EntityKind) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.value.kind() == kind)
    }

    /// The values of all entities, in order.
    pub fn values(&self) -> impl Iterator<Item = &EntityValue> {
        self.entities.iter().map(|entity| &entity.value)
    }
}
