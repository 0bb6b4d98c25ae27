//! Which ability serves which wish. Leaves to others: whether it is time for it (`policies`).

use crate::domain::{ActionName, Aspect, Intent};

/// The ability for a wish and the side of it that was named. Total: a new intent does not compile without its ability.
pub fn action_for(intent: Intent, aspect: Option<Aspect>) -> ActionName {
    aspect.and_then(|aspect| action_for_aspect(intent, aspect)).unwrap_or_else(|| action_for_intent(intent))
}

/// The ability for a side of a wish that is served by another one than the wish itself.
fn action_for_aspect(intent: Intent, aspect: Aspect) -> Option<ActionName> {
    use Intent::{
        Account, CancelOrder, ChangeAddress, ChangeOrder, Compensation, Coupon, ExchangeGoods, Greeting, Installation,
        Invoice, Logistics, MissingWrongItem, NotReceived, OrderStatus, Payment, PlaceOrder, PriceProtection,
        PrivacyRequest, ProductQuestion, RefundRequest, RefundStatus, RestockQuery, ReturnGoods, ReturnShipping,
        ReviewCashback, StockQuery, WarrantyRepair,
    };
    Some(match (aspect, intent) {
        (Aspect::Remark, ChangeOrder | ChangeAddress | PlaceOrder) => ActionName::AddRemark,
        (Aspect::Receipt, OrderStatus | ChangeOrder | Logistics | NotReceived) => ActionName::ConfirmReceipt,
        (Aspect::Restore, CancelOrder | ChangeOrder | OrderStatus) => ActionName::ExplainRestore,
        (
            Aspect::Withdraw,
            ReturnGoods | ExchangeGoods | RefundRequest | RefundStatus | CancelOrder | WarrantyRepair | ReturnShipping,
        ) => ActionName::WithdrawAfterSale,
        (Aspect::Progress, ReturnGoods | ExchangeGoods | RefundRequest | ReturnShipping | WarrantyRepair) => {
            ActionName::ShowRefund
        }
        (Aspect::GiftCard, Payment | Coupon | Account | OrderStatus | RefundStatus) => ActionName::ShowGiftCards,
        (Aspect::Help, Greeting) => ActionName::ShowHelp,
        (Aspect::Mine, Coupon) => ActionName::ShowCoupons,
        (Aspect::StopNotice, RestockQuery | StockQuery | ProductQuestion | PrivacyRequest | CancelOrder) => {
            ActionName::StopNotice
        }
        (
            Aspect::Rules,
            PriceProtection | ReviewCashback | Compensation | Invoice | WarrantyRepair | Installation
            | MissingWrongItem | ReturnGoods | ExchangeGoods,
        ) => ActionName::AnswerQuestion,
        _ => return None,
    })
}

/// The side of a wish that matters to it, of those that a message names.
pub(super) fn aspect_of(intent: Intent, named: &[Aspect]) -> Option<Aspect> {
    let matters = |aspect: &Aspect| match intent {
        Intent::ChangeOrder => {
            matches!(aspect, Aspect::Larger | Aspect::Smaller | Aspect::Variant | Aspect::Quantity)
        }
        Intent::Invoice => matches!(aspect, Aspect::Retitle | Aspect::Resend | Aspect::Progress),
        Intent::ReturnShipping => matches!(aspect, Aspect::ReturnAddress | Aspect::Postage),
        Intent::ExchangeGoods => matches!(aspect, Aspect::Larger | Aspect::Smaller),
        Intent::MissingWrongItem => *aspect == Aspect::Wrong,
        Intent::UrgeShipping | Intent::UrgeDelivery | Intent::CancelOrder => *aspect == Aspect::Every,
        Intent::Coupon => *aspect == Aspect::Mine,
        Intent::DeliveryTime => *aspect == Aspect::Bought,
        _ => false,
    };
    // What leads to another ability goes before what only colours this one.
    let leads = named.iter().find(|aspect| action_for_aspect(intent, **aspect).is_some());
    leads.or_else(|| named.iter().find(|aspect| matters(aspect))).copied()
}

/// The wish that a named side implies where the message carries no other.
pub(super) fn implied(named: &[Aspect]) -> Option<Intent> {
    named.iter().find_map(|aspect| match aspect {
        Aspect::Receipt => Some(Intent::OrderStatus),
        Aspect::Withdraw => Some(Intent::RefundStatus),
        Aspect::Restore => Some(Intent::CancelOrder),
        Aspect::GiftCard => Some(Intent::Payment),
        Aspect::StopNotice => Some(Intent::RestockQuery),
        Aspect::Ordering => Some(Intent::PlaceOrder),
        _ => None,
    })
}

/// Whether a new wish is the one under way in other words, so that what was said for it holds on: an exchange after all
/// instead of a return.
pub(super) fn refines(old: Intent, new: Intent) -> bool {
    let settles = |intent| {
        matches!(
            intent,
            Intent::ReturnGoods
                | Intent::ExchangeGoods
                | Intent::RefundRequest
                | Intent::QualityIssue
                | Intent::MissingWrongItem
                | Intent::Compensation
        )
    };
    old == new || (settles(old) && settles(new))
}

/// Whether the intent tells why goods come back, and in the middle of that is no wish of its own.
pub(super) fn is_reason_for(intent: Intent, wish: Intent) -> bool {
    matches!(intent, Intent::QualityIssue | Intent::MissingWrongItem)
        && matches!(
            wish,
            Intent::ReturnGoods
                | Intent::ExchangeGoods
                | Intent::RefundRequest
                | Intent::Compensation
                | Intent::WarrantyRepair
        )
}

/// Whether the intent, where it changes what was listed, only says more of the wish under way: "用支付宝" of an order.
pub(super) fn is_detail_of(intent: Intent, wish: Intent) -> bool {
    wish == Intent::PlaceOrder
        && matches!(
            intent,
            Intent::Payment | Intent::Coupon | Intent::ChangeAddress | Intent::ChangeOrder | Intent::ProductQuestion
        )
}

/// Whether the wish is a look at goods: who asks so may want to buy.
pub(super) fn is_about_goods(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::ProductQuestion
            | Intent::SizeAdvice
            | Intent::ProductCompare
            | Intent::StockQuery
            | Intent::PriceQuery
            | Intent::Promotion
            | Intent::Bargain
            | Intent::Recommend
    )
}

fn action_for_intent(intent: Intent) -> ActionName {
    match intent {
        Intent::Greeting => ActionName::Greet,
        Intent::Goodbye => ActionName::SayGoodbye,
        Intent::Thanks => ActionName::AcceptThanks,
        Intent::Chitchat => ActionName::Chat,
        Intent::Abuse => ActionName::AnswerAbuse,
        Intent::OutOfScope => ActionName::DeclineOutOfScope,
        Intent::UrgeReply => ActionName::Reassure,
        Intent::Affirm | Intent::Deny | Intent::ProvideInfo => ActionName::Acknowledge,
        Intent::Unclear => ActionName::Clarify,
        Intent::OrderStatus => ActionName::ShowOrder,
        Intent::Logistics => ActionName::TrackParcel,
        Intent::UrgeShipping => ActionName::UrgeShipping,
        Intent::UrgeDelivery => ActionName::UrgeDelivery,
        Intent::NotReceived => ActionName::ReportNotReceived,
        Intent::CancelOrder => ActionName::CancelOrder,
        Intent::ChangeAddress => ActionName::ChangeAddress,
        Intent::ReturnGoods => ActionName::ReturnGoods,
        Intent::ExchangeGoods => ActionName::ExchangeGoods,
        Intent::RefundRequest => ActionName::RequestRefund,
        Intent::RefundStatus => ActionName::ShowRefund,
        Intent::Invoice => ActionName::RequestInvoice,
        Intent::PriceProtection => ActionName::ProtectPrice,
        Intent::StockQuery => ActionName::ShowStock,
        Intent::RestockQuery => ActionName::NotifyRestock,
        Intent::PriceQuery => ActionName::ShowPrice,
        Intent::ProductQuestion => ActionName::DescribeProduct,
        Intent::SizeAdvice => ActionName::AdviseSize,
        Intent::ProductCompare => ActionName::CompareProducts,
        Intent::Recommend => ActionName::RecommendProducts,
        Intent::ShippingFee => ActionName::QuoteShipping,
        Intent::DeliveryTime => ActionName::EstimateDelivery,
        Intent::Promotion => ActionName::ExplainPromotions,
        Intent::Coupon => ActionName::AdviseCoupons,
        Intent::Gift => ActionName::ExplainGifts,
        Intent::Bargain => ActionName::Bargain,
        Intent::PlaceOrder => ActionName::PlaceOrder,
        Intent::PrivacyRequest => ActionName::HandlePrivacy,
        Intent::HumanAgent | Intent::SafetyIncident | Intent::EscalationThreat => ActionName::HandOver,
        Intent::Complaint => ActionName::OpenCase,
        Intent::QualityIssue => ActionName::HandleFault,
        Intent::MissingWrongItem => ActionName::ReportMissingItem,
        Intent::Compensation => ActionName::Compensate,
        Intent::ChangeOrder => ActionName::ChangeOrder,
        Intent::WarrantyRepair => ActionName::ArrangeRepair,
        Intent::ReturnShipping => ActionName::ExplainReturnShipping,
        Intent::Installation => ActionName::BookInstallation,
        Intent::ReviewCashback => ActionName::ClaimCashBack,
        Intent::Authenticity
        | Intent::Payment
        | Intent::DeliveryOptions
        | Intent::UsageHelp
        | Intent::ContactInfo
        | Intent::Account
        | Intent::MerchantService => ActionName::AnswerQuestion,
    }
}
