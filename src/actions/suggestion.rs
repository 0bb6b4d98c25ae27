//! Something else that may please, unasked:
//!
//! > 顾客: AirTune Pro 多少钱
//! > 小二: 现价 399 元……
//! > 小二: 顺便一提：……（常和它一起买）。不感兴趣就当我没说。
//!
//! At most once in a conversation, only beside the answer to a question about goods, only to somebody known whose past
//! and whose questions make a purchase likely, and never while anything is wrong: a low mood, a failure, an open matter.
//! Leaves to others: the likelihood and the choice (`recommender`).

use serde_json::Value;

use super::product_choice::product_in_view;
use super::recommend::{CANDIDATES, choose, history};
use super::show::product_card;
use super::{ActionError, Context, Outcome};
use crate::domain::{
    ActionName, Button, Event, Press, ProductFilter, ProductId, Reply, ReplyKey, Slot, SlotValue, WishEnd,
};

/// How many things are offered unasked.
const OFFERED: usize = 1;
/// From so many questions about goods on the shopper is looking around.
const QUESTIONS: u32 = 2;

/// The outcome, with something offered beside it where the moment is right.
pub(super) async fn beside(
    context: &Context<'_>,
    action: ActionName,
    outcome: Outcome,
) -> Result<Outcome, ActionError> {
    if !is_the_moment(context, action, &outcome) || !is_likely_to_buy(context).await? {
        return Ok(outcome);
    }
    let in_view = product_in_view(context).await?;
    let filter = ProductFilter { in_stock: true, ..ProductFilter::default() };
    let (candidates, _) = context.shop().search(&filter, CANDIDATES, 0).await?;
    let seen: Vec<ProductId> = in_view.iter().map(|product| product.id).collect();
    let chosen = choose(context, &filter, &candidates, &seen, OFFERED).await?;
    // Only with a reason that is true; what merely fills up is not worth a word.
    let Some((product, reason)) = chosen.into_iter().find(|(_, reason)| *reason != Value::Null) else {
        return Ok(outcome);
    };
    let mut card = product_card(&product);
    card["reason"] = reason;
    let thumb = |key, liked| Button::new(key, Press::Feedback { product: product.id, liked }).with("index", "");
    let reply = Reply::new(ReplyKey::RecommendUnasked)
        .with("product", card)
        .with_row([thumb(ReplyKey::LabelLiked, true), thumb(ReplyKey::LabelDisliked, false)]);
    let shown = Event::Shown { slot: Slot::Product, items: vec![SlotValue::Product(product.id)] };
    let offered = Event::Recommended { products: vec![product.id] };
    Ok(outcome.and_say(reply).after_all(vec![shown, offered, Event::Suggested]))
}

fn is_the_moment(context: &Context<'_>, action: ActionName, outcome: &Outcome) -> bool {
    let tracker = context.tracker;
    let about_goods = matches!(
        action,
        ActionName::DescribeProduct
            | ActionName::ShowStock
            | ActionName::ShowPrice
            | ActionName::AdviseSize
            | ActionName::CompareProducts
            | ActionName::ExplainPromotions
    );
    let served = matches!(outcome.events.last(), Some(Event::WishEnded { how: WishEnd::Done }));
    let nothing_else = tracker.wishes.len() <= 1 && tracker.queued.is_empty() && outcome.writes.is_empty();
    let all_is_well =
        tracker.failures == 0 && tracker.handover.is_none() && tracker.moods.iter().all(|mood| !mood.is_low());
    about_goods
        && served
        && nothing_else
        && all_is_well
        && !tracker.in_group
        && !tracker.suggested
        && tracker.offered.is_empty()
        && tracker.asked_about_goods >= QUESTIONS
}

async fn is_likely_to_buy(context: &Context<'_>) -> Result<bool, ActionError> {
    let (Some(model), Some(customer)) = (&context.services.purchase_intent, context.customer) else {
        return Ok(false);
    };
    let age = context.shop().customer(&customer).await?.and_then(|customer| customer.age_group);
    Ok(model.is_likely(age.as_deref(), &history(context).await?, context.tracker.asked_about_goods))
}
