//! Placing an order at the prices that were shown. Leaves to others: the basket and its promotions (`actions`).

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{Step, Write};
use crate::domain::{Money, OrderNumber, Timestamp};
use crate::shop::{Change, Effect, OrderItem, Refused, ShopError};

/// The most different things and the most pieces of each in one order.
const MOST_ITEMS: usize = 50;
const MOST_PIECES: u32 = 999;

impl Write<'_> {
    pub(super) async fn place(&mut self, change: &Change) -> Step<Effect> {
        let Change::PlaceOrder {
            items,
            receiver,
            shipping_fee,
            promotion_discount,
            coupon,
            gift_card,
            payment_method,
            remark,
        } = change
        else {
            return Err(Refused::Malformed.into());
        };
        let owner = self.owner()?;
        let bad_item = |item: &OrderItem| item.quantity == 0 || item.quantity > MOST_PIECES;
        if items.is_empty() || items.len() > MOST_ITEMS || items.iter().any(bad_item) {
            return Err(Refused::Malformed.into());
        }
        self.must_reach(&receiver.province).await?;
        let goods: Money = items.iter().map(|item| item.unit_price * i64::from(item.quantity)).sum();
        if *shipping_fee < Money::ZERO || *promotion_discount < Money::ZERO || *promotion_discount > goods {
            return Err(Refused::Malformed.into());
        }
        let (order, number) = self.insert_order(owner.0, receiver, payment_method, remark.as_deref()).await?;
        for (position, item) in items.iter().enumerate() {
            self.insert_line(order, position, item).await?;
        }
        let off = match coupon {
            Some(coupon) => self.use_coupon(order, *coupon, goods - *promotion_discount).await?,
            None => Money::ZERO,
        };
        let discount = *promotion_discount + off;
        let total = goods + *shipping_fee - discount;
        let from_card = match gift_card {
            Some(card) => self.spend_gift_card(order, *card, total).await?,
            None => Money::ZERO,
        };
        let to_pay = total - from_card;
        let paid = to_pay == Money::ZERO;
        sqlx::query(
            "update orders set shipping_fee = ?3, discount = ?4, gift_card = ?5, total = ?6, state = ?7, paid_at = ?8
             where id = ?1 and customer_id = ?2",
        )
        .bind(order)
        .bind(owner.0)
        .bind(shipping_fee.cents())
        .bind(discount.cents())
        .bind(from_card.cents())
        .bind(total.cents())
        .bind(if paid { "paid" } else { "awaiting_payment" })
        .bind(paid.then_some(self.now.millis()))
        .execute(&mut *self.connection)
        .await?;
        Ok(Effect::Placed { order: number, total, to_pay })
    }

    async fn insert_order(
        &mut self,
        owner: i64,
        receiver: &crate::domain::Receiver,
        payment_method: &str,
        remark: Option<&str>,
    ) -> Step<(i64, OrderNumber)> {
        for attempt in 0..20 {
            let number = order_number(self.key, attempt, self.now)?;
            let id: Option<i64> = sqlx::query_scalar(
                "insert into orders (number, customer_id, state, placed_at, shipping_fee, discount, total, payment_method,
                     receiver_name, receiver_phone, province, city, district, street, remark)
                 values (?1, ?2, 'awaiting_payment', ?3, 0, 0, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 on conflict (number) do nothing returning id",
            )
            .bind(number.as_str())
            .bind(owner)
            .bind(self.now.millis())
            .bind(payment_method)
            .bind(&receiver.name)
            .bind(receiver.phone.as_str())
            .bind(&receiver.province)
            .bind(&receiver.city)
            .bind(&receiver.district)
            .bind(&receiver.street)
            .bind(remark)
            .fetch_optional(&mut *self.connection)
            .await?;
            if let Some(id) = id {
                return Ok((id, number));
            }
        }
        Err(ShopError::bad_value("orders.number", "no free number was found for today").into())
    }

    async fn insert_line(&mut self, order: i64, position: usize, item: &OrderItem) -> Step<()> {
        let variant = sqlx::query(
            "select v.price, p.on_shelf from variants v join products p on p.id = v.product_id where v.id = ?1",
        )
        .bind(item.variant.0)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::NotFound)?;
        if !variant.try_get::<bool, _>("on_shelf")? {
            return Err(Refused::OutOfStock { variant: item.variant, left: 0 }.into());
        }
        let price = Money::from_cents(variant.try_get("price")?);
        if price != item.unit_price {
            return Err(Refused::PriceChanged { variant: item.variant, now: price }.into());
        }
        self.take_stock(item.variant, i64::from(item.quantity)).await?;
        sqlx::query(
            "insert into order_lines (order_id, position, product_id, variant_id, title, variant_label, quantity, unit_price)
             select ?1, ?2, p.id, v.id, p.title, coalesce(v.colour || coalesce(' · ' || v.size, ''), v.size, ''), ?4, v.price
             from variants v join products p on p.id = v.product_id where v.id = ?3",
        )
        .bind(order)
        .bind(i64::try_from(position).unwrap_or(0))
        .bind(item.variant.0)
        .bind(item.quantity)
        .execute(&mut *self.connection)
        .await?;
        sqlx::query(
            "insert into interactions (customer_id, product_id, kind, at, order_id)
             select o.customer_id, v.product_id, 'buy', ?3, o.id from orders o, variants v where o.id = ?1 and v.id = ?2",
        )
        .bind(order)
        .bind(item.variant.0)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Marks the coupon as used by the order and gives what it takes off.
    async fn use_coupon(&mut self, order: i64, piece: i64, basket: Money) -> Step<Money> {
        let row = sqlx::query(
            "select c.kind, c.amount, c.percent, c.threshold,
                 case when c.category is null then ?4 else min(?4, coalesce((select sum(l.quantity * l.unit_price)
                     from order_lines l join products p on p.id = l.product_id
                     where l.order_id = ?5 and p.category = c.category), 0)) end as basket
             from customer_coupons cc join coupons c on c.id = cc.coupon_id
             where cc.id = ?1 and cc.customer_id = ?2 and cc.order_id is null and c.valid_from <= ?3 and c.valid_until > ?3",
        )
        .bind(piece)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .bind(basket.cents())
        .bind(order)
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::CouponUnusable)?;
        let basket = Money::from_cents(row.try_get("basket")?);
        if basket < Money::from_cents(row.try_get("threshold")?) {
            return Err(Refused::CouponUnusable.into());
        }
        let off = match row.try_get::<&str, _>("kind")? {
            "percent" => basket - basket.percent(row.try_get("percent")?),
            _ => Money::from_cents(row.try_get("amount")?).min(basket),
        };
        sqlx::query("update customer_coupons set order_id = ?2, used_at = ?3 where id = ?1 and order_id is null")
            .bind(piece)
            .bind(order)
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        Ok(off)
    }

    /// Pays from a gift card as far as it goes.
    async fn spend_gift_card(&mut self, order: i64, card: i64, total: Money) -> Step<Money> {
        let balance: i64 = sqlx::query_scalar(
            "select balance from gift_cards where id = ?1 and customer_id = ?2 and balance > 0 and expires_at > ?3",
        )
        .bind(card)
        .bind(self.owner()?.0)
        .bind(self.now.millis())
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refused::GiftCardUnusable)?;
        let spent = Money::from_cents(balance).min(total);
        sqlx::query("update gift_cards set balance = balance - ?2 where id = ?1 and balance >= ?2")
            .bind(card)
            .bind(spent.cents())
            .execute(&mut *self.connection)
            .await?;
        self.move_gift_card_money(card, order, -spent.cents()).await?;
        Ok(spent)
    }
}

/// The day in Shanghai and eight digits that cannot be guessed from the order before.
fn order_number(key: &str, attempt: u32, now: Timestamp) -> Step<OrderNumber> {
    let day = now.date(&jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).strftime("%Y%m%d").to_string();
    let digest = Sha256::digest(format!("{key}/{attempt}/{}", now.millis()));
    let tail = digest.iter().take(7).fold(0_u64, |tail, byte| tail << 8 | u64::from(*byte)) % 100_000_000;
    format!("{day}{tail:08}").parse().map_err(|error| ShopError::bad_value("orders.number", error).into())
}
