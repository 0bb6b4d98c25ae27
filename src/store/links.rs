//! Links that open a conversation with something to do, good once; and the channel's own names for files that it has.

use super::StoreError;
use super::database::{Durability, Store};
use super::dialect::{on_pool, on_transaction};
use super::transaction::Transaction;
use crate::domain::{ChannelKind, Press};

impl Store {
    /// Makes a link that does what a press does, once, within so many seconds. The answer is its opaque name: 22
    /// characters that Telegram takes behind `?start=`.
    pub async fn make_link(&self, press: &Press, label: &str, seconds: i64) -> Result<String, StoreError> {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let token: String =
            rand::random::<[u8; 22]>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 63)])).collect();
        let press = serde_json::to_string(press).map_err(|error| StoreError::bad_row("press", error))?;
        let now = self.now();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into links (token, press, label, created_at, expires_at) values ($1, $2, $3, $4, $5)"
        ).bind(&token).bind(&press).bind(label).bind(now.millis()).bind(now.plus_seconds(seconds).millis())
        .execute(connection).await.map(|_| ()))?;
        transaction.commit().await?;
        Ok(token)
    }

    /// What a link does, with its label, if it is good for the inbound `key`.
    pub async fn link(&self, token: &str, key: &str) -> Result<Option<(Press, String)>, StoreError> {
        let row: Option<(String, String)> = on_pool!(self, pool => sqlx::query_as(
            "select press, label from links where token = $1 and (used_by = $2 or (used_by is null and expires_at >= $3))"
        ).bind(token).bind(key).bind(self.now().millis()).fetch_optional(pool).await)?;
        row.map(|(press, label)| {
            Ok((serde_json::from_str(&press).map_err(|error| StoreError::bad_row("press", error))?, label))
        })
        .transpose()
    }

    /// The channel's name for a file that it has.
    pub async fn upload(&self, channel: ChannelKind, source: &str) -> Result<Option<String>, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar(
            "select channel_file from uploads where channel = $1 and source = $2"
        ).bind(channel.as_str()).bind(source).fetch_optional(pool).await)?)
    }

    /// Remembers the channel's name for a file, or forgets it.
    pub async fn remember_upload(
        &self,
        channel: ChannelKind,
        source: &str,
        channel_file: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        match channel_file {
            Some(name) => on_transaction!(transaction, connection => sqlx::query(
                "insert into uploads (channel, source, channel_file) values ($1, $2, $3) \
                 on conflict (channel, source) do update set channel_file = $3"
            ).bind(channel.as_str()).bind(source).bind(name).execute(connection).await.map(|_| ()))?,
            None => on_transaction!(transaction, connection => sqlx::query(
                "delete from uploads where channel = $1 and source = $2"
            ).bind(channel.as_str()).bind(source).execute(connection).await.map(|_| ()))?,
        }
        transaction.commit().await
    }
}

impl Transaction {
    /// Marks a link as used by an inbound; false if another was first.
    pub(super) async fn use_link(&mut self, token: &str, key: &str) -> Result<bool, StoreError> {
        let rows = on_transaction!(self, connection => sqlx::query(
            "update links set used_by = $2 where token = $1 and (used_by is null or used_by = $2)"
        ).bind(token).bind(key).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }
}
