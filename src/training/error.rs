//! What can go wrong while training. Each message says what to do or names the file.

use std::path::{Path, PathBuf};

/// What can go wrong while training.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// A checkpoint or log cannot be written or read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is nothing to learn from.
    #[error("no text to learn from; name the folder of the corpora with --corpora")]
    NoText,
    /// A corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] super::corpus::CorpusError),
    /// A model cannot be read or written.
    #[error(transparent)]
    Model(#[from] crate::inference::ModelError),
}

pub(crate) fn file_error(path: &Path, reason: impl std::fmt::Display) -> TrainingError {
    TrainingError::File { path: path.to_owned(), reason: reason.to_string() }
}
