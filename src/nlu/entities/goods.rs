//! Products, brands and categories of the catalogue: letter by letter, by alias, by sound, by near spelling.
//! Leaves to others: which products fit (`shop`, `recommender`).
//!
//! A name found exactly is trusted. A near one must not be made of ordinary words, must lie on the borders of words,
//! and must be nearest to one name only: a wrong product is worse than none.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::goods_names::{is_joined, product_names, squeeze};
use super::similarity::{Unit, distance, merged, one_keystroke, substitution, units};
use super::text::Text;
use super::{Candidate, Strength};
use crate::domain::EntityValue;
use crate::nlu::catalogue::{Catalogue, CatalogueName};
use crate::nlu::segment::Segmenter;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Target {
    Product(String),
    Brand(String),
    Category(String),
}

/// What follows 手机 where it is not the ware.
#[rustfmt::skip]
const PHONE_SERVICE: &[&str] = &[
    "盒子", "号码", "号", "袋子", "验证码", "支付", "端", "银行", "短信", "客户端", "app", "尾号", "上下",
    "上看", "上操作", "号", "后四位", "流量", "话费", "登录", "号是", "绑定", "卡",
];

impl Target {
    fn value(&self) -> EntityValue {
        match self {
            Target::Product(name) => EntityValue::Product(name.clone()),
            Target::Brand(name) => EntityValue::Brand(name.clone()),
            Target::Category(name) => EntityValue::Category(name.clone()),
        }
    }
}

/// One name and all that it may mean.
#[derive(Debug)]
struct Name {
    /// Lower case, without blanks and hyphens.
    units: Vec<Unit>,
    text: String,
    targets: Vec<Target>,
    /// Written out in Latin letters from its sound: taken only as a whole word.
    spelled: bool,
}

/// All names of a catalogue, prepared for finding.
#[derive(Debug)]
pub(super) struct GoodsIndex {
    /// Wares that the shop has not: 手机壳 is no 手机.
    elsewhere: Option<AhoCorasick>,
    names: Vec<Name>,
    exact: Option<AhoCorasick>,
    /// Neighbouring sounds → (name, position of the first).
    by_sound: HashMap<(Sound, Sound), Vec<(u32, u32)>>,
}

/// A merged syllable, or a character that has none.
type Sound = (u8, &'static str, char);

fn sound(unit: Unit) -> Sound {
    if unit.sound.is_empty() {
        return (0, "", unit.character);
    }
    let (initial, rest) = merged(unit.sound);
    (initial, rest, ' ')
}

/// Words for the same kind of ware, whatever the shop calls it.
const WORDS: &str = include_str!("../../../data/nlu/categories.txt");

impl GoodsIndex {
    pub fn new(catalogue: &Catalogue, segmenter: &Segmenter) -> Self {
        let mut targets: HashMap<String, Vec<Target>> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut add = |name: &str, target: Target| {
            let key = squeeze(name);
            let least = if matches!(target, Target::Category(_)) { 1 } else { 2 };
            if key.chars().count() < least || key.chars().count() > 60 {
                return;
            }
            let list = targets.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                Vec::new()
            });
            if !list.contains(&target) {
                list.push(target);
            }
        };
        for brand in &catalogue.brands {
            for name in names(brand) {
                add(name, Target::Brand(brand.name.clone()));
            }
        }
        for category in &catalogue.categories {
            for name in names(category) {
                add(name, Target::Category(category.name.clone()));
            }
        }
        let listed = |word: &str| catalogue.categories.iter().find(|category| squeeze(&category.name) == word);
        let (same, wide) = WORDS.split_once("---").unwrap_or((WORDS, ""));
        let mut explained: HashSet<&str> = HashSet::new();
        let mut elsewhere: Vec<String> = Vec::new();
        let lines = |part: &'static str, wide: bool| {
            part.lines().filter(|line| !line.starts_with('#')).map(move |line| (line, wide))
        };
        for (line, wide) in lines(same, false).chain(lines(wide, true)) {
            let reach = if wide { 1 } else { usize::MAX };
            let Some(category) = line.split_whitespace().take(reach).find_map(listed) else {
                elsewhere.extend(line.split_whitespace().map(squeeze));
                continue;
            };
            for word in line.split_whitespace().filter(|word| listed(word).is_none()) {
                if explained.insert(word) {
                    add(word, Target::Category(category.name.clone()));
                }
            }
        }
        elsewhere.retain(|word| !explained.contains(word.as_str()) && listed(word).is_none());
        for product in &catalogue.products {
            let target = Target::Product(product.title.clone());
            for name in product_names(product, segmenter) {
                add(&name, target.clone());
            }
        }
        let mut names: Vec<Name> = Vec::new();
        let mut spelled: Vec<(String, Vec<Target>)> = Vec::new();
        for text in order {
            let targets = targets.remove(&text).unwrap_or_default();
            let units = units(&text.chars().collect::<Vec<_>>());
            if units.len() <= 6 && units.iter().all(|unit| !unit.sound.is_empty()) {
                let letters: String = units.iter().map(|unit| unit.sound).collect();
                if letters.len() >= 4 && units.len() >= 2 {
                    spelled.push((letters, targets.clone()));
                }
            }
            names.push(Name { units, text, targets, spelled: false });
        }
        for (text, targets) in spelled {
            if !names.iter().any(|name| name.text == text) {
                names.push(Name { units: Vec::new(), text, targets, spelled: true });
            }
        }
        let mut by_sound: HashMap<(Sound, Sound), Vec<(u32, u32)>> = HashMap::new();
        for (index, name) in names.iter().enumerate().filter(|(_, name)| (2..=16).contains(&name.units.len())) {
            for (position, pair) in name.units.windows(2).enumerate() {
                by_sound.entry((sound(pair[0]), sound(pair[1]))).or_default().push((index as u32, position as u32));
            }
        }
        let exact = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(names.iter().map(|name| name.text.as_str()))
            .ok()
            .filter(|_| !names.is_empty());
        let elsewhere = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&elsewhere).ok();
        GoodsIndex { elsewhere, names, exact, by_sound }
    }

    pub fn find(&self, text: &Text<'_>, found: &mut Vec<Candidate>) {
        let Some(exact) = &self.exact else { return };
        // Blanks and hyphens left out: "iphone 15 pro" is iphone15pro.
        let mut squeezed = String::with_capacity(text.lower.len());
        let mut characters = Vec::with_capacity(text.characters.len());
        let mut positions = Vec::with_capacity(text.characters.len());
        let mut bytes = Vec::with_capacity(text.characters.len() + 1);
        for (position, &character) in text.characters.iter().enumerate() {
            if is_joined(character) {
                bytes.push(squeezed.len());
                squeezed.push(character);
                characters.push(character);
                positions.push(position);
            }
        }
        bytes.push(squeezed.len());
        let at = |byte: usize| bytes.binary_search(&byte).unwrap_or_else(|after| after);
        let span = |from: usize, to: usize| (positions[from], positions[to - 1] + 1);
        let mut sure = vec![false; characters.len()];
        let others: Vec<(usize, usize)> = self
            .elsewhere
            .iter()
            .flat_map(|finder| finder.find_iter(&squeezed))
            .map(|matched| (matched.start(), matched.end()))
            .collect();
        for matched in exact.find_overlapping_iter(&squeezed) {
            let within = |&(from, to): &(usize, usize)| {
                from <= matched.start() && matched.end() <= to && to - from > matched.len()
            };
            let (from, to) = (at(matched.start()), at(matched.end()));
            let (start, end) = span(from, to);
            let name = &self.names[matched.pattern().as_usize()];
            if text.cuts_latin(start, end) || (name.spelled && text.slice(start, end).contains('-')) {
                continue;
            }
            // 小米粥 is no 小米: a brand inside a longer ordinary word.
            let inside = |&(word, from, to): &(&str, usize, usize)| {
                from <= start && end <= to && to - from > end - start && text.segmenter.is_general(word)
            };
            if matches!(name.targets.first(), Some(Target::Brand(_))) && text.words.iter().any(inside) {
                continue;
            }
            if let Some(target) = self.meaning(name)
                && (!matches!(target, Target::Category(_))
                    || (category_stands(text, &name.text, start, end) && !others.iter().any(within)))
            {
                let strength = match target {
                    Target::Category(_) => Strength::Word,
                    _ if name.spelled => Strength::Word,
                    _ => Strength::Name,
                };
                if !matches!(target, Target::Category(_)) {
                    sure[from..to].fill(true);
                }
                found.push(Candidate { start, end, strength, value: target.value() });
            } else if name.targets.iter().all(|target| matches!(target, Target::Product(_))) {
                // Named exactly but shared by several products: nothing nearer will be found here.
                sure[from..to].fill(true);
            }
        }
        self.near(text, &characters, &positions, &sure, found);
        self.latin(text, found);
    }

    /// The one thing that a name means; none where products share it.
    fn meaning<'n>(&self, name: &'n Name) -> Option<&'n Target> {
        let mut targets = name.targets.iter();
        let rank = |target: &&Target| match target {
            Target::Brand(_) => 0,
            Target::Category(_) => 1,
            Target::Product(_) => 2,
        };
        match name.targets.as_slice() {
            [only] => Some(only),
            _ => targets.by_ref().min_by_key(rank).filter(|target| !matches!(target, Target::Product(_))),
        }
    }

    fn near(
        &self,
        text: &Text<'_>,
        characters: &[char],
        positions: &[usize],
        sure: &[bool],
        found: &mut Vec<Candidate>,
    ) {
        if characters.len() > 400 {
            return;
        }
        let window = units(characters);
        // (name, where it would begin) → pairs of sounds in common.
        let mut hits: HashMap<(u32, i32), usize> = HashMap::new();
        for (at, pair) in window.windows(2).enumerate() {
            for &(name, position) in self.by_sound.get(&(sound(pair[0]), sound(pair[1]))).into_iter().flatten() {
                *hits.entry((name, at as i32 - position as i32)).or_default() += 1;
            }
        }
        let mut best: Vec<(f32, usize, usize, usize)> = Vec::new();
        for (&(index, begin), &count) in &hits {
            let name = &self.names[index as usize];
            let length = name.units.len();
            let around = count
                + hits.get(&(index, begin + 1)).copied().unwrap_or(0)
                + hits.get(&(index, begin - 1)).copied().unwrap_or(0);
            if around < length.saturating_sub(3).max(usize::from(length <= 3) * (length - 1)).max(1) {
                continue;
            }
            if let Some((cost, from, to)) = self.align(text, name, &window, positions, sure, begin) {
                best.push((cost, from, to, index as usize));
            }
        }
        best.sort_by(|one, other| {
            one.0
                .total_cmp(&other.0)
                .then((other.2 - other.1).cmp(&(one.2 - one.1)))
                .then(one.1.cmp(&other.1))
                .then(one.3.cmp(&other.3))
        });
        let mut used = vec![false; characters.len()];
        for (place, &(cost, from, to, index)) in best.iter().enumerate() {
            if used[from..to].contains(&true) {
                continue;
            }
            let name = &self.names[index];
            let Some(target) = self.meaning(name) else { continue };
            // Two names equally near: neither is meant surely.
            let rival = best.iter().enumerate().any(|(other, &(rival_cost, rival_from, rival_to, rival))| {
                other != place
                    && rival_cost <= cost
                    && rival_to - rival_from >= to - from
                    && rival_from < to
                    && from < rival_to
                    && self.meaning(&self.names[rival]) != Some(target)
            });
            used[from..to].fill(true);
            if rival {
                continue;
            }
            let strength = if matches!(target, Target::Product(_)) { Strength::Word } else { Strength::Near };
            found.push(Candidate {
                start: positions[from],
                end: positions[to - 1] + 1,
                strength,
                value: target.value(),
            });
        }
    }

    /// The best place for `name` near `begin`, if it is near enough.
    fn align(
        &self,
        text: &Text<'_>,
        name: &Name,
        window: &[Unit],
        positions: &[usize],
        sure: &[bool],
        begin: i32,
    ) -> Option<(f32, usize, usize)> {
        let length = name.units.len();
        let brand_or_category = !matches!(name.targets.first(), Some(Target::Product(_)));
        let most = match length {
            0 | 1 => return None,
            2 => 0.4,
            3 => 0.65,
            4 => {
                if brand_or_category {
                    0.8
                } else {
                    1.0
                }
            }
            5 | 6 => 1.0,
            _ => 1.5,
        };
        let mut best: Option<(f32, usize, usize)> = None;
        let slack = i32::from(length >= 4);
        for from in (begin - slack).max(0)..=begin + slack {
            for size in (length as i32 - slack)..=(length as i32 + slack) {
                let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(from + size)) else { continue };
                if to > window.len() || from >= to {
                    continue;
                }
                let piece = &window[from..to];
                let cost = distance(&name.units, piece);
                let nearer = best.is_none_or(|(known, _, _)| cost < known);
                if cost > 0.0
                    && cost <= most
                    && nearer
                    && !sure[from..to].contains(&true)
                    && is_typo(text, name, piece, positions[from], positions[to - 1] + 1, cost)
                {
                    best = Some((cost, from, to));
                } else if cost == 0.0 {
                    return None;
                }
            }
        }
        best
    }

    /// Latin names one keystroke off: ipone, airpds.
    fn latin(&self, text: &Text<'_>, found: &mut Vec<Candidate>) {
        for &(word, start, end) in &text.words {
            if word.len() < 5
                || !word.bytes().all(|byte| byte.is_ascii_alphanumeric())
                || !word.bytes().any(|byte| byte.is_ascii_alphabetic())
            {
                continue;
            }
            let word = word.to_ascii_lowercase();
            if self.names.iter().any(|name| name.text == word) {
                continue;
            }
            let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
            let near: Vec<&Target> = self
                .names
                .iter()
                .filter(|name| {
                    name.text.len() >= 5 && name.text.is_ascii() && name.text.as_bytes()[0] == word.as_bytes()[0]
                })
                .filter(|name| {
                    digits(&name.text) == digits(&word) && one_keystroke(name.text.as_bytes(), word.as_bytes())
                })
                .filter_map(|name| self.meaning(name))
                .collect();
            if let Some(first) = near.first().filter(|first| near.iter().all(|other| other == *first)) {
                found.push(Candidate { start, end, strength: Strength::Near, value: first.value() });
            }
        }
    }
}

fn names(entry: &CatalogueName) -> impl Iterator<Item = &String> {
    std::iter::once(&entry.name).chain(&entry.aliases)
}

/// Whether a piece that differs from a name is a slip of it and no text of its own.
fn is_typo(text: &Text<'_>, name: &Name, piece: &[Unit], start: usize, end: usize, cost: f32) -> bool {
    let length = name.units.len();
    if text.cuts_latin(start, end) || piece.iter().any(|unit| "，。！？；：（）[]".contains(unit.character)) {
        return false;
    }
    let same = piece.iter().filter(|unit| name.units.iter().any(|own| own.character == unit.character)).count();
    if same == 0 || (length >= 4 && same * 2 < length) {
        return false;
    }
    let written = text.slice(start, end);
    if text.segmenter.knows(written) {
        return false;
    }
    let inside: Vec<&(&str, usize, usize)> =
        text.words.iter().filter(|&&(_, from, to)| start < to && from < end).collect();
    let aligned = inside.first().is_some_and(|word| word.1 == start) && inside.last().is_some_and(|word| word.2 == end);
    // A word that reaches over the border is text of its own, unless all of it is made up by the segmenter.
    let crossing = inside.iter().any(|&&(word, from, to)| (from < start || to > end) && text.segmenter.knows(word));
    if crossing || (!aligned && length <= 3) {
        return false;
    }
    let sounds_alike = cost < 1.0 && piece.len() == length;
    // Ordinary words that happen to resemble a name: 加厚羽绒服 is no 加长羽绒服.
    let differing = |position: usize| {
        piece.get(position).map(|unit| unit.character) != name.units.get(position).map(|unit| unit.character)
    };
    let ordinary = inside
        .iter()
        .all(|(word, from, to)| to - from >= 2 && text.segmenter.knows(word) || *from < start || *to > end);
    if ordinary && !(sounds_alike && length >= 5) {
        return false;
    }
    if piece.len() == length {
        // Another word at the end is another name: 短袖衬衫女 for 短袖衬衫男.
        let strange = |position: usize| substitution(piece[position], name.units[position]) >= 1.0;
        if strange(0) || strange(length - 1) {
            return false;
        }
        // The differing character must not belong to an ordinary word of the message.
        let offset = start;
        let explained = inside.iter().any(|&&(word, from, to)| {
            to - from >= 2
                && text.segmenter.knows(word)
                && (from.saturating_sub(offset)..to.saturating_sub(offset)).any(differing)
                && !(sounds_alike && (length >= 4 || length == 3 && cost <= 0.25))
        });
        return !explained;
    }
    // A character too few or too many: never at the ends, where a longer or shorter name is meant.
    length >= 4
        && piece.first().map(|unit| unit.character) == name.units.first().map(|unit| unit.character)
        && piece.last().map(|unit| unit.character) == name.units.last().map(|unit| unit.character)
}

/// Whether a category word means the ware: no 包 of 包邮, no 鞋 of 鞋盒.
fn category_stands(text: &Text<'_>, word: &str, start: usize, end: usize) -> bool {
    let crossing = text.words.iter().any(|&(known, from, to)| {
        (from < start && start < to && to < end || start < from && from < end && end < to)
            && text.segmenter.knows(known)
    });
    if crossing {
        return false;
    }
    if word.chars().count() == 1 {
        let whole_word = text.words.iter().any(|&(_, from, to)| from == start && to == end);
        return whole_word && !text.followed_by(end, &["盒", "带", "邮", "装", "裹"]);
    }
    // 手机壳, 键盘膜, 电脑包: the ware is another one.
    let compound = text.get(end).is_some_and(|next| COMPOUND.contains(next)) && !text.followed_by(end, NO_COMPOUND);
    let service = word == "手机" && text.followed_by(end, PHONE_SERVICE) && !text.followed_by(end, NO_COMPOUND);
    !(compound || service)
}

/// What makes another ware of a category word before it.
const COMPOUND: &str = "壳膜套垫架包桌杯罐盒袋锅刷机线贴绳柜椅座圈粉纸笔钩带卡票";
/// Of these beginnings, words that leave the ware what it is.
const NO_COMPOUND: &[&str] = &[
    "套装", "包装", "包邮", "包退", "包换", "机子", "盒装", "套餐", "线上", "线下", "座椅", "袋装", "罐装", "包裹",
    "带来", "带货", "机器", "杯装", "卡顿", "卡了", "卡死", "卡机", "套了", "包括", "带不", "带没", "带的", "带着",
    "带有", "带麦", "带线", "卡不", "卡住", "套多", "包多", "带什", "带上", "带走", "带个", "带一", "包不", "刷机",
    "贴合", "机身", "套几", "盒子",
];
