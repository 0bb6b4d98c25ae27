//! What a variant cost when. Leaves to others: who is paid the difference (`writes`, by the shop's rules).

use super::rows::{moment, money};
use super::{Shop, ShopError};
use crate::domain::{Money, Timestamp, VariantId};

/// A price from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PricePoint {
    /// From then on.
    pub since: Timestamp,
    /// The price.
    pub price: Money,
}

impl Shop {
    /// The price changes of a variant, oldest first.
    pub async fn price_history(&self, variant: VariantId) -> Result<Vec<PricePoint>, ShopError> {
        let rows = sqlx::query("select since, price from price_history where variant_id = ?1 order by since")
            .bind(variant.0)
            .fetch_all(self.asked("price_history"))
            .await?;
        rows.iter().map(|row| Ok(PricePoint { since: moment(row, "since")?, price: money(row, "price")? })).collect()
    }

    /// The lowest price that held at any moment from `from` to `until`; none before the first record.
    pub async fn lowest_price(
        &self,
        variant: VariantId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Money>, ShopError> {
        let cents: Option<i64> = sqlx::query_scalar(LOWEST_PRICE)
            .bind(variant.0)
            .bind(from.millis())
            .bind(until.millis())
            .fetch_one(self.asked("lowest_price"))
            .await?;
        Ok(cents.map(Money::from_cents))
    }
}

/// Variant ?1, from ?2 until ?3: also the price that already held at ?2.
pub(super) const LOWEST_PRICE: &str = "select min(price) from price_history where variant_id = ?1 and since <= ?3
     and since >= coalesce((select max(since) from price_history where variant_id = ?1 and since <= ?2), ?2)";
