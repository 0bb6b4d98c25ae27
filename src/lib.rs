//! xiaoer 小二: a shop assistant for Chinese shoppers. `ARCHITECTURE.md` walks one message through these rooms.

pub mod actions;
pub mod app;
pub mod channel;
pub mod cli;
pub mod config;
pub mod console;
pub mod dialogue;
pub mod domain;
pub mod engine;
pub mod inference;
pub mod nlg;
pub mod nlu;
pub mod recommender;
pub mod runtime;
pub mod scripts;
pub mod shop;
pub mod store;
pub mod telemetry;
pub mod training;
