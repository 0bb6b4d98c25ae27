//! What keeps a store of many processes in order: offices, which one process holds at a time, and purging.

use super::StoreError;
use super::database::{Durability, Store};
use super::dialect::{on_pool, on_transaction};
use crate::domain::Timestamp;

/// How the queues stand, for metrics and the readiness check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueLengths {
    /// Messages that wait to be handled.
    pub inbox: i64,
    /// Messages that wait to be sent.
    pub outbox: i64,
    /// Messages that could not be delivered.
    pub dead_letters: i64,
    /// Alerts that nobody has seen.
    pub alerts: i64,
}

impl Store {
    /// Takes or prolongs an office for so many seconds: true if this process holds it now. It passes to another when
    /// the time is over.
    pub async fn hold_office(&self, office: &str, seconds: i64) -> Result<bool, StoreError> {
        let now = self.now();
        let holder = self.holder.clone();
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        let rows = on_transaction!(transaction, connection => sqlx::query(
            "insert into lanes (queue, conversation, ready_at, lease_until, holder) values ('office', $1, 0, $2, $3) \
             on conflict (queue, conversation) do update set lease_until = $2, holder = $3 \
             where lanes.lease_until <= $4 or lanes.holder = $3"
        ).bind(office).bind(now.plus_seconds(seconds).millis()).bind(&*holder).bind(now.millis())
        .execute(connection).await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(rows == 1)
    }

    /// Deletes everything of the conversations: for a test that uses a database again.
    #[doc(hidden)]
    pub async fn empty_for_tests(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for statement in [
            "delete from conversation_labels",
            "delete from corrections",
            "delete from verdicts",
            "delete from messages",
            "delete from turns",
            "delete from handovers",
            "delete from conversation_orders",
            "delete from changes",
            "delete from drafts",
            "delete from conversation_numbers",
            "delete from topics",
            "delete from links",
            "delete from uploads",
            "delete from alerts",
            "delete from pacing",
            "delete from lanes",
            "delete from outbox",
            "delete from inbox",
            "delete from events",
            "delete from conversations",
        ] {
            on_transaction!(transaction, connection => sqlx::query(statement).execute(connection).await.map(|_| ()))?;
        }
        transaction.commit().await
    }

    /// Deletes what was finished before a moment: handled inbound, sent outbound, seen alerts, old links. The events,
    /// which are the transcript, stay. Returns how many rows went.
    pub async fn purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        let mut rows = 0;
        for statement in [
            "delete from inbox where state <> 'pending' and finished_at < $1",
            "delete from outbox where state in ('sent', 'dropped') and settled_at < $1",
            "delete from alerts where seen_at < $1",
            "delete from links where expires_at < $1",
        ] {
            rows += on_transaction!(transaction, connection => sqlx::query(statement)
                .bind(before.millis()).execute(connection).await.map(|done| done.rows_affected()))?;
        }
        transaction.commit().await?;
        Ok(rows)
    }

    /// How the queues stand.
    pub async fn queue_lengths(&self) -> Result<QueueLengths, StoreError> {
        let (inbox, outbox, dead_letters, alerts): (i64, i64, i64, i64) = on_pool!(self, pool => sqlx::query_as(
            "select (select count(*) from inbox where state = 'pending'), \
             (select count(*) from outbox where state in ('pending', 'sending')), \
             (select count(*) from outbox where state in ('dead', 'unknown')), \
             (select count(*) from alerts where seen_at is null)"
        ).fetch_one(pool).await)?;
        Ok(QueueLengths { inbox, outbox, dead_letters, alerts })
    }
}
