//! Many messages at once, for measuring the search. Leaves to others: what they say (`cli`).

use futures::TryStreamExt as _;

use super::super::StoreError;
use super::super::database::{Durability, Pool, Store};
use super::models::{Author, MessageRow};
use crate::domain::{ChannelKind, ConversationId, Timestamp};

/// Messages of a conversation, and of a commit.
const PER_CONVERSATION: usize = 20;
const PER_COMMIT: usize = 4_000;

impl Store {
    /// Adds messages in conversations of twenty; `progress` hears how many there are.
    pub async fn fill_messages(
        &self,
        messages: impl IntoIterator<Item = String>,
        progress: impl Fn(usize),
    ) -> Result<usize, StoreError> {
        let mut messages = messages.into_iter().enumerate().peekable();
        let mut done = 0;
        while messages.peek().is_some() {
            let mut transaction = self.begin_with(Durability::Relaxed).await?;
            for (number, words) in messages.by_ref().take(PER_COMMIT) {
                let place = number % PER_CONVERSATION;
                let chat = format!("filled-{}", number / PER_CONVERSATION);
                let conversation = ConversationId::new(ChannelKind::Script, chat);
                let sequence = i64::try_from(place).unwrap_or(0) + 1;
                let at = Timestamp::from_millis(i64::try_from(number).unwrap_or(i64::MAX) * 1000);
                if place == 0 {
                    transaction.ensure_conversation(&conversation, at).await?;
                }
                let author = if place.is_multiple_of(2) { Author::Shopper } else { Author::Bot };
                let row = MessageRow { sequence, ordinal: 0, at, author, words };
                transaction.add_message(&conversation.to_string(), &row).await?;
                done = number + 1;
            }
            transaction.commit().await?;
            progress(done);
        }
        self.settle_statistics().await?;
        Ok(done)
    }

    /// Lets the database know what it holds.
    async fn settle_statistics(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite { durable, .. } => {
                sqlx::query("insert into message_grams (message_grams) values ('optimize')").execute(durable).await?;
                sqlx::query("analyze").execute(durable).await?;
            }
            Pool::Postgres(pool) => {
                sqlx::query("vacuum analyze messages").execute(pool).await?;
                sqlx::query("vacuum analyze conversations").execute(pool).await?;
            }
        }
        Ok(())
    }

    /// Shows every message to `look`, by its number.
    pub async fn scan_messages(&self, mut look: impl FnMut(i64, &str)) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite { durable, .. } => {
                let mut rows =
                    sqlx::query_as::<_, (i64, String)>("select id, words from messages order by id").fetch(durable);
                while let Some((id, words)) = rows.try_next().await? {
                    look(id, &words);
                }
            }
            Pool::Postgres(pool) => {
                let mut rows =
                    sqlx::query_as::<_, (i64, String)>("select id, words from messages order by id").fetch(pool);
                while let Some((id, words)) = rows.try_next().await? {
                    look(id, &words);
                }
            }
        }
        Ok(())
    }
}
