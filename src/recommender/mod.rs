//! Collaborative filtering in the process: training, a model file, fold-in of the latest events, business rules,
//! reasons, evaluation and demand forecasts. Leaves to others: the shop's database (`shop`) and what is said (`nlg`).

mod catalogue;
mod dataset;
mod evaluate;
mod feedback;
pub mod forecast;
mod handle;
mod image;
mod interaction;
mod measure;
mod method;
mod metrics;
mod model;
mod plan;
mod purchase_intent;
mod read;
mod report;
mod select;
mod serve;
mod sparse;
mod split;

pub use catalogue::{ItemText, alike};
pub use dataset::{Dataset, Entry, IdMap};
pub use evaluate::{CUT_OFFS, Evaluation, evaluate, top};
pub use feedback::{Arm, Feedback, Significance, Tally, assign, compare};
pub use handle::Handle;
pub use image::ImageError;
pub use interaction::{Event, Interaction, Kind, Signal, UnknownKind};
pub use measure::{Cost, Meter};
pub use method::{
    Method, Neighbours, People, PeopleOptions, Popularity, RidgeOptions, Spectral, SpectralOptions, Walk,
};
pub use metrics::{Accuracy, Spread, accuracy, mean, spread};
pub use model::{Card, Model, Table, TrainError, train, train_dataset};
pub use plan::{BaseSpec, Part, Plan};
pub use purchase_intent::{PurchaseIntent, PurchaseIntentError, PurchaseReport};
pub use read::{ReadError, RetailLine, read_attributes, read_lightgcn, read_retail, read_sequences, read_table};
pub use report::{Report, Row};
pub use select::{Chosen, TrainOptions};
pub use serve::{Facts, Pick, Reason, Rules, Shelf};
pub use sparse::{Sparse, keep_largest, largest_products};
pub use split::{Case, Split};
