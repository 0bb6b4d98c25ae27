//! Lanes: which conversation may be worked on, and by whom. A lane exists while its queue may hold something for the
//! conversation; who claims it holds it until a time. Lanes are taken in the order in which they became ready, and a
//! finished turn sends its lane to the end, so that a chat that floods waits behind all others.

use super::StoreError;
use super::database::Store;
use super::dialect::on_transaction;
use super::transaction::{Inner, Transaction};
use crate::domain::{ChannelKind, ConversationId, Timestamp};

/// A chat with more messages waiting gets its next turn so much later, in milliseconds: faster than anybody reads, and a
/// flood leaves the machine to the others.
const BETWEEN_TURNS: i64 = 250;

/// Which queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    In,
    Out(ChannelKind),
}

impl Queue {
    pub fn name(self) -> &'static str {
        match self {
            Queue::In => "in",
            Queue::Out(ChannelKind::Telegram) => "out:telegram",
            Queue::Out(ChannelKind::Terminal) => "out:terminal",
            Queue::Out(ChannelKind::Script) => "out:script",
        }
    }
}

/// Takes ready lanes. Another process's transaction that is taking some at the same moment is passed by.
macro_rules! claim_lanes {
    ($lock:literal) => {
        concat!(
            "with picked as materialized (select conversation from lanes where queue = $3 and ready_at <= $4 ",
            "and lease_until <= $4 order by ready_at limit $5 ",
            $lock,
            ") update lanes set lease_until = $1, holder = $2 from picked ",
            "where lanes.queue = $3 and lanes.conversation = picked.conversation ",
            "returning lanes.conversation, lanes.ready_at"
        )
    };
}

impl Transaction {
    /// Opens the lane or leaves it as it is; the row stays locked until the commit, so that nobody closes it meanwhile.
    pub(super) async fn open_lane(
        &mut self,
        queue: Queue,
        conversation: &ConversationId,
        ready_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "insert into lanes (queue, conversation, ready_at) values ($1, $2, $3) \
             on conflict (queue, conversation) do update set ready_at = lanes.ready_at"
        ).bind(queue.name()).bind(conversation.to_string()).bind(ready_at.millis())
        .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Claims up to `most` lanes until `lease_until`, the longest ready first.
    pub(super) async fn claim_lanes(
        &mut self,
        queue: Queue,
        now: Timestamp,
        lease_until: Timestamp,
        most: i64,
    ) -> Result<Vec<String>, StoreError> {
        let holder = self.store.holder.clone();
        let mut rows: Vec<(String, i64)> = match &mut self.inner {
            Inner::Sqlite { transaction, .. } => {
                sqlx::query_as(claim_lanes!(""))
                    .bind(lease_until.millis())
                    .bind(&*holder)
                    .bind(queue.name())
                    .bind(now.millis())
                    .bind(most)
                    .fetch_all(&mut **transaction)
                    .await?
            }
            Inner::Postgres(transaction) => {
                sqlx::query_as(claim_lanes!("for update skip locked"))
                    .bind(lease_until.millis())
                    .bind(&*holder)
                    .bind(queue.name())
                    .bind(now.millis())
                    .bind(most)
                    .fetch_all(&mut **transaction)
                    .await?
            }
        };
        rows.sort_by_key(|(_, ready_at)| *ready_at);
        Ok(rows.into_iter().map(|(conversation, _)| conversation).collect())
    }

    /// Gives the lane free from `ready_at` on.
    pub(super) async fn release_lane(
        &mut self,
        queue: Queue,
        conversation: &str,
        ready_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "update lanes set lease_until = 0, holder = null, ready_at = $3 where queue = $1 and conversation = $2"
        ).bind(queue.name()).bind(conversation).bind(ready_at.millis()).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Gives the inbound lane free, a little later and to the end of the line, or closes it if nothing is left. The
    /// update locks the row first: a message received at the same moment either is seen by the delete or opens the lane
    /// anew.
    pub(super) async fn release_inbound_lane(&mut self, conversation: &str, now: Timestamp) -> Result<(), StoreError> {
        let later = Timestamp::from_millis(now.millis() + BETWEEN_TURNS);
        self.release_lane(Queue::In, conversation, later).await?;
        on_transaction!(self, connection => sqlx::query(
            "delete from lanes where queue = 'in' and conversation = $1 and not exists \
             (select 1 from inbox where inbox.conversation = $1 and state = 'pending')"
        ).bind(conversation).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The same for an outbound lane that was claimed and found empty.
    pub(super) async fn close_outbound_lane(&mut self, queue: Queue, conversation: &str) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "delete from lanes where queue = $1 and conversation = $2 and not exists \
             (select 1 from outbox where outbox.conversation = $2 and state in ('pending', 'sending'))"
        ).bind(queue.name()).bind(conversation).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Settles what an earlier life of this process (the same holder) had sent, and gives free what it still holds. Call
    /// it once, at start.
    pub async fn release_leases(&self) -> Result<u64, StoreError> {
        self.settle_journal().await?;
        let mut transaction = self.begin_with(super::database::Durability::Relaxed).await?;
        let holder = self.holder.clone();
        let released = on_transaction!(transaction, connection => sqlx::query(
            "update lanes set lease_until = 0, holder = null where holder = $1"
        ).bind(&*holder).execute(connection).await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(released)
    }

    /// Prolongs the lease on a conversation's inbound lane while its turn takes long.
    pub async fn renew_inbound(&self, conversation: &ConversationId, until: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin_with(super::database::Durability::Relaxed).await?;
        let holder = self.holder.clone();
        on_transaction!(transaction, connection => sqlx::query(
            "update lanes set lease_until = $3 where queue = 'in' and conversation = $1 and holder = $2"
        ).bind(conversation.to_string()).bind(&*holder).bind(until.millis()).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }
}
