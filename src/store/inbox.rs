//! The inbox: what arrived is kept before it is acknowledged, known when it arrives again, and handed out one at a time
//! per conversation, in order. Leaves to others: converting (`channel`), handling (`engine`), workers (`runtime`).

use super::StoreError;
use super::alerts::AlertKind;
use super::database::{Durability, Store};
use super::dialect::{on_pool, on_transaction};
use super::lanes::Queue;
use super::transaction::Transaction;
use crate::domain::{Command, Content, Inbound, Timestamp};

/// Whether a delivery is seen for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is in the inbox now.
    New,
    /// It was received before; nothing was done.
    Known,
}

/// An inbound with its place among those of its conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// What arrived.
    pub inbound: Inbound,
    /// The channel's own order, such as Telegram's update number; without one it follows what waits already.
    pub place: Option<i64>,
    /// It waits so long for an earlier one that may still be under way.
    pub hold_until: Option<Timestamp>,
    /// The outbox's number of the message on which a button was pressed.
    pub pressed: Option<i64>,
    /// The single-use link that brought it; if another used it first, it counts as a plain start.
    pub link: Option<String>,
}

impl From<Inbound> for Arrival {
    fn from(inbound: Inbound) -> Self {
        Arrival { inbound, place: None, hold_until: None, pressed: None, link: None }
    }
}

/// An inbound that is this process's to handle until its lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedInbound {
    /// What arrived.
    pub inbound: Inbound,
    /// Which try this is, from 1.
    pub tries: i64,
    /// When it was received.
    pub received_at: Timestamp,
    /// When others may take it.
    pub lease_until: Timestamp,
}

/// How inbound messages are claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimRules {
    /// How long a claim holds, in seconds.
    pub lease_seconds: i64,
    /// After so many tries a message is set aside.
    pub most_tries: i64,
}

impl Default for ClaimRules {
    fn default() -> Self {
        ClaimRules { lease_seconds: 60, most_tries: 5 }
    }
}

impl Store {
    /// Keeps what arrived; when this returns, it is on the disk.
    pub async fn receive(&self, inbound: &Inbound) -> Result<Received, StoreError> {
        let results = self.receive_all(&[inbound.clone().into()]).await?;
        Ok(results.first().copied().unwrap_or(Received::Known))
    }

    /// Keeps a batch in one commit: all of it or nothing. The answers are in the order of the batch.
    pub async fn receive_all(&self, arrivals: &[Arrival]) -> Result<Vec<Received>, StoreError> {
        let mut transaction = self.begin().await?;
        let mut results = Vec::with_capacity(arrivals.len());
        let now = self.now();
        let mut lanes = Vec::new();
        for arrival in arrivals {
            let received = transaction.keep(arrival, now).await?;
            if received == Received::New {
                lanes.push((arrival.inbound.conversation.clone(), arrival.hold_until.unwrap_or(now)));
            }
            results.push(received);
        }
        // In one order for all processes, so that two batches never wait for each other.
        lanes.sort();
        for (conversation, ready_at) in &lanes {
            transaction.open_lane(Queue::In, conversation, *ready_at).await?;
        }
        transaction.wake_inbox();
        transaction.commit().await?;
        Ok(results)
    }

    /// Takes up to `most` messages, each the first that waits in its conversation, of conversations that nobody works
    /// on. Those that failed too often are set aside with an alert.
    pub async fn claim_inbound(&self, most: usize, rules: ClaimRules) -> Result<Vec<ClaimedInbound>, StoreError> {
        let now = self.now();
        let lease_until = now.plus_seconds(rules.lease_seconds);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        if most == 0 || !self.lane_is_ready(Queue::In, now).await? {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        let mut claimed = Vec::new();
        // A lane may turn out to be empty; it must not use up the place of one that is not.
        loop {
            let left = most - i64::try_from(claimed.len()).unwrap_or(most);
            let lanes = transaction.claim_lanes(Queue::In, now, lease_until, left).await?;
            if lanes.is_empty() {
                break;
            }
            for conversation in lanes {
                match transaction.first_waiting(&conversation, now, lease_until, rules.most_tries).await? {
                    Some(inbound) => claimed.push(inbound),
                    None => transaction.release_inbound_lane(&conversation, now).await?,
                }
            }
        }
        transaction.commit().await?;
        Ok(claimed)
    }

    /// Gives a message back whose turn failed. It is tried again from `retry_at` on; `fault` is for the log and must
    /// hold nothing that the shopper wrote. A try that does not count never leads to setting it aside.
    pub async fn fail_inbound(
        &self,
        claimed: &ClaimedInbound,
        fault: &str,
        counts: bool,
        retry_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        on_transaction!(transaction, connection => sqlx::query(
            "update inbox set fault = $2, tries = tries - $3 where key = $1 and state = 'pending'"
        ).bind(&claimed.inbound.key).bind(fault).bind(i64::from(!counts)).execute(connection).await.map(|_| ()))?;
        let conversation = claimed.inbound.conversation.to_string();
        transaction.release_lane(Queue::In, &conversation, retry_at).await?;
        transaction.wake_inbox();
        transaction.commit().await
    }

    /// How many messages wait to be handled.
    pub async fn inbox_length(&self) -> Result<i64, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar(
            "select count(*) from inbox where state = 'pending'"
        ).fetch_one(pool).await)?)
    }

    /// Whether a claim would find something: a read, so that looking often costs no commit.
    pub(super) async fn lane_is_ready(&self, queue: Queue, now: Timestamp) -> Result<bool, StoreError> {
        let found: Option<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select ready_at from lanes where queue = $1 and ready_at <= $2 and lease_until <= $2 limit 1"
        ).bind(queue.name()).bind(now.millis()).fetch_optional(pool).await)?;
        Ok(found.is_some())
    }

    /// When the next lane of a queue becomes ready, if any exists.
    pub(super) async fn next_ready(&self, queue: Queue) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select min(case when ready_at > lease_until then ready_at else lease_until end) from lanes where queue = $1"
        ).bind(queue.name()).fetch_one(pool).await)?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// When the next inbound can be claimed, if any waits.
    pub async fn next_inbound_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next_ready(Queue::In).await
    }
}

impl Transaction {
    async fn keep(&mut self, arrival: &Arrival, now: Timestamp) -> Result<Received, StoreError> {
        let inbound = &arrival.inbound;
        self.ensure_conversation(&inbound.conversation, now).await?;
        let mut stored = std::borrow::Cow::Borrowed(inbound);
        if let Some(link) = &arrival.link
            && !self.use_link(link, &inbound.key).await?
        {
            stored.to_mut().content = Content::Command { command: Command::Start };
        }
        let body = serde_json::to_string(&*stored).map_err(|error| StoreError::bad_row("inbound", error))?;
        let id = inbound.conversation.to_string();
        let rows = on_transaction!(self, connection => sqlx::query(
            "insert into inbox (key, conversation, place, received_at, body, pressed) values ($1, $2, coalesce($3, \
             (select max(place) from inbox as other where other.conversation = $2 and other.state = 'pending'), 0), \
             $4, $5, $6) on conflict (key) do nothing"
        ).bind(&inbound.key).bind(&id).bind(arrival.place).bind(now.millis()).bind(&body).bind(arrival.pressed)
        .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(if rows == 1 { Received::New } else { Received::Known })
    }

    /// The first message that waits in a conversation and has not failed too often.
    async fn first_waiting(
        &mut self,
        conversation: &str,
        now: Timestamp,
        lease_until: Timestamp,
        most_tries: i64,
    ) -> Result<Option<ClaimedInbound>, StoreError> {
        loop {
            let row: Option<(i64, String, String, i64, i64)> = on_transaction!(self, connection => sqlx::query_as(
                "select id, key, body, tries, received_at from inbox where conversation = $1 and state = 'pending' \
                 order by place, id limit 1"
            ).bind(conversation).fetch_optional(connection).await)?;
            let Some((id, key, body, tries, received_at)) = row else { return Ok(None) };
            let fault = match serde_json::from_str::<Inbound>(&body) {
                Ok(inbound) if tries < most_tries => {
                    on_transaction!(self, connection => sqlx::query("update inbox set tries = tries + 1 where id = $1")
                        .bind(id).execute(connection).await.map(|_| ()))?;
                    let received_at = Timestamp::from_millis(received_at);
                    return Ok(Some(ClaimedInbound { inbound, tries: tries + 1, received_at, lease_until }));
                }
                Ok(_) => format!("failed {tries} times"),
                Err(_) => "was written by another version".to_owned(),
            };
            on_transaction!(self, connection => sqlx::query(
                "update inbox set state = 'set_aside', finished_at = $2, fault = coalesce(fault, $3) where id = $1"
            ).bind(id).bind(now.millis()).bind(&fault).execute(connection).await.map(|_| ()))?;
            tracing::error!(%key, %fault, "inbound set aside");
            self.alert(AlertKind::InboundSetAside, Some(conversation), &key, &fault, now).await?;
        }
    }
}
