//! The shop's own database behind a pool of xiaoer's: read only, with a time limit, a row limit, and every value bound.
//! One implementation for each of the three dialects. Leaves to others: what is asked (`mapping`), whether it is asked
//! at all (`breaker`).

use std::str::FromStr;
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlPoolOptions};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor, MySql, MySqlPool, PgPool, Postgres, Sqlite, SqlitePool};

use super::cell::RawRow;
use super::mapping::{Mapping, dialect};
use super::statement::{Argument, Dialect, Rendered};
use super::{MappingError, mysql, postgres, sqlite};

/// What may be done with a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing can be written, whatever the statement says.
    Read,
    /// The mapping's guarded writes.
    Write,
}

/// A pool of connections to the shop's database. Opened when first used, so that a shop that is down at the start is no
/// reason not to start. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pool: Pool,
    timeout: Duration,
    most_rows: usize,
}

#[derive(Debug, Clone)]
enum Pool {
    Mysql(MySqlPool),
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// Why a statement gave no rows.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It took too long, or no connection became free in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The database cannot be reached.
    #[error("not reachable: {0}")]
    Unreachable(sqlx::Error),
    /// The database refused the statement: a table or column is gone, or a right is missing.
    #[error("statement refused: {0}")]
    Statement(sqlx::Error),
}

impl FetchError {
    fn of(error: sqlx::Error, timeout: Duration) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => FetchError::Timeout(timeout),
            // SQLite, interrupted by the time limit; MySQL and MariaDB, ended by theirs; PostgreSQL, cancelled.
            sqlx::Error::Database(fault)
                if matches!(fault.code().as_deref(), Some("9" | "70100" | "57014" | "3024"))
                    || fault.message().contains("max_statement_time") =>
            {
                FetchError::Timeout(timeout)
            }
            // PostgreSQL that shuts down or starts; too many connections; SQLite that is locked or cannot open its file.
            sqlx::Error::Database(fault)
                if matches!(
                    fault.code().as_deref(),
                    Some("57P01" | "57P02" | "57P03" | "53300" | "08004" | "5" | "14")
                ) =>
            {
                FetchError::Unreachable(error)
            }
            sqlx::Error::Database(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                FetchError::Statement(error)
            }
            _ => FetchError::Unreachable(error),
        }
    }

    /// Whether it speaks for the database being away rather than for a wrong statement.
    pub fn is_absence(&self) -> bool {
        !matches!(self, FetchError::Statement(_))
    }
}

impl Database {
    /// A pool as the mapping describes it. Does not connect yet.
    pub fn of(mapping: &Mapping, access: Access) -> Result<Self, MappingError> {
        let connection = &mapping.connection;
        let size = if access == Access::Read { connection.pool.clamp(1, 64) } else { 2 };
        Self::at(&mapping.address, access, Duration::from_millis(connection.timeout_ms.clamp(50, 60_000)), size)
            .map(|database| Database { most_rows: connection.most_rows.clamp(1, 10_000), ..database })
    }

    /// A pool at an address.
    pub fn at(address: &str, access: Access, timeout: Duration, size: u32) -> Result<Self, MappingError> {
        let malformed = |error: sqlx::Error| {
            // An address may hold a password: what is wrong with it is told without it.
            MappingError::Malformed(format!("the address of the database: {error}").replace(address, "…"))
        };
        let reads = access == Access::Read;
        let pool = match dialect(address)? {
            Dialect::Mysql => {
                let options = MySqlConnectOptions::from_str(address).map_err(malformed)?;
                let seconds = timeout.as_secs_f64();
                let pool = MySqlPoolOptions::new().max_connections(size).acquire_timeout(timeout).after_connect(
                    move |connection, _| {
                        Box::pin(async move {
                            if reads {
                                connection.execute("set session transaction read only").await?;
                            }
                            // MariaDB's name, then MySQL's; each knows one of them.
                            let limit = AssertSqlSafe(format!("set session max_statement_time = {seconds}"));
                            if connection.execute(limit).await.is_err() {
                                let millis = (seconds * 1000.0) as u64;
                                let limit = AssertSqlSafe(format!("set session max_execution_time = {millis}"));
                                connection.execute(limit).await?;
                            }
                            Ok(())
                        })
                    },
                );
                Pool::Mysql(pool.connect_lazy_with(options))
            }
            Dialect::Postgres => {
                let millis = timeout.as_millis().to_string();
                let options =
                    PgConnectOptions::from_str(address).map_err(malformed)?.application_name("xiaoer").options([
                        ("statement_timeout", millis.as_str()),
                        ("default_transaction_read_only", if reads { "on" } else { "off" }),
                    ]);
                let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(timeout);
                Pool::Postgres(pool.connect_lazy_with(options))
            }
            Dialect::Sqlite => {
                let options = SqliteConnectOptions::from_str(address)
                    .map_err(malformed)?
                    .read_only(reads)
                    .create_if_missing(false)
                    .busy_timeout(timeout)
                    .pragma("query_only", if reads { "on" } else { "off" });
                let pool = SqlitePoolOptions::new().max_connections(size).acquire_timeout(timeout);
                Pool::Sqlite(pool.connect_lazy_with(options))
            }
        };
        Ok(Database { pool, timeout, most_rows: usize::MAX })
    }

    /// With another limit of rows.
    pub fn with_most_rows(mut self, most: usize) -> Self {
        self.most_rows = most;
        self
    }

    /// Its dialect.
    pub fn dialect(&self) -> Dialect {
        match &self.pool {
            Pool::Mysql(_) => Dialect::Mysql,
            Pool::Postgres(_) => Dialect::Postgres,
            Pool::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// The rows of a statement, up to the limit. A connection on which the time ran out is given up, so that nobody
    /// after it waits for what it still does.
    pub async fn fetch(&self, rendered: Rendered) -> Result<Vec<RawRow>, FetchError> {
        let most = self.most_rows;
        macro_rules! fetch {
            ($pool:expr, $bound:expr, $dialect:ident) => {{
                let mut connection = self.acquire($pool).await?;
                let reading = async {
                    let mut stream = $bound(rendered).fetch(&mut *connection);
                    let mut rows = Vec::new();
                    let mut columns = None;
                    while let Some(row) = stream.try_next().await? {
                        let columns = columns.get_or_insert_with(|| $dialect::columns(&row));
                        rows.push($dialect::raw_row(&row, columns)?);
                        if rows.len() >= most {
                            break;
                        }
                    }
                    Ok::<_, sqlx::Error>(rows)
                };
                match tokio::time::timeout(self.timeout, reading).await {
                    Ok(Ok(rows)) => Ok(rows),
                    Ok(Err(error)) => Err(FetchError::of(error, self.timeout)),
                    Err(_) => {
                        connection.close_on_drop();
                        Err(FetchError::Timeout(self.timeout))
                    }
                }
            }};
        }
        match &self.pool {
            Pool::Mysql(pool) => fetch!(pool, bound_mysql, mysql),
            Pool::Postgres(pool) => fetch!(pool, bound_postgres, postgres),
            Pool::Sqlite(pool) => {
                let mut connection = self.acquire(pool).await?;
                // SQLite has no time limit of its own: the engine asks every few thousand steps whether to go on.
                let deadline = Instant::now() + self.timeout;
                let mut handle = connection.lock_handle().await.map_err(|error| FetchError::of(error, self.timeout))?;
                handle.set_progress_handler(4_000, move || Instant::now() < deadline);
                drop(handle);
                let mut stream = bound_sqlite(rendered).fetch(&mut *connection);
                let mut rows = Vec::new();
                let mut columns = None;
                while let Some(row) = stream.try_next().await.map_err(|error| FetchError::of(error, self.timeout))? {
                    let columns = columns.get_or_insert_with(|| sqlite::columns(&row));
                    let raw = sqlite::raw_row(&row, columns).map_err(|error| FetchError::of(error, self.timeout))?;
                    rows.push(raw);
                    if rows.len() >= most {
                        break;
                    }
                }
                Ok(rows)
            }
        }
    }

    /// The rows of an `explain`. PostgreSQL reads a small table whole even where it has an index: it is told not to.
    pub async fn explain(&self, rendered: Rendered) -> Result<Vec<RawRow>, FetchError> {
        let Pool::Postgres(pool) = &self.pool else { return self.fetch(rendered).await };
        let mut connection = self.acquire(pool).await?;
        let fault = |error| FetchError::of(error, self.timeout);
        connection.execute("set enable_seqscan = off").await.map_err(fault)?;
        let rows = bound_postgres(rendered).fetch_all(&mut *connection).await;
        connection.execute("reset enable_seqscan").await.map_err(fault)?;
        let rows = rows.map_err(fault)?;
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        let columns = postgres::columns(first);
        rows.iter().map(|row| postgres::raw_row(row, &columns).map_err(fault)).collect()
    }

    /// Runs statements in one transaction, each of which must meet a row where it is said so; gives the number of rows
    /// that each met, or none where one met too few and nothing was changed.
    pub async fn write(&self, statements: Vec<(Rendered, bool)>) -> Result<Option<Vec<u64>>, FetchError> {
        macro_rules! write {
            ($pool:expr, $bound:expr) => {{
                let writing = async {
                    let mut transaction = $pool.begin().await?;
                    let mut met = Vec::with_capacity(statements.len());
                    for (rendered, must_meet) in statements {
                        let rows = $bound(rendered).execute(&mut *transaction).await?.rows_affected();
                        if must_meet && rows == 0 {
                            transaction.rollback().await?;
                            return Ok(None);
                        }
                        met.push(rows);
                    }
                    transaction.commit().await?;
                    Ok::<_, sqlx::Error>(Some(met))
                };
                match tokio::time::timeout(self.timeout * 2, writing).await {
                    Ok(written) => written.map_err(|error| FetchError::of(error, self.timeout)),
                    Err(_) => Err(FetchError::Timeout(self.timeout)),
                }
            }};
        }
        match &self.pool {
            Pool::Mysql(pool) => write!(pool, bound_mysql),
            Pool::Postgres(pool) => write!(pool, bound_postgres),
            Pool::Sqlite(pool) => write!(pool, bound_sqlite),
        }
    }

    async fn acquire<DB: sqlx::Database>(
        &self,
        pool: &sqlx::Pool<DB>,
    ) -> Result<sqlx::pool::PoolConnection<DB>, FetchError> {
        match tokio::time::timeout(self.timeout, pool.acquire()).await {
            Ok(connection) => connection.map_err(|error| FetchError::of(error, self.timeout)),
            Err(_) => Err(FetchError::Timeout(self.timeout)),
        }
    }

    /// Closes its connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Mysql(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
            Pool::Sqlite(pool) => pool.close().await,
        }
    }
}

macro_rules! bound {
    ($name:ident, $database:ty, $arguments:ty) => {
        fn $name(rendered: Rendered) -> Query<'static, $database, $arguments> {
            rendered.values.into_iter().fold(sqlx::query(AssertSqlSafe(rendered.sql)), |query, value| match value {
                Argument::Integer(number) => query.bind(number),
                Argument::Text(text) => query.bind(text),
                Argument::Null | Argument::List(_) => query.bind(None::<String>),
            })
        }
    };
}

bound!(bound_mysql, MySql, MySqlArguments);
bound!(bound_postgres, Postgres, PgArguments);
bound!(bound_sqlite, Sqlite, SqliteArguments);
