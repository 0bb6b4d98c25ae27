//! Scripted conversations: YAML that a Rasa user recognises, played against the whole product on a copy of the demo
//! shop, judged by what was understood, done, said and written. `tests/conversations/README.md` explains the format.
//! Leaves to others: the command (`cli::test`), the conversations (`tests/conversations`).

mod act;
mod channel;
mod coverage;
mod error;
mod format;
mod judge;
mod play;
mod read;
mod report_junit;
mod report_text;
mod rows;
mod run;
mod setting;
mod stage;
mod trace;
mod turn;
mod value;

pub use channel::Channel;
pub use coverage::{Reached, coverage};
pub use error::ScriptError;
pub use judge::Failure;
pub use read::{Script, read};
pub use report_junit::junit;
pub use report_text::{coverage_text, run_text, summary_text};
pub use run::{Options, Run, Score, Verdict, run, score};
pub use stage::Stage;
pub use turn::Turn;
