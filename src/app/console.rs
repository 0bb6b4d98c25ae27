//! The console over an open store, with the embedded shop at its side. Leaves to others: pages (`console`), the shop.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{demo_clock, open_shop};
use crate::config::Config;
use crate::console::{Console, CustomerCard, NoShop, ShopFault, ShopView};
use crate::domain::{Clock, ConversationId, CustomerId};
use crate::shop::{Shop, ShopError};
use crate::store::Store;

/// How many orders a card shows.
const ORDERS: u32 = 6;

/// A console over the conversations in `store`, on the conversations' clock.
pub async fn console(config: &Config, store: &Store) -> anyhow::Result<Console> {
    let clock = if config.demo { demo_clock(store).await? } else { Clock::System };
    console_with_clock(config, store, clock).await
}

/// The same on a clock that others use too.
pub async fn console_with_clock(config: &Config, store: &Store, clock: Clock) -> anyhow::Result<Console> {
    let shop: Arc<dyn ShopView> = match store.pool() {
        Some(pool) => Arc::new(EmbeddedShop(open_shop(pool.clone()).await?)),
        None => Arc::new(NoShop),
    };
    Ok(Console::new(store.clone(), shop, clock, config.time_zone()?)?)
}

struct EmbeddedShop(Shop);

impl EmbeddedShop {
    async fn card(
        &self,
        conversation: &ConversationId,
        known: Option<CustomerId>,
    ) -> Result<Option<CustomerCard>, ShopError> {
        let verified = self.0.resume(conversation).await?;
        let Some(customer) = verified.as_ref().map(|verified| verified.id()).or(known) else { return Ok(None) };
        let Some(found) = self.0.customer_by_id(customer).await? else { return Ok(None) };
        // Orders are read as the conversation's verified customer, like everywhere else.
        let (addresses, orders) = match &verified {
            Some(verified) => (self.0.addresses(verified).await?, self.0.orders_of(verified, ORDERS, &[]).await?),
            None => (Vec::new(), Vec::new()),
        };
        Ok(Some(CustomerCard {
            id: found.id,
            name: found.name,
            phone: found.phone.to_string(),
            level: found.level,
            points: found.points,
            registered_at: found.registered_at,
            addresses: addresses.into_iter().map(|address| address.receiver).collect(),
            orders,
        }))
    }
}

impl ShopView for EmbeddedShop {
    fn customer<'a>(
        &'a self,
        conversation: &'a ConversationId,
        known: Option<CustomerId>,
    ) -> BoxFuture<'a, Result<Option<CustomerCard>, ShopFault>> {
        Box::pin(async move { self.card(conversation, known).await.map_err(|error| ShopFault(error.to_string())) })
    }
}
