//! The trunk with its two heads of pre-training — guess the hidden pieces, answer the weak question — their loss and
//! its gradient. Leaves to others: the trunk itself (`gradient`), the schedule (`mod.rs`).

use std::ops::Range;

use super::masks::Masked;
use crate::inference::heads::{pool, pooled_size};
use crate::inference::kernels::{self, add};
use crate::inference::trunk::Packed;
use crate::inference::{Layout, TrunkConfig, TrunkSlots};
use crate::training::gradient::Trunk;
use crate::training::random::Random;
use crate::training::slopes::{linear_backward, norm_backward};

pub(super) struct Slots {
    pub(super) trunk: TrunkSlots,
    pub(super) transform: Range<usize>,
    transform_bias: Range<usize>,
    norm: Range<usize>,
    norm_bias: Range<usize>,
    decoder_bias: Range<usize>,
    answers: Range<usize>,
    answers_bias: Range<usize>,
}

pub(super) fn lay(config: &TrunkConfig, answers: usize) -> (Layout, Slots) {
    let mut layout = Layout::default();
    let hidden = config.hidden_size;
    let trunk = TrunkSlots::lay(&mut layout, config);
    let head = "cls.predictions";
    let slots = Slots {
        trunk,
        transform: layout.push(format!("{head}.transform.dense.weight"), &[hidden, hidden]),
        transform_bias: layout.push(format!("{head}.transform.dense.bias"), &[hidden]),
        norm: layout.push(format!("{head}.transform.LayerNorm.weight"), &[hidden]),
        norm_bias: layout.push(format!("{head}.transform.LayerNorm.bias"), &[hidden]),
        decoder_bias: layout.push(format!("{head}.bias"), &[config.vocab_size]),
        answers: layout.push("weak.weight", &[answers, pooled_size(config)]),
        answers_bias: layout.push("weak.bias", &[answers]),
    };
    (layout, slots)
}

/// What one batch gave.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    pub(super) loss: f64,
    pub(super) right: usize,
    pub(super) guessed: usize,
    pub(super) weak_loss: f64,
    pub(super) weak_right: usize,
    pub(super) weak: usize,
}

impl Outcome {
    pub(super) fn add(&mut self, other: Outcome) {
        self.loss += other.loss;
        self.right += other.right;
        self.guessed += other.guessed;
        self.weak_loss += other.weak_loss;
        self.weak_right += other.weak_right;
        self.weak += other.weak;
    }
}

pub(super) struct Network<'a> {
    pub(super) config: &'a TrunkConfig,
    pub(super) slots: Slots,
    pub(super) layout: Layout,
}

impl Network<'_> {
    /// Loss of a batch; with a gradient to add to, its gradient too.
    pub(super) fn run(
        &self,
        weights: &[f32],
        gradient: Option<&mut Vec<f32>>,
        masked: &Masked,
        weak: f32,
        random: &mut Random,
    ) -> Outcome {
        let trunk = Trunk { config: self.config, slots: &self.slots.trunk };
        let tape = trunk.forward(weights, &masked.batch, 0.0, random);
        let (hidden, count) = (self.config.hidden_size, masked.guessed.len());
        let block = |range: &Range<usize>| &weights[range.clone()];
        let gather = |at: &usize| tape.states[at * hidden..(at + 1) * hidden].iter().copied();
        let guessed: Vec<f32> = masked.guessed.iter().flat_map(gather).collect();
        let mut transformed = vec![0.0; count * hidden];
        kernels::linear(
            &mut transformed,
            &guessed,
            block(&self.slots.transform),
            block(&self.slots.transform_bias),
            count,
        );
        let active: Vec<bool> = transformed.iter().map(|value| *value > 0.0).collect();
        transformed.iter_mut().for_each(|value| *value = value.max(0.0));
        let (normed, scales) = plain_norm(&mut transformed, hidden, self.config.layer_norm_eps as f32);
        let (scale, shift) = (block(&self.slots.norm), block(&self.slots.norm_bias));
        for row in transformed.chunks_exact_mut(hidden) {
            row.iter_mut().zip(scale).zip(shift).for_each(|((value, scale), shift)| *value = *value * scale + shift);
        }
        let vocabulary = self.config.vocab_size;
        let mut scores = vec![0.0; count * vocabulary];
        kernels::linear(
            &mut scores,
            &transformed,
            block(&self.slots.trunk.words),
            block(&self.slots.decoder_bias),
            count,
        );
        let mut outcome = Outcome { guessed: count, ..Outcome::default() };
        let inverse = 1.0 / count.max(1) as f32;
        cross_entropy(&mut scores, vocabulary, &masked.truths, inverse, &mut outcome);

        let pooled = pool(self.config, &masked.batch, &tape.states);
        let answers = self.slots.answers_bias.len();
        let mut weak_scores = vec![0.0; masked.labels.len() * answers];
        kernels::linear(
            &mut weak_scores,
            &pooled,
            block(&self.slots.answers),
            block(&self.slots.answers_bias),
            masked.labels.len(),
        );
        let labelled = masked.labels.iter().flatten().count().max(1);
        weak_cross_entropy(&mut weak_scores, answers, &masked.labels, weak / labelled as f32, &mut outcome);

        let Some(gradient) = gradient else { return outcome };
        let mut states = vec![0.0; tape.states.len()];
        let mut asked = vec![0.0; count * hidden];
        linear_backward(
            weights,
            gradient,
            &self.slots.trunk.words,
            &self.slots.decoder_bias,
            &transformed,
            &scores,
            Some((&mut asked, false)),
            count,
        );
        norm_backward(scale, gradient, &mut asked, &normed, &scales, &self.slots.norm, &self.slots.norm_bias);
        asked.iter_mut().zip(&active).for_each(|(value, active)| *value *= f32::from(u8::from(*active)));
        let mut back = vec![0.0; count * hidden];
        linear_backward(
            weights,
            gradient,
            &self.slots.transform,
            &self.slots.transform_bias,
            &guessed,
            &asked,
            Some((&mut back, false)),
            count,
        );
        for (at, row) in masked.guessed.iter().zip(back.chunks_exact(hidden)) {
            add(&mut states[at * hidden..(at + 1) * hidden], row);
        }
        let mut pooled_gradient = vec![0.0; pooled.len()];
        linear_backward(
            weights,
            gradient,
            &self.slots.answers,
            &self.slots.answers_bias,
            &pooled,
            &weak_scores,
            Some((&mut pooled_gradient, false)),
            masked.labels.len(),
        );
        pool_backward(hidden, &masked.batch, &pooled_gradient, &mut states);
        trunk.backward(weights, gradient, &masked.batch, &tape, states, 0.0);
        outcome
    }
}

/// Gradient of [`pool`], added to the states' gradient.
pub fn pool_backward(hidden: usize, batch: &Packed, pooled: &[f32], states: &mut [f32]) {
    for (sequence, asked) in batch.sequences.iter().zip(pooled.chunks_exact(2 * hidden)) {
        let (first, mean) = asked.split_at(hidden);
        add(&mut states[sequence.start * hidden..(sequence.start + 1) * hidden], first);
        let count = sequence.clone().filter(|at| batch.segments[*at] == 0).count().max(1) as f32;
        let share: Vec<f32> = mean.iter().map(|value| value / count).collect();
        for at in sequence.clone().filter(|at| batch.segments[*at] == 0) {
            add(&mut states[at * hidden..(at + 1) * hidden], &share);
        }
    }
}

fn plain_norm(values: &mut [f32], width: usize, epsilon: f32) -> (Vec<f32>, Vec<f32>) {
    let mut scales = Vec::with_capacity(values.len() / width);
    for row in values.chunks_exact_mut(width) {
        let mean = kernels::sum(row) / width as f32;
        row.iter_mut().for_each(|value| *value -= mean);
        let scale = 1.0 / (kernels::dot(row, row) / width as f32 + epsilon.max(1e-12)).sqrt();
        row.iter_mut().for_each(|value| *value *= scale);
        scales.push(scale);
    }
    (values.to_vec(), scales)
}

/// Turns scores into their gradient, and counts.
fn cross_entropy(scores: &mut [f32], width: usize, truths: &[u32], weight: f32, outcome: &mut Outcome) {
    for (row, truth) in scores.chunks_exact_mut(width).zip(truths) {
        let truth = *truth as usize;
        let at_truth = row[truth];
        outcome.right += usize::from(row.iter().all(|score| *score <= at_truth));
        kernels::softmax_rows(row, width);
        outcome.loss -= f64::from(row[truth].max(1e-12).ln());
        row[truth] -= 1.0;
        row.iter_mut().for_each(|value| *value *= weight);
    }
}

fn weak_cross_entropy(
    scores: &mut [f32],
    width: usize,
    labels: &[Option<(usize, usize, usize)>],
    weight: f32,
    outcome: &mut Outcome,
) {
    for (row, label) in scores.chunks_exact_mut(width).zip(labels) {
        let Some((start, end, truth)) = *label else {
            row.fill(0.0);
            continue;
        };
        row[..start].fill(0.0);
        row[end..].fill(0.0);
        let at_truth = row[truth];
        outcome.weak += 1;
        outcome.weak_right += usize::from(row[start..end].iter().all(|score| *score <= at_truth));
        kernels::softmax_rows(&mut row[start..end], end - start);
        outcome.weak_loss -= f64::from(row[truth].max(1e-12).ln());
        row[truth] -= 1.0;
        row[start..end].iter_mut().for_each(|value| *value *= weight);
    }
}
