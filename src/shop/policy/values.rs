//! Values of the policy file: times of day, days of the year, yuan. Leaves to others: what they bound.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time};

/// A time of day to the minute, written `09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime {
    hour: i8,
    minute: i8,
}

/// A text that is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of day; write it as 09:00")]
pub struct ParseClockTimeError(String);

impl ClockTime {
    /// As a time with seconds.
    pub fn time(self) -> Time {
        jiff::civil::time(self.hour, self.minute, 0, 0)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl FromStr for ClockTime {
    type Err = ParseClockTimeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match two_numbers(text, ':') {
            Some((hour @ 0..24, minute @ 0..60)) => Ok(ClockTime { hour, minute }),
            _ => Err(ParseClockTimeError(text.to_owned())),
        }
    }
}

/// A day of every year, written `06-18`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

/// A text that is no day of the year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day of the year; write it as 06-18")]
pub struct ParseMonthDayError(String);

impl MonthDay {
    /// The day of the year of a date.
    pub fn of(date: Date) -> Self {
        MonthDay { month: date.month(), day: date.day() }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for MonthDay {
    type Err = ParseMonthDayError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // 2024 is a leap year, so that 02-29 is a day.
        match two_numbers(text, '-') {
            Some((month, day)) if Date::new(2024, month, day).is_ok() => Ok(MonthDay { month, day }),
            _ => Err(ParseMonthDayError(text.to_owned())),
        }
    }
}

fn two_numbers(text: &str, separator: char) -> Option<(i8, i8)> {
    let (first, second) = text.split_once(separator)?;
    let number = |digits: &str| {
        let fits = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { digits.parse().ok() } else { None }
    };
    Some((number(first)?, number(second)?))
}

macro_rules! string_serde {
    ($name:ident, $error:ident) => {
        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }
    };
}

string_serde!(ClockTime, ParseClockTimeError);
string_serde!(MonthDay, ParseMonthDayError);

/// Money as yuan: an integer or a text with at most two decimals is read, the text is written.
pub(super) mod yuan {
    use serde::de::{self, Deserializer, Visitor};
    use serde::ser::Serializer;

    use crate::domain::Money;

    struct Yuan;

    impl Visitor<'_> for Yuan {
        type Value = Money;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("yuan, such as 8 or \"8.50\"")
        }

        fn visit_i64<E: de::Error>(self, yuan: i64) -> Result<Money, E> {
            yuan.checked_mul(100).map(Money::from_cents).ok_or_else(|| E::custom("too much money"))
        }

        fn visit_u64<E: de::Error>(self, yuan: u64) -> Result<Money, E> {
            self.visit_i64(i64::try_from(yuan).map_err(|_| E::custom("too much money"))?)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Money, E> {
            text.parse().map_err(E::custom)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        deserializer.deserialize_any(Yuan)
    }

    pub fn serialize<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_days_are_read_strictly() {
        for (text, good) in [
            ("09:00", true),
            ("23:59", true),
            ("24:00", false),
            ("9:00", false),
            ("09:60", false),
            ("+9:00", false),
            ("", false),
        ] {
            assert_eq!(
                text.parse::<ClockTime>().map(|time| time.to_string()).ok(),
                good.then(|| text.to_owned()),
                "{text}"
            );
        }
        for (text, good) in
            [("06-18", true), ("02-29", true), ("02-30", false), ("13-01", false), ("6-18", false), ("00-10", false)]
        {
            assert_eq!(
                text.parse::<MonthDay>().map(|day| day.to_string()).ok(),
                good.then(|| text.to_owned()),
                "{text}"
            );
        }
    }
}
