//! What somebody of the staff must look at in the shop: goods that run out, parcels that stand still, shoppers who are
//! locked out. Leaves to others: showing it (`console`).

use super::{Shop, ShopError};
use crate::domain::{OrderNumber, Timestamp, TrackingNumber, VariantId};

/// Pieces from which on a variant runs out.
const LOW: i64 = 3;
/// The longest list.
const MOST: i64 = 50;

/// A variant that runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowStock {
    /// Which.
    pub variant: VariantId,
    /// Its product's title, with colour and size.
    pub title: String,
    /// Pieces left.
    pub stock: i64,
}

/// A parcel without news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckParcel {
    /// Its order.
    pub order: OrderNumber,
    /// Its number.
    pub tracking_number: TrackingNumber,
    /// The courier.
    pub courier: String,
    /// When it was last heard of.
    pub last_at: Timestamp,
}

impl Shop {
    /// Variants of goods on the shelf that run out or have run out, the best sellers first.
    pub async fn low_stock(&self) -> Result<Vec<LowStock>, ShopError> {
        let rows: Vec<(i64, String, Option<String>, Option<String>, i64)> = sqlx::query_as(
            "select v.id, p.title, v.colour, v.size, v.stock from variants v join products p on p.id = v.product_id
             where p.on_shelf = 1 and v.stock <= ?1 order by p.sold desc, v.id limit ?2",
        )
        .bind(LOW)
        .bind(MOST)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, title, colour, size, stock)| {
                let looks: Vec<String> = [colour, size].into_iter().flatten().collect();
                LowStock {
                    variant: VariantId(id),
                    title: format!("{title} {}", looks.join(" ")).trim().to_owned(),
                    stock,
                }
            })
            .collect())
    }

    /// Parcels on their way without news since `since`, the longest first.
    pub async fn stuck_parcels(&self, since: Timestamp) -> Result<Vec<StuckParcel>, ShopError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "select o.number, p.tracking_number, p.courier, max(t.at) as last from parcels p
             join orders o on o.id = p.order_id join track_events t on t.parcel_id = p.id
             where o.state = 'shipped' group by p.id having last < ?1 order by last limit ?2",
        )
        .bind(since.millis())
        .bind(MOST)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(order, tracking, courier, last)| {
                Ok(StuckParcel {
                    order: order.parse().map_err(|error| ShopError::bad_value("number", error))?,
                    tracking_number: tracking
                        .parse()
                        .map_err(|error| ShopError::bad_value("tracking_number", error))?,
                    courier,
                    last_at: Timestamp::from_millis(last),
                })
            })
            .collect()
    }

    /// The scopes (conversations, or all of them together) that may not prove who they are for now, until when.
    pub async fn lockouts(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, ShopError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select scope, locked_until from identity_failures where locked_until > ?1 order by locked_until limit ?2",
        )
        .bind(now.millis())
        .bind(MOST)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(scope, until)| (scope, Timestamp::from_millis(until))).collect())
    }
}
