//! What goes on at the desks: numbers of conversations, drafts, who looks at what, putting off, what changed.
//! Leaves to others: speaking to shoppers, which goes through the inbox like all else.

use super::super::StoreError;
use super::super::database::{Durability, Store};
use super::super::dialect::{on_pool, on_transaction};
use super::accounts::AccountId;
use crate::domain::{ConversationId, Timestamp};

/// The number under which staff name a conversation.
pub type ConversationNumber = i64;

/// Somebody looks at a conversation as long as they said so within so many seconds.
const PRESENT_SECONDS: i64 = 25;
/// How many changes back are looked at again, for commits that came in another order than their numbers.
const OVERLAP: i64 = 200;
/// Changes are kept so long, in seconds.
const CHANGE_SECONDS: i64 = 3600;

/// Somebody who looks at a conversation now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Whether they are writing.
    pub writing: bool,
}

impl Store {
    /// A conversation's number.
    pub async fn number_of(&self, conversation: &ConversationId) -> Result<Option<ConversationNumber>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar("select number from conversation_numbers where conversation = $1")
            .bind(conversation.to_string()).fetch_optional(pool).await)?)
    }

    /// Keeps a draft; an empty one is forgotten.
    pub async fn keep_draft(
        &self,
        conversation: &ConversationId,
        account: AccountId,
        words: &str,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        if words.trim().is_empty() {
            on_transaction!(transaction, connection => sqlx::query(
                "delete from drafts where conversation = $1 and account = $2"
            ).bind(conversation.to_string()).bind(account).execute(connection).await.map(|_| ()))?;
        } else {
            on_transaction!(transaction, connection => sqlx::query(
                "insert into drafts (conversation, account, words, at) values ($1, $2, $3, $4) \
                 on conflict (conversation, account) do update set words = $3, at = $4"
            ).bind(conversation.to_string()).bind(account).bind(words).bind(now.millis())
            .execute(connection).await.map(|_| ()))?;
        }
        transaction.commit().await
    }

    /// The draft of an account.
    pub async fn draft(&self, conversation: &ConversationId, account: AccountId) -> Result<Option<String>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar(
            "select words from drafts where conversation = $1 and account = $2"
        ).bind(conversation.to_string()).bind(account).fetch_optional(pool).await)?)
    }

    /// Says that somebody looks at a conversation. True if that is news to others.
    pub async fn look(
        &self,
        conversation: &ConversationId,
        account: AccountId,
        writing: bool,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let id = conversation.to_string();
        let before: Option<(i64, i64)> = on_pool!(self, pool => sqlx::query_as(
            "select seen_at, writing from presence where conversation = $1 and account = $2"
        ).bind(&id).bind(account).fetch_optional(pool).await)?;
        let is_news = before.is_none_or(|(seen_at, wrote)| {
            now.seconds_since(Timestamp::from_millis(seen_at)) > PRESENT_SECONDS || (wrote != 0) != writing
        });
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into presence (conversation, account, seen_at, writing) values ($1, $2, $3, $4) \
             on conflict (conversation, account) do update set seen_at = $3, writing = $4"
        ).bind(&id).bind(account).bind(now.millis()).bind(i64::from(writing)).execute(connection).await.map(|_| ()))?;
        if is_news {
            transaction.note_change(&id).await?;
        }
        transaction.commit().await?;
        Ok(is_news)
    }

    /// Who else looks at a conversation.
    pub async fn present(&self, conversation: &ConversationId, except: AccountId) -> Result<Vec<Present>, StoreError> {
        let rows: Vec<(String, String, i64)> = on_pool!(self, pool => sqlx::query_as(
            "select a.login, a.name, p.writing from presence p join staff_accounts a on a.id = p.account \
             where p.conversation = $1 and p.account <> $2 and p.seen_at >= $3 order by a.login"
        ).bind(conversation.to_string()).bind(except).bind(self.now().plus_seconds(-PRESENT_SECONDS).millis())
        .fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(login, name, writing)| Present { login, name, writing: writing != 0 }).collect())
    }

    /// Puts a conversation off until a moment of its clock, or takes it up again.
    pub async fn snooze(&self, conversation: &ConversationId, until: Option<Timestamp>) -> Result<(), StoreError> {
        let id = conversation.to_string();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query("update conversations set snoozed_until = $2 where id = $1")
            .bind(&id).bind(until.map(Timestamp::millis)).execute(connection).await.map(|_| ()))?;
        transaction.note_change(&id).await?;
        transaction.commit().await
    }

    /// Shows the private data of a conversation in full to a session for so many seconds.
    pub async fn reveal(&self, session: i64, conversation: &ConversationId, seconds: i64) -> Result<(), StoreError> {
        let until = self.now().plus_seconds(seconds);
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into reveals (session, conversation, until) values ($1, $2, $3) \
             on conflict (session, conversation) do update set until = $3"
        ).bind(session).bind(conversation.to_string()).bind(until.millis()).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// Whether a session sees a conversation in full now.
    pub async fn is_revealed(&self, session: i64, conversation: &ConversationId) -> Result<bool, StoreError> {
        let until: Option<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select until from reveals where session = $1 and conversation = $2"
        ).bind(session).bind(conversation.to_string()).fetch_optional(pool).await)?;
        Ok(until.is_some_and(|until| until > self.now().millis()))
    }

    /// Waits until this process has changed something.
    pub async fn change_signal(&self) {
        self.signals.changes.notified().await;
    }

    /// The number of the last change.
    pub async fn last_change(&self) -> Result<i64, StoreError> {
        Ok(
            on_pool!(self, pool => sqlx::query_scalar("select coalesce(max(id), 0) from changes").fetch_one(pool).await)?,
        )
    }

    /// The changes near and after `after`: their numbers, the conversations with their numbers, and whose they are. The
    /// caller leaves out those it has seen.
    pub async fn changes(&self, after: i64) -> Result<Vec<(i64, ConversationNumber, Option<String>)>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_as(
            "select h.id, n.number, c.staff from changes h join conversation_numbers n on n.conversation = h.conversation \
             join conversations c on c.id = h.conversation where h.id > $1 order by h.id limit 1000"
        ).bind(after - OVERLAP).fetch_all(pool).await)?)
    }

    /// Forgets old changes, looks and searches.
    pub async fn tidy_desk(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        let mut rows = 0;
        for (statement, before) in [
            ("delete from changes where at < $1", now.plus_seconds(-CHANGE_SECONDS)),
            ("delete from presence where seen_at < $1", now.plus_seconds(-CHANGE_SECONDS)),
            ("delete from reveals where until < $1", now),
            ("delete from searches where at < $1", now.plus_days(-30)),
            ("delete from login_failures where last_at < $1", now.plus_days(-1)),
            ("delete from staff_sessions where expires_at < $1", now.plus_days(-30)),
        ] {
            rows += on_transaction!(transaction, connection => sqlx::query(statement)
                .bind(before.millis()).execute(connection).await.map(|done| done.rows_affected()))?;
        }
        transaction.commit().await?;
        Ok(rows)
    }
}
