//! What is taken off and what is added, now and for these goods:
//!
//! > 顾客: 这款有什么活动
//! > 小二: 399 − 50（618年中大促 每满300减50） = 349 元。
//! > 顾客: 用券能再便宜吗
//! > 小二: 能用这张：满300减40元618专享券，用上 349 − 40 = 309 元。
//! > 顾客: 有赠品吗
//! > 小二: 实付满 199 元每单送 1 份赠品。
//!
//! Leaves to others: how they add up (`basket`), the list of all coupons (`wallet`).

use serde_json::{Value, json};

use super::basket::{Item, coupon_basket, covers, quote_for, said_quantity};
use super::identity::need_customer;
use super::knowledge::{answer_about, specific_answer};
use super::price::reckoned;
use super::product_choice::product_in_view;
use super::show::{human_button, order_button, product_card};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Cue, EntityKind, Money, Product, Reply, ReplyKey, Slot, Variant};
use crate::shop::{Promotion, PromotionKind};

/// How many promotions or coupons are listed.
const LISTED: usize = 6;

/// What holds now, or what it comes to for the goods in view.
pub(super) async fn explain(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let points = points_at_goods(context);
    if !points && let Some(answer) = specific_answer(context, &["promo_now"]) {
        return Ok(answer);
    }
    if let Some((product, variant)) = goods(context, &product_in_view(context).await?) {
        return for_goods(context, product, variant).await;
    }
    let category = context.text(Slot::Category);
    let promotions = context.shop().promotions(context.now).await?;
    let fits = |promotion: &&Promotion| {
        category.is_none() || promotion.category.is_none() || promotion.category.as_deref() == category
    };
    let lines: Vec<Value> =
        promotions.iter().filter(fits).take(LISTED).map(|one| promotion_line(context, one)).collect();
    if lines.is_empty() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::PromotionNone)));
    }
    Ok(Outcome::done(Reply::new(ReplyKey::PromotionList).with("promotions", lines)))
}

async fn for_goods(context: &Context<'_>, product: &Product, variant: &Variant) -> Result<Outcome, ActionError> {
    let quantity = said_quantity(context);
    let quote = quote_for(context, product, variant, quantity).await?;
    let nothing = quote.total() == quote.goods && quote.gifts.is_empty();
    let key = if nothing { ReplyKey::PromotionProductNone } else { ReplyKey::PromotionProduct };
    let reply = Reply::new(key)
        .with("product", product_card(product))
        .with("label", variant.label())
        .with("quantity", quantity)
        .with("quote", quote.value());
    Ok(Outcome::done(reply.with_row([order_button(product)])))
}

/// The coupons of the shopper that fit the goods in view; without goods, what the knowledge says.
pub(super) async fn coupons(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let product = if points_at_goods(context) { product_in_view(context).await? } else { None };
    let Some((product, variant)) = goods(context, &product) else {
        let unknown = || Outcome::failed(Reply::new(ReplyKey::FaqNone).with_row([human_button()]));
        return Ok(answer_about(context, None).unwrap_or_else(unknown));
    };
    let known = need!(need_customer(context).await?);
    let quantity = said_quantity(context);
    let item = Item::of(product, variant, quantity);
    let goods: Money = variant.price * i64::from(quantity);
    let coupons = context.shop().coupons_of(&known.customer, context.now).await?;
    let fitting: Vec<Value> = coupons
        .iter()
        .filter_map(|coupon| Some((coupon, coupon.off(coupon_basket(coupon, &[item], goods)).filter(|off| *off > Money::ZERO)?)))
        .take(LISTED)
        .map(|(coupon, off)| {
            json!({ "title": coupon.title, "off": off.to_string(), "until": context.day(coupon.valid_until) })
        })
        .collect();
    let quote = quote_for(context, product, variant, quantity).await?;
    let key = if fitting.is_empty() { ReplyKey::CouponNoneFitting } else { ReplyKey::CouponFitting };
    let reply = Reply::new(key)
        .with("product", product_card(product))
        .with("coupons", fitting)
        .with("per_order", context.policy().coupons.per_order)
        .with("quote", quote.value());
    Ok(Outcome::done(reply.with_row([order_button(product)])).by(known))
}

/// What is added for free.
pub(super) async fn gifts(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if !points_at_goods(context)
        && let Some(answer) = specific_answer(context, &["gift_any"])
    {
        return Ok(answer);
    }
    let view = product_in_view(context).await?;
    let goods = goods(context, &view);
    let promotions = context.shop().promotions(context.now).await?;
    let running = promotions.iter().filter(|one| one.kind == PromotionKind::Gift && one.starts_at <= context.now);
    let fits = |promotion: &&Promotion| {
        goods.is_none_or(|(product, variant)| covers(promotion, &Item::of(product, variant, 1)))
    };
    let lines: Vec<Value> = running.filter(fits).take(LISTED).map(|one| promotion_line(context, one)).collect();
    let gifts = &context.policy().gifts;
    let quantity = said_quantity(context);
    let paid = match goods {
        Some((product, variant)) => Some(quote_for(context, product, variant, quantity).await?.total()),
        None => None,
    };
    let reply = Reply::new(ReplyKey::GiftRules)
        .with("promotions", lines)
        .with("from", gifts.from.to_string())
        .with("per_order", gifts.per_order)
        .with("title", goods.map(|(product, _)| product_card(product)))
        .with(
            "missing",
            paid.map(|paid| gifts.from - paid)
                .filter(|missing| *missing > Money::ZERO)
                .map(|missing| missing.to_string()),
        )
        .with("reached", paid.is_some_and(|paid| paid >= gifts.from));
    Ok(Outcome::done(reply))
}

fn goods<'p>(context: &Context<'_>, view: &'p Option<Product>) -> Option<(&'p Product, &'p Variant)> {
    let product = view.as_ref()?;
    Some((product, reckoned(context, product)?))
}

/// Whether the message is about goods: it names some, points at them, or is a button.
pub(super) fn points_at_goods(context: &Context<'_>) -> bool {
    context.meaning().is_none_or(|meaning| {
        let names = [EntityKind::Product, EntityKind::Category, EntityKind::Ordinal, EntityKind::Quantity];
        names.iter().any(|kind| meaning.entity(*kind).is_some()) || meaning.signals(Cue::ThatOne)
    })
}

fn promotion_line(context: &Context<'_>, promotion: &Promotion) -> Value {
    json!({
        "title": promotion.title,
        "category": promotion.category,
        "brand": promotion.brand,
        "gift": promotion.gift_text,
        "threshold": (promotion.threshold > Money::ZERO).then(|| promotion.threshold.to_string()),
        "from": (promotion.starts_at > context.now).then(|| context.day(promotion.starts_at)),
        "until": context.day(promotion.ends_at),
        "stacks": promotion.stacks_with_coupons,
    })
}
