//! Calendar dates, absolute and relative to today: 上周三, 6月1号, 三天前, 618那天. Leaves to others: times of day.
//!
//! A day that exists in every week, month or year is the last one where the clause speaks of what happened (下的单,
//! 买的), the next one where it speaks of what will happen (能到吗), and otherwise the one of this week, month or year;
//! a festival is the last one unless the clause looks ahead.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use regex::{Captures, Regex};

use super::festivals::{FESTIVALS, Festival};
use super::numerals::{COUNT, whole};
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

/// How a clause looks at its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tense {
    Past,
    Future,
    Open,
}

type Reader = fn(&Text<'_>, &Captures<'_>, Date) -> Option<Date>;

static READERS: LazyLock<Vec<(Regex, Reader)>> = LazyLock::new(|| {
    let list: [(String, Reader); 12] = [
        (r"(20\d\d|二零二[五六七]|[12]\d)年(COUNT)月(?:份)?(COUNT)?(?:号|日)?".into(), full),
        (r"(20\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?:号|日)?".into(), full),
        (r"(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])".into(), full),
        (r"(今年|去年|前年|明年)?(?:的)?(COUNT)月份?的?(COUNT)(?:号|日)?".into(), month_day),
        (r"(上上个?|上个?|下个?|这个?|本)月(?:的)?(COUNT)(?:号|日)".into(), day_of_named_month),
        (r"(上上个?|上个?|下个?|这个?|本|[今去明]年)?(?:的)?(COUNT)?(月|年)(初|底|末|中旬|中)".into(), edge),
        (r"(0?[1-9]|1[0-2])([./-])(0?[1-9]|[12]\d|3[01])(号|日)?".into(), dotted),
        (r"(COUNT)(?:号|日)".into(), day),
        (r"(上上个?|上个?|下下个?|下个?|这个?|本|)(?:周|星期|礼拜)([一二三四五六日天末1-6])".into(), weekday),
        (r"(COUNT|半)个?(天|周|星期|礼拜|月|年)(?:半)?(?:之前|以前|前|之后|以后|后)".into(), distance),
        (r"大前天|前天|昨天|昨日|昨晚|昨儿|昨夜|今天|今日|今晚|今早|今儿|今夜|当天|大后天|后天|明天|明日|明早|明晚|明儿|前儿|前晚|后晚".into(), near),
        (r"(今年|去年|前年|明年)?(?:的)?(FESTIVAL)(?:那天|当天|那会儿?)?".into(), festival),
    ];
    let festivals: Vec<&str> = FESTIVALS.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    list.into_iter()
        .map(|(text, reader)| {
            (pattern(&text.replace("COUNT", COUNT).replace("FESTIVAL", &festivals.join("|"))), reader)
        })
        .collect()
});

/// What makes 6.18 a date.
#[rustfmt::skip]
const DATE_WORDS: &[&str] = &[
    "下单", "买的", "下的", "拍的", "那天", "当天", "的订单", "发货", "到货", "付款", "购买", "签收", "收到",
    "收货", "号", "晚", "早上", "上午", "下午", "中午", "买", "拍", "送达", "前到", "之前",
];

/// Units after which 6.18 is a number.
#[rustfmt::skip]
const NUMBER_UNITS: &[&str] = &[
    "元", "块", "寸", "折", "米", "cm", "斤", "公斤", "kg", "个", "件", "岁", "分", "版", "升",
];

/// What makes a bare 618 the festival.
#[rustfmt::skip]
const FESTIVAL_CUES: &[&str] = &[
    "买", "活动", "大促", "下单", "下的", "拍", "期间", "节", "的时候", "价", "会", "有", "前", "之前", "后",
    "优惠", "订", "付", "抢", "搞", "促销", "囤", "到", "能", "要", "的订单", "的价", "还", "再", "过", "打折",
    "满减", "预售", "凑", "没", "就", "时", "是", "降",
];

/// What makes 15号 something other than a day, standing before it.
#[rustfmt::skip]
const DAY_NOT_AFTER: &[&str] = &[
    "路", "街", "巷", "弄", "道", "第", "楼", "里", "村", "园", "区", "编", "型", "大", "中", "小", "单", "座",
    "米", "城", "院", "寨", "坊", "苑", "家", "庄", "屯", "月", "个", "份", "加", "减", "组", "镇", "乡", "色",
    "#", "-", ":", "每月", "选", "电池", "营",
];

/// The same, following it.
#[rustfmt::skip]
const DAY_NOT_BEFORE: &[&str] = &[
    "楼", "门", "院", "线", "店", "链接", "色", "码", "单元", "仓", "栋", "座", "房", "车", "字", "柜", "机",
    "客服", "电池", "选手", "商品", "款", "弄", "铺", "别墅", "地块", "厂", "大院", "库", "馆", "场", "小区",
    "公寓", "宿舍", "写字楼", "大厦", "商铺", "套餐", "球", "针", "档", "桌", "口", "的鞋", "的脚", "鞋",
    "那个", "这个", "那款", "这款",
];

pub(super) fn find(text: &Text<'_>, today: Date, found: &mut Vec<Candidate>) {
    for (pattern, reader) in READERS.iter() {
        for captures in pattern.captures_iter(&text.lower) {
            let (Some(whole), Some(date)) = (captures.get(0), reader(text, &captures, today)) else { continue };
            let (start, end) = text.span(&whole);
            if text.cuts_latin(start, end) {
                continue;
            }
            // "的6月1号": the particle is no part.
            let start = if text.get(start) == Some('的') { start + 1 } else { start };
            found.push(Candidate { start, end, strength: Strength::Sure, value: EntityValue::Date(date) });
        }
    }
}

#[rustfmt::skip]
const PAST: &[&str] = &[
    "下的单", "下单的", "买的", "拍的", "订的", "付的", "发的", "到的", "收到", "签收", "就到了", "已经",
    "下的", "的订单", "那单", "的单", "退的", "申请的", "寄的", "寄出", "买了", "拍了", "下了", "付了",
    "下单了", "就", "到现在", "至今", "没发", "还没", "没到", "说的", "那天", "过了", "才", "发货的", "买过",
    "以来", "了",
];
/// Of these, what is said of a festival that lies behind.
#[rustfmt::skip]
const HAPPENED: &[&str] = &[
    "下的单", "下单的", "买的", "拍的", "订的", "付的", "收到", "签收", "已经", "下的", "那单", "的单", "退的",
    "那天", "去年", "上次", "买了", "拍了",
];
#[rustfmt::skip]
const FUTURE: &[&str] = &[
    "能到", "能发", "会到", "会发", "能不能", "能否", "之前能", "前能", "前到", "要用", "要送", "送到", "可以",
    "能收到", "能送", "会不会", "再发", "再送", "再寄", "到货吗", "有活动吗", "会有", "有没有活动", "开始吗",
    "等到", "要", "打算", "准备", "发货吗", "到吗", "派送", "能", "会", "再", "降价吗", "便宜吗", "优惠吗",
    "改到", "改成", "预约", "上门", "之前到", "将",
];

fn tense(text: &Text<'_>, captures: &Captures<'_>) -> Tense {
    let Some(whole) = captures.get(0) else { return Tense::Open };
    let (start, end) = text.span(&whole);
    let (_, clause_end) = text.clause(end);
    let after = text.slice(end, clause_end);
    let (from, _) = text.clause(start);
    let before = text.slice(from, start);
    let first = |words: &[&str]| words.iter().filter_map(|word| after.find(word)).min();
    match (first(PAST), first(FUTURE)) {
        (Some(past), Some(future)) if past <= future => Tense::Past,
        (Some(_), None) => Tense::Past,
        (_, Some(_)) => Tense::Future,
        (None, None) if before.ends_with("等到") || before.contains("能不能") || before.contains("会") => {
            Tense::Future
        }
        (None, None) if before.ends_with("从") || before.contains("已经") => Tense::Past,
        (None, None) => Tense::Open,
    }
}

fn number(captures: &Captures<'_>, group: usize) -> Option<u64> {
    whole(captures.get(group)?.as_str())
}

/// 5/30 as 五月三十: month, then day.
fn of(year: i16, month: u64, day: u64) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn full(_: &Text<'_>, captures: &Captures<'_>, _: Date) -> Option<Date> {
    let year = i16::try_from(number(captures, 1)?).ok()?;
    of(if year < 100 { year + 2000 } else { year }, number(captures, 2)?, number(captures, 3)?)
}

fn named_year(word: &str, today: Date) -> Option<i16> {
    Some(match word {
        "今年" => today.year(),
        "去年" => today.year() - 1,
        "前年" => today.year() - 2,
        "明年" => today.year() + 1,
        _ => return None,
    })
}

/// The member of `years` that fits the tense.
fn in_tense(tense: Tense, today: Date, this: Option<Date>, earlier: Option<Date>, later: Option<Date>) -> Option<Date> {
    match (tense, this) {
        (Tense::Past, Some(date)) if date > today => earlier,
        (Tense::Future, Some(date)) if date < today => later,
        (_, Some(date)) => Some(date),
        // The 31st does not exist in every month.
        (Tense::Future, None) => later,
        (_, None) => earlier,
    }
}

fn month_day(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let whole = captures.get(0)?.as_str();
    let (month, day) = (number(captures, 2)?, number(captures, 3)?);
    // "两个月3件", "3月5件": a count needs its 号 unless nothing else follows the figure.
    let (_, end) = text.span(&captures.get(0)?);
    if !whole.ends_with(['号', '日'])
        && text.followed_by(end, &["件", "个", "条", "天", "次", "元", "块", "双", "折", "%", "年", "月", "岁"])
    {
        return None;
    }
    if let Some(year) = captures.get(1).and_then(|word| named_year(word.as_str(), today)) {
        return of(year, month, day);
    }
    let year = today.year();
    in_tense(tense(text, captures), today, of(year, month, day), of(year - 1, month, day), of(year + 1, month, day))
}

/// Months from now that 上个月, 下个月 … mean.
fn months_off(word: &str) -> i64 {
    match word.trim_end_matches('个') {
        "上上" => -2,
        "上" => -1,
        "下" => 1,
        _ => 0,
    }
}

fn shifted(today: Date, months: i64) -> Option<Date> {
    today.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()
}

fn day_of_named_month(_: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let month = shifted(today, months_off(captures.get(1)?.as_str()))?;
    of(month.year(), u64::try_from(month.month()).ok()?, number(captures, 2)?)
}

/// 月初, 上个月底, 年底, 3月中旬.
fn edge(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let which = captures.get(1).map_or("", |word| word.as_str());
    let (unit, part) = (captures.get(3)?.as_str(), captures.get(4)?.as_str());
    if unit == "年" {
        if captures.get(2).is_some() || part.starts_with('中') {
            return None;
        }
        let year = named_year(which, today).unwrap_or(today.year());
        return if part == "初" { of(year, 1, 1) } else { of(year, 12, 31) };
    }
    let month = match number(captures, 2) {
        Some(month) if which.is_empty() => of(today.year(), month, 1)?,
        Some(month) => of(named_year(which, today)?, month, 1)?,
        None if which.ends_with('年') => return None,
        None => shifted(today, months_off(which))?,
    };
    if captures.get(2).is_some() && part == "中" {
        return None;
    }
    // 月中 inside other words ("这个月中间", "月中奖").
    let (_, end) = text.span(&captures.get(0)?);
    match part {
        "初" => Some(month),
        "底" | "末" => Some(month.last_of_month()),
        "中" if text.followed_by(end, &["间", "奖", "国", "午", "秋", "通"]) => None,
        _ => of(month.year(), u64::try_from(month.month()).ok()?, 15),
    }
}

/// 6/18, 06-18, 6.18号: only where nothing else could be meant.
fn dotted(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let matched = captures.get(0)?;
    let (start, end) = text.span(&matched);
    let near = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric() || "./-:%¥$".contains(c));
    if near(text.previous(start)) || near(text.get(end)) {
        return None;
    }
    let separator = captures.get(2)?.as_str();
    let zeros = captures.get(1)?.len() == 2 && captures.get(3)?.len() == 2;
    let suffix = captures.get(4).is_some();
    let speaks = text.followed_by(end, DATE_WORDS);
    if text.followed_by(end, NUMBER_UNITS) {
        return None;
    }
    if !(suffix || speaks || (separator != "." && zeros)) || (separator == "-" && !suffix && !speaks && !zeros) {
        return None;
    }
    let (month, day, year) = (number(captures, 1)?, number(captures, 3)?, today.year());
    in_tense(tense(text, captures), today, of(year, month, day), of(year - 1, month, day), of(year + 1, month, day))
}

/// 15号, of this month or its neighbours.
fn day(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let matched = captures.get(0)?;
    let day = number(captures, 1).filter(|day| (1..=31).contains(day))?;
    let (start, end) = text.span(&matched);
    let numeric_before =
        text.previous(start).is_some_and(|c| c.is_ascii_alphanumeric() || "-./#第一二三四五六七八九十百".contains(c));
    if numeric_before || text.preceded_by(start, DAY_NOT_AFTER) || text.followed_by(end, DAY_NOT_BEFORE) {
        return None;
    }
    if text.get(end).is_some_and(|c| c.is_ascii_alphanumeric()) {
        // "3号3栋" belongs to an address; "15号3点" does not.
        let rest = text.after(end).trim_start_matches(|c: char| c.is_ascii_digit());
        if !rest.starts_with('点') && !rest.starts_with(':') {
            return None;
        }
    }
    if matched.as_str().ends_with('日')
        && (captures.get(1)?.as_str().chars().count() < 1 || text.followed_by(end, &["内", "达", "送"]))
    {
        return None;
    }
    let month =
        |off: i64| shifted(today, off).and_then(|month| of(month.year(), u64::try_from(month.month()).ok()?, day));
    in_tense(tense(text, captures), today, month(0), month(-1), month(1))
}

fn weekday(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let which = captures.get(1)?.as_str().trim_end_matches('个');
    let name = captures.get(2)?.as_str();
    let (start, end) = text.span(&captures.get(0)?);
    // 一周一次, 周一到周五 as hours of work, 两周一 …, 周年.
    if which.is_empty()
        && (text.previous(start).is_some_and(|c| "一二两三几半多整每0123456789个下上四".contains(c)) || (name == "末"))
    {
        return None;
    }
    if name == "一" && text.followed_by(end, &["次", "般", "样", "直", "个", "起", "共", "件"]) {
        return None;
    }
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
    let offset = match name {
        "一" | "1" => 0,
        "二" | "2" => 1,
        "三" | "3" => 2,
        "四" | "4" => 3,
        "五" | "5" => 4,
        "六" | "末" | "6" => 5,
        _ => 6,
    };
    let week = |weeks: i64| monday.checked_add((weeks * 7 + offset).days()).ok();
    match which {
        "上上" => week(-2),
        "上" => week(-1),
        "下" => week(1),
        "下下" => week(2),
        "这" | "本" => week(0),
        _ => in_tense(tense(text, captures), today, week(0), week(-1), week(1)),
    }
}

fn distance(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let matched = captures.get(0)?;
    let (start, end) = text.span(&matched);
    let (_, count_end) = text.span(&captures.get(1)?);
    let back = matched.as_str().ends_with('前');
    // "30天前端", "第三天后", "7天后悔": and a wait is no date.
    if text.preceded_by(start, &["第", "几", "数", "周", "每", ".", "十", "百"])
        || text.followed_by(end, &["端", "悔", "台", "置", "面", "续", "期", "来的", "缀"])
    {
        return None;
    }
    let unit = captures.get(2)?.as_str();
    let half_more = matched.as_str().contains("月半") || matched.as_str().contains("年半");
    let separated = text.get(count_end) == Some('个');
    if unit == "天" && separated || (matches!(unit, "月") && !separated) {
        return None;
    }
    let sign = if back { -1 } else { 1 };
    let count = captures.get(1)?.as_str();
    let span = if count == "半" {
        match unit {
            "月" => 15.days(),
            "年" => 6.months(),
            _ => return None,
        }
    } else {
        let count = i64::try_from(number(captures, 1)?).ok().filter(|count| (1..=400).contains(count))?;
        match unit {
            "天" => count.days(),
            "月" => count.months().days(if half_more { 15 } else { 0 }),
            "年" => count.years().months(if half_more { 6 } else { 0 }),
            _ => (count * 7).days(),
        }
    };
    today.checked_add(span * sign).ok()
}

fn near(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let matched = captures.get(0)?;
    let (start, _) = text.span(&matched);
    let word = matched.as_str();
    if word == "当天" || (word == "后天" && text.previous(start) == Some('以')) {
        return None;
    }
    if text.previous(start) == Some('大') && !word.starts_with('大') {
        return None;
    }
    let offset: i64 = match word {
        "大前天" => -3,
        "前天" | "前儿" | "前晚" => -2,
        "大后天" => 3,
        "后天" | "后晚" => 2,
        _ if word.starts_with('昨') => -1,
        _ if word.starts_with('明') => 1,
        _ => 0,
    };
    today.checked_add(offset.days()).ok()
}

fn festival(text: &Text<'_>, captures: &Captures<'_>, today: Date) -> Option<Date> {
    let matched = captures.get(0)?;
    let name = captures.get(2)?.as_str();
    let (start, end) = text.span(&matched);
    let said = matched.as_str().ends_with("那天") || matched.as_str().ends_with("当天");
    if name.starts_with(|c: char| c.is_ascii_digit()) && !matches!(name, "38节") {
        let attached = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "./-:#¥$%+_".contains(c));
        let money =
            text.followed_by(end, &["元", "块", "个", "件", "号", "单", "红包", "以内", "左右", "g", "的券", "券"]);
        let cue = said || captures.get(1).is_some() || text.followed_by(end, FESTIVAL_CUES);
        if attached(text.previous(start))
            || attached(text.get(end))
            || money
            || !cue
            || text.preceded_by(start, &["价格", "价", "花了", "预算", "卖", "付了", "尾号", "型号", "房间", "室"])
        {
            return None;
        }
    }
    if matches!(name, "五一" | "六一")
        && (text.previous(start).is_some_and(|c| "零一二三四五六七八九十百".contains(c))
            || text.get(end).is_some_and(|c| "零一二三四五六七八九十百".contains(c)))
    {
        return None;
    }
    if name == "过年" && text.preceded_by(start, &["没", "想", "不", "快"]) && !text.preceded_by(start, &["快"])
    {
        return None;
    }
    let of_year: Festival = FESTIVALS.iter().find(|(names, _)| names.contains(&name))?.1;
    let of_year = |year: i16| {
        let day = of_year(year)?;
        match name {
            "除夕" | "大年三十" => day.yesterday().ok(),
            "平安夜" => day.yesterday().ok(),
            _ => Some(day),
        }
    };
    if let Some(year) = captures.get(1).and_then(|word| named_year(word.as_str(), today)) {
        return of_year(year);
    }
    let this = of_year(today.year())?;
    // "明天就端午节了": a festival within ten days is the coming one, unless something happened on it.
    let soon = this >= today && (this - today).get_days() <= 10;
    let happened = HAPPENED.iter().any(|word| text.after(end).contains(word));
    match tense(text, captures) {
        _ if soon && !happened => Some(this),
        Tense::Future if this < today => of_year(today.year() + 1),
        Tense::Future => Some(this),
        _ if this > today => of_year(today.year() - 1),
        _ => Some(this),
    }
}
