//! The trunk's forward pass that remembers what its gradient needs, and the gradient, written out by hand: candle's
//! fused layer norm and softmax have no backward pass, and its graph allocates every intermediate anew. A test holds
//! the gradient to finite differences, and the forward pass to `inference::trunk`. Leaves to others: losses
//! (`pretrain`, `finetune`), the step (`optimizer`).

use std::ops::Range;

use super::random::Random;
use super::slopes::{
    apply_mask, drop_out, linear_backward, norm_backward, normalise_kernel, relu_backward_kernel,
    softmax_backward_kernel,
};
use crate::inference::kernels::{self, Activation, View, add, multiply};
use crate::inference::trunk::{Packed, embed};
use crate::inference::{LayerSlots, TrunkConfig, TrunkSlots};
use crate::vectorised;

/// What one normalisation leaves: its normalised rows and one scale per row.
#[derive(Debug, Default)]
struct Normed {
    rows: Vec<f32>,
    scales: Vec<f32>,
}

#[derive(Debug, Default)]
struct LayerTape {
    input: Vec<f32>,
    projections: Vec<f32>,
    probabilities: Vec<f32>,
    attention_mask: Vec<u8>,
    context: Vec<f32>,
    first_mask: Vec<u8>,
    first: Normed,
    middle: Vec<f32>,
    before_activation: Vec<f32>,
    inner: Vec<f32>,
    second_mask: Vec<u8>,
    second: Normed,
}

/// All that a forward pass leaves for its gradient.
#[derive(Debug, Default)]
pub struct Tape {
    embedded: Normed,
    embedded_mask: Vec<u8>,
    layers: Vec<LayerTape>,
    /// The last layer's vectors, one per piece.
    pub states: Vec<f32>,
}

/// A trunk's shape and where its weights lie.
#[derive(Debug, Clone, Copy)]
pub struct Trunk<'a> {
    /// The shape.
    pub config: &'a TrunkConfig,
    /// The places.
    pub slots: &'a TrunkSlots,
}

impl Trunk<'_> {
    /// Reads a batch and remembers. `dropout` is the share of values dropped after each part.
    pub fn forward(&self, weights: &[f32], batch: &Packed, dropout: f32, random: &mut Random) -> Tape {
        let mut tape = Tape::default();
        let mut states = embed(self.config, self.slots, weights, batch);
        tape.embedded = self.normalise(&mut states, weights, &self.slots.norm, &self.slots.norm_bias);
        tape.embedded_mask = drop_out(&mut states, dropout, random);
        for layer in &self.slots.layers {
            tape.layers.push(self.forward_layer(layer, weights, batch, &mut states, dropout, random));
        }
        tape.states = states;
        tape
    }

    fn forward_layer(
        &self,
        slots: &LayerSlots,
        weights: &[f32],
        batch: &Packed,
        states: &mut Vec<f32>,
        dropout: f32,
        random: &mut Random,
    ) -> LayerTape {
        let (rows, hidden, inner) = (batch.len(), self.config.hidden_size, self.config.intermediate_size);
        let block = |range: &Range<usize>| &weights[range.clone()];
        let mut tape = LayerTape { projections: vec![0.0; rows * 3 * hidden], ..LayerTape::default() };
        let (weight, bias) = (block(&slots.projections), block(&slots.projection_bias));
        kernels::linear(&mut tape.projections, states, weight, bias, rows);
        tape.context = vec![0.0; rows * hidden];
        self.attend(batch, &mut tape, dropout, random);
        let mut output = vec![0.0; rows * hidden];
        kernels::linear(&mut output, &tape.context, block(&slots.output), block(&slots.output_bias), rows);
        tape.first_mask = drop_out(&mut output, dropout, random);
        add(&mut output, states);
        tape.first = self.normalise(&mut output, weights, &slots.first_norm, &slots.first_norm_bias);
        tape.input = std::mem::take(states);
        tape.middle = output;
        tape.inner = vec![0.0; rows * inner];
        kernels::linear(&mut tape.inner, &tape.middle, block(&slots.widen), block(&slots.widen_bias), rows);
        if self.config.hidden_act != Activation::Relu {
            tape.before_activation.clone_from(&tape.inner);
        }
        self.config.hidden_act.apply(&mut tape.inner);
        let mut output = vec![0.0; rows * hidden];
        kernels::linear(&mut output, &tape.inner, block(&slots.narrow), block(&slots.narrow_bias), rows);
        tape.second_mask = drop_out(&mut output, dropout, random);
        add(&mut output, &tape.middle);
        tape.second = self.normalise(&mut output, weights, &slots.second_norm, &slots.second_norm_bias);
        *states = output;
        tape
    }

    fn head_view<'a>(&self, projections: &'a [f32], at: &Range<usize>, which: usize, head: usize) -> View<'a> {
        let (hidden, size) = (self.config.hidden_size, self.config.hidden_size / self.config.num_attention_heads);
        let start = at.start * 3 * hidden + which * hidden + head * size;
        View::strided(&projections[start..], at.len(), size, 3 * hidden)
    }

    fn attend(&self, batch: &Packed, tape: &mut LayerTape, dropout: f32, random: &mut Random) {
        let (hidden, heads) = (self.config.hidden_size, self.config.num_attention_heads);
        let size = hidden / heads;
        let total: usize = batch.sequences.iter().map(|at| at.len() * at.len() * heads).sum();
        tape.probabilities = vec![0.0; total];
        if dropout > 0.0 {
            tape.attention_mask = random.keep_mask(total, dropout);
        }
        let mut dropped = Vec::new();
        let mut offset = 0;
        for at in &batch.sequences {
            let length = at.len();
            for head in 0..heads {
                let here = offset..offset + length * length;
                offset = here.end;
                let scores = &mut tape.probabilities[here.clone()];
                let (query, key) =
                    (self.head_view(&tape.projections, at, 0, head), self.head_view(&tape.projections, at, 1, head));
                multiply(scores, length, query, key.transposed(), 1.0 / (size as f32).sqrt(), false);
                kernels::softmax_rows(scores, length);
                let mut read: &[f32] = scores;
                if dropout > 0.0 {
                    dropped.clear();
                    dropped.extend_from_slice(scores);
                    apply_mask(&mut dropped, &tape.attention_mask[here], 1.0 / (1.0 - dropout));
                    read = &dropped;
                }
                let value = self.head_view(&tape.projections, at, 2, head);
                let target = &mut tape.context[at.start * hidden + head * size..];
                multiply(target, hidden, View::new(read, length, length), value, 1.0, false);
            }
        }
    }

    fn normalise(&self, values: &mut [f32], weights: &[f32], scale: &Range<usize>, shift: &Range<usize>) -> Normed {
        let hidden = self.config.hidden_size;
        let mut normed = Normed { rows: vec![0.0; values.len()], scales: vec![0.0; values.len() / hidden] };
        let (scale, shift) = (&weights[scale.clone()], &weights[shift.clone()]);
        let epsilon = self.config.layer_norm_eps as f32;
        vectorised!(normalise_kernel(values, &mut normed.rows, &mut normed.scales, scale, shift, epsilon));
        normed
    }

    /// Adds to `gradient` (as long as the weights) what a gradient of the last states (`states`, used up) asks for.
    pub fn backward(
        &self,
        weights: &[f32],
        gradient: &mut [f32],
        batch: &Packed,
        tape: &Tape,
        mut states: Vec<f32>,
        dropout: f32,
    ) {
        for (slots, layer) in self.slots.layers.iter().zip(&tape.layers).rev() {
            states = self.backward_layer(slots, weights, gradient, batch, layer, states, dropout);
        }
        apply_mask(&mut states, &tape.embedded_mask, 1.0 / (1.0 - dropout));
        self.normalise_backward(
            weights,
            gradient,
            &mut states,
            &tape.embedded,
            &self.slots.norm,
            &self.slots.norm_bias,
        );
        let hidden = self.config.hidden_size;
        for sequence in &batch.sequences {
            for (position, at) in sequence.clone().enumerate() {
                let row = &states[at * hidden..(at + 1) * hidden];
                for (table, index) in [
                    (&self.slots.words, batch.ids[at] as usize),
                    (&self.slots.positions, position),
                    (&self.slots.segments, usize::from(batch.segments[at])),
                ] {
                    let index = index.min(table.len() / hidden - 1);
                    let start = table.start + index * hidden;
                    add(&mut gradient[start..start + hidden], row);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one layer's backward pass needs both sides of everything")]
    fn backward_layer(
        &self,
        slots: &LayerSlots,
        weights: &[f32],
        gradient: &mut [f32],
        batch: &Packed,
        tape: &LayerTape,
        mut states: Vec<f32>,
        dropout: f32,
    ) -> Vec<f32> {
        let (rows, hidden, inner) = (batch.len(), self.config.hidden_size, self.config.intermediate_size);
        let keep = 1.0 / (1.0 - dropout);
        self.normalise_backward(
            weights,
            gradient,
            &mut states,
            &tape.second,
            &slots.second_norm,
            &slots.second_norm_bias,
        );
        let mut output = states.clone();
        apply_mask(&mut output, &tape.second_mask, keep);
        let mut wide = vec![0.0; rows * inner];
        linear_backward(
            weights,
            gradient,
            &slots.narrow,
            &slots.narrow_bias,
            &tape.inner,
            &output,
            Some((&mut wide, false)),
            rows,
        );
        match self.config.hidden_act {
            Activation::Relu => vectorised!(relu_backward_kernel(&mut wide, &tape.inner)),
            other => wide.iter_mut().zip(&tape.before_activation).for_each(|(value, x)| *value *= other.slope(*x)),
        }
        linear_backward(
            weights,
            gradient,
            &slots.widen,
            &slots.widen_bias,
            &tape.middle,
            &wide,
            Some((&mut states, true)),
            rows,
        );
        self.normalise_backward(weights, gradient, &mut states, &tape.first, &slots.first_norm, &slots.first_norm_bias);
        output.copy_from_slice(&states);
        apply_mask(&mut output, &tape.first_mask, keep);
        let mut context = vec![0.0; rows * hidden];
        linear_backward(
            weights,
            gradient,
            &slots.output,
            &slots.output_bias,
            &tape.context,
            &output,
            Some((&mut context, false)),
            rows,
        );
        let projections = self.attend_backward(batch, tape, &context, keep);
        linear_backward(
            weights,
            gradient,
            &slots.projections,
            &slots.projection_bias,
            &tape.input,
            &projections,
            Some((&mut states, true)),
            rows,
        );
        states
    }

    fn attend_backward(&self, batch: &Packed, tape: &LayerTape, context: &[f32], keep: f32) -> Vec<f32> {
        let (hidden, heads) = (self.config.hidden_size, self.config.num_attention_heads);
        let size = hidden / heads;
        let scale = 1.0 / (size as f32).sqrt();
        let mut projections = vec![0.0; tape.projections.len()];
        let (mut scores, mut read) = (Vec::new(), Vec::new());
        let mut offset = 0;
        for at in &batch.sequences {
            let length = at.len();
            for head in 0..heads {
                let here = offset..offset + length * length;
                offset = here.end;
                let probabilities = &tape.probabilities[here.clone()];
                let asked = View::strided(&context[at.start * hidden + head * size..], length, size, hidden);
                let start = |which: usize| at.start * 3 * hidden + which * hidden + head * size;
                read.clear();
                read.extend_from_slice(probabilities);
                scores.resize(length * length, 0.0);
                let value = self.head_view(&tape.projections, at, 2, head);
                multiply(&mut scores, length, asked, value.transposed(), 1.0, false);
                if !tape.attention_mask.is_empty() {
                    let mask = &tape.attention_mask[here];
                    apply_mask(&mut read, mask, keep);
                    apply_mask(&mut scores, mask, keep);
                }
                let read = View::new(&read, length, length);
                multiply(&mut projections[start(2)..], 3 * hidden, read.transposed(), asked, 1.0, false);
                vectorised!(softmax_backward_kernel(&mut scores, probabilities, length));
                let scores = View::new(&scores, length, length);
                let (query, key) =
                    (self.head_view(&tape.projections, at, 0, head), self.head_view(&tape.projections, at, 1, head));
                multiply(&mut projections[start(0)..], 3 * hidden, scores, key, scale, false);
                multiply(&mut projections[start(1)..], 3 * hidden, scores.transposed(), query, scale, false);
            }
        }
        projections
    }

    fn normalise_backward(
        &self,
        weights: &[f32],
        gradient: &mut [f32],
        states: &mut [f32],
        normed: &Normed,
        scale: &Range<usize>,
        shift: &Range<usize>,
    ) {
        norm_backward(&weights[scale.clone()], gradient, states, &normed.rows, &normed.scales, scale, shift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Layout, trunk};

    fn small(act: Activation) -> (TrunkConfig, TrunkSlots, Vec<f32>, Packed) {
        let config = TrunkConfig {
            hidden_size: 32,
            num_hidden_layers: 2,
            num_attention_heads: 2,
            intermediate_size: 64,
            hidden_act: act,
            max_position_embeddings: 16,
            ..TrunkConfig::ours(20)
        };
        let mut layout = Layout::default();
        let slots = TrunkSlots::lay(&mut layout, &config);
        let mut random = Random::new(3);
        let weights = (0..layout.len()).map(|_| random.normal() * 0.3).collect();
        let mut batch = Packed::default();
        batch.push(&[2, 7, 9, 3], &[0, 0, 0, 0]);
        batch.push(&[2, 11, 3, 5, 6, 3], &[0, 0, 0, 1, 1, 1]);
        (config, slots, weights, batch)
    }

    #[test]
    fn forward_agrees_with_inference() {
        let (config, slots, weights, batch) = small(Activation::Relu);
        let trunk = Trunk { config: &config, slots: &slots };
        let tape = trunk.forward(&weights, &batch, 0.0, &mut Random::new(1));
        let plain = trunk::forward(&config, &slots, &weights, &batch);
        let far = tape.states.iter().zip(&plain).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far < 1e-4, "{far}");
    }

    #[test]
    fn gradients_agree_with_differences() {
        for (act, dropout) in [(Activation::Relu, 0.0), (Activation::GeluApproximate, 0.0), (Activation::Gelu, 0.2)] {
            let (config, slots, mut weights, batch) = small(act);
            let trunk = Trunk { config: &config, slots: &slots };
            let mut random = Random::new(5);
            let wish: Vec<f32> = (0..batch.len() * config.hidden_size).map(|_| random.normal()).collect();
            let loss = |weights: &[f32]| {
                let tape = trunk.forward(weights, &batch, dropout, &mut Random::new(9));
                tape.states.iter().zip(&wish).map(|(a, b)| f64::from(a * b)).sum::<f64>()
            };
            let tape = trunk.forward(&weights, &batch, dropout, &mut Random::new(9));
            let mut gradient = vec![0.0; weights.len()];
            trunk.backward(&weights, &mut gradient, &batch, &tape, wish.clone(), dropout);
            let (mut off, mut all) = (0.0, 0.0);
            for _ in 0..300 {
                let at = random.below(weights.len());
                let (kept, step) = (weights[at], 2e-3);
                weights[at] = kept + step;
                let more = loss(&weights);
                weights[at] = kept - step;
                let less = loss(&weights);
                weights[at] = kept;
                let difference = (more - less) / (2.0 * f64::from(step));
                off += (difference - f64::from(gradient[at])).powi(2);
                all += difference.powi(2);
            }
            assert!((off / all).sqrt() < 0.02, "{act:?} {dropout}: {}", (off / all).sqrt());
        }
    }
}
