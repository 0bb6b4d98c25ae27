//! `xiaoer chat`: a conversation at the terminal, over the same database, inbox and engine as every other channel.
//! Leaves to others: all that is said (`engine`).

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::app::{Parts, demo_clock, open_store};
use crate::config::Config;
use crate::domain::{ChannelKind, Clock, Content, ConversationId, Inbound, Message, Press, StaffDeed};
use crate::engine::{Engine, TurnReport};
use crate::shop::Verification;
use crate::store::{SendRules, Settled};

/// What `xiaoer chat` can be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The mapping file of a shop with a database of its own, used instead of the setting `shop`.
    #[arg(long, value_name = "FILE")]
    shop: Option<PathBuf>,
    /// The customer of the shop who chats; their phone counts as proven.
    #[arg(long = "as", value_name = "CUSTOMER", default_value_t = 1)]
    customer: i64,
    /// Chat as a stranger, who has to prove who they are.
    #[arg(long)]
    stranger: bool,
    /// Show what was understood and why it was answered so.
    #[arg(long)]
    trace: bool,
    /// Start a conversation of its own instead of going on with the last one.
    #[arg(long)]
    fresh: bool,
    /// Serve the staff's console too, so that a person can take the conversation over.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8787")]
    console: Option<std::net::SocketAddr>,
}

/// Runs `xiaoer chat`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?.with_shop(arguments.shop.as_deref());
    tokio::runtime::Runtime::new()?.block_on(chat(arguments, &config))
}

async fn chat(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let parts = Parts::open(config)?;
    let store = open_store(config).await?;
    let clock = if config.shop.is_some() { Clock::System } else { demo_clock(&store).await? };
    let engine = parts.engine(store, clock).await?;
    let started = engine.clock.now().millis();
    let who = if arguments.stranger { "stranger".to_owned() } else { arguments.customer.to_string() };
    let chat = if arguments.fresh { format!("{who}-{started}") } else { who };
    let mut session = Session {
        conversation: ConversationId::new(ChannelKind::Terminal, chat),
        trace: arguments.trace,
        buttons: Vec::new(),
        count: 0,
        started,
        engine,
    };
    if !arguments.stranger {
        session.introduce(arguments.customer).await?;
    }
    let interactive = std::io::stdin().is_terminal();
    println!("小二在线。直接打字；输入编号点按钮；/human 转人工；/quit 退出。");
    if let Some(listen) = arguments.console {
        return super::chat_live::run(session.engine, session.conversation, started, config, listen, interactive).await;
    }
    for line in lines(interactive) {
        let line = line.context("the terminal cannot be read")?;
        match line.trim() {
            "/quit" | "/exit" => break,
            "" if interactive => {}
            text => session.say(text).await?,
        }
    }
    Ok(())
}

/// The lines that are typed; a file's lines are echoed, so that a recording reads like a conversation.
pub(super) fn lines(interactive: bool) -> impl Iterator<Item = std::io::Result<String>> {
    let mut input = std::io::stdin().lock();
    std::iter::from_fn(move || {
        print!("\n你> ");
        if let Err(error) = std::io::stdout().flush() {
            return Some(Err(error));
        }
        let mut bytes = Vec::new();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => {
                println!();
                None
            }
            Ok(_) => {
                // Whatever bytes come, they are shown and answered as text.
                let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
                if !interactive {
                    println!("{line}");
                }
                Some(Ok(line))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

struct Session {
    engine: Engine,
    conversation: ConversationId,
    trace: bool,
    buttons: Vec<(String, Press)>,
    count: u64,
    started: i64,
}

impl Session {
    /// The terminal vouches for the phone of the customer it was started for.
    async fn introduce(&mut self, customer: i64) -> anyhow::Result<()> {
        let shop = &self.engine.services.shop;
        if shop.resume(&self.conversation).await?.is_some() {
            return Ok(());
        }
        let found = shop.customer_by_id(crate::domain::CustomerId(customer)).await?;
        let customer = found.with_context(|| format!("the shop has no customer {customer}; try --as 1"))?;
        let now = self.engine.clock.now();
        if let Verification::Verified(customer) =
            shop.verify_by_contact(&self.conversation, &customer.phone, now).await?
        {
            shop.bind(&self.conversation, &customer).await?;
        }
        Ok(())
    }

    async fn say(&mut self, text: &str) -> anyhow::Result<()> {
        let content = content_of(text, &self.buttons);
        let report = self.receive(content).await?;
        if self.trace {
            show_trace(&report);
        }
        self.show(&report.messages);
        if report.messages.is_empty() {
            println!("（{}）", report.owner.map_or("…", |owner| owner.as_str()));
        }
        Ok(())
    }

    async fn receive(&mut self, content: Content) -> anyhow::Result<TurnReport> {
        self.count += 1;
        let inbound = Inbound {
            key: format!("{}/{}/{}", self.conversation, self.started, self.count),
            conversation: self.conversation.clone(),
            at: self.engine.clock.now(),
            in_group: false,
            content,
        };
        self.engine.store.receive(&inbound).await?;
        let report = self.engine.turn(&inbound).await?;
        let rules = SendRules { lease_seconds: 10, interval_millis: 0 };
        let store = &self.engine.store;
        loop {
            let claimed = store.claim_outbound(ChannelKind::Terminal, 64, rules).await?;
            if claimed.is_empty() {
                break;
            }
            for outbound in claimed {
                let sent = Settled::Sent { channel_message: None };
                store.settle_outbound(&outbound, sent, store.now()).await?;
            }
        }
        Ok(report)
    }

    fn show(&mut self, messages: &[Message]) {
        if messages.is_empty() {
            return;
        }
        self.buttons.clear();
        for message in messages {
            show(message, &mut self.buttons);
        }
    }
}

/// What a typed line is: a button's number, a command, a deed of the staff, or words.
pub(super) fn content_of(text: &str, buttons: &[(String, Press)]) -> Content {
    let pressed = text.parse::<usize>().ok().and_then(|number| buttons.get(number.wrapping_sub(1)).cloned());
    match (pressed, text.strip_prefix('/')) {
        (Some((label, press)), _) => Content::Pressed { press, label },
        (None, Some(command)) if command.starts_with("staff ") => Content::Staff {
            staff: "terminal".to_owned(),
            deed: StaffDeed::Say { text: command.trim_start_matches("staff ").to_owned() },
        },
        (None, Some("back")) => Content::Staff { staff: "terminal".to_owned(), deed: StaffDeed::HandBack },
        (None, Some(command)) => match command.parse() {
            Ok(command) => Content::Command { command },
            Err(_) => Content::Text { text: text.to_owned() },
        },
        (None, None) => Content::Text { text: text.to_owned() },
    }
}

/// Prints a message; its buttons get the next numbers.
pub(super) fn show(message: &Message, buttons: &mut Vec<(String, Press)>) {
    println!("小二> {}", message.text.trim().replace('\n', "\n      "));
    for row in &message.buttons {
        let mut labels = Vec::with_capacity(row.len());
        for button in row {
            buttons.push((button.label.clone(), button.press.clone()));
            labels.push(format!("[{} {}]", buttons.len(), button.label));
        }
        println!("      {}", labels.join(" "));
    }
    if message.asks_contact {
        println!("      [分享手机号：在 Telegram 里点按钮；这里请发订单号]");
    }
}

fn show_trace(report: &TurnReport) {
    for event in &report.events {
        if let crate::domain::Event::Received { meaning: Some(meaning), .. } = event {
            let ranked: Vec<String> =
                meaning.ranked.iter().map(|scored| format!("{} {:.2}", scored.intent, scored.probability)).collect();
            let entities: Vec<String> =
                meaning.entities.iter().map(|entity| format!("{}={}", entity.value.kind(), entity.value)).collect();
            println!("  · 词 {}", meaning.words.join("/"));
            println!(
                "  · 意图 {:?} ← {}",
                meaning.intents.iter().map(|i| i.as_str()).collect::<Vec<_>>(),
                ranked.join(", ")
            );
            println!(
                "  · 实体 {} · 情绪 {} {:.2} · 动作词 {:?}",
                entities.join(" "),
                meaning.emotion,
                meaning.emotion_probability,
                meaning.cues
            );
        }
    }
    let steps: Vec<String> = report.steps.iter().map(|(policy, action)| format!("{policy}→{action}")).collect();
    let keys: Vec<&str> = report.messages.iter().filter_map(|message| message.key).map(|key| key.as_str()).collect();
    println!("  · {} · {}", steps.join(" "), keys.join(" "));
}
