//! What staff and the warehouse decide about a request for after-sales: each step on from the one before it, money and
//! stock with it. Leaves to others: who may decide (the console), asking and taking back (`after_sales`).

use sqlx::Row;

use super::{Found, Step, Write, parsed};
use crate::domain::{AfterSaleKind, AfterSaleState, Money, VariantId};
use crate::shop::{Effect, Refused};

/// Whether a request of this kind may go on from one state to another.
pub(super) fn may_follow(kind: AfterSaleKind, from: AfterSaleState, to: AfterSaleState) -> bool {
    use AfterSaleState::{Approved, Completed, Inspecting, Refunding, Rejected, Requested, ReturnInTransit};
    let pays = matches!(kind, AfterSaleKind::Return | AfterSaleKind::RefundOnly);
    match (from, to) {
        (Requested, Approved) => kind != AfterSaleKind::RefundOnly,
        (Requested, Rejected) => true,
        (Requested, Refunding) => kind == AfterSaleKind::RefundOnly,
        (Approved, ReturnInTransit | Rejected) | (Approved | ReturnInTransit, Inspecting) => {
            kind != AfterSaleKind::RefundOnly
        }
        (Inspecting, Refunding) => pays,
        (Inspecting, Completed) => !pays,
        (Inspecting, Rejected) => true,
        (Refunding, Completed) => pays,
        _ => false,
    }
}

impl Write<'_> {
    pub(super) async fn decide_after_sale(&mut self, id: i64, to: AfterSaleState) -> Step<Effect> {
        let row = sqlx::query(
            "select o.*, a.kind as a_kind, a.state as a_state, a.quantity as a_quantity, a.amount as a_amount,
                 a.exchange_variant_id, a.order_state_before
             from after_sales a join orders o on o.id = a.order_id where a.id = ?1",
        )
        .bind(id)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::NotFound)?;
        let order = Found::read(&row)?;
        let (kind, from): (AfterSaleKind, AfterSaleState) = (parsed(&row, "a_kind")?, parsed(&row, "a_state")?);
        if !may_follow(kind, from, to) {
            return Err(Refused::WrongState { state: order.state }.into());
        }
        let met = sqlx::query("update after_sales set state = ?3, updated_at = ?4 where id = ?1 and state = ?2")
            .bind(id)
            .bind(from.as_str())
            .bind(to.as_str())
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        if met.rows_affected() == 0 {
            return Err(Refused::WrongState { state: order.state }.into());
        }
        let amount = Money::from_cents(row.try_get("a_amount")?);
        match to {
            AfterSaleState::Rejected => {
                if let Some(variant) = row.try_get::<Option<i64>, _>("exchange_variant_id")? {
                    self.give_stock(VariantId(variant), row.try_get("a_quantity")?).await?;
                }
            }
            AfterSaleState::Refunding => self.pay_back(&order, id, amount).await?,
            AfterSaleState::Completed => {
                sqlx::query("update refunds set arrived_at = ?2 where after_sale_id = ?1 and arrived_at is null")
                    .bind(id)
                    .bind(self.now.millis())
                    .execute(&mut *self.connection)
                    .await?;
            }
            _ => {}
        }
        if matches!(to, AfterSaleState::Rejected | AfterSaleState::Completed) {
            self.settle_order(&order, row.try_get("order_state_before")?).await?;
        }
        Ok(match to {
            AfterSaleState::Refunding => Effect::Paid { amount, way: order.payment_method },
            _ => Effect::Done,
        })
    }

    /// Sends the money the way it was paid; what a gift card paid goes back onto it once the other way is used up.
    async fn pay_back(&mut self, order: &Found, after_sale: i64, amount: Money) -> Step<()> {
        let sent: i64 =
            sqlx::query_scalar("select coalesce(sum(amount), 0) from refunds where order_id = ?1 and way <> '礼品卡'")
                .bind(order.id)
                .fetch_one(&mut *self.connection)
                .await?;
        let by_payment = (order.total - order.gift_card - Money::from_cents(sent)).max(Money::ZERO).min(amount);
        if by_payment > Money::ZERO {
            self.send_money(order, Some(after_sale), by_payment, "after_sale").await?;
        }
        let mut rest = (amount - by_payment).cents();
        let cards = sqlx::query(
            "select gift_card_id, -sum(amount) as spent from gift_card_movements
             where order_id = ?1 group by gift_card_id having sum(amount) < 0 order by gift_card_id",
        )
        .bind(order.id)
        .fetch_all(&mut *self.connection)
        .await?;
        for row in cards {
            let (card, spent): (i64, i64) = (row.try_get("gift_card_id")?, row.try_get("spent")?);
            let part = spent.min(rest);
            if part <= 0 {
                continue;
            }
            self.move_gift_card_money(card, order.id, part).await?;
            sqlx::query("update gift_cards set balance = balance + ?2 where id = ?1")
                .bind(card)
                .bind(part)
                .execute(&mut *self.connection)
                .await?;
            sqlx::query(
                "insert into refunds (order_id, after_sale_id, amount, way, reason, started_at, arrived_at)
                 values (?1, ?2, ?3, '礼品卡', 'after_sale', ?4, ?4)",
            )
            .bind(order.id)
            .bind(after_sale)
            .bind(part)
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
            rest -= part;
        }
        // More than was paid: the request was wrong from the beginning, and nothing of this holds.
        if rest > 0 { Err(Refused::TooMuch { most: amount - Money::from_cents(rest) }.into()) } else { Ok(()) }
    }

    /// Nothing is open any more: the order is refunded where all of its money is back, else as it was before.
    async fn settle_order(&mut self, order: &Found, before: &str) -> Step<()> {
        let row = sqlx::query(
            "select (select count(*) from after_sales where order_id = ?1
                        and state not in ('completed', 'rejected', 'withdrawn')) as open,
                 (select coalesce(sum(quantity), 0) from order_lines where order_id = ?1) as bought,
                 (select coalesce(sum(quantity), 0) from after_sales where order_id = ?1
                        and state = 'completed' and kind in ('return', 'refund_only')) as back",
        )
        .bind(order.id)
        .fetch_one(&mut *self.connection)
        .await?;
        let (open, bought, back): (i64, i64, i64) =
            (row.try_get("open")?, row.try_get("bought")?, row.try_get("back")?);
        if open > 0 {
            return Ok(());
        }
        let state = if back >= bought { "refunded" } else { before };
        sqlx::query("update orders set state = ?2 where id = ?1 and state = 'in_after_sale'")
            .bind(order.id)
            .bind(state)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_forward_and_never_back() {
        use AfterSaleState::{Approved, Completed, Inspecting, Refunding, Rejected, Requested};
        for (kind, from, to, expected) in [
            (AfterSaleKind::Return, Requested, Approved, true),
            (AfterSaleKind::Return, Requested, Refunding, false),
            (AfterSaleKind::RefundOnly, Requested, Refunding, true),
            (AfterSaleKind::Return, Inspecting, Refunding, true),
            (AfterSaleKind::Exchange, Inspecting, Refunding, false),
            (AfterSaleKind::Exchange, Inspecting, Completed, true),
            (AfterSaleKind::Return, Refunding, Rejected, false),
            (AfterSaleKind::Return, Completed, Refunding, false),
        ] {
            assert_eq!(may_follow(kind, from, to), expected, "{kind} {from} {to}");
        }
        for kind in AfterSaleKind::ALL {
            for end in [Completed, Rejected, AfterSaleState::Withdrawn] {
                assert!(AfterSaleState::ALL.iter().all(|to| !may_follow(*kind, end, *to)), "{kind} {end}");
            }
        }
    }
}
