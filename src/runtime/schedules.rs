//! What is done regularly, by one process of all at a time.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;

use crate::store::Store;

/// A duty could not be done this time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DutyFault(pub String);

type Work = Box<dyn Fn(Store) -> BoxFuture<'static, Result<(), DutyFault>> + Send + Sync>;

/// Something to do regularly.
pub struct Duty {
    name: &'static str,
    every: Duration,
    work: Work,
}

impl Duty {
    /// A duty with a name of its own.
    pub fn new(
        name: &'static str,
        every: Duration,
        work: impl Fn(Store) -> BoxFuture<'static, Result<(), DutyFault>> + Send + Sync + 'static,
    ) -> Self {
        Duty { name, every, work: Box::new(work) }
    }
}

impl std::fmt::Debug for Duty {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Duty").field("name", &self.name).field("every", &self.every).finish_non_exhaustive()
    }
}

/// Does a duty until `stop`.
pub(super) async fn run(duty: Duty, store: Store, mut stop: watch::Receiver<bool>) {
    // Held a little longer than the pause, so that it stays with whoever has it and passes on if that process dies.
    let office = i64::try_from(duty.every.as_secs()).unwrap_or(i64::MAX / 4000) + 30;
    while !*stop.borrow() {
        match store.hold_office(duty.name, office).await {
            Ok(true) => {
                if let Err(fault) = (duty.work)(store.clone()).await {
                    tracing::warn!(duty = duty.name, %fault, "a duty was not done");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(duty = duty.name, %error, "a duty was not begun"),
        }
        tokio::select! {
            () = tokio::time::sleep(duty.every) => {}
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
}

/// Deletes what is finished and old.
pub(super) fn purging(keep_days: i64) -> Duty {
    Duty::new("purge", Duration::from_secs(3600), move |store| {
        Box::pin(async move {
            let before = store.now().plus_days(-keep_days);
            let rows = store.purge(before).await.map_err(|error| DutyFault(error.to_string()))?;
            if rows > 0 {
                tracing::info!(rows, "purged what is finished and old");
            }
            Ok(())
        })
    })
}
