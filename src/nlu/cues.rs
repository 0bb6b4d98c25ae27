//! Hears the moves of a conversation that are no wish of their own, by short patterns on the normalised text. A move
//! is heard only where it stands at the right place, so that "重复下单了" is no request to say something again.
//! Leaves to others: wishes and moods (`inference`).

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Cue;

/// A long message tells something; moves are short.
const LONGEST: usize = 30;

/// What a question whether the other side is a person names.
const ABOUT_BOT: &[&str] = &["机器", "真人", "活人", "人工智能", "ai", "智能客服", "是人"];

static PATTERNS: LazyLock<Vec<(Cue, Regex)>> = LazyLock::new(|| {
    let table: &[(Cue, &str)] = &[
        (
            Cue::Correction,
            r"^(不对|不是这个|错了|搞错了|弄错了|我说错了|说错了|打错了|发错了|写错了|更正|纠正一下)|(我说的是|应该是|我是说)",
        ),
        (
            Cue::Confirm,
            r"(?i)^(yes|yep|sure|confirm(ed)?|okay|go ahead|that's right|correct)[,.! ]*(please|confirm)?[.! ]*$|^(我)?(确认|确定|对的?|是的?|好的?|可以的?|行|没问题|嗯+|ok|同意|就这样|没错|要的)([，,。!~ ]*(确认|确定|可以|对|退|换|取消|改|开|提交|办理?|申请|下单|删|就这样|吧|啊|呀|麻烦|谢谢))*[，,。!~ ]*$|^(退|换|取消|改|开|提交|办|下单|删)(吧|了吧)$|^(对|好|嗯|是|行|可以|ok)(的|吧|啊)?[，, ]*(那)?就?(退|换|取消|改|开|办|下|删|这)[^不别先再吗?？]{0,5}$",
        ),
        (
            Cue::Cancel,
            r"(?i)^(never ?mind|forget it|cancel that|stop|no thanks|don't)[.! ]*$|^(那)?(算了|不用了|不要了|不办了|先不|取消吧?$|不退了|不换了|不查了|不改了|不买了|不取消了|不需要了|没事了|停|放弃|当我没说|我再想想|再想想|先这样)|(算了吧?|还是不[退换改取查买要]了|当我没说|不弄了)[吧了。!~]*$",
        ),
        (
            Cue::Repeat,
            r"(再|重新?)(说|讲|发)(一)?[遍次]|没(看|听)(清|明白)你?(说|讲)?|(刚才|你)(说|讲)(的)?(什么|啥)|^(什么|啥)\?*$",
        ),
        (
            Cue::Another,
            r"(换|另外?|别的|其他|其它|不同的)(一)?(个|笔|单)?(订单|单子|那[个单笔])|^(换一?[个笔单]|另外?一?[个笔单]|别的|其他的|下一[个笔单])(吧|呢|的)?$|不是这[个笔单](订单)?|上一[个笔单](订单)?$",
        ),
        (
            Cue::More,
            r"(换一[批些]|还有(别的|其他的?)|^还有(没有?|吗|什么)|再(来|推荐|看|给我)(几|一)?[个些款点]|更多|下一页|多推荐|再看看(其他|别的|其它)|^(看看)?(其他|别的|其它)(的)?(看看|有吗|呢))",
        ),
        (Cue::Cheaper, r"(便宜|实惠|低价|平价)(一?点|些)|再便宜|太贵|有没有便宜|预算(没那么多|不够)"),
        (Cue::Better, r"(好|高级|高端|贵)一?(点|些)的|更好的|档次高"),
        (Cue::ThatOne, r"(这|那|刚才|上面|刚刚)(个|款|件|单|笔|双|条|的)?(那[个款件单笔])?"),
        (Cue::Latest, r"最(近|新|后下)的?(一|那|这)?[个笔单条]?|刚(买|下|拍)的?(那)?[个笔单]?|昨天(买|下|拍)的"),
        (Cue::All, r"^(全部|都|全都|所有的?|一起)(要|退|换|给我|来)?"),
        (Cue::Resume, r"^(继续|接着(说|办)?|回到刚才|刚才那?(个|件)事)"),
        (
            Cue::Erase,
            r"(删除?|清除|清空|抹掉|销毁|注销).{0,8}(信息|数据|资料|记录|账号|账户|隐私)|(信息|数据|资料|记录|账号|账户).{0,6}(删|清除|注销)",
        ),
        (
            Cue::Export,
            r"(导出|下载|拷贝|复制|发我一份|给我一份|打包).{0,8}(信息|数据|资料|记录)|(信息|数据|资料|记录).{0,6}(导出|下载|发我一份|给我一份|打包)|^导出",
        ),
        (Cue::AboutBot, r"(你|您)(是|叫|会|能|几|多|有没有|懂|知道)|机器人|人工智能|\bai\b|真人|小二"),
        (
            Cue::WhetherBot,
            r"^[^转找要叫换来接]*((是不是|到底是|究竟是)(个|一个)?(真人|活人|机器人?|人工智能|智能客服|ai|人)[^转找要叫换来接]*|是(个|一个|在跟)?(真人|真的人|活人|机器人?|人工智能|智能客服|ai|人工|人)[^转找要叫换来接]*(吗|么|嘛|吧|啊|呀|呢|还是.{1,8}))[？?。！!~]*$",
        ),
        (
            Cue::Threat,
            r"信不信|再不.{1,10}(我|就|老子)|(要不然|不然|否则)(我|就|老子).{0,4}(取消|退|投诉|差评)|(你们|你)?要是不.{1,10}我就",
        ),
        (
            Cue::Fraud,
            r"骗子|诈骗|被骗|假客服|冒充|刷单|钓鱼|验证码|转账|盗刷|泄[露漏]|泄密|信息.{0,4}(卖|泄|外传)|个人信息",
        ),
        (
            Cue::LifeInDanger,
            r"不想活|自杀|轻生|想死|去死算了|活不下去|活着没(意思|意义)|跳楼|割腕|遗书|结束(自己|生命)|自残|死了算了|一了百了",
        ),
    ];
    table
        .iter()
        .map(|(cue, pattern)| (*cue, Regex::new(pattern).expect("a cue's pattern is fixed and tested: this is a bug")))
        .collect()
});

/// The moves that a normalised message makes.
pub fn cues(normalized: &str) -> Vec<Cue> {
    let length = normalized.chars().count();
    let text = normalized.trim();
    let asks_about_bot = |cue: &Cue| *cue != Cue::WhetherBot || ABOUT_BOT.iter().any(|word| text.contains(word));
    PATTERNS
        .iter()
        .filter(|(cue, _)| asks_about_bot(cue))
        .filter(|(cue, _)| length <= LONGEST || matches!(cue, Cue::Fraud | Cue::LifeInDanger))
        .filter(|(_, pattern)| pattern.is_match(text))
        .map(|(cue, _)| *cue)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_heard_where_they_are_made() {
        for (text, cue, expected) in [
            ("算了", Cue::Cancel, true),
            ("算了不退了", Cue::Cancel, true),
            ("还是不退了吧", Cue::Cancel, true),
            ("我要取消订单", Cue::Cancel, false),
            ("再说一遍", Cue::Repeat, true),
            ("重复下单了", Cue::Repeat, false),
            ("换一个订单", Cue::Another, true),
            ("另一笔", Cue::Another, true),
            ("换个大一码的", Cue::Another, false),
            ("换一批", Cue::More, true),
            ("还有别的吗", Cue::More, true),
            ("便宜点的", Cue::Cheaper, true),
            ("最近的那个", Cue::Latest, true),
            ("确认", Cue::Confirm, true),
            ("确认退", Cue::Confirm, true),
            ("好的，退吧", Cue::Confirm, true),
            ("对，就取消这个", Cue::Confirm, true),
            ("好，先不取消", Cue::Confirm, false),
            ("可以了吗", Cue::Confirm, false),
            ("不确认", Cue::Confirm, false),
            ("好的我想换一个", Cue::Confirm, false),
            ("你是机器人吗", Cue::AboutBot, true),
            ("是机器人在回我吗", Cue::WhetherBot, true),
            ("你是真人还是机器啊", Cue::WhetherBot, true),
            ("你是不是机器人", Cue::WhetherBot, true),
            ("是扫地机器人的话有货吗", Cue::WhetherBot, false),
            ("扫地机器人是什么牌子", Cue::WhetherBot, false),
            ("我要真人", Cue::WhetherBot, false),
            ("是机器人的话帮我转人工", Cue::WhetherBot, false),
            ("收到假客服的电话让我转账", Cue::Fraud, true),
            ("我不想活了", Cue::LifeInDanger, true),
            ("不对,我说的是那双鞋", Cue::Correction, true),
            ("质量不对劲", Cue::Correction, false),
        ] {
            assert_eq!(cues(text).contains(&cue), expected, "{text}: {cue}");
        }
    }
}
