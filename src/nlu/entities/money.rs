//! Amounts and ranges: 99块9, 三五百块, 500以内, 一千左右, 预算2k. Leaves to others: what the amount is for.

use std::sync::LazyLock;

use regex::Regex;

use super::numerals::{NUMBER, digit, hundredths};
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::{EntityValue, Money};

/// An amount as written: where, how much, and whether anything says that it is money.
#[derive(Debug, Clone, Copy)]
struct Amount {
    start: usize,
    end: usize,
    cents: i64,
    /// Currency said: 元, 块, ¥.
    unit: bool,
    /// 多 after it: "一千多".
    more: bool,
    /// Written with Chinese numerals only.
    chinese: bool,
}

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<sign>(?:[¥$]|rmb) ?)?(?P<number>{NUMBER})(?P<more>多|几|来|余)? ?(?P<unit>元钱|元|块钱|块大洋|块|圆|人民币|rmb|大洋|(?P<dime>毛钱|毛|角钱))?"
    ))
});
static FRACTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:(\d{1,2})|([一二三四五六七八九半]))(毛|角)?(钱)?"));
/// What follows a bare number that is a price.
static PRICED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:包邮|[一两三]?[件个双盒瓶条台套](?:[^\p{Han}]|$|包邮|吗)|减\d|太贵|贵了|有点贵|能卖|卖吗|卖不卖|拿下|到手|还能便宜|能便宜|能少|可以少|的券|块)",
    )
});
static DIGIT_PAIR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<unit>十|百|千|万)(?P<currency>多?(?:元|块钱|块)?)",
    )
});

/// Units that make a number something other than money.
#[rustfmt::skip]
const OTHER_UNITS: &[&str] = &[
    "个", "件", "天", "年", "月", "日", "号", "点", "分", "秒", "小时", "%", "折", "码", "斤", "公斤", "克",
    "g", "kg", "ml", "毫升", "升", "l", "cm", "mm", "厘米", "米", "寸", "w", "瓦", "v", "x", "条", "双", "台",
    "只", "包", "盒", "瓶", "箱", "支", "张", "本", "次", "位", "人", "楼", "层", "栋", "室", "岁", "周",
    "星期", "礼拜", "款", "种", "倍", "级", "线", "代", "期", "套", "部", "根", "片", "袋", "颗", "份", "把",
    "副", "口", "圈", "度", "公里", "字", "遍", "门", "单元", "弄", "街", "路", "屏", "分辨率", "高清", "hz",
    "mah", "毫安", "寸", "英寸", "匹", "积分", "豆", "罐", "桶", "卷", "提", "听", "杯", "对", "块电池",
    "系列", "版", "型", ":", ".", "-", "/", "+", "单", "尺", "平", "孔", "核", "帧", "像素", "万像素", "多个",
    "多天", "个月", "好评", "家", "年前", "后", "帕", "pa", "n", "m", "t", "b", "p", "k",
];

/// Wares counted by 块.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "儿", "肥皂", "蛋糕", "电池", "表", "手表", "香皂", "布", "地毯", "毛巾", "屏", "玻璃", "巧克力", "砖",
    "肉", "豆腐", "移动硬盘", "硬盘", "充电宝",
];

/// Words after which a number is no price.
#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "身高", "体重", "尺码", "尾号", "单号", "编号", "型号", "后四位", "验证码", "身高是", "体重是", "穿", "周",
    "星期", "礼拜",
];

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    pairs(text, found);
    let amounts = amounts(text);
    let mut at = 0;
    while at < amounts.len() {
        if let Some(next) = amounts.get(at + 1)
            && let Some(range) = joined(text, amounts[at], *next)
        {
            found.push(range);
            at += 2;
            continue;
        }
        single(text, amounts[at], found);
        at += 1;
    }
}

fn amounts(text: &Text<'_>) -> Vec<Amount> {
    AMOUNT
        .captures_iter(&text.lower)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let number = captures.name("number")?;
            let (start, mut end) = text.span(&whole);
            // 几百 is no figure.
            if text.previous(start).is_some_and(|before| "几数".contains(before)) {
                return None;
            }
            let mut cents = i64::try_from(hundredths(number.as_str())?).ok()?;
            let unit = captures.name("unit").is_some() || captures.name("sign").is_some();
            if captures.name("dime").is_some() {
                cents /= 10;
            } else if captures.name("unit").is_some_and(|unit| unit.as_str() == "块")
                && let Some((fraction, length)) = fraction(text, end)
            {
                cents += fraction;
                end += length;
            }
            if captures.name("unit").is_some_and(|unit| unit.as_str().starts_with('块')) && text.get(end) == Some('钱')
            {
                end += 1;
            }
            // 块 counts pieces too: "两块电池", "一块儿".
            if captures.name("unit").is_some_and(|unit| unit.as_str() == "块")
                && !block_is_money(text, number.as_str(), start, end)
            {
                return None;
            }
            // The blank after a bare number is no part of it.
            while end > start && text.previous(end) == Some(' ') {
                end -= 1;
            }
            let mut more = captures.name("more").is_some();
            if more && !unit {
                let after = text.after(end);
                // "三百多" yes; "三百多个" no, and 来 belongs to what follows: "500来一件".
                if captures.name("more").is_some_and(|word| word.as_str() != "多") {
                    more = false;
                    end -= 1;
                } else if OTHER_UNITS.iter().any(|word| after.starts_with(word)) {
                    return None;
                }
            }
            let chinese = !number.as_str().contains(|character: char| character.is_ascii_digit());
            Some(Amount { start, end, cents, unit, more, chinese })
        })
        .filter(|amount| amount.cents >= 0 && amount.cents < 1_000_000_000)
        .collect()
}

/// The part after 块: 99块9, 三块五, 5块5毛, 三块半.
fn fraction(text: &Text<'_>, position: usize) -> Option<(i64, usize)> {
    let captures = FRACTION.captures(text.after(position))?;
    let length = captures.get(0)?.as_str().chars().count();
    let cents = match (captures.get(1), captures.get(2)) {
        (Some(digits), _) if digits.as_str().len() == 2 && captures.get(3).is_none() => digits.as_str().parse().ok()?,
        (Some(digits), _) => digits.as_str().parse::<i64>().ok()? * 10,
        (_, Some(chinese)) if chinese.as_str() == "半" => 50,
        (_, Some(chinese)) => i64::try_from(digit(chinese.as_str().chars().next()?)?).ok()? * 10,
        _ => return None,
    };
    // "30块2件", "九块一个": the figure counts what follows.
    let explicit = captures.get(3).is_some();
    let after = position + length;
    if !explicit
        && (text.followed_by(after, OTHER_UNITS) && !text.followed_by(after, &["包邮"])
            || text.get(after).is_some_and(|c| c.is_ascii_digit() || "十百千万些起样下共直".contains(c)))
    {
        return None;
    }
    (cents < 100).then_some((cents, length))
}

fn block_is_money(text: &Text<'_>, number: &str, start: usize, end: usize) -> bool {
    let small = matches!(number, "一" | "两" | "1" | "2" | "三" | "3");
    if text.followed_by(end, BLOCKS) {
        return false;
    }
    if number == "一" {
        let money =
            ["退", "便宜", "差", "减", "少", "加", "补", "多", "花", "涨", "降", "赔", "返", "扣", "省", "还", "付"];
        return text.previous(end).is_some_and(|c| c == '钱' || c == '毛' || c == '角' || c.is_ascii_digit())
            || text.slice(start, end).chars().count() > 2
            || money.iter().any(|word| text.before(start).trim_end_matches(['了', '我']).ends_with(word));
    }
    !(small
        && text.preceded_by(start, &["这", "那", "买", "来", "要"])
        && !text.followed_by(end, &["的", "钱"])
        && text.get(end).is_some_and(|c| c.is_alphabetic() && !"吧吗了呢啊".contains(c)))
}

/// 三五百块, 七八十, 一两千.
fn pairs(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for captures in DIGIT_PAIR.captures_iter(&text.lower) {
        let (Some(whole), Some(low), Some(high), Some(unit)) =
            (captures.get(0), captures.name("low"), captures.name("high"), captures.name("unit"))
        else {
            continue;
        };
        let (start, mut end) = text.span(&whole);
        let currency = captures.name("currency").is_some_and(|currency| !currency.as_str().is_empty());
        let factor = hundredths(unit.as_str()).unwrap_or(100);
        let value = |part: &regex::Match<'_>| part.as_str().chars().next().and_then(digit).unwrap_or(0);
        let (low, high) = (value(&low), value(&high));
        if high != low + 1 && !(low == 3 && high == 5) {
            continue;
        }
        if !currency && (text.followed_by(end, OTHER_UNITS) || text.get(end).is_some_and(|c| digit(c).is_some())) {
            continue;
        }
        if !currency
            && factor < 10_000
            && !says_money(text, start)
            && !text.followed_by(end, &["左右", "以内", "的", "吧"])
        {
            continue;
        }
        for suffix in ["之间", "左右", "上下"] {
            if text.followed_by(end, &[suffix]) {
                end += 2;
                break;
            }
        }
        let money = |value: u64| Some(Money::from_cents((value * factor) as i64));
        let value = EntityValue::MoneyRange { least: money(low), most: money(high) };
        found.push(Candidate { start, end, strength: Strength::Sure, value });
    }
}

/// Words before a number that make it money.
#[rustfmt::skip]
const MONEY_WORDS: &[&str] = &[
    "预算", "价格", "价位", "价钱", "单价", "总价", "原价", "现价", "到手价", "价", "卖", "花", "付", "支付",
    "付款", "实付", "退款", "退", "差价", "差", "便宜", "优惠", "减", "满", "立减", "降", "降价", "降到", "涨",
    "涨到", "补", "赔", "返", "返现", "红包", "金额", "运费", "邮费", "收", "押金", "定金", "尾款", "到手",
    "只要", "合计", "总共", "一共", "卖到", "花费", "消费", "赔偿", "补偿", "退还", "优惠券", "券", "抵",
    "抵扣", "少", "标价", "标", "充值", "充", "给", "才", "钱", "打款", "转", "扣", "扣款", "加", "凑", "低于",
    "高于",
];
/// Small words that may stand between such a word and the number.
#[rustfmt::skip]
const FILLERS: &[char] = &[
    '了', '我', '是', '要', '到', '成', '：', ' ', '就', '在', '只', '有', '为', '你', '们', '的', '才', '大',
    '概', '约', '个', '至', '也', '都', '得', '能', '再',
];

fn says_money(text: &Text<'_>, start: usize) -> bool {
    let before = text.before(start);
    let bare = before.trim_end_matches(FILLERS);
    MONEY_WORDS.iter().any(|word| bare.ends_with(word) || before.ends_with(word))
}

/// Whether the number cannot be money because of what follows or stands around it.
fn is_something_else(text: &Text<'_>, amount: Amount) -> bool {
    if amount.unit {
        return false;
    }
    counts_something(text, amount)
        || text.previous(amount.start).is_some_and(|c| c.is_ascii_alphanumeric() || ":/.-+_#第".contains(c))
        || text.preceded_by(amount.start, MEASURES)
}

/// Whether another unit follows the bare number.
fn counts_something(text: &Text<'_>, amount: Amount) -> bool {
    !amount.unit
        && !text.followed_by(amount.end, &["包邮"])
        && (text.followed_by(amount.end, OTHER_UNITS)
            || text.get(amount.end).is_some_and(|c| c.is_ascii_alphanumeric()))
}

fn range(start: usize, end: usize, least: Option<i64>, most: Option<i64>) -> Candidate {
    let value = EntityValue::MoneyRange { least: least.map(Money::from_cents), most: most.map(Money::from_cents) };
    Candidate { start, end, strength: Strength::Sure, value }
}

/// Two amounts with 到 between them.
fn joined(text: &Text<'_>, first: Amount, second: Amount) -> Option<Candidate> {
    let between = text.slice(first.end, second.start.max(first.end)).trim();
    if !matches!(between, "到" | "至" | "-" | "~" | "--" | "—" | "——" | "~~" | "和" | "、" | "或者") {
        return None;
    }
    let enumerates = matches!(between, "和" | "、" | "或者");
    if enumerates && !text.followed_by(second.end, &["之间"]) {
        return None;
    }
    let mut least = first.cents;
    let number_ends_in = |amount: Amount, letters: &[char]| {
        text.slice(amount.start, amount.end).trim_end_matches(['元', '块', '钱']).ends_with(letters)
    };
    // 三到五百, 1到2千: the unit is said once.
    if !first.unit
        && first.cents < 1_000
        && second.cents >= 1_000
        && !number_ends_in(first, &['百', '千', '万', 'k', 'w'])
    {
        for (letters, factor) in [(['百', '百'], 100), (['千', 'k'], 1_000), (['万', 'w'], 10_000)] {
            if number_ends_in(second, &letters) {
                least *= factor;
            }
        }
        if number_ends_in(second, &['十', '十']) && first.chinese {
            least *= 10;
        }
    }
    if least >= second.cents {
        return None;
    }
    let sure = second.unit
        || first.unit
        || says_money(text, first.start)
        || text.slice(first.start, second.end).contains(['百', '千', '万']);
    if counts_something(text, second)
        || text.previous(first.start).is_some_and(|c| c.is_ascii_alphanumeric() || ":/.-+_#".contains(c))
        || (!sure && (least < 1_000 || size_talk(text) || text.previous(first.start) == Some('第')))
    {
        return None;
    }
    let mut end = second.end;
    for suffix in ["之间", "左右", "的样子", "以内"] {
        if text.followed_by(end, &[suffix]) {
            end += suffix.chars().count();
            break;
        }
    }
    Some(range(first.start, end, Some(least), Some(second.cents)))
}

/// Body measures in the message: then a bare number is no price.
fn size_talk(text: &Text<'_>) -> bool {
    ["身高", "体重", "斤", "cm", "尺码", "穿多大", "kg", "码"].iter().any(|word| text.lower.contains(word))
}

#[rustfmt::skip]
const AT_MOST_BEFORE: &[&str] = &[
    "不超过", "不高于", "低于", "少于", "最多", "最高", "别超过", "不要超过", "小于", "控制在", "上限",
    "不能超过", "不到", "顶多", "别超", "不超", "不大于",
];
const AT_MOST_AFTER: &[&str] = &["以内", "之内", "以下", "之下", "封顶", "以里", "内", "往下", "不到", "以內"];
const AT_LEAST_BEFORE: &[&str] =
    &["高于", "超过", "大于", "不低于", "至少", "最少", "起码", "不少于", "最低", "多于", "不小于"];
const AT_LEAST_AFTER: &[&str] = &["以上", "之上", "往上", "起步", "开外", "朝上"];
const ABOUT_BEFORE: &[&str] = &["大概", "大约", "差不多", "约", "将近", "接近"];
const ABOUT_AFTER: &[&str] = &["左右", "上下", "附近", "前后", "的样子", "块左右"];

fn ending(text: &Text<'_>, position: usize, words: &[&str]) -> Option<usize> {
    words.iter().filter(|word| text.after(position).starts_with(**word)).map(|word| word.chars().count()).max()
}

fn beginning(text: &Text<'_>, position: usize, words: &[&str]) -> Option<usize> {
    let before = text.before(position);
    let bare = before.trim_end_matches(['在', '是', ' ', '了', '到']);
    let skipped = before[bare.len()..].chars().count();
    let direct = words.iter().filter(|word| before.ends_with(**word)).map(|word| word.chars().count()).max();
    direct
        .or_else(|| words.iter().filter(|word| bare.ends_with(**word)).map(|word| word.chars().count() + skipped).max())
}

fn single(text: &Text<'_>, amount: Amount, found: &mut Vec<Candidate>) {
    // "至少一半", "超过一" …: a bare one is no amount.
    if is_something_else(text, amount) || (!amount.unit && (amount.cents < 300 || text.get(amount.end) == Some('半')))
    {
        return;
    }
    let Amount { start, end, cents, .. } = amount;
    let budget = beginning(text, start, &["预算"]).or_else(|| {
        let bare = text.before(start).trim_end_matches(FILLERS);
        bare.ends_with("预算").then_some(0)
    });
    let money = amount.unit || says_money(text, start) || budget.is_some();
    // A bare number with 以内 is a price where it is large enough and the talk is not of sizes.
    let plausible = money || (cents >= 1_000 && !size_talk(text) && text.slice(start, end) != "一");
    let about =
        |length: usize, prefix: usize| range(start - prefix, end + length, Some(cents * 8 / 10), Some(cents * 12 / 10));
    if let Some(length) = ending(text, end, AT_MOST_AFTER).filter(|_| plausible) {
        // "500内存" is no limit.
        if !text.followed_by(end, &["内存", "内衣", "内裤", "以下单"]) {
            found.push(range(start, end + length, None, Some(cents)));
            return;
        }
    }
    if let Some(length) = ending(text, end, AT_LEAST_AFTER).filter(|_| plausible) {
        found.push(range(start, end + length, Some(cents), None));
        return;
    }
    if let Some(length) = ending(text, end, ABOUT_AFTER).filter(|_| plausible) {
        found.push(about(length, 0));
        return;
    }
    if let Some(prefix) = beginning(text, start, AT_MOST_BEFORE).filter(|_| plausible) {
        found.push(range(start - prefix, end, None, Some(cents)));
        return;
    }
    if let Some(prefix) = beginning(text, start, AT_LEAST_BEFORE).filter(|_| plausible) {
        found.push(range(start - prefix, end, Some(cents), None));
        return;
    }
    if amount.more && (money || cents >= 10_000) {
        found.push(range(start, end, Some(cents), Some(cents + leading_unit(cents))));
        return;
    }
    if let Some(prefix) = beginning(text, start, ABOUT_BEFORE).filter(|_| money && (cents >= 1_000)) {
        found.push(about(0, prefix));
        return;
    }
    if budget.is_some() {
        found.push(range(start, end, None, Some(cents)));
        return;
    }
    // "1千5能买吗": a round figure that someone offers.
    let offered = cents >= 10_000
        && text.slice(start, end).contains(['百', '千', '万'])
        && text.followed_by(end, &["能", "可以", "卖", "行", "吧", "怎么样", "成交", "要不要"])
        && !text.slice(start, end).starts_with(['百', '千', '万']);
    // "199包邮吗", "59两双", "200减20", "299太贵了".
    let priced = cents >= 500 && (PRICED.is_match(text.after(end)) && !size_talk(text));
    if !(money || offered || priced) || (!amount.unit && amount.chinese && cents < 1_000) {
        return;
    }
    // "有一块钱" is money, "给2" is not: without a unit the word must be about money and the number not tiny.
    if !amount.unit && cents < 500 {
        return;
    }
    let strength = if amount.unit { Strength::Sure } else { Strength::Figure };
    found.push(Candidate { start, end, strength, value: EntityValue::Money(Money::from_cents(cents)) });
}

/// The size of the last figure that was said: 2300 → 100, 2000 → 1000.
fn leading_unit(cents: i64) -> i64 {
    let mut unit = 1;
    while unit <= cents / 10 && cents % (unit * 10) == 0 {
        unit *= 10;
    }
    unit
}
