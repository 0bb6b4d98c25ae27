//! How a database would run a statement: which tables it would read from end to end, for want of an index.
//! Leaves to others: what to make of it (`check`).

use super::cell::{Cell, RawRow};
use super::statement::{Dialect, Rendered};
use super::{Database, FetchError};

/// The tables that a statement reads from end to end though an index could help. The statement is not run.
pub async fn full_scans(database: &Database, rendered: &Rendered) -> Result<Vec<String>, FetchError> {
    let prefix = match database.dialect() {
        Dialect::Mysql | Dialect::Postgres => "explain ",
        Dialect::Sqlite => "explain query plan ",
    };
    let explained = Rendered { sql: format!("{prefix}{}", rendered.sql), values: rendered.values.clone() };
    let rows = database.explain(explained).await?;
    let mut tables: Vec<String> = match database.dialect() {
        Dialect::Mysql => rows.iter().filter_map(mysql_scan).collect(),
        Dialect::Postgres => {
            rows.iter().filter_map(|row| named_after(&text(row, "QUERY PLAN")?, "Seq Scan on ")).collect()
        }
        Dialect::Sqlite => rows.iter().filter_map(sqlite_scan).collect(),
    };
    tables.sort();
    tables.dedup();
    Ok(tables)
}

fn text(row: &RawRow, column: &str) -> Option<String> {
    match row.cell(column)? {
        Cell::Text(text) => Some(text.clone()),
        Cell::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
        _ => None,
    }
}

/// A table that is read whole and of which no index comes into question.
fn mysql_scan(row: &RawRow) -> Option<String> {
    let table = text(row, "table")?;
    let whole = text(row, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("all"));
    let derived = table.starts_with('<');
    (whole && !derived && text(row, "possible_keys").is_none()).then_some(table)
}

fn sqlite_scan(row: &RawRow) -> Option<String> {
    let table = named_after(&text(row, "detail")?, "SCAN ")?;
    (!matches!(table.as_str(), "CONSTANT" | "SUBQUERY" | "(subquery") && !table.starts_with('(')).then_some(table)
}

/// The word after `mark`.
fn named_after(line: &str, mark: &str) -> Option<String> {
    let (_, rest) = line.split_once(mark)?;
    Some(rest.split(' ').next()?.to_owned())
}
