//! Whether a shopper asks for a person: a wish that must never be missed, so plain words stand beside the model.
//! Leaves to others: the hand-over (`dialogue`).

/// Enough by themselves.
const SURE: &[&str] = &[
    "转人工",
    "人工客服",
    "人工服务",
    "要人工",
    "找人工",
    "接人工",
    "叫人工",
    "有人工",
    "换人工",
    "真人客服",
    "转真人",
    "真人服务",
    "找真人",
    "要真人",
    "跟真人",
    "和真人",
    "是真人",
    "活人",
    "转接人",
    "zhuanrengong",
    "zhuan人工",
    "转rengong",
    "rengong",
    "转rg",
    "human",
    "realperson",
    "liveagent",
    "不要机器人",
    "别机器人",
    "不跟机器人",
    "不想跟机器人",
    "不和机器人",
    "机器人还是",
    "是机器人吗",
    "还是机器人",
    "是不是机器人",
    "人攻客服",
    "人功客服",
    "人公客服",
    "转人攻",
    "转人公",
    "真人來",
    "換真人",
    "转客服",
    "接客服",
    "转接客服",
    "客服人员",
    "跟客服说",
    "找客服",
    "找个客服",
];
/// Someone who could be asked for …
const SOMEONE: &[&str] =
    &["主管", "经理", "老板", "领导", "负责人", "店长", "管事的", "上级", "真人", "客服", "人工", "能做主"];
/// … and what they should do.
const CALL: &[&str] = &[
    "叫",
    "让",
    "找",
    "换",
    "转",
    "接",
    "喊",
    "联系我",
    "回电",
    "回个电话",
    "打给我",
    "打电话",
    "给我电话",
    "出来",
    "来跟我",
    "跟我说",
    "直接说",
    "沟通",
    "在不在",
    "在吗",
    "对话",
    "聊",
];
/// Products and things whose names hold the words.
const NOT: &[&str] = &[
    "人工智能",
    "人工草",
    "人工皮",
    "人工湖",
    "人工费",
    "人工授精",
    "人工泪液",
    "人工骨",
    "人工晶",
    "人工合成",
    "人工养殖",
    "人工水晶",
    "扫地机器人",
    "机器人玩具",
    "擦窗机器人",
    "老板杯",
    "老板电器",
    "老板油烟机",
    "老板椅",
    "老板灶",
    "人工耳蜗",
    "人工降",
    "经理人",
    "老板牌",
    "拖地机器人",
    "编程机器人",
    "机器人多少钱",
];

/// Whether the words ask for a person. `text` is normalised.
pub fn asks_for_person(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    if NOT.iter().any(|word| text.contains(word)) {
        return false;
    }
    let short = text.chars().count() <= 30;
    SURE.iter().any(|word| text.contains(word))
        || matches!(
            text.trim_matches(|c: char| !c.is_alphanumeric()),
            "人工" | "人工呢" | "人工啊" | "rg" | "zrg" | "真人" | "转人"
        )
        || (short && SOMEONE[..8].iter().any(|word| text.contains(word)) && CALL.iter().any(|word| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_asked_for_in_many_words() {
        for text in ["转人工", "我要找活人", "RG", "叫你们主管出来", "你是真人还是机器人", "zhuan ren gong"]
        {
            assert!(asks_for_person(text), "{text}");
        }
        for text in ["人工智能音箱多少钱", "扫地机器人有货吗", "老板油烟机怎么装", "退货", ""]
        {
            assert!(!asks_for_person(text), "{text}");
        }
    }
}
