//! Places and streets: 广东深圳南山区科技园路1号. Leaves to others: whether a courier goes there.
//!
//! A chain of places from the gazetteer is read from left to right; unknown districts are taken by their suffix, and
//! what follows in the manner of a street is the street.

use std::sync::LazyLock;

use regex::Regex;

use super::gazetteer::{Level, Place, gazetteer};
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

/// Characters of names in a street; none of the verbs and particles that follow an address in a sentence.
const NAME: &str = r"(?:开发|发展|和平|和谐|和睦|和园|永和|太和|中和|人和|祥和|天和|[\p{Han}&&[^的了吗呢吧要能不我你他她是请麻改发寄送收和有没给帮把在到让说谢啊嘛还也都就电手姓名谁哪几多么么可以走用快换这那件个退号楼栋幢座室]])";
/// What a part of an address ends with.
const NAMED: &str = r"街道办|街道|大道|大街|胡同|小区|社区|花园|家园|公寓|大厦|广场|中心|工业园|科技园|产业园|软件园|开发区|大学|学院|中学|小学|学校|医院|宿舍|新村|国际|公馆|别墅|城|苑|府|庭|湾|园|庄|屯|路|街|巷|弄|镇|乡|村|里|坊|厂|公司|站|店|院|营|寨|桥|旁|驿站|超市|菜鸟驿站";
const NUMBERED: &str = r"[a-z]?[0-9一二三四五六七八九十]{1,5}(?:-[0-9]{1,5})*[a-z]?(?:号楼|号院|号门|号|栋|幢|座|单元|室|层|楼|弄|组|队|铺|房|期|区|巷|街|院|门|户)|[a-z](?:座|栋|区|幢|单元)|[东西南北中]门";

static STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^ ?(?:(?:{NAME}{{0,8}}?|[a-z0-9]{{1,8}})(?:{NAMED}) ?|(?:{NUMBERED}) ?|（{NAME}{{2,8}}）)+(?:[0-9]{{1,4}}(?:-[0-9]{{1,4}})*)?"
    ))
});
static NUMBERED_STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:路|街|大道|大街|巷|胡同|小区|花园|公寓|大厦|新村|家园|苑|园|广场)(?:[0-9a-z一二三四五六七八九十]{1,5}(?:号楼|号院|号|弄|栋|幢|座|单元)|[东西南北]门)",
    )
});
static NAME_CHARACTER: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^{NAME}$")));
static COUNTY: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"^ ?(?P<name>{NAME}{{1,7}}?(?:自治县|新区|区|县|市|旗))")));
/// What makes it a street and no mere "公司" or "分拨中心".
static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[0-9一二三四五六七八九十a-z][号栋幢座弄室楼层期组]|街道|大道|路|街|胡同|巷|镇|乡|村|小区|社区|花园|家园|公寓|大厦|广场|苑|新村|工业园|科技园|产业园|软件园|开发区|大学|学院|中学|小学|医院|公馆|别墅|庄|屯|[东西南北]门",
    )
});
static SUBURB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:小区|社区|园区|开发区|地区|专区|厂区|校区|景区|片区|山区|郊区|城区|市区|全区|超市|门市|城市|夜市|股市|楼市)$",
    )
});
/// Words that announce an address.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "地址", "寄到", "发到", "送到", "邮到", "寄去", "发往", "寄往", "到", "发", "寄", "送", "在", "改成",
    "改到", "换成", "换到", "地址：", "地址是", "住", "从", "：", "，", "去", "是",
];

#[derive(Debug)]
struct Found<'g> {
    start: usize,
    end: usize,
    places: &'g [Place],
}

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let gazetteer = gazetteer();
    let mut matches: Vec<Found<'_>> = gazetteer
        .finder
        .find_iter(&text.lower)
        .map(|matched| Found {
            start: text.at(matched.start()),
            end: text.at(matched.end()),
            places: gazetteer.places(matched.pattern().as_usize()),
        })
        .collect();
    matches.retain(|place| {
        !(text.followed_by(place.end, &["路", "街", "大道", "大街"])
            && place.places.iter().all(|place| !place.suffixed))
    });
    let mut at = 0;
    while at < matches.len() {
        at = chain(text, &matches, at, found);
    }
    lone_streets(text, found);
}

fn value(level: Level, name: String) -> EntityValue {
    match level {
        Level::Province => EntityValue::Province(name),
        Level::City => EntityValue::City(name),
        Level::District => EntityValue::District(name),
    }
}

/// Reads places that follow one another from `matches[at]`; returns the index after them.
fn chain(text: &Text<'_>, matches: &[Found<'_>], at: usize, found: &mut Vec<Candidate>) -> usize {
    let first = &matches[at];
    let next_adjacent = matches.get(at + 1).is_some_and(|next| gap(text, first.end, next.start));
    let county_follows = COUNTY.is_match(text.after(first.end)) && county(text, first.end).is_some();
    let street_follows = street(text, first.end).is_some();
    let supported = next_adjacent || county_follows || street_follows;
    let Some(place) = choose(text, first, None, supported) else { return at + 1 };
    let mut level = place.level;
    let strength = if supported || place.suffixed { Strength::Name } else { Strength::Word };
    found.push(Candidate { start: first.start, end: first.end, strength, value: value(level, place.full.clone()) });
    let mut end = first.end;
    let mut next = at + 1;
    loop {
        if let Some(candidate) = matches.get(next).filter(|candidate| gap(text, end, candidate.start))
            && let Some(place) = choose(text, candidate, Some(level), true)
        {
            level = place.level;
            found.push(Candidate {
                start: candidate.start,
                end: candidate.end,
                strength: Strength::Name,
                value: value(level, place.full.clone()),
            });
            end = candidate.end;
            next += 1;
            continue;
        }
        if let Some((from, to, name)) = county(text, end).filter(|_| level < Level::District) {
            level = if level == Level::Province && name.ends_with('市') { Level::City } else { Level::District };
            found.push(Candidate { start: from, end: to, strength: Strength::Name, value: value(level, name) });
            end = to;
            while matches.get(next).is_some_and(|candidate| candidate.start < end) {
                next += 1;
            }
            continue;
        }
        break;
    }
    if let Some((from, to)) = street(text, end) {
        let name: String = text.normal(from, to).chars().filter(|c| *c != ' ').collect();
        found.push(Candidate { start: from, end: to, strength: Strength::Name, value: EntityValue::Street(name) });
        while matches.get(next).is_some_and(|candidate| candidate.start < to) {
            next += 1;
        }
    }
    next
}

fn gap(text: &Text<'_>, end: usize, start: usize) -> bool {
    end <= start && matches!(text.slice(end, start), "" | " " | "，" | "省" | "市")
}

/// The reading of a name in its place: below `above`, and not a part of an ordinary word.
fn choose<'g>(text: &Text<'_>, found: &Found<'g>, above: Option<Level>, supported: bool) -> Option<&'g Place> {
    found.places.iter().find(|place| match above {
        Some(above) => place.level > above,
        None if place.suffixed => {
            place.level < Level::District
                || supported
                || found.end - found.start >= 3 && led(text, found.start)
                || (found.end - found.start >= 3 && text.on_word_boundaries(found.start, found.end))
        }
        None if place.level == Level::District => false,
        None if place.ambiguous => {
            supported || text.preceded_by(found.start, &["寄到", "发到", "送到", "发往", "寄往", "邮到", "地址"])
        }
        None => supported || !inside_word(text, found.start, found.end),
    })
}

fn led(text: &Text<'_>, start: usize) -> bool {
    start == 0 || text.preceded_by(start, LEADS)
}

/// Whether a longer ordinary word holds the span: 海南鸡饭, 北京时间 stay words of their own.
fn inside_word(text: &Text<'_>, start: usize, end: usize) -> bool {
    let begins = text.words.iter().any(|&(_, from, to)| from == start && to >= end)
        || text.words.iter().any(|&(_, from, _)| from == start);
    let ends = text.words.iter().any(|&(_, _, to)| to == end) || text.followed_by(end, &["省", "市"]);
    !(begins && ends)
        || text.followed_by(end, &["时间", "烤鸭", "白药", "茅台", "啤酒", "火锅", "小面", "鸡", "话", "菜"])
}

/// 桐庐县 after a place, by its suffix.
fn county(text: &Text<'_>, position: usize) -> Option<(usize, usize, String)> {
    let captures = COUNTY.captures(text.after(position))?;
    let name = captures.name("name")?;
    let length = name.as_str().chars().count();
    if SUBURB.is_match(name.as_str()) || length < 2 {
        return None;
    }
    let from = position + captures.get(0)?.as_str().chars().count() - length;
    Some((from, from + length, name.as_str().to_owned()))
}

/// The street part that begins at a position.
fn street(text: &Text<'_>, position: usize) -> Option<(usize, usize)> {
    let after = text.after(position);
    let skipped = usize::from(after.starts_with(['，', ' ']));
    let matched = STREET.find(text.after(position + skipped))?;
    let trimmed = matched.as_str().trim_end();
    let from = position + skipped + usize::from(trimmed.starts_with(' '));
    let to = position + skipped + trimmed.chars().count();
    (to - from >= 2 && STRONG.is_match(trimmed)).then_some((from, to))
}

/// A street without a city: 科技路25号3栋1502.
fn lone_streets(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for matched in NUMBERED_STREET.find_iter(&text.lower) {
        let (sign, _) = text.span(&matched);
        // Its name is what stands before, six characters at most.
        let is_name = |position: &usize| NAME_CHARACTER.is_match(text.slice(*position, position + 1));
        let length = (sign.saturating_sub(6)..sign).rev().take_while(is_name).count();
        if length < 2 {
            continue;
        }
        let start = sign - length;
        let inside = |candidate: &Candidate| {
            candidate.start <= start
                && start < candidate.end
                && matches!(candidate.value, EntityValue::Street(_) | EntityValue::District(_))
        };
        if found.iter().any(inside) {
            continue;
        }
        if let Some((from, to)) = street(text, start) {
            let name: String = text.normal(from, to).chars().filter(|c| *c != ' ').collect();
            found.push(Candidate {
                start: from,
                end: to,
                strength: Strength::Figure,
                value: EntityValue::Street(name),
            });
        }
    }
}
