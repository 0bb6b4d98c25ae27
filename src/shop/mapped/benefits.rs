//! Coupons, gift cards and promotions of a mapped shop. Leaves to others: how they add up (`actions`).

use super::statement::Arguments;
use super::{MappedShop, Need};
use crate::domain::Timestamp;
use crate::shop::{Coupon, GiftCard, Promotion, ShopError, VerifiedCustomer};

impl MappedShop {
    /// See [`Shop::coupons_of`](crate::shop::Shop::coupons_of).
    pub async fn coupons_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Result<Vec<Coupon>, ShopError> {
        let mut arguments = Arguments::from([("customer", customer.id().0.into())]);
        arguments.extend(self.now_arguments(now));
        let mut coupons = self
            .ask(Need::CouponsOfCustomer, arguments, |row| {
                Ok(Coupon {
                    id: row.integer("id")?,
                    title: row.text("title")?,
                    kind: row.member("kind", "coupon_kind")?,
                    threshold: row.money_or_zero("threshold")?,
                    amount: row.money_or_zero("amount")?,
                    percent: row.optional_integer("percent")?.unwrap_or(100),
                    category: row.optional_text("category")?,
                    valid_until: row.moment("valid_until")?,
                })
            })
            .await?;
        // Whatever the statement says, one that has ended is none.
        coupons.retain(|coupon| coupon.valid_until > now);
        coupons.sort_by_key(|coupon| (coupon.valid_until, coupon.id));
        Ok(coupons)
    }

    /// See [`Shop::gift_cards_of`](crate::shop::Shop::gift_cards_of).
    pub async fn gift_cards_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Result<Vec<GiftCard>, ShopError> {
        let arguments = Arguments::from([("customer", customer.id().0.into())]);
        let mut cards = self
            .ask(Need::GiftCardsOfCustomer, arguments, |row| {
                Ok(GiftCard {
                    id: row.integer("id")?,
                    code: row.text("code")?,
                    face: row.money("face")?,
                    balance: row.money("balance")?,
                    expires_at: row.moment("expires_at")?,
                })
            })
            .await?;
        cards.retain(|card| card.expires_at > now && card.balance > crate::domain::Money::ZERO);
        cards.sort_by_key(|card| (card.expires_at, card.id));
        Ok(cards)
    }

    /// See [`Shop::promotions`](crate::shop::Shop::promotions).
    pub async fn promotions(&self, now: Timestamp) -> Result<Vec<Promotion>, ShopError> {
        let arguments = Arguments::from(self.now_arguments(now));
        let mut promotions = self
            .ask(Need::Promotions, arguments, |row| {
                Ok(Promotion {
                    id: row.integer("id")?,
                    title: row.text("title")?,
                    kind: row.member("kind", "promotion_kind")?,
                    threshold: row.money_or_zero("threshold")?,
                    amount: row.money_or_zero("amount")?,
                    percent: row.optional_integer("percent")?.unwrap_or(100),
                    gift_text: row.optional_text("gift_text")?,
                    category: row.optional_text("category")?,
                    brand: row.optional_text("brand")?,
                    stacks_with_coupons: row.flag_or("stacks_with_coupons", true)?,
                    starts_at: row.moment("starts_at")?,
                    ends_at: row.moment("ends_at")?,
                })
            })
            .await?;
        promotions.retain(|promotion| promotion.ends_at > now && promotion.starts_at <= now.plus_days(7));
        promotions.sort_by_key(|promotion| (promotion.starts_at, promotion.id));
        Ok(promotions)
    }
}
