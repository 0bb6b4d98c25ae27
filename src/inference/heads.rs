//! What is read off the trunk's vectors and the n-grams: one row of scores per output. Leaves to others: training
//! them (`training`), turning scores into probabilities (`calibration`).

use std::ops::Range;

use super::config::TrunkConfig;
use super::kernels;
use super::parameters::Layout;
use super::trunk::Packed;
use super::wide::Sparse;
use crate::domain::{Emotion, Intent};

/// Main intent, softmax over these.
pub const INTENTS: Range<usize> = 0..Intent::ALL.len();
/// Emotion, softmax over these.
pub const EMOTIONS: Range<usize> = INTENTS.end..INTENTS.end + Emotion::ALL.len();
/// Must this go to a person, sigmoid.
pub const ESCALATION: usize = EMOTIONS.end;
/// Is this no business of a shop, sigmoid.
pub const OUT_OF_SCOPE: usize = ESCALATION + 1;
/// Does a review praise, sigmoid.
pub const POLARITY: usize = OUT_OF_SCOPE + 1;
/// Outputs that also have a weight per n-gram.
pub const WIDE: usize = POLARITY + 1;
/// Every wish by itself, sigmoid; the n-gram weights are those of the main intent.
pub const WISHES: Range<usize> = WIDE..WIDE + Intent::ALL.len();
/// Outputs in all.
pub const OUTPUTS: usize = WISHES.end;

/// Where the heads' weights lie.
#[derive(Debug, Clone)]
pub struct HeadSlots {
    /// `OUTPUTS × pooled` weights.
    pub weight: Range<usize>,
    /// One bias per output.
    pub bias: Range<usize>,
}

impl HeadSlots {
    /// Appends the heads to `layout`.
    pub fn lay(layout: &mut Layout, config: &TrunkConfig) -> Self {
        HeadSlots {
            weight: layout.push("heads.weight", &[OUTPUTS, pooled_size(config)]),
            bias: layout.push("heads.bias", &[OUTPUTS]),
        }
    }
}

/// Width of a pooled vector: the first piece's vector and the mean over the message's pieces.
pub fn pooled_size(config: &TrunkConfig) -> usize {
    2 * config.hidden_size
}

/// Pools each sequence: its first piece's vector, then the mean over segment 0.
pub fn pool(config: &TrunkConfig, batch: &Packed, states: &[f32]) -> Vec<f32> {
    let hidden = config.hidden_size;
    let mut pooled = vec![0.0; batch.sequences.len() * 2 * hidden];
    for (sequence, target) in batch.sequences.iter().zip(pooled.chunks_exact_mut(2 * hidden)) {
        let (first, mean) = target.split_at_mut(hidden);
        first.copy_from_slice(&states[sequence.start * hidden..(sequence.start + 1) * hidden]);
        let mut pieces = 0usize;
        for at in sequence.clone().filter(|at| batch.segments[*at] == 0) {
            kernels::add(mean, &states[at * hidden..(at + 1) * hidden]);
            pieces += 1;
        }
        mean.iter_mut().for_each(|value| *value /= pieces.max(1) as f32);
    }
    pooled
}

/// Adds the n-grams' weights (`wide`: one row of [`WIDE`] per n-gram) to one row of scores.
pub fn add_wide(scores: &mut [f32], grams: &Sparse, wide: &[f32]) {
    for (gram, value) in grams {
        let row = &wide[*gram as usize * WIDE..(*gram as usize + 1) * WIDE];
        for (score, weight) in scores[..WIDE].iter_mut().zip(row) {
            *score += value * weight;
        }
        for (score, weight) in scores[WISHES].iter_mut().zip(&row[INTENTS]) {
            *score += value * weight;
        }
    }
}
