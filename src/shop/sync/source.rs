//! Files as a source of rows: CSV with the columns of the needs as its header, in UTF-8 or GB18030.
//! Leaves to others: what the rows mean (`products`, `orders`, `interactions`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{BATCH, SyncError};
use crate::shop::mapped::{Cell, EpochUnit, MoneyUnit, RawRow, Reading};

crate::closed_set! {
    /// What a file holds.
    FileKind {
        /// Rows as of the need `product`.
        Products = "products",
        /// Rows as of the need `variants_of_product`.
        Variants = "variants",
        /// Rows as of the need `interactions`.
        Interactions = "interactions",
        /// Rows as of the need `orders_of_customer`.
        Orders = "orders",
        /// Rows as of the need `order_lines`.
        OrderLines = "order_lines",
    }
}

/// A file to import.
#[derive(Debug, Clone)]
pub struct FileSource {
    path: PathBuf,
    kind: FileKind,
    zone: jiff::tz::TimeZone,
    money: MoneyUnit,
    epoch: EpochUnit,
    values: BTreeMap<String, BTreeMap<String, String>>,
}

impl FileSource {
    /// A file of this kind; amounts and points in time are in these units.
    pub fn new(path: &Path, kind: FileKind, zone: jiff::tz::TimeZone, money: MoneyUnit, epoch: EpochUnit) -> Self {
        FileSource { path: path.to_owned(), kind, zone, money, epoch, values: BTreeMap::new() }
    }

    /// What it holds.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// How its values read.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading::new(&self.zone, &self.values, self.money, self.epoch)
    }

    /// The name under which its progress is kept: a file with other contents is another one.
    pub(super) async fn part(&self) -> Result<String, SyncError> {
        let (path, kind) = (self.path.clone(), self.kind);
        let hashed = tokio::task::spawn_blocking(move || {
            let mut hash = Sha256::new();
            let mut file = File::open(&path)?;
            std::io::copy(&mut file, &mut hash)?;
            Ok::<_, std::io::Error>(hash.finalize())
        });
        let digest = hashed
            .await
            .map_err(|error| self.fault(error))?
            .map_err(|error| self.fault(error))?
            .iter()
            .take(8)
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        Ok(format!("import:{kind}:{digest}"))
    }

    fn fault(&self, reason: impl std::fmt::Display) -> SyncError {
        SyncError::File { path: self.path.clone(), reason: reason.to_string() }
    }

    /// Its rows in batches, without the first `skip`.
    pub(super) fn batches(&self, skip: u64) -> Result<Batches, SyncError> {
        let file = File::open(&self.path).map_err(|error| self.fault(error))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(BufReader::new(file));
        let header = reader.byte_headers().map_err(|error| self.fault(error))?.clone();
        let columns: Arc<[String]> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().trim_start_matches('\u{feff}').to_ascii_lowercase())
            .collect();
        let mut record = csv::ByteRecord::new();
        for _ in 0..skip {
            reader.read_byte_record(&mut record).map_err(|error| self.fault(error))?;
        }
        Ok(Batches { source: self.clone(), reader: Some(reader), columns })
    }
}

/// The rows of a file, batch by batch.
pub(super) struct Batches {
    source: FileSource,
    /// Taken while another thread reads.
    reader: Option<csv::Reader<BufReader<File>>>,
    columns: Arc<[String]>,
}

impl Batches {
    /// The next batch; none at the end.
    pub(super) async fn next_batch(&mut self) -> Result<Option<Vec<RawRow>>, SyncError> {
        let Some(mut reader) = self.reader.take() else { return Ok(None) };
        let columns = self.columns.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut rows = Vec::new();
            let mut record = csv::ByteRecord::new();
            while rows.len() < BATCH as usize && reader.read_byte_record(&mut record)? {
                let cells = record.iter().map(|field| match field {
                    b"" => Cell::Null,
                    field => Cell::from_bytes(field),
                });
                rows.push(RawRow::new(columns.clone(), cells.collect()));
            }
            Ok::<_, csv::Error>((reader, rows))
        });
        let read = reading.await.map_err(|error| self.source.fault(error))?;
        let (reader, rows) = read.map_err(|error| self.source.fault(error))?;
        self.reader = Some(reader);
        Ok(if rows.is_empty() { None } else { Some(rows) })
    }
}
