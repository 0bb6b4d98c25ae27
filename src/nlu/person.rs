//! Whether a shopper asks for a person: a wish that must never be missed, so plain words stand beside the model.
//! Leaves to others: the hand-over (`dialogue`).

use super::danger::holds;

/// In a longer message a word may tell of another talk.
const LONGEST: usize = 40;

/// Enough in a message of any length; the lists are divided by spaces.
const ALWAYS: &str = "转人工 要人工 找人工 人工客服 真人客服";
/// Enough by themselves in a short message.
const SURE: &str = "\
    人工 真人 活人 人攻 人功 人公客服 人共 仁工 忍工 任工客服 rengong zhuanrg 转rg 转人 接人工 \
    zhenren realperson liveagent manualservice 不要机器人 别机器人 跟机器人 和机器人 跟机器聊 \
    跟机器说 机器人还是 机器还是人 人还是机器 是人是机器 是机器人吗 还是机器人 是不是机器人 \
    是机器人伐 到底是人 对面是人 转客服 找个客服 换个客服 换一个客服 换客服 专属客服 转接人 转接客服 \
    找客服说 叫客服给我 让客服给我 客服给我打 客服给我回 客服打给我 客服给我来 客服妹子出来 \
    客服小姐姐在吗 是不是人 不是机器人 human robot 要转客服 打电话给我吧 给我打电话吧 方便电话 \
    换个人 换人来 换一个人 换个会 找个人 来个人 喊个人 叫个人 派个人 给个人 找人来 让人来 我要人 \
    有没有人管 有人管吗 有人值班 转售后 转售前 转投诉 转技术 转专员 转大家电 要客服 客服出来 \
    客服在不 视频客服 在线客服有 回个电话 回电话给我 给我回电 回拨 打给我 打个电话给我 给我来个电话 \
    给我来电话 给我致电 跟我通话 语音沟通 语音说 语音通话 电话里说 电话里讲";
/// Someone who could be asked for …
const SOMEONE: &str = "\
    主管 经理 老板 领导 负责人 负责的人 店长 店主 管事的 上级 能做主 懂的人";
/// … and what they should do.
const CALL: &str = "\
    叫 让 找 换 转 接 喊 联系我 跟我联系 和我联系 回电 打电话 给我电话 出来 来跟我 跟我说 跟我讲 \
    直接说 直接聊 沟通 在不在 对话 聊";
/// Products, tales of earlier talks and things whose names hold the words.
const NOT: &str = "\
    人工智能 人工智障 人工授粉 人工学 给人工 人工在看 要是个真人 人工草 人工皮 人工湖 人工费 \
    人工授精 人工泪 人工骨 人工晶 人工合成 人工养殖 人工水晶 人工耳蜗 人工降 人工安装 安装人工 \
    人工成本 人工钱 人工多少 纯人工 手工 扫地机器人 机器人玩具 擦窗机器人 拖地机器人 编程机器人 \
    机器人多少钱 老板杯 老板电器 老板油烟机 老板椅 老板灶 老板牌 经理人 真人秀 真人版 真人试穿 \
    真人图 真人实拍 真人cs 真人发 真人模特 真人照 转人民币 已经和 之前我跟 客服说的 客服说了 \
    客服说过 客服说可以 客服说不 客服说让 然后我跟客服 客服那里说 接客服电话 第一次找客服 不是人民 \
    不是人造 不是人家 是人家 私密 打电话说 打电话我也 提前给我 转人家";
/// A message of these characters alone asks too.
const ALONE: &str = "\
    rg zrg 真人 转人 客服 在线客服 找人 agent";

/// Whether the words ask for a person. `text` is normalised.
pub fn asks_for_person(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    if holds(&text, NOT) {
        return false;
    }
    let short = text.chars().count() <= LONGEST;
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    holds(&text, ALWAYS)
        || ALONE.split_ascii_whitespace().any(|word| word == bare)
        || (short && (holds(&text, SURE) || (holds(&text, SOMEONE) && holds(&text, CALL))))
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
