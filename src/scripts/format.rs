//! The format of scripted conversations, as read from YAML. `tests/conversations/README.md` explains it to those who
//! write them. Leaves to others: reading files (`read`), playing (`play`), judging (`judge`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::act::{Contact, Photo, PressQuery, StaffAct};
use super::setting::{Given, Setting, Shopper, SlotClaims};
use super::value::{OneOrMany, Pattern, Span};
use crate::domain::{ActionName, Command, Cue, Emotion, EntityKind, Intent, Owner, PolicyName, ReplyKey, Slot};

/// A file of scripted conversations.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScriptFile {
    /// Named settings that cases of this file can ask for.
    pub fixtures: Vec<BTreeMap<String, Vec<Setting>>>,
    /// The conversations.
    pub test_cases: Vec<Spanned<Case>>,
}

/// One conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name, unique in the file.
    pub test_case: String,
    /// Settings by name, in the order in which they are made.
    #[serde(default)]
    pub fixtures: Vec<String>,
    /// Words to group reports by.
    #[serde(default)]
    pub tags: OneOrMany<String>,
    /// Who talks; goes before what the fixtures say.
    pub customer: Option<Shopper>,
    /// Whether others read along.
    pub in_group: Option<bool>,
    /// When it begins, `2026-06-18T10:00` in the shop's time zone; left out, the demo's "today".
    pub start: Option<jiff::civil::DateTime>,
    /// Names for values of the database, each a `select` of one value; used as `{name}` in texts.
    #[serde(default)]
    pub given: Given,
    /// Statements that change the shop's database before the first message.
    #[serde(default)]
    pub setup: OneOrMany<String>,
    /// Tables that are the same at the end as before the first message.
    #[serde(default)]
    pub rows_unchanged: OneOrMany<String>,
    /// What must not be said in any turn.
    #[serde(default)]
    pub never_contains: OneOrMany<Pattern>,
    /// Actions that must not run in any turn.
    #[serde(default)]
    pub never_action: OneOrMany<ActionName>,
    /// The reason for which the case is known to fail; a case that passes in spite of it is a failure.
    pub expect_fail: Option<String>,
    /// What happens and what is expected, in order.
    pub steps: Vec<Spanned<Step>>,
}

/// At most one act of the shopper's side, and what is expected of the answer (or of the answer before, without an act).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// Says this. A list: the case is run once per wording.
    pub user: OneOrMany<String>,
    /// Presses a button.
    pub press: Option<PressQuery>,
    /// Shares a contact.
    pub contact: Option<Contact>,
    /// Sends a picture.
    pub photo: Option<Photo>,
    /// Uses the menu.
    pub command: Option<Command>,
    /// Sends something without words: `sticker`, `voice` …
    pub unreadable: Option<String>,
    /// A person of the staff does something.
    pub staff: Option<StaffAct>,
    /// Lets time pass.
    pub wait: Option<Span>,
    /// Does the act so many times in a row; what is expected is expected of the last.
    pub repeat: Option<u32>,

    /// One of these is a message, word for word.
    pub bot: OneOrMany<Pattern>,
    /// One of these wordings was said.
    pub utter: OneOrMany<ReplyKey>,
    /// Exactly these wordings were said, in this order.
    pub utters: Option<Vec<ReplyKey>>,
    /// All of these were said, in whichever messages.
    pub utter_contains: OneOrMany<Pattern>,
    /// None of these wordings was said.
    pub not_utter: OneOrMany<ReplyKey>,
    /// None of these was said.
    pub not_contains: OneOrMany<Pattern>,
    /// Whether nothing at all was said.
    pub silent: Option<bool>,
    /// These slots were set by the turn, or stand after it.
    pub slot_was_set: SlotClaims,
    /// These slots were not set by the turn.
    pub slot_was_not_set: SlotClaims,
    /// The message's main wish is one of these.
    pub intent: OneOrMany<Intent>,
    /// The message carries all of these.
    pub intents: OneOrMany<Intent>,
    /// The message carries none of these.
    pub not_intent: OneOrMany<Intent>,
    /// The mood is one of these.
    pub emotion: OneOrMany<Emotion>,
    /// The message makes all of these moves.
    pub cues: OneOrMany<Cue>,
    /// The message names all of these.
    pub entities: BTreeMap<EntityKind, OneOrMany<Value>>,
    /// One of these actions ran.
    pub action: OneOrMany<ActionName>,
    /// Exactly these actions ran, in this order.
    pub actions: Option<Vec<ActionName>>,
    /// None of these actions ran.
    pub not_action: OneOrMany<ActionName>,
    /// One of these policies chose an action.
    pub policy: OneOrMany<PolicyName>,
    /// One of these speaks after the turn.
    pub owner: OneOrMany<Owner>,
    /// The slot that the bot waits for after the turn.
    pub asks: OneOrMany<Slot>,
    /// Whether the bot asks for the shopper's own contact.
    pub asks_contact: Option<bool>,
    /// All of these labels are below the answer.
    pub buttons: OneOrMany<Pattern>,
    /// None of these labels is below the answer.
    pub not_buttons: OneOrMany<Pattern>,
    /// Exactly these changes were carried out, by the kind of their effect, in any order.
    pub effects: Option<OneOrMany<EffectName>>,
    /// What the database holds after the turn.
    pub rows: OneOrMany<Rows>,
    /// Tables that the turn left as they were.
    pub rows_unchanged: OneOrMany<String>,
}

/// What a `select` on the case's database gives. In it `?1` is the conversation's name and `?2` the present moment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The statement.
    pub select: String,
    /// The rows, in order.
    pub equal: Option<Vec<Vec<Value>>>,
    /// How many rows.
    pub count: Option<usize>,
}

crate::closed_set! {
    /// The kinds of effect that a change of the shop can have.
    EffectName {
        /// Done.
        Done = "done",
        /// An order was cancelled.
        Cancelled = "cancelled",
        /// An order was placed.
        Placed = "placed",
        /// An order's amount changed.
        Repriced = "repriced",
        /// An after-sales request was opened.
        AfterSale = "after_sale",
        /// A case was opened.
        Case = "case",
        /// Staff were asked to do it.
        Requested = "requested",
        /// Money is on its way.
        Paid = "paid",
    }
}

impl Step {
    /// The names of the acts in this step.
    pub fn acts(&self) -> Vec<&'static str> {
        let named = [
            ("user", !self.user.0.is_empty()),
            ("press", self.press.is_some()),
            ("contact", self.contact.is_some()),
            ("photo", self.photo.is_some()),
            ("command", self.command.is_some()),
            ("unreadable", self.unreadable.is_some()),
            ("staff", self.staff.is_some()),
            ("wait", self.wait.is_some()),
        ];
        named.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
    }

    /// Whether anything is expected in this step.
    pub fn expects(&self) -> bool {
        let lists = [
            self.bot.0.len(),
            self.utter.0.len(),
            self.utter_contains.0.len(),
            self.not_utter.0.len(),
            self.not_contains.0.len(),
            self.slot_was_set.0.len(),
            self.slot_was_not_set.0.len(),
            self.intent.0.len(),
            self.intents.0.len(),
            self.not_intent.0.len(),
            self.emotion.0.len(),
            self.cues.0.len(),
            self.entities.len(),
            self.action.0.len(),
            self.not_action.0.len(),
            self.policy.0.len(),
            self.owner.0.len(),
            self.asks.0.len(),
            self.buttons.0.len(),
            self.not_buttons.0.len(),
            self.rows.0.len(),
            self.rows_unchanged.0.len(),
        ];
        let single = [
            self.utters.is_some(),
            self.silent.is_some(),
            self.actions.is_some(),
            self.asks_contact.is_some(),
            self.effects.is_some(),
        ];
        lists.into_iter().any(|length| length > 0) || single.into_iter().any(|is_there| is_there)
    }
}
