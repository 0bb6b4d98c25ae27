//! Telegram's HTML as its server reads it: known tags, closed in order, entities resolved.

const TAGS: [&str; 14] =
    ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"];

/// The words without markup, or what is wrong with it.
pub(super) fn parse_html(markup: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = markup;
    while let Some(at) = rest.find(['<', '&', '>']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(tag) = rest.strip_prefix('<') {
            let Some((tag, behind)) = tag.split_once('>') else { return Err("Unclosed start tag".to_owned()) };
            rest = behind;
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop().as_deref() != Some(name) {
                    return Err("Unexpected end tag".to_owned());
                }
            } else {
                let name = tag.split_whitespace().next().unwrap_or_default();
                if !TAGS.contains(&name) {
                    return Err(format!("Unsupported start tag \"{name}\""));
                }
                open.push(name.to_owned());
            }
        } else if let Some(entity) = rest.strip_prefix('&') {
            let known = [("lt;", '<'), ("gt;", '>'), ("amp;", '&'), ("quot;", '"')];
            match known.iter().find(|(name, _)| entity.starts_with(name)) {
                Some((name, character)) => {
                    text.push(*character);
                    rest = &entity[name.len()..];
                }
                None => {
                    text.push('&');
                    rest = entity;
                }
            }
        } else {
            text.push('>');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    if open.is_empty() { Ok(text) } else { Err("Can't find end tag".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::parse_html;

    #[test]
    fn markup_is_read_as_telegram_reads_it() {
        assert_eq!(parse_html("a <b>b</b> &lt;c&gt; &amp;").as_deref(), Ok("a b <c> &"));
        for bad in ["<b>x", "</b>", "<script>x</script>", "<b><i>x</b></i>", "a < b"] {
            assert!(parse_html(bad).is_err(), "{bad}");
        }
    }
}
