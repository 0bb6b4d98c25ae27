//! The columns that the statement of each need must give, and what they hold.
//! Leaves to others: reading rows (`row`), showing the table to people (`table`).

use super::need::Need;
use crate::domain::{AfterSaleKind, AfterSaleState, InteractionKind, OrderState};
use crate::shop::{CouponKind, PromotionKind};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number that names a row.
    Id,
    /// A whole number or text that names a row and only comes back as a parameter.
    Key,
    /// A text.
    Text,
    /// A text that goes through the value map of this name if the mapping has it.
    Named(&'static str),
    /// A code that must become a member of the closed set of this name.
    Code(&'static str),
    /// An amount, in the mapping's unit.
    Money,
    /// A point in time.
    Moment,
    /// A whole number, not negative.
    Count,
    /// A whole number.
    Integer,
    /// Yes or no.
    Flag,
    /// An order's number: 12 to 20 digits.
    OrderNumber,
    /// A mobile number.
    Phone,
    /// A parcel's number.
    Tracking,
    /// A mean rating from 0 to 5.
    Rating,
    /// A JSON list of `{"key": …, "value": …}`.
    Options,
}

/// A column of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there and not null.
    pub required: bool,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: false }
}

const ORDER: &[Column] = &[
    must("id", Kind::Key),
    must("number", Kind::OrderNumber),
    must("customer", Kind::Id),
    must("state", Kind::Code("order_state")),
    must("placed_at", Kind::Moment),
    may("paid_at", Kind::Moment),
    may("shipped_at", Kind::Moment),
    may("delivered_at", Kind::Moment),
    may("shipping_fee", Kind::Money),
    may("discount", Kind::Money),
    must("total", Kind::Money),
    may("gift_card", Kind::Money),
    may("payment_method", Kind::Named("payment_method")),
    must("receiver_name", Kind::Text),
    must("receiver_phone", Kind::Phone),
    may("province", Kind::Text),
    may("city", Kind::Text),
    may("district", Kind::Text),
    may("street", Kind::Text),
    may("remark", Kind::Text),
];
const CUSTOMER: &[Column] = &[
    must("id", Kind::Id),
    may("name", Kind::Text),
    must("phone", Kind::Phone),
    may("gender", Kind::Named("gender")),
    may("age_group", Kind::Text),
    may("level", Kind::Named("level")),
    may("points", Kind::Integer),
    may("registered_at", Kind::Moment),
];
const VARIANT: &[Column] = &[
    must("id", Kind::Id),
    must("product", Kind::Id),
    may("colour", Kind::Text),
    may("size", Kind::Text),
    may("options", Kind::Options),
    must("price", Kind::Money),
    must("stock", Kind::Integer),
];

impl Need {
    /// The columns of its answer.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Need::OrdersOfCustomer | Need::OrderByNumber | Need::OrderByParcel => ORDER,
            Need::CountOrders => const { &[must("orders", Kind::Count)] },
            Need::OwnerOfOrder => const { &[must("customer", Kind::Id)] },
            Need::OrderLines => {
                const {
                    &[
                        must("order", Kind::Key),
                        must("id", Kind::Id),
                        must("product", Kind::Id),
                        may("variant", Kind::Id),
                        must("title", Kind::Text),
                        may("variant_label", Kind::Text),
                        may("options", Kind::Options),
                        must("quantity", Kind::Count),
                        must("unit_price", Kind::Money),
                    ]
                }
            }
            Need::Parcel => {
                const {
                    &[
                        must("order", Kind::Key),
                        may("courier", Kind::Named("courier")),
                        must("tracking_number", Kind::Tracking),
                        may("expected_at", Kind::Moment),
                    ]
                }
            }
            Need::ParcelEvents => {
                const {
                    &[
                        must("tracking_number", Kind::Tracking),
                        must("at", Kind::Moment),
                        may("place", Kind::Text),
                        must("what", Kind::Text),
                    ]
                }
            }
            Need::AfterSales => {
                const {
                    &[
                        must("order", Kind::Key),
                        must("id", Kind::Id),
                        may("line", Kind::Id),
                        must("kind", Kind::Code("after_sale_kind")),
                        must("state", Kind::Code("after_sale_state")),
                        may("quantity", Kind::Count),
                        may("reason", Kind::Text),
                        may("amount", Kind::Money),
                        must("requested_at", Kind::Moment),
                        may("updated_at", Kind::Moment),
                        may("refund_amount", Kind::Money),
                        may("refund_way", Kind::Named("payment_method")),
                        may("refund_started_at", Kind::Moment),
                        may("refund_arrived_at", Kind::Moment),
                    ]
                }
            }
            Need::Invoices => {
                const {
                    &[
                        must("order", Kind::Key),
                        may("title", Kind::Text),
                        may("tax_number", Kind::Text),
                        may("amount", Kind::Money),
                        may("issued_at", Kind::Moment),
                    ]
                }
            }
            Need::PaidBack => {
                const {
                    &[
                        must("amount", Kind::Money),
                        may("way", Kind::Named("payment_method")),
                        must("started_at", Kind::Moment),
                        may("arrived_at", Kind::Moment),
                        must("reason", Kind::Code("paid_back_reason")),
                        may("after_sale", Kind::Id),
                    ]
                }
            }
            Need::Product => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("title", Kind::Text),
                        may("brand", Kind::Text),
                        may("category", Kind::Text),
                        may("description", Kind::Text),
                        may("on_shelf", Kind::Flag),
                        may("rating", Kind::Rating),
                        may("sold", Kind::Integer),
                        may("returnable", Kind::Flag),
                        may("warranty_months", Kind::Count),
                        may("needs_installation", Kind::Flag),
                        may("image", Kind::Text),
                    ]
                }
            }
            Need::ProductAttributes => {
                const { &[must("product", Kind::Id), must("name", Kind::Text), must("value", Kind::Text)] }
            }
            Need::VariantsOfProduct | Need::StockOfVariant => VARIANT,
            Need::SearchProducts => const { &[must("id", Kind::Id)] },
            Need::PriceHistory => const { &[must("since", Kind::Moment), must("price", Kind::Money)] },
            Need::SizeTable => {
                const {
                    &[
                        must("name", Kind::Text),
                        must("size", Kind::Text),
                        must("measure", Kind::Text),
                        must("least", Kind::Integer),
                        must("most", Kind::Integer),
                    ]
                }
            }
            Need::Customer | Need::CustomerByPhone => CUSTOMER,
            Need::Addresses => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("receiver_name", Kind::Text),
                        must("receiver_phone", Kind::Phone),
                        may("province", Kind::Text),
                        may("city", Kind::Text),
                        may("district", Kind::Text),
                        may("street", Kind::Text),
                        may("is_default", Kind::Flag),
                    ]
                }
            }
            Need::CouponsOfCustomer => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("title", Kind::Text),
                        must("kind", Kind::Code("coupon_kind")),
                        may("threshold", Kind::Money),
                        may("amount", Kind::Money),
                        may("percent", Kind::Integer),
                        may("category", Kind::Text),
                        must("valid_until", Kind::Moment),
                    ]
                }
            }
            Need::GiftCardsOfCustomer => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("code", Kind::Text),
                        must("face", Kind::Money),
                        must("balance", Kind::Money),
                        must("expires_at", Kind::Moment),
                    ]
                }
            }
            Need::Promotions => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("title", Kind::Text),
                        must("kind", Kind::Code("promotion_kind")),
                        may("threshold", Kind::Money),
                        may("amount", Kind::Money),
                        may("percent", Kind::Integer),
                        may("gift_text", Kind::Text),
                        may("category", Kind::Text),
                        may("brand", Kind::Text),
                        may("stacks_with_coupons", Kind::Flag),
                        must("starts_at", Kind::Moment),
                        must("ends_at", Kind::Moment),
                    ]
                }
            }
            Need::ShippingRegions => {
                const {
                    &[
                        must("province", Kind::Text),
                        may("reachable", Kind::Flag),
                        must("fee", Kind::Money),
                        may("free_from", Kind::Money),
                        may("surcharge", Kind::Money),
                        must("days_least", Kind::Count),
                        must("days_most", Kind::Count),
                    ]
                }
            }
            Need::ChangedProducts => const { &[must("id", Kind::Id), may("changed_at", Kind::Moment)] },
            Need::Interactions => {
                const {
                    &[
                        must("id", Kind::Id),
                        must("customer", Kind::Id),
                        must("product", Kind::Id),
                        must("kind", Kind::Code("interaction_kind")),
                        may("rating", Kind::Integer),
                        must("at", Kind::Moment),
                    ]
                }
            }
        }
    }
}

/// The members of the closed sets that codes become; none where there is no set of that name.
pub fn members(set: &str) -> Option<Vec<&'static str>> {
    fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|member| name(*member)).collect()
    }
    Some(match set {
        "order_state" => names(OrderState::ALL, OrderState::as_str),
        "after_sale_kind" => names(AfterSaleKind::ALL, AfterSaleKind::as_str),
        "after_sale_state" => names(AfterSaleState::ALL, AfterSaleState::as_str),
        "coupon_kind" => names(CouponKind::ALL, CouponKind::as_str),
        "promotion_kind" => names(PromotionKind::ALL, PromotionKind::as_str),
        "interaction_kind" => names(InteractionKind::ALL, InteractionKind::as_str),
        "paid_back_reason" => vec!["cancelled", "after_sale", "price_protection", "compensation"],
        _ => return None,
    })
}
