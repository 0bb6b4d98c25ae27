//! What `xiaoer eval nlu` says of a model: figures beside the baseline's, per-intent table, confusions with examples,
//! calibration, out-of-scope curve, noise, speed. Leaves to others: the figures (`metrics`), the page (`page`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

use super::augment::{Sounds, noise};
use super::messages::Message;
use super::metrics::{Figures, IntentRow, Prediction, figures, per_intent, prediction, understand_all};
use super::random::Random;
use crate::domain::Intent;
use crate::inference::{Model, Understanding};
use crate::nlu::normalize::normalize;

/// One pair of intents that are taken for each other.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Confusion {
    /// The main label.
    pub truth: Intent,
    /// What was said.
    pub guess: Intent,
    /// How often.
    pub count: usize,
    /// Up to three messages.
    pub examples: Vec<String>,
}

/// One bin of the calibration plot.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Bin {
    /// Mean probability.
    pub probability: f64,
    /// Share that was right.
    pub right: f64,
    /// Messages in it.
    pub count: usize,
}

/// One point of the out-of-scope curve.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ScopePoint {
    /// Share of in-scope messages refused.
    pub false_refusals: f64,
    /// Share of out-of-scope messages found.
    pub recall: f64,
}

/// Milliseconds for one message on one thread.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Speed {
    /// Characters of the message.
    pub characters: usize,
    /// Half of the messages take less.
    pub median: f64,
    /// 19 of 20 take less.
    pub p95: f64,
}

/// All of a report.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Report {
    /// The file measured.
    pub file: String,
    /// Ours.
    pub ours: Figures,
    /// The linear baseline's, where training messages were at hand.
    pub baseline: Option<Figures>,
    /// The same messages with slips, full width or traditional characters.
    pub noisy: Figures,
    /// Per intent.
    pub intents: Vec<IntentRow>,
    /// What is confused, most frequent first.
    pub confusions: Vec<Confusion>,
    /// Calibration.
    pub bins: Vec<Bin>,
    /// Out of scope against in scope, where such messages were given.
    pub scope: Vec<ScopePoint>,
    /// Recall at 5 % false refusals.
    pub scope_recall: Option<f64>,
    /// Speed at 32 characters.
    pub speed: Speed,
}

/// Measures `model` on `messages`; `scope` holds messages out of scope and in scope to draw the curve with.
pub fn report(
    model: &Model,
    file: &str,
    messages: &[Message],
    baseline: Option<Vec<Prediction>>,
    scope: &[Message],
) -> Report {
    let understood = understand_all(model, messages);
    let predictions: Vec<Prediction> = understood.iter().map(prediction).collect();
    let known: Vec<String> = (0..model.config.vocab_size as u32).filter_map(|id| model.pieces.piece(id)).collect();
    let sounds = Sounds::of(known.iter().map(String::as_str));
    let mut random = Random::new(20);
    let noisy: Vec<Message> = messages
        .iter()
        .enumerate()
        .map(|(turn, message)| {
            let text = normalize(&noise(&message.text, turn, &sounds, &mut random)).text;
            Message { text, ..message.clone() }
        })
        .collect();
    let noisy_predictions: Vec<Prediction> = understand_all(model, &noisy).iter().map(prediction).collect();
    let scope_points = scope_curve(model, scope);
    Report {
        file: file.to_owned(),
        ours: figures(messages, &predictions),
        baseline: baseline.map(|predictions| figures(messages, &predictions)),
        noisy: figures(messages, &noisy_predictions),
        intents: per_intent(messages, &predictions).into_iter().filter(|row| row.rows > 0).collect(),
        confusions: confusions(messages, &predictions),
        bins: bins(messages, &understood),
        scope_recall: (!scope_points.is_empty())
            .then(|| scope_points.iter().filter(|p| p.false_refusals <= 0.05).map(|p| p.recall).fold(0.0, f64::max)),
        scope: scope_points,
        speed: speed(model),
    }
}

fn confusions(messages: &[Message], predictions: &[Prediction]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(Intent, Intent), Vec<String>> = BTreeMap::new();
    for (message, prediction) in messages.iter().zip(predictions) {
        if let Some(main) = message.intents.first()
            && !message.intents.contains(&prediction.intent)
        {
            pairs.entry((*main, prediction.intent)).or_default().push(message.text.clone());
        }
    }
    let mut list: Vec<Confusion> = pairs
        .into_iter()
        .map(|((truth, guess), texts)| Confusion {
            truth,
            guess,
            count: texts.len(),
            examples: texts.into_iter().take(3).collect(),
        })
        .collect();
    list.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
    list
}

fn bins(messages: &[Message], understood: &[Understanding]) -> Vec<Bin> {
    let mut sums = [(0.0f64, 0.0f64, 0usize); 10];
    for (message, understanding) in messages.iter().zip(understood) {
        let Some((intent, probability)) = understanding.intents.first() else { continue };
        let bin = &mut sums[((probability * 10.0) as usize).min(9)];
        bin.0 += f64::from(*probability);
        bin.1 += f64::from(u8::from(message.intents.contains(intent)));
        bin.2 += 1;
    }
    let mean = |sum: f64, count: usize| if count == 0 { 0.0 } else { sum / count as f64 };
    sums.iter()
        .map(|(probability, right, count)| Bin {
            probability: mean(*probability, *count),
            right: mean(*right, *count),
            count: *count,
        })
        .collect()
}

fn scope_curve(model: &Model, messages: &[Message]) -> Vec<ScopePoint> {
    let mut scored: Vec<(f32, bool)> = understand_all(model, messages)
        .iter()
        .zip(messages)
        .filter_map(|(understanding, message)| Some((understanding.out_of_scope, message.out_of_scope?)))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let outside = scored.iter().filter(|(_, outside)| *outside).count();
    let inside = scored.len() - outside;
    if outside == 0 || inside == 0 {
        return Vec::new();
    }
    let (mut found, mut refused) = (0, 0);
    scored
        .iter()
        .map(|(_, outside_here)| {
            if *outside_here {
                found += 1;
            } else {
                refused += 1;
            }
            ScopePoint { false_refusals: refused as f64 / inside as f64, recall: found as f64 / outside as f64 }
        })
        .collect()
}

/// One message at a time on this thread, 32 characters, after a short warm-up.
pub fn speed(model: &Model) -> Speed {
    let base = "我上周买的那件蓝色外套尺码不合适想换大一号的请问怎么操作运费谁出呢";
    let characters: Vec<char> = base.chars().take(32).collect();
    let mut times = Vec::new();
    for turn in 0..330 {
        let mut text = characters.clone();
        text.rotate_left(turn % 32);
        let text: String = text.into_iter().collect();
        let begun = Instant::now();
        let understood = model.understand(&[(text.as_str(), None)]);
        if turn >= 30 && !understood.is_empty() {
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    Speed { characters: 32, median: times[times.len() / 2], p95: times[times.len() * 95 / 100] }
}

/// The report as text.
pub fn to_text(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |line: std::fmt::Arguments<'_>| {
        let _ = text.write_fmt(line);
        text.push('\n');
    };
    line(format_args!("{} ({} messages)\n", report.file, report.ours.rows));
    line(format_args!("{:<34}{:>10}{:>10}{:>10}", "figure", "ours", "linear", "noisy"));
    let beside = |read: fn(&Figures) -> f64| {
        let linear = report.baseline.as_ref().map_or("–".to_owned(), |figures| format!("{:.3}", read(figures)));
        format!("{:>10.3}{linear:>10}{:>10.3}", read(&report.ours), read(&report.noisy))
    };
    line(format_args!("{:<34}{}", "intent accepted", beside(|f| f.accepted)));
    line(format_args!("{:<34}{}", "intent strict (readers agree)", beside(|f| f.strict)));
    line(format_args!("{:<34}{}", "macro-F1 (intents with 5 or more)", beside(|f| f.macro_f1)));
    line(format_args!("{:<34}{}", "emotion accuracy", beside(|f| f.emotion_accuracy)));
    line(format_args!("{:<34}{}", "negative and angry, F1", beside(|f| f.low_emotion_f1)));
    line(format_args!("{:<34}{:>10.3}", "expected calibration error", report.ours.calibration_error));
    if let Some(recall) = report.scope_recall {
        line(format_args!("{:<34}{recall:>10.3}", "out of scope, recall at 5 % refused"));
    }
    let speed = &report.speed;
    let label = format!("ms at {} characters, one thread", speed.characters);
    line(format_args!("{label:<34}{:>10.2} median, {:.2} p95\n", speed.median, speed.p95));
    line(format_args!("{:<22}{:>6}{:>11}{:>8}{:>8}", "intent", "rows", "precision", "recall", "F1"));
    for row in &report.intents {
        let (name, rows) = (row.intent.as_str(), row.rows);
        line(format_args!("{name:<22}{rows:>6}{:>11.3}{:>8.3}{:>8.3}", row.precision, row.recall, row.f1));
    }
    line(format_args!("\nconfused (label → said)"));
    for confusion in report.confusions.iter().take(25) {
        let (truth, guess) = (confusion.truth, confusion.guess);
        line(format_args!("{:>4} {truth} → {guess}: {}", confusion.count, confusion.examples.join(" / ")));
    }
    line(format_args!("\n{:<14}{:>8}{:>10}", "probability", "right", "messages"));
    for bin in report.bins.iter().filter(|bin| bin.count > 0) {
        line(format_args!("{:<14.3}{:>8.3}{:>10}", bin.probability, bin.right, bin.count));
    }
    text
}
