//! What a basket comes to: promotions first, then one coupon, in the order in which the shop takes them off:
//!
//! > 3 件 T恤 387 元 − 38.70（T恤全场9折） − 50（每满300减50） = 298.30 元
//!
//! Promotions of a category or brand come before those of the whole shop, percentages before amounts; each looks at
//! what the ones before it left. A promotion that coupons may not join is weighed against doing without it. A last
//! price given in bargaining takes the place of the coupon where it is lower. Leaves to others: postage (`shipping`),
//! the guard of the coupon (`shop::writes`).

use serde_json::{Value, json};

use super::{ActionError, Context};
use crate::domain::{Money, Product, Slot, SlotValue, Timestamp, Variant};
use crate::shop::{Coupon, Promotion, PromotionKind};

/// One kind of goods in a basket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub category: &'a str,
    pub brand: &'a str,
    pub unit_price: Money,
    pub quantity: u32,
}

impl<'a> Item<'a> {
    /// So many pieces of a variant.
    pub fn of(product: &'a Product, variant: &Variant, quantity: u32) -> Self {
        Item { category: &product.category, brand: &product.brand, unit_price: variant.price, quantity }
    }

    fn amount(&self) -> Money {
        self.unit_price * i64::from(self.quantity)
    }
}

/// Which coupon is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CouponChoice {
    /// The one that takes off most.
    Best,
    /// None.
    Without,
}

/// Something taken off, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Off {
    pub title: String,
    pub off: Money,
}

/// A coupon that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UsedCoupon {
    /// The customer's piece.
    pub id: i64,
    pub title: String,
    pub off: Money,
}

/// What a basket comes to, without postage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Quote {
    pub goods: Money,
    pub promotions: Vec<Off>,
    pub coupon: Option<UsedCoupon>,
    /// What was given in bargaining on top.
    pub bargain: Money,
    pub gifts: Vec<String>,
    /// The nearest promotion whose threshold is not reached, and what is missing for it.
    pub next: Option<Off>,
    /// Whether a promotion that is used keeps coupons out.
    pub excludes_coupons: bool,
}

impl Quote {
    /// Taken off by promotions and bargaining, as an order names it.
    pub fn promotion_discount(&self) -> Money {
        self.promotions.iter().map(|promotion| promotion.off).sum::<Money>() + self.bargain
    }

    /// What is paid for the goods.
    pub fn total(&self) -> Money {
        self.goods - self.promotion_discount() - self.coupon.as_ref().map_or(Money::ZERO, |coupon| coupon.off)
    }

    /// For a wording.
    pub fn value(&self) -> Value {
        let off = |off: &Off| json!({ "title": off.title, "off": off.off.to_string() });
        json!({
            "goods": self.goods.to_string(),
            "promotions": self.promotions.iter().map(off).collect::<Vec<_>>(),
            "coupon": self.coupon.as_ref().map(|used| json!({ "title": used.title, "off": used.off.to_string() })),
            "bargain": (self.bargain > Money::ZERO).then(|| self.bargain.to_string()),
            "gifts": self.gifts,
            "next": self.next.as_ref().map(off),
            "excludes_coupons": self.excludes_coupons,
            "total": self.total().to_string(),
            "off": (self.goods - self.total()).to_string(),
            "lowered": self.total() < self.goods,
        })
    }

    /// At least as low as `lowest`, a price that may be given without a coupon; promotions that go lower stay.
    pub fn bargained(self, lowest: Money) -> Quote {
        if self.total() <= lowest {
            return self;
        }
        let without = Quote { coupon: None, ..self };
        let bargain = without.total() - lowest;
        Quote { bargain, ..without }
    }
}

/// The lowest that a basket comes to.
pub(super) fn quote(
    items: &[Item<'_>],
    promotions: &[Promotion],
    coupons: &[Coupon],
    choice: CouponChoice,
    now: Timestamp,
) -> Quote {
    let running: Vec<&Promotion> = promotions.iter().filter(|one| one.starts_at <= now && now < one.ends_at).collect();
    let coupons: &[Coupon] = if choice == CouponChoice::Without { &[] } else { coupons };
    let with_all = one_way(items, &running, coupons);
    if !with_all.excludes_coupons || coupons.is_empty() {
        return with_all;
    }
    let stacking: Vec<&Promotion> = running.into_iter().filter(|promotion| promotion.stacks_with_coupons).collect();
    let with_coupon = one_way(items, &stacking, coupons);
    if with_coupon.total() < with_all.total() { with_coupon } else { with_all }
}

fn one_way(items: &[Item<'_>], promotions: &[&Promotion], coupons: &[Coupon]) -> Quote {
    let mut left: Vec<Money> = items.iter().map(Item::amount).collect();
    let mut quote = Quote { goods: left.iter().copied().sum(), ..Quote::default() };
    let mut ordered: Vec<&Promotion> = promotions.to_vec();
    ordered.sort_by_key(|one| {
        let of_all = one.category.is_none() && one.brand.is_none();
        (of_all, one.kind != PromotionKind::Percent, one.id)
    });
    for promotion in ordered {
        let covered: Vec<usize> = (0..items.len()).filter(|index| covers(promotion, &items[*index])).collect();
        let base: Money = covered.iter().map(|index| left[*index]).sum();
        if base <= Money::ZERO {
            continue;
        }
        if base < promotion.threshold {
            let missing = promotion.threshold - base;
            if quote.next.as_ref().is_none_or(|next| missing < next.off) {
                quote.next = Some(Off { title: promotion.title.clone(), off: missing });
            }
            continue;
        }
        let off = match promotion.kind {
            PromotionKind::ThresholdOff => {
                let times =
                    if promotion.threshold > Money::ZERO { base.cents() / promotion.threshold.cents() } else { 1 };
                (promotion.amount * times).min(base)
            }
            PromotionKind::Percent => base - base.percent(promotion.percent),
            PromotionKind::Gift => {
                quote.gifts.extend(promotion.gift_text.clone());
                continue;
            }
        };
        if off <= Money::ZERO {
            continue;
        }
        quote.excludes_coupons |= !promotion.stacks_with_coupons;
        quote.promotions.push(Off { title: promotion.title.clone(), off });
        take_off(&mut left, &covered, base, off);
    }
    if !quote.excludes_coupons {
        let basket = quote.total();
        let used = coupons.iter().filter_map(|coupon| {
            let off = coupon.off(coupon_basket(coupon, items, basket))?;
            (off > Money::ZERO).then(|| UsedCoupon { id: coupon.id, title: coupon.title.clone(), off })
        });
        // Of equal ones the first: it ends first.
        quote.coupon = used.reduce(|best, other| if other.off > best.off { other } else { best });
    }
    quote
}

/// What a coupon looks at, as the write does: what the promotions left, but no more than its category's goods.
pub(super) fn coupon_basket(coupon: &Coupon, items: &[Item<'_>], left: Money) -> Money {
    match &coupon.category {
        None => left,
        Some(category) => {
            left.min(items.iter().filter(|item| item.category == category).map(Item::amount).sum::<Money>())
        }
    }
}

/// Whether a promotion is for goods of this kind.
pub(super) fn covers(promotion: &Promotion, item: &Item<'_>) -> bool {
    promotion.category.as_deref().is_none_or(|category| category == item.category)
        && promotion.brand.as_deref().is_none_or(|brand| brand == item.brand)
}

/// Spreads what is taken off over the goods it is for; the last takes what rounding leaves.
fn take_off(left: &mut [Money], covered: &[usize], base: Money, off: Money) {
    let mut rest = off;
    for (place, index) in covered.iter().enumerate() {
        let part = if place + 1 == covered.len() {
            rest
        } else {
            let share = i128::from(off.cents()) * i128::from(left[*index].cents()) / i128::from(base.cents());
            Money::from_cents(i64::try_from(share).unwrap_or(0))
        };
        left[*index] = left[*index] - part;
        rest = rest - part;
    }
}

/// What so many pieces of a variant come to now for this shopper: with their coupons where they are known and nobody
/// reads along, and with the last price where it was given.
pub(super) async fn quote_for(
    context: &Context<'_>,
    product: &Product,
    variant: &Variant,
    quantity: u32,
) -> Result<Quote, ActionError> {
    let promotions = context.shop().promotions(context.now).await?;
    let coupons = match context.customer {
        Some(customer) if !context.tracker.in_group => context.shop().coupons_of(&customer, context.now).await?,
        _ => Vec::new(),
    };
    let choice = match context.tracker.slot(Slot::Coupon) {
        Some(SlotValue::Number(0)) => CouponChoice::Without,
        _ => CouponChoice::Best,
    };
    let found = quote(&[Item::of(product, variant, quantity)], &promotions, &coupons, choice, context.now);
    let last_price_given = context.tracker.slot(Slot::Bargain) == Some(&SlotValue::Product(product.id));
    let lowest = context.policy().lowest_price(found.goods);
    Ok(if last_price_given { found.bargained(lowest) } else { found })
}

/// The pieces that were said; one where none were.
pub(super) fn said_quantity(context: &Context<'_>) -> u32 {
    match context.tracker.slot(Slot::Quantity) {
        Some(SlotValue::Number(number)) => u32::try_from(*number).unwrap_or(1).max(1),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::actions::samples::{coupon, promotion};

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn shirts(quantity: u32) -> Item<'static> {
        Item { category: "T恤", brand: "棉田社", unit_price: Money::from_yuan(129), quantity }
    }

    fn earphones(yuan: i64) -> Item<'static> {
        Item { category: "耳机", brand: "声屿", unit_price: Money::from_yuan(yuan), quantity: 1 }
    }

    fn come_to(items: &[Item<'_>], promotions: &[Promotion], coupons: &[Coupon]) -> (i64, i64) {
        let quote = quote(items, promotions, coupons, CouponChoice::Best, NOW);
        (quote.total().cents(), quote.coupon.map_or(0, |coupon| coupon.off.cents()))
    }

    #[test]
    fn promotions_add_up_in_the_shops_order() {
        let sale = promotion(1, PromotionKind::ThresholdOff, 300, 50, None, true);
        let summer = promotion(2, PromotionKind::Percent, 0, 90, Some("T恤"), false);
        let both = [sale.clone(), summer];
        let general = coupon(7, 100, 10, None);
        for (items, promotions, coupons, expected) in [
            (vec![earphones(399)], &both[..1], vec![], (34_900, 0)),
            (vec![earphones(299)], &both[..1], vec![], (29_900, 0)),
            // Again and again: every 300.
            (vec![earphones(699)], &both[..1], vec![], (59_900, 0)),
            // 387, less a tenth is 348.30, less 50.
            (vec![shirts(3)], &both, vec![], (29_830, 0)),
            // The shirts' promotion keeps the coupon out and is worth more than it.
            (vec![shirts(3)], &both, vec![general.clone()], (29_830, 0)),
            (vec![earphones(399)], &both, vec![general.clone()], (33_900, 1_000)),
            // A coupon of more than the promotion that keeps it out takes its place.
            (vec![shirts(1)], &both, vec![coupon(8, 100, 30, None)], (9_900, 3_000)),
            (vec![earphones(399), shirts(1)], &both[..1], vec![coupon(9, 200, 30, Some("耳机"))], (44_800, 3_000)),
            (vec![shirts(1)], &both[..1], vec![coupon(9, 100, 30, Some("耳机"))], (12_900, 0)),
        ] {
            assert_eq!(come_to(&items, promotions, &coupons), expected, "{items:?}");
        }
    }

    #[test]
    fn what_is_missing_and_what_is_added_is_said() {
        let sale = promotion(1, PromotionKind::ThresholdOff, 300, 50, None, true);
        let mut gift = promotion(3, PromotionKind::Gift, 150, 0, None, true);
        gift.gift_text = Some("随行杯".to_owned());
        let mut later = promotion(4, PromotionKind::ThresholdOff, 1, 100, None, true);
        later.starts_at = NOW.plus_days(1);
        let quote = quote(&[earphones(279)], &[sale, gift, later], &[], CouponChoice::Best, NOW);
        assert_eq!(quote.next.map(|next| next.off), Some(Money::from_yuan(21)));
        assert_eq!(quote.gifts, ["随行杯"]);
        assert_eq!(quote.promotions, []);
    }

    #[test]
    fn the_last_price_is_never_undercut_nor_added() {
        let lowest = Money::from_yuan(388);
        let plain = quote(&[earphones(400)], &[], &[coupon(1, 100, 5, None)], CouponChoice::Best, NOW);
        let given = plain.clone().bargained(lowest);
        assert_eq!((given.total(), given.coupon.is_some()), (lowest, false));
        let sale = promotion(1, PromotionKind::ThresholdOff, 300, 50, None, true);
        let promoted = quote(&[earphones(400)], &[sale], &[], CouponChoice::Best, NOW);
        assert_eq!(promoted.clone().bargained(lowest), promoted, "the promotion is lower already");
    }

    proptest! {
        #[test]
        fn nothing_costs_less_than_nothing(
            prices in proptest::collection::vec((1_i64..200_000, 1_u32..5), 1..5),
            threshold in 0_i64..500, amount in 0_i64..500, percent in 1_i64..100, off in 0_i64..500,
        ) {
            let items: Vec<Item<'_>> = prices
                .iter()
                .map(|(cents, quantity)| Item { unit_price: Money::from_cents(*cents), quantity: *quantity, ..shirts(1) })
                .collect();
            let promotions = [
                promotion(1, PromotionKind::ThresholdOff, threshold, amount, None, true),
                promotion(2, PromotionKind::Percent, 0, percent, Some("T恤"), false),
            ];
            let quote = quote(&items, &promotions, &[coupon(1, 0, off, None)], CouponChoice::Best, NOW);
            prop_assert!(quote.total() >= Money::ZERO);
            prop_assert!(quote.promotion_discount() <= quote.goods);
        }
    }
}
