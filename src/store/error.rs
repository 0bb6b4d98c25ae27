//! What can go wrong in the store, as one line that says what to do.

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened or is none.
    #[error(
        "cannot open the database {place}: {source}; check the address and its permissions, or move the file away to have a new one made"
    )]
    Open {
        /// The file or the server, without a password.
        place: String,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The tables cannot be brought up to date.
    #[error(
        "cannot bring the database up to date: {0}; it was made by another version of xiaoer: restore a backup or move the file away"
    )]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Another turn was committed in this conversation meanwhile: load it again and run the turn once more.
    #[error("conversation {conversation} has gone on past event {expected}")]
    Conflict {
        /// The conversation.
        conversation: String,
        /// The last event that the turn knew.
        expected: i64,
    },
    /// This inbound has already been finished, so its turn must not be committed again.
    #[error("inbound {0} is already finished")]
    AlreadyFinished(String),
    /// A row holds what this version cannot read.
    #[error("the database holds a bad {what}: {reason}; it was written by another version of xiaoer")]
    BadRow {
        /// Which kind of row.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A statement failed.
    #[error("the database does not answer: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    pub(super) fn bad_row(what: &'static str, reason: impl std::fmt::Display) -> Self {
        StoreError::BadRow { what, reason: reason.to_string() }
    }

    /// Whether the same turn may succeed if it is run again from fresh facts.
    pub fn is_conflict(&self) -> bool {
        match self {
            StoreError::Conflict { .. } => true,
            // 40001 serialization failure, 40P01 deadlock of PostgreSQL.
            StoreError::Database(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }
            _ => false,
        }
    }
}
