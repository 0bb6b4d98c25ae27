//! A customer's data: everything in one export; erased on request, but for the record of their orders, which the law
//! wants kept: it stays under a pseudonym, without name, phone, street or words. Leaves to others: conversations
//! (`store`), asking and confirming (`console`, `cli`).

use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

use super::{Shop, ShopError};
use crate::domain::{ConversationId, CustomerId, Phone};

/// What stands for what was erased.
const ERASED: &str = "已注销";

/// Every table with rows of a customer, and how they are found.
const EXPORT: &[(&str, &str)] = &[
    ("customers", "select * from customers where id = ?1"),
    ("addresses", "select * from addresses where customer_id = ?1"),
    ("bindings", "select * from bindings where customer_id = ?1"),
    ("gift_cards", "select * from gift_cards where customer_id = ?1"),
    (
        "coupons",
        "select u.*, c.title from customer_coupons u join coupons c on c.id = u.coupon_id where u.customer_id = ?1",
    ),
    ("orders", "select * from orders where customer_id = ?1"),
    ("order_lines", "select l.* from order_lines l join orders o on o.id = l.order_id where o.customer_id = ?1"),
    ("parcels", "select p.* from parcels p join orders o on o.id = p.order_id where o.customer_id = ?1"),
    ("after_sales", "select a.* from after_sales a join orders o on o.id = a.order_id where o.customer_id = ?1"),
    ("refunds", "select r.* from refunds r join orders o on o.id = r.order_id where o.customer_id = ?1"),
    ("invoices", "select i.* from invoices i join orders o on o.id = i.order_id where o.customer_id = ?1"),
    ("compensations", "select k.* from compensations k join orders o on o.id = k.order_id where o.customer_id = ?1"),
    ("installations", "select k.* from installations k join orders o on o.id = k.order_id where o.customer_id = ?1"),
    ("cases", "select * from cases where customer_id = ?1"),
    ("interactions", "select * from interactions where customer_id = ?1"),
    ("service_requests", "select * from service_requests where customer_id = ?1"),
    ("applied_changes", "select * from applied_changes where customer_id = ?1"),
];

/// What goes; of customer `?1`.
const DELETE: &[&str] = &[
    "delete from addresses where customer_id = ?1",
    "delete from restock_notices where conversation_id in (select conversation_id from bindings where customer_id = ?1)",
    "delete from applied_changes where customer_id = ?1",
    // They hold addresses; the merchant has those that were delivered.
    "delete from service_requests where customer_id = ?1",
    "delete from identity_failures where scope in \
     (select 'conversation:' || conversation_id from bindings where customer_id = ?1)",
    "delete from bindings where customer_id = ?1",
];

/// What stays without words; `?2` stands for what was erased.
const BLANK: &[&str] = &[
    "update cases set summary = ?2, resolution = null, conversation_id = null where customer_id = ?1",
    "update after_sales set reason = ?2 where order_id in (select id from orders where customer_id = ?1)",
    "update invoices set title = ?2, tax_number = null, email = null \
     where order_id in (select id from orders where customer_id = ?1)",
];

/// What stays under the pseudonym's phone `?3`.
const PSEUDONYM: &[&str] = &[
    "update orders set receiver_name = ?2, receiver_phone = ?3, district = '', street = '', remark = null \
     where customer_id = ?1",
    "update customers set name = ?2, phone = ?3, gender = null, age_group = null where id = ?1",
];

impl Shop {
    /// The conversations that proved to be with a customer.
    pub async fn conversations_of(&self, customer: CustomerId) -> Result<Vec<ConversationId>, ShopError> {
        let ids: Vec<String> = sqlx::query_scalar("select conversation_id from bindings where customer_id = ?1")
            .bind(customer.0)
            .fetch_all(&self.pool)
            .await?;
        ids.into_iter().map(|id| id.parse().map_err(|error| ShopError::bad_value("conversation_id", error))).collect()
    }

    /// Everything that the shop keeps of a customer, table by table; none if there is no such customer.
    pub async fn export_customer(&self, customer: CustomerId) -> Result<Option<serde_json::Value>, ShopError> {
        if self.customer_by_id(customer).await?.is_none() {
            return Ok(None);
        }
        let mut tables = serde_json::Map::new();
        for (table, statement) in EXPORT {
            let rows = sqlx::query(*statement).bind(customer.0).fetch_all(&self.pool).await?;
            let rows = rows.iter().map(row_as_data).collect::<Result<Vec<_>, _>>()?;
            tables.insert((*table).to_owned(), rows.into());
        }
        Ok(Some(tables.into()))
    }

    /// Erases a customer; their orders stay under a pseudonym. False if there is no such customer. The file must be
    /// written anew afterwards, so that nothing is left in free pages.
    pub async fn erase_customer(&self, customer: CustomerId) -> Result<bool, ShopError> {
        if self.customer_by_id(customer).await?.is_none() {
            return Ok(false);
        }
        let mut transaction = self.pool.begin_with("begin immediate").await?;
        sqlx::query("pragma secure_delete = on").execute(&mut *transaction).await?;
        let phone = loop {
            let phone: Phone = format!("199{:08}", rand::random_range(0..100_000_000))
                .parse()
                .map_err(|error| ShopError::bad_value("phone", error))?;
            let taken: Option<i64> = sqlx::query_scalar("select id from customers where phone = ?1")
                .bind(phone.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
            if taken.is_none() {
                break phone;
            }
        };
        for statement in DELETE {
            sqlx::query(*statement).bind(customer.0).execute(&mut *transaction).await?;
        }
        for statement in BLANK {
            sqlx::query(*statement).bind(customer.0).bind(ERASED).execute(&mut *transaction).await?;
        }
        for statement in PSEUDONYM {
            let query = sqlx::query(*statement).bind(customer.0).bind(ERASED).bind(phone.as_str());
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

fn row_as_data(row: &SqliteRow) -> Result<serde_json::Value, ShopError> {
    let mut data = serde_json::Map::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        let value = if raw.is_null() {
            serde_json::Value::Null
        } else {
            match raw.type_info().name() {
                "INTEGER" => row.try_get::<i64, _>(index)?.into(),
                "REAL" => row.try_get::<f64, _>(index)?.into(),
                _ => row.try_get::<String, _>(index)?.into(),
            }
        };
        data.insert(column.name().to_owned(), value);
    }
    Ok(data.into())
}
