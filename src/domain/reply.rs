//! What the bot says, as a key with figures; the words are in `prompts/`. Leaves to others: rendering (`nlg`).

use super::{Intent, OrderLineId, OrderNumber, ProductId, ReplyKey, Slot, VariantId};

/// One message to the shopper before it has words.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reply {
    /// Which wording.
    pub key: ReplyKey,
    /// The figures and names that the wording may use.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub values: serde_json::Map<String, serde_json::Value>,
    /// Buttons below it, row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// A picture above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Ask the channel for the shopper's own contact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_contact: bool,
}

impl Reply {
    /// A wording without figures.
    pub fn new(key: ReplyKey) -> Self {
        Reply { key, values: serde_json::Map::new(), buttons: Vec::new(), image: None, asks_contact: false }
    }

    /// With a figure or name of the wording.
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a reply's value is plain data: this is a bug");
        self.values.insert(name.to_owned(), value);
        self
    }

    /// With one more row of buttons.
    pub fn with_row(mut self, row: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<Button> = row.into_iter().collect();
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }

    /// With a picture.
    pub fn with_image(mut self, image: Option<String>) -> Self {
        self.image = image;
        self
    }
}

/// A button before it has words.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// Which label.
    pub key: ReplyKey,
    /// What the label may use.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub values: serde_json::Map<String, serde_json::Value>,
    /// What it does.
    pub press: Press,
}

impl Button {
    /// A button with a fixed label.
    pub fn new(key: ReplyKey, press: Press) -> Self {
        Button { key, values: serde_json::Map::new(), press }
    }

    /// With something its label uses.
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a label's value is plain data: this is a bug");
        self.values.insert(name.to_owned(), value);
        self
    }
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Press {
    /// Answers a question with this value.
    Choose {
        /// The question.
        slot: Slot,
        /// The answer.
        value: SlotValue,
    },
    /// Carries out the change that was listed; belongs to that listing alone.
    Confirm {
        /// The listing's digest.
        proposal: String,
    },
    /// Drops the change that was listed.
    Decline {
        /// The listing's digest.
        proposal: String,
    },
    /// Starts a wish, as if it had been said.
    Wish {
        /// The wish.
        intent: Intent,
    },
    /// Starts a wish about one order.
    WishForOrder {
        /// The wish.
        intent: Intent,
        /// The order.
        order: OrderNumber,
    },
    /// Starts a wish about one product.
    WishForProduct {
        /// The wish.
        intent: Intent,
        /// The product.
        product: ProductId,
    },
    /// A thumb for something recommended.
    Feedback {
        /// What was recommended.
        product: ProductId,
        /// Up or down.
        liked: bool,
    },
    /// One to five stars for the service.
    Rate {
        /// How many.
        stars: u8,
    },
    /// Another page of a list.
    Page {
        /// The wish that made the list.
        intent: Intent,
        /// First element, from 0.
        offset: u32,
    },
}

/// A slot's value.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum SlotValue {
    /// An order.
    Order(OrderNumber),
    /// A line of an order.
    Line(OrderLineId),
    /// A product.
    Product(ProductId),
    /// A variant.
    Variant(VariantId),
    /// Anything with words.
    Text(String),
    /// A number.
    Number(i64),
    /// An amount from … to ….
    Range {
        /// At least, in cents.
        least: Option<i64>,
        /// At most, in cents.
        most: Option<i64>,
    },
}

impl std::fmt::Display for SlotValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SlotValue::Order(value) => value.fmt(formatter),
            SlotValue::Line(value) => value.fmt(formatter),
            SlotValue::Product(value) => value.fmt(formatter),
            SlotValue::Variant(value) => value.fmt(formatter),
            SlotValue::Text(value) => value.fmt(formatter),
            SlotValue::Number(value) => value.fmt(formatter),
            SlotValue::Range { least, most } => {
                let show = |end: &Option<i64>| {
                    end.map(|cents| super::Money::from_cents(cents).to_string()).unwrap_or_default()
                };
                write!(formatter, "{}..{}", show(least), show(most))
            }
        }
    }
}
