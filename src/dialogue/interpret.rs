//! What a message does to the conversation: an arrival becomes events. Leaves to others: what the words mean (`nlu`),
//! what is done about it (`policies`, `actions`).

use super::answer::{answer_question, words_of};
use super::details::details_of;
use super::follow_up::{another_turn, held_looks};
use super::parts::{parts_of, same_matter};
use super::rules::{aspect_of, implied};
use super::tracker::{Phase, Tracker};
use crate::domain::{
    Aspect, Command, Content, Cue, Emotion, EntityKind, EntityValue, Event, HandoverReason, Intent, Meaning, Owner,
    Press, ReturnReason, Slot, SlotValue, StaffDeed, Timestamp, WishEnd,
};

/// After this silence open questions are no longer open.
const SESSION_SECONDS: i64 = 12 * 3600;
/// From this score on a person must see the message.
const ESCALATION: f32 = 0.5;
/// How many characters of a matter are kept.
const MATTER: usize = 200;
/// Low moods in a row, the last of them angry, that call a person.
const ANGRY_RUN: usize = 3;

/// The events that an arrival brings, `Received` among them. `tracker` stands before the arrival.
pub fn interpret(tracker: &Tracker, received: Event, at: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    let mut state = tracker.clone();
    if state.turns > 0 && at.seconds_since(state.latest_at) > SESSION_SECONDS && state.owner == Owner::Bot {
        push(&mut events, &mut state, Event::SessionStarted, at);
    }
    let (content, meaning) = match &received {
        Event::Received { content, meaning, .. } => (content.clone(), meaning.clone()),
        _ => return vec![received],
    };
    push(&mut events, &mut state, received, at);
    if state.owner == Owner::Resolved && !matches!(content, Content::Staff { .. } | Content::Reachable { .. }) {
        push(&mut events, &mut state, Event::OwnerChanged { owner: Owner::Bot, reason: None, staff: None }, at);
    }
    let more = match &content {
        Content::Staff { staff, deed } => staff_deed(&state, staff, deed),
        // Whoever waits for a person may go back to the bot by its menu.
        Content::Command { command } if state.owner == Owner::Waiting && *command != Command::Human => {
            let mut back = vec![Event::OwnerChanged { owner: Owner::Bot, reason: None, staff: None }];
            back.extend(commanded(*command));
            back
        }
        _ if state.owner != Owner::Bot => Vec::new(),
        Content::Pressed { press, .. } => pressed(&state, press),
        Content::Command { command } => commanded(*command),
        Content::Text { .. } => match meaning.as_deref() {
            Some(meaning) => said(&state, meaning),
            None => vec![Event::Misunderstood],
        },
        Content::Contact { .. } if state.wish().is_some() => vec![Event::WishResumed],
        Content::Photo { file, caption } => {
            let photo = Event::SlotSet { slot: Slot::Photo, value: SlotValue::Text(file.clone()) };
            push(&mut events, &mut state, photo, at);
            match meaning.as_deref() {
                Some(meaning) if caption.is_some() => said(&state, meaning),
                _ if state.wish().is_some_and(|wish| wish.phase == Phase::Asking) => vec![Event::WishResumed],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    events.extend(more);
    events
}

fn push(events: &mut Vec<Event>, state: &mut Tracker, event: Event, at: Timestamp) {
    state.apply(&event, at);
    events.push(event);
}

fn staff_deed(state: &Tracker, staff: &str, deed: &StaffDeed) -> Vec<Event> {
    let owner = match deed {
        StaffDeed::Claim => Owner::Staff,
        StaffDeed::Say { .. } if state.owner != Owner::Staff => Owner::Staff,
        StaffDeed::Say { .. } => return Vec::new(),
        StaffDeed::HandBack => Owner::Bot,
        StaffDeed::Resolve => Owner::Resolved,
    };
    vec![Event::OwnerChanged { owner, reason: None, staff: Some(staff.to_owned()) }]
}

fn commanded(command: Command) -> Vec<Event> {
    let intent = match command {
        Command::Start | Command::Help => Intent::Greeting,
        Command::Orders => Intent::OrderStatus,
        Command::Recommend => Intent::Recommend,
        Command::Human => return handover(HandoverReason::Asked),
        Command::Rate => return Vec::new(),
        Command::Privacy => Intent::PrivacyRequest,
    };
    let mut events = vec![Event::SlotCleared { slot: Slot::Order }, Event::WishStarted { intent }];
    if command == Command::Help {
        let value = SlotValue::Text(Aspect::Help.as_str().to_owned());
        events.push(Event::SlotSet { slot: Slot::Aspect, value });
    }
    events
}

fn pressed(state: &Tracker, press: &Press) -> Vec<Event> {
    match press {
        Press::Choose { slot, value } => match &state.question {
            Some(question) if question.slot == *slot => chosen(*slot, value),
            _ if state.shown.as_ref().is_some_and(|(_, items)| items.contains(value)) && state.wish().is_some() => {
                chosen(*slot, value)
            }
            _ => vec![Event::Outdated],
        },
        Press::Confirm { proposal } if asks_to_confirm(state, proposal) => {
            vec![
                Event::SlotSet { slot: Slot::Confirmation, value: SlotValue::Text(proposal.clone()) },
                Event::WishResumed,
            ]
        }
        Press::Decline { proposal } if asks_to_confirm(state, proposal) => {
            vec![Event::WishEnded { how: WishEnd::Cancelled }]
        }
        Press::Confirm { .. } | Press::Decline { .. } => vec![Event::Outdated],
        Press::Feedback { .. } | Press::Rate { .. } => Vec::new(),
        Press::Wish { intent: Intent::HumanAgent } => handover(HandoverReason::Asked),
        Press::Wish { intent } | Press::Page { intent, .. } => begun(*intent),
        // The wish first: what it interrupts keeps its own order and product.
        Press::WishForOrder { intent, order } => {
            let mut events = begun(*intent);
            let value = SlotValue::Order(order.clone());
            if state.slot(Slot::Order).is_some_and(|before| *before != value) {
                events.push(Event::SlotCleared { slot: Slot::Line });
            }
            events.push(Event::SlotSet { slot: Slot::Order, value });
            events
        }
        Press::WishForProduct { intent, product } => {
            let mut events = begun(*intent);
            events.push(Event::SlotSet { slot: Slot::Product, value: SlotValue::Product(*product) });
            events.push(Event::SlotCleared { slot: Slot::Variant });
            events
        }
    }
}

/// A wish by button names no side of itself; one that is a fault is its own reason.
fn begun(intent: Intent) -> Vec<Event> {
    let mut events = vec![Event::WishStarted { intent }, Event::SlotCleared { slot: Slot::Aspect }];
    let reason = match intent {
        Intent::QualityIssue => Some(ReturnReason::Quality),
        Intent::MissingWrongItem => Some(ReturnReason::WrongItem),
        _ => None,
    };
    events.extend(
        reason.map(|reason| Event::SlotSet { slot: Slot::Reason, value: SlotValue::Text(reason.as_str().to_owned()) }),
    );
    events
}

fn chosen(slot: Slot, value: &SlotValue) -> Vec<Event> {
    if slot == Slot::Wish
        && let SlotValue::Text(name) = value
        && let Ok(intent) = name.parse::<Intent>()
    {
        return if intent == Intent::HumanAgent {
            handover(HandoverReason::Asked)
        } else {
            vec![Event::WishStarted { intent }]
        };
    }
    vec![Event::SlotSet { slot, value: value.clone() }, Event::WishResumed]
}

fn asks_to_confirm(state: &Tracker, proposal: &str) -> bool {
    state.question.as_ref().is_some_and(|question| question.proposal.as_deref() == Some(proposal))
}

fn handover(reason: HandoverReason) -> Vec<Event> {
    vec![Event::HandoverDue { reason }]
}

fn said(state: &Tracker, meaning: &Meaning) -> Vec<Event> {
    if let Some(reason) = must_hand_over(state, meaning) {
        return handover(reason);
    }
    let parts = parts_of(meaning);
    let mut events = match parts.first() {
        Some(first) => one_said(state, first, &first.normalized),
        None => one_said(state, meaning, state.latest.as_ref().and_then(words_of).unwrap_or_default()),
    };
    for (place, part) in parts.iter().enumerate().skip(1) {
        let Some(main) = part.main_intent() else { continue };
        let intent = meant(main, part);
        let mut said = slots_of(state, part);
        said.extend(side_and_matter(&part.normalized, part, intent));
        let set = said.into_iter().filter_map(|event| match event {
            Event::SlotSet { slot, value } => Some((slot, value)),
            _ => None,
        });
        events.push(Event::WishQueued { intent, part: Some(place), slots: set.collect() });
    }
    events
}

/// One matter, told in `words`.
fn one_said(state: &Tracker, meaning: &Meaning, words: &str) -> Vec<Event> {
    let mut business: Vec<Intent> = meaning.intents.iter().copied().filter(|intent| !intent.is_small_talk()).collect();
    if let Some(events) = answer_question(state, meaning, &business) {
        return events;
    }
    if meaning.signals(Cue::Repeat) {
        return Vec::new();
    }
    if business.is_empty() && state.wish().is_none() {
        business.extend(implied(&meaning.aspects));
    }
    let mut events = slots_of(state, meaning);
    if let Some(again) = another_turn(state, meaning, &business) {
        events.extend(again);
        return events;
    }
    if business.is_empty() && (meaning.signals(Cue::Cancel) || meaning.main_intent() == Some(Intent::Deny)) {
        // A move of its own: with something under way it ends that, else the rule policy answers it.
        if state.wish().is_some() {
            events.push(Event::WishEnded { how: WishEnd::Cancelled });
        }
        return events;
    }
    let wishes = if business.is_empty() { meaning.intents.iter().copied().take(1).collect() } else { business };
    let asking = state.wish().is_some_and(|wish| wish.phase == Phase::Asking);
    let says_nothing = |intent| match intent {
        Intent::Unclear => true,
        Intent::Affirm | Intent::ProvideInfo => asking,
        _ => false,
    };
    let Some((main, others)) = wishes.split_first().filter(|(main, _)| !says_nothing(**main)) else {
        events.push(Event::Misunderstood);
        if asking {
            // What was asked is asked again; too often, and a person comes.
            events.push(Event::WishResumed);
        }
        return events;
    };
    let main = &meant(*main, meaning);
    // The wish first: what it interrupts keeps its own slots.
    events.insert(0, Event::WishStarted { intent: *main });
    events.extend(side_and_matter(words, meaning, *main));
    if state.last_wish == Some(*main) {
        events.extend(held_looks(state, meaning, *main));
    }
    events.extend(others.iter().filter(|other| !same_matter(*main, **other)).map(|other| Event::WishQueued {
        intent: *other,
        part: None,
        slots: Vec::new(),
    }));
    events
}

/// "黑色有吗" asks for the stock of a variant, "有说明书吗" for something else.
fn meant(intent: Intent, meaning: &Meaning) -> Intent {
    let names_looks = [EntityKind::Colour, EntityKind::Size].iter().any(|kind| meaning.entity(*kind).is_some());
    let asks_stock = meaning.names(Aspect::InStock) || (meaning.names(Aspect::AnyLeft) && names_looks);
    if intent == Intent::ProductQuestion && asks_stock { Intent::StockQuery } else { intent }
}

/// Which side of the new wish is named, and the words in which it was told.
fn side_and_matter(words: &str, meaning: &Meaning, intent: Intent) -> Vec<Event> {
    let set = |slot, text: String| Event::SlotSet { slot, value: SlotValue::Text(text) };
    // "黑色有吗" asks for a variant, "有说明书吗" for something else.
    let names_looks = [EntityKind::Colour, EntityKind::Size].iter().any(|kind| meaning.entity(*kind).is_some());
    let aspect = aspect_of(intent, &meaning.aspects).filter(|aspect| *aspect != Aspect::AnyLeft || names_looks);
    let mut events = vec![match aspect {
        Some(aspect) => set(Slot::Aspect, aspect.as_str().to_owned()),
        None => Event::SlotCleared { slot: Slot::Aspect },
    }];
    if !intent.is_small_talk() && !words.is_empty() {
        events.push(set(Slot::Matter, words.chars().take(MATTER).collect()));
    }
    events
}

/// Danger, threats, a person asked for, or anger that does not end.
fn must_hand_over(state: &Tracker, meaning: &Meaning) -> Option<HandoverReason> {
    if meaning.has(Intent::SafetyIncident) {
        return Some(HandoverReason::Safety);
    }
    if meaning.has(Intent::EscalationThreat) {
        return Some(HandoverReason::Escalation);
    }
    if meaning.signals(Cue::LifeInDanger) || meaning.escalation >= ESCALATION {
        return Some(HandoverReason::Safety);
    }
    if meaning.has(Intent::HumanAgent) {
        return Some(HandoverReason::Asked);
    }
    let low = state.moods.iter().rev().take_while(|mood| mood.is_low()).count();
    (low >= ANGRY_RUN && state.mood() == Emotion::Angry).then_some(HandoverReason::Anger)
}

/// What the entities say about slots. A new order or product replaces the one in view.
pub(super) fn slots_of(state: &Tracker, meaning: &Meaning) -> Vec<Event> {
    let mut events = Vec::new();
    let mut products = 0;
    for value in meaning.values() {
        let (slot, value) = match value {
            EntityValue::OrderNumber(number) => (Slot::Order, SlotValue::Order(number.clone())),
            EntityValue::Quantity(quantity) => (Slot::Quantity, SlotValue::Number(i64::from(*quantity))),
            EntityValue::Money(money) => (Slot::Budget, SlotValue::Range { least: None, most: Some(money.cents()) }),
            EntityValue::MoneyRange { least, most } => {
                let range = SlotValue::Range { least: least.map(|m| m.cents()), most: most.map(|m| m.cents()) };
                (Slot::Budget, range)
            }
            EntityValue::Size(size) => (Slot::Size, SlotValue::Text(size.clone())),
            EntityValue::Colour(colour) => (Slot::Colour, SlotValue::Text(colour.clone())),
            EntityValue::Product(name) => {
                products += 1;
                let slot = if products == 1 { Slot::Product } else { Slot::OtherProduct };
                (slot, SlotValue::Text(name.clone()))
            }
            EntityValue::Brand(brand) => (Slot::Brand, SlotValue::Text(brand.clone())),
            EntityValue::Category(category) => (Slot::Category, SlotValue::Text(category.clone())),
            EntityValue::Phone(phone) => (Slot::Phone, SlotValue::Text(phone.to_string())),
            EntityValue::PersonName(name) => (Slot::ReceiverName, SlotValue::Text(name.clone())),
            EntityValue::Ordinal(ordinal) => match pick(state, *ordinal) {
                Some((Slot::Product, value)) => {
                    products += 1;
                    (if products == 1 { Slot::Product } else { Slot::OtherProduct }, value)
                }
                Some((slot, value)) => (slot, value),
                None => continue,
            },
            _ => continue,
        };
        events.push(Event::SlotSet { slot, value });
    }
    if products > 0 {
        // "AirTune Pro 能连几台手机" asks for no phone: what is named by its own name is what is meant.
        events.retain(|event| !matches!(event, Event::SlotSet { slot: Slot::Category, .. }));
    }
    events.extend(details_of(state, meaning));
    let newly_named = |slot: Slot| {
        events.iter().any(|event| matches!(event, Event::SlotSet { slot: set, value } if *set == slot && state.slot(slot) != Some(value)))
    };
    // "有耳机吗" is about earphones and no longer about the shirt spoken of before, nor about what that might cost.
    let mut outdated = Vec::new();
    if newly_named(Slot::Category) {
        outdated.extend([Slot::Product, Slot::Brand, Slot::Budget]);
    }
    if newly_named(Slot::Product) {
        outdated.extend([Slot::Variant, Slot::Category, Slot::Brand, Slot::Budget]);
    }
    if newly_named(Slot::Order) || newly_named(Slot::Category) || newly_named(Slot::Product) {
        outdated.push(Slot::Line);
    }
    if events.iter().any(|event| matches!(event, Event::SlotSet { slot: Slot::Colour | Slot::Size, .. })) {
        outdated.push(Slot::Variant);
    }
    let set: Vec<Slot> = events
        .iter()
        .filter_map(|event| match event {
            Event::SlotSet { slot, .. } => Some(*slot),
            _ => None,
        })
        .collect();
    let cleared = outdated.into_iter().filter(|slot| !set.contains(slot) && state.slot(*slot).is_some());
    events.extend(cleared.map(|slot| Event::SlotCleared { slot }).collect::<Vec<_>>());
    events
}

/// The element of the list shown last that an ordinal names.
pub(super) fn pick(state: &Tracker, ordinal: i32) -> Option<(Slot, SlotValue)> {
    let (slot, items) = state.shown.as_ref()?;
    let index = match ordinal {
        1.. => usize::try_from(ordinal - 1).ok()?,
        _ => items.len().checked_sub(usize::try_from(-ordinal).ok()?)?,
    };
    items.get(index).map(|value| (*slot, value.clone()))
}
