//! The surface of a message: one form, words, things named. The entry for all rooms that need no model.
//! Leaves to others: wishes and mood (`nlu`'s model).

use std::sync::Arc;

use super::catalogue::Catalogue;
use super::entities::Finder;
use super::normalize::{Normalized, normalize};
use super::segment::Segmenter;
use crate::domain::Entity;

/// Reads the surface of messages. Cheap to clone; built once per catalogue (some 10 ms, once 0.2 s more for the
/// general dictionary).
#[derive(Debug, Clone)]
pub struct Surface {
    segmenter: Segmenter,
    finder: Arc<Finder>,
}

/// What the surface of a message shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The text in one form, with the way back to the original characters.
    pub normalized: Normalized,
    /// Its words, blanks left out.
    pub words: Vec<String>,
    /// Things named, in order, spans in characters of the original text.
    pub entities: Vec<Entity>,
}

impl Surface {
    /// A reader that knows the names of `catalogue`.
    pub fn new(catalogue: &Catalogue) -> Self {
        Surface { segmenter: Segmenter::new(catalogue), finder: Arc::new(Finder::new(catalogue)) }
    }

    /// The words of the shop.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// Reads a message. Relative dates count from `now`, in its time zone. Any text is accepted.
    pub fn read(&self, text: &str, now: &jiff::ZonedDateTime) -> Read {
        let normalized = normalize(text);
        let words = self.segmenter.words(&normalized.text).into_iter().map(str::to_owned).collect();
        let entities = self.finder.find(text, &normalized, &self.segmenter, now);
        Read { normalized, words, entities }
    }
}
