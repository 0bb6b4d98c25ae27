//! Which product is meant: the one named, the one in view, or one of a list of buttons. Leaves to others: what is said
//! about it.

use super::show::short;
use super::{ActionError, Context, Outcome, Step};
use crate::domain::{
    Button, Event, Money, Press, Product, ProductFilter, ProductId, Reply, ReplyKey, Slot, SlotValue, Variant,
};

/// How many products are offered as buttons.
const OFFERED: u32 = 5;

/// The product that the wish is about, with the event that keeps it in view.
pub(super) async fn need_product(context: &Context<'_>) -> Result<Step<(Product, Vec<Event>)>, ActionError> {
    let named = match context.tracker.slot(Slot::Product) {
        Some(SlotValue::Product(id)) => return Ok(by_id(context, *id).await?),
        Some(SlotValue::Text(name)) => Some(name.clone()),
        _ => None,
    };
    let filter = filter_from_slots(context, named.clone());
    if filter == ProductFilter::default() {
        return Ok(Step::Stop(Outcome::ask(Reply::new(ReplyKey::ProductAsk), Slot::Product, Vec::new())));
    }
    let (products, _) = context.shop().search(&filter, OFFERED, 0).await?;
    let exact = named.as_deref().and_then(|name| products.iter().find(|product| product.title == name)).cloned();
    if let Some(product) = exact.or_else(|| (products.len() == 1).then(|| products[0].clone())) {
        let seen = Event::SlotSet { slot: Slot::Product, value: SlotValue::Product(product.id) };
        return Ok(Step::Have((product, vec![seen])));
    }
    if products.is_empty() {
        let reply = Reply::new(ReplyKey::ProductNone).with("name", named.or(filter.category));
        let cleared = Event::SlotCleared { slot: Slot::Product };
        return Ok(Step::Stop(Outcome::ask(reply, Slot::Product, Vec::new()).after(cleared)));
    }
    let mut reply = Reply::new(ReplyKey::ProductChoose);
    let mut choices = Vec::with_capacity(products.len());
    for product in &products {
        let value = SlotValue::Product(product.id);
        let button = Button::new(ReplyKey::LabelProduct, Press::Choose { slot: Slot::Product, value: value.clone() });
        let price = product.price_from().map(|price| price.to_string());
        reply = reply.with_row([button.with("title", short(&product.title)).with("price", price)]);
        choices.push(value);
    }
    Ok(Step::Stop(Outcome::ask(reply, Slot::Product, choices)))
}

async fn by_id(context: &Context<'_>, id: ProductId) -> Result<Step<(Product, Vec<Event>)>, ActionError> {
    Ok(match context.shop().product(id).await? {
        Some(product) => Step::Have((product, Vec::new())),
        None => {
            let cleared = Event::SlotCleared { slot: Slot::Product };
            Step::Stop(Outcome::refused(Reply::new(ReplyKey::ProductNone).with("name", "")).after(cleared))
        }
    })
}

/// What is looked for, as far as it was said.
pub(super) fn filter_from_slots(context: &Context<'_>, name: Option<String>) -> ProductFilter {
    let text = |slot| context.text(slot).map(str::to_owned);
    let (least, most) = match context.tracker.slot(Slot::Budget) {
        Some(SlotValue::Range { least, most }) => (least.map(Money::from_cents), most.map(Money::from_cents)),
        _ => (None, None),
    };
    ProductFilter {
        words: name.into_iter().chain(text(Slot::Query)).collect(),
        category: text(Slot::Category),
        brand: text(Slot::Brand),
        colour: text(Slot::Colour),
        size: text(Slot::Size),
        least,
        most,
        in_stock: false,
    }
}

/// The variants that fit the colour and size that were said.
pub(super) fn fitting_variants<'p>(context: &Context<'_>, product: &'p Product) -> Vec<&'p Variant> {
    let fits = |said: Option<&str>, has: &Option<String>| match (said, has) {
        (Some(said), Some(has)) => has.eq_ignore_ascii_case(said) || has.contains(said) || said.contains(has.as_str()),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let (colour, size) = (context.text(Slot::Colour), context.text(Slot::Size));
    product.variants.iter().filter(|variant| fits(colour, &variant.colour) && fits(size, &variant.size)).collect()
}
