//! Text within Telegram's limits: lengths in UTF-16 units, splitting at sentence ends, escaping for HTML, and long
//! numbers set so that one tap copies them. Splitting comes first, on the plain text: no entity is ever cut.

/// Telegram's limit for a message, in UTF-16 units after its entities are parsed.
pub const MESSAGE_LIMIT: usize = 4096;
/// Telegram's limit for the words below a photo.
pub const CAPTION_LIMIT: usize = 1024;

/// The length as Telegram counts it.
pub fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Cuts `text` into pieces of at most `limit` UTF-16 units, at the last sentence end that fits, else at a space, else
/// between two characters that do not belong together. No piece is empty; the pieces without the white space at the
/// cuts are the text.
pub fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while utf16_length(rest) > limit {
        let cut = cut_before(rest, limit);
        let (piece, behind) = rest.split_at(cut);
        if !piece.trim_end().is_empty() {
            pieces.push(piece.trim_end());
        }
        rest = behind.trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// The byte at which a piece of at most `limit` units ends.
fn cut_before(text: &str, limit: usize) -> usize {
    let (mut units, mut paragraph, mut sentence, mut space, mut between) = (0, 0, 0, 0, 0);
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        units += character.len_utf16();
        if units > limit {
            break;
        }
        end = at + character.len_utf8();
        let next = characters.peek().map(|(_, next)| *next);
        match character {
            '\n' if next == Some('\n') => paragraph = end,
            '\n' | '。' | '！' | '？' | '!' | '?' | '；' | '…' if !next.is_some_and(closes) => sentence = end,
            '.' if next.is_some_and(char::is_whitespace) => sentence = end,
            _ if closes(character) && sentence_before(text, at) => sentence = end,
            _ if character.is_whitespace() => space = end,
            _ if next.is_none_or(|next| may_part(character, next)) => between = end,
            _ => {}
        }
    }
    // A cut in the first quarter would leave a piece of a few words.
    [paragraph, sentence, space, between].into_iter().find(|cut| *cut > end / 4).unwrap_or(end)
}

fn closes(character: char) -> bool {
    matches!(character, '”' | '’' | '」' | '』' | '）' | ')' | '】' | '》' | '。' | '！' | '？' | '!' | '?' | '…')
}

fn sentence_before(text: &str, at: usize) -> bool {
    text[..at]
        .chars()
        .rev()
        .find(|character| !matches!(character, '”' | '’' | '」' | '』' | '）' | ')' | '】' | '》'))
        .is_some_and(|character| matches!(character, '。' | '！' | '？' | '!' | '?' | '…'))
}

/// Whether a cut between two characters leaves both whole: not inside a word, a number or a joined emoji.
fn may_part(left: char, right: char) -> bool {
    let word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '@');
    let joiner = |character: char| matches!(character, '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{300}'..='\u{36f}');
    let flag = |character: char| matches!(character, '\u{1f1e6}'..='\u{1f1ff}');
    let joined = word(left) && word(right) || flag(left) && flag(right) || joiner(left) || joiner(right);
    !joined
}

/// Escapes for Telegram's HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Plain text as Telegram's HTML: escaped, order and parcel numbers (10 to 24 digits and capitals, mostly digits) as
/// code, which a tap copies.
pub fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    let mut rest = text;
    let joins = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '/' | '.' | ':');
    while let Some(start) = rest.find(|character: char| character.is_ascii_alphanumeric()) {
        let (before, from) = rest.split_at(start);
        html.push_str(&escape(before));
        let length = from.find(|character: char| !joins(character)).unwrap_or(from.len());
        let (word, behind) = from.split_at(length);
        let trimmed = word.trim_end_matches(['.', ':', '-', '/', '_']);
        if is_number(trimmed) {
            html.push_str(&format!("<code>{trimmed}</code>{}", escape(&word[trimmed.len()..])));
        } else {
            html.push_str(&escape(word));
        }
        rest = behind;
    }
    html.push_str(&escape(rest));
    html
}

fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    (10..=24).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && digits * 2 > word.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cuts_where_a_reader_would_pause() {
        let cases: &[(&str, usize, &[&str])] = &[
            ("", 10, &[]),
            ("短", 10, &["短"]),
            ("第一句。第二句。", 6, &["第一句。", "第二句。"]),
            ("他说：“好。”然后走了。", 8, &["他说：“好。”", "然后走了。"]),
            ("one two three", 8, &["one two", "three"]),
            ("单号1234567890很长", 8, &["单号", "12345678", "90很长"]),
            ("一二三四五六七八九十", 4, &["一二三四", "五六七八", "九十"]),
            ("段落一\n\n段落二", 6, &["段落一", "段落二"]),
            ("😀😀😀", 4, &["😀😀", "😀"]),
            ("一二👨\u{200d}👩\u{200d}👧", 8, &["一二", "👨\u{200d}👩\u{200d}👧"]),
        ];
        for (text, limit, expected) in cases {
            assert_eq!(&split(text, *limit), expected, "{text} at {limit}");
        }
    }

    #[test]
    fn markup_of_others_is_text() {
        assert_eq!(html("<b>&\"x\"</b>"), "&lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;");
        assert_eq!(html("订单 202606180001234，"), "订单 <code>202606180001234</code>，");
        assert_eq!(html("单号SF1234567890."), "单号<code>SF1234567890</code>.");
        for plain in ["价格 1299.00", "2026-06-18 12:30", "iPhone15Pro", "https://a.b/1234567890123", "13.5"] {
            assert_eq!(html(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn every_piece_fits_and_nothing_is_lost(text in "[a-z0-9。！ \n一-十😀é]{0,300}", limit in 2usize..60) {
            let pieces = split(&text, limit);
            for piece in &pieces {
                prop_assert!(!piece.is_empty() && utf16_length(piece) <= limit);
            }
            let bare = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&pieces.concat()), bare(&text));
        }

        #[test]
        fn unescaped_html_is_the_text(text in "\\PC{0,80}") {
            let plain = html(&text).replace("<code>", "").replace("</code>", "")
                .replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            prop_assert_eq!(plain, text);
        }
    }
}
