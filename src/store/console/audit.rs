//! The audit: who saw, revealed, changed, exported what. Rows are only added; each holds the SHA-256 over its own
//! fields and the hash of the row before, so that one altered, removed or inserted row breaks the chain from there on.
//! Leaves to others: deciding what is put on record (`console`).

use sha2::{Digest, Sha256};

use super::super::StoreError;
use super::super::database::Store;
use super::super::dialect::{on_pool, on_transaction};
use super::super::transaction::{Inner, Transaction};
use crate::domain::Timestamp;

/// What the first row holds for the hash of the row before.
const BEGINNING: &str = "xiaoer";
/// Rows read at once when the chain is checked.
const BATCH: i64 = 5_000;

crate::closed_set! {
    /// What was done.
    AuditDeed {
        /// Signed in.
        SignedIn = "signed_in",
        /// Tried to sign in and failed.
        SignInFailed = "sign_in_failed",
        /// Signed out, or a session was ended.
        SessionEnded = "session_ended",
        /// Set a password.
        PasswordSet = "password_set",
        /// One-time codes were switched on or off.
        TotpChanged = "totp_changed",
        /// Read a transcript.
        Read = "read",
        /// Searched; the words are not kept.
        Searched = "searched",
        /// Saw private data in full.
        Revealed = "revealed",
        /// Claimed a conversation.
        Claimed = "claimed",
        /// Gave a conversation to somebody.
        Assigned = "assigned",
        /// Replied to a shopper.
        Replied = "replied",
        /// Gave a conversation back to the bot.
        HandedBack = "handed_back",
        /// Closed a conversation.
        Resolved = "resolved",
        /// Put a conversation off.
        Snoozed = "snoozed",
        /// Labelled.
        Labelled = "labelled",
        /// Corrected what was understood.
        Corrected = "corrected",
        /// Judged an answer.
        Judged = "judged",
        /// Wrote a note.
        Noted = "noted",
        /// Downloaded something.
        Exported = "exported",
        /// Erased a customer.
        Erased = "erased",
        /// Old conversations were deleted.
        Expired = "expired",
        /// Made or changed an account.
        AccountChanged = "account_changed",
        /// Changed a setting, a canned reply or a label.
        SettingChanged = "setting_changed",
        /// Marked an alert as seen.
        AlertSeen = "alert_seen",
        /// Was refused.
        Refused = "refused",
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub id: i64,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// The login.
    pub staff: String,
    /// What.
    pub deed: AuditDeed,
    /// On what: `conversation 12`, `account li`.
    pub object: String,
    /// More; nothing that a shopper wrote.
    pub detail: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// How many rows there are.
    pub rows: i64,
    /// The hash of the last one: noted elsewhere, it shows later that nothing was cut off.
    pub head: String,
    /// The first row that does not fit, if any.
    pub broken: Option<AuditFault>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// The row's number.
    pub id: i64,
    /// What is wrong with it.
    pub what: &'static str,
}

type AuditRow = (i64, i64, String, String, String, String, String, String);

/// Every field with its length before it, so that no two rows read the same.
fn hash(previous: &str, id: i64, at: i64, fields: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    };
    add(previous);
    add(&id.to_string());
    add(&at.to_string());
    fields.into_iter().for_each(add);
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Transaction {
    /// Puts a deed on record, in the commit that does it.
    pub async fn record(&mut self, staff: &str, deed: AuditDeed, object: &str, detail: &str) -> Result<(), StoreError> {
        // One writer at a time; SQLite has no more anyway.
        if let Inner::Postgres(transaction) = &mut self.inner {
            sqlx::query("lock table audit in exclusive mode").execute(&mut **transaction).await?;
        }
        let last: Option<(i64, String)> = on_transaction!(self, connection => sqlx::query_as(
            "select id, hash from audit order by id desc limit 1"
        ).fetch_optional(connection).await)?;
        let (id, previous) = last.map_or((1, BEGINNING.to_owned()), |(id, hash)| (id + 1, hash));
        let at = self.store.now().millis();
        let own = hash(&previous, id, at, [staff, deed.as_str(), object, detail]);
        on_transaction!(self, connection => sqlx::query(
            "insert into audit (id, at, staff, deed, object, detail, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ).bind(id).bind(at).bind(staff).bind(deed.as_str()).bind(object).bind(detail).bind(previous).bind(own)
        .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Puts a deed on record on its own.
    pub async fn record(&self, staff: &str, deed: AuditDeed, object: &str, detail: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        transaction.record(staff, deed, object, detail).await?;
        transaction.commit().await
    }

    /// The audit, the latest first, before row `before`; `about` keeps only rows of that staff, deed or object.
    pub async fn audit(
        &self,
        about: Option<&str>,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<AuditRow> = on_pool!(self, pool => sqlx::query_as(
            "select id, at, staff, deed, object, detail, previous, hash from audit where id < $1 \
             and ($2 = '' or staff = $2 or deed = $2 or object = $2) order by id desc limit $3"
        ).bind(before.unwrap_or(i64::MAX)).bind(about.unwrap_or("")).bind(i64::from(most)).fetch_all(pool).await)?;
        rows.into_iter()
            .map(|(id, at, staff, deed, object, detail, ..)| {
                let deed = deed.parse().map_err(|error| StoreError::bad_row("audit row", error))?;
                Ok(AuditEntry { id, at: Timestamp::from_millis(at), staff, deed, object, detail })
            })
            .collect()
    }

    /// Whether a row has this hash.
    pub async fn holds_audit_hash(&self, hash: &str) -> Result<bool, StoreError> {
        let found: Option<i64> = on_pool!(self, pool => sqlx::query_scalar("select id from audit where hash = $1")
            .bind(hash).fetch_optional(pool).await)?;
        Ok(found.is_some())
    }

    /// Checks the whole chain.
    pub async fn verify_audit(&self) -> Result<AuditReport, StoreError> {
        let mut report = AuditReport { rows: 0, head: BEGINNING.to_owned(), broken: None };
        loop {
            let rows: Vec<AuditRow> = on_pool!(self, pool => sqlx::query_as(
                "select id, at, staff, deed, object, detail, previous, hash from audit where id > $1 order by id limit $2"
            ).bind(report.rows).bind(BATCH).fetch_all(pool).await)?;
            if rows.is_empty() {
                return Ok(report);
            }
            for (id, at, staff, deed, object, detail, previous, kept) in rows {
                let what = if id != report.rows + 1 {
                    Some("a row before it is missing")
                } else if previous != report.head {
                    Some("it does not follow the row before it")
                } else if hash(&previous, id, at, [&staff, &deed, &object, &detail]) != kept {
                    Some("it was altered")
                } else {
                    None
                };
                if let Some(what) = what {
                    report.broken = Some(AuditFault { id, what });
                    return Ok(report);
                }
                report.rows = id;
                report.head = kept;
            }
        }
    }
}
