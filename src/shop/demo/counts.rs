//! What is in the shop, counted, and a digest of all of it. Leaves to others: printing (`cli`).

use std::fmt::Write;

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Column, Row, ValueRef};

use crate::shop::{Shop, ShopError};

/// How much there is in a shop.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DemoCounts {
    /// Rows by table, in a fixed order.
    pub tables: Vec<(&'static str, i64)>,
    /// Products by category, by name.
    pub products_by_category: Vec<(String, i64)>,
    /// Orders by state.
    pub orders_by_state: Vec<(String, i64)>,
    /// After-sales requests by state.
    pub after_sales_by_state: Vec<(String, i64)>,
    /// Interactions by kind.
    pub interactions_by_kind: Vec<(String, i64)>,
}

/// A table with the statement that counts it and the one that gives all of it in a fixed order.
macro_rules! tables {
    ($($name:literal by $order:literal),+ $(,)?) => {
        &[$(($name, concat!("select count(*) from ", $name), concat!("select * from ", $name, " order by ", $order))),+]
    };
}

const TABLES: &[(&str, &str, &str)] = tables![
    "products" by "id",
    "product_attributes" by "product_id, position",
    "variants" by "id",
    "size_rows" by "size_table_id, position, measure",
    "price_history" by "variant_id, since",
    "promotions" by "id",
    "shipping_regions" by "province",
    "customers" by "id",
    "addresses" by "id",
    "coupons" by "id",
    "customer_coupons" by "id",
    "gift_cards" by "id",
    "gift_card_movements" by "id",
    "orders" by "id",
    "order_lines" by "id",
    "parcels" by "id",
    "track_events" by "parcel_id, position",
    "after_sales" by "id",
    "refunds" by "id",
    "invoices" by "id",
    "interactions" by "id",
];

impl Shop {
    /// Counts what is in the shop.
    pub async fn demo_counts(&self) -> Result<DemoCounts, ShopError> {
        let mut tables = Vec::with_capacity(TABLES.len());
        for (name, count, _) in TABLES {
            tables.push((*name, sqlx::query_scalar(*count).fetch_one(&self.pool).await?));
        }
        let groups = async |sql: &'static str| sqlx::query_as::<_, (String, i64)>(sql).fetch_all(&self.pool).await;
        Ok(DemoCounts {
            tables,
            products_by_category: groups("select category, count(*) from products group by 1 order by 1").await?,
            orders_by_state: groups("select state, count(*) from orders group by 1 order by 1").await?,
            after_sales_by_state: groups("select state, count(*) from after_sales group by 1 order by 1").await?,
            interactions_by_kind: groups("select kind, count(*) from interactions group by 1 order by 1").await?,
        })
    }

    /// The SHA-256 of every row of the shop in a fixed order: equal digests are equal shops.
    pub async fn digest(&self) -> Result<String, ShopError> {
        let mut hasher = Sha256::new();
        for (name, _, all) in TABLES {
            hasher.update(name.as_bytes());
            let mut rows = sqlx::query(*all).fetch(&self.pool);
            let mut line = String::new();
            while let Some(row) = rows.try_next().await? {
                line.clear();
                for column in row.columns() {
                    let place = column.ordinal();
                    let value = row.try_get_raw(place)?;
                    let written = if value.is_null() {
                        write!(line, "\u{1}null")
                    } else if let Ok(number) = row.try_get::<i64, _>(place) {
                        write!(line, "\u{1}{number}")
                    } else {
                        write!(line, "\u{1}{:?}", row.try_get::<&str, _>(place)?)
                    };
                    written.map_err(|error| ShopError::bad_value("digest", error))?;
                }
                line.push('\n');
                hasher.update(line.as_bytes());
            }
        }
        Ok(hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }
}
