//! The tests that need more than one room.

mod after_sale;
mod knowledge;
mod order_changes;
mod talk;
