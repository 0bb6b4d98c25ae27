//! What the bot may not decide goes to staff as a case with a number and a promised time:
//!
//! > 顾客: 我要投诉快递员
//! > 小二: 是哪一笔订单？ …
//! > 小二: 已登记（12），同事 24 小时内回复您。
//!
//! The shopper's own words are the matter. Leaves to others: working on it (`console`).

use super::order_choice::{Chosen, need_order};
use super::proposal::{turn_key, write_now};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Content, Intent, Reply, ReplyKey, Slot};
use crate::shop::{Change, ShopChange};

/// How many characters of the matter a case's summary holds.
const SUMMARY: usize = 200;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[]).await?);
    let kind = context.tracker.wish().map_or(Intent::Complaint, |wish| wish.intent);
    Ok(open_case(context, chosen, kind, Reply::new(ReplyKey::CaseDone)))
}

/// Opens a case about an order in the shopper's words; `done` also gets `order`, `intent` and `hours`.
pub(super) fn open_case(context: &Context<'_>, chosen: Chosen, kind: Intent, done: Reply) -> Outcome {
    let hours = context.policy().cases.reply_hours;
    let change = Change::OpenCase {
        conversation: context.conversation.clone(),
        kind: kind.as_str().to_owned(),
        summary: summary(context),
        order: Some(chosen.order.number.clone()),
        promised_at: context.now.plus_seconds(i64::from(hours) * 3600),
    };
    let done = done.with("order", order_label(context, &chosen.order)).with("intent", kind).with("hours", hours);
    let change = ShopChange::by(&chosen.known.customer, turn_key(context, "case"), change);
    write_now(context, change, done).by(chosen.known)
}

/// The matter in the shopper's words, with what was added when asked and the photo's name.
pub(super) fn summary(context: &Context<'_>) -> String {
    let matter = context.text(Slot::Matter).or(match &context.tracker.latest {
        Some(Content::Text { text }) => Some(text.as_str()),
        _ => None,
    });
    let words: Vec<&str> = matter.into_iter().chain(context.text(Slot::Query)).collect();
    let mut summary: String = words.join("; ").chars().take(SUMMARY).collect();
    if let Some(photo) = context.text(Slot::Photo).filter(|photo| *photo != "none") {
        summary.push_str(&format!(" [photo {photo}]"));
    }
    summary
}
