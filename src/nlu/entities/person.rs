//! Names of people where they are introduced: 收件人改成张三, 我叫李四, 王五 13812345678. Leaves to others: who that is.

use std::sync::LazyLock;

use regex::Regex;

use super::text::Text;
use super::{Candidate, Strength, pattern};
use crate::domain::EntityValue;

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封芮储靳段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳佟区覃闫代尧涂佘";
#[rustfmt::skip]
const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "慕容", "令狐", "司徒", "南宫", "夏侯", "端木",
    "公孙", "长孙", "宇文", "轩辕",
];

static INTRODUCED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:(?:收件人|收货人|联系人|签收人|我叫|他叫|她叫|叫做)(?:姓名|名字|的名字|名)?{LINK}*|(?:姓名|名字|户名|客户名|本人){LINK}+) ?(?P<name>\p{{Han}}{{2,5}}|\p{{Han}}·\p{{Han}}+)"
    ))
});
/// What may stand between the word that introduces a name and the name.
const LINK: &str =
    r"(?:是不是|请|帮我|麻烦|想|改成|改为|换成|变更为|变成|写成|填写|应该是|就写|就填|写|填|是|为|叫|改|换|：|留| )";
static SELF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:我是|这是|写|给)(?P<name>\p{Han}{2,4})(?:$|[，。！？ ]|的号码|的电话)"));
static SURNAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:我姓|免贵姓|本人姓|姓)(?P<name>\p{Han})(?:$|[，。！？ ]|的)"));
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[ ，。；：（）号室栋楼层村区店园0-9])(?P<name>\p{Han}{2,4})(?:收|（收）|先生|女士|小姐)?(?:[ ，：]|电话|手机|手机号|联系电话|号码)*(?:\+?86 ?-?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}",
    )
});
static CONTACT_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}[ ，：]*(?P<name>\p{Han}{2,4})(?:收|（收）)?(?:$|[ ，。；])")
});

/// Words that look like names and are none.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "什么", "谁", "我的", "我妈", "我爸", "我老", "别人", "朋友", "老公", "老婆", "妈妈", "爸爸", "同事",
    "电话", "地址", "新手", "本人", "自己", "那个", "这个", "不对", "错了", "写错", "填错", "有误", "可以",
    "能不", "怎么", "哪里", "和电话", "都不", "全都", "和地", "安全", "高级", "会员", "老客", "学生", "顾客",
    "买家", "卖家", "客服", "商家", "万分", "方便", "通知", "国庆", "常用", "后来", "都是", "成都", "和手",
    "时候", "应该", "查一", "广东", "江苏", "明天", "成功", "通过", "有人", "平台", "马上", "包邮", "花钱",
    "关于", "别的", "公司", "单位", "家人", "家里", "能改", "从来", "那天", "连接", "管理", "符合", "从没",
    "常客", "路过", "任何", "何时", "简单", "通用", "党员", "平时", "古装", "单身", "空的", "水货", "华为",
    "高仿", "全新", "全款", "贵宾", "男的", "女的",
];

/// Whether these characters may be a person's name.
fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    let double = DOUBLE_SURNAMES.iter().any(|surname| name.starts_with(surname));
    let single = name.chars().next().is_some_and(|first| SURNAMES.contains(first));
    // None of these is in a name.
    let spoken = name.chars().skip(1).any(|c| "么吗呢吧我你他的了信改换写填错号电话地址不没收件货和都就".contains(c));
    !spoken
        && (double && (3..=4).contains(&length) || single && (2..=3).contains(&length))
        && !NO_NAMES.iter().any(|word| name.starts_with(word))
}

/// Words that end the name when no blank does.
#[rustfmt::skip]
const AFTER_NAME: &[&str] = &[
    "电话", "手机", "地址", "可以", "吗", "吧", "谢谢", "，", "。", "的", "了", "收", "号码", "就行", "就好",
    "麻烦", "行吗", "能", "不是", "不要", "别", "联系", "和", "或", "请", "亲", "呢", "啊", "哈", "哦", "！",
    "？", " ", "先生", "女士", "小姐", "省", "市", "）", "（", "这个", "是", "在", "我",
];

/// The longest name at the beginning of `text` that something ends, in characters.
fn name_length(text: &str) -> Option<usize> {
    let characters: Vec<char> = text.chars().collect();
    for length in [4, 3, 2] {
        if characters.len() < length {
            continue;
        }
        let name: String = characters[..length].iter().collect();
        let rest: String = characters[length..].iter().collect();
        let ended = rest.is_empty()
            || rest.starts_with(|c: char| !c.is_alphabetic())
            || AFTER_NAME.iter().any(|word| rest.starts_with(word));
        if ended
            && is_name(&name)
            && !(length > 2
                && AFTER_NAME.iter().any(|word| {
                    word.chars().count() == 1 && name.ends_with(word) && "吗吧的了收呢啊哦哈是在我".contains(word)
                }))
        {
            return Some(length);
        }
    }
    None
}

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let mut push = |start: usize, end: usize, strength: Strength| {
        let name = text.normal(start, end).to_owned();
        found.push(Candidate { start, end, strength, value: EntityValue::PersonName(name) });
    };
    for captures in INTRODUCED.captures_iter(&text.lower) {
        let Some(name) = captures.name("name") else { continue };
        let (start, end) = text.span(&name);
        if name.as_str().contains('·') {
            push(start, end, Strength::Sure);
        } else if let Some(length) = name_length(text.after(start)) {
            // 张先生, 李女士 as they are said.
            let titled = ["先生", "女士", "小姐"].iter().any(|title| text.slice(start + 1, start + 3) == *title);
            push(start, start + if titled { 3 } else { length }, Strength::Sure);
        }
    }
    for captures in SELF.captures_iter(&text.lower).chain(SURNAME.captures_iter(&text.lower)) {
        let Some(name) = captures.name("name") else { continue };
        let (start, end) = text.span(&name);
        let whole = name.as_str();
        let surname_only = end - start == 1 && SURNAMES.contains(whole);
        let ordinary =
            text.segmenter.knows(whole) || text.words.iter().any(|&(_, from, to)| from < start && start < to);
        let titled = ["先生", "女士", "小姐"].iter().any(|title| whole.ends_with(title))
            && end - start == 3
            && SURNAMES.contains(whole.chars().next().unwrap_or(' '));
        if surname_only || titled || (end - start > 1 && is_name(whole) && !ordinary) {
            push(start, end, Strength::Figure);
        }
    }
    if text.characters.iter().filter(|c| c.is_ascii_digit()).count() < 11 {
        return;
    }
    for captures in CONTACT.captures_iter(&text.lower).chain(CONTACT_AFTER.captures_iter(&text.lower)) {
        let Some(name) = captures.name("name") else { continue };
        let (start, end) = text.span(&name);
        if is_name(name.as_str()) && !matches!(name.as_str(), "电话" | "手机" | "联系" | "号码") {
            push(start, end, Strength::Sure);
        }
    }
}
