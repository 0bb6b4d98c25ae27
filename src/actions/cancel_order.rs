//! An order that has not left is called off:
//!
//! > 顾客: 帮我取消订单
//! > 小二: 请确认取消：空气炸锅，299 元原路退回微信支付，优惠券一并退还。 [确认] [不了]
//! > 顾客: 确认
//! > 小二: 已取消……
//!
//! > 顾客: 没发货的都取消
//! > 小二: 请确认取消这 2 笔：…… [确认] [不了]
//!
//! Money, coupon, gift card and stock go back together. Leaves to others: doing that in one step (`shop::writes`).

use super::order_choice::{Choice, Chosen, Several, need_orders};
use super::proposal::{Proposal, propose, propose_all};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Intent, Money, Order, OrderState, Press, Reply, ReplyKey};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    Ok(match need!(need_orders(context, &[OrderState::AwaitingPayment, OrderState::Paid]).await?) {
        Choice::One(chosen) => settle(context, chosen),
        Choice::All(several) => settle_all(context, several),
    })
}

/// Several cancellations under one confirmation.
fn settle_all(context: &Context<'_>, several: Several) -> Outcome {
    let labels: Vec<_> = several.orders.iter().map(|order| order_label(context, order)).collect();
    let paid: Money = several.orders.iter().filter(|order| order.paid_at.is_some()).map(|order| order.total).sum();
    let listing = Reply::new(ReplyKey::CancelConfirmAll)
        .with("orders", labels)
        .with("amount", (paid > Money::ZERO).then(|| paid.to_string()));
    let changes = several.orders.iter().map(|order| {
        (Change::CancelOrder { order: order.number.clone() }, Some(filled(context, order, ReplyKey::CancelDone)))
    });
    propose_all(context, &several.known.customer, changes.collect(), listing).by(several.known)
}

fn filled(context: &Context<'_>, order: &Order, key: ReplyKey) -> Reply {
    Reply::new(key)
        .with("order", order_label(context, order))
        .with("amount", order.total.to_string())
        .with("payment", &order.payment_method)
        .with("paid", order.paid_at.is_some())
}

/// The cancellation of an order that is known.
pub(super) fn settle(context: &Context<'_>, chosen: Chosen) -> Outcome {
    let order = &chosen.order;
    let fill = |key| filled(context, order, key);
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
