//! It became cheaper after it was bought:
//!
//! > 顾客: 空气炸锅刚买就降价了
//! > 小二: 查到了：付 329 元，6-17 降到 299 元，退差价 30 元，原路退回微信支付。 [确认] [不了]
//! > 小二: 6-2 付款，价保 7 天到 6-9 截止，过期了。
//!
//! Every line of the order that became cheaper is paid at once. Checked against the price history of exactly the variant, within the policy's days. Leaves to others: the guard
//! (`shop::writes`).

use serde_json::json;

use super::claims::{is_open, paid_share, refundable};
use super::order_choice::need_order;
use super::proposal::propose_all;
use super::show::{order_label, short, wish_button, with_money_way};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Intent, Money, Order, OrderLine, OrderState, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

/// A line that became cheaper.
struct Drop<'o> {
    line: &'o OrderLine,
    paid: Money,
    lowest: Money,
}

impl Drop<'_> {
    fn difference(&self) -> Money {
        self.paid - self.lowest
    }
}

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Paid, OrderState::Shipped, OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    let fill = |key| Reply::new(key).with("order", order_label(context, order));
    let Some(paid_at) = order.paid_at.filter(|_| fitting.contains(&order.state)) else {
        return Ok(Outcome::refused(fill(ReplyKey::PriceProtectionRefusedState)).by(chosen.known));
    };
    let days = context.policy().price_protection_days(order.placed_at.date(&context.services.zone));
    let until = paid_at.plus_days(i64::from(days));
    let fill =
        |key| fill(key).with("days", days).with("paid_on", context.day(paid_at)).with("until", context.day(until));
    if !is_open(paid_at, days, context.now) {
        return Ok(Outcome::refused(fill(ReplyKey::PriceProtectionRefusedWindow)).by(chosen.known));
    }
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    if let Some(before) = paid_back.iter().rev().find(|paid| paid.reason == "price_protection") {
        let reply = fill(ReplyKey::PriceProtectionAlready).with("amount", before.refund.amount.to_string());
        let reply = reply.with_row([wish_button(Intent::RefundStatus, order)]);
        return Ok(Outcome::refused(reply).by(chosen.known));
    }
    let all = drops(context, order).await?;
    // One line where one was named, else every line that became cheaper.
    let drops: Vec<&Drop<'_>> = match context.tracker.slot(Slot::Line) {
        Some(SlotValue::Line(id)) if all.iter().any(|drop| drop.line.id == *id) => {
            all.iter().filter(|drop| drop.line.id == *id).collect()
        }
        _ => all.iter().collect(),
    };
    let mut left = refundable(order, &paid_back);
    let mut changes = Vec::new();
    let mut lines = Vec::new();
    for drop in drops {
        let amount = drop.difference().min(left);
        if amount <= Money::ZERO {
            continue;
        }
        left = left - amount;
        lines.push(json!({
            "title": short(&drop.line.title),
            "quantity": drop.line.quantity,
            "paid": drop.paid.to_string(),
            "lowest": drop.lowest.to_string(),
            "amount": amount.to_string(),
        }));
        changes.push((drop.line.id, amount));
    }
    if changes.is_empty() {
        return Ok(Outcome::refused(fill(ReplyKey::PriceProtectionNoDrop)).by(chosen.known));
    }
    let total: Money = changes.iter().map(|(_, amount)| *amount).sum();
    let fill = |key| with_money_way(fill(key), order).with("lines", &lines).with("amount", total.to_string());
    let last = changes.len() - 1;
    let changes = changes.into_iter().enumerate().map(|(place, (line, amount))| {
        // One sentence for all of it, once the last of them holds.
        let done = (place == last).then(|| fill(ReplyKey::PriceProtectionDone));
        (Change::ApplyPriceProtection { order: order.number.clone(), line, amount }, done)
    });
    let listing = fill(ReplyKey::PriceProtectionConfirm);
    Ok(propose_all(context, &chosen.known.customer, changes.collect(), listing).by(chosen.known))
}

/// The lines whose lowest price since the payment lies below what was paid, for all their pieces.
async fn drops<'o>(context: &Context<'_>, order: &'o Order) -> Result<Vec<Drop<'o>>, ActionError> {
    let mut drops = Vec::new();
    let Some(paid_at) = order.paid_at else { return Ok(drops) };
    for line in &order.lines {
        let Some(lowest) = context.shop().lowest_price(line.variant, paid_at, context.now).await? else { continue };
        let drop =
            Drop { line, paid: paid_share(order, line, line.quantity), lowest: lowest * i64::from(line.quantity) };
        if drop.difference() > Money::ZERO {
            drops.push(drop);
        }
    }
    Ok(drops)
}
