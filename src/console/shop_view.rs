//! What the console needs of the shop, as a trait: the console knows no shop. Filled by `app`.

use futures::future::BoxFuture;

use crate::domain::{ConversationId, CustomerId, Order, Receiver, Timestamp};

/// A customer as the staff see them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CustomerCard {
    /// The id.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The phone of the account.
    pub phone: String,
    /// The membership.
    pub level: String,
    /// Points.
    pub points: i64,
    /// Since when.
    pub registered_at: Timestamp,
    /// The address book.
    pub addresses: Vec<Receiver>,
    /// The latest orders, newest first.
    pub orders: Vec<Order>,
}

/// The shop does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShopFault(pub String);

/// The shop as the console sees it.
pub trait ShopView: Send + Sync + 'static {
    /// The customer that a conversation proved to be with; `known` is the one of its events, if they tell of one.
    fn customer<'a>(
        &'a self,
        conversation: &'a ConversationId,
        known: Option<CustomerId>,
    ) -> BoxFuture<'a, Result<Option<CustomerCard>, ShopFault>>;

    /// What must be looked at.
    fn shelves(&self) -> BoxFuture<'_, Result<Vec<Shelf>, ShopFault>>;

    /// The conversations that proved to be with a customer.
    fn conversations(&self, customer: CustomerId) -> BoxFuture<'_, Result<Vec<ConversationId>, ShopFault>>;

    /// Everything that the shop keeps of a customer; none if there is no such customer.
    fn export(&self, customer: CustomerId) -> BoxFuture<'_, Result<Option<serde_json::Value>, ShopFault>>;

    /// Erases a customer but for the record of their orders, which stays under a pseudonym; false if there is none.
    fn erase(&self, customer: CustomerId) -> BoxFuture<'_, Result<bool, ShopFault>>;
}

/// Something of the shop that must be looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shelf {
    /// `low_stock`, `stuck_parcels`, `lockouts`.
    pub name: &'static str,
    /// One line each.
    pub rows: Vec<String>,
}

/// No shop at hand: transcripts without cards.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoShop;

impl ShopView for NoShop {
    fn customer<'a>(
        &'a self,
        _: &'a ConversationId,
        _: Option<CustomerId>,
    ) -> BoxFuture<'a, Result<Option<CustomerCard>, ShopFault>> {
        Box::pin(async { Ok(None) })
    }

    fn shelves(&self) -> BoxFuture<'_, Result<Vec<Shelf>, ShopFault>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn conversations(&self, _: CustomerId) -> BoxFuture<'_, Result<Vec<ConversationId>, ShopFault>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn export(&self, _: CustomerId) -> BoxFuture<'_, Result<Option<serde_json::Value>, ShopFault>> {
        Box::pin(async { Ok(None) })
    }

    fn erase(&self, _: CustomerId) -> BoxFuture<'_, Result<bool, ShopFault>> {
        Box::pin(async { Ok(false) })
    }
}
