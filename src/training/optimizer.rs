//! AdamW (Loshchilov and Hutter 2019) in one pass over the flat weights, clipping by the gradient's length, and the
//! running mean of the weights. Leaves to others: the schedule.

use crate::inference::kernels::dot;
use crate::inference::{Layout, Slot};
use crate::vectorised;

/// The optimiser's memory.
#[derive(Debug, Clone)]
pub struct AdamW {
    first: Vec<f32>,
    second: Vec<f32>,
    decays: Vec<(std::ops::Range<usize>, f32)>,
    steps: i32,
}

const FIRST_DECAY: f32 = 0.9;
const SECOND_DECAY: f32 = 0.98;

impl AdamW {
    /// For the blocks of `layout`; matrices decay by `decay`, biases and normalisations do not.
    pub fn new(layout: &Layout, decay: f32) -> Self {
        let decays = layout
            .slots()
            .iter()
            .map(|slot: &Slot| (slot.range.clone(), if slot.shape.len() > 1 { decay } else { 0.0 }))
            .collect();
        AdamW { first: vec![0.0; layout.len()], second: vec![0.0; layout.len()], decays, steps: 0 }
    }

    /// The memory, for a checkpoint: first and second moments, steps done.
    pub fn memory(&self) -> (&[f32], &[f32], i32) {
        (&self.first, &self.second, self.steps)
    }

    /// Takes up a checkpoint's memory if it has the right size.
    pub fn resume(&mut self, first: Vec<f32>, second: Vec<f32>, steps: i32) -> bool {
        let fits = first.len() == self.first.len() && second.len() == self.second.len();
        if fits {
            (self.first, self.second, self.steps) = (first, second, steps);
        }
        fits
    }

    /// One step; the gradient is used up (set to zero). Returns its length before clipping to `longest`.
    pub fn step(&mut self, weights: &mut [f32], gradient: &mut [f32], rate: f32, longest: f32) -> f32 {
        let length = dot_long(gradient).sqrt() as f32;
        let scale = if length.is_finite() { (longest / length.max(1e-9)).min(1.0) } else { 0.0 };
        self.steps += 1;
        let unbias =
            (1.0 - f64::from(SECOND_DECAY).powi(self.steps)).sqrt() / (1.0 - f64::from(FIRST_DECAY).powi(self.steps));
        for (range, decay) in &self.decays {
            let (first, second) = (&mut self.first[range.clone()], &mut self.second[range.clone()]);
            let (weights, gradient) = (&mut weights[range.clone()], &mut gradient[range.clone()]);
            let rates = (rate * unbias as f32, 1.0 - rate * decay, scale);
            vectorised!(step_kernel(weights, gradient, first, second, rates));
        }
        length
    }
}

fn dot_long(values: &[f32]) -> f64 {
    values.chunks(4096).map(|part| f64::from(vectorised!(dot(part, part)))).sum()
}

#[inline(always)]
fn step_kernel(
    weights: &mut [f32],
    gradient: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    (rate, keep, scale): (f32, f32, f32),
) {
    let length = weights.len();
    let (gradient, first, second) = (&mut gradient[..length], &mut first[..length], &mut second[..length]);
    for i in 0..length {
        let slope = gradient[i] * scale;
        gradient[i] = 0.0;
        first[i] = FIRST_DECAY * first[i] + (1.0 - FIRST_DECAY) * slope;
        second[i] = SECOND_DECAY * second[i] + (1.0 - SECOND_DECAY) * slope * slope;
        weights[i] = weights[i] * keep - rate * first[i] / (second[i].sqrt() + 1e-7);
    }
}

/// Moves `mean` towards `weights` by `share`.
pub fn average(mean: &mut [f32], weights: &[f32], share: f32) {
    vectorised!(average_kernel(mean, weights, share));
}

#[inline(always)]
fn average_kernel(mean: &mut [f32], weights: &[f32], share: f32) {
    for (mean, weight) in mean.iter_mut().zip(weights) {
        *mean += (weight - *mean) * share;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_is_descended() {
        let mut layout = Layout::default();
        layout.push("x", &[4]);
        let mut optimiser = AdamW::new(&layout, 0.01);
        let mut weights = vec![3.0, -2.0, 1.0, 0.5];
        for _ in 0..500 {
            let mut gradient: Vec<f32> = weights.iter().map(|x| 2.0 * (x - 1.0)).collect();
            optimiser.step(&mut weights, &mut gradient, 0.03, 1.0);
        }
        assert!(weights.iter().all(|x| (x - 1.0).abs() < 0.05), "{weights:?}");
    }
}
