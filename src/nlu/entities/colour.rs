//! Colours, plain and compound (深蓝, 雾霾蓝), and never the 红 of 红包. Leaves to others: which variants have them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

/// One-character colours that stand alone in a fitting place ("要黑的", "白T恤").
const BARE: &str = "红橙黄绿青蓝紫黑白灰粉棕银金杏橘";

/// The words of `data/nlu/colours.txt`.
struct Words {
    compound: Vec<&'static str>,
    plain: Vec<&'static str>,
    needs_suffix: HashSet<&'static str>,
    not_before: Vec<&'static str>,
    not_after: Vec<&'static str>,
    not_with: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut sections: HashMap<&str, Vec<&'static str>> = HashMap::new();
    let mut section = "";
    for line in include_str!("../../../data/nlu/colours.txt").lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name,
            None => sections.entry(section).or_default().extend(line.split_whitespace()),
        }
    }
    let mut take = |name: &str| sections.remove(name).unwrap_or_default();
    let (compound, plain, needs) = (take("compound"), take("plain"), take("needs_suffix"));
    Words {
        needs_suffix: needs.iter().chain(&plain).copied().collect(),
        compound,
        plain,
        not_before: take("not_before"),
        not_after: take("not_after"),
        not_with: take("not_with"),
    }
});

/// Colours put together on the spot: 深紫红色, 浅杏.
static COMPOSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[深浅淡暗亮嫩鲜粉灰墨]?[红橙黄绿青蓝紫黑白灰粉棕褐]{2}色|[深浅淡暗亮嫩鲜][红橙黄绿青蓝紫黑白灰粉棕褐银金杏咖]色?",
    )
});

/// The colours known, those of the shop included.
#[derive(Debug)]
pub(super) struct Colours {
    names: Vec<String>,
    finder: Option<AhoCorasick>,
    listed: HashSet<String>,
}

/// What stands before a colour that is chosen.
#[rustfmt::skip]
const CHOICE_BEFORE: &[&str] = &[
    "要", "换成", "换", "改成", "有", "买", "拍", "选", "是", "和", "，", "成", "个", "件", "条", "双", "拿",
    "色", "还是", "发", "款", "的", "跟", "、", "或", "穿", "喜欢", "爱", "这", "那", "台", "寄", "来", "错",
    "把", "下", "纯", "就", "全", "带", "只", "部",
];

/// What a colour may describe.
#[rustfmt::skip]
const WARES: &[&str] = &[
    "款", "的", "那件", "那个", "那双", "那条", "裤子", "裙", "鞋", "上衣", "外套", "t恤", "衬衫", "衣服",
    "毛衣", "包包", "袜", "帽", "围巾", "卫衣", "背心", "手机", "裤", "大衣", "羽绒服", "西装", "短袖", "靴",
    "耳机",
];

/// What may follow a colour at the end of its clause.
#[rustfmt::skip]
const CLOSES: &[&str] = &[
    "有货", "还有", "吧", "，", "。", "？", "还是", "有没有", "m", "l", "x", "和", "、", "跟", "吗", "或", " ",
];

impl Colours {
    pub fn new(listed: &[String]) -> Self {
        let listed: HashSet<String> = listed
            .iter()
            .map(|name| name.strip_suffix('色').filter(|rest| !rest.is_empty()).unwrap_or(name).to_ascii_lowercase())
            .collect();
        let mut names: Vec<String> = WORDS.compound.iter().chain(&WORDS.plain).map(|name| (*name).to_owned()).collect();
        names.extend(listed.iter().filter(|name| name.chars().count() >= 2).cloned());
        names.sort_unstable();
        names.dedup();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names).ok();
        Colours { names, finder, listed }
    }

    /// `taken` holds what the other finders found: 白T恤 is a colour before a category.
    pub fn find(&self, text: &Text<'_>, taken: &[Candidate], found: &mut Vec<Candidate>) {
        let Some(finder) = &self.finder else { return };
        for matched in COMPOSED.find_iter(&text.lower) {
            let (start, end) = text.span(&matched);
            let name = matched.as_str().strip_suffix('色').unwrap_or(matched.as_str());
            if is_word_with(text, start, start + name.chars().count()) || text.followed_by(end, &["卡"]) {
                continue;
            }
            let value = EntityValue::Colour(name.to_owned());
            found.push(Candidate { start, end, strength: Strength::Word, value });
        }
        for matched in finder.find_iter(&text.lower) {
            let (start, mut end) = (text.at(matched.start()), text.at(matched.end()));
            let name = &self.names[matched.pattern().as_usize()];
            // 墨绿色差: the word is 色差.
            let suffix = text.get(end) == Some('色') && !text.followed_by(end, &["色差", "色号"]);
            if suffix {
                end += 1;
                if WORDS.not_with.iter().any(|word| text.after(start).starts_with(word))
                    || text.followed_by(end, &["卡"])
                {
                    continue;
                }
                // 出色, 肤色 … do not come here: only listed names do; 变红色 is still a colour.
            } else if name.chars().count() == 1 {
                if !BARE.contains(name.as_str()) || !bare_is_colour(text, start, end, taken) {
                    continue;
                }
            } else if is_word_with(text, start, end)
                || (self.needs_suffix(text, name) && !self.fits_without_suffix(text, name, start, end))
            {
                continue;
            }
            let value = EntityValue::Colour(name.clone());
            let strength = if suffix { Strength::Figure } else { Strength::Word };
            found.push(Candidate { start, end, strength, value });
        }
    }

    /// Whether a name is a colour only where 色 follows or a variant is chosen; so are the shop's fanciful names.
    fn needs_suffix(&self, text: &Text<'_>, name: &str) -> bool {
        WORDS.needs_suffix.contains(name)
            || (!name.ends_with(|last| BARE.contains(last))
                && text.segmenter.knows(name)
                && !WORDS.compound.contains(&name))
    }

    /// 燕麦 the colour: a colour of this shop in a place where a variant is chosen.
    fn fits_without_suffix(&self, text: &Text<'_>, name: &str, start: usize, end: usize) -> bool {
        (self.listed.contains(name) || matches!(name, "大红" | "卡其" | "透明" | "黑白" | "黑金" | "金黄" | "雪白"))
            && !is_word_with(text, start, end)
            && (text.followed_by(end, &["的", "款", "有货", "还有", "m", "l", "x", "s", "，", "和"])
                || end == text.characters.len()
                || name != "透明")
            && (text.preceded_by(start, &["要", "换成", "改成", "有", "买", "拍", "选", "是", "和", "，", "的", "成"])
                || start == 0
                || text.followed_by(end, &["的", "款"]))
    }
}

/// Whether the colour is part of an ordinary word: 红包, 明白.
fn is_word_with(text: &Text<'_>, start: usize, end: usize) -> bool {
    let last = end - 1;
    WORDS.not_before.iter().any(|word| text.after(last).starts_with(word))
        || WORDS.not_after.iter().any(|word| {
            let before = text.before(start + 1);
            before.ends_with(word) && word.chars().count() > 1
        })
}

fn bare_is_colour(text: &Text<'_>, start: usize, end: usize, taken: &[Candidate]) -> bool {
    if is_word_with(text, start, end) {
        return false;
    }
    // Inside a longer ordinary word (青春, 黑科技) it is none.
    let inside = text.words.iter().any(|&(word, from, to)| {
        from <= start
            && end <= to
            && to - from > 1
            && text.segmenter.knows(word)
            && !word.starts_with(['黑', '白', '红', '蓝', '灰', '粉', '绿', '黄', '紫'])
    });
    if inside {
        return false;
    }
    let before_ware = taken.iter().any(|other| {
        other.start == end
            && matches!(other.value, EntityValue::Category(_) | EntityValue::Product(_) | EntityValue::Size(_))
    });
    let led = start == 0
        || text.preceded_by(start, CHOICE_BEFORE)
        || text.previous(start).is_some_and(|c| !c.is_alphanumeric() || c.is_ascii_alphanumeric());
    if before_ware {
        return true;
    }
    let after_ware = taken.iter().any(|other| {
        other.end == start
            && matches!(other.value, EntityValue::Size(_) | EntityValue::Product(_) | EntityValue::Category(_))
    });
    let of = text.followed_by(end, &["的"]) && (led || after_ware);
    let piece = text.followed_by(end, WARES);
    let closes = end == text.characters.len() || text.followed_by(end, CLOSES);
    of || (led && piece)
        || ((led || after_ware)
            && closes
            && start > 0
            && text.preceded_by(start, &["要", "换成", "改成", "选", "还是", "成", "拍", "跟", "和", "、", "，"]))
        || (after_ware && closes)
}
