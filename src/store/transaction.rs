//! One commit: the events of a turn, its messages in the outbox, the inbound it finishes, and on SQLite the changes of
//! the embedded shop. Leaves to others: deciding what to write (`engine`).

use sqlx::{Postgres, Sqlite, SqliteConnection};
use tokio::sync::OwnedMutexGuard;

use super::StoreError;
use super::console::Added;
use super::conversations::Summary;
use super::database::Store;
use super::dialect::on_transaction;
use super::lanes::Queue;
use crate::domain::{ConversationId, Event, Message, Timestamp};

/// What is committed together; dropped without a commit, nothing of it has happened.
pub struct Transaction {
    pub(super) inner: Inner,
    pub(super) store: Store,
    wakes_inbox: bool,
    wakes_outbox: bool,
    wakes_watchers: bool,
}

pub(super) enum Inner {
    // The fields are dropped in this order: the writer's place is given back after the roll-back has been queued.
    Sqlite {
        transaction: sqlx::Transaction<'static, Sqlite>,
        _writer: OwnedMutexGuard<()>,
        _gate: Option<OwnedMutexGuard<()>>,
    },
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub(super) fn new(inner: Inner, store: Store) -> Self {
        Transaction { inner, store, wakes_inbox: false, wakes_outbox: false, wakes_watchers: false }
    }

    /// The connection, for the changes of the embedded shop; none on PostgreSQL, where the shop is a database of its
    /// own and its changes are applied once by their own guard before this is committed.
    pub fn sqlite(&mut self) -> Option<&mut SqliteConnection> {
        match &mut self.inner {
            Inner::Sqlite { transaction, .. } => Some(&mut **transaction),
            Inner::Postgres(_) => None,
        }
    }

    /// Appends `events` after number `expected_last_sequence` (0 for a new conversation) and keeps the columns for
    /// lists in step. Returns the new last number; [`StoreError::Conflict`] if the conversation has gone on meanwhile.
    pub async fn append(
        &mut self,
        conversation: &ConversationId,
        expected_last_sequence: i64,
        at: Timestamp,
        events: &[Event],
    ) -> Result<i64, StoreError> {
        self.ensure_conversation(conversation, at).await?;
        let id = conversation.to_string();
        let mut summary = self.summary(conversation).await?;
        let conflict = || StoreError::Conflict { conversation: id.clone(), expected: expected_last_sequence };
        if summary.last_sequence != expected_last_sequence {
            return Err(conflict());
        }
        let first = summary.last_sequence + 1;
        for event in events {
            summary.last_sequence += 1;
            summary.follow(event, at);
            let body = serde_json::to_string(event).map_err(|error| StoreError::bad_row("event", error))?;
            let sequence = summary.last_sequence;
            on_transaction!(self, connection => sqlx::query(
                "insert into events (conversation, sequence, at, body) values ($1, $2, $3, $4)"
            ).bind(&id).bind(sequence).bind(at.millis()).bind(&body).execute(connection).await.map(|_| ()))
            .map_err(|error| match &error {
                sqlx::Error::Database(inner) if inner.is_unique_violation() => conflict(),
                _ => error.into(),
            })?;
        }
        if !self.write_summary(&summary, expected_last_sequence).await? {
            return Err(conflict());
        }
        // Models that are behind follow in one go later; see `catch_up_models`.
        if self.modelled(&id).await? + 1 == first {
            let added = Added::of((first..).zip(events).map(|(sequence, event)| (sequence, at, event)));
            self.follow_models(conversation, summary.last_sequence, &added).await?;
        }
        Ok(summary.last_sequence)
    }

    /// Puts messages into the outbox, after those that are there. `inbound_key` names what they answer, or the notice
    /// that they are.
    pub async fn enqueue(
        &mut self,
        conversation: &ConversationId,
        inbound_key: &str,
        messages: &[Message],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        self.ensure_conversation(conversation, at).await?;
        let id = conversation.to_string();
        let first: i64 = on_transaction!(self, connection => sqlx::query_scalar(
            "select coalesce(max(ordinal) + 1, 0) from outbox where inbound_key = $1"
        ).bind(inbound_key).fetch_one(connection).await)?;
        for (ordinal, message) in (first..).zip(messages) {
            let body = serde_json::to_string(message).map_err(|error| StoreError::bad_row("message", error))?;
            on_transaction!(self, connection => sqlx::query(
                "insert into outbox (conversation, inbound_key, ordinal, created_at, body) values ($1, $2, $3, $4, $5)"
            ).bind(&id).bind(inbound_key).bind(ordinal).bind(at.millis()).bind(&body)
            .execute(connection).await.map(|_| ()))?;
        }
        let now = self.store.now();
        self.open_lane(Queue::Out(conversation.channel()), conversation, now).await?;
        self.wakes_outbox = true;
        Ok(())
    }

    /// Marks an inbound as done, so that its turn happens once: [`StoreError::AlreadyFinished`] if it was done before.
    /// One that was never received through the inbox is no error.
    pub async fn finish_inbound(&mut self, key: &str) -> Result<(), StoreError> {
        let now = self.store.now();
        let finished: Option<String> = on_transaction!(self, connection => sqlx::query_scalar(
            "update inbox set state = 'done', finished_at = $2 where key = $1 and state = 'pending' returning conversation"
        ).bind(key).bind(now.millis()).fetch_optional(connection).await)?;
        match finished {
            Some(conversation) => {
                self.release_inbound_lane(&conversation, now).await?;
                self.wakes_inbox = true;
                Ok(())
            }
            None => {
                let known: Option<i64> = on_transaction!(self, connection => sqlx::query_scalar(
                    "select id from inbox where key = $1"
                ).bind(key).fetch_optional(connection).await)?;
                if known.is_some() { Err(StoreError::AlreadyFinished(key.to_owned())) } else { Ok(()) }
            }
        }
    }

    /// Makes it all happen, and wakes the workers that have something to do now.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite { transaction, _writer, _gate } => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        if self.wakes_inbox {
            self.store.signals.inbox.notify_one();
        }
        if self.wakes_outbox {
            self.store.signals.outbox.notify_one();
        }
        if self.wakes_watchers {
            self.store.signals.changes.notify_waiters();
        }
        Ok(())
    }

    pub(super) fn wake_watchers(&mut self) {
        self.wakes_watchers = true;
    }

    async fn modelled(&mut self, id: &str) -> Result<i64, StoreError> {
        Ok(on_transaction!(self, connection => sqlx::query_scalar("select modelled from conversations where id = $1")
            .bind(id).fetch_one(connection).await)?)
    }

    pub(super) fn wake_inbox(&mut self) {
        self.wakes_inbox = true;
    }

    async fn summary(&mut self, conversation: &ConversationId) -> Result<Summary, StoreError> {
        let id = conversation.to_string();
        let row = on_transaction!(self, connection => sqlx::query_as(
            super::conversations::SELECT_ONE
        ).bind(&id).fetch_one(connection).await)?;
        Summary::read(row)
    }
}

impl std::fmt::Debug for Transaction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Transaction").finish_non_exhaustive()
    }
}
