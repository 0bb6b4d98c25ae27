//! The talk around the business:
//!
//! > 顾客: 在吗
//! > 小二: 在的！查订单、找商品、退换货都可以直接跟我说。 [我的订单] [帮我推荐] [转人工]
//! > 顾客: 今天天气怎么样
//! > 小二: 天气我帮不上忙，店里的事尽管问我。
//! > 顾客: 那个那个
//! > 小二: 没太明白，您是想…… [查物流] [退货] [转人工]
//!
//! Leaves to others: everything that looks at the shop.

use super::service::with_stars;
use super::{Context, Outcome};
use crate::domain::{Button, Content, Cue, Event, Intent, Press, Question, Reply, ReplyKey, Slot, SlotValue, WishEnd};

/// How many guesses a clarification offers, and how likely each must be.
const GUESSES: usize = 3;
const GUESS_PROBABILITY: f32 = 0.08;

/// Buttons for the commonest wishes.
fn menu(reply: Reply) -> Reply {
    let wish = |key, intent| Button::new(key, Press::Wish { intent });
    reply
        .with_row([wish(ReplyKey::LabelOrders, Intent::OrderStatus), wish(ReplyKey::LabelTrack, Intent::Logistics)])
        .with_row([wish(ReplyKey::LabelRecommend, Intent::Recommend), wish(ReplyKey::LabelHuman, Intent::HumanAgent)])
}

pub(super) fn greet(context: &Context<'_>) -> Outcome {
    let key = if context.tracker.turns > 1 { ReplyKey::GreetingAgain } else { ReplyKey::GreetingHello };
    Outcome::done(menu(Reply::new(key)))
}

pub(super) fn say_goodbye(context: &Context<'_>) -> Outcome {
    let reply = Reply::new(ReplyKey::GoodbyeBye).with("rated", context.tracker.rated);
    Outcome::done(if context.tracker.rated { reply } else { with_stars(reply) })
}

pub(super) fn accept_thanks(_: &Context<'_>) -> Outcome {
    Outcome::done(Reply::new(ReplyKey::ThanksWelcome))
}

pub(super) fn chat(context: &Context<'_>) -> Outcome {
    let signals = |cue| context.meaning().is_some_and(|meaning| meaning.signals(cue));
    if signals(Cue::AboutBot) || signals(Cue::WhetherBot) {
        let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
        return Outcome::done(Reply::new(ReplyKey::ChitchatBot).with_row([human]));
    }
    Outcome::done(Reply::new(ReplyKey::ChitchatSmalltalk))
}

pub(super) fn show_help(_: &Context<'_>) -> Outcome {
    Outcome::done(menu(Reply::new(ReplyKey::HelpMenu)))
}

pub(super) fn answer_abuse(_: &Context<'_>) -> Outcome {
    let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
    Outcome::done(Reply::new(ReplyKey::AbuseCalm).with_row([human]))
}

pub(super) fn decline_out_of_scope(_: &Context<'_>) -> Outcome {
    Outcome::done(menu(Reply::new(ReplyKey::OutOfScopeDecline)))
}

pub(super) fn acknowledge(context: &Context<'_>) -> Outcome {
    if matches!(context.tracker.latest, Some(Content::Photo { .. })) {
        return Outcome::say(ReplyKey::PhotoReceived);
    }
    let key = match context.tracker.mood() {
        crate::domain::Emotion::Positive => ReplyKey::AcknowledgePositive,
        _ if context.tracker.last_wish.is_some() => ReplyKey::AcknowledgeAnythingElse,
        _ => ReplyKey::AcknowledgeOk,
    };
    Outcome::done(Reply::new(key))
}

pub(super) fn reassure(_: &Context<'_>) -> Outcome {
    Outcome::done(Reply::new(ReplyKey::ReassureHere))
}

pub(super) fn repeat(context: &Context<'_>) -> Outcome {
    // The words that were said are in the log; saying them anew may choose another wording.
    if context.tracker.last_messages.is_empty() {
        return Outcome::say(ReplyKey::RepeatNothing);
    }
    Outcome { events: vec![Event::Replied { messages: context.tracker.last_messages.clone() }], ..Outcome::default() }
}

pub(super) fn drop_wish(context: &Context<'_>) -> Outcome {
    let dropped = context.tracker.last_wish.is_some();
    Outcome::say(if dropped { ReplyKey::DropDone } else { ReplyKey::DropNothing })
}

pub(super) fn reject_stale_button(_: &Context<'_>) -> Outcome {
    Outcome::say(ReplyKey::ButtonStale)
}

pub(super) fn ask_for_words(_: &Context<'_>) -> Outcome {
    Outcome::say(ReplyKey::UnreadableWords)
}

/// Offers the likeliest wishes; never acts on a guess.
pub(super) fn clarify(context: &Context<'_>) -> Outcome {
    let ended = |outcome: Outcome| match context.tracker.wish() {
        Some(wish) if wish.intent == Intent::Unclear => outcome.after(Event::WishEnded { how: WishEnd::Refused }),
        _ => outcome,
    };
    let guesses: Vec<Intent> = context
        .meaning()
        .map(|meaning| {
            let likely = meaning.ranked.iter().filter(|scored| scored.probability >= GUESS_PROBABILITY);
            likely.map(|scored| scored.intent).filter(|intent| can_be_offered(*intent)).take(GUESSES).collect()
        })
        .unwrap_or_default();
    if guesses.is_empty() {
        let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
        return ended(Outcome::default().and_say(Reply::new(ReplyKey::ClarifyRephrase).with_row([human])));
    }
    let choice = |intent: Intent| SlotValue::Text(intent.as_str().to_owned());
    let mut reply = Reply::new(ReplyKey::ClarifyGuess);
    let mut choices: Vec<SlotValue> = guesses.iter().copied().map(choice).collect();
    choices.push(choice(Intent::HumanAgent));
    for value in &choices {
        let label = Button::new(ReplyKey::LabelIntent, Press::Choose { slot: Slot::Wish, value: value.clone() });
        reply = reply.with_row([label.with("intent", value.to_string())]);
    }
    let question = Question { slot: Slot::Wish, choices: choices.clone(), proposal: None };
    let outcome = Outcome::default().and_say(reply).and(Event::Shown { slot: Slot::Wish, items: choices });
    ended(outcome.and(Event::Asked { question }))
}

fn can_be_offered(intent: Intent) -> bool {
    !matches!(
        intent,
        Intent::Unclear
            | Intent::Affirm
            | Intent::Deny
            | Intent::ProvideInfo
            | Intent::Greeting
            | Intent::Goodbye
            | Intent::Thanks
            | Intent::Chitchat
            | Intent::Abuse
            | Intent::OutOfScope
            | Intent::UrgeReply
            | Intent::HumanAgent
            | Intent::Complaint
    )
}
