//! What the bot can do: one file per ability, each opening with the conversation it has. An action reads and proposes;
//! it writes nothing: the engine's commit does. Leaves to others: choosing the action (`dialogue`), the words (`nlg`).

mod cancel_order;
mod case;
mod context;
mod conversation;
mod identity;
mod knowledge;
mod line_choice;
mod order_choice;
mod orders;
mod outcome;
mod parcel;
mod privacy;
mod product_choice;
mod proposal;
mod recommend;
mod return_goods;
mod service;
mod show;
mod stock;
mod urge;

pub use context::{Context, Services};
pub use outcome::{Outcome, Write};

use crate::domain::ActionName;
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

/// Takes what a step has, or returns what it says.
macro_rules! need {
    ($step:expr) => {
        match $step {
            $crate::actions::Step::Have(value) => value,
            $crate::actions::Step::Stop(outcome) => return Ok(outcome),
        }
    };
}
pub(crate) use need;

/// Runs an action.
pub async fn run(action: ActionName, context: &Context<'_>) -> Result<Outcome, ActionError> {
    match action {
        ActionName::Greet => Ok(conversation::greet(context)),
        ActionName::SayGoodbye => Ok(conversation::say_goodbye(context)),
        ActionName::AcceptThanks => Ok(conversation::accept_thanks(context)),
        ActionName::Chat => Ok(conversation::chat(context)),
        ActionName::ShowHelp => Ok(conversation::show_help(context)),
        ActionName::AnswerAbuse => Ok(conversation::answer_abuse(context)),
        ActionName::DeclineOutOfScope => Ok(conversation::decline_out_of_scope(context)),
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
        ActionName::ShowStock => stock::show(context).await,
        ActionName::ShowPrice => stock::price(context).await,
        ActionName::NotifyRestock => stock::notify(context).await,
        ActionName::DescribeProduct => stock::describe(context).await,
        ActionName::RecommendProducts => recommend::offer(context).await,
        ActionName::TakeFeedback => recommend::take_feedback(context).await,
        ActionName::AnswerQuestion => Ok(knowledge::answer(context)),
        ActionName::OpenCase => case::run(context).await,
        ActionName::HandOver => service::hand_over(context).await,
        ActionName::HandlePrivacy => privacy::handle(context).await,
        ActionName::TakeRating => Ok(service::take_rating(context)),
        _ => Ok(conversation::clarify(context)),
    }
}
