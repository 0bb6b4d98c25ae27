//! An order that has not left is made another one:
//!
//! > 顾客: 颜色拍错了，换成黑的
//! > 小二: 请确认：连衣裙 从 雾蓝 · M 改成 黑 · M，价格不变。 [确认] [不了]
//! > 顾客: 我要改订单
//! > 小二: 想改哪一项？ [颜色尺码] [数量] [备注] [改地址]
//!
//! The variant changes at the same price only, the number of pieces before payment only; otherwise the answer names
//! what is possible. Leaves to others: address (`change_address`), remark (`remark`), the guard (`shop::writes`).

use super::line_choice::{ask_one_of, is_named, need_line};
use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::{order_label, short, wish_button};
use super::variant_choice::need_variant;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Aspect, Button, Intent, Money, Order, OrderState, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

/// The states in which an order has not left.
pub(super) const NOT_LEFT: &[OrderState] = &[OrderState::AwaitingPayment, OrderState::Paid];
/// How many numbers of pieces are offered as buttons.
const NUMBERS: i64 = 4;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, NOT_LEFT).await?);
    if let Some(outcome) = refused_by_state(context, &chosen.order) {
        return Ok(outcome.by(chosen.known));
    }
    if names_other_goods(context, &chosen.order) {
        let reply = Reply::new(ReplyKey::ChangeOrderNoAdding).with("order", order_label(context, &chosen.order));
        return Ok(Outcome::refused(reply).by(chosen.known));
    }
    let set = |slot| context.tracker.slot(slot).is_some();
    let aspect = context.tracker.aspect();
    if set(Slot::Colour) || set(Slot::Size) || set(Slot::Variant) {
        return variant(context, chosen).await;
    }
    if set(Slot::Quantity) {
        return quantity(context, chosen);
    }
    match aspect {
        Some(Aspect::Variant | Aspect::Larger | Aspect::Smaller) => variant(context, chosen).await,
        Some(Aspect::Quantity) => quantity(context, chosen),
        _ => {
            let reply = Reply::new(ReplyKey::ChangeOrderAsk).with("order", order_label(context, &chosen.order));
            let outcome = ask_one_of(reply, Slot::Aspect, "aspect", &["variant", "quantity", "remark"]);
            Ok(with_button(outcome, wish_button(Intent::ChangeAddress, &chosen.order)).by(chosen.known))
        }
    }
}

fn with_button(mut outcome: Outcome, button: Button) -> Outcome {
    if let Some(reply) = outcome.replies.last_mut() {
        reply.buttons.push(vec![button]);
    }
    outcome
}

/// An order that has left is not changed; what can be done instead.
pub(super) fn refused_by_state(context: &Context<'_>, order: &Order) -> Option<Outcome> {
    if NOT_LEFT.contains(&order.state) {
        return None;
    }
    let reply = Reply::new(ReplyKey::ChangeOrderRefused).with("order", order_label(context, order));
    let arrived = matches!(order.state, OrderState::Delivered | OrderState::Completed | OrderState::Shipped);
    let row = arrived.then(|| wish_button(Intent::ExchangeGoods, order));
    Some(Outcome::refused(reply.with_row(row)))
}

/// "再加一双袜子": goods that the order does not hold.
fn names_other_goods(context: &Context<'_>, order: &Order) -> bool {
    let said = context.meaning().is_some_and(|meaning| {
        meaning.entity(crate::domain::EntityKind::Product).is_some()
            || meaning.entity(crate::domain::EntityKind::Category).is_some()
    });
    said && !order.lines.iter().any(|line| is_named(context, line))
}

/// Another colour or size at the same price.
pub(super) async fn variant(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let line = need!(need_line(context, order), chosen.known);
    let Some(product) = context.shop().product(line.product).await? else {
        let reply = Reply::new(ReplyKey::VariantNoneOther).with("title", short(&line.title));
        return Ok(Outcome::refused(reply).by(chosen.known));
    };
    let wanted = need!(need_variant(context, &product, line.variant, line.quantity, false), chosen.known);
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("title", short(&line.title))
            .with("from", &line.variant_label)
            .with("to", wanted.label())
            .with("quantity", line.quantity)
    };
    let change = Change::ChangeVariant { order: order.number.clone(), line: line.id, variant: wanted.id };
    let (listing, done) = (fill(ReplyKey::ChangeVariantConfirm), fill(ReplyKey::ChangeVariantDone));
    let outcome = propose(context, &chosen.known.customer, Proposal { change, listing, done });
    Ok(outcome.by(chosen.known))
}

/// More or fewer pieces of an order that is not paid.
fn quantity(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    let line = need!(need_line(context, order), chosen.known);
    let fill = |key| Reply::new(key).with("order", order_label(context, order)).with("title", short(&line.title));
    let cancel = wish_button(Intent::CancelOrder, order);
    if order.state == OrderState::Paid {
        return Ok(Outcome::refused(fill(ReplyKey::ChangeQuantityPaid).with_row([cancel])).by(chosen.known));
    }
    let wanted = match context.tracker.slot(Slot::Quantity) {
        Some(SlotValue::Number(number)) => u32::try_from(*number).unwrap_or(0),
        _ => {
            let choices: Vec<SlotValue> = (1..=NUMBERS).map(SlotValue::Number).collect();
            let buttons = choices.iter().map(|value| {
                let press = Press::Choose { slot: Slot::Quantity, value: value.clone() };
                Button::new(ReplyKey::LabelQuantity, press).with("quantity", value.to_string())
            });
            let reply = fill(ReplyKey::ChangeQuantityAsk).with("quantity", line.quantity).with_row(buttons);
            return Ok(Outcome::ask(reply, Slot::Quantity, choices).by(chosen.known));
        }
    };
    if wanted == line.quantity {
        let reply = fill(ReplyKey::ChangeQuantitySame).with("quantity", wanted);
        return Ok(Outcome::refused(reply).by(chosen.known));
    }
    // With fewer goods a discount's threshold might be missed.
    let discounted = order.discount > Money::ZERO || order.gift_card > Money::ZERO;
    if wanted == 0 || (wanted < line.quantity && discounted) {
        return Ok(Outcome::refused(fill(ReplyKey::ChangeQuantityDiscounted).with_row([cancel])).by(chosen.known));
    }
    let total = order.total + line.unit_price * (i64::from(wanted) - i64::from(line.quantity));
    let listing = fill(ReplyKey::ChangeQuantityConfirm)
        .with("from", line.quantity)
        .with("to", wanted)
        .with("total", total.to_string());
    let done = fill(ReplyKey::ChangeQuantityDone).with("to", wanted);
    let change = Change::ChangeQuantity { order: order.number.clone(), line: line.id, quantity: wanted };
    let outcome = propose(context, &chosen.known.customer, Proposal { change, listing, done });
    Ok(outcome.by(chosen.known))
}
