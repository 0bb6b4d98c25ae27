//! What follows what: for every item the items that come soon after it (and, for less, before it) in the histories.

use rayon::prelude::*;

use crate::recommender::dataset::Dataset;
use crate::recommender::sparse::{RowSums, Sparse};

/// How far apart two events of a history may stand to be a pair.
const REACH: usize = 8;
/// How much a pair counts in the wrong order.
const BACKWARDS: f32 = 0.5;

/// Counts pairs within the histories, a nearer pair for more, and keeps the strongest per item.
pub fn transitions(data: &Dataset, keep: usize) -> Sparse {
    let mut places: Vec<Vec<(u32, u32)>> = vec![Vec::new(); data.items.len()];
    for (customer, history) in data.histories.iter().enumerate() {
        for (position, entry) in history.iter().enumerate() {
            places[entry.item as usize].push((customer as u32, position as u32));
        }
    }
    let rows: Vec<Vec<(u32, f32)>> = places
        .par_iter()
        .enumerate()
        .map_init(
            || RowSums::new(data.items.len()),
            |sums, (item, places)| {
                for &(customer, position) in places {
                    let history = &data.histories[customer as usize];
                    let position = position as usize;
                    let first = position.saturating_sub(REACH);
                    let last = (position + REACH + 1).min(history.len());
                    for (other, entry) in history.iter().enumerate().take(last).skip(first) {
                        let weight = entry.kind.weight();
                        if entry.item as usize != item && weight > 0.0 {
                            let near = 1.0 / position.abs_diff(other) as f32;
                            let direction = if other > position { 1.0 } else { BACKWARDS };
                            sums.add(entry.item, weight * near * direction);
                        }
                    }
                }
                sums.take_largest(keep, |_, sum| sum)
            },
        )
        .collect();
    Sparse::from_rows(rows, data.items.len())
}

/// For every item the items that are bought in the same basket: by one customer within an hour. The value is the share
/// of the item's baskets that hold the other, shrunk towards 0 where there are few.
pub fn together(data: &Dataset, keep: usize) -> Sparse {
    use crate::recommender::interaction::Kind;
    const SAME_BASKET_MILLIS: i64 = 3_600_000;
    if !data.timed {
        return Sparse::from_rows(vec![Vec::new(); data.items.len()], data.items.len());
    }
    let mut baskets: Vec<Vec<(u32, f32)>> = Vec::new();
    for history in &data.histories {
        let mut last = None;
        for entry in history.iter().filter(|entry| entry.kind == Kind::Buy) {
            let same = last.is_some_and(|last| entry.at_millis - last <= SAME_BASKET_MILLIS);
            match baskets.last_mut() {
                Some(basket) if same => basket.push((entry.item, 1.0)),
                _ => baskets.push(vec![(entry.item, 1.0)]),
            }
            last = Some(entry.at_millis);
        }
    }
    let mut baskets = Sparse::from_rows(baskets, data.items.len());
    baskets.values.fill(1.0);
    let by_item = baskets.transposed();
    let shrunk = by_item.map(|item, _, value| value / (by_item.row(item).0.len() as f32 + 5.0));
    super::super::sparse::largest_products(&shrunk, &baskets, &vec![1.0; data.items.len()], keep)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommender::interaction::{Interaction, Kind};

    fn data(rows: &[(i64, i64, i64)]) -> Dataset {
        let buy = |&(customer, item, hour): &(i64, i64, i64)| Interaction {
            customer,
            item,
            kind: Kind::Buy,
            at_millis: hour * 3_600_000,
        };
        Dataset::gather(rows.iter().map(buy))
    }

    #[test]
    fn what_comes_next_counts_more_than_what_came_before() {
        let table = transitions(&data(&[(1, 10, 1), (1, 11, 9), (1, 12, 20)]), 9);
        assert_eq!(table.row(1), (&[0, 2][..], &[0.5, 1.0][..]));
        assert_eq!(table.row(0), (&[1, 2][..], &[1.0, 0.5][..]));
    }

    #[test]
    fn a_basket_is_what_is_bought_within_the_hour() {
        let table = together(&data(&[(1, 10, 1), (1, 11, 1), (1, 12, 20), (2, 10, 3), (2, 11, 3)]), 9);
        assert_eq!(table.row(0), (&[1][..], &[2.0 / 7.0][..]));
        assert_eq!(table.row(2).0.len(), 0);
    }
}
