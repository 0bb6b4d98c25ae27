//! The shape of a trunk, read from a Hugging Face `config.json`. Leaves to others: the numbers (`parameters`).

use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::kernels::Activation;

/// Sizes of a BERT-family encoder, named as in `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrunkConfig {
    /// Always `bert` for ours; candle-transformers and Hugging Face look at it.
    #[serde(default = "bert")]
    pub model_type: String,
    /// Pieces in the vocabulary.
    pub vocab_size: usize,
    /// Width.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Heads of attention per layer.
    pub num_attention_heads: usize,
    /// Width between the two products of the feed-forward part.
    pub intermediate_size: usize,
    /// What stands between them.
    pub hidden_act: Activation,
    /// Share of values dropped in training.
    #[serde(default = "tenth")]
    pub hidden_dropout_prob: f64,
    /// Longest input, in pieces.
    pub max_position_embeddings: usize,
    /// Kinds of segment.
    #[serde(default = "two")]
    pub type_vocab_size: usize,
    /// Spread of the first random weights.
    #[serde(default = "spread")]
    pub initializer_range: f64,
    /// Added to the variance.
    #[serde(default = "epsilon")]
    pub layer_norm_eps: f64,
    /// The piece that fills up a row.
    #[serde(default)]
    pub pad_token_id: usize,
}

fn bert() -> String {
    "bert".to_owned()
}
fn tenth() -> f64 {
    0.1
}
fn two() -> usize {
    2
}
fn spread() -> f64 {
    0.02
}
fn epsilon() -> f64 {
    1e-12
}

impl TrunkConfig {
    /// Our own shape for a vocabulary: what one core reads in well under 6 ms at 32 characters.
    pub fn ours(vocab_size: usize) -> Self {
        TrunkConfig {
            model_type: bert(),
            vocab_size,
            hidden_size: 256,
            num_hidden_layers: 4,
            num_attention_heads: 4,
            intermediate_size: 1024,
            hidden_act: Activation::Relu,
            hidden_dropout_prob: 0.1,
            max_position_embeddings: 128,
            type_vocab_size: 2,
            initializer_range: 0.02,
            layer_norm_eps: 1e-12,
            pad_token_id: 0,
        }
    }

    /// Refuses sizes that no encoder can have.
    pub fn check(&self) -> Result<(), ModelError> {
        let sound = self.hidden_size > 0
            && self.num_attention_heads > 0
            && self.hidden_size.is_multiple_of(self.num_attention_heads)
            && self.vocab_size > 5
            && self.max_position_embeddings >= 8
            && self.type_vocab_size > 0
            && self.intermediate_size > 0
            && self.hidden_size <= 4096
            && self.num_hidden_layers <= 64
            && self.vocab_size <= 1_000_000
            && self.max_position_embeddings <= 65_536
            && self.intermediate_size <= 65_536
            && self.type_vocab_size <= 16;
        if sound {
            Ok(())
        } else {
            Err(ModelError::Broken { file: "config.json".into(), reason: "has sizes that no encoder can have".into() })
        }
    }
}
