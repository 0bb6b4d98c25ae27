//! What shipping costs and whether the shop sends there:
//!
//! > 顾客: 寄到新疆运费多少
//! > 小二: 寄到新疆：这款满 99 元免基础运费，偏远地区加收 15 元，一共 15 元。
//! > 顾客: 香港呢
//! > 小二: 香港暂时送不到。可以填一个内地的地址。
//!
//! Leaves to others: the figures (the policy), how long it takes (`delivery`).

use super::basket::{quote_for, said_quantity};
use super::knowledge::specific_answer;
use super::price::reckoned;
use super::product_choice::product_in_view;
use super::region::{destination, said};
use super::show::{order_button, product_card};
use super::{ActionError, Context, Outcome};
use crate::domain::{Money, Reply, ReplyKey, Slot};
use crate::shop::policy::Reach;

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["fee_free", "fee_remote", "fee_near_threshold"];

pub(super) async fn quote_fee(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if said(context).is_none()
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let policy = context.policy();
    let fill = |key| {
        Reply::new(key)
            .with("free_from", policy.shipping.free_from.to_string())
            .with("base_fee", policy.shipping.fee.to_string())
            .with("remote", &policy.shipping.remote_provinces)
            .with("remote_fee", policy.shipping.remote_surcharge.to_string())
    };
    let Some(place) = destination(context).await? else {
        return Ok(Outcome::ask(fill(ReplyKey::ShippingAskRegion), Slot::Province, Vec::new()));
    };
    let surcharge = match policy.reach(&place.province) {
        Reach::Unreachable => {
            return Ok(Outcome::refused(fill(ReplyKey::ShippingUnreachable).with("place", place.name())));
        }
        Reach::Remote(surcharge) => Some(surcharge),
        Reach::Ordinary => None,
    };
    let fill = |key| {
        fill(key)
            .with("place", place.name())
            .with("said", place.said)
            .with("surcharge", surcharge.map(|surcharge| surcharge.to_string()))
    };
    let product = product_in_view(context).await?;
    let variant = product.as_ref().and_then(|product| reckoned(context, product));
    let (Some(product), Some(variant)) = (&product, variant) else {
        return Ok(Outcome::done(fill(ReplyKey::ShippingFeeRegion)));
    };
    let quantity = said_quantity(context);
    let quote = quote_for(context, product, variant, quantity).await?;
    let fee = policy.shipping_fee(quote.total(), &place.province).unwrap_or(policy.shipping.fee);
    let missing = policy.shipping.free_from - quote.total();
    let reply = fill(ReplyKey::ShippingFeeBasket)
        .with("product", product_card(product))
        .with("quantity", quantity)
        .with("goods", quote.total().to_string())
        .with("fee", fee.to_string())
        .with("is_free", fee == Money::ZERO)
        .with("missing", (missing > Money::ZERO).then(|| missing.to_string()));
    Ok(Outcome::done(reply.with_row([order_button(product)])))
}
