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
use crate::dialogue::{Phase, Wish};
use crate::domain::{Button, Content, Intent, OrderNumber, Press, Reply, ReplyKey, Slot};
use crate::shop::{Change, ShopChange};

/// How many characters of the matter a case's summary holds.
const SUMMARY: usize = 200;
/// From so many characters on a complaint says what it is about.
const TOLD: usize = 16;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if complains_of_nothing_yet(context) {
        let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
        let question = Reply::new(ReplyKey::ComplaintAsk).with_row([human]);
        return Ok(Outcome::ask(question, Slot::Matter, Vec::new()));
    }
    let chosen = need!(need_order(context, &[]).await?);
    let kind = context.tracker.wish().map_or(Intent::Complaint, |wish| wish.intent);
    Ok(open_case(context, chosen, kind, Reply::new(ReplyKey::CaseDone)))
}

/// "什么破店": anger without a matter. A case needs one, so it is asked for.
fn complains_of_nothing_yet(context: &Context<'_>) -> bool {
    let complaint = |wish: &Wish| wish.intent == Intent::Complaint && wish.phase == Phase::New;
    let told = context.meaning().is_some_and(|meaning| meaning.normalized.chars().count() >= TOLD);
    context.tracker.wish().is_some_and(complaint) && !told
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

/// A text without the numbers of orders in it, which say nothing of the matter.
pub(super) fn without_numbers(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut digits = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if digits.parse::<OrderNumber>().is_err() {
            kept.push_str(&digits);
        }
        digits.clear();
        kept.push(letter);
    }
    kept.trim().to_owned()
}

/// The matter in the shopper's words, with what was added when asked and the photo's name.
pub(super) fn summary(context: &Context<'_>) -> String {
    let latest = match &context.tracker.latest {
        Some(Content::Text { text }) => Some(text.as_str()),
        _ => None,
    };
    let matter = context.text(Slot::Matter).or(latest).map(without_numbers);
    let words: Vec<String> = matter.into_iter().chain(context.text(Slot::Query).map(str::to_owned)).collect();
    let mut summary: String = words.join("; ").chars().take(SUMMARY).collect();
    if let Some(photo) = context.text(Slot::Photo).filter(|photo| *photo != "none") {
        summary.push_str(&format!(" [photo {photo}]"));
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_orders_say_nothing_of_the_matter() {
        for (text, expected) in [
            ("2026020900053376保温杯坏了", "保温杯坏了"),
            ("用了30天 2026020900053376", "用了30天"),
            ("没有号码", "没有号码"),
        ] {
            assert_eq!(without_numbers(text), expected, "{text}");
        }
    }
}
