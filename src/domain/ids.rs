//! Parsed ids: a value of these types has the right form. Whether it exists, and whose it is, is for `shop` to say.

use std::fmt;
use std::str::FromStr;

/// A text that has not the form of the id it was read for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {kind}: {form}")]
pub struct ParseIdError {
    kind: &'static str,
    form: &'static str,
    text: String,
}

macro_rules! row_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

row_id!(
    /// A customer of the shop.
    CustomerId
);
row_id!(
    /// A product (SPU).
    ProductId
);
row_id!(
    /// A variant of a product (SKU).
    VariantId
);
row_id!(
    /// One line of an order.
    OrderLineId
);

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $form:literal, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok($name(text.to_owned()))
                } else {
                    Err(ParseIdError { kind: $kind, form: $form, text: text.chars().take(40).collect() })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

text_id!(
    /// An order's number: 12 to 20 digits.
    OrderNumber, "order number", "12 to 20 digits", |text| digits(text, 12, 20)
);
text_id!(
    /// A mobile number of mainland China: 11 digits from 13 to 19.
    Phone, "phone number", "11 digits that begin with 13 to 19",
    |text| digits(text, 11, 11) && text.starts_with('1') && !text.starts_with("10") && !text.starts_with("11") && !text.starts_with("12")
);
text_id!(
    /// The last four digits of a phone.
    PhoneTail, "phone tail", "4 digits", |text| digits(text, 4, 4)
);
text_id!(
    /// A parcel's number at its courier: 3 to 32 capital letters and digits, as shops write them down.
    TrackingNumber, "tracking number", "3 to 32 capital letters and digits",
    |text| (3..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
);

impl Phone {
    /// The last four digits.
    pub fn tail(&self) -> PhoneTail {
        PhoneTail(self.0[7..].to_owned())
    }

    /// `138****1234`, for showing.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_when_parsed() {
        assert!("202606180001234".parse::<OrderNumber>().is_ok());
        assert!("13812345678".parse::<Phone>().is_ok_and(|phone| phone.masked() == "138****5678"));
        for bad in ["", "1381234567", "12812345678", "1381234567８", "23812345678"] {
            assert!(bad.parse::<Phone>().is_err(), "{bad}");
        }
        assert!("SF1234567890".parse::<TrackingNumber>().is_ok());
        assert!("sf1234567890".parse::<TrackingNumber>().is_err());
    }
}
