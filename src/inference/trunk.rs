//! The encoder's forward pass over a batch packed without padding: each sequence attends to itself only, which equals
//! right padding with a mask. A parity test holds it to candle-transformers' BERT. Leaves to others: gradients
//! (`training`), what the vectors are used for (`heads`).

use std::ops::Range;

use super::config::TrunkConfig;
use super::kernels::{self, View};
use super::parameters::{LayerSlots, TrunkSlots};

/// Sequences of pieces, one after another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// Piece ids of all sequences.
    pub ids: Vec<u32>,
    /// The segment of each piece: 0 the message, 1 the turn before it.
    pub segments: Vec<u8>,
    /// Where each sequence lies.
    pub sequences: Vec<Range<usize>>,
}

impl Packed {
    /// Appends a sequence.
    pub fn push(&mut self, ids: &[u32], segments: &[u8]) {
        let start = self.ids.len();
        self.ids.extend_from_slice(ids);
        self.segments.extend_from_slice(segments);
        self.sequences.push(start..self.ids.len());
    }

    /// Pieces in all.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The sum of word, position and segment vectors, before normalisation. Ids beyond the tables read the last row.
pub fn embed(config: &TrunkConfig, slots: &TrunkSlots, weights: &[f32], batch: &Packed) -> Vec<f32> {
    let hidden = config.hidden_size;
    let row = |table: &Range<usize>, index: usize| {
        let last = table.len() / hidden - 1;
        let start = table.start + index.min(last) * hidden;
        &weights[start..start + hidden]
    };
    let mut sum = vec![0.0; batch.len() * hidden];
    for sequence in &batch.sequences {
        for (position, at) in sequence.clone().enumerate() {
            let target = &mut sum[at * hidden..(at + 1) * hidden];
            target.copy_from_slice(row(&slots.words, batch.ids[at] as usize));
            kernels::add(target, row(&slots.positions, position));
            kernels::add(target, row(&slots.segments, usize::from(batch.segments[at])));
        }
    }
    sum
}

/// Reads a batch: one vector of `hidden_size` per piece, rows in the order of the batch.
pub fn forward(config: &TrunkConfig, slots: &TrunkSlots, weights: &[f32], batch: &Packed) -> Vec<f32> {
    let epsilon = config.layer_norm_eps as f32;
    let mut states = embed(config, slots, weights, batch);
    kernels::layer_norm(&mut states, &weights[slots.norm.clone()], &weights[slots.norm_bias.clone()], epsilon);
    let mut scratch = Scratch::default();
    for layer in &slots.layers {
        read_layer(config, layer, weights, batch, &mut states, &mut scratch);
    }
    states
}

/// Buffers that one layer leaves for the next.
#[derive(Debug, Default)]
struct Scratch {
    projections: Vec<f32>,
    scores: Vec<f32>,
    context: Vec<f32>,
    inner: Vec<f32>,
    output: Vec<f32>,
}

fn read_layer(
    config: &TrunkConfig,
    slots: &LayerSlots,
    weights: &[f32],
    batch: &Packed,
    states: &mut [f32],
    scratch: &mut Scratch,
) {
    let (rows, hidden, epsilon) = (batch.len(), config.hidden_size, config.layer_norm_eps as f32);
    let block = |range: &Range<usize>| &weights[range.clone()];
    scratch.projections.resize(rows * 3 * hidden, 0.0);
    kernels::linear(&mut scratch.projections, states, block(&slots.projections), block(&slots.projection_bias), rows);
    scratch.context.resize(rows * hidden, 0.0);
    for sequence in &batch.sequences {
        attend(config, &scratch.projections, sequence.clone(), &mut scratch.scores, &mut scratch.context);
    }
    scratch.output.resize(rows * hidden, 0.0);
    kernels::linear(&mut scratch.output, &scratch.context, block(&slots.output), block(&slots.output_bias), rows);
    kernels::add(states, &scratch.output);
    kernels::layer_norm(states, block(&slots.first_norm), block(&slots.first_norm_bias), epsilon);
    scratch.inner.resize(rows * config.intermediate_size, 0.0);
    kernels::linear(&mut scratch.inner, states, block(&slots.widen), block(&slots.widen_bias), rows);
    config.hidden_act.apply(&mut scratch.inner);
    kernels::linear(&mut scratch.output, &scratch.inner, block(&slots.narrow), block(&slots.narrow_bias), rows);
    kernels::add(states, &scratch.output);
    kernels::layer_norm(states, block(&slots.second_norm), block(&slots.second_norm_bias), epsilon);
}

fn attend(config: &TrunkConfig, projections: &[f32], at: Range<usize>, scores: &mut Vec<f32>, context: &mut [f32]) {
    let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
    let (length, size) = (at.len(), hidden / heads);
    scores.resize(length * length, 0.0);
    for head in 0..heads {
        let part = |which: usize| {
            let start = at.start * 3 * hidden + which * hidden + head * size;
            View::strided(&projections[start..], length, size, 3 * hidden)
        };
        kernels::multiply(scores, length, part(0), part(1).transposed(), 1.0 / (size as f32).sqrt(), false);
        kernels::softmax_rows(scores, length);
        let target = &mut context[at.start * hidden + head * size..];
        kernels::multiply(target, hidden, View::new(scores, length, length), part(2), 1.0, false);
    }
}
