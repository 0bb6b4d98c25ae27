//! Questions that the shop's knowledge answers:
//!
//! > 顾客: 新疆包邮吗
//! > 小二: 满 99 元包邮，新疆另收 15 元。
//!
//! An answer is given on good evidence only; else it says that it does not know. Leaves to others: the retrieval
//! (`nlg::faq`), the figures (the policy).

use super::{Context, Outcome};
use crate::domain::{Button, Intent, Press, Reply, ReplyKey};

pub(super) fn answer(context: &Context<'_>) -> Outcome {
    let wish = context.tracker.wish().map(|wish| wish.intent);
    let found = context.meaning().and_then(|meaning| {
        let intents: Vec<Intent> = wish.into_iter().chain(meaning.intents.iter().copied()).collect();
        context.services.faq.answer(&meaning.words, &intents, 1).into_iter().next()
    });
    let answer = found.and_then(|scored| context.services.faq.render(scored.entry, context.policy()).ok());
    match answer {
        Some(answer) => Outcome::done(Reply::new(ReplyKey::FaqAnswer).with("answer", answer)),
        None => {
            let human = Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent });
            Outcome::failed(Reply::new(ReplyKey::FaqNone).with_row([human]))
        }
    }
}
