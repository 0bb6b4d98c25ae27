//! Where something would go: the place that was named, else where the shopper's things went before. Leaves to others:
//! asking for it, what follows from it (`shipping`, `delivery`).

use super::{ActionError, Context};
use crate::domain::Slot;
use crate::shop::places::{Parents, parents_of_district, province_of_city};

/// A place, and whether the shopper named it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The province with its suffix.
    pub province: String,
    /// The city where it is known.
    pub city: Option<String>,
    /// Named in this talk, not taken from an order or the address book.
    pub said: bool,
}

impl Destination {
    /// Its name for a sentence: the city where it is known.
    pub fn name(&self) -> &str {
        self.city.as_deref().unwrap_or(&self.province)
    }
}

/// The place that was said.
pub(super) fn said(context: &Context<'_>) -> Option<Destination> {
    let (province, city) = (context.text(Slot::Province), context.text(Slot::City));
    let found = |province: &str, city: Option<&str>| {
        Some(Destination { province: province.to_owned(), city: city.map(str::to_owned), said: true })
    };
    match (province, city) {
        (Some(province), city) => found(province, city),
        (None, Some(city)) => found(province_of_city(city)?, Some(city)),
        (None, None) => match parents_of_district(context.text(Slot::District)?, "") {
            Parents::Known(province, city) => found(province, Some(city)),
            _ => None,
        },
    }
}

/// The place that was said, else the default address of a known shopper, else where the last order went. Where others
/// read along, only what was said.
pub(super) async fn destination(context: &Context<'_>) -> Result<Option<Destination>, ActionError> {
    if let Some(said) = said(context) {
        return Ok(Some(said));
    }
    let Some(customer) = context.customer.filter(|_| !context.tracker.in_group) else { return Ok(None) };
    let receiver = match context.shop().addresses(&customer).await?.into_iter().next() {
        Some(address) => Some(address.receiver),
        None => context.shop().orders_of(&customer, 1, &[]).await?.into_iter().next().map(|order| order.receiver),
    };
    let place = |receiver: crate::domain::Receiver| Destination {
        province: receiver.province,
        city: Some(receiver.city),
        said: false,
    };
    Ok(receiver.map(place))
}
