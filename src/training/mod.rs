//! From texts to shipped weights: data readers, pre-training, fine-tuning, calibration and the reports that measure.
//! Leaves to others: using a model (`inference`), deciding on a message (`nlu`).

pub mod augment;
pub mod baseline;
pub mod calibrate;
pub mod corpus;
mod error;
pub mod finetune;
pub mod foreign;
pub mod gradient;
pub mod grams;
pub mod messages;
pub mod metrics;
pub mod optimizer;
pub mod page;
pub mod pretrain;
pub mod random;
pub mod report;
pub mod slopes;
pub mod vocabulary;

pub use error::TrainingError;
