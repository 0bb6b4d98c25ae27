//! What of an order may still be claimed: pieces, money, time. The same sums as the guard in `shop::writes`, so that
//! what is listed is what will be taken. Leaves to others: whether it is granted (the abilities, the guard).

use crate::domain::{AfterSale, AfterSaleState, Money, Order, OrderLine, Timestamp};
use crate::shop::PaidBack;

/// Whether a request still counts: it was neither refused nor taken back.
fn counts(request: &AfterSale) -> bool {
    !matches!(request.state, AfterSaleState::Rejected | AfterSaleState::Withdrawn)
}

/// Whether a request is under way.
pub(super) fn is_under_way(request: &AfterSale) -> bool {
    counts(request) && request.state != AfterSaleState::Completed
}

/// Pieces of a line for which nothing was asked yet.
pub(super) fn open_pieces(order: &Order, line: &OrderLine) -> u32 {
    let requests = || order.after_sales.iter().filter(|request| counts(request));
    if requests().any(|request| request.line.is_none()) {
        return 0;
    }
    let asked: u32 = requests().filter(|request| request.line == Some(line.id)).map(|request| request.quantity).sum();
    line.quantity.saturating_sub(asked)
}

/// What was paid for `quantity` pieces of a line: its share of the goods' price after the discount, rounded down.
pub(super) fn paid_share(order: &Order, line: &OrderLine, quantity: u32) -> Money {
    let goods: Money = order.lines.iter().map(|line| line.unit_price * i64::from(line.quantity)).sum();
    let paid = order.total - order.shipping_fee;
    let wide = |money: Money| i128::from(money.cents());
    let share = wide(line.unit_price) * i128::from(quantity) * wide(paid) / wide(goods).max(1);
    Money::from_cents(i64::try_from(share).unwrap_or(0))
}

/// What of the order's total has not gone back and is not asked back. `paid_back` holds every payment to the shopper.
pub(super) fn refundable(order: &Order, paid_back: &[PaidBack]) -> Money {
    let paid: Money =
        paid_back.iter().filter(|refund| refund.after_sale.is_none()).map(|refund| refund.refund.amount).sum();
    let asked: Money = order.after_sales.iter().filter(|request| counts(request)).map(|request| request.amount).sum();
    (order.total - paid - asked).max(Money::ZERO)
}

/// Whether a window of so many days after `from` is open.
pub(super) fn is_open(from: Timestamp, days: u32, now: Timestamp) -> bool {
    from.plus_days(i64::from(days)) > now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::samples::{order, request};
    use crate::domain::{AfterSaleKind, AfterSaleState, OrderLineId, Refund};

    #[test]
    fn pieces_are_claimed_once() {
        let mut order = order(&[(1, 3, 100), (2, 1, 50)]);
        let open = |order: &Order| order.lines.iter().map(|line| open_pieces(order, line)).collect::<Vec<_>>();
        assert_eq!(open(&order), [3, 1]);
        for (line, quantity, state, expected) in [
            (Some(1), 1, AfterSaleState::Requested, [2, 1]),
            (Some(1), 1, AfterSaleState::Withdrawn, [2, 1]),
            (Some(2), 1, AfterSaleState::Completed, [2, 0]),
            (None, 2, AfterSaleState::Rejected, [2, 0]),
            (None, 2, AfterSaleState::Approved, [0, 0]),
        ] {
            order.after_sales.push(request(line.map(OrderLineId), AfterSaleKind::Return, state, quantity, 0));
            assert_eq!(open(&order), expected, "{line:?} {state}");
        }
    }

    #[test]
    fn shares_follow_the_discount_and_never_add_up_to_more() {
        let mut order = order(&[(1, 2, 100), (2, 1, 50)]);
        order.discount = Money::from_yuan(25);
        order.total = Money::from_yuan(225);
        let share = |line: usize, quantity| paid_share(&order, &order.lines[line], quantity);
        assert_eq!(share(0, 1), Money::from_yuan(90));
        assert_eq!(share(1, 1), Money::from_yuan(45));
        assert!(share(0, 2) + share(1, 1) <= order.total);
    }

    #[test]
    fn money_goes_back_once() {
        let mut order = order(&[(1, 2, 100)]);
        order.after_sales.push(request(Some(OrderLineId(1)), AfterSaleKind::Return, AfterSaleState::Refunding, 1, 100));
        let paid = |after_sale| PaidBack {
            refund: Refund {
                amount: Money::from_yuan(5),
                way: "微信支付".to_owned(),
                started_at: Timestamp::from_millis(0),
                arrived_at: None,
            },
            reason: "compensation".to_owned(),
            after_sale,
        };
        assert_eq!(refundable(&order, &[]), Money::from_yuan(100));
        assert_eq!(refundable(&order, &[paid(None)]), Money::from_yuan(95));
        assert_eq!(refundable(&order, &[paid(Some(1))]), Money::from_yuan(100), "its request counts already");
    }

    #[test]
    fn windows_close_to_the_second() {
        let from = Timestamp::from_millis(1_000_000);
        for (days, seconds, expected) in
            [(7, 0, true), (7, 7 * 86_400 - 1, true), (7, 7 * 86_400, false), (0, 0, false)]
        {
            assert_eq!(is_open(from, days, from.plus_seconds(seconds)), expected, "{days} days, {seconds} s");
        }
    }
}
