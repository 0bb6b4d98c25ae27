//! The console over an open store, with the embedded shop at its side. Leaves to others: pages (`console`), the shop.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{demo_clock, open_shop, policy};
use crate::config::Config;
use crate::console::{Console, CustomerCard, NoShop, Shelf, ShopFault, ShopView};
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
        Some(pool) => Arc::new(EmbeddedShop {
            shop: open_shop(pool.clone()).await?,
            clock: clock.clone(),
            stuck_days: i64::from(policy(config)?.shipping.stuck_days),
        }),
        None => Arc::new(NoShop),
    };
    Ok(Console::new(store.clone(), shop, clock, config.time_zone()?)?)
}

struct EmbeddedShop {
    shop: Shop,
    clock: Clock,
    stuck_days: i64,
}

impl EmbeddedShop {
    async fn card(
        &self,
        conversation: &ConversationId,
        known: Option<CustomerId>,
    ) -> Result<Option<CustomerCard>, ShopError> {
        let verified = self.shop.resume(conversation).await?;
        let Some(customer) = verified.as_ref().map(|verified| verified.id()).or(known) else { return Ok(None) };
        let Some(found) = self.shop.customer_by_id(customer).await? else { return Ok(None) };
        // Orders are read as the conversation's verified customer, like everywhere else.
        let (addresses, orders) = match &verified {
            Some(verified) => (self.shop.addresses(verified).await?, self.shop.orders_of(verified, ORDERS, &[]).await?),
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

    fn shelves(&self) -> BoxFuture<'_, Result<Vec<Shelf>, ShopFault>> {
        Box::pin(async move {
            let since = self.clock.now().plus_days(-self.stuck_days);
            let low = self.shop.low_stock().await.map_err(fault)?;
            let stuck = self.shop.stuck_parcels(since).await.map_err(fault)?;
            let low = low.into_iter().map(|one| format!("{} · {}", one.title, one.stock)).collect();
            let now = self.clock.now();
            let stuck = stuck
                .into_iter()
                .map(|one| {
                    let days = now.seconds_since(one.last_at) / 86_400;
                    format!("{} · {} {} · {days} d", one.order, one.courier, one.tracking_number)
                })
                .collect();
            let locked = self.shop.lockouts(now).await.map_err(fault)?;
            // A scope may hold the channel's name of a shopper: only for how long is told.
            let locked = locked.into_iter().map(|(_, until)| format!("{} min", until.seconds_since(now) / 60 + 1));
            Ok(vec![
                Shelf { name: "low_stock", rows: low },
                Shelf { name: "stuck_parcels", rows: stuck },
                Shelf { name: "lockouts", rows: locked.collect() },
            ])
        })
    }

    fn conversations(&self, customer: CustomerId) -> BoxFuture<'_, Result<Vec<ConversationId>, ShopFault>> {
        Box::pin(async move { self.shop.conversations_of(customer).await.map_err(fault) })
    }

    fn export(&self, customer: CustomerId) -> BoxFuture<'_, Result<Option<serde_json::Value>, ShopFault>> {
        Box::pin(async move { self.shop.export_customer(customer).await.map_err(fault) })
    }

    fn erase(&self, customer: CustomerId) -> BoxFuture<'_, Result<bool, ShopFault>> {
        Box::pin(async move { self.shop.erase_customer(customer).await.map_err(fault) })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err gives")]
fn fault(error: ShopError) -> ShopFault {
    ShopFault(error.to_string())
}
