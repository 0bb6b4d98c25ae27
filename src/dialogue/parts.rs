//! Several wishes in one message: whether its clauses are matters of their own. Leaves to others: cutting the message
//! (`nlu`), serving the wishes in turn (`tracker`).

use crate::domain::{Intent, Meaning};

/// The parts of a message that wish different things; none where it is one matter in several clauses.
pub(super) fn parts_of(meaning: &Meaning) -> &[Meaning] {
    let wishes: Vec<Intent> = meaning.parts.iter().filter_map(Meaning::main_intent).collect();
    let whole = wishes.len() != meaning.parts.len()
        || wishes.iter().enumerate().any(|(place, wish)| {
            wish.is_small_talk() || wishes[..place].iter().any(|other| same_matter(*other, *wish))
        });
    if whole { &[] } else { &meaning.parts }
}

/// Whether the second wish is the first one in other words and needs no answer of its own.
pub(super) fn same_matter(main: Intent, other: Intent) -> bool {
    use Intent::{
        Bargain, CancelOrder, ChangeOrder, Complaint, Coupon, DeliveryTime, Logistics, NotReceived, OrderStatus,
        PriceQuery, ProductQuestion, Promotion, QualityIssue, Recommend, RefundRequest, RefundStatus, ReturnGoods,
        ReturnShipping, ShippingFee, StockQuery, UrgeDelivery, UrgeShipping,
    };
    const NEAR: &[&[Intent]] = &[
        &[Logistics, UrgeDelivery, DeliveryTime, OrderStatus, NotReceived],
        &[UrgeShipping, DeliveryTime, OrderStatus, Logistics],
        &[CancelOrder, ChangeOrder, OrderStatus],
        &[ReturnGoods, RefundRequest, QualityIssue, ReturnShipping],
        &[RefundStatus, RefundRequest, ReturnShipping],
        &[Promotion, Coupon, PriceQuery, Bargain],
        &[ShippingFee, ReturnShipping],
        &[Recommend, ProductQuestion, StockQuery],
    ];
    other == Complaint || other == main || NEAR.iter().any(|group| group.contains(&main) && group.contains(&other))
}
