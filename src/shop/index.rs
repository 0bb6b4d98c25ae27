//! The product text index: FTS5 over words that the segmenter cut, for SQLite itself cannot cut Chinese.
//! Leaves to others: cutting (`nlu` hands the function in), searching ([`super::search`]).

use std::sync::Arc;

use sqlx::{Row, SqliteConnection};

use super::{Shop, ShopError};

/// Cuts a text into words for the index and for searching it. The same one must serve both.
#[derive(Clone)]
pub struct Segmenter(Arc<Cut>);

type Cut = dyn Fn(&str) -> Vec<String> + Send + Sync;

impl Segmenter {
    /// Over a function that cuts, best one that gives compounds and their parts (`蓝牙耳机`, `蓝牙`, `耳机`).
    pub fn new(cut: impl Fn(&str) -> Vec<String> + Send + Sync + 'static) -> Self {
        Segmenter(Arc::new(cut))
    }

    /// The words of `text` that hold a letter, digit or ideograph.
    pub fn words(&self, text: &str) -> Vec<String> {
        let mut words = (self.0)(text);
        words.retain(|word| word.chars().any(char::is_alphanumeric));
        words
    }
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Segmenter")
    }
}

impl Shop {
    /// Makes the text index anew from the products.
    pub async fn index_products(&self) -> Result<(), ShopError> {
        let mut transaction = self.pool.begin().await?;
        index_products(&mut transaction, &self.segmenter).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn index_products(connection: &mut SqliteConnection, segmenter: &Segmenter) -> Result<(), ShopError> {
    let rows = sqlx::query(
        "select p.id, p.title, p.brand, p.category, p.description,
                coalesce((select group_concat(value, ' ' order by position) from product_attributes where product_id = p.id), '') as attributes
         from products p order by p.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("insert into product_search (product_search) values ('delete-all')").execute(&mut *connection).await?;
    for row in rows {
        let cut = |column: &str| -> Result<String, sqlx::Error> {
            Ok(segmenter.words(row.try_get::<&str, _>(column)?).join(" "))
        };
        sqlx::query(
            "insert into product_search (rowid, title, brand, category, attributes, description)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(row.try_get::<i64, _>("id")?)
        .bind(cut("title")?)
        .bind(cut("brand")?)
        .bind(cut("category")?)
        .bind(cut("attributes")?)
        .bind(cut("description")?)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
