//! Something that fits:
//!
//! > 顾客: 推荐个 500 以内的耳机
//! > 小二: 耳机里 500 元以内给您挑了 3 款： 1. … 2. … 3. … [👍 1] [👎 1] … [换一批]
//! > 顾客: 换一批
//! > 顾客: 第二个
//!
//! What was asked is a filter, the recommender orders what passes it; what was offered before or is out of stock does
//! not come again, and while the mood is low nothing is sold. Leaves to others: the model (`recommender`).

use super::product_choice::filter_from_slots;
use super::show::product_card;
use super::{ActionError, Context, Outcome};
use crate::domain::{
    Button, Content, Cue, Event, Intent, Money, Press, Product, ProductFilter, Reply, ReplyKey, Slot, SlotValue,
};

/// How many products one message offers.
const OFFERED: usize = 3;
/// How many that pass the filter are ordered by the model.
const CANDIDATES: u32 = 60;

pub(super) async fn offer(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if context.tracker.mood_is_low() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::RecommendNotNow)));
    }
    let (filter, mut events) = asked(context).await?;
    let (candidates, _) = context.shop().search(&filter, CANDIDATES, 0).await?;
    let fresh: Vec<Product> =
        candidates.iter().filter(|product| !context.tracker.offered.contains(&product.id)).cloned().collect();
    let fill =
        |key| Reply::new(key).with("category", &filter.category).with("most", filter.most.map(|most| most.to_string()));
    if fresh.is_empty() {
        let key = if candidates.is_empty() { ReplyKey::RecommendNone } else { ReplyKey::RecommendNothingMore };
        return Ok(Outcome::refused(fill(key)).after_all(events));
    }
    let chosen: Vec<Product> = fresh.into_iter().take(OFFERED).collect();
    let cards: Vec<_> = chosen.iter().map(product_card).collect();
    let mut reply = fill(ReplyKey::RecommendList).with("products", cards);
    let mut items = Vec::with_capacity(chosen.len());
    for (index, product) in (1..).zip(&chosen) {
        let thumb = |key, liked| Button::new(key, Press::Feedback { product: product.id, liked }).with("index", index);
        reply = reply.with_row([thumb(ReplyKey::LabelLiked, true), thumb(ReplyKey::LabelDisliked, false)]);
        items.push(SlotValue::Product(product.id));
    }
    let offset = u32::try_from(context.tracker.offered.len()).unwrap_or(u32::MAX);
    reply = reply.with_row([Button::new(ReplyKey::LabelMore, Press::Page { intent: Intent::Recommend, offset })]);
    events.push(Event::Shown { slot: Slot::Product, items });
    events.push(Event::Recommended { products: chosen.iter().map(|product| product.id).collect() });
    Ok(Outcome::done(reply).after_all(events))
}

/// What was asked for, and what of it stays in view for "换一批".
async fn asked(context: &Context<'_>) -> Result<(ProductFilter, Vec<Event>), ActionError> {
    let mut filter = filter_from_slots(context, None);
    filter.in_stock = true;
    let mut events = Vec::new();
    let cheaper = context.meaning().is_some_and(|meaning| meaning.signals(Cue::Cheaper));
    let seen = context.tracker.offered.iter().rev().take(OFFERED).copied().collect::<Vec<_>>();
    if cheaper && filter.most.is_none() && !seen.is_empty() {
        let shown = context.shop().products(&seen).await?;
        if let Some(lowest) = shown.iter().filter_map(Product::price_from).min() {
            filter.most = Some(lowest - Money::from_cents(1));
        }
    }
    if let Some(most) = filter.most {
        let value = SlotValue::Range { least: filter.least.map(Money::cents), most: Some(most.cents()) };
        events.push(Event::SlotSet { slot: Slot::Budget, value });
    }
    Ok((filter, events))
}

/// A thumb up or down for something offered.
pub(super) async fn take_feedback(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let Some(Content::Pressed { press: Press::Feedback { liked, .. }, .. }) = &context.tracker.latest else {
        return Ok(Outcome::say(ReplyKey::ButtonStale));
    };
    Ok(Outcome::say(if *liked { ReplyKey::FeedbackLiked } else { ReplyKey::FeedbackDisliked }))
}
