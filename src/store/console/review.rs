//! What reviewers leave at messages: corrections of what was understood, verdicts, notes.
//! Leaves to others: turning them into training data (`console`).

use std::collections::BTreeMap;

use super::super::StoreError;
use super::super::database::Store;
use super::super::dialect::{on_pool, on_transaction};
use super::models::{Author, MessageRow};
use super::query::{Statement, fetch};
use crate::domain::{ConversationId, Timestamp};

crate::closed_set! {
    /// What is corrected.
    CorrectionField {
        /// The intents, main first, with `|` between them.
        Intents = "intents",
        /// The mood.
        Emotion = "emotion",
        /// The entities: `kind=text` with `|` between them.
        Entities = "entities",
    }
}

/// The latest correction of a field of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message's event.
    pub sequence: i64,
    /// What.
    pub field: CorrectionField,
    /// What it should have been.
    pub value: String,
    /// Who says so.
    pub staff: String,
    /// Since when.
    pub at: Timestamp,
    /// The message as written.
    pub words: String,
}

/// A reviewer's word on an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A good answer.
    Good,
    /// A bad one.
    Bad,
}

/// A note at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The event.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub staff: String,
    /// What.
    pub words: String,
}

impl Store {
    /// Keeps a correction; what was corrected before stays on record.
    pub async fn correct(
        &self,
        conversation: &ConversationId,
        sequence: i64,
        field: CorrectionField,
        value: &str,
        staff: &str,
    ) -> Result<(), StoreError> {
        let id = conversation.to_string();
        let now = self.now();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into corrections (conversation, sequence, field, value, staff, at) values ($1, $2, $3, $4, $5, $6)"
        ).bind(&id).bind(sequence).bind(field.as_str()).bind(value).bind(staff).bind(now.millis())
        .execute(connection).await.map(|_| ()))?;
        transaction.note_change(&id).await?;
        transaction.commit().await
    }

    /// The corrections that hold: of one conversation, or of all; the latest of each field of each message.
    pub async fn corrections(&self, conversation: Option<&ConversationId>) -> Result<Vec<Correction>, StoreError> {
        let id = conversation.map(ToString::to_string).unwrap_or_default();
        let rows: Vec<(String, i64, String, String, String, i64, String)> = on_pool!(self, pool => sqlx::query_as(
            "select k.conversation, k.sequence, k.field, k.value, k.staff, k.at, coalesce(m.words, '') from corrections k \
             left join messages m on m.conversation = k.conversation and m.sequence = k.sequence and m.author = 'shopper' \
             where ($1 = '' or k.conversation = $1) and not exists (select 1 from corrections later where \
             later.conversation = k.conversation and later.sequence = k.sequence and later.field = k.field \
             and later.id > k.id) order by k.id"
        ).bind(id).fetch_all(pool).await)?;
        rows.into_iter()
            .map(|(conversation, sequence, field, value, staff, at, words)| {
                let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("correction", error);
                Ok(Correction {
                    conversation: conversation.parse().map_err(|error| bad(&error))?,
                    sequence,
                    field: field.parse().map_err(|error| bad(&error))?,
                    value,
                    staff,
                    at: Timestamp::from_millis(at),
                    words,
                })
            })
            .collect()
    }

    /// Judges an answer, or takes the verdict back.
    pub async fn judge(
        &self,
        conversation: &ConversationId,
        sequence: i64,
        verdict: Option<Verdict>,
        staff: &str,
    ) -> Result<(), StoreError> {
        let id = conversation.to_string();
        let now = self.now();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "delete from verdicts where conversation = $1 and sequence = $2"
        ).bind(&id).bind(sequence).execute(connection).await.map(|_| ()))?;
        if let Some(verdict) = verdict {
            on_transaction!(transaction, connection => sqlx::query(
                "insert into verdicts (conversation, sequence, good, staff, at) values ($1, $2, $3, $4, $5)"
            ).bind(&id).bind(sequence).bind(i64::from(verdict == Verdict::Good)).bind(staff).bind(now.millis())
            .execute(connection).await.map(|_| ()))?;
        }
        transaction.note_change(&id).await?;
        transaction.commit().await
    }

    /// The verdicts of a conversation by event.
    pub async fn verdicts(&self, conversation: &ConversationId) -> Result<BTreeMap<i64, Verdict>, StoreError> {
        let rows: Vec<(i64, i64)> = on_pool!(self, pool => sqlx::query_as(
            "select sequence, good from verdicts where conversation = $1"
        ).bind(conversation.to_string()).fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .map(|(sequence, good)| (sequence, if good != 0 { Verdict::Good } else { Verdict::Bad }))
            .collect())
    }

    /// The latest messages that were not understood: number of the conversation, event, words.
    pub async fn unanswered(&self, sight: &super::Sight, most: u32) -> Result<Vec<(i64, i64, String)>, StoreError> {
        let mut statement = Statement::new(
            "select n.number, t.sequence, m.words from turns t \
             join messages m on m.conversation = t.conversation and m.sequence = t.sequence and m.author = 'shopper' \
             join conversations c on c.id = t.conversation join conversation_numbers n on n.conversation = c.id \
             where t.unanswered = 1",
        );
        sight.push(&mut statement);
        statement.push_number(" order by t.at desc limit ?", i64::from(most));
        Ok(fetch!(self, &statement, fetch_all)?)
    }

    /// Writes a note at an event; it is found by search.
    pub async fn add_note(
        &self,
        conversation: &ConversationId,
        sequence: i64,
        at: Timestamp,
        staff: &str,
        words: &str,
    ) -> Result<(), StoreError> {
        let id = conversation.to_string();
        let mut transaction = self.begin().await?;
        // The author's login stands before the words, so that one row is all there is of a note.
        let words = format!("{staff}\n{words}");
        let row = MessageRow { sequence, ordinal: 1_000, at, author: Author::Note, words };
        transaction.add_message(&id, &row).await?;
        transaction.note_change(&id).await?;
        transaction.commit().await
    }

    /// The notes of a conversation in their order.
    pub async fn notes(&self, conversation: &ConversationId) -> Result<Vec<Note>, StoreError> {
        let rows: Vec<(i64, i64, String)> = on_pool!(self, pool => sqlx::query_as(
            "select sequence, at, words from messages where conversation = $1 and author = 'note' order by id"
        ).bind(conversation.to_string()).fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .map(|(sequence, at, words)| {
                let (staff, words) = words.split_once('\n').unwrap_or(("", &words));
                Note { sequence, at: Timestamp::from_millis(at), staff: staff.to_owned(), words: words.to_owned() }
            })
            .collect())
    }
}
