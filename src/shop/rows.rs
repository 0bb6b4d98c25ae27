//! Small helpers that turn columns into domain values. Leaves to others: which columns there are.

use std::fmt::Display;
use std::str::FromStr;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::ShopError;
use crate::domain::{Money, Timestamp};

pub(super) fn money(row: &SqliteRow, column: &str) -> Result<Money, ShopError> {
    Ok(Money::from_cents(row.try_get(column)?))
}

pub(super) fn moment(row: &SqliteRow, column: &str) -> Result<Timestamp, ShopError> {
    Ok(Timestamp::from_millis(row.try_get(column)?))
}

pub(super) fn optional_moment(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>, ShopError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_millis))
}

pub(super) fn parsed<T>(row: &SqliteRow, column: &'static str) -> Result<T, ShopError>
where
    T: FromStr,
    T::Err: Display,
{
    row.try_get::<&str, _>(column)?.parse().map_err(|error| ShopError::bad_value(column, error))
}

/// A count that the schema keeps above zero.
pub(super) fn count(row: &SqliteRow, column: &'static str) -> Result<u32, ShopError> {
    u32::try_from(row.try_get::<i64, _>(column)?).map_err(|error| ShopError::bad_value(column, error))
}

/// A list of row ids as a JSON array, for `in (select value from json_each(?))`.
pub(super) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("[{}]", ids.join(","))
}
