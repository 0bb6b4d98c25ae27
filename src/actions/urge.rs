//! Hurry, please:
//!
//! > 顾客: 怎么还不发货啊
//! > 小二: 已经催了仓库，承诺 48 小时内发出。
//!
//! Recorded once per so many hours; an order in another state says what it is. Leaves to others: the interval's guard
//! (`shop::writes`).

use super::order_choice::{Choice, Chosen, Several, need_orders};
use super::proposal::{refusal, turn_key, write_now};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{OrderNumber, OrderState, Reply, ReplyKey, WishEnd};
use crate::shop::{Change, ShopChange};

pub(super) async fn shipping(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = match need!(need_orders(context, &[OrderState::Paid]).await?) {
        Choice::One(chosen) => chosen,
        Choice::All(several) => {
            return Ok(all(context, several, ReplyKey::UrgeShippingAll, |order| Change::UrgeShipping { order }));
        }
    };
    let promise = context.policy().shipping.promise_hours;
    let reply = |key| Reply::new(key).with("order", order_label(context, &chosen.order)).with("promise_hours", promise);
    if chosen.order.state != OrderState::Paid {
        return Ok(Outcome::refused(reply(ReplyKey::UrgeShippingOtherState)).by(chosen.known));
    }
    let change = Change::UrgeShipping { order: chosen.order.number.clone() };
    let done = reply(ReplyKey::UrgeShippingDone);
    Ok(written(context, chosen, change, done))
}

pub(super) async fn delivery(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = match need!(need_orders(context, &[OrderState::Shipped]).await?) {
        Choice::One(chosen) => chosen,
        Choice::All(several) => {
            return Ok(all(context, several, ReplyKey::UrgeDeliveryAll, |order| Change::UrgeCourier { order }));
        }
    };
    let reply = |key| {
        let courier = chosen.order.parcels.last().map(|parcel| parcel.courier.clone());
        Reply::new(key).with("order", order_label(context, &chosen.order)).with("courier", courier)
    };
    if chosen.order.state != OrderState::Shipped {
        return Ok(Outcome::refused(reply(ReplyKey::UrgeDeliveryOtherState)).by(chosen.known));
    }
    let change = Change::UrgeCourier { order: chosen.order.number.clone() };
    let done = reply(ReplyKey::UrgeDeliveryDone);
    Ok(written(context, chosen, change, done))
}

/// One call for each order, and one answer for all.
fn all(context: &Context<'_>, several: Several, key: ReplyKey, change: fn(OrderNumber) -> Change) -> Outcome {
    if let Some(refused) = context.refused {
        return refusal(context, refused).by(several.known);
    }
    let labels: Vec<_> = several.orders.iter().map(|order| order_label(context, order)).collect();
    let done = Reply::new(key).with("orders", labels).with("promise_hours", context.policy().shipping.promise_hours);
    let last = several.orders.len() - 1;
    let mut outcome = Outcome::default();
    for (index, order) in several.orders.iter().enumerate() {
        let key = turn_key(context, &format!("urge/{index}"));
        let change = ShopChange::by(&several.known.customer, key, change(order.number.clone()));
        outcome = outcome.and_write(change, (index == last).then(|| done.clone()));
    }
    outcome.ended(WishEnd::Done).by(several.known)
}

fn written(context: &Context<'_>, chosen: Chosen, change: Change, done: Reply) -> Outcome {
    let change = ShopChange::by(&chosen.known.customer, turn_key(context, "urge"), change);
    write_now(context, change, done).by(chosen.known)
}
