//! `xiaoer eval forecast`: back-tests demand forecasts on invoice lines. Leaves to others: the methods.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::Context;

use crate::recommender::forecast::{Backtest, Forecaster, Options, Sale, backtest, weekly};
use crate::recommender::{RetailLine, read_retail};

/// The order history.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Invoice lines: CSV (also .gz) with `invoice,stock_code,quantity,invoice_date,unit_price,customer`.
    #[arg(long)]
    sales: PathBuf,
    /// Weeks that a forecast is for.
    #[arg(long, default_value_t = 4)]
    horizon: usize,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, serde::Serialize)]
struct Summary {
    variants: usize,
    judged: usize,
    mase: f64,
    naive_mase: f64,
    better_by: f64,
    error: f64,
    naive_error: f64,
    chosen: BTreeMap<&'static str, usize>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let lines = read_retail(&arguments.sales).context("the sales")?;
    let sales = sales(&lines);
    // The last day is the last with a sale; the weeks are counted back from its end.
    let last = sales.iter().map(|sale| sale.at_millis).max().context("there are no sales")?;
    let end = (last.div_euclid(86_400_000) + 1) * 86_400_000;
    let series = weekly(&sales, end);
    let options = Options { horizon: arguments.horizon.clamp(1, 26), ..Options::default() };
    let found: Vec<Backtest> = series.values().filter_map(|weeks| backtest(weeks, options)).collect();
    anyhow::ensure!(!found.is_empty(), "no variant has enough history to be judged");
    let mean = |of: fn(&Backtest) -> f64| found.iter().map(of).sum::<f64>() / found.len() as f64;
    let mut chosen: BTreeMap<&'static str, usize> = BTreeMap::new();
    found.iter().for_each(|one| *chosen.entry(Forecaster::as_str(one.chosen)).or_default() += 1);
    let (mase, naive_mase) = (mean(|one| one.mase), mean(|one| one.naive_mase));
    let summary = Summary {
        variants: series.len(),
        judged: found.len(),
        mase,
        naive_mase,
        better_by: 1.0 - mase / naive_mase,
        error: mean(|one| one.error),
        naive_error: mean(|one| one.naive_error),
        chosen,
    };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&summary)?);
        return Ok(());
    }
    println!("{} variants, {} with enough history, {} weeks ahead", summary.variants, summary.judged, options.horizon);
    println!("MASE {:.3}, seasonal-naive {:.3}: {:.1} % better", mase, naive_mase, 100.0 * summary.better_by);
    println!("mean absolute error {:.2} pieces a week, seasonal-naive {:.2}", summary.error, summary.naive_error);
    for (forecaster, count) in &summary.chosen {
        println!("  {forecaster:<16} chosen for {count}");
    }
    Ok(())
}

/// Sales from invoice lines; returns and corrections (quantities below 1) are no demand.
pub(super) fn sales(lines: &[RetailLine]) -> Vec<Sale> {
    let mut numbers: HashMap<&str, i64> = HashMap::new();
    lines
        .iter()
        .filter(|line| line.quantity > 0)
        .map(|line| {
            let next = numbers.len() as i64;
            let variant = *numbers.entry(&line.stock_code).or_insert(next);
            Sale { variant, at_millis: line.at_millis, quantity: line.quantity }
        })
        .collect()
}
