//! Figures over the read models: counts by quarter of an hour, intents, hand-overs, ratings. What an account may not
//! see does not count. Leaves to others: days and hours of the shop's time zone, plots (`console`).

use super::super::StoreError;
use super::super::database::Store;
use super::list::Sight;
use super::query::{Bind, Statement, fetch};
use crate::domain::{Emotion, HandoverReason, Intent, Owner, Timestamp};

/// Milliseconds of a quarter of an hour: every time zone's hours are made of whole ones.
pub const QUARTER: i64 = 900_000;

/// Messages of a quarter of an hour in one mood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarter {
    /// Its beginning.
    pub at: Timestamp,
    /// The mood.
    pub emotion: Emotion,
    /// Messages.
    pub messages: i64,
    /// Those that were not understood.
    pub unanswered: i64,
}

/// A change of the owner somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerChange {
    /// The conversation's number.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who speaks from then on.
    pub owner: Owner,
    /// Why.
    pub reason: Option<HandoverReason>,
}

impl Store {
    /// Messages by quarter of an hour and mood.
    pub async fn quarters(&self, sight: &Sight, from: Timestamp, until: Timestamp) -> Result<Vec<Quarter>, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select t.at / 900000, t.emotion, count(*), count(case when t.unanswered = 1 then 1 end) from turns t \
             join conversations c on c.id = t.conversation where t.at >= ? and t.at < ?",
            [Bind::Number(from.millis()), Bind::Number(until.millis())],
        );
        sight.push(&mut statement);
        statement.push(" group by 1, 2 order by 1", []);
        let rows: Vec<(i64, String, i64, i64)> = fetch!(self, &statement, fetch_all)?;
        rows.into_iter()
            .map(|(quarter, emotion, messages, unanswered)| {
                let emotion = emotion.parse().map_err(|error| StoreError::bad_row("turn", error))?;
                Ok(Quarter { at: Timestamp::from_millis(quarter * QUARTER), emotion, messages, unanswered })
            })
            .collect()
    }

    /// Messages by intent, the most frequent first.
    pub async fn intents(
        &self,
        sight: &Sight,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Intent, i64)>, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select t.intent, count(*) from turns t join conversations c on c.id = t.conversation \
             where t.intent is not null and t.at >= ? and t.at < ?",
            [Bind::Number(from.millis()), Bind::Number(until.millis())],
        );
        sight.push(&mut statement);
        statement.push(" group by t.intent order by 2 desc, 1", []);
        let rows: Vec<(String, i64)> = fetch!(self, &statement, fetch_all)?;
        rows.into_iter()
            .map(|(intent, count)| Ok((intent.parse().map_err(|error| StoreError::bad_row("turn", error))?, count)))
            .collect()
    }

    /// Changes of the owner, conversation by conversation in their order.
    pub async fn owner_changes(
        &self,
        sight: &Sight,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<OwnerChange>, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select n.number, h.at, h.owner, h.reason from handovers h join conversations c on c.id = h.conversation \
             join conversation_numbers n on n.conversation = c.id where h.at >= ? and h.at < ?",
            [Bind::Number(from.millis()), Bind::Number(until.millis())],
        );
        sight.push(&mut statement);
        statement.push(" order by n.number, h.sequence", []);
        let rows: Vec<(i64, i64, String, Option<String>)> = fetch!(self, &statement, fetch_all)?;
        rows.into_iter()
            .map(|(number, at, owner, reason)| {
                let bad = |error: &dyn std::fmt::Display| StoreError::bad_row("change of owner", error);
                Ok(OwnerChange {
                    number,
                    at: Timestamp::from_millis(at),
                    owner: owner.parse().map_err(|error| bad(&error))?,
                    reason: reason.map(|text| text.parse()).transpose().map_err(|error| bad(&error))?,
                })
            })
            .collect()
    }

    /// The conversations with their quarters of an hour in which something was understood.
    pub async fn activity(
        &self,
        sight: &Sight,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(i64, Timestamp)>, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select n.number, t.at / 900000 from turns t join conversations c on c.id = t.conversation \
             join conversation_numbers n on n.conversation = c.id where t.at >= ? and t.at < ?",
            [Bind::Number(from.millis()), Bind::Number(until.millis())],
        );
        sight.push(&mut statement);
        statement.push(" group by 1, 2 order by 1, 2", []);
        let rows: Vec<(i64, i64)> = fetch!(self, &statement, fetch_all)?;
        Ok(rows.into_iter().map(|(number, quarter)| (number, Timestamp::from_millis(quarter * QUARTER))).collect())
    }

    /// How many conversations were rated with one to five stars.
    pub async fn ratings(
        &self,
        sight: &Sight,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut statement = Statement::default();
        statement.push(
            "select c.rating, count(*) from conversations c where c.rating is not null and c.last_at >= ? \
             and c.created_at < ?",
            [Bind::Number(from.millis()), Bind::Number(until.millis())],
        );
        sight.push(&mut statement);
        statement.push(" group by c.rating order by c.rating", []);
        Ok(fetch!(self, &statement, fetch_all)?)
    }
}
