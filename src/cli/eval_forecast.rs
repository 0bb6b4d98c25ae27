//! `xiaoer eval forecast`: back-tests demand forecasts. Leaves to others: the methods.

use std::path::PathBuf;

/// The order history.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sales as CSV.
    #[arg(long)]
    sales: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("back-testing {} is not built yet", arguments.sales.display())
}
