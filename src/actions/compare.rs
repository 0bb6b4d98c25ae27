//! Two or three products side by side:
//!
//! > 顾客: 第一个和第二个有什么区别
//! > 小二: 1. AirTune 3 ｜ 2. AirTune Pro
//! >       价格：199 元 ｜ 399 元
//! >       续航：单次 7 小时 ｜ 单次 6 小时 …
//!
//! Named, picked from the list shown last, both that are in view, or the best-selling of the category. Only what differs
//! is listed. Leaves to others: which one is better, for that is for the shopper to say.

use serde_json::{Value, json};

use super::knowledge::specific_answer;
use super::product_choice::{filter_from_slots, named_product};
use super::show::{product_card, short};
use super::{ActionError, Context, Outcome};
use crate::domain::{
    Button, EntityKind, EntityValue, Event, Press, Product, ProductFilter, ProductId, Reply, ReplyKey, Slot, SlotValue,
};

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["compare_how"];
/// How many are compared.
const COMPARED: usize = 3;
/// How many are offered for choosing the other one.
const OFFERED: u32 = 5;
/// How many attributes are listed.
const ATTRIBUTES: usize = 6;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let mut products = meant(context).await?;
    products.truncate(COMPARED);
    let outcome = match products.as_slice() {
        [_, _, ..] => table(&products),
        [only] => ask_other(context, only).await?,
        [] => match specific_answer(context, OWN) {
            Some(answer) => answer,
            None => Outcome::ask(Reply::new(ReplyKey::CompareAsk), Slot::Product, Vec::new()),
        },
    };
    Ok(outcome)
}

/// The products that are meant, each once, in the order in which they were named.
async fn meant(context: &Context<'_>) -> Result<Vec<Product>, ActionError> {
    let mut ids: Vec<ProductId> = Vec::new();
    let shown: Vec<ProductId> = shown_products(context);
    let mut named = 0;
    for value in context.meaning().into_iter().flat_map(|meaning| meaning.values()) {
        match value {
            EntityValue::Product(name) => {
                named += 1;
                if let Some(product) = named_product(context, name).await? {
                    add(&mut ids, product.id);
                }
            }
            EntityValue::Ordinal(ordinal) => {
                named += 1;
                pick(&shown, *ordinal).into_iter().for_each(|id| add(&mut ids, id));
            }
            _ => {}
        }
    }
    if named < 2 {
        // What is in view is the other one, or both are.
        for slot in [Slot::Product, Slot::OtherProduct] {
            match context.tracker.slot(slot) {
                Some(SlotValue::Product(id)) => add(&mut ids, *id),
                Some(SlotValue::Text(name)) => {
                    if let Some(product) = named_product(context, name).await? {
                        add(&mut ids, product.id);
                    }
                }
                _ => {}
            }
        }
    }
    let names_category = context.meaning().is_some_and(|meaning| meaning.entity(EntityKind::Category).is_some());
    if ids.is_empty() && named == 0 && !names_category && shown.len() >= 2 {
        ids = shown;
    }
    if ids.is_empty() && context.text(Slot::Category).is_some() {
        let filter = ProductFilter { in_stock: true, ..filter_from_slots(context, None) };
        return Ok(context.shop().search(&filter, 2, 0).await?.0);
    }
    Ok(context.shop().products(&ids).await?)
}

fn add(ids: &mut Vec<ProductId>, id: ProductId) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

fn shown_products(context: &Context<'_>) -> Vec<ProductId> {
    let items = match &context.tracker.shown {
        Some((Slot::Product | Slot::OtherProduct, items)) => items.as_slice(),
        _ => &[],
    };
    let ids = items.iter().filter_map(|item| match item {
        SlotValue::Product(id) => Some(*id),
        _ => None,
    });
    ids.collect()
}

fn pick(shown: &[ProductId], ordinal: i32) -> Option<ProductId> {
    let index = match ordinal {
        1.. => usize::try_from(ordinal - 1).ok()?,
        0 => return None,
        _ => shown.len().checked_sub(usize::try_from(-ordinal).ok()?)?,
    };
    shown.get(index).copied()
}

/// One is known: the other is one of its kind.
async fn ask_other(context: &Context<'_>, known: &Product) -> Result<Outcome, ActionError> {
    let filter = ProductFilter { category: Some(known.category.clone()), in_stock: true, ..ProductFilter::default() };
    let (others, _) = context.shop().search(&filter, OFFERED, 0).await?;
    let mut reply = Reply::new(ReplyKey::CompareAskOther).with("product", product_card(known));
    let mut choices = Vec::new();
    for product in others.iter().filter(|product| product.id != known.id) {
        let value = SlotValue::Product(product.id);
        let press = Press::Choose { slot: Slot::OtherProduct, value: value.clone() };
        let button = Button::new(ReplyKey::LabelProduct, press).with("title", short(&product.title));
        reply = reply.with_row([button.with("price", product.price_from().map(|price| price.to_string()))]);
        choices.push(value);
    }
    let seen = Event::SlotSet { slot: Slot::Product, value: SlotValue::Product(known.id) };
    Ok(Outcome::ask(reply, Slot::OtherProduct, choices).after(seen))
}

fn table(products: &[Product]) -> Outcome {
    let rows = differences(products);
    let same_goods = rows.is_empty();
    let cards: Vec<Value> = products.iter().map(product_card).collect();
    let rows: Vec<Value> = rows.iter().map(|(name, values)| json!({ "name": name, "values": values })).collect();
    let key = if same_goods { ReplyKey::CompareSame } else { ReplyKey::CompareTable };
    let items: Vec<SlotValue> = products.iter().map(|product| SlotValue::Product(product.id)).collect();
    Outcome::done(Reply::new(key).with("products", cards).with("rows", rows))
        .after(Event::SlotCleared { slot: Slot::OtherProduct })
        .after(Event::Shown { slot: Slot::Product, items })
}

/// Attributes in which the products differ, with one value each; none where a product does not state it.
fn differences(products: &[Product]) -> Vec<(String, Vec<Option<String>>)> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in products.iter().flat_map(|product| &product.attributes) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let value = |product: &Product, name: &str| {
        product.attributes.iter().find(|(has, _)| has == name).map(|(_, value)| value.clone())
    };
    let mut rows: Vec<(String, Vec<Option<String>>)> = names
        .into_iter()
        .map(|name| (name.to_owned(), products.iter().map(|product| value(product, name)).collect::<Vec<_>>()))
        .filter(|(_, values)| values.windows(2).any(|pair| pair[0] != pair[1]))
        .collect();
    // What all of them state compares better than what only one does.
    rows.sort_by_key(|(_, values)| values.iter().filter(|value| value.is_none()).count());
    rows.truncate(ATTRIBUTES);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::samples;

    fn product(id: i64, attributes: &[(&str, &str)]) -> Product {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Product { attributes, ..samples::product(id) }
    }

    #[test]
    fn only_what_differs_is_listed() {
        let one = product(1, &[("佩戴方式", "入耳式"), ("续航", "7小时"), ("重量", "5克")]);
        let other = product(2, &[("佩戴方式", "入耳式"), ("续航", "6小时")]);
        let rows = differences(&[one.clone(), other]);
        let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["续航", "重量"]);
        assert_eq!(rows[1].1, [Some("5克".to_owned()), None]);
        assert_eq!(differences(&[one.clone(), one]), []);
    }

    #[test]
    fn places_count_from_both_ends() {
        let shown = [ProductId(5), ProductId(6), ProductId(7)];
        for (ordinal, expected) in [(1, Some(5)), (3, Some(7)), (-1, Some(7)), (4, None), (-4, None), (0, None)] {
            assert_eq!(pick(&shown, ordinal).map(|id| id.0), expected, "{ordinal}");
        }
    }
}
