//! Popularity with decay: what is taken often, and lately.

use super::Method;
use crate::recommender::dataset::Dataset;
use crate::recommender::interaction::Signal;

/// How much each item is in demand, whoever asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    /// The demand of each item; the largest is 1.
    pub demand: Vec<f32>,
}

impl Popularity {
    /// Counts events by weight; with time, an event counts half after `half_life_days`.
    pub fn train(data: &Dataset, half_life_days: f64) -> Self {
        let newest = data.newest_millis();
        let mut demand = vec![0f64; data.items.len()];
        for entry in data.histories.iter().flatten() {
            let age_days = if data.timed { (newest - entry.at_millis) as f64 / 86_400_000.0 } else { 0.0 };
            demand[entry.item as usize] +=
                f64::from(entry.kind.weight().max(0.0)) * 0.5f64.powf(age_days / half_life_days);
        }
        let most = demand.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        Popularity { demand: demand.into_iter().map(|count| (count / most) as f32).collect() }
    }
}

impl Method for Popularity {
    fn name(&self) -> &str {
        "popularity"
    }

    fn score(&self, _history: &[Signal], scores: &mut [f32]) {
        for (score, demand) in scores.iter_mut().zip(&self.demand) {
            *score += demand;
        }
    }
}
