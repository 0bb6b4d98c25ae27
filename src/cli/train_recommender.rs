//! `xiaoer train recommender`: reads interactions, trains a model, writes its file. Leaves to others: the algorithms.

use std::path::PathBuf;

use anyhow::Context;

use crate::recommender::{Interaction, Model, TrainOptions, read_lightgcn, read_sequences, read_table, train};

/// Where the interactions come from and where the model goes.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true))]
pub struct Arguments {
    /// Interactions as CSV with the heading `customer,item,kind,at_millis` (kind: view, cart, buy, rating:1 to rating:5).
    #[arg(long, group = "source")]
    csv: Option<PathBuf>,
    /// Interactions in LightGCN's format, a line per user: `user item item …`.
    #[arg(long, group = "source")]
    lightgcn: Option<PathBuf>,
    /// The same format, where the order is that of time.
    #[arg(long, group = "source")]
    sequences: Option<PathBuf>,
    /// The model file. The one before it is kept beside it as `….previous`.
    #[arg(long, default_value = "recommender.model")]
    out: PathBuf,
    /// The seed of all draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    fn interactions(&self) -> anyhow::Result<Vec<Interaction>> {
        Ok(match (&self.csv, &self.lightgcn, &self.sequences) {
            (Some(path), _, _) => read_table(path)?,
            (_, Some(path), _) => read_lightgcn(path)?,
            (_, _, Some(path)) => read_sequences(path)?,
            (None, None, None) => anyhow::bail!("name a source: --csv, --lightgcn or --sequences"),
        })
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let interactions = arguments.interactions().context("reading the interactions")?;
    println!("{} interactions", interactions.len());
    let bar = indicatif::ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    let options = TrainOptions { seed: arguments.seed, ..TrainOptions::default() };
    let model = train(interactions, &options, &|step| bar.set_message(step.to_owned()))?;
    bar.finish_and_clear();
    model.write(&arguments.out)?;
    print_card(&model);
    println!("written to {}", arguments.out.display());
    Ok(())
}

fn print_card(model: &Model) {
    let card = model.card();
    println!("version {}, {:.1} MB", model.version(), model.size() as f64 / 1e6);
    println!("{} customers, {} items, {} events", card.customers, card.items, card.events);
    let [cases, blend, single] = card.validation;
    println!(
        "validation cut of {cases} cases: blend {blend:.4}, best single part {single:.4} (mean of Recall and NDCG at 10 and 20)"
    );
    for part in &card.plan.parts {
        let base = card.plan.bases.get(part.base).map_or("", |base| base.name());
        println!(
            "  {base:<12} weight {:+.4e}, source {:.1}, target {:.1}, decay {:.1}, rank {}",
            part.weight, part.source, part.target, part.decay, part.rank
        );
    }
    println!("{:.1} CPU s, {:.0} MiB at the peak", card.cost[0], card.cost[1]);
}
