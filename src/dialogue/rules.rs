//! Which ability serves which wish. Leaves to others: whether it is time for it (`policies`).

use crate::domain::{ActionName, Intent};

/// The ability for a wish. Total: a new intent does not compile without its ability.
pub fn action_for(intent: Intent) -> ActionName {
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
        Intent::PrivacyRequest => ActionName::HandlePrivacy,
        Intent::HumanAgent | Intent::SafetyIncident | Intent::EscalationThreat => ActionName::HandOver,
        Intent::Complaint
        | Intent::QualityIssue
        | Intent::MissingWrongItem
        | Intent::Compensation
        | Intent::ChangeOrder
        | Intent::WarrantyRepair => ActionName::OpenCase,
        Intent::Authenticity
        | Intent::Bargain
        | Intent::Promotion
        | Intent::Coupon
        | Intent::Gift
        | Intent::Payment
        | Intent::ShippingFee
        | Intent::DeliveryOptions
        | Intent::DeliveryTime
        | Intent::PlaceOrder
        | Intent::ReturnShipping
        | Intent::Installation
        | Intent::UsageHelp
        | Intent::ReviewCashback
        | Intent::ContactInfo
        | Intent::Account
        | Intent::MerchantService => ActionName::AnswerQuestion,
    }
}

/// Whether the wish is about the conversation and not about the shop: it yields to business in the same message and
/// does not disturb a question that is open.
pub(super) fn is_small_talk(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Greeting
            | Intent::Goodbye
            | Intent::Thanks
            | Intent::Chitchat
            | Intent::Affirm
            | Intent::Deny
            | Intent::ProvideInfo
            | Intent::UrgeReply
            | Intent::Unclear
    )
}
