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
}
