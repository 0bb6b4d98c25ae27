//! The closed set of writes to the shop, as data that actions propose and a confirmation names.
//! Leaves to others: guarding and doing them (`writes`).

use super::VerifiedCustomer;
use super::policy::{Festival, MonthDay, Policy};
use crate::domain::{
    AfterSaleKind, AfterSaleState, ConversationId, CustomerId, InteractionKind, Money, OrderLineId, OrderNumber,
    OrderState, ProductId, Receiver, Timestamp, VariantId,
};

/// One write: what, for whom, and the key under which it happens at most once.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ShopChange {
    key: String,
    owner: Option<CustomerId>,
    change: Change,
}

impl ShopChange {
    /// A change by a verified customer. `key` is unique to the confirmation that it belongs to.
    pub fn by(customer: &VerifiedCustomer, key: impl Into<String>, change: Change) -> Self {
        ShopChange { key: key.into(), owner: Some(customer.id()), change }
    }

    /// A change by nobody in particular: a case, a notice. What belongs to a customer is refused as not found.
    pub fn by_nobody(key: impl Into<String>, change: Change) -> Self {
        ShopChange { key: key.into(), owner: None, change }
    }

    /// The key under which it happens at most once.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The customer whose things it touches.
    pub fn owner(&self) -> Option<CustomerId> {
        self.owner
    }

    /// What it does.
    pub fn change(&self) -> &Change {
        &self.change
    }
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Cancels an order that has not left: stock is released, money, gift-card money and coupons go back.
    CancelOrder {
        /// The order.
        order: OrderNumber,
    },
    /// Sends an order that has not left to somewhere else.
    ChangeAddress {
        /// The order.
        order: OrderNumber,
        /// Where to.
        receiver: Receiver,
    },
    /// Changes the variant of a line of an order that has not left; only at the same price.
    ChangeVariant {
        /// The order.
        order: OrderNumber,
        /// The line.
        line: OrderLineId,
        /// Another variant of the same product.
        variant: VariantId,
    },
    /// Changes how many pieces of a line of an order that is not yet paid.
    ChangeQuantity {
        /// The order.
        order: OrderNumber,
        /// The line.
        line: OrderLineId,
        /// Pieces from now on, at least one.
        quantity: u32,
    },
    /// Adds a remark to an order that has not left.
    AddRemark {
        /// The order.
        order: OrderNumber,
        /// The remark.
        remark: String,
    },
    /// Hurries the warehouse, once per so many hours.
    UrgeShipping {
        /// The order.
        order: OrderNumber,
    },
    /// Hurries the courier, once per so many hours.
    UrgeCourier {
        /// The order.
        order: OrderNumber,
    },
    /// Confirms that the goods have arrived.
    ConfirmReceipt {
        /// The order.
        order: OrderNumber,
    },
    /// Places an order at the prices shown, to be paid.
    PlaceOrder {
        /// What.
        items: Vec<OrderItem>,
        /// Where to.
        receiver: Receiver,
        /// Postage.
        shipping_fee: Money,
        /// Taken off by promotions, without the coupon.
        promotion_discount: Money,
        /// The coupon to use, by the id of the customer's piece.
        coupon: Option<i64>,
        /// The gift card to pay from as far as it goes.
        gift_card: Option<i64>,
        /// How the rest is paid.
        payment_method: String,
        /// A remark.
        remark: Option<String>,
    },
    /// Asks for a return, exchange, refund or repair.
    CreateAfterSale {
        /// The order.
        order: OrderNumber,
        /// What kind.
        kind: AfterSaleKind,
        /// The line; none for the whole order.
        line: Option<OrderLineId>,
        /// Pieces; for the whole order, all its pieces.
        quantity: u32,
        /// Why.
        reason: String,
        /// What goes back; nothing for exchange and repair.
        amount: Money,
        /// The variant wanted instead, for an exchange.
        exchange_for: Option<VariantId>,
        /// Whether the goods are at fault: then the exceptions from the seven days without reason do not count.
        goods_at_fault: bool,
    },
    /// Takes a request back while the goods are still here.
    WithdrawAfterSale {
        /// The request.
        after_sale: i64,
    },
    /// Takes a request a step on; by staff.
    DecideAfterSale {
        /// The request.
        after_sale: i64,
        /// Where it stands from now on.
        to: AfterSaleState,
    },
    /// Asks for an invoice.
    RequestInvoice {
        /// The order.
        order: OrderNumber,
        /// 个人 or a company.
        title: String,
        /// The company's tax number.
        tax_number: Option<String>,
        /// Where the electronic invoice goes.
        email: Option<String>,
    },
    /// Has an invoice made out anew with another title.
    ChangeInvoice {
        /// The order.
        order: OrderNumber,
        /// 个人 or a company.
        title: String,
        /// The company's tax number.
        tax_number: Option<String>,
        /// Where the electronic invoice goes.
        email: Option<String>,
    },
    /// Pays the difference to a lower price within the protected days.
    ApplyPriceProtection {
        /// The order.
        order: OrderNumber,
        /// The line.
        line: OrderLineId,
        /// The difference for all its pieces, as it was shown.
        amount: Money,
    },
    /// Pays a compensation within the shop's limit.
    Compensate {
        /// The order.
        order: OrderNumber,
        /// How much.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// Asks for the cash-back for a review.
    RequestCashBack {
        /// The order.
        order: OrderNumber,
        /// How much.
        amount: Money,
    },
    /// Books an appointment for installing a line's goods.
    BookInstallation {
        /// The order.
        order: OrderNumber,
        /// The line.
        line: OrderLineId,
        /// The day.
        day: jiff::civil::Date,
        /// Afternoon rather than morning.
        afternoon: bool,
    },
    /// Opens a case with a promised time.
    OpenCase {
        /// The conversation it comes from.
        conversation: ConversationId,
        /// What kind: complaint, not_received, damage …
        kind: String,
        /// What it is about, in a line.
        summary: String,
        /// The order it is about.
        order: Option<OrderNumber>,
        /// When an answer is promised.
        promised_at: Timestamp,
    },
    /// Closes a case; by staff.
    CloseCase {
        /// The case.
        case: i64,
        /// How it ended.
        resolution: String,
    },
    /// Wants to be told when a variant is back.
    SubscribeRestock {
        /// Whom to tell.
        conversation: ConversationId,
        /// The variant.
        variant: VariantId,
    },
    /// Does not want to be told any more.
    UnsubscribeRestock {
        /// Whom to tell.
        conversation: ConversationId,
        /// The variant.
        variant: VariantId,
    },
    /// A notice was sent.
    MarkRestockNotified {
        /// The notice.
        notice: i64,
    },
    /// Remembers what the customer did with a product.
    RecordInteraction {
        /// The product.
        product: ProductId,
        /// What.
        kind: InteractionKind,
        /// Stars from 1 to 5, for a rating.
        rating: Option<u8>,
    },
    /// Deletes what the law does not make the shop keep: behaviour, address book, notices, bindings.
    EraseMyData,
}

impl Change {
    /// Whether it changes only what is ours, wherever the shop is: cases, notices, behaviour.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            Change::OpenCase { .. }
                | Change::CloseCase { .. }
                | Change::SubscribeRestock { .. }
                | Change::UnsubscribeRestock { .. }
                | Change::MarkRestockNotified { .. }
                | Change::RecordInteraction { .. }
                | Change::EraseMyData
        )
    }

    /// The order that it changes.
    pub fn order(&self) -> Option<&OrderNumber> {
        match self {
            Change::CancelOrder { order }
            | Change::ChangeAddress { order, .. }
            | Change::ChangeVariant { order, .. }
            | Change::ChangeQuantity { order, .. }
            | Change::AddRemark { order, .. }
            | Change::UrgeShipping { order }
            | Change::UrgeCourier { order }
            | Change::ConfirmReceipt { order }
            | Change::CreateAfterSale { order, .. }
            | Change::RequestInvoice { order, .. }
            | Change::ChangeInvoice { order, .. }
            | Change::ApplyPriceProtection { order, .. }
            | Change::Compensate { order, .. }
            | Change::RequestCashBack { order, .. }
            | Change::BookInstallation { order, .. } => Some(order),
            Change::OpenCase { order, .. } => order.as_ref(),
            Change::PlaceOrder { .. }
            | Change::WithdrawAfterSale { .. }
            | Change::DecideAfterSale { .. }
            | Change::CloseCase { .. }
            | Change::SubscribeRestock { .. }
            | Change::UnsubscribeRestock { .. }
            | Change::MarkRestockNotified { .. }
            | Change::RecordInteraction { .. }
            | Change::EraseMyData => None,
        }
    }
}

/// One thing to order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrderItem {
    /// The variant.
    pub variant: VariantId,
    /// Pieces.
    pub quantity: u32,
    /// The price of each as it was shown.
    pub unit_price: Money,
}

/// A change that holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Applied {
    /// What came of it.
    pub effect: Effect,
    /// Whether it had been applied before and nothing was done now.
    pub repeated: bool,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Done; there is nothing more to tell.
    Done,
    /// An order was cancelled.
    Cancelled {
        /// Goes back the way it was paid.
        refund: Money,
        /// Goes back onto gift cards.
        gift_card: Money,
        /// Coupons that can be used again.
        coupons: u32,
    },
    /// An order was placed.
    Placed {
        /// Its number.
        order: OrderNumber,
        /// What it costs in all.
        total: Money,
        /// What remains to be paid after gift cards.
        to_pay: Money,
    },
    /// The amount of an unpaid order changed.
    Repriced {
        /// What it costs in all from now on.
        total: Money,
    },
    /// An after-sales request was opened.
    AfterSale {
        /// Its number.
        id: i64,
    },
    /// A case was opened.
    Case {
        /// Its number.
        id: i64,
    },
    /// The shop's own database does not take it by itself: staff were asked to do it.
    Requested {
        /// The request's number.
        id: i64,
    },
    /// Money is on its way to the customer.
    Paid {
        /// How much.
        amount: Money,
        /// Which way.
        way: String,
    },
}

/// Why a change does not hold. The words for it are in `prompts/`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refused {
    /// There is no such thing, or it is not the customer's. One answer for both.
    NotFound,
    /// The order has a state in which this is not possible.
    WrongState {
        /// The state.
        state: OrderState,
    },
    /// The window has closed.
    WindowClosed {
        /// When.
        closed_at: Timestamp,
    },
    /// Done a short while ago.
    TooSoon {
        /// From then on again.
        again_at: Timestamp,
    },
    /// Something of the kind is already open or there.
    AlreadyThere,
    /// Too few pieces in stock.
    OutOfStock {
        /// The variant.
        variant: VariantId,
        /// Pieces left.
        left: i64,
    },
    /// A price is no longer as it was shown.
    PriceChanged {
        /// The variant.
        variant: VariantId,
        /// What it costs now.
        now: Money,
    },
    /// The goods are excepted from the seven days without reason.
    NotReturnable,
    /// More than may go back.
    TooMuch {
        /// The most that may.
        most: Money,
    },
    /// More pieces than there are.
    TooMany {
        /// The most that may.
        most: u32,
    },
    /// The coupon is used, out of date, or does not fit.
    CouponUnusable,
    /// The gift card is empty or out of date.
    GiftCardUnusable,
    /// Not delivered to that province.
    Unreachable,
    /// It is as wished already.
    NothingToChange,
    /// The values do not go together.
    Malformed,
}

/// The shop's limits that a write is guarded by; from the policy file.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteRules {
    /// Days after delivery in which goods may be returned.
    pub return_days: i64,
    /// Days after delivery in which goods may be exchanged.
    pub exchange_days: i64,
    /// Days after delivery in which faulty goods are taken back or refunded.
    pub fault_days: i64,
    /// Hours between two calls to the warehouse.
    pub urge_shipping_hours: i64,
    /// Hours between two calls to the courier.
    pub urge_courier_hours: i64,
    /// Days after payment in which a lower price is made good.
    pub price_protection_days: i64,
    /// The same for orders that were paid during a festival.
    pub festival_protection_days: i64,
    /// The festivals.
    pub festivals: Vec<Festival>,
    /// The most that an order may be compensated with in all.
    pub most_compensation: Money,
    /// The most that a review pays.
    pub most_cash_back: Money,
    /// The most characters of a remark.
    pub most_remark_characters: u32,
    /// Whether orders are in the merchant's own database: what changes them becomes a service request here.
    pub orders_elsewhere: bool,
}

impl Default for WriteRules {
    /// The limits of the policy that ships with the program.
    fn default() -> Self {
        WriteRules::of(&Policy::embedded())
    }
}

impl WriteRules {
    /// The limits of a policy.
    pub fn of(policy: &Policy) -> Self {
        WriteRules {
            return_days: i64::from(policy.returns.window_days),
            exchange_days: i64::from(policy.exchanges.window_days),
            fault_days: i64::from(policy.quality.window_days),
            urge_shipping_hours: i64::from(policy.shipping.urge_interval_hours),
            urge_courier_hours: i64::from(policy.shipping.urge_courier_interval_hours),
            price_protection_days: i64::from(policy.price_protection.days),
            festival_protection_days: i64::from(policy.price_protection.festival_days),
            festivals: policy.price_protection.festivals.clone(),
            most_compensation: policy.compensation.most_per_order,
            most_cash_back: policy.reviews.cash_back,
            most_remark_characters: policy.orders.remark_characters,
            orders_elsewhere: false,
        }
    }

    /// Days of price protection for an order that was paid at `paid_at`, by the calendar in Shanghai.
    pub fn protection_days(&self, paid_at: Timestamp) -> i64 {
        let day = MonthDay::of(paid_at.date(&jiff::tz::TimeZone::fixed(jiff::tz::offset(8))));
        let in_festival = self.festivals.iter().any(|festival| festival.from <= day && day <= festival.to);
        if in_festival { self.festival_protection_days } else { self.price_protection_days }
    }
}
