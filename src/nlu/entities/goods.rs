//! Products, brands and categories of the catalogue: letter by letter, by alias, by sound, by near spelling.
//! Leaves to others: which products fit (`shop`, `recommender`).
//!
//! A name found exactly is trusted. A near one must not be made of ordinary words, must lie on the borders of words,
//! and must be nearest to one name only: a wrong product is worse than none.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::similarity::{Unit, distance, merged, one_keystroke, units};
use super::text::Text;
use super::{Candidate, Strength};
use crate::domain::EntityValue;
use crate::nlu::catalogue::{Catalogue, CatalogueName};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Target {
    Product(String),
    Brand(String),
    Category(String),
}

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

/// Words that mean one category, whatever the shop calls it. The first shop category of a group takes the others.
const SYNONYMS: &[&[&str]] = &[
    &[
        "耳机",
        "耳麦",
        "耳塞",
        "蓝牙耳机",
        "无线耳机",
        "头戴式耳机",
        "头戴耳机",
        "入耳式耳机",
        "降噪耳机",
        "耳机子",
        "听筒耳机",
    ],
    &["手机", "智能手机", "手机机子"],
    &["手机壳", "手机套", "保护壳", "保护套", "壳子"],
    &["充电宝", "移动电源", "充电保", "电宝"],
    &["充电器", "充电头", "充电线", "数据线", "快充头"],
    &["音箱", "音响", "蓝牙音箱", "小音箱", "智能音箱"],
    &["智能手表", "手表", "腕表", "运动手表"],
    &["手环", "智能手环", "运动手环"],
    &["平板", "平板电脑", "pad"],
    &["笔记本", "笔记本电脑", "手提电脑", "轻薄本", "游戏本"],
    &["键盘", "机械键盘"],
    &["鼠标", "无线鼠标"],
    &["连衣裙", "长裙", "裙子", "裙装", "碎花裙", "女裙"],
    &["半身裙", "半裙", "短裙", "a字裙", "百褶裙"],
    &["t恤", "短袖", "体恤", "t恤衫", "短袖衫", "体恤衫", "短袖t恤", "半袖"],
    &["衬衫", "衬衣", "白衬衫"],
    &["卫衣", "帽衫", "连帽衫", "套头卫衣"],
    &["毛衣", "针织衫", "线衣", "毛线衣"],
    &["羽绒服", "羽绒衣", "鸭绒服"],
    &["外套", "夹克", "茄克", "上衣外套"],
    &["冲锋衣", "户外冲锋衣", "防风衣"],
    &["风衣"],
    &["牛仔裤", "牛仔"],
    &["裤子", "裤装", "长裤", "休闲裤", "西裤"],
    &["运动裤", "卫裤"],
    &["内衣", "文胸", "胸罩"],
    &["内裤", "底裤"],
    &["袜子", "袜", "短袜", "长袜", "棉袜"],
    &["睡衣", "家居服"],
    &["运动鞋", "球鞋", "旅游鞋", "跑鞋", "跑步鞋", "休闲鞋", "运动跑鞋", "鞋子"],
    &["跑步鞋", "跑鞋"],
    &["板鞋", "小白鞋"],
    &["女鞋", "高跟鞋", "单鞋"],
    &["靴子", "短靴", "马丁靴"],
    &["凉鞋", "拖鞋"],
    &["双肩包", "书包", "背包", "双肩背包"],
    &["箱包", "包包", "女包", "手提包", "单肩包", "斜挎包", "挎包"],
    &["行李箱", "拉杆箱", "旅行箱", "皮箱"],
    &["保温杯", "水杯", "杯子", "保温壶", "随行杯"],
    &["面膜", "补水面膜"],
    &["口红", "唇膏", "唇釉"],
    &["防晒霜", "防晒", "防晒乳"],
    &["护肤品", "护肤", "护肤水乳", "化妆品"],
    &["面霜", "乳霜"],
    &["精华", "精华液", "精华水"],
    &["洗面奶", "洁面", "洁面乳", "洗面乳"],
    &["洗发水", "洗发露", "洗头膏", "洗发膏"],
    &["沐浴露", "沐浴乳"],
    &["牙刷", "电动牙刷"],
    &["吹风机", "电吹风", "吹风筒", "风筒"],
    &["电饭煲", "电饭锅", "饭煲"],
    &["空气炸锅", "炸锅"],
    &["吸尘器", "吸尘机"],
    &["扫地机器人", "扫地机", "扫拖机器人"],
    &["小家电", "家电"],
    &["咖啡机"],
    &["加湿器"],
    &["台灯", "护眼灯", "小台灯"],
    &["四件套", "床上用品", "床品", "被套", "床单", "床品四件套", "三件套"],
    &["被子", "被芯", "棉被", "蚕丝被", "羽绒被"],
    &["枕头", "枕芯", "乳胶枕"],
    &["坚果", "干果", "每日坚果"],
    &["零食", "小吃", "零嘴", "吃的"],
    &["茶叶", "茶", "绿茶", "红茶"],
    &["咖啡", "速溶咖啡", "咖啡豆"],
    &["牛奶", "纯牛奶", "奶"],
    &["奶粉", "婴儿奶粉"],
    &["纸尿裤", "尿不湿", "尿裤", "尿布湿"],
    &["玩具", "积木", "玩偶"],
    &["童装", "儿童衣服", "宝宝衣服"],
    &["童鞋", "儿童鞋"],
    &["猫粮", "猫主粮"],
    &["狗粮", "犬粮"],
    &["瑜伽垫", "健身垫", "瑜珈垫"],
    &["帐篷", "露营帐篷"],
    &["帽子", "棒球帽", "鸭舌帽", "渔夫帽"],
    &["围巾", "围脖"],
    &["眼镜", "墨镜", "太阳镜", "太阳眼镜"],
    &["雨伞", "伞", "遮阳伞", "太阳伞"],
    &["锅具", "炒锅", "不粘锅", "锅"],
    &["收纳箱", "收纳盒", "整理箱"],
    &["毛巾", "浴巾", "洗脸巾"],
    &["箱包", "行李箱", "拉杆箱", "旅行箱", "双肩包", "书包", "背包", "双肩背包", "电脑包"],
    &["包包", "女包", "手提包", "单肩包", "斜挎包", "挎包", "双肩包", "书包", "背包"],
    &[
        "小家电",
        "电饭煲",
        "电饭锅",
        "吹风机",
        "电吹风",
        "空气炸锅",
        "加湿器",
        "养生壶",
        "电热水壶",
        "热水壶",
        "榨汁机",
        "破壁机",
        "豆浆机",
        "电水壶",
        "挂烫机",
        "风扇",
        "电风扇",
    ],
    &["床品", "四件套", "床上用品", "被套", "床单", "枕头", "枕套", "被子", "三件套", "被芯"],
    &["家纺", "四件套", "床上用品", "被套", "床单", "枕头", "枕套", "被子"],
    &[
        "护肤",
        "护肤品",
        "面霜",
        "精华",
        "精华液",
        "洗面奶",
        "爽肤水",
        "乳液",
        "防晒霜",
        "防晒",
        "防晒乳",
        "水乳",
        "化妆水",
        "眼霜",
    ],
    &["美妆", "护肤品", "口红", "面霜", "精华", "洗面奶", "粉底液", "眼影", "防晒霜"],
    &["零食", "坚果", "干果", "饼干", "薯片", "牛肉干", "肉脯", "果干", "小吃", "巧克力", "糖果", "膨化食品"],
    &["外套", "风衣", "羽绒服", "冲锋衣", "夹克", "大衣", "棉服", "棉衣", "呢子大衣", "皮衣", "防晒衣"],
    &["数码配件", "充电宝", "充电器", "数据线", "手机壳", "充电头", "移动电源"],
    &["水杯", "保温杯", "杯子", "茶杯"],
    &["男鞋", "皮鞋"],
];

impl GoodsIndex {
    pub fn new(catalogue: &Catalogue) -> Self {
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
        let is_category = |word: &str| catalogue.categories.iter().any(|category| squeeze(&category.name) == word);
        let mut explained: HashSet<&str> = HashSet::new();
        for group in SYNONYMS {
            let Some(first) =
                group.iter().find_map(|word| catalogue.categories.iter().find(|c| squeeze(&c.name) == *word))
            else {
                continue;
            };
            for word in group.iter().filter(|word| !is_category(word)) {
                // Narrow groups come first; a wide one does not take a word from them.
                if explained.insert(*word) {
                    add(word, Target::Category(first.name.clone()));
                }
            }
        }
        for product in &catalogue.products {
            let target = Target::Product(product.title.clone());
            add(&product.title, target.clone());
            for name in std::iter::once(&product.short_name).chain(&product.aliases) {
                add(name, target.clone());
                if let Some(rest) = name
                    .strip_prefix(product.brand.as_str())
                    .filter(|rest| rest.chars().count() >= 4 && !product.brand.is_empty())
                {
                    add(rest, target.clone());
                }
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
        GoodsIndex { names, exact, by_sound }
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
        for matched in exact.find_overlapping_iter(&squeezed) {
            let (from, to) = (at(matched.start()), at(matched.end()));
            let (start, end) = span(from, to);
            let name = &self.names[matched.pattern().as_usize()];
            if text.cuts_latin(start, end) || (name.spelled && text.slice(start, end).contains('-')) {
                continue;
            }
            if let Some(target) = self.meaning(name)
                && (!matches!(target, Target::Category(_)) || category_stands(text, &name.text, start, end))
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

fn is_joined(character: char) -> bool {
    !matches!(character, ' ' | '-' | '·' | '_')
}

fn squeeze(name: &str) -> String {
    crate::nlu::normalize::normalize(name).text.to_ascii_lowercase().chars().filter(|&c| is_joined(c)).collect()
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
    if word.chars().count() == 1 {
        let whole_word = text.words.iter().any(|&(_, from, to)| from == start && to == end);
        return whole_word && !text.followed_by(end, &["盒", "带", "邮", "装", "裹"]);
    }
    !text.followed_by(
        end,
        &[
            "盒子",
            "号码",
            "号",
            "袋子",
            "验证码",
            "支付",
            "端",
            "银行",
            "短信",
            "客户端",
            "app",
            "尾号",
            "上下",
            "上看",
            "上操作",
            "号",
            "后四位",
            "流量",
            "话费",
            "登录",
            "号是",
            "绑定",
            "卡",
        ],
    ) || word != "手机"
}
