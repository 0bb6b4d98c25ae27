//! One value as a database of another house gives it, before anybody knows what it means.
//! Leaves to others: reading it off the wire (`mysql`, `postgres`, `sqlite`), making domain values of it (`row`).

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::domain::Timestamp;

/// A value of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text; decimals are texts of digits, so that no cent is lost.
    Text(String),
    /// Bytes that are no text.
    Bytes(Vec<u8>),
    /// A wall clock without a zone.
    Civil(DateTime),
    /// A moment whose zone the database knew.
    Instant(Timestamp),
    /// True or false.
    Flag(bool),
    /// A type that no need can use.
    Foreign(String),
}

impl Cell {
    /// The bytes as a text where they are one.
    pub(in crate::shop) fn from_bytes(bytes: &[u8]) -> Cell {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes(bytes.to_vec()),
        }
    }

    /// What kind of value it is, for a complaint; never the value itself.
    pub fn kind(&self) -> &str {
        match self {
            Cell::Null => "null",
            Cell::Integer(_) => "an integer",
            Cell::Real(_) => "a floating-point number",
            Cell::Text(_) => "a text",
            Cell::Bytes(_) => "bytes that are no UTF-8",
            Cell::Civil(_) => "a date without zone",
            Cell::Instant(_) => "a moment",
            Cell::Flag(_) => "a truth value",
            Cell::Foreign(name) => name,
        }
    }
}

/// One row: the columns are shared by all rows of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    pub(super) columns: Arc<[String]>,
    pub(super) cells: Vec<Cell>,
}

impl RawRow {
    /// A row of these columns.
    pub(in crate::shop) fn new(columns: Arc<[String]>, cells: Vec<Cell>) -> Self {
        RawRow { columns, cells }
    }

    /// Its values, to mend them.
    pub(in crate::shop) fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.cells.iter_mut()
    }

    /// The value of a column; none where the statement has no such column. Upper and lower case are one.
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        let place = self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.cells.get(place)
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}
