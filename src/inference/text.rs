//! The last fold of a text before it is cut into pieces: values that carry no meaning by themselves become the marks
//! that stand for them in the training data (`[数字x]`, `[订单x]` …), so that "我的订单123456789012" and a masked
//! message look alike. Leaves to others: Unicode and traditional characters (`nlu`), finding the values (`nlu`).

use unicode_normalization::UnicodeNormalization;

/// The marks, each one piece of the vocabulary.
pub const MARKS: &[&str] = &[
    "[数字x]",
    "[金额x]",
    "[日期x]",
    "[时间x]",
    "[姓名x]",
    "[订单x]",
    "[地址x]",
    "[站点x]",
    "[电话x]",
    "[链接x]",
    "[组织机构x]",
    "[商品快照]",
    "[邮箱x]",
    "[表情x]",
];

/// Compatibility forms, lower case, single spaces, marks for long digit runs, links and shop emoticons.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut folded = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        let taken = if first == '#' && rest.starts_with("#e-") {
            let tail = emoticon_tail(&rest[3..]);
            folded.push_str("[表情x]");
            3 + tail
        } else if rest.starts_with("http://") || rest.starts_with("https://") {
            let taken = rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len());
            folded.push_str("[链接x]");
            taken
        } else if first.is_ascii_digit() {
            let taken = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            folded.push_str(match taken {
                0..=4 => &rest[..taken],
                11 if first == '1' => "[电话x]",
                5..=11 => "[数字x]",
                _ => "[订单x]",
            });
            taken
        } else if first.is_whitespace() {
            if !folded.ends_with(' ') && !folded.is_empty() {
                folded.push(' ');
            }
            first.len_utf8()
        } else {
            if !first.is_control() {
                folded.push(first);
            }
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// How many bytes after `#e-` belong to the emoticon: a letter and a number or its mark.
fn emoticon_tail(tail: &str) -> usize {
    let letters = tail.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tail.len());
    let mark = "[数字x]";
    if tail[letters..].starts_with(mark) { letters + mark.len() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_marks() {
        for (text, folded) in [
            ("我的订单１２３４５６７８９０１２", "我的订单[订单x]"),
            ("电话13812345678  谢谢 ", "电话[电话x] 谢谢"),
            ("500以内", "500以内"),
            ("10086打过了", "[数字x]打过了"),
            ("看https://item.jd.com/1.html这个", "看[链接x]这个"),
            ("你好#E-s[数字x]", "你好[表情x]"),
            ("#E-b12哈", "[表情x]哈"),
            ("", ""),
            ("\u{7}\n", ""),
            ("iPhone１５", "iphone15"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }
}
