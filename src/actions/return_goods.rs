//! Goods come back, money goes back:
//!
//! > 顾客: 我要退货
//! > 小二: 是哪一笔订单？ [连衣裙 · 已签收] [耳机 · 已签收]
//! > 顾客: 连衣裙
//! > 小二: 因为什么想退？ [不喜欢/不合适] [质量问题] …
//! > 顾客: 不合适
//! > 小二: 请确认退货：连衣裙（黑 · M）×1，退 129 元，运费由您承担。 [确认] [不了]
//! > 顾客: 确认
//! > 小二: 退货申请已提交，编号 88……
//!
//! After the window, or for goods that are excepted from it, the answer says so and what is possible instead.
//! Leaves to others: the guard on window, state and amount (`shop::writes`).

use super::line_choice::{need_line, need_reason};
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{order_label, short};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSaleKind, Button, Intent, Order, OrderState, Press, Reply, ReplyKey};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Completed]).await?);
    let order = &chosen.order;
    if let Some(outcome) = refused_by_state(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    let line = match need_line(context, order) {
        super::Step::Have(line) => line,
        super::Step::Stop(outcome) => return Ok(outcome.by(chosen.known)),
    };
    let reason = match need_reason(context) {
        super::Step::Have(reason) => reason,
        super::Step::Stop(outcome) => return Ok(outcome.by(chosen.known)),
    };
    let amount = line.unit_price * i64::from(line.quantity);
    let fault = reason.kind.is_fault();
    let policy = context.policy();
    let payer = if fault { policy.returns.postage_for_faults } else { policy.returns.postage_without_reason };
    let fill = |key| {
        Reply::new(key)
            .with("title", short(&line.title))
            .with("variant", &line.variant_label)
            .with("quantity", line.quantity)
            .with("amount", amount.to_string())
            .with("payer", payer)
            .with("payment", &order.payment_method)
            .with("reason", &reason.text)
            .with("send_back_days", policy.returns.send_back_days)
            .with("address", &policy.returns.address)
    };
    let change = Change::CreateAfterSale {
        order: order.number.clone(),
        kind: AfterSaleKind::Return,
        line: Some(line.id),
        quantity: line.quantity,
        reason: reason.text.clone(),
        amount,
        exchange_for: None,
        goods_at_fault: fault,
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::ReturnConfirm), done: fill(ReplyKey::ReturnDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}

/// What the order's state or age forbids, with the nearest thing that is possible.
fn refused_by_state(context: &Context<'_>, order: &Order) -> Option<Outcome> {
    let reply = |key| Reply::new(key).with("order", order_label(context, order));
    let wish = |key, intent| Button::new(key, Press::WishForOrder { intent, order: order.number.clone() });
    match order.state {
        OrderState::Delivered | OrderState::Completed | OrderState::InAfterSale => {
            let days = i64::from(context.policy().returns.window_days.max(context.policy().quality.window_days));
            let delivered = order.delivered_at?;
            let age = context.now.seconds_since(delivered) / 86_400;
            let refused = reply(ReplyKey::ReturnRefusedWindow)
                .with("delivered", context.day(delivered))
                .with("window_days", context.policy().returns.window_days)
                .with("quality_days", context.policy().quality.window_days)
                .with_row([Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent })]);
            (age > days).then(|| Outcome::refused(refused))
        }
        OrderState::AwaitingPayment | OrderState::Paid => {
            let cancel = wish(ReplyKey::LabelCancel, Intent::CancelOrder);
            Some(Outcome::refused(reply(ReplyKey::ReturnRefusedState).with_row([cancel])))
        }
        OrderState::Shipped | OrderState::Cancelled | OrderState::Refunded => {
            let track = wish(ReplyKey::LabelTrack, Intent::Logistics);
            let row = (order.state == OrderState::Shipped).then_some(track);
            Some(Outcome::refused(reply(ReplyKey::ReturnRefusedState).with_row(row)))
        }
    }
}
