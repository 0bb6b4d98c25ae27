//! What the shopper has to spend:
//!
//! > 顾客: 我有哪些券
//! > 小二: 您有 2 张可用的券： 满 99 减 10，6-30 到期 …
//! > 顾客: 礼品卡还有多少
//! > 小二: 尾号 6688 的礼品卡还有 57 元，2027-1-1 到期。
//!
//! Leaves to others: using them (ordering), how they add up (`promotion`).

use serde_json::json;

use super::identity::need_customer;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Money, Reply, ReplyKey};

/// How many are listed.
const LISTED: usize = 8;

pub(super) async fn coupons(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let known = need!(need_customer(context).await?);
    let coupons = context.shop().coupons_of(&known.customer, context.now).await?;
    if coupons.is_empty() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::CouponNone)).by(known));
    }
    let lines: Vec<_> = coupons
        .iter()
        .take(LISTED)
        .map(|coupon| {
            json!({
                "title": coupon.title,
                "category": coupon.category,
                "until": context.day(coupon.valid_until),
            })
        })
        .collect();
    let reply = Reply::new(ReplyKey::CouponList)
        .with("total", coupons.len())
        .with("coupons", lines)
        .with("per_order", context.policy().coupons.per_order);
    Ok(Outcome::done(reply).by(known))
}

pub(super) async fn gift_cards(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let known = need!(need_customer(context).await?);
    let cards = context.shop().gift_cards_of(&known.customer, context.now).await?;
    if cards.is_empty() {
        return Ok(Outcome::refused(Reply::new(ReplyKey::GiftCardNone)).by(known));
    }
    let balance: Money = cards.iter().map(|card| card.balance).sum();
    let lines: Vec<_> = cards
        .iter()
        .take(LISTED)
        .map(|card| {
            json!({
                // The code is money: only its end is shown.
                "tail": card.code.chars().skip(card.code.chars().count().saturating_sub(4)).collect::<String>(),
                "balance": card.balance.to_string(),
                "until": context.day(card.expires_at),
            })
        })
        .collect();
    let reply = Reply::new(ReplyKey::GiftCardList)
        .with("balance", balance.to_string())
        .with("total", cards.len())
        .with("cards", lines);
    Ok(Outcome::done(reply).by(known))
}
