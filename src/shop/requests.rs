//! Service requests: what staff were asked to change in the merchant's database. Leaves to others: filing them
//! (`writes`), delivering them (`webhook`).

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{moment, optional_moment, parsed};
use super::{Change, Shop, ShopError};
use crate::domain::{CustomerId, OrderNumber, Timestamp};

crate::closed_set! {
    /// Where a request stands.
    RequestState {
        /// Nobody has done it yet.
        Open = "open",
        /// It was done.
        Done = "done",
        /// It will not be done.
        Refused = "refused",
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRequest {
    /// Its number.
    pub id: i64,
    /// Under which it happens once.
    pub key: String,
    /// What kind of change: `cancel_order` …
    pub kind: String,
    /// For whom.
    pub customer: CustomerId,
    /// The order that it is about.
    pub order: Option<OrderNumber>,
    /// What to do.
    pub change: Change,
    /// Where it stands.
    pub state: RequestState,
    /// Since when.
    pub created_at: Timestamp,
    /// How often its delivery was tried.
    pub attempts: u32,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
}

/// The longest wait between two deliveries.
const LONGEST_WAIT_SECONDS: i64 = 3_600;
/// After so many tries a person has to look.
pub const MOST_ATTEMPTS: u32 = 12;

impl Shop {
    /// The requests that nobody has closed, oldest first.
    pub async fn open_requests(&self, limit: u32) -> Result<Vec<ServiceRequest>, ShopError> {
        let rows = sqlx::query("select * from service_requests where state = 'open' order by created_at, id limit ?1")
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(request_from).collect()
    }

    /// The requests whose delivery is due.
    pub async fn due_requests(&self, now: Timestamp, limit: u32) -> Result<Vec<ServiceRequest>, ShopError> {
        let rows = sqlx::query(
            "select * from service_requests where delivered_at is null and state = 'open' and next_attempt_at <= ?1
                 and attempts < ?2 order by id limit ?3",
        )
        .bind(now.millis())
        .bind(MOST_ATTEMPTS)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(request_from).collect()
    }

    /// Notes that a request was delivered.
    pub async fn request_delivered(&self, id: i64, now: Timestamp) -> Result<(), ShopError> {
        sqlx::query(
            "update service_requests set delivered_at = ?2, attempts = attempts + 1, fault = null
             where id = ?1 and delivered_at is null",
        )
        .bind(id)
        .bind(now.millis())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes that a delivery failed; the next try waits twice as long as the one before.
    pub async fn request_failed(&self, request: &ServiceRequest, fault: &str, now: Timestamp) -> Result<(), ShopError> {
        let wait = (5_i64 << request.attempts.min(12)).min(LONGEST_WAIT_SECONDS);
        sqlx::query(
            "update service_requests set attempts = attempts + 1, next_attempt_at = ?2, fault = ?3 where id = ?1",
        )
        .bind(request.id)
        .bind(now.plus_seconds(wait).millis())
        .bind(fault.chars().take(300).collect::<String>())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Closes a request; false where it was closed before.
    pub async fn close_request(
        &self,
        id: i64,
        state: RequestState,
        resolution: &str,
        now: Timestamp,
    ) -> Result<bool, ShopError> {
        let met = sqlx::query(
            "update service_requests set state = ?2, resolution = ?3, closed_at = ?4 where id = ?1 and state = 'open'",
        )
        .bind(id)
        .bind(state.as_str())
        .bind(resolution)
        .bind(now.millis())
        .execute(&self.pool)
        .await?;
        Ok(met.rows_affected() > 0)
    }
}

fn request_from(row: &SqliteRow) -> Result<ServiceRequest, ShopError> {
    let number: Option<&str> = row.try_get("order_number")?;
    Ok(ServiceRequest {
        id: row.try_get("id")?,
        key: row.try_get("key")?,
        kind: row.try_get("kind")?,
        customer: CustomerId(row.try_get("customer_id")?),
        order: number.map(str::parse).transpose().map_err(|error| ShopError::bad_value("order_number", error))?,
        change: serde_json::from_str(row.try_get("change")?).map_err(|error| ShopError::bad_value("change", error))?,
        state: parsed(row, "state")?,
        created_at: moment(row, "created_at")?,
        attempts: super::rows::count(row, "attempts")?,
        delivered_at: optional_moment(row, "delivered_at")?,
    })
}
