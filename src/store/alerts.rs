//! Alerts: what a person must look at, such as messages that were set aside or could not be delivered.
//! Leaves to others: showing them (`console`).

use super::StoreError;
use super::database::Store;
use super::dialect::{on_pool, on_transaction};
use super::transaction::Transaction;
use crate::domain::{ConversationId, Message, Timestamp};

crate::closed_set! {
    /// What happened.
    AlertKind {
        /// A received message failed too often and was set aside.
        InboundSetAside = "inbound_set_aside",
        /// A message will never be accepted by the channel.
        Undeliverable = "undeliverable",
        /// A message may or may not have arrived, twice.
        DeliveryUnknown = "delivery_unknown",
        /// Something is to be done in the merchant's own database.
        ServiceRequest = "service_request",
    }
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AlertKind,
    /// Where.
    pub conversation: Option<ConversationId>,
    /// The inbound's key or the outbound's number.
    pub reference: String,
    /// Why; without anything a shopper wrote.
    pub detail: String,
}

/// A message that could not be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Its number in the outbox.
    pub id: i64,
    /// Where it should have gone.
    pub conversation: ConversationId,
    /// What it says.
    pub message: Message,
    /// When it was given up.
    pub at: Timestamp,
    /// What the channel said.
    pub fault: String,
    /// Whether it may have arrived all the same.
    pub may_have_arrived: bool,
}

/// Number, conversation, body, when settled, fault, state.
type DeadRow = (i64, String, String, Option<i64>, Option<String>, String);

impl Store {
    /// The alerts that nobody has seen, the oldest first.
    pub async fn alerts(&self, most: u32) -> Result<Vec<Alert>, StoreError> {
        let rows: Vec<(i64, i64, String, Option<String>, String, String)> = on_pool!(self, pool => sqlx::query_as(
            "select id, at, kind, conversation, reference, detail from alerts where seen_at is null order by id limit $1"
        ).bind(i64::from(most)).fetch_all(pool).await)?;
        rows.into_iter()
            .map(|(id, at, kind, conversation, reference, detail)| {
                Ok(Alert {
                    id,
                    at: Timestamp::from_millis(at),
                    kind: kind.parse().map_err(|error| StoreError::bad_row("alert", error))?,
                    conversation: conversation
                        .map(|id| id.parse())
                        .transpose()
                        .map_err(|error| StoreError::bad_row("alert", error))?,
                    reference,
                    detail,
                })
            })
            .collect()
    }

    /// Marks an alert as seen.
    pub async fn see_alert(&self, id: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let now = self.now();
        on_transaction!(transaction, connection => sqlx::query(
            "update alerts set seen_at = $2 where id = $1 and seen_at is null"
        ).bind(id).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// The messages that could not be delivered, the latest first.
    pub async fn dead_letters(&self, most: u32) -> Result<Vec<DeadLetter>, StoreError> {
        let rows: Vec<DeadRow> = on_pool!(self, pool => sqlx::query_as(
            "select id, conversation, body, settled_at, fault, state from outbox where state in ('dead', 'unknown') \
             order by settled_at desc limit $1"
        ).bind(i64::from(most)).fetch_all(pool).await)?;
        rows.into_iter()
            .map(|(id, conversation, body, at, fault, state)| {
                Ok(DeadLetter {
                    id,
                    conversation: conversation.parse().map_err(|error| StoreError::bad_row("conversation", error))?,
                    message: serde_json::from_str(&body).map_err(|error| StoreError::bad_row("message", error))?,
                    at: Timestamp::from_millis(at.unwrap_or(0)),
                    fault: fault.unwrap_or_default(),
                    may_have_arrived: state == "unknown",
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Tells staff of a service request.
    pub async fn alert_request(
        &mut self,
        conversation: &ConversationId,
        request: i64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let conversation = conversation.to_string();
        let detail = "to be done in the shop's own database";
        self.alert(AlertKind::ServiceRequest, Some(&conversation), &request.to_string(), detail, at).await
    }

    pub(super) async fn alert(
        &mut self,
        kind: AlertKind,
        conversation: Option<&str>,
        reference: &str,
        detail: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "insert into alerts (at, kind, conversation, reference, detail) values ($1, $2, $3, $4, $5)"
        ).bind(at.millis()).bind(kind.as_str()).bind(conversation).bind(reference).bind(detail)
        .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
