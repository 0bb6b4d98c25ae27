//! Masked-language pre-training (Devlin et al. 2019) with whole-word masks, and the corpora's weak labels as a second
//! task on the same pass. Ends when its time is up; goes on from its checkpoint. Leaves to others: fine-tuning.

mod checkpoint;
mod masks;
mod network;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use checkpoint::read_trunk;
use checkpoint::{load_checkpoint, read_all, save_checkpoint};
pub use masks::MaskPieces;
use masks::mask;
pub use network::pool_backward;
use network::{Network, Outcome, lay};

use super::corpus::{Answers, Document, draw_pass};
use super::error::{TrainingError, file_error};
use super::optimizer::AdamW;
use super::random::Random;
use crate::inference::{Layout, TrunkConfig};

/// How to pre-train.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Time for the whole of it, over all resumptions.
    pub budget: Duration,
    /// Highest rate of learning.
    pub rate: f32,
    /// Pieces per step.
    pub batch: usize,
    /// Share of pieces to be guessed.
    pub masked: f32,
    /// Weight of the weak labels' loss.
    pub weak: f32,
    /// Where the checkpoint and the loss curve go.
    pub folder: PathBuf,
    /// Seed of everything.
    pub seed: u64,
}

/// First random weights: normal for matrices, 1 for normalisations' scales, 0 for biases.
pub fn first_weights(layout: &Layout, spread: f32, random: &mut Random) -> Vec<f32> {
    let mut weights = vec![0.0; layout.len()];
    for slot in layout.slots() {
        let block = &mut weights[slot.range.clone()];
        if slot.shape.len() > 1 {
            block.iter_mut().for_each(|weight| *weight = random.normal() * spread);
        } else if slot.name.ends_with("LayerNorm.weight") {
            block.fill(1.0);
        }
    }
    weights
}

/// Pre-trains a trunk; returns its weights in the layout of `TrunkSlots` alone. `start` holds the trunk to go on from at
/// its beginning; what follows it is not read. `say` hears a line now and then.
pub fn pretrain(
    config: &TrunkConfig,
    known: MaskPieces,
    documents: &[Document],
    answers: &Answers,
    plan: &Plan,
    start: Option<&[f32]>,
    mut say: impl FnMut(&str),
) -> Result<Vec<f32>, TrainingError> {
    let (layout, slots) = lay(config, answers.len().max(1));
    let network = Network { config, slots, layout };
    let mut random = Random::new(plan.seed);
    let mut weights = first_weights(&network.layout, config.initializer_range as f32, &mut random);
    if let Some(start) = start {
        let trunk = network.slots.transform.start;
        weights[..trunk].copy_from_slice(&start[..trunk]);
    }
    let mut optimiser = AdamW::new(&network.layout, 0.01);
    std::fs::create_dir_all(&plan.folder).map_err(|error| file_error(&plan.folder, error))?;
    let path = plan.folder.join("pretrain.safetensors");
    let mut spent = Duration::ZERO;
    let mut tokens = 0usize;
    if let Some(kept) = load_checkpoint(&path)? {
        read_all(&path, &network.layout, &mut weights)?;
        spent = kept.spent;
        tokens = kept.tokens;
        if !optimiser.resume(kept.first, kept.second, kept.steps) {
            return Err(file_error(&path, "is a checkpoint of another shape; remove it to begin anew"));
        }
        random = Random::new(plan.seed ^ kept.steps as u64);
        say(&format!("pre-training goes on at step {} after {:.0} s", kept.steps, spent.as_secs_f64()));
    }
    let (held, learned): (Vec<&Document>, Vec<&Document>) = split_held(documents);
    if learned.is_empty() {
        return Err(TrainingError::NoText);
    }
    let learned: Vec<Document> = learned.into_iter().cloned().collect();
    let curve_path = plan.folder.join("pretrain.tsv");
    let mut curve = std::fs::File::options()
        .create(true)
        .append(true)
        .open(&curve_path)
        .map_err(|error| file_error(&curve_path, error))?;
    let mut gradient = vec![0.0; network.layout.len()];
    let mut window = Outcome::default();
    let (mut order, mut cursor) = (Vec::new(), 0);
    let (mut last_said, mut last_kept, mut window_tokens) = (Instant::now(), Instant::now(), 0usize);
    let mut passes = 0;
    while spent < plan.budget {
        let begun = Instant::now();
        let mut chosen = Vec::new();
        let mut size = 0;
        while size < plan.batch {
            if cursor == order.len() {
                order = draw_pass(&learned, &mut random);
                cursor = 0;
                passes += 1;
            }
            let document = &learned[order[cursor]];
            cursor += 1;
            size += document.ids.len();
            chosen.push(document);
        }
        let masked = mask(&chosen, plan.masked, known, &mut random);
        let outcome = network.run(&weights, Some(&mut gradient), &masked, plan.weak, &mut random);
        let done = (spent.as_secs_f64() / plan.budget.as_secs_f64()) as f32;
        let steps = optimiser.memory().2;
        let rate = plan.rate * (1.0 - done) * (steps as f32 / 200.0).min(1.0);
        optimiser.step(&mut weights, &mut gradient, rate, 1.0);
        window.add(outcome);
        tokens += size;
        window_tokens += size;
        spent += begun.elapsed();
        if last_said.elapsed() > Duration::from_secs(20) || spent >= plan.budget {
            let line = format!(
                "{steps}\t{:.0}\t{tokens}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.0}\t{rate:.6}",
                spent.as_secs_f64(),
                window.loss / window.guessed.max(1) as f64,
                window.right as f64 / window.guessed.max(1) as f64,
                window.weak_loss / window.weak.max(1) as f64,
                window.weak_right as f64 / window.weak.max(1) as f64,
                window_tokens as f64 / last_said.elapsed().as_secs_f64(),
            );
            writeln!(curve, "{line}").map_err(|error| file_error(&curve_path, error))?;
            say(&format!("pass {passes} step/s/tokens/loss/right/weak loss/weak right/tokens per s/rate\t{line}"));
            (window, window_tokens, last_said) = (Outcome::default(), 0, Instant::now());
        }
        if last_kept.elapsed() > Duration::from_secs(180) || spent >= plan.budget {
            let masked = mask(&held, plan.masked, known, &mut Random::new(1));
            let outcome = network.run(&weights, None, &masked, plan.weak, &mut random);
            say(&format!(
                "held apart: loss {:.4}, right {:.4}",
                outcome.loss / outcome.guessed.max(1) as f64,
                outcome.right as f64 / outcome.guessed.max(1) as f64
            ));
            save_checkpoint(&path, &network.layout, &weights, &optimiser, spent, tokens)?;
            last_kept = Instant::now();
        }
    }
    let trunk_end = network.slots.transform.start;
    weights.truncate(trunk_end);
    Ok(weights)
}

fn split_held(documents: &[Document]) -> (Vec<&Document>, Vec<&Document>) {
    let mut held = Vec::new();
    let mut learned = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        if index % 997 == 5 { held.push(document) } else { learned.push(document) }
    }
    (held, learned)
}
