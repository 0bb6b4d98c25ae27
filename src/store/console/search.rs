//! Search over messages and notes: finds exactly what a scan for the substring finds, by the index of letter pairs.
//! Leaves to others: cutting and marking what is shown (`console`).

use super::super::StoreError;
use super::super::database::{Pool, Store};
use super::super::dialect::{on_pool, on_transaction};
use super::accounts::AccountId;
use super::desk::ConversationNumber;
use super::grams::{expression, fold, needed};
use super::list::{Filter, Sight};
use super::models::Author;
use super::query::{Bind, Statement, fetch};
use crate::domain::{ConversationId, Owner, Timestamp};

/// A message that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its number, for the next page.
    pub id: i64,
    /// The conversation's number for staff.
    pub number: ConversationNumber,
    /// The conversation.
    pub conversation: ConversationId,
    /// The event's number.
    pub sequence: i64,
    /// When it was said.
    pub at: Timestamp,
    /// Whose words.
    pub author: Author,
    /// The words.
    pub words: String,
    /// Who speaks there now.
    pub owner: Owner,
}

type HitRow = (i64, i64, String, i64, i64, String, String, String);

impl Store {
    /// The messages that hold `words` (small and capital letters, full and half width are one), the latest first,
    /// before message `before`.
    pub async fn search(
        &self,
        sight: &Sight,
        words: &str,
        filter: &Filter,
        now: Timestamp,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<Hit>, StoreError> {
        let folded = fold(words.trim()).replace('\0', "");
        let Some(expression) = expression(&folded) else { return Ok(Vec::new()) };
        let mut statement = Statement::default();
        let columns = "select m.id, n.number, m.conversation, m.sequence, m.at, m.author, m.words, c.owner ";
        statement.push(columns, []);
        // The index gives the ids, the latest first; what is joined to them is looked up one by one.
        let joins =
            "join conversations c on c.id = m.conversation join conversation_numbers n on n.conversation = c.id ";
        match &self.pool {
            Pool::Sqlite { .. } => {
                statement.push("from message_grams g cross join messages m on m.id = g.rowid ", []);
                statement.push(joins, []);
                statement.push_text("where g.message_grams match ?", &expression);
                statement.push_number(" and g.rowid < ?", before.unwrap_or(i64::MAX));
            }
            Pool::Postgres(_) => {
                statement.push("from messages m ", []);
                statement.push(joins, []);
                statement.push("where m.grams @> ?", [Bind::Texts(needed(&folded))]);
                statement.push_text(" and position(? in m.folded) > 0", &folded);
                statement.push_number(" and m.id < ?", before.unwrap_or(i64::MAX));
            }
        }
        sight.push(&mut statement);
        filter.push(&mut statement, now);
        statement.push_number(
            match &self.pool {
                Pool::Sqlite { .. } => " order by g.rowid desc limit ?",
                Pool::Postgres(_) => " order by m.id desc limit ?",
            },
            i64::from(most),
        );
        let rows: Vec<HitRow> = fetch!(self, &statement, fetch_all)?;
        rows.into_iter()
            // Letters that share a name in the index are told apart here.
            .filter(|row| fold(&row.6).contains(&folded))
            .map(|(id, number, conversation, sequence, at, author, words, owner)| {
                let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("message", error);
                Ok(Hit {
                    id,
                    number,
                    conversation: conversation.parse().map_err(|error| bad(&error))?,
                    sequence,
                    at: Timestamp::from_millis(at),
                    author: author.parse().map_err(|error| bad(&error))?,
                    words,
                    owner: owner.parse().map_err(|error| bad(&error))?,
                })
            })
            .collect()
    }

    /// Keeps what is searched for under an opaque name for addresses.
    pub async fn remember_search(&self, account: AccountId, words: &str) -> Result<String, StoreError> {
        let mut token = super::accounts::token();
        token.truncate(16);
        let now = self.now();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into searches (token, words, account, at) values ($1, $2, $3, $4)"
        ).bind(&token).bind(words).bind(account).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        transaction.commit().await?;
        Ok(token)
    }

    /// What a name for a search stands for.
    pub async fn remembered_search(&self, token: &str) -> Result<Option<String>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar("select words from searches where token = $1")
            .bind(token).fetch_optional(pool).await)?)
    }
}
