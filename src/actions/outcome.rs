//! What an action wants to happen: events, replies and writes. Leaves to others: making it happen (`engine`).

use super::identity::Known;
use crate::domain::{Event, Question, Reply, ReplyKey, Slot, SlotValue, WishEnd};
use crate::shop::{ShopChange, VerifiedCustomer};

/// What an action wants to happen.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the tracker learns.
    pub events: Vec<Event>,
    /// What the shopper hears.
    pub replies: Vec<Reply>,
    /// What the shop's database takes, with the reply that waits for it.
    pub writes: Vec<Write>,
    /// Who the shopper proved to be in this action.
    pub verified: Option<VerifiedCustomer>,
}

/// A change of the shop's database and what is said once it holds.
#[derive(Debug)]
pub struct Write {
    /// The change.
    pub change: ShopChange,
    /// Said once it holds; gets the change's effect as the value `effect`.
    pub done: Option<Reply>,
}

impl Outcome {
    /// Says this, and the wish is served.
    pub fn done(reply: Reply) -> Self {
        Outcome { replies: vec![reply], ..Outcome::default() }.ended(WishEnd::Done)
    }

    /// Says why not, and the wish is over.
    pub fn refused(reply: Reply) -> Self {
        Outcome { replies: vec![reply], ..Outcome::default() }.ended(WishEnd::Refused)
    }

    /// Says why it could not be done; counts towards a hand-over.
    pub fn failed(reply: Reply) -> Self {
        Outcome { replies: vec![reply], events: vec![Event::Failed], ..Outcome::default() }.ended(WishEnd::Refused)
    }

    /// Asks, and waits for the answer.
    pub fn ask(reply: Reply, slot: Slot, choices: Vec<SlotValue>) -> Self {
        let mut events = Vec::new();
        if !choices.is_empty() {
            events.push(Event::Shown { slot, items: choices.clone() });
        }
        events.push(Event::Asked { question: Question { slot, choices, proposal: None } });
        Outcome { replies: vec![reply], events, ..Outcome::default() }
    }

    /// Says this and leaves the wish as it is.
    pub fn say(key: ReplyKey) -> Self {
        Outcome { replies: vec![Reply::new(key)], ..Outcome::default() }
    }

    /// With one more event before what is there.
    pub fn after(mut self, event: Event) -> Self {
        self.events.insert(0, event);
        self
    }

    /// With events before what is there.
    pub fn after_all(mut self, events: Vec<Event>) -> Self {
        self.events.splice(0..0, events);
        self
    }

    /// For this shopper: what was learned on the way to knowing them precedes what is there.
    pub(super) fn by(mut self, known: Known) -> Self {
        self.verified = known.fresh.then_some(known.customer).or(self.verified);
        self.after_all(known.events)
    }

    /// With one more event.
    pub fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// With one more message.
    pub fn and_say(mut self, reply: Reply) -> Self {
        self.replies.push(reply);
        self
    }

    /// With a message before the others.
    pub fn preceded_by(mut self, reply: Reply) -> Self {
        self.replies.insert(0, reply);
        self
    }

    /// With a write and what is said once it holds.
    pub fn and_write(mut self, change: ShopChange, done: Option<Reply>) -> Self {
        self.writes.push(Write { change, done });
        self
    }

    /// The wish is over.
    pub fn ended(mut self, how: WishEnd) -> Self {
        self.events.push(Event::WishEnded { how });
        self
    }
}
