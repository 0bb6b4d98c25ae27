//! A mapping file: how a shop's database is reached, how its values read, and a statement per need. Everything that can
//! be wrong without the database is found here. Leaves to others: the database (`database`), what it says (`check`).

use std::collections::BTreeMap;
use std::path::Path;

use super::columns::members;
use super::need::Need;
use super::statement::{Dialect, Statement};
use super::writes::{WriteEntry, WriteName, WriteStatements};
use super::{MappingError, Webhook};

/// The file as it is written.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    connection: Connection,
    parts: BTreeMap<String, String>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    needs: BTreeMap<Need, NeedEntry>,
    writes: BTreeMap<WriteName, WriteEntry>,
    webhook: Option<Webhook>,
}

/// How the database is reached and how its values read.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// `mysql://reader@host/mall`, `postgres://…` or `sqlite:FILE`, without the password.
    pub url: String,
    /// A variable of the environment with the whole address, used instead of `url` where it is set.
    pub url_env: Option<String>,
    /// The variable with the password.
    pub password_env: Option<String>,
    /// The most connections.
    pub pool: u32,
    /// How long a statement may take, in milliseconds.
    pub timeout_ms: u64,
    /// The most rows that a statement gives.
    pub most_rows: usize,
    /// The zone of dates without one.
    pub zone: String,
    /// The unit of amounts.
    pub money: MoneyUnit,
    /// The unit of points in time that are numbers.
    pub epoch: EpochUnit,
}

impl Default for Connection {
    fn default() -> Self {
        Connection {
            url: String::new(),
            url_env: None,
            password_env: None,
            pool: 4,
            timeout_ms: 2_000,
            most_rows: 1_000,
            zone: "Asia/Shanghai".to_owned(),
            money: MoneyUnit::Yuan,
            epoch: EpochUnit::Seconds,
        }
    }
}

crate::closed_set! {
    /// The unit of amounts.
    MoneyUnit {
        /// Yuan, with or without decimals.
        Yuan = "yuan",
        /// Cents (分).
        Cents = "cents",
    }
}

crate::closed_set! {
    /// The unit of points in time that are numbers.
    EpochUnit {
        /// Seconds since 1970 UTC.
        Seconds = "seconds",
        /// Milliseconds since 1970 UTC.
        Millis = "millis",
    }
}

/// One need as it is written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedEntry {
    sql: String,
    money: Option<MoneyUnit>,
    epoch: Option<EpochUnit>,
}

/// One need, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// Its statement.
    pub statement: Statement,
    /// The unit of its amounts.
    pub money: MoneyUnit,
    /// The unit of its numbers that are points in time.
    pub epoch: EpochUnit,
}

/// A mapping that is sound as far as it can be told without the database.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// How the database is reached.
    pub connection: Connection,
    /// Its dialect.
    pub dialect: Dialect,
    /// Its address with the password in it.
    pub(super) address: String,
    /// The zone of dates without one.
    pub zone: jiff::tz::TimeZone,
    /// From the shop's codes to ours, by the name of the map.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The statements.
    pub needs: BTreeMap<Need, Mapped>,
    /// The statements that write.
    pub writes: BTreeMap<WriteName, WriteStatements>,
    /// Where service requests are delivered to.
    pub webhook: Option<Webhook>,
}

impl Mapping {
    /// Reads a mapping file.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| MappingError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text, &|name| std::env::var(name).ok())
    }

    /// Reads the text of a mapping file; `environment` gives the variables.
    pub fn parse(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, MappingError> {
        let malformed = |error: toml::de::Error| MappingError::Malformed(error.to_string().trim().replace('\n', " "));
        let file: File = toml::from_str(text).map_err(malformed)?;
        let address = address(&file.connection, environment)?;
        let dialect = dialect(&address)?;
        let zone = jiff::tz::TimeZone::get(&file.connection.zone)
            .map_err(|_| MappingError::Zone(file.connection.zone.clone()))?;
        check_values(&file.values)?;
        let mut needs = BTreeMap::new();
        for (need, entry) in &file.needs {
            needs.insert(*need, mapped(*need, entry, &file.parts, &file.connection)?);
        }
        for (present, missing) in TOGETHER {
            if needs.contains_key(present) && !needs.contains_key(missing) {
                return Err(MappingError::Incomplete { present: present.as_str(), missing: missing.as_str() });
            }
        }
        let mut writes = BTreeMap::new();
        for (name, entry) in &file.writes {
            writes.insert(*name, WriteStatements::parse(*name, entry, &|place, sql| filled(place, sql, &file.parts))?);
        }
        Ok(Mapping {
            connection: file.connection,
            dialect,
            address,
            zone,
            values: file.values,
            needs,
            writes,
            webhook: file.webhook,
        })
    }
}

/// An order without its lines, or a listing without the look-up of one, would be told wrongly.
const TOGETHER: &[(Need, Need)] = &[
    (Need::OrdersOfCustomer, Need::OrderByNumber),
    (Need::OrderByNumber, Need::OrdersOfCustomer),
    (Need::OrdersOfCustomer, Need::OrderLines),
    (Need::ParcelEvents, Need::Parcel),
    (Need::Product, Need::VariantsOfProduct),
    (Need::VariantsOfProduct, Need::Product),
    (Need::ChangedProducts, Need::Product),
    (Need::SearchProducts, Need::Product),
    (Need::CustomerByPhone, Need::Customer),
];

fn address(connection: &Connection, environment: &dyn Fn(&str) -> Option<String>) -> Result<String, MappingError> {
    let given = connection.url_env.as_deref().and_then(environment).filter(|url| !url.is_empty());
    let url = given.unwrap_or_else(|| connection.url.clone());
    let Some(variable) = &connection.password_env else { return Ok(url) };
    let password = environment(variable).ok_or_else(|| MappingError::Environment(variable.clone()))?;
    let Some((scheme, rest)) = url.split_once("://") else { return Ok(url) };
    let Some((user, host)) = rest.split_once('@') else { return Err(MappingError::Address(url)) };
    let user = user.split(':').next().unwrap_or_default();
    let escaped: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
    Ok(format!("{scheme}://{user}:{escaped}@{host}"))
}

/// The dialect that an address is written in.
pub fn dialect(address: &str) -> Result<Dialect, MappingError> {
    match address.split(':').next().unwrap_or_default() {
        "mysql" | "mariadb" => Ok(Dialect::Mysql),
        "postgres" | "postgresql" => Ok(Dialect::Postgres),
        "sqlite" => Ok(Dialect::Sqlite),
        // What stands there may hold a password.
        _ => Err(MappingError::Address(address.chars().take_while(|letter| *letter != ':').collect())),
    }
}

fn check_values(values: &BTreeMap<String, BTreeMap<String, String>>) -> Result<(), MappingError> {
    for (map, codes) in values {
        let Some(known) = members(map) else { continue };
        for (code, value) in codes {
            if !known.contains(&value.as_str()) {
                return Err(MappingError::UnknownValue {
                    map: map.clone(),
                    code: code.clone(),
                    value: value.clone(),
                    known: known.join(", "),
                });
            }
        }
    }
    Ok(())
}

fn mapped(
    need: Need,
    entry: &NeedEntry,
    parts: &BTreeMap<String, String>,
    connection: &Connection,
) -> Result<Mapped, MappingError> {
    let place = format!("needs.{need}");
    let statement = Statement::parse(&place, &filled(&place, &entry.sql, parts)?)?;
    if !matches!(statement.verb().as_str(), "select" | "with") {
        return Err(MappingError::NoQuery { place, verb: statement.verb() });
    }
    check_parameters(&place, &statement, need.parameters(), need.must_use())?;
    Ok(Mapped {
        statement,
        money: entry.money.unwrap_or(connection.money),
        epoch: entry.epoch.unwrap_or(connection.epoch),
    })
}

/// Refuses parameters that do not exist and misses those that must be used.
pub(super) fn check_parameters(
    place: &str,
    statement: &Statement,
    known: &[&'static str],
    must_use: &[&'static str],
) -> Result<(), MappingError> {
    if let Some(parameter) = statement.parameters().find(|name| !known.contains(name)) {
        let known: Vec<String> = known.iter().map(|name| format!(":{name}")).collect();
        return Err(MappingError::UnknownParameter {
            place: place.to_owned(),
            parameter: parameter.to_owned(),
            known: known.join(", "),
        });
    }
    match must_use.iter().find(|name| !statement.parameters().any(|used| used == **name)) {
        Some(parameter) => Err(MappingError::MissingParameter { place: place.to_owned(), parameter }),
        None => Ok(()),
    }
}

/// Puts the parts into a statement: `{order_columns}`.
fn filled(place: &str, sql: &str, parts: &BTreeMap<String, String>) -> Result<String, MappingError> {
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(start) = rest.find('{') {
        let after = &rest[start + 1..];
        let end = after.find(|letter: char| !(letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'));
        match end {
            Some(end) if end > 0 && after[end..].starts_with('}') => {
                let part = parts.get(&after[..end]).ok_or_else(|| MappingError::UnknownPart {
                    place: place.to_owned(),
                    part: after[..end].to_owned(),
                })?;
                text.push_str(&rest[..start]);
                text.push_str(part);
                rest = &after[end + 1..];
            }
            _ => {
                text.push_str(&rest[..=start]);
                rest = after;
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}
