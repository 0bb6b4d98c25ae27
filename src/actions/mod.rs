//! What the bot can do: one file per ability, each opening with the conversation it has. An action reads and proposes;
//! it writes nothing: the engine's commit does. Leaves to others: choosing the action (`dialogue`), the words (`nlg`).

mod bargain;
mod basket;
mod cancel_order;
mod case;
mod cash_back;
mod change_address;
mod change_order;
mod claims;
mod compare;
mod compensation;
mod confirm_receipt;
mod context;
mod conversation;
mod delivery;
mod describe;
mod exchange;
mod fault;
mod identity;
mod installation;
mod invoice;
mod knowledge;
mod line_choice;
mod missing_item;
mod not_received;
mod order_choice;
mod orders;
mod outcome;
mod parcel;
mod place_order;
mod price;
mod price_protection;
mod privacy;
mod product_choice;
mod promotion;
mod proposal;
mod recommend;
mod refund;
mod refund_status;
mod region;
mod remark;
mod repair;
mod restock;
mod restore_order;
mod return_goods;
mod return_shipping;
#[cfg(test)]
mod samples;
mod service;
mod shipping;
mod show;
mod size_advice;
mod stock;
mod suggestion;
mod urge;
mod variant_choice;
mod wallet;
mod withdraw;

pub use context::{Context, Services};
pub use outcome::{Outcome, Write};

use crate::domain::{ActionName, Button, Intent, Press, Reply, ReplyKey, Slot};
use crate::shop::ShopError;

/// What stops an action: a fault of the shop's database. Everything a shopper may hear is an [`Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The shop cannot be read.
    #[error(transparent)]
    Shop(#[from] ShopError),
}

/// Either what was needed, or what to say instead.
pub(crate) enum Step<T> {
    /// Here it is.
    Have(T),
    /// It is missing, and this is said or asked.
    Stop(Outcome),
}

impl<T> Step<T> {
    /// Something else made of what is there.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Step::Have(value) => Step::Have(make(value)),
            Step::Stop(outcome) => Step::Stop(outcome),
        }
    }
}

/// Takes what a step has, or returns what it says; what was learned on the way to knowing the shopper is kept.
macro_rules! need {
    ($step:expr) => {
        match $step {
            $crate::actions::Step::Have(value) => value,
            $crate::actions::Step::Stop(outcome) => return Ok(outcome),
        }
    };
    ($step:expr, $known:expr) => {
        match $step {
            $crate::actions::Step::Have(value) => value,
            $crate::actions::Step::Stop(outcome) => return Ok(outcome.by($known)),
        }
    };
}
pub(crate) use need;

/// What is said where the shop's own database does not answer: not now, and a person is offered.
pub fn cannot_look_up() -> Outcome {
    let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
    Outcome::failed(Reply::new(ReplyKey::ErrorUnavailable).with_row([human]))
}

/// Runs an action.
pub async fn run(action: ActionName, context: &Context<'_>) -> Result<Outcome, ActionError> {
    if let Some(answer) = knowledge::instead_of_a_guess(context, action) {
        return Ok(answer);
    }
    let outcome = serve(action, context).await?;
    suggestion::beside(context, action, outcome).await
}

async fn serve(action: ActionName, context: &Context<'_>) -> Result<Outcome, ActionError> {
    match action {
        ActionName::Greet => Ok(conversation::greet(context)),
        ActionName::SayGoodbye => Ok(conversation::say_goodbye(context)),
        ActionName::AcceptThanks => Ok(conversation::accept_thanks(context)),
        ActionName::Chat => Ok(conversation::chat(context)),
        ActionName::ShowHelp => Ok(conversation::show_help(context)),
        ActionName::AnswerAbuse => Ok(conversation::answer_abuse(context)),
        ActionName::DeclineOutOfScope => Ok(conversation::decline_out_of_scope(context)),
        // A number that nobody asked for: the order behind it is what is meant.
        ActionName::Acknowledge if context.tracker.named.contains(&Slot::Order) => orders::show(context).await,
        ActionName::Acknowledge => Ok(conversation::acknowledge(context)),
        ActionName::Reassure => Ok(conversation::reassure(context)),
        ActionName::Clarify => Ok(conversation::clarify(context)),
        ActionName::Repeat => Ok(conversation::repeat(context)),
        ActionName::DropWish => Ok(conversation::drop_wish(context)),
        ActionName::RejectStaleButton => Ok(conversation::reject_stale_button(context)),
        ActionName::AskForWords => Ok(conversation::ask_for_words(context)),
        ActionName::VerifyIdentity => identity::verify(context).await,
        ActionName::ListOrders => orders::list(context).await,
        ActionName::ShowOrder => orders::show(context).await,
        ActionName::TrackParcel => parcel::track(context).await,
        ActionName::UrgeShipping => urge::shipping(context).await,
        ActionName::UrgeDelivery => urge::delivery(context).await,
        ActionName::CancelOrder => cancel_order::run(context).await,
        ActionName::ReturnGoods => return_goods::run(context).await,
        ActionName::ChangeAddress => change_address::run(context).await,
        ActionName::ChangeOrder => change_order::run(context).await,
        ActionName::AddRemark => remark::run(context).await,
        ActionName::ConfirmReceipt => confirm_receipt::run(context).await,
        ActionName::ExplainRestore => restore_order::run(context).await,
        ActionName::ReportNotReceived => not_received::run(context).await,
        ActionName::ExchangeGoods => exchange::run(context).await,
        ActionName::RequestRefund => refund::run(context).await,
        ActionName::ShowRefund => refund_status::run(context).await,
        ActionName::HandleFault => fault::run(context).await,
        ActionName::ReportMissingItem => missing_item::run(context).await,
        ActionName::ExplainReturnShipping => return_shipping::run(context).await,
        ActionName::ArrangeRepair => repair::run(context).await,
        ActionName::BookInstallation => installation::run(context).await,
        ActionName::WithdrawAfterSale => withdraw::run(context).await,
        ActionName::RequestInvoice => invoice::run(context).await,
        ActionName::ProtectPrice => price_protection::run(context).await,
        ActionName::Compensate => compensation::run(context).await,
        ActionName::ClaimCashBack => cash_back::run(context).await,
        ActionName::ShowCoupons => wallet::coupons(context).await,
        ActionName::ShowGiftCards => wallet::gift_cards(context).await,
        ActionName::ShowStock => stock::show(context).await,
        ActionName::ShowPrice => price::show(context).await,
        ActionName::NotifyRestock => restock::notify(context).await,
        ActionName::StopNotice => restock::stop(context).await,
        ActionName::DescribeProduct => describe::run(context).await,
        ActionName::AdviseSize => size_advice::run(context).await,
        ActionName::CompareProducts => compare::run(context).await,
        ActionName::QuoteShipping => shipping::quote_fee(context).await,
        ActionName::EstimateDelivery => delivery::estimate(context).await,
        ActionName::ExplainPromotions => promotion::explain(context).await,
        ActionName::AdviseCoupons => promotion::coupons(context).await,
        ActionName::ExplainGifts => promotion::gifts(context).await,
        ActionName::Bargain => bargain::run(context).await,
        ActionName::PlaceOrder => place_order::run(context).await,
        ActionName::RecommendProducts => recommend::offer(context).await,
        ActionName::TakeFeedback => recommend::take_feedback(context).await,
        ActionName::AnswerQuestion => knowledge::answer(context).await,
        ActionName::OpenCase => case::run(context).await,
        ActionName::HandOver => service::hand_over(context).await,
        ActionName::HandlePrivacy => privacy::handle(context).await,
        ActionName::AskRating => Ok(service::ask_rating()),
        ActionName::TakeRating => Ok(service::take_rating(context)),
    }
}
