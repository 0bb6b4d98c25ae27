//! Readers of interaction files. Leaves to others: gathering (`dataset`) and splitting (`split`).

mod lightgcn;
mod retail;
mod sequences;
mod table;

use std::path::{Path, PathBuf};

pub use lightgcn::read_lightgcn;
pub use retail::{RetailLine, read_retail};
pub use sequences::{read_attributes, read_sequences};
pub use table::read_table;

/// Why a file of interactions could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line has not the form it should have.
    #[error("{path}, line {line}: {problem}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// There is nothing in it.
    #[error("{0} holds no interactions")]
    Empty(PathBuf),
}

impl ReadError {
    pub(super) fn line(path: &Path, line: u64, problem: impl std::fmt::Display) -> Self {
        ReadError::Line { path: path.to_owned(), line, problem: problem.to_string() }
    }
}

/// Reads a text file, unpacking it if its name ends in `.gz`.
fn open(path: &Path) -> Result<Box<dyn std::io::Read>, ReadError> {
    let file = std::fs::File::open(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// Calls `each` with the number and the fields of every line that is not blank; the fields are whole numbers.
fn numbers(path: &Path, mut each: impl FnMut(i64, Vec<i64>)) -> Result<(), ReadError> {
    use std::io::BufRead;
    let mut lines = 0;
    for (number, line) in std::io::BufReader::new(open(path)?).lines().enumerate() {
        let line = line.map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
        let mut fields = Vec::new();
        for field in line.split_ascii_whitespace() {
            fields.push(field.parse::<i64>().map_err(|_| {
                let shown: String = field.chars().take(20).collect();
                ReadError::line(path, number as u64 + 1, format_args!("{shown:?} is no whole number"))
            })?);
        }
        if !fields.is_empty() {
            let user = fields.remove(0);
            each(user, fields);
            lines += 1;
        }
    }
    if lines == 0 { Err(ReadError::Empty(path.to_owned())) } else { Ok(()) }
}
