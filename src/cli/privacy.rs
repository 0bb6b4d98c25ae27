//! `xiaoer privacy`: everything about a customer in one file; erasure; deleting what is older than the retention.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::app::{console, open_store};
use crate::config::Config;
use crate::domain::CustomerId;
use crate::store::console::AuditDeed;

/// What to do with a customer's data.
#[derive(Debug, clap::Subcommand)]
pub enum Privacy {
    /// Write everything that is kept of a customer as JSON.
    Export {
        /// The customer's number.
        customer: i64,
        /// Where to; left out, standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Erase a customer; only the record of orders stays, under a pseudonym.
    Erase {
        /// The customer's number.
        customer: i64,
        /// Do it.
        #[arg(long)]
        yes: bool,
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(privacy: &Privacy) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        match privacy {
            Privacy::Export { customer, out, config } => {
                let config = Config::load(config.as_deref())?;
                let store = open_store(&config).await?;
                let data = console(&config, &store).await?.export_customer(CustomerId(*customer)).await?;
                let data = data.with_context(|| format!("there is no customer {customer}"))?;
                let object = format!("customer {customer}");
                store.record("command line", AuditDeed::Exported, &object, "").await?;
                let text = serde_json::to_string_pretty(&data)?;
                match out {
                    Some(file) => {
                        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
                    }
                    None => println!("{text}"),
                }
                store.close().await;
            }
            Privacy::Erase { customer, yes, config } => {
                if !yes {
                    bail!("erasing customer {customer} cannot be undone; say --yes");
                }
                let config = Config::load(config.as_deref())?;
                let store = open_store(&config).await?;
                let gone = console(&config, &store).await?.erase_customer(CustomerId(*customer)).await?;
                let gone = gone.with_context(|| format!("there is no customer {customer}"))?;
                let detail = format!("{gone} conversations");
                store.record("command line", AuditDeed::Erased, &format!("customer {customer}"), &detail).await?;
                println!("customer {customer}: {gone} conversations erased; orders are kept under a pseudonym");
                store.close().await;
            }
        }
        Ok(())
    })
}
