//! `xiaoer eval …`: one subcommand per thing that is measured. Leaves to others: the measuring.

use clap::Subcommand;

use super::{eval_entities, eval_forecast, eval_recommender};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Measure the finding of entities on messages with known answers.
    Entities(eval_entities::Arguments),
    /// Measure recommenders side by side on a data set.
    Recommender(eval_recommender::Arguments),
    /// Back-test the forecasts of demand per variant.
    Forecast(eval_forecast::Arguments),
}

/// Runs `xiaoer eval …`.
pub fn run(eval: Eval) -> anyhow::Result<()> {
    match eval {
        Eval::Entities(arguments) => eval_entities::run(&arguments),
        Eval::Recommender(arguments) => eval_recommender::run(&arguments),
        Eval::Forecast(arguments) => eval_forecast::run(&arguments),
    }
}
