//! Chances in whole numbers, the same on every machine. Leaves to others: what they decide.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::domain::Timestamp;

pub(super) type Chance = ChaCha8Rng;

/// True in `percent` of a hundred.
pub(super) fn percent(rng: &mut Chance, percent: u32) -> bool {
    rng.random_range(0..100_u32) < percent
}

/// One of `least..=most`.
pub(super) fn between(rng: &mut Chance, least: i64, most: i64) -> i64 {
    rng.random_range(least..=most)
}

/// One of a list that is not empty.
pub(super) fn pick<'a, T>(rng: &mut Chance, list: &'a [T]) -> &'a T {
    &list[place(rng, list.len())]
}

/// A place in a list of `length`, at least 1.
pub(super) fn place(rng: &mut Chance, length: usize) -> usize {
    // u32, for the width of usize is the machine's.
    rng.random_range(0..u32::try_from(length).unwrap_or(u32::MAX)) as usize
}

/// A place by weight; none where all are 0.
pub(super) fn weighted(rng: &mut Chance, weights: impl Iterator<Item = u64> + Clone) -> Option<usize> {
    let total: u64 = weights.clone().sum();
    if total == 0 {
        return None;
    }
    let mut rest = rng.random_range(0..total);
    for (place, weight) in weights.enumerate() {
        if rest < weight {
            return Some(place);
        }
        rest -= weight;
    }
    None
}

/// Cumulative weights, for many draws from one long list.
pub(super) struct Wheel(Vec<u64>);

impl Wheel {
    pub(super) fn new(weights: impl Iterator<Item = u64>) -> Self {
        let mut sum = 0;
        Wheel(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// A place by weight; 0 where the list is empty.
    pub(super) fn spin(&self, rng: &mut Chance) -> usize {
        let Some(total) = self.0.last().copied().filter(|total| *total > 0) else { return 0 };
        let at = rng.random_range(0..total);
        self.0.partition_point(|sum| *sum <= at)
    }
}

pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 86_400;

/// A moment `seconds` before `moment`.
pub(super) fn before(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.plus_seconds(-seconds)
}
