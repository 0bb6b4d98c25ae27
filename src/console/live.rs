//! Live pages: one watcher per process looks for changes in the store and tells every open page which conversation
//! looks different; the page fetches that part anew. Nothing private goes over the stream, and nobody hears of a
//! conversation that they may not see.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use tokio::sync::{broadcast, watch};

use super::Console;
use super::state::Staff;
use crate::store::Store;

/// How many changes a slow page may be behind before it reloads all.
const BEHIND: usize = 512;
/// How often other processes' changes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often old changes are forgotten, in looks.
const TIDY_EVERY: u64 = 4 * 60 * 10;

/// A conversation looks different.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Changed {
    number: i64,
    staff: Option<String>,
}

/// The changes of this process's pages.
#[derive(Clone)]
pub(super) struct Live {
    changed: broadcast::Sender<Changed>,
    closed: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Live { changed: broadcast::Sender::new(BEHIND), closed: watch::Sender::new(false) }
    }
}

impl Live {
    /// Ends every stream.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Looks for changes, for as long as the process lives.
    pub async fn watch(self, store: Store) {
        let mut last = store.last_change().await.unwrap_or(0);
        let mut seen: HashSet<i64> = HashSet::new();
        let mut first = true;
        for look in 1_u64.. {
            tokio::select! {
                () = store.change_signal() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if look % TIDY_EVERY == 0
                && let Err(error) = store.tidy_desk().await
            {
                tracing::warn!(%error, "old changes are not forgotten");
            }
            let changes = match store.changes(last).await {
                Ok(changes) => changes,
                Err(error) => {
                    tracing::warn!(%error, "changes cannot be read; trying again");
                    continue;
                }
            };
            let mut told = HashSet::new();
            let known: HashSet<i64> = changes.iter().map(|(id, ..)| *id).collect();
            for (id, number, staff) in changes {
                let is_new = if first { id > last } else { !seen.contains(&id) };
                if is_new && told.insert(number) {
                    // Nobody listening is fine.
                    let _ = self.changed.send(Changed { number, staff });
                }
                last = last.max(id);
            }
            seen = known;
            first = false;
        }
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Live").finish_non_exhaustive()
    }
}

/// The stream of one page.
pub(super) async fn stream(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = console.live.changed.subscribe();
    let closed = console.live.closed.subscribe();
    let sight = staff.sight();
    let events = futures::stream::unfold((changes, closed, true), move |(mut changes, mut closed, opening)| {
        let sight = sight.clone();
        async move {
            if opening {
                return Some((Ok(Event::default().event("open").data("")), (changes, closed, false)));
            }
            loop {
                let changed = tokio::select! {
                    changed = changes.recv() => changed,
                    _ = closed.wait_for(|closed| *closed) => return None,
                };
                let data = match changed {
                    Ok(changed) if sight.sees(changed.staff.as_deref()) => changed.number.to_string(),
                    Ok(_) => continue,
                    // Too far behind: everything may look different.
                    Err(broadcast::error::RecvError::Lagged(_)) => "all".to_owned(),
                    Err(broadcast::error::RecvError::Closed) => return None,
                };
                return Some((Ok(Event::default().event("changed").data(data)), (changes, closed, false)));
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
