//! `xiaoer eval …`: one subcommand per thing that is measured. Leaves to others: the measuring.

use clap::Subcommand;

use super::{eval_forecast, eval_recommender};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Measure recommenders side by side on a data set.
    Recommender(eval_recommender::Arguments),
    /// Back-test the forecasts of demand per variant.
    Forecast(eval_forecast::Arguments),
}

/// Runs `xiaoer eval …`.
pub fn run(eval: Eval) -> anyhow::Result<()> {
    match eval {
        Eval::Recommender(arguments) => eval_recommender::run(&arguments),
        Eval::Forecast(arguments) => eval_forecast::run(&arguments),
    }
}
