//! Where is my parcel:
//!
//! > 顾客: 快递到哪了
//! > 小二: 哪一笔？ [蓝牙耳机 · 运输中] [连衣裙 · 运输中]
//! > 顾客: 第一个
//! > 小二: 顺丰 SF…… 6-17 20:10 已到达杭州转运中心，预计 6-19 送达。 [催一下] [换一个订单]
//! > 顾客: 换一个订单
//! > 小二: 哪一笔？ …
//!
//! A parcel that has not moved for the policy's days is called stuck and can be urged at once.
//! Leaves to others: what couriers say (`shop`).

use super::order_choice::need_order;
use super::show::{order_label, parcel_detail};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Intent, Order, OrderState, Parcel, Press, Reply, ReplyKey};

/// How many steps of a track are shown.
const STEPS: usize = 4;

pub(super) async fn track(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Shipped, OrderState::Paid, OrderState::Delivered]).await?);
    Ok(show(context, &chosen.order).by(chosen.known))
}

/// Where the order's parcel is, and what can be done about it.
pub(super) fn show(context: &Context<'_>, order: &Order) -> Outcome {
    let wish = |key, intent| Button::new(key, Press::WishForOrder { intent, order: order.number.clone() });
    let Some(parcel) = order.parcels.last() else {
        let reply = Reply::new(ReplyKey::ParcelNoneYet).with("order", order_label(context, order));
        let reply = reply.with_row([wish(ReplyKey::LabelUrgeShipping, Intent::UrgeShipping)]);
        return Outcome::done(reply);
    };
    let key = match order.state {
        OrderState::Shipped if is_stuck(context, parcel) => ReplyKey::ParcelStuck,
        OrderState::Shipped => ReplyKey::ParcelTrack,
        _ => ReplyKey::ParcelDelivered,
    };
    let mut reply = Reply::new(key)
        .with("order", order_label(context, order))
        .with("parcel", parcel_detail(context, parcel, STEPS))
        .with("idle_days", idle_days(context, parcel));
    reply = match order.state {
        OrderState::Shipped => reply.with_row([wish(ReplyKey::LabelUrgeDelivery, Intent::UrgeDelivery)]),
        _ => reply,
    };
    Outcome::done(with_other_orders(reply, order))
}

fn with_other_orders(reply: Reply, _: &Order) -> Reply {
    reply.with_row([Button::new(ReplyKey::LabelOtherOrder, Press::Wish { intent: Intent::OrderStatus })])
}

/// Days since the parcel last moved.
pub(super) fn idle_days(context: &Context<'_>, parcel: &Parcel) -> i64 {
    parcel.track.last().map_or(0, |step| context.now.seconds_since(step.at) / 86_400)
}

/// Whether the parcel has not moved for the policy's days.
pub(super) fn is_stuck(context: &Context<'_>, parcel: &Parcel) -> bool {
    idle_days(context, parcel) >= i64::from(context.policy().shipping.stuck_days)
}
