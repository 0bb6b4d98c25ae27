//! Pairs of letters for a search that finds exactly what a scan for a substring would: every text is indexed as its
//! overlapping pairs of letters, so that a run of two or more letters is a run of pairs, and a single letter begins a
//! pair. No dictionary decides where Chinese words end. Numbers have few kinds of pairs, which all are frequent: plain
//! letters and digits are indexed in fours too. Leaves to others: the statements (`search`).

/// Letters of a piece of plain letters and digits.
const FOUR: usize = 4;

/// A text as it is compared: small letters, half width. Letter by letter, so that whatever is part of a text is part of
/// the folded text too.
pub fn fold(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}

fn half_width(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    }
}

/// Five hexadecimal digits name a letter; the few beyond share one name, which finds too much and is checked again.
fn name(letter: char) -> String {
    format!("{:05x}", u32::from(letter).min(0xf_ffff))
}

/// The words that FTS5 indexes for a folded text.
pub(super) fn indexed(folded: &str) -> String {
    let letters: Vec<String> = folded.chars().map(name).collect();
    let mut words = String::with_capacity(letters.len() * 11);
    for (at, letter) in letters.iter().enumerate() {
        words.push_str(letter);
        if let Some(next) = letters.get(at + 1) {
            words.push_str(next);
            words.push(' ');
        }
    }
    words
}

/// The overlapping fours of the runs of plain letters and digits, run by run.
fn fours(folded: &str) -> impl Iterator<Item = Vec<&str>> {
    folded.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|run| run.len() >= FOUR).map(|run| {
        // One byte a letter.
        (0..=run.len() - FOUR).map(|at| &run[at..at + FOUR]).collect()
    })
}

/// The same as words for FTS5; a word that no four is stands between two runs, so that no phrase goes over both.
pub(super) fn indexed_runs(folded: &str) -> String {
    let runs: Vec<String> = fours(folded).map(|run| run.join(" ")).collect();
    runs.join(" - x ")
}

/// Whether fours alone find a folded text.
fn is_run(folded: &str) -> bool {
    folded.len() >= FOUR && folded.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What FTS5 looks for to find a folded text; none for an empty one.
pub(super) fn expression(folded: &str) -> Option<String> {
    if is_run(folded) {
        let fours: Vec<&str> = fours(folded).flatten().collect();
        return Some(format!("runs : \"{}\"", fours.join(" ")));
    }
    let letters: Vec<String> = folded.chars().map(name).collect();
    match letters.as_slice() {
        [] => None,
        [only] => Some(format!("grams : {only}*")),
        letters => {
            let pairs: Vec<String> = letters.windows(2).map(|pair| pair.concat()).collect();
            Some(format!("grams : \"{}\"", pairs.join(" ")))
        }
    }
}

/// Single letters, pairs and fours of a folded text, each once, for an array index.
pub(super) fn pairs(folded: &str) -> Vec<String> {
    let letters: Vec<char> = folded.chars().filter(|letter| *letter != '\0').collect();
    let singles = letters.iter().map(char::to_string);
    let pairs = letters.windows(2).map(|pair| pair.iter().collect::<String>());
    let fours = fours(folded).flatten().map(str::to_owned);
    let mut grams: Vec<String> = singles.chain(pairs).chain(fours).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The grams that a text with this folded text in it must have: pairs, or the one letter.
pub(super) fn needed(folded: &str) -> Vec<String> {
    let grams = pairs(folded);
    if folded.chars().count() < 2 {
        grams
    } else {
        grams.into_iter().filter(|gram| gram.chars().count() == 2).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_part_of_a_text_is_part_of_the_folded_text() {
        assert_eq!(fold("ＡＢ１２　ＸＬ码？"), "ab12 xl码?");
        for (text, part) in [("我要ＸＬ码", "要ＸＬ"), ("İstanbul", "İ"), ("ẞß", "ß")] {
            assert!(fold(text).contains(&fold(part)), "{text} {part}");
        }
    }

    #[test]
    fn a_run_of_letters_is_a_phrase_of_pairs() {
        assert_eq!(indexed("退货"), "090000 08d27".replace("090000 ", "0900008d27 "));
        assert_eq!(expression("退").as_deref(), Some("grams : 09000*"));
        assert_eq!(expression("退货").as_deref(), Some("grams : \"0900008d27\""));
        assert_eq!(expression("12345").as_deref(), Some("runs : \"1234 2345\""));
        assert_eq!(indexed_runs("订单12345和xl、abcd"), "1234 2345 - x abcd");
        assert_eq!(needed("12345"), ["12", "23", "34", "45"]);
        assert_eq!(expression(""), None);
        assert_eq!(needed("退货款"), ["货款", "退货"]);
        assert_eq!(needed("退"), ["退"]);
    }
}
