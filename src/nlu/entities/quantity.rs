//! How many: 两件, 半打, 3个, 仨, x2. Leaves to others: of what.

use std::sync::LazyLock;

use regex::Regex;

use super::numerals::whole;
use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<count>\d{1,4}|[一二两三四五六七八九十百]+|半) ?(?P<unit>件套|件|个|双|条|台|部|箱子|箱|包|盒|瓶|袋|套|只|支|把|本|张|罐|桶|份|对|副|盆|根|片|卷|提|听|杯|顶|枚|串|打|块|床|斤|辆|粒|颗|株|棵|组|筒|捆|扎|板|朵|架|盏|幅|匹|条装|pcs)",
    )
});
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:数量|件数)(?:要|改成|改为|是|为|：|变成|写|填|选|应该是)* ?(\d{1,4}|[一二两三四五六七八九十]+)")
});
static TIMES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[\p{Han} ])[x*×] ?(\d{1,3})"));
static FUSED: LazyLock<Regex> = LazyLock::new(|| pattern(r"[俩仨]"));

/// What 一个 and the like count that is no ware.
#[rustfmt::skip]
const ABSTRACT: &[&str] = &[
    "月", "小时", "钟头", "星期", "礼拜", "人", "问题", "电话", "事", "地方", "说法", "解释", "交代", "答复",
    "回复", "结果", "建议", "意思", "样", "部分", "方面", "疑问", "投诉", "工作日", "半月", "多月", "多小时",
    "季度", "半小时", "原因", "理由", "办法", "方法", "地址", "号码", "链接", "图", "照片", "消息", "信息",
    "短信", "评价", "好评", "差评", "客服", "人工", "发票", "优惠", "卷", "条码", "流程", "券", "红包", "活动",
    "订单", "单子", "快递", "包裹", "账号", "手机号", "退款", "多星期", "时间", "世纪", "年", "电子", "字",
    "朋友", "同事", "忙", "机会", "保证", "准信", "准确", "具体", "明确", "合理", "说明", "时候", "颜色",
    "尺码", "码", "色", "价", "也没", "也不", "劲", "多", "分", "级", "次", "批", "学期", "师傅", "店", "商家",
    "卖家", "心", "头", "手货", "身", "送", "单", "表情", "视频", "选项", "系列", "牌子", "品牌", "型号",
    "版本", "款", "号", "错误", "亲戚", "孩子", "宝宝", "小孩", "专员", "经理", "回应", "态度", "数", "名字",
    "收货地址", "渠道", "平台", "标题", "税号", "凭证", "截图", "安全", "了事", "箭牌", "装", "入", "起",
    "口子", "洞", "划痕", "坏的", "新的地址", "大活动", "女", "男",
];
/// Words before a count that make it a reference instead.
#[rustfmt::skip]
const REFERENCES: &[char] = &[
    '第', '这', '那', '哪', '每', '几', '同', '上', '下', '某', '头', '任', '另', '整', '.', '前', '后', '首',
    '各', '数', '~', '-', '/',
];

/// Words that end in such a character and leave the count a count.
#[rustfmt::skip]
const LIVE_REFERENCES: &[&str] = &[
    "以上", "以下", "加上", "一下", "马上", "线上", "网上", "楼下", "拍下", "买下", "晚上", "早上", "身上",
    "手上", "店铺上", "剩下", "留下", "之前", "以前", "以后", "之后", "然后", "最后",
];

/// Verbs after which 一个 is an article.
#[rustfmt::skip]
const ARTICLE_AFTER: &[&str] = &[
    "推荐", "有", "哪", "是", "换", "找", "介绍", "像", "打", "出", "发", "写", "给我", "给", "问", "再问",
    "说", "随便", "查", "选", "挑", "弄", "做", "搞", "开", "加",
];

/// Wares counted by 块.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "肥皂", "蛋糕", "电池", "香皂", "手表", "表", "地毯", "毛巾", "玻璃", "硬盘", "移动硬盘", "巧克力", "布",
    "豆腐", "面料", "屏",
];

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    counted(text, found);
    for captures in PLAIN.captures_iter(&text.lower).chain(TIMES.captures_iter(&text.lower)) {
        let Some(count) = captures.get(1) else { continue };
        let (mut start, end) = text.span(&count);
        if text.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || ".%*x×".contains(c)) {
            continue;
        }
        if text.previous(start).is_some_and(|c| "x*×".contains(c)) {
            // 星澜x7 is a model; "耳机x2" ends its clause.
            if !(end == text.characters.len()
                || text.get(end).is_some_and(|c| !c.is_alphabetic())
                || text.followed_by(end, &["件", "个"]))
            {
                continue;
            }
            start -= 1;
        }
        push(start, end, whole(count.as_str()), found);
    }
    for matched in FUSED.find_iter(&text.lower) {
        let (start, end) = text.span(&matched);
        let of_people = text
            .preceded_by(start, &["咱", "他", "她", "你", "我", "们", "哥", "姐", "娘", "口", "夫妻", "爷"])
            || text.followed_by(end, &["人", "孩", "月", "小时", "星期"]);
        if !of_people && !text.preceded_by(start, &["这", "那"]) {
            push(start, end, Some(if matched.as_str() == "俩" { 2 } else { 3 }), found);
        }
    }
}

fn push(start: usize, end: usize, count: Option<u64>, found: &mut Vec<Candidate>) {
    if let Some(count) = count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0) {
        found.push(Candidate { start, end, strength: Strength::Figure, value: EntityValue::Quantity(count) });
    }
}

fn counted(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for captures in COUNTED.captures_iter(&text.lower) {
        let (Some(matched), Some(count), Some(unit)) = (captures.get(0), captures.name("count"), captures.name("unit"))
        else {
            continue;
        };
        let (start, end) = text.span(&matched);
        let (word, unit) = (count.as_str(), unit.as_str());
        // 各两件 counts; 各一 without a count does not come here.
        let reference = text.previous(start).is_some_and(|before| {
            (REFERENCES.contains(&before) && before != '各')
                || before.is_ascii_alphanumeric()
                || "一二三四五六七八九十百千万两零¥$:".contains(before)
        });
        if reference && !text.preceded_by(start, LIVE_REFERENCES) {
            continue;
        }
        if is_other(text, start, end, word, unit) {
            continue;
        }
        let count = match (word, unit) {
            ("半", "打") => Some(6),
            ("半", _) => None,
            (_, "打") => whole(word).map(|count| count * 12),
            _ => whole(word),
        };
        push(start, end, count, found);
    }
}

fn is_other(text: &Text<'_>, start: usize, end: usize, count: &str, unit: &str) -> bool {
    let next = text.get(end);
    let follows = |words: &[&str]| text.followed_by(end, words);
    // 24瓶装, 6个装, 3条装 describe the ware; 买二送一 an offer.
    if follows(&["装", "入", "套装", "起", "起批", "起订", "以内", "左右", "以上"]) || unit == "件套" || unit == "条装"
    {
        return !follows(&["左右", "以上", "起"]);
    }
    if text.preceded_by(start, &["满", "买满", "送", "赠", "任选"])
        && follows(&["减", "打", "享", "包邮", "免", "送", "折", "赠"])
    {
        return true;
    }
    let single = matches!(count, "一" | "1");
    match unit {
        "个" | "条" | "份" | "部" | "张" | "本" | "件" | "套" | "组" | "串" | "把" | "架" => {
            if follows(ABSTRACT) && !(unit != "个" && follows(&["手", "身", "头", "号"])) {
                return true;
            }
            if follows(&["餐", "路", "合", "织", "额"]) || unit == "份" && follows(&["内"]) {
                return true;
            }
            if unit == "件" && follows(&["事", "商品的价"]) {
                return true;
            }
            // 一个 as an article ("推荐一个", "换一个", "有一个") counts only where something is bought or missing.
            if single && unit == "个" {
                if text.preceded_by(start, ARTICLE_AFTER)
                    && !text.preceded_by(start, &["补发", "少发", "漏发", "多发", "还有", "只有"])
                {
                    return true;
                }
                if next == Some('一') || follows(&["个", "是", "没有", "比", "都"]) {
                    return true;
                }
            }
            single
                && matches!(unit, "张" | "把" | "部" | "本" | "条" | "架" | "组" | "份" | "串")
                && follows(&["来", "拉", "抓", "比", "龙", "付", "手"])
        }
        "打" => {
            !(follows(&["的", "吧", "装"])
                || next.is_none()
                || next.is_some_and(|c| !c.is_alphabetic())
                || follows(&["袜", "啤", "鸡蛋", "毛巾", "铅笔", "饮料", "杯"]))
                || follows(&["折", "开", "听"])
        }
        "块" => !text.followed_by(end, BLOCKS) || single && follows(&["儿"]),
        "只" => single && follows(&["是", "有", "能"]) || follows(&["是", "有", "能", "要", "会", "好", "想"]),
        "包" => follows(&["邮", "括", "含", "装", "裹", "政策", "服务", "退", "换", "赔", "运费"]),
        "提" => follows(&["交", "示", "醒", "供", "前", "到", "出", "高", "问", "起"]),
        "听" => follows(&["说", "到", "不", "起", "筒", "着"]),
        "台" => follows(&["湾", "词"]),
        "根" => follows(&["本", "据"]),
        "片" => follows(&["面"]),
        "卷" => follows(&["子"]),
        "板" => follows(&["鞋", "子"]),
        "床" => follows(&["单", "上", "垫"]) && !text.preceded_by(start, &["要", "买"]),
        "斤" => size_talk(text) || count.chars().count() > 2,
        "支" => follows(&["持", "付", "出", "撑"]),
        "对" => {
            single && !text.preceded_by(start, &["买", "要", "来", "拍"])
                || follows(&["不", "吗", "的", "比", "方", "应", "我", "他", "你"]) && !follows(&["的"])
        }
        _ => false,
    }
}

/// Body weight is said in 斤.
fn size_talk(text: &Text<'_>) -> bool {
    ["身高", "体重", "穿", "码", "胖", "瘦", "cm", "米"].iter().any(|word| text.lower.contains(word))
}
