//! Things named in a message: rules and dictionaries on characters, exact spans, normalised values.
//! Leaves to others: one form of the text (`normalize`), words (`segment`), which wish they belong to (`dialogue`).
//!
//! Each finder proposes candidates on its own; `resolve` keeps the stronger of two that overlap.

mod address;
mod colour;
mod date;
pub mod evaluate;
mod festivals;
mod gazetteer;
mod goods;
mod goods_names;
mod identifiers;
mod money;
mod numerals;
mod ordinal;
mod person;
mod quantity;
mod similarity;
mod size;
mod text;
mod time;

use std::sync::LazyLock;

use regex::Regex;

use self::goods::GoodsIndex;
use self::text::Text;
use super::catalogue::Catalogue;
use super::normalize::Normalized;
use super::segment::Segmenter;
use crate::domain::{Entity, EntityValue};

/// A thing that a finder proposes, in characters of the normalised text.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    start: usize,
    end: usize,
    strength: Strength,
    value: EntityValue,
}

/// Which of two overlapping candidates stays: the later member, then the longer span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A guess from sound or a near spelling.
    Near,
    /// A word that may be part of something longer.
    Word,
    /// A figure with its unit.
    Figure,
    /// A name of the catalogue, letter by letter, or a place that follows a place.
    Name,
    /// A pattern that is hardly anything else.
    Sure,
    /// A number that identifies something.
    Identifier,
}

/// Finds entities. Built once per catalogue.
#[derive(Debug)]
pub(super) struct Finder {
    goods: GoodsIndex,
    colours: colour::Colours,
    sizes: size::Sizes,
}

impl Finder {
    pub(super) fn new(catalogue: &Catalogue, segmenter: &Segmenter) -> Self {
        Finder {
            goods: GoodsIndex::new(catalogue, segmenter),
            colours: colour::Colours::new(&catalogue.colours),
            sizes: size::Sizes::new(&catalogue.sizes),
        }
    }

    /// The entities of a message in order of the text, spans in characters of `original`.
    pub(super) fn find(
        &self,
        original: &str,
        normalized: &Normalized,
        segmenter: &Segmenter,
        now: &jiff::ZonedDateTime,
    ) -> Vec<Entity> {
        let text = Text::new(&normalized.text, segmenter);
        let mut found = Vec::new();
        identifiers::find(&text, &mut found);
        date::find(&text, now.date(), &mut found);
        time::find(&text, &mut found);
        money::find(&text, &mut found);
        quantity::find(&text, &mut found);
        ordinal::find(&text, &mut found);
        self.sizes.find(&text, &mut found);
        self.goods.find(&text, &mut found);
        address::find(&text, &mut found);
        person::find(&text, &mut found);
        let taken = resolve(&text, found.clone());
        self.colours.find(&text, &taken, &mut found);
        let original: Vec<char> = original.chars().take(super::normalize::MOST_CHARACTERS).collect();
        resolve(&text, found)
            .into_iter()
            .map(|candidate| {
                let (start, end) = normalized.original(candidate.start, candidate.end);
                Entity { start, end, text: original[start..end].iter().collect(), value: candidate.value }
            })
            .collect()
    }
}

/// Masks of training data: `[数字x]`, `[ORDERID_1001]`, and named emoji. Nothing inside is an entity.
static MASK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[[^\[\] ]{1,24}\]"));

/// Keeps the stronger of overlapping candidates; in order of the text.
fn resolve(text: &Text<'_>, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| {
        (std::cmp::Reverse((candidate.strength, candidate.end - candidate.start)), candidate.start)
    });
    let mut taken = vec![false; text.characters.len()];
    if text.lower.contains('[') {
        for mask in MASK.find_iter(&text.lower) {
            let (start, end) = text.span(&mask);
            taken[start..end].fill(true);
        }
    }
    let mut kept = Vec::new();
    for candidate in candidates {
        let span = candidate.start..candidate.end;
        if span.is_empty() || taken[span.clone()].contains(&true) {
            continue;
        }
        taken[span].fill(true);
        kept.push(candidate);
    }
    kept.sort_by_key(|candidate| candidate.start);
    kept
}

/// A pattern of ours.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern does not compile: this is a bug")
}
