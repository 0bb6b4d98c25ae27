//! All weights in one flat run of numbers, each found by its Hugging Face name, so that an optimiser walks over one
//! slice and query, key and value are one product. Leaves to others: what the names mean (`trunk`, `heads`).

use std::collections::HashMap;
use std::ops::Range;

use candle_core::{DType, Device, Tensor};

use super::config::TrunkConfig;
use super::error::ModelError;

/// One named block of weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Hugging Face's name.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Where it lies in the flat run.
    pub range: Range<usize>,
}

/// The order of all blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    slots: Vec<Slot>,
    length: usize,
}

impl Layout {
    /// Appends a block and says where it lies.
    pub fn push(&mut self, name: impl Into<String>, shape: &[usize]) -> Range<usize> {
        let range = self.length..self.length + shape.iter().product::<usize>();
        self.length = range.end;
        self.slots.push(Slot { name: name.into(), shape: shape.to_vec(), range: range.clone() });
        range
    }

    /// The blocks in order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Numbers in all.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no block.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Fills a flat run from named tensors. A name may miss its leading `bert.`; `optional` names may be absent and
    /// keep what `values` holds.
    pub fn read(
        &self,
        values: &mut [f32],
        tensors: &HashMap<String, Tensor>,
        file: &str,
        optional: impl Fn(&str) -> bool,
    ) -> Result<(), ModelError> {
        for slot in &self.slots {
            let bare = slot.name.strip_prefix("bert.").unwrap_or(&slot.name);
            let old = bare.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
            let found = [slot.name.clone(), bare.to_owned(), format!("roberta.{bare}"), format!("bert.{old}"), old]
                .into_iter()
                .find_map(|name| tensors.get(&name));
            let Some(tensor) = found else {
                if optional(&slot.name) {
                    continue;
                }
                return Err(ModelError::Mismatch(format!("{file} lacks {}", slot.name)));
            };
            if tensor.dims() != slot.shape {
                return Err(ModelError::Mismatch(format!(
                    "{} in {file} is {:?} where the configuration asks for {:?}",
                    slot.name,
                    tensor.dims(),
                    slot.shape
                )));
            }
            let flat = tensor
                .to_dtype(DType::F32)
                .and_then(|tensor| tensor.flatten_all())
                .and_then(|tensor| tensor.to_vec1::<f32>())
                .map_err(|error| broken(file, error))?;
            if flat.iter().any(|value| !value.is_finite()) {
                return Err(broken(file, format!("holds a number that is none in {}", slot.name)));
            }
            values[slot.range.clone()].copy_from_slice(&flat);
        }
        Ok(())
    }

    /// The blocks as candle tensors, for writing a safetensors file.
    pub fn tensors(&self, values: &[f32], kind: DType) -> candle_core::Result<HashMap<String, Tensor>> {
        let mut tensors = HashMap::new();
        for slot in &self.slots {
            let tensor = Tensor::from_slice(&values[slot.range.clone()], slot.shape.as_slice(), &Device::Cpu)?;
            tensors.insert(slot.name.clone(), tensor.to_dtype(kind)?);
        }
        Ok(tensors)
    }
}

pub(super) fn broken(file: &str, reason: impl std::fmt::Display) -> ModelError {
    ModelError::Broken { file: file.to_owned(), reason: format!("cannot be used: {reason}") }
}

/// Where one layer's weights lie. `query`, `key` and `value` are neighbours: one block of `3·hidden` rows.
#[derive(Debug, Clone)]
pub struct LayerSlots {
    /// Weights of query, key, value.
    pub projections: Range<usize>,
    /// Their biases.
    pub projection_bias: Range<usize>,
    /// Attention's output.
    pub output: Range<usize>,
    /// Its bias.
    pub output_bias: Range<usize>,
    /// Normalisation after attention: scale.
    pub first_norm: Range<usize>,
    /// … and shift.
    pub first_norm_bias: Range<usize>,
    /// Into the feed-forward part.
    pub widen: Range<usize>,
    /// Its bias.
    pub widen_bias: Range<usize>,
    /// Out of it.
    pub narrow: Range<usize>,
    /// Its bias.
    pub narrow_bias: Range<usize>,
    /// Normalisation after it: scale.
    pub second_norm: Range<usize>,
    /// … and shift.
    pub second_norm_bias: Range<usize>,
}

/// Where a trunk's weights lie.
#[derive(Debug, Clone)]
pub struct TrunkSlots {
    /// One row per piece.
    pub words: Range<usize>,
    /// One row per position.
    pub positions: Range<usize>,
    /// One row per kind of segment.
    pub segments: Range<usize>,
    /// Normalisation of their sum: scale.
    pub norm: Range<usize>,
    /// … and shift.
    pub norm_bias: Range<usize>,
    /// The layers, first to last.
    pub layers: Vec<LayerSlots>,
}

impl TrunkSlots {
    /// Appends a trunk of this shape to `layout`.
    pub fn lay(layout: &mut Layout, config: &TrunkConfig) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let embeddings = "bert.embeddings";
        let words = layout.push(format!("{embeddings}.word_embeddings.weight"), &[config.vocab_size, hidden]);
        let positions =
            layout.push(format!("{embeddings}.position_embeddings.weight"), &[config.max_position_embeddings, hidden]);
        let segments =
            layout.push(format!("{embeddings}.token_type_embeddings.weight"), &[config.type_vocab_size, hidden]);
        let norm = layout.push(format!("{embeddings}.LayerNorm.weight"), &[hidden]);
        let norm_bias = layout.push(format!("{embeddings}.LayerNorm.bias"), &[hidden]);
        let mut layers = Vec::new();
        for index in 0..config.num_hidden_layers {
            let mut block =
                |name: &str, shape: &[usize]| layout.push(format!("bert.encoder.layer.{index}.{name}"), shape);
            let query = block("attention.self.query.weight", &[hidden, hidden]);
            block("attention.self.key.weight", &[hidden, hidden]);
            let value = block("attention.self.value.weight", &[hidden, hidden]);
            let query_bias = block("attention.self.query.bias", &[hidden]);
            block("attention.self.key.bias", &[hidden]);
            let value_bias = block("attention.self.value.bias", &[hidden]);
            layers.push(LayerSlots {
                projections: query.start..value.end,
                projection_bias: query_bias.start..value_bias.end,
                output: block("attention.output.dense.weight", &[hidden, hidden]),
                output_bias: block("attention.output.dense.bias", &[hidden]),
                first_norm: block("attention.output.LayerNorm.weight", &[hidden]),
                first_norm_bias: block("attention.output.LayerNorm.bias", &[hidden]),
                widen: block("intermediate.dense.weight", &[inner, hidden]),
                widen_bias: block("intermediate.dense.bias", &[inner]),
                narrow: block("output.dense.weight", &[hidden, inner]),
                narrow_bias: block("output.dense.bias", &[hidden]),
                second_norm: block("output.LayerNorm.weight", &[hidden]),
                second_norm_bias: block("output.LayerNorm.bias", &[hidden]),
            });
        }
        TrunkSlots { words, positions, segments, norm, norm_bias, layers }
    }
}
