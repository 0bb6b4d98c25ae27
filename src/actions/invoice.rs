//! Invoices:
//!
//! > 顾客: 开发票
//! > 小二: 抬头开个人还是公司？ [个人] ，公司请把抬头和税号发我。
//! > 顾客: 杭州某某科技有限公司 91330106MA2B0001X1
//! > 小二: 请确认开票：杭州某某科技有限公司，税号 9133……，金额 129 元。 [确认] [不了]
//! > 顾客: 发票开好了吗
//! > 小二: 抬头……，6-17 已开。 [改抬头] [重新发]
//!
//! Leaves to others: making invoices out and sending them (staff, the shop's till).

use std::sync::LazyLock;

use regex::Regex;

use super::case::open_case;
use super::claims::is_open;
use super::line_choice::ask_one_of;
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Aspect, Button, Event, Intent, Invoice, Order, OrderState, Press, Reply, ReplyKey, Slot};
use crate::shop::Change;

static TAX_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:^|[^0-9A-Za-z])([0-9A-Za-z]{15,20})(?:$|[^0-9A-Za-z@.])"));
static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:抬头|公司名称?|单位|名称)?(?:改成|改为|换成|应该是|开成|开|写|是|为|叫|：|:|，|,|\s)*(?P<name>[\p{Han}（）()A-Za-z0-9·&]{2,40}?(?:公司|集团|事务所|合作社|工作室|研究院|研究所|协会|学校|大学|学院|中学|小学|幼儿园|医院|银行|工厂|厂|中心|委员会|经营部|商行|商店|超市|酒店|饭店|店|局|处|所|社|队|部))",
    )
});
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| fixed(r"个人|私人|我自己|自己(用|的)?|不用公司|非公司"));
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,20}){1,3}"));
/// The title of a person's invoice, as the tax office wants it.
static PERSON: &str = "个人";

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed and tested: this is a bug")
}

/// To whom an invoice is made out, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Title {
    personal: bool,
    company: Option<String>,
    tax_number: Option<String>,
    email: Option<String>,
}

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Delivered, OrderState::Completed, OrderState::Shipped, OrderState::Paid];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    if let Some(outcome) = refused(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    let said = said(context, order);
    let aspect = context.tracker.aspect();
    if let Some(invoice) = &order.invoice {
        if aspect == Some(Aspect::Resend) {
            let done = Reply::new(ReplyKey::InvoiceResendCase).with("email", &said.email);
            return Ok(open_case(context, chosen, Intent::Invoice, done));
        }
        let renames = aspect == Some(Aspect::Retitle) || said.personal || said.company.is_some();
        if !renames {
            return Ok(Outcome::done(status(context, order, invoice)).by(chosen.known));
        }
        if let Some(outcome) = too_late_to_change(context, order, invoice) {
            return Ok(outcome.by(chosen.known));
        }
    }
    let (title, tax_number) = match (&said.company, &said.tax_number) {
        (Some(company), Some(tax_number)) => (company.clone(), Some(tax_number.clone())),
        (Some(company), None) => {
            let asked = context.text(Slot::TaxNumber).is_some();
            let key = if asked { ReplyKey::InvoiceTaxNumberWrong } else { ReplyKey::InvoiceAskTaxNumber };
            let reply = Reply::new(key).with("title", company);
            let outcome = Outcome::ask(reply, Slot::TaxNumber, Vec::new());
            return Ok(outcome.after(Event::SlotCleared { slot: Slot::TaxNumber }).by(chosen.known));
        }
        (None, _) if said.personal => (PERSON.to_owned(), None),
        (None, _) if context.text(Slot::InvoiceTitle) == Some("company") => {
            let reply = Reply::new(ReplyKey::InvoiceAskCompany);
            return Ok(Outcome::ask(reply, Slot::InvoiceTitle, Vec::new()).by(chosen.known));
        }
        (None, _) => {
            let reply = Reply::new(ReplyKey::InvoiceAskTitle).with("order", order_label(context, order));
            let outcome = ask_one_of(reply, Slot::InvoiceTitle, "invoice_title", &["personal", "company"]);
            return Ok(outcome.by(chosen.known));
        }
    };
    let amount = order.total - order.gift_card;
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("title", &title)
            .with("tax_number", &tax_number)
            .with("email", &said.email)
            .with("amount", amount.to_string())
            .with("gift_card", order.gift_card > crate::domain::Money::ZERO)
            .with("before", order.invoice.as_ref().map(|invoice| invoice.title.clone()))
            .with("received", matches!(order.state, OrderState::Completed))
            .with("issue_hours", context.policy().invoices.issue_hours)
    };
    let number = order.number.clone();
    let (email, tax) = (said.email.clone(), tax_number.clone());
    let change = match order.invoice {
        Some(_) => Change::ChangeInvoice { order: number, title: title.clone(), tax_number: tax, email },
        None => Change::RequestInvoice { order: number, title: title.clone(), tax_number: tax, email },
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::InvoiceConfirm), done: fill(ReplyKey::InvoiceDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}

fn refused(context: &Context<'_>, order: &Order) -> Option<Outcome> {
    let days = context.policy().invoices.request_days;
    let reply = |key| Reply::new(key).with("order", order_label(context, order)).with("days", days);
    if order.paid_at.is_none() || matches!(order.state, OrderState::Cancelled | OrderState::Refunded) {
        return Some(Outcome::refused(reply(ReplyKey::InvoiceRefusedState)));
    }
    (order.invoice.is_none() && !is_open(order.placed_at, days, context.now))
        .then(|| Outcome::refused(reply(ReplyKey::InvoiceRefusedWindow).with_row([human_button()])))
}

fn too_late_to_change(context: &Context<'_>, order: &Order, invoice: &Invoice) -> Option<Outcome> {
    let days = context.policy().invoices.change_days;
    let issued = invoice.issued_at?;
    (!is_open(issued, days, context.now)).then(|| {
        let reply = Reply::new(ReplyKey::InvoiceRefusedChange).with("order", order_label(context, order));
        Outcome::refused(reply.with("days", days).with("issued", context.day(issued)).with_row([human_button()]))
    })
}

fn status(context: &Context<'_>, order: &Order, invoice: &Invoice) -> Reply {
    Reply::new(ReplyKey::InvoiceStatus)
        .with("order", order_label(context, order))
        .with("title", &invoice.title)
        .with("tax_number", &invoice.tax_number)
        .with("amount", invoice.amount.to_string())
        .with("issued", invoice.issued_at.map(|at| context.day(at)))
        .with("issue_hours", context.policy().invoices.issue_hours)
        .with_row([wish_button(Intent::OrderStatus, order)])
        .with_row([Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent })])
}

/// What was said of the title: the words that began the wish or corrected it go before earlier answers.
fn said(context: &Context<'_>, order: &Order) -> Title {
    let answers = [Slot::TaxNumber, Slot::InvoiceTitle].map(|slot| context.text(slot).unwrap_or_default());
    // An order's number is as long as a tax number.
    let begun = context.text(Slot::Matter).unwrap_or_default().replace(order.number.as_str(), " ");
    let mut title = title_in(&begun);
    for answer in answers {
        let more = match answer {
            "personal" => Title { personal: true, ..Title::default() },
            text => title_in(text),
        };
        if title.company.is_none() && !title.personal {
            title.personal = more.personal;
            title.company = more.company;
        }
        title.tax_number = title.tax_number.or(more.tax_number);
        title.email = title.email.or(more.email);
    }
    if title.company.is_none() && !title.personal {
        title.company = context.text(Slot::InvoiceTitle).and_then(any_name);
    }
    title
}

/// A name that does not look like a company's, given as the answer.
fn any_name(text: &str) -> Option<String> {
    let without = TAX_NUMBER.replace_all(text, " ");
    let without = EMAIL.replace_all(&without, " ");
    let name = strip_leads(without.trim().trim_matches([',', '，', '。', '：', ':', ' '])).trim();
    (text != "company" && (2..=40).contains(&name.chars().count())).then(|| name.to_owned())
}

/// Title, tax number and e-mail in a sentence.
fn title_in(text: &str) -> Title {
    let tax_number = TAX_NUMBER
        .captures(text)
        .and_then(|found| found.get(1))
        .map(|found| found.as_str().to_ascii_uppercase())
        .filter(|number| number.bytes().filter(u8::is_ascii_digit).count() >= 8);
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
}
