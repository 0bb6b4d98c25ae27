//! Plays one conversation: sets the scene, does the acts one after the other, judges what came. Leaves to others: the
//! stage (`stage`), the judging (`judge`, `rows`), many conversations at once (`run`).

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AssertSqlSafe;

use super::act::{Contact, Does, PressQuery};
use super::error::ScriptError;
use super::format::{EffectName, Step};
use super::judge::{Failure, judge, judge_always};
use super::read::Script;
use super::rows;
use super::setting::{Shopper, scalar};
use super::stage::{Scene, Stage};
use super::turn::Turn;
use crate::dialogue::Tracker;
use crate::domain::{
    ChannelKind, Content, ConversationId, CustomerId, Event, Inbound, MessageButton, Slot, SlotValue, Timestamp,
};
use crate::shop::Verification;

/// How long the shopper takes from one message to the next.
const PACE_SECONDS: i64 = 5;

/// What came of a conversation.
#[derive(Debug, Default)]
pub struct Played {
    /// The turns, as far as it went.
    pub turns: Vec<Turn>,
    /// Every claim that does not hold.
    pub failures: Vec<Failure>,
    /// What ended it early.
    pub fault: Option<String>,
}

/// Plays `script` in its `variant`th wording. `name` is unique among all that are played on the stage.
pub async fn play(stage: &Stage, script: &Script, variant: usize, name: &str) -> Played {
    let mut played = Played::default();
    let scene = match stage.scene(name, script.ground.start).await {
        Ok(scene) => scene,
        Err(error) => {
            played.fault = Some(error.to_string());
            return played;
        }
    };
    let conversation = ConversationId::new(ChannelKind::Script, name);
    let mut player = Player {
        script,
        variant,
        scene,
        conversation,
        names: BTreeMap::new(),
        sequence: 0,
        applied: BTreeSet::new(),
        line: script.line,
        played,
    };
    if let Err(error) = player.perform().await {
        player.played.fault = Some(format!("line {}: {error}", player.line));
    }
    let Player { scene, played, .. } = player;
    scene.close().await;
    played
}

struct Player<'a> {
    script: &'a Script,
    variant: usize,
    scene: Scene,
    conversation: ConversationId,
    names: BTreeMap<String, String>,
    /// How much of the log has been seen.
    sequence: i64,
    /// The changes that have been seen.
    applied: BTreeSet<String>,
    /// The line of the step at hand.
    line: u64,
    played: Played,
}

impl Player<'_> {
    async fn perform(&mut self) -> Result<(), ScriptError> {
        self.set_the_scene().await?;
        let before = self.digests(self.script.case.rows_unchanged.0.iter()).await?;
        for index in 0..self.script.steps.len() {
            let (line, step) = &self.script.steps[index];
            self.line = *line;
            self.act(index, step).await?;
            self.judge(*line, step).await?;
        }
        for (table, digest) in self.digests(before.keys()).await? {
            if before.get(&table) != Some(&digest) {
                let expected = format!("{table} as before the first message");
                let line = self.script.line;
                let failure = Failure { line, claim: "rows_unchanged", expected, got: "changed".to_owned() };
                self.played.failures.push(failure);
            }
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.scene.clock.now()
    }

    /// The text with the case's values in the place of their names.
    fn fill(&self, text: &str) -> String {
        fill(&self.names, text)
    }

    async fn set_the_scene(&mut self) -> Result<(), ScriptError> {
        let ground = self.script.ground.clone();
        for (name, sql) in &ground.given {
            let sql = self.fill(sql);
            let value = rows::value(&self.scene.pool, &sql, &self.conversation, self.now()).await?;
            self.names.insert(name.clone(), value);
        }
        for statement in &ground.setup {
            let sql = self.fill(statement);
            let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.scene.pool).await;
            done.map_err(|source| ScriptError::Database { what: format!("setup failed ({statement})"), source })?;
        }
        let mut events = Vec::new();
        if let Shopper::Customer(id) = ground.shopper {
            self.verify(id).await?;
            events.push(Event::Verified { customer: CustomerId(id) });
        }
        for (slot, value) in &ground.slots {
            let text = scalar(value).map(|text| self.fill(&text)).unwrap_or_default();
            events.push(Event::SlotSet { slot: *slot, value: slot_value(*slot, &text)? });
        }
        if !events.is_empty() {
            let fault = |error: &dyn std::fmt::Display| ScriptError::Stage(error.to_string());
            let mut transaction = self.scene.store.begin().await.map_err(|error| fault(&error))?;
            let appended = transaction.append(&self.conversation, 0, self.now(), &events).await;
            self.sequence = appended.map_err(|error| fault(&error))?;
            transaction.commit().await.map_err(|error| fault(&error))?;
        }
        self.applied = rows::effects(&self.scene.pool).await?.into_iter().map(|(key, _)| key).collect();
        Ok(())
    }

    /// The customer proves who they are as in a chat: by the own contact.
    async fn verify(&self, customer: i64) -> Result<(), ScriptError> {
        let phone = self.phone_of(customer).await?;
        let phone = phone.parse().map_err(|error| ScriptError::Impossible(format!("customer {customer}: {error}")))?;
        let shop = &self.scene.shop;
        let fault = |error: crate::shop::ShopError| ScriptError::Stage(error.to_string());
        match shop.verify_by_contact(&self.conversation, &phone, self.now()).await.map_err(fault)? {
            Verification::Verified(customer) => shop.bind(&self.conversation, &customer).await.map_err(fault),
            _ => Err(ScriptError::Impossible(format!("customer {customer} cannot be verified by the own contact"))),
        }
    }

    async fn phone_of(&self, customer: i64) -> Result<String, ScriptError> {
        let sql = format!("select phone from customers where id = {customer}");
        rows::value(&self.scene.pool, &sql, &self.conversation, self.now()).await
    }

    /// Does the act of the step, if it has one.
    async fn act(&mut self, index: usize, step: &Step) -> Result<(), ScriptError> {
        if let Some(span) = step.wait {
            self.scene.clock.advance_seconds(span.0 * i64::from(step.repeat.unwrap_or(1)));
            return Ok(());
        }
        for _ in 0..step.repeat.unwrap_or(1) {
            let Some((act, content)) = self.content(step).await? else { return Ok(()) };
            self.deliver(index, act, content).await?;
        }
        Ok(())
    }

    async fn content(&self, step: &Step) -> Result<Option<(String, Content)>, ScriptError> {
        let wordings = &step.user.0;
        if !wordings.is_empty() {
            let text = self.fill(&wordings[self.variant % wordings.len()]);
            return Ok(Some((format!("user: {text}"), Content::Text { text })));
        }
        if let Some(query) = &step.press {
            return self.press(query).map(Some);
        }
        if let Some(contact) = &step.contact {
            let (own, phone) = match (contact, self.script.ground.shopper) {
                (Contact::Own(Some(phone)), _) => (true, self.fill(phone)),
                (Contact::Foreign(phone), _) => (false, self.fill(phone)),
                (Contact::Own(None), Shopper::Customer(id)) => (true, self.phone_of(id).await?),
                (Contact::Own(None), Shopper::Stranger) => {
                    return Err(ScriptError::Impossible("whose contact? write contact: {own: PHONE}".to_owned()));
                }
            };
            let whose = if own { "own" } else { "foreign" };
            return Ok(Some((format!("contact: {whose}"), Content::Contact { phone, own })));
        }
        if let Some(photo) = &step.photo {
            let caption = photo.caption.as_ref().map(|caption| self.fill(caption));
            let content = Content::Photo { file: photo.file.clone(), caption };
            return Ok(Some((format!("photo: {}", photo.file), content)));
        }
        if let Some(command) = step.command {
            return Ok(Some((format!("command: {command}"), Content::Command { command })));
        }
        if let Some(what) = &step.unreadable {
            return Ok(Some((format!("unreadable: {what}"), Content::Unreadable { what: what.clone() })));
        }
        Ok(step.staff.as_ref().map(|staff| {
            let content = Content::Staff { staff: "script".to_owned(), deed: staff.0.clone() };
            (format!("staff: {:?}", staff.0), content)
        }))
    }

    /// Looks for the button among the answers, the latest first.
    fn press(&self, query: &PressQuery) -> Result<(String, Content), ScriptError> {
        if query.does == Some(Does::Stale) {
            return Ok(("press: a stale button".to_owned(), Content::StalePress));
        }
        let fill = |text: &str| self.fill(text);
        let fits = |button: &&MessageButton, exact: bool| {
            let label = query.label.as_ref().is_none_or(|label| match exact {
                true => label.is(&button.label, fill),
                false => label.is_in(&button.label, fill),
            });
            label && query.does.is_none_or(|does| does == Does::of(&button.press))
        };
        let turns = self.played.turns.iter().rev().filter(|turn| query.turn.is_none_or(|number| number == turn.number));
        for turn in turns {
            for exact in [true, false] {
                if let Some(button) = turn.buttons().filter(|button| fits(button, exact)).nth(query.nth - 1) {
                    let content = Content::Pressed { press: button.press.clone(), label: button.label.clone() };
                    return Ok((format!("press: {}", button.label), content));
                }
            }
        }
        let label = query.label.as_ref().map_or("any label", |label| label.as_str());
        let does = query.does.map_or("do anything", Does::as_str);
        Err(ScriptError::Impossible(format!("there is no button to press ({label}, {does})")))
    }

    async fn deliver(&mut self, index: usize, act: String, content: Content) -> Result<(), ScriptError> {
        self.scene.clock.advance_seconds(PACE_SECONDS);
        let watched = self.watched(index);
        let before = self.digests(watched.iter()).await?;
        let number = self.played.turns.len() + 1;
        let inbound = Inbound {
            key: format!("{}/{number}", self.conversation),
            conversation: self.conversation.clone(),
            at: self.now(),
            in_group: self.script.ground.in_group,
            content,
        };
        self.scene.line.deliver(&inbound).await?;
        let log = self.scene.store.events(&self.conversation).await;
        let log = log.map_err(|error| ScriptError::Turn(error.to_string()))?;
        let tracker = Tracker::replay(&log);
        let events = log.into_iter().filter(|stored| stored.sequence > self.sequence).map(|stored| stored.event);
        let mut turn = Turn {
            number,
            line: self.line,
            act,
            at: self.now(),
            events: events.collect(),
            effects: self.new_effects().await?,
            owner: tracker.owner,
            slots: tracker.slots.clone(),
            asks: tracker.question.as_ref().map(|question| question.slot),
            changed_tables: Vec::new(),
        };
        self.sequence = tracker.sequence;
        for (table, digest) in self.digests(before.keys()).await? {
            if before.get(&table) != Some(&digest) {
                turn.changed_tables.push(table);
            }
        }
        let names = self.names.clone();
        let always = judge_always(self.line, &self.script.case, &turn, &|text| fill(&names, text));
        self.played.failures.extend(always);
        self.played.turns.push(turn);
        Ok(())
    }

    async fn new_effects(&mut self) -> Result<Vec<EffectName>, ScriptError> {
        let mut new = Vec::new();
        for (key, effect) in rows::effects(&self.scene.pool).await? {
            if self.applied.insert(key) {
                new.push(effect);
            }
        }
        Ok(new)
    }

    /// The tables that this step and those up to the next act make claims about.
    fn watched(&self, index: usize) -> BTreeSet<String> {
        let steps = &self.script.steps[index..];
        let until = steps.iter().skip(1).take_while(|(_, step)| step.acts().is_empty()).count();
        steps.iter().take(until + 1).flat_map(|(_, step)| step.rows_unchanged.0.iter().cloned()).collect()
    }

    async fn digests(&self, tables: impl Iterator<Item = &String>) -> Result<BTreeMap<String, [u8; 32]>, ScriptError> {
        let mut digests = BTreeMap::new();
        for table in tables {
            digests.insert(table.clone(), rows::digest(&self.scene.pool, table).await?);
        }
        Ok(digests)
    }

    async fn judge(&mut self, line: u64, step: &Step) -> Result<(), ScriptError> {
        let Some(turn) = self.played.turns.last() else { return Ok(()) };
        let names = self.names.clone();
        let fill = |text: &str| fill(&names, text);
        let mut failures = judge(line, step, turn, &fill);
        for claim in &step.rows.0 {
            let failure =
                rows::judge_rows(&self.scene.pool, line, claim, &self.conversation, self.now(), &fill).await?;
            failures.extend(failure);
        }
        self.played.failures.extend(failures);
        Ok(())
    }
}

fn fill(names: &BTreeMap<String, String>, text: &str) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A slot's value from its text in a fixture.
fn slot_value(slot: Slot, text: &str) -> Result<SlotValue, ScriptError> {
    let wrong = || ScriptError::Impossible(format!("{text:?} is no value for the slot {slot}"));
    let number = || text.parse::<i64>().map_err(|_| wrong());
    Ok(match slot {
        Slot::Order => SlotValue::Order(text.parse().map_err(|_| wrong())?),
        Slot::Line => SlotValue::Line(crate::domain::OrderLineId(number()?)),
        Slot::Variant => SlotValue::Variant(crate::domain::VariantId(number()?)),
        Slot::Quantity => SlotValue::Number(number()?),
        Slot::Product if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            SlotValue::Product(crate::domain::ProductId(number()?))
        }
        Slot::Budget => {
            let (least, most) = text.split_once("..").ok_or_else(wrong)?;
            let cents = |end: &str| match end {
                "" => Ok(None),
                yuan => yuan.parse::<i64>().map(|yuan| Some(yuan * 100)).map_err(|_| wrong()),
            };
            SlotValue::Range { least: cents(least)?, most: cents(most)? }
        }
        _ => SlotValue::Text(text.to_owned()),
    })
}
