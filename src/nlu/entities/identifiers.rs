//! Order numbers, phones, parcel numbers and short digits, however they are grouped. Leaves to others: whether such
//! an order exists (`shop`).

use std::sync::LazyLock;

use regex::Regex;

use super::numerals::digit;
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if text.characters.iter().any(char::is_ascii_digit) {
        parcels(text, found);
        digit_runs(text, found);
        short_digits(text, found);
    }
    spoken_digits(text, found);
}

/// Letters and digits: SF1234567890123, JDVA00123456789, YT…, 1Z….
static PARCEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:jd[a-z]{0,2}|dpk|ztoc?|yun|yd|[a-z]{2,4})[ -]?\d[\da-z]*(?:[ -]\d{2,})*"));

fn parcels(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for matched in PARCEL.find_iter(&text.lower) {
        let (start, mut end) = text.span(&matched);
        if text.previous(start).is_some_and(|before| before.is_ascii_alphanumeric() || before == '_') {
            continue;
        }
        let compact = |end: usize| -> String {
            text.slice(start, end).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
        };
        // A phone or the like that follows after a blank is not part of the number.
        while compact(end).len() > 20 {
            let Some(blank) =
                text.slice(start, end).chars().collect::<Vec<_>>().iter().rposition(|&c| c == ' ' || c == '-')
            else {
                break;
            };
            end = start + blank;
        }
        let number = compact(end);
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let letters = number.len() - digits;
        let named = text.preceded_by(start, &["单号", "单号：", "单号是", "运单", "快递", "物流", "快递："]);
        if digits < if named { 6 } else { 8 } || letters > 8 || number.len() < if named { 8 } else { 10 } {
            continue;
        }
        if let Ok(number) = number.parse() {
            found.push(Candidate {
                start,
                end,
                strength: Strength::Identifier,
                value: EntityValue::TrackingNumber(number),
            });
        }
    }
}

static RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:\+|00)?\d+(?: ?[ -] ?\d+)*"));

/// Runs of digits in groups. A group that is a number by itself stands alone; otherwise neighbours are joined.
fn digit_runs(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for matched in RUN.find_iter(&text.lower) {
        if matched.len() < 11 {
            continue;
        }
        let (start, end) = text.span(&matched);
        let latin =
            |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '.');
        if latin(text.previous(start)) || text.get(end).is_some_and(|c| c.is_ascii_alphabetic()) {
            continue;
        }
        let groups = groups(text, start, end);
        let mut at = 0;
        while at < groups.len() {
            at += take_identifier(text, &groups[at..], found).unwrap_or(1);
        }
    }
}

/// Groups of digits with their spans.
fn groups(text: &Text<'_>, start: usize, end: usize) -> Vec<(String, usize, usize)> {
    let mut groups: Vec<(String, usize, usize)> = Vec::new();
    for position in start..end {
        let Some(character) = text.get(position).filter(char::is_ascii_digit) else { continue };
        match groups.last_mut() {
            Some((digits, _, to)) if *to == position => {
                digits.push(character);
                *to += 1;
            }
            _ => groups.push((character.to_string(), position, position + 1)),
        }
    }
    groups
}

/// Recognises a number at the beginning of `groups`; returns how many groups it took.
fn take_identifier(text: &Text<'_>, groups: &[(String, usize, usize)], found: &mut Vec<Candidate>) -> Option<usize> {
    let start = groups[0].1;
    let mut joined = String::new();
    let mut best: Option<(usize, EntityValue)> = None;
    for (taken, (digits, from, to)) in groups.iter().enumerate() {
        // A long neighbour is a number of its own.
        if taken > 0 && (digits.len() > 8 || (groups[0].0.len() > 10 && best.is_some())) {
            break;
        }
        // Something between the groups other than one blank or dash ends the number.
        if taken > 0 && from - groups[taken - 1].2 > 3 {
            break;
        }
        joined.push_str(digits);
        if joined.len() > 22 {
            break;
        }
        if let Some(value) = identify(text, start, *to, &joined) {
            let phone = matches!(value, EntityValue::Phone(_));
            best = Some((taken + 1, value));
            if phone {
                break;
            }
        }
    }
    let (taken, value) = best?;
    let end = groups[taken - 1].2;
    // The sign of the country code belongs to the span.
    let start =
        if matches!(value, EntityValue::Phone(_)) && text.previous(start) == Some('+') { start - 1 } else { start };
    found.push(Candidate { start, end, strength: Strength::Identifier, value });
    Some(taken)
}

/// What announces a parcel's number, couriers included.
#[rustfmt::skip]
const PARCEL_NAMES: &[&str] = &[
    "快递单", "快递号", "运单", "物流单", "物流号", "快递编号", "退货单号", "寄回", "韵达", "中通", "申通", "圆通", "极兔", "邮政", "顺丰", "百世",
    "德邦",
];

/// What digits alone may be.
fn identify(text: &Text<'_>, start: usize, end: usize, digits: &str) -> Option<EntityValue> {
    let country = text.previous(start) == Some('+');
    for prefix in ["0086", "86", ""] {
        let is_phone = |rest: &&str| {
            rest.len() == 11 && (prefix.is_empty() || country || digits.starts_with("00") || digits.len() == 13)
        };
        if let Some(phone) = digits.strip_prefix(prefix).filter(is_phone).and_then(|rest| rest.parse().ok()) {
            return Some(EntityValue::Phone(phone));
        }
    }
    if digits.len() < 12 {
        return None;
    }
    let context = text.before(start);
    let last = |word: &str| context.rfind(word).map(|at| at + word.len());
    let order = ["订单", "单子"].iter().filter_map(|word| last(word)).max();
    let named = PARCEL_NAMES.iter().filter_map(|word| last(word)).max();
    let talk = ["快递", "物流", "包裹"].iter().filter_map(|word| last(word)).max();
    let after = text.after(end);
    let after_parcel =
        ["快递", "物流", "这个快递", "这个物流", "运单", "的快递"].iter().any(|word| after.starts_with(word));
    // Couriers' own beginnings: 75, 76, 78 中通, 77 申通, 43, 46, 31 韵达, 9 邮政. A long number is the shop's.
    let short = digits.len() <= 15 && !digits.starts_with("20");
    let courier = short && ["75", "76", "77", "78"].iter().any(|prefix| digits.starts_with(prefix));
    let parcel = named > order || (short && talk > order) || (order.is_none() && (courier || (short && after_parcel)));
    if parcel {
        return digits.parse().ok().map(EntityValue::TrackingNumber);
    }
    digits.parse().ok().map(EntityValue::OrderNumber)
}

static SPOKEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[零〇一二三四五六七八九幺]{11,20}"));

/// Digits from a voice: 幺三八零零….
fn spoken_digits(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for matched in SPOKEN.find_iter(&text.lower) {
        let digits: String =
            matched.as_str().chars().filter_map(digit).filter_map(|value| char::from_digit(value as u32, 10)).collect();
        let (start, end) = text.span(&matched);
        if let Some(value) = identify(text, start, end, &digits) {
            found.push(Candidate { start, end, strength: Strength::Identifier, value });
        }
    }
}

static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:尾号|后四位|后4位|末四位|末4位|后四位数|尾数|后面四位|最后四位|验证码)(?:数字|数|号码)?(?:就?是|为|：|:)? ?(\d{4,6})",
    )
});
static TAIL_AFTER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\d{4})(?:结尾|这个尾号|的?尾号|是?(?:我的?)?(?:手机|电话)?(?:的)?(?:后四位|尾号))"));
static BARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[ ，。！？.]*(\d{4,6})[ ，。！？.]*$"));

fn short_digits(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for pattern in [&*TAIL, &*TAIL_AFTER, &*BARE] {
        for captures in pattern.captures_iter(&text.lower) {
            let Some(digits) = captures.get(1) else { continue };
            let (start, end) = text.span(&digits);
            if text.get(end).is_some_and(|after| after.is_ascii_digit())
                || text.previous(start).is_some_and(|c| c.is_ascii_digit())
            {
                continue;
            }
            let value = EntityValue::ShortDigits(digits.as_str().to_owned());
            found.push(Candidate { start, end, strength: Strength::Identifier, value });
        }
    }
}
