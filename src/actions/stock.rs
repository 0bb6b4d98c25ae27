//! Is it there, what does it cost, what is it like:
//!
//! > 顾客: 那款蓝牙耳机黑色有货吗
//! > 小二: 有货：黑，299 元，还有 12 件。
//! > 顾客: 白色呢
//! > 小二: 白色卖完了，要到货提醒吗？ [到货告诉我]
//!
//! Leaves to others: which product is meant (`product_choice`).

use serde_json::Value;

use super::product_choice::{fitting_variants, need_product};
use super::proposal::{turn_key, write_now};
use super::show::{product_card, variant_line};
use super::{ActionError, Context, Outcome, Step};
use crate::domain::{Button, Intent, Press, Product, Reply, ReplyKey, Slot, SlotValue, Variant};
use crate::shop::{Change, ShopChange};

/// How many variants a message lists.
const LISTED: usize = 8;

pub(super) async fn show(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let (product, events) = match need_product(context).await? {
        Step::Have(have) => have,
        Step::Stop(outcome) => return Ok(outcome),
    };
    let variants = fitting_variants(context, &product);
    let reply = |key| Reply::new(key).with("product", product_card(&product)).with("variants", lines(&variants));
    let press = Press::WishForProduct { intent: Intent::RestockQuery, product: product.id };
    let notice = Button::new(ReplyKey::LabelRestock, press);
    let outcome = match variants.as_slice() {
        [] => Outcome::done(reply(ReplyKey::StockNoSuchVariant).with("all", lines(&all(&product)))),
        fitting if fitting.iter().all(|variant| variant.stock <= 0) => {
            Outcome::done(reply(ReplyKey::StockOut).with_row([notice]))
        }
        [_] => Outcome::done(reply(ReplyKey::StockIn)),
        _ => Outcome::done(reply(ReplyKey::StockVariants)),
    };
    Ok(outcome.after_all(events))
}

pub(super) async fn price(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let (product, events) = match need_product(context).await? {
        Step::Have(have) => have,
        Step::Stop(outcome) => return Ok(outcome),
    };
    let mut variants = fitting_variants(context, &product);
    if variants.is_empty() {
        variants = all(&product);
    }
    let reply = Reply::new(ReplyKey::PriceProduct).with("product", product_card(&product));
    Ok(Outcome::done(reply.with("variants", lines(&variants))).after_all(events))
}

/// Tell me when it is back.
pub(super) async fn notify(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let (product, events) = match need_product(context).await? {
        Step::Have(have) => have,
        Step::Stop(outcome) => return Ok(outcome),
    };
    let chosen = match context.tracker.slot(Slot::Variant) {
        Some(SlotValue::Variant(id)) => product.variants.iter().filter(|variant| variant.id == *id).collect(),
        _ => fitting_variants(context, &product),
    };
    let reply = |key| Reply::new(key).with("product", product_card(&product)).with("variants", lines(&chosen));
    let sold_out: Vec<&Variant> = chosen.iter().copied().filter(|variant| variant.stock <= 0).collect();
    let outcome = match sold_out.as_slice() {
        [] => Outcome::done(reply(ReplyKey::RestockInStock)),
        [variant] => {
            let change = Change::SubscribeRestock { conversation: context.conversation.clone(), variant: variant.id };
            let key = turn_key(context, "restock");
            let change = match context.customer {
                Some(customer) => ShopChange::by(&customer, key, change),
                None => ShopChange::by_nobody(key, change),
            };
            write_now(context, change, reply(ReplyKey::RestockDone).with("variants", lines(&sold_out)))
        }
        several => {
            let mut question = reply(ReplyKey::StockChooseVariant);
            let mut choices = Vec::new();
            for variant in several.iter().take(LISTED) {
                let value = SlotValue::Variant(variant.id);
                let press = Press::Choose { slot: Slot::Variant, value: value.clone() };
                question =
                    question.with_row([Button::new(ReplyKey::LabelVariant, press).with("label", variant.label())]);
                choices.push(value);
            }
            Outcome::ask(question, Slot::Variant, choices)
        }
    };
    Ok(outcome.after_all(events))
}

/// What it is like, from its attributes and description.
pub(super) async fn describe(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let (product, events) = match need_product(context).await? {
        Step::Have(have) => have,
        Step::Stop(outcome) => return Ok(outcome),
    };
    let words: Vec<&str> = context.meaning().map(|m| m.words.iter().map(String::as_str).collect()).unwrap_or_default();
    let asked: Vec<Value> = product
        .attributes
        .iter()
        .filter(|(name, value)| words.iter().any(|word| is_about(word, name, value)))
        .map(|(name, value)| serde_json::json!({ "name": name, "value": value }))
        .collect();
    let key = if asked.is_empty() { ReplyKey::DescribeProduct } else { ReplyKey::DescribeAttributes };
    let reply = Reply::new(key)
        .with("product", product_card(&product))
        .with("description", &product.description)
        .with("asked", asked);
    let stock =
        Button::new(ReplyKey::LabelStock, Press::WishForProduct { intent: Intent::StockQuery, product: product.id });
    Ok(Outcome::done(reply.with_row([stock])).after_all(events))
}

fn is_about(word: &str, name: &str, value: &str) -> bool {
    word.chars().count() >= 2 && (name.contains(word) || word.contains(name) || value.contains(word))
}

fn all(product: &Product) -> Vec<&Variant> {
    product.variants.iter().collect()
}

fn lines(variants: &[&Variant]) -> Vec<Value> {
    variants.iter().take(LISTED).map(|variant| variant_line(variant)).collect()
}
