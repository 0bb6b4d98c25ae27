//! Money as integer cents (分). Leaves to others: reading amounts out of sentences (`nlu`).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};
use std::str::FromStr;

/// An amount in cents of a yuan; may be negative (a refund).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// From cents.
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents)
    }

    /// From whole yuan.
    pub const fn from_yuan(yuan: i64) -> Self {
        Money(yuan * 100)
    }

    /// In cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// `percent` hundredths of this amount, rounded half away from zero.
    pub fn percent(self, percent: i64) -> Self {
        let product = i128::from(self.0) * i128::from(percent);
        let half = if product >= 0 { 50 } else { -50 };
        Money(i64::try_from((product + half) / 100).unwrap_or(i64::MAX))
    }
}

/// A text that is no amount of yuan with at most two decimals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no amount of money; write yuan with at most two decimals, such as 199 or 199.50")]
pub struct ParseMoneyError(String);

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseMoneyError(text.to_owned());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 2 {
            return Err(error());
        }
        let whole: i64 = whole.parse().map_err(|_| error())?;
        let fraction: i64 = format!("{fraction:0<2}").parse().map_err(|_| error())?;
        let cents = whole.checked_mul(100).and_then(|cents| cents.checked_add(fraction)).ok_or_else(error)?;
        Ok(Money(if negative { -cents } else { cents }))
    }
}

impl fmt::Display for Money {
    /// Yuan without a sign of currency: `199`, `199.50`, `-3.05`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let absolute = self.0.unsigned_abs();
        match absolute % 100 {
            0 => formatter.pad(&format!("{sign}{}", absolute / 100)),
            cents => formatter.pad(&format!("{sign}{}.{cents:02}", absolute / 100)),
        }
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Mul<i64> for Money {
    type Output = Money;
    fn mul(self, times: i64) -> Money {
        Money(self.0 * times)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_writes_yuan() {
        for (text, cents) in [("0", 0), ("199", 19_900), ("199.5", 19_950), ("0.05", 5), ("-3.05", -305)] {
            assert_eq!(text.parse::<Money>(), Ok(Money::from_cents(cents)), "{text}");
        }
        for text in ["", ".", "1.", ".5", "1.234", "一百", "1e3", "+1", "99999999999999999999"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        assert_eq!(Money::from_cents(333).percent(50), Money::from_cents(167));
    }

    proptest! {
        #[test]
        fn display_is_read_back(cents in -1_000_000_000_i64..1_000_000_000) {
            let money = Money::from_cents(cents);
            prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
        }
    }
}
