//! The learned part of the understanding: a small BERT with heads, behind a cloneable handle with a bounded queue.
//! Leaves to others: normalising the text (`nlu`), making the weights (`training`).

mod calibration;
mod config;
mod encoder;
mod error;
pub mod heads;
pub mod kernels;
mod model;
mod parameters;
mod shipped;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
mod tokenizer;
pub mod trunk;
pub mod wide;

pub use calibration::{Calibration, Logistic, Understanding, softmax};
pub use config::TrunkConfig;
pub use encoder::Encoder;
pub use error::{InferenceError, ModelError};
pub use model::{FILES, MANIFEST, Manifest, Model};
pub use parameters::{LayerSlots, Layout, Slot, TrunkSlots};
pub use tokenizer::{Encoded, Pieces, SPECIAL};
