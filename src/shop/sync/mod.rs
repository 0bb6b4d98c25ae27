//! Bringing a shop's data over: products into our text index and dictionary, behaviour into the recommender's data,
//! from a mapped database or from files, by one path. Rounds are incremental and resumable: what a batch brought and how
//! far it came are one transaction. Leaves to others: when (`runtime`), training (`recommender`).

mod interactions;
mod orders;
mod products;
mod quality;
mod source;

use std::path::{Path, PathBuf};

use sqlx::{Row as _, SqliteConnection};

pub use quality::{Quality, SetAside};
pub use source::{FileKind, FileSource};

use super::mapped::{MappedShop, Need};
use super::{Shop, ShopError};
use crate::domain::Timestamp;

/// Rows that are read and stored at a time.
const BATCH: u32 = 200;

/// Why a round ended early; the next goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The merchant's database or ours.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// Our database.
    #[error("our own database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The file for bad rows cannot be written.
    #[error("bad rows cannot be set aside in {}: {source}; check the folder", path.display())]
    SetAside {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is to be imported cannot be read.
    #[error("{} cannot be imported: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// What a round brought, by part.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SyncReport {
    /// The products with their variants.
    pub products: Quality,
    /// What customers did.
    pub interactions: Quality,
}

impl SyncReport {
    /// Whether names of goods may have changed.
    pub fn changes_names(&self) -> bool {
        self.products.stored + self.products.gone > 0
    }
}

/// Reads what is new in the merchant's database. `tell` hears of each batch: the part and how many rows so far.
pub async fn sync(
    shop: &MappedShop,
    own: &Shop,
    set_aside: &mut SetAside,
    now: Timestamp,
    tell: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<SyncReport, SyncError> {
    let mut report = SyncReport::default();
    if shop.has(Need::ChangedProducts) {
        products::sync(shop, own, set_aside, &mut report.products, now, tell).await?;
    }
    if shop.has(Need::Interactions) {
        interactions::sync(shop, own, set_aside, &mut report.interactions, now, tell).await?;
    }
    Ok(report)
}

/// Imports a file into the embedded shop, by the same path. A file that was imported half goes on where it stopped.
pub async fn import(
    source: &FileSource,
    own: &Shop,
    set_aside: &mut SetAside,
    now: Timestamp,
    tell: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<Quality, SyncError> {
    let mut quality = Quality::default();
    let part = source.part().await?;
    let mut progress = Progress::read(own, &part).await?;
    let mut batches = source.batches(u64::try_from(progress.after).unwrap_or(0))?;
    while let Some(mut rows) = batches.next_batch().await? {
        let count = rows.len();
        for row in &mut rows {
            quality.read += 1;
            quality.texts_mended += u64::from(quality::mend(row));
        }
        let mut transaction = own.begin_write().await?;
        let mut bench = Bench { connection: &mut transaction, set_aside, quality: &mut quality, now };
        match source.kind() {
            FileKind::Products => products::import(&mut bench, own, source, &rows).await?,
            FileKind::Variants => products::import_variants(&mut bench, source, &rows).await?,
            FileKind::Interactions => interactions::import(&mut bench, source, &rows).await?,
            FileKind::Orders => orders::import(&mut bench, source, &rows).await?,
            FileKind::OrderLines => orders::import_lines(&mut bench, source, &rows).await?,
        }
        progress.after += i64::try_from(count).unwrap_or(0);
        progress.write(&mut transaction, &part, now).await?;
        transaction.commit().await?;
        tell(source.kind().as_str(), quality.read);
    }
    let mut transaction = own.begin_write().await?;
    progress.finish(&mut transaction, &part, now).await?;
    transaction.commit().await?;
    Ok(quality)
}

/// What storing a batch needs.
struct Bench<'a> {
    connection: &'a mut SqliteConnection,
    set_aside: &'a mut SetAside,
    quality: &'a mut Quality,
    now: Timestamp,
}

impl Bench<'_> {
    /// Sets a row aside and counts it.
    fn set_aside(&mut self, part: &str, reason: &str, row: &super::mapped::RawRow) -> Result<(), SyncError> {
        self.quality.set_aside += 1;
        self.set_aside.put(part, reason, row)
    }
}

/// How far a part has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Progress {
    since: i64,
    after: i64,
    /// When the round began in which it is; 0 before the first.
    rows: i64,
}

impl Progress {
    async fn read(own: &Shop, part: &str) -> Result<Self, SyncError> {
        let row = sqlx::query("select since, after, rows from sync_progress where part = ?1")
            .bind(part)
            .fetch_optional(own.pool())
            .await?;
        Ok(match row {
            Some(row) => {
                Progress { since: row.try_get("since")?, after: row.try_get("after")?, rows: row.try_get("rows")? }
            }
            None => Progress { since: 0, after: 0, rows: 0 },
        })
    }

    async fn write(&self, connection: &mut SqliteConnection, part: &str, _now: Timestamp) -> Result<(), SyncError> {
        sqlx::query(
            "insert into sync_progress (part, since, after, rows) values (?1, ?2, ?3, ?4)
             on conflict (part) do update set since = ?2, after = ?3, rows = ?4",
        )
        .bind(part)
        .bind(self.since)
        .bind(self.after)
        .bind(self.rows)
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn finish(&self, connection: &mut SqliteConnection, part: &str, now: Timestamp) -> Result<(), SyncError> {
        self.write(&mut *connection, part, now).await?;
        sqlx::query("update sync_progress set finished_at = ?2 where part = ?1")
            .bind(part)
            .bind(now.millis())
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Where bad rows go if nothing else is said: beside the database.
pub fn set_aside_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-set-aside.csv");
    PathBuf::from(name)
}
