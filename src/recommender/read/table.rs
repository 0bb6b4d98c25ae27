//! CSV with the heading `customer,item,kind,at_millis`: what a shop exports.

use std::path::Path;

use super::{ReadError, open};
use crate::recommender::interaction::{Interaction, Kind};

#[derive(serde::Deserialize)]
struct Row {
    customer: i64,
    item: i64,
    kind: String,
    at_millis: i64,
}

/// Reads a table of interactions. The columns may stand in any order; others are passed over.
pub fn read_table(path: &Path) -> Result<Vec<Interaction>, ReadError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(open(path)?);
    let mut all = Vec::new();
    for row in reader.deserialize() {
        let Row { customer, item, kind, at_millis } = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            ReadError::line(path, line, error)
        })?;
        let kind: Kind = kind.parse().map_err(|error| ReadError::line(path, all.len() as u64 + 2, error))?;
        all.push(Interaction { customer, item, kind, at_millis });
    }
    if all.is_empty() { Err(ReadError::Empty(path.to_owned())) } else { Ok(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_bad_ones_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("shop.csv");
        let head = "customer,item,kind,at_millis\n";
        for (body, outcome) in [
            ("1,2,buy,5\n1,3,rating:4,6\n", Ok(2)),
            ("1,2,stolen,5\n", Err("stolen")),
            ("1,two,buy,5\n", Err("line 2")),
            ("", Err("no interactions")),
        ] {
            std::fs::write(&path, format!("{head}{body}")).expect("written");
            match (read_table(&path), outcome) {
                (Ok(read), Ok(count)) => assert_eq!(read.len(), count),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (read, _) => panic!("{body:?}: {read:?}"),
            }
        }
    }
}
