//! Times of day: 下午三点, 晚上8点半, 15:30. Leaves to others: dates, and how long something takes.

use std::sync::LazyLock;

use jiff::civil::Time;
use regex::Regex;

use super::numerals::whole;
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

const PART: &str = r"凌晨|清晨|早晨|早上|上午|早|中午|午后|下午|傍晚|晚上|夜里|半夜|夜晚|夜间|晚";

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?P<part>{PART})?(?:的)? ?(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?::[0-5]\d)?"))
});
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<part>{PART})?(?:的)? ?(?P<hour>\d{{1,2}}|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九零])点(?P<rest>半|一刻|三刻|钟|整|(?P<minute>\d{{1,2}}|[零一二三四五]?十?[一二三四五六七八九十]?)分?|)"
    ))
});

/// What follows a 点 that is no hour.
#[rustfmt::skip]
const VAGUE_NOT_TIME: &[&str] = &[
    "问题", "建议", "意见", "要求", "疑问", "原因", "心", "击", "评", "赞", "开", "名", "餐", "都", "也不",
];

#[rustfmt::skip]
const HOUR_FOLLOWS: &[&str] = &[
    "前", "之前", "左右", "后", "以后", "之后", "到", "多", "送", "发", "来", "能", "下单", "开始", "半",
    "给我", "打", "取",
];

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if !text.lower.contains(['点', ':', '：']) {
        return;
    }
    for captures in CLOCK.captures_iter(&text.lower) {
        let (Some(matched), Some(hour), Some(minute)) =
            (captures.get(0), captures.name("hour"), captures.name("minute"))
        else {
            continue;
        };
        let (start, end) = text.span(&matched);
        let hour_start = text.span(&hour).0;
        if text.cuts_latin(hour_start, end) || text.previous(hour_start) == Some('.') {
            continue;
        }
        let part = captures.name("part").map(|part| part.as_str()).or_else(|| part_before(text, start));
        if let (Some(hour), Some(minute)) = (whole(hour.as_str()), whole(minute.as_str())) {
            push(text, start, end, part, hour, minute, found);
        }
    }
    for captures in SPOKEN.captures_iter(&text.lower) {
        let (Some(matched), Some(hour), Some(rest)) = (captures.get(0), captures.name("hour"), captures.name("rest"))
        else {
            continue;
        };
        let (start, mut end) = text.span(&matched);
        let hour_start = text.span(&hour).0;
        let part = captures.name("part").map(|part| part.as_str()).or_else(|| part_before(text, start));
        let exact = !rest.as_str().is_empty();
        if text.previous(hour_start).is_some_and(|c| c.is_ascii_alphanumeric() || ".-百千第差早晚有".contains(c))
            && part.is_none()
        {
            continue;
        }
        if hour_start > 0
            && text.previous(hour_start).is_some_and(|c| "百千第十".contains(c) || c.is_ascii_digit() || c == '.')
        {
            continue;
        }
        // 一点, 两点 are also "a little" and "two points"; 8点5 is a figure.
        let vague = matches!(hour.as_str(), "一" | "1" | "两" | "几" | "三" | "二");
        if part.is_none()
            && !exact
            && vague
            && !text.followed_by(end, HOUR_FOLLOWS)
            && !text.preceded_by(start, &["天", "今", "明", "昨", "号", "日"])
        {
            continue;
        }
        if part.is_none()
            && matches!(hour.as_str(), "一" | "1")
            && !matches!(rest.as_str(), "半" | "钟" | "整" | "一刻" | "三刻")
            && !text.preceded_by(start, &["天", "号", "到", "日"])
        {
            continue;
        }
        if !exact && text.followed_by(end, VAGUE_NOT_TIME) {
            continue;
        }
        let Some(hour) = whole(hour.as_str()) else { continue };
        let minute = match rest.as_str() {
            "半" => 30,
            "一刻" => 15,
            "三刻" => 45,
            "" | "钟" | "整" => 0,
            spoken => {
                let digits = captures.name("minute").map_or("", |minute| minute.as_str());
                match whole(digits.trim_start_matches('零')).filter(|minute| *minute < 60) {
                    Some(minute) => {
                        // "8点3" without 分 needs two digits.
                        if !spoken.ends_with('分') && digits.chars().count() < 2 {
                            end = text.at(rest.start());
                            0
                        } else {
                            minute
                        }
                    }
                    None => continue,
                }
            }
        };
        push(text, start, end, part, hour, minute, found);
    }
}

/// The part of the day said right before in a date word: 今晚8点, 明早九点.
fn part_before(text: &Text<'_>, position: usize) -> Option<&'static str> {
    if text.preceded_by(position, &["今晚", "明晚", "昨晚", "当晚", "晚上的", "前晚", "后晚"]) {
        Some("晚上")
    } else if text.preceded_by(position, &["明早", "今早"]) {
        Some("早上")
    } else if text.preceded_by(position, &["下午到", "下午的"]) {
        Some("下午")
    } else {
        None
    }
}

fn push(
    text: &Text<'_>,
    mut start: usize,
    end: usize,
    part: Option<&str>,
    hour: u64,
    minute: u64,
    found: &mut Vec<Candidate>,
) {
    let hour = match part {
        Some("下午" | "傍晚" | "午后" | "晚上" | "晚" | "夜里" | "夜晚" | "夜间") if (1..=11).contains(&hour) =>
        {
            // 夜里两点 is after midnight.
            if matches!(part, Some("夜里" | "夜间" | "夜晚")) && hour < 6 { hour } else { hour + 12 }
        }
        Some("晚上" | "晚" | "夜里" | "半夜" | "凌晨" | "夜晚") if hour == 12 => 0,
        Some("半夜") if (9..12).contains(&hour) => hour + 12,
        Some("中午") if (1..=3).contains(&hour) => hour + 12,
        _ if hour == 24 => 0,
        _ => hour,
    };
    while text.get(start).is_some_and(|c| c == ' ' || c == '的') {
        start += 1;
    }
    // 今晚8点: 晚 belongs to the date word.
    if text.get(start).is_some_and(|c| c == '晚' || c == '早')
        && text.previous(start).is_some_and(|c| "今明昨前后".contains(c))
        && !text.followed_by(start, &["晚上", "早上", "早晨"])
    {
        start += 1;
    }
    if let (Ok(hour), Ok(minute)) = (i8::try_from(hour), i8::try_from(minute))
        && let Ok(time) = Time::new(hour, minute, 0, 0)
    {
        found.push(Candidate { start, end, strength: Strength::Sure, value: EntityValue::Time(time) });
    }
}
