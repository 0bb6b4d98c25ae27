//! Where is my money, how far is my request:
//!
//! > 顾客: 退款什么时候到
//! > 小二: “小白鞋”的退货：退款中。189 元 6-17 16:00 已退回微信支付，最晚 6-22 到账。
//!
//! Leaves to others: moving requests on (staff).

use jiff::civil::{Date, Weekday};

use super::claims::is_under_way;
use super::order_choice::{Chosen, need_order};
use super::show::{human_button, order_label, short, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSale, AfterSaleState, Intent, Order, OrderState, Refund, Reply, ReplyKey};
use serde_json::{Value, json};

/// How many payments are listed.
const LISTED: usize = 4;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::InAfterSale, OrderState::Refunded, OrderState::Cancelled];
    let chosen = need!(need_order(context, &fitting).await?);
    show(context, chosen).await
}

/// How far the order's requests are and which way its money went.
pub(super) async fn show(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    let requests: Vec<&AfterSale> = order.after_sales.iter().collect();
    let shown = requests.iter().rev().find(|request| is_under_way(request)).or(requests.last());
    let fill = |key| Reply::new(key).with("order", order_label(context, order));
    let outcome = match shown {
        Some(request) => {
            let reply = describe(context, order, request, fill(ReplyKey::RefundStatusRequest));
            let can_withdraw = matches!(request.state, AfterSaleState::Requested | AfterSaleState::Approved);
            let row = match request.state {
                AfterSaleState::Rejected => vec![human_button()],
                AfterSaleState::Approved => vec![wish_button(Intent::ReturnShipping, order)],
                _ => Vec::new(),
            };
            Outcome::done(reply.with("can_withdraw", can_withdraw).with_row(row))
        }
        None if !paid_back.is_empty() => {
            let lines: Vec<Value> = paid_back
                .iter()
                .rev()
                .take(LISTED)
                .map(|paid| {
                    let mut value = way(context, &paid.refund);
                    value["reason"] = json!(paid.reason);
                    value
                })
                .collect();
            Outcome::done(fill(ReplyKey::RefundStatusPaid).with("refunds", lines))
        }
        None => {
            let delivered = matches!(order.state, OrderState::Delivered | OrderState::Completed);
            let row = delivered.then(|| wish_button(Intent::ReturnGoods, order));
            Outcome::refused(fill(ReplyKey::RefundStatusNone).with_row(row))
        }
    };
    Ok(outcome.by(chosen.known))
}

fn describe(context: &Context<'_>, order: &Order, request: &AfterSale, reply: Reply) -> Reply {
    let policy = context.policy();
    let line = order.lines.iter().find(|line| request.line == Some(line.id)).or(order.lines.first());
    reply
        .with("id", request.id)
        .with("title", line.map(|line| short(&line.title)))
        .with("kind", request.kind)
        .with("state", request.state)
        .with("quantity", request.quantity)
        .with("amount", request.amount.to_string())
        .with("requested", context.minute(request.requested_at))
        .with("updated", context.minute(request.updated_at))
        .with("refund", request.refund.as_ref().map(|refund| way(context, refund)))
        .with("approval_hours", policy.refunds.approval_hours)
        .with("inspection_hours", policy.returns.inspection_hours)
        .with("send_back_days", policy.returns.send_back_days)
}

/// A payment's way with the day by which it should be there.
fn way(context: &Context<'_>, refund: &Refund) -> Value {
    let refunds = &context.policy().refunds;
    let days = if refund.way.contains("银行") { refunds.bank_days } else { refunds.wallet_days };
    let latest = after_working_days(refund.started_at.date(&context.services.zone), days);
    json!({
        "amount": refund.amount.to_string(),
        "way": refund.way,
        "started": context.minute(refund.started_at),
        "arrived": refund.arrived_at.map(|at| context.minute(at)),
        "latest": format!("{}-{}", latest.month(), latest.day()),
        "overdue": refund.arrived_at.is_none() && latest < context.now.date(&context.services.zone),
        "days": days,
    })
}

/// The date so many working days (Monday to Friday) after `from`.
fn after_working_days(from: Date, days: u32) -> Date {
    let mut date = from;
    let mut left = days;
    while left > 0 {
        let Ok(next) = date.tomorrow() else { return date };
        date = next;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_no_working_days() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        for (from, days, expected) in
            [("2026-06-17", 3, "2026-06-22"), ("2026-06-19", 1, "2026-06-22"), ("2026-06-20", 0, "2026-06-20")]
        {
            assert_eq!(after_working_days(date(from), days), date(expected), "{from} + {days}");
        }
    }
}
