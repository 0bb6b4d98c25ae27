//! Other goods of the same product instead:
//!
//! > 顾客: 连衣裙小了，想换大一码
//! > 小二: 请确认换货：连衣裙 雾蓝 · M 换成 雾蓝 · L ×1，寄回运费由您承担。 [确认] [不了]
//! > 顾客: 换黑色的
//! > 小二: 黑 · M 没货了，可以换这些： [黑 · L] …
//!
//! An order that has not left is changed at once. Leaves to others: holding the stock (`shop::writes`).

use super::change_order::{self, NOT_LEFT};
use super::claims::{is_open, open_pieces};
use super::line_choice::{need_line_of, need_part, need_pieces, said_reason};
use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, short, wish_button};
use super::variant_choice::need_variant;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSaleKind, Intent, OrderLine, OrderState, Reply, ReplyKey, ReturnReason};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    settle(context, chosen).await
}

/// The exchange of something of an order that is known.
pub(super) async fn settle(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    if NOT_LEFT.contains(&order.state) {
        return change_order::variant(context, chosen).await;
    }
    let reply = |key| Reply::new(key).with("order", order_label(context, order));
    let Some(delivered) = order.delivered_at.filter(|_| order.state != OrderState::Refunded) else {
        let row = (order.state == OrderState::Shipped).then(|| wish_button(Intent::Logistics, order));
        return Ok(Outcome::refused(reply(ReplyKey::ExchangeRefusedState).with_row(row)).by(chosen.known));
    };
    let reason = said_reason(context);
    let fault = reason.as_ref().is_some_and(|reason| reason.kind.is_fault());
    let policy = context.policy();
    let days = if fault { policy.quality.window_days } else { policy.exchanges.window_days };
    if !is_open(delivered, days, context.now) {
        let reply = reply(ReplyKey::ExchangeRefusedWindow).with("delivered", context.day(delivered)).with("days", days);
        let row = [wish_button(Intent::WarrantyRepair, order), human_button()];
        return Ok(Outcome::refused(reply.with_row(row)).by(chosen.known));
    }
    let open: Vec<&OrderLine> = order.lines.iter().filter(|line| open_pieces(order, line) > 0).collect();
    if open.is_empty() {
        // Says what is under way already.
        need!(need_part(context, order), chosen.known);
    }
    let line = need!(need_line_of(context, open), chosen.known);
    let pieces = need!(need_pieces(context, order, line), chosen.known);
    let Some(product) = context.shop().product(line.product).await? else {
        let reply = Reply::new(ReplyKey::VariantNoneOther).with("title", short(&line.title));
        return Ok(Outcome::refused(reply.with_row([wish_button(Intent::ReturnGoods, order)])).by(chosen.known));
    };
    let wanted = need!(need_variant(context, &product, line.variant, pieces, fault), chosen.known);
    let payer = if fault { policy.returns.postage_for_faults } else { policy.returns.postage_without_reason };
    let fill = |key| {
        Reply::new(key)
            .with("title", short(&line.title))
            .with("from", &line.variant_label)
            .with("to", wanted.label())
            .with("quantity", pieces)
            .with("payer", payer)
            .with("approval_hours", policy.refunds.approval_hours)
            .with("send_back_days", policy.returns.send_back_days)
            .with("address", &policy.returns.address)
    };
    let change = Change::CreateAfterSale {
        order: order.number.clone(),
        kind: AfterSaleKind::Exchange,
        line: Some(line.id),
        quantity: pieces,
        reason: reason.map_or_else(|| ReturnReason::NoReason.as_str().to_owned(), |reason| reason.text),
        amount: crate::domain::Money::ZERO,
        exchange_for: Some(wanted.id),
        goods_at_fault: fault,
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::ExchangeConfirm), done: fill(ReplyKey::ExchangeDone) };
    Ok(propose(context, &chosen.known.customer, proposal).by(chosen.known))
}
