//! The places of `data/gazetteer/china.txt` by full and short name. Leaves to others: reading them in context
//! (`address`).

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// The level of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Province,
    City,
    District,
}

/// A name of a place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub level: Level,
    /// The name with its suffix.
    pub full: String,
    /// Whether the text had the suffix.
    pub suffixed: bool,
    /// Whether the short name is also an ordinary word or a name of several things.
    pub ambiguous: bool,
}

/// All names in one automaton.
pub(super) struct Gazetteer {
    pub finder: AhoCorasick,
    places: Vec<Vec<Place>>,
}

impl Gazetteer {
    /// What a pattern may mean, higher levels first.
    pub fn places(&self, pattern: usize) -> &[Place] {
        &self.places[pattern]
    }
}

/// Short names that mean something else too; they count only next to another place or after "寄到" and the like.
#[rustfmt::skip]
const AMBIGUOUS: &[&str] = &[
    "大同", "东方", "白山", "白银", "中山", "三明", "和田", "黄山", "平安", "安康", "黑河", "文昌", "万宁",
    "通化", "吉安", "安顺", "海西", "海北", "海东", "山南", "朝阳", "百色", "玉林", "来宾", "金昌", "天水",
    "定西", "大庆", "保山", "临沧", "宣城", "安庆", "德州", "永州", "普洱", "吉林", "桃园", "新北", "香港",
    "文山", "楚雄", "临夏", "阿里", "怒江", "红河", "海南", "果洛", "黄南", "塔城", "天门", "仙桃", "长治",
    "开封", "本溪", "松原", "兴安", "大理", "台中", "河池", "资阳", "清远", "河源", "咸宁", "常德", "广安",
    "达州", "巴中", "延安", "商洛", "中卫", "固原", "白城", "东营", "鹤壁", "新余", "上饶", "潮州", "金华",
    "七台河",
];

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(build);

/// The gazetteer, read once.
pub(super) fn gazetteer() -> &'static Gazetteer {
    &GAZETTEER
}

fn build() -> Gazetteer {
    let mut names: HashMap<String, Vec<Place>> = HashMap::new();
    let mut add = |full: &str, level: Level| {
        let short = short(full);
        let forms = [(full.to_owned(), true)]
            .into_iter()
            .chain(short.filter(|short| short != full).map(|short| (short, false)));
        for (name, suffixed) in forms {
            let ambiguous = !suffixed && level != Level::Province && AMBIGUOUS.contains(&name.as_str());
            let places = names.entry(name).or_default();
            if !places.iter().any(|place| place.full == full && place.level == level) {
                places.push(Place { level, full: full.to_owned(), suffixed, ambiguous });
            }
        }
    };
    for line in include_str!("../../../data/gazetteer/china.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((province, cities)) = line.split_once(": ") else { continue };
        let mut municipality = false;
        for city in cities.split(" | ") {
            for (position, name) in city.split_whitespace().enumerate() {
                municipality |= name == province;
                let region = name.ends_with("特别行政区");
                let level = match position {
                    0 if region => Level::Province,
                    0 => Level::City,
                    _ => Level::District,
                };
                add(name, level);
            }
        }
        if !municipality {
            add(province, Level::Province);
        }
    }
    let (patterns, mut places): (Vec<String>, Vec<Vec<Place>>) = names.into_iter().unzip();
    for choices in &mut places {
        choices.sort_by_key(|place| (!place.suffixed, place.level));
    }
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&patterns)
        .expect("the gazetteer does not compile: this is a bug");
    Gazetteer { finder, places }
}

/// 广东省 → 广东, 延边朝鲜族自治州 → 延边. Short districts of one character are too vague.
fn short(full: &str) -> Option<String> {
    #[rustfmt::skip]
const PEOPLES: &[&str] = &[
    "壮族", "回族", "维吾尔", "朝鲜族", "土家族", "苗族", "藏族", "羌族", "彝族", "布依族", "侗族", "哈尼族",
    "傣族", "白族", "景颇族", "傈僳族", "蒙古", "蒙古族", "柯尔克孜", "哈萨克", "黎族",
];
    let mut name = full;
    for suffix in ["特别行政区", "自治区", "自治州", "自治县", "地区", "新区", "省", "市", "区", "县", "盟"]
    {
        if let Some(rest) = name.strip_suffix(suffix) {
            name = rest;
            break;
        }
    }
    loop {
        let before = name;
        for people in PEOPLES {
            if let Some(rest) = name.strip_suffix(people).filter(|rest| rest.chars().count() >= 2) {
                name = rest;
            }
        }
        if name == before {
            break;
        }
    }
    (name.chars().count() >= 2).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_short_names() {
        for (full, expected) in [
            ("广东省", Some("广东")),
            ("广西壮族自治区", Some("广西")),
            ("内蒙古自治区", Some("内蒙古")),
            ("延边朝鲜族自治州", Some("延边")),
            ("恩施土家族苗族自治州", Some("恩施")),
            ("浦东新区", Some("浦东")),
            ("忠县", None),
        ] {
            assert_eq!(short(full).as_deref(), expected, "{full}");
        }
    }

    #[test]
    fn the_file_holds_every_province_and_the_prefecture_level_places() {
        let all: Vec<&Place> = gazetteer().places.iter().flatten().filter(|place| place.suffixed).collect();
        let count = |level: Level| all.iter().filter(|place| place.level == level).count();
        assert_eq!(count(Level::Province), 30, "without the four municipalities");
        assert!(count(Level::City) >= 340, "{}", count(Level::City));
        assert!(count(Level::District) >= 700, "{}", count(Level::District));
    }
}
