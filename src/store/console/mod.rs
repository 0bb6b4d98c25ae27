//! What the staff's console keeps and reads: accounts, sessions, audit, and read models that follow the events in the
//! same commit. Leaves to others: who may do what (`domain::staff`, `console`), pages (`console`).

mod accounts;
mod audit;
mod bulk;
mod desk;
mod figures;
mod grams;
mod list;
mod models;
mod privacy;
mod query;
mod review;
mod search;
mod sessions;
#[cfg(test)]
mod tests;
mod words;

pub use accounts::{Account, AccountId, LoginLock, NewAccount};
pub use audit::{AuditDeed, AuditEntry, AuditFault, AuditReport};
pub use desk::{ConversationNumber, Present};
pub use figures::{OwnerChange, QUARTER, Quarter};
pub use grams::fold;
pub use list::{Counts, Entry, Filter, Order, Sight};
pub(super) use models::Added;
pub use models::{Author, HandoverRow, MessageRow, TurnRow};
pub use review::{Correction, CorrectionField, Note, Verdict};
pub use search::Hit;
pub use sessions::{NewSession, SessionRow};
pub use words::{CannedReply, Label, SavedView};
