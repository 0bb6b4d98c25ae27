//! Something that fits:
//!
//! > 顾客: 推荐个 500 以内的耳机
//! > 小二: 500 元以内的耳机，给您挑了 3 款： 1. …，因为您买过 X 2. … [👍 1] [👎 1] … [换一批]
//! > 顾客: 换一批
//! > 顾客: 第二个
//!
//! What was asked is a filter on the shop's facts of this moment; the recommender orders what passes it by what the
//! shopper did, a thumb a second ago included. What was offered before or is out of stock does not come again, and
//! while the mood is low nothing is sold. Leaves to others: the model (`recommender`).

use serde_json::{Value, json};

use super::product_choice::filter_from_slots;
use super::proposal::turn_key;
use super::show::{product_card, short};
use super::{ActionError, Context, Outcome};
use crate::domain::{
    Button, Content, Cue, Event, Intent, InteractionKind, Money, Press, Product, ProductFilter, ProductId, Reply,
    ReplyKey, Slot, SlotValue,
};
use crate::recommender::{self, Facts, Kind, Pick, Reason, Rules, Shelf};
use crate::shop::{Change, ShopChange};

/// How many products one message offers.
const OFFERED: usize = 3;
/// How many that pass the filter the model orders.
pub(super) const CANDIDATES: u32 = 400;
/// How many of the shopper's past interactions count.
const HISTORY: u32 = 200;

pub(super) async fn offer(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if context.tracker.mood_is_low() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::RecommendNotNow)));
    }
    let (filter, mut events) = asked(context).await?;
    let (candidates, _) = context.shop().search(&filter, CANDIDATES, 0).await?;
    let fill =
        |key| Reply::new(key).with("category", &filter.category).with("most", filter.most.map(|most| most.to_string()));
    let chosen = choose(context, &filter, &candidates, &[], OFFERED).await?;
    if chosen.is_empty() {
        let key = if candidates.is_empty() { ReplyKey::RecommendNone } else { ReplyKey::RecommendNothingMore };
        return Ok(Outcome::refused(fill(key)).after_all(events));
    }
    let cards: Vec<Value> = chosen
        .iter()
        .map(|(product, reason)| {
            let mut card = product_card(product);
            card["reason"] = reason.clone();
            card
        })
        .collect();
    let mut reply = fill(ReplyKey::RecommendList).with("products", cards);
    let mut items = Vec::with_capacity(chosen.len());
    for (index, (product, _)) in (1..).zip(&chosen) {
        let thumb = |key, liked| Button::new(key, Press::Feedback { product: product.id, liked }).with("index", index);
        reply = reply.with_row([thumb(ReplyKey::LabelLiked, true), thumb(ReplyKey::LabelDisliked, false)]);
        items.push(SlotValue::Product(product.id));
    }
    let offset = u32::try_from(context.tracker.offered.len()).unwrap_or(u32::MAX);
    reply = reply.with_row([Button::new(ReplyKey::LabelMore, Press::Page { intent: Intent::Recommend, offset })]);
    events.push(Event::Shown { slot: Slot::Product, items });
    events.push(Event::Recommended { products: chosen.iter().map(|(product, _)| product.id).collect() });
    Ok(Outcome::done(reply).after_all(events))
}

/// What was asked for, and what of it stays in view for "换一批".
async fn asked(context: &Context<'_>) -> Result<(ProductFilter, Vec<Event>), ActionError> {
    let mut filter = filter_from_slots(context, None);
    filter.in_stock = true;
    let mut events = Vec::new();
    let cheaper = context.meaning().is_some_and(|meaning| meaning.signals(Cue::Cheaper));
    let seen = context.tracker.offered.iter().rev().take(OFFERED).copied().collect::<Vec<_>>();
    if cheaper && !seen.is_empty() {
        let shown = context.shop().products(&seen).await?;
        if let Some(lowest) = shown.iter().filter_map(Product::price_from).min() {
            let below = lowest - Money::from_cents(1);
            filter.most = Some(filter.most.map_or(below, |most| most.min(below)));
        }
    }
    if let Some(most) = filter.most {
        let value = SlotValue::Range { least: filter.least.map(Money::cents), most: Some(most.cents()) };
        events.push(Event::SlotSet { slot: Slot::Budget, value });
    }
    Ok((filter, events))
}

/// The best of the candidates with their reasons; those that the model does not know fill up, the most sold first.
pub(super) async fn choose(
    context: &Context<'_>,
    filter: &ProductFilter,
    candidates: &[Product],
    in_view: &[ProductId],
    count: usize,
) -> Result<Vec<(Product, Value)>, ActionError> {
    let disliked = context.tracker.tastes.iter().filter(|(_, liked)| !liked).map(|(product, _)| *product);
    let barred = context.tracker.offered.iter().copied().chain(disliked).chain(in_view.iter().copied());
    let barred: Vec<ProductId> = barred.collect();
    let picks = picks(context, filter, candidates, &barred, count).await?;
    let sources: Vec<ProductId> = picks.iter().filter_map(|pick| source(&pick.reason)).collect();
    let sources = context.shop().products(&sources).await?;
    let mut chosen: Vec<(Product, Value)> = Vec::with_capacity(OFFERED);
    for pick in &picks {
        if let Some(product) = candidates.iter().find(|product| product.id.0 == pick.item) {
            chosen.push((product.clone(), reason_value(&pick.reason, &sources)));
        }
    }
    for product in candidates {
        if chosen.len() >= count {
            break;
        }
        let taken = chosen.iter().any(|(other, _)| other.id == product.id) || barred.contains(&product.id);
        if !taken {
            chosen.push((product.clone(), Value::Null));
        }
    }
    Ok(chosen)
}

async fn picks(
    context: &Context<'_>,
    filter: &ProductFilter,
    candidates: &[Product],
    barred: &[ProductId],
    count: usize,
) -> Result<Vec<Pick>, ActionError> {
    let Some(handle) = &context.services.recommender else { return Ok(Vec::new()) };
    let terms = &context.policy().recommendations;
    let events = history(context).await?;
    let model = handle.current();
    let facts = candidates.iter().map(|product| {
        let facts = Facts {
            in_stock: product.stock() > 0,
            on_shelf: product.on_shelf,
            price_fen: product.price_from().map_or(0, Money::cents),
            category: product.category.clone(),
            brand: product.brand.clone(),
            consumable: terms.consumables.contains(&product.category),
        };
        (product.id.0, facts)
    });
    let shelf = Shelf::new(model.items(), facts);
    let rules = Rules {
        category: filter.category.clone(),
        brand: filter.brand.clone(),
        per_category: 1,
        just_bought_days: i64::from(terms.just_bought_days),
        barred: barred.iter().map(|product| product.0).collect(),
        ..Rules::default()
    };
    Ok(model.recommend(&events, &shelf, &rules, count))
}

/// What the shopper did: what is stored, and the thumbs of this conversation.
pub(super) async fn history(context: &Context<'_>) -> Result<Vec<recommender::Event>, ActionError> {
    let mut events = Vec::new();
    if let Some(customer) = context.customer {
        for past in context.shop().interactions_of(customer.id(), HISTORY).await? {
            let kind = match (past.kind, past.rating) {
                (InteractionKind::View, _) => Kind::View,
                (InteractionKind::Cart, _) => Kind::Cart,
                (InteractionKind::Buy, _) => Kind::Buy,
                (InteractionKind::Rating, stars) => Kind::Rating(stars.unwrap_or(3)),
            };
            let age_millis = (context.now.millis() - past.at.millis()).max(0);
            events.push(recommender::Event { item: past.product.0, kind, age_millis });
        }
    }
    events.extend(context.tracker.tastes.iter().map(|(product, liked)| recommender::Event {
        item: product.0,
        kind: Kind::Rating(if *liked { 5 } else { 1 }),
        age_millis: 0,
    }));
    Ok(events)
}

fn source(reason: &Reason) -> Option<ProductId> {
    match reason {
        Reason::BecauseOf { item, .. } | Reason::BoughtTogether { item } | Reason::Alike { item } => {
            Some(ProductId(*item))
        }
        Reason::PopularIn { .. } => None,
    }
}

/// The reason for the wording: its kind and the title that it names.
fn reason_value(reason: &Reason, sources: &[Product]) -> Value {
    let title = source(reason)
        .and_then(|id| sources.iter().find(|product| product.id == id))
        .map(|product| short(&product.title));
    match (reason, title) {
        (Reason::BecauseOf { kind, .. }, Some(title)) => {
            let did = match kind {
                Kind::View => "view",
                Kind::Cart => "cart",
                Kind::Buy => "buy",
                Kind::Rating(_) => "rating",
            };
            json!({ "kind": "because_of", "did": did, "title": title })
        }
        (Reason::BoughtTogether { .. }, Some(title)) => json!({ "kind": "bought_together", "title": title }),
        (Reason::Alike { .. }, Some(title)) => json!({ "kind": "alike", "title": title }),
        (Reason::PopularIn { category }, _) => json!({ "kind": "popular", "title": category }),
        _ => Value::Null,
    }
}

/// A thumb up or down for something offered: it counts from the next list on, and for good where the shopper has bought
/// the product. Only buyers rate, so the shop refuses it from others; then it counts in this conversation alone.
pub(super) async fn take_feedback(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let Some(Content::Pressed { press: Press::Feedback { product, liked }, .. }) = &context.tracker.latest else {
        return Ok(Outcome::say(ReplyKey::ButtonStale));
    };
    let reply = Reply::new(if *liked { ReplyKey::FeedbackLiked } else { ReplyKey::FeedbackDisliked });
    let Some(customer) = context.customer.filter(|_| context.refused.is_none()) else {
        return Ok(Outcome::default().and_say(reply));
    };
    let stars = if *liked { 5 } else { 1 };
    let change = Change::RecordInteraction { product: *product, kind: InteractionKind::Rating, rating: Some(stars) };
    Ok(Outcome::default().and_write(ShopChange::by(&customer, turn_key(context, "taste"), change), Some(reply)))
}
