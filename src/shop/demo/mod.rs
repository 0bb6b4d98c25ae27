//! The demo shop: the same goods, people, orders and behaviour on every machine, made from `data/shop` and a seed.
//! All dates count back from [`DEMO_TODAY`]. Chances are integers, for floating point may differ between machines.
//! Leaves to others: reading it (the queries of the shop know nothing of a demo).

mod behaviour;
mod counts;
mod goods;
mod insert;
mod orders;
mod parcels;
mod people;
mod random;
mod shopper;
mod sources;

#[cfg(test)]
pub(super) mod tests;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use counts::DemoCounts;
pub use shopper::DEMO_ORDERS;

use super::{Shop, ShopError};
use crate::domain::{CustomerId, Timestamp};

/// The demo shop's fixed "today": 2026-06-18 10:00 in Shanghai. The clock of a demo runs from here.
pub const DEMO_TODAY: Timestamp = Timestamp::from_millis(1_781_748_000_000);

/// The seed of the shipped demo shop.
pub const DEMO_SEED: u64 = 20_260_618;

/// The demo's own shopper, 林晓, whose orders are made by hand: see [`DEMO_ORDERS`].
pub const DEMO_SHOPPER: CustomerId = CustomerId(1);

/// The phone of the demo's own shopper.
pub const DEMO_PHONE: &str = "19000006688";

/// How much behaviour to make. The goods are always all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSize {
    /// Customers.
    pub customers: usize,
    /// Orders, with those made by hand.
    pub orders: usize,
    /// Interactions.
    pub interactions: usize,
}

impl DemoSize {
    /// The shipped demo shop.
    pub const FULL: DemoSize = DemoSize { customers: 2_000, orders: 10_000, interactions: 80_000 };
    /// Enough for a test, in a fraction of the time.
    pub const SMALL: DemoSize = DemoSize { customers: 60, orders: 240, interactions: 2_000 };
}

impl Shop {
    /// Whether the shop has nothing in it yet.
    pub async fn is_empty(&self) -> Result<bool, ShopError> {
        let any: i64 = sqlx::query_scalar("select exists (select 1 from products) or exists (select 1 from customers)")
            .fetch_one(&self.pool)
            .await?;
        Ok(any == 0)
    }

    /// Fills an empty shop with the demo and its text index, in one transaction.
    pub async fn fill_with_demo(&self, seed: u64, size: DemoSize) -> Result<DemoCounts, ShopError> {
        let world = World::make(seed, size)?;
        let mut transaction = self.begin_write().await?;
        insert::insert(&mut transaction, &world, seed).await?;
        super::index::index_products(&mut transaction, &self.segmenter).await?;
        transaction.commit().await?;
        sqlx::query("analyze").execute(&self.pool).await?;
        self.demo_counts().await
    }
}

/// Everything in the demo shop, before it is written.
struct World {
    sources: sources::Sources,
    goods: goods::Goods,
    people: people::People,
    orders: orders::Orders,
    interactions: Vec<behaviour::Event>,
}

impl World {
    fn make(seed: u64, size: DemoSize) -> Result<Self, ShopError> {
        let sources = sources::Sources::read()?;
        // One stream of chance per part, so that a change in one does not move the others.
        let stream = |number: u64| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(number);
            rng
        };
        let mut goods = goods::Goods::make(&sources, &mut stream(1));
        let mut people = people::People::make(&sources, size.customers, &mut stream(2));
        let by_hand = shopper::orders(&mut goods)?;
        let wanted = size.orders.saturating_sub(by_hand.len());
        let behaviour =
            behaviour::Behaviour::make(&sources, &goods, &people, wanted, &by_hand, size.interactions, &mut stream(3));
        let orders = orders::Orders::make(&sources, &goods, &mut people, &behaviour.baskets, by_hand, &mut stream(4));
        let interactions = behaviour.finish(&orders, size.interactions, &mut stream(5));
        goods.count_sales(&interactions);
        people.register_before(&interactions);
        Ok(World { sources, goods, people, orders, interactions })
    }
}
