//! `xiaoer recommend`: prints a list with scores and reasons. Leaves to others: the model.

/// For whom.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The customer's number.
    #[arg(long)]
    customer: Option<i64>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("recommending to {:?} is not built yet", arguments.customer)
}
