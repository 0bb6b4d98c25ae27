//! What can go wrong with the shop's database, as one line that says what to do. Refusals are no errors:
//! see [`Refused`](super::Refused).

use std::path::PathBuf;

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
    pub(super) fn bad_value(column: &'static str, reason: impl std::fmt::Display) -> Self {
        ShopError::BadValue { column, reason: reason.to_string() }
    }
}
