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

use super::case::open_case;
use super::claims::is_open;
use super::line_choice::ask_one_of;
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{
    Aspect, Button, Event, Intent, Invoice, Order, OrderState, PERSONAL_TITLE, Press, Reply, ReplyKey, Slot,
};
use crate::shop::Change;

/// The answers of the buttons.
const PERSONAL: &str = "personal";
const COMPANY: &str = "company";
/// Letters and digits of a tax number.
const TAX_NUMBER_LENGTH: std::ops::RangeInclusive<usize> = 15..=20;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Delivered, OrderState::Completed, OrderState::Shipped, OrderState::Paid];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    if let Some(outcome) = refused(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    let said = said(context);
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
        (None, _) if said.personal => (PERSONAL_TITLE.to_owned(), None),
        (None, _) if context.text(Slot::InvoiceTitle) == Some(COMPANY) => {
            let reply = Reply::new(ReplyKey::InvoiceAskCompany);
            return Ok(Outcome::ask(reply, Slot::InvoiceTitle, Vec::new()).by(chosen.known));
        }
        (None, _) => {
            let reply = Reply::new(ReplyKey::InvoiceAskTitle).with("order", order_label(context, order));
            let outcome = ask_one_of(reply, Slot::InvoiceTitle, "invoice_title", &[PERSONAL, COMPANY]);
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

/// To whom an invoice is made out, as far as it was said.
#[derive(Debug, Default)]
struct Title {
    personal: bool,
    company: Option<String>,
    tax_number: Option<String>,
    email: Option<String>,
}

fn said(context: &Context<'_>) -> Title {
    let title = context.text(Slot::InvoiceTitle).map(str::trim);
    let number: String =
        context.text(Slot::TaxNumber).unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    Title {
        personal: matches!(title, Some(PERSONAL | PERSONAL_TITLE)),
        company: title.filter(|title| is_company(title)).map(str::to_owned),
        tax_number: TAX_NUMBER_LENGTH.contains(&number.len()).then(|| number.to_ascii_uppercase()),
        email: context.text(Slot::Email).map(str::to_owned),
    }
}

/// Whether an answer is a name and not the choice between person and company.
fn is_company(title: &str) -> bool {
    !matches!(title, PERSONAL | COMPANY | PERSONAL_TITLE) && (2..=40).contains(&title.chars().count())
}
