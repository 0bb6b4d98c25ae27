//! What can go wrong between a text and its understanding. Each message says what to do.

use std::path::PathBuf;

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of the model is not there.
    #[error(
        "no model: {path} cannot be read ({reason}); train one with `xiaoer train nlu`, or name another folder (setting or option `models`)"
    )]
    Absent {
        /// The file looked for.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A file is there and is not what it should be.
    #[error("broken model: {file} {reason}; fetch models/ again or train anew with `xiaoer train nlu`")]
    Broken {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Files that are sound by themselves and do not belong together.
    #[error("the model does not fit: {0}; take all files of models/ from one training")]
    Mismatch(String),
}

/// A message that was not understood now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InferenceError {
    /// The queue is full: try again, or answer without understanding.
    #[error("the encoder's queue is full")]
    Overloaded,
    /// The owner thread has ended.
    #[error("the encoder has shut down")]
    Closed,
}
