//! What is wrong with scripted conversations themselves, or with the stage they are played on. A conversation that
//! fails is no error but a result. Leaves to others: results (`result`).

use std::path::PathBuf;

/// What keeps scripted conversations from being read or played.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// A file or folder cannot be read.
    #[error("{}: {source}; give a file or folder of conversations", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not in the format.
    #[error("{}:{line}: {message}", file.display())]
    Malformed {
        /// Which.
        file: PathBuf,
        /// The line, from 1; 0 where it is not known.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// There is nothing to play.
    #[error("no conversation to play: no *.yml with test cases under the given paths, or none fits the filter")]
    Nothing,
    /// The stage cannot be built.
    #[error("the stage cannot be built: {0}")]
    Stage(String),
    /// The case's database cannot be read or changed as the case says.
    #[error("{what}: {source}")]
    Database {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: sqlx::Error,
    },
    /// The case says something that cannot be done on its stage.
    #[error("{0}")]
    Impossible(String),
    /// The product failed in a turn.
    #[error("the turn failed: {0}")]
    Turn(String),
}
