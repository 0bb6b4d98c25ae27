//! `xiaoer train recommender`: reads interactions, trains a model, writes its file. Leaves to others: the algorithms.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::app::{shop_segmenter, train_recommender};
use crate::recommender::{Interaction, Model, TrainOptions, read_lightgcn, read_sequences, read_table, train};
use crate::shop::Shop;

/// Where the interactions come from and where the model goes.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source"))]
pub struct Arguments {
    /// The database of the embedded shop; the source where no other is named.
    #[arg(long, group = "source", default_value = ".xiaoer/xiaoer.db")]
    database: PathBuf,
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
    #[arg(long, default_value = ".xiaoer/recommender.bin")]
    out: PathBuf,
    /// The seed of all draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    /// The interactions of a file; none where the shop is the source.
    fn interactions(&self) -> anyhow::Result<Option<Vec<Interaction>>> {
        Ok(match (&self.csv, &self.lightgcn, &self.sequences) {
            (Some(path), _, _) => Some(read_table(path)?),
            (_, Some(path), _) => Some(read_lightgcn(path)?),
            (_, _, Some(path)) => Some(read_sequences(path)?),
            (None, None, None) => None,
        })
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let bar = indicatif::ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    let show = bar.clone();
    let progress = move |step: &str| show.set_message(step.to_owned());
    let model = match arguments.interactions().context("reading the interactions")? {
        Some(interactions) => {
            println!("{} interactions", interactions.len());
            let options = TrainOptions { seed: arguments.seed, ..TrainOptions::default() };
            train(interactions, &options, &progress)?
        }
        None => tokio::runtime::Runtime::new()?.block_on(from_shop(&arguments.database, progress))?,
    };
    bar.finish_and_clear();
    model.write(&arguments.out)?;
    print_card(&model);
    println!("written to {}", arguments.out.display());
    Ok(())
}

async fn from_shop(database: &Path, progress: impl Fn(&str) + Send + 'static) -> anyhow::Result<Model> {
    if !database.exists() {
        anyhow::bail!("there is no {}; make it with `xiaoer demo generate`, or name --csv FILE", database.display());
    }
    let shop = Shop::open(database, shop_segmenter()).await?;
    let model = train_recommender(&shop, progress).await?;
    model.with_context(|| format!("nobody did anything in the shop of {} yet", database.display()))
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
