//! From updates to the inbox: converts a batch, looks up what was pressed, keeps it, and only then answers the presses.
//! Leaves to others: where the updates come from (`polling`, `webhook`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use teloxide::prelude::Requester;
use teloxide::types::{CallbackQueryId, Update};
use tokio::sync::Semaphore;

use super::{Converted, Telegram, describe};
use crate::channel::{Arrived, InboxFault};
use crate::domain::{Content, Inbound, Timestamp};

/// How many presses are being answered at once; more wait.
const MOST_ANSWERS: usize = 32;

/// The receiving side of the bot; cheap to clone.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub(super) telegram: Telegram,
    answers: Arc<Semaphore>,
    highest: Arc<AtomicI64>,
}

impl Receiver {
    pub(super) fn new(telegram: Telegram) -> Self {
        let answers = Arc::new(Semaphore::new(MOST_ANSWERS));
        Receiver { telegram, answers, highest: Arc::new(AtomicI64::new(0)) }
    }

    /// Keeps a batch. When this returns `Ok`, all of it is durable and may be acknowledged. `hold_millis` is how long
    /// an update waits where one before it is missing.
    pub async fn take(&self, updates: &[Update], hold_millis: i64) -> Result<(), InboxFault> {
        let mut batch = Vec::with_capacity(updates.len());
        let mut presses = Vec::new();
        let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
        for update in updates {
            let number = i64::from(update.id.0);
            let before = self.highest.fetch_max(number, Ordering::SeqCst);
            let gap = before != 0 && number > before + 1;
            let mut arrived = match self.telegram.conversion.convert(update, now) {
                Converted::Inbound(inbound) => Arrived::from(inbound),
                Converted::Press { inbound, query, data } => {
                    presses.push(query);
                    self.look_up_press(inbound, &data).await?
                }
                Converted::Link { mut inbound, token } => {
                    let found = self.telegram.inbox.link(&token, &inbound.key).await?;
                    let link = found.is_some().then_some(token);
                    if let Some((press, label)) = found {
                        inbound.content = Content::Pressed { press, label };
                    }
                    Arrived { link, ..Arrived::from(inbound) }
                }
                Converted::Ignored(why) => {
                    tracing::debug!(update = number, why, "update dropped");
                    continue;
                }
            };
            arrived.place = Some(number);
            arrived.hold_millis = if gap { hold_millis } else { 0 };
            batch.push(arrived);
        }
        if !batch.is_empty() {
            self.telegram.inbox.receive(batch).await?;
        }
        for query in presses {
            self.answer(query).await;
        }
        Ok(())
    }

    /// A press becomes what its button does, if the button is ours, of this chat and not too old.
    async fn look_up_press(&self, mut inbound: Inbound, data: &str) -> Result<Arrived, InboxFault> {
        let mut pressed = None;
        if let Some(name) = self.telegram.buttons.check(data, inbound.conversation.chat())
            && let Some(sent) = self.telegram.inbox.sent(name.message).await?
            && sent.conversation == inbound.conversation
            && let Some(button) = sent.message.buttons.get(name.row).and_then(|row| row.get(name.column))
        {
            pressed = Some(name.message);
            if sent.age_seconds <= self.telegram.settings.button_seconds {
                inbound.content = Content::Pressed { press: button.press.clone(), label: button.label.clone() };
            }
        }
        Ok(Arrived { pressed, ..Arrived::from(inbound) })
    }

    /// Ends the little clock on the button. Not being able to is no fault: Telegram ends it by itself.
    async fn answer(&self, query: CallbackQueryId) {
        let Ok(permit) = self.answers.clone().acquire_owned().await else { return };
        let bot = self.telegram.bot.clone();
        tokio::spawn(async move {
            if let Err(error) = bot.answer_callback_query(query).await {
                tracing::debug!(fault = describe(&error), "a press was not answered");
            }
            drop(permit);
        });
    }
}
