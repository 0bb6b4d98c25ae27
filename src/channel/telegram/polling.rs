//! Long polling. The offset, which is what acknowledges, moves only past updates that are durable.

use std::time::Duration;

use teloxide::payloads::GetUpdatesSetters;
use teloxide::prelude::Requester;
use teloxide::types::AllowedUpdate;
use teloxide::{ApiError, RequestError};
use tokio::sync::watch;

use super::{Receiver, TelegramError, describe};

/// The kinds of update that are asked for.
pub(super) const ALLOWED: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Receiver {
    /// Polls until `stop` says so. Fails only where trying again cannot help.
    pub async fn poll(&self, mut stop: watch::Receiver<bool>) -> Result<(), TelegramError> {
        let bot = self.telegram.bot.clone();
        let mut offset = 0i32;
        let mut wait = Duration::ZERO;
        let mut set_up = false;
        while !*stop.borrow() {
            if !wait.is_zero() {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = stop.changed() => break,
                }
            }
            match self.telegram.inbox.may_receive().await {
                Ok(true) => {}
                Ok(false) => {
                    // Another process polls; this one looks whether it still does.
                    wait = Duration::from_secs(2);
                    continue;
                }
                Err(fault) => {
                    tracing::error!(%fault, "the inbox does not answer");
                    wait = longer(wait);
                    continue;
                }
            }
            if !set_up {
                match bot.delete_webhook().await {
                    Ok(_) => set_up = true,
                    Err(RequestError::Api(ApiError::InvalidToken)) => return Err(TelegramError::RefusedToken),
                    Err(error) => {
                        tracing::warn!(fault = describe(&error), "polling cannot begin yet");
                        wait = longer(wait);
                        continue;
                    }
                }
            }
            let request = bot.get_updates().offset(offset).timeout(self.telegram.settings.poll_seconds).limit(100);
            let request = request.allowed_updates(ALLOWED);
            let answer = tokio::select! {
                answer = request => answer,
                _ = stop.changed() => break,
            };
            wait = match answer {
                Ok(updates) => match self.take(&updates, 0).await {
                    Ok(()) => {
                        if let Some(last) = updates.iter().map(|update| update.id.0).max() {
                            offset = i32::try_from(last).map_or(0, |last| last.saturating_add(1));
                        }
                        Duration::ZERO
                    }
                    Err(fault) => {
                        tracing::error!(%fault, updates = updates.len(), "updates were not kept; asking again");
                        longer(wait)
                    }
                },
                Err(RequestError::Api(ApiError::InvalidToken)) => return Err(TelegramError::RefusedToken),
                Err(RequestError::RetryAfter(seconds)) => Duration::from_secs(u64::from(seconds.seconds()).max(1)),
                Err(error) => {
                    tracing::warn!(fault = describe(&error), "no updates; asking again");
                    longer(wait)
                }
            };
        }
        Ok(())
    }
}

fn longer(wait: Duration) -> Duration {
    (wait * 2).clamp(Duration::from_millis(250), LONGEST_WAIT)
}
