//! An order that has not left is called off:
//!
//! > 顾客: 帮我取消订单
//! > 小二: 请确认取消：空气炸锅，299 元原路退回微信支付，优惠券一并退还。 [确认] [不了]
//! > 顾客: 确认
//! > 小二: 已取消……
//!
//! Money, coupon, gift card and stock go back together. Leaves to others: doing that in one step (`shop::writes`).

use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Intent, OrderState, Press, Reply, ReplyKey};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::AwaitingPayment, OrderState::Paid]).await?);
    Ok(settle(context, chosen))
}

/// The cancellation of an order that is known.
pub(super) fn settle(context: &Context<'_>, chosen: Chosen) -> Outcome {
    let order = &chosen.order;
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("amount", order.total.to_string())
            .with("payment", &order.payment_method)
            .with("paid", order.paid_at.is_some())
    };
    if !matches!(order.state, OrderState::AwaitingPayment | OrderState::Paid) {
        let shipped = matches!(order.state, OrderState::Shipped | OrderState::Delivered);
        let press = Press::WishForOrder { intent: Intent::ReturnGoods, order: order.number.clone() };
        let row = shipped.then(|| Button::new(ReplyKey::LabelReturn, press));
        return Outcome::refused(fill(ReplyKey::CancelRefused).with_row(row)).by(chosen.known);
    }
    let proposal = Proposal {
        change: Change::CancelOrder { order: order.number.clone() },
        listing: fill(ReplyKey::CancelConfirm),
        done: fill(ReplyKey::CancelDone),
    };
    propose(context, &chosen.known.customer, proposal).by(chosen.known)
}
