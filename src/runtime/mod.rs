//! The workers between the store and the world: sessions take turns out of the inbox, delivery takes messages out of
//! the outbox, schedules do what is due. Leaves to others: what a turn does (`engine`), one try to send (`channel`).

mod delivery;
mod engine;
mod health;
mod inbox;
mod metrics;
mod pacing;
mod schedules;
mod sessions;
mod shutdown;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use engine::restock_notices;
pub use health::{health_router, serve_health};
pub use inbox::StoreInbox;
pub use metrics::Metrics;
pub use pacing::Pacing;
pub use schedules::{Duty, DutyFault};
pub use shutdown::{ShutdownSignal, shutdown_signal};

use crate::channel::Outlet;
use crate::domain::Inbound;
use crate::store::Store;

/// Why a turn did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TurnFault {
    /// Something is overloaded; the same turn will succeed later. It does not count as a failure.
    #[error("overloaded: {0}")]
    Busy(String),
    /// It failed. The reason goes to the log: it must hold nothing that the shopper wrote.
    #[error("{0}")]
    Failed(String),
}

/// Handles one inbound: commits its events, its messages and that it is finished, all at once.
pub trait TurnHandler: Send + Sync + 'static {
    /// Runs the turn. `Ok` means that it is committed.
    fn turn<'a>(&'a self, inbound: &'a Inbound) -> BoxFuture<'a, Result<(), TurnFault>>;
}

/// How the runtime works.
#[derive(Debug, Clone, PartialEq)]
pub struct RuntimeSettings {
    /// Turns at the same time.
    pub sessions: usize,
    /// Messages being sent at the same time, per channel.
    pub senders: usize,
    /// How long a claim holds before another process may take it, in seconds. It is prolonged while a turn runs.
    pub lease_seconds: i64,
    /// After so many failed tries a message is set aside.
    pub most_tries: i64,
    /// A turn that takes longer has failed.
    pub turn_timeout: Duration,
    /// A turn that takes longer shows the typing sign.
    pub typing_after: Duration,
    /// How long a shutdown waits for what is under way.
    pub drain_timeout: Duration,
    /// How often other processes' work is looked for.
    pub look_every: Duration,
    /// How fast is sent.
    pub pacing: Pacing,
    /// The hours in which notices come without a sound, in the shop's time zone, such as 22 to 8.
    pub quiet_hours: (i8, i8),
    /// The shop's time zone.
    pub time_zone: jiff::tz::TimeZone,
    /// Finished rows of inbox and outbox are kept so many days.
    pub keep_days: i64,
}

impl Default for RuntimeSettings {
    fn default() -> Self {
        RuntimeSettings {
            sessions: 4,
            senders: 16,
            lease_seconds: 60,
            most_tries: 5,
            turn_timeout: Duration::from_secs(60),
            typing_after: Duration::from_millis(700),
            drain_timeout: Duration::from_secs(20),
            look_every: Duration::from_millis(500),
            pacing: Pacing::default(),
            quiet_hours: (22, 8),
            time_zone: jiff::tz::TimeZone::UTC,
            keep_days: 30,
        }
    }
}

/// The workers of one process.
pub struct Runtime {
    store: Store,
    settings: Arc<RuntimeSettings>,
    handler: Arc<dyn TurnHandler>,
    outlets: Vec<Arc<dyn Outlet>>,
    duties: Vec<Duty>,
    metrics: Arc<Metrics>,
}

impl Runtime {
    /// Workers over a store that run `handler` and send through `outlets`.
    pub fn new(
        store: Store,
        settings: RuntimeSettings,
        handler: Arc<dyn TurnHandler>,
        outlets: Vec<Arc<dyn Outlet>>,
    ) -> Self {
        Runtime { store, settings: Arc::new(settings), handler, outlets, duties: Vec::new(), metrics: Arc::default() }
    }

    /// With something to do regularly, by one process at a time.
    pub fn with_duty(mut self, duty: Duty) -> Self {
        self.duties.push(duty);
        self
    }

    /// The figures of this process.
    pub fn metrics(&self) -> Arc<Metrics> {
        self.metrics.clone()
    }

    /// Works until `stop` says so, then lets what is under way finish. What an earlier life of this process left
    /// behind is taken up first.
    pub async fn run(mut self, stop: watch::Receiver<bool>) -> Result<(), crate::store::StoreError> {
        let released = self.store.release_leases().await?;
        if released > 0 {
            tracing::info!(released, "taking up what was left");
        }
        let mut workers = JoinSet::new();
        // Sessions drain first: what they commit may still be sent.
        let (drained, sessions_drained) = watch::channel(false);
        let sessions = sessions::Sessions {
            store: self.store.clone(),
            settings: self.settings.clone(),
            handler: self.handler.clone(),
            outlets: self.outlets.clone(),
            metrics: self.metrics.clone(),
        };
        let session_stop = stop.clone();
        workers.spawn(async move {
            sessions.run(session_stop).await;
            // Nobody left to hear it is fine.
            let _ = drained.send(true);
        });
        for outlet in &self.outlets {
            let worker = delivery::DeliveryWorker::new(
                self.store.clone(),
                self.settings.clone(),
                outlet.clone(),
                self.metrics.clone(),
            );
            workers.spawn(worker.run(sessions_drained.clone()));
        }
        self.duties.push(schedules::purging(self.settings.keep_days));
        for duty in std::mem::take(&mut self.duties) {
            workers.spawn(schedules::run(duty, self.store.clone(), stop.clone()));
        }
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker ended by a panic: this is a bug");
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Runtime").field("settings", &self.settings).finish_non_exhaustive()
    }
}
