//! Read models that follow a conversation's events in the commit that appends them: messages with their words, what was
//! understood of each, changes of the owner, facts for lists. Leaves to others: asking them (`list`, `search`, …).

use std::collections::BTreeSet;

use super::super::StoreError;
use super::super::database::{Durability, Store};
use super::super::dialect::{on_pool, on_transaction};
use super::super::transaction::{Inner, Transaction};
use super::grams::{fold, indexed, indexed_runs, pairs};
use crate::domain::{
    ActionName, Content, ConversationId, Emotion, EntityValue, Event, HandoverReason, Intent, Meaning, Owner,
    PolicyName, Press, SlotValue, StoredEvent, Timestamp,
};

crate::closed_set! {
    /// Whose words they are.
    Author {
        /// The shopper's.
        Shopper = "shopper",
        /// The bot's.
        Bot = "bot",
        /// A person's.
        Staff = "staff",
        /// A note that only the staff see.
        Note = "note",
    }
}

/// Below this probability of the likeliest intent a message counts as doubtful.
const DOUBTFUL: f32 = 0.5;
/// Letters of a preview.
const PREVIEW: usize = 80;

/// Words that were said.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// The event's number.
    pub sequence: i64,
    /// Which of the event's messages, from 0.
    pub ordinal: i64,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub author: Author,
    /// The words.
    pub words: String,
}

/// What was understood of a message and what it led to.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRow {
    /// The event's number.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// The main intent that was sure.
    pub intent: Option<Intent>,
    /// Probability of the likeliest.
    pub probability: f32,
    /// The mood.
    pub emotion: Emotion,
    /// The policy that decided last.
    pub policy: Option<PolicyName>,
    /// The action that ran last.
    pub action: Option<ActionName>,
    /// Whether the bot did not understand it.
    pub unanswered: bool,
    /// When it was answered, if at once.
    pub answered_at: Option<Timestamp>,
}

/// A change of the owner.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoverRow {
    /// The event's number.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who speaks from then on.
    pub owner: Owner,
    /// Why.
    pub reason: Option<HandoverReason>,
    /// Which member of staff.
    pub staff: Option<String>,
}

/// What a batch of events adds to the read models.
#[derive(Debug, Default, PartialEq)]
pub(in crate::store) struct Added {
    pub messages: Vec<MessageRow>,
    pub turns: Vec<TurnRow>,
    pub handovers: Vec<HandoverRow>,
    pub orders: BTreeSet<String>,
    pub rating: Option<i64>,
}

impl Added {
    /// Follows events; pure.
    pub fn of<'a>(events: impl IntoIterator<Item = (i64, Timestamp, &'a Event)>) -> Self {
        let mut added = Added::default();
        for (sequence, at, event) in events {
            added.follow(sequence, at, event);
        }
        added
    }

    fn follow(&mut self, sequence: i64, at: Timestamp, event: &Event) {
        match event {
            Event::Received { content, meaning, .. } => self.received(sequence, at, content, meaning.as_deref()),
            Event::ActionRan { action, policy, .. } => {
                if let Some(turn) = self.turns.last_mut() {
                    turn.action = Some(*action);
                    turn.policy = Some(*policy);
                }
            }
            Event::Misunderstood => {
                if let Some(turn) = self.turns.last_mut() {
                    turn.unanswered = true;
                }
            }
            Event::Replied { messages } => {
                for (ordinal, message) in (0..).zip(messages) {
                    let author = if message.key.is_some() { Author::Bot } else { Author::Staff };
                    let words = message.text.trim().to_owned();
                    self.messages.push(MessageRow { sequence, ordinal, at, author, words });
                }
                if let Some(turn) = self.turns.last_mut() {
                    turn.answered_at.get_or_insert(at);
                }
            }
            Event::OwnerChanged { owner, reason, staff } => {
                self.handovers.push(HandoverRow { sequence, at, owner: *owner, reason: *reason, staff: staff.clone() })
            }
            Event::SlotSet { value: SlotValue::Order(number), .. } => {
                self.orders.insert(number.to_string());
            }
            Event::Rated { stars } => self.rating = Some(i64::from(*stars)),
            _ => {}
        }
    }

    fn received(&mut self, sequence: i64, at: Timestamp, content: &Content, meaning: Option<&Meaning>) {
        let words = match content {
            Content::Text { text } => Some(text.clone()),
            Content::Pressed { label, press } => {
                if let Press::Rate { stars } = press {
                    self.rating = Some(i64::from(*stars));
                }
                Some(label.clone())
            }
            Content::Photo { caption, .. } => Some(caption.clone().unwrap_or_default()),
            Content::Command { command } => Some(format!("/{command}")),
            Content::Contact { .. } | Content::Unreadable { .. } | Content::StalePress => Some(String::new()),
            Content::Reachable { .. } | Content::Staff { .. } => None,
        };
        if let Some(words) = words {
            self.messages.push(MessageRow { sequence, ordinal: 0, at, author: Author::Shopper, words });
        }
        let Some(meaning) = meaning else { return };
        for entity in &meaning.entities {
            if let EntityValue::OrderNumber(number) = &entity.value {
                self.orders.insert(number.to_string());
            }
        }
        self.turns.push(TurnRow {
            sequence,
            at,
            intent: meaning.main_intent(),
            probability: meaning.ranked.first().map_or(0.0, |scored| scored.probability),
            emotion: meaning.emotion,
            policy: None,
            action: None,
            unanswered: false,
            answered_at: None,
        });
    }
}

impl Transaction {
    /// Brings the read models of a conversation up to `last`, and tells whoever watches.
    pub(in crate::store) async fn follow_models(
        &mut self,
        conversation: &ConversationId,
        last: i64,
        added: &Added,
    ) -> Result<(), StoreError> {
        let id = conversation.to_string();
        for message in &added.messages {
            self.add_message(&id, message).await?;
        }
        for turn in &added.turns {
            on_transaction!(self, connection => sqlx::query(
                "insert into turns (conversation, sequence, at, intent, probability, emotion, policy, action, unanswered, \
                 answered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (conversation, sequence) do nothing"
            ).bind(&id).bind(turn.sequence).bind(turn.at.millis()).bind(turn.intent.map(Intent::as_str))
            .bind(f64::from(turn.probability)).bind(turn.emotion.as_str()).bind(turn.policy.map(PolicyName::as_str))
            .bind(turn.action.map(ActionName::as_str)).bind(i64::from(turn.unanswered))
            .bind(turn.answered_at.map(Timestamp::millis)).execute(connection).await.map(|_| ()))?;
        }
        for handover in &added.handovers {
            on_transaction!(self, connection => sqlx::query(
                "insert into handovers (conversation, sequence, at, owner, reason, staff) values ($1, $2, $3, $4, $5, $6) \
                 on conflict (conversation, sequence) do nothing"
            ).bind(&id).bind(handover.sequence).bind(handover.at.millis()).bind(handover.owner.as_str())
            .bind(handover.reason.map(HandoverReason::as_str)).bind(handover.staff.as_deref())
            .execute(connection).await.map(|_| ()))?;
        }
        for order in &added.orders {
            on_transaction!(self, connection => sqlx::query(
                "insert into conversation_orders (conversation, order_number) values ($1, $2) on conflict do nothing"
            ).bind(&id).bind(order).execute(connection).await.map(|_| ()))?;
        }
        self.add_facts(&id, last, added).await?;
        self.note_change(&id).await
    }

    async fn add_facts(&mut self, id: &str, last: i64, added: &Added) -> Result<(), StoreError> {
        let count = |is: &dyn Fn(&TurnRow) -> bool| {
            i64::try_from(added.turns.iter().filter(|turn| is(turn)).count()).unwrap_or(i64::MAX)
        };
        let handed = added.handovers.iter().any(|handover| handover.owner == Owner::Waiting);
        let intent = added.turns.iter().rev().find_map(|turn| turn.intent);
        let latest = added.messages.iter().rfind(|message| !message.words.is_empty());
        let preview: Option<String> = latest
            .map(|message| message.words.chars().map(|c| if c == '\n' { ' ' } else { c }).take(PREVIEW).collect());
        let wakes = added.messages.iter().any(|message| message.author == Author::Shopper);
        on_transaction!(self, connection => sqlx::query(
            "update conversations set modelled = $2, handed_over = case when $3 = 1 then 1 else handed_over end, \
             unanswered = unanswered + $4, doubtful = doubtful + $5, rating = coalesce($6, rating), \
             intent = coalesce($7, intent), preview = coalesce($8, preview), preview_author = coalesce($9, preview_author), \
             snoozed_until = case when $10 = 1 then null else snoozed_until end where id = $1"
        ).bind(id).bind(last).bind(i64::from(handed)).bind(count(&|turn| turn.unanswered))
        .bind(count(&|turn| turn.probability < DOUBTFUL)).bind(added.rating).bind(intent.map(Intent::as_str))
        .bind(preview).bind(latest.map(|message| message.author.as_str())).bind(i64::from(wakes))
        .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Adds words to what is read and searched.
    pub(super) async fn add_message(&mut self, conversation: &str, message: &MessageRow) -> Result<i64, StoreError> {
        let folded = fold(&message.words);
        match &mut self.inner {
            Inner::Sqlite { transaction, .. } => {
                let id: i64 = sqlx::query_scalar(
                    "insert into messages (conversation, sequence, ordinal, at, author, words) \
                     values ($1, $2, $3, $4, $5, $6) returning id",
                )
                .bind(conversation)
                .bind(message.sequence)
                .bind(message.ordinal)
                .bind(message.at.millis())
                .bind(message.author.as_str())
                .bind(&message.words)
                .fetch_one(&mut **transaction)
                .await?;
                sqlx::query("insert into message_grams (rowid, grams, runs) values ($1, $2, $3)")
                    .bind(id)
                    .bind(indexed(&folded))
                    .bind(indexed_runs(&folded))
                    .execute(&mut **transaction)
                    .await?;
                Ok(id)
            }
            Inner::Postgres(transaction) => Ok(sqlx::query_scalar(
                "insert into messages (conversation, sequence, ordinal, at, author, words, folded, grams) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
            )
            .bind(conversation)
            .bind(message.sequence)
            .bind(message.ordinal)
            .bind(message.at.millis())
            .bind(message.author.as_str())
            .bind(message.words.replace('\0', ""))
            .bind(folded.replace('\0', ""))
            .bind(pairs(&folded))
            .fetch_one(&mut **transaction)
            .await?),
        }
    }

    /// Tells whoever watches that a conversation looks different now.
    pub(in crate::store) async fn note_change(&mut self, conversation: &str) -> Result<(), StoreError> {
        let now = self.store.now();
        on_transaction!(self, connection => sqlx::query("insert into changes (conversation, at) values ($1, $2)")
            .bind(conversation).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        self.wake_watchers();
        Ok(())
    }
}

impl Store {
    /// Makes the read models of conversations that are older than these models. Returns how many were made.
    pub async fn catch_up_models(&self) -> Result<u64, StoreError> {
        let mut made = 0;
        loop {
            let behind: Vec<(String, i64)> = on_pool!(self, pool => sqlx::query_as(
                "select id, modelled from conversations where modelled < last_sequence order by id limit 100"
            ).fetch_all(pool).await)?;
            if behind.is_empty() {
                return Ok(made);
            }
            for (id, modelled) in behind {
                let conversation: ConversationId =
                    id.parse().map_err(|error| StoreError::bad_row("conversation", error))?;
                let mut transaction = self.begin_with(Durability::Relaxed).await?;
                let events: Vec<StoredEvent> = self.events_after(&conversation, modelled).await?;
                let added = Added::of(events.iter().map(|stored| (stored.sequence, stored.at, &stored.event)));
                let last = events.last().map_or(modelled, |stored| stored.sequence);
                transaction.follow_models(&conversation, last, &added).await?;
                transaction.commit().await?;
                made += 1;
            }
        }
    }
}
