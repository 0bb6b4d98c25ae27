//! A change is listed, confirmed, then written:
//!
//! > 小二: 这笔订单要取消，129 元退回微信支付，确认吗？ [确认] [不了]
//! > 顾客: 确认
//!
//! The confirmation belongs to the listing: its digest covers the change with all its figures, so that a listing that
//! is no longer true is listed again and not carried out. Leaves to others: the guard in the database (`shop::writes`).

use sha2::{Digest, Sha256};

use super::{Context, Outcome};
use crate::domain::{Button, Event, Press, Question, Reply, ReplyKey, Slot, WishEnd};
use crate::shop::{Change, Refused, ShopChange, VerifiedCustomer};

/// A change with its words.
pub(super) struct Proposal {
    /// What is written.
    pub change: Change,
    /// The listing, in full.
    pub listing: Reply,
    /// Said once it holds.
    pub done: Reply,
}

/// Lists the change, or carries it out where exactly this listing was confirmed.
pub(super) fn propose(context: &Context<'_>, customer: &VerifiedCustomer, proposal: Proposal) -> Outcome {
    propose_all(context, customer, vec![(proposal.change, Some(proposal.done))], proposal.listing)
}

/// The same for several changes under one listing and one confirmation: all of them hold or none.
pub(super) fn propose_all(
    context: &Context<'_>,
    customer: &VerifiedCustomer,
    changes: Vec<(Change, Option<Reply>)>,
    listing: Reply,
) -> Outcome {
    let digest = digest(changes.iter().map(|(change, _)| change));
    let confirmed = context.text(Slot::Confirmation);
    if let Some(name) = confirmed.filter(|name| name.ends_with(&digest)) {
        // Refused as it stands: that is said. Where fresh facts made another change of it, that is listed anew.
        if let Some(refused) = context.refused {
            return refusal(context, refused);
        }
        let key = format!("{}/{name}", context.conversation);
        let written = changes.into_iter().enumerate().fold(Outcome::default(), |outcome, (index, (change, done))| {
            let key = if index == 0 { key.clone() } else { format!("{key}/{index}") };
            outcome.and_write(ShopChange::by(customer, key, change), done)
        });
        return written.and(Event::Changed { proposal: name.to_owned() }).ended(WishEnd::Done);
    }
    let stale = confirmed.is_some();
    // The place in the log makes the name unique: the same change listed again is another listing.
    let name = format!("{}-{digest}", context.tracker.sequence);
    let listing = listing.with_row([
        Button::new(ReplyKey::LabelYes, Press::Confirm { proposal: name.clone() }),
        Button::new(ReplyKey::LabelNo, Press::Decline { proposal: name.clone() }),
    ]);
    let question = Question { slot: Slot::Confirmation, choices: Vec::new(), proposal: Some(name) };
    let mut outcome = Outcome::default();
    if stale {
        outcome = outcome.and_say(Reply::new(ReplyKey::ChangeStale));
    }
    outcome.and_say(listing).and(Event::SlotCleared { slot: Slot::Confirmation }).and(Event::Asked { question })
}

/// Writes at once what needs no confirmation because it changes nothing that is the shopper's: a reminder to the
/// warehouse, a note for staff.
pub(super) fn write_now(context: &Context<'_>, change: ShopChange, done: Reply) -> Outcome {
    if let Some(refused) = context.refused {
        return refusal(context, refused);
    }
    Outcome::default().and_write(change, Some(done)).ended(WishEnd::Done)
}

/// The key for a write of this turn that has no listing.
pub(super) fn turn_key(context: &Context<'_>, what: &str) -> String {
    format!("{}/{}/{what}", context.conversation, context.tracker.sequence)
}

/// Says why the shop does not take a change.
pub(super) fn refusal(context: &Context<'_>, refused: &Refused) -> Outcome {
    let mut reply = Reply::new(ReplyKey::ChangeRefused).with("refused", refused);
    match refused {
        Refused::WindowClosed { closed_at } => reply = reply.with("moment", context.minute(*closed_at)),
        Refused::TooSoon { again_at } => reply = reply.with("moment", context.minute(*again_at)),
        Refused::PriceChanged { now, .. } => reply = reply.with("amount", now.to_string()),
        Refused::TooMuch { most } => reply = reply.with("amount", most.to_string()),
        _ => {}
    }
    let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: crate::domain::Intent::HumanAgent });
    Outcome::failed(reply.with_row([human])).after(Event::SlotCleared { slot: Slot::Confirmation })
}

fn digest<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let text = changes.map(|change| serde_json::to_vec(change).expect("a change is plain data: this is a bug"));
    let text: Vec<Vec<u8>> = text.collect();
    Sha256::digest(text.concat()).iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
