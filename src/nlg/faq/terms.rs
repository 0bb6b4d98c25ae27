//! What a text is compared by: its words and the pairs of neighbouring ideographs, which find "退钱" in
//! "退我钱" and outlive a different cut. Leaves to others: cutting, weighing ([`super::index`]).

/// Words that are in every question and tell nothing.
const EMPTY_WORDS: [&str; 42] = [
    "的", "了", "吗", "呢", "啊", "吧", "呀", "哦", "哈", "嘛", "么", "呗", "我", "你", "您", "他", "她", "它", "我们",
    "你们", "您们", "是", "有", "在", "就", "都", "也", "还", "给", "把", "这", "那", "个", "请问", "亲", "一下",
    "这个", "那个", "可以", "能", "不", "想",
];

/// A word counts fully.
const WORD_WEIGHT: f64 = 1.0;
/// A pair of neighbours counts less: it is often no word.
const PAIR_WEIGHT: f64 = 0.6;

/// A term and how much it counts.
pub(super) type Term = (String, f64);

/// The terms of a cut text, in order, repeated where they are.
pub(super) fn terms(words: &[String]) -> Vec<Term> {
    let mut found = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut pairs = Vec::new();
    for word in words {
        let word = word.trim().to_lowercase();
        if word.chars().any(char::is_alphanumeric) && !EMPTY_WORDS.contains(&word.as_str()) {
            found.push((word.clone(), WORD_WEIGHT));
        }
        for character in word.chars() {
            if is_ideograph(character) {
                run.push(character);
            } else {
                end_run(&mut run, &mut pairs);
            }
        }
    }
    end_run(&mut run, &mut pairs);
    found.extend(pairs);
    found
}

/// Pairs are marked, so that they are never taken for words.
fn end_run(run: &mut Vec<char>, pairs: &mut Vec<Term>) {
    for pair in run.windows(2) {
        let says_something = !pair.iter().all(|character| EMPTY_WORDS.contains(&character.to_string().as_str()));
        if says_something {
            pairs.push((format!("#{}{}", pair[0], pair[1]), PAIR_WEIGHT));
        }
    }
    run.clear();
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
