//! Orders, parcels and after-sales as a verified owner sees them. Leaves to others: reading and changing them (`shop`).

use super::{CustomerId, Money, OrderLineId, OrderNumber, Phone, ProductId, Timestamp, TrackingNumber, VariantId};

crate::closed_set! {
    /// Where an order stands.
    OrderState {
        /// Ordered, not paid.
        AwaitingPayment = "awaiting_payment",
        /// Paid, not shipped.
        Paid = "paid",
        /// With the courier.
        Shipped = "shipped",
        /// Handed over, return window open.
        Delivered = "delivered",
        /// Confirmed received, or the window has closed.
        Completed = "completed",
        /// Cancelled; paid money goes back.
        Cancelled = "cancelled",
        /// A return, exchange or refund is open.
        InAfterSale = "in_after_sale",
        /// All money went back.
        Refunded = "refunded",
    }
}

crate::closed_set! {
    /// What kind of after-sales request it is.
    AfterSaleKind {
        /// Goods come back, money goes back.
        Return = "return",
        /// Goods come back, other goods go out.
        Exchange = "exchange",
        /// Money goes back without goods.
        RefundOnly = "refund_only",
        /// Goods are repaired.
        Repair = "repair",
    }
}

crate::closed_set! {
    /// Where an after-sales request stands.
    AfterSaleState {
        /// Asked for, not yet approved.
        Requested = "requested",
        /// Approved, goods not yet sent back.
        Approved = "approved",
        /// Goods are on the way back.
        ReturnInTransit = "return_in_transit",
        /// Goods arrived and are checked.
        Inspecting = "inspecting",
        /// Money is on its way.
        Refunding = "refunding",
        /// Done.
        Completed = "completed",
        /// Refused.
        Rejected = "rejected",
        /// Taken back by the shopper.
        Withdrawn = "withdrawn",
    }
}

/// One order, complete.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Order {
    /// Its number.
    pub number: OrderNumber,
    /// Whose it is.
    pub customer: CustomerId,
    /// Where it stands.
    pub state: OrderState,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When it left.
    pub shipped_at: Option<Timestamp>,
    /// When it was handed over.
    pub delivered_at: Option<Timestamp>,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// Postage paid.
    pub shipping_fee: Money,
    /// Taken off by coupons and promotions.
    pub discount: Money,
    /// Paid in all: goods and postage less the discount.
    pub total: Money,
    /// The part of the total that gift cards paid.
    pub gift_card: Money,
    /// How it was paid: 微信支付, 支付宝 …
    pub payment_method: String,
    /// Where it goes.
    pub receiver: Receiver,
    /// The shopper's remark.
    pub remark: Option<String>,
    /// Its parcels.
    pub parcels: Vec<Parcel>,
    /// Its after-sales requests.
    pub after_sales: Vec<AfterSale>,
    /// Its invoice, if one was asked for.
    pub invoice: Option<Invoice>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct OrderLine {
    /// Its id.
    pub id: OrderLineId,
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: VariantId,
    /// The title when it was bought.
    pub title: String,
    /// The variant's label when it was bought.
    pub variant_label: String,
    /// Pieces.
    pub quantity: u32,
    /// Paid for each.
    pub unit_price: Money,
}

/// Where an order goes.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Receiver {
    /// Name.
    pub name: String,
    /// Phone.
    pub phone: Phone,
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Street and house.
    pub street: String,
}

/// One parcel on its way.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Parcel {
    /// The courier: 顺丰速运 …
    pub courier: String,
    /// Its number there.
    pub tracking_number: TrackingNumber,
    /// What happened to it, oldest first.
    pub track: Vec<TrackEvent>,
    /// When it should arrive.
    pub expected_at: Option<Timestamp>,
}

/// One step of a parcel.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrackEvent {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
    /// What.
    pub what: String,
}

/// One after-sales request.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AfterSale {
    /// Its number.
    pub id: i64,
    /// The line it is about; none for the whole order.
    pub line: Option<OrderLineId>,
    /// What kind.
    pub kind: AfterSaleKind,
    /// Where it stands.
    pub state: AfterSaleState,
    /// Pieces it is about.
    pub quantity: u32,
    /// Why.
    pub reason: String,
    /// What goes back.
    pub amount: Money,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// The money's way back, once it has set out.
    pub refund: Option<Refund>,
}

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Refund {
    /// How much.
    pub amount: Money,
    /// Where it goes: 微信支付, 礼品卡 …
    pub way: String,
    /// When it set out.
    pub started_at: Timestamp,
    /// When it arrived; none while it is on its way.
    pub arrived_at: Option<Timestamp>,
}

/// The title of an invoice that is made out to a person, as the tax office wants it.
pub const PERSONAL_TITLE: &str = "个人";

/// An invoice.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Invoice {
    /// Its title: 个人 or a company.
    pub title: String,
    /// The company's tax number.
    pub tax_number: Option<String>,
    /// The amount.
    pub amount: Money,
    /// When it was issued; none while it waits.
    pub issued_at: Option<Timestamp>,
}
