//! Sequences: a line per user, `user item item …` in order of time; and attributes of items in JSON.

use std::collections::HashMap;
use std::path::Path;

use super::{ReadError, numbers, open};
use crate::recommender::interaction::{Interaction, Kind};

/// A made-up distance between two events, as the files give order without time: one day.
const STEP_MILLIS: i64 = 86_400_000;

/// Reads sequences. Every item counts as bought; the position stands for the time, one day apart from 1970-01-02 on.
pub fn read_sequences(path: &Path) -> Result<Vec<Interaction>, ReadError> {
    let mut all = Vec::new();
    numbers(path, |customer, items| {
        all.extend(items.into_iter().zip(1..).map(|(item, position)| Interaction {
            customer,
            item,
            kind: Kind::Buy,
            at_millis: position * STEP_MILLIS,
        }));
    })?;
    Ok(all)
}

/// Reads `{"item": [attribute, …], …}`.
pub fn read_attributes(path: &Path) -> Result<HashMap<i64, Vec<String>>, ReadError> {
    let raw: HashMap<String, Vec<i64>> = serde_json::from_reader(std::io::BufReader::new(open(path)?))
        .map_err(|error| ReadError::line(path, error.line() as u64, error))?;
    raw.into_iter()
        .map(|(item, attributes)| match item.parse() {
            Ok(item) => Ok((item, attributes.iter().map(i64::to_string).collect())),
            Err(_) => Err(ReadError::line(path, 1, format_args!("{item:?} is no item"))),
        })
        .collect()
}
