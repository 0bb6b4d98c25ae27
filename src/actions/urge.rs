//! Hurry, please:
//!
//! > 顾客: 怎么还不发货啊
//! > 小二: 已经催了仓库，承诺 48 小时内发出。
//!
//! Recorded once per so many hours; an order in another state says what it is. Leaves to others: the interval's guard
//! (`shop::writes`).

use super::order_choice::{Chosen, need_order};
use super::proposal::{turn_key, write_now};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{OrderState, Reply, ReplyKey};
use crate::shop::{Change, ShopChange};

pub(super) async fn shipping(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Paid]).await?);
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
    let chosen = need!(need_order(context, &[OrderState::Shipped]).await?);
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

fn written(context: &Context<'_>, chosen: Chosen, change: Change, done: Reply) -> Outcome {
    let change = ShopChange::by(&chosen.known.customer, turn_key(context, "urge"), change);
    write_now(context, change, done).by(chosen.known)
}
