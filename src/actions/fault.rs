//! Something is wrong with the goods:
//!
//! > 顾客: 保温杯漏水
//! > 小二: 拍张照片给我看看？ [没有照片]
//! > 顾客: （照片）
//! > 小二: 想怎么处理？ [退货退款] [换货] [仅退款]
//! > 顾客: 换一个
//! > 小二: 请确认换货…… 运费由店铺承担。 [确认] [不了]
//!
//! After the days for faults, the warranty. Leaves to others: the ways to mend it (`return_goods`, `exchange`, `refund`,
//! `repair`).

use super::claims::is_open;
use super::line_choice::{ask_one_of, need_part, need_photo};
use super::order_choice::{Chosen, need_order};
use super::show::{order_label, wish_button};
use super::{ActionError, Context, Outcome, exchange, need, refund, repair, return_goods};
use crate::domain::{Intent, OrderState, Reply, ReplyKey, Slot};

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Completed]).await?);
    settle(context, chosen).await
}

/// A fault in an order that is known; the reason slot says which.
pub(super) async fn settle(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let Some(delivered) = order.delivered_at else {
        let reply = Reply::new(ReplyKey::FaultNotDelivered).with("order", order_label(context, order));
        let row = (order.state == OrderState::Shipped).then(|| wish_button(Intent::Logistics, order));
        return Ok(Outcome::refused(reply.with_row(row)).by(chosen.known));
    };
    match context.text(Slot::Resolution) {
        Some("return") => return return_goods::settle(context, chosen).await,
        Some("exchange") => return exchange::settle(context, chosen).await,
        Some("refund") => return refund::settle(context, chosen).await,
        Some("repair") => return repair::settle(context, chosen).await,
        _ => {}
    }
    if !is_open(delivered, context.policy().quality.window_days, context.now) {
        return repair::settle(context, chosen).await;
    }
    let part = need!(need_part(context, order), chosen.known);
    need!(need_photo(context), chosen.known);
    let reply = part.name(Reply::new(ReplyKey::FaultAskResolution));
    let ways: &[&str] =
        if part.line.is_some() { &["return", "exchange", "refund", "repair"] } else { &["return", "refund"] };
    Ok(ask_one_of(reply, Slot::Resolution, "resolution", ways).by(chosen.known))
}
