//! `xiaoer demo`: makes the demo shop and counts what is in it. Leaves to others: the shop itself.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::app::shop_segmenter;
use crate::shop::Shop;
use crate::shop::demo::{DEMO_SEED, DemoCounts, DemoSize};

/// What to do with the demo shop.
#[derive(Debug, clap::Subcommand)]
pub enum Demo {
    /// Make the demo shop: the same on every machine for the same seed.
    Generate {
        /// The database file; made if it is missing.
        #[arg(long, default_value = ".xiaoer/xiaoer.db")]
        database: PathBuf,
        /// The seed.
        #[arg(long, default_value_t = DEMO_SEED)]
        seed: u64,
    },
    /// Let the demo shop's shoppers have a day of conversations, for the console to show.
    Talk {
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print how much there is of everything.
    Counts {
        /// The database file.
        #[arg(long, default_value = ".xiaoer/xiaoer.db")]
        database: PathBuf,
    },
}

/// Runs the command.
pub fn run(demo: &Demo) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match demo {
        Demo::Generate { database, seed } => runtime.block_on(generate(database, *seed)),
        Demo::Talk { config } => runtime.block_on(super::demo_talk::run(config.as_deref())),
        Demo::Counts { database } => runtime.block_on(count(database)),
    }
}

async fn generate(database: &Path, seed: u64) -> anyhow::Result<()> {
    let shop = Shop::open(database, shop_segmenter()).await?;
    if !shop.is_empty().await? {
        anyhow::bail!(
            "{} holds a shop already; name another file with --database, or move it away",
            database.display()
        );
    }
    let start = std::time::Instant::now();
    let counts = shop.fill_with_demo(seed, DemoSize::FULL).await?;
    let seconds = start.elapsed().as_secs_f32();
    print(&counts);
    println!("{:<22} {}", "sha256", shop.digest().await?);
    println!("made in {seconds:.1} s: {}", database.display());
    Ok(())
}

async fn count(database: &Path) -> anyhow::Result<()> {
    if !database.exists() {
        anyhow::bail!("there is no {}; make it with `xiaoer demo generate`", database.display());
    }
    let shop = Shop::open(database, shop_segmenter()).await?;
    print(&shop.demo_counts().await.context("counting the shop")?);
    println!("{:<22} {}", "sha256", shop.digest().await?);
    Ok(())
}

fn print(counts: &DemoCounts) {
    for (table, rows) in &counts.tables {
        println!("{table:<22} {rows:>7}");
    }
    let groups = [
        ("products by category", &counts.products_by_category),
        ("orders by state", &counts.orders_by_state),
        ("after-sales by state", &counts.after_sales_by_state),
        ("interactions by kind", &counts.interactions_by_kind),
    ];
    for (heading, group) in groups {
        let list: Vec<String> = group.iter().map(|(name, rows)| format!("{name} {rows}")).collect();
        println!("{heading}: {}", list.join(", "));
    }
}
