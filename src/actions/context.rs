//! What an action may look at: the shop, the rules, the conversation so far, the time. Leaves to others: changing it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::dialogue::Tracker;
use crate::domain::{ConversationId, Meaning, Slot, SlotValue, Timestamp};
use crate::nlg::faq::Faq;
use crate::recommender::{Handle, PurchaseIntent};
use crate::shop::policy::Policy;
use crate::shop::{Gateway, Refused, VerifiedCustomer};

/// The rooms that actions use; cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The shop.
    pub shop: Gateway,
    /// The shop's rules.
    pub policy: Arc<Policy>,
    /// The shop's knowledge.
    pub faq: Arc<Faq>,
    /// The recommender, where the shop has interactions to learn from.
    pub recommender: Option<Handle>,
    /// How likely a shopper buys, where there was enough to learn it from.
    pub purchase_intent: Option<Arc<PurchaseIntent>>,
    /// The shop's time zone.
    pub zone: TimeZone,
}

/// One action's view of one turn.
pub struct Context<'a> {
    /// The rooms.
    pub services: &'a Services,
    /// The conversation so far, this turn's message applied.
    pub tracker: &'a Tracker,
    /// Which conversation.
    pub conversation: &'a ConversationId,
    /// Who the shopper proved to be.
    pub customer: Option<VerifiedCustomer>,
    /// The present moment.
    pub now: Timestamp,
    /// Why the commit refused this turn's change the first time, if it did.
    pub refused: Option<&'a Refused>,
    /// How many conversations wait for a person.
    pub waiting: u32,
}

impl Context<'_> {
    /// The shop.
    pub fn shop(&self) -> &Gateway {
        &self.services.shop
    }

    /// The rules.
    pub fn policy(&self) -> &Policy {
        &self.services.policy
    }

    /// Whether a person can answer now.
    pub fn is_office_hour(&self) -> bool {
        let time = self.now.zoned(&self.services.zone).time();
        self.policy().office_is_open(time)
    }

    /// What the last message means, if it had words.
    pub fn meaning(&self) -> Option<&Meaning> {
        self.tracker.meaning.as_deref()
    }

    /// The words of a slot.
    pub fn text(&self, slot: Slot) -> Option<&str> {
        match self.tracker.slot(slot) {
            Some(SlotValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// `6月18日`.
    pub fn day(&self, at: Timestamp) -> String {
        let date = at.date(&self.services.zone);
        if date.year() == self.now.date(&self.services.zone).year() {
            format!("{}-{}", date.month(), date.day())
        } else {
            format!("{}-{}-{}", date.year(), date.month(), date.day())
        }
    }

    /// `6-18 09:30`.
    pub fn minute(&self, at: Timestamp) -> String {
        let time = at.zoned(&self.services.zone).time();
        format!("{} {:02}:{:02}", self.day(at), time.hour(), time.minute())
    }
}
