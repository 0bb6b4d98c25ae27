//! Who is it? Nothing personal before that:
//!
//! > 顾客: 我的快递到哪了
//! > 小二: 先核对一下身份：点下面的按钮分享您的手机号，或者把订单号发我。 [分享手机号]
//! > 顾客: 2026061800012345
//! > 小二: 好的，再告诉我收件手机的后四位。
//! > 顾客: 5678
//! > 小二: 核对好了。（接着查物流）
//!
//! "No such order" and "not this phone" are one answer. Leaves to others: counting failures and locking (`shop`).

use super::{ActionError, Context, Outcome, Step};
use crate::domain::{Content, Event, PhoneTail, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::{Verification, VerifiedCustomer};

/// A verified customer, and what the tracker learned on the way.
pub(super) struct Known {
    /// Who.
    pub customer: VerifiedCustomer,
    /// Precede the outcome with these; see [`Outcome::by`].
    pub events: Vec<Event>,
    /// Whether the proof was given just now.
    pub fresh: bool,
}

/// The verified customer, or the question that leads there.
pub(super) async fn need_customer(context: &Context<'_>) -> Result<Step<Known>, ActionError> {
    if context.tracker.in_group {
        return Ok(Step::Stop(Outcome::refused(Reply::new(ReplyKey::GroupPrivate))));
    }
    if let Some(customer) = context.customer {
        return Ok(Step::Have(Known { customer, events: Vec::new(), fresh: false }));
    }
    let verification = match proof(context) {
        Some(Proof::Contact(phone)) => {
            context.shop().verify_by_contact(context.conversation, &phone, context.now).await?
        }
        Some(Proof::ForeignContact) => {
            return Ok(Step::Stop(ask_for_proof(ReplyKey::IdentityContactForeign)));
        }
        Some(Proof::Order(number, tail)) => {
            context.shop().verify_by_order(context.conversation, &number, &tail, context.now).await?
        }
        None if matches!(context.tracker.slot(Slot::Order), Some(SlotValue::Order(_))) => {
            let question = Reply::new(ReplyKey::IdentityAskPhoneTail);
            return Ok(Step::Stop(Outcome::ask(question, Slot::PhoneTail, Vec::new())));
        }
        None => return Ok(Step::Stop(ask_for_proof(ReplyKey::IdentityAskContact))),
    };
    Ok(match verification {
        Verification::Verified(customer) => {
            let events =
                vec![Event::Verified { customer: customer.id() }, Event::SlotCleared { slot: Slot::PhoneTail }];
            Step::Have(Known { customer, events, fresh: true })
        }
        Verification::Failed { attempts_left } => {
            let reply = Reply::new(ReplyKey::IdentityFailed).with("attempts_left", attempts_left);
            let events = vec![Event::VerificationFailed, Event::SlotCleared { slot: Slot::Order }];
            Step::Stop(Outcome::ask(reply, Slot::Order, Vec::new()).after_all(events))
        }
        Verification::Locked(lockout) => {
            let reply = Reply::new(ReplyKey::IdentityLocked).with("moment", context.minute(lockout.until));
            Step::Stop(Outcome::failed(reply).after(Event::VerificationFailed))
        }
    })
}

/// A contact came without a wish that needs it.
pub(super) async fn verify(context: &Context<'_>) -> Result<Outcome, ActionError> {
    Ok(match need_customer(context).await? {
        Step::Have(known) => Outcome::say(ReplyKey::IdentityVerified).by(known),
        Step::Stop(outcome) => outcome,
    })
}

enum Proof {
    Contact(crate::domain::Phone),
    ForeignContact,
    Order(crate::domain::OrderNumber, PhoneTail),
}

fn proof(context: &Context<'_>) -> Option<Proof> {
    if let Some(Content::Contact { phone, own }) = &context.tracker.latest {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let phone = digits.strip_prefix("86").unwrap_or(&digits).parse();
        return Some(match phone {
            Ok(phone) if *own => Proof::Contact(phone),
            _ => Proof::ForeignContact,
        });
    }
    match (context.tracker.slot(Slot::Order), context.tracker.slot(Slot::PhoneTail)) {
        (Some(SlotValue::Order(number)), Some(SlotValue::Text(tail))) => {
            tail.parse().ok().map(|tail| Proof::Order(number.clone(), tail))
        }
        _ => None,
    }
}

fn ask_for_proof(key: ReplyKey) -> Outcome {
    let mut reply = Reply::new(key);
    reply.asks_contact = true;
    Outcome::ask(reply, Slot::Order, Vec::new())
}
