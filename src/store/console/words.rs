//! Labels, canned replies, saved views, settings: small things that the staff keep for themselves.

use super::super::StoreError;
use super::super::database::Store;
use super::super::dialect::{on_pool, on_transaction};
use super::accounts::AccountId;
use crate::domain::ConversationId;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its colour, 0 to 7.
    pub colour: i64,
}

/// A reply that is at hand; `{order}`, `{name}` and the like are filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Its number.
    pub id: i64,
    /// What is typed after `/` to find it.
    pub shortcut: String,
    /// What it is about.
    pub title: String,
    /// The words.
    pub words: String,
}

/// Filters under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The filters as in the address.
    pub query: String,
}

impl Store {
    /// Every label, by name.
    pub async fn labels(&self) -> Result<Vec<Label>, StoreError> {
        let rows: Vec<(i64, String, i64)> = on_pool!(self, pool => sqlx::query_as(
            "select id, name, colour from labels order by name"
        ).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(id, name, colour)| Label { id, name, colour }).collect())
    }

    /// Makes a label; false if there is one of that name.
    pub async fn make_label(&self, name: &str, colour: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let rows = on_transaction!(transaction, connection => sqlx::query(
            "insert into labels (name, colour) values ($1, $2) on conflict (name) do nothing"
        ).bind(name).bind(colour).execute(connection).await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(rows == 1)
    }

    /// Deletes a label everywhere.
    pub async fn delete_label(&self, id: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for statement in ["delete from conversation_labels where label = $1", "delete from labels where id = $1"] {
            on_transaction!(transaction, connection => sqlx::query(statement).bind(id).execute(connection).await.map(|_| ()))?;
        }
        transaction.commit().await
    }

    /// Puts a label on a conversation or takes it off.
    pub async fn label(&self, conversation: &ConversationId, label: i64, on: bool) -> Result<(), StoreError> {
        let id = conversation.to_string();
        let mut transaction = self.begin().await?;
        if on {
            on_transaction!(transaction, connection => sqlx::query(
                "insert into conversation_labels (conversation, label) select $1, id from labels where id = $2 \
                 on conflict do nothing"
            ).bind(&id).bind(label).execute(connection).await.map(|_| ()))?;
        } else {
            on_transaction!(transaction, connection => sqlx::query(
                "delete from conversation_labels where conversation = $1 and label = $2"
            ).bind(&id).bind(label).execute(connection).await.map(|_| ()))?;
        }
        transaction.note_change(&id).await?;
        transaction.commit().await
    }

    /// Every canned reply, by shortcut.
    pub async fn canned_replies(&self) -> Result<Vec<CannedReply>, StoreError> {
        let rows: Vec<(i64, String, String, String)> = on_pool!(self, pool => sqlx::query_as(
            "select id, shortcut, title, words from canned_replies order by shortcut"
        ).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(id, shortcut, title, words)| CannedReply { id, shortcut, title, words }).collect())
    }

    /// Writes a canned reply under its shortcut.
    pub async fn write_canned_reply(&self, shortcut: &str, title: &str, words: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into canned_replies (shortcut, title, words) values ($1, $2, $3) \
             on conflict (shortcut) do update set title = $2, words = $3"
        ).bind(shortcut).bind(title).bind(words).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// Deletes a canned reply.
    pub async fn delete_canned_reply(&self, id: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query("delete from canned_replies where id = $1")
            .bind(id).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// The views that an account has saved.
    pub async fn saved_views(&self, account: AccountId) -> Result<Vec<SavedView>, StoreError> {
        let rows: Vec<(i64, String, String)> = on_pool!(self, pool => sqlx::query_as(
            "select id, name, query from saved_views where account = $1 order by id"
        ).bind(account).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(id, name, query)| SavedView { id, name, query }).collect())
    }

    /// Saves a view.
    pub async fn save_view(&self, account: AccountId, name: &str, query: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into saved_views (account, name, query) values ($1, $2, $3)"
        ).bind(account).bind(name).bind(query).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// Deletes a view of an account.
    pub async fn delete_view(&self, account: AccountId, id: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query("delete from saved_views where id = $1 and account = $2")
            .bind(id).bind(account).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// A setting of the console.
    pub async fn console_setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar("select value from console_settings where name = $1")
            .bind(name).fetch_optional(pool).await)?)
    }

    /// Writes a setting of the console.
    pub async fn set_console_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into console_settings (name, value) values ($1, $2) on conflict (name) do update set value = $2"
        ).bind(name).bind(value).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }
}
