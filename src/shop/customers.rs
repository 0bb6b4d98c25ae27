//! Customers and their addresses. Leaves to others: proving who somebody is (`identity`), orders (`orders`).

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{moment, parsed};
use super::{Shop, ShopError, VerifiedCustomer};
use crate::domain::{CustomerId, Phone, Receiver, Timestamp};

/// A customer of the shop.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The phone of the account.
    pub phone: Phone,
    /// 男 or 女, if known.
    pub gender: Option<String>,
    /// `18-24`, `25-34` …, if known.
    pub age_group: Option<String>,
    /// The membership: 普通会员, 银卡会员, 金卡会员.
    pub level: String,
    /// Points.
    pub points: i64,
    /// Since when.
    pub registered_at: Timestamp,
}

/// An address in a customer's book.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// Its id.
    pub id: i64,
    /// Name, phone and place.
    pub receiver: Receiver,
    /// Whether it is taken where nothing else is said.
    pub is_default: bool,
}

impl Shop {
    /// The verified customer's own data.
    pub async fn customer(&self, customer: &VerifiedCustomer) -> Result<Option<Customer>, ShopError> {
        self.customer_by_id(customer.id()).await
    }

    /// Any customer, for staff and for the recommender's features; never for showing to a shopper.
    pub async fn customer_by_id(&self, id: CustomerId) -> Result<Option<Customer>, ShopError> {
        let row = sqlx::query("select * from customers where id = ?1")
            .bind(id.0)
            .fetch_optional(self.asked("customer_by_id"))
            .await?;
        row.as_ref().map(customer_from).transpose()
    }

    /// Any customer by the account's phone, for staff. A shopper proves a phone with `verify_by_contact`.
    pub async fn customer_by_phone(&self, phone: &Phone) -> Result<Option<Customer>, ShopError> {
        let row = sqlx::query("select * from customers where phone = ?1")
            .bind(phone.as_str())
            .fetch_optional(self.asked("customer_by_phone"))
            .await?;
        row.as_ref().map(customer_from).transpose()
    }

    /// The age group of every customer who told it, for learning; never for showing to a shopper.
    pub async fn age_groups(&self) -> Result<BTreeMap<i64, String>, ShopError> {
        let rows = sqlx::query("select id, age_group from customers where age_group is not null")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("age_group")?))).collect()
    }

    /// The customer's address book, the default first.
    pub async fn addresses(&self, customer: &VerifiedCustomer) -> Result<Vec<Address>, ShopError> {
        let rows = sqlx::query("select * from addresses where customer_id = ?1 order by is_default desc, id")
            .bind(customer.id().0)
            .fetch_all(self.asked("addresses"))
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Address {
                    id: row.try_get("id")?,
                    receiver: receiver_from(row)?,
                    is_default: row.try_get("is_default")?,
                })
            })
            .collect()
    }
}

fn customer_from(row: &SqliteRow) -> Result<Customer, ShopError> {
    Ok(Customer {
        id: CustomerId(row.try_get("id")?),
        name: row.try_get("name")?,
        phone: parsed(row, "phone")?,
        gender: row.try_get("gender")?,
        age_group: row.try_get("age_group")?,
        level: row.try_get("level")?,
        points: row.try_get("points")?,
        registered_at: moment(row, "registered_at")?,
    })
}

/// The receiver in the columns that orders and addresses share.
pub(super) fn receiver_from(row: &SqliteRow) -> Result<Receiver, ShopError> {
    Ok(Receiver {
        name: row.try_get("receiver_name")?,
        phone: parsed(row, "receiver_phone")?,
        province: row.try_get("province")?,
        city: row.try_get("city")?,
        district: row.try_get("district")?,
        street: row.try_get("street")?,
    })
}
