//! What is kept of a customer: everything in one export, and nothing left of it after an erasure, also not in the free
//! pages and the write-ahead log. Retention deletes old conversations the same way. Leaves to others: the customer's
//! orders (`shop`).

use super::super::StoreError;
use super::super::database::{Pool, Store};
use super::super::dialect::{on_pool, on_transaction};
use super::super::transaction::Inner;
use crate::domain::{ConversationId, CustomerId, StoredEvent, Timestamp};

/// Statements that delete a conversation, in the order of their references.
const DELETE: &[&str] = &[
    "delete from conversation_labels where conversation = $1",
    "delete from corrections where conversation = $1",
    "delete from verdicts where conversation = $1",
    "delete from messages where conversation = $1",
    "delete from turns where conversation = $1",
    "delete from handovers where conversation = $1",
    "delete from conversation_orders where conversation = $1",
    "delete from changes where conversation = $1",
    "delete from drafts where conversation = $1",
    "delete from presence where conversation = $1",
    "delete from reveals where conversation = $1",
    "delete from topics where conversation = $1",
    "delete from alerts where conversation = $1",
    "delete from lanes where conversation = $1",
    "delete from outbox where conversation = $1",
    "delete from links where used_by in (select key from inbox where inbox.conversation = $1)",
    "delete from inbox where conversation = $1",
    "delete from events where conversation = $1",
    "delete from conversation_numbers where conversation = $1",
    "delete from conversations where id = $1",
];

impl Store {
    /// The conversations in which somebody proved to be this customer; `also` are those that the shop knows of.
    pub async fn conversations_with(
        &self,
        customer: CustomerId,
        also: &[ConversationId],
    ) -> Result<Vec<ConversationId>, StoreError> {
        let rows: Vec<String> = on_pool!(self, pool => sqlx::query_scalar(
            "select id from conversations where customer = $1 order by id"
        ).bind(customer.0).fetch_all(pool).await)?;
        let mut ids = also.to_vec();
        for row in rows {
            ids.push(row.parse().map_err(|error| StoreError::bad_row("conversation", error))?);
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// Everything that is kept of conversations, as data.
    pub async fn export_conversations(&self, ids: &[ConversationId]) -> Result<serde_json::Value, StoreError> {
        let mut conversations = Vec::with_capacity(ids.len());
        for id in ids {
            let events: Vec<StoredEvent> = self.events(id).await?;
            let notes = self.notes(id).await?;
            let notes: Vec<serde_json::Value> = notes
                .into_iter()
                .map(|note| serde_json::json!({ "at": note.at, "sequence": note.sequence, "words": note.words }))
                .collect();
            let corrections = self.corrections(Some(id)).await?;
            let corrections: Vec<serde_json::Value> = corrections
                .into_iter()
                .map(|one| serde_json::json!({ "sequence": one.sequence, "field": one.field, "value": one.value }))
                .collect();
            conversations.push(serde_json::json!({
                "conversation": id.to_string(), "events": events, "notes": notes, "corrections": corrections,
            }));
        }
        Ok(conversations.into())
    }

    /// Deletes conversations with everything that hangs on them. Follow it with [`Store::scrub`].
    pub async fn erase_conversations(&self, ids: &[ConversationId]) -> Result<(), StoreError> {
        for id in ids {
            let id = id.to_string();
            let mut transaction = self.begin().await?;
            if let Inner::Sqlite { transaction, .. } = &mut transaction.inner {
                // What is deleted is overwritten, in the pages and in the index.
                sqlx::query("pragma secure_delete = on").execute(&mut **transaction).await?;
                sqlx::query("insert into message_grams (message_grams, rank) values ('secure-delete', 1)")
                    .execute(&mut **transaction)
                    .await?;
                sqlx::query(
                    "delete from message_grams where rowid in (select id from messages where conversation = $1)",
                )
                .bind(&id)
                .execute(&mut **transaction)
                .await?;
            }
            for statement in DELETE {
                on_transaction!(transaction, connection => sqlx::query(*statement)
                    .bind(&id).execute(connection).await.map(|_| ()))?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Forgets what was searched for: it may be a customer's name or number.
    pub async fn forget_searches(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query("delete from searches").execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// Writes the database anew without what was deleted: no free page, no log, no index holds it any longer.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite { durable, writer, gate, .. } => {
                let _gate = gate.lock().await;
                let _writer = writer.lock().await;
                // Merges the index's parts, so that none holds words that no message has.
                sqlx::query("insert into message_grams (message_grams) values ('optimize')").execute(durable).await?;
                sqlx::query("vacuum").execute(durable).await?;
                sqlx::query("pragma wal_checkpoint(truncate)").execute(durable).await?;
            }
            Pool::Postgres(pool) => {
                // Dead rows go; what the server's own log keeps is for its operators to rotate.
                for statement in
                    ["vacuum full events", "vacuum full messages", "vacuum full inbox", "vacuum full outbox"]
                {
                    sqlx::query(statement).execute(pool).await?;
                }
            }
        }
        Ok(())
    }

    /// Deletes the conversations in which nothing was said since a moment of their clock. Returns how many.
    pub async fn expire(&self, before: Timestamp, most: u32) -> Result<usize, StoreError> {
        let rows: Vec<String> = on_pool!(self, pool => sqlx::query_scalar(
            "select id from conversations where last_at < $1 and last_sequence > 0 order by last_at limit $2"
        ).bind(before.millis()).bind(i64::from(most)).fetch_all(pool).await)?;
        let ids = rows
            .into_iter()
            .map(|row| row.parse().map_err(|error| StoreError::bad_row("conversation", error)))
            .collect::<Result<Vec<ConversationId>, _>>()?;
        self.erase_conversations(&ids).await?;
        Ok(ids.len())
    }
}
