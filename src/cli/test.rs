//! `xiaoer test PATH…`: plays scripted conversations and tells how they went. Leaves to others: playing and judging
//! (`scripts`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::scripts::{self, Channel, Options, Stage};

/// What `xiaoer test` can be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files or folders of conversations.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Play only conversations whose file, name or tag fits this regular expression.
    #[arg(long, value_name = "REGEX")]
    filter: Option<String>,
    /// Play each conversation so many times, each time as another chat; reports pass^k.
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeat: usize,
    /// How many are played at once; left out, as many as there are processors.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// The way to the product.
    #[arg(long, default_value_t = Channel::InProcess, value_parser = parse_channel)]
    channel: Channel,
    /// Write a report in JUnit's XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write everything that was seen as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Tell which intents, actions, replies and policies were reached and which never.
    #[arg(long)]
    coverage: bool,
    /// Show the trace of every turn, not only of conversations that failed.
    #[arg(long, short)]
    verbose: bool,
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

fn parse_channel(text: &str) -> Result<Channel, String> {
    text.parse().map_err(|_| {
        let known: Vec<&str> = Channel::ALL.iter().map(|channel| channel.as_str()).collect();
        format!("write one of: {}", known.join(", "))
    })
}

/// Runs `xiaoer test`. Fails where a conversation does.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?;
    tokio::runtime::Runtime::new()?.block_on(test(arguments, &config))
}

async fn test(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let filter = arguments.filter.as_deref().map(regex::Regex::new).transpose();
    let options = Options {
        filter: filter.context("--filter is no regular expression")?,
        repeat: arguments.repeat.max(1),
        jobs: arguments.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
    };
    let scripts = scripts::read(&arguments.paths).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n        "))
    })?;
    let began = Instant::now();
    let stage = Arc::new(Stage::open(config, arguments.channel).await?);
    let verbose = arguments.verbose;
    let runs = scripts::run(stage, scripts, &options, |run| {
        if verbose || !run.verdict.is_good() {
            print!("{}", scripts::run_text(run, verbose));
        }
    })
    .await?;
    print!("{}", scripts::summary_text(&runs, began.elapsed().as_secs_f64()));
    let reached = scripts::coverage(&runs);
    if arguments.coverage {
        print!("\n{}", scripts::coverage_text(&reached));
    }
    if let Some(file) = &arguments.junit {
        write(file, &scripts::junit(&runs))?;
    }
    if let Some(file) = &arguments.json {
        let report = serde_json::json!({ "score": scripts::score(&runs), "coverage": reached, "runs": runs });
        write(file, &serde_json::to_string_pretty(&report)?)?;
    }
    let failed = runs.iter().filter(|run| !run.verdict.is_good()).count();
    if failed > 0 {
        bail!("{failed} of {} conversations failed", runs.len());
    }
    Ok(())
}

fn write(file: &std::path::Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}
