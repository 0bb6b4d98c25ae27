//! What the shopper's side can do in a step, as written. Leaves to others: doing it (`play`).

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::value::Pattern;
use crate::domain::{Press, StaffDeed};

/// Which button is pressed.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PressMap {
    #[serde(rename = "do")]
    does: Option<Does>,
    label: Option<Pattern>,
    nth: Option<usize>,
    turn: Option<usize>,
}

crate::closed_set! {
    /// What a button does, without its details.
    Does {
        /// Answers a question.
        Choose = "choose",
        /// Confirms a listed change.
        Confirm = "confirm",
        /// Drops a listed change.
        Decline = "decline",
        /// Starts a wish.
        Wish = "wish",
        /// Starts a wish about an order.
        WishForOrder = "wish_for_order",
        /// Starts a wish about a product.
        WishForProduct = "wish_for_product",
        /// A thumb.
        Feedback = "feedback",
        /// Stars.
        Rate = "rate",
        /// Another page.
        Page = "page",
        /// A button that is no longer valid or was not made by us.
        Stale = "stale",
    }
}

impl Does {
    /// What this button does.
    pub fn of(press: &Press) -> Does {
        match press {
            Press::Choose { .. } => Does::Choose,
            Press::Confirm { .. } => Does::Confirm,
            Press::Decline { .. } => Does::Decline,
            Press::Wish { .. } => Does::Wish,
            Press::WishForOrder { .. } => Does::WishForOrder,
            Press::WishForProduct { .. } => Does::WishForProduct,
            Press::Feedback { .. } => Does::Feedback,
            Press::Rate { .. } => Does::Rate,
            Press::Page { .. } => Does::Page,
        }
    }
}

/// Which button is pressed: by its label (exact, else contained, or a regular expression), by what it does, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct PressQuery {
    /// What it does.
    pub does: Option<Does>,
    /// Its label.
    pub label: Option<Pattern>,
    /// Which of those that fit, from 1.
    pub nth: usize,
    /// The turn whose answer has it, from 1; left out, the latest answer that has one that fits.
    pub turn: Option<usize>,
}

impl<'de> Deserialize<'de> for PressQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PressVisitor;
        impl<'de> Visitor<'de> for PressVisitor {
            type Value = PressQuery;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a button's label, or {do: …, label: …, nth: …, turn: …}")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<PressQuery, E> {
                let label = Pattern::parse(text).map_err(|error| E::custom(format!("{text:?}: {error}")))?;
                Ok(PressQuery { does: None, label: Some(label), nth: 1, turn: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PressQuery, A::Error> {
                let map = PressMap::deserialize(MapAccessDeserializer::new(map))?;
                if map.does.is_none() && map.label.is_none() {
                    return Err(A::Error::custom("a press needs `do` or `label`"));
                }
                if map.nth == Some(0) || map.turn == Some(0) {
                    return Err(A::Error::custom("`nth` and `turn` count from 1"));
                }
                Ok(PressQuery { does: map.does, label: map.label, nth: map.nth.unwrap_or(1), turn: map.turn })
            }
        }
        deserializer.deserialize_any(PressVisitor)
    }
}

/// A contact that is shared.
#[derive(Debug, Clone, PartialEq)]
pub enum Contact {
    /// The shopper's own; without a number, the one of the case's customer.
    Own(Option<String>),
    /// Somebody else's.
    Foreign(String),
}

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "snake_case")]
        enum ContactMap {
            Own(String),
            Foreign(String),
        }
        struct ContactVisitor;
        impl<'de> Visitor<'de> for ContactVisitor {
            type Value = Contact;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`own`, {own: PHONE} or {foreign: PHONE}")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Contact, E> {
                match text {
                    "own" => Ok(Contact::Own(None)),
                    _ => Err(E::custom(format!(
                        "{text:?} is no contact; write own, {{own: PHONE}} or {{foreign: PHONE}}"
                    ))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Contact, A::Error> {
                Ok(match ContactMap::deserialize(MapAccessDeserializer::new(map))? {
                    ContactMap::Own(phone) => Contact::Own(Some(phone)),
                    ContactMap::Foreign(phone) => Contact::Foreign(phone),
                })
            }
        }
        deserializer.deserialize_any(ContactVisitor)
    }
}

/// A picture, with or without words below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Its name.
    pub file: String,
    /// Words below it.
    pub caption: Option<String>,
}

impl<'de> Deserialize<'de> for Photo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct PhotoMap {
            file: String,
            caption: Option<String>,
        }
        struct PhotoVisitor;
        impl<'de> Visitor<'de> for PhotoVisitor {
            type Value = Photo;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a picture's name, or {file: NAME, caption: WORDS}")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Photo, E> {
                Ok(Photo { file: text.to_owned(), caption: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Photo, A::Error> {
                let map = PhotoMap::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Photo { file: map.file, caption: map.caption })
            }
        }
        deserializer.deserialize_any(PhotoVisitor)
    }
}

/// What a person of the staff does.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffAct(pub StaffDeed);

impl<'de> Deserialize<'de> for StaffAct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Say {
            say: String,
        }
        struct StaffVisitor;
        impl<'de> Visitor<'de> for StaffVisitor {
            type Value = StaffAct;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("claim, hand_back, resolve or {say: WORDS}")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<StaffAct, E> {
                Ok(StaffAct(match text {
                    "claim" => StaffDeed::Claim,
                    "hand_back" => StaffDeed::HandBack,
                    "resolve" => StaffDeed::Resolve,
                    _ => return Err(E::custom(format!("{text:?}: write claim, hand_back, resolve or {{say: WORDS}}"))),
                }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<StaffAct, A::Error> {
                let Say { say } = Say::deserialize(MapAccessDeserializer::new(map))?;
                Ok(StaffAct(StaffDeed::Say { text: say }))
            }
        }
        deserializer.deserialize_any(StaffVisitor)
    }
}
