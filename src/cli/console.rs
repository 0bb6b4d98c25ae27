//! `xiaoer console`: the staff's web console on its own, beside a service that works on the same database.
//! Leaves to others: the pages (`console`).

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::app::{console, open_store};
use crate::config::Config;
use crate::runtime::shutdown_signal;
use crate::telemetry;

/// Where the console listens if nothing else is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8787);

/// What `xiaoer console` can be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen; TLS ends at a proxy before it. Goes before the setting `console`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs `xiaoer console`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    telemetry::start();
    let config = Config::load(arguments.config.as_deref())?;
    tokio::runtime::Runtime::new()?.block_on(serve(arguments, &config))
}

async fn serve(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let stop = shutdown_signal().context("signals cannot be listened for")?;
    let store = open_store(config).await?;
    let listen = arguments.listen.or(config.console).unwrap_or(LISTEN);
    if store.accounts().await?.is_empty() {
        eprintln!(
            "xiaoer: nobody can sign in yet; make the first account with: xiaoer staff invite LOGIN --role admin"
        );
    }
    eprintln!("xiaoer: the console is at http://{listen}/");
    console(config, &store).await?.serve(listen, stop).await?;
    store.close().await;
    Ok(())
}
