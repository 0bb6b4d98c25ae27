//! A whole service over the Bot API emulator: store, runtime, Telegram, and a handler that answers by rule.

#![allow(dead_code)]

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use xiaoer::channel::telegram::emulator::{Emulator, TOKEN};
use xiaoer::channel::telegram::{Telegram, TelegramSettings, WebhookSettings};
use xiaoer::domain::{Content, Event, Inbound, Intent, Message, MessageButton, Press, Timestamp};
use xiaoer::runtime::{Metrics, Pacing, Runtime, RuntimeSettings, StoreInbox, TurnFault, TurnHandler};
use xiaoer::store::{Store, StoreError};

pub const SECRET: &str = "not-a-real-secret_1";

/// Answers `echo …` to words, and does what a test asks for: `buttons`, `pages`, `contact`, `photo …`, `long`, `slow`,
/// `panic`, `fail`.
pub struct Echo {
    pub store: Store,
}

pub fn message(text: impl Into<String>) -> Message {
    Message { key: None, text: text.into(), buttons: Vec::new(), image: None, asks_contact: false }
}

fn button(label: &str, press: Press) -> MessageButton {
    MessageButton { label: label.to_owned(), press }
}

fn page(offset: u32) -> Message {
    let press = Press::Page { intent: Intent::ALL[0], offset: offset + 1 };
    Message { buttons: vec![vec![button("下一页", press)]], ..message(format!("page {offset}")) }
}

fn answers(content: &Content) -> Vec<Message> {
    match content {
        Content::Text { text } => match text.split_once(' ').unwrap_or((text, "")) {
            ("buttons", _) => {
                let rows = (1..=3).map(|stars| vec![button(&format!("{stars} 星"), Press::Rate { stars })]).collect();
                vec![Message { buttons: rows, ..message("choose") }]
            }
            ("pages", _) => vec![page(0)],
            ("contact", _) => vec![Message { asks_contact: true, ..message("your number?") }],
            ("photo", file) => vec![Message { image: Some(file.to_owned()), ..message("a <card> & more") }],
            ("long", _) => {
                let text = (0..900).map(|number| format!("第{number}句话很长。")).collect::<String>();
                vec![Message { buttons: vec![vec![button("好", Press::Rate { stars: 5 })]], ..message(text) }]
            }
            ("silence", _) => Vec::new(),
            _ => vec![message(format!("echo {text}"))],
        },
        Content::Pressed { press: Press::Page { offset, .. }, .. } => vec![page(*offset)],
        Content::Pressed { label, .. } => vec![message(format!("pressed {label}"))],
        Content::StalePress => vec![message("stale")],
        Content::Contact { own, .. } => vec![message(format!("contact own={own}"))],
        Content::Photo { .. } => vec![message("photo")],
        Content::Command { command } => vec![message(format!("command {command}"))],
        Content::Unreadable { what } => vec![message(format!("unreadable {what}"))],
        Content::Reachable { .. } | Content::Staff { .. } => Vec::new(),
    }
}

impl TurnHandler for Echo {
    fn turn<'a>(&'a self, inbound: &'a Inbound) -> BoxFuture<'a, Result<(), TurnFault>> {
        Box::pin(async move {
            if let Content::Text { text } = &inbound.content {
                match text.as_str() {
                    "slow" => tokio::time::sleep(Duration::from_millis(600)).await,
                    "panic" => panic!("asked to"),
                    "fail" => return Err(TurnFault::Failed("asked to".to_owned())),
                    _ => {}
                }
            }
            loop {
                match commit(&self.store, inbound).await {
                    Ok(()) | Err(StoreError::AlreadyFinished(_)) => return Ok(()),
                    Err(error) if error.is_conflict() => {}
                    Err(error) => return Err(TurnFault::Failed(error.to_string())),
                }
            }
        })
    }
}

async fn commit(store: &Store, inbound: &Inbound) -> Result<(), StoreError> {
    let conversation = &inbound.conversation;
    let last = store.conversation(conversation).await?.map_or(0, |summary| summary.last_sequence);
    let messages = answers(&inbound.content);
    let received = Event::Received {
        key: inbound.key.clone(),
        content: inbound.content.clone(),
        meaning: None,
        in_group: inbound.in_group,
    };
    let mut transaction = store.begin().await?;
    let events = [received, Event::Replied { messages: messages.clone() }];
    transaction.append(conversation, last, inbound.at, &events).await?;
    transaction.enqueue(conversation, &inbound.key, &messages, inbound.at).await?;
    transaction.finish_inbound(&inbound.key).await?;
    transaction.commit().await
}

/// How updates come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Polling,
    /// With so many connections at once.
    Webhook(u8),
}

/// Settings with which tests do not have to wait for Telegram's rates.
pub fn quick() -> RuntimeSettings {
    RuntimeSettings {
        pacing: Pacing { chat_millis: 0, group_per_minute: 0, overall_per_second: 0 },
        most_tries: 2,
        typing_after: Duration::from_millis(100),
        look_every: Duration::from_millis(50),
        ..RuntimeSettings::default()
    }
}

pub struct Service {
    pub store: Store,
    pub telegram: Telegram,
    pub metrics: Arc<Metrics>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Service {
    pub async fn start(emulator: &Emulator, store: Store, mode: Mode, settings: RuntimeSettings) -> Self {
        let telegram_settings = TelegramSettings {
            api_address: emulator.address(),
            contact_label: "发送号码".to_owned(),
            ..TelegramSettings::default()
        };
        Self::start_with(store, mode, settings, telegram_settings).await
    }

    pub async fn start_with(
        store: Store,
        mode: Mode,
        settings: RuntimeSettings,
        telegram_settings: TelegramSettings,
    ) -> Self {
        let inbox = Arc::new(StoreInbox::new(store.clone()));
        let telegram = Telegram::connect(TOKEN, telegram_settings, inbox).await.expect("the emulator answers");
        telegram.register_menus().await;
        let (stop, stopped) = watch::channel(false);
        let handler = Arc::new(Echo { store: store.clone() });
        let runtime = Runtime::new(store.clone(), settings, handler, vec![Arc::new(telegram.outlet())]);
        let metrics = runtime.metrics();
        let receiver = telegram.receiver();
        let receiving = stopped.clone();
        let tasks = vec![
            tokio::spawn(async move { runtime.run(stopped).await.expect("the runtime runs") }),
            tokio::spawn(async move {
                let ended = match mode {
                    Mode::Polling => receiver.poll(receiving).await,
                    Mode::Webhook(connections) => {
                        let webhook = webhook(connections).await;
                        receiver.serve_webhook(&webhook, receiving).await
                    }
                };
                ended.expect("receiving goes on");
            }),
        ];
        Service { store, telegram, metrics, stop, tasks }
    }

    /// Stops as SIGTERM does and waits until all is drained.
    pub async fn stop(self) -> Store {
        self.stop.send(true).expect("somebody listens");
        for task in self.tasks {
            task.await.expect("no worker panics");
        }
        self.store
    }

    /// Ends everything at once, as far as a process can do that to itself.
    pub async fn kill(self) -> Store {
        for task in self.tasks {
            task.abort();
        }
        self.store
    }
}

async fn webhook(connections: u8) -> WebhookSettings {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let listen = free.local_addr().expect("an address");
    drop(free);
    WebhookSettings {
        listen,
        path: "/telegram".to_owned(),
        public_address: Some(format!("http://{listen}/telegram")),
        secret: SECRET.to_owned(),
        connections,
        hold_millis: 300,
    }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}
