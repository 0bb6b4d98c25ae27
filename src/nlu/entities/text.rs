//! A normalised message prepared for the finders: characters, byte offsets, words. Leaves to others: finding.

use crate::nlu::segment::Segmenter;

/// A message as the finders read it: ASCII letters in lower case; positions are characters of the normalised text.
pub(super) struct Text<'a> {
    /// The text as normalised, with its capitals.
    normal: &'a str,
    /// The text in lower case. Byte offsets of regular expressions refer to it.
    pub lower: String,
    /// Its characters.
    pub characters: Vec<char>,
    /// Byte at which each character starts, and the length.
    bytes: Vec<usize>,
    /// Words with their spans in characters.
    pub words: Vec<(&'a str, usize, usize)>,
    /// For asking whether something is an ordinary word.
    pub segmenter: &'a Segmenter,
}

impl<'a> Text<'a> {
    pub fn new(normalized: &'a str, segmenter: &'a Segmenter) -> Self {
        let lower = normalized.to_ascii_lowercase();
        let characters: Vec<char> = lower.chars().collect();
        let bytes = lower.char_indices().map(|(at, _)| at).chain(std::iter::once(lower.len())).collect();
        Text { normal: normalized, words: segmenter.spans(normalized), lower, characters, bytes, segmenter }
    }

    /// The character position of a byte offset at a character boundary.
    pub fn at(&self, byte: usize) -> usize {
        self.bytes.binary_search(&byte).unwrap_or_else(|after| after)
    }

    /// The span in characters of a match.
    pub fn span(&self, found: &regex::Match<'_>) -> (usize, usize) {
        (self.at(found.start()), self.at(found.end()))
    }

    /// The text of a span.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let end = end.min(self.characters.len());
        &self.lower[self.bytes[start.min(end)]..self.bytes[end]]
    }

    /// The text of a span with its capitals.
    pub fn normal(&self, start: usize, end: usize) -> &str {
        let end = end.min(self.characters.len());
        &self.normal[self.bytes[start.min(end)]..self.bytes[end]]
    }

    /// Everything from a position on.
    pub fn after(&self, position: usize) -> &str {
        &self.lower[self.bytes[position.min(self.characters.len())]..]
    }

    /// Everything before a position.
    pub fn before(&self, position: usize) -> &str {
        &self.lower[..self.bytes[position.min(self.characters.len())]]
    }

    /// The character at a position.
    pub fn get(&self, position: usize) -> Option<char> {
        self.characters.get(position).copied()
    }

    /// The character before a position.
    pub fn previous(&self, position: usize) -> Option<char> {
        position.checked_sub(1).and_then(|before| self.get(before))
    }

    /// Whether any of `words` follows at `position`.
    pub fn followed_by(&self, position: usize, words: &[&str]) -> bool {
        let after = self.after(position);
        words.iter().any(|word| after.starts_with(word))
    }

    /// Whether any of `words` stands right before `position`.
    pub fn preceded_by(&self, position: usize, words: &[&str]) -> bool {
        let before = self.before(position);
        words.iter().any(|word| before.ends_with(word))
    }

    /// The part of the sentence around a position, up to punctuation, as (start, end).
    pub fn clause(&self, position: usize) -> (usize, usize) {
        let stops = |character: &char| "，。！？；~\n".contains(*character);
        let start =
            self.characters[..position.min(self.characters.len())].iter().rposition(stops).map_or(0, |at| at + 1);
        let end = self.characters[position.min(self.characters.len())..]
            .iter()
            .position(stops)
            .map_or(self.characters.len(), |at| position + at);
        (start, end)
    }

    /// Whether a span begins and ends where words begin and end.
    pub fn on_word_boundaries(&self, start: usize, end: usize) -> bool {
        self.words.iter().any(|&(_, from, _)| from == start) && self.words.iter().any(|&(_, _, to)| to == end)
    }

    /// Whether the span cuts a latin word or a number in two.
    pub fn cuts_latin(&self, start: usize, end: usize) -> bool {
        let latin = |position: Option<char>| position.is_some_and(|character| character.is_ascii_alphanumeric());
        (latin(self.previous(start)) && latin(self.get(start))) || (latin(self.previous(end)) && latin(self.get(end)))
    }
}
