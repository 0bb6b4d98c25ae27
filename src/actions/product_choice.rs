//! Which product is meant: the one named, the one in view, or one of a list of buttons. Leaves to others: what is said
//! about it.

use super::show::short;
use super::variant_choice::is_size;
use super::{ActionError, Context, Outcome, Step};
use crate::domain::{
    Button, Event, Money, Press, Product, ProductFilter, ProductId, Reply, ReplyKey, Slot, SlotValue, Variant,
};

/// How many products are offered as buttons.
const OFFERED: u32 = 5;

/// The product that the wish is about, with the event that keeps it in view.
pub(super) async fn need_product(context: &Context<'_>) -> Result<Step<(Product, Vec<Event>)>, ActionError> {
    let named = match context.tracker.slot(Slot::Product) {
        Some(SlotValue::Product(id)) => return by_id(context, *id).await,
        Some(SlotValue::Text(name)) => Some(name.clone()),
        _ => None,
    };
    // A product that is named is that one, whether or not it comes in the colour that was said.
    let filter = match &named {
        Some(name) => ProductFilter { words: vec![name.clone()], ..ProductFilter::default() },
        None => filter_from_slots(context, None),
    };
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

/// The variants that fit the colour and size that were said; an exact colour goes before one that holds it.
pub(super) fn fitting_variants<'p>(context: &Context<'_>, product: &'p Product) -> Vec<&'p Variant> {
    fitting(product, context.text(Slot::Colour), context.text(Slot::Size))
}

fn fitting<'p>(product: &'p Product, colour: Option<&str>, size: Option<&str>) -> Vec<&'p Variant> {
    let fits_colour = |variant: &&Variant| match (colour, variant.colour.as_deref()) {
        (Some(said), Some(has)) => has.contains(said) || said.contains(has),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let fits_size =
        |variant: &&Variant| size.is_none_or(|said| variant.size.as_deref().is_some_and(|has| is_size(said, has)));
    let found: Vec<&Variant> = product.variants.iter().filter(fits_colour).filter(fits_size).collect();
    let exact: Vec<&Variant> = found.iter().copied().filter(|variant| variant.colour.as_deref() == colour).collect();
    if colour.is_some() && !exact.is_empty() { exact } else { found }
}

/// The product that was named or shown, where there is one and no more than one; asks nothing.
pub(super) async fn product_in_view(context: &Context<'_>) -> Result<Option<Product>, ActionError> {
    match context.tracker.slot(Slot::Product) {
        Some(SlotValue::Product(id)) => Ok(context.shop().product(*id).await?),
        Some(SlotValue::Text(name)) => named_product(context, name).await,
        _ => Ok(None),
    }
}

/// The product of that name: the one so listed, or the only one that is found by it.
pub(super) async fn named_product(context: &Context<'_>, name: &str) -> Result<Option<Product>, ActionError> {
    let filter = ProductFilter { words: vec![name.to_owned()], ..ProductFilter::default() };
    let (mut products, _) = context.shop().search(&filter, OFFERED, 0).await?;
    if let Some(exact) = products.iter().position(|product| product.title == name) {
        return Ok(Some(products.swap_remove(exact)));
    }
    Ok(if products.len() == 1 { products.pop() } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::VariantId;

    #[test]
    fn looks_are_met_exactly_where_they_can_be() {
        let looks = [("红", "L"), ("酒红", "L"), ("黑", "L"), ("黑", "XL"), ("黑", "42mm")];
        let variant = |(index, (colour, size)): (i64, (&str, &str))| Variant {
            id: VariantId(index),
            product: ProductId(1),
            colour: Some(colour.to_owned()),
            size: Some(size.to_owned()),
            price: Money::from_yuan(1),
            stock: 1,
        };
        let product =
            Product { variants: (0..).zip(looks).map(variant).collect(), ..crate::actions::samples::product(1) };
        for (colour, size, expected) in [
            (Some("红"), None, vec![0]),
            (Some("酒红"), None, vec![1]),
            (Some("红色"), None, vec![0]),
            (None, Some("L"), vec![0, 1, 2]),
            (Some("黑"), Some("xl"), vec![3]),
            (None, Some("42"), vec![4]),
            (Some("白"), None, vec![]),
        ] {
            let ids: Vec<i64> = fitting(&product, colour, size).iter().map(|variant| variant.id.0).collect();
            assert_eq!(ids, expected, "{colour:?} {size:?}");
        }
    }
}
