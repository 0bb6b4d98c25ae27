//! One turn, top to bottom. Read this file first.
//!
//! load → understand → interpret → (decide → act)* → render → commit. Everything a turn does becomes durable in one
//! transaction or not at all; nothing is sent from here. Leaves to others: every single step.

mod notices;

pub use notices::NOTICE;

use std::sync::Arc;

use crate::actions::{self, ActionError, Context, Outcome, Services, Write};
use crate::dialogue::{Tracker, decide, interpret};
use crate::domain::{
    ActionName, Clock, Content, Event, Inbound, Message, Owner, PolicyName, Reply, ReplyKey, StaffDeed, Timestamp,
};
use crate::nlg::Renderer;
use crate::nlu::Reader;
use crate::shop::{self, Applied, Effect, Refused, ShopError, VerifiedCustomer, WriteRules};
use crate::store::{Store, StoreError};

/// How many actions one message may set off.
const ACTIONS: usize = 8;
/// How often a turn is run anew when the facts changed under it.
const ATTEMPTS: usize = 3;
/// How long a line of waiting shoppers is counted.
const LINE: u32 = 200;
/// A message longer than this gets a hint that only its beginning was read.
const LONG: usize = 2_000;

/// The heart: takes what arrived, makes what is said. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    /// Understands words.
    pub reader: Reader,
    /// What actions look at.
    pub services: Services,
    /// Remembers.
    pub store: Store,
    /// Finds the words.
    pub renderer: Renderer,
    /// Tells the time.
    pub clock: Clock,
    /// The limits of writes.
    pub rules: Arc<WriteRules>,
}

/// What a turn came to.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct TurnReport {
    /// The events that were written.
    pub events: Vec<Event>,
    /// What is sent.
    pub messages: Vec<Message>,
    /// The actions with the policies that chose them.
    pub steps: Vec<(PolicyName, ActionName)>,
    /// Who owns the conversation now.
    pub owner: Option<Owner>,
    /// The changes of the shop's database that were carried out.
    pub effects: Vec<Effect>,
}

/// What stops a turn; it is tried again later.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The conversations cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The shop cannot be read or written.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// The shop refused every attempt, each for another reason.
    #[error("the shop's facts changed under every attempt of a turn")]
    Unsettled,
    /// The understanding is overloaded or broken.
    #[error(transparent)]
    Reader(#[from] crate::nlu::ReadError),
}

impl From<actions::ActionError> for EngineError {
    fn from(error: actions::ActionError) -> Self {
        match error {
            actions::ActionError::Shop(error) => EngineError::Shop(error),
        }
    }
}

/// A turn that has been thought through and is not yet written.
struct Draft {
    report: TurnReport,
    says: Vec<Say>,
    tracker: Tracker,
    verified: Option<VerifiedCustomer>,
}

/// What is said, in order: at once, or once a write holds.
enum Say {
    Reply(Reply),
    Write(Box<Write>),
}

impl Engine {
    /// Handles one arrival: everything it does is committed when this returns.
    pub async fn turn(&self, inbound: &Inbound) -> Result<TurnReport, EngineError> {
        let mut refused: Option<Refused> = None;
        let mut conflict = None;
        for _ in 0..ATTEMPTS {
            let before = Tracker::replay(&self.store.events(&inbound.conversation).await?);
            let draft = self.think(inbound, &before, refused.as_ref()).await?;
            match self.commit(inbound, before.sequence, draft).await {
                Ok(Ok(report)) => return Ok(report),
                Ok(Err(reason)) => refused = Some(reason),
                Err(EngineError::Store(error)) if error.is_conflict() => conflict = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(conflict.map_or(EngineError::Unsettled, EngineError::Store))
    }

    /// Everything up to the commit; reads, writes nothing.
    async fn think(
        &self,
        inbound: &Inbound,
        before: &Tracker,
        refused: Option<&Refused>,
    ) -> Result<Draft, EngineError> {
        let now = self.clock.now();
        let meaning = match &inbound.content {
            Content::Text { text } | Content::Photo { caption: Some(text), .. } => {
                let previous = before.last_messages.last().map(|message| message.text.as_str());
                Some(Box::new(self.reader.read(text, previous, &now.zoned(&self.services.zone)).await?))
            }
            _ => None,
        };
        let received = Event::Received {
            key: inbound.key.clone(),
            content: inbound.content.clone(),
            meaning,
            in_group: inbound.in_group,
        };
        let mut draft = Draft {
            report: TurnReport::default(),
            says: Vec::new(),
            tracker: before.clone(),
            verified: self.services.shop.resume(&inbound.conversation).await?,
        };
        draft.learn(interpret(before, received, now), now);
        if let Content::Staff { deed: StaffDeed::Say { text }, .. } = &inbound.content {
            let message =
                Message { key: None, text: text.clone(), buttons: Vec::new(), image: None, asks_contact: false };
            draft.report.messages.push(message);
        }
        if draft.tracker.mood().is_low() && draft.tracker.owner == Owner::Bot && draft.acknowledges_mood() {
            draft.says.push(Say::Reply(Reply::new(ReplyKey::AcknowledgeMoodFirst)));
        }
        if matches!(&inbound.content, Content::Text { text } if text.chars().count() > LONG) {
            draft.says.push(Say::Reply(Reply::new(ReplyKey::ErrorTooLong)));
        }
        for _ in 0..ACTIONS {
            let Some(decision) = decide(&draft.tracker) else { break };
            let returning = draft.tracker.returning;
            let waiting = match decision.action {
                ActionName::HandOver => self.store.conversations(Some(Owner::Waiting), None, LINE).await?.len(),
                _ => 0,
            };
            let context = Context {
                services: &self.services,
                tracker: &draft.tracker,
                conversation: &inbound.conversation,
                customer: draft.verified,
                now,
                refused,
                waiting: u32::try_from(waiting).unwrap_or(LINE),
            };
            let (outcome, questions) = shop::recorded(actions::run(decision.action, &context)).await;
            let outcome = match outcome {
                // The merchant's database is not ours to mend: the shopper is told, everything else goes on.
                Err(ActionError::Shop(error)) if error.is_elsewhere() && self.services.shop.merchant().is_some() => {
                    tracing::warn!(%error, action = %decision.action, "a look-up in the shop failed");
                    actions::cannot_look_up()
                }
                outcome => outcome?,
            };
            draft.report.steps.push((decision.policy, decision.action));
            draft.learn(vec![Event::ActionRan { action: decision.action, policy: decision.policy }], now);
            if !questions.is_empty() {
                let questions = questions.into_iter().map(str::to_owned).collect();
                draft.learn(vec![Event::LookedUp { questions }], now);
            }
            if returning && !outcome.replies.is_empty() {
                draft.says.push(Say::Reply(Reply::new(ReplyKey::ResumeBack)));
            }
            let stands_still = outcome.events.is_empty();
            draft.take(outcome, now);
            // An action that changes nothing has said all there is to say.
            if stands_still {
                break;
            }
        }
        Ok(draft)
    }

    /// Writes the turn. A refusal of the shop leaves nothing behind and says why.
    async fn commit(
        &self,
        inbound: &Inbound,
        sequence: i64,
        mut draft: Draft,
    ) -> Result<Result<TurnReport, Refused>, EngineError> {
        let now = self.clock.now();
        // The merchant's database has transactions of its own: what it takes holds before ours begins.
        let says = match self.carry_out(std::mem::take(&mut draft.says), now).await? {
            Ok(says) => says,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut transaction = self.store.begin().await?;
        let mut replies = Vec::with_capacity(says.len());
        for (say, carried_out) in says {
            let write = match say {
                Say::Reply(reply) => {
                    replies.push(reply);
                    continue;
                }
                Say::Write(write) => write,
            };
            let applied = match (carried_out, transaction.sqlite()) {
                (Some(applied), _) => Ok(applied),
                (None, Some(connection)) => shop::apply(connection, &write.change, &self.rules, now).await?,
                // Our side of the shop is another database: its own transaction, and the change's key keeps it single.
                (None, None) => self.services.shop.own().apply(&write.change, &self.rules, now).await?,
            };
            match applied {
                Ok(applied) => {
                    if let Effect::Requested { id } = applied.effect {
                        if !applied.repeated {
                            transaction.alert_request(&inbound.conversation, id, now).await?;
                        }
                        replies.push(Reply::new(ReplyKey::RequestFiled).with("effect", &applied.effect));
                    } else if let Some(reply) = write.done {
                        replies.push(reply.with("effect", &applied.effect));
                    }
                    draft.report.effects.push(applied.effect);
                }
                // The transaction is dropped: nothing of the turn is left behind.
                Err(refused) => return Ok(Err(refused)),
            }
        }
        if let Some(customer) = draft.verified {
            match transaction.sqlite() {
                Some(connection) => shop::bind(connection, &inbound.conversation, &customer).await?,
                None => self.services.shop.bind(&inbound.conversation, &customer).await?,
            }
        }
        let (turn, language) = (draft.tracker.turns, draft.tracker.language);
        let rendered =
            replies.iter().map(|reply| self.renderer.render_in(language, reply, &inbound.conversation, turn));
        draft.report.messages.extend(rendered.filter(|message| !message.text.trim().is_empty()));
        if !draft.report.messages.is_empty() {
            draft.learn(vec![Event::Replied { messages: draft.report.messages.clone() }], now);
        }
        transaction.append(&inbound.conversation, sequence, now, &draft.report.events).await?;
        transaction.enqueue(&inbound.conversation, &inbound.key, &draft.report.messages, now).await?;
        transaction.finish_inbound(&inbound.key).await?;
        transaction.commit().await?;
        draft.report.owner = Some(draft.tracker.owner);
        Ok(Ok(draft.report))
    }
}

/// What is said, with the effect of a write that holds already.
type CarriedOut = Vec<(Say, Option<Applied>)>;

impl Engine {
    /// Lets the merchant's database carry out what it takes. A write that cannot be tried now is not made: the shopper
    /// hears that instead.
    async fn carry_out(&self, says: Vec<Say>, now: Timestamp) -> Result<Result<CarriedOut, Refused>, EngineError> {
        let mut settled = Vec::with_capacity(says.len());
        for say in says {
            let Say::Write(write) = say else {
                settled.push((say, None));
                continue;
            };
            match self.services.shop.carry_out(&write.change, now).await {
                Ok(Some(Ok(applied))) => settled.push((Say::Write(write), Some(applied))),
                Ok(Some(Err(refused))) => return Ok(Err(refused)),
                Ok(None) => settled.push((Say::Write(write), None)),
                Err(error) if error.is_elsewhere() => {
                    tracing::warn!(%error, "a write in the shop failed");
                    settled
                        .extend(actions::cannot_look_up().replies.into_iter().map(|reply| (Say::Reply(reply), None)));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Ok(settled))
    }
}

impl Draft {
    fn learn(&mut self, events: Vec<Event>, now: Timestamp) {
        for event in events {
            self.tracker.apply(&event, now);
            self.report.events.push(event);
        }
    }

    fn take(&mut self, outcome: Outcome, now: Timestamp) {
        // What was said again is sent again as it was.
        for event in &outcome.events {
            if let Event::Replied { messages } = event {
                self.report.messages.extend(messages.iter().cloned());
            }
        }
        let events = outcome.events.into_iter().filter(|event| !matches!(event, Event::Replied { .. })).collect();
        self.learn(events, now);
        self.verified = outcome.verified.or(self.verified);
        self.says.extend(outcome.replies.into_iter().map(Say::Reply));
        self.says.extend(outcome.writes.into_iter().map(|write| Say::Write(Box::new(write))));
    }

    /// Whether a word of sympathy comes before the business of this turn.
    fn acknowledges_mood(&self) -> bool {
        let first_low = self.tracker.moods.iter().rev().nth(1).is_none_or(|mood| !mood.is_low());
        let has_business = self
            .tracker
            .wish()
            .is_some_and(|wish| !matches!(wish.intent, crate::domain::Intent::Abuse | crate::domain::Intent::Greeting));
        first_low && has_business && self.tracker.handover.is_none()
    }
}
