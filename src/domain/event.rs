//! What happened in a conversation, in order. The log of these is the transcript and the state: `dialogue` folds them
//! into a tracker, `store` keeps them.

use super::{
    ActionName, Content, CustomerId, HandoverReason, Intent, Meaning, Owner, Press, ProductId, ReplyKey, Slot,
    SlotValue, Timestamp,
};

/// An event with its place in the conversation.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StoredEvent {
    /// From 1, without gaps.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Something arrived.
    Received {
        /// The delivery's unique name.
        key: String,
        /// What it was.
        content: Content,
        /// What it means; only words have a meaning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meaning: Option<Box<Meaning>>,
        /// Whether others read along.
        #[serde(default)]
        in_group: bool,
    },
    /// A slot has a value now.
    SlotSet {
        /// The slot.
        slot: Slot,
        /// Its value.
        value: SlotValue,
    },
    /// A slot is empty now.
    SlotCleared {
        /// The slot.
        slot: Slot,
    },
    /// The shopper wants something; it is on top now.
    WishStarted {
        /// What.
        intent: Intent,
    },
    /// The shopper wants something too; it waits for its turn.
    WishQueued {
        /// What.
        intent: Intent,
        /// Which part of the message says it, from 0; none where the whole message does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<usize>,
        /// What that part says of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        slots: Vec<(Slot, SlotValue)>,
    },
    /// The wish on top must be looked at again: an answer came.
    WishResumed,
    /// The wish on top is over.
    WishEnded {
        /// How.
        how: WishEnd,
    },
    /// The bot waits for an answer to this.
    Asked {
        /// The question.
        question: Question,
    },
    /// These were listed, in this order.
    Shown {
        /// What kind of thing.
        slot: Slot,
        /// The things.
        items: Vec<SlotValue>,
    },
    /// An action was chosen and ran.
    ActionRan {
        /// The action.
        action: ActionName,
        /// The policy that chose it.
        policy: PolicyName,
    },
    /// The shop's database was asked these questions for the action before.
    LookedUp {
        /// Their names, in order.
        questions: Vec<String>,
    },
    /// The message was not understood.
    Misunderstood,
    /// A button was pressed that belongs to nothing any more.
    Outdated,
    /// An ability could not do what was wished.
    Failed,
    /// The conversation is about to go to a person.
    HandoverDue {
        /// Why.
        reason: HandoverReason,
    },
    /// Somebody else speaks now.
    OwnerChanged {
        /// Who.
        owner: Owner,
        /// Why, if it went to a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<HandoverReason>,
        /// The member of staff, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<String>,
    },
    /// The shopper proved to be this customer.
    Verified {
        /// The customer.
        customer: CustomerId,
    },
    /// A proof of identity failed.
    VerificationFailed,
    /// A change was carried out.
    Changed {
        /// The digest under which it was listed.
        proposal: String,
    },
    /// Products were offered.
    Recommended {
        /// Which.
        products: Vec<ProductId>,
    },
    /// Something was offered that nobody had asked for.
    Suggested,
    /// The shopper said what a recommended product was worth.
    Rated {
        /// One to five stars.
        stars: u8,
    },
    /// The bot said this.
    Replied {
        /// The messages, as sent.
        messages: Vec<Message>,
    },
    /// A long silence passed: open questions are no longer open.
    SessionStarted,
}

/// How a wish ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WishEnd {
    /// Served.
    Done,
    /// The shopper took it back.
    Cancelled,
    /// It could not be served.
    Refused,
}

/// What the bot waits for.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// The slot that the answer fills.
    pub slot: Slot,
    /// The answers offered, in order; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<SlotValue>,
    /// For a confirmation: the digest of the change that was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<String>,
}

/// A message with its words, as it is sent.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// Which wording; none for words of the staff.
    pub key: Option<ReplyKey>,
    /// The words.
    pub text: String,
    /// Buttons below them, row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<MessageButton>>,
    /// A picture above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Ask the channel for the shopper's own contact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_contact: bool,
}

/// A button with its words.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct MessageButton {
    /// The words.
    pub label: String,
    /// What it does.
    pub press: Press,
}

crate::closed_set! {
    /// The policies, in order of priority.
    PolicyName {
        /// A person speaks, or must.
        Handover = "handover",
        /// A question is open or a wish is under way.
        Form = "form",
        /// A wish has its action.
        Rule = "rule",
        /// Nothing was understood.
        Fallback = "fallback",
    }
}
