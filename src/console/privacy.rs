//! A customer's data: everything as one file, and erasure. The deeds are in the audit without anything of the customer
//! but the number. Leaves to others: what is kept where (`store`, the shop).

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::learn::download;
use super::state::Staff;
use super::{Console, ConsoleError, ShopFault};
use crate::domain::{CustomerId, Permission};
use crate::store::console::AuditDeed;

fn silent(error: ShopFault) -> ConsoleError {
    tracing::error!(%error, "the shop does not answer the console");
    ConsoleError::Bad("the shop does not answer".to_owned())
}

impl Console {
    /// Everything that is kept of a customer; none if there is no such customer.
    pub async fn export_customer(&self, customer: CustomerId) -> Result<Option<serde_json::Value>, ConsoleError> {
        let Some(shop) = self.shop.export(customer).await.map_err(silent)? else { return Ok(None) };
        let also = self.shop.conversations(customer).await.map_err(silent)?;
        let ids = self.store.conversations_with(customer, &also).await?;
        let conversations = self.store.export_conversations(&ids).await?;
        Ok(Some(serde_json::json!({ "customer": customer, "shop": shop, "conversations": conversations })))
    }

    /// Erases a customer: conversations with all that hangs on them, and the shop's data but for the pseudonymous
    /// record of orders. The database is written anew. Returns how many conversations went; none without customer.
    pub async fn erase_customer(&self, customer: CustomerId) -> Result<Option<usize>, ConsoleError> {
        let also = self.shop.conversations(customer).await.map_err(silent)?;
        let ids = self.store.conversations_with(customer, &also).await?;
        if !self.shop.erase(customer).await.map_err(silent)? {
            return Ok(None);
        }
        self.store.erase_conversations(&ids).await?;
        self.store.forget_searches().await?;
        self.store.scrub().await?;
        Ok(Some(ids.len()))
    }
}

/// The customer's file.
pub(super) async fn export(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(customer): Path<i64>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ExportCustomer)?;
    let data = console.export_customer(CustomerId(customer)).await?.ok_or(ConsoleError::NotFound)?;
    console.store.record(staff.login(), AuditDeed::Exported, &format!("customer {customer}"), "").await?;
    let text = serde_json::to_string_pretty(&data).map_err(|error| ConsoleError::Bad(error.to_string()))?;
    Ok(download(&format!("customer-{customer}.json"), "application/json", text))
}

/// The customer's number once more.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Erase {
    again: String,
}

/// Erases a customer whose number was typed once more.
pub(super) async fn erase(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(customer): Path<i64>,
    Form(form): Form<Erase>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::EraseCustomer)?;
    if form.again.trim() != customer.to_string() {
        return Err(ConsoleError::Bad("type the customer's number to confirm".to_owned()));
    }
    let gone = console.erase_customer(CustomerId(customer)).await?.ok_or(ConsoleError::NotFound)?;
    let detail = format!("{gone} conversations");
    console.store.record(staff.login(), AuditDeed::Erased, &format!("customer {customer}"), &detail).await?;
    Ok(Redirect::to("/conversations").into_response())
}
