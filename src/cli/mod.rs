//! The command line: one file per command. Leaves to others: everything but reading arguments and printing.

use clap::{Parser, Subcommand};

/// 小二: a shop assistant for Chinese shoppers, in one binary.
#[derive(Debug, Parser)]
#[command(name = "xiaoer", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// Runs the command of `arguments`.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {}
}
