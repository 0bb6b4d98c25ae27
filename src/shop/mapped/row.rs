//! Rows of another house as domain values: units, time zones, value maps, and texts put into the form that our ids have.
//! A complaint names the column and what is wrong, never the value. Leaves to others: which columns there are (`need`).

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::amounts::{real_cents, text_cents};
use super::cell::{Cell, RawRow};
use super::columns::{Column, Kind};
use super::mapping::{EpochUnit, Mapped, Mapping, MoneyUnit};
use super::statement::Argument;
use crate::domain::{Money, Phone, Timestamp};
use crate::shop::ShopError;

/// How an answer's values read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    zone: &'a TimeZone,
    values: &'a BTreeMap<String, BTreeMap<String, String>>,
    money: MoneyUnit,
    epoch: EpochUnit,
}

impl<'a> Reading<'a> {
    /// In these units.
    pub fn new(
        zone: &'a TimeZone,
        values: &'a BTreeMap<String, BTreeMap<String, String>>,
        money: MoneyUnit,
        epoch: EpochUnit,
    ) -> Self {
        Reading { zone, values, money, epoch }
    }

    /// As the mapping says for one of its needs.
    pub fn of(mapping: &'a Mapping, mapped: &Mapped) -> Self {
        Reading { zone: &mapping.zone, values: &mapping.values, money: mapped.money, epoch: mapped.epoch }
    }
}

/// One row, ready to be read.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The values as they came.
    pub raw: &'a RawRow,
    /// How they read.
    pub reading: Reading<'a>,
}

type Read<T> = Result<T, ShopError>;

impl Row<'_> {
    fn cell(&self, column: &'static str) -> Option<&Cell> {
        self.raw.cell(column).filter(|cell| !matches!(cell, Cell::Null))
    }

    fn wrong<T>(&self, column: &'static str, wanted: &str) -> Read<T> {
        let reason = match self.raw.cell(column) {
            None => format!("the statement gives no such column, and {wanted} is needed"),
            Some(cell) => format!("{} is no {wanted}", cell.kind()),
        };
        Err(ShopError::bad_value(column, reason))
    }

    fn needed<T>(&self, column: &'static str, wanted: &str, value: Option<T>) -> Read<T> {
        value.map_or_else(|| self.wrong(column, wanted), Ok)
    }

    /// A whole number.
    pub fn optional_integer(&self, column: &'static str) -> Read<Option<i64>> {
        match self.cell(column) {
            None => Ok(None),
            Some(Cell::Integer(number)) => Ok(Some(*number)),
            Some(Cell::Flag(flag)) => Ok(Some(i64::from(*flag))),
            Some(Cell::Real(number)) if number.fract() == 0.0 && number.abs() < 9e15 => Ok(Some(*number as i64)),
            Some(Cell::Text(text)) => {
                let whole = text.trim().split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'));
                match whole.map_or(text.trim(), |(whole, _)| whole).parse() {
                    Ok(number) => Ok(Some(number)),
                    Err(_) => self.wrong(column, "whole number"),
                }
            }
            Some(_) => self.wrong(column, "whole number"),
        }
    }

    /// A whole number that must be there.
    pub fn integer(&self, column: &'static str) -> Read<i64> {
        let value = self.optional_integer(column)?;
        self.needed(column, "whole number", value)
    }

    /// A whole number that is not negative.
    pub fn count(&self, column: &'static str) -> Read<u32> {
        u32::try_from(self.integer(column)?)
            .map_err(|_| ShopError::bad_value(column, "a negative or huge number is no count"))
    }

    /// The same with a value for where there is none.
    pub fn count_or(&self, column: &'static str, otherwise: u32) -> Read<u32> {
        if self.cell(column).is_none() { Ok(otherwise) } else { self.count(column) }
    }

    /// A text; numbers are written out.
    pub fn optional_text(&self, column: &'static str) -> Read<Option<String>> {
        match self.cell(column) {
            None => Ok(None),
            Some(Cell::Text(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(Cell::Integer(number)) => Ok(Some(number.to_string())),
            Some(_) => self.wrong(column, "text"),
        }
    }

    /// A text that must be there.
    pub fn text(&self, column: &'static str) -> Read<String> {
        let value = self.optional_text(column)?;
        self.needed(column, "text", value)
    }

    /// A text, empty where there is none.
    pub fn text_or_empty(&self, column: &'static str) -> Read<String> {
        Ok(self.optional_text(column)?.unwrap_or_default())
    }

    /// The code of a column as a value map writes it.
    fn code(&self, column: &'static str) -> Read<Option<String>> {
        match self.cell(column) {
            Some(Cell::Flag(flag)) => Ok(Some(i64::from(*flag).to_string())),
            _ => self.optional_text(column),
        }
    }

    /// A text through the value map `map`, as it is where the map does not have it.
    pub fn named(&self, column: &'static str, map: &str) -> Read<Option<String>> {
        let Some(code) = self.code(column)? else { return Ok(None) };
        let mapped = self.reading.values.get(map).and_then(|codes| codes.get(&code).cloned());
        Ok(Some(mapped.unwrap_or(code)).filter(|text| !text.is_empty()))
    }

    /// A code through the value map `map` as a member of a closed set.
    pub fn member<T>(&self, column: &'static str, map: &'static str) -> Read<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let code = self.named(column, map)?;
        let code = self.needed(column, "code", code)?;
        code.parse().map_err(|_| ShopError::bad_value(column, format!("its code is not in values.{map}")))
    }

    /// A text in the form of one of our ids.
    pub fn parsed<T>(&self, column: &'static str) -> Read<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.text(column)?;
        // The error of an id shows the text.
        text.parse().map_err(|_| ShopError::bad_value(column, "the text has not the form that docs/shops.md asks for"))
    }

    /// A mobile number, with or without country code, blanks and dashes.
    pub fn phone(&self, column: &'static str) -> Read<Phone> {
        let text = self.text(column)?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("0086").or(digits.strip_prefix("86")).filter(|rest| rest.len() == 11);
        let all: String = text.chars().filter(char::is_ascii_digit).collect();
        let phone = digits.unwrap_or(&all).parse();
        phone.map_err(|_| ShopError::bad_value(column, "the text is no mobile number of 11 digits"))
    }

    /// A parcel's number in capital letters and digits; none where it is not one.
    pub fn tracking(&self, column: &'static str) -> Read<Option<crate::domain::TrackingNumber>> {
        let text = self.text_or_empty(column)?;
        let bare: String = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
        Ok(bare.to_ascii_uppercase().parse().ok())
    }

    /// An amount in the mapping's unit.
    pub fn optional_money(&self, column: &'static str) -> Read<Option<Money>> {
        let cents = match (self.cell(column), self.reading.money) {
            (None, _) => return Ok(None),
            (Some(Cell::Integer(number)), MoneyUnit::Yuan) => number.checked_mul(100),
            (Some(Cell::Integer(number)), MoneyUnit::Cents) => Some(*number),
            (Some(Cell::Real(number)), unit) => real_cents(*number, unit),
            (Some(Cell::Text(text)), unit) => text_cents(text, unit),
            _ => None,
        };
        match cents {
            Some(cents) => Ok(Some(Money::from_cents(cents))),
            None => self.wrong(column, "amount"),
        }
    }

    /// An amount that must be there.
    pub fn money(&self, column: &'static str) -> Read<Money> {
        let value = self.optional_money(column)?;
        self.needed(column, "amount", value)
    }

    /// An amount, nothing where there is none.
    pub fn money_or_zero(&self, column: &'static str) -> Read<Money> {
        Ok(self.optional_money(column)?.unwrap_or(Money::ZERO))
    }

    /// A point in time.
    pub fn optional_moment(&self, column: &'static str) -> Read<Option<Timestamp>> {
        let moment = match self.cell(column) {
            None => return Ok(None),
            Some(Cell::Instant(at)) => Some(*at),
            Some(Cell::Civil(at)) => self.civil(*at),
            // Zero is how many shops write “not yet”.
            Some(Cell::Integer(0)) => return Ok(None),
            Some(Cell::Integer(number)) => self.epoch(*number),
            Some(Cell::Text(text)) => match text.trim() {
                "" => return Ok(None),
                text if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok().and_then(|n| self.epoch(n)),
                text => self.written(text),
            },
            Some(_) => None,
        };
        match moment {
            Some(moment) => Ok(Some(moment)),
            None => self.wrong(column, "point in time"),
        }
    }

    /// A point in time that must be there.
    pub fn moment(&self, column: &'static str) -> Read<Timestamp> {
        let value = self.optional_moment(column)?;
        self.needed(column, "point in time", value)
    }

    fn epoch(&self, number: i64) -> Option<Timestamp> {
        match self.reading.epoch {
            EpochUnit::Seconds => number.checked_mul(1000).map(Timestamp::from_millis),
            EpochUnit::Millis => Some(Timestamp::from_millis(number)),
        }
    }

    fn civil(&self, at: DateTime) -> Option<Timestamp> {
        let zoned = at.to_zoned_datetime(self.reading.zone.clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    }

    fn written(&self, text: &str) -> Option<Timestamp> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_millis(at.as_millisecond()));
        }
        let civil =
            text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0)));
        self.civil(civil?)
    }

    /// Yes or no.
    pub fn flag_or(&self, column: &'static str, otherwise: bool) -> Read<bool> {
        match self.cell(column) {
            None => Ok(otherwise),
            Some(Cell::Flag(flag)) => Ok(*flag),
            Some(Cell::Integer(number)) => Ok(*number != 0),
            Some(Cell::Bytes(bytes)) => Ok(bytes.iter().any(|byte| *byte != 0)),
            Some(Cell::Text(text)) => match text.trim().to_lowercase().as_str() {
                "1" | "t" | "true" | "y" | "yes" | "是" | "\u{1}" => Ok(true),
                "0" | "f" | "false" | "n" | "no" | "否" | "" | "\0" => Ok(false),
                _ => self.wrong(column, "yes or no"),
            },
            Some(_) => self.wrong(column, "yes or no"),
        }
    }

    /// A mean rating from 0 to 5, in tenths.
    pub fn rating_tenths(&self, column: &'static str) -> Read<Option<u8>> {
        let mean = match self.cell(column) {
            None => return Ok(None),
            Some(Cell::Integer(number)) => *number as f64,
            Some(Cell::Real(number)) => *number,
            Some(Cell::Text(text)) => match text.trim().parse() {
                Ok(number) => number,
                Err(_) => return self.wrong(column, "rating"),
            },
            Some(_) => return self.wrong(column, "rating"),
        };
        if (0.0..=5.0).contains(&mean) {
            Ok(Some((mean * 10.0).round() as u8))
        } else {
            self.wrong(column, "rating from 0 to 5")
        }
    }

    /// What names the row, as a parameter for a later statement.
    pub fn key(&self, column: &'static str) -> Read<Argument> {
        match self.cell(column) {
            Some(Cell::Integer(number)) => Ok(Argument::Integer(*number)),
            Some(Cell::Text(text)) => Ok(Argument::Text(text.clone())),
            _ => self.wrong(column, "key"),
        }
    }

    /// The pairs of a JSON list of `{"key": …, "value": …}` or of a JSON object.
    pub fn options(&self, column: &'static str) -> Read<Vec<(String, String)>> {
        let Some(text) = self.optional_text(column)? else { return Ok(Vec::new()) };
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(serde_json::Value::Array(list)) => {
                let word = |entry: &serde_json::Value, names: [&str; 2]| {
                    names.iter().find_map(|name| entry.get(*name)?.as_str().map(str::to_owned))
                };
                Ok(list
                    .iter()
                    .filter_map(|entry| Some((word(entry, ["key", "name"])?, word(entry, ["value", "val"])?)))
                    .collect())
            }
            Ok(serde_json::Value::Object(map)) => {
                let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Ok(map.into_iter().map(|(key, value)| (key, text(value))).collect())
            }
            _ => self.wrong(column, "JSON list of key and value"),
        }
    }

    /// Reads the column as its need describes it and forgets the value: for checking.
    pub fn probe(&self, column: &Column) -> Read<()> {
        let name = column.name;
        if column.required && self.cell(name).is_none() {
            return self.wrong(name, "value");
        }
        if self.cell(name).is_none() {
            return Ok(());
        }
        match column.kind {
            Kind::Id | Kind::Integer => self.integer(name).map(drop),
            Kind::Key => self.key(name).map(drop),
            Kind::Text => self.optional_text(name).map(drop),
            Kind::Named(map) => self.named(name, map).map(drop),
            Kind::Code(map) => {
                let code = self.named(name, map)?.unwrap_or_default();
                let known = super::columns::members(map).unwrap_or_default();
                if known.contains(&code.as_str()) {
                    return Ok(());
                }
                Err(ShopError::bad_value(name, format!("its code {code:?} is not in values.{map}")))
            }
            Kind::Money => self.money(name).map(drop),
            Kind::Moment => self.optional_moment(name).map(drop),
            Kind::Count => self.count(name).map(drop),
            Kind::Flag => self.flag_or(name, false).map(drop),
            Kind::OrderNumber => self.parsed::<crate::domain::OrderNumber>(name).map(drop),
            Kind::Phone => self.phone(name).map(drop),
            Kind::Tracking => match self.tracking(name)? {
                Some(_) => Ok(()),
                None => self.wrong(name, "parcel number of 3 to 32 letters and digits"),
            },
            Kind::Rating => self.rating_tenths(name).map(drop),
            Kind::Options => self.options(name).map(drop),
        }
    }
}
