//! A message that only makes sense after the one before it: the last wish again with something changed. Leaves to
//! others: messages that stand by themselves (`interpret`).

use super::tracker::Tracker;
use crate::domain::{Cue, EntityKind, EntityValue, Event, Intent, Meaning, Slot};

/// Below this probability a wish yields to the one before it, where the words fit that one.
const SURE: f32 = 0.5;

/// "换一个订单", "换一批", "便宜点的", "那 XL 的呢": the last wish again with something changed.
pub(super) fn another_turn(state: &Tracker, meaning: &Meaning, business: &[Intent]) -> Option<Vec<Event>> {
    let last = state.wish().map(|wish| wish.intent).or(state.last_wish)?;
    let changes_order = meaning.signals(Cue::Another) && meaning.entity(EntityKind::OrderNumber).is_none();
    if changes_order && is_about_orders(last) {
        // "换一个订单" changes which order is meant; beside another wish ("取消另一个订单") that wish is about another.
        let own = |intent: &Intent| {
            use Intent::{ChangeAddress, ChangeOrder, ExchangeGoods, OrderStatus, PlaceOrder};
            *intent == last || matches!(intent, OrderStatus | ChangeOrder | ExchangeGoods | ChangeAddress | PlaceOrder)
        };
        let intent = business.iter().copied().find(|intent| !own(intent)).unwrap_or(last);
        return Some(vec![Event::SlotCleared { slot: Slot::Order }, Event::WishStarted { intent }]);
    }
    let moves = [Cue::More, Cue::Cheaper, Cue::Better].iter().any(|cue| meaning.signals(*cue));
    if moves && matches!(last, Intent::Recommend) {
        return Some(vec![Event::WishStarted { intent: last }]);
    }
    let bare_look = is_bare_look(meaning, business)
        && matches!(last, Intent::StockQuery | Intent::PriceQuery | Intent::RestockQuery);
    let again = || {
        let mut events = vec![Event::WishStarted { intent: last }];
        events.extend(held_looks(state, meaning, last));
        Some(events)
    };
    if refines_goods(last, meaning, business) || bare_look {
        return again();
    }
    let only_entities = business.is_empty() && !meaning.entities.is_empty();
    // "不对，是浙江" denies what was heard and says what was meant.
    let corrects = meaning.signals(Cue::Correction);
    let names = |intent: &Intent| {
        matches!(intent, Intent::ProvideInfo | Intent::Unclear | Intent::Affirm)
            || (corrects && *intent == Intent::Deny)
    };
    if only_entities && meaning.intents.iter().all(names) {
        return again();
    }
    None
}

/// "预算改成六百以内", "打错了，我要黑的" after goods were spoken of: the same wish with another condition, though the words
/// alone look like a change of an order.
fn refines_goods(last: Intent, meaning: &Meaning, business: &[Intent]) -> bool {
    let of_goods =
        matches!(last, Intent::Recommend | Intent::StockQuery | Intent::PriceQuery | Intent::ProductQuestion);
    let condition =
        [EntityKind::Money, EntityKind::MoneyRange, EntityKind::Colour, EntityKind::Size, EntityKind::Category]
            .iter()
            .any(|kind| meaning.entity(*kind).is_some());
    // "我要黑的" corrects, "帮我拍黑的" orders.
    let corrects = meaning.signals(Cue::Correction);
    let weak = |intent: &Intent| {
        let doubtful = meaning.ranked.iter().any(|scored| scored.intent == *intent && scored.probability < SURE);
        matches!(intent, Intent::ChangeOrder | Intent::ExchangeGoods)
            || (corrects && *intent == Intent::PlaceOrder)
            || doubtful
    };
    of_goods && condition && meaning.entity(EntityKind::OrderNumber).is_none() && business.iter().all(weak)
}

/// Whether the wish is about an order that the shopper has.
fn is_about_orders(intent: Intent) -> bool {
    use Intent::{
        CancelOrder, ChangeAddress, ChangeOrder, Compensation, ExchangeGoods, Invoice, Logistics, MissingWrongItem,
        NotReceived, OrderStatus, PriceProtection, QualityIssue, RefundRequest, RefundStatus, ReturnGoods,
        ReturnShipping, UrgeDelivery, UrgeShipping, WarrantyRepair,
    };
    matches!(
        intent,
        CancelOrder
            | ChangeAddress
            | ChangeOrder
            | Compensation
            | ExchangeGoods
            | Invoice
            | Logistics
            | MissingWrongItem
            | NotReceived
            | OrderStatus
            | PriceProtection
            | QualityIssue
            | RefundRequest
            | RefundStatus
            | ReturnGoods
            | ReturnShipping
            | UrgeDelivery
            | UrgeShipping
            | WarrantyRepair
    )
}

/// Whether the message only names another look of what was asked for: "那黑色的呢", whatever the model makes of it.
fn is_bare_look(meaning: &Meaning, business: &[Intent]) -> bool {
    let looks = |value: &EntityValue| matches!(value, EntityValue::Colour(_) | EntityValue::Size(_));
    let named: usize = meaning.entities.iter().map(|entity| entity.end - entity.start).sum();
    let letters = meaning.normalized.chars().filter(|letter| letter.is_alphanumeric()).count();
    let asks = |intent: &Intent| {
        matches!(intent, Intent::ProductQuestion | Intent::StockQuery | Intent::PriceQuery | Intent::SizeAdvice)
    };
    // 那 … 的 呢.
    named > 0 && letters <= named + 3 && meaning.values().all(looks) && business.iter().all(asks)
}

/// Of the looks that were said for the wish before, what is not said anew: "黑色 M 有吗", "L 呢".
pub(super) fn held_looks(state: &Tracker, meaning: &Meaning, intent: Intent) -> Vec<Event> {
    let asks_looks =
        matches!(intent, Intent::StockQuery | Intent::PriceQuery | Intent::RestockQuery | Intent::PlaceOrder);
    let named = |kind| meaning.entity(kind).is_some();
    let other_goods = named(EntityKind::Product) || named(EntityKind::Category) || named(EntityKind::Ordinal);
    let another_look = named(EntityKind::Colour) || named(EntityKind::Size);
    if !asks_looks || other_goods || !another_look {
        return Vec::new();
    }
    let said = |slot: Slot| match slot {
        Slot::Colour => named(EntityKind::Colour),
        _ => named(EntityKind::Size),
    };
    let held = state.last_looks.iter().filter(|(slot, _)| !said(**slot));
    held.map(|(slot, value)| Event::SlotSet { slot: *slot, value: value.clone() }).collect()
}
