//! What is wrong with a mapping file, as one line that says what to do.
//! Leaves to others: a shop's database that does not answer ([`ShopError`](crate::shop::ShopError)).

use std::path::PathBuf;

/// A fault of a mapping file.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file cannot be read.
    #[error("mapping file {} cannot be read: {source}; check the setting shop or --shop", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has not the form that docs/shops.md describes.
    #[error("the mapping file is malformed: {0}; docs/shops.md lists what may stand there")]
    Malformed(String),
    /// No address of a database.
    #[error("{0:?} is no address of a shop's database; write mysql://…, postgres://… or sqlite:FILE")]
    Address(String),
    /// A variable of the environment is missing.
    #[error("the mapping file takes a secret from {0}, which is not set; set it in the environment")]
    Environment(String),
    /// No such time zone.
    #[error("connection.zone {0:?} is unknown; use a name such as Asia/Shanghai")]
    Zone(String),
    /// More than one statement where one is allowed.
    #[error("{place} holds more than one statement; write one, without a semicolon inside")]
    SeveralStatements {
        /// Where.
        place: String,
    },
    /// A statement that is no query.
    #[error("{place} begins with {verb:?}; a need is read by a select")]
    NoQuery {
        /// Where.
        place: String,
        /// Its first word.
        verb: String,
    },
    /// A parameter that this statement does not get.
    #[error("{place} uses :{parameter}, which it does not get; it gets {known}")]
    UnknownParameter {
        /// Where.
        place: String,
        /// The parameter.
        parameter: String,
        /// Those there are.
        known: String,
    },
    /// A parameter that the statement must use, such as the owner.
    #[error("{place} does not use :{parameter}; without it the statement would touch what is somebody else's")]
    MissingParameter {
        /// Where.
        place: String,
        /// The parameter.
        parameter: &'static str,
    },
    /// A name of a part that is not there.
    #[error("{place} uses {{{part}}}, but [parts] has no {part}")]
    UnknownPart {
        /// Where.
        place: String,
        /// The part.
        part: String,
    },
    /// A value map gives a name that does not exist.
    #[error("values.{map} gives {value:?} for {code:?}; it may give one of: {known}")]
    UnknownValue {
        /// The map.
        map: String,
        /// The shop's code.
        code: String,
        /// What it gives.
        value: String,
        /// What it may give.
        known: String,
    },
    /// A write that does not guard itself.
    #[error("{place} {reason}; a write carries owner and state in its where and can happen once only")]
    Unguarded {
        /// Where.
        place: String,
        /// What is missing.
        reason: &'static str,
    },
    /// Needs that belong together.
    #[error("needs.{present} is mapped but needs.{missing} is not; map both or neither")]
    Incomplete {
        /// What is there.
        present: &'static str,
        /// What is missing.
        missing: &'static str,
    },
}
