//! One try to send one message to Telegram, and what its answer means for the next try. Leaves to others: pacing,
//! trying again, remembering (`runtime`).

use futures::future::BoxFuture;
use teloxide::payloads::{EditMessageTextSetters, SendMessageSetters, SendPhotoSetters};
use teloxide::prelude::Requester;
use teloxide::types::{
    ButtonRequest, ChatAction, ChatId, FileId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, KeyboardButton,
    KeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode, ReplyMarkup,
};
use teloxide::{ApiError, RequestError};

use super::buttons::ButtonName;
use super::format::{CAPTION_LIMIT, MESSAGE_LIMIT, html, split, utf16_length};
use super::{Telegram, describe};
use crate::channel::{Delivery, Outgoing, Outlet};
use crate::domain::{ChannelKind, ConversationId, Message};

/// Telegram's limit for the words on a button that it shows whole; longer ones are cut.
const LABEL_LIMIT: usize = 64;

/// Sends through the Bot API.
#[derive(Debug, Clone)]
pub struct TelegramOutlet {
    telegram: Telegram,
}

/// One request of a message.
#[derive(Debug, PartialEq)]
enum Part<'a> {
    Photo { source: &'a str, caption: &'a str },
    Text(&'a str),
}

fn plan(message: &Message) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut text = message.text.as_str();
    if let Some(source) = &message.image {
        let fits = utf16_length(text) <= CAPTION_LIMIT;
        parts.push(Part::Photo { source, caption: if fits { text } else { "" } });
        if fits {
            text = "";
        }
    }
    parts.extend(split(text, MESSAGE_LIMIT).into_iter().map(Part::Text));
    parts
}

impl TelegramOutlet {
    pub(super) fn new(telegram: Telegram) -> Self {
        TelegramOutlet { telegram }
    }

    async fn try_send(&self, outgoing: &Outgoing) -> Delivery {
        let Ok(chat) = outgoing.conversation.chat().parse::<i64>().map(ChatId) else {
            return Delivery::Refused { fault: "not a chat of Telegram".to_owned() };
        };
        let parts = plan(&outgoing.message);
        let last = outgoing.part + 1 >= parts.len();
        let markup = if last { self.markup(outgoing) } else { None };
        let Some(part) = parts.into_iter().nth(outgoing.part) else {
            return Delivery::Refused { fault: "nothing to say".to_owned() };
        };
        match self.request(chat, outgoing, part, markup.clone()).await {
            Err(RequestError::MigrateToChatId(moved)) => {
                tracing::warn!("a group has moved; sending to where it is now");
                match plan(&outgoing.message).into_iter().nth(outgoing.part) {
                    Some(part) => judge(self.request(moved, outgoing, part, markup).await),
                    None => Delivery::Refused { fault: "nothing to say".to_owned() },
                }
            }
            answer => judge(answer),
        }
    }

    async fn request(
        &self,
        chat: ChatId,
        outgoing: &Outgoing,
        part: Part<'_>,
        markup: Option<ReplyMarkup>,
    ) -> Result<Option<String>, RequestError> {
        match part {
            Part::Photo { source, caption } => self.photo(chat, outgoing, source, caption, markup).await,
            Part::Text(text) => {
                if let Some(answer) = self.edit(chat, outgoing, text, &markup).await {
                    return answer;
                }
                self.text(chat, outgoing, text, markup).await
            }
        }
    }

    async fn text(
        &self,
        chat: ChatId,
        outgoing: &Outgoing,
        text: &str,
        markup: Option<ReplyMarkup>,
    ) -> Result<Option<String>, RequestError> {
        let mut request = self
            .telegram
            .bot
            .send_message(chat, html(text))
            .parse_mode(ParseMode::Html)
            .disable_notification(outgoing.silent)
            .link_preview_options(no_preview());
        if let Some(markup) = markup {
            request = request.reply_markup(markup);
        }
        request.await.map(|message| Some(message.id.0.to_string()))
    }

    /// Replaces the words of an earlier message, where that was asked for and can be done; none means: send it anew.
    async fn edit(
        &self,
        chat: ChatId,
        outgoing: &Outgoing,
        text: &str,
        markup: &Option<ReplyMarkup>,
    ) -> Option<Result<Option<String>, RequestError>> {
        let message: i32 = outgoing.edits.as_ref()?.parse().ok()?;
        if outgoing.part > 0 || outgoing.message.image.is_some() {
            return None;
        }
        let mut request = self
            .telegram
            .bot
            .edit_message_text(chat, MessageId(message), html(text))
            .parse_mode(ParseMode::Html)
            .link_preview_options(no_preview());
        match markup {
            Some(ReplyMarkup::InlineKeyboard(keyboard)) => request = request.reply_markup(keyboard.clone()),
            Some(_) => return None,
            None => {}
        }
        match request.await {
            Ok(message) => Some(Ok(Some(message.id.0.to_string()))),
            Err(RequestError::Api(ApiError::MessageNotModified)) => Some(Ok(Some(message.to_string()))),
            // Too old, deleted, a photo: what was to be said must be said all the same.
            Err(RequestError::Api(error)) if is_bad_request(&error) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// With the file that Telegram has already, if it has; a picture that Telegram does not take must not swallow the
    /// words.
    async fn photo(
        &self,
        chat: ChatId,
        outgoing: &Outgoing,
        source: &str,
        caption: &str,
        markup: Option<ReplyMarkup>,
    ) -> Result<Option<String>, RequestError> {
        let inbox = &self.telegram.inbox;
        let mut known = inbox.upload(ChannelKind::Telegram, source).await.ok().flatten();
        loop {
            let file = match &known {
                Some(id) => Some(InputFile::file_id(FileId(id.clone()))),
                None if source.starts_with("http://") || source.starts_with("https://") => {
                    source.parse().ok().map(InputFile::url)
                }
                None => std::path::Path::new(source).is_file().then(|| InputFile::file(source)),
            };
            let Some(file) = file else { break };
            let mut request = self
                .telegram
                .bot
                .send_photo(chat, file)
                .caption(html(caption))
                .parse_mode(ParseMode::Html)
                .disable_notification(outgoing.silent);
            if let Some(markup) = markup.clone() {
                request = request.reply_markup(markup);
            }
            match request.await {
                Ok(message) => {
                    let largest =
                        message.photo().and_then(|sizes| sizes.iter().max_by_key(|size| size.width * size.height));
                    if let (None, Some(size)) = (&known, largest) {
                        // Forgetting it costs one more upload.
                        let _ = inbox.remember_upload(ChannelKind::Telegram, source, Some(&size.file.id.0)).await;
                    }
                    return Ok(Some(message.id.0.to_string()));
                }
                Err(RequestError::Api(error)) if is_bad_request(&error) && !concerns_chat(&error) => {
                    tracing::warn!(fault = %error, "a picture was not taken");
                    if known.take().is_none() {
                        break;
                    }
                    let _ = inbox.remember_upload(ChannelKind::Telegram, source, None).await;
                }
                Err(error) => return Err(error),
            }
        }
        if caption.is_empty() {
            return Ok(None);
        }
        self.text(chat, outgoing, caption, markup).await
    }

    fn markup(&self, outgoing: &Outgoing) -> Option<ReplyMarkup> {
        if outgoing.message.asks_contact {
            let button =
                KeyboardButton::new(self.telegram.settings.contact_label.clone()).request(ButtonRequest::Contact);
            return Some(KeyboardMarkup::new([[button]]).resize_keyboard().one_time_keyboard().into());
        }
        if outgoing.message.buttons.is_empty() {
            return None;
        }
        let chat = outgoing.conversation.chat();
        let rows = outgoing.message.buttons.iter().enumerate().map(|(row, buttons)| {
            buttons.iter().enumerate().map(move |(column, button)| {
                let name = ButtonName { message: outgoing.id, row, column };
                let label: String = button.label.chars().take(LABEL_LIMIT).collect();
                InlineKeyboardButton::callback(label, self.telegram.buttons.sign(name, chat))
            })
        });
        Some(InlineKeyboardMarkup::new(rows).into())
    }
}

impl Outlet for TelegramOutlet {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    fn parts(&self, message: &Message) -> usize {
        plan(message).len().max(1)
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Delivery> {
        Box::pin(self.try_send(outgoing))
    }

    fn typing<'a>(&'a self, conversation: &'a ConversationId) -> BoxFuture<'a, ()> {
        Box::pin(async {
            if let Ok(chat) = conversation.chat().parse::<i64>() {
                // Only a sign; its loss is none.
                let _ = self.telegram.bot.send_chat_action(ChatId(chat), ChatAction::Typing).await;
            }
        })
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// What an answer means.
fn judge(answer: Result<Option<String>, RequestError>) -> Delivery {
    let error = match answer {
        Ok(channel_message) => return Delivery::Sent { channel_message },
        Err(error) => error,
    };
    let fault = describe(&error);
    match error {
        RequestError::RetryAfter(seconds) => Delivery::TooFast { wait_seconds: seconds.seconds().max(1) },
        RequestError::Network(error) if error.is_connect() => Delivery::NotSent,
        RequestError::Network(_) => Delivery::InDoubt { fault },
        // It was accepted; this version cannot read what came back.
        RequestError::InvalidJson { raw, .. } if raw.starts_with("{\"ok\":true") => {
            Delivery::Sent { channel_message: None }
        }
        RequestError::InvalidJson { .. } => Delivery::InDoubt { fault },
        RequestError::Io(_) | RequestError::MigrateToChatId(_) => Delivery::Refused { fault },
        RequestError::Api(error) => match error {
            ApiError::MessageNotModified => Delivery::Sent { channel_message: None },
            ApiError::InvalidToken => Delivery::LockedOut { fault },
            ApiError::CantInitiateConversation | ApiError::CantTalkWithBots | ApiError::BotKicked => Delivery::Blocked,
            error if text_of(&error).starts_with("Forbidden") => Delivery::Blocked,
            ApiError::Unknown(text) if !text.starts_with("Bad Request") => Delivery::InDoubt { fault },
            _ => Delivery::Refused { fault },
        },
    }
}

fn text_of(error: &ApiError) -> String {
    match error {
        ApiError::Unknown(text) => text.clone(),
        error => error.to_string(),
    }
}

fn is_bad_request(error: &ApiError) -> bool {
    text_of(error).starts_with("Bad Request")
}

fn concerns_chat(error: &ApiError) -> bool {
    matches!(error, ApiError::ChatNotFound | ApiError::GroupDeactivated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, image: Option<&str>) -> Message {
        Message {
            key: None,
            text: text.to_owned(),
            buttons: Vec::new(),
            image: image.map(str::to_owned),
            asks_contact: false,
        }
    }

    #[test]
    fn a_message_becomes_as_many_requests_as_it_needs() {
        let long = "很长的一句话。".repeat(700);
        assert_eq!(plan(&message("短", None)), [Part::Text("短")]);
        assert_eq!(plan(&message("短", Some("a.jpg"))), [Part::Photo { source: "a.jpg", caption: "短" }]);
        assert_eq!(plan(&message(&long, None)).len(), 2);
        let pictured = message(&long, Some("a.jpg"));
        let parts = plan(&pictured);
        assert_eq!((parts.len(), &parts[0]), (3, &Part::Photo { source: "a.jpg", caption: "" }));
        assert!(plan(&message(" ", None)).is_empty());
    }

    #[test]
    fn answers_are_judged() {
        let api = |error| judge(Err(RequestError::Api(error)));
        let unknown = |text: &str| api(ApiError::Unknown(text.to_owned()));
        assert_eq!(judge(Ok(Some("5".into()))), Delivery::Sent { channel_message: Some("5".into()) });
        assert_eq!(api(ApiError::MessageNotModified), Delivery::Sent { channel_message: None });
        for blocked in [
            api(ApiError::BotBlocked),
            api(ApiError::UserDeactivated),
            api(ApiError::BotKickedFromSupergroup),
            unknown("Forbidden: bot can't initiate conversation with a user"),
        ] {
            assert_eq!(blocked, Delivery::Blocked);
        }
        assert!(matches!(api(ApiError::ChatNotFound), Delivery::Refused { .. }));
        assert!(matches!(unknown("Bad Request: something new"), Delivery::Refused { .. }));
        assert!(matches!(unknown("Internal Server Error"), Delivery::InDoubt { .. }));
        assert!(matches!(api(ApiError::InvalidToken), Delivery::LockedOut { .. }));
        let wait = judge(Err(RequestError::RetryAfter(teloxide::types::Seconds::from_seconds(7))));
        assert_eq!(wait, Delivery::TooFast { wait_seconds: 7 });
    }
}
