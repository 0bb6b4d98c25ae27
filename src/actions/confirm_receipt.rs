//! The goods have arrived:
//!
//! > 顾客: 帮我确认收货
//! > 小二: 确认收货“连衣裙”后订单完成，7 天退货期照旧从签收那天算。 [确认] [不了]
//!
//! Leaves to others: the guard on the state (`shop::writes`).

use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{order_label, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Intent, OrderState, Reply, ReplyKey};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Shipped]).await?);
    let order = &chosen.order;
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("window_days", context.policy().returns.window_days)
            .with("arrived", order.delivered_at.is_some())
    };
    if !matches!(order.state, OrderState::Delivered | OrderState::Shipped) {
        return Ok(Outcome::refused(fill(ReplyKey::ReceiptRefused)).by(chosen.known));
    }
    let mut listing = fill(ReplyKey::ReceiptConfirm);
    if order.delivered_at.is_none() {
        listing = listing.with_row([wish_button(Intent::Logistics, order)]);
    }
    let change = Change::ConfirmReceipt { order: order.number.clone() };
    let proposal = Proposal { change, listing, done: fill(ReplyKey::ReceiptDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}
