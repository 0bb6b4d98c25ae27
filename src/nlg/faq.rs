//! Retrieval of the shop's knowledge. Being built.

use crate::domain::Intent;

/// The shop's knowledge.
pub struct Faq;

/// An entry that may answer.
pub struct Scored {
    /// The answer.
    pub answer: String,
}

impl Faq {
    /// The best entries.
    pub fn answer(&self, _words: &[String], _intents: &[Intent], _top: usize) -> Vec<Scored> {
        Vec::new()
    }
}
