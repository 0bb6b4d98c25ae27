//! What does it cost, with what is taken off now:
//!
//! > 顾客: 这款多少钱
//! > 小二: 现价 399 元，现在买 399 − 50（每满300减50） = 349 元。
//!
//! Leaves to others: how promotions add up (`basket`), bargaining (`bargain`).

use super::basket::{quote_for, said_quantity};
use super::knowledge::specific_answer;
use super::product_choice::{fitting_variants, need_product};
use super::show::{order_button, product_card};
use super::stock::{all, lines, names_goods};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Product, Reply, ReplyKey, Variant};

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["price_after_coupon"];

pub(super) async fn show(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if !names_goods(context)
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let (product, events) = need!(need_product(context).await?);
    let mut variants = fitting_variants(context, &product);
    if variants.is_empty() {
        variants = all(&product);
    }
    let reply = |key| Reply::new(key).with("product", product_card(&product)).with("variants", lines(&variants));
    let quantity = said_quantity(context);
    let quote = match cheapest(&variants) {
        Some(variant) => Some(quote_for(context, &product, variant, quantity).await?),
        None => None,
    };
    let outcome = match quote.filter(|quote| quote.total() < quote.goods || quantity > 1) {
        Some(quote) => {
            let reply = reply(ReplyKey::PriceWithOffers).with("quote", quote.value()).with("quantity", quantity);
            Outcome::done(reply.with_row([order_button(&product)]))
        }
        None => Outcome::done(reply(ReplyKey::PriceProduct)),
    };
    Ok(outcome.after_all(events))
}

/// The cheapest of some variants that can be had, or of all.
pub(super) fn cheapest<'p>(variants: &[&'p Variant]) -> Option<&'p Variant> {
    variants.iter().copied().min_by_key(|variant| (variant.stock <= 0, variant.price))
}

/// The variant that a figure is reckoned with: the cheapest that fits what was said.
pub(super) fn reckoned<'p>(context: &Context<'_>, product: &'p Product) -> Option<&'p Variant> {
    cheapest(&fitting_variants(context, product)).or_else(|| cheapest(&all(product)))
}
