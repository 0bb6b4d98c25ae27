//! From texts to shipped weights: data readers, pre-training, fine-tuning, calibration and the reports that measure.
//! Leaves to others: using a model (`inference`), deciding on a message (`nlu`).

pub mod corpus;
pub mod gradient;
pub mod optimizer;
pub mod pretrain;
pub mod random;
pub mod vocabulary;
