//! One form for the many ways of typing: half width, simplified, emoji named, noise shortened, with the way back to
//! the original characters. Leaves to others: words (`segment`) and meaning.
//!
//! Sentence punctuation takes its Chinese form (`，。！？：；（）`) except between digits (`15:30`, `1,299`).
//! Masks of training data such as `[数字x]` pass unchanged.

mod emoji;
mod simplified;

pub(super) use simplified::is_traditional;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a message that are read; a longer one is cut here.
pub const MOST_CHARACTERS: usize = 2_000;

/// A text in one form, with the origin of each of its characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normalized {
    /// The normalised text.
    pub text: String,
    /// For each character of `text`: first original character and one past the last, in characters.
    origin: Vec<(u32, u32)>,
}

impl Normalized {
    /// The original characters behind the normalised characters `start..end` (clamped to the text).
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let end = end.min(self.origin.len());
        if start >= end {
            let at = self.origin.get(start).or(self.origin.last()).map_or(0, |&(_, after)| after as usize);
            return (at, at);
        }
        (self.origin[start].0 as usize, self.origin[end - 1].1 as usize)
    }

    /// Characters of the normalised text.
    pub fn len(&self) -> usize {
        self.origin.len()
    }

    /// Whether nothing is left of the message.
    pub fn is_empty(&self) -> bool {
        self.origin.is_empty()
    }
}

/// Brings a message into one form. Any text is accepted.
pub fn normalize(text: &str) -> Normalized {
    let mut builder = Builder::default();
    let mut characters = text.chars().take(MOST_CHARACTERS).enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        if emoji::is_emoji(character) {
            // Everything joined to it (skin tone, partner, sex) belongs to the same picture.
            let mut end = at + 1;
            let mut joined = false;
            while let Some(&(next_at, next)) = characters.peek() {
                let belongs = emoji::is_modifier(next) || (joined && emoji::is_emoji(next));
                if !belongs {
                    break;
                }
                joined = next == '\u{200D}';
                end = next_at + 1;
                characters.next();
            }
            builder.emoji(emoji::name(character).unwrap_or("[表情]"), at, end);
        } else {
            builder.character(character, at);
        }
    }
    builder.finish()
}

#[derive(Default)]
struct Builder {
    characters: Vec<char>,
    origin: Vec<(u32, u32)>,
    /// The same character in a row, up to now, counting those left out.
    run: usize,
    last_emoji: Option<&'static str>,
    emoji_run: usize,
}

impl Builder {
    fn emoji(&mut self, name: &'static str, start: usize, end: usize) {
        self.emoji_run = if self.last_emoji == Some(name) { self.emoji_run + 1 } else { 1 };
        self.last_emoji = Some(name);
        if self.emoji_run > 2 {
            return;
        }
        for character in name.chars() {
            self.place(character, start, end);
        }
        self.run = 0;
    }

    fn character(&mut self, character: char, at: usize) {
        if is_dropped(character) {
            return;
        }
        for character in std::iter::once(character).nfkc().map(simplified::simplify).map(chinese_punctuation) {
            if is_dropped(character) {
                continue;
            }
            self.push(character, at);
        }
    }

    fn push(&mut self, mut character: char, at: usize) {
        if character.is_whitespace() {
            character = ' ';
        } else {
            self.last_emoji = None;
        }
        let before = self.characters.last().copied();
        if character == '著' && before.is_some_and(simplified::takes_particle) {
            character = '着';
        }
        // 甚麼 is 什么; the second character shows which 甚 it is.
        if character == '么'
            && before == Some('甚')
            && let Some(last) = self.characters.last_mut()
        {
            *last = '什';
        }
        self.run = if before == Some(character) { self.run + 1 } else { 1 };
        if self.run > longest_run(character) {
            return;
        }
        self.place(character, at, at + 1);
    }

    fn place(&mut self, character: char, start: usize, end: usize) {
        self.characters.push(character);
        self.origin.push((bounded(start), bounded(end)));
    }

    fn finish(mut self) -> Normalized {
        // Between digits the half-width forms carry meaning: 15:30, 1,299.
        for at in 1..self.characters.len().saturating_sub(1) {
            let half = match self.characters[at] {
                '：' => ':',
                '，' => ',',
                _ => continue,
            };
            let comma_groups = |from: usize| {
                let digits = self.characters[from..].iter().take_while(|c| c.is_ascii_digit()).count();
                digits == 3
            };
            if self.characters[at - 1].is_ascii_digit()
                && self.characters[at + 1].is_ascii_digit()
                && (half == ':' || comma_groups(at + 1))
            {
                self.characters[at] = half;
            }
        }
        let start = self.characters.iter().take_while(|&&character| character == ' ').count();
        let kept = self.characters.len() - start;
        let trailing = self.characters.iter().rev().take(kept).take_while(|&&character| character == ' ').count();
        let end = self.characters.len() - trailing;
        Normalized { text: self.characters[start..end].iter().collect(), origin: self.origin[start..end].to_vec() }
    }
}

/// Positions are below [`MOST_CHARACTERS`].
fn bounded(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn is_dropped(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || is_combining_mark(character)
        || emoji::is_modifier(character)
        || matches!(u32::from(character),
            0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xAD | 0xFFF0..=0xFFFF | 0xE000..=0xF8FF)
}

fn chinese_punctuation(character: char) -> char {
    match character {
        ',' => '，',
        '!' => '！',
        '?' => '？',
        ';' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        '｡' => '。',
        '「' | '『' => '“',
        '」' | '』' => '”',
        '‐' | '‑' | '‒' | '–' | '−' | '－' => '-',
        '〜' | '∼' | '～' => '~',
        other => other,
    }
}

/// How often a character may stand in a row. Digits carry meaning however often; so do the X of XXXL.
fn longest_run(character: char) -> usize {
    match character {
        ' ' => 1,
        'x' | 'X' | '*' => usize::MAX,
        _ if character.is_ascii_digit() || "零〇一二三四五六七八九幺".contains(character) => usize::MAX,
        _ if character.is_alphanumeric() => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brings_messages_into_one_form() {
        for (text, expected) in [
            ("", ""),
            ("  你好\u{200B} \n\n 在吗  ", "你好 在吗"),
            ("１２３ＡＢＣ", "123ABC"),
            ("訂單什麼時候發貨？？？？", "订单什么时候发货？？"),
            ("甚麼時候到", "什么时候到"),
            ("等著收貨,著名品牌", "等着收货，著名品牌"),
            ("太慢了!!!!!!哈哈哈哈哈", "太慢了！！哈哈哈"),
            ("😡😡😡😡退款", "[生气][生气]退款"),
            ("👍🏻好的👨‍👩‍👧🦄", "[赞]好的[表情][表情]"),
            ("1️⃣号", "1号"),
            ("订单号:2026 电话：138", "订单号：2026 电话：138"),
            ("15：30到,1，299元,3，5", "15:30到，1,299元，3，5"),
            ("单号111111111 XXXXL", "单号111111111 XXXXL"),
            ("[数字x][数字x][数字x]和[ORDERID_1001]", "[数字x][数字x][数字x]和[ORDERID_1001]"),
            ("①㎏℃", "1kg°C"),
            ("e\u{301}\u{0}\u{7}好", "e好"),
        ] {
            assert_eq!(normalize(text).text, expected, "{text}");
        }
    }

    #[test]
    fn positions_lead_back_to_the_original() {
        let text = "  😡订 单！！！！１２３";
        let normalized = normalize(text);
        assert_eq!(normalized.text, "[生气]订 单！！123");
        let original: Vec<char> = text.chars().collect();
        for (start, end, expected) in
            [(0, 4, "😡"), (4, 7, "订 单"), (9, 12, "１２３"), (9, 99, "１２３"), (50, 60, "")]
        {
            let (from, to) = normalized.original(start, end);
            assert_eq!(original[from..to].iter().collect::<String>(), expected, "{start}..{end}");
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        assert_eq!(normalize(&"很长".repeat(5_000)).len(), MOST_CHARACTERS);
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_and_positions_stay_in_order(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let normalized = normalize(&text);
            prop_assert_eq!(normalized.len(), normalized.text.chars().count());
            let length = text.chars().count();
            for at in 0..normalized.len() {
                let (start, end) = normalized.original(at, at + 1);
                prop_assert!(start < end && end <= length);
            }
        }

        #[test]
        fn normal_text_stays(text in "[\u{4e00}-\u{4fff}0-9，。！？：😀🙏👍🏻A-Za-z ]{0,60}") {
            let once = normalize(&text);
            prop_assert_eq!(&normalize(&once.text).text, &once.text);
        }
    }
}
