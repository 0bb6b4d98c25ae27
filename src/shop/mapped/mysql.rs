//! Values of MySQL and MariaDB off the wire. Statements with bound values answer in the binary protocol, in which a date
//! is its fields and a decimal its digits. Leaves to others: everything else.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sqlx::mysql::MySqlRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

use super::cell::{Cell, RawRow};
use crate::domain::Timestamp;

pub(super) fn columns(row: &MySqlRow) -> Arc<[String]> {
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

pub(super) fn raw_row(row: &MySqlRow, columns: &Arc<[String]>) -> Result<RawRow, sqlx::Error> {
    let cells = (0..row.len()).map(|place| cell(row, place)).collect::<Result<_, _>>()?;
    Ok(RawRow { columns: columns.clone(), cells })
}

fn cell(row: &MySqlRow, place: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let name = raw.type_info().name().to_owned();
    Ok(match name.trim_end_matches(" UNSIGNED") {
        "TINYINT" | "BOOLEAN" | "SMALLINT" | "INT" | "MEDIUMINT" | "BIGINT" | "YEAR" if name.ends_with("UNSIGNED") => {
            let number: u64 = row.try_get_unchecked(place)?;
            i64::try_from(number).map_or_else(|_| Cell::Text(number.to_string()), Cell::Integer)
        }
        "TINYINT" | "BOOLEAN" | "SMALLINT" | "INT" | "MEDIUMINT" | "BIGINT" => {
            Cell::Integer(row.try_get_unchecked(place)?)
        }
        "YEAR" => Cell::Integer(row.try_get_unchecked::<u64, _>(place)?.try_into().unwrap_or(0)),
        "FLOAT" => Cell::Real(f64::from(row.try_get_unchecked::<f32, _>(place)?)),
        "DOUBLE" => Cell::Real(row.try_get_unchecked(place)?),
        "BIT" => {
            let bytes: &[u8] = row.try_get_unchecked(place)?;
            Cell::Integer(bytes.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte)))
        }
        "DATETIME" | "DATE" => civil(row.try_get_unchecked(place)?).map_or(Cell::Null, Cell::Civil),
        // The connection's zone is UTC.
        "TIMESTAMP" => civil(row.try_get_unchecked(place)?)
            .and_then(|at| at.to_zoned_datetime(TimeZone::UTC).ok())
            .map_or(Cell::Null, |at| Cell::Instant(Timestamp::from_millis(at.timestamp().as_millisecond()))),
        "TIME" | "GEOMETRY" => Cell::Foreign(name),
        _ => Cell::from_bytes(row.try_get_unchecked(place)?),
    })
}

/// Length, year, month, day, and as far as they are not zero hour, minute, second and microseconds. A date of zeros
/// (`0000-00-00`) is how old schemas write null.
fn civil(bytes: &[u8]) -> Option<DateTime> {
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0);
    let year = i16::from_le_bytes([at(1), at(2)]);
    let (month, day) = (i8::try_from(at(3)).ok()?, i8::try_from(at(4)).ok()?);
    let (hour, minute, second) = (i8::try_from(at(5)).ok()?, i8::try_from(at(6)).ok()?, i8::try_from(at(7)).ok()?);
    let micros = u32::from_le_bytes([at(8), at(9), at(10), at(11)]);
    let nanos = i32::try_from(micros).ok()?.checked_mul(1000)?;
    DateTime::new(year, month, day, hour, minute, second, nanos).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_their_fields() {
        let whole = [11, 0xe2, 0x07, 9, 15, 12, 24, 27, 0x40, 0x0d, 0x03, 0x00];
        assert_eq!(civil(&whole).map(|at| at.to_string()).as_deref(), Some("2018-09-15T12:24:27.2"));
        assert_eq!(civil(&[4, 0xe2, 0x07, 9, 15]).map(|at| at.to_string()).as_deref(), Some("2018-09-15T00:00:00"));
        assert_eq!(civil(&[0]), None);
    }
}
