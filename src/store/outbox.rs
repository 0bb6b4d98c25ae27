//! The outbox: messages that a commit decided to send, handed out in order per conversation and settled one by one.
//! A message is marked before it is sent, so that a crash leaves at most the one in flight in doubt, and the doubt is
//! known. Leaves to others: sending (`channel`), pacing rules and workers (`runtime`).

use super::StoreError;
use super::alerts::AlertKind;
use super::database::{Durability, Store};
use super::dialect::{on_pool, on_transaction};
use super::journal::Entry;
use super::lanes::Queue;
use super::transaction::{Inner, Transaction};
use crate::domain::{ChannelKind, Content, ConversationId, Inbound, Message, Press, Timestamp};

/// A message that is this process's to send until its lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedOutbound {
    /// Its number in the outbox.
    pub id: i64,
    /// Where it goes.
    pub conversation: ConversationId,
    /// Whether that is a group.
    pub in_group: bool,
    /// What it says.
    pub message: Message,
    /// How many parts of it have been sent, where it was split.
    pub part: i64,
    /// Which try this is, from 1.
    pub tries: i64,
    /// An earlier try may have arrived: it was under way when its process ended or its connection broke.
    pub in_doubt: bool,
    /// When it was put into the outbox.
    pub created_at: Timestamp,
    /// What it answers, or the notice that it is.
    pub inbound_key: String,
    /// The channel's name for the message that it replaces: it is the answer to a press on another page.
    pub edits: Option<String>,
    /// It is not to be sent before this moment, which is its own among all that are sent.
    pub send_at: Timestamp,
}

/// How a try to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It arrived, under the channel's own name for it.
    Sent {
        /// The channel's name for the message.
        channel_message: Option<String>,
    },
    /// One part of it arrived; the next ones follow.
    PartSent,
    /// It was not accepted now, and not sent: once more later. Does not count as a try.
    Later,
    /// There was no connection, and it was not sent: once more later. Counts as a try.
    NotSent,
    /// It may have arrived: once more, marked as in doubt.
    InDoubt,
    /// It may have arrived, and it is left at that.
    Unknown {
        /// What went wrong.
        fault: String,
    },
    /// It will never be accepted.
    Dead {
        /// What the channel says.
        fault: String,
    },
    /// The shopper has blocked the bot: this and all that waits is dropped.
    Blocked,
}

/// How outbound messages are claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendRules {
    /// How long a claim holds, in seconds.
    pub lease_seconds: i64,
    /// The least time between two messages of all conversations together, in milliseconds.
    pub interval_millis: i64,
}

/// Number, body, part, tries, when made, state, in a group, reachable, inbound key, ordinal.
type UnsentRow = (i64, String, i64, i64, i64, String, i64, i64, String, i64);

/// How far ahead of their moment messages are handed out.
const AHEAD_MILLIS: i64 = 200;

impl Store {
    /// Takes up to `most` messages, each the first that waits in its conversation, of conversations for which nobody
    /// is sending.
    pub async fn claim_outbound(
        &self,
        channel: ChannelKind,
        most: usize,
        rules: SendRules,
    ) -> Result<Vec<ClaimedOutbound>, StoreError> {
        let now = self.now();
        let queue = Queue::Out(channel);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        if most == 0 || !self.lane_is_ready(queue, now).await? {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        // What is handed out is sent soon: a message that waits is not marked as under way.
        let ahead = transaction.reserved_until(queue.name()).await?.millis() - now.millis();
        let most = match rules.interval_millis {
            0 if ahead <= 0 => most,
            0 => 0,
            interval => most.min((AHEAD_MILLIS - ahead.max(0) + interval - 1) / interval),
        };
        if most <= 0 {
            return Ok(Vec::new());
        }
        let lease_until = now.plus_seconds(rules.lease_seconds);
        let mut claimed = Vec::new();
        // A lane may turn out to be empty; it must not use up the place of one that is not.
        loop {
            let left = most - i64::try_from(claimed.len()).unwrap_or(most);
            let lanes = transaction.claim_lanes(queue, now, lease_until, left).await?;
            if lanes.is_empty() {
                break;
            }
            for conversation in lanes {
                match transaction.first_unsent(&conversation, now).await? {
                    Some(outbound) => claimed.push(outbound),
                    None => {
                        transaction.release_lane(queue, &conversation, now).await?;
                        transaction.close_outbound_lane(queue, &conversation).await?;
                    }
                }
            }
        }
        if !claimed.is_empty() {
            let count = i64::try_from(claimed.len()).unwrap_or(1);
            let first = transaction.reserve(queue.name(), now, count * rules.interval_millis).await?.millis();
            for (place, outbound) in (0i64..).zip(&mut claimed) {
                outbound.send_at = Timestamp::from_millis(first + place * rules.interval_millis);
            }
        }
        transaction.commit().await?;
        Ok(claimed)
    }

    /// Settles a try. The conversation's next message is handed out from `next_at` on.
    pub async fn settle_outbound(
        &self,
        outbound: &ClaimedOutbound,
        settled: Settled,
        next_at: Timestamp,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let id = outbound.id;
        let conversation = outbound.conversation.to_string();
        let queue = Queue::Out(outbound.conversation.channel());
        let noted = self.note_sent(outbound, &settled);
        let mut transaction = self.begin_with(Durability::Urgent).await?;
        match settled {
            Settled::Sent { channel_message } => {
                transaction.close_outbound(id, "sent", channel_message.as_deref(), None, now).await?;
            }
            Settled::PartSent => {
                on_transaction!(transaction, connection => sqlx::query(
                    "update outbox set state = 'pending', part = part + 1, settled_at = $2 where id = $1"
                ).bind(id).bind(now.millis()).execute(connection).await.map(|_| ()))?;
            }
            // An earlier try that is in doubt stays so.
            Settled::Later | Settled::NotSent => {
                let counted = settled == Settled::NotSent;
                let state = if outbound.in_doubt { "sending" } else { "pending" };
                on_transaction!(transaction, connection => sqlx::query(
                    "update outbox set state = $2, tries = tries - $3 where id = $1"
                ).bind(id).bind(state).bind(i64::from(!counted)).execute(connection).await.map(|_| ()))?;
            }
            // It stays marked as under way, which is what a crash would have left.
            Settled::InDoubt => {}
            Settled::Unknown { fault } => {
                transaction.close_outbound(id, "unknown", None, Some(&fault), now).await?;
                let reference = id.to_string();
                transaction.alert(AlertKind::DeliveryUnknown, Some(&conversation), &reference, &fault, now).await?;
            }
            Settled::Dead { fault } => {
                transaction.close_outbound(id, "dead", None, Some(&fault), now).await?;
                let reference = id.to_string();
                transaction.alert(AlertKind::Undeliverable, Some(&conversation), &reference, &fault, now).await?;
            }
            Settled::Blocked => {
                on_transaction!(transaction, connection => sqlx::query(
                    "update conversations set reachable = 0 where id = $1"
                ).bind(&conversation).execute(connection).await.map(|_| ()))?;
                transaction.drop_unsent(&conversation, now).await?;
            }
        }
        transaction.release_lane(queue, &conversation, next_at).await?;
        transaction.commit().await?;
        if let (true, Some(journal)) = (noted, &self.journal)
            && let Err(error) = journal.committed()
        {
            tracing::warn!(%error, "the journal of what was sent cannot be emptied");
        }
        if next_at <= now {
            self.signals.outbox.notify_one();
        }
        Ok(())
    }

    /// Notes in the journal what was sent, before the commit that may have to wait.
    fn note_sent(&self, outbound: &ClaimedOutbound, settled: &Settled) -> bool {
        let Some(journal) = &self.journal else { return false };
        let (whole, channel_message) = match settled {
            Settled::Sent { channel_message } => (true, channel_message.clone()),
            Settled::PartSent => (false, None),
            _ => return false,
        };
        let entry = Entry { outbound: outbound.id, part: outbound.part, whole, channel_message };
        match journal.note(&entry) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "the journal of what was sent cannot be written");
                false
            }
        }
    }

    /// Settles what an earlier life of this process had sent and not committed any more.
    pub(super) async fn settle_journal(&self) -> Result<(), StoreError> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let entries = journal.read().map_err(sqlx::Error::Io)?;
        if entries.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut transaction = self.begin().await?;
        for entry in entries {
            let state = if entry.whole { "sent" } else { "pending" };
            on_transaction!(transaction, connection => sqlx::query(
                "update outbox set state = $3, part = part + $4, channel_message = $5, settled_at = $6 \
                 where id = $1 and part = $2 and state = 'sending'"
            ).bind(entry.outbound).bind(entry.part).bind(state).bind(i64::from(!entry.whole))
            .bind(entry.channel_message.as_deref()).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        }
        transaction.commit().await?;
        journal.empty().map_err(sqlx::Error::Io)?;
        Ok(())
    }

    /// Nothing is handed out for this channel with a moment before `until`: the channel asked for quiet.
    pub async fn hold_outbound(&self, channel: ChannelKind, until: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin_with(Durability::Relaxed).await?;
        on_transaction!(transaction, connection => sqlx::query(
            "insert into pacing (scope, next_at) values ($1, $2) on conflict (scope) do update set next_at = \
             case when pacing.next_at > $2 then pacing.next_at else $2 end"
        ).bind(Queue::Out(channel).name()).bind(until.millis()).execute(connection).await.map(|_| ()))?;
        transaction.commit().await
    }

    /// The moments at which the last `most` messages of a conversation were settled, the latest first.
    pub async fn last_sent(&self, conversation: &ConversationId, most: u32) -> Result<Vec<Timestamp>, StoreError> {
        let rows: Vec<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select settled_at from outbox where conversation = $1 and settled_at is not null \
             order by settled_at desc limit $2"
        ).bind(conversation.to_string()).bind(i64::from(most)).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(Timestamp::from_millis).collect())
    }

    /// A message of the outbox with the conversation it went to and when it was settled, for the buttons below it; none
    /// if it is gone.
    pub async fn outbound(&self, id: i64) -> Result<Option<(ConversationId, Message, Option<Timestamp>)>, StoreError> {
        let row: Option<(String, String, Option<i64>)> = on_pool!(self, pool => sqlx::query_as(
            "select conversation, body, settled_at from outbox where id = $1"
        ).bind(id).fetch_optional(pool).await)?;
        row.map(|(conversation, body, at)| {
            Ok((
                conversation.parse().map_err(|error| StoreError::bad_row("conversation", error))?,
                serde_json::from_str(&body).map_err(|error| StoreError::bad_row("message", error))?,
                at.map(Timestamp::from_millis),
            ))
        })
        .transpose()
    }

    /// How many messages wait to be sent.
    pub async fn outbox_length(&self) -> Result<i64, StoreError> {
        Ok(on_pool!(self, pool => sqlx::query_scalar(
            "select count(*) from outbox where state in ('pending', 'sending')"
        ).fetch_one(pool).await)?)
    }

    /// When the next outbound of a channel can be claimed, if any waits.
    pub async fn next_outbound_at(&self, channel: ChannelKind) -> Result<Option<Timestamp>, StoreError> {
        let queue = Queue::Out(channel);
        let Some(ready) = self.next_ready(queue).await? else { return Ok(None) };
        let reserved: Option<i64> = on_pool!(self, pool => sqlx::query_scalar(
            "select next_at from pacing where scope = $1"
        ).bind(queue.name()).fetch_optional(pool).await)?;
        Ok(Some(ready.max(Timestamp::from_millis(reserved.unwrap_or(0) - AHEAD_MILLIS))))
    }
}

impl Transaction {
    /// The first message of a conversation that is not settled, marked as under way. Drops all if the shopper has
    /// blocked the bot.
    async fn first_unsent(
        &mut self,
        conversation: &str,
        now: Timestamp,
    ) -> Result<Option<ClaimedOutbound>, StoreError> {
        loop {
            let row: Option<UnsentRow> = on_transaction!(self, connection => sqlx::query_as(
                    "select outbox.id, body, part, tries, outbox.created_at, state, in_group, reachable, inbound_key, \
                     ordinal from outbox join conversations on conversations.id = outbox.conversation \
                     where outbox.conversation = $1 and state in ('pending', 'sending') order by outbox.id limit 1"
                ).bind(conversation).fetch_optional(connection).await)?;
            let Some((id, body, part, tries, created_at, state, in_group, reachable, inbound_key, ordinal)) = row
            else {
                return Ok(None);
            };
            if reachable == 0 {
                self.drop_unsent(conversation, now).await?;
                return Ok(None);
            }
            let Ok(message) = serde_json::from_str::<Message>(&body) else {
                self.close_outbound(id, "dead", None, Some("was written by another version"), now).await?;
                continue;
            };
            on_transaction!(self, connection => sqlx::query(
                "update outbox set state = 'sending', tries = tries + 1 where id = $1"
            ).bind(id).execute(connection).await.map(|_| ()))?;
            let edits = if ordinal == 0 && part == 0 { self.replaced_by(&inbound_key).await? } else { None };
            return Ok(Some(ClaimedOutbound {
                id,
                inbound_key,
                edits,
                conversation: conversation.parse().map_err(|error| StoreError::bad_row("conversation", error))?,
                in_group: in_group != 0,
                message,
                part,
                tries: tries + 1,
                in_doubt: state == "sending",
                created_at: Timestamp::from_millis(created_at),
                send_at: now,
            }));
        }
    }

    /// The channel's name for the message on which another page was asked for, if that is what an inbound did.
    async fn replaced_by(&mut self, inbound_key: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String, Option<String>)> = on_transaction!(self, connection => sqlx::query_as(
            "select inbox.body, outbox.channel_message from inbox join outbox on outbox.id = inbox.pressed \
             where inbox.key = $1"
        ).bind(inbound_key).fetch_optional(connection).await)?;
        let Some((body, Some(channel_message))) = row else { return Ok(None) };
        let turns_page = serde_json::from_str::<Inbound>(&body)
            .is_ok_and(|inbound| matches!(inbound.content, Content::Pressed { press: Press::Page { .. }, .. }));
        Ok(turns_page.then_some(channel_message))
    }

    async fn close_outbound(
        &mut self,
        id: i64,
        state: &str,
        channel_message: Option<&str>,
        fault: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "update outbox set state = $2, channel_message = $3, fault = $4, settled_at = $5 where id = $1"
        ).bind(id).bind(state).bind(channel_message).bind(fault).bind(now.millis())
        .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    async fn drop_unsent(&mut self, conversation: &str, now: Timestamp) -> Result<(), StoreError> {
        on_transaction!(self, connection => sqlx::query(
            "update outbox set state = 'dropped', settled_at = $2 where conversation = $1 \
             and state in ('pending', 'sending')"
        ).bind(conversation).bind(now.millis()).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Until when a scope's time is taken; locks it, where several processes share it.
    async fn reserved_until(&mut self, scope: &str) -> Result<Timestamp, StoreError> {
        let at: Option<i64> = match &mut self.inner {
            Inner::Sqlite { transaction, .. } => {
                sqlx::query_scalar("select next_at from pacing where scope = $1")
                    .bind(scope)
                    .fetch_optional(&mut **transaction)
                    .await?
            }
            Inner::Postgres(transaction) => {
                sqlx::query_scalar("select next_at from pacing where scope = $1 for update")
                    .bind(scope)
                    .fetch_optional(&mut **transaction)
                    .await?
            }
        };
        Ok(Timestamp::from_millis(at.unwrap_or(0)))
    }

    /// Reserves `span` milliseconds of a scope's time and returns where they begin.
    async fn reserve(&mut self, scope: &str, now: Timestamp, span: i64) -> Result<Timestamp, StoreError> {
        let end: i64 = on_transaction!(self, connection => sqlx::query_scalar(
            "insert into pacing (scope, next_at) values ($1, $2 + $3) on conflict (scope) do update set next_at = \
             case when pacing.next_at > $2 then pacing.next_at else $2 end + $3 returning next_at"
        ).bind(scope).bind(now.millis()).bind(span).fetch_one(connection).await)?;
        Ok(Timestamp::from_millis(end - span))
    }
}
