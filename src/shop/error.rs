//! What can go wrong with the shop's database, as one line that says what to do. Refusals are no errors:
//! see [`Refused`](super::Refused).

use std::path::PathBuf;

use super::mapped::{FetchError, Need, WriteName};

/// A fault of the shop's database or of the data in it.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The file cannot be opened or is no database.
    #[error("cannot open the shop's database {}: {source}; check the path and its permissions, or move the file away to have a new one made", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: sqlx::Error,
    },
    /// The tables cannot be brought up to date.
    #[error(
        "cannot bring the shop's database up to date: {0}; it was made by another version of xiaoer: restore a backup or move the file away"
    )]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("the shop's database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// A value in the database has not the form it must have.
    #[error("the shop's database holds a bad {column}: {reason}; correct that row")]
    BadValue {
        /// Where.
        column: &'static str,
        /// Why.
        reason: String,
    },
    /// The shop's own database is taken to be away: nobody waits for it now.
    #[error("the shop's own database is away; {need} is not asked for now")]
    Away {
        /// What was to be known.
        need: Need,
    },
    /// The shop's own database did not answer.
    #[error("the shop's own database gives no {need}: {fault}; `xiaoer shop check` tells more")]
    LookUp {
        /// What was to be known.
        need: Need,
        /// Why not.
        fault: FetchError,
    },
    /// The shop's own database is taken to be away: nothing is written now.
    #[error("the shop's own database is away; {write} is not tried now")]
    WriteAway {
        /// What was to be written.
        write: WriteName,
    },
    /// The shop's own database did not take a write; whether it holds is asked at the next try.
    #[error("the shop's own database does not take {write}: {fault}")]
    Write {
        /// What was to be written.
        write: WriteName,
        /// Why not.
        fault: FetchError,
    },
    /// A source file of the demo shop is wrong.
    #[error("the demo shop's {file} is wrong: {reason}")]
    DemoSource {
        /// The file under data/shop.
        file: &'static str,
        /// Why.
        reason: String,
    },
}

impl ShopError {
    /// Whether it speaks of a database that somebody else runs: the shopper is told that it cannot be looked up now,
    /// and everything else goes on.
    pub fn is_elsewhere(&self) -> bool {
        matches!(
            self,
            ShopError::Away { .. }
                | ShopError::LookUp { .. }
                | ShopError::WriteAway { .. }
                | ShopError::Write { .. }
                | ShopError::BadValue { .. }
        )
    }

    pub(super) fn bad_value(column: &'static str, reason: impl std::fmt::Display) -> Self {
        ShopError::BadValue { column, reason: reason.to_string() }
    }
}
