//! Telegram, over teloxide's types and client. The whole of Telegram lives in this folder: updates come in through
//! [`Receiver`] (long polling or webhook), messages go out through [`TelegramOutlet`].

mod buttons;
mod commands;
mod convert;
pub mod emulator;
mod format;
mod polling;
mod receive;
mod send;
mod webhook;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use teloxide::prelude::Requester;
use teloxide::{ApiError, Bot, RequestError};

pub use commands::{Menu, MenuEntry};
pub use convert::{Conversion, Converted};
pub use format::{CAPTION_LIMIT, MESSAGE_LIMIT, escape, html, split, utf16_length};
pub use receive::Receiver;
pub use send::TelegramOutlet;

use super::Inbox;
use buttons::ButtonKey;

/// Telegram's own address.
pub const PUBLIC_API: &str = "https://api.telegram.org";

/// How Telegram is used. The token is not among these: it comes from the environment.
#[derive(Debug, Clone, PartialEq)]
pub struct TelegramSettings {
    /// The Bot API's address.
    pub api_address: String,
    /// How long one request for updates waits, in seconds; below 17, the client's timeout.
    pub poll_seconds: u32,
    /// How long a button works, in seconds.
    pub button_seconds: i64,
    /// An edited message counts as said anew if it was edited within so many seconds.
    pub edit_seconds: i64,
    /// Added to Telegram's times, in milliseconds: for a shop whose clock is moved.
    pub shift_millis: i64,
    /// The label of the button that sends the shopper's own contact.
    pub contact_label: String,
    /// The commands' menus.
    pub menus: Vec<Menu>,
    /// Receive through a webhook instead of polling.
    pub webhook: Option<WebhookSettings>,
}

impl Default for TelegramSettings {
    fn default() -> Self {
        TelegramSettings {
            api_address: PUBLIC_API.to_owned(),
            poll_seconds: 10,
            button_seconds: 48 * 3600,
            edit_seconds: 60,
            shift_millis: 0,
            contact_label: "📱".to_owned(),
            menus: Vec::new(),
            webhook: None,
        }
    }
}

/// How updates come through a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookSettings {
    /// Where this process listens; TLS ends at a proxy before it.
    pub listen: SocketAddr,
    /// The path at which it is called.
    pub path: String,
    /// The address under which Telegram reaches it; none leaves Telegram's setting as it is.
    pub public_address: Option<String>,
    /// What Telegram must send along: 1 to 256 letters, digits, `_` and `-`.
    pub secret: String,
    /// How many requests Telegram may make at once, 1 to 100. With 1, updates come in order.
    pub connections: u8,
    /// With more than one connection: how long an update waits for one before it, in milliseconds.
    pub hold_millis: i64,
}

/// What ends the service of Telegram, as one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// There is no token.
    #[error("no Telegram token: set TELOXIDE_TOKEN to the token that @BotFather gave you")]
    NoToken,
    /// The token has not the form of one.
    #[error("TELOXIDE_TOKEN is no Telegram token: it looks like 123456789:AA…; copy it from @BotFather again")]
    BadToken,
    /// Telegram does not know the token.
    #[error("Telegram refuses the token in TELOXIDE_TOKEN: it was revoked or mistyped; ask @BotFather for a new one")]
    RefusedToken,
    /// The API's address is none.
    #[error("{0:?} is no address of a Bot API server; write it like {PUBLIC_API}")]
    BadAddress(String),
    /// The API cannot be reached.
    #[error("the Bot API at {address} cannot be reached: {fault}; check the network and the address")]
    Unreachable {
        /// The address.
        address: String,
        /// What went wrong.
        fault: String,
    },
    /// The secret has not the form that Telegram wants.
    #[error("the webhook's secret must be 1 to 256 letters, digits, _ and -")]
    BadSecret,
    /// The webhook's port is taken.
    #[error("cannot listen on {listen} for Telegram's webhook: {source}; choose another address or end what uses it")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
}

/// The connected bot.
#[derive(Clone)]
pub struct Telegram {
    pub(crate) bot: Bot,
    pub(crate) conversion: Conversion,
    pub(crate) buttons: ButtonKey,
    pub(crate) settings: Arc<TelegramSettings>,
    pub(crate) inbox: Arc<dyn Inbox>,
}

impl Telegram {
    /// Checks the token with the API and learns the bot's name. Tries for some seconds if the API cannot be reached.
    pub async fn connect(
        token: &str,
        settings: TelegramSettings,
        inbox: Arc<dyn Inbox>,
    ) -> Result<Self, TelegramError> {
        let token = token.trim();
        if token.is_empty() {
            return Err(TelegramError::NoToken);
        }
        let number = token.split_once(':').and_then(|(number, rest)| (!rest.is_empty()).then_some(number));
        let number: u64 = number.and_then(|number| number.parse().ok()).ok_or(TelegramError::BadToken)?;
        let address = settings.api_address.clone();
        let url = address.parse().map_err(|_| TelegramError::BadAddress(address.clone()))?;
        let bot = Bot::new(token).set_api_url(url);
        let mut wait = Duration::from_millis(500);
        let me = loop {
            match bot.get_me().await {
                Ok(me) => break me,
                Err(RequestError::Api(ApiError::InvalidToken)) => return Err(TelegramError::RefusedToken),
                Err(error) if wait > Duration::from_secs(8) => {
                    return Err(TelegramError::Unreachable { address, fault: describe(&error) });
                }
                Err(error) => tracing::warn!(fault = describe(&error), "the Bot API does not answer; trying again"),
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        };
        let conversion = Conversion {
            bot: number,
            username: me.username().to_owned(),
            edit_seconds: settings.edit_seconds,
            shift_millis: settings.shift_millis,
        };
        let buttons = ButtonKey::from_token(token);
        Ok(Telegram { bot, conversion, buttons, settings: Arc::new(settings), inbox })
    }

    /// The outlet of this bot.
    pub fn outlet(&self) -> TelegramOutlet {
        TelegramOutlet::new(self.clone())
    }

    /// The receiving side of this bot.
    pub fn receiver(&self) -> Receiver {
        Receiver::new(self.clone())
    }
}

impl std::fmt::Debug for Telegram {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Telegram").field("bot", &self.conversion.bot).finish_non_exhaustive()
    }
}

/// A fault in words that hold neither the token nor what was said.
pub(crate) fn describe(error: &RequestError) -> String {
    match error {
        RequestError::Api(ApiError::Unknown(text)) => text.chars().take(200).collect(),
        RequestError::Api(error) => error.to_string(),
        RequestError::Network(error) if error.is_connect() => "no connection".to_owned(),
        RequestError::Network(error) if error.is_timeout() => "no answer in time".to_owned(),
        RequestError::Network(_) => "the connection broke".to_owned(),
        RequestError::InvalidJson { .. } => "the answer is no answer of a Bot API".to_owned(),
        RequestError::RetryAfter(seconds) => format!("asked to wait {} s", seconds.seconds()),
        RequestError::MigrateToChatId(_) => "the group has moved".to_owned(),
        RequestError::Io(error) => error.to_string(),
    }
}
