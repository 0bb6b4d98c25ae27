//! Wishes in words that hardly mean anything else, for where the model is in doubt: "到货了提醒我", "寄到北京要运费吗".
//! Leaves to others: everything said otherwise (`inference`).

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Intent;

/// In a longer message the words may belong to a tale.
const LONGEST: usize = 48;

struct Phrase {
    intent: Intent,
    says: Regex,
    unless: Option<Regex>,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let table: &[(Intent, &str, &str)] = &[
        (
            Intent::RestockQuery,
            r"(到货|补货|有货|上架|来货|到了货).{0,6}(提醒|通知|告诉|告知|叫|喊|说一声|吱一声|踢)|(提醒|通知|告诉)我.{0,6}(到货|补货)|到货提醒",
            "",
        ),
        (
            Intent::ReturnShipping,
            r"(退货?|换货?|寄回去?|退回去?).{0,6}(运费|邮费|快递费).{0,4}(谁|算|出|付|承担|我)|(运费|邮费|快递费).{0,4}(谁|算谁|哪方)(来)?(出|付|承担|掏|的)?|(退货|寄回).{0,4}(地址|寄到?哪|往哪)",
            r"包邮|满多少",
        ),
        (
            Intent::ShippingFee,
            r"(寄|发|送|邮|快递)(到|去|往|给).{1,12}(运费|邮费|快递费|包邮|邮费)|(运费|邮费|快递费).{0,4}(多少|怎么算|怎么收|几块|要吗|收吗)|(包|免)(不包)?(邮|运费|邮费)(吗|么|嘛|不|啊|呀|呢|$)|多少(钱)?(才|能|可以|就)?(包|免)(邮|运费)|(要|收|有)(不要|不收|没有)?(运费|邮费|快递费)(吗|么|嘛|不|啊)?$",
            r"退|换货|寄回|谁|安装|保险",
        ),
        (Intent::RefundRequest, r"(只|仅)退款|退款不退货|不退货.{0,4}退款", "区别|规则"),
        (
            Intent::DeliveryOptions,
            r"(用|发|走|寄|是)(的)?(什么|哪家|哪个|啥)(快递|物流)|(什么|哪家)快递(公司)?$",
            r"到哪|\d{12,}",
        ),
        (
            Intent::RefundStatus,
            r"(退款|退货款|退的钱).{0,8}(到账|到帐|到了没|进度|什么时候|啥时候|多久|几天|到哪|怎么还没|还没到|没到|没收到|怎么样了)|钱.{0,4}(什么时候|啥时候|怎么还没|多久)(退|能?到|回)|(查|看).{0,4}退款(进度)?",
            r"的话|如果|要是|规则",
        ),
        (
            Intent::Logistics,
            r"(快递|物流|包裹|货|东西|件|单|订单|号).{0,8}(到哪|走到哪|在哪儿?|运到哪|卡在哪)|^(到哪|走到哪|现在在哪)(里|儿)?了|查.{0,6}(快递|物流|包裹|运单)|物流(信息|详情|进度|状态)|(送|寄|派)到(了)?(没|没有|吗)|快递(呢|到了吗|到没到|怎么还没到)",
            r"寄回|退|一步|发票|换货|地址|维修|改|积分",
        ),
        (
            Intent::Logistics,
            r"^(\d{12,})?.{0,3}(物流|快递)(呢|情况|单号)?[？?。]*$|(快递|物流|包裹).{0,12}(看看|瞅瞅|查查|瞧瞧|看一?下|查一?下|瞅一?下)|^(cha ?)?(wu ?liu|kuai ?di)$",
            r"催|退|换|什么快递|哪家|用",
        ),
        (
            Intent::Logistics,
            r"(?i)where('s| is| are)? .{0,12}(order|parcel|package|delivery)|track .{0,12}(order|parcel|package)|(has|did) .{0,20}(ship|arrive)",
            "",
        ),
        (Intent::OrderStatus, r"(?i)(show|list|see)? ?my orders?$|order status|status of (my|the) order", ""),
        (Intent::CancelOrder, r"(?i)cancel .{0,16}order|cancel \d{12,}", "(?i)policy"),
        (Intent::RefundStatus, r"(?i)where.{0,6} my (money|refund)|refund status|when .{0,12}refund", ""),
        (Intent::RefundRequest, r"(?i)(want|need|get|like) (a|my|the) ?(refund|money back)", ""),
        (Intent::ReturnGoods, r"(?i)(want|like|need|how) to return|return (this|it|the|my|order)", ""),
        (Intent::ChangeAddress, r"(?i)(change|wrong|update) .{0,14}address", ""),
        (Intent::Invoice, r"(?i)invoice", ""),
        (Intent::Recommend, r"(?i)recommend|suggest (some|a|me)", ""),
        (Intent::StockQuery, r"(?i)in stock|available\?", ""),
        (Intent::PriceQuery, r"(?i)how much (is|are|does)|price of", ""),
        (Intent::ReturnGoods, r"^(wo ?yao ?)?tui ?huo$", ""),
        (Intent::RefundRequest, r"^(wo ?yao ?)?tui ?kuan$", ""),
        (Intent::Invoice, r"^(kai ?)?fa ?piao$", ""),
        (Intent::CancelOrder, r"^qu ?xiao ?(ding ?dan)?$", ""),
        (Intent::Coupon, r"^you ?hui ?quan$", ""),
        (Intent::OrderStatus, r"^(wo ?de ?)?ding ?dan$", ""),
        (
            Intent::ChangeOrder,
            r"(加|写|改|添|补)(一?个|一下|上|条)?备注|备注(一下|一个|下|上|：|:|改|写|加)|帮.{0,3}备注",
            r"怎么|在哪|看不到|没看|下单",
        ),
        (
            Intent::UrgeShipping,
            r"催.{0,8}(发货|仓库|发出|打包)|(快点|快些|赶紧|尽快|抓紧|赶快|马上).{0,4}(发货|发出|寄出|给我发)|(怎么|为什么|为啥|咋)(还|都)?(没|不)(给我)?发货|还(没|不)发货|(发货).{0,4}(催|快)",
            r"退款|取消|投诉|赔",
        ),
        (
            Intent::UrgeDelivery,
            r"催.{0,8}(快递|配送|派送|送货|物流|派件|骑手|快件)|(快点|快些|赶紧|尽快|赶快)(给我)?(送来?|派送|配送|派件|送货)",
            r"退款|取消|发货",
        ),
        (
            Intent::PriceProtection,
            r"价保|保价|(降价|便宜).{0,10}(差价|补|退)|(退|补|返).{0,3}差价|买(贵|亏)了|(刚|才)买.{0,6}(就)?(降价|便宜)",
            r"保价费|寄.{0,4}保价",
        ),
        (
            Intent::Invoice,
            r"开.{0,6}(发票|专票|普票)|(发票|专票|普票).{0,6}(开|抬头|邮箱|发我|发一下|重|怎么|在哪|税号)|(要|补|有|改).{0,3}(发票|专票|抬头)",
            "",
        ),
        (
            Intent::ChangeAddress,
            r"(改|换|修改|更改|变更).{0,6}(收货)?(地址|收件人|收货人)|(改|换|修改).{0,4}(收货|联系)(电话|手机)|(收货)?(地址|收件人|收货人|收货电话).{0,4}(改|换|错|填错|写错)",
            r"发票|退货地址|抬头|换货",
        ),
        (
            Intent::CancelOrder,
            r"取消.{0,8}(订单|这单|那单|这笔|那笔|\d{12,})|(订单|这单|那单|这笔|那笔|\d{12,}).{0,6}(取消|不想要了|不要了)",
            r"退货|售后|申请|恢复|信不信|提醒|自动|会不会|换一|不(用|想)?取消|先别|的话|预约|多久|怎么",
        ),
        (
            Intent::PriceQuery,
            r"多少钱|啥价|什么价|几块钱|多少米|价格(是)?(多少|咋样|怎么样)|怎么卖|卖多少",
            r"运费|邮费|退|赔|差价|包邮|安装|满|修|免|推荐|寄|发到|以内|左右",
        ),
        (
            Intent::StockQuery,
            r"(有|还有)(没有)?(现)?货(吗|没|不|么|嘛|没有|呢|了吗|？|\?|。|$)|有(没有)?现货|(还)?有(没有)?库存|断(货|码)了?(吗|没|么)|缺货(吗|么)|(码|色|号|款|[a-z\d]l?)(的)?还有(没有|吗|没|么|不)(有)?[？?]?$",
            r"到货|退|换|提醒|告诉|通知|发货|备注",
        ),
        (
            Intent::SizeAdvice,
            r"(穿|选|买|拿|要)(多大|什么码|哪个码|啥码|几码|什么号|多大码|哪个号|多少码)(的)?|(码数|尺码|大小).{0,4}(推荐|怎么选|建议|选哪|合适)|身高.{0,10}体重",
            r"退|换",
        ),
        (
            Intent::ProductCompare,
            r"(对比|比较|比一比|比比)(一下|下|看)?$|(和|跟|与).{1,20}(哪个|哪款|区别|对比|比较|比一?下)|哪(个|款)(更)?(好|值|划算|适合)|有(什么|啥)(区别|不同|差别)",
            r"退|换|快递|价保|会员|便宜",
        ),
        (
            Intent::Recommend,
            r"推荐(一?下|几|个|点|款|些|一)|(给我|帮我|求|有啥|有什么|啥).{0,4}推荐|推荐.{0,4}(吗|呗|吧|么)$",
            r"推荐(人|码|奖)|不(要|用|需要)推荐|别推荐|尺码|多大|什么码",
        ),
        (Intent::ReviewCashback, r"(好评|评价|晒图|晒单|评论).{0,6}(返现|返钱|返|红包|奖励)|返现", ""),
        (
            Intent::Authenticity,
            r"是(不是)?正品|正品(吗|么|保证)|保真|是真(的|货)(吗|么)|(是|卖)(不是)?假货(吗|么)",
            "假货|退|赔",
        ),
        (
            Intent::PrivacyRequest,
            r"(存|保存|记录|收集|知道|掌握)了?我.{0,6}(哪些|什么|啥|多少).{0,4}(信息|数据|资料)|(导出|下载|删除?|清除|清空|注销|抹掉).{0,6}(信息|数据|资料|隐私|账号|账户)|(信息|数据|资料).{0,4}(导出|下载|删)",
            "",
        ),
        (
            Intent::NotReceived,
            r"(显示|写着|说|标).{0,6}签收.{0,10}(没|未|不)(有)?(收|拿|见|看)到?|没(有)?(收|拿)到(货|快递|包裹|东西|件)",
            r"退款|发票|券|短信|验证码|赠品",
        ),
        (
            Intent::Bargain,
            r"\d+(元|块)?.{0,3}(卖不卖|卖吗|卖我|成交)|(便宜|优惠|少|降)(一?点|些|个?\d+块?)(呗|吧|行不|行吗|可以吗|好吗|卖不卖|嘛)|能(不能)?(再)?(便宜|优惠|少|降)(一?点|些|个?\d+)?(吗|么|嘛|不|呗|吧)?|抹(个|掉)?零|打(个)?折(吗|吧|呗)|最低(价|多少钱?|能)",
            r"有(没有)?便宜|推荐|的吗|的没",
        ),
        (
            Intent::Gift,
            r"(有|送|带)(没有|不)?.{0,2}赠品|赠品.{0,4}(吗|么|有|是)|送(不送)?(什么|啥)(东西|礼物|礼)?",
            "退|没收到|少|漏",
        ),
        (
            Intent::Promotion,
            r"(有|搞|做)(什么|啥|没有|哪些)?(优惠)?(活动|促销|满减)|活动.{0,4}(力度|有哪些|是什么)",
            "",
        ),
        (Intent::WarrantyRepair, r"保修|质保|(报|返|维|送)修|能修(吗|么|不)|修(一)?(下|修)", r"修改|修身|装修|退款"),
        (Intent::Payment, r"(礼品卡|购物卡|储值卡).{0,6}(余额|还有多少|剩多少|还剩|里有)", ""),
        (
            Intent::PlaceOrder,
            r"(帮我?|给我|替我|直接)(下单|下一?单|拍(一|两|下|个|件)|买(一|两|个|件))",
            "怎么|已经|了吗|备注|发票|地址|推荐",
        ),
        (
            Intent::Abuse,
            r"^[^，。]{0,4}(妈的|傻[逼比叉]|煞笔|脑残|智障|滚蛋?|垃圾客服|王八蛋|废物)[^，。]{0,4}$",
            "不是|有没有",
        ),
        (
            Intent::Installation,
            r"(上门|预约|约|安排).{0,4}安装|安装(师傅|预约|费|工)|(师傅|谁).{0,4}(来)?(装|安装)",
            "会员",
        ),
    ];
    let pattern = |text: &str| Regex::new(text).expect("a phrase's pattern is fixed and tested: this is a bug");
    let made = table.iter().map(|(intent, says, unless)| Phrase {
        intent: *intent,
        says: pattern(says),
        unless: (!unless.is_empty()).then(|| pattern(unless)),
    });
    made.collect()
});

/// The wish that a normalised text says in so many words, if it says one.
pub(super) fn wish_in(text: &str) -> Option<Intent> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return None;
    }
    let said = |phrase: &&Phrase| {
        phrase.says.is_match(text) && !phrase.unless.as_ref().is_some_and(|unless| unless.is_match(text))
    };
    PHRASES.iter().find(said).map(|phrase| phrase.intent)
}

/// Whether a normalised text is made of words that say nothing by themselves: "那个那个", "就是那啥来着".
pub(super) fn says_nothing(text: &str) -> bool {
    const FILLERS: &str = "那个这就是啥来着嗯呐呢哎呀哦噢唔吧嘛诶额呃哈唉欸么了的也怎说一下";
    static CHOICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(嗯+|哦+|好|就|就要|要|是|对)?(这|那)(一)?(个|款|件|单|笔|样)?(吧|了|呢|的)?$|^(嗯|哦|噢|是|是的|就是|对)+(的|了|吧|呢|啊|呀)?$|下一|上一|一下$|^(怎么了|怎么说|啥|啥呀|什么|就这样吧?|说一下)$")
            .expect("the pattern is fixed: this is a bug")
    });
    let letters: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let length = letters.chars().count();
    (3..=12).contains(&length)
        && letters.chars().all(|letter| FILLERS.contains(letter))
        && letters.contains(['那', '这', '啥'])
        && !CHOICE.is_match(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_heard_in_their_own_words() {
        for (text, expected) in [
            ("到货了提醒我", Some(Intent::RestockQuery)),
            ("有货了跟我说一声", Some(Intent::RestockQuery)),
            ("寄到北京要运费吗", Some(Intent::ShippingFee)),
            ("满多少包邮", Some(Intent::ShippingFee)),
            ("退货运费谁出", Some(Intent::ReturnShipping)),
            ("运费谁出", Some(Intent::ReturnShipping)),
            ("寄回去的邮费算谁的", Some(Intent::ReturnShipping)),
            ("退款什么时候到账", Some(Intent::RefundStatus)),
            ("快递到哪了", Some(Intent::Logistics)),
            ("这单送到没有", Some(Intent::Logistics)),
            ("退货进行到哪一步了", None),
            ("催一下发货", Some(Intent::UrgeShipping)),
            ("催下快递", Some(Intent::UrgeDelivery)),
            ("刚买就降价了", Some(Intent::PriceProtection)),
            ("这个多少钱", Some(Intent::PriceQuery)),
            ("安装多少钱", None),
            ("还有货吗", Some(Intent::StockQuery)),
            ("黑色有货没", Some(Intent::StockQuery)),
            ("推荐几款耳机", Some(Intent::Recommend)),
            ("别推荐了", None),
            ("再便宜点呗", Some(Intent::Bargain)),
            ("有便宜点的没", None),
            ("取消订单2026061600042087", Some(Intent::CancelOrder)),
            ("不取消订单了", None),
            ("修改地址", Some(Intent::ChangeAddress)),
            ("保修多久", Some(Intent::WarrantyRepair)),
            ("2026061600018231物流", Some(Intent::Logistics)),
            ("快递咋还没到，帮我瞅瞅", Some(Intent::Logistics)),
            ("你们用什么快递", Some(Intent::DeliveryOptions)),
            ("裙子破了，退款不退货", Some(Intent::RefundRequest)),
            ("wuliu", Some(Intent::Logistics)),
            ("帮我备注一下放门卫", Some(Intent::ChangeOrder)),
            ("备注在哪写", None),
            ("连衣裙黑色M码还有吗", Some(Intent::StockQuery)),
            ("今天天气不错", None),
            ("", None),
        ] {
            assert_eq!(wish_in(text), expected, "{text}");
        }
    }

    #[test]
    fn fillers_say_nothing() {
        for text in ["那个那个", "就是那啥来着", "嗯呐那个啥呢", "哎呀就那个", "唔那个吧就那个嘛", "啥呀这是"]
        {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["就这个", "那个", "嗯", "好的", "就是这样", "是的", "这件", "那个黑的", "", "就要这个", "怎么了"]
        {
            assert!(!says_nothing(text), "{text}");
        }
    }
}
