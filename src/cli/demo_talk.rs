//! `xiaoer demo talk`: lets the demo shop's shoppers have their conversations, so that the console has something to
//! show. Every answer is the engine's. Leaves to others: what is said (`data/console/talks.toml`).

use std::path::Path;

use anyhow::Context as _;

use crate::app::{Parts, open_store};
use crate::config::Config;
use crate::domain::{
    ChannelKind, Clock, Content, ConversationId, CustomerId, Inbound, Message, Press, StaffDeed, Timestamp,
};
use crate::engine::Engine;
use crate::shop::Verification;
use crate::shop::demo::DEMO_TODAY;
use crate::store::{SendRules, Settled};

const TALKS: &str = include_str!("../../data/console/talks.toml");
/// Seconds between two lines.
const PACE: i64 = 25;
/// The labels and canned replies that a fresh console gets.
const LABELS: &[(&str, i64)] = &[("VIP", 5), ("退换", 3), ("质量", 4), ("大客户", 1), ("已回访", 2)];
const CANNED: &[(&str, &str, &str)] = &[
    ("hi", "问好", "您好，我是人工客服，很高兴为您服务。"),
    ("wait", "请稍等", "请您稍等，我马上帮您核实。"),
    ("track", "物流单号", "您的订单{{order}}由{{courier}}承运，运单号{{tracking}}。"),
    ("sorry", "致歉", "非常抱歉给您带来不好的体验，{{product}}的问题我们会负责到底，预计{{几号}}前给您答复。"),
];

#[derive(serde::Deserialize)]
struct Talks {
    talk: Vec<Talk>,
}

#[derive(serde::Deserialize)]
struct Talk {
    customer: i64,
    hours_ago: i64,
    lines: Vec<String>,
}

/// Runs the command.
pub(super) async fn run(config: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    let talks: Talks = toml::from_str(TALKS).context("data/console/talks.toml is wrong: this is a bug")?;
    let store = open_store(&config).await?;
    for (name, colour) in LABELS {
        store.make_label(name, *colour).await?;
    }
    for (shortcut, title, words) in CANNED {
        store.write_canned_reply(shortcut, title, words).await?;
    }
    let parts = Parts::open(&config)?;
    let clock = Clock::standing_at(DEMO_TODAY);
    let engine = parts.engine(store.clone(), clock).await?;
    for talk in talks.talk {
        let start = DEMO_TODAY.plus_seconds(-talk.hours_ago * 3600 - 1200);
        let mut played =
            Played { clock: Clock::standing_at(start), engine: engine.clone(), buttons: Vec::new(), count: 0 };
        played.engine.clock = played.clock.clone();
        let conversation = ConversationId::new(ChannelKind::Terminal, format!("demo-{}", talk.customer));
        if store.conversation(&conversation).await?.is_some_and(|summary| summary.last_sequence > 0) {
            continue;
        }
        played.introduce(&conversation, talk.customer, start).await?;
        for line in &talk.lines {
            played.play(&conversation, line).await.with_context(|| format!("{conversation}: {line}"))?;
        }
        let owner = store.conversation(&conversation).await?.map(|summary| summary.owner.to_string());
        println!("{conversation}: {} lines, {}", talk.lines.len(), owner.unwrap_or_default());
    }
    store.close().await;
    Ok(())
}

struct Played {
    engine: Engine,
    clock: Clock,
    buttons: Vec<(String, Press)>,
    count: u32,
}

impl Played {
    async fn introduce(&self, conversation: &ConversationId, customer: i64, at: Timestamp) -> anyhow::Result<()> {
        let shop = &self.engine.services.shop;
        let Some(customer) = shop.customer_by_id(CustomerId(customer)).await? else { return Ok(()) };
        if let Verification::Verified(customer) = shop.verify_by_contact(conversation, &customer.phone, at).await? {
            shop.bind(conversation, &customer).await?;
        }
        Ok(())
    }

    async fn play(&mut self, conversation: &ConversationId, line: &str) -> anyhow::Result<()> {
        if let Some(minutes) = line.strip_prefix("+ ").and_then(|rest| rest.strip_suffix('m')) {
            self.clock.advance_seconds(minutes.parse::<i64>()? * 60);
            return Ok(());
        }
        let Some(content) = self.content(line)? else { return Ok(()) };
        self.count += 1;
        let inbound = Inbound {
            key: format!("{conversation}/{}", self.count),
            conversation: conversation.clone(),
            at: self.clock.now(),
            in_group: false,
            content,
        };
        self.engine.store.receive(&inbound).await?;
        let report = self.engine.turn(&inbound).await?;
        self.learn(&report.messages);
        self.clock.advance_seconds(PACE);
        self.settle().await
    }

    /// Nobody sits at these terminals: what is said counts as read.
    async fn settle(&self) -> anyhow::Result<()> {
        let store = &self.engine.store;
        let rules = SendRules { lease_seconds: 10, interval_millis: 0 };
        loop {
            let claimed = store.claim_outbound(ChannelKind::Terminal, 64, rules).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for outbound in claimed {
                store.settle_outbound(&outbound, Settled::Sent { channel_message: None }, store.now()).await?;
            }
        }
    }

    fn learn(&mut self, messages: &[Message]) {
        for button in messages.iter().flat_map(|message| message.buttons.iter().flatten()) {
            self.buttons.push((button.label.clone(), button.press.clone()));
        }
    }

    /// What a line is; none for a button that the answers do not have.
    fn content(&self, line: &str) -> anyhow::Result<Option<Content>> {
        if let Some(words) = line.strip_prefix("> ") {
            let found = self.buttons.iter().rev().find(|(label, _)| label.contains(words));
            return Ok(found.map(|(label, press)| Content::Pressed { press: press.clone(), label: label.clone() }));
        }
        let Some(rest) = line.strip_prefix('@') else { return Ok(Some(Content::Text { text: line.to_owned() })) };
        let (staff, deed) = match rest.split_once(": ") {
            Some((staff, words)) => (staff, StaffDeed::Say { text: words.to_owned() }),
            None => match rest.split_once(' ') {
                Some((staff, "claim")) => (staff, StaffDeed::Claim),
                Some((staff, "back")) => (staff, StaffDeed::HandBack),
                Some((staff, "resolve")) => (staff, StaffDeed::Resolve),
                _ => anyhow::bail!("{line:?} is no line of a talk"),
            },
        };
        Ok(Some(Content::Staff { staff: staff.to_owned(), deed }))
    }
}
