//! Which line of the order is meant, and why: questions that all after-sales abilities share. Leaves to others: what is
//! done about it.

use super::show::short;
use super::{Context, Outcome, Step};
use crate::domain::{Button, Intent, Order, OrderLine, Press, Reply, ReplyKey, ReturnReason, Slot, SlotValue};

/// The line that the wish is about: the only one, the one named, or one of a list of buttons.
pub(super) fn need_line<'o>(context: &Context<'_>, order: &'o Order) -> Step<&'o OrderLine> {
    if let Some(SlotValue::Line(id)) = context.tracker.slot(Slot::Line)
        && let Some(line) = order.lines.iter().find(|line| line.id == *id)
    {
        return Step::Have(line);
    }
    if let [line] = order.lines.as_slice() {
        return Step::Have(line);
    }
    if let Some(title) = context.text(Slot::Product) {
        let mut named = order.lines.iter().filter(|line| line.title.contains(title));
        if let (Some(line), None) = (named.next(), named.next()) {
            return Step::Have(line);
        }
    }
    let mut reply = Reply::new(ReplyKey::AfterSaleChooseLine);
    let mut choices = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        let value = SlotValue::Line(line.id);
        let button = Button::new(ReplyKey::LabelLine, Press::Choose { slot: Slot::Line, value: value.clone() });
        let button = button.with("title", short(&line.title)).with("variant", &line.variant_label);
        reply = reply.with_row([button]);
        choices.push(value);
    }
    Step::Stop(Outcome::ask(reply, Slot::Line, choices))
}

/// Why: a known reason, or the shopper's own words.
pub(super) struct Reason {
    /// As far as it changes what the shop does.
    pub kind: ReturnReason,
    /// For the record: the known reason's name, or the words.
    pub text: String,
}

/// The reason, from what was said or by asking.
pub(super) fn need_reason(context: &Context<'_>) -> Step<Reason> {
    if let Some(text) = context.text(Slot::Reason) {
        let kind = text.parse().unwrap_or_else(|_| said_fault(context).unwrap_or(ReturnReason::NoReason));
        return Step::Have(Reason { kind, text: text.to_owned() });
    }
    if let Some(kind) = said_fault(context) {
        return Step::Have(Reason { kind, text: kind.as_str().to_owned() });
    }
    let mut reply = Reply::new(ReplyKey::AfterSaleAskReason);
    let mut choices = Vec::with_capacity(ReturnReason::ALL.len());
    for reason in ReturnReason::ALL {
        let value = SlotValue::Text(reason.as_str().to_owned());
        let press = Press::Choose { slot: Slot::Reason, value: value.clone() };
        reply = reply.with_row([Button::new(ReplyKey::LabelReason, press).with("reason", reason)]);
        choices.push(value);
    }
    Step::Stop(Outcome::ask(reply, Slot::Reason, choices))
}

/// A fault that the message itself tells of.
fn said_fault(context: &Context<'_>) -> Option<ReturnReason> {
    let meaning = context.meaning()?;
    if meaning.has(Intent::QualityIssue) {
        Some(ReturnReason::Quality)
    } else if meaning.has(Intent::MissingWrongItem) {
        Some(ReturnReason::WrongItem)
    } else {
        None
    }
}
