//! `xiaoer train purchase-intent`: learns from the shop's interactions how likely a shopper buys, and says how well it
//! does. Leaves to others: the regression itself (`recommender`).

use std::path::PathBuf;

use crate::app::{shop_segmenter, train_purchase_intent};
use crate::recommender::PurchaseIntent;
use crate::shop::Shop;

/// Where the interactions come from and where the model goes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The database of the embedded shop.
    #[arg(long, default_value = ".xiaoer/xiaoer.db")]
    database: PathBuf,
    /// The model file.
    #[arg(long, default_value = ".xiaoer/purchase_intent.json")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let database = &arguments.database;
    if !database.exists() {
        anyhow::bail!("there is no {}; make it with `xiaoer demo generate`", database.display());
    }
    let model = tokio::runtime::Runtime::new()?.block_on(async {
        let shop = Shop::open(database, shop_segmenter()).await?;
        anyhow::Ok(train_purchase_intent(&shop).await??)
    })?;
    print_report(&model);
    model.write(&arguments.out)?;
    println!("written to {}", arguments.out.display());
    Ok(())
}

fn print_report(model: &PurchaseIntent) {
    let report = &model.report;
    println!("learned from {} moments, measured on {} of other shoppers", report.learned, report.measured);
    println!("bought within a week: {:.1} %", 100.0 * report.base_rate);
    println!(
        "accuracy {:.1} % (always the commoner: {:.1} %), AUC {:.3}",
        100.0 * report.accuracy,
        100.0 * report.accuracy_of_commonest,
        report.auc
    );
    println!(
        "squared error {:.4} (always the base rate: {:.4}), logarithmic loss {:.4}",
        report.squared_error, report.squared_error_of_base, report.log_loss
    );
}
