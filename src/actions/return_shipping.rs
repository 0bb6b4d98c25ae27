//! Where to, who pays, how far:
//!
//! > 顾客: 退货寄到哪里
//! > 小二: 浙江省杭州市……，小二优选退货组 400-000-0618。请别用到付。
//! > 顾客: 运费谁出
//! > 小二: 质量问题、发错由店铺承担；不喜欢、不合适由您承担。
//!
//! The rules need no proof of identity; a verified shopper's own request is named. Leaves to others: `refund_status`.

use super::claims::is_under_way;
use super::show::{short, wish_button};
use super::{ActionError, Context, Outcome};
use crate::domain::{AfterSaleKind, Aspect, Button, Intent, Order, OrderState, Press, Reply, ReplyKey, ReturnReason};

/// How many orders are looked through for a request.
const LOOKED_AT: u32 = 5;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let returns = &context.policy().returns;
    let mut reply = Reply::new(match context.tracker.aspect() {
        Some(Aspect::Postage) => ReplyKey::ReturnShippingPostage,
        _ => ReplyKey::ReturnShippingAddress,
    });
    reply = reply
        .with("address", &returns.address)
        .with("without_reason", returns.postage_without_reason)
        .with("for_faults", returns.postage_for_faults)
        .with("send_back_days", returns.send_back_days)
        .with("inspection_hours", returns.inspection_hours);
    let order = if context.tracker.in_group { None } else { order_with_request(context).await? };
    let request = order.as_ref().and_then(|order| order.after_sales.iter().rev().find(|request| is_under_way(request)));
    if let (Some(order), Some(request)) = (&order, request) {
        let fault = request.reason.parse().is_ok_and(ReturnReason::is_fault);
        let payer = if fault { returns.postage_for_faults } else { returns.postage_without_reason };
        let line = order.lines.iter().find(|line| request.line == Some(line.id)).or(order.lines.first());
        let goods_come_back =
            matches!(request.kind, AfterSaleKind::Return | AfterSaleKind::Exchange | AfterSaleKind::Repair);
        reply = reply
            .with("id", request.id)
            .with("title", line.map(|line| short(&line.title)))
            .with("kind", request.kind)
            .with("state", request.state)
            .with("payer", goods_come_back.then_some(payer))
            .with_row([wish_button(Intent::RefundStatus, order)]);
    } else {
        let press = Press::Wish { intent: Intent::ReturnGoods };
        reply = reply.with_row([Button::new(ReplyKey::LabelReturn, press)]);
    }
    Ok(Outcome::done(reply))
}

/// The verified shopper's latest order with a request under way.
async fn order_with_request(context: &Context<'_>) -> Result<Option<Order>, ActionError> {
    let Some(customer) = context.customer else { return Ok(None) };
    let orders = context.shop().orders_of(&customer, LOOKED_AT, &[OrderState::InAfterSale]).await?;
    Ok(orders.into_iter().find(|order| order.after_sales.iter().any(is_under_way)))
}
