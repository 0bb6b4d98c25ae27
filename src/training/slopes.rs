//! Gradients of the small parts — linear layer, normalisation, softmax, activation, dropout — in loops that the
//! compiler vectorises. Leaves to others: the order of parts (`gradient`).

use std::ops::Range;

use super::random::Random;
use crate::inference::kernels::{View, add, dot, multiply, sum};
use crate::vectorised;

/// Gradient of a normalisation: `states` goes from after it to before it; scale and shift get theirs added.
pub fn norm_backward(
    weight: &[f32],
    gradient: &mut [f32],
    states: &mut [f32],
    normed: &[f32],
    scales: &[f32],
    scale: &Range<usize>,
    shift: &Range<usize>,
) {
    let hidden = weight.len();
    let (mut by_scale, mut by_shift) = (vec![0.0; hidden], vec![0.0; hidden]);
    vectorised!(norm_backward_kernel(states, normed, scales, weight, &mut by_scale, &mut by_shift));
    add(&mut gradient[scale.clone()], &by_scale);
    add(&mut gradient[shift.clone()], &by_shift);
}

/// Gradient of `kernels::linear`: weight and bias get theirs added; `input_gradient` is set, or added to.
#[expect(clippy::too_many_arguments, reason = "a linear layer's backward pass needs both sides of everything")]
pub fn linear_backward(
    weights: &[f32],
    gradient: &mut [f32],
    weight: &Range<usize>,
    bias: &Range<usize>,
    input: &[f32],
    output_gradient: &[f32],
    input_gradient: Option<(&mut [f32], bool)>,
    rows: usize,
) {
    let outputs = bias.len();
    let inputs = weight.len() / outputs;
    let asked = View::new(&output_gradient[..rows * outputs], rows, outputs);
    let read = View::new(&input[..rows * inputs], rows, inputs);
    multiply(&mut gradient[weight.clone()], inputs, asked.transposed(), read, 1.0, true);
    vectorised!(column_sums_kernel(&mut gradient[bias.clone()], output_gradient));
    if let Some((target, add)) = input_gradient {
        multiply(target, inputs, asked, View::new(&weights[weight.clone()], outputs, inputs), 1.0, add);
    }
}

/// Drops a share of the values and scales the others up; returns the mask, empty where nothing is dropped.
pub fn drop_out(values: &mut [f32], share: f32, random: &mut Random) -> Vec<u8> {
    if share <= 0.0 {
        return Vec::new();
    }
    let mask = random.keep_mask(values.len(), share);
    apply_mask(values, &mask, 1.0 / (1.0 - share));
    mask
}

/// Multiplies by the mask and `keep`; an empty mask changes nothing.
pub fn apply_mask(values: &mut [f32], mask: &[u8], keep: f32) {
    vectorised!(mask_kernel(values, mask, keep));
}

#[inline(always)]
fn mask_kernel(values: &mut [f32], mask: &[u8], keep: f32) {
    for (value, kept) in values.iter_mut().zip(mask) {
        *value *= f32::from(*kept) * keep;
    }
}

#[inline(always)]
pub(super) fn normalise_kernel(
    values: &mut [f32],
    normed: &mut [f32],
    scales: &mut [f32],
    weight: &[f32],
    bias: &[f32],
    epsilon: f32,
) {
    let width = weight.len();
    for ((row, normed), kept) in
        values.chunks_exact_mut(width).zip(normed.chunks_exact_mut(width)).zip(scales.iter_mut())
    {
        let mean = sum(row) / width as f32;
        for value in row.iter_mut() {
            *value -= mean;
        }
        let scale = 1.0 / (dot(row, row) / width as f32 + epsilon).sqrt();
        *kept = scale;
        for i in 0..width {
            normed[i] = row[i] * scale;
            row[i] = normed[i] * weight[i] + bias[i];
        }
    }
}

#[inline(always)]
fn norm_backward_kernel(
    states: &mut [f32],
    normed: &[f32],
    scales: &[f32],
    weight: &[f32],
    by_scale: &mut [f32],
    by_shift: &mut [f32],
) {
    let width = weight.len();
    for ((row, normed), scale) in states.chunks_exact_mut(width).zip(normed.chunks_exact(width)).zip(scales) {
        for i in 0..width {
            by_scale[i] += row[i] * normed[i];
            by_shift[i] += row[i];
            row[i] *= weight[i];
        }
        let mean = sum(row) / width as f32;
        let slope = dot(row, normed) / width as f32;
        for i in 0..width {
            row[i] = (row[i] - mean - normed[i] * slope) * scale;
        }
    }
}

#[inline(always)]
pub(super) fn relu_backward_kernel(values: &mut [f32], outputs: &[f32]) {
    for (value, output) in values.iter_mut().zip(outputs) {
        *value = if *output > 0.0 { *value } else { 0.0 };
    }
}

#[inline(always)]
pub(super) fn softmax_backward_kernel(scores: &mut [f32], probabilities: &[f32], width: usize) {
    for (row, probabilities) in scores.chunks_exact_mut(width).zip(probabilities.chunks_exact(width)) {
        let mean = dot(row, probabilities);
        for (value, probability) in row.iter_mut().zip(probabilities) {
            *value = (*value - mean) * probability;
        }
    }
}

#[inline(always)]
fn column_sums_kernel(target: &mut [f32], rows: &[f32]) {
    for row in rows.chunks_exact(target.len()) {
        for (value, other) in target.iter_mut().zip(row) {
            *value += other;
        }
    }
}
