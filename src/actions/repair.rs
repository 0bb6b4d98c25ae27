//! Goods that break later are repaired under warranty:
//!
//! > 顾客: 空气炸锅不加热了，保修吗
//! > 小二: 保修到 2027-6-18，还在保。请确认报修：空气炸锅 ×1，故障：不加热。 [确认] [不了]
//! > 小二: 2-14 签收，保修 12 个月……，已经过保。可以付费维修，我请人工同事报价。 [转人工]
//!
//! Leaves to others: the guard on the date (`shop::writes`), repairing.

use super::case::without_numbers;
use super::claims::{is_open, open_pieces};
use super::line_choice::{need_line_of, need_part, need_pieces};
use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, short, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSaleKind, Intent, Money, OrderLine, OrderState, Reply, ReplyKey, Slot, Timestamp};
use crate::shop::Change;

/// How many characters of the matter are the reason of a repair.
const REASON: usize = 200;
/// A matter of fewer characters does not tell the fault ("要维修").
const TELLING: usize = 6;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Completed]).await?);
    settle(context, chosen).await
}

/// The repair of something of an order that is known.
pub(super) async fn settle(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let reply = |key| Reply::new(key).with("order", order_label(context, order));
    let Some(delivered) = order.delivered_at.filter(|_| order.state != OrderState::Refunded) else {
        let row = (order.state == OrderState::Shipped).then(|| wish_button(Intent::Logistics, order));
        return Ok(Outcome::refused(reply(ReplyKey::FaultNotDelivered).with_row(row)).by(chosen.known));
    };
    let open: Vec<&OrderLine> = order.lines.iter().filter(|line| open_pieces(order, line) > 0).collect();
    if open.is_empty() {
        need!(need_part(context, order), chosen.known);
    }
    let line = need!(need_line_of(context, open), chosen.known);
    let months = context.shop().product(line.product).await?.map_or(0, |product| product.warranty_months);
    let until = warranty_end(delivered, months);
    let quality = is_open(delivered, context.policy().quality.window_days, context.now);
    let listed = |key| {
        Reply::new(key)
            .with("title", short(&line.title))
            .with("variant", &line.variant_label)
            .with("delivered", context.day(delivered))
            .with("months", months)
            .with("until", context.day(until))
            .with("quality", quality)
            .with("quality_days", context.policy().quality.window_days)
            .with("approval_hours", context.policy().refunds.approval_hours)
            .with("payer", context.policy().returns.postage_for_faults)
            .with("address", &context.policy().returns.address)
    };
    if until <= context.now {
        let quality = quality.then(|| wish_button(Intent::QualityIssue, order));
        let row = quality.into_iter().chain([human_button()]);
        return Ok(Outcome::refused(listed(ReplyKey::RepairRefused).with_row(row)).by(chosen.known));
    }
    let pieces = need!(need_pieces(context, order, line), chosen.known);
    let matter = context.text(Slot::Query).or(context.text(Slot::Matter)).map(without_numbers).unwrap_or_default();
    let asked = context.text(Slot::Query).is_some();
    if !asked && matter.chars().count() < TELLING {
        return Ok(Outcome::ask(listed(ReplyKey::RepairAskFault), Slot::Query, Vec::new()).by(chosen.known));
    }
    let reason: String = matter.chars().take(REASON).collect();
    let fill = |key| listed(key).with("quantity", pieces).with("fault", &reason);
    let change = Change::CreateAfterSale {
        order: order.number.clone(),
        kind: AfterSaleKind::Repair,
        line: Some(line.id),
        quantity: pieces,
        reason: reason.clone(),
        amount: Money::ZERO,
        exchange_for: None,
        goods_at_fault: true,
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::RepairConfirm), done: fill(ReplyKey::RepairDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}

/// When the warranty ends: a year is 365 days and a month its twelfth, to the shopper's favour, as in the guard.
fn warranty_end(delivered: Timestamp, months: u32) -> Timestamp {
    delivered.plus_days((i64::from(months) * 365 + 11) / 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warranty_ends_after_its_months() {
        let delivered = Timestamp::from_millis(0);
        for (months, days) in [(0, 0), (1, 31), (12, 365), (18, 548), (24, 730)] {
            assert_eq!(warranty_end(delivered, months), delivered.plus_days(days), "{months}");
        }
    }
}
