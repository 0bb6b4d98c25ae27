//! `xiaoer shop sync` and `xiaoer shop import`: a shop's data into our index, dictionary and recommender. Leaves to
//! others: the work (`shop::sync`), serving it (`app`).

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::ProgressBar;

use crate::app::{open_mapped, open_shop_database, retrain};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::shop::mapped::{EpochUnit, MoneyUnit};
use crate::shop::sync::{self, FileKind, FileSource, Quality, SetAside};

/// What `xiaoer shop sync` can be told.
#[derive(Debug, clap::Args)]
pub struct SyncArguments {
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The mapping file, used instead of the setting `shop`.
    #[arg(long, value_name = "FILE")]
    shop: Option<PathBuf>,
    /// Where bad rows go; left out, a file beside the database.
    #[arg(long, value_name = "FILE")]
    set_aside: Option<PathBuf>,
    /// Leave the recommender as it is.
    #[arg(long)]
    no_training: bool,
}

/// What `xiaoer shop import` can be told.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("files").required(true).multiple(true))]
pub struct ImportArguments {
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Products: the columns of the need `product`.
    #[arg(long, value_name = "CSV", group = "files")]
    products: Option<PathBuf>,
    /// Variants: the columns of the need `variants_of_product`.
    #[arg(long, value_name = "CSV", group = "files")]
    variants: Option<PathBuf>,
    /// Behaviour: the columns of the need `interactions`.
    #[arg(long, value_name = "CSV", group = "files")]
    interactions: Option<PathBuf>,
    /// Orders: the columns of the need `orders_of_customer`.
    #[arg(long, value_name = "CSV", group = "files")]
    orders: Option<PathBuf>,
    /// Order lines: the columns of the need `order_lines`, `order` being the order's number.
    #[arg(long, value_name = "CSV", group = "files")]
    order_lines: Option<PathBuf>,
    /// The unit of amounts: yuan or cents.
    #[arg(long, default_value_t = MoneyUnit::Yuan)]
    money: MoneyUnit,
    /// The unit of times that are numbers: seconds or millis.
    #[arg(long, default_value_t = EpochUnit::Seconds)]
    epoch: EpochUnit,
    /// Where bad rows go; left out, a file beside the database.
    #[arg(long, value_name = "FILE")]
    set_aside: Option<PathBuf>,
    /// Leave the recommender as it is.
    #[arg(long)]
    no_training: bool,
}

fn present() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

fn set_aside_file(given: Option<&PathBuf>, config: &Config) -> SetAside {
    let place =
        if config.database.contains("://") { config.shop_database.clone() } else { PathBuf::from(&config.database) };
    SetAside::into(&given.cloned().unwrap_or_else(|| sync::set_aside_beside(&place)))
}

/// Runs `xiaoer shop sync`.
pub async fn sync(arguments: &SyncArguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?.with_shop(arguments.shop.as_deref());
    let file = config.shop.as_deref().context("no mapping file: give --shop FILE or the setting shop")?;
    let shop = open_mapped(file)?;
    let own = open_shop_database(&config).await?;
    let mut set_aside = set_aside_file(arguments.set_aside.as_ref(), &config);
    let bar = ProgressBar::new_spinner();
    let report = sync::sync(&shop, &own, &mut set_aside, present(), &|part, rows| {
        bar.set_message(format!("{part}: {rows} rows"));
        bar.tick();
    })
    .await;
    bar.finish_and_clear();
    let report = report.context("the round ended early; the next goes on where it stopped")?;
    print_quality(&[("products", &report.products), ("interactions", &report.interactions)], &set_aside);
    if report.interactions.stored > 0 && !arguments.no_training {
        train(&own, &config.recommender).await?;
    }
    Ok(())
}

/// Runs `xiaoer shop import`.
pub async fn import(arguments: &ImportArguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?;
    let own = open_shop_database(&config).await?;
    let mut set_aside = set_aside_file(arguments.set_aside.as_ref(), &config);
    // What others refer to comes first.
    let files = [
        (&arguments.products, FileKind::Products),
        (&arguments.variants, FileKind::Variants),
        (&arguments.orders, FileKind::Orders),
        (&arguments.order_lines, FileKind::OrderLines),
        (&arguments.interactions, FileKind::Interactions),
    ];
    let mut brought = Vec::new();
    for (path, kind) in files {
        let Some(path) = path else { continue };
        let source = FileSource::new(path, kind, config.time_zone()?, arguments.money, arguments.epoch);
        let bar = ProgressBar::new_spinner();
        let quality = sync::import(&source, &own, &mut set_aside, present(), &|part, rows| {
            bar.set_message(format!("{part}: {rows} rows"));
            bar.tick();
        })
        .await;
        bar.finish_and_clear();
        brought.push((kind.as_str(), quality?));
    }
    let parts: Vec<(&str, &Quality)> = brought.iter().map(|(name, quality)| (*name, quality)).collect();
    print_quality(&parts, &set_aside);
    let learns = brought.iter().any(|(name, quality)| *name == "interactions" && quality.stored > 0);
    if learns && !arguments.no_training {
        train(&own, &config.recommender).await?;
    }
    Ok(())
}

fn print_quality(parts: &[(&str, &Quality)], set_aside: &SetAside) {
    println!(
        "{:<14}{:>9}{:>9}{:>11}{:>12}{:>9}{:>9}{:>9}{:>11}{:>6}",
        "", "read", "stored", "unchanged", "duplicates", "amounts", "mended", "broken", "set aside", "gone"
    );
    for (name, quality) in parts {
        println!(
            "{name:<14}{:>9}{:>9}{:>11}{:>12}{:>9}{:>9}{:>9}{:>11}{:>6}",
            quality.read,
            quality.stored,
            quality.unchanged,
            quality.duplicates,
            quality.amounts_normalised,
            quality.texts_mended,
            quality.broken_references,
            quality.set_aside,
            quality.gone
        );
    }
    if parts.iter().any(|(_, quality)| quality.set_aside > 0) {
        println!("bad rows, each with its reason: {}", set_aside.path().display());
    }
}

async fn train(own: &crate::shop::Shop, path: &Path) -> anyhow::Result<()> {
    match retrain(own, path).await? {
        Some(version) => println!("recommender    trained anew: {version} in {}", path.display()),
        None => println!("recommender    nothing to learn from yet"),
    }
    Ok(())
}
