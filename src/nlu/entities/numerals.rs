//! Numbers as Chinese shoppers write them: `1,299`, `1.5万`, `1千5`, 两百五, 一百零五, 2k. Leaves to others: units.

/// A number, as a piece of a regular expression (on lower-case text).
pub(super) const NUMBER: &str = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?(?:[百千万wk](?:[1-9][百十千])*[1-9]?)?|[一二两三四五六七八九十百千万零〇]+)";

/// A small count, as a piece of a regular expression.
pub(super) const COUNT: &str = r"(?:\d{1,4}|[一二两三四五六七八九十百零〇]+)";

/// The value of one digit.
pub(super) fn digit(character: char) -> Option<u64> {
    Some(match character {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return character.to_digit(10).map(u64::from),
    })
}

fn unit(character: char) -> Option<u64> {
    Some(match character {
        '十' => 10,
        '百' => 100,
        '千' | 'k' => 1_000,
        '万' | 'w' => 10_000,
        _ => return None,
    })
}

/// The number in hundredths: `99.5` → 9950. `None` where it is no number or too large to mean anything here.
pub(super) fn hundredths(text: &str) -> Option<u64> {
    let text: String = text.chars().filter(|&character| character != ',').collect();
    let number = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    if number == 0 {
        return whole_chinese(&text)?.checked_mul(100);
    }
    let (figure, rest) = text.split_at(number);
    let (whole, fraction) = figure.split_once('.').unwrap_or((figure, ""));
    if whole.len() > 9 || fraction.len() > 4 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    // Ten-thousandths first, so that 1.2345万 stays exact.
    let fraction: u64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<4}").parse().ok()? };
    let figure = whole * 10_000 + fraction;
    let mut rest = rest.chars();
    if rest.clone().count() > 2 {
        // 2千8百: figures and units in turn.
        return whole_chinese(&text)?.checked_mul(100);
    }
    let (factor, tail) = match rest.next() {
        None => (1, None),
        Some(first) => (unit(first)?, rest.next()),
    };
    let tail = match tail {
        None => 0,
        Some(last) => digit(last)? * factor / 10,
    };
    Some(figure * factor / 100 + tail * 100)
}

/// A whole number; `None` for fractions.
pub(super) fn whole(text: &str) -> Option<u64> {
    hundredths(text).filter(|value| value % 100 == 0).map(|value| value / 100)
}

/// 一百零五, 两千三, 十二, 三万五, and plain digits one by one where there is no unit (二零二六).
fn whole_chinese(text: &str) -> Option<u64> {
    let characters: Vec<char> = text.chars().collect();
    if characters.is_empty() || characters.len() > 12 {
        return None;
    }
    if !characters.iter().any(|&character| unit(character).is_some()) {
        return match characters[..] {
            [one] => digit(one),
            // 两三 is vague; 二零二六 and 一零五 are read out.
            _ if characters.len() < 4 && !characters.contains(&'零') => None,
            _ => characters.iter().try_fold(0_u64, |value, &character| Some(value * 10 + digit(character)?)),
        };
    }
    let (mut total, mut section, mut pending, mut last_unit, mut gap) = (0_u64, 0_u64, None::<u64>, 1_u64, false);
    for &character in &characters {
        if let Some(factor) = unit(character) {
            match factor {
                10_000 => {
                    total = (total + section + pending.take().unwrap_or(u64::from(section == 0))) * factor;
                    section = 0;
                }
                _ => section += pending.take().unwrap_or(1) * factor,
            }
            (last_unit, gap) = (factor, false);
        } else {
            let value = digit(character)?;
            if value == 0 {
                gap = true;
            } else if pending.replace(value).is_some() {
                return None;
            }
        }
    }
    // 两百五 is 250, 一百零五 is 105.
    let tail = pending.map_or(0, |value| if gap || last_unit == 1 { value } else { value * (last_unit / 10).max(1) });
    Some(total + section + tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_numbers() {
        for (text, expected) in [
            ("0", 0),
            ("12", 1_200),
            ("99.9", 9_990),
            ("1,299", 129_900),
            ("2k", 200_000),
            ("1.5万", 1_500_000),
            ("1千5", 150_000),
            ("3百", 30_000),
            ("一", 100),
            ("十", 1_000),
            ("十二", 1_200),
            ("二十", 2_000),
            ("两百五", 25_000),
            ("一百零五", 10_500),
            ("一百五十", 15_000),
            ("一千二", 120_000),
            ("一千零二十", 102_000),
            ("三万五", 3_500_000),
            ("百", 10_000),
            ("一万", 1_000_000),
            ("二零二六", 202_600),
            ("两千三百", 230_000),
            ("千", 100_000),
            ("十万", 10_000_000),
            ("2w3", 2_300_000),
            ("2千8百", 280_000),
            ("1千2百5", 125_000),
        ] {
            assert_eq!(hundredths(text), Some(expected), "{text}");
        }
        for text in ["", "两三", "三五百", "好", "99999999999999"] {
            assert_eq!(hundredths(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_accepted(text in "[0-9,.一二两三四五六七八九十百千万零kw]{0,14}") {
            let _ = hundredths(&text);
        }
    }
}
