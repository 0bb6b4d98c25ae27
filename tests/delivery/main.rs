//! Proofs of delivery against the emulator, with the service in processes of its own that are killed, flooded and
//! measured. `cargo test --release --test delivery` runs a small crash test; with arguments:
//!
//! ```text
//! cargo test --release --test delivery -- crash    --updates 20000 --chats 1000 --kills 200 [--database postgres://…] [--services 2]
//! cargo test --release --test delivery -- takeover --database postgres://…
//! cargo test --release --test delivery -- load     --chats 1000 [--database …]
//! cargo test --release --test delivery -- flood
//! cargo test --release --test delivery -- soak     --minutes 30
//! cargo test --release --test delivery -- talk     --listen 127.0.0.1:8081   (and `xiaoer serve` with that address)
//! ```

mod crash;
mod load;
mod service;
#[path = "../support/mod.rs"]
mod support;
mod talk;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Kill the service again and again while updates come in; nothing may be lost, done twice or reordered.
    Crash(crash::Arguments),
    /// Three processes, one of them killed for good; the others take its work over.
    Takeover(crash::Arguments),
    /// Messages per second, and the time from update to request.
    Load(load::Arguments),
    /// What one chat that floods does to the others.
    Flood(load::Arguments),
    /// Memory over time.
    Soak(load::Arguments),
    /// Be the Bot API for a service, and a shopper who types.
    Talk(talk::Arguments),
    /// The service itself; started by the others.
    #[command(hide = true)]
    Service(service::Arguments),
}

fn main() {
    let given: Vec<String> = std::env::args().collect();
    if given.iter().any(|argument| argument == "--list") {
        println!("small_crash: test");
        return;
    }
    let known = ["crash", "takeover", "load", "flood", "soak", "talk", "service"];
    let small = [
        "delivery",
        "crash",
        "--updates",
        "300",
        "--chats",
        "30",
        "--kills",
        "6",
        "--rate",
        "100",
        "--send-rate",
        "200",
    ];
    let arguments = match given.get(1) {
        Some(command) if known.contains(&command.as_str()) => Arguments::parse(),
        _ => Arguments::parse_from(small),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let passed = runtime.block_on(async {
        match arguments.command {
            Command::Crash(arguments) => crash::run(arguments, false).await,
            Command::Takeover(arguments) => crash::run(arguments, true).await,
            Command::Load(arguments) => load::load(arguments).await,
            Command::Flood(arguments) => load::flood(arguments).await,
            Command::Soak(arguments) => load::soak(arguments).await,
            Command::Talk(arguments) => talk::run(arguments).await,
            Command::Service(arguments) => service::run(arguments).await,
        }
    });
    if !passed {
        std::process::exit(1);
    }
}
