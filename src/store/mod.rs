//! What is remembered of conversations: the log of events, the inbox, the outbox, alerts. One [`Transaction`] holds
//! the events of a turn, its messages and the inbound that it finishes. SQLite and PostgreSQL run the same statements.
//! Leaves to others: the shop's tables (`shop`), the fold of the events (`dialogue`), workers and pacing (`runtime`).

mod alerts;
pub mod console;
mod conversations;
mod database;
mod dialect;
mod error;
mod inbox;
mod journal;
mod lanes;
mod links;
mod outbox;
#[cfg(test)]
mod tests;
mod transaction;
mod upkeep;

pub use alerts::{Alert, AlertKind, DeadLetter};
pub use conversations::Summary;
pub use database::{Store, migrate};
pub use error::StoreError;
pub use inbox::{Arrival, ClaimRules, ClaimedInbound, Received};
pub use outbox::{ClaimedOutbound, SendRules, Settled};
pub use transaction::Transaction;
pub use upkeep::QueueLengths;
