//! Opening the shop's database: WAL, foreign keys, a busy timeout, tables up to date.
//! Leaves to others: every query (the module of its subject).

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Segmenter, ShopError};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle on the shop's database; cheap to clone.
#[derive(Clone)]
pub struct Shop {
    pub(super) pool: SqlitePool,
    pub(super) segmenter: Segmenter,
}

impl Shop {
    /// Opens the database at `path`, makes it if it is missing and brings its tables up to date.
    pub async fn open(path: &Path, segmenter: Segmenter) -> Result<Self, ShopError> {
        let options = connect_options().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .map_err(|source| ShopError::Open { path: path.to_owned(), source })?;
        Self::over(pool, segmenter).await
    }

    /// A database in memory that is gone with the last handle: for tests and trials.
    pub async fn in_memory(segmenter: Segmenter) -> Result<Self, ShopError> {
        let pool = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect_options().in_memory(true))
            .await?;
        Self::over(pool, segmenter).await
    }

    /// Over a pool that somebody else opened, such as the one that the conversations share.
    pub async fn over(pool: SqlitePool, segmenter: Segmenter) -> Result<Self, ShopError> {
        MIGRATIONS.run(&pool).await?;
        Ok(Shop { pool, segmenter })
    }

    /// Cuts words for the text index.
    pub(super) fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// The pool, for a transaction in which events, changes and outbox are written together.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }
}

impl std::fmt::Debug for Shop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shop").finish_non_exhaustive()
    }
}

fn connect_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
}
