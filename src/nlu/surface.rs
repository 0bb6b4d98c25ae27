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
        let segmenter = Segmenter::new(catalogue);
        Surface { finder: Arc::new(Finder::new(catalogue, &segmenter)), segmenter }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> jiff::ZonedDateTime {
        jiff::civil::date(2026, 6, 18).at(10, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).expect("a valid time")
    }

    #[test]
    fn spans_are_of_the_original_text() {
        let surface = Surface::new(&Catalogue::default());
        for (text, expected) in [
            ("😡😡😡 訂單：２０２６ ０６１８ ０００１ ２３４５！！！！", "２０２６ ０６１８ ０００１ ２３４５"),
            ("請在\u{200B}下週三前送到", "下週三"),
            ("[数字x]件換成 ｘｘｌ 的", "ｘｘｌ"),
        ] {
            let read = surface.read(text, &now());
            let [entity] = read.entities.as_slice() else { panic!("{text}: {:?}", read.entities) };
            assert_eq!(entity.text, expected, "{text}");
            let span: String = text.chars().skip(entity.start).take(entity.end - entity.start).collect();
            assert_eq!(span, expected, "{text}");
        }
    }

    #[test]
    fn a_new_catalogue_brings_new_names() {
        let mut catalogue = Catalogue::default();
        let text = "有星澜的吗";
        assert_eq!(Surface::new(&catalogue).read(text, &now()).entities, []);
        catalogue.brands.push("星澜".into());
        assert_eq!(Surface::new(&catalogue).read(text, &now()).entities[0].value.to_string(), "星澜");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn any_text_is_read(text in "[0-9一二三百千万块元件号月日点到~/:. a-zA-Z红黑广东市区路\u{0}-\u{ff}😀]{0,40}") {
            let surface = SURFACE.get_or_init(|| Surface::new(&Catalogue::default()));
            let length = text.chars().count();
            let mut last = 0;
            for entity in surface.read(&text, &now()).entities {
                prop_assert!(entity.start >= last && entity.start < entity.end && entity.end <= length);
                last = entity.end;
            }
        }
    }

    static SURFACE: std::sync::OnceLock<Surface> = std::sync::OnceLock::new();
}
