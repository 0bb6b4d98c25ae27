//! `xiaoer audit`: checks the chain of the audit's rows.

use std::path::PathBuf;

use anyhow::bail;

use crate::app::open_store;
use crate::config::Config;

/// What to do with the audit.
#[derive(Debug, clap::Subcommand)]
pub enum Audit {
    /// Check that no row was altered, removed or put in between; prints the number of rows and the last hash.
    Verify {
        /// The last hash of an earlier check: must still be the hash of its row.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(audit: &Audit) -> anyhow::Result<()> {
    let Audit::Verify { head, config } = audit;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = open_store(&Config::load(config.as_deref())?).await?;
        let report = store.verify_audit().await?;
        let holds_head = match head {
            Some(head) => store.holds_audit_hash(head).await?,
            None => true,
        };
        store.close().await;
        if let Some(fault) = report.broken {
            bail!("the audit is broken at row {}: {}; {} rows before it are whole", fault.id, fault.what, report.rows);
        }
        if !holds_head {
            bail!("the audit is whole but does not hold that hash: rows at its end were removed or written anew");
        }
        println!("{} rows, whole; last hash {}", report.rows, report.head);
        Ok(())
    })
}
