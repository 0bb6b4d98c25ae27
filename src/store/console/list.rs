//! The list of conversations with its filters and counts. What an account may see is part of every statement, so that
//! lists and counts never tell of more. Leaves to others: the shape of addresses (`console`).

use super::super::StoreError;
use super::super::conversations::Summary;
use super::super::database::Store;
use super::desk::ConversationNumber;
use super::models::Author;
use super::query::{Bind, Statement, fetch};
use super::words::Label;
use crate::domain::{ConversationId, Emotion, Intent, OrderNumber, Owner, Timestamp};

/// Which conversations somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The account's login.
    pub login: String,
    /// Whether only own and unassigned ones.
    pub own_only: bool,
}

impl Sight {
    /// Whether a conversation with this member of staff may be seen.
    pub fn sees(&self, staff: Option<&str>) -> bool {
        !self.own_only || staff.is_none_or(|staff| staff == self.login)
    }

    /// The same as a condition on `c`.
    pub(super) fn push(&self, statement: &mut Statement) {
        if self.own_only {
            statement.push_text(" and (c.staff is null or c.staff = ?)", &self.login);
        }
    }
}

crate::closed_set! {
    /// What comes first.
    Order {
        /// The latest.
        Latest = "latest",
        /// Whoever waits longest for a person.
        Waiting = "waiting",
    }
}

/// Which conversations are wanted; every part narrows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Who speaks.
    pub owner: Option<Owner>,
    /// The member of staff who has it.
    pub staff: Option<String>,
    /// A message with this intent.
    pub intent: Option<Intent>,
    /// A message in this mood.
    pub emotion: Option<Emotion>,
    /// Something was said from here on.
    pub from: Option<Timestamp>,
    /// Something was said before this.
    pub until: Option<Timestamp>,
    /// The bot did not understand something.
    pub unanswered: bool,
    /// The bot was unsure of something.
    pub doubtful: bool,
    /// It went to a person.
    pub handed_over: bool,
    /// Rated with at most so many stars.
    pub rating_at_most: Option<i64>,
    /// Has this label.
    pub label: Option<i64>,
    /// An order that was spoken of.
    pub order: Option<OrderNumber>,
    /// Put off for later; otherwise those are left out of the waiting ones.
    pub snoozed: bool,
    /// Nobody has it.
    pub unassigned: bool,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number for staff.
    pub number: ConversationNumber,
    /// What the list always knows.
    pub summary: Summary,
    /// The beginning of the last words.
    pub preview: String,
    /// Whose they are.
    pub preview_author: Option<Author>,
    /// The last intent that was sure.
    pub intent: Option<Intent>,
    /// Stars.
    pub rating: Option<i64>,
    /// Messages that were not understood.
    pub unanswered: i64,
    /// Until when it is put off.
    pub snoozed_until: Option<Timestamp>,
    /// Its labels.
    pub labels: Vec<Label>,
}

/// How many conversations there are, by what is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Wait for a person and are not put off.
    pub waiting: i64,
    /// Are this account's.
    pub mine: i64,
    /// Are with any person.
    pub staff: i64,
    /// Are with the bot.
    pub bot: i64,
    /// Are closed.
    pub resolved: i64,
    /// Are put off.
    pub snoozed: i64,
    /// All.
    pub all: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    first: First,
    #[sqlx(flatten)]
    second: Second,
}

#[derive(sqlx::FromRow)]
struct First {
    number: i64,
    id: String,
    last_sequence: i64,
    last_at: i64,
    owner: String,
    owner_reason: Option<String>,
    owner_since: i64,
    staff: Option<String>,
    customer: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Second {
    mood: Option<String>,
    unread: i64,
    in_group: i64,
    reachable: i64,
    preview: String,
    preview_author: String,
    intent: Option<String>,
    rating: Option<i64>,
    unanswered: i64,
    snoozed_until: Option<i64>,
}

const SELECT: &str = "select n.number, c.id, c.last_sequence, c.last_at, c.owner, c.owner_reason, c.owner_since, c.staff, \
     c.customer, c.mood, c.unread, c.in_group, c.reachable, c.preview, c.preview_author, c.intent, c.rating, c.unanswered, \
     c.snoozed_until from conversations c join conversation_numbers n on n.conversation = c.id where c.last_sequence > 0";

fn entry(row: Row) -> Result<Entry, StoreError> {
    let Row { first, second } = row;
    let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("conversation", error);
    let summary = Summary::read((
        first.id,
        first.last_sequence,
        first.last_at,
        first.owner,
        first.owner_reason,
        first.owner_since,
        first.staff,
        first.customer,
        second.mood,
        second.unread,
        second.in_group,
        second.reachable,
    ))?;
    Ok(Entry {
        number: first.number,
        summary,
        preview: second.preview,
        preview_author: second.preview_author.parse().ok(),
        intent: second.intent.map(|name| name.parse()).transpose().map_err(|error| bad(&error))?,
        rating: second.rating,
        unanswered: second.unanswered,
        snoozed_until: second.snoozed_until.map(Timestamp::from_millis),
        labels: Vec::new(),
    })
}

impl Filter {
    pub(super) fn push(&self, statement: &mut Statement, now: Timestamp) {
        if let Some(owner) = self.owner {
            statement.push_text(" and c.owner = ?", owner.as_str());
            if owner == Owner::Waiting && !self.snoozed {
                statement.push_number(" and coalesce(c.snoozed_until, 0) <= ?", now.millis());
            }
        }
        if let Some(staff) = &self.staff {
            statement.push_text(" and c.staff = ?", staff);
        }
        if self.unassigned {
            statement.push(" and c.staff is null", []);
        }
        if let Some(intent) = self.intent {
            let part = " and exists (select 1 from turns t where t.conversation = c.id and t.intent = ?)";
            statement.push_text(part, intent.as_str());
        }
        if let Some(emotion) = self.emotion {
            let part = " and exists (select 1 from turns t where t.conversation = c.id and t.emotion = ?)";
            statement.push_text(part, emotion.as_str());
        }
        if let Some(from) = self.from {
            statement.push_number(" and c.last_at >= ?", from.millis());
        }
        if let Some(until) = self.until {
            statement.push_number(" and c.created_at < ?", until.millis());
        }
        for (wanted, part) in [
            (self.unanswered, " and c.unanswered > 0"),
            (self.doubtful, " and c.doubtful > 0"),
            (self.handed_over, " and c.handed_over = 1"),
        ] {
            if wanted {
                statement.push(part, []);
            }
        }
        if self.snoozed {
            statement.push_number(" and c.snoozed_until > ?", now.millis());
        }
        if let Some(stars) = self.rating_at_most {
            statement.push_number(" and c.rating <= ?", stars);
        }
        if let Some(label) = self.label {
            let part = " and exists (select 1 from conversation_labels l where l.conversation = c.id and l.label = ?)";
            statement.push_number(part, label);
        }
        if let Some(order) = &self.order {
            let part =
                " and exists (select 1 from conversation_orders o where o.conversation = c.id and o.order_number = ?)";
            statement.push_text(part, order.as_str());
        }
    }
}

impl Store {
    /// A page of the conversations that `filter` keeps and `sight` allows. `now` is the conversations' clock.
    pub async fn list(
        &self,
        sight: &Sight,
        filter: &Filter,
        order: Order,
        now: Timestamp,
        offset: u32,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut statement = Statement::new(SELECT);
        sight.push(&mut statement);
        filter.push(&mut statement, now);
        statement.push(
            match order {
                Order::Latest => " order by c.last_at desc, n.number desc limit ? offset ?",
                Order::Waiting => " order by c.owner_since, n.number limit ? offset ?",
            },
            [Bind::Number(i64::from(most)), Bind::Number(i64::from(offset))],
        );
        let rows: Vec<Row> = fetch!(self, &statement, fetch_all)?;
        let mut entries = rows.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        self.add_labels(&mut entries).await?;
        Ok(entries)
    }

    /// One conversation by its number, if `sight` allows it.
    pub async fn entry(&self, sight: &Sight, number: ConversationNumber) -> Result<Option<Entry>, StoreError> {
        let mut statement = Statement::new(SELECT);
        statement.push_number(" and n.number = ?", number);
        sight.push(&mut statement);
        let row: Option<Row> = fetch!(self, &statement, fetch_optional)?;
        let mut entries: Vec<Entry> = row.map(entry).transpose()?.into_iter().collect();
        self.add_labels(&mut entries).await?;
        Ok(entries.pop())
    }

    /// The earlier conversations of a customer, the latest first.
    pub async fn conversations_of(&self, sight: &Sight, customer: i64, most: u32) -> Result<Vec<Entry>, StoreError> {
        let mut statement = Statement::new(SELECT);
        statement.push_number(" and c.customer = ?", customer);
        sight.push(&mut statement);
        statement.push_number(" order by c.last_at desc limit ?", i64::from(most));
        let rows: Vec<Row> = fetch!(self, &statement, fetch_all)?;
        rows.into_iter().map(entry).collect()
    }

    /// How many conversations `sight` allows, by what is to be done.
    pub async fn counts(&self, sight: &Sight, now: Timestamp) -> Result<Counts, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select count(case when c.owner = 'waiting' and coalesce(c.snoozed_until, 0) <= ? then 1 end), \
             count(case when c.staff = ? and c.owner = 'staff' then 1 end), count(case when c.owner = 'staff' then 1 end), \
             count(case when c.owner = 'bot' then 1 end), count(case when c.owner = 'resolved' then 1 end), \
             count(case when c.snoozed_until > ? then 1 end), count(*) from conversations c where c.last_sequence > 0",
            [Bind::Number(now.millis()), Bind::Text(sight.login.clone()), Bind::Number(now.millis())],
        );
        sight.push(&mut statement);
        let row: (i64, i64, i64, i64, i64, i64, i64) = fetch!(self, &statement, fetch_one)?;
        let (waiting, mine, staff, bot, resolved, snoozed, all) = row;
        Ok(Counts { waiting, mine, staff, bot, resolved, snoozed, all })
    }

    async fn add_labels(&self, entries: &mut [Entry]) -> Result<(), StoreError> {
        let Some((first, rest)) = entries.split_first() else { return Ok(()) };
        let mut statement = Statement::new(
            "select l.conversation, b.id, b.name, b.colour from conversation_labels l join labels b on b.id = l.label \
             where l.conversation in (",
        );
        statement.push_text("?", &first.summary.conversation.to_string());
        for entry in rest {
            statement.push_text(", ?", &entry.summary.conversation.to_string());
        }
        statement.push(") order by b.name", []);
        let rows: Vec<(String, i64, String, i64)> = fetch!(self, &statement, fetch_all)?;
        for (conversation, id, name, colour) in rows {
            let conversation: ConversationId =
                conversation.parse().map_err(|error| StoreError::bad_row("conversation", error))?;
            if let Some(entry) = entries.iter_mut().find(|entry| entry.summary.conversation == conversation) {
                entry.labels.push(Label { id, name, colour });
            }
        }
        Ok(())
    }
}
