//! Things named in a message, with their normalised values. Leaves to others: finding them (`nlu`).

use super::{Money, OrderNumber, Phone, TrackingNumber};

/// One thing named in a message.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Entity {
    /// First character of the span, counted in characters of the *original* text.
    pub start: usize,
    /// One past the last character of the span.
    pub end: usize,
    /// The span as written.
    pub text: String,
    /// What it means.
    pub value: EntityValue,
}

/// A normalised value with its kind.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum EntityValue {
    /// An order's number.
    OrderNumber(OrderNumber),
    /// A phone number.
    Phone(Phone),
    /// A parcel's number.
    TrackingNumber(TrackingNumber),
    /// How many.
    Quantity(u32),
    /// One amount.
    Money(Money),
    /// An amount from … to …, either end open.
    MoneyRange {
        /// At least.
        least: Option<Money>,
        /// At most.
        most: Option<Money>,
    },
    /// A calendar date.
    Date(jiff::civil::Date),
    /// A time of day.
    Time(jiff::civil::Time),
    /// A size: `M`, `2XL`, `42`, `170/92A`.
    Size(String),
    /// A colour without 色: `红`, `深蓝`.
    Colour(String),
    /// A product of the catalogue, by its name there.
    Product(String),
    /// A brand of the catalogue, by its name there.
    Brand(String),
    /// A category of the catalogue, by its name there.
    Category(String),
    /// Province, with its suffix.
    Province(String),
    /// City, with its suffix.
    City(String),
    /// District or county, with its suffix.
    District(String),
    /// The street and house part of an address.
    Street(String),
    /// A receiver's or customer's name.
    PersonName(String),
    /// "第二个" → 2, "最后一个" → -1: an element of the list shown before.
    Ordinal(i32),
    /// Digits that are too short for an order: a phone tail, a verification code.
    ShortDigits(String),
}

crate::closed_set! {
    /// The kind of an entity, for slots, tests and reports.
    EntityKind {
        /// See [`EntityValue::OrderNumber`].
        OrderNumber = "order_number",
        /// See [`EntityValue::Phone`].
        Phone = "phone",
        /// See [`EntityValue::TrackingNumber`].
        TrackingNumber = "tracking_number",
        /// See [`EntityValue::Quantity`].
        Quantity = "quantity",
        /// See [`EntityValue::Money`].
        Money = "money",
        /// See [`EntityValue::MoneyRange`].
        MoneyRange = "money_range",
        /// See [`EntityValue::Date`].
        Date = "date",
        /// See [`EntityValue::Time`].
        Time = "time",
        /// See [`EntityValue::Size`].
        Size = "size",
        /// See [`EntityValue::Colour`].
        Colour = "colour",
        /// See [`EntityValue::Product`].
        Product = "product",
        /// See [`EntityValue::Brand`].
        Brand = "brand",
        /// See [`EntityValue::Category`].
        Category = "category",
        /// See [`EntityValue::Province`].
        Province = "province",
        /// See [`EntityValue::City`].
        City = "city",
        /// See [`EntityValue::District`].
        District = "district",
        /// See [`EntityValue::Street`].
        Street = "street",
        /// See [`EntityValue::PersonName`].
        PersonName = "person_name",
        /// See [`EntityValue::Ordinal`].
        Ordinal = "ordinal",
        /// See [`EntityValue::ShortDigits`].
        ShortDigits = "short_digits",
    }
}

impl EntityValue {
    /// The kind without the value.
    pub fn kind(&self) -> EntityKind {
        match self {
            EntityValue::OrderNumber(_) => EntityKind::OrderNumber,
            EntityValue::Phone(_) => EntityKind::Phone,
            EntityValue::TrackingNumber(_) => EntityKind::TrackingNumber,
            EntityValue::Quantity(_) => EntityKind::Quantity,
            EntityValue::Money(_) => EntityKind::Money,
            EntityValue::MoneyRange { .. } => EntityKind::MoneyRange,
            EntityValue::Date(_) => EntityKind::Date,
            EntityValue::Time(_) => EntityKind::Time,
            EntityValue::Size(_) => EntityKind::Size,
            EntityValue::Colour(_) => EntityKind::Colour,
            EntityValue::Product(_) => EntityKind::Product,
            EntityValue::Brand(_) => EntityKind::Brand,
            EntityValue::Category(_) => EntityKind::Category,
            EntityValue::Province(_) => EntityKind::Province,
            EntityValue::City(_) => EntityKind::City,
            EntityValue::District(_) => EntityKind::District,
            EntityValue::Street(_) => EntityKind::Street,
            EntityValue::PersonName(_) => EntityKind::PersonName,
            EntityValue::Ordinal(_) => EntityKind::Ordinal,
            EntityValue::ShortDigits(_) => EntityKind::ShortDigits,
        }
    }
}

impl std::fmt::Display for EntityValue {
    /// The normalised value alone: `300..500`, `2026-06-01`, `15:00`, `红`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            EntityValue::OrderNumber(value) => value.fmt(formatter),
            EntityValue::Phone(value) => value.fmt(formatter),
            EntityValue::TrackingNumber(value) => value.fmt(formatter),
            EntityValue::Quantity(value) => value.fmt(formatter),
            EntityValue::Money(value) => value.fmt(formatter),
            EntityValue::MoneyRange { least, most } => {
                let show = |end: &Option<Money>| end.map(|money| money.to_string()).unwrap_or_default();
                write!(formatter, "{}..{}", show(least), show(most))
            }
            EntityValue::Date(value) => value.fmt(formatter),
            EntityValue::Time(value) => write!(formatter, "{:02}:{:02}", value.hour(), value.minute()),
            EntityValue::Size(text)
            | EntityValue::Colour(text)
            | EntityValue::Product(text)
            | EntityValue::Brand(text)
            | EntityValue::Category(text)
            | EntityValue::Province(text)
            | EntityValue::City(text)
            | EntityValue::District(text)
            | EntityValue::Street(text)
            | EntityValue::PersonName(text)
            | EntityValue::ShortDigits(text) => formatter.write_str(text),
            EntityValue::Ordinal(value) => value.fmt(formatter),
        }
    }
}
