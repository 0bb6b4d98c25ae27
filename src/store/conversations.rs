//! The conversations' rows for lists: owner, customer, mood, unread, kept in step with the events as they are appended.
//! Leaves to others: the whole state, which is the fold of the events (`dialogue`).

use super::StoreError;
use super::database::Store;
use super::dialect::{on_pool, on_transaction};
use super::transaction::Transaction;
use crate::domain::{
    Content, ConversationId, CustomerId, Emotion, Event, HandoverReason, Owner, StaffDeed, StoredEvent, Timestamp,
};

/// What a list shows of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The number of its last event; 0 before the first.
    pub last_sequence: i64,
    /// When that was.
    pub last_at: Timestamp,
    /// Who speaks.
    pub owner: Owner,
    /// Why it went to a person, if it did.
    pub reason: Option<HandoverReason>,
    /// Since when that owner speaks.
    pub owner_since: Timestamp,
    /// The member of staff who has it.
    pub staff: Option<String>,
    /// The verified customer.
    pub customer: Option<CustomerId>,
    /// The mood of the shopper's last words.
    pub mood: Option<Emotion>,
    /// What the shopper sent since a person is wanted and none has answered.
    pub unread: i64,
    /// Whether others read along.
    pub in_group: bool,
    /// Whether messages reach the shopper.
    pub reachable: bool,
}

pub(super) type SummaryRow =
    (String, i64, i64, String, Option<String>, i64, Option<String>, Option<i64>, Option<String>, i64, i64, i64);

macro_rules! summary_columns {
    ($rest:literal) => {
        concat!(
            "select id, last_sequence, last_at, owner, owner_reason, owner_since, staff, customer, mood, unread, ",
            "in_group, reachable from conversations ",
            $rest
        )
    };
}

pub(super) const SELECT_ONE: &str = summary_columns!("where id = $1");

impl Summary {
    pub(super) fn read(row: SummaryRow) -> Result<Self, StoreError> {
        let (id, last_sequence, last_at, owner, reason, owner_since, staff, customer, mood, unread, group, reachable) =
            row;
        let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("conversation", error);
        Ok(Summary {
            conversation: id.parse().map_err(|error| bad(&error))?,
            last_sequence,
            last_at: Timestamp::from_millis(last_at),
            owner: owner.parse().map_err(|error| bad(&error))?,
            reason: reason.map(|text| text.parse()).transpose().map_err(|error| bad(&error))?,
            owner_since: Timestamp::from_millis(owner_since),
            staff,
            customer: customer.map(CustomerId),
            mood: mood.map(|text| text.parse()).transpose().map_err(|error| bad(&error))?,
            unread,
            in_group: group != 0,
            reachable: reachable != 0,
        })
    }

    /// Follows one event.
    pub(super) fn follow(&mut self, event: &Event, at: Timestamp) {
        self.last_at = at;
        match event {
            Event::Received { content, meaning, in_group, .. } => {
                self.in_group = *in_group;
                if let Some(meaning) = meaning {
                    self.mood = Some(meaning.emotion);
                }
                match content {
                    Content::Reachable { reachable } => self.reachable = *reachable,
                    Content::Staff { deed: StaffDeed::Claim | StaffDeed::Say { .. }, .. } => self.unread = 0,
                    Content::Staff { .. } => {}
                    _ => {
                        self.reachable = true;
                        if matches!(self.owner, Owner::Waiting | Owner::Staff) {
                            self.unread += 1;
                        }
                    }
                }
            }
            Event::OwnerChanged { owner, reason, staff } => {
                self.unread = match owner {
                    // The message that brought it here is waiting for the person too.
                    Owner::Waiting => self.unread.max(1),
                    Owner::Staff => self.unread,
                    Owner::Bot | Owner::Resolved => 0,
                };
                self.owner = *owner;
                self.owner_since = at;
                self.staff = staff.clone();
                if matches!(owner, Owner::Bot | Owner::Resolved) || reason.is_some() {
                    self.reason = *reason;
                }
            }
            Event::Verified { customer } => self.customer = Some(*customer),
            _ => {}
        }
    }
}

impl Transaction {
    pub(super) async fn ensure_conversation(
        &mut self,
        conversation: &ConversationId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let made = on_transaction!(self, connection => sqlx::query(
            "insert into conversations (id, channel, created_at, last_at) values ($1, $2, $3, $3) on conflict (id) do nothing"
        ).bind(conversation.to_string()).bind(conversation.channel().as_str()).bind(at.millis())
        .execute(connection).await.map(|done| done.rows_affected()))?;
        if made == 1 {
            on_transaction!(self, connection => sqlx::query("insert into conversation_numbers (conversation) values ($1)")
                .bind(conversation.to_string()).execute(connection).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Writes the row if it still stands at `expected`; false if it does not.
    pub(super) async fn write_summary(&mut self, summary: &Summary, expected: i64) -> Result<bool, StoreError> {
        let rows = on_transaction!(self, connection => sqlx::query(
            "update conversations set last_sequence = $2, last_at = $3, owner = $4, owner_reason = $5, owner_since = $6, \
             staff = $7, customer = $8, mood = $9, unread = $10, in_group = $11, reachable = $12 \
             where id = $1 and last_sequence = $13"
        )
        .bind(summary.conversation.to_string())
        .bind(summary.last_sequence)
        .bind(summary.last_at.millis())
        .bind(summary.owner.as_str())
        .bind(summary.reason.map(HandoverReason::as_str))
        .bind(summary.owner_since.millis())
        .bind(summary.staff.as_deref())
        .bind(summary.customer.map(|customer| customer.0))
        .bind(summary.mood.map(Emotion::as_str))
        .bind(summary.unread)
        .bind(i64::from(summary.in_group))
        .bind(i64::from(summary.reachable))
        .bind(expected)
        .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }
}

impl Store {
    /// The events of a conversation in order; empty for one that is not known.
    pub async fn events(&self, conversation: &ConversationId) -> Result<Vec<StoredEvent>, StoreError> {
        self.events_after(conversation, 0).await
    }

    /// The events after number `sequence`, in order.
    pub async fn events_after(
        &self,
        conversation: &ConversationId,
        sequence: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows: Vec<(i64, i64, String)> = on_pool!(self, pool => sqlx::query_as(
            "select sequence, at, body from events where conversation = $1 and sequence > $2 order by sequence"
        ).bind(conversation.to_string()).bind(sequence).fetch_all(pool).await)?;
        rows.into_iter()
            .map(|(sequence, at, body)| {
                let event = serde_json::from_str(&body).map_err(|error| StoreError::bad_row("event", error))?;
                Ok(StoredEvent { sequence, at: Timestamp::from_millis(at), event })
            })
            .collect()
    }

    /// What a list shows of one conversation; none if it is not known.
    pub async fn conversation(&self, conversation: &ConversationId) -> Result<Option<Summary>, StoreError> {
        let row: Option<SummaryRow> = on_pool!(self, pool => sqlx::query_as(SELECT_ONE)
            .bind(conversation.to_string()).fetch_optional(pool).await)?;
        row.map(Summary::read).transpose()
    }

    /// The conversations of one owner, the latest first; `before` is the `last_at` of the page before.
    pub async fn conversations(
        &self,
        owner: Option<Owner>,
        before: Option<Timestamp>,
        most: u32,
    ) -> Result<Vec<Summary>, StoreError> {
        let before = before.map_or(i64::MAX, Timestamp::millis);
        let rows: Vec<SummaryRow> = match owner {
            Some(owner) => on_pool!(self, pool => sqlx::query_as(
                summary_columns!("where owner = $1 and last_at < $2 order by last_at desc limit $3")
            ).bind(owner.as_str()).bind(before).bind(i64::from(most)).fetch_all(pool).await)?,
            None => on_pool!(self, pool => sqlx::query_as(
                summary_columns!("where last_at < $1 order by last_at desc limit $2")
            ).bind(before).bind(i64::from(most)).fetch_all(pool).await)?,
        };
        rows.into_iter().map(Summary::read).collect()
    }
}
