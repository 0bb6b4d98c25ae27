//! What `xiaoer serve` does regularly for a shop that has a database of its own: reading what changed, delivering service
//! requests. Leaves to others: doing it (`shop::sync`, `shop::webhook`), by one process at a time (`runtime`).

use std::path::PathBuf;
use std::time::Duration;

use crate::app::{relearn_names, retrain};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::engine::Engine;
use crate::runtime::{Duty, DutyFault};
use crate::shop::sync::{self, SetAside};
use crate::shop::webhook::Courier;

/// How often the shop's database is read for what changed.
const SYNC_EVERY: Duration = Duration::from_secs(600);
/// How often service requests are looked for.
const DELIVER_EVERY: Duration = Duration::from_secs(5);

/// The duties of the engine's shop; none for the embedded one.
pub fn shop_duties(engine: &Engine, config: &Config) -> anyhow::Result<Vec<Duty>> {
    let Some(merchant) = engine.services.shop.merchant() else { return Ok(Vec::new()) };
    let place =
        if config.database.contains("://") { config.shop_database.clone() } else { PathBuf::from(&config.database) };
    let set_aside = sync::set_aside_beside(&place);
    let (reading, recommender) = (engine.clone(), config.recommender.clone());
    let mut duties = vec![Duty::new("shop sync", SYNC_EVERY, move |_| {
        Box::pin(round(reading.clone(), set_aside.clone(), recommender.clone()))
    })];
    if let Some(webhook) = &merchant.mapping().webhook {
        let courier = Courier::new(webhook, &|name| std::env::var(name).ok())?;
        let engine = engine.clone();
        duties.push(Duty::new("shop webhook", DELIVER_EVERY, move |_| {
            let (courier, engine) = (courier.clone(), engine.clone());
            Box::pin(async move {
                let delivered = courier.deliver(engine.services.shop.own(), engine.clock.now()).await;
                delivered.map(drop).map_err(|error| DutyFault(error.to_string()))
            })
        }));
    }
    Ok(duties)
}

async fn round(engine: Engine, set_aside: PathBuf, recommender: PathBuf) -> Result<(), DutyFault> {
    let fault = |error: &dyn std::fmt::Display| DutyFault(error.to_string());
    let Some(merchant) = engine.services.shop.merchant() else { return Ok(()) };
    let own = engine.services.shop.own();
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let mut set_aside = SetAside::into(&set_aside);
    let report = sync::sync(merchant, own, &mut set_aside, now, &|_, _| {}).await.map_err(|error| fault(&error))?;
    tracing::info!(products = ?report.products, interactions = ?report.interactions, "the shop was read");
    if report.changes_names() {
        relearn_names(&engine).await.map_err(|error| fault(&format!("{error:#}")))?;
    }
    if report.interactions.stored > 0 {
        retrain(own, &recommender).await.map_err(|error| fault(&format!("{error:#}")))?;
        if let Some(handle) = &engine.services.recommender {
            handle.reload().map_err(|error| fault(&error))?;
        }
    }
    Ok(())
}
