//! The mood of one message. Leaves to others: recognising it (`nlu`) and acting on it (`dialogue`).

crate::closed_set! {
    /// The emotion in a message's wording, read with the turn before it.
    Emotion {
        /// Pleased, grateful, praising.
        Positive = "positive",
        /// A factual question or statement, plain politeness.
        Neutral = "neutral",
        /// Disappointed, worried, annoyed.
        Negative = "negative",
        /// Accusation, insult, threat, repeated exclamation.
        Angry = "angry",
    }
}

impl Emotion {
    /// Whether selling and small talk should stop.
    pub fn is_low(self) -> bool {
        matches!(self, Emotion::Negative | Emotion::Angry)
    }
}
