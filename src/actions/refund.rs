//! Money back without goods:
//!
//! > 顾客: 我要退款
//! > 小二: （还没发货）请确认取消订单…… [确认] [不了]
//! > 顾客: 东西坏了，退点钱
//! > 小二: 拍张照片给我看看？ [没有照片]
//! > 顾客: （照片）
//! > 小二: 请确认仅退款：杯子 ×1，退 19 元，不用寄回。 [确认] [不了]
//!
//! Before shipping it is a cancellation. On the way only what is late or stands still; after delivery only a fault, up to
//! what the bot may decide, and more by staff. Leaves to others: the guard (`shop::writes`).

use super::case::open_case;
use super::claims::{is_open, open_pieces, refundable};
use super::line_choice::{Part, Reason, need_part, need_photo, need_reason};
use super::order_choice::{Chosen, need_order};
use super::parcel::is_stuck;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button, with_money_way};
use super::{ActionError, Context, Outcome, cancel_order, need, refund_status, return_goods};
use crate::domain::{AfterSaleKind, Intent, Money, Order, OrderState, Reply, ReplyKey, Timestamp};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Paid, OrderState::Shipped, OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    settle(context, chosen).await
}

/// A refund for an order that is known.
pub(super) async fn settle(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    match chosen.order.state {
        OrderState::AwaitingPayment | OrderState::Paid => Ok(cancel_order::settle(context, chosen)),
        OrderState::Cancelled | OrderState::Refunded => refund_status::show(context, chosen).await,
        OrderState::InAfterSale if nothing_is_open(&chosen.order) => refund_status::show(context, chosen).await,
        OrderState::Shipped => on_its_way(context, chosen).await,
        OrderState::InAfterSale | OrderState::Delivered | OrderState::Completed => {
            after_delivery(context, chosen).await
        }
    }
}

fn nothing_is_open(order: &Order) -> bool {
    order.lines.iter().all(|line| open_pieces(order, line) == 0)
}

async fn on_its_way(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let stuck = order.parcels.last().is_some_and(|parcel| is_stuck(context, parcel));
    let expected = order.parcels.last().and_then(|parcel| parcel.expected_at);
    if !stuck && !is_late(expected, context.policy().shipping.stuck_days, context.now) {
        let reply = Reply::new(ReplyKey::RefundRefusedMoving)
            .with("order", order_label(context, order))
            .with("expected", expected.map(|at| context.day(at)));
        let row = [wish_button(Intent::Logistics, order), wish_button(Intent::UrgeDelivery, order)];
        return Ok(Outcome::refused(reply.with_row(row)).by(chosen.known));
    }
    let lines = order.lines.iter().collect();
    let part = Part { line: None, lines, quantity: order.lines.iter().map(|line| line.quantity).sum() };
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    let amount = refundable(order, &paid_back);
    let reason = Reason { kind: crate::domain::ReturnReason::NoReason, text: "not_delivered".to_owned() };
    Ok(proposed(context, &chosen, &part, &reason, amount).by(chosen.known))
}

/// Whether a parcel should have been here for so many days.
fn is_late(expected: Option<Timestamp>, days: u32, now: Timestamp) -> bool {
    expected.is_some_and(|expected| !is_open(expected, days, now))
}

async fn after_delivery(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let policy = context.policy();
    let reason = need!(need_reason(context), chosen.known);
    let reply = |key| Reply::new(key).with("order", order_label(context, order));
    if !reason.kind.is_fault() {
        let row = [wish_button(Intent::ReturnGoods, order), human_button()];
        let refused = reply(ReplyKey::RefundRefusedNoFault).with("window_days", policy.returns.window_days);
        return Ok(Outcome::refused(refused.with_row(row)).by(chosen.known));
    }
    let days = policy.quality.window_days;
    if !order.delivered_at.is_some_and(|delivered| is_open(delivered, days, context.now)) {
        let row = [wish_button(Intent::WarrantyRepair, order), human_button()];
        let refused = reply(ReplyKey::RefundRefusedWindow).with("days", days);
        return Ok(Outcome::refused(refused.with_row(row)).by(chosen.known));
    }
    let part = need!(need_part(context, order), chosen.known);
    let has_photo = need!(need_photo(context), chosen.known);
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    let amount = return_goods::amount(order, &part, true, refundable(order, &paid_back));
    if !has_photo || amount > policy.compensation.most_per_order {
        let done = part.name(Reply::new(ReplyKey::RefundCase)).with("amount", amount.to_string());
        return Ok(open_case(context, chosen, Intent::RefundRequest, done));
    }
    Ok(proposed(context, &chosen, &part, &reason, amount).by(chosen.known))
}

fn proposed(context: &Context<'_>, chosen: &Chosen, part: &Part<'_>, reason: &Reason, amount: Money) -> Outcome {
    let order = &chosen.order;
    let fill = |key| {
        with_money_way(part.name(Reply::new(key)), order)
            .with("amount", amount.to_string())
            .with("reason", &reason.text)
            .with("approval_hours", context.policy().refunds.approval_hours)
            .with("delivered", order.delivered_at.is_some())
    };
    let change = Change::CreateAfterSale {
        order: order.number.clone(),
        kind: AfterSaleKind::RefundOnly,
        line: part.line.map(|line| line.id),
        quantity: part.quantity,
        reason: reason.text.clone(),
        amount,
        exchange_for: None,
        goods_at_fault: reason.kind.is_fault(),
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::RefundConfirm), done: fill(ReplyKey::RefundDone) };
    propose(context, &chosen.known.customer, proposal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_late_some_days_after_it_was_due() {
        let due = Timestamp::from_millis(1_000_000_000);
        for (expected, days_after, late) in [(None, 9, false), (Some(due), 2, false), (Some(due), 3, true)] {
            assert_eq!(is_late(expected, 3, due.plus_days(days_after)), late, "{expected:?} {days_after}");
        }
    }
}
