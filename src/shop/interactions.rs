//! What customers did with products, for the recommender. Leaves to others: learning from it.

use futures::{Stream, StreamExt};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{moment, parsed};
use super::{Shop, ShopError};
use crate::domain::{CustomerId, Interaction, ProductId, Timestamp};

impl Shop {
    /// Every interaction, oldest first, row by row.
    pub fn interactions(&self) -> impl Stream<Item = Result<Interaction, ShopError>> + Send + '_ {
        sqlx::query("select customer_id, product_id, kind, rating, at from interactions order by at, id")
            .fetch(&self.pool)
            .map(|row| interaction_from(&row?))
    }

    /// The latest interactions of one customer, newest first.
    pub async fn interactions_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Interaction>, ShopError> {
        let rows = sqlx::query(
            "select customer_id, product_id, kind, rating, at from interactions
             where customer_id = ?1 order by at desc, id desc limit ?2",
        )
        .bind(customer.0)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(interaction_from).collect()
    }

    /// Every interaction since `since`, oldest first: what a trained model has not seen yet.
    pub async fn interactions_since(&self, since: Timestamp, limit: u32) -> Result<Vec<Interaction>, ShopError> {
        let rows = sqlx::query(
            "select customer_id, product_id, kind, rating, at from interactions where at > ?1 order by at, id limit ?2",
        )
        .bind(since.millis())
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(interaction_from).collect()
    }
}

fn interaction_from(row: &SqliteRow) -> Result<Interaction, ShopError> {
    let rating: Option<i64> = row.try_get("rating")?;
    Ok(Interaction {
        customer: CustomerId(row.try_get("customer_id")?),
        product: ProductId(row.try_get("product_id")?),
        kind: parsed(row, "kind")?,
        rating: rating.and_then(|stars| u8::try_from(stars).ok()),
        at: moment(row, "at")?,
    })
}
