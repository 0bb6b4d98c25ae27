//! Values that a sentence states in a form of their own: an invoice's title, tax number and e-mail, a remark, measures
//! of a body, attributes of goods that are asked for.
//! Leaves to others: things that have a name or a number (`entities`), which wish they belong to (`dialogue`).

use std::sync::LazyLock;

use regex::Regex;

use super::attributes::{asks_everything, attributes_in};
use super::measures::measures_in;
use crate::domain::{PERSONAL_TITLE, Slot};

static NOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:备注|留言|留个言|带个话|写个话)(?:信息|内容)?(?:里|上|改成|改为|换成|写成|应该是|是|为|写|一下|下|一句|个|：|:|，|,|\s)*(.*)$")
        .expect("the pattern is fixed and tested: this is a bug")
});

static TAX_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:^|[^0-9A-Za-z])([0-9A-Za-z]{15,20})(?:$|[^0-9A-Za-z@.])"));
static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:抬头|公司名称?|单位|名称)?(?:改成|改为|换成|应该是|开成|开|写|是|为|叫|：|:|，|,|\s)*(?P<name>[\p{Han}（）()A-Za-z0-9·&]{2,40}?(?:公司|集团|事务所|合作社|工作室|研究院|研究所|协会|学校|大学|学院|中学|小学|幼儿园|医院|银行|工厂|厂|中心|委员会|经营部|商行|商店|超市|酒店|饭店|店|局|处|所|社|队|部))",
    )
});
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| fixed(r"个人(?:$|[^信资隐])|私人(?:发票|抬头)|不用公司|非公司"));
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,20}){1,3}"));

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed and tested: this is a bug")
}

/// What a message states, by the slot it belongs to.
pub fn stated(text: &str) -> Vec<(Slot, String)> {
    let Title { personal, company, tax_number, email } = title_in(text);
    let title = company.or_else(|| personal.then(|| PERSONAL_TITLE.to_owned()));
    let remark = remark_in(text).map(str::to_owned);
    let measures = measures_in(text);
    let measures = (!measures.is_empty()).then(|| measures.to_string());
    let attributes = attributes_in(text).join("|");
    let attributes = if attributes.is_empty() && asks_everything(text) { "*".to_owned() } else { attributes };
    let attributes = (!attributes.is_empty()).then_some(attributes);
    [
        (Slot::InvoiceTitle, title),
        (Slot::TaxNumber, tax_number),
        (Slot::Email, email),
        (Slot::Remark, remark),
        (Slot::Measures, measures),
        (Slot::Attribute, attributes),
    ]
    .into_iter()
    .filter_map(|(slot, value)| value.map(|value| (slot, value)))
    .collect()
}

/// To whom an invoice is made out, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Title {
    personal: bool,
    company: Option<String>,
    tax_number: Option<String>,
    email: Option<String>,
}

/// Title, tax number and e-mail in a sentence.
fn title_in(text: &str) -> Title {
    let tax_number = TAX_NUMBER
        .captures(text)
        .and_then(|found| found.get(1))
        .map(|found| found.as_str().to_ascii_uppercase())
        .filter(|number| number.bytes().filter(u8::is_ascii_digit).count() >= 8)
        // Digits alone are an order's number unless they are called otherwise.
        .filter(|number| text.contains("税号") || !number.bytes().all(|byte| byte.is_ascii_digit()));
    let company = COMPANY
        .captures_iter(text)
        .filter_map(|found| found.name("name"))
        .map(|found| strip_leads(found.as_str()).to_owned())
        .find(|name| name.chars().count() >= 4);
    let email = EMAIL.find(text).map(|found| found.as_str().to_owned());
    Title { personal: company.is_none() && PERSONAL.is_match(text), company, tax_number, email }
}

/// What comes before a name in a sentence and is no part of it.
fn strip_leads(name: &str) -> &str {
    const LEADS: &[&str] = &[
        "帮我",
        "麻烦",
        "请",
        "给我",
        "我要",
        "我想",
        "发票",
        "抬头",
        "开",
        "改成",
        "改为",
        "换成",
        "应该是",
        "公司名称",
        "公司名",
        "名称",
        "单位",
        "写",
        "是",
        "为",
        "叫",
        "成",
        "一张",
        "一下",
        "个",
        "错了",
        "不对",
    ];
    let mut rest = name;
    while let Some(shorter) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)).filter(|rest| !rest.is_empty()) {
        rest = shorter;
    }
    rest
}

/// The remark that a sentence holds.
fn remark_in(text: &str) -> Option<&str> {
    let remark = NOTED.captures(text)?.get(1)?.as_str().trim_matches(['。', '，', ' ', '“', '”', '"', '"']);
    let says_nothing =
        matches!(remark, "吧" | "吗" | "可以吗" | "行吗" | "好吗" | "谢谢" | "了" | "错了" | "写错了" | "能加吗");
    (remark.chars().count() >= 2 && !says_nothing).then_some(remark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_read_from_sentences() {
        let title = |company: Option<&str>, tax: Option<&str>, personal| Title {
            personal,
            company: company.map(str::to_owned),
            tax_number: tax.map(str::to_owned),
            email: None,
        };
        for (text, expected) in [
            ("开个人的", title(None, None, true)),
            ("开发票", title(None, None, false)),
            ("我要开公司发票", title(None, None, false)),
            ("抬头杭州云朵科技有限公司", title(Some("杭州云朵科技有限公司"), None, false)),
            (
                "帮我开发票，抬头：杭州云朵科技有限公司，税号91330106MA2B0001X1",
                title(Some("杭州云朵科技有限公司"), Some("91330106MA2B0001X1"), false),
            ),
            ("抬头改成公司，杭州云朵科技有限公司", title(Some("杭州云朵科技有限公司"), None, false)),
            ("抬头改成上海晨光贸易商行", title(Some("上海晨光贸易商行"), None, false)),
            ("91330106ma2b0001x1", title(None, Some("91330106MA2B0001X1"), false)),
            ("税号：123", title(None, None, false)),
        ] {
            assert_eq!(title_in(text), expected, "{text}");
        }
        assert_eq!(title_in("发我邮箱 lin.xiao@example.com").email.as_deref(), Some("lin.xiao@example.com"));
    }

    #[test]
    fn a_remark_is_read_from_the_sentence() {
        for (text, expected) in [
            ("帮我备注一下放门卫", Some("放门卫")),
            ("备注：不要辣", Some("不要辣")),
            ("订单备注改成送货前打电话", Some("送货前打电话")),
            ("加个备注", None),
            ("能加备注吗", None),
            ("备注写错了", None),
            ("查物流", None),
        ] {
            assert_eq!(remark_in(text), expected, "{text}");
        }
    }
}
