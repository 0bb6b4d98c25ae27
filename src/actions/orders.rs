//! Orders at a glance and in full:
//!
//! > 顾客: 我的订单
//! > 小二: 您最近的订单： 1. … 2. … [看详情] [看详情]
//! > 顾客: 第二个
//! > 小二: 订单 ……5678 · 待发货 …… [查物流] [取消订单]
//!
//! Leaves to others: choosing among several orders (`order_choice`).

use super::identity::need_customer;
use super::order_choice::need_order;
use super::show::{order_detail, order_label};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Event, Intent, Order, OrderState, Press, Reply, ReplyKey, Slot, SlotValue};

/// How many orders a list shows.
const LISTED: u32 = 5;

pub(super) async fn list(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let known = need!(need_customer(context).await?);
    let orders = context.shop().orders_of(&known.customer, LISTED, &[]).await?;
    if orders.is_empty() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::OrderNone)).by(known));
    }
    let total = context.shop().count_orders(&known.customer, &[]).await?;
    let lines: Vec<_> = orders.iter().map(|order| order_label(context, order)).collect();
    let mut reply = Reply::new(ReplyKey::OrderList).with("orders", lines).with("total", total);
    let mut items = Vec::new();
    for order in &orders {
        let press = Press::WishForOrder { intent: Intent::OrderStatus, order: order.number.clone() };
        reply = reply.with_row([Button::new(ReplyKey::LabelOrder, press).with("order", order_label(context, order))]);
        items.push(SlotValue::Order(order.number.clone()));
    }
    Ok(Outcome::done(reply).after(Event::Shown { slot: Slot::Order, items }).by(known))
}

pub(super) async fn show(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if context.tracker.slot(Slot::Order).is_none() && context.text(Slot::Product).is_none() {
        return list(context).await;
    }
    let chosen = need!(need_order(context, &[]).await?);
    let reply = Reply::new(ReplyKey::OrderDetail).with("order", order_detail(context, &chosen.order));
    Ok(Outcome::done(with_next_steps(reply, &chosen.order)).by(chosen.known))
}

/// The buttons that make sense in the order's state.
fn with_next_steps(reply: Reply, order: &Order) -> Reply {
    let wish = |key, intent| Button::new(key, Press::WishForOrder { intent, order: order.number.clone() });
    let row = match order.state {
        OrderState::AwaitingPayment => vec![wish(ReplyKey::LabelCancel, Intent::CancelOrder)],
        OrderState::Paid => vec![
            wish(ReplyKey::LabelUrgeShipping, Intent::UrgeShipping),
            wish(ReplyKey::LabelCancel, Intent::CancelOrder),
        ],
        OrderState::Shipped => {
            vec![wish(ReplyKey::LabelTrack, Intent::Logistics), wish(ReplyKey::LabelUrgeDelivery, Intent::UrgeDelivery)]
        }
        OrderState::Delivered => {
            vec![wish(ReplyKey::LabelReturn, Intent::ReturnGoods), wish(ReplyKey::LabelInvoice, Intent::Invoice)]
        }
        OrderState::Completed => vec![wish(ReplyKey::LabelInvoice, Intent::Invoice)],
        OrderState::Cancelled | OrderState::InAfterSale | OrderState::Refunded => Vec::new(),
    };
    reply.with_row(row)
}
