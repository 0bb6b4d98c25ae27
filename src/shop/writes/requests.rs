//! A change of an order that is in the merchant's own database and that the mapping does not write: it is written down
//! for staff, once per key. Leaves to others: telling staff (`store`), delivering it (`shop::webhook`).

use super::{Step, Write, kind_of};
use crate::shop::{Change, Effect};

impl Write<'_> {
    pub(super) async fn file_request(&mut self, change: &Change) -> Step<Effect> {
        let owner = self.owner()?;
        let text = serde_json::to_string(change).map_err(|error| crate::shop::ShopError::bad_value("change", error))?;
        let id: i64 = sqlx::query_scalar(
            "insert into service_requests (key, kind, customer_id, order_number, change, created_at, next_attempt_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?6) returning id",
        )
        .bind(self.key)
        .bind(kind_of(change)?)
        .bind(owner.0)
        .bind(change.order().map(|number| number.as_str().to_owned()))
        .bind(text)
        .bind(self.now.millis())
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(Effect::Requested { id })
    }
}
