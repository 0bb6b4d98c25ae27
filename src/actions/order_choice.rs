//! Which order is meant: the one named, the one in view, the only one that fits, or one of a list of buttons.
//! Leaves to others: what is done with it.

use super::identity::{Known, need_customer};
use super::line_choice::{is_named, names_goods};
use super::show::order_label;
use super::{ActionError, Context, Outcome, Step};
use crate::domain::{Aspect, Button, Event, Order, OrderState, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::VerifiedCustomer;

/// How many orders are offered as buttons.
const OFFERED: u32 = 5;
/// How many orders one answer touches at once.
const MOST_AT_ONCE: u32 = 5;
/// The order slot's text for all that fit.
const ALL: &str = "all";
/// How many orders are searched for goods that were named.
const SEARCHED: u32 = 40;

/// An order of a verified customer, and the events that led to it.
pub(super) struct Chosen {
    /// Who, and what the tracker learned on the way.
    pub known: Known,
    /// Which order.
    pub order: Order,
}

/// The order that the wish is about. `fitting` narrows the offer to orders in these states (all where it is empty);
/// an order that the shopper names is taken in any state, so that the answer can say why it does not fit.
pub(super) async fn need_order(context: &Context<'_>, fitting: &[OrderState]) -> Result<Step<Chosen>, ActionError> {
    let mut known = match need_customer(context).await? {
        Step::Have(known) => known,
        Step::Stop(outcome) => return Ok(Step::Stop(outcome)),
    };
    let customer = known.customer;
    if let Some(SlotValue::Order(number)) = context.tracker.slot(Slot::Order) {
        return Ok(match context.shop().order(&customer, number).await? {
            // An order that is only still in view yields to those that the wish can be about.
            Some(order) if !fits(context, &order, fitting) => {
                let fitting_ones = context.shop().orders_of(&customer, OFFERED, fitting).await?;
                if fitting_ones.is_empty() {
                    return Ok(Step::Have(Chosen { known, order }));
                }
                let outcome = offer_these(context, fitting_ones, fitting, Reply::new(ReplyKey::OrderChoose));
                known.events.push(Event::SlotCleared { slot: Slot::Order });
                Step::Stop(outcome.by(known))
            }
            Some(order) => Step::Have(Chosen { known, order }),
            None => {
                known.events.push(Event::SlotCleared { slot: Slot::Order });
                let reply = Reply::new(ReplyKey::OrderNotFound);
                Step::Stop(offer(context, &customer, fitting, reply).await?.by(known))
            }
        });
    }
    let looked_at = if names_goods(context) { SEARCHED } else { OFFERED };
    let mut orders = context.shop().orders_of(&customer, looked_at, fitting).await?;
    if orders.iter().any(|order| has_named(context, order)) {
        orders.retain(|order| has_named(context, order));
    }
    orders.truncate(usize::try_from(OFFERED).unwrap_or(usize::MAX));
    if orders.len() == 1 {
        let order = orders.remove(0);
        known.events.push(Event::SlotSet { slot: Slot::Order, value: SlotValue::Order(order.number.clone()) });
        return Ok(Step::Have(Chosen { known, order }));
    }
    let outcome = offer_these(context, orders, fitting, Reply::new(ReplyKey::OrderChoose));
    Ok(Step::Stop(outcome.by(known)))
}

/// Several orders of a verified customer, and the events that led to them.
pub(super) struct Several {
    /// Who, and what the tracker learned on the way.
    pub known: Known,
    /// The orders, newest first.
    pub orders: Vec<Order>,
}

/// One order, or all that fit.
pub(super) enum Choice {
    /// One.
    One(Chosen),
    /// All that fit, at least two.
    All(Several),
}

/// The order that the wish is about, or every order in the `fitting` states where all were meant ("都催一下").
pub(super) async fn need_orders(context: &Context<'_>, fitting: &[OrderState]) -> Result<Step<Choice>, ActionError> {
    let chose_all = context.text(Slot::Order) == Some(ALL);
    let names_one = matches!(context.tracker.slot(Slot::Order), Some(SlotValue::Order(_)));
    if chose_all || (context.tracker.aspect() == Some(Aspect::Every) && !names_one) {
        let mut known = match need_customer(context).await? {
            Step::Have(known) => known,
            Step::Stop(outcome) => return Ok(Step::Stop(outcome)),
        };
        let orders = context.shop().orders_of(&known.customer, MOST_AT_ONCE, fitting).await?;
        if orders.len() > 1 {
            // "All" names no order for what comes next.
            known.events.push(Event::SlotCleared { slot: Slot::Order });
            return Ok(Step::Have(Choice::All(Several { known, orders })));
        }
    }
    Ok(match need_order(context, fitting).await? {
        Step::Have(chosen) => Step::Have(Choice::One(chosen)),
        Step::Stop(outcome) => Step::Stop(with_all(outcome)),
    })
}

/// A list of orders with a button for all of them.
fn with_all(mut outcome: Outcome) -> Outcome {
    let all = SlotValue::Text(ALL.to_owned());
    let mut several = false;
    for event in &mut outcome.events {
        match event {
            Event::Asked { question } if question.slot == Slot::Order && question.choices.len() > 1 => {
                question.choices.push(all.clone());
                several = true;
            }
            _ => {}
        }
    }
    if several && let Some(reply) = outcome.replies.last_mut() {
        let press = Press::Choose { slot: Slot::Order, value: all };
        reply.buttons.push(vec![Button::new(ReplyKey::LabelAllOrders, press)]);
    }
    outcome
}

fn has_named(context: &Context<'_>, order: &Order) -> bool {
    order.lines.iter().any(|line| is_named(context, line))
}

fn fits(context: &Context<'_>, order: &Order, fitting: &[OrderState]) -> bool {
    fitting.is_empty() || fitting.contains(&order.state) || context.tracker.named.contains(&Slot::Order)
}

async fn offer(
    context: &Context<'_>,
    customer: &VerifiedCustomer,
    fitting: &[OrderState],
    reply: Reply,
) -> Result<Outcome, ActionError> {
    let orders = context.shop().orders_of(customer, OFFERED, fitting).await?;
    Ok(offer_these(context, orders, fitting, reply))
}

fn offer_these(context: &Context<'_>, orders: Vec<Order>, fitting: &[OrderState], mut reply: Reply) -> Outcome {
    if orders.is_empty() {
        let key = if fitting.is_empty() { ReplyKey::OrderNone } else { ReplyKey::OrderNoneFitting };
        return Outcome::refused(Reply::new(key));
    }
    let mut choices = Vec::with_capacity(orders.len());
    for order in &orders {
        let value = SlotValue::Order(order.number.clone());
        let button = Button::new(ReplyKey::LabelOrder, Press::Choose { slot: Slot::Order, value: value.clone() });
        reply = reply.with_row([button.with("order", order_label(context, order))]);
        choices.push(value);
    }
    Outcome::ask(reply, Slot::Order, choices)
}
