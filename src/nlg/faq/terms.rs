//! What a text is compared by: its words, what they are synonyms of, its ideographs and pairs of neighbouring ones,
//! which outlive a different cut. Leaves to others: cutting, weighing rarity ([`super::index`]).

use std::collections::BTreeMap;

/// Words that are in every question and tell nothing.
const EMPTY_WORDS: [&str; 42] = [
    "的", "了", "吗", "呢", "啊", "吧", "呀", "哦", "哈", "嘛", "么", "呗", "我", "你", "您", "他", "她", "它", "我们",
    "你们", "您们", "是", "有", "在", "就", "都", "也", "还", "给", "把", "这", "那", "个", "请问", "亲", "一下",
    "这个", "那个", "可以", "能", "不", "想",
];

/// Ideographs that are particles: neither they nor a pair with them tells anything.
const PARTICLES: &str = "的了吗呢吧啊呀哦我你您是这那给把就都也还有在个不";

/// A word counts fully, and so does what it is a synonym of.
const WORD_WEIGHT: f64 = 1.0;
/// An ideograph or a pair of them counts half: it is often no word.
const PART_WEIGHT: f64 = 0.5;

/// Ways to say the same, each mapped to the one that stands for all.
#[derive(Debug, Default)]
pub(super) struct Synonyms(Vec<(String, String)>);

impl Synonyms {
    /// From groups, of which the first member stands for all.
    pub(super) fn new(groups: &[Vec<String>]) -> Self {
        let pairs =
            groups.iter().flat_map(|group| group.iter().map(|way| (way.to_lowercase(), group[0].to_lowercase())));
        Synonyms(pairs.collect())
    }

    /// Each term of a cut text once, in order, with how much it counts.
    pub(super) fn terms(&self, words: &[String]) -> BTreeMap<String, f64> {
        let words: Vec<String> = words.iter().map(|word| word.trim().to_lowercase()).collect();
        let text = words.concat();
        let mut terms = BTreeMap::new();
        for word in &words {
            if word.chars().any(char::is_alphanumeric) && !EMPTY_WORDS.contains(&word.as_str()) {
                terms.insert(word.clone(), WORD_WEIGHT);
            }
        }
        for (way, first) in &self.0 {
            // One ideograph is in many words, so it must be a word of its own.
            let said = if way.chars().nth(1).is_some() { text.contains(way) } else { words.contains(way) };
            if said {
                terms.insert(format!("={first}"), WORD_WEIGHT);
            }
        }
        // The marks keep parts apart from words and synonyms.
        let mut before = None;
        for character in text.chars() {
            let telling = is_ideograph(character) && !PARTICLES.contains(character);
            if telling {
                terms.insert(format!(".{character}"), PART_WEIGHT);
                if let Some(before) = before {
                    terms.insert(format!("#{before}{character}"), PART_WEIGHT);
                }
            }
            before = telling.then_some(character);
        }
        terms
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
