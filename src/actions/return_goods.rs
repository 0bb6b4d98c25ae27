//! Goods come back, money goes back:
//!
//! > 顾客: 我要退货
//! > 小二: 是哪一笔订单？ [连衣裙 · 已签收] [耳机 · 已签收]
//! > 顾客: 连衣裙
//! > 小二: 因为什么想退？ [不喜欢/不合适] [质量问题] …
//! > 顾客: 不合适
//! > 小二: 请确认退货：连衣裙（黑 · M）×1，退 129 元，运费由您承担。 [确认] [不了]
//! > 顾客: 确认
//! > 小二: 退货申请已提交，编号 88……
//!
//! One piece of several ("退一件"), one line or the whole order. After the window, or for goods that are excepted from
//! it, the answer says so and what is possible instead. Leaves to others: the guard on window, state and amount
//! (`shop::writes`).

use super::case::open_case;
use super::claims::{is_open, paid_share, refundable};
use super::line_choice::{Part, Reason, ask_one_of, need_part, need_reason};
use super::order_choice::{Chosen, need_order};
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button, with_money_way};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{AfterSaleKind, Button, Intent, Money, Order, OrderState, Product, Reply, ReplyKey, Slot};
use crate::shop::Change;
use crate::shop::policy::{ExceptionTime, Policy};

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Completed]).await?);
    settle(context, chosen).await
}

/// The return of something of an order that is known.
pub(super) async fn settle(context: &Context<'_>, chosen: Chosen) -> Result<Outcome, ActionError> {
    let order = &chosen.order;
    if let Some(outcome) = refused_by_state(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    // Where neither window is open, nothing that could be asked changes the answer.
    if let Some(outcome) = refused_by_window(context, order, false)
        && refused_by_window(context, order, true).is_some()
    {
        return Ok(outcome.by(chosen.known));
    }
    let part = need!(need_part(context, order), chosen.known);
    let reason = need!(need_reason(context), chosen.known);
    let fault = reason.kind.is_fault();
    if let Some(outcome) = refused_by_window(context, order, fault) {
        return Ok(outcome.by(chosen.known));
    }
    // Goods at fault come back and are looked at: neither photo nor exceptions matter.
    if !fault {
        for line in &part.lines {
            let Some(product) = context.shop().product(line.product).await? else { continue };
            match exception(context.policy(), &product, context.text(Slot::Opened)) {
                Exception::None => {}
                Exception::AskWhetherOpened(name) => {
                    let question = Reply::new(ReplyKey::ReturnAskOpened).with("name", name);
                    let question = part.name(question);
                    return Ok(ask_one_of(question, Slot::Opened, "opened", &["yes", "no"]).by(chosen.known));
                }
                Exception::Excepted(name) => {
                    let reply = part.name(Reply::new(ReplyKey::ReturnRefusedException).with("name", name));
                    let row = [wish_button(Intent::QualityIssue, order), human_button()];
                    return Ok(Outcome::refused(reply.with_row(row)).by(chosen.known));
                }
                // The shop's goods say no where its policy says yes: a person looks at the package.
                Exception::ForStaff => {
                    let done = part.name(Reply::new(ReplyKey::ReturnUnopenedCase));
                    return Ok(open_case(context, chosen, Intent::ReturnGoods, done));
                }
            }
        }
    }
    let paid_back = context.shop().paid_back(&chosen.known.customer, &order.number).await?;
    let amount = amount(order, &part, fault, refundable(order, &paid_back));
    Ok(proposed(context, &chosen, &part, &reason, amount).by(chosen.known))
}

fn proposed(context: &Context<'_>, chosen: &Chosen, part: &Part<'_>, reason: &Reason, amount: Money) -> Outcome {
    let (order, policy, fault) = (&chosen.order, context.policy(), reason.kind.is_fault());
    let payer = if fault { policy.returns.postage_for_faults } else { policy.returns.postage_without_reason };
    let fill = |key| {
        with_money_way(part.name(Reply::new(key)), order)
            .with("amount", amount.to_string())
            .with("payer", payer)
            .with("reason", &reason.text)
            .with("approval_hours", policy.refunds.approval_hours)
            .with("send_back_days", policy.returns.send_back_days)
            .with("gift", policy.gifts.returned_with_goods && order.total >= policy.gifts.from)
            .with("address", &policy.returns.address)
    };
    let change = Change::CreateAfterSale {
        order: order.number.clone(),
        kind: AfterSaleKind::Return,
        line: part.line.map(|line| line.id),
        quantity: part.quantity,
        reason: reason.text.clone(),
        amount,
        exchange_for: None,
        goods_at_fault: fault,
    };
    let proposal = Proposal { change, listing: fill(ReplyKey::ReturnConfirm), done: fill(ReplyKey::ReturnDone) };
    propose(context, &chosen.known.customer, proposal)
}

/// What goes back: the part's share of what was paid; the postage only with a whole order at fault.
pub(super) fn amount(order: &Order, part: &Part<'_>, fault: bool, refundable: Money) -> Money {
    match part.line {
        Some(line) => paid_share(order, line, part.quantity).min(refundable),
        None if fault => refundable,
        None => refundable.min(order.total - order.shipping_fee),
    }
}

/// Whether the seven days hold for a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exception<'a> {
    /// They do.
    None,
    /// That depends on whether it was opened.
    AskWhetherOpened(&'a str),
    /// They do not, for goods of this name.
    Excepted(&'a str),
    /// The policy allows it, the goods' own mark does not.
    ForStaff,
}

fn exception<'a>(policy: &'a Policy, product: &'a Product, opened: Option<&str>) -> Exception<'a> {
    match policy.return_exception(&product.category) {
        None if product.returnable => Exception::None,
        None => Exception::Excepted(&product.category),
        Some(rule) if rule.when == ExceptionTime::Always => Exception::Excepted(&rule.name),
        Some(rule) => match opened {
            None => Exception::AskWhetherOpened(&rule.name),
            Some("no") if product.returnable => Exception::None,
            Some("no") => Exception::ForStaff,
            Some(_) => Exception::Excepted(&rule.name),
        },
    }
}

/// The window has closed; what is still possible.
fn refused_by_window(context: &Context<'_>, order: &Order, fault: bool) -> Option<Outcome> {
    let policy = context.policy();
    let delivered = order.delivered_at?;
    let open = |days| is_open(delivered, days, context.now);
    if open(if fault { policy.quality.window_days } else { policy.returns.window_days }) {
        return None;
    }
    let mut row: Vec<Button> = Vec::new();
    if !fault && open(policy.exchanges.window_days) {
        row.push(wish_button(Intent::ExchangeGoods, order));
    }
    if !fault && open(policy.quality.window_days) {
        row.push(wish_button(Intent::QualityIssue, order));
    }
    row.push(wish_button(Intent::WarrantyRepair, order));
    let reply = Reply::new(ReplyKey::ReturnRefusedWindow)
        .with("order", order_label(context, order))
        .with("fault", fault)
        .with("delivered", context.day(delivered))
        .with("window_days", policy.returns.window_days)
        .with("quality_days", policy.quality.window_days)
        .with("quality_open", open(policy.quality.window_days))
        .with_row(row);
    Some(Outcome::refused(reply.with_row([human_button()])))
}

/// What the order's state forbids, with the nearest thing that is possible.
fn refused_by_state(context: &Context<'_>, order: &Order) -> Option<Outcome> {
    let reply = || Reply::new(ReplyKey::ReturnRefusedState).with("order", order_label(context, order));
    match order.state {
        OrderState::Delivered | OrderState::Completed => None,
        OrderState::InAfterSale if order.delivered_at.is_some() => None,
        OrderState::AwaitingPayment | OrderState::Paid => {
            Some(Outcome::refused(reply().with_row([wish_button(Intent::CancelOrder, order)])))
        }
        OrderState::Shipped => Some(Outcome::refused(reply().with_row([wish_button(Intent::Logistics, order)]))),
        OrderState::Cancelled | OrderState::Refunded | OrderState::InAfterSale => {
            Some(Outcome::refused(reply().with_row([wish_button(Intent::RefundStatus, order)])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::samples;
    use crate::domain::ProductId;

    fn product(category: &str, returnable: bool) -> Product {
        Product {
            id: ProductId(1),
            title: String::new(),
            brand: String::new(),
            category: category.to_owned(),
            description: String::new(),
            attributes: Vec::new(),
            on_shelf: true,
            rating_tenths: None,
            sold: 0,
            returnable,
            warranty_months: 0,
            needs_installation: false,
            image: None,
            variants: Vec::new(),
        }
    }

    #[test]
    fn exceptions_follow_category_and_package() {
        let policy = Policy::embedded();
        for (category, returnable, opened, expected) in [
            ("连衣裙", true, None, "None"),
            ("咖啡", true, None, "AskWhetherOpened"),
            ("咖啡", true, Some("no"), "None"),
            ("咖啡", false, Some("no"), "ForStaff"),
            ("咖啡", true, Some("yes"), "Excepted"),
            ("内衣", true, Some("yes"), "Excepted"),
            ("定制", true, Some("no"), "Excepted"),
            ("绿植", false, None, "Excepted"),
        ] {
            let product = product(category, returnable);
            let found = format!("{:?}", exception(&policy, &product, opened));
            assert!(found.starts_with(expected), "{category} {returnable} {opened:?}: {found}");
        }
    }

    #[test]
    fn postage_goes_back_only_with_a_whole_order_at_fault() {
        let mut order = samples::order(&[(1, 2, 50)]);
        order.shipping_fee = Money::from_yuan(8);
        order.total = Money::from_yuan(108);
        let whole = Part { line: None, lines: order.lines.iter().collect(), quantity: 2 };
        let one = Part { line: Some(&order.lines[0]), lines: vec![&order.lines[0]], quantity: 1 };
        for (part, fault, left, expected) in [
            (&whole, true, 108, 108),
            (&whole, false, 108, 100),
            (&whole, false, 90, 90),
            (&one, true, 108, 50),
            (&one, false, 30, 30),
        ] {
            assert_eq!(
                amount(&order, part, fault, Money::from_yuan(left)),
                Money::from_yuan(expected),
                "{fault} {left}"
            );
        }
    }
}
