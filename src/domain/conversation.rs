//! Conversations: who they are with and who speaks in them. Leaves to others: what was said (`event`).

use std::fmt;
use std::str::FromStr;

crate::closed_set! {
    /// Where messages come from and go to.
    ChannelKind {
        /// Telegram's Bot API.
        Telegram = "telegram",
        /// A person at a terminal.
        Terminal = "terminal",
        /// A scripted conversation.
        Script = "script",
    }
}

crate::closed_set! {
    /// Who speaks in a conversation. The bot speaks only while it owns it.
    Owner {
        /// The bot answers.
        Bot = "bot",
        /// A person was asked for and has not come yet.
        Waiting = "waiting",
        /// A person answers.
        Staff = "staff",
        /// The matter is closed; the next message opens it again with the bot.
        Resolved = "resolved",
    }
}

crate::closed_set! {
    /// Why a conversation goes to a person.
    HandoverReason {
        /// The shopper asked for one.
        Asked = "asked",
        /// Injury, fire, fraud, leaked data, danger to life.
        Safety = "safety",
        /// Lawsuit, authority, press.
        Escalation = "escalation",
        /// Strong anger.
        Anger = "anger",
        /// Not understood, or not done, too often.
        Failures = "failures",
        /// Beyond what the bot may decide.
        Authority = "authority",
    }
}

/// One conversation: the channel and the chat there, `telegram:12345`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConversationId {
    channel: ChannelKind,
    chat: String,
}

/// A text that is no conversation id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no conversation; write CHANNEL:CHAT, such as telegram:12345")]
pub struct ParseConversationError(String);

impl ConversationId {
    /// From its parts. `chat` is the channel's own name for it.
    pub fn new(channel: ChannelKind, chat: impl Into<String>) -> Self {
        ConversationId { channel, chat: chat.into() }
    }

    /// The channel.
    pub fn channel(&self) -> ChannelKind {
        self.channel
    }

    /// The chat's name within the channel.
    pub fn chat(&self) -> &str {
        &self.chat
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.channel, self.chat)
    }
}

impl FromStr for ConversationId {
    type Err = ParseConversationError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseConversationError(text.to_owned());
        let (channel, chat) = text.split_once(':').ok_or_else(error)?;
        if chat.is_empty() {
            return Err(error());
        }
        Ok(ConversationId { channel: channel.parse().map_err(|_| error())?, chat: chat.to_owned() })
    }
}

impl TryFrom<String> for ConversationId {
    type Error = ParseConversationError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ConversationId> for String {
    fn from(id: ConversationId) -> String {
        id.to_string()
    }
}
