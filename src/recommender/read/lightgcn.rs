//! The text format of LightGCN's data sets: a line per user, `user item item …`, without order or time.

use std::path::Path;

use super::{ReadError, numbers};
use crate::recommender::interaction::{Interaction, Kind};

/// Reads a file in LightGCN's format; every item counts as bought, at no known time.
pub fn read_lightgcn(path: &Path) -> Result<Vec<Interaction>, ReadError> {
    let mut all = Vec::new();
    numbers(path, |customer, items| {
        all.extend(items.into_iter().map(|item| Interaction { customer, item, kind: Kind::Buy, at_millis: 0 }));
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_bad_ones_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("train.txt");
        for (text, outcome) in [
            ("0 1 2\n\n5 1\n7\n", Ok(vec![(0, 1), (0, 2), (5, 1)])),
            ("0 1\n1 x\n", Err("line 2: \"x\" is no whole number")),
            ("", Err("no interactions")),
        ] {
            std::fs::write(&path, text).expect("written");
            match (read_lightgcn(&path), outcome) {
                (Ok(read), Ok(pairs)) => {
                    assert_eq!(read.iter().map(|one| (one.customer, one.item)).collect::<Vec<_>>(), pairs);
                }
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (read, _) => panic!("{text:?}: {read:?}"),
            }
        }
        assert!(matches!(read_lightgcn(&folder.path().join("none")), Err(ReadError::Io { .. })));
    }
}
