//! A request is taken back:
//!
//! > 顾客: 不退了，把退货申请撤了吧
//! > 小二: 撤销“小白鞋”的退货退款（编号 12）？ [确认] [不了]
//!
//! Only while the goods are still here. Leaves to others: the guard (`shop::writes`).

use super::claims::is_under_way;
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, short};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSale, AfterSaleState, Button, Order, OrderState, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::InAfterSale]).await?);
    let order = &chosen.order;
    let under_way: Vec<&AfterSale> = order.after_sales.iter().filter(|request| is_under_way(request)).collect();
    let early = |request: &&&AfterSale| matches!(request.state, AfterSaleState::Requested | AfterSaleState::Approved);
    let early: Vec<&AfterSale> = under_way.iter().filter(early).copied().collect();
    let chosen_request = match context.tracker.slot(Slot::Request) {
        Some(SlotValue::Number(id)) => early.iter().find(|request| request.id == *id).copied(),
        _ => None,
    };
    let only = if early.len() == 1 { early.first().copied() } else { None };
    let outcome = match (chosen_request.or(only), early.as_slice()) {
        (Some(request), _) => {
            let fill = |key| described(context, order, request, key);
            let change = Change::WithdrawAfterSale { after_sale: request.id };
            let (listing, done) = (fill(ReplyKey::WithdrawConfirm), fill(ReplyKey::WithdrawDone));
            propose(context, &chosen.known.customer, Proposal { change, listing, done })
        }
        (None, []) => match under_way.last() {
            Some(request) => {
                let reply = described(context, order, request, ReplyKey::WithdrawTooLate);
                Outcome::refused(reply.with_row([human_button()]))
            }
            None => Outcome::refused(Reply::new(ReplyKey::WithdrawNone).with("order", order_label(context, order))),
        },
        (None, several) => {
            let mut reply = Reply::new(ReplyKey::WithdrawChoose);
            let mut choices = Vec::new();
            for request in several {
                let value = SlotValue::Number(request.id);
                let press = Press::Choose { slot: Slot::Request, value: value.clone() };
                let button = Button::new(ReplyKey::LabelRequest, press).with("kind", request.kind);
                reply = reply.with_row([button.with("title", title(order, request))]);
                choices.push(value);
            }
            Outcome::ask(reply, Slot::Request, choices)
        }
    };
    Ok(outcome.by(chosen.known))
}

fn title(order: &Order, request: &AfterSale) -> String {
    let line = order.lines.iter().find(|line| request.line == Some(line.id)).or(order.lines.first());
    line.map(|line| short(&line.title)).unwrap_or_default()
}

fn described(context: &Context<'_>, order: &Order, request: &AfterSale, key: ReplyKey) -> Reply {
    Reply::new(key)
        .with("order", order_label(context, order))
        .with("id", request.id)
        .with("kind", request.kind)
        .with("state", request.state)
        .with("quantity", request.quantity)
        .with("title", title(order, request))
}
