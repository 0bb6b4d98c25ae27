//! An existing shop's database as it is, read through a mapping file: statements with named parameters whose answers
//! have a documented shape, and guarded writes where the merchant allows them. `docs/shops.md` explains the file.
//! Leaves to others: xiaoer's own state, which stays in its own database ([`Gateway`](super::Gateway)).

mod amounts;
mod benefits;
mod breaker;
mod cell;
mod check;
mod columns;
mod customers;
mod database;
mod draft;
mod error;
mod explain;
mod hints;
mod mapping;
mod mysql;
mod need;
mod orders;
mod postgres;
mod products;
mod row;
mod sqlite;
mod statement;
mod table;
mod writes;

use std::sync::Arc;

use futures::future::BoxFuture;

pub use breaker::Breaker;
pub use cell::{Cell, RawRow};
pub use check::{CheckReport, Finding, Probes, Run, Severity};
pub use columns::{Column, Kind, members};
pub use database::{Access, Database, FetchError};
pub use draft::{DraftError, draft};
pub use error::MappingError;
pub use mapping::{Connection, EpochUnit, Mapping, MoneyUnit, dialect};
pub use need::Need;
pub use row::{Reading, Row};
pub use statement::{Argument, Arguments, Dialect, Rendered, Statement};
pub use table::table;
pub use writes::{Otherwise, WriteEntry, WriteName, WriteStatements, Written};

pub(super) use orders::{line_from, order_from};
pub(super) use products::{AT_ONCE, product_from, variant_from};

use super::ShopError;
use crate::domain::Timestamp;

/// Where service requests are delivered to; the secret that signs them comes from the environment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The variable of the environment with the secret.
    pub secret_env: String,
}

/// A shop in a database of its own; cheap to clone.
#[derive(Debug, Clone)]
pub struct MappedShop {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    mapping: Mapping,
    reader: Database,
    /// Only where the mapping writes.
    writer: Option<Database>,
    breaker: Breaker,
}

impl MappedShop {
    /// Over a mapping. Does not connect yet: a shop that is down at the start is asked again later.
    pub fn over(mapping: Mapping) -> Result<Self, MappingError> {
        let reader = Database::of(&mapping, Access::Read)?;
        let writer = match mapping.writes.is_empty() {
            true => None,
            false => Some(Database::of(&mapping, Access::Write)?),
        };
        Ok(MappedShop { inner: Arc::new(Inner { mapping, reader, writer, breaker: Breaker::default() }) })
    }

    /// The mapping.
    pub fn mapping(&self) -> &Mapping {
        &self.inner.mapping
    }

    /// The pool for reading.
    pub fn reader(&self) -> &Database {
        &self.inner.reader
    }

    /// Whether the database is taken to be away at present.
    pub fn is_away(&self) -> bool {
        self.inner.breaker.is_open()
    }

    /// Whether the mapping has a statement for a need.
    pub fn has(&self, need: Need) -> bool {
        self.inner.mapping.needs.contains_key(&need)
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        if let Some(writer) = &self.inner.writer {
            writer.close().await;
        }
    }

    /// Asks for a need and reads each row of the answer with `read`. Nothing where the mapping does not have the need.
    /// A row that cannot be read is left out with a warning that names column and reason; where none can be read, it is
    /// a fault.
    pub(super) async fn ask<T>(
        &self,
        need: Need,
        arguments: Arguments,
        read: impl Fn(Row<'_>) -> Result<T, ShopError>,
    ) -> Result<Vec<T>, ShopError> {
        let Some((rows, reading)) = self.rows(need, arguments).await? else { return Ok(Vec::new()) };
        let mut values = Vec::with_capacity(rows.len());
        let mut fault = None;
        for raw in &rows {
            match read(Row { raw, reading }) {
                Ok(value) => values.push(value),
                Err(error) => {
                    tracing::warn!(%need, %error, "a row of the shop cannot be read");
                    fault = Some(error);
                }
            }
        }
        match fault {
            Some(fault) if values.is_empty() => Err(fault),
            _ => Ok(values),
        }
    }

    /// The rows of a need as they come, and how they read. None where the mapping does not have the need. Boxed, so that
    /// the futures of all that asks stay small.
    pub(super) fn rows(
        &self,
        need: Need,
        arguments: Arguments,
    ) -> BoxFuture<'_, Result<Option<(Vec<RawRow>, Reading<'_>)>, ShopError>> {
        Box::pin(async move {
            let Some(mapped) = self.inner.mapping.needs.get(&need) else { return Ok(None) };
            crate::shop::lookups::note(need.as_str());
            let permit = self.inner.breaker.admit().ok_or(ShopError::Away { need })?;
            let rendered = mapped.statement.render(self.inner.mapping.dialect, &arguments);
            match self.inner.reader.fetch(rendered).await {
                Ok(rows) => {
                    permit.succeeded();
                    if rows.len() >= self.inner.mapping.connection.most_rows {
                        tracing::warn!(%need, rows = rows.len(), "an answer was cut off; raise most_rows");
                    }
                    Ok(Some((rows, Reading::of(&self.inner.mapping, mapped))))
                }
                Err(error) => {
                    // A wrong statement says that the database is there.
                    if error.is_absence() {
                        permit.failed()
                    } else {
                        permit.succeeded()
                    }
                    Err(ShopError::LookUp { need, fault: error })
                }
            }
        })
    }

    /// The present moment in the three forms that statements can use.
    pub(super) fn now_arguments(&self, now: Timestamp) -> [(&'static str, Argument); 3] {
        [
            ("now", Argument::Text(self.civil_text(now))),
            ("now_seconds", Argument::Integer(now.millis().div_euclid(1000))),
            ("now_millis", Argument::Integer(now.millis())),
        ]
    }

    /// Where a round of synchronising goes on: after a moment and a row, at most so many rows.
    pub(super) fn since_arguments(&self, since: Timestamp, after: i64, limit: u32) -> Arguments {
        Arguments::from([
            ("since", Argument::Text(self.civil_text(since))),
            ("since_seconds", Argument::Integer(since.millis().div_euclid(1000))),
            ("since_millis", Argument::Integer(since.millis())),
            ("after", Argument::Integer(after)),
            ("limit", limit_argument(limit)),
        ])
    }

    /// A moment as `2026-06-18 10:00:00` in the shop's zone.
    pub(super) fn civil_text(&self, at: Timestamp) -> String {
        at.zoned(&self.inner.mapping.zone).strftime("%Y-%m-%d %H:%M:%S%.f").to_string()
    }
}

/// Nothing more than `limit`, as a parameter.
fn limit_argument(limit: u32) -> Argument {
    Argument::Integer(i64::from(limit))
}
