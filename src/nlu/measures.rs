//! Body measures out of the shopper's words: "165 105斤", "一米七 60公斤", "腰围2尺2", "脚长24.5". What was said later
//! stands. Leaves to others: which of them a size needs (`actions`).

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Measures;

/// A number with decimals, or one written out up to 九十九 with the hundred as 一百三.
const NUMBER: &str = r"(\d{1,3}(?:\.\d{1,2})?|[一二两三四五六七八九十百]{1,5})";
/// One 尺 in millimetres: three are a metre.
const FOOT: f64 = 1_000.0 / 3.0;
/// A weight without its unit is taken in 斤 from here on where there is no height to tell by.
const JIN_FROM: f64 = 75.0;
/// The usual body mass index, to tell 斤 from 公斤.
const USUAL_INDEX: f64 = 21.5;

static METRES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"([12一二两])(?:米|m)([\d一二三四五六七八九]{1,3})|(1\.\d{1,2}|2\.[0-2]\d?) ?(?:米|m)"));
static HEIGHT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:身高|个子|身长|高)[是有大概约：: ]*(\d{2,3}(?:\.\d)?)(?:cm|厘米|公分)?|(?:^|[^\d.])(1[0-9]\d(?:\.\d)?) ?(?:cm|厘米|公分|高)",
    )
});
static WEIGHT: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?:(体重|重)[是有大概约：: ]*)?{NUMBER} ?(公斤|千克|kg|斤|g)?")));
static LENGTHS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(胸围|上胸围|腰围|腰|脚长|脚)[是有大概约长：: ]*(?:([\d一二两三四])尺([\d一二两三四五六七八九]|半)?|(\d{2,3}(?:\.\d)?) ?(cm|厘米|公分|mm|毫米|寸)?)",
    )
});
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[^\d.])(1[3-9]\d|20\d)(?:cm)?[ ,，/、和]{0,3}(\d{2,3}(?:\.\d)?) ?(公斤|千克|kg|斤)?(?:[^\d码号]|$)")
});

/// Everything that a text says of a body; of two of a kind, the later.
pub(super) fn measures_in(text: &str) -> Measures {
    let text = text.to_lowercase();
    let mut found = Measures { height: height(&text), ..Measures::default() };
    for captures in LENGTHS.captures_iter(&text) {
        let Some(value) = length(&captures) else { continue };
        match captures.get(1).map(|name| name.as_str()) {
            Some("胸围" | "上胸围") if (400..=1_600).contains(&value) => found.chest = Some(value),
            Some("腰围" | "腰") if (400..=1_600).contains(&value) => found.waist = Some(value),
            Some("脚长" | "脚") if (90..=320).contains(&value) => found.foot = Some(value),
            _ => {}
        }
    }
    found.weight = weight(&text, found.height);
    if let Some(pair) = PAIR.captures_iter(&text).last()
        && let (Some(tall), Some(heavy)) = (pair.get(1), pair.get(2))
    {
        let tall = tall.as_str().parse::<f64>().ok().map(|cm| cm * 10.0);
        found.height = found.height.or(tall.map(rounded));
        if found.weight.is_none()
            && let Ok(figure) = heavy.as_str().parse()
        {
            found.weight = grams(figure, pair.get(3).map(|unit| unit.as_str()), found.height);
        }
    }
    found
}

fn height(text: &str) -> Option<i64> {
    let metres = METRES.captures_iter(text).last().and_then(|captures| match (captures.get(1), captures.get(3)) {
        (_, Some(metres)) => metres.as_str().parse::<f64>().ok().map(|metres| metres * 1_000.0),
        (Some(whole), None) => {
            let digits: String = captures.get(2)?.as_str().chars().filter_map(digit).map(|d| d.to_string()).collect();
            // 一米七 is 1.7, 一米七二 is 1.72.
            format!("{}.{digits}", digit(whole.as_str().chars().next()?)?).parse::<f64>().ok().map(|m| m * 1_000.0)
        }
        _ => None,
    });
    let plain = HEIGHT
        .captures_iter(text)
        .last()
        .and_then(|captures| captures.get(1).or(captures.get(2))?.as_str().parse::<f64>().ok().map(|cm| cm * 10.0));
    plain.or(metres).map(rounded).filter(|height| (500..=2_300).contains(height))
}

fn weight(text: &str, height: Option<i64>) -> Option<i64> {
    let said = WEIGHT.captures_iter(text).filter_map(|captures| {
        let (name, unit) = (captures.get(1), captures.get(3).map(|unit| unit.as_str()));
        // A number without name and unit is anything; "脚长24g" is nothing.
        if (name.is_none() && unit.is_none()) || unit == Some("g") {
            return None;
        }
        grams(number(captures.get(2)?.as_str())?, unit, height)
    });
    said.last()
}

fn grams(figure: f64, unit: Option<&str>, height: Option<i64>) -> Option<i64> {
    let kilograms = match unit {
        Some("斤") => figure / 2.0,
        Some(_) => figure,
        None => match height {
            Some(height) => {
                let metres = height as f64 / 1_000.0;
                let off = |kilograms: f64| (kilograms / (metres * metres) - USUAL_INDEX).abs();
                if off(figure / 2.0) < off(figure) { figure / 2.0 } else { figure }
            }
            None if figure > JIN_FROM => figure / 2.0,
            None => figure,
        },
    };
    Some(rounded(kilograms * 1_000.0)).filter(|grams| (2_000..=200_000).contains(grams))
}

fn length(captures: &regex::Captures<'_>) -> Option<i64> {
    if let Some(feet) = captures.get(2) {
        let feet = f64::from(digit(feet.as_str().chars().next()?)?);
        let tenths = match captures.get(3).map(|part| part.as_str()) {
            Some("半") => 5.0,
            Some(part) => f64::from(digit(part.chars().next()?)?),
            None => 0.0,
        };
        return Some(rounded((feet + tenths / 10.0) * FOOT));
    }
    let figure: f64 = captures.get(4)?.as_str().parse().ok()?;
    Some(rounded(match captures.get(5).map(|unit| unit.as_str()) {
        Some("mm" | "毫米") => figure,
        Some("寸") => figure * FOOT / 10.0,
        // A foot of 240 is one of 24.0 cm.
        None if figure >= 200.0 && captures.get(1).is_some_and(|name| name.as_str().starts_with('脚')) => figure,
        _ => figure * 10.0,
    }))
}

/// `105`, 一百零五, 一百三 (130), 六十.
fn number(text: &str) -> Option<f64> {
    if text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (mut total, mut last, mut unit) = (0, 0, 1);
    for letter in text.chars() {
        match letter {
            '百' | '十' => {
                unit = if letter == '百' { 100 } else { 10 };
                total += last.max(1) * unit;
                last = 0;
            }
            _ => last = digit(letter)?,
        }
    }
    // 一百三 leaves the ten out.
    let rest = if unit == 100 && last > 0 { last * 10 } else { last };
    Some(f64::from(total + rest)).filter(|value| *value > 0.0)
}

fn digit(letter: char) -> Option<u32> {
    Some(match letter {
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return letter.to_digit(10),
    })
}

fn rounded(value: f64) -> i64 {
    value.round() as i64
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a measure's pattern is fixed and tested: this is a bug")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measures(height: i64, weight: i64) -> Measures {
        let some = |value| (value > 0).then_some(value);
        Measures { height: some(height), weight: some(weight), ..Measures::default() }
    }

    #[test]
    fn bodies_are_read_as_shoppers_write_them() {
        for (text, expected) in [
            ("身高165体重105斤穿多大", measures(1_650, 52_500)),
            ("165 105", measures(1_650, 52_500)),
            ("170 130穿什么码", measures(1_700, 65_000)),
            ("175 75公斤穿什么号", measures(1_750, 75_000)),
            ("165cm 50kg", measures(1_650, 50_000)),
            ("一米七二,六十公斤", measures(1_720, 60_000)),
            ("1米65 体重一百一", measures(1_650, 55_000)),
            ("1.8m 150斤", measures(1_800, 75_000)),
            ("体重98 身高159", measures(1_590, 49_000)),
            ("体重60", measures(0, 60_000)),
            ("体重120", measures(0, 60_000)),
            ("宝宝18斤", measures(0, 9_000)),
            ("不对,体重是60公斤", measures(0, 60_000)),
            ("110cm", measures(1_100, 0)),
            ("我穿多大", measures(0, 0)),
            ("买2件3双", measures(0, 0)),
            ("第2个", measures(0, 0)),
        ] {
            assert_eq!(measures_in(text), expected, "{text}");
        }
    }

    #[test]
    fn girths_and_feet_are_read() {
        for (text, waist, foot, chest) in [
            ("腰围70", Some(700), None, None),
            ("腰围2尺2", Some(733), None, None),
            ("腰围二尺", Some(667), None, None),
            ("脚长24.5", None, Some(245), None),
            ("脚长245mm", None, Some(245), None),
            ("脚长26cm 脚背高", None, Some(260), None),
            ("胸围88cm腰围68", Some(680), None, Some(880)),
        ] {
            let read = measures_in(text);
            assert_eq!((read.waist, read.foot, read.chest), (waist, foot, chest), "{text}");
        }
    }

    #[test]
    fn the_later_stands() {
        assert_eq!(measures_in("身高165 体重50公斤 体重55公斤"), measures(1_650, 55_000));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\d一二两三四十百米尺斤公kgcm体重身高腰围脚长 .,/]{0,30}") {
            let _ = measures_in(&text);
        }
    }
}
