//! Traditional characters to simplified ones, one for one, so that positions stay. Leaves to others: regional words
//! (宅配, 品質), which the model learns.

use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let lines: Vec<&str> =
        include_str!("../../../data/normalize/simplified.txt").lines().filter(|line| !line.starts_with('#')).collect();
    lines.chunks_exact(2).flat_map(|pair| pair[0].chars().zip(pair[1].chars())).collect()
});

/// The simplified form of one character, or the character itself.
pub(super) fn simplify(character: char) -> char {
    if character < '\u{3400}' { character } else { TABLE.get(&character).copied().unwrap_or(character) }
}

/// Whether a character is only written in Traditional Chinese.
pub(in crate::nlu) fn is_traditional(character: char) -> bool {
    // 著, 乾, 於 and the like are written in simplified texts too.
    const BOTH: &str = "著乾於妳祇瞭藉麼昇徵甚夥";
    simplify(character) != character && !BOTH.contains(character)
}

/// Whether 著 after this character is the particle 着 (等著, 拿著), not the 著 of 著名 and 显著.
pub(super) fn takes_particle(before: char) -> bool {
    "等看拿穿用放跟想带开坐站急忙随顺对向沿照陪接活忍留背戴抱听说笑哭躺睡挂摆占试差睁".contains(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_characters_are_simplified_and_simplified_ones_stay() {
        for (traditional, simplified) in
            [("訂單號碼", "订单号码"), ("發貨麼", "发货么"), ("退換貨運費險", "退换货运费险")]
        {
            assert_eq!(traditional.chars().map(simplify).collect::<String>(), simplified);
        }
        for same in ["后天干净的面条余额", "只发里程表", "abc，。"] {
            assert_eq!(same.chars().map(simplify).collect::<String>(), same);
        }
    }
}
