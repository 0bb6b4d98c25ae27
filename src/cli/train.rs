//! `xiaoer train …`: one subcommand per kind of model. Leaves to others: the training itself.

use clap::Subcommand;

use super::{train_nlu, train_purchase_intent, train_recommender};

/// What can be trained.
#[derive(Debug, Subcommand)]
pub enum Train {
    /// Train the recommender on the shop's interactions or a file of them.
    Recommender(train_recommender::Arguments),
    /// Train the purchase intent on the shop's interactions.
    PurchaseIntent(train_purchase_intent::Arguments),
    /// Train the understanding: pre-training, fine-tuning, calibration.
    Nlu(train_nlu::Arguments),
}

/// Runs `xiaoer train …`.
pub fn run(train: Train) -> anyhow::Result<()> {
    match train {
        Train::Recommender(arguments) => train_recommender::run(&arguments),
        Train::PurchaseIntent(arguments) => train_purchase_intent::run(&arguments),
        Train::Nlu(arguments) => train_nlu::run(&arguments),
    }
}
