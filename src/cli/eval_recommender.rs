//! `xiaoer eval recommender`: methods side by side on one data set. Leaves to others: the algorithms and metrics.

use std::path::PathBuf;

use anyhow::Context;

use crate::recommender::{
    CUT_OFFS, Cost, Evaluation, Meter, Method, Neighbours, Popularity, Split, Walk, evaluate, read_lightgcn,
};

/// The data set and what to make of it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Training part in LightGCN's format, a line per user: `user item item …`.
    #[arg(long, requires = "test")]
    train: PathBuf,
    /// Test part in the same format.
    #[arg(long)]
    test: PathBuf,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, serde::Serialize)]
struct Line {
    #[serde(flatten)]
    evaluation: Evaluation,
    training: Cost,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let train = read_lightgcn(&arguments.train).context("the training part")?;
    let test = read_lightgcn(&arguments.test).context("the test part")?;
    let split = Split::official(train, test);
    let matrix = split.train.matrix();
    let mut lines = Vec::new();
    type Make<'a> = Box<dyn Fn() -> Box<dyn Method> + 'a>;
    let methods: [Make<'_>; 4] = [
        Box::new(|| Box::new(Popularity::train(&split.train, 90.0))),
        Box::new(|| Box::new(Neighbours::cosine(&matrix, 200))),
        Box::new(|| Box::new(Neighbours::bm25(&matrix, 100.0, 0.8, 200))),
        Box::new(|| Box::new(Neighbours::walk(&matrix, Walk { user: 0.5, source: 0.5, target: 0.3 }, 300))),
    ];
    for make in methods {
        let meter = Meter::start();
        let method = make();
        let training = meter.read();
        let evaluation = evaluate(method.as_ref(), &split);
        if !arguments.json {
            print_line(&evaluation, training);
        }
        lines.push(Line { evaluation, training });
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    }
    Ok(())
}

fn print_line(evaluation: &Evaluation, training: Cost) {
    print!("{:<18}", evaluation.method);
    for (at, accuracy) in CUT_OFFS.iter().zip(&evaluation.accuracy) {
        print!(
            " | @{at} R {:.4} N {:.4} M {:.4} H {:.4}",
            accuracy.recall, accuracy.ndcg, accuracy.mrr, accuracy.hit_rate
        );
    }
    let spread = evaluation.spread;
    println!(
        " | coverage {:.3} novelty {:.2} gini {:.3} | {:.1} CPU s, {:.0} MiB, {:.0} µs a list",
        spread.coverage, spread.novelty, spread.gini, training.cpu_seconds, training.peak_mib, evaluation.list_micros
    );
}
