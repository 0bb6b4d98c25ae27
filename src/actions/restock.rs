//! Tell me when it is back, and tell me no more:
//!
//! > 顾客: 黑色 M 码到货了告诉我
//! > 小二: 好的，黑 · M 一到货我就在这里告诉您。
//! > 顾客: 不用提醒了
//! > 小二: 好的，不再提醒。
//!
//! Leaves to others: sending the notice (`runtime`).

use super::knowledge::specific_answer;
use super::product_choice::{fitting_variants, need_product};
use super::proposal::{turn_key, write_now};
use super::show::{order_button, product_card, short};
use super::stock::{LISTED, lines, names_goods};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Press, Reply, ReplyKey, Slot, SlotValue, Variant};
use crate::shop::{Change, RestockNotice, ShopChange};

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["restock_notice", "restock_when"];

pub(super) async fn notify(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if !names_goods(context)
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let (product, events) = need!(need_product(context).await?);
    let chosen = match context.tracker.slot(Slot::Variant) {
        Some(SlotValue::Variant(id)) => product.variants.iter().filter(|variant| variant.id == *id).collect(),
        _ => fitting_variants(context, &product),
    };
    let reply = |key| Reply::new(key).with("product", product_card(&product)).with("variants", lines(&chosen));
    let sold_out: Vec<&Variant> = chosen.iter().copied().filter(|variant| variant.stock <= 0).collect();
    let outcome = match sold_out.as_slice() {
        [] => Outcome::done(reply(ReplyKey::RestockInStock).with_row([order_button(&product)])),
        [variant] => {
            let waiting = context.shop().restock_notices_of(context.conversation).await?;
            if waiting.iter().any(|notice| notice.variant == variant.id) {
                let done = reply(ReplyKey::RestockDone).with("variants", lines(&sold_out));
                return Ok(Outcome::done(done).after_all(events));
            }
            let change = Change::SubscribeRestock { conversation: context.conversation.clone(), variant: variant.id };
            let done = reply(ReplyKey::RestockDone).with("variants", lines(&sold_out));
            write_now(context, by(context, "restock", change), done)
        }
        several => {
            let mut question = reply(ReplyKey::StockChooseVariant);
            let mut choices = Vec::new();
            for variant in several.iter().take(LISTED) {
                let value = SlotValue::Variant(variant.id);
                let press = Press::Choose { slot: Slot::Variant, value: value.clone() };
                question =
                    question.with_row([Button::new(ReplyKey::LabelVariant, press).with("label", variant.label())]);
                choices.push(value);
            }
            Outcome::ask(question, Slot::Variant, choices)
        }
    };
    Ok(outcome.after_all(events))
}

/// No notice any more: the only one, the one of the product in view, or the one chosen.
pub(super) async fn stop(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let notices = context.shop().restock_notices_of(context.conversation).await?;
    let of_view: Vec<&RestockNotice> = match (context.tracker.slot(Slot::Variant), context.tracker.slot(Slot::Product))
    {
        (Some(SlotValue::Variant(id)), _) => notices.iter().filter(|notice| notice.variant == *id).collect(),
        (_, Some(SlotValue::Product(id))) => notices.iter().filter(|notice| notice.product == *id).collect(),
        _ => Vec::new(),
    };
    let candidates = if of_view.is_empty() { notices.iter().collect() } else { of_view };
    match candidates.as_slice() {
        [] => Ok(Outcome::refused(Reply::new(ReplyKey::RestockNone))),
        [notice] => {
            let variant = context.shop().variant(notice.variant).await?;
            let change =
                Change::UnsubscribeRestock { conversation: context.conversation.clone(), variant: notice.variant };
            let done = Reply::new(ReplyKey::RestockStopped)
                .with("title", short(&notice.title))
                .with("label", variant.map(|variant| variant.label()));
            Ok(write_now(context, by(context, "no_restock", change), done))
        }
        several => {
            let mut question = Reply::new(ReplyKey::RestockChooseStop);
            let mut choices = Vec::new();
            for notice in several.iter().take(LISTED) {
                let label = context.shop().variant(notice.variant).await?.map(|variant| variant.label());
                let value = SlotValue::Variant(notice.variant);
                let press = Press::Choose { slot: Slot::Variant, value: value.clone() };
                let button = Button::new(ReplyKey::LabelLine, press);
                question = question.with_row([button.with("title", short(&notice.title)).with("variant", label)]);
                choices.push(value);
            }
            Ok(Outcome::ask(question, Slot::Variant, choices))
        }
    }
}

fn by(context: &Context<'_>, what: &str, change: Change) -> ShopChange {
    let key = turn_key(context, what);
    match context.customer {
        Some(customer) => ShopChange::by(&customer, key, change),
        None => ShopChange::by_nobody(key, change),
    }
}
