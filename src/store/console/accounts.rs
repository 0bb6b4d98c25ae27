//! Accounts of the staff, invitations that set a password, and the throttle of sign-ins. Passwords come here hashed.
//! Leaves to others: hashing and checking (`console`), sessions (`sessions`).

use sha2::{Digest, Sha256};

use super::super::StoreError;
use super::super::database::Store;
use super::super::dialect::{on_pool, on_transaction};
use crate::domain::{Login, Role, Timestamp};

/// An account's number.
pub type AccountId = i64;

/// An invitation is good for so long, in seconds.
const INVITATION_SECONDS: i64 = 3 * 86_400;
/// The first lock in seconds; each further failure doubles it.
const FIRST_LOCK: i64 = 30;
/// The longest lock in seconds.
const LONGEST_LOCK: i64 = 3600;

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The name for signing in; also the name in events and in the audit.
    pub login: Login,
    /// The name that colleagues see.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they see only their own and unassigned conversations.
    pub own_only: bool,
    /// Argon2id of the password; none before the invitation was used.
    pub password: Option<String>,
    /// The secret of the one-time codes, if they are on.
    pub totp_secret: Option<String>,
    /// The language of the pages, if chosen.
    pub language: Option<String>,
    /// Since when it is locked.
    pub locked_at: Option<Timestamp>,
}

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The name for signing in.
    pub login: Login,
    /// The name that colleagues see.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they see only their own and unassigned conversations.
    pub own_only: bool,
}

/// Whether a sign-in may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginLock {
    /// It may.
    Open,
    /// Not before this moment.
    Until(Timestamp),
}

type AccountRow = (i64, String, String, String, i64, Option<String>, Option<String>, Option<String>, Option<i64>);

macro_rules! account_columns {
    ($rest:literal) => {
        concat!(
            "select a.id, a.login, a.name, a.role, a.own_only, a.password, a.totp_secret, a.language, a.locked_at ",
            "from staff_accounts a ",
            $rest
        )
    };
}
pub(super) use account_columns;

pub(super) fn account(row: AccountRow) -> Result<Account, StoreError> {
    let (id, login, name, role, own_only, password, totp_secret, language, locked_at) = row;
    let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("account", error);
    Ok(Account {
        id,
        login: login.parse().map_err(|error| bad(&error))?,
        name,
        role: role.parse().map_err(|error| bad(&error))?,
        own_only: own_only != 0,
        password,
        totp_secret,
        language,
        locked_at: locked_at.map(Timestamp::from_millis),
    })
}

/// What is kept of a secret that somebody else holds: its SHA-256.
pub(super) fn hashed(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A secret of 256 bits in letters that addresses and cookies take.
pub(super) fn token() -> String {
    rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Store {
    /// Makes an account; none if the login is taken.
    pub async fn make_account(&self, new: &NewAccount) -> Result<Option<AccountId>, StoreError> {
        let mut transaction = self.begin().await?;
        let now = self.now();
        let id: Option<i64> = on_transaction!(transaction, connection => sqlx::query_scalar(
            "insert into staff_accounts (login, name, role, own_only, created_at) values ($1, $2, $3, $4, $5) \
             on conflict (login) do nothing returning id"
        ).bind(new.login.as_str()).bind(&new.name).bind(new.role.as_str()).bind(i64::from(new.own_only))
        .bind(now.millis()).fetch_optional(connection).await)?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Every account, by login.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = on_pool!(self, pool => sqlx::query_as(account_columns!("order by a.login"))
            .fetch_all(pool).await)?;
        rows.into_iter().map(account).collect()
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = on_pool!(self, pool => sqlx::query_as(account_columns!("where a.id = $1"))
            .bind(id).fetch_optional(pool).await)?;
        row.map(account).transpose()
    }

    /// The account of a login.
    pub async fn account_of(&self, login: &Login) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = on_pool!(self, pool => sqlx::query_as(account_columns!("where a.login = $1"))
            .bind(login.as_str()).fetch_optional(pool).await)?;
        row.map(account).transpose()
    }

    /// Writes an account's changeable parts; a locked one loses its sessions.
    pub async fn write_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let now = self.now();
        on_transaction!(transaction, connection => sqlx::query(
            "update staff_accounts set name = $2, role = $3, own_only = $4, password = $5, totp_secret = $6, language = $7, \
             locked_at = $8 where id = $1"
        ).bind(account.id).bind(&account.name).bind(account.role.as_str()).bind(i64::from(account.own_only))
        .bind(account.password.as_deref()).bind(account.totp_secret.as_deref()).bind(account.language.as_deref())
        .bind(account.locked_at.map(Timestamp::millis)).execute(connection).await.map(|_| ()))?;
        if account.locked_at.is_some() {
            on_transaction!(transaction, connection => sqlx::query(
                "update staff_sessions set revoked_at = $2 where account = $1 and revoked_at is null"
            ).bind(account.id).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        }
        transaction.commit().await
    }

    /// Makes a link's secret with which the account sets its password, once. Earlier ones end.
    pub async fn invite(&self, account: AccountId) -> Result<String, StoreError> {
        let secret = token();
        let now = self.now();
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query(
            "update staff_invitations set used_at = $2 where account = $1 and used_at is null"
        ).bind(account).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into staff_invitations (token_hash, account, created_at, expires_at) values ($1, $2, $3, $4)"
        ).bind(hashed(&secret)).bind(account).bind(now.millis()).bind(now.plus_seconds(INVITATION_SECONDS).millis())
        .execute(connection).await.map(|_| ()))?;
        transaction.commit().await?;
        Ok(secret)
    }

    /// Whose invitation this is, while it is good.
    pub async fn invited(&self, secret: &str) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = on_pool!(self, pool => sqlx::query_as(account_columns!(
            "join staff_invitations i on i.account = a.id \
             where i.token_hash = $1 and i.used_at is null and i.expires_at >= $2 and a.locked_at is null"
        )).bind(hashed(secret)).bind(self.now().millis()).fetch_optional(pool).await)?;
        row.map(account).transpose()
    }

    /// Uses an invitation to set a password; false if it is not good any more.
    pub async fn use_invitation(&self, secret: &str, password: &str) -> Result<bool, StoreError> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        let account: Option<i64> = on_transaction!(transaction, connection => sqlx::query_scalar(
            "update staff_invitations set used_at = $2 where token_hash = $1 and used_at is null and expires_at >= $2 \
             returning account"
        ).bind(hashed(secret)).bind(now.millis()).fetch_optional(connection).await)?;
        let Some(account) = account else { return Ok(false) };
        on_transaction!(transaction, connection => sqlx::query(
            "update staff_accounts set password = $2, totp_secret = null where id = $1"
        ).bind(account).bind(password).execute(connection).await.map(|_| ()))?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Whether `scope` (a login, or an address) may try to sign in.
    pub async fn login_lock(&self, scope: &str) -> Result<LoginLock, StoreError> {
        let until: Option<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select locked_until from login_failures where scope = $1"
        ).bind(scope).fetch_optional(pool).await)?;
        let until = Timestamp::from_millis(until.unwrap_or(0));
        Ok(if until > self.now() { LoginLock::Until(until) } else { LoginLock::Open })
    }

    /// Counts a failed sign-in; after `free` ones each closes the door for longer.
    pub async fn login_failed(&self, scope: &str, free: i64) -> Result<LoginLock, StoreError> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        let failures: i64 = on_transaction!(transaction, connection => sqlx::query_scalar(
            "insert into login_failures (scope, failures, last_at, locked_until) values ($1, 1, $2, 0) \
             on conflict (scope) do update set last_at = $2, \
             failures = case when login_failures.last_at < $3 then 1 else login_failures.failures + 1 end returning failures"
        ).bind(scope).bind(now.millis()).bind(now.plus_seconds(-LONGEST_LOCK * 2).millis()).fetch_one(connection).await)?;
        let mut lock = LoginLock::Open;
        if failures >= free {
            let doublings = u32::try_from(failures - free).unwrap_or(20).min(20);
            let until = now.plus_seconds((FIRST_LOCK << doublings).min(LONGEST_LOCK));
            on_transaction!(transaction, connection => sqlx::query(
                "update login_failures set locked_until = $2 where scope = $1"
            ).bind(scope).bind(until.millis()).execute(connection).await.map(|_| ()))?;
            lock = LoginLock::Until(until);
        }
        transaction.commit().await?;
        Ok(lock)
    }

    /// Forgets the failures of a scope: the sign-in succeeded.
    pub async fn login_succeeded(&self, scope: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        on_transaction!(transaction, connection => sqlx::query("delete from login_failures where scope = $1")
            .bind(scope).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }
}
