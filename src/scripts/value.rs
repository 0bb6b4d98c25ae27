//! The small values of the format: one-or-many, patterns of text, spans of time. Leaves to others: which field has which
//! (`format`).

use std::fmt;
use std::marker::PhantomData;

use regex::Regex;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

/// One value, or a list of them. Written either way in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData)).map(OneOrMany)
    }
}

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value or a list of values (quote what looks like a number)")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        Ok(vec![T::deserialize(text.into_deserializer())?])
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Vec<T>, E> {
        Ok(vec![T::deserialize(number.into_deserializer())?])
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<T>, E> {
        Ok(vec![T::deserialize(number.into_deserializer())?])
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Vec<T>, E> {
        Ok(vec![T::deserialize(truth.into_deserializer())?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Vec<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(sequence))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
    }
}

/// A text to look for: as written, or a regular expression between slashes (`/到|达/`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// From its notation; a regular expression that cannot be read is refused.
    pub fn parse(text: &str) -> Result<Self, regex::Error> {
        let pattern = Pattern(text.to_owned());
        pattern.regex(|part| part.to_owned()).transpose()?;
        Ok(pattern)
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` holds it. `fill` replaces the case's names beforehand.
    pub fn is_in(&self, text: &str, fill: impl Fn(&str) -> String) -> bool {
        match self.regex(&fill) {
            Some(regex) => regex.is_ok_and(|regex| regex.is_match(text)),
            None => text.contains(&fill(&self.0)),
        }
    }

    /// Whether `text` is it, the space around both aside.
    pub fn is(&self, text: &str, fill: impl Fn(&str) -> String) -> bool {
        match self.regex(&fill) {
            Some(regex) => regex.is_ok_and(|regex| {
                regex.find(text).is_some_and(|found| found.start() == 0 && found.end() == text.len())
            }),
            None => text.trim() == fill(&self.0).trim(),
        }
    }

    fn regex(&self, fill: impl Fn(&str) -> String) -> Option<Result<Regex, regex::Error>> {
        let inner = self.0.strip_prefix('/')?.strip_suffix('/').filter(|inner| !inner.is_empty())?;
        Some(Regex::new(&fill(inner)))
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Pattern::parse(&text).map_err(|error| D::Error::custom(format!("{text:?} is no pattern: {error}")))
    }
}

/// A span of time, such as `90s`, `5m`, `2h`, `3d` or `1d 2h`; in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub i64);

impl Span {
    /// From its notation.
    pub fn parse(text: &str) -> Option<Span> {
        let mut seconds: i64 = 0;
        let mut parts = 0;
        for part in text.split_whitespace() {
            let (unit_at, unit) = part.char_indices().last()?;
            let number: i64 = part[..unit_at].parse().ok().filter(|number| (0..=1_000_000).contains(number))?;
            let length = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                _ => return None,
            };
            seconds = seconds.checked_add(number.checked_mul(length)?)?;
            parts += 1;
        }
        (parts > 0).then_some(Span(seconds))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Span::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is no span of time; write 90s, 5m, 2h, 3d or \"1d 2h\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        for (text, seconds) in [("90s", Some(90)), ("3d", Some(259_200)), ("1d 2h", Some(93_600)), ("0m", Some(0))] {
            assert_eq!(Span::parse(text).map(|span| span.0), seconds, "{text}");
        }
        for text in ["", "3", "d", "3天", "-3d", "1.5h", "3d2h", "9999999999999d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_find_what_is_written_or_what_fits() {
        let plain = |text: &str| text.to_owned();
        for (pattern, text, within, whole) in [
            ("到", "已到达", true, false),
            ("/到|发/", "已发出", true, false),
            ("/已.+/", "已发出", true, true),
            ("/", "a/b", true, false),
            ("a.c", "abc", false, false),
            ("好的", " 好的 ", true, true),
        ] {
            let pattern = Pattern::parse(pattern).expect("a pattern of the table");
            assert_eq!(pattern.is_in(text, plain), within, "{pattern:?} in {text}");
            assert_eq!(pattern.is(text, plain), whole, "{pattern:?} is {text}");
        }
        assert!(Pattern::parse("/(/").is_err());
    }

    #[test]
    fn names_are_filled_in_before_looking() {
        let pattern = Pattern::parse("订单 {order}").expect("plain");
        assert!(pattern.is_in("订单 77 已取消", |text| text.replace("{order}", "77")));
    }
}
