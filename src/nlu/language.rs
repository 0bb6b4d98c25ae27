//! Which language a message is written in, or asks for. Leaves to others: answering in it (`nlg`).

use std::sync::LazyLock;

use regex::Regex;

use super::normalize::is_traditional;
use crate::domain::Language;

/// So many English words make a message an English one.
const WORDS: usize = 2;

static ASKED: LazyLock<Vec<(Language, Regex)>> = LazyLock::new(|| {
    let table = [
        (
            Language::English,
            r"(?i)(说|講|讲|用|换成?|回复?).{0,3}(英文|英语|英語)|(speak|reply|answer|in) (in )?english",
        ),
        (Language::Traditional, r"(说|用|换成?|換成?|改成?|回复?|顯示).{0,3}(繁体|繁體|正體|正体)"),
        (
            Language::Simplified,
            r"(?i)(说|講|讲|用|换成?|換成?|改成?|回复?).{0,3}(简体|簡體|中文|普通话)|(in|speak) chinese",
        ),
    ];
    let made = table.into_iter().map(|(language, pattern)| {
        (language, Regex::new(pattern).expect("a pattern for a language is fixed and tested: this is a bug"))
    });
    made.collect()
});

/// The language of a message as it was typed; none where it shows none ("2026061600018231", "AirTune Pro").
pub fn language(text: &str) -> Option<Language> {
    if let Some((asked, _)) = ASKED.iter().find(|(_, pattern)| pattern.is_match(text)) {
        return Some(*asked);
    }
    let han = text.chars().filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)).count();
    if han == 0 {
        let words = text
            .split(|letter: char| !letter.is_ascii_alphabetic() && letter != '\'')
            .filter(|word| !word.is_empty() && word.chars().any(|letter| letter.is_ascii_lowercase()))
            .count();
        return (words >= WORDS).then_some(Language::English);
    }
    if text.chars().any(is_traditional) {
        return Some(Language::Traditional);
    }
    (han > 1).then_some(Language::Simplified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_seen_in_what_is_typed() {
        for (text, expected) in [
            ("我的订单到哪了", Some(Language::Simplified)),
            ("我的訂單到哪了", Some(Language::Traditional)),
            ("where is my order", Some(Language::English)),
            ("2026061600018231", None),
            ("AirTune", None),
            ("好", None),
            ("请用英文回复", Some(Language::English)),
            ("please answer in english", Some(Language::English)),
            ("用繁體", Some(Language::Traditional)),
            ("用中文吧", Some(Language::Simplified)),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }
}
