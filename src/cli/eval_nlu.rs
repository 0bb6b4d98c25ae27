//! `xiaoer eval nlu FILE.tsv`: measures the understanding on labelled messages. Leaves to others: the figures
//! (`training::report`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::domain::{Emotion, Intent};
use crate::inference::Model;
use crate::training::baseline::Linear;
use crate::training::messages::{Message, read_labelled, read_polarity};
use crate::training::metrics::Prediction;
use crate::training::page::to_html;
use crate::training::report::{report, to_text};

/// Options of `xiaoer eval nlu`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Labelled messages: a head line with text, intents, emotion and maybe prev, agreed.
    file: PathBuf,
    /// The folder of another model than the one in the binary.
    #[arg(long)]
    models: Option<PathBuf>,
    /// Training messages for the linear baseline; without them it is left out.
    #[arg(long)]
    baseline: Option<PathBuf>,
    /// Messages with out_of_scope among their intents, and others to tell them from.
    #[arg(long)]
    scope: Vec<PathBuf>,
    /// Reviews with a column label (1 praises) and a column text.
    #[arg(long)]
    polarity: Option<PathBuf>,
    /// Messages with the columns id, text, escalate (1 or 0), kind.
    #[arg(long)]
    escalate: Option<PathBuf>,
    /// Leave out messages that stand, letter for letter, in these files: what was learned measures nothing.
    #[arg(long)]
    without: Vec<PathBuf>,
    /// Write the report as JSON to this file, or to standard output with `-`.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Write the report as a page to this file.
    #[arg(long)]
    html: Option<PathBuf>,
}

/// Runs `xiaoer eval nlu`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let model = Model::of(arguments.models.as_deref())?;
    let mut known = HashSet::new();
    for path in &arguments.without {
        known.extend(read(path)?.iter().map(|message| letters(&message.text)));
    }
    let read_unknown = |path: &Path| -> anyhow::Result<Vec<Message>> {
        let mut messages = read(path)?;
        let all = messages.len();
        messages.retain(|message| !known.contains(&letters(&message.text)));
        if messages.len() < all {
            eprintln!("{}: {} messages left out, they were learned", path.display(), all - messages.len());
        }
        Ok(messages)
    };
    let messages = read_unknown(&arguments.file)?;
    let baseline = arguments.baseline.as_deref().map(|path| linear(path, &messages)).transpose()?;
    let mut scope = Vec::new();
    for path in &arguments.scope {
        scope.extend(read_unknown(path)?);
    }
    let report = report(&model, &arguments.file.display().to_string(), &messages, baseline, &scope);
    match arguments.json.as_deref() {
        Some(path) if path == Path::new("-") => println!("{}", serde_json::to_string_pretty(&report)?),
        Some(path) => std::fs::write(path, serde_json::to_string_pretty(&report)? + "\n")?,
        None => println!("{}", to_text(&report)),
    }
    if let Some(path) = &arguments.html {
        std::fs::write(path, to_html(&report))?;
    }
    if let Some(path) = &arguments.polarity {
        polarity(&model, path)?;
    }
    if let Some(path) = &arguments.escalate {
        escalate(&model, path, &known)?;
    }
    Ok(())
}

/// What two writings of one message share.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn read(path: &Path) -> anyhow::Result<Vec<Message>> {
    Ok(read_labelled(path)?)
}

/// The baseline's predictions, learned from the main labels of `path`.
fn linear(path: &Path, messages: &[Message]) -> anyhow::Result<Vec<Prediction>> {
    let learned = read(path)?;
    let texts: Vec<&str> = learned.iter().map(|message| message.text.as_str()).collect();
    let place = |intent: Intent| Intent::ALL.iter().position(|other| *other == intent).unwrap_or(0);
    let labels: Vec<usize> =
        learned.iter().map(|message| place(message.intents.first().copied().unwrap_or(Intent::Unclear))).collect();
    let intents = Linear::learn(&texts, &labels, Intent::ALL.len());
    let mood = |emotion: Emotion| Emotion::ALL.iter().position(|other| *other == emotion).unwrap_or(0);
    let moods: Vec<usize> = learned.iter().map(|message| mood(message.emotion.unwrap_or(Emotion::Neutral))).collect();
    let emotions = Linear::learn(&texts, &moods, Emotion::ALL.len());
    Ok(messages
        .iter()
        .map(|message| Prediction {
            intent: Intent::ALL[intents.classify(&message.text)],
            probability: 1.0,
            emotion: Some(Emotion::ALL[emotions.classify(&message.text)]),
        })
        .collect())
}

fn polarity(model: &Model, path: &Path) -> anyhow::Result<()> {
    let reviews = read_polarity(path)?;
    let pairs: Vec<(&str, Option<&str>)> = reviews.iter().map(|review| (review.text.as_str(), None)).collect();
    let scores: Vec<f32> = pairs
        .chunks(32)
        .flat_map(|chunk| model.score(chunk))
        .map(|(scores, _)| scores[crate::inference::heads::POLARITY])
        .collect();
    let right = scores.iter().zip(&reviews).filter(|(score, review)| Some(**score > 0.0) == review.praises).count();
    println!("{}: polarity accuracy {:.4} of {}", path.display(), right as f64 / reviews.len() as f64, reviews.len());
    Ok(())
}

fn escalate(model: &Model, path: &Path, known: &HashSet<String>) -> anyhow::Result<()> {
    let rows = crate::training::corpus::read_lines(path)?;
    let cells: Vec<Vec<&str>> = rows.iter().skip(1).map(|row| row.split('\t').collect()).collect();
    let (mut counts, mut missed) = ([[0usize; 2]; 2], Vec::new());
    for row in cells.iter().filter(|row| row.len() >= 4 && !known.contains(&letters(row[1]))) {
        let truth = row[2] == "1";
        let text = crate::nlu::normalize::normalize(row[1]).text;
        let understood = &model.understand(&[(text.as_str(), None)])[0];
        let said = crate::nlu::danger::must_escalate(&text, understood, &model.calibration);
        counts[usize::from(truth)][usize::from(said)] += 1;
        if truth != said {
            missed.push(format!("{} [{}]", row[1], row[3]));
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    println!(
        "{}: must escalate: recall {:.4} of {}, false alarms {:.4} of {}",
        path.display(),
        share(counts[1][1], counts[1][0] + counts[1][1]),
        counts[1][0] + counts[1][1],
        share(counts[0][1], counts[0][0] + counts[0][1]),
        counts[0][0] + counts[0][1]
    );
    missed.iter().for_each(|text| println!("  wrong: {text}"));
    Ok(())
}
