//! From reply keys to words: the catalogue of wordings, their choice and their rendering; retrieval of the shop's
//! knowledge. Leaves to others: which key (`actions`), splitting and escaping for a channel (`channel`).

mod catalog;
pub mod faq;
mod render;
mod traditional;

pub use catalog::{Catalog, CatalogError};
pub use render::Renderer;
