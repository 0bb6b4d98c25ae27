//! Returns, exchanges, refunds and repairs: opened within their window and taken back while the goods are here.
//! Leaves to others: approving and finishing them (staff), how much goes back (`actions`; here it is bounded).

use sqlx::Row;

use super::{Found, Step, Write, must_have_met, parsed};
use crate::domain::{AfterSaleKind, Money, OrderLineId, OrderState, Timestamp, VariantId};
use crate::shop::{Change, Effect, Refused};

/// What an after-sales request asks for.
struct Wish<'a> {
    kind: AfterSaleKind,
    line: Option<OrderLineId>,
    quantity: i64,
    reason: &'a str,
    amount: Money,
    exchange_for: Option<VariantId>,
    at_fault: bool,
}

impl Write<'_> {
    pub(super) async fn create_after_sale(&mut self, change: &Change) -> Step<Effect> {
        let Change::CreateAfterSale { order, kind, line, quantity, reason, amount, exchange_for, goods_at_fault } =
            change
        else {
            return Err(Refused::Malformed.into());
        };
        let found = self.found(order).await?;
        let wish = Wish {
            kind: *kind,
            line: *line,
            quantity: i64::from(*quantity),
            reason: reason.trim(),
            amount: *amount,
            exchange_for: *exchange_for,
            at_fault: *goods_at_fault,
        };
        if wish.quantity == 0 || wish.reason.chars().count() > 400 || wish.amount < Money::ZERO {
            return Err(Refused::Malformed.into());
        }
        self.must_be_in_window(&found, &wish).await?;
        self.must_be_pieces(&found, &wish).await?;
        if wish.kind == AfterSaleKind::Return && !wish.at_fault {
            self.must_be_returnable(&found, &wish).await?;
        }
        self.must_be_payable(&found, &wish).await?;
        if wish.kind == AfterSaleKind::Exchange {
            self.reserve_exchange(&found, &wish).await?;
        }
        let id = self.insert_after_sale(&found, &wish).await?;
        Ok(Effect::AfterSale { id })
    }

    async fn must_be_in_window(&mut self, found: &Found, wish: &Wish<'_>) -> Step<()> {
        use OrderState::{Completed, Delivered, InAfterSale, Shipped};
        let states: &[OrderState] = match wish.kind {
            AfterSaleKind::RefundOnly => &[Shipped, Delivered, Completed, InAfterSale],
            AfterSaleKind::Return | AfterSaleKind::Exchange | AfterSaleKind::Repair => {
                &[Delivered, Completed, InAfterSale]
            }
        };
        found.must_be(states)?;
        // Not delivered means that only the refund of a parcel under way is left, which has no window.
        let Some(delivered_at) = found.delivered_at else {
            return match wish.kind {
                AfterSaleKind::RefundOnly => Ok(()),
                _ => Err(Refused::WrongState { state: found.state }.into()),
            };
        };
        let closed_at = match wish.kind {
            AfterSaleKind::Return if !wish.at_fault => delivered_at.plus_days(self.rules.return_days),
            AfterSaleKind::Repair => self.warranty_end(found, wish, delivered_at).await?,
            AfterSaleKind::Exchange if !wish.at_fault => delivered_at.plus_days(self.rules.exchange_days),
            _ => delivered_at.plus_days(self.rules.fault_days),
        };
        if closed_at <= self.now { Err(Refused::WindowClosed { closed_at }.into()) } else { Ok(()) }
    }

    async fn warranty_end(&mut self, found: &Found, wish: &Wish<'_>, delivered_at: Timestamp) -> Step<Timestamp> {
        let months: i64 = sqlx::query_scalar(
            "select coalesce(min(p.warranty_months), 0) from order_lines l join products p on p.id = l.product_id
             where l.order_id = ?1 and (?2 is null or l.id = ?2)",
        )
        .bind(found.id)
        .bind(wish.line.map(|line| line.0))
        .fetch_one(&mut *self.connection)
        .await?;
        // A year is 365 days and a month its twelfth, to the shopper's favour.
        Ok(delivered_at.plus_days((months * 365 + 11) / 12))
    }

    /// No more pieces than were bought, and none twice.
    async fn must_be_pieces(&mut self, found: &Found, wish: &Wish<'_>) -> Step<()> {
        let row = sqlx::query(
            "select coalesce(sum(quantity), 0) as bought,
                 (select count(*) from after_sales a where a.order_id = ?1 and a.line_id is null
                     and a.state not in ('rejected', 'withdrawn')) as whole,
                 (select coalesce(sum(a.quantity), 0) from after_sales a where a.order_id = ?1
                     and (?2 is null or a.line_id = ?2) and a.state not in ('rejected', 'withdrawn')) as asked
             from order_lines where order_id = ?1 and (?2 is null or id = ?2)",
        )
        .bind(found.id)
        .bind(wish.line.map(|line| line.0))
        .fetch_one(&mut *self.connection)
        .await?;
        let (bought, asked): (i64, i64) = (row.try_get("bought")?, row.try_get("asked")?);
        if bought == 0 {
            return Err(Refused::NotFound.into());
        }
        if row.try_get::<i64, _>("whole")? > 0 || asked >= bought {
            return Err(Refused::AlreadyThere.into());
        }
        let left = bought - asked;
        if wish.quantity > left || (wish.line.is_none() && wish.quantity != left) {
            return Err(Refused::TooMany { most: u32::try_from(left).unwrap_or(u32::MAX) }.into());
        }
        Ok(())
    }

    async fn must_be_returnable(&mut self, found: &Found, wish: &Wish<'_>) -> Step<()> {
        let excepted: i64 = sqlx::query_scalar(
            "select count(*) from order_lines l join products p on p.id = l.product_id
             where l.order_id = ?1 and (?2 is null or l.id = ?2) and p.returnable = 0",
        )
        .bind(found.id)
        .bind(wish.line.map(|line| line.0))
        .fetch_one(&mut *self.connection)
        .await?;
        if excepted > 0 { Err(Refused::NotReturnable.into()) } else { Ok(()) }
    }

    async fn must_be_payable(&mut self, found: &Found, wish: &Wish<'_>) -> Step<()> {
        let left = self.refundable(found).await?;
        let most = match (wish.kind, wish.line) {
            (AfterSaleKind::Exchange | AfterSaleKind::Repair, _) => Money::ZERO,
            (_, Some(line)) => self.paid_share(found, line, wish.quantity).await?.min(left),
            // Postage goes back only with goods that never came or are at fault.
            (_, None) if wish.at_fault || found.delivered_at.is_none() => left,
            (_, None) => left.min(found.total - found.shipping_fee),
        };
        if wish.amount > most { Err(Refused::TooMuch { most }.into()) } else { Ok(()) }
    }

    async fn reserve_exchange(&mut self, found: &Found, wish: &Wish<'_>) -> Step<()> {
        let (Some(line), Some(variant)) = (wish.line, wish.exchange_for) else {
            return Err(Refused::Malformed.into());
        };
        let (_, product, _) = self.line(found, line).await?;
        let same: i64 = sqlx::query_scalar("select count(*) from variants where id = ?1 and product_id = ?2")
            .bind(variant.0)
            .bind(product)
            .fetch_one(&mut *self.connection)
            .await?;
        if same == 0 {
            return Err(Refused::NotFound.into());
        }
        self.take_stock(variant, wish.quantity).await
    }

    async fn insert_after_sale(&mut self, found: &Found, wish: &Wish<'_>) -> Step<i64> {
        let id: i64 = sqlx::query_scalar(
            "insert into after_sales (order_id, line_id, kind, state, quantity, reason, amount, exchange_variant_id,
                                      order_state_before, requested_at, updated_at)
             select id, ?3, ?4, 'requested', ?5, ?6, ?7, ?8,
                 coalesce((select order_state_before from after_sales where order_id = orders.id
                     and state not in ('completed', 'rejected', 'withdrawn') order by id limit 1), state), ?9, ?9
             from orders where id = ?1 and customer_id = ?2 and state = ?10
             returning id",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(wish.line.map(|line| line.0))
        .bind(wish.kind.as_str())
        .bind(wish.quantity)
        .bind(wish.reason)
        .bind(wish.amount.cents())
        .bind(wish.exchange_for.map(|variant| variant.0))
        .bind(self.now.millis())
        .bind(found.state.as_str())
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::WrongState { state: found.state })?;
        let met =
            sqlx::query("update orders set state = 'in_after_sale' where id = ?1 and customer_id = ?2 and state = ?3")
                .bind(found.id)
                .bind(self.owner()?.0)
                .bind(found.state.as_str())
                .execute(&mut *self.connection)
                .await?;
        must_have_met(met.rows_affected(), found)?;
        Ok(id)
    }

    pub(super) async fn withdraw_after_sale(&mut self, after_sale: i64) -> Step<Effect> {
        let owner = self.owner()?;
        let row = sqlx::query(
            "select a.order_id, a.quantity, a.exchange_variant_id, a.order_state_before, o.state
             from after_sales a join orders o on o.id = a.order_id where a.id = ?1 and o.customer_id = ?2",
        )
        .bind(after_sale)
        .bind(owner.0)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::NotFound)?;
        let order: i64 = row.try_get("order_id")?;
        let met = sqlx::query(
            "update after_sales set state = 'withdrawn', updated_at = ?3
             where id = ?1 and state in ('requested', 'approved')
                 and order_id in (select id from orders where customer_id = ?2)",
        )
        .bind(after_sale)
        .bind(owner.0)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 {
            return Err(Refused::WrongState { state: parsed(&row, "state")? }.into());
        }
        if let Some(variant) = row.try_get::<Option<i64>, _>("exchange_variant_id")? {
            self.give_stock(VariantId(variant), row.try_get("quantity")?).await?;
        }
        sqlx::query(
            "update orders set state = ?3 where id = ?1 and customer_id = ?2 and state = 'in_after_sale'
                 and not exists (select 1 from after_sales where order_id = ?1
                                 and state not in ('completed', 'rejected', 'withdrawn'))",
        )
        .bind(order)
        .bind(owner.0)
        .bind(row.try_get::<&str, _>("order_state_before")?)
        .execute(&mut *self.connection)
        .await?;
        Ok(Effect::Done)
    }
}
