//! The methods behind one trait. Leaves to others: choosing among them (`train`), rules and reasons (`serve`).

mod neighbours;
mod people;
mod popularity;
mod ridge;
mod spectral;
mod transitions;

pub use neighbours::{Neighbours, Walk, damped};
pub use people::{People, PeopleOptions};
pub use popularity::Popularity;
pub use ridge::RidgeOptions;
pub use spectral::{Spectral, SpectralOptions, dot};
pub use transitions::{together, transitions};

use super::interaction::Signal;

/// A recommender that scores all items for any list of signals, with no training for the shopper.
pub trait Method: Send + Sync {
    /// The name in tables.
    fn name(&self) -> &str;

    /// Adds its score to every item's; `scores` has one place per item. `history` goes from the oldest to the newest.
    fn score(&self, history: &[Signal], scores: &mut [f32]);
}
