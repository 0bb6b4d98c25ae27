//! Opening the database and beginning a commit. SQLite (one process, the embedded shop in the same file) and
//! PostgreSQL (any number of processes) run the same statements; where they differ, [`Pool`] is matched.
//! Leaves to others: every statement (the module of its subject).

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{Mutex, Notify};

use super::StoreError;
use super::journal::Journal;
use super::transaction::{Inner, Transaction};
use crate::domain::{Clock, Timestamp};

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// How long a writer of this process waits for one of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Brings the tables of the store and of the embedded shop up to date.
pub async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    Ok(SQLITE_MIGRATIONS.run(pool).await?)
}

/// The conversations' database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: Pool,
    pub(super) clock: Clock,
    /// The name under which this process holds leases.
    pub(super) holder: Arc<str>,
    pub(super) signals: Arc<Signals>,
    pub(super) journal: Option<Arc<Journal>>,
}

#[derive(Clone)]
pub(super) enum Pool {
    Sqlite {
        /// Commits reach the disk: for what must survive a power cut.
        durable: SqlitePool,
        /// Commits survive the process but perhaps not a power cut: for claims, which may be made anew.
        relaxed: SqlitePool,
        /// SQLite has one writer; waiting here is fair and cheap, waiting in SQLite is neither.
        writer: Arc<Mutex<()>>,
        /// Where all but the urgent wait first, so that an urgent one waits for one other at most.
        gate: Arc<Mutex<()>>,
        /// Deletes a temporary file with the last handle.
        _temporary: Option<Arc<TemporaryFile>>,
    },
    Postgres(PgPool),
}

/// Wakes the workers of this process; those of other processes look regularly.
#[derive(Debug, Default)]
pub(super) struct Signals {
    pub inbox: Notify,
    pub outbox: Notify,
    pub changes: Notify,
}

pub(super) struct TemporaryFile(PathBuf);

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            // A file that is left behind in the temporary folder harms nobody.
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

/// How surely a commit must be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    Durable,
    Relaxed,
    /// As relaxed, and before all others: until it is settled, a message that was sent is in doubt.
    Urgent,
}

impl Store {
    /// Opens `address`: a file (made if missing), `sqlite:FILE` or `postgres://…`, and brings its tables up to date.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            return Self::open_postgres(address).await;
        }
        let file = address.strip_prefix("sqlite:").unwrap_or(address);
        let file = file.strip_prefix("//").unwrap_or(file);
        let options = sqlite_options().filename(file);
        Self::open_sqlite(options, SqliteSynchronous::Full, None)
            .await
            .map_err(|source| StoreError::Open { place: file.to_owned(), source })?
            .with_journal(Path::new(&format!("{file}-sent")))?
            .migrated()
            .await
    }

    /// A database of its own that is gone with the last handle: for tests and trials.
    pub async fn memory() -> Result<Self, StoreError> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "xiaoer-{}-{}-{}.db",
            std::process::id(),
            COUNTER.fetch_add(1, Ordering::Relaxed),
            jiff::Timestamp::now().as_nanosecond()
        );
        let path = std::env::temp_dir().join(name);
        let temporary = Arc::new(TemporaryFile(path.clone()));
        Self::open_sqlite(sqlite_options().filename(&path), SqliteSynchronous::Off, Some(temporary))
            .await
            .map_err(|source| StoreError::Open { place: path.display().to_string(), source })?
            .migrated()
            .await
    }

    async fn open_sqlite(
        options: SqliteConnectOptions,
        durable: SqliteSynchronous,
        temporary: Option<Arc<TemporaryFile>>,
    ) -> Result<Self, sqlx::Error> {
        let pool_options =
            |most| SqlitePoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(30));
        let relaxed = if durable == SqliteSynchronous::Full { SqliteSynchronous::Normal } else { durable };
        let durable = pool_options(8).connect_with(options.clone().synchronous(durable)).await?;
        let relaxed = pool_options(2).connect_with(options.synchronous(relaxed)).await?;
        Ok(Self::over(Pool::Sqlite {
            durable,
            relaxed,
            writer: Arc::default(),
            gate: Arc::default(),
            _temporary: temporary,
        }))
    }

    async fn open_postgres(address: &str) -> Result<Self, StoreError> {
        let place = || "postgres".to_owned();
        let options =
            PgConnectOptions::from_str(address).map_err(|source| StoreError::Open { place: place(), source })?;
        let place = format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or(""));
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { place, source })?;
        POSTGRES_MIGRATIONS.run(&pool).await?;
        Ok(Self::over(Pool::Postgres(pool)))
    }

    /// A schema of its own on a server, for tests: its tables are in nobody's way.
    #[cfg(test)]
    pub(super) async fn fresh_postgres(address: &str) -> Result<Self, StoreError> {
        let schema = format!("test_{}", jiff::Timestamp::now().as_nanosecond());
        let options = PgConnectOptions::from_str(address)?;
        let admin = PgPool::connect_with(options.clone()).await?;
        sqlx::query(sqlx::AssertSqlSafe(format!("create schema {schema}"))).execute(&admin).await?;
        let pool = PgPool::connect_with(options.options([("search_path", schema.as_str())])).await?;
        POSTGRES_MIGRATIONS.run(&pool).await?;
        Ok(Self::over(Pool::Postgres(pool)))
    }

    fn over(pool: Pool) -> Self {
        Store { pool, clock: Clock::System, holder: "single".into(), signals: Arc::default(), journal: None }
    }

    async fn migrated(self) -> Result<Self, StoreError> {
        if let Pool::Sqlite { durable, .. } = &self.pool {
            migrate(durable).await?;
        }
        Ok(self)
    }

    /// With a clock other than the machine's for leases, pacing and queues: for tests. The shop's clock is not for
    /// this: all who work on one database must agree on the time.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// With a journal of what was sent in a file that only this process uses. A SQLite database has one beside it; on
    /// PostgreSQL each process may have its own.
    pub fn with_journal(mut self, path: &Path) -> Result<Self, StoreError> {
        let open = |path: &Path| Journal::open(path).map_err(sqlx::Error::Io);
        let journal = open(path).map_err(|source| StoreError::Open { place: path.display().to_string(), source })?;
        self.journal = Some(Arc::new(journal));
        Ok(self)
    }

    /// With the name under which this process holds leases; every process of a deployment has its own, and keeps it
    /// over a restart. The default is `single`.
    pub fn with_holder(mut self, holder: &str) -> Self {
        self.holder = holder.into();
        self
    }

    /// The SQLite pool, over which the embedded shop works too; none on PostgreSQL.
    pub fn pool(&self) -> Option<&SqlitePool> {
        match &self.pool {
            Pool::Sqlite { durable, .. } => Some(durable),
            Pool::Postgres(_) => None,
        }
    }

    /// Begins what is committed together. On SQLite it holds the one writer's place until it is committed or dropped:
    /// await no other write of the store meanwhile.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.begin_with(Durability::Durable).await
    }

    pub(super) async fn begin_with(&self, durability: Durability) -> Result<Transaction, StoreError> {
        let inner = match &self.pool {
            Pool::Sqlite { durable, relaxed, writer, gate, .. } => {
                let gate = match durability {
                    Durability::Urgent => None,
                    Durability::Durable | Durability::Relaxed => Some(gate.clone().lock_owned().await),
                };
                let writer = writer.clone().lock_owned().await;
                let pool = if durability == Durability::Durable { durable } else { relaxed };
                Inner::Sqlite { transaction: pool.begin_with("begin immediate").await?, _writer: writer, _gate: gate }
            }
            Pool::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Transaction::new(inner, self.clone()))
    }

    /// The present moment of the store's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until something may have come into the inbox. One waits at a time: `runtime`.
    pub async fn inbox_signal(&self) {
        self.signals.inbox.notified().await;
    }

    /// Waits until something may have come into the outbox. One waits at a time: `runtime`.
    pub async fn outbox_signal(&self) {
        self.signals.outbox.notified().await;
    }

    /// Closes the connections; what is under way is finished first.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { durable, relaxed, .. } => {
                relaxed.close().await;
                durable.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("holder", &self.holder).finish_non_exhaustive()
    }
}

fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
}
