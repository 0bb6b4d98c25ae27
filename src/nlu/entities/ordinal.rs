//! References to a list shown before: 第二个, 最后一款, 倒数第二件, 选2. Leaves to others: which list that was.

use std::sync::LazyLock;

use regex::Regex;

use super::numerals::{COUNT, whole};
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

const PIECE: &str =
    r"个|款|件|双|条|张|台|种|项|单|笔|只|套|部|支|瓶|盒|箱|本|样|号|排|把|包|袋|顶|商品|订单|产品|链接|选项|地址|包裹";

static COUNTED: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(倒数)?第 ?({COUNT}) ?(?:{PIECE})?")));
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:最后(?:面)?(?:的?那)?|最末|末尾(?:那)?|最下面(?:的?那)?|最底下(?:的?那)?|最尾)一?(?:{PIECE})"
    ))
});
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(最上面|上面|上边|最前面|前面|最前|头|首|下面|下边|底下|后面|中间)(?:的)?(?:那一?|这一?|一)?({PIECE})"
    ))
});
static CHOSEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:选|选择|要|就)(?:第)?(\d{1,2}|[一二三四五六七八九])(?:号|)(?:吧|那个|那款)?$"));
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\d{1,2}|[一二三四五六七八九])号(?:那个|这个|那款|这款|商品|那件)"));
static BARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[ （(]*([1-9]|1\d|20)[ ）)。，.、！]*$"));

/// What follows 第二件 in an offer.
#[rustfmt::skip]
const OFFERS: &[&str] = &[
    "半价", "0元", "零元", "打折", "五折", "免费", "1元", "折", "打", "免单", "个月", "减", "立减", "月",
];

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for captures in COUNTED.captures_iter(&text.lower) {
        let (Some(matched), Some(count)) = (captures.get(0), captures.get(2)) else { continue };
        let (start, end) = text.span(&matched);
        let (_, bare_end) = text.span(&count);
        let bare = bare_end == end;
        // 第二天, 第一次, 第三方 … are no places in a list, and "第二，…" tells a second reason.
        let chosen = start == 0 || text.preceded_by(start, &["选", "要", "是", "就", "看", "那"]);
        if bare && !(chosen && text.after(end).chars().all(|c| "吧的。！，？ ".contains(c))) {
            continue;
        }
        if text.followed_by(end, OFFERS) || text.preceded_by(start, &["买"]) {
            continue;
        }
        if let Some(value) =
            whole(count.as_str()).and_then(|count| i32::try_from(count).ok()).filter(|value| (1..=999).contains(value))
        {
            push(start, end, if captures.get(1).is_some() { -value } else { value }, found);
        }
    }
    for matched in LAST.find_iter(&text.lower) {
        let (start, end) = text.span(&matched);
        if !text.followed_by(end, &["月", "小时", "问题", "工作日"]) && !text.preceded_by(start, &["这是"]) {
            push(start, end, -1, found);
        }
    }
    for captures in PLACE.captures_iter(&text.lower) {
        let (Some(matched), Some(place), Some(piece)) = (captures.get(0), captures.get(1), captures.get(2)) else {
            continue;
        };
        let (start, end) = text.span(&matched);
        // "上面那个" points, "上面个" does not; 头一个 and 首个 do by themselves.
        let points = matched.as_str().contains(['那', '这'])
            || place.as_str() == "首"
            || (place.as_str() == "头" && matched.as_str().contains('一'))
            || place.as_str().starts_with('最');
        let digits = matched.as_str().contains('一')
            && !matched.as_str().contains(['那', '这'])
            && place.as_str() != "头"
            && !place.as_str().starts_with('最');
        if !points
            || digits
            || piece.as_str() == "号"
            || text.followed_by(end, &["月", "问题", "小时", "人", "地方", "字"])
        {
            continue;
        }
        let value = match place.as_str() {
            "下面" | "下边" | "底下" | "后面" => -1,
            "中间" => 2,
            _ => 1,
        };
        push(start, end, value, found);
    }
    for pattern in [&*CHOSEN, &*NUMBERED, &*BARE] {
        for captures in pattern.captures_iter(&text.lower) {
            let (Some(matched), Some(count)) = (captures.get(0), captures.get(1)) else { continue };
            let (start, mut end) = text.span(&count);
            if text.get(end) == Some('号') {
                end = text.span(&matched).1.min(end + 3);
            }
            if let Some(value) = whole(count.as_str()).and_then(|count| i32::try_from(count).ok()) {
                push(start, end, value, found);
            }
        }
    }
}

fn push(start: usize, end: usize, value: i32, found: &mut Vec<Candidate>) {
    found.push(Candidate { start, end, strength: Strength::Sure, value: EntityValue::Ordinal(value) });
}
