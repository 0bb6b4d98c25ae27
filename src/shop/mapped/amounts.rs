//! Amounts as databases and spreadsheets write them. Leaves to others: which unit a column is in (`mapping`).

use super::mapping::MoneyUnit;

/// None where it is no amount.
pub(super) fn real_cents(number: f64, unit: MoneyUnit) -> Option<i64> {
    let cents = match unit {
        MoneyUnit::Yuan => number * 100.0,
        MoneyUnit::Cents => number,
    };
    (cents.is_finite() && cents.abs() < 9e15).then(|| cents.round() as i64)
}

/// An amount as a database or a spreadsheet writes it: `1,299.00`, `￥12.5`, `12.500000`. More than two decimals are
/// rounded half away from zero.
pub(super) fn text_cents(text: &str, unit: MoneyUnit) -> Option<i64> {
    let bare: String = text
        .trim()
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .chars()
        .filter(|letter| *letter != ',')
        .collect();
    let (negative, digits) = match bare.trim().strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare.trim()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let decimals = match unit {
        MoneyUnit::Yuan => 2,
        MoneyUnit::Cents => 0,
    };
    let kept: String = fraction.bytes().map(char::from).chain(std::iter::repeat('0')).take(decimals).collect();
    let cents: i64 = format!("0{whole}{kept}").parse().ok()?;
    let rounds_up = fraction.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
    let cents = cents.checked_add(i64::from(rounds_up))?;
    Some(if negative { -cents } else { cents })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_in_their_unit() {
        for (text, yuan, cents) in [
            ("16377.75", Some(1_637_775), Some(16_378)),
            ("1,299.00", Some(129_900), Some(1_299)),
            ("￥12.5", Some(1_250), Some(13)),
            ("-3.05", Some(-305), Some(-3)),
            ("12.345", Some(1_235), Some(12)),
            ("12.500000", Some(1_250), Some(13)),
            (".5", Some(50), Some(1)),
            ("", None, None),
            ("abc", None, None),
            ("1e3", None, None),
        ] {
            assert_eq!(text_cents(text, MoneyUnit::Yuan), yuan, "{text}");
            assert_eq!(text_cents(text, MoneyUnit::Cents), cents, "{text}");
        }
    }
}
