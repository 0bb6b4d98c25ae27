//! What arrives: one message, press or notice, the same for every channel. Leaves to others: receiving it (`channel`)
//! and keeping it (`store`).

use super::{ConversationId, Press, Timestamp};

/// Something that arrived in a conversation. `key` is unique, so that a second delivery is recognised.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Inbound {
    /// The delivery's unique name: `telegram:<bot>:<update>`.
    pub key: String,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// When it was sent.
    pub at: Timestamp,
    /// Whether others can read along (a group): nothing personal is said there.
    #[serde(default)]
    pub in_group: bool,
    /// What it is.
    pub content: Content,
}

/// What arrived.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text {
        /// As written.
        text: String,
    },
    /// A button below one of our messages.
    Pressed {
        /// What the button does.
        press: Press,
        /// Its label, for the transcript.
        label: String,
    },
    /// A button that is no longer valid, or was not made by us.
    StalePress,
    /// A phone contact.
    Contact {
        /// The number as the channel gives it.
        phone: String,
        /// Whether the channel vouches that it is the sender's own.
        own: bool,
    },
    /// A picture, with the channel's name for the file.
    Photo {
        /// The channel's name for the file.
        file: String,
        /// Words below it.
        caption: Option<String>,
    },
    /// A menu command.
    Command {
        /// Which.
        command: Command,
    },
    /// Something that has no words: voice, sticker, location …
    Unreadable {
        /// The channel's name for its kind.
        what: String,
    },
    /// The shopper blocked the bot or let it in again.
    Reachable {
        /// Whether messages can reach the shopper now.
        reachable: bool,
    },
    /// A person of the staff does something in the conversation.
    Staff {
        /// Who.
        staff: String,
        /// What.
        deed: StaffDeed,
    },
}

/// What a person of the staff does in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum StaffDeed {
    /// Takes it over.
    Claim,
    /// Says something to the shopper.
    Say {
        /// The words.
        text: String,
    },
    /// Gives it back to the bot.
    HandBack,
    /// Closes it.
    Resolve,
}

crate::closed_set! {
    /// The menu's commands.
    Command {
        /// Begin.
        Start = "start",
        /// My orders.
        Orders = "orders",
        /// Recommend something.
        Recommend = "recommend",
        /// A person, please.
        Human = "human",
        /// Rate the service.
        Rate = "rate",
        /// What is stored about me.
        Privacy = "privacy",
        /// What can you do.
        Help = "help",
    }
}
