//! `xiaoer eval …`: one subcommand per thing that is measured. Leaves to others: the measuring.

use clap::Subcommand;

use super::{eval_entities, eval_forecast, eval_nlu, eval_recommender, eval_search};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Measure the finding of entities on messages with known answers.
    Entities(eval_entities::Arguments),
    /// Measure recommenders side by side on a data set.
    Recommender(eval_recommender::Arguments),
    /// Measure the understanding on labelled messages.
    Nlu(eval_nlu::Arguments),
    /// Back-test the forecasts of demand per variant.
    Forecast(eval_forecast::Arguments),
    /// Measure the console's search on a million messages, against a scan.
    Search(eval_search::Arguments),
}

/// Runs `xiaoer eval …`.
pub fn run(eval: Eval) -> anyhow::Result<()> {
    match eval {
        Eval::Entities(arguments) => eval_entities::run(&arguments),
        Eval::Recommender(arguments) => eval_recommender::run(&arguments),
        Eval::Nlu(arguments) => eval_nlu::run(&arguments),
        Eval::Forecast(arguments) => eval_forecast::run(&arguments),
        Eval::Search(arguments) => eval_search::run(&arguments),
    }
}
