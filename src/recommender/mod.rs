//! Collaborative filtering in the process: training, a model file, fold-in of the latest events, business rules,
//! reasons, evaluation and demand forecasts. Leaves to others: the shop's database (`shop`) and what is said (`nlg`).

mod dataset;
mod evaluate;
mod interaction;
mod measure;
mod method;
mod metrics;
mod read;
mod sparse;
mod split;

pub use dataset::{Dataset, Entry, IdMap};
pub use evaluate::{CUT_OFFS, Evaluation, evaluate, top};
pub use interaction::{Event, Interaction, Kind, Signal, UnknownKind};
pub use measure::{Cost, Meter};
pub use method::{
    Method, Neighbours, People, PeopleOptions, Popularity, RidgeOptions, Spectral, SpectralOptions, Walk,
};
pub use metrics::{Accuracy, Spread, accuracy, mean, spread};
pub use read::{ReadError, RetailLine, read_attributes, read_lightgcn, read_retail, read_sequences, read_table};
pub use sparse::{Sparse, keep_largest, largest_products};
pub use split::{Case, Split};
