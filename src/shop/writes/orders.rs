//! Writes to an order that has not left, and the calls to warehouse and courier.
//! Leaves to others: what happens after delivery (`after_sales`).

use sqlx::Row;

use super::{Found, Step, Write, must_have_met};
use crate::domain::{Money, OrderLineId, OrderNumber, OrderState, Receiver, Timestamp, VariantId};
use crate::shop::{Effect, Refused};

/// The states in which an order has not left.
const NOT_LEFT: &[OrderState] = &[OrderState::AwaitingPayment, OrderState::Paid];

impl Write<'_> {
    pub(super) async fn cancel(&mut self, number: &OrderNumber) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(NOT_LEFT)?;
        let met = sqlx::query(
            "update orders set state = 'cancelled', cancelled_at = ?3
             where id = ?1 and customer_id = ?2 and state in ('awaiting_payment', 'paid')",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        must_have_met(met.rows_affected(), &found)?;
        self.release_stock(found.id).await?;
        let gift_card = self.return_gift_card_money(found.id).await?;
        let coupons = self.return_coupons(found.id).await?;
        let refund = if found.paid_at.is_some() { found.total - found.gift_card } else { Money::ZERO };
        if refund > Money::ZERO {
            self.send_money(&found, None, refund, "cancelled").await?;
        }
        Ok(Effect::Cancelled { refund, gift_card, coupons })
    }

    async fn release_stock(&mut self, order: i64) -> Step<()> {
        sqlx::query(
            "update variants set stock = stock
                 + (select sum(quantity) from order_lines where order_id = ?1 and variant_id = variants.id)
             where id in (select variant_id from order_lines where order_id = ?1)",
        )
        .bind(order)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    pub(super) async fn change_address(&mut self, number: &OrderNumber, receiver: &Receiver) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(NOT_LEFT)?;
        let texts = [&receiver.name, &receiver.province, &receiver.city, &receiver.district, &receiver.street];
        if texts.iter().any(|text| text.trim().is_empty() || text.chars().count() > 120) {
            return Err(Refused::Malformed.into());
        }
        self.must_reach(&receiver.province).await?;
        let met = sqlx::query(
            "update orders set receiver_name = ?3, receiver_phone = ?4, province = ?5, city = ?6, district = ?7, street = ?8
             where id = ?1 and customer_id = ?2 and state in ('awaiting_payment', 'paid')
                 and (receiver_name, receiver_phone, province, city, district, street) <> (?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(&receiver.name)
        .bind(receiver.phone.as_str())
        .bind(&receiver.province)
        .bind(&receiver.city)
        .bind(&receiver.district)
        .bind(&receiver.street)
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::NothingToChange.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn must_reach(&mut self, province: &str) -> Step<()> {
        let reachable: Option<bool> = sqlx::query_scalar("select reachable from shipping_regions where province = ?1")
            .bind(province)
            .fetch_optional(&mut *self.connection)
            .await?;
        if reachable == Some(false) { Err(Refused::Unreachable.into()) } else { Ok(()) }
    }

    pub(super) async fn change_variant(
        &mut self,
        number: &OrderNumber,
        line: OrderLineId,
        variant: VariantId,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(NOT_LEFT)?;
        let (old, product, quantity) = self.line(&found, line).await?;
        if old == variant.0 {
            return Err(Refused::NothingToChange.into());
        }
        let wanted = sqlx::query(
            "select w.price, w.stock, (select price from variants where id = ?2) as old_price
             from variants w where w.id = ?1 and w.product_id = ?3",
        )
        .bind(variant.0)
        .bind(old)
        .bind(product)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::NotFound)?;
        let price: i64 = wanted.try_get("price")?;
        if price != wanted.try_get::<i64, _>("old_price")? {
            return Err(Refused::PriceChanged { variant, now: Money::from_cents(price) }.into());
        }
        self.take_stock(variant, quantity).await?;
        self.give_stock(VariantId(old), quantity).await?;
        let met = sqlx::query(
            "update order_lines set variant_id = ?2,
                 variant_label = (select coalesce(colour || coalesce(' · ' || size, ''), size, '') from variants where id = ?2)
             where id = ?1 and order_id in
                 (select id from orders where id = ?3 and customer_id = ?4 and state in ('awaiting_payment', 'paid'))",
        )
        .bind(line.0)
        .bind(variant.0)
        .bind(found.id)
        .bind(self.owner()?.0)
        .execute(&mut *self.connection)
        .await?;
        must_have_met(met.rows_affected(), &found)?;
        Ok(Effect::Done)
    }

    pub(super) async fn change_quantity(
        &mut self,
        number: &OrderNumber,
        line: OrderLineId,
        quantity: u32,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::AwaitingPayment])?;
        let (variant, _, before) = self.line(&found, line).await?;
        let after = i64::from(quantity);
        if after == before {
            return Err(Refused::NothingToChange.into());
        }
        // With fewer goods a coupon's threshold might be missed: such an order is cancelled and placed anew.
        if after == 0 || (after < before && (found.discount > Money::ZERO || found.gift_card > Money::ZERO)) {
            return Err(Refused::Malformed.into());
        }
        if after > before {
            self.take_stock(VariantId(variant), after - before).await?;
        } else {
            self.give_stock(VariantId(variant), before - after).await?;
        }
        sqlx::query("update order_lines set quantity = ?2 where id = ?1 and order_id = ?3")
            .bind(line.0)
            .bind(after)
            .bind(found.id)
            .execute(&mut *self.connection)
            .await?;
        let total: Option<i64> = sqlx::query_scalar(
            "update orders set total =
                 (select sum(quantity * unit_price) from order_lines where order_id = ?1) + shipping_fee - discount
             where id = ?1 and customer_id = ?2 and state = 'awaiting_payment' returning total",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .fetch_optional(&mut *self.connection)
        .await?;
        let total = total.ok_or(Refused::WrongState { state: found.state })?;
        Ok(Effect::Repriced { total: Money::from_cents(total) })
    }

    /// Variant, product and pieces of a line of the order.
    pub(super) async fn line(&mut self, found: &Found, line: OrderLineId) -> Step<(i64, i64, i64)> {
        let row =
            sqlx::query("select variant_id, product_id, quantity from order_lines where id = ?1 and order_id = ?2")
                .bind(line.0)
                .bind(found.id)
                .fetch_optional(&mut *self.connection)
                .await?
                .ok_or(Refused::NotFound)?;
        Ok((row.try_get("variant_id")?, row.try_get("product_id")?, row.try_get("quantity")?))
    }

    /// Takes pieces out of stock; refuses if there are too few.
    pub(super) async fn take_stock(&mut self, variant: VariantId, quantity: i64) -> Step<()> {
        let met = sqlx::query("update variants set stock = stock - ?2 where id = ?1 and stock >= ?2")
            .bind(variant.0)
            .bind(quantity)
            .execute(&mut *self.connection)
            .await?;
        if met.rows_affected() > 0 {
            return Ok(());
        }
        let left: Option<i64> = sqlx::query_scalar("select stock from variants where id = ?1")
            .bind(variant.0)
            .fetch_optional(&mut *self.connection)
            .await?;
        Err(Refused::OutOfStock { variant, left: left.ok_or(Refused::NotFound)? }.into())
    }

    /// Puts pieces back into stock.
    pub(super) async fn give_stock(&mut self, variant: VariantId, quantity: i64) -> Step<()> {
        sqlx::query("update variants set stock = stock + ?2 where id = ?1")
            .bind(variant.0)
            .bind(quantity)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    pub(super) async fn add_remark(&mut self, number: &OrderNumber, remark: &str) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(NOT_LEFT)?;
        let remark = remark.trim();
        if remark.is_empty() {
            return Err(Refused::Malformed.into());
        }
        let met = sqlx::query(
            "update orders set remark = coalesce(remark || '；', '') || ?3
             where id = ?1 and customer_id = ?2 and state in ('awaiting_payment', 'paid')
                 and length(coalesce(remark || '；', '') || ?3) <= ?4",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(remark)
        .bind(self.rules.most_remark_characters)
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 {
            return Err(Refused::TooMany { most: self.rules.most_remark_characters }.into());
        }
        Ok(Effect::Done)
    }

    pub(super) async fn urge_shipping(&mut self, number: &OrderNumber) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Paid])?;
        let hours = self.rules.urge_shipping_hours;
        self.must_be_past(found.shipping_urged_at, hours)?;
        let met = sqlx::query(
            "update orders set shipping_urged_at = ?3 where id = ?1 and customer_id = ?2 and state = 'paid'
                 and coalesce(shipping_urged_at, 0) <= ?4",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .bind(self.now.plus_seconds(-hours * 3600).millis())
        .execute(&mut *self.connection)
        .await?;
        must_have_met(met.rows_affected(), &found)?;
        Ok(Effect::Done)
    }

    pub(super) async fn urge_courier(&mut self, number: &OrderNumber) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Shipped])?;
        let hours = self.rules.urge_courier_hours;
        self.must_be_past(found.courier_urged_at, hours)?;
        let met = sqlx::query(
            "update orders set courier_urged_at = ?3 where id = ?1 and customer_id = ?2 and state = 'shipped'
                 and coalesce(courier_urged_at, 0) <= ?4",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .bind(self.now.plus_seconds(-hours * 3600).millis())
        .execute(&mut *self.connection)
        .await?;
        must_have_met(met.rows_affected(), &found)?;
        Ok(Effect::Done)
    }

    fn must_be_past(&self, last: Option<Timestamp>, hours: i64) -> Step<()> {
        match last.map(|last| last.plus_seconds(hours * 3600)) {
            Some(again_at) if again_at > self.now => Err(Refused::TooSoon { again_at }.into()),
            _ => Ok(()),
        }
    }

    pub(super) async fn confirm_receipt(&mut self, number: &OrderNumber) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Shipped, OrderState::Delivered])?;
        let met = sqlx::query(
            "update orders set state = 'completed', completed_at = ?3, delivered_at = coalesce(delivered_at, ?3)
             where id = ?1 and customer_id = ?2 and state in ('shipped', 'delivered')",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        must_have_met(met.rows_affected(), &found)?;
        Ok(Effect::Done)
    }
}
