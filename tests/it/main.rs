//! The tests that need more than one room, in one binary.

mod after_sale;
mod architecture;
mod console;
mod console_browser;
mod console_privacy;
mod console_telegram;
mod conversations;
mod knowledge;
mod mapped;
mod notices;
mod order_changes;
mod pre_sale;
mod random_users;
#[path = "../support/mod.rs"]
mod support;
mod talk;
mod telegram;
