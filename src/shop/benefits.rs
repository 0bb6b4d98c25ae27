//! Coupons, gift cards and promotions. Leaves to others: how they add up for a basket (`actions`),
//! using them up (`writes`).

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{moment, money, parsed};
use super::{Shop, ShopError, VerifiedCustomer};
use crate::domain::{Money, Timestamp};

crate::closed_set! {
    /// How a coupon lowers the price.
    CouponKind {
        /// An amount off.
        AmountOff = "amount_off",
        /// Only a percentage is paid.
        Percent = "percent",
    }
}

/// A coupon in a customer's hands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Coupon {
    /// The id of this piece, for using it.
    pub id: i64,
    /// 满300减40 …
    pub title: String,
    /// How it lowers the price.
    pub kind: CouponKind,
    /// The least basket.
    pub threshold: Money,
    /// The amount off, for an amount off.
    pub amount: Money,
    /// What is paid in hundredths: 88 for 88折.
    pub percent: i64,
    /// Only for this category.
    pub category: Option<String>,
    /// Until when it can be used.
    pub valid_until: Timestamp,
}

impl Coupon {
    /// What it takes off a basket of `goods`; none where it cannot be used for it.
    pub fn off(&self, goods: Money) -> Option<Money> {
        if goods < self.threshold {
            return None;
        }
        Some(match self.kind {
            CouponKind::AmountOff => self.amount.min(goods),
            CouponKind::Percent => goods - goods.percent(self.percent),
        })
    }
}

/// A gift card.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct GiftCard {
    /// Its id.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// What it was worth.
    pub face: Money,
    /// What is left.
    pub balance: Money,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

crate::closed_set! {
    /// What a promotion gives.
    PromotionKind {
        /// An amount off from a threshold on, again and again: 每满300减50.
        ThresholdOff = "threshold_off",
        /// Only a percentage is paid.
        Percent = "percent",
        /// Something is added.
        Gift = "gift",
    }
}

/// A promotion that everybody has.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Promotion {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub title: String,
    /// What it gives.
    pub kind: PromotionKind,
    /// From this much on.
    pub threshold: Money,
    /// The amount off.
    pub amount: Money,
    /// What is paid in hundredths.
    pub percent: i64,
    /// What is added.
    pub gift_text: Option<String>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this brand.
    pub brand: Option<String>,
    /// Whether coupons may be used with it.
    pub stacks_with_coupons: bool,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

impl Shop {
    /// The coupons that the customer can use now, those that end first at the top.
    pub async fn coupons_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Result<Vec<Coupon>, ShopError> {
        let rows = sqlx::query(
            "select cc.id, c.title, c.kind, c.threshold, c.amount, c.percent, c.category, c.valid_until
             from customer_coupons cc join coupons c on c.id = cc.coupon_id
             where cc.customer_id = ?1 and cc.order_id is null and c.valid_from <= ?2 and c.valid_until > ?2
             order by c.valid_until, cc.id",
        )
        .bind(customer.id().0)
        .bind(now.millis())
        .fetch_all(self.asked("coupons_of"))
        .await?;
        rows.iter().map(coupon_from).collect()
    }

    /// The customer's gift cards with money on them, those that end first at the top.
    pub async fn gift_cards_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Result<Vec<GiftCard>, ShopError> {
        let rows = sqlx::query(
            "select id, code, face, balance, expires_at from gift_cards
             where customer_id = ?1 and balance > 0 and expires_at > ?2 order by expires_at, id",
        )
        .bind(customer.id().0)
        .bind(now.millis())
        .fetch_all(self.asked("gift_cards_of"))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(GiftCard {
                    id: row.try_get("id")?,
                    code: row.try_get("code")?,
                    face: money(row, "face")?,
                    balance: money(row, "balance")?,
                    expires_at: moment(row, "expires_at")?,
                })
            })
            .collect()
    }

    /// The promotions that run now, and those that begin within a week.
    pub async fn promotions(&self, now: Timestamp) -> Result<Vec<Promotion>, ShopError> {
        let rows =
            sqlx::query("select * from promotions where ends_at > ?1 and starts_at <= ?2 order by starts_at, id")
                .bind(now.millis())
                .bind(now.plus_days(7).millis())
                .fetch_all(self.asked("promotions"))
                .await?;
        rows.iter().map(promotion_from).collect()
    }
}

fn coupon_from(row: &SqliteRow) -> Result<Coupon, ShopError> {
    Ok(Coupon {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        kind: parsed(row, "kind")?,
        threshold: money(row, "threshold")?,
        amount: money(row, "amount")?,
        percent: row.try_get("percent")?,
        category: row.try_get("category")?,
        valid_until: moment(row, "valid_until")?,
    })
}

fn promotion_from(row: &SqliteRow) -> Result<Promotion, ShopError> {
    Ok(Promotion {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        kind: parsed(row, "kind")?,
        threshold: money(row, "threshold")?,
        amount: money(row, "amount")?,
        percent: row.try_get("percent")?,
        gift_text: row.try_get("gift_text")?,
        category: row.try_get("category")?,
        brand: row.try_get("brand")?,
        stacks_with_coupons: row.try_get("stacks_with_coupons")?,
        starts_at: moment(row, "starts_at")?,
        ends_at: moment(row, "ends_at")?,
    })
}
