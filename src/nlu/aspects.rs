//! Hears which side of a wish a message names, by short patterns on the normalised text: within one intent they tell
//! "改备注" from "改颜色". Leaves to others: the intent (`inference`), what follows from both (`dialogue`).

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Aspect;

static PATTERNS: LazyLock<Vec<(Aspect, Regex)>> = LazyLock::new(|| {
    let table: &[(Aspect, &str)] = &[
        (Aspect::Remark, r"备注|留言|(写|带|捎)(个|句)话|嘱咐"),
        (
            Aspect::Larger,
            r"大(一|两|半)?(号|码)|(一|两)?码?.{0,1}大(一|半)(号|码|点)|(买|穿|有点|太|偏)小了?.{0,8}换|换.{0,3}大",
        ),
        (Aspect::Smaller, r"小(一|两|半)?(号|码)|(买|穿|有点|太|偏)大了?.{0,8}换|换.{0,3}小"),
        (
            Aspect::Variant,
            r"颜色|尺码|尺寸|码数|款式|型号|规格|大[一两]?[号码]|小[一两]?[号码]|[大小]半?码|换成.{1,6}色",
        ),
        (
            Aspect::Quantity,
            r"数量|件数|多加|加一?[件个双]|减一?[件个双]|少(买|要|来)一?[件个双]|改[成为][一二两三四五六七八九十\d]+[件个双]",
        ),
        (Aspect::Receipt, r"确认收货|确认一?下?收货|点.{0,2}收货|(帮|给)我收货"),
        (
            Aspect::Restore,
            r"恢复.{0,4}(订单|单子|那单)|(订单|取消).{0,6}(恢复|撤回)|取消错了|误(点|操作).{0,3}取消|取消的.{0,6}(还能|能不能|可以).{0,4}(要|恢复|找)|不想取消了|撤[销回].{0,3}取消",
        ),
        (
            Aspect::Withdraw,
            r"(撤销|撤回|撤掉|撤了|取消|停掉|关闭).{0,4}(退货|退款|换货|售后|维修|申请)|(退货|退款|换货|售后|维修)(申请|单)?.{0,4}(撤|取消了?$|不要了|关了)|不想[退换修]了|不[退换修]了|还是不[退换修]",
        ),
        (
            Aspect::Retitle,
            r"抬头|(改|换|错).{0,4}税号|税号.{0,4}(改|换|错)|发票.{0,6}(开错|改成|换成|改一?下|更正)|改发票|重开",
        ),
        (
            Aspect::Resend,
            r"发票.{0,10}(重新?发|再发|补发|重发|没收到|找不到|丢了|不见)|(重新?发|再发|补发|重发|没收到).{0,6}发票|发我邮箱|发到?邮箱",
        ),
        (
            Aspect::Progress,
            r"进度|到哪(一步|了|儿了)|(怎么样|咋样)了|处理(好|到|得)|好了(没|吗)|开(好|出来)(了)?(没|吗)|(多久|什么时候|啥时候|几天).{0,4}(到账|到帐|退|能好|处理|回来)|还没(退|到账|处理|收到)|(退|审核|修|换)(了|好|完)(没|吗)|收到.{0,4}退货.{0,2}了?(吗|没)",
        ),
        (Aspect::GiftCard, r"礼品卡|购物卡|储值卡|卡里.{0,3}(余额|钱|多少)|余额"),
        (
            Aspect::Mine,
            r"我(的|有|还有|账号|名下|领).{0,8}券|(有|还有)(哪些|什么|几张|多少)(可用)?.{0,3}券|券(有|还有)(哪些|几张|什么|多少)|(看|查)一?[下看]?.{0,6}券|券.{0,4}(列|查|看)",
        ),
        (
            Aspect::Rules,
            r"几天内|多少天|几天(可以|能|之内)|规则|规定|怎么算|什么(条件|标准|要求)|标准是|(保修|质保|价保|保价)(期)?(是|有)?(多久|几年|几个月|多长)|(多久|多长)(的)?(保修|质保|价保)",
        ),
        (
            Aspect::ReturnAddress,
            r"(退货|寄回|退|换货|寄).{0,4}(地址|哪里|哪儿|哪去|到哪|去哪)|往哪(里|儿)?(寄|退)|地址(发|给|告诉)我|寄给谁",
        ),
        (
            Aspect::Postage,
            r"(运费|邮费|快递费|运费险).{0,8}(谁|哪|多少|出|承担|报销|赔|怎么|吗|付|退)|(谁|哪方).{0,4}(出|承担|付|掏).{0,3}(运费|邮费|快递费)?|(出|承担|报销|包).{0,3}(运费|邮费|快递费)",
        ),
        (Aspect::Morning, r"上午|早上|早晨|午前"),
        (Aspect::Afternoon, r"下午|午后|傍晚"),
        (Aspect::Unopened, r"没拆|未拆|没有?(拆|开)(封|过|包|开)|没开(封|过|罐|盖)|原封|全新的?没|没动过|没激活"),
        (Aspect::Opened, r"拆(了|开|过|封)|开(封|过|罐|盖)了?|已经?拆|打开了|吃了|用了|用过|穿过|激活了"),
        (
            Aspect::Found,
            r"找到了|拿到了|收到了$|取到了|在(门卫|驿站|前台|邻居|快递柜|家人|门口).{0,4}(呢|这|了)?$|家[里人].{0,4}(收|拿)了",
        ),
        (
            Aspect::NotFound,
            r"没(找|拿|取|看|见)到?|都(问|找|看)(过|遍)?了|还是没|都没|没有人?(收|拿|签)|不在|都不知道|找不到",
        ),
        (Aspect::NoPhoto, r"没(有)?(照片|图|拍)|拍不(了|到)|不(方便|想|会|能)拍|照片(没有|拍不)|扔了|丢掉了|删了"),
        (
            Aspect::Every,
            r"都(给我|帮我)?(催|取消|退了|不要)|全部(都)?(订单|催|取消|不要)|所有(的)?(订单|单子)|([两三几]|[2-9])(笔|单|个订单)(订单)?(都|全|一起)",
        ),
        (
            Aspect::Wrong,
            r"发错|错发|寄错|拿错|送错|错(的|了)?(颜色|尺码|款|货|东西)|(不是|不一样)我?(买|要|拍|订)的|货不对|颜色不对|尺码不对|发成",
        ),
        (
            Aspect::Help,
            r"(你|您|小二|机器人)?(能|会|可以)(帮我)?(做|干|办)(些)?(什么|啥|哪些)|^你会(什么|啥)|(有|都有)(哪些|什么|啥)功能|^(帮助|功能|菜单|help)[!！?？]*$|怎么用(你|小二)|what can you do",
        ),
        (
            Aspect::Faulty,
            r"瑕疵|破损|(破|坏|裂|碎)了|开线|脱线|掉色|褪色|划痕|漏水|质量(太|很|真)?(差|不好|不行)|有质量问题",
        ),
        (Aspect::InStock, r"有(没有)?货|有现货|现货|没货|断(货|码)|缺货|卖完|库存"),
        (Aspect::AnyLeft, r"有(没有|吗|么|不|没)|还有|没有了?"),
        (
            Aspect::StopNotice,
            r"(不用|不要|不需要|别|取消|关掉|停止|退订).{0,5}(提醒|通知)|(提醒|通知).{0,4}(取消|关掉|不要|不用|退订)",
        ),
        (
            Aspect::Bought,
            r"(昨天|前天|今天|刚刚?|上周|上次|之前|早上|晚上|\d号).{0,3}(买|拍|下单|下的单|订)|我(买|拍|订)(的|了)|(我的|这个|那个|这笔|那笔)(订单|单子)|下单(到现在|都?好?几天了|好几天)|已经(付|下单)|付(了|完|过)款?(钱|了)",
        ),
        (Aspect::Ordering, r"(帮我?|给我|替我|直接)(下单|下一?单|拍|买|订)"),
        (Aspect::PayWechat, r"微信(支付|付款?|钱包)|(用|走|改|换)成?微信|^微信(吧|付)?$"),
        (Aspect::PayAlipay, r"支付宝"),
        (Aspect::PayCard, r"(银行卡|信用卡|储蓄卡)(支付|付款?)?|(用|刷)卡"),
        (Aspect::NoCoupon, r"(不用|不使用|别用|先不用|不要)(优惠)?券|券(先)?(不用|留着)"),
    ];
    table
        .iter()
        .map(|(aspect, text)| {
            (*aspect, Regex::new(text).expect("an aspect's pattern is fixed and tested: this is a bug"))
        })
        .collect()
});

/// The sides of a wish that a normalised message names.
pub fn aspects(normalized: &str) -> Vec<Aspect> {
    let mut found: Vec<Aspect> =
        PATTERNS.iter().filter(|(_, pattern)| pattern.is_match(normalized)).map(|(aspect, _)| *aspect).collect();
    // "没拆封" holds "拆封".
    if found.contains(&Aspect::Unopened) {
        found.retain(|aspect| *aspect != Aspect::Opened);
    }
    if found.contains(&Aspect::NotFound) {
        found.retain(|aspect| *aspect != Aspect::Found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told_apart() {
        for (text, aspect, expected) in [
            ("帮我加个备注", Aspect::Remark, true),
            ("颜色换成黑的", Aspect::Variant, true),
            ("数量改成3", Aspect::Quantity, true),
            ("帮我确认收货", Aspect::Receipt, true),
            ("收货地址改一下", Aspect::Receipt, false),
            ("取消的订单还能恢复吗", Aspect::Restore, true),
            ("撤销退货申请", Aspect::Withdraw, true),
            ("不退了", Aspect::Withdraw, true),
            ("我要退货", Aspect::Withdraw, false),
            ("取消订单", Aspect::Withdraw, false),
            ("不要了退款", Aspect::Withdraw, false),
            ("发票抬头改一下", Aspect::Retitle, true),
            ("发票重新发一下", Aspect::Resend, true),
            ("发票开好了没", Aspect::Progress, true),
            ("退款什么时候到账", Aspect::Progress, true),
            ("礼品卡余额还有多少", Aspect::GiftCard, true),
            ("我有哪些优惠券", Aspect::Mine, true),
            ("这券怎么用", Aspect::Mine, false),
            ("价保几天内有效", Aspect::Rules, true),
            ("退货地址发我", Aspect::ReturnAddress, true),
            ("退货运费谁出", Aspect::Postage, true),
            ("换大一码", Aspect::Larger, true),
            ("买小了想换", Aspect::Larger, true),
            ("换小一号", Aspect::Smaller, true),
            ("没拆封", Aspect::Unopened, true),
            ("没拆封", Aspect::Opened, false),
            ("已经拆了", Aspect::Opened, true),
            ("问过了都没有", Aspect::NotFound, true),
            ("找到了,在门卫", Aspect::Found, true),
            ("没找到", Aspect::Found, false),
            ("没有照片", Aspect::NoPhoto, true),
            ("发错颜色了", Aspect::Wrong, true),
            ("两笔都催一下", Aspect::Every, true),
            ("全部取消", Aspect::Every, true),
            ("都多久了还不发货", Aspect::Every, false),
            ("明天下午", Aspect::Afternoon, true),
            ("黑色还有吗", Aspect::AnyLeft, true),
            ("还有货吗", Aspect::InStock, true),
            ("黑色多少钱", Aspect::InStock, false),
            ("不用提醒了", Aspect::StopNotice, true),
            ("到货提醒我", Aspect::StopNotice, false),
            ("我昨天拍的什么时候发", Aspect::Bought, true),
            ("拍了多久发货", Aspect::Bought, false),
            ("用支付宝付", Aspect::PayAlipay, true),
            ("改成微信", Aspect::PayWechat, true),
            ("加我微信", Aspect::PayWechat, false),
            ("不用券了", Aspect::NoCoupon, true),
            ("有券吗", Aspect::NoCoupon, false),
        ] {
            assert_eq!(aspects(text).contains(&aspect), expected, "{text}: {aspect}");
        }
    }
}
