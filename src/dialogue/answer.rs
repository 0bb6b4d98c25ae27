//! Whether a message answers the question that is open, and what that gives. Leaves to others: messages that answer
//! nothing (`interpret`).

use super::details::answers;
use super::interpret::{pick, slots_of};
use super::rules::{is_detail_of, is_reason_for};
use super::tracker::Tracker;
use crate::domain::{
    Aspect, Content, Cue, EntityKind, EntityValue, Event, HandoverReason, Intent, Meaning, Question, Slot, SlotValue,
    WishEnd,
};

/// From this probability on a wish beside an open question is meant.
const SURE: f32 = 0.5;
const VERY_SURE: f32 = 0.9;

/// The events of an answer; none where the message is about something else.
pub(super) fn answer_question(state: &Tracker, meaning: &Meaning, business: &[Intent]) -> Option<Vec<Event>> {
    let question = state.question.as_ref()?;
    let wish = state.wish().map(|wish| wish.intent);
    // While something is asked, only a wish that is sure is about something else.
    // A remark may speak of anything.
    let least = if question.slot == Slot::Remark { VERY_SURE } else { SURE };
    let sure = |intent: &Intent| {
        meaning.ranked.iter().any(|scored| scored.intent == *intent && scored.probability >= least)
            || meaning.ranked.iter().all(|scored| scored.intent != *intent)
    };
    // A complaint beside an answer is no other business.
    let business: Vec<Intent> =
        business.iter().copied().filter(|intent| sure(intent) && *intent != Intent::Complaint).collect();
    let other_business =
        business.iter().any(|intent| wish.is_none_or(|wish| *intent != wish && !is_reason_for(*intent, wish)));
    if meaning.signals(Cue::Repeat) {
        return None;
    }
    if question.slot == Slot::Confirmation {
        return confirmation(state, question, meaning, &business);
    }
    let filled = fill(state, question, meaning);
    if let Some(mut events) = filled.filter(|_| !other_business || is_bare(meaning)) {
        events.push(Event::WishResumed);
        return Some(events);
    }
    if takes_words(question.slot) && !other_business && !gives_up(meaning) {
        let mut named = slots_of(state, meaning);
        if is_bare(meaning) && !named.is_empty() {
            // A number or a name alone is no reason and no remark: it corrects what it names.
            named.push(Event::WishResumed);
            return Some(named);
        }
        let text = state.latest.as_ref().and_then(words_of)?;
        let events = vec![
            Event::SlotSet { slot: question.slot, value: SlotValue::Text(text.trim().to_owned()) },
            Event::WishResumed,
        ];
        return Some(events);
    }
    if gives_up(meaning) && !other_business {
        return Some(vec![Event::WishEnded { how: WishEnd::Cancelled }]);
    }
    None
}

fn confirmation(state: &Tracker, question: &Question, meaning: &Meaning, business: &[Intent]) -> Option<Vec<Event>> {
    let wish = state.wish().map(|wish| wish.intent);
    let mut events = slots_of(state, meaning);
    let corrects =
        events.iter().any(|event| matches!(event, Event::SlotSet { slot, value } if state.slot(*slot) != Some(value)));
    let same = |intent: &Intent, wish: Intent| {
        *intent == wish || is_reason_for(*intent, wish) || (corrects && is_detail_of(*intent, wish))
    };
    let other_business = business.iter().any(|intent| wish.is_none_or(|wish| !same(intent, wish)));
    // "不用券" and "不要黑的，要白的" deny a part and not the whole.
    let denies_a_part = corrects && !meaning.signals(Cue::Cancel);
    if gives_up(meaning) && !other_business && !denies_a_part {
        return Some(vec![Event::WishEnded { how: WishEnd::Cancelled }]);
    }
    let rewords = meaning.signals(Cue::Correction) && !meaning.has(Intent::Affirm);
    if (corrects || rewords) && !other_business {
        // Something in the listing was corrected: it is listed again and nothing is confirmed.
        events.push(Event::WishResumed);
        return Some(events);
    }
    if meaning.signals(Cue::Another) && !other_business {
        return Some(vec![
            Event::SlotCleared { slot: Slot::Order },
            Event::SlotCleared { slot: Slot::Line },
            Event::WishResumed,
        ]);
    }
    let agrees = meaning.has(Intent::Affirm) && !meaning.has(Intent::Deny) && !other_business;
    // "确认", "退吧": said to a listing this is a yes, whatever wish the words alone look like.
    if agrees || (meaning.signals(Cue::Confirm) && !meaning.has(Intent::Deny)) {
        let proposal = question.proposal.clone()?;
        return Some(vec![
            Event::SlotSet { slot: Slot::Confirmation, value: SlotValue::Text(proposal) },
            Event::WishResumed,
        ]);
    }
    None
}

/// The slot's value from the message's entities, ordinals and words of a list.
fn fill(state: &Tracker, question: &Question, meaning: &Meaning) -> Option<Vec<Event>> {
    let set = |value: SlotValue| Some(vec![Event::SlotSet { slot: question.slot, value }]);
    if let Some(value) = from_choices(state, question, meaning) {
        if question.slot == Slot::Wish {
            return wish(&value);
        }
        return set(value);
    }
    let all = slots_of(state, meaning);
    let names_slot =
        all.iter().any(|event| matches!(event, Event::SlotSet { slot, .. } if answers(question.slot, *slot)));
    if names_slot {
        return Some(all);
    }
    if let Some(value) = closed_answer(question, meaning) {
        return set(value);
    }
    match question.slot {
        Slot::PhoneTail => meaning.values().find_map(|value| match value {
            EntityValue::ShortDigits(digits) if digits.len() == 4 => set(SlotValue::Text(digits.clone())),
            EntityValue::Phone(phone) => set(SlotValue::Text(phone.tail().to_string())),
            _ => None,
        }),
        _ => None,
    }
}

/// Answers by words to questions with few answers.
fn closed_answer(question: &Question, meaning: &Meaning) -> Option<SlotValue> {
    let text = |text: &str| Some(SlotValue::Text(text.to_owned()));
    let (yes, no) = (meaning.has(Intent::Affirm), meaning.has(Intent::Deny));
    match question.slot {
        Slot::Opened if yes => text("yes"),
        Slot::Opened if no => text("no"),
        Slot::Search if meaning.names(Aspect::Found) => text("found"),
        Slot::Search if no || meaning.names(Aspect::NotFound) || meaning.has(Intent::NotReceived) => text("missing"),
        Slot::Search if yes || meaning.has(Intent::Thanks) => text("found"),
        Slot::Photo if no || meaning.names(Aspect::NoPhoto) => text("none"),
        // Only where the list itself offers all of it.
        Slot::Order if meaning.signals(Cue::All) || meaning.names(Aspect::Every) => {
            question.choices.last().filter(|choice| matches!(choice, SlotValue::Text(_))).cloned()
        }
        Slot::Quantity | Slot::Line if meaning.signals(Cue::All) => question.choices.last().cloned(),
        Slot::Aspect => meaning.aspects.first().map(|aspect| SlotValue::Text(aspect.as_str().to_owned())),
        Slot::Variant if meaning.names(Aspect::Larger) => text("larger"),
        Slot::Variant if meaning.names(Aspect::Smaller) => text("smaller"),
        _ => None,
    }
}

fn wish(value: &SlotValue) -> Option<Vec<Event>> {
    let SlotValue::Text(name) = value else { return None };
    let intent = name.parse::<Intent>().ok()?;
    if intent == Intent::HumanAgent {
        return Some(vec![Event::HandoverDue { reason: HandoverReason::Asked }]);
    }
    Some(vec![Event::WishStarted { intent }])
}

fn from_choices(state: &Tracker, question: &Question, meaning: &Meaning) -> Option<SlotValue> {
    if question.choices.is_empty() {
        return None;
    }
    let ordinal = meaning.values().find_map(|value| match value {
        EntityValue::Ordinal(ordinal) => Some(*ordinal),
        _ => None,
    });
    if let Some(ordinal) = ordinal
        && let Some((_, value)) = pick(state, ordinal)
    {
        return Some(value);
    }
    if meaning.signals(Cue::Latest) {
        return question.choices.first().cloned();
    }
    // A bare number picks from the list; "是" to a list of one picks that one.
    let bare: Option<usize> = meaning.normalized.trim().parse().ok();
    if let Some(number) = bare
        && let Some(value) = number.checked_sub(1).and_then(|index| question.choices.get(index))
    {
        return Some(value.clone());
    }
    (question.choices.len() == 1 && meaning.has(Intent::Affirm)).then(|| question.choices[0].clone())
}

fn takes_words(slot: Slot) -> bool {
    matches!(
        slot,
        Slot::Reason
            | Slot::Address
            | Slot::Street
            | Slot::District
            | Slot::InvoiceTitle
            | Slot::TaxNumber
            | Slot::Remark
            | Slot::Matter
            | Slot::ReceiverName
            | Slot::Query
    )
}

pub(super) fn words_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text { text } | Content::Photo { caption: Some(text), .. } => Some(text),
        _ => None,
    }
}

fn gives_up(meaning: &Meaning) -> bool {
    let denies = meaning.has(Intent::Deny) && !meaning.has(Intent::Affirm) && !meaning.signals(Cue::Correction);
    meaning.signals(Cue::Cancel) || denies
}

/// Nothing but entities, and words that point at them: a number or a name given as an answer, "衬衫那件".
fn is_bare(meaning: &Meaning) -> bool {
    let named: usize = meaning.entities.iter().map(|entity| entity.end - entity.start).sum();
    let total = meaning.telling_letters();
    // "后天下午" is a date and a half of the day, which has a word of two characters and is no entity.
    let half = meaning.names(Aspect::Morning) || meaning.names(Aspect::Afternoon);
    let named = if half && meaning.entity(EntityKind::Time).is_none() { named + 2 } else { named };
    named > 0 && named * 4 >= total * 3
}
