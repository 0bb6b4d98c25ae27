//! Sessions: claim what waits in the inbox and run its turns, at most so many at the same time and one per conversation.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Metrics, RuntimeSettings, TurnFault, TurnHandler};
use crate::channel::Outlet;
use crate::domain::Timestamp;
use crate::store::{ClaimRules, ClaimedInbound, Store};

/// Telegram shows the sign for five seconds.
const TYPING_EVERY: Duration = Duration::from_millis(4500);
/// How long to wait after the database failed.
const AFTER_FAULT: Duration = Duration::from_secs(1);

pub(super) struct Sessions {
    pub store: Store,
    pub settings: Arc<RuntimeSettings>,
    pub handler: Arc<dyn TurnHandler>,
    pub outlets: Vec<Arc<dyn Outlet>>,
    pub metrics: Arc<Metrics>,
}

impl Sessions {
    /// Works until `stop`, then lets the turns under way finish.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let sessions = Arc::new(self);
        let rules =
            ClaimRules { lease_seconds: sessions.settings.lease_seconds, most_tries: sessions.settings.most_tries };
        let mut turns: JoinSet<()> = JoinSet::new();
        while !*stop.borrow() {
            let free = sessions.settings.sessions.max(1).saturating_sub(turns.len());
            let mut wait = None;
            if free > 0 {
                match sessions.store.claim_inbound(free, rules).await {
                    Ok(claimed) => {
                        // Fewer than asked for: nothing more is ready now.
                        if claimed.len() < free {
                            wait = Some(sessions.until_next().await);
                        }
                        for inbound in claimed {
                            let sessions = sessions.clone();
                            turns.spawn(async move { sessions.turn(inbound).await });
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the inbox does not answer");
                        wait = Some(AFTER_FAULT);
                    }
                }
                if wait.is_none() {
                    continue;
                }
            }
            tokio::select! {
                _ = turns.join_next(), if !turns.is_empty() => {}
                () = sessions.store.inbox_signal(), if wait.is_some() => {}
                () = tokio::time::sleep(wait.unwrap_or(AFTER_FAULT)), if wait.is_some() => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        let drained = async { while turns.join_next().await.is_some() {} };
        if tokio::time::timeout(sessions.settings.drain_timeout, drained).await.is_err() {
            tracing::warn!("turns that take too long are left; they are taken up at the next start");
        }
    }

    async fn until_next(&self) -> Duration {
        let most = self.settings.look_every;
        match self.store.next_inbound_at().await {
            Ok(Some(at)) => {
                let millis = u64::try_from(at.millis() - self.store.now().millis()).unwrap_or(0);
                Duration::from_millis(millis.max(1)).min(most)
            }
            _ => most,
        }
    }

    async fn turn(&self, claimed: ClaimedInbound) {
        let waited = self.store.now().millis() - claimed.received_at.millis();
        self.metrics.inbox_seconds.observe(Duration::from_millis(u64::try_from(waited).unwrap_or(0)));
        let begun = Instant::now();
        let outcome = self.watched(&claimed).await;
        self.metrics.turn_seconds.observe(begun.elapsed());
        let key = &claimed.inbound.key;
        let (fault, counts) = match outcome {
            Ok(()) => {
                self.metrics.turns.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Err(TurnFault::Busy(fault)) => (fault, false),
            Err(TurnFault::Failed(fault)) => (fault, true),
        };
        self.metrics.turn_failures.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(%key, tries = claimed.tries, %fault, "a turn failed");
        let wait = if counts { 250 << claimed.tries.clamp(0, 6) } else { 500 };
        let retry_at = Timestamp::from_millis(self.store.now().millis() + wait);
        if let Err(error) = self.store.fail_inbound(&claimed, &fault, counts, retry_at).await {
            tracing::error!(%key, %error, "a failed turn was not noted; its lease will end");
        }
    }

    /// Runs the turn under a time limit, keeps its lease, and shows the typing sign while it takes long.
    async fn watched(&self, claimed: &ClaimedInbound) -> Result<(), TurnFault> {
        let conversation = &claimed.inbound.conversation;
        let outlet = self.outlets.iter().find(|outlet| outlet.channel() == conversation.channel());
        let turn = AssertUnwindSafe(self.handler.turn(&claimed.inbound)).catch_unwind();
        let turn = tokio::time::timeout(self.settings.turn_timeout, turn);
        tokio::pin!(turn);
        let lease = Duration::from_secs(u64::try_from(self.settings.lease_seconds).unwrap_or(1).max(1));
        let mut renew = tokio::time::interval_at(tokio::time::Instant::now() + lease / 3, lease / 3);
        let typing = tokio::time::sleep(self.settings.typing_after);
        tokio::pin!(typing);
        loop {
            tokio::select! {
                outcome = &mut turn => return match outcome {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(_)) => Err(TurnFault::Failed("the turn panicked: this is a bug".to_owned())),
                    Err(_) => Err(TurnFault::Failed("the turn took too long".to_owned())),
                },
                _ = renew.tick() => {
                    let until = self.store.now().plus_seconds(self.settings.lease_seconds);
                    if let Err(error) = self.store.renew_inbound(conversation, until).await {
                        tracing::warn!(%error, "a lease was not prolonged");
                    }
                }
                () = &mut typing, if outlet.is_some() => {
                    if let Some(outlet) = outlet.cloned() {
                        let conversation = conversation.clone();
                        // Beside the turn: a slow sign must not hold up the answer.
                        tokio::spawn(async move { outlet.typing(&conversation).await });
                    }
                    typing.as_mut().reset(tokio::time::Instant::now() + TYPING_EVERY);
                }
            }
        }
    }
}
