//! The two sides of every channel: an [`Inbox`] that keeps what arrives before it is acknowledged, and an [`Outlet`]
//! that makes one try to send. Leaves to others: keeping and pacing (`runtime` over `store`), turns (`engine`).

pub mod script;
pub mod telegram;
pub mod terminal;

use futures::future::BoxFuture;

use crate::domain::{ChannelKind, ConversationId, Inbound, Message, Press};

/// What arrived, with what the channel knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// What arrived.
    pub inbound: Inbound,
    /// The channel's own order within all it delivers.
    pub place: Option<i64>,
    /// Earlier ones may still be under way: wait so many milliseconds for them.
    pub hold_millis: i64,
    /// The outbox's number of the message on which a button was pressed.
    pub pressed: Option<i64>,
    /// The single-use link that brought it.
    pub link: Option<String>,
}

impl From<Inbound> for Arrived {
    fn from(inbound: Inbound) -> Self {
        Arrived { inbound, place: None, hold_millis: 0, pressed: None, link: None }
    }
}

/// A message of ours whose buttons were pressed.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMessage {
    /// Where it went.
    pub conversation: ConversationId,
    /// What it says, with its buttons.
    pub message: Message,
    /// How long ago it was sent, in seconds.
    pub age_seconds: i64,
}

/// The inbox could not do it; the channel must not acknowledge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InboxFault(pub String);

/// Where a channel puts what arrives, and what it looks up to understand it.
pub trait Inbox: Send + Sync + 'static {
    /// Keeps all of a batch, or fails and keeps nothing. What was received before is left alone.
    fn receive<'a>(&'a self, batch: Vec<Arrived>) -> BoxFuture<'a, Result<(), InboxFault>>;
    /// Whether this process is the one that asks the channel for what arrives, where only one may.
    fn may_receive<'a>(&'a self) -> BoxFuture<'a, Result<bool, InboxFault>>;
    /// One of our messages, by its number in the outbox.
    fn sent<'a>(&'a self, id: i64) -> BoxFuture<'a, Result<Option<SentMessage>, InboxFault>>;
    /// What a link does, if it is good for this delivery: not expired and not used by another.
    fn link<'a>(&'a self, token: &'a str, key: &'a str) -> BoxFuture<'a, Result<Option<(Press, String)>, InboxFault>>;
    /// The channel's name for a file that it has already.
    fn upload<'a>(&'a self, channel: ChannelKind, source: &'a str)
    -> BoxFuture<'a, Result<Option<String>, InboxFault>>;
    /// Remembers the channel's name for a file, or forgets it.
    fn remember_upload<'a>(
        &'a self,
        channel: ChannelKind,
        source: &'a str,
        channel_file: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), InboxFault>>;
}

/// A message for one try to send it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Its number in the outbox.
    pub id: i64,
    /// Where it goes.
    pub conversation: ConversationId,
    /// What it says.
    pub message: Message,
    /// The part of it that is to be sent, from 0; see [`Outlet::parts`].
    pub part: usize,
    /// Without a sound: a notice at night.
    pub silent: bool,
    /// The channel's name for the message that it replaces in place.
    pub edits: Option<String>,
}

/// How a try to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It arrived, under the channel's name for it.
    Sent {
        /// The channel's name for the message.
        channel_message: Option<String>,
    },
    /// The channel wants us to wait. Nothing was sent.
    TooFast {
        /// How long, in seconds.
        wait_seconds: u32,
    },
    /// The request never left: no connection. Nothing was sent.
    NotSent,
    /// The channel does not let us in at all, such as for a revoked token. Nothing was sent.
    LockedOut {
        /// What it says.
        fault: String,
    },
    /// The request left and no answer came: it may have arrived.
    InDoubt {
        /// What broke.
        fault: String,
    },
    /// The shopper has blocked the bot.
    Blocked,
    /// It will never be accepted.
    Refused {
        /// What the channel says.
        fault: String,
    },
}

/// Sends to one channel. One call is one request; trying again is for the caller.
pub trait Outlet: Send + Sync + 'static {
    /// Which channel.
    fn channel(&self) -> ChannelKind;
    /// Into how many requests a message is split; at least 1.
    fn parts(&self, message: &Message) -> usize {
        let _ = message;
        1
    }
    /// Makes one try.
    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Delivery>;
    /// Shows that an answer is being prepared; failures do not matter.
    fn typing<'a>(&'a self, conversation: &'a ConversationId) -> BoxFuture<'a, ()> {
        let _ = conversation;
        Box::pin(async {})
    }
}
