//! Sessions of signed-in staff: only the hash of what the browser holds is kept. Leaves to others: cookies (`console`).

use super::super::StoreError;
use super::super::database::{Durability, Store};
use super::super::dialect::{on_pool, on_transaction};
use super::accounts::{Account, AccountId, account, account_columns, hashed, token};
use crate::domain::Timestamp;

/// A session ends after so long without use, in seconds.
const IDLE_SECONDS: i64 = 12 * 3600;
/// A session ends after so long in any case, in seconds.
const LIFE_SECONDS: i64 = 7 * 86_400;
/// The last use is written down at most so often, in seconds.
const TOUCH_SECONDS: i64 = 60;

/// What a new session gives the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The cookie's value.
    pub token: String,
    /// The token that every form carries.
    pub csrf: String,
}

/// A session for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// What the browser calls itself, shortened.
    pub browser: String,
    /// From where.
    pub address: String,
}

impl Store {
    /// Begins a session.
    pub async fn begin_session(
        &self,
        account: AccountId,
        browser: &str,
        address: &str,
    ) -> Result<NewSession, StoreError> {
        let session = NewSession { token: token(), csrf: token() };
        let now = self.now();
        let browser: String = browser.chars().take(120).collect();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into staff_sessions (token_hash, account, csrf, created_at, seen_at, expires_at, browser, address) \
             values ($1, $2, $3, $4, $4, $5, $6, $7)"
        ).bind(hashed(&session.token)).bind(account).bind(&session.csrf).bind(now.millis())
        .bind(now.plus_seconds(LIFE_SECONDS).millis()).bind(browser).bind(address)
        .execute(connection).await.map(|_| ()))?;
        transaction.commit().await?;
        Ok(session)
    }

    /// Who holds a session, with its number and the token of its forms; none if it is over or the account is locked.
    pub async fn session(&self, token: &str) -> Result<Option<(Account, i64, String)>, StoreError> {
        let now = self.now();
        let found: Option<(i64, i64, String, i64)> = on_pool!(self, pool => sqlx::query_as(
            "select s.account, s.id, s.csrf, s.seen_at from staff_sessions s join staff_accounts a on a.id = s.account \
             where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2 and s.seen_at > $3 and a.locked_at is null"
        ).bind(hashed(token)).bind(now.millis()).bind(now.plus_seconds(-IDLE_SECONDS).millis())
        .fetch_optional(pool).await)?;
        let Some((owner, id, csrf, seen_at)) = found else { return Ok(None) };
        if now.seconds_since(Timestamp::from_millis(seen_at)) >= TOUCH_SECONDS {
            let mut transaction = self.begin_with(Durability::Relaxed).await?;
            on_transaction!(transaction, connection => sqlx::query("update staff_sessions set seen_at = $2 where id = $1")
                .bind(id).bind(now.millis()).execute(connection).await.map(|_| ()))?;
            transaction.commit().await?;
        }
        let row = on_pool!(self, pool => sqlx::query_as(account_columns!("where a.id = $1"))
            .bind(owner).fetch_optional(pool).await)?;
        Ok(row.map(account).transpose()?.map(|account| (account, id, csrf)))
    }

    /// The sessions that are not over: of one account, or of all.
    pub async fn sessions(&self, account: Option<AccountId>) -> Result<Vec<SessionRow>, StoreError> {
        let now = self.now();
        let rows: Vec<(i64, i64, i64, i64, String, String)> = on_pool!(self, pool => sqlx::query_as(
            "select id, account, created_at, seen_at, browser, address from staff_sessions where revoked_at is null \
             and expires_at > $1 and seen_at > $2 and (account = $3 or $3 < 0) order by seen_at desc limit 200"
        ).bind(now.millis()).bind(now.plus_seconds(-IDLE_SECONDS).millis()).bind(account.unwrap_or(-1))
        .fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, account, created_at, seen_at, browser, address)| SessionRow {
                id,
                account,
                created_at: Timestamp::from_millis(created_at),
                seen_at: Timestamp::from_millis(seen_at),
                browser,
                address,
            })
            .collect())
    }

    /// Ends a session; with `account` only if it is theirs. False if there was none.
    pub async fn revoke_session(&self, id: i64, account: Option<AccountId>) -> Result<bool, StoreError> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        let rows = on_transaction!(transaction, connection => sqlx::query(
            "update staff_sessions set revoked_at = $2 where id = $1 and revoked_at is null and (account = $3 or $3 < 0)"
        ).bind(id).bind(now.millis()).bind(account.unwrap_or(-1)).execute(connection).await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(rows == 1)
    }
}
