//! Private data is masked before it is shown: what is known of the customer, what was understood as a phone, a name or
//! an address, and what looks like one. Leaves to others: who may see more (`desk`).

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::{EntityValue, Event, StoredEvent};

use super::CustomerCard;

static PHONE: LazyLock<Regex> = LazyLock::new(|| pattern(r"1[3-9]\d(?:[ -]?\d{4}){2}"));
static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"));
static IDENTITY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[1-9]\d{5}(?:19|20)\d{9}[\dXx]\b"));
/// From the road on to the last number of house, stair or room.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[\p{Han}]{2,10}(?:路|街|大道|巷|弄|村|镇|小区|花园|大厦|公寓|广场)[\p{Han}\w-]{0,16}?\d+(?:号|弄|栋|幢|座|室|单元|楼|层)(?:[\w-]*(?:号|栋|幢|座|室|单元|楼|层))*",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid: this is a bug")
}

/// Masks the private data of one conversation.
#[derive(Debug, Clone, Default)]
pub(super) struct Masker {
    /// Known texts with what stands for them, the longest first.
    known: Vec<(String, String)>,
    off: bool,
}

impl Masker {
    /// One that shows everything.
    pub fn off() -> Self {
        Masker { known: Vec::new(), off: true }
    }

    /// With what is known from a conversation's events and the customer's card.
    pub fn of(events: &[StoredEvent], card: Option<&CustomerCard>) -> Self {
        let mut masker = Masker::default();
        for stored in events {
            if let Event::Received { meaning: Some(meaning), .. } = &stored.event {
                for entity in &meaning.entities {
                    match &entity.value {
                        EntityValue::PersonName(_) => masker.know(&entity.text, name),
                        EntityValue::Phone(_) => masker.know(&entity.text, digits),
                        EntityValue::Street(_) => masker.know(&entity.text, head),
                        _ => {}
                    }
                }
            }
        }
        if let Some(card) = card {
            masker.know(&card.name, name);
            masker.know(&card.phone, digits);
            let receivers = card.addresses.iter().chain(card.orders.iter().map(|order| &order.receiver));
            for receiver in receivers {
                masker.know(&receiver.name, name);
                masker.know(receiver.phone.as_str(), digits);
                masker.know(&receiver.street, head);
            }
        }
        masker.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.chars().count()));
        masker.known.dedup();
        masker
    }

    fn know(&mut self, text: &str, how: fn(&str) -> String) {
        if text.chars().count() >= 2 {
            self.known.push((text.to_owned(), how(text)));
        }
    }

    /// The text with everything private masked.
    pub fn mask(&self, text: &str) -> String {
        if self.off {
            return text.to_owned();
        }
        let mut masked = text.to_owned();
        for (known, shown) in &self.known {
            if masked.contains(known.as_str()) {
                masked = masked.replace(known.as_str(), shown);
            }
        }
        masked = IDENTITY.replace_all(&masked, |found: &regex::Captures<'_>| digits(&found[0])).into_owned();
        masked = phones(&masked);
        masked = EMAIL.replace_all(&masked, |found: &regex::Captures<'_>| mailbox(&found[0])).into_owned();
        ADDRESS.replace_all(&masked, |found: &regex::Captures<'_>| head(&found[0])).into_owned()
    }

    /// A name on its own.
    pub fn name(&self, text: &str) -> String {
        if self.off { text.to_owned() } else { name(text) }
    }

    /// A phone on its own.
    pub fn phone(&self, text: &str) -> String {
        if self.off { text.to_owned() } else { digits(text) }
    }

    /// The street of an address on its own.
    pub fn street(&self, text: &str) -> String {
        if self.off { text.to_owned() } else { head(text) }
    }
}

/// Phones that are no part of a longer number, such as an order's.
fn phones(text: &str) -> String {
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for found in PHONE.find_iter(text) {
        let stands_alone =
            !is_digit(text[..found.start()].chars().next_back()) && !is_digit(text[found.end()..].chars().next());
        if stands_alone {
            masked.push_str(&text[done..found.start()]);
            masked.push_str(&digits(found.as_str()));
            done = found.end();
        }
    }
    masked.push_str(&text[done..]);
    masked
}

/// The first three and the last four.
fn digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 8 {
        return "****".to_owned();
    }
    let first: String = letters[..3].iter().collect();
    let last: String = letters[letters.len() - 4..].iter().collect();
    format!("{first}****{last}")
}

/// The family name.
fn name(text: &str) -> String {
    let first: String = text.chars().take(1).collect();
    format!("{first}**")
}

/// The first two letters.
fn head(text: &str) -> String {
    let first: String = text.chars().take(2).collect();
    format!("{first}****")
}

fn mailbox(text: &str) -> String {
    let (user, domain) = text.split_once('@').unwrap_or((text, ""));
    let first: String = user.chars().take(1).collect();
    format!("{first}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_data_is_masked_and_orders_are_not() {
        let masker = Masker::default();
        for (text, masked) in [
            ("打13812345678找我", "打138****5678找我"),
            ("138 1234 5678", "138****5678"),
            ("订单2026061600018231到哪了", "订单2026061600018231到哪了"),
            ("发到zhang.san@example.com", "发到z***@example.com"),
            ("改到文一西路969号3幢201室吧", "改到****吧"),
        ] {
            let shown = masker.mask(text);
            assert_eq!(shown, masked, "{text}");
            assert!(!shown.contains("969号") && !shown.contains("12345678"), "{shown}");
        }
        assert_eq!(Masker::off().mask("13812345678"), "13812345678");
    }

    #[test]
    fn what_is_known_is_masked_wherever_it_stands() {
        let mut masker = Masker::default();
        masker.know("欧阳小明", name);
        masker.know("望湖苑7-2", head);
        assert_eq!(masker.mask("收件人欧阳小明，望湖苑7-2"), "收件人欧**，望湖****");
    }
}
