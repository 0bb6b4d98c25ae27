//! Replies in Traditional characters: word by word where a word decides (头发 and 发货), else character by character.
//! Leaves to others: regional words (宅配, 品質), which the shop may put into its own wordings.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct Source {
    characters: String,
    keep: String,
    words: HashMap<String, String>,
}

struct Table {
    words: HashMap<Vec<char>, String>,
    longest: usize,
    characters: HashMap<char, char>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let source: Source = toml::from_str(include_str!("../../prompts/traditional.toml"))
        .expect("prompts/traditional.toml is part of the binary and tested: this is a bug");
    let lines: Vec<&str> =
        include_str!("../../data/normalize/simplified.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let kept: HashSet<char> = source.keep.chars().collect();
    let mut characters: HashMap<char, char> = HashMap::new();
    for pair in lines.chunks_exact(2) {
        for (traditional, simplified) in pair[0].chars().zip(pair[1].chars()) {
            if !kept.contains(&simplified) {
                characters.entry(simplified).or_insert(traditional);
            }
        }
    }
    let chosen: Vec<char> = source.characters.chars().collect();
    characters.extend(chosen.chunks_exact(2).map(|pair| (pair[0], pair[1])));
    let words: HashMap<Vec<char>, String> =
        source.words.into_iter().map(|(word, form)| (word.chars().collect(), form)).collect();
    Table { longest: words.keys().map(Vec::len).max().unwrap_or(1), words, characters }
});

/// The text in Traditional characters.
pub(super) fn traditional(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let word = (2..=TABLE.longest.min(letters.len() - at))
            .rev()
            .find_map(|length| TABLE.words.get(&letters[at..at + length]).map(|form| (length, form)));
        match word {
            Some((length, form)) => {
                written.push_str(form);
                at += length;
            }
            None => {
                written.push(TABLE.characters.get(&letters[at]).copied().unwrap_or(letters[at]));
                at += 1;
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_sentences_are_written_as_in_traditional() {
        for (simplified, expected) in [
            ("您的订单还没发货", "您的訂單還沒發貨"),
            ("洗发水，适合干发", "洗髮水，適合乾髮"),
            ("后面还有2位", "後面還有2位"),
            ("尺码表里的智能手表", "尺碼表裡的智能手錶"),
            ("只要99元，包邮", "只要99元，包郵"),
            ("优惠券可以用，余额够", "優惠券可以用，餘額夠"),
            ("abc 123", "abc 123"),
        ] {
            assert_eq!(traditional(simplified), expected);
        }
    }
}
