//! `xiaoer eval entities`: entities on messages with known answers. Leaves to others: finding and counting them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::nlu::catalogue::Catalogue;
use crate::nlu::entities::evaluate::{Report, evaluate, parse};
use crate::nlu::surface::Surface;

/// The messages and the day.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One JSON object a line: {"text", "entities": [{"kind", "text", "value"}]}.
    file: PathBuf,
    /// The day on which the messages were written, for 昨天 and the like.
    #[arg(long, default_value = "2026-06-18")]
    today: Date,
    /// Names of the shop as JSON: products, brands, categories, colours, sizes.
    #[arg(long, default_value = "data/nlu/entities_catalogue.json")]
    catalogue: PathBuf,
    /// Print the counts alone, not the messages that went wrong.
    #[arg(long)]
    counts_only: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let catalogue: Catalogue = serde_json::from_str(&read(&arguments.catalogue)?)
        .with_context(|| format!("{} is no catalogue", arguments.catalogue.display()))?;
    let examples = parse(&read(&arguments.file)?)?;
    let now = arguments.today.at(10, 0, 0, 0).to_zoned_datetime(TimeZone::get("Asia/Shanghai")?)?;
    let mut report = evaluate(&Surface::new(&catalogue), &examples, &now);
    if arguments.counts_only {
        report.failures.clear();
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(())
}

fn print(report: &Report) {
    for failure in &report.failures {
        println!("{}\n    missing {:?}, wrong {:?}", failure.text, failure.missing, failure.wrong);
    }
    println!("{:<16}{:>9}{:>7}{:>11}{:>8}{:>7}", "kind", "expected", "found", "precision", "recall", "span");
    let total = report.total();
    for (kind, counts) in report.kinds.iter().chain([(&"all", &total)]) {
        println!(
            "{kind:<16}{:>9}{:>7}{:>11.3}{:>8.3}{:>7.3}",
            counts.expected,
            counts.found,
            counts.precision(),
            counts.recall(),
            if counts.right_value == 0 { 1.0 } else { counts.right_span as f64 / counts.right_value as f64 },
        );
    }
    println!("{} of {} messages exact: {:.4}", report.exact_messages, report.messages, report.exact());
}
