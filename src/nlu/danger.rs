//! What a person must see at once — injury, fire, allergy, fraud, leaked data, self-harm, lawsuit, media, authority —
//! by words that anyone can read and correct, beside the model's score. Leaves to others: the hand-over (`dialogue`).

use crate::inference::{Calibration, Understanding};

/// Words that hold a threat or a harm, and what beside them says that nothing of the kind is meant.
struct Rule {
    any: &'static [&'static str],
    unless: &'static [&'static str],
}

/// Courts, offices, media: a word is enough.
const AUTHORITY: Rule = Rule {
    any: &[
        "12315", "12345", "黑猫", "消协", "消保委", "消费者协会", "市监局", "市场监管", "市场监督", "工商局", "工商投诉", "去工商", "打工商",
        "食药监", "药监局", "质监局", "物价局", "信访", "315晚会", "3.15", "聚投诉", "起诉", "诉讼", "告你们", "告你", "告到", "告死",
        "法院见", "法庭见", "上法院", "走法律", "法律途径", "法律程序", "打官司", "律师函", "找律师", "联系律师", "律师已经", "咨询律师",
        "咨询过律师", "委托律师", "传票", "报警", "报了警", "报案", "派出所见", "警察", "曝光", "找媒体", "媒体曝光", "找记者", "联系记者", "记者来",
        "让记者", "电视台", "上热搜", "挂你们", "挂网上", "发抖音", "发微博", "发小红书", "避雷帖", "打假", "举报",
    ],
    unless: &[
        "报警器", "报警功能", "自动报警", "报警声", "会报警", "一直报警", "老报警", "总报警", "低电报警", "烟雾报警", "曝光补偿", "曝光度", "曝光时间", "过曝", "长曝光", "二次曝光",
        "曝光量", "书籍", "这本书", "那本书", "教材", "玩具警察", "警察玩具", "警察局玩具", "警察服", "警察帽", "小警察", "黑猫警长", "黑猫玩偶", "黑猫图案", "考试", "防诈",
    ],
};

/// Money or data taken, or a life in danger: a word is enough.
const CRIME: Rule = Rule {
    any: &[
        "诈骗", "被骗", "骗了我", "骗我钱", "骗走", "骗钱", "盗刷", "盗用", "被盗", "钓鱼网站", "刷单", "冒充", "假客服", "信息泄露", "信息泄漏", "泄露了", "泄漏了",
        "泄露我", "泄漏我", "泄露客户", "卖我信息", "卖我的信息", "卖了我", "电话卖", "信息卖", "自杀", "不想活", "活不下去", "活着没意思", "想死", "跳楼", "轻生",
        "自残", "割腕", "了结自己", "一死了之", "遗书", "死给你", "不活了", "喝农药",
    ],
    unless: &[
        "防盗刷", "防诈骗", "反诈", "诈骗的书", "防盗", "会不会泄露", "会泄露", "不会泄露", "怕泄露", "防泄露", "防泄漏", "想死你", "丑得想死", "好看死", "笑死", "小说", "这本书", "怕被骗", "不会被骗", "想死它",
    ],
};

/// Harm to body or house: has it happened?
const HARM: Rule = Rule {
    any: &[
        "过敏", "疹子", "红疹", "起疹", "荨麻疹", "皮炎", "溃烂", "烂脸", "脸烂", "红肿", "肿了", "肿起来", "起泡", "水泡", "烫伤", "烧伤", "灼伤", "炸伤", "割伤", "划伤",
        "刮伤", "摔伤", "砸伤", "受伤", "伤到", "割破", "划破", "扎破", "扎到", "割到", "割了", "划到", "夹到", "夹断", "骨折", "缝了", "流血", "出血", "血", "中毒", "拉肚子",
        "上吐下泻", "吐了", "呕吐", "腹泻", "便血", "医院", "急诊", "住院", "抢救", "洗胃", "晕倒", "昏迷", "昏倒", "抽搐", "休克", "喘不上气", "呼吸困难", "触电", "漏电",
        "电到", "被电", "电了一下", "着火", "起火", "失火", "火灾", "冒烟", "冒火", "喷火", "爆炸", "炸了", "炸开", "炸裂", "自爆", "自燃", "烧起来", "烧着", "烧焦", "燃气泄", "漏气", "煤气味",
        "误食", "误吞", "吞了", "吞下", "咽下", "窒息", "噎", "卡喉", "玻璃渣", "玻璃碴", "刀片", "烫到", "烫了", "砸到", "砸了", "电击", "刺痛", "发炎", "脱皮",
    ],
    unless: &[
        "会不会", "会过敏吗", "过敏吗", "容易过敏", "敏感肌", "过敏体质", "易过敏", "防过敏", "抗过敏", "不过敏", "过敏药", "能不能用", "能用吗", "可以用吗", "可以吃吗", "能吃吗", "适合",
        "防烫", "防火", "防爆", "防漏电", "防触电", "防割", "烫伤膏", "创可贴", "止血", "止泻", "防摔", "防夹", "血糖", "血压", "血氧", "血型", "补血", "血橙", "猪血", "鸭血", "血脂", "医院用", "医院地址",
        "送到医院", "寄到医院", "送医院", "地址是医院", "医院旁", "医院对面", "医院门口", "人民医院收", "玩具", "怎么预防", "不会炸", "会炸吗", "会爆炸吗", "会漏电吗", "会着火吗", "会冒烟吗", "冒烟机", "漏气怎么",
        "烟花", "灭火器", "价格", "炸了毛", "心态炸", "爆炸好吃", "炸开锅", "颜色炸", "血亏", "出血价", "大出血", "热血", "血拼", "吐槽", "混血",
    ],
};

/// Signs that a harm has happened: they outweigh [`HARM`]'s exceptions.
const HAPPENED: &[&str] = &[
    "过敏了", "送医", "去医院", "在医院", "进医院", "医院检查", "医院看", "住院", "抢救", "急诊", "缝了", "骨折", "被电", "电到我", "炸了", "爆了", "着火了", "起火了", "冒烟了", "烧起来", "中毒了", "流血了",
    "肿了", "起泡了", "疹子了", "烫伤了", "割伤了", "止不住", "医生说",
];

impl Rule {
    fn speaks(&self, text: &str, happened: bool) -> bool {
        self.any.iter().any(|word| text.contains(word)) && (happened || !self.unless.iter().any(|word| text.contains(word)))
    }
}

/// Whether words alone say that a person must see this. `text` is normalised.
pub fn speaks_of_danger(text: &str) -> bool {
    let happened = HAPPENED.iter().any(|word| text.contains(word));
    AUTHORITY.speaks(text, false) || CRIME.speaks(text, false) || HARM.speaks(text, happened)
}

/// Whether a person must see this message: its words say so, or the model does.
pub fn must_escalate(text: &str, understood: &Understanding, calibration: &Calibration) -> bool {
    // Words in a message that the model finds wholly harmless are more often a product's name than a cry for help.
    let doubt = calibration.escalation_threshold * 0.15;
    understood.escalation >= calibration.escalation_threshold
        || (speaks_of_danger(text) && understood.escalation >= doubt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_and_threat_are_told_from_their_like() {
        for text in ["孩子用了过敏了在医院", "再不退我打12315", "充电宝冒烟了", "我的信息泄露了", "不想活了", "法院见吧"] {
            assert!(speaks_of_danger(text), "{text}");
        }
        for text in ["敏感肌会过敏吗", "烟雾报警器多少钱", "有烫伤膏吗", "送到医院门口可以吗", "血压计怎么用", "什么时候发货"] {
            assert!(!speaks_of_danger(text), "{text}");
        }
    }
}
