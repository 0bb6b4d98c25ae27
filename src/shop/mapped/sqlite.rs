//! Values of SQLite, where each value has a type of its own whatever its column says. Leaves to others: everything else.

use std::sync::Arc;

use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

use super::cell::{Cell, RawRow};

pub(super) fn columns(row: &SqliteRow) -> Arc<[String]> {
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

pub(super) fn raw_row(row: &SqliteRow, columns: &Arc<[String]>) -> Result<RawRow, sqlx::Error> {
    let cells = (0..row.len()).map(|place| cell(row, place)).collect::<Result<_, _>>()?;
    Ok(RawRow { columns: columns.clone(), cells })
}

fn cell(row: &SqliteRow, place: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    Ok(match raw.type_info().name() {
        "REAL" => Cell::Real(row.try_get_unchecked(place)?),
        "TEXT" | "BLOB" | "DATETIME" | "DATE" | "TIME" => Cell::from_bytes(row.try_get_unchecked(place)?),
        _ => Cell::Integer(row.try_get_unchecked(place)?),
    })
}
