//! The fold of a conversation's events. Leaves to others: deciding which events a message gives (`interpret`).
//!
//! Invariant: `Tracker::replay(events)` equals the tracker that lived through them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::parts::parts_of;
use super::rules::{is_about_goods, refines};
use crate::domain::{
    Aspect, Content, CustomerId, Emotion, Event, HandoverReason, Intent, Language, Meaning, Message, Owner, Press,
    ProductId, Question, Slot, SlotValue, StoredEvent, Timestamp, WishEnd,
};

/// How many moods back are remembered.
const MOODS: usize = 4;
/// How many wishes may wait.
const QUEUED: usize = 4;
/// How many products count as already offered.
const OFFERED: usize = 60;

/// One wish being served.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What is wished.
    pub intent: Intent,
    /// Where it stands.
    pub phase: Phase,
    /// What was known for it when something interrupted it.
    pub kept: BTreeMap<Slot, SlotValue>,
}

/// A wish that waits for its turn, with what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// What is wished.
    pub intent: Intent,
    slots: Vec<(Slot, SlotValue)>,
    meaning: Option<Box<Meaning>>,
}

impl Wish {
    fn new(intent: Intent) -> Self {
        Wish { intent, phase: Phase::New, kept: BTreeMap::new() }
    }
}

/// Where a wish stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Just begun: its action must run.
    New,
    /// An answer came, or what interrupted it is over: its action must run again.
    Due,
    /// Its action asked something and waits.
    Asking,
}

/// Everything that later turns need to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracker {
    /// The last event's place.
    pub sequence: i64,
    /// Who speaks.
    pub owner: Owner,
    /// Who the shopper proved to be.
    pub customer: Option<CustomerId>,
    /// Known slots.
    pub slots: BTreeMap<Slot, SlotValue>,
    /// Wishes under way; the last is on top.
    pub wishes: Vec<Wish>,
    /// Wishes that wait for their turn.
    pub queued: VecDeque<Queued>,
    /// What the bot waits for.
    pub question: Option<Question>,
    /// Slots that were set by this message, and for the wish on top since it began: what the shopper means now, as
    /// against what is only still in view.
    pub named: BTreeSet<Slot>,
    fresh: BTreeSet<Slot>,
    /// What was listed last.
    pub shown: Option<(Slot, Vec<SlotValue>)>,
    /// The wish that ended last, for "那 XL 的呢".
    pub last_wish: Option<Intent>,
    /// The colour and size that were said for the wish that ended last.
    pub last_looks: BTreeMap<Slot, SlotValue>,
    /// Messages not understood in a row.
    pub misunderstood: u8,
    /// Wishes that could not be done, in a row.
    pub failures: u8,
    /// The moods of the last messages, newest last.
    pub moods: VecDeque<Emotion>,
    /// Why it must go to a person, if it must.
    pub handover: Option<HandoverReason>,
    /// The last thing that arrived.
    pub latest: Option<Content>,
    /// What it means; of several wishes in one message, what the one being served means.
    pub meaning: Option<Box<Meaning>>,
    parts: Vec<Meaning>,
    /// When it arrived.
    pub latest_at: Timestamp,
    /// Whether others read along.
    pub in_group: bool,
    /// What the bot said last.
    pub last_messages: Vec<Message>,
    /// Products offered so far.
    pub offered: Vec<ProductId>,
    /// Thumbs for products, oldest first.
    pub tastes: Vec<(ProductId, bool)>,
    /// Questions about goods since the conversation began.
    pub asked_about_goods: u32,
    /// Whether something was offered unasked; once is enough.
    pub suggested: bool,
    /// Whether the service was rated.
    pub rated: bool,
    /// The language of the last message that showed one.
    pub language: Language,
    /// Messages of the shopper so far.
    pub turns: u32,
    /// Whether an action has run since the last message.
    pub answered: bool,
    /// Whether the last message was not understood and has no answer yet.
    pub puzzled: bool,
    /// Whether the wish on top goes on after something interrupted it.
    pub returning: bool,
    /// Whether the last button belongs to nothing any more.
    pub outdated: bool,
}

impl Default for Tracker {
    fn default() -> Self {
        Tracker {
            sequence: 0,
            owner: Owner::Bot,
            customer: None,
            slots: BTreeMap::new(),
            wishes: Vec::new(),
            queued: VecDeque::new(),
            question: None,
            named: BTreeSet::new(),
            fresh: BTreeSet::new(),
            shown: None,
            last_wish: None,
            last_looks: BTreeMap::new(),
            misunderstood: 0,
            failures: 0,
            moods: VecDeque::new(),
            handover: None,
            latest: None,
            meaning: None,
            parts: Vec::new(),
            latest_at: Timestamp::from_millis(0),
            in_group: false,
            last_messages: Vec::new(),
            offered: Vec::new(),
            tastes: Vec::new(),
            asked_about_goods: 0,
            suggested: false,
            rated: false,
            language: Language::Simplified,
            turns: 0,
            answered: true,
            puzzled: false,
            returning: false,
            outdated: false,
        }
    }
}

impl Tracker {
    /// The state after these events.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a StoredEvent>) -> Tracker {
        let mut tracker = Tracker::default();
        for stored in events {
            tracker.apply(&stored.event, stored.at);
        }
        tracker
    }

    /// The state after one more event.
    pub fn apply(&mut self, event: &Event, at: Timestamp) {
        self.sequence += 1;
        match event {
            Event::Received { content, meaning, in_group, .. } => {
                self.receive(content, meaning.as_deref(), *in_group, at)
            }
            Event::SlotSet { slot, value } => {
                self.slots.insert(*slot, value.clone());
                self.named.insert(*slot);
                self.fresh.insert(*slot);
            }
            Event::SlotCleared { slot } => {
                self.slots.remove(slot);
            }
            Event::WishStarted { intent } => {
                self.named.clone_from(&self.fresh);
                self.question = None;
                self.misunderstood = 0;
                self.asked_about_goods += u32::from(is_about_goods(*intent));
                self.interrupt(*intent);
                self.wishes.retain(|wish| wish.intent != *intent);
                self.wishes.push(Wish::new(*intent));
            }
            Event::WishQueued { intent, part, slots } => {
                let known = self.queued.iter().any(|queued| queued.intent == *intent);
                if self.queued.len() < QUEUED && !known {
                    let meaning = part.and_then(|part| self.parts.get(part)).cloned().map(Box::new);
                    self.queued.push_back(Queued { intent: *intent, slots: slots.clone(), meaning });
                }
            }
            Event::WishResumed => {
                self.question = None;
                self.puzzled = false;
                if let Some(wish) = self.wishes.last_mut() {
                    wish.phase = Phase::Due;
                }
            }
            Event::WishEnded { how } => self.end_wish(*how),
            Event::Asked { question } => {
                self.question = Some(question.clone());
                if let Some(wish) = self.wishes.last_mut() {
                    wish.phase = Phase::Asking;
                }
            }
            Event::Shown { slot, items } => self.shown = Some((*slot, items.clone())),
            Event::ActionRan { .. } => {
                self.answered = true;
                self.puzzled = false;
                self.returning = false;
            }
            Event::Misunderstood => {
                self.misunderstood = self.misunderstood.saturating_add(1);
                self.puzzled = true;
            }
            Event::Outdated => self.outdated = true,
            Event::Failed => self.failures = self.failures.saturating_add(1),
            Event::HandoverDue { reason } => self.handover = Some(*reason),
            Event::OwnerChanged { owner, .. } => self.change_owner(*owner),
            Event::Verified { customer } => self.customer = Some(*customer),
            Event::VerificationFailed => {
                self.slots.remove(&Slot::PhoneTail);
            }
            Event::Rated { .. } => self.rated = true,
            Event::Suggested => self.suggested = true,
            Event::Changed { .. } | Event::LookedUp { .. } => {}
            Event::Recommended { products } => {
                self.offered.extend(products);
                let surplus = self.offered.len().saturating_sub(OFFERED);
                self.offered.drain(..surplus);
            }
            Event::Replied { messages } => self.last_messages.clone_from(messages),
            Event::SessionStarted => {
                self.wishes.clear();
                self.queued.clear();
                self.question = None;
                self.shown = None;
                self.misunderstood = 0;
                self.failures = 0;
                self.moods.clear();
                self.slots.clear();
                self.offered.clear();
                self.last_wish = None;
                self.last_looks.clear();
                self.asked_about_goods = 0;
                self.suggested = false;
                self.rated = false;
            }
        }
    }

    /// The wish on top.
    pub fn wish(&self) -> Option<&Wish> {
        self.wishes.last()
    }

    /// A slot's value.
    pub fn slot(&self, slot: Slot) -> Option<&SlotValue> {
        self.slots.get(&slot)
    }

    /// The side of the wish that was named.
    pub fn aspect(&self) -> Option<Aspect> {
        match self.slot(Slot::Aspect) {
            Some(SlotValue::Text(name)) => name.parse().ok(),
            _ => None,
        }
    }

    /// Whether the shopper's mood forbids selling.
    pub fn mood_is_low(&self) -> bool {
        self.moods.iter().rev().take(2).any(|mood| mood.is_low())
    }

    /// The mood of the last message.
    pub fn mood(&self) -> Emotion {
        self.moods.back().copied().unwrap_or(Emotion::Neutral)
    }

    fn receive(&mut self, content: &Content, meaning: Option<&Meaning>, in_group: bool, at: Timestamp) {
        self.fresh.clear();
        if let Content::Pressed { press: Press::Feedback { product, liked }, .. } = content {
            self.tastes.retain(|(rated, _)| rated != product);
            self.tastes.push((*product, *liked));
            let surplus = self.tastes.len().saturating_sub(OFFERED);
            self.tastes.drain(..surplus);
        }
        self.latest = Some(content.clone());
        self.parts = meaning.map(|meaning| parts_of(meaning).to_vec()).unwrap_or_default();
        self.meaning = self.parts.first().or(meaning).cloned().map(Box::new);
        self.latest_at = at;
        self.in_group = in_group;
        self.answered = false;
        self.puzzled = false;
        self.outdated = false;
        if !matches!(content, Content::Staff { .. } | Content::Reachable { .. }) {
            self.turns += 1;
        }
        if let Some(meaning) = meaning {
            self.language = meaning.language.unwrap_or(self.language);
            self.moods.push_back(meaning.emotion);
            if self.moods.len() > MOODS {
                self.moods.pop_front();
            }
        }
    }

    /// Another wish comes: what the one on top knows is put aside with it, unless the new one is the same matter.
    fn interrupt(&mut self, by: Intent) {
        let Some(top) = self.wishes.last_mut() else { return };
        if refines(top.intent, by) {
            self.wishes.pop();
            self.slots.remove(&Slot::Confirmation);
            self.slots.remove(&Slot::Resolution);
            return;
        }
        top.kept.clone_from(&self.slots);
        self.slots.retain(|slot, _| slot.stays());
    }

    fn end_wish(&mut self, how: WishEnd) {
        self.question = None;
        self.misunderstood = 0;
        if how == WishEnd::Done {
            self.failures = 0;
        }
        if let Some(wish) = self.wishes.pop() {
            self.last_wish = Some(wish.intent);
        }
        let looks = [Slot::Colour, Slot::Size].into_iter();
        self.last_looks = looks.filter_map(|slot| Some((slot, self.slots.get(&slot)?.clone()))).collect();
        self.slots.retain(|slot, _| slot.stays());
        match self.queued.pop_front() {
            Some(next) => {
                self.named = next.slots.iter().map(|(slot, _)| *slot).collect();
                self.slots.extend(next.slots);
                self.meaning = next.meaning.or(self.meaning.take());
                self.wishes.push(Wish::new(next.intent));
            }
            // What was interrupted goes on with what was known for it: its action runs again and asks again.
            None => {
                if let Some(wish) = self.wishes.last_mut() {
                    wish.phase = Phase::Due;
                    // What was looked at meanwhile is none of its business.
                    self.slots = std::mem::take(&mut wish.kept);
                    self.returning = true;
                }
            }
        }
    }

    fn change_owner(&mut self, owner: Owner) {
        self.owner = owner;
        self.handover = None;
        if owner != Owner::Bot {
            self.wishes.clear();
            self.queued.clear();
            self.question = None;
        } else {
            self.misunderstood = 0;
            self.failures = 0;
            self.moods.clear();
        }
    }
}
