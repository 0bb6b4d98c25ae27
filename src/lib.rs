//! xiaoer 小二: a shop assistant for Chinese shoppers. `ARCHITECTURE.md` walks one message through these rooms.

pub mod cli;
pub mod dialogue;
pub mod domain;
pub mod inference;
pub mod nlu;
pub mod recommender;
pub mod shop;
pub mod store;
pub mod training;
