//! What stands before the first message (who talks, when, slots, the shop), and claims about slots, as written.
//! Leaves to others: making it so (`play`), judging claims (`judge`).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::value::OneOrMany;
use crate::domain::Slot;

/// Who talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shopper {
    /// Nobody that the shop knows yet.
    Stranger,
    /// A customer, by id, whose identity was verified before.
    Customer(i64),
}

impl<'de> Deserialize<'de> for Shopper {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text == "stranger" => Ok(Shopper::Stranger),
            Value::Number(number) if number.as_i64().is_some_and(|id| id > 0) => {
                Ok(Shopper::Customer(number.as_i64().unwrap_or_default()))
            }
            other => Err(D::Error::custom(format!("{other} is no shopper; write stranger or a customer's number"))),
        }
    }
}

/// Names for values of the shop's database, in the order of the file: a later `select` may use an earlier name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GivenVisitor;
        impl<'de> Visitor<'de> for GivenVisitor {
            type Value = Given;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("names, each with a select of one value")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
                let mut given = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    given.push(entry);
                }
                Ok(Given(given))
            }
        }
        deserializer.deserialize_map(GivenVisitor)
    }
}

/// One setting of a fixture: `- customer: 1`, `- colour: 黑`.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Who talks.
    Customer(Shopper),
    /// Whether others read along.
    InGroup(bool),
    /// When it begins.
    Start(jiff::civil::DateTime),
    /// Names for values of the database.
    Given(Given),
    /// Changes of the database.
    Setup(OneOrMany<String>),
    /// A slot that is known already.
    Slot(Slot, Value),
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SettingVisitor;
        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = Setting;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("one of customer, in_group, start, given, setup or a slot, with its value")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Setting, A::Error> {
                let Some(name) = map.next_key::<String>()? else {
                    return Err(A::Error::custom("a fixture's setting is empty"));
                };
                let setting = match name.as_str() {
                    "customer" => Setting::Customer(map.next_value()?),
                    "in_group" => Setting::InGroup(map.next_value()?),
                    "start" => Setting::Start(map.next_value()?),
                    "given" => Setting::Given(map.next_value()?),
                    "setup" => Setting::Setup(map.next_value()?),
                    slot => match slot.parse() {
                        Ok(slot) => Setting::Slot(slot, map.next_value()?),
                        Err(_) => {
                            let known = "customer, in_group, start, given, setup or a slot";
                            return Err(A::Error::custom(format!("unknown setting {slot:?}; write {known}")));
                        }
                    },
                };
                match map.next_key::<String>()? {
                    Some(_) => Err(A::Error::custom("one setting per `-` of a fixture")),
                    None => Ok(setting),
                }
            }
        }
        deserializer.deserialize_map(SettingVisitor)
    }
}

/// Claims about slots: names alone, or names with values; a null value claims that the slot is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SlotClaims(pub Vec<(Slot, Option<Value>)>);

impl<'de> Deserialize<'de> for SlotClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ClaimsVisitor;
        impl<'de> Visitor<'de> for ClaimsVisitor {
            type Value = SlotClaims;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a slot, {slot: value}, or a list of these")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<SlotClaims, E> {
                Ok(SlotClaims(vec![(text.parse().map_err(E::custom)?, None)]))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SlotClaims, A::Error> {
                let mut claims = Vec::new();
                while let Some(slot) = map.next_key::<Slot>()? {
                    claims.push((slot, Some(map.next_value()?)));
                }
                Ok(SlotClaims(claims))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<SlotClaims, A::Error> {
                let mut claims = Vec::new();
                while let Some(SlotClaims(more)) = sequence.next_element()? {
                    claims.extend(more);
                }
                Ok(SlotClaims(claims))
            }
        }
        deserializer.deserialize_any(ClaimsVisitor)
    }
}

/// A scalar as it stands in the file; `None` for null, lists and maps.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
