//! Customers and their addresses. Leaves to others: proving who somebody is ([`Gateway`](crate::shop::Gateway)).

use super::orders::receiver_from;
use super::statement::Arguments;
use super::{MappedShop, Need, Row};
use crate::domain::{CustomerId, Phone, Timestamp};
use crate::shop::{Address, Customer, ShopError, VerifiedCustomer};

impl MappedShop {
    /// See [`Shop::customer_by_id`](crate::shop::Shop::customer_by_id).
    pub async fn customer_by_id(&self, id: CustomerId) -> Result<Option<Customer>, ShopError> {
        let found = self.ask(Need::Customer, Arguments::from([("customer", id.0.into())]), customer_from).await?;
        Ok(found.into_iter().find(|customer| customer.id == id))
    }

    /// See [`Shop::customer_by_phone`](crate::shop::Shop::customer_by_phone). Two customers with one phone are none.
    pub async fn customer_by_phone(&self, phone: &Phone) -> Result<Option<Customer>, ShopError> {
        let arguments = Arguments::from([("phone", phone.as_str().into())]);
        let mut found = self.ask(Need::CustomerByPhone, arguments, customer_from).await?;
        found.retain(|customer| customer.phone == *phone);
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// See [`Shop::addresses`](crate::shop::Shop::addresses).
    pub async fn addresses(&self, customer: &VerifiedCustomer) -> Result<Vec<Address>, ShopError> {
        let arguments = Arguments::from([("customer", customer.id().0.into())]);
        let mut addresses = self
            .ask(Need::Addresses, arguments, |row| {
                Ok(Address {
                    id: row.integer("id")?,
                    receiver: receiver_from(row)?,
                    is_default: row.flag_or("is_default", false)?,
                })
            })
            .await?;
        addresses.sort_by_key(|address| (!address.is_default, address.id));
        Ok(addresses)
    }
}

fn customer_from(row: Row<'_>) -> Result<Customer, ShopError> {
    Ok(Customer {
        id: CustomerId(row.integer("id")?),
        name: row.text_or_empty("name")?,
        phone: row.phone("phone")?,
        gender: row.named("gender", "gender")?,
        age_group: row.optional_text("age_group")?,
        level: row.named("level", "level")?.unwrap_or_default(),
        points: row.optional_integer("points")?.unwrap_or(0),
        registered_at: row.optional_moment("registered_at")?.unwrap_or(Timestamp::from_millis(0)),
    })
}
