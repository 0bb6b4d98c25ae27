//! The state of a conversation and what to do next. Pure: no I/O, no clock, no randomness; the same log gives the same
//! state and the same decision. Leaves to others: understanding words (`nlu`), doing things (`actions`).

mod answer;
mod details;
mod follow_up;
mod interpret;
mod parts;
mod policies;
mod rules;
mod summary;
#[cfg(test)]
mod tests;
mod tracker;

pub use interpret::interpret;
pub use policies::{Decision, decide};
pub use rules::action_for;
pub use summary::{Fact, Summary, summarize};
pub use tracker::{Phase, Tracker, Wish};
