//! Values of PostgreSQL off the wire, in the binary format of prepared statements: numerics are groups of four digits,
//! moments are microseconds since 2000. Leaves to others: everything else.

use std::sync::Arc;

use jiff::civil::{DateTime, date};
use jiff::{Span, ToSpan};
use sqlx::postgres::{PgRow, PgValueFormat};
use sqlx::{Column, Row, TypeInfo, ValueRef};

use super::cell::{Cell, RawRow};
use crate::domain::Timestamp;

/// 2000-01-01 in milliseconds since 1970.
const EPOCH_MILLIS: i64 = 946_684_800_000;

pub(super) fn columns(row: &PgRow) -> Arc<[String]> {
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

pub(super) fn raw_row(row: &PgRow, columns: &Arc<[String]>) -> Result<RawRow, sqlx::Error> {
    let cells = (0..row.len()).map(|place| cell(row, place)).collect::<Result<_, _>>()?;
    Ok(RawRow { columns: columns.clone(), cells })
}

fn cell(row: &PgRow, place: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let name = raw.type_info().name().to_owned();
    let bytes = raw.as_bytes().map_err(|source| sqlx::Error::ColumnDecode { index: place.to_string(), source })?;
    if raw.format() == PgValueFormat::Text {
        return Ok(Cell::from_bytes(bytes));
    }
    Ok(binary(&name, bytes).unwrap_or(Cell::Foreign(name)))
}

/// None where the type is of no use.
fn binary(name: &str, bytes: &[u8]) -> Option<Cell> {
    let eight = || bytes.try_into().ok().map(i64::from_be_bytes);
    let four = || bytes.try_into().ok().map(i32::from_be_bytes);
    Some(match name {
        "BOOL" => Cell::Flag(bytes.first() == Some(&1)),
        "INT8" => Cell::Integer(eight()?),
        "INT4" => Cell::Integer(four()?.into()),
        "INT2" => Cell::Integer(bytes.try_into().ok().map(i16::from_be_bytes)?.into()),
        "OID" => Cell::Integer(bytes.try_into().ok().map(u32::from_be_bytes)?.into()),
        "FLOAT8" => Cell::Real(bytes.try_into().ok().map(f64::from_be_bytes)?),
        "FLOAT4" => Cell::Real(bytes.try_into().ok().map(f32::from_be_bytes)?.into()),
        "NUMERIC" => Cell::Text(numeric(bytes)?),
        "TIMESTAMPTZ" => Cell::Instant(Timestamp::from_millis(eight()?.div_euclid(1000).checked_add(EPOCH_MILLIS)?)),
        "TIMESTAMP" => Cell::Civil(after_2000(eight()?.microseconds())?),
        "DATE" => Cell::Civil(after_2000(i64::from(four()?).days())?),
        // A version byte stands before the text.
        "JSONB" => Cell::from_bytes(bytes.get(1..)?),
        "UUID" => Cell::Text(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))),
        "BYTEA" => Cell::Bytes(bytes.to_vec()),
        "TEXT" | "VARCHAR" | "CHAR" | "BPCHAR" | "NAME" | "JSON" | "UNKNOWN" | "CITEXT" | "citext" => {
            Cell::from_bytes(bytes)
        }
        // An enum of the shop's own arrives as its label; anything else that reads as a text is one, too.
        _ => match Cell::from_bytes(bytes) {
            text @ Cell::Text(_) if !name.ends_with("[]") && !name.contains("RANGE") && name != "INTERVAL" => text,
            _ => return None,
        },
    })
}

fn after_2000(span: Span) -> Option<DateTime> {
    date(2000, 1, 1).at(0, 0, 0, 0).checked_add(span).ok()
}

/// Digits in groups of four, the first worth 10000 to the power of `weight`.
fn numeric(bytes: &[u8]) -> Option<String> {
    let word = |place: usize| Some(u16::from_be_bytes([*bytes.get(place)?, *bytes.get(place + 1)?]));
    let (groups, weight, sign, scale) =
        (usize::from(word(0)?), i32::from(word(2)? as i16), word(4)?, usize::from(word(6)?));
    if sign & 0xC000 == 0xC000 {
        return None;
    }
    let group = |index: i32| match usize::try_from(index) {
        Ok(index) if index < groups => word(8 + 2 * index),
        _ => Some(0),
    };
    let mut whole = String::new();
    for index in 0..=weight.max(-1) {
        whole.push_str(&format!("{:04}", group(index)?));
    }
    let mut fraction = String::new();
    let mut index = weight + 1;
    while fraction.len() < scale {
        // Groups between the point and the first digit are not sent.
        fraction.push_str(&format!("{:04}", group(index)?));
        index += 1;
    }
    fraction.truncate(scale);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if sign == 0x4000 { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_are_groups_of_four_digits() {
        let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        for (sent, text) in [
            (words(&[2, 1, 0, 2, 1, 6377]), "16377.00"),
            (words(&[3, 1, 0, 2, 1, 6377, 7500]), "16377.75"),
            (words(&[1, 0xffff, 0x4000, 2, 500]), "-0.05"),
            (words(&[1, 0xfffe, 0, 6, 1200]), "0.000012"),
            (words(&[0, 0, 0, 2]), "0.00"),
            (words(&[1, 1, 0, 0, 3]), "30000"),
        ] {
            assert_eq!(numeric(&sent).as_deref(), Some(text));
        }
        assert_eq!(numeric(&words(&[0, 0, 0xC000, 0])), None);
    }

    #[test]
    fn moments_count_from_2000() {
        assert_eq!(
            binary("TIMESTAMPTZ", &0_i64.to_be_bytes()),
            Some(Cell::Instant(Timestamp::from_millis(EPOCH_MILLIS)))
        );
        let Some(Cell::Civil(day)) = binary("DATE", &6_832_i32.to_be_bytes()) else { panic!("a date") };
        assert_eq!(day.date(), date(2018, 9, 15));
        assert_eq!(binary("INT4[]", &[0, 0, 0, 1]), None);
    }
}
