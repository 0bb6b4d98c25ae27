//! Delivery to a webhook as Telegram does it: several at once, again until they are acknowledged, on request twice and
//! out of order.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Shared;

/// Between two tries of one update.
const AGAIN_AFTER: Duration = Duration::from_millis(150);

/// Pushes what waits, for as long as it is not ended.
pub(super) async fn run(shared: Arc<Shared>) {
    let client = match teloxide::net::default_reqwest_settings().build() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "the emulator cannot push");
            return;
        }
    };
    let under_way: Arc<Mutex<HashSet<u32>>> = Arc::default();
    let lock = |set: &Arc<Mutex<HashSet<u32>>>| set.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    loop {
        let arrived = shared.arrived.notified();
        let next = {
            let busy = lock(&under_way);
            let mut state = shared.state();
            match state.webhook.clone() {
                Some(webhook) if busy.len() < webhook.connections => {
                    let next = state.next_for_webhook(&busy);
                    let moods = state.moods;
                    let twice = state.roll(moods.twice);
                    let overtaken = webhook.connections > 1 && state.roll(moods.overtaking);
                    next.map(|(number, update)| (webhook, number, update, twice, overtaken))
                }
                _ => None,
            }
        };
        let Some((webhook, number, update, twice, overtaken)) = next else {
            // A place may become free without anything arriving.
            let _ = tokio::time::timeout(Duration::from_millis(2), arrived).await;
            continue;
        };
        under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(number);
        let (client, shared, under_way) = (client.clone(), shared.clone(), under_way.clone());
        tokio::spawn(async move {
            if overtaken {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            let mut left = if twice { 2 } else { 1 };
            while left > 0 {
                let request = client.post(&webhook.url).header("content-type", "application/json");
                let request = match &webhook.secret {
                    Some(secret) => request.header("x-telegram-bot-api-secret-token", secret),
                    None => request,
                };
                let answer = request.body(update.to_string()).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    left -= 1;
                } else {
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            }
            shared.state().acknowledge(number);
            under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&number);
            shared.arrived.notify_waiters();
        });
    }
}
