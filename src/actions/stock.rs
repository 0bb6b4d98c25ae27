//! Is it there:
//!
//! > 顾客: 那款蓝牙耳机黑色有货吗
//! > 小二: 有货：黑，299 元，还有 12 件。
//! > 顾客: 白色呢
//! > 小二: 白色卖完了，要到货提醒吗？ [到货告诉我]
//!
//! Leaves to others: which product is meant (`product_choice`), the notice (`restock`), what it costs (`price`).

use serde_json::Value;

use super::knowledge::specific_answer;
use super::product_choice::{fitting_variants, need_product};
use super::show::{order_button, product_card, variant_line};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, EntityKind, Intent, Press, Product, Reply, ReplyKey, Slot, Variant};

/// How many variants a message lists.
pub(super) const LISTED: usize = 8;

pub(super) async fn show(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if !names_goods(context)
        && let Some(answer) = specific_answer(context, &[])
    {
        return Ok(answer);
    }
    let (product, events) = need!(need_product(context).await?);
    let variants = fitting_variants(context, &product);
    let reply = |key| {
        Reply::new(key)
            .with("product", product_card(&product))
            .with("variants", lines(&variants))
            .with("colour", context.text(Slot::Colour))
            .with("size", context.text(Slot::Size))
    };
    let press = Press::WishForProduct { intent: Intent::RestockQuery, product: product.id };
    let notice = Button::new(ReplyKey::LabelRestock, press);
    let outcome = match variants.as_slice() {
        [] => Outcome::done(reply(ReplyKey::StockNoSuchVariant).with("all", lines(&all(&product)))),
        fitting if fitting.iter().all(|variant| variant.stock <= 0) => {
            Outcome::done(reply(ReplyKey::StockOut).with_row([notice]))
        }
        [_] => Outcome::done(reply(ReplyKey::StockIn).with_row([order_button(&product)])),
        _ => Outcome::done(reply(ReplyKey::StockVariants)),
    };
    Ok(outcome.after_all(events))
}

/// Whether the message itself names goods or a look of them, or points at something shown.
pub(super) fn names_goods(context: &Context<'_>) -> bool {
    const GOODS: [EntityKind; 5] =
        [EntityKind::Product, EntityKind::Category, EntityKind::Colour, EntityKind::Size, EntityKind::Ordinal];
    // A button names its product.
    context.meaning().is_none_or(|meaning| GOODS.iter().any(|kind| meaning.entity(*kind).is_some()))
}

/// Every variant.
pub(super) fn all(product: &Product) -> Vec<&Variant> {
    product.variants.iter().collect()
}

/// Variants for a list.
pub(super) fn lines(variants: &[&Variant]) -> Vec<Value> {
    variants.iter().take(LISTED).map(|variant| variant_line(variant)).collect()
}
