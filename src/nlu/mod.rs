//! Understanding a message. Leaves to others: what to do about it (`dialogue`).

pub mod catalogue;
pub mod entities;
pub mod normalize;
pub mod segment;
pub mod surface;
