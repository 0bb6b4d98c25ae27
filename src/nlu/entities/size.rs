//! Sizes of clothes and shoes, and the specifications that the shop lists: XXL → 2XL, 42码, 170/92A, 256GB.
//! Leaves to others: body measures, from which a size is advised.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::numerals::whole;
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

/// The sizes that a shop lists.
#[derive(Debug)]
pub(super) struct Sizes {
    listed: Vec<String>,
    /// Sizes that are plain numbers: 130 of children's wear, 42 of shoes.
    numbers: HashSet<String>,
    finder: Option<AhoCorasick>,
}

static LETTERS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:[2-9] ?x{1,2}|x{1,6})[ls]|[sml]"));
static SHOE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\d{1,3}(?:\.5|半)?|[一二三四五六七八九十百]+)码(半)?"));
static MODEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"1[2-9]\d ?/ ?\d{2,3} ?[abcy]?"));
static WORN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[，。！？ ]|装|裙|裤|鞋|穿|换成|换|改成|改为|鞋码|尺码|码数|脚|码子|鞋号|选|要|拿|买|拍|发|平时|一般|还是|和|或|把|有|给|寄)(?:个|是|的|：|成|一个|为|的是|都是|大一点的|到|一双|双|我|选|了|来)*(\d{2,3}(?:\.5|半)?)(?P<rest>号|的|还是|换|结果|偏|合适|$|[，。！？ 吗吧呢])",
    )
});
static COUNTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d+(?:条|包|片|粒|颗|件|只|支|瓶|盒|袋|罐)$"));
static STORAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\d{1,2} ?(?:gb|g)? ?\+ ?(?:\d{2,4}|[12] ?t) ?b?|\d{2,4} ?(?:gb|g)|[12] ?(?:tb|t)"));
static WORDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"均码|小号|中号|特大号|加大号|加大码|大号|大码|小码|中码|双人|单人"));

#[rustfmt::skip]
const LED: &[&str] = &[
    "把", "将", "从", "穿", "要", "换", "换成", "改成", "码", "号", "尺码", "选", "拍", "买", "还是", "和",
    "色", "是", "改为", "：", "/", "，", "的", "成", "跟", "或", "到", "个", "发", "寄", "拿", "有", "件",
    "黑", "白", "红", "蓝", "灰", "条",
];

#[rustfmt::skip]
const FOLLOWED: &[&str] = &[
    "的", "有货", "还有", "有没有", "还是", "和", "吗", "吧", "，", "/", "。", "？", "没货", "缺货", "大",
    "小", "合适", "偏", "能", "可以", "会", "跟", "或", "就", "太", "呢", "行", "-", "穿", "够", "刚好", "了",
    "好", "、", "多少", "库存", "断", "什么时候", "补货", "怎么", "换",
];

impl Sizes {
    pub fn new(listed: &[String]) -> Self {
        let numbers = listed.iter().filter(|size| size.parse::<f32>().is_ok()).cloned().collect();
        // Plain numbers and letters have patterns of their own.
        let listed: Vec<String> = listed
            .iter()
            .filter(|size| size.chars().count() >= 2 && standard(&size.to_ascii_lowercase()).is_none())
            .filter(|size| !size.chars().all(|c| c.is_ascii_digit() || c == '.'))
            .cloned()
            .collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(listed.iter().map(|size| size.to_ascii_lowercase()))
            .ok()
            .filter(|_| !listed.is_empty());
        Sizes { listed, numbers, finder }
    }

    pub fn find(&self, text: &Text<'_>, found: &mut Vec<Candidate>) {
        let mut push = |start: usize, end: usize, value: String, strength: Strength| {
            found.push(Candidate { start, end, strength, value: EntityValue::Size(value) });
        };
        if let Some(finder) = &self.finder {
            for matched in finder.find_iter(&text.lower) {
                let (start, end) = (text.at(matched.start()), text.at(matched.end()));
                let name = &self.listed[matched.pattern().as_usize()];
                // 12条, 10包, and ordinary words (标准) are sizes only where one is chosen.
                let vague = COUNTED.is_match(name) || text.segmenter.knows(name);
                let chosen = text.followed_by(end, &["装", "的", "规格", "款", "版"]);
                if !text.cuts_latin(start, end) && (!vague || chosen) {
                    push(start, end, self.listed[matched.pattern().as_usize()].clone(), Strength::Name);
                }
            }
        }
        for matched in LETTERS.find_iter(&text.lower) {
            let (start, mut end) = text.span(&matched);
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "+-&/._%#'[]".contains(c));
            if latin(text.previous(start)) && text.previous(start) != Some('/')
                || latin(text.get(end)) && !matches!(text.get(end), Some('/' | '-'))
            {
                continue;
            }
            let single = matched.as_str().len() == 1;
            let Some(value) = standard(matched.as_str()) else { continue };
            let marked = text.followed_by(end, &["码", "号"]);
            if single && !marked && !letter_is_size(text, start, end) {
                continue;
            }
            if matched.as_str() == "xs" && text.preceded_by(start, &["iphone ", "iphone", "苹果", "苹果 "]) {
                continue;
            }
            if marked {
                end += 1;
            }
            push(start, end, value, Strength::Sure);
        }
        for captures in SHOE.captures_iter(&text.lower) {
            let (Some(matched), Some(number)) = (captures.get(0), captures.get(1)) else { continue };
            let (start, end) = text.span(&matched);
            if text.previous(start).is_some_and(|c| c.is_ascii_alphanumeric() || "./大小-".contains(c))
                || text.preceded_by(start, &["大", "小", "偏大", "偏小"])
            {
                continue;
            }
            let half = captures.get(2).is_some() || number.as_str().ends_with('半');
            let figure = number.as_str().trim_end_matches('半');
            let figure = if figure.starts_with(|c: char| c.is_ascii_digit()) {
                figure.to_owned()
            } else {
                match whole(figure) {
                    Some(value) if value >= 20 => value.to_string(),
                    _ => continue,
                }
            };
            push(start, end, if half { format!("{figure}.5") } else { figure }, Strength::Sure);
        }
        for matched in MODEL.find_iter(&text.lower) {
            let (start, end) = text.span(&matched);
            let value: String = matched.as_str().chars().filter(|c| *c != ' ').collect::<String>().to_ascii_uppercase();
            let lettered = value.ends_with(|c: char| c.is_ascii_alphabetic());
            let measures = ["身高", "体重", "斤", "kg"].iter().any(|word| text.lower.contains(word));
            if text.cuts_latin(start, end) || (!lettered && measures) {
                continue;
            }
            let end = if text.previous(end) == Some(' ') { end - 1 } else { end };
            push(start, end, value, Strength::Sure);
        }
        for matched in STORAGE.find_iter(&text.lower) {
            let (start, end) = text.span(&matched);
            let part = |part: &str| match part.trim_matches(|c: char| !c.is_ascii_digit()) {
                digits if part.contains('t') => format!("{digits}TB"),
                digits => format!("{digits}GB"),
            };
            let value = matched.as_str().split('+').map(part).collect::<Vec<_>>().join("+");
            let storage = value.rsplit('+').next().unwrap_or(&value).to_owned();
            // Only what the shop has: a fruit of 256g is no memory.
            let whole = self.listed.iter().find(|listed| **listed == value);
            let known = self.listed.iter().any(|listed| listed.rsplit('+').next() == Some(storage.as_str()));
            if !text.cuts_latin(start, end) && known {
                push(start, end, whole.cloned().unwrap_or(storage), Strength::Figure);
            }
        }
        for captures in WORN.captures_iter(&text.lower) {
            let Some(number) = captures.get(1) else { continue };
            let (start, mut end) = text.span(&number);
            let half = number.as_str().ends_with('半');
            let figure = number.as_str().trim_end_matches('半');
            let plausible = figure.parse::<f32>().is_ok_and(|size| (25.0..=48.0).contains(&size))
                || (figure.len() == 3 && self.numbers.contains(figure));
            // "要42的" of shoes, not "要30的红包" nor "40的那个" of a price list.
            let lead = captures.get(0).map_or("", |whole| whole.as_str());
            let sure = ["穿", "码", "脚", "鞋"].iter().any(|word| lead.contains(word));
            let shoes = ["鞋", "码", "脚", "穿", "靴", "尺"].iter().any(|word| text.lower.contains(word));
            let changed = ["换", "改", "选"].iter().any(|word| lead.contains(word));
            let asked = ["要", "有", "拍", "买", "拿", "来", "发"].iter().any(|word| lead.contains(word))
                && captures.name("rest").is_some_and(|rest| rest.as_str() == "的")
                && figure.parse::<f32>().is_ok_and(|size| size >= 34.0)
                && !text.followed_by(end + 1, &["券", "红包", "优惠", "那个", "多少"]);
            let fits = sure || shoes || changed || asked || figure.len() == 3;
            if !plausible || !fits || text.preceded_by(start, &["-", "."]) {
                continue;
            }
            if captures.name("rest").is_some_and(|rest| rest.as_str() == "号") {
                // "换到26号" may be a day.
                if figure.parse::<f32>().is_ok_and(|size| size <= 31.0) {
                    continue;
                }
                end += 1;
            }
            push(start, end, if half { format!("{figure}.5") } else { figure.to_owned() }, Strength::Figure);
        }
        for matched in WORDS.find_iter(&text.lower) {
            let (start, end) = text.span(&matched);
            let value = match matched.as_str() {
                "均码" => "均码",
                "小号" | "小码" => "S",
                "中号" | "中码" => "M",
                "大号" | "大码" if !text.preceded_by(start, &["加", "特", "偏", "最"]) => "L",
                "特大号" | "加大号" | "加大码" => "XL",
                _ => continue,
            };
            push(start, end, value.to_owned(), Strength::Figure);
        }
    }
}

/// `xxl` → `2XL`; `None` where it is no size of letters.
fn standard(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    let last = compact.chars().last()?;
    let rest = &compact[..compact.len() - last.len_utf8()];
    let letter = match last {
        's' => 'S',
        'm' => 'M',
        'l' => 'L',
        _ => return None,
    };
    let digits = rest.trim_end_matches('x');
    let crosses = rest.len() - digits.len();
    let times = match digits {
        "" => crosses,
        _ if crosses == 1 => digits.parse().ok()?,
        _ => return None,
    };
    match (times, letter) {
        (0, _) => Some(letter.to_string()),
        (_, 'M') => None,
        (1, _) => Some(format!("X{letter}")),
        (times, _) => Some(format!("{times}X{letter}")),
    }
}

/// A single letter needs its setting: "要M的", "L有货吗", "s 还是 m", alone.
fn letter_is_size(text: &Text<'_>, start: usize, end: usize) -> bool {
    let before = text.before(start).trim_end();
    let after = text.after(end).trim_start();
    if before.is_empty() && after.trim_matches(['。', '！', '，', '？', '吧', '的']).is_empty() {
        return true;
    }
    // A capital between Chinese characters is hardly anything else: "买了M结果小了".
    let capital = text.normal(start, end).chars().all(|c| c.is_ascii_uppercase());
    let other = ["级", "型", "形", "站", "豆", "弯", "钩", "线", "币", "家", "盘", "卡", "先生", "女士"];
    if capital && !other.iter().any(|word| after.starts_with(word)) {
        return true;
    }
    let led = before.is_empty() || LED.iter().any(|word| before.ends_with(word));
    let followed = after.is_empty() || FOLLOWED.iter().any(|word| after.starts_with(word));
    led && followed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_one_form() {
        for (text, expected) in [
            ("xxl", Some("2XL")),
            ("2xl", Some("2XL")),
            ("xl", Some("XL")),
            ("xxxxl", Some("4XL")),
            ("xs", Some("XS")),
            ("m", Some("M")),
            ("xm", None),
            ("3 xl", Some("3XL")),
            ("256gb", None),
        ] {
            assert_eq!(standard(text).as_deref(), expected, "{text}");
        }
    }
}
