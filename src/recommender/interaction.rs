//! What shoppers did, in the words of the recommender. Leaves to others: where the events come from.

/// What a shopper did with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Looked at it.
    View,
    /// Put it in the cart.
    Cart,
    /// Bought it.
    Buy,
    /// Rated it with 1 to 5 stars.
    Rating(u8),
}

impl Kind {
    /// How much the event says of the shopper's taste: a purchase is 1; a bad rating is negative.
    pub fn weight(self) -> f32 {
        match self {
            Kind::View => 0.3,
            Kind::Cart => 0.6,
            Kind::Buy => 1.0,
            Kind::Rating(stars) => match stars {
                0 | 1 => -1.0,
                2 => -0.4,
                3 => 0.4,
                4 => 0.9,
                _ => 1.2,
            },
        }
    }
}

/// A kind that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of interaction: view, cart, buy or rating:1 to rating:5")]
pub struct UnknownKind(pub String);

impl std::str::FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownKind(text.chars().take(40).collect());
        match text {
            "view" => Ok(Kind::View),
            "cart" => Ok(Kind::Cart),
            "buy" => Ok(Kind::Buy),
            _ => match text.strip_prefix("rating:").ok_or_else(unknown)?.parse() {
                Ok(stars @ 1..=5) => Ok(Kind::Rating(stars)),
                _ => Err(unknown()),
            },
        }
    }
}

/// One event of the past, with the shop's own ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction {
    /// The shop's id of the customer.
    pub customer: i64,
    /// The shop's id of the item.
    pub item: i64,
    /// What happened.
    pub kind: Kind,
    /// When, in milliseconds since 1970-01-01 UTC. 0 where the time is not known.
    pub at_millis: i64,
}

/// One event of the shopper who is being served, as given to [`fold_in`](super::Model::fold_in).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The shop's id of the item.
    pub item: i64,
    /// What happened.
    pub kind: Kind,
    /// How long ago, in milliseconds.
    pub age_millis: i64,
}

/// An event as the methods see it: the item's place in the model and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// The item's place in the model.
    pub item: u32,
    /// How much it counts; 1 for a purchase just now.
    pub weight: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_and_refused() {
        for (text, kind) in [
            ("view", Some(Kind::View)),
            ("buy", Some(Kind::Buy)),
            ("rating:5", Some(Kind::Rating(5))),
            ("rating:6", None),
            ("", None),
            ("BUY", None),
        ] {
            assert_eq!(text.parse::<Kind>().ok(), kind, "{text:?}");
        }
    }
}
