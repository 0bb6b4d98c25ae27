//! The sections of the policy file, named as there. Leaves to others: checking them ([`super::check`]).

use super::values::{ClockTime, MonthDay, yuan};
use crate::domain::Money;

crate::closed_set! {
    /// Who pays the postage of goods that go back.
    Payer {
        /// The shop.
        Shop = "shop",
        /// The shopper.
        Shopper = "shopper",
    }
}

crate::closed_set! {
    /// Why goods may not be returned without a reason.
    ExceptionKind {
        /// Food that was opened.
        OpenedFood = "opened_food",
        /// Infant food that was opened.
        OpenedInfantFood = "opened_infant_food",
        /// Underwear, socks, swimwear.
        Underwear = "underwear",
        /// Cosmetics that were opened.
        OpenedCosmetics = "opened_cosmetics",
        /// Nappies, wipes and detergents that were opened.
        OpenedHygiene = "opened_hygiene",
        /// Made or engraved to order.
        CustomMade = "custom_made",
        /// Phones and computers that were activated.
        ActivatedDigital = "activated_digital",
    }
}

crate::closed_set! {
    /// When an exception holds.
    ExceptionTime {
        /// Once the package was opened.
        Opened = "opened",
        /// Always.
        Always = "always",
    }
}

/// The shop's policy, section by section as in `config/policy.toml`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Who the shop is.
    pub shop: ShopContact,
    /// When people answer.
    pub office: OfficeHours,
    /// Returns without a reason.
    pub returns: Returns,
    /// Exchanges.
    pub exchanges: Exchanges,
    /// Faulty, wrong and damaged goods.
    pub quality: Quality,
    /// Warranty.
    pub warranty: Warranty,
    /// Price protection.
    pub price_protection: PriceProtection,
    /// Orders.
    pub orders: Orders,
    /// Shipping.
    pub shipping: Shipping,
    /// Payment.
    pub payment: Payment,
    /// How fast money goes back.
    pub refunds: Refunds,
    /// Invoices.
    pub invoices: Invoices,
    /// Compensation.
    pub compensation: Compensation,
    /// Bargaining.
    pub bargain: Bargain,
    /// Cash back for reviews.
    pub reviews: Reviews,
    /// Gifts.
    pub gifts: Gifts,
    /// Coupons.
    pub coupons: Coupons,
    /// Points of members.
    pub points: Points,
    /// Installation.
    pub installation: InstallationTerms,
    /// Complaints and other cases.
    pub cases: Cases,
    /// Personal data.
    pub privacy: Privacy,
    /// Public emergency numbers.
    pub emergency: Emergency,
    /// What is offered.
    pub recommendations: RecommendationTerms,
}

/// Who the shop is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopContact {
    /// Its name.
    pub name: String,
    /// Its service phone.
    pub phone: String,
    /// Its service mailbox.
    pub email: String,
}

/// When people answer, every day, in the shop's time zone.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// From this time.
    pub opens: ClockTime,
    /// Until just before this time.
    pub closes: ClockTime,
}

/// Returns without a reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Days after receipt in which they may be asked for.
    pub window_days: u32,
    /// Days after approval in which the goods must be sent.
    pub send_back_days: u32,
    /// Hours that the warehouse takes to check them.
    pub inspection_hours: u32,
    /// Who pays the way back without a reason.
    pub postage_without_reason: Payer,
    /// Who pays it for faulty, wrong or damaged goods.
    pub postage_for_faults: Payer,
    /// Where goods go back to.
    pub address: ReturnAddress,
    /// What may not be returned without a reason.
    pub exceptions: Vec<ReturnException>,
}

/// Where goods go back to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnAddress {
    /// Receiver.
    pub receiver: String,
    /// Phone.
    pub phone: String,
    /// Province to house.
    pub line: String,
}

/// Goods that may not be returned without a reason. Faulty goods always may.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnException {
    /// Which exception.
    pub kind: ExceptionKind,
    /// The goods in a shopper's words.
    pub name: String,
    /// When it holds.
    pub when: ExceptionTime,
    /// Categories of goods it holds for.
    pub categories: Vec<String>,
}

/// Exchanges.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchanges {
    /// Days after receipt in which they may be asked for.
    pub window_days: u32,
}

/// Faulty, wrong and damaged goods.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Days after receipt in which faulty goods are taken back or exchanged.
    pub window_days: u32,
    /// Hours after receipt in which missing, wrong or damaged goods are reported.
    pub report_hours: u32,
}

/// Warranty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warranty {
    /// Months where the category is not listed.
    pub default_months: u32,
    /// Days that a repair takes, at least.
    pub repair_least_days: u32,
    /// Days that a repair takes, at most.
    pub repair_most_days: u32,
    /// Months by category.
    pub categories: Vec<WarrantyTerm>,
}

/// The warranty of some categories.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarrantyTerm {
    /// The group in a shopper's words.
    pub name: String,
    /// Categories of goods.
    pub categories: Vec<String>,
    /// Months; 0 where there is none.
    pub months: u32,
}

/// Price protection.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceProtection {
    /// Days after payment in which a drop is paid back.
    pub days: u32,
    /// The same for orders placed during a festival.
    pub festival_days: u32,
    /// The festivals.
    pub festivals: Vec<Festival>,
}

/// A festival of every year; both ends belong to it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Festival {
    /// Its name.
    pub name: String,
    /// Its first day.
    pub from: MonthDay,
    /// Its last day.
    pub to: MonthDay,
}

/// Orders.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// Days after receipt in which an order is confirmed by itself.
    pub auto_confirm_days: u32,
    /// Days for which an order may be held back at the shopper's wish.
    pub hold_days: u32,
    /// Characters of a remark.
    pub remark_characters: u32,
}

/// Shipping.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// Hours after payment in which an order is shipped.
    pub promise_hours: u32,
    /// Stocked goods paid before this leave the same day where possible.
    pub same_day_before: ClockTime,
    /// Hours between two calls to the warehouse.
    pub urge_interval_hours: u32,
    /// Hours between two calls to the courier.
    pub urge_courier_interval_hours: u32,
    /// Days without a track event after which a parcel counts as stuck.
    pub stuck_days: u32,
    /// Free from this amount paid.
    #[serde(with = "yuan")]
    pub free_from: Money,
    /// The fee below it.
    #[serde(with = "yuan")]
    pub fee: Money,
    /// Added for remote provinces.
    #[serde(with = "yuan")]
    pub remote_surcharge: Money,
    /// Remote provinces, without suffix.
    pub remote_provinces: Vec<String>,
    /// Where nothing is sent, without suffix.
    pub unreachable: Vec<String>,
    /// Couriers, the preferred one first.
    pub couriers: Vec<String>,
    /// The courier that may be had at a surcharge.
    pub express_courier: String,
    /// That surcharge.
    #[serde(with = "yuan")]
    pub express_surcharge: Money,
    /// Couriers deliver from this time.
    pub courier_starts: ClockTime,
    /// Until this time.
    pub courier_ends: ClockTime,
    /// Days that a pick-up point keeps a parcel.
    pub pickup_keep_days: u32,
    /// How long the way is.
    pub regions: Vec<Region>,
}

/// Provinces that are equally far.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Their name.
    pub name: String,
    /// The provinces, without suffix.
    pub provinces: Vec<String>,
    /// Days from shipping to arrival, at least.
    pub least_days: u32,
    /// Days from shipping to arrival, at most.
    pub most_days: u32,
}

/// Payment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Accepted ways to pay.
    pub methods: Vec<String>,
    /// Whether the courier takes the money.
    pub cash_on_delivery: bool,
    /// Whether companies may transfer it.
    pub company_transfer: bool,
    /// Minutes after which an unpaid order is cancelled by itself.
    pub unpaid_minutes: u32,
    /// Instalments.
    pub instalments: Instalments,
}

/// Instalments.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalments {
    /// From this amount.
    #[serde(with = "yuan")]
    pub from: Money,
    /// Numbers of months to choose from.
    pub months: Vec<u32>,
    /// Those without interest.
    pub interest_free_months: Vec<u32>,
}

/// How fast money goes back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refunds {
    /// Hours until a refund is approved.
    pub approval_hours: u32,
    /// Working days to a wallet or gift card, at most.
    pub wallet_days: u32,
    /// Working days to a bank card, at most.
    pub bank_days: u32,
}

/// Invoices.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoices {
    /// Hours after receipt until the electronic one is issued.
    pub issue_hours: u32,
    /// Days after issue in which it may be changed.
    pub change_days: u32,
    /// Days after the order in which one may still be asked for.
    pub request_days: u32,
}

/// Compensation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensation {
    /// Paid once per order shipped later than promised.
    #[serde(with = "yuan")]
    pub late_shipping: Money,
    /// The most per order without a person.
    #[serde(with = "yuan")]
    pub most_per_order: Money,
    /// Times the price paid for a fake.
    pub counterfeit_times: u32,
}

/// Bargaining.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bargain {
    /// The most percent that may be given; not told to shoppers.
    pub most_percent: u32,
}

/// Cash back for reviews, whatever their stars.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviews {
    /// How much.
    #[serde(with = "yuan")]
    pub cash_back: Money,
    /// Characters it must have.
    pub least_characters: u32,
    /// Photos it must have.
    pub least_photos: u32,
    /// Days after receipt.
    pub within_days: u32,
    /// Hours until it is paid.
    pub paid_within_hours: u32,
}

/// Gifts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gifts {
    /// From this amount.
    #[serde(with = "yuan")]
    pub from: Money,
    /// So many per order.
    pub per_order: u32,
    /// Whether it goes back with returned goods.
    pub returned_with_goods: bool,
}

/// Coupons.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupons {
    /// What the newcomer's coupon takes off.
    #[serde(with = "yuan")]
    pub newcomer_off: Money,
    /// From this amount.
    #[serde(with = "yuan")]
    pub newcomer_from: Money,
    /// Days for which a coupon holds.
    pub valid_days: u32,
    /// So many per order.
    pub per_order: u32,
    /// Hours until it is given back after a cancellation.
    pub returned_hours: u32,
}

/// Points of members.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// Points for one yuan paid.
    pub per_yuan: u32,
    /// Points that are worth one yuan.
    pub for_one_yuan: u32,
    /// Months for which they hold.
    pub valid_months: u32,
}

/// Installation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallationTerms {
    /// The basic fee.
    #[serde(with = "yuan")]
    pub fee: Money,
    /// Days after receipt until the fitter comes.
    pub visit_days: u32,
}

/// Complaints and other cases.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// Hours to the first answer.
    pub reply_hours: u32,
    /// Days to the result.
    pub close_days: u32,
}

/// Personal data.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Days until an export is ready.
    pub export_days: u32,
    /// Days until the data is erased.
    pub erase_days: u32,
    /// Years that the law keeps trade records.
    pub keep_order_years: u32,
}

/// What is offered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationTerms {
    /// Categories that are used up and bought again.
    pub consumables: Vec<String>,
    /// Days in which what was bought is not offered again.
    pub just_bought_days: u32,
}

/// Public emergency numbers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Ambulance.
    pub ambulance: String,
    /// Fire brigade.
    pub fire: String,
    /// Police.
    pub police: String,
    /// Anti-fraud line.
    pub antifraud: String,
    /// Consumers' hot line.
    pub consumer: String,
}
