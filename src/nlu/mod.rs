//! Understanding a message: surface (normal form, words, entities), the model's reading, cues; `reader` puts them
//! together. Leaves to others: what to do about it (`dialogue`).

mod aspects;
mod attributes;
pub mod catalogue;
mod clauses;
mod cues;
pub mod danger;
pub mod entities;
pub mod explain;
mod language;
mod measures;
pub mod normalize;
pub mod person;
mod phrases;
mod reader;
mod refine;
pub mod segment;
mod stated;
pub mod surface;

pub use aspects::aspects;
pub use catalogue::{Catalogue, CatalogueName, CatalogueProduct};
pub use cues::cues;
pub use reader::{ReadError, Reader};
pub use refine::refine;
pub use segment::Segmenter;
pub use stated::stated;
pub use surface::{Read, Surface};
