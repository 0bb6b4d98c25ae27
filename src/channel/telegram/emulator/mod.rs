//! A Bot API server on the loopback, for the tests and for `xiaoer test --channel telegram-…`: Telegram's methods with
//! its limits, errors and waits, and on request its moods: updates twice or out of order, connections that break before
//! or after the request counted, shoppers who block the bot. Not part of the service.

mod markup;
mod methods;
mod push;
mod server;
mod state;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use state::{Call, Outcome, Sent};

use state::State;

/// The token that the emulator accepts.
pub const TOKEN: &str = "1000:emulator";

/// Telegram's moods. Shares are of 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moods {
    /// Seeds the dice.
    pub seed: u64,
    /// Updates that come twice.
    pub twice: u32,
    /// Updates that overtake another (webhook).
    pub overtaking: u32,
    /// Requests whose connection breaks before they count.
    pub broken_before: u32,
    /// Requests that count and whose connection breaks before the answer.
    pub broken_after: u32,
    /// Requests that are answered with a server error.
    pub server_errors: u32,
    /// Whether Telegram's rates are enforced with 429.
    pub enforces_rates: bool,
}

impl Default for Moods {
    fn default() -> Self {
        Moods {
            seed: 1,
            twice: 0,
            overtaking: 0,
            broken_before: 0,
            broken_after: 0,
            server_errors: 0,
            enforces_rates: true,
        }
    }
}

/// A running emulator; it ends with the last handle.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
    _server: Arc<Server>,
}

pub(super) struct Shared {
    state: Mutex<State>,
    /// Something came for the bot.
    arrived: Notify,
    /// The bot did something.
    called: Notify,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
    pusher: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.pusher.abort();
    }
}

impl Emulator {
    /// Starts one on a free port.
    pub async fn start(moods: Moods) -> std::io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), moods).await
    }

    /// Starts one at an address.
    pub async fn start_at(address: SocketAddr, moods: Moods) -> std::io::Result<Self> {
        let shared =
            Arc::new(Shared { state: Mutex::new(State::new(moods)), arrived: Notify::new(), called: Notify::new() });
        let listener = tokio::net::TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let router = server::router(shared.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the emulator ended");
            }
        });
        let pusher = tokio::spawn(push::run(shared.clone()));
        Ok(Emulator { shared, _server: Arc::new(Server { address, task, pusher }) })
    }

    /// The address to give as the Bot API's.
    pub fn address(&self) -> String {
        format!("http://{}", self._server.address)
    }

    /// Changes the moods from now on.
    pub fn set_moods(&self, moods: Moods) {
        self.shared.state().set_moods(moods);
    }

    /// A shopper writes. Returns the update's number.
    pub fn say(&self, chat: i64, text: &str) -> u32 {
        self.message(chat, json!({ "text": text }))
    }

    /// A shopper sends a message with these fields, such as a photo. Returns the update's number.
    pub fn message(&self, chat: i64, fields: Value) -> u32 {
        let number = {
            let mut state = self.shared.state();
            let mut message = state.new_message(chat, false);
            merge(&mut message, fields);
            state.arrive(json!({ "message": message }))
        };
        self.shared.arrived.notify_waiters();
        number
    }

    /// A shopper edits what was said `seconds` ago. Returns the update's number.
    pub fn edit(&self, chat: i64, text: &str, seconds: i64) -> u32 {
        let number = {
            let mut state = self.shared.state();
            let mut message = state.new_message(chat, false);
            let date = message["date"].as_i64().unwrap_or(0);
            merge(&mut message, json!({ "text": text, "date": date - seconds, "edit_date": date }));
            state.arrive(json!({ "edited_message": message }))
        };
        self.shared.arrived.notify_waiters();
        number
    }

    /// A shopper shares a contact, their own or another's.
    pub fn contact(&self, chat: i64, phone: &str, own: bool) -> u32 {
        let user = if own { chat } else { chat + 1 };
        self.message(chat, json!({ "contact": { "phone_number": phone, "first_name": "联系人", "user_id": user } }))
    }

    /// A shopper presses the latest button with this label. Returns the update's number; none if there is no such
    /// button.
    pub fn press(&self, chat: i64, label: &str) -> Option<u32> {
        let data = {
            let state = self.shared.state();
            let buttons = state.visible(chat).iter().rev().flat_map(|sent| sent.buttons.iter().flatten());
            buttons.clone().find(|(text, _)| text == label).map(|(_, data)| data.clone())?
        };
        Some(self.press_data(chat, &data))
    }

    /// A press with any callback data.
    pub fn press_data(&self, chat: i64, data: &str) -> u32 {
        let number = self.shared.state().press(chat, data);
        self.shared.arrived.notify_waiters();
        number
    }

    /// Any update, without its number.
    pub fn update(&self, update: Value) -> u32 {
        let number = self.shared.state().arrive(update);
        self.shared.arrived.notify_waiters();
        number
    }

    /// A shopper blocks the bot, or lets it in again; `told` is whether the bot gets an update about it.
    pub fn block(&self, chat: i64, blocked: bool, told: bool) {
        self.shared.state().block(chat, blocked, told);
        self.shared.arrived.notify_waiters();
    }

    /// What the bot's messages in a chat look like now, in order.
    pub fn sent(&self, chat: i64) -> Vec<Sent> {
        self.shared.state().visible(chat).to_vec()
    }

    /// The messages of all chats.
    pub fn all_sent(&self) -> HashMap<i64, Vec<Sent>> {
        self.shared.state().all_visible()
    }

    /// How many of the bot's messages stand in all chats.
    pub fn count_sent(&self) -> usize {
        self.shared.state().count_sent()
    }

    /// Every request, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// When an update was first handed to the bot.
    pub fn handed_out_at(&self, update: u32) -> Option<Instant> {
        self.shared.state().handed_out.get(&update).copied()
    }

    /// Updates that the bot has not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.shared.state().unacknowledged()
    }

    /// Presses that were not answered.
    pub fn unanswered_presses(&self) -> usize {
        self.shared.state().presses.values().filter(|answered| !**answered).count()
    }

    /// The commands that were set, by scope and language.
    pub fn menus(&self) -> Vec<Value> {
        self.shared.state().menus.clone()
    }

    /// Waits until the bot has done what `enough` looks for; false if it takes longer than `most`.
    pub async fn wait_until(&self, most: Duration, enough: impl Fn(&Emulator) -> bool) -> bool {
        let end = Instant::now() + most;
        loop {
            let called = self.shared.called.notified();
            if enough(self) {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            // What is looked for may also come about without a request.
            let _ = tokio::time::timeout(left.min(Duration::from_millis(50)), called).await;
        }
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Emulator").field("address", &self._server.address).finish_non_exhaustive()
    }
}

fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}
