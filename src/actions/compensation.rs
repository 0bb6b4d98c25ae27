//! Made good within the shop's limits:
//!
//! > 顾客: 发货这么慢，赔点吧
//! > 小二: 承诺 48 小时发货，晚了。按规定赔 5 元，原路退回微信支付。 [确认] [不了]
//! > 顾客: 赔我 200
//! > 小二: 这件事需要同事来定，我已经转给人工。
//!
//! Paid for shipping later than promised, and for a fault with a photo; above the limit a person decides.
//! Leaves to others: the guard (`shop::writes`), the person (`service`).

use super::line_choice::{need_photo, said_reason};
use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button, with_money_way};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{
    Event, HandoverReason, Intent, Money, Order, OrderState, Reply, ReplyKey, Slot, SlotValue, Timestamp,
};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[]).await?);
    let order = &chosen.order;
    let policy = context.policy();
    let asked = asked_amount(context);
    if asked.is_some_and(|asked| asked > policy.compensation.most_per_order) {
        return Ok(beyond_authority().by(chosen.known));
    }
    let fill = |key| {
        with_money_way(Reply::new(key), order)
            .with("order", order_label(context, order))
            .with("promise_hours", policy.shipping.promise_hours)
            .with("most", policy.compensation.most_per_order.to_string())
    };
    if order.paid_at.is_none() || order.state == OrderState::Cancelled {
        return Ok(Outcome::refused(fill(ReplyKey::CompensationRefusedState)).by(chosen.known));
    }
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    if let Some(before) = paid_back.iter().find(|paid| paid.reason == "compensation") {
        let reply = fill(ReplyKey::CompensationAlready).with("amount", before.refund.amount.to_string());
        return Ok(Outcome::refused(reply.with_row([human_button()])).by(chosen.known));
    }
    let fault = said_reason(context).filter(|reason| reason.kind.is_fault());
    let (amount, reason) = match fault {
        // A fault is worth what is asked for it, within the limit and with evidence.
        Some(reason) if order.delivered_at.is_some() => {
            let Some(asked) = asked else {
                return Ok(
                    Outcome::ask(fill(ReplyKey::CompensationAskAmount), Slot::Budget, Vec::new()).by(chosen.known)
                );
            };
            if !need!(need_photo(context), chosen.known) {
                return Ok(beyond_authority().by(chosen.known));
            }
            (asked, reason.text)
        }
        _ if is_late(order, policy.shipping.promise_hours, context.now) => {
            let granted = policy.compensation.late_shipping;
            if asked.is_some_and(|asked| asked > granted) {
                return Ok(beyond_authority().by(chosen.known));
            }
            (granted, "late_shipping".to_owned())
        }
        _ => {
            let row = [wish_button(Intent::QualityIssue, order), human_button()];
            return Ok(Outcome::refused(fill(ReplyKey::CompensationRefused).with_row(row)).by(chosen.known));
        }
    };
    Ok(proposed(context, &chosen, amount, reason, fill).by(chosen.known))
}

fn proposed(
    context: &Context<'_>,
    chosen: &Chosen,
    amount: Money,
    reason: String,
    fill: impl Fn(ReplyKey) -> Reply,
) -> Outcome {
    let listed = |key| fill(key).with("amount", amount.to_string()).with("reason", &reason);
    let change = Change::Compensate { order: chosen.order.number.clone(), amount, reason: reason.clone() };
    let (listing, done) = (listed(ReplyKey::CompensationConfirm), listed(ReplyKey::CompensationDone));
    propose(context, &chosen.known.customer, Proposal { change, listing, done })
}

/// More than the bot may decide.
fn beyond_authority() -> Outcome {
    Outcome::default().and(Event::HandoverDue { reason: HandoverReason::Authority })
}

/// The amount that was named.
fn asked_amount(context: &Context<'_>) -> Option<Money> {
    match context.tracker.slot(Slot::Budget) {
        Some(SlotValue::Range { most: Some(cents), .. } | SlotValue::Range { least: Some(cents), most: None }) => {
            Some(Money::from_cents(*cents)).filter(|amount| *amount > Money::ZERO)
        }
        _ => None,
    }
}

/// Whether the order was, or still is, shipped later than promised.
fn is_late(order: &Order, promise_hours: u32, now: Timestamp) -> bool {
    let left = order.shipped_at.unwrap_or(now);
    order.paid_at.is_some_and(|paid| left.seconds_since(paid) > i64::from(promise_hours) * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::samples;

    #[test]
    fn late_is_later_than_promised() {
        let paid = Timestamp::from_millis(0);
        let hours = |hours: i64| paid.plus_seconds(hours * 3600);
        for (shipped, now, expected) in
            [(None, 47, false), (None, 49, true), (Some(20), 200, false), (Some(48), 200, false), (Some(49), 200, true)]
        {
            let mut order = samples::order(&[(1, 1, 1)]);
            order.shipped_at = shipped.map(hours);
            assert_eq!(is_late(&order, 48, hours(now)), expected, "{shipped:?} {now}");
        }
    }
}
