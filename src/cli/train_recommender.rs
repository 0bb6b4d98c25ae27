//! `xiaoer train recommender`: reads interactions, trains a model, writes its file. Leaves to others: the algorithms.

use std::path::PathBuf;

/// Where the interactions come from and where the model goes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Interactions as CSV: `customer,item,kind,at_millis` with a heading line.
    #[arg(long)]
    csv: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("training on {:?} is not built yet", arguments.csv)
}
