//! `xiaoer eval recommender`: methods side by side on one data set. Leaves to others: the algorithms and metrics.

use std::path::PathBuf;

/// The data set.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Training part, a line per user: `user item item …`.
    #[arg(long)]
    train: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("measuring on {} is not built yet", arguments.train.display())
}
