//! A person comes:
//!
//! > 顾客: 转人工
//! > 小二: 好的，正在为您转人工，您前面还有 2 位。
//!
//! > 顾客: 充电宝冒烟了，手烫伤了
//! > 小二: 请先停止使用并离开危险…… 我已经请人工同事马上接手，您排在最前面。
//!
//! Outside the office hours there is a ticket. Leaves to others: the line (`store`), the person (`console`).

use super::show::human_button;
use super::{ActionError, Context, Outcome};
use crate::domain::{Button, Content, Cue, Event, HandoverReason, Meaning, Owner, Press, Reply, ReplyKey};

/// So few stars say that something is still wrong: a person is offered.
const LOW: u8 = 2;

pub(super) async fn hand_over(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let reason = context.tracker.handover.unwrap_or(HandoverReason::Failures);
    let reply = match reason {
        HandoverReason::Safety => Reply::new(ReplyKey::HandoverSafety).with("kind", danger(context.meaning())),
        HandoverReason::Asked => Reply::new(ReplyKey::HandoverAsked),
        HandoverReason::Escalation => Reply::new(ReplyKey::HandoverEscalation),
        HandoverReason::Anger => Reply::new(ReplyKey::HandoverAnger),
        HandoverReason::Failures => Reply::new(ReplyKey::HandoverFailures),
        HandoverReason::Authority => Reply::new(ReplyKey::HandoverAuthority),
    };
    let mut outcome = Outcome::default();
    let owner = Event::OwnerChanged { owner: Owner::Waiting, reason: Some(reason), staff: None };
    if context.is_office_hour() {
        outcome = outcome.and_say(reply.with("ahead", context.waiting));
    } else {
        if reason == HandoverReason::Safety {
            outcome = outcome.and_say(reply);
        }
        let ticket =
            format!("{}-{}", context.now.date(&context.services.zone).strftime("%m%d"), context.tracker.sequence);
        outcome = outcome.and_say(
            Reply::new(ReplyKey::HandoverOutsideHours)
                .with("opens", context.policy().office.opens)
                .with("closes", context.policy().office.closes)
                .with("ticket", ticket),
        );
    }
    Ok(outcome.and(owner))
}

/// What kind of danger, for what to do first.
fn danger(meaning: Option<&Meaning>) -> &'static str {
    let signals = |cue| meaning.is_some_and(|meaning| meaning.signals(cue));
    match (signals(Cue::LifeInDanger), signals(Cue::Fraud)) {
        (true, _) => "life",
        (_, true) => "fraud",
        _ => "injury",
    }
}

/// The stars to press, once a matter is closed.
pub(super) fn ask_rating() -> Outcome {
    Outcome::default().and_say(with_stars(Reply::new(ReplyKey::RatingAsk)))
}

/// With a row of one to five stars.
pub(super) fn with_stars(reply: Reply) -> Reply {
    let stars = (1..=5).map(|stars| Button::new(ReplyKey::LabelStars, Press::Rate { stars }).with("stars", stars));
    reply.with_row(stars)
}

pub(super) fn take_rating(context: &Context<'_>) -> Outcome {
    let Some(Content::Pressed { press: Press::Rate { stars }, .. }) = &context.tracker.latest else {
        return Outcome::say(ReplyKey::ButtonStale);
    };
    let stars = (*stars).clamp(1, 5);
    let mut reply = Reply::new(ReplyKey::RatingThanks).with("stars", stars);
    if stars <= LOW {
        reply = reply.with_row([human_button()]);
    }
    Outcome::default().and_say(reply).and(Event::Rated { stars })
}
