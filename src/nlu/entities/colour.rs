//! Colours, plain and compound (深蓝, 雾霾蓝), and never the 红 of 红包. Leaves to others: which variants have them.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::text::Text;
use super::{Candidate, Strength};
use crate::domain::EntityValue;

/// Colours that need no 色 after them.
const COMPOUND: &[&str] = &[
    "深蓝", "浅蓝", "天蓝", "湖蓝", "宝蓝", "藏蓝", "藏青", "海军蓝", "雾霾蓝", "雾蓝", "克莱因蓝", "孔雀蓝", "冰蓝", "牛仔蓝", "远峰蓝", "水蓝", "灰蓝", "蓝灰", "宝石蓝", "墨蓝", "婴儿蓝", "晴空蓝",
    "深灰", "浅灰", "炭灰", "银灰", "烟灰", "麻灰", "花灰", "星空灰", "高级灰", "铁灰", "中灰", "太空灰", "雾灰", "灰白", "深空灰", "钛灰", "水泥灰", "青灰",
    "深绿", "浅绿", "墨绿", "军绿", "草绿", "薄荷绿", "抹茶绿", "牛油果绿", "豆绿", "果绿", "橄榄绿", "翠绿", "荧光绿", "苹果绿", "松绿", "森林绿", "苍岭绿", "青绿", "灰绿", "雾绿", "湖绿", "嫩绿", "牛油果",
    "深红", "大红", "酒红", "枣红", "砖红", "玫红", "玫瑰红", "西瓜红", "桃红", "朱红", "暗红", "粉红", "橘红", "橙红", "中国红", "正红", "复古红", "珊瑚红", "铁锈红", "樱桃红", "紫红", "豆沙红", "枫叶红",
    "浅粉", "樱花粉", "藕粉", "玫瑰粉", "裸粉", "嫩粉", "脏粉", "灰粉", "芭比粉", "蜜桃粉", "少女粉", "豆沙粉", "桃粉", "奶粉色", "淡粉", "荧光粉",
    "深紫", "浅紫", "香芋紫", "薰衣草紫", "葡萄紫", "暗夜紫", "丁香紫", "淡紫", "灰紫", "雾紫", "烟紫", "芋紫", "罗兰紫", "紫罗兰",
    "鹅黄", "姜黄", "柠檬黄", "土黄", "明黄", "奶黄", "浅黄", "金黄", "荧光黄", "杏黄", "嫩黄", "淡黄", "芥末黄", "米黄", "奶油黄", "鹅蛋黄",
    "米白", "奶白", "乳白", "象牙白", "本白", "雪白", "珍珠白", "月光白", "冰川白", "陶瓷白", "纯白", "奶油白", "云白", "漂白色", "白灰", "燕麦白", "月牙白", "羽白",
    "纯黑", "曜石黑", "亮黑", "哑光黑", "磨砂黑", "星空黑", "炭黑", "碳黑", "幻夜黑", "墨黑", "石墨黑", "极夜黑", "黑灰", "黑白", "黑红", "黑金", "曜夜黑", "午夜黑", "玄黑", "经典黑", "雅黑", "典雅黑", "亮银", "月光银", "冰霜银",
    "玫瑰金", "香槟金", "土豪金", "流光金", "浅金", "晨曦金", "香槟", "卡其", "深卡其", "浅卡其", "驼", "焦糖", "燕麦", "奶茶", "豆沙", "摩卡", "古铜", "原木", "胡桃", "蓝白", "红白", "红黑", "深咖", "浅咖", "浅棕", "深棕", "棕褐", "灰褐", "天青", "靛蓝", "靛青", "茶灰", "藕荷", "橘黄", "橙黄", "焦茶", "可可", "浅杏", "奶杏", "浅驼", "深驼", "橄榄", "迷彩", "银白", "银灰", "银黑", "岩灰", "岩石灰", "砂岩", "沙", "石墨", "深邃蓝", "雾岚", "鸢尾紫", "珊瑚橙", "活力橙", "脏橘", "南瓜橙", "焦橙", "蜜桃", "蜜桃橙", "荧光橙", "亮橙", "浅卡",
];
/// Words of the list that are also wares or other things: they need 色.
const NEEDS_SUFFIX: &[&str] = &[
    "奶茶", "燕麦", "豆沙", "焦糖", "牛油果", "香槟", "沙", "驼", "橄榄", "可可", "原木", "胡桃", "摩卡", "黑白", "红白", "蓝白", "红黑", "黑红", "迷彩", "天青", "焦茶", "藕荷", "砂岩", "石墨", "雾岚", "蜜桃", "雪白", "紫罗兰", "黑金", "浅卡", "金黄", "大红", "本白",
];
/// Colours of one character (and 咖啡, 米 …) that 色 follows.
const PLAIN: &[&str] = &[
    "红", "橙", "黄", "绿", "青", "蓝", "紫", "黑", "白", "灰", "粉", "棕", "褐", "银", "金", "杏", "裸", "肉", "咖啡", "咖", "橘", "米", "卡其", "茶", "藕", "驼", "酒", "栗", "靛", "赭", "彩", "透明", "裸粉", "象牙", "琥珀", "古铜", "青铜", "玫瑰", "樱花", "薄荷", "抹茶", "巧克力", "桃", "橡皮粉", "奶油", "奶咖", "雾霾", "珊瑚", "香芋", "芥末", "姜", "沙", "烟", "炭", "墨", "柠檬", "天空", "原", "姜饼", "可可", "杏仁", "丁香", "渐变", "月光", "钛", "湖", "松石",
];
/// One-character colours that stand alone in a fitting place ("要黑的", "白T恤").
const BARE: &str = "红橙黄绿青蓝紫黑白灰粉棕银金杏橘";
/// What begins with a colour and is none, by its second character.
const NOT_COLOUR_BEFORE: &[&str] = &[
    "红包", "红旗", "红外", "红酒", "红薯", "红枣", "红糖", "红豆", "红茶", "红利", "红牛", "红米", "红人", "红火", "白条", "白屏", "白天", "白酒", "白开", "白糖", "白菜", "白领", "白金", "白银", "白送", "白买", "白等", "白跑", "白嫖", "白白", "白费", "白拿", "白搭", "白茶", "白醋", "白给",
    "黑屏", "黑名", "黑心", "黑店", "黑豆", "黑猫", "黑五", "黑卡", "黑客", "黑点", "黑科", "黑莓", "黑芝", "黑幕", "黑枸", "黑暗", "蓝牙", "蓝光", "蓝屏", "蓝月", "蓝莓", "蓝图", "绿茶", "绿豆", "绿萝", "绿化", "绿植", "绿源", "绿联", "黄金", "黄豆", "黄牛", "黄瓜", "黄油", "黄酒", "黄钻", "灰尘", "灰度", "灰常", "紫外", "紫薯", "紫砂",
    "紫菜", "粉丝", "粉底", "粉扑", "粉饼", "粉末", "粉碎", "青春", "青年", "青岛", "青菜", "青少", "青团", "银行", "银联", "银饰", "银卡", "银耳", "金额", "金卡", "金币", "金豆", "金融", "金属", "金龙", "金牌", "金条", "金店", "金银", "金华", "橙子", "橙汁", "橘子", "杏仁", "杏花", "棕榈", "黄山", "黄石", "黄冈", "金华", "银川", "白山", "白城", "红河", "青海", "黑河", "黑龙", "黄埔", "白云", "青浦", "金山", "红桥", "青羊", "金牛", "青山", "白癜", "金针", "金桔", "粉刺", "粉状", "黄褐", "红肿", "红血", "红疹", "红点", "红色预警",
];
/// What ends with a colour and is none, by the character before.
const NOT_COLOUR_AFTER: &[&str] = &[
    "明白", "空白", "坦白", "表白", "小白", "蛋白", "洁白", "美白", "现金", "资金", "奖金", "押金", "基金", "佣金", "定金", "订金", "租金", "保证金", "五金", "奶粉", "米粉", "面粉", "洗衣粉", "蜜粉", "散粉", "掉粉", "吸粉", "花粉", "涨粉", "药粉", "拉黑", "掉灰", "石灰", "积灰", "落灰", "吃灰", "发黄", "泛黄", "变黄", "发黑", "变黑", "发白", "发红", "变红", "泛红", "脸红", "分红", "走红", "口红", "网红", "腮红", "骨灰", "年青", "牙白", "收银", "白银", "黄金", "千金", "合金", "美金", "泛白", "苦橙", "变绿", "抹黑", "漆黑", "发绿", "发蓝", "发灰", "奖学金", "香橙", "甜橙", "脐橙", "香槟", "返金", "本金", "银杏", "铂金", "镀金", "镀银", "冷金", "纯银", "纯金", "足金", "足银", "天黑", "摸黑", "太白", "李白", "退金", "冻干粉", "蛋白粉", "藕粉", "淀粉", "薯粉", "辣椒粉", "变白", "变灰", "现银", "大红", "开门红", "满堂红", "蟹黄", "蛋黄", "牛黄", "雌黄", "硫黄", "扫黄", "涂白", "通红", "眼红", "串色",
];
/// Words with 色 that name no colour.
const NOT_WITH_SUFFIX: &[&str] = &["绿色通道", "绿色环保", "绿色食品", "白色家电", "金色年华", "彩色电视", "彩色打印", "原色", "金色童年", "黑色星期五"];

/// The colours known, those of the shop included.
#[derive(Debug)]
pub(super) struct Colours {
    names: Vec<String>,
    finder: Option<AhoCorasick>,
    listed: HashSet<String>,
}

static SUFFIX_ONLY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| NEEDS_SUFFIX.iter().chain(PLAIN).copied().collect());

impl Colours {
    pub fn new(listed: &[String]) -> Self {
        let listed: HashSet<String> = listed
            .iter()
            .map(|name| name.strip_suffix('色').filter(|rest| !rest.is_empty()).unwrap_or(name).to_ascii_lowercase())
            .collect();
        let mut names: Vec<String> = COMPOUND.iter().chain(PLAIN).map(|name| (*name).to_owned()).collect();
        names.extend(listed.iter().filter(|name| name.chars().count() >= 2).cloned());
        names.sort_unstable();
        names.dedup();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names).ok();
        Colours { names, finder, listed }
    }

    /// `taken` holds what the other finders found: 白T恤 is a colour before a category.
    pub fn find(&self, text: &Text<'_>, taken: &[Candidate], found: &mut Vec<Candidate>) {
        let Some(finder) = &self.finder else { return };
        for matched in finder.find_iter(&text.lower) {
            let (start, mut end) = (text.at(matched.start()), text.at(matched.end()));
            let name = &self.names[matched.pattern().as_usize()];
            let suffix = text.get(end) == Some('色');
            if suffix {
                end += 1;
                if NOT_WITH_SUFFIX.iter().any(|word| text.after(start).starts_with(word)) || text.followed_by(end, &["差", "号", "卡"]) {
                    continue;
                }
                // 出色, 肤色 … do not come here: only listed names do; 变红色 is still a colour.
            } else if name.chars().count() == 1 {
                if !BARE.contains(name.as_str()) || !bare_is_colour(text, start, end, taken) {
                    continue;
                }
            } else if SUFFIX_ONLY.contains(name.as_str()) && !self.fits_without_suffix(text, name, start, end) {
                continue;
            } else if is_word_with(text, start, end) {
                continue;
            }
            let value = EntityValue::Colour(name.clone());
            let strength = if suffix { Strength::Figure } else { Strength::Word };
            found.push(Candidate { start, end, strength, value });
        }
    }

    /// 燕麦 the colour: a colour of this shop in a place where a variant is chosen.
    fn fits_without_suffix(&self, text: &Text<'_>, name: &str, start: usize, end: usize) -> bool {
        (self.listed.contains(name) || matches!(name, "大红" | "卡其" | "透明" | "黑白" | "黑金" | "金黄" | "雪白"))
            && !is_word_with(text, start, end)
            && (text.followed_by(end, &["的", "款", "有货", "还有", "m", "l", "x", "s", "，", "和"]) || end == text.characters.len() || name != "透明")
            && (text.preceded_by(start, &["要", "换成", "改成", "有", "买", "拍", "选", "是", "和", "，", "的", "成"]) || start == 0 || text.followed_by(end, &["的", "款"]))
    }
}

/// Whether the colour is part of an ordinary word: 红包, 明白.
fn is_word_with(text: &Text<'_>, start: usize, end: usize) -> bool {
    let last = end - 1;
    NOT_COLOUR_BEFORE.iter().any(|word| text.after(last).starts_with(word))
        || NOT_COLOUR_AFTER.iter().any(|word| {
            let before = text.before(start + 1);
            before.ends_with(word) && word.chars().count() > 1
        })
}

fn bare_is_colour(text: &Text<'_>, start: usize, end: usize, taken: &[Candidate]) -> bool {
    if is_word_with(text, start, end) {
        return false;
    }
    // Inside a longer ordinary word (青春, 黑科技) it is none.
    let inside = text.words.iter().any(|&(word, from, to)| {
        from <= start && end <= to && to - from > 1 && text.segmenter.knows(word) && !word.starts_with(['黑', '白', '红', '蓝', '灰', '粉', '绿', '黄', '紫'])
    });
    if inside {
        return false;
    }
    let before_ware = taken.iter().any(|other| {
        other.start == end && matches!(other.value, EntityValue::Category(_) | EntityValue::Product(_) | EntityValue::Size(_))
    });
    let led = start == 0
        || text.preceded_by(start, &["要", "换成", "换", "改成", "有", "买", "拍", "选", "是", "和", "，", "成", "个", "件", "条", "双", "拿", "色", "还是", "发", "款", "的", "跟", "、", "或", "穿", "喜欢", "爱", "这", "那", "台", "寄", "来", "错", "把", "下", "纯", "就", "全", "带", "只", "部"])
        || text.previous(start).is_some_and(|c| !c.is_alphanumeric() || c.is_ascii_alphanumeric());
    if before_ware {
        return true;
    }
    let after_ware = taken.iter().any(|other| other.end == start && matches!(other.value, EntityValue::Size(_) | EntityValue::Product(_) | EntityValue::Category(_)));
    let of = text.followed_by(end, &["的"]) && (led || after_ware);
    let piece = text.followed_by(end, &["款", "的", "那件", "那个", "那双", "那条", "裤子", "裙", "鞋", "上衣", "外套", "t恤", "衬衫", "衣服", "毛衣", "包包", "袜", "帽", "围巾", "卫衣", "背心", "手机", "裤", "大衣", "羽绒服", "西装", "短袖", "靴", "耳机"]);
    let closes = end == text.characters.len() || text.followed_by(end, &["有货", "还有", "吧", "，", "。", "？", "还是", "有没有", "m", "l", "x", "和", "、", "跟", "吗", "或", " "]);
    of || (led && piece) || ((led || after_ware) && closes && start > 0 && text.preceded_by(start, &["要", "换成", "改成", "选", "还是", "成", "拍", "跟", "和", "、", "，"]))
        || (after_ware && closes)
}
