//! The command line: one file per command. Leaves to others: everything but reading arguments and printing.

mod audit;
mod chat;
mod chat_live;
mod console;
mod demo;
mod demo_talk;
mod eval;
mod eval_entities;
mod eval_forecast;
mod eval_nlu;
mod eval_recommender;
mod eval_search;
mod explain;
mod privacy;
mod recommend;
mod serve;
mod shop;
mod shop_data;
mod shop_duties;
mod staff;
mod test;
mod train;
mod train_nlu;
mod train_purchase_intent;
mod train_recommender;

use clap::{Parser, Subcommand};

/// 小二: a shop assistant for Chinese shoppers, in one binary.
#[derive(Debug, Parser)]
#[command(name = "xiaoer", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Chat with 小二 at the terminal.
    Chat(chat::Arguments),
    /// Serve shoppers in Telegram.
    Serve(serve::Arguments),
    /// Serve the staff's web console alone.
    Console(console::Arguments),
    /// Accounts of the console; `invite` prints the link of the first administrator.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Export or erase everything about a customer.
    #[command(subcommand)]
    Privacy(privacy::Privacy),
    /// Check the console's audit.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Make the demo shop, or count what is in it.
    #[command(subcommand)]
    Demo(demo::Demo),
    /// Train a model.
    #[command(subcommand)]
    Train(train::Train),
    /// Measure a model on data it has not seen.
    #[command(subcommand)]
    Eval(eval::Eval),
    /// Print what a message is understood as, and why.
    Explain(explain::Arguments),
    /// Print recommendations with scores and reasons.
    Recommend(recommend::Arguments),
    /// A shop that has a database of its own: check its mapping, synchronise it, import files.
    #[command(subcommand)]
    Shop(shop::Command),
    /// Play scripted conversations and judge them.
    Test(test::Arguments),
}

/// Runs the command of `arguments`.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Chat(arguments) => chat::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Console(arguments) => console::run(&arguments),
        Command::Staff(staff) => staff::run(&staff),
        Command::Privacy(privacy) => privacy::run(&privacy),
        Command::Audit(audit) => audit::run(&audit),
        Command::Demo(demo) => demo::run(&demo),
        Command::Train(train) => train::run(train),
        Command::Eval(eval) => eval::run(eval),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Recommend(arguments) => recommend::run(&arguments),
        Command::Shop(command) => shop::run(&command),
        Command::Test(arguments) => test::run(&arguments),
    }
}

/// An error and what caused it on one line. A cause that the line tells already is not told again.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let text = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            line = text;
        } else if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let inner = std::io::Error::other("the disk\n  is full");
        let error =
            Err::<(), _>(inner).context("cannot write: the disk is full; free some space").expect_err("an error");
        assert_eq!(one_line(&error), "cannot write: the disk is full; free some space");
        let error = anyhow::anyhow!("no such file").context("settings");
        assert_eq!(one_line(&error), "settings: no such file");
    }
}
