//! Cuts a message into the clauses in which several wishes may stand: at sentence punctuation and before words such as
//! 另外 or 顺便. Leaves to others: which clause wishes what (`reader`).

/// Words that begin another matter.
const BEGINNERS: &[&str] = &[
    "另外",
    "顺便",
    "顺带",
    "对了",
    "还有",
    "然后",
    "同时",
    "以及",
    "再帮",
    "再给",
    "再问",
    "再查",
    "再推荐",
    "再催",
    "再开",
    "也帮我",
    "也想",
    "接着",
];
/// What after 还有 makes it no beginning: "还有货吗", "还有别的吗".
const GOES_ON: &[&str] = &[
    "货", "别", "其", "没", "吗", "多", "什么", "哪", "几", "更", "不", "现", "库", "券", "一件", "一个", "优惠",
    "机会",
];
/// Fewer characters wish nothing.
const SHORTEST: usize = 3;

/// A clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clause<'a> {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Its words.
    pub text: &'a str,
    /// Whether a word says that another matter begins.
    pub begins_anew: bool,
}

/// The clauses of a normalised text, in order; those that are too short to wish anything belong to their neighbours.
pub(super) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut cuts = vec![(0, false)];
    for (at, letter) in text.char_indices() {
        if matches!(letter, '，' | '。' | '！' | '？' | '；' | ',' | '!' | '?' | ';' | '\n') {
            cuts.push((at + letter.len_utf8(), false));
        } else if begins(&text[at..]) && at > 0 {
            cuts.push((at, true));
        }
    }
    cuts.push((text.len(), false));
    let mut found: Vec<Clause<'_>> = Vec::new();
    let mut start = 0;
    let mut begins_anew = false;
    for pair in cuts.windows(2) {
        let [(from, anew), (to, _)] = *pair else { continue };
        begins_anew |= anew || begins(text[from..to].trim_start());
        if letters(&text[start..to]) < SHORTEST {
            continue;
        }
        if letters(&text[from..to]) < SHORTEST
            && let Some(last) = found.last_mut()
            && !begins_anew
        {
            last.text = &text[last.start..to];
        } else {
            found.push(Clause { start, text: &text[start..to], begins_anew });
        }
        start = to;
        begins_anew = false;
    }
    if start < text.len()
        && let Some(last) = found.last_mut()
    {
        last.text = &text[last.start..];
    }
    found
}

fn begins(rest: &str) -> bool {
    BEGINNERS.iter().filter_map(|word| Some((*word, rest.strip_prefix(word)?))).any(|(word, after)| {
        let after = after.trim_start_matches(['，', ',', ' ']);
        let goes_on = word == "还有" && GOES_ON.iter().any(|next| after.starts_with(next));
        !after.is_empty() && !goes_on
    })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_are_cut_where_another_matter_may_begin() {
        for (text, expected) in [
            ("催一下发货，再给我推荐几款咖啡", vec![("催一下发货，", false), ("再给我推荐几款咖啡", true)]),
            ("到哪了，另外，你们满多少包邮", vec![("到哪了，", false), ("另外，你们满多少包邮", true)]),
            ("催发货，另外现在有什么活动", vec![("催发货，", false), ("另外现在有什么活动", true)]),
            ("查物流顺便问下包邮吗", vec![("查物流", false), ("顺便问下包邮吗", true)]),
            ("你好，在吗？帮我查一下物流", vec![("你好，在吗？", false), ("帮我查一下物流", false)]),
            ("还有货吗", vec![("还有货吗", false)]),
            ("还有别的吗", vec![("还有别的吗", false)]),
            ("好", vec![]),
        ] {
            let found: Vec<(&str, bool)> =
                clauses(text).into_iter().map(|clause| (clause.text, clause.begins_anew)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn clauses_are_the_text(text in "[另外顺便还有货再帮查，。？ a]{0,30}") {
            let found = clauses(&text);
            let joined: String = found.iter().map(|clause| clause.text).collect();
            prop_assert!(found.is_empty() || joined == text, "{found:?}");
        }
    }
}
