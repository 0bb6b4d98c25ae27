//! Money and coupons that go back, and what the shop pays: price protection, compensation, cash-back.
//! Leaves to others: deciding on a sum (`actions`); here it is only bounded.

use sqlx::Row;

use super::{Found, Step, Write};
use crate::domain::{Money, OrderLineId, OrderNumber, OrderState};
use crate::shop::{Effect, Refused};

impl Write<'_> {
    /// Notes money on its way back the way it was paid.
    pub(super) async fn send_money(
        &mut self,
        found: &Found,
        after_sale: Option<i64>,
        amount: Money,
        reason: &str,
    ) -> Step<()> {
        sqlx::query(
            "insert into refunds (order_id, after_sale_id, amount, way, reason, started_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(found.id)
        .bind(after_sale)
        .bind(amount.cents())
        .bind(&found.payment_method)
        .bind(reason)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Puts what gift cards paid for the order back onto them.
    pub(super) async fn return_gift_card_money(&mut self, order: i64) -> Step<Money> {
        let rows = sqlx::query(
            "select gift_card_id, -sum(amount) as spent from gift_card_movements
             where order_id = ?1 group by gift_card_id having sum(amount) < 0 order by gift_card_id",
        )
        .bind(order)
        .fetch_all(&mut *self.connection)
        .await?;
        let mut returned = Money::ZERO;
        for row in rows {
            let (card, spent): (i64, i64) = (row.try_get("gift_card_id")?, row.try_get("spent")?);
            self.move_gift_card_money(card, order, spent).await?;
            sqlx::query("update gift_cards set balance = balance + ?2 where id = ?1")
                .bind(card)
                .bind(spent)
                .execute(&mut *self.connection)
                .await?;
            returned += Money::from_cents(spent);
        }
        Ok(returned)
    }

    /// Notes a movement on a gift card; negative when money is spent.
    pub(super) async fn move_gift_card_money(&mut self, card: i64, order: i64, cents: i64) -> Step<()> {
        sqlx::query("insert into gift_card_movements (gift_card_id, order_id, amount, at) values (?1, ?2, ?3, ?4)")
            .bind(card)
            .bind(order)
            .bind(cents)
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Makes the coupons that the order used usable again.
    pub(super) async fn return_coupons(&mut self, order: i64) -> Step<u32> {
        let met = sqlx::query("update customer_coupons set order_id = null, used_at = null where order_id = ?1")
            .bind(order)
            .execute(&mut *self.connection)
            .await?;
        Ok(u32::try_from(met.rows_affected()).unwrap_or(u32::MAX))
    }

    /// What was paid for `quantity` pieces of a line: its share of the goods' price after the discount, rounded down.
    pub(super) async fn paid_share(&mut self, found: &Found, line: OrderLineId, quantity: i64) -> Step<Money> {
        let row = sqlx::query(
            "select unit_price, (select sum(quantity * unit_price) from order_lines where order_id = ?2) as goods
             from order_lines where id = ?1 and order_id = ?2",
        )
        .bind(line.0)
        .bind(found.id)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::NotFound)?;
        let (unit, goods): (i64, i64) = (row.try_get("unit_price")?, row.try_get("goods")?);
        let paid = (found.total - found.shipping_fee).cents();
        let share = i128::from(unit) * i128::from(quantity) * i128::from(paid) / i128::from(goods.max(1));
        Ok(Money::from_cents(i64::try_from(share).unwrap_or(0)))
    }

    /// What of the order's total has not gone back and is not asked back.
    pub(super) async fn refundable(&mut self, found: &Found) -> Step<Money> {
        let gone: i64 = sqlx::query_scalar(
            "select coalesce((select sum(amount) from refunds where order_id = ?1 and after_sale_id is null), 0)
                  + coalesce((select sum(amount) from after_sales
                              where order_id = ?1 and state not in ('rejected', 'withdrawn')), 0)",
        )
        .bind(found.id)
        .fetch_one(&mut *self.connection)
        .await?;
        Ok((found.total - Money::from_cents(gone)).max(Money::ZERO))
    }

    pub(super) async fn protect_price(
        &mut self,
        number: &OrderNumber,
        line: OrderLineId,
        amount: Money,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Paid, OrderState::Shipped, OrderState::Delivered, OrderState::Completed])?;
        let paid_at = found.paid_at.ok_or(Refused::WrongState { state: found.state })?;
        let closed_at = paid_at.plus_days(self.rules.protection_days(paid_at));
        if closed_at <= self.now {
            return Err(Refused::WindowClosed { closed_at }.into());
        }
        let (variant, _, quantity) = self.line(&found, line).await?;
        let lowest: Option<i64> = sqlx::query_scalar(crate::shop::prices::LOWEST_PRICE)
            .bind(variant)
            .bind(paid_at.millis())
            .bind(self.now.millis())
            .fetch_one(&mut *self.connection)
            .await?;
        let paid = self.paid_share(&found, line, quantity).await?;
        let before: i64 =
            sqlx::query_scalar("select coalesce(sum(amount), 0) from price_protections where line_id = ?1")
                .bind(line.0)
                .fetch_one(&mut *self.connection)
                .await?;
        let lowest = lowest.map_or(paid, |price| Money::from_cents(price) * quantity);
        let most = (paid - lowest - Money::from_cents(before)).min(self.refundable(&found).await?);
        if most <= Money::ZERO {
            return Err(Refused::NothingToChange.into());
        }
        if amount <= Money::ZERO || amount > most {
            return Err(Refused::TooMuch { most }.into());
        }
        sqlx::query("insert into price_protections (line_id, amount, at) values (?1, ?2, ?3)")
            .bind(line.0)
            .bind(amount.cents())
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        self.send_money(&found, None, amount, "price_protection").await?;
        Ok(Effect::Paid { amount, way: found.payment_method })
    }

    pub(super) async fn compensate(&mut self, number: &OrderNumber, amount: Money, reason: &str) -> Step<Effect> {
        let found = self.found(number).await?;
        if found.paid_at.is_none() || found.state == OrderState::Cancelled {
            return Err(Refused::WrongState { state: found.state }.into());
        }
        let before: i64 = sqlx::query_scalar("select coalesce(sum(amount), 0) from compensations where order_id = ?1")
            .bind(found.id)
            .fetch_one(&mut *self.connection)
            .await?;
        let limit = self.rules.most_compensation - Money::from_cents(before);
        let most = limit.min(self.refundable(&found).await?).max(Money::ZERO);
        if amount <= Money::ZERO || amount > most {
            return Err(Refused::TooMuch { most }.into());
        }
        sqlx::query("insert into compensations (order_id, amount, reason, at) values (?1, ?2, ?3, ?4)")
            .bind(found.id)
            .bind(amount.cents())
            .bind(reason)
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        self.send_money(&found, None, amount, "compensation").await?;
        Ok(Effect::Paid { amount, way: found.payment_method })
    }

    pub(super) async fn request_cash_back(&mut self, number: &OrderNumber, amount: Money) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Delivered, OrderState::Completed])?;
        if amount <= Money::ZERO || amount > self.rules.most_cash_back {
            return Err(Refused::TooMuch { most: self.rules.most_cash_back }.into());
        }
        let met = sqlx::query(
            "insert into cash_backs (order_id, amount, requested_at, updated_at)
             select id, ?3, ?4, ?4 from orders
             where id = ?1 and customer_id = ?2 and state in ('delivered', 'completed')
             on conflict (order_id) do nothing",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(amount.cents())
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::AlreadyThere.into()) } else { Ok(Effect::Done) }
    }
}
