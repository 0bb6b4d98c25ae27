//! From Telegram's updates to what the house understands. Every kind of update has its answer here; those that mean
//! nothing to a shop are acknowledged and dropped. Pure. Leaves to others: looking buttons and links up (`receive`).

use teloxide::types::{CallbackQueryId, Chat, MediaKind, Message, MessageKind, Update, UpdateKind};

use crate::domain::{ChannelKind, Command, Content, ConversationId, Inbound, Timestamp};

/// What an update is.
#[derive(Debug, Clone, PartialEq)]
pub enum Converted {
    /// Complete.
    Inbound(Inbound),
    /// A press, whose button must be looked up; until then it counts as stale.
    Press {
        /// With a stale press as its content.
        inbound: Inbound,
        /// To be answered.
        query: CallbackQueryId,
        /// The callback data.
        data: String,
    },
    /// A start with a link, which must be looked up; until then it counts as a plain start.
    Link {
        /// With the start command as its content.
        inbound: Inbound,
        /// What followed `?start=`.
        token: String,
    },
    /// Nothing for us; the reason is for the log.
    Ignored(&'static str),
}

/// What conversion must know.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// The bot's number.
    pub bot: u64,
    /// The bot's name without `@`.
    pub username: String,
    /// An edited message counts as said anew if it was edited within so many seconds.
    pub edit_seconds: i64,
    /// Added to Telegram's times, in milliseconds: for a shop whose clock is moved.
    pub shift_millis: i64,
}

impl Conversion {
    /// Converts one update; `now` is for presses, which Telegram gives no time.
    pub fn convert(&self, update: &Update, now: Timestamp) -> Converted {
        match &update.kind {
            UpdateKind::Message(message) => self.message(update, message),
            UpdateKind::EditedMessage(message) => {
                let edited = message.edit_date().map_or(i64::MAX, |at| at.timestamp());
                if edited.saturating_sub(message.date.timestamp()) > self.edit_seconds {
                    return Converted::Ignored("an edit of an old message");
                }
                self.message(update, message)
            }
            UpdateKind::CallbackQuery(query) => {
                let Some(message) = &query.message else { return Converted::Ignored("a press without its message") };
                let inbound = self.inbound(update, message.chat(), self.time(now.millis()), Content::StalePress);
                Converted::Press { inbound, query: query.id.clone(), data: query.data.clone().unwrap_or_default() }
            }
            UpdateKind::MyChatMember(change) => {
                let reachable = change.new_chat_member.is_present();
                let at = self.time(change.date.timestamp_millis());
                Converted::Inbound(self.inbound(update, &change.chat, at, Content::Reachable { reachable }))
            }
            UpdateKind::ChannelPost(_) | UpdateKind::EditedChannelPost(_) => Converted::Ignored("a channel's post"),
            UpdateKind::Error(raw) => self.unknown(update, raw, now),
            _ => Converted::Ignored("a kind that a shop has no use for"),
        }
    }

    fn message(&self, update: &Update, message: &Message) -> Converted {
        if message.from.as_ref().is_none_or(|from| from.is_bot) && !message.chat.is_private() {
            return Converted::Ignored("written by no person");
        }
        let at = self.time(message.date.timestamp_millis());
        let unreadable = |what: &str| Content::Unreadable { what: what.to_owned() };
        let common = match &message.kind {
            MessageKind::Common(common) => common,
            // A person sent something that teloxide does not know yet.
            MessageKind::Empty {} => {
                return Converted::Inbound(self.inbound(update, &message.chat, at, unreadable("other")));
            }
            _ => return Converted::Ignored("a notice about the chat"),
        };
        let content = match &common.media_kind {
            MediaKind::Text(text) => return self.text(update, message, &text.text),
            MediaKind::Contact(media) => {
                let own = media.contact.user_id.is_some()
                    && media.contact.user_id == message.from.as_ref().map(|from| from.id);
                Content::Contact { phone: media.contact.phone_number.clone(), own }
            }
            MediaKind::Photo(media) => {
                let largest = media.photo.iter().max_by_key(|size| size.width * size.height);
                let file = largest.map(|size| size.file.id.0.clone()).unwrap_or_default();
                Content::Photo { file, caption: media.caption.clone() }
            }
            MediaKind::Animation(_) => unreadable("animation"),
            MediaKind::Audio(_) => unreadable("audio"),
            MediaKind::Document(_) => unreadable("document"),
            MediaKind::Location(_) | MediaKind::Venue(_) => unreadable("location"),
            MediaKind::Sticker(_) => unreadable("sticker"),
            MediaKind::Video(_) | MediaKind::VideoNote(_) => unreadable("video"),
            MediaKind::Voice(_) => unreadable("voice"),
            MediaKind::Poll(_) => unreadable("poll"),
            MediaKind::Migration(_) => return Converted::Ignored("a notice about the chat"),
            MediaKind::PaidMedia(_) | MediaKind::Game(_) | MediaKind::Checklist(_) | MediaKind::Story(_) => {
                unreadable("other")
            }
        };
        Converted::Inbound(self.inbound(update, &message.chat, at, content))
    }

    /// What teloxide cannot read. A message of a person is answered all the same.
    fn unknown(&self, update: &Update, raw: &serde_json::Value, now: Timestamp) -> Converted {
        let message = &raw["message"];
        let by_person = message["from"]["is_bot"] == serde_json::Value::Bool(false);
        let (Some(chat), true) = (message["chat"]["id"].as_i64(), by_person) else {
            return Converted::Ignored("a kind that is not known");
        };
        let known = ["voice", "audio", "video", "sticker", "location", "document", "animation"];
        let what = known.into_iter().find(|kind| !message[kind].is_null()).unwrap_or("other");
        let at = message["date"].as_i64().map_or(now.millis(), |seconds| seconds.saturating_mul(1000));
        Converted::Inbound(Inbound {
            key: format!("telegram:{}:{}", self.bot, update.id.0),
            conversation: ConversationId::new(ChannelKind::Telegram, chat.to_string()),
            at: self.time(at),
            in_group: message["chat"]["type"] != "private",
            content: Content::Unreadable { what: what.to_owned() },
        })
    }

    fn text(&self, update: &Update, message: &Message, text: &str) -> Converted {
        let at = self.time(message.date.timestamp_millis());
        let inbound = |content| self.inbound(update, &message.chat, at, content);
        let Some(line) = text.strip_prefix('/') else {
            let mention = format!("@{}", self.username);
            let text = if message.chat.is_private() { text.to_owned() } else { text.replace(&mention, "") };
            return Converted::Inbound(inbound(Content::Text { text: text.trim().to_owned() }));
        };
        let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (name, addressee) = word.split_once('@').unwrap_or((word, ""));
        if !addressee.is_empty() && !addressee.eq_ignore_ascii_case(&self.username) {
            return Converted::Ignored("a command for another bot");
        }
        match name.to_ascii_lowercase().parse::<Command>() {
            Ok(Command::Start) if !argument.trim().is_empty() => Converted::Link {
                inbound: inbound(Content::Command { command: Command::Start }),
                token: argument.trim().to_owned(),
            },
            Ok(command) => Converted::Inbound(inbound(Content::Command { command })),
            Err(_) => Converted::Inbound(inbound(Content::Text { text: text.to_owned() })),
        }
    }

    fn inbound(&self, update: &Update, chat: &Chat, at: Timestamp, content: Content) -> Inbound {
        Inbound {
            key: format!("telegram:{}:{}", self.bot, update.id.0),
            conversation: ConversationId::new(ChannelKind::Telegram, chat.id.0.to_string()),
            at,
            in_group: !chat.is_private(),
            content,
        }
    }

    fn time(&self, millis: i64) -> Timestamp {
        Timestamp::from_millis(millis + self.shift_millis)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn convert(kind: &str, value: Value) -> Converted {
        let update: Update = serde_json::from_str(&json!({ "update_id": 7, kind: value }).to_string()).unwrap();
        Conversion { bot: 1, username: "shop_bot".into(), edit_seconds: 60, shift_millis: 0 }
            .convert(&update, Timestamp::from_millis(0))
    }

    fn message(fields: Value) -> Value {
        let mut message = json!({ "message_id": 5, "date": 1000,
            "chat": { "id": 42, "type": "private", "first_name": "A" },
            "from": { "id": 42, "is_bot": false, "first_name": "A" } });
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        message
    }

    fn content(kind: &str, value: Value) -> Option<Content> {
        match convert(kind, value) {
            Converted::Inbound(inbound) => Some(inbound.content),
            _ => None,
        }
    }

    #[test]
    fn every_kind_of_message_has_its_meaning() {
        let file =
            json!({ "file_id": "F", "file_unique_id": "U", "width": 9, "height": 9, "file_size": 1, "duration": 1 });
        let text = |text: &str| Some(Content::Text { text: text.into() });
        let unreadable = |what: &str| Some(Content::Unreadable { what: what.into() });
        let cases = [
            (json!({ "text": "你好" }), text("你好")),
            (json!({ "text": "/orders" }), Some(Content::Command { command: Command::Orders })),
            (json!({ "text": "/Help@Shop_Bot" }), Some(Content::Command { command: Command::Help })),
            (json!({ "text": "/start" }), Some(Content::Command { command: Command::Start })),
            (json!({ "text": "/nothing of ours" }), text("/nothing of ours")),
            (
                json!({ "contact": { "phone_number": "+8613812345678", "first_name": "A", "user_id": 42 } }),
                Some(Content::Contact { phone: "+8613812345678".into(), own: true }),
            ),
            (
                json!({ "contact": { "phone_number": "13812345678", "first_name": "B", "user_id": 43 } }),
                Some(Content::Contact { phone: "13812345678".into(), own: false }),
            ),
            (
                json!({ "contact": { "phone_number": "13812345678", "first_name": "B" } }),
                Some(Content::Contact { phone: "13812345678".into(), own: false }),
            ),
            (
                json!({ "photo": [file], "caption": "坏了" }),
                Some(Content::Photo { file: "F".into(), caption: Some("坏了".into()) }),
            ),
            (
                json!({ "voice": { "file_id": "F", "file_unique_id": "U", "duration": 1, "mime_type": "audio/ogg" } }),
                unreadable("voice"),
            ),
            (json!({ "location": { "latitude": 1.0, "longitude": 1.0 } }), unreadable("location")),
            (json!({ "document": file }), unreadable("document")),
            (json!({ "hologram": {} }), unreadable("other")),
            (json!({ "new_chat_title": "x" }), None),
        ];
        for (fields, expected) in cases {
            assert_eq!(content("message", message(fields.clone())), expected, "{fields}");
        }
    }

    #[test]
    fn groups_edits_links_presses_and_the_unknown() {
        let group = json!({ "id": -5, "type": "supergroup", "title": "G" });
        let Converted::Inbound(inbound) =
            convert("message", message(json!({ "chat": group, "text": "@shop_bot 在吗" })))
        else {
            panic!("an inbound")
        };
        assert_eq!((inbound.in_group, inbound.content), (true, Content::Text { text: "在吗".into() }));
        assert_eq!(inbound.conversation.to_string(), "telegram:-5");
        assert_eq!(inbound.key, "telegram:1:7");
        assert_eq!(inbound.at, Timestamp::from_millis(1_000_000));

        let other = convert("message", message(json!({ "text": "/help@other_bot" })));
        assert!(matches!(other, Converted::Ignored(_)));
        let fresh = content("edited_message", message(json!({ "text": "改", "edit_date": 1030 })));
        assert_eq!(fresh, Some(Content::Text { text: "改".into() }));
        let late = convert("edited_message", message(json!({ "text": "改", "edit_date": 9000 })));
        assert!(matches!(late, Converted::Ignored(_)));
        let link = convert("message", message(json!({ "text": "/start abc-1" })));
        assert!(matches!(link, Converted::Link { token, .. } if token == "abc-1"));
        let press = convert(
            "callback_query",
            json!({ "id": "q", "from": { "id": 42, "is_bot": false, "first_name": "A" }, "chat_instance": "c",
                "data": "d", "message": message(json!({ "text": "ours" })) }),
        );
        assert!(matches!(press, Converted::Press { data, inbound, .. }
            if data == "d" && inbound.content == Content::StalePress && inbound.conversation.chat() == "42"));
        assert!(matches!(convert("something_new", json!({ "x": 1 })), Converted::Ignored(_)));
        assert!(matches!(convert("message", json!({ "broken": true })), Converted::Ignored(_)));
        let raw = json!({ "update_id": 7, "message": message(json!({ "hologram": {} })) });
        let update = Update { id: teloxide::types::UpdateId(7), kind: UpdateKind::Error(raw) };
        let conversion = Conversion { bot: 1, username: "shop_bot".into(), edit_seconds: 60, shift_millis: 0 };
        assert!(matches!(conversion.convert(&update, Timestamp::from_millis(0)), Converted::Inbound(inbound)
            if inbound.content == Content::Unreadable { what: "other".into() }));
    }

    #[test]
    fn blocking_and_coming_back_are_noticed() {
        for (status, reachable) in [("kicked", false), ("member", true)] {
            let user = json!({ "id": 1, "is_bot": true, "first_name": "Bot" });
            let change = json!({
                "chat": { "id": 42, "type": "private", "first_name": "A" },
                "from": { "id": 42, "is_bot": false, "first_name": "A" }, "date": 1000,
                "old_chat_member": { "user": user, "status": "member" },
                "new_chat_member": { "user": user, "status": status, "until_date": 0 }
            });
            assert_eq!(content("my_chat_member", change), Some(Content::Reachable { reachable }), "{status}");
        }
    }
}
