//! How near a piece of text is to a name, in sound and in spelling. Leaves to others: which nearness is enough.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin;

/// A character with its sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub character: char,
    /// Syllable without tone; empty for what is no Chinese character.
    pub sound: &'static str,
    /// Its group of lookalikes, from one; 0 where it has none.
    pub shape: u8,
}

/// Characters with their sounds.
pub(super) fn units(characters: &[char]) -> Vec<Unit> {
    characters
        .iter()
        .map(|&character| Unit {
            character,
            sound: character.to_pinyin().map_or("", |pinyin| pinyin.plain()),
            shape: SHAPES.get(&character).copied().unwrap_or(0),
        })
        .collect()
}

/// A syllable with the pairs merged that southern speakers and hasty typists merge: zh/z, ch/c, sh/s, n/l, -ng/-n.
pub(super) fn merged(sound: &str) -> (u8, &str) {
    let (initial, rest) = match sound.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => (sound.as_bytes()[0], &sound[2..]),
        [b'n', ..] => (b'l', &sound[1..]),
        [first, ..] => (*first, &sound[1..]),
        [] => (0, ""),
    };
    (initial, rest.strip_suffix('g').filter(|rest| rest.ends_with('n')).unwrap_or(rest))
}

/// Characters that look alike.
#[rustfmt::skip]
const LOOKALIKES: &[&str] = &[
    "旳的", "已己巳", "未末", "士土", "人入", "天夭", "午牛", "日曰", "大太犬", "谷合", "木术", "斤斥", "禾木",
    "拔拨", "晴睛", "辩辨辫", "折拆", "享亨", "刺剌", "棵裸", "壁璧", "籍藉", "侯候", "兔免", "鸟乌", "代伐",
    "孤狐", "塔搭", "瑾槿", "澜斓", "陌佰",
];

static SHAPES: LazyLock<HashMap<char, u8>> = LazyLock::new(|| {
    (1..).zip(LOOKALIKES).flat_map(|(group, members)| members.chars().map(move |member| (member, group))).collect()
});

/// What it costs to take one character for another, 0 to 1.
pub(super) fn substitution(one: Unit, other: Unit) -> f32 {
    if one.character == other.character {
        return 0.0;
    }
    if !one.sound.is_empty() && !other.sound.is_empty() {
        if one.sound == other.sound {
            return 0.25;
        }
        if merged(one.sound) == merged(other.sound) {
            return 0.4;
        }
    }
    if one.shape != 0 && one.shape == other.shape { 0.4 } else { 1.0 }
}

/// Weighted edit distance.
pub(super) fn distance(name: &[Unit], window: &[Unit]) -> f32 {
    let mut previous: Vec<f32> = (0..=window.len()).map(|at| at as f32).collect();
    for (row, &unit) in name.iter().enumerate() {
        let mut current = vec![row as f32 + 1.0];
        for (column, &other) in window.iter().enumerate() {
            let replace = previous[column] + substitution(unit, other);
            current.push(replace.min(previous[column + 1] + 1.0).min(current[column] + 1.0));
        }
        previous = current;
    }
    previous[window.len()]
}

/// Whether two latin words are one keystroke apart (also two neighbours swapped).
pub(super) fn one_keystroke(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => {
            short[same..].get(1..) == long[same..].get(1..)
                || same + 1 < short.len()
                    && short[same] == long[same + 1]
                    && short[same + 1] == long[same]
                    && short[same + 2..] == long[same + 2..]
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(one: &str, other: &str) -> f32 {
        let of = |text: &str| units(&text.chars().collect::<Vec<_>>());
        distance(&of(one), &of(other))
    }

    #[test]
    fn sounds_and_shapes_are_nearer_than_others() {
        assert_eq!(between("连衣裙", "连衣裙"), 0.0);
        assert_eq!(between("连衣裙", "连衣群"), 0.25);
        assert_eq!(between("冲锋衣", "充分衣"), 0.65);
        assert_eq!(between("冲锋衣", "冲衣"), 1.0);
        assert_eq!(between("耳机", "手机"), 1.0);
        assert!(
            one_keystroke(b"airpods", b"airpod")
                && one_keystroke(b"huawei", b"huawie")
                && one_keystroke(b"xiaomi", b"xiaoni")
        );
        assert!(!one_keystroke(b"xiaomi", b"xiami2"));
    }
}
