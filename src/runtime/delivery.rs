//! Delivery: claims what waits in the outbox, sends each message at its moment, and settles what came of it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Metrics, Pacing, RuntimeSettings};
use crate::channel::{Delivery, Outgoing, Outlet};
use crate::domain::{ConversationId, Timestamp};
use crate::engine::NOTICE;
use crate::store::{ClaimedOutbound, SendRules, Settled, Store};

/// How long to wait after the database failed.
const AFTER_FAULT: Duration = Duration::from_secs(1);
/// Two chats that are told to wait within so many milliseconds mean that the whole bot is too fast.
const SCOPE_WINDOW_MILLIS: i64 = 3000;
/// A message that may have arrived is sent again, for a lost one is worse than a double one; not for ever.
const MOST_DOUBTS: i64 = 5;
/// How long nothing is sent after the channel did not let us in, in seconds.
const LOCKED_OUT_SECONDS: i64 = 30;

#[derive(Clone)]
pub(super) struct DeliveryWorker {
    store: Store,
    settings: Arc<RuntimeSettings>,
    outlet: Arc<dyn Outlet>,
    metrics: Arc<Metrics>,
    last_held: Arc<Mutex<Option<(ConversationId, Timestamp)>>>,
}

impl DeliveryWorker {
    pub fn new(store: Store, settings: Arc<RuntimeSettings>, outlet: Arc<dyn Outlet>, metrics: Arc<Metrics>) -> Self {
        DeliveryWorker { store, settings, outlet, metrics, last_held: Arc::default() }
    }

    /// Works until `stop`, then finishes what is under way and sends what may be sent at once.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let rules = SendRules {
            lease_seconds: self.settings.lease_seconds,
            interval_millis: self.settings.pacing.interval_millis(),
        };
        let channel = self.outlet.channel();
        let mut tries: JoinSet<()> = JoinSet::new();
        let mut drain_until = None;
        let mut stopping = false;
        loop {
            stopping |= *stop.borrow();
            if stopping {
                let until = *drain_until.get_or_insert_with(|| Instant::now() + self.settings.drain_timeout);
                let waiting = self.store.next_outbound_at(channel).await.ok().flatten();
                let soon = self.store.now().plus_seconds(2);
                let more = waiting.is_some_and(|at| at <= soon) || !tries.is_empty();
                if !more || Instant::now() >= until {
                    break;
                }
            }
            let free = self.settings.senders.max(1).saturating_sub(tries.len());
            let mut wait = None;
            if free > 0 {
                match self.store.claim_outbound(channel, free, rules).await {
                    Ok(claimed) => {
                        if claimed.len() < free {
                            wait = Some(self.until_next().await);
                        }
                        for outbound in claimed {
                            let worker = self.clone();
                            tries.spawn(async move { worker.attempt(outbound).await });
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the outbox does not answer");
                        wait = Some(AFTER_FAULT);
                    }
                }
                if wait.is_none() {
                    continue;
                }
            }
            tokio::select! {
                _ = tries.join_next(), if !tries.is_empty() => {}
                () = self.store.outbox_signal(), if wait.is_some() => {}
                () = tokio::time::sleep(wait.unwrap_or(AFTER_FAULT)), if wait.is_some() => {}
                changed = stop.changed(), if !stopping => stopping = changed.is_err(),
            }
        }
        let drained = async { while tries.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.drain_timeout, drained).await.is_err() {
            tracing::warn!("messages under way are left in doubt; they are taken up at the next start");
        }
    }

    async fn until_next(&self) -> Duration {
        let most = self.settings.look_every;
        match self.store.next_outbound_at(self.outlet.channel()).await {
            Ok(Some(at)) => {
                let millis = u64::try_from(at.millis() - self.store.now().millis()).unwrap_or(0);
                Duration::from_millis(millis.max(1)).min(most)
            }
            _ => most,
        }
    }

    async fn attempt(&self, outbound: ClaimedOutbound) {
        let early = outbound.send_at.millis() - self.store.now().millis();
        if let Ok(early) = u64::try_from(early) {
            tokio::time::sleep(Duration::from_millis(early)).await;
        }
        if outbound.in_doubt {
            tracing::warn!(id = outbound.id, "sending again: an earlier try may have arrived");
            self.metrics.sent_again.fetch_add(1, Ordering::Relaxed);
        }
        let outgoing = Outgoing {
            id: outbound.id,
            conversation: outbound.conversation.clone(),
            message: outbound.message.clone(),
            part: usize::try_from(outbound.part).unwrap_or(0),
            silent: self.is_silent(&outbound),
            edits: outbound.edits.clone(),
        };
        let begun = Instant::now();
        let delivery = self.outlet.send(&outgoing).await;
        self.metrics.send_seconds.observe(begun.elapsed());
        let (settled, next_at) = self.settle(&outbound, &outgoing, delivery).await;
        if let Err(error) = self.store.settle_outbound(&outbound, settled, next_at).await {
            tracing::error!(id = outbound.id, %error, "a message was not settled; it will be sent again");
        }
    }

    /// What a delivery means for the message, and when the conversation's next try is.
    async fn settle(
        &self,
        outbound: &ClaimedOutbound,
        outgoing: &Outgoing,
        delivery: Delivery,
    ) -> (Settled, Timestamp) {
        let now = self.store.now();
        let later = |millis: i64| Timestamp::from_millis(now.millis() + millis);
        let id = outbound.id;
        match delivery {
            Delivery::Sent { channel_message } => {
                self.metrics.sent.fetch_add(1, Ordering::Relaxed);
                let last = outgoing.part + 1 >= self.outlet.parts(&outbound.message);
                let settled = if last { Settled::Sent { channel_message } } else { Settled::PartSent };
                (settled, self.paced(outbound, now).await)
            }
            Delivery::TooFast { wait_seconds } => {
                self.metrics.held.fetch_add(1, Ordering::Relaxed);
                let until = now.plus_seconds(i64::from(wait_seconds));
                self.hold(outbound, now, until).await;
                (Settled::Later, until)
            }
            Delivery::NotSent => (Settled::NotSent, later(Pacing::backoff_millis(outbound.tries))),
            Delivery::LockedOut { fault } => {
                tracing::error!(%fault, "the channel does not let us in; nothing is sent for a while");
                let until = now.plus_seconds(LOCKED_OUT_SECONDS);
                self.hold_all(until).await;
                (Settled::Later, until)
            }
            Delivery::InDoubt { fault } if outbound.in_doubt && outbound.tries >= MOST_DOUBTS => {
                tracing::error!(id, %fault, "a message may have arrived or not, time and again; it is left at that");
                self.metrics.given_up.fetch_add(1, Ordering::Relaxed);
                (Settled::Unknown { fault }, self.paced(outbound, now).await)
            }
            Delivery::InDoubt { fault } => {
                tracing::warn!(id, %fault, "unknown whether a message arrived");
                (Settled::InDoubt, later(Pacing::backoff_millis(outbound.tries)))
            }
            Delivery::Blocked => {
                tracing::info!(id, "the shopper has blocked the bot");
                (Settled::Blocked, now)
            }
            Delivery::Refused { fault } => {
                tracing::error!(id, %fault, "a message will never be accepted");
                self.metrics.given_up.fetch_add(1, Ordering::Relaxed);
                (Settled::Dead { fault }, now)
            }
        }
    }

    async fn paced(&self, outbound: &ClaimedOutbound, now: Timestamp) -> Timestamp {
        let pacing = &self.settings.pacing;
        let mut sent = Vec::new();
        if outbound.in_group && pacing.group_per_minute > 1 {
            // The one that was sent just now is not in the store yet.
            sent = self.store.last_sent(&outbound.conversation, pacing.group_per_minute - 1).await.unwrap_or_default();
        }
        sent.insert(0, now);
        pacing.next_at(now, outbound.in_group, &sent)
    }

    /// Telegram does not say for whom a wait is meant. One chat alone: for that chat. A second one soon after: for all.
    async fn hold(&self, outbound: &ClaimedOutbound, now: Timestamp, until: Timestamp) {
        let whole = {
            let mut last = self.last_held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let whole = last.as_ref().is_some_and(|(conversation, at)| {
                *conversation != outbound.conversation && now.millis() - at.millis() <= SCOPE_WINDOW_MILLIS
            });
            *last = Some((outbound.conversation.clone(), now));
            whole
        };
        tracing::warn!(id = outbound.id, whole, "told to wait");
        if whole {
            self.hold_all(until).await;
        }
    }

    async fn hold_all(&self, until: Timestamp) {
        if let Err(error) = self.store.hold_outbound(self.outlet.channel(), until).await {
            tracing::error!(%error, "a wait was not kept");
        }
    }

    /// Answers always sound; notices that nobody waits for do not at night.
    fn is_silent(&self, outbound: &ClaimedOutbound) -> bool {
        let (from, to) = self.settings.quiet_hours;
        let hour = self.store.now().zoned(&self.settings.time_zone).hour();
        outbound.inbound_key.starts_with(NOTICE) && is_between(hour, from, to)
    }
}

fn is_between(hour: i8, from: i8, to: i8) -> bool {
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}

#[cfg(test)]
mod tests {
    use super::is_between;

    #[test]
    fn a_night_may_pass_midnight() {
        let quiet = |from, to| (0..24).filter(|hour| is_between(*hour, from, to)).collect::<Vec<i8>>();
        assert_eq!(quiet(22, 8), [0, 1, 2, 3, 4, 5, 6, 7, 22, 23]);
        assert_eq!(quiet(1, 3), [1, 2]);
        assert!(quiet(5, 5).is_empty());
    }
}
