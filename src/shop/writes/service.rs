//! Invoices, cases, notices, installation, behaviour and the wish to be forgotten.
//! Leaves to others: issuing invoices and answering cases (staff), sending notices (`runtime`).

use super::{Step, Write};
use crate::domain::{
    ConversationId, InteractionKind, OrderLineId, OrderNumber, OrderState, ProductId, Timestamp, VariantId,
};
use crate::shop::{Effect, Refused};

impl Write<'_> {
    pub(super) async fn request_invoice(
        &mut self,
        number: &OrderNumber,
        title: &str,
        tax_number: Option<&str>,
        email: Option<&str>,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        must_be_invoice_texts(title, tax_number, email)?;
        // What a gift card paid was invoiced when the card was bought.
        let met = sqlx::query(
            "insert into invoices (order_id, title, tax_number, email, amount, requested_at)
             select id, ?3, ?4, ?5, total - gift_card, ?6 from orders
             where id = ?1 and customer_id = ?2 and paid_at is not null and state not in ('cancelled', 'refunded')
             on conflict (order_id) do nothing",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(title.trim())
        .bind(tax_number)
        .bind(email)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() > 0 {
            return Ok(Effect::Done);
        }
        let there: i64 = sqlx::query_scalar("select count(*) from invoices where order_id = ?1")
            .bind(found.id)
            .fetch_one(&mut *self.connection)
            .await?;
        Err(if there > 0 { Refused::AlreadyThere } else { Refused::WrongState { state: found.state } }.into())
    }

    pub(super) async fn change_invoice(
        &mut self,
        number: &OrderNumber,
        title: &str,
        tax_number: Option<&str>,
        email: Option<&str>,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        must_be_invoice_texts(title, tax_number, email)?;
        if matches!(found.state, OrderState::Cancelled | OrderState::Refunded) {
            return Err(Refused::WrongState { state: found.state }.into());
        }
        let there: i64 = sqlx::query_scalar("select count(*) from invoices where order_id = ?1")
            .bind(found.id)
            .fetch_one(&mut *self.connection)
            .await?;
        if there == 0 {
            return Err(Refused::NotFound.into());
        }
        let met = sqlx::query(
            "update invoices set title = ?3, tax_number = ?4, email = coalesce(?5, email), requested_at = ?6, issued_at = null
             where order_id in (select id from orders where id = ?1 and customer_id = ?2)
                 and not (title = ?3 and tax_number is ?4 and email is coalesce(?5, email))",
        )
        .bind(found.id)
        .bind(self.owner()?.0)
        .bind(title.trim())
        .bind(tax_number)
        .bind(email)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::NothingToChange.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn book_installation(
        &mut self,
        number: &OrderNumber,
        line: OrderLineId,
        day: jiff::civil::Date,
        afternoon: bool,
    ) -> Step<Effect> {
        let found = self.found(number).await?;
        found.must_be(&[OrderState::Paid, OrderState::Shipped, OrderState::Delivered, OrderState::Completed])?;
        let (_, product, _) = self.line(&found, line).await?;
        let installed: bool = sqlx::query_scalar("select needs_installation from products where id = ?1")
            .bind(product)
            .fetch_one(&mut *self.connection)
            .await?;
        if !installed {
            return Err(Refused::NothingToChange.into());
        }
        if day <= self.now.date(&jiff::tz::TimeZone::fixed(jiff::tz::offset(8))) {
            return Err(Refused::Malformed.into());
        }
        sqlx::query(
            "insert into installations (order_id, line_id, day, half, booked_at) values (?1, ?2, ?3, ?4, ?5)
             on conflict (line_id) do update set day = ?3, half = ?4, booked_at = ?5",
        )
        .bind(found.id)
        .bind(line.0)
        .bind(day.to_string())
        .bind(if afternoon { "afternoon" } else { "morning" })
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        Ok(Effect::Done)
    }

    pub(super) async fn open_case(
        &mut self,
        conversation: &ConversationId,
        kind: &str,
        summary: &str,
        order: Option<&OrderNumber>,
        promised_at: Timestamp,
    ) -> Step<Effect> {
        // Elsewhere the owner was asked there for the order that this turn read.
        let elsewhere = order.filter(|_| self.rules.orders_elsewhere).map(OrderNumber::as_str);
        let order = match order.filter(|_| !self.rules.orders_elsewhere) {
            Some(number) => Some(self.found(number).await?.id),
            None => None,
        };
        if kind.is_empty() || promised_at < self.now {
            return Err(Refused::Malformed.into());
        }
        let id: Option<i64> = sqlx::query_scalar(
            "insert into cases (customer_id, conversation_id, order_id, kind, summary, opened_at, promised_at, order_number)
             select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
             where not exists (select 1 from cases where conversation_id = ?2 and order_id is ?3 and order_number is ?8
                               and kind = ?4 and state = 'open')
             returning id",
        )
        .bind(self.owner.map(|owner| owner.0))
        .bind(conversation.to_string())
        .bind(order)
        .bind(kind)
        .bind(summary.chars().take(500).collect::<String>())
        .bind(self.now.millis())
        .bind(promised_at.millis())
        .bind(elsewhere)
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(Effect::Case { id: id.ok_or(Refused::AlreadyThere)? })
    }

    pub(super) async fn close_case(&mut self, case: i64, resolution: &str) -> Step<Effect> {
        let met = sqlx::query(
            "update cases set state = 'closed', closed_at = ?2, resolution = ?3 where id = ?1 and state = 'open'",
        )
        .bind(case)
        .bind(self.now.millis())
        .bind(resolution)
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::NotFound.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn subscribe(&mut self, conversation: &ConversationId, variant: VariantId) -> Step<Effect> {
        let stock: i64 = sqlx::query_scalar("select stock from variants where id = ?1")
            .bind(variant.0)
            .fetch_optional(&mut *self.connection)
            .await?
            .ok_or(Refused::NotFound)?;
        if stock > 0 {
            return Err(Refused::NothingToChange.into());
        }
        let met = sqlx::query(
            "insert into restock_notices (conversation_id, variant_id, created_at) values (?1, ?2, ?3)
             on conflict (conversation_id, variant_id) where notified_at is null do nothing",
        )
        .bind(conversation.to_string())
        .bind(variant.0)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::AlreadyThere.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn unsubscribe(&mut self, conversation: &ConversationId, variant: VariantId) -> Step<Effect> {
        let met = sqlx::query(
            "delete from restock_notices where conversation_id = ?1 and variant_id = ?2 and notified_at is null",
        )
        .bind(conversation.to_string())
        .bind(variant.0)
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 { Err(Refused::NotFound.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn mark_notified(&mut self, notice: i64) -> Step<Effect> {
        let met = sqlx::query("update restock_notices set notified_at = ?2 where id = ?1 and notified_at is null")
            .bind(notice)
            .bind(self.now.millis())
            .execute(&mut *self.connection)
            .await?;
        if met.rows_affected() == 0 { Err(Refused::NotFound.into()) } else { Ok(Effect::Done) }
    }

    pub(super) async fn record(
        &mut self,
        product: ProductId,
        kind: InteractionKind,
        rating: Option<u8>,
    ) -> Step<Effect> {
        let owner = self.owner()?;
        if (kind == InteractionKind::Rating) != rating.is_some()
            || rating.is_some_and(|stars| !(1..=5).contains(&stars))
        {
            return Err(Refused::Malformed.into());
        }
        // Buying is recorded with the order, and only buyers rate.
        if kind == InteractionKind::Buy {
            return Err(Refused::Malformed.into());
        }
        let met = sqlx::query(
            "insert into interactions (customer_id, product_id, kind, rating, at)
             select ?1, id, ?3, ?4, ?5 from products where id = ?2
                 and (?4 is null or exists (select 1 from interactions i
                      where i.customer_id = ?1 and i.product_id = ?2 and i.kind = 'buy'))",
        )
        .bind(owner.0)
        .bind(product.0)
        .bind(kind.as_str())
        .bind(rating)
        .bind(self.now.millis())
        .execute(&mut *self.connection)
        .await?;
        if met.rows_affected() == 0 {
            return Err(Refused::NotFound.into());
        }
        if let Some(stars) = rating {
            sqlx::query(
                "update products set rating_sum = rating_sum + ?2, rating_count = rating_count + 1 where id = ?1",
            )
            .bind(product.0)
            .bind(stars)
            .execute(&mut *self.connection)
            .await?;
        }
        Ok(Effect::Done)
    }

    pub(super) async fn erase(&mut self) -> Step<Effect> {
        let owner = self.owner()?;
        let statements = [
            "delete from restock_notices where conversation_id in (select conversation_id from bindings where customer_id = ?1)",
            "delete from interactions where customer_id = ?1",
            "delete from addresses where customer_id = ?1",
            "update customers set gender = null, age_group = null where id = ?1",
            "delete from bindings where customer_id = ?1",
        ];
        for statement in statements {
            sqlx::query(statement).bind(owner.0).execute(&mut *self.connection).await?;
        }
        Ok(Effect::Done)
    }
}

/// A company has a tax number of 15 to 20 capital letters and digits; an e-mail has one `@` inside.
fn must_be_invoice_texts(title: &str, tax_number: Option<&str>, email: Option<&str>) -> Step<()> {
    let good_title = !title.trim().is_empty() && title.chars().count() <= 100;
    let good_tax = tax_number.is_none_or(|number| {
        (15..=20).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    });
    let good_email = email.is_none_or(|address| {
        let parts: Vec<&str> = address.split('@').collect();
        parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && address.len() <= 200
    });
    if good_title && good_tax && good_email { Ok(()) } else { Err(Refused::Malformed.into()) }
}
