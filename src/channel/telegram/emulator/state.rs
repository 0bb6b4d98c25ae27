//! What the emulator remembers: chats and what the bot said there, updates that wait, requests, rates.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Moods;

/// The bot's own number.
pub(super) const BOT: i64 = 1000;

/// One of the bot's messages as the shopper sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its number in the chat.
    pub message: i64,
    /// The words without markup.
    pub text: String,
    /// The words as sent.
    pub markup: String,
    /// The picture: its file or address.
    pub photo: Option<String>,
    /// Buttons: label and callback data.
    pub buttons: Vec<Vec<(String, String)>>,
    /// Whether it asks for the contact.
    pub asks_contact: bool,
    /// Whether it came without a sound.
    pub silent: bool,
    /// The forum topic.
    pub thread: Option<i64>,
    /// How often it was changed in place.
    pub edits: u32,
    /// When it came.
    pub at: Instant,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused with this code.
    Refused(u16),
    /// The connection broke before it counted.
    BrokenBefore,
    /// It was done and the connection broke.
    BrokenAfter,
}

/// One request of the bot.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The chat, if it was about one.
    pub chat: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: Instant,
}

#[derive(Debug, Default)]
struct Chat {
    known: bool,
    blocked: bool,
    last_message: i64,
    sent: Vec<Sent>,
    sent_at: VecDeque<Instant>,
}

#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub connections: usize,
}

pub(super) struct State {
    pub moods: Moods,
    dice: u64,
    chats: HashMap<i64, Chat>,
    next_update: u32,
    waiting: BTreeMap<u32, Value>,
    pub handed_out: HashMap<u32, Instant>,
    /// Polling: those that are handed out once more although they were acknowledged.
    again: VecDeque<Value>,
    pub webhook: Option<Webhook>,
    pub presses: HashMap<String, bool>,
    pub calls: Vec<Call>,
    pub menus: Vec<Value>,
    pub polls: u64,
    sent_at: VecDeque<Instant>,
    next_thread: i64,
    files: u64,
}

impl State {
    pub fn new(moods: Moods) -> Self {
        State {
            moods,
            dice: moods.seed,
            chats: HashMap::new(),
            next_update: 500,
            waiting: BTreeMap::new(),
            handed_out: HashMap::new(),
            again: VecDeque::new(),
            webhook: None,
            presses: HashMap::new(),
            calls: Vec::new(),
            menus: Vec::new(),
            polls: 0,
            sent_at: VecDeque::new(),
            next_thread: 1,
            files: 0,
        }
    }

    pub fn set_moods(&mut self, moods: Moods) {
        self.moods = moods;
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    pub fn roll(&mut self, share: u32) -> bool {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % 1000 < u64::from(share)
    }

    pub fn chat_json(&self, chat: i64) -> Value {
        if chat < 0 {
            json!({ "id": chat, "type": "supergroup", "title": "群", "is_forum": true })
        } else {
            json!({ "id": chat, "type": "private", "first_name": "顾客" })
        }
    }

    fn user_json(&self, chat: i64, bot: bool) -> Value {
        let id = if bot { BOT } else { chat.abs() };
        json!({ "id": id, "is_bot": bot, "first_name": if bot { "小二" } else { "顾客" } })
    }

    /// A new message's frame.
    pub fn new_message(&mut self, chat: i64, by_bot: bool) -> Value {
        let entry = self.chats.entry(chat).or_default();
        entry.known = true;
        entry.last_message += 1;
        let number = entry.last_message;
        json!({
            "message_id": number, "date": jiff::Timestamp::now().as_second(),
            "chat": self.chat_json(chat), "from": self.user_json(chat, by_bot),
        })
    }

    /// An update for the bot.
    pub fn arrive(&mut self, update: Value) -> u32 {
        let number = self.next_update;
        self.next_update += 1;
        let mut update = update;
        update["update_id"] = json!(number);
        self.waiting.insert(number, update);
        number
    }

    pub fn press(&mut self, chat: i64, data: &str) -> u32 {
        let query = format!("q{}", self.presses.len() + 1);
        self.presses.insert(query.clone(), false);
        let pressed = self.visible(chat).iter().rev();
        let found = pressed.clone().find(|sent| sent.buttons.iter().flatten().any(|(_, own)| own == data));
        let message = found.map_or(1, |sent| sent.message);
        let text = found.map_or_else(|| "…".to_owned(), |sent| sent.text.clone());
        let update = json!({ "callback_query": {
            "id": query, "from": self.user_json(chat, false), "chat_instance": "1", "data": data,
            "message": { "message_id": message, "date": 1, "chat": self.chat_json(chat),
                "from": self.user_json(chat, true), "text": text },
        } });
        self.arrive(update)
    }

    pub fn block(&mut self, chat: i64, blocked: bool, told: bool) {
        self.chats.entry(chat).or_default().blocked = blocked;
        if told {
            let member =
                |status: &str| json!({ "user": self.user_json(chat, true), "status": status, "until_date": 0 });
            let (old, new) = if blocked { ("member", "kicked") } else { ("kicked", "member") };
            let update = json!({ "my_chat_member": {
                "chat": self.chat_json(chat), "from": self.user_json(chat, false),
                "date": jiff::Timestamp::now().as_second(),
                "old_chat_member": member(old), "new_chat_member": member(new),
            } });
            self.arrive(update);
        }
    }

    /// Acknowledges what is before `offset` and hands out what waits.
    pub fn updates(&mut self, offset: i64, most: usize) -> Vec<Value> {
        let confirmed: Vec<u32> =
            self.waiting.keys().copied().take_while(|number| i64::from(*number) < offset).collect();
        for number in confirmed {
            if let Some(update) = self.waiting.remove(&number)
                && self.roll(self.moods.twice)
            {
                self.again.push_back(update);
            }
        }
        let mut updates: Vec<Value> = self.again.drain(..).collect();
        let fresh: Vec<(u32, Value)> =
            self.waiting.iter().take(most).map(|(number, update)| (*number, update.clone())).collect();
        for (number, update) in fresh {
            self.handed_out.entry(number).or_insert_with(Instant::now);
            updates.push(update);
        }
        updates
    }

    pub fn unacknowledged(&self) -> usize {
        self.waiting.len()
    }

    /// The first update that waits and is not in `under_way`.
    pub fn next_for_webhook(&mut self, under_way: &std::collections::HashSet<u32>) -> Option<(u32, Value)> {
        let (number, update) = self.waiting.iter().find(|(number, _)| !under_way.contains(number))?;
        let (number, update) = (*number, update.clone());
        self.handed_out.entry(number).or_insert_with(Instant::now);
        Some((number, update))
    }

    pub fn acknowledge(&mut self, number: u32) {
        self.waiting.remove(&number);
    }

    pub fn visible(&self, chat: i64) -> &[Sent] {
        self.chats.get(&chat).map_or(&[], |chat| &chat.sent)
    }

    pub fn all_visible(&self) -> HashMap<i64, Vec<Sent>> {
        self.chats.iter().map(|(id, chat)| (*id, chat.sent.clone())).collect()
    }

    pub fn count_sent(&self) -> usize {
        self.chats.values().map(|chat| chat.sent.len()).sum()
    }

    pub fn is_known(&self, chat: i64) -> bool {
        self.chats.get(&chat).is_some_and(|chat| chat.known)
    }

    pub fn is_blocked(&self, chat: i64) -> bool {
        self.chats.get(&chat).is_some_and(|chat| chat.blocked)
    }

    /// How many seconds the bot must wait before it may send to this chat; none if it may now, which then counts.
    pub fn must_wait(&mut self, chat: i64) -> Option<u64> {
        if !self.moods.enforces_rates {
            return None;
        }
        let now = Instant::now();
        let trim = |times: &mut VecDeque<Instant>, span: Duration| {
            while times.front().is_some_and(|at| now.duration_since(*at) >= span) {
                times.pop_front();
            }
        };
        trim(&mut self.sent_at, Duration::from_secs(1));
        // Telegram allows short bursts over 30; a little air keeps the test about rates, not about clocks.
        if self.sent_at.len() >= 33 {
            return Some(1);
        }
        let times = &mut self.chats.entry(chat).or_default().sent_at;
        trim(times, Duration::from_secs(60));
        let of_late = times.iter().filter(|at| now.duration_since(**at) < Duration::from_millis(950)).count();
        if of_late >= 3 {
            return Some(1);
        }
        if chat < 0 && times.len() >= 20 {
            let left = Duration::from_secs(60).saturating_sub(now.duration_since(times[0]));
            return Some(left.as_secs() + 1);
        }
        times.push_back(now);
        self.sent_at.push_back(now);
        None
    }

    pub fn keep_sent(&mut self, chat: i64, sent: Sent) {
        self.chats.entry(chat).or_default().sent.push(sent);
    }

    pub fn sent_mut(&mut self, chat: i64, message: i64) -> Option<&mut Sent> {
        self.chats.get_mut(&chat)?.sent.iter_mut().find(|sent| sent.message == message)
    }

    pub fn delete(&mut self, chat: i64, message: i64) -> bool {
        let Some(chat) = self.chats.get_mut(&chat) else { return false };
        let before = chat.sent.len();
        chat.sent.retain(|sent| sent.message != message);
        chat.sent.len() < before
    }

    pub fn new_file(&mut self) -> String {
        self.files += 1;
        format!("FILE{}", self.files)
    }

    pub fn new_thread(&mut self) -> i64 {
        self.next_thread += 1;
        self.next_thread
    }
}
