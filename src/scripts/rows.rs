//! Looks into a case's database: claims about rows, values for names, digests of tables, changes carried out.
//! Leaves to others: when to look (`play`).

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqlitePool, TypeInfo, ValueRef};

use super::error::ScriptError;
use super::format::{EffectName, Rows};
use super::judge::{Failure, Fill};
use super::setting::scalar;
use crate::domain::{ConversationId, Timestamp};

/// How many rows a failure shows.
const SHOWN: usize = 8;

/// Runs a `select`; `?1` is the conversation and `?2` the moment in it.
async fn select(
    pool: &SqlitePool,
    sql: &str,
    conversation: &ConversationId,
    now: Timestamp,
) -> Result<Vec<Vec<Value>>, ScriptError> {
    let fault = |source| ScriptError::Database { what: format!("select failed ({sql})"), source };
    let mut transaction = pool.begin().await.map_err(fault)?;
    sqlx::query("pragma query_only = on").execute(&mut *transaction).await.map_err(fault)?;
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    if sql.contains("?1") || sql.contains("?2") {
        query = query.bind(conversation.to_string());
    }
    if sql.contains("?2") {
        query = query.bind(now.millis());
    }
    let rows = query.fetch_all(&mut *transaction).await;
    // Whatever came, the connection goes back to the pool able to write.
    sqlx::query("pragma query_only = off").execute(&mut *transaction).await.map_err(fault)?;
    transaction.rollback().await.map_err(fault)?;
    Ok(rows.map_err(fault)?.iter().map(cells).collect())
}

fn cells(row: &SqliteRow) -> Vec<Value> {
    (0..row.len())
        .map(|place| {
            let Ok(raw) = row.try_get_raw(place) else { return Value::Null };
            if raw.is_null() {
                return Value::Null;
            }
            match raw.type_info().name() {
                "INTEGER" | "BOOLEAN" => row.try_get::<i64, _>(place).map(Value::from),
                "REAL" => row.try_get::<f64, _>(place).map(Value::from),
                "TEXT" => row.try_get::<String, _>(place).map(Value::from),
                other => Ok(Value::from(format!("({other})"))),
            }
            .unwrap_or(Value::Null)
        })
        .collect()
}

/// The single value that a `select` gives, as text.
pub async fn value(
    pool: &SqlitePool,
    sql: &str,
    conversation: &ConversationId,
    now: Timestamp,
) -> Result<String, ScriptError> {
    let rows = select(pool, sql, conversation, now).await?;
    rows.first()
        .and_then(|row| row.first())
        .and_then(scalar)
        .ok_or_else(|| ScriptError::Impossible(format!("this select gives no value: {sql}")))
}

/// Judges one claim about rows.
pub async fn judge_rows(
    pool: &SqlitePool,
    line: u64,
    claim: &Rows,
    conversation: &ConversationId,
    now: Timestamp,
    fill: Fill<'_>,
) -> Result<Option<Failure>, ScriptError> {
    let sql = fill(&claim.select);
    let got = select(pool, &sql, conversation, now).await?;
    let expected: Option<Vec<Vec<Option<String>>>> = claim.equal.as_ref().map(|rows| {
        rows.iter().map(|row| row.iter().map(|cell| scalar(cell).map(|text| fill(&text))).collect()).collect()
    });
    let seen: Vec<Vec<Option<String>>> = got.iter().map(|row| row.iter().map(scalar).collect()).collect();
    let equal = expected.as_ref().is_none_or(|expected| *expected == seen);
    let counted = claim.count.is_none_or(|count| count == seen.len());
    if equal && counted {
        return Ok(None);
    }
    let expected = match (&expected, claim.count) {
        (Some(rows), _) => show(rows),
        (None, Some(count)) => format!("{count} rows"),
        (None, None) => String::new(),
    };
    let got = format!("{} rows: {}", seen.len(), show(&seen));
    Ok(Some(Failure { line, claim: "rows", expected: format!("{expected}  ({sql})"), got }))
}

fn show(rows: &[Vec<Option<String>>]) -> String {
    let row = |row: &Vec<Option<String>>| {
        let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("null")).collect();
        format!("[{}]", cells.join(", "))
    };
    let mut shown: Vec<String> = rows.iter().take(SHOWN).map(row).collect();
    if rows.len() > SHOWN {
        shown.push("…".to_owned());
    }
    if shown.is_empty() { "none".to_owned() } else { shown.join(" ") }
}

/// A digest of everything in a table.
pub async fn digest(pool: &SqlitePool, table: &str) -> Result<[u8; 32], ScriptError> {
    if table.is_empty() || !table.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
        return Err(ScriptError::Impossible(format!("{table:?} is no table's name")));
    }
    let fault = |source| ScriptError::Database { what: format!("table {table} cannot be read"), source };
    let rows = sqlx::query(AssertSqlSafe(format!("select * from {table}"))).fetch_all(pool).await.map_err(fault)?;
    let mut hasher = Sha256::new();
    for row in &rows {
        for cell in cells(row) {
            hasher.update(cell.to_string());
            hasher.update([0]);
        }
    }
    Ok(hasher.finalize().into())
}

/// The changes that were carried out so far, by key, with the kinds of their effects.
pub async fn effects(pool: &SqlitePool) -> Result<Vec<(String, EffectName)>, ScriptError> {
    let fault = |source| ScriptError::Database { what: "the applied changes cannot be read".to_owned(), source };
    let sql = "select key, json_extract(applied, '$.effect') from applied_changes order by key";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(pool).await.map_err(fault)?;
    rows.into_iter()
        .map(|(key, effect)| match effect.parse() {
            Ok(effect) => Ok((key, effect)),
            Err(error) => Err(ScriptError::Impossible(format!("{error}; add it to scripts::EffectName"))),
        })
        .collect()
}
