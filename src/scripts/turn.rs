//! One turn as it is seen from outside: from the conversation's log and the database, so that every channel is judged
//! alike. Leaves to others: judging (`judge`), showing (`trace`).

use std::collections::BTreeMap;

use super::format::EffectName;
use crate::domain::{
    ActionName, Event, Meaning, Message, MessageButton, Owner, PolicyName, ReplyKey, Slot, SlotValue, Timestamp,
};

/// What one arrival came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Turn {
    /// Its number in the conversation, from 1.
    pub number: usize,
    /// The line of the step, from 1.
    pub line: u64,
    /// What was done, in words.
    pub act: String,
    /// When.
    pub at: Timestamp,
    /// What the conversation's log gained.
    pub events: Vec<Event>,
    /// What was changed in the shop, by the kind of the effect.
    pub effects: Vec<EffectName>,
    /// Who speaks now.
    pub owner: Owner,
    /// The slots after it.
    pub slots: BTreeMap<Slot, SlotValue>,
    /// What the bot waits for after it.
    pub asks: Option<Slot>,
    /// Tables that it changed, of those that were watched.
    pub changed_tables: Vec<String>,
}

impl Turn {
    /// What the message means, if it had words.
    pub fn meaning(&self) -> Option<&Meaning> {
        self.events.iter().find_map(|event| match event {
            Event::Received { meaning, .. } => meaning.as_deref(),
            _ => None,
        })
    }

    /// What was said.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Replied { messages } => Some(messages),
                _ => None,
            })
            .flatten()
    }

    /// The wordings that were said.
    pub fn keys(&self) -> Vec<ReplyKey> {
        self.messages().filter_map(|message| message.key).collect()
    }

    /// Everything that was said, one message below the other.
    pub fn text(&self) -> String {
        self.messages().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The buttons below what was said.
    pub fn buttons(&self) -> impl Iterator<Item = &MessageButton> {
        self.messages().flat_map(|message| message.buttons.iter().flatten())
    }

    /// The actions with the policies that chose them.
    pub fn steps(&self) -> Vec<(PolicyName, ActionName)> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::ActionRan { action, policy } => Some((*policy, *action)),
                _ => None,
            })
            .collect()
    }

    /// The slots that it set, with the values.
    pub fn set_slots(&self) -> impl Iterator<Item = (Slot, &SlotValue)> {
        self.events.iter().filter_map(|event| match event {
            Event::SlotSet { slot, value } => Some((*slot, value)),
            _ => None,
        })
    }
}
