//! Questions that the shop's knowledge answers:
//!
//! > 顾客: 新疆包邮吗
//! > 小二: 满 99 元包邮，新疆另收 15 元。
//!
//! > 顾客: 券能叠加吗
//! > 小二: 您想问的是哪一个？ [满减和优惠券能一起用吗] [能用几张券]
//!
//! An answer is given on good evidence only; two that are as good are offered both; else it says that it does not know.
//! Where goods are in view, their category speaks too. Leaves to others: the retrieval (`nlg::faq`), the figures (the
//! policy).

use super::product_choice::product_in_view;
use super::show::human_button;
use super::{ActionError, Context, Outcome};
use crate::dialogue::Phase;
use crate::domain::{ActionName, Button, Intent, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::nlg::faq::{FaqEntry, Scored};

/// Answers whose scores lie no further apart are as good as each other.
const NEAR: f64 = 0.03;
/// From this score on a question is that of the entry and not of the ability beside it.
const SPECIFIC: f64 = 0.8;
/// By how much an entry must be nearer than the ability's own ones.
const OWN_MARGIN: f64 = 0.1;
/// Below this probability of the model a wish is a guess.
const GUESS: f32 = 0.5;
/// From this score on the words are more those of an entry than of a guess.
const LIKE: f64 = 0.6;
/// How many are looked at.
const TOP: usize = 4;

pub(super) async fn answer(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if let Some(name) = context.text(Slot::Knowledge)
        && let Some(reply) = context.services.faq.entry(name).and_then(|entry| told(context, entry))
    {
        return Ok(Outcome::done(reply));
    }
    let category = category_in_view(context).await?;
    Ok(answer_about(context, category.as_deref())
        .unwrap_or_else(|| Outcome::failed(Reply::new(ReplyKey::FaqNone).with_row([human_button()]))))
}

/// What the knowledge says to the message, with goods of a category in mind.
pub(super) fn answer_about(context: &Context<'_>, category: Option<&str>) -> Option<Outcome> {
    let plain = found(context, None);
    let with_category = category.map(|category| found(context, Some(category))).unwrap_or_default();
    let score = |found: &[Scored<'_>]| found.first().map_or(0.0, |scored| scored.score);
    let found = if score(&with_category) > score(&plain) { with_category } else { plain };
    match found.as_slice() {
        [first, second, ..] if first.score - second.score <= NEAR => choose(context, [first.entry, second.entry]),
        [first, ..] => told(context, first.entry).map(Outcome::done),
        [] => None,
    }
}

/// The answer where the message is surely the question of an entry that is none of `own`, the ones that the ability
/// itself answers better.
pub(super) fn specific_answer(context: &Context<'_>, own: &[&str]) -> Option<Outcome> {
    let found = found(context, None);
    let first = found.first().filter(|scored| scored.score >= SPECIFIC)?;
    // What is nearly as much the ability's own question is its own.
    let is_own = |scored: &&Scored<'_>| own.contains(&scored.entry.id.as_str());
    if found.iter().filter(is_own).any(|scored| first.score - scored.score <= OWN_MARGIN) {
        return None;
    }
    told(context, first.entry).map(Outcome::done)
}

/// The answer of the knowledge, where the wish that the action would serve is only the likeliest of several and the words
/// are those of a question that the knowledge answers.
pub(super) fn instead_of_a_guess(context: &Context<'_>, action: ActionName) -> Option<Outcome> {
    let wish = context.tracker.wish().filter(|wish| wish.phase == Phase::New)?;
    let meaning = context.meaning()?;
    let probability =
        meaning.ranked.iter().find(|scored| scored.intent == wish.intent).map(|scored| scored.probability)?;
    let is_guess = probability < GUESS && meaning.ranked.first().is_some_and(|first| first.intent == wish.intent);
    let talks = matches!(action, ActionName::AnswerQuestion | ActionName::HandOver | ActionName::Clarify);
    if !is_guess || talks || !meaning.entities.is_empty() {
        return None;
    }
    let found = context.services.faq.answer(&meaning.words, &[], TOP);
    let first = found.first().filter(|scored| scored.score >= LIKE)?;
    told(context, first.entry).map(Outcome::done)
}

fn found<'a>(context: &Context<'a>, category: Option<&str>) -> Vec<Scored<'a>> {
    let Some(meaning) = context.meaning() else { return Vec::new() };
    let wish = context.tracker.wish().map(|wish| wish.intent);
    let intents: Vec<Intent> = wish.into_iter().chain(meaning.intents.iter().copied()).collect();
    let mut words = meaning.words.clone();
    words.extend(category.filter(|category| !meaning.normalized.contains(category)).map(str::to_owned));
    context.services.faq.answer(&words, &intents, TOP)
}

fn told(context: &Context<'_>, entry: &FaqEntry) -> Option<Reply> {
    let answer = context.services.faq.render(entry, context.policy()).ok()?;
    Some(Reply::new(ReplyKey::FaqAnswer).with("answer", answer))
}

/// Both questions as buttons; where they have one answer, that.
fn choose(context: &Context<'_>, entries: [&FaqEntry; 2]) -> Option<Outcome> {
    if entries[0].answer == entries[1].answer {
        return told(context, entries[0]).map(Outcome::done);
    }
    let mut reply = Reply::new(ReplyKey::FaqChoose);
    let mut choices = Vec::new();
    for entry in entries {
        let value = SlotValue::Text(entry.id.clone());
        let press = Press::Choose { slot: Slot::Knowledge, value: value.clone() };
        let question = entry.questions.first().map(String::as_str).unwrap_or_default();
        reply = reply.with_row([Button::new(ReplyKey::LabelKnowledge, press).with("question", question)]);
        choices.push(value);
    }
    Some(Outcome::ask(reply, Slot::Knowledge, choices))
}

/// The category that was named, or that of the product in view.
async fn category_in_view(context: &Context<'_>) -> Result<Option<String>, ActionError> {
    Ok(match context.text(Slot::Category) {
        Some(category) => Some(category.to_owned()),
        None => product_in_view(context).await?.map(|product| product.category),
    })
}
