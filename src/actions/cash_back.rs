//! Money for a review, whatever its stars:
//!
//! > 顾客: 评价写好了，返现呢
//! > 小二: “连衣裙”的评价返现 3 元：写满 15 个字、带 1 张图就行……登记吗？ [确认] [不了]
//!
//! Leaves to others: checking the review and paying (staff).

use super::claims::is_open;
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{OrderState, Reply, ReplyKey};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    let reviews = &context.policy().reviews;
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("amount", reviews.cash_back.to_string())
            .with("least_characters", reviews.least_characters)
            .with("least_photos", reviews.least_photos)
            .with("within_days", reviews.within_days)
            .with("paid_within_hours", reviews.paid_within_hours)
            .with("delivered", order.delivered_at.map(|at| context.day(at)))
    };
    let Some(delivered) = order.delivered_at.filter(|_| fitting.contains(&order.state)) else {
        return Ok(Outcome::refused(fill(ReplyKey::CashBackRefusedState)).by(chosen.known));
    };
    if !is_open(delivered, reviews.within_days, context.now) {
        return Ok(Outcome::refused(fill(ReplyKey::CashBackRefusedWindow)).by(chosen.known));
    }
    let change = Change::RequestCashBack { order: order.number.clone(), amount: reviews.cash_back };
    let proposal = Proposal { change, listing: fill(ReplyKey::CashBackConfirm), done: fill(ReplyKey::CashBackDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}
