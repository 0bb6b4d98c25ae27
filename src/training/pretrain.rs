//! Masked-language pre-training (Devlin et al. 2019) with whole-word masks, and the corpora's weak labels as a second
//! task on the same pass. Ends when its time is up; goes on from its checkpoint. Leaves to others: fine-tuning.

use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candle_core::{DType, Device, Tensor};

use super::corpus::{Answers, Document, draw_pass};
use super::gradient::{Trunk, linear_backward, norm_backward};
use super::optimizer::AdamW;
use super::random::Random;
use crate::inference::heads::{pool, pooled_size};
use crate::inference::kernels::{self, add};
use crate::inference::trunk::Packed;
use crate::inference::{Layout, TrunkConfig, TrunkSlots};

/// What can go wrong while training.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// A checkpoint or log cannot be written or read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is nothing to learn from.
    #[error("no text to learn from; name the folder of the corpora with --corpora")]
    NoText,
    /// A corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] super::corpus::CorpusError),
    /// A model cannot be read or written.
    #[error(transparent)]
    Model(#[from] crate::inference::ModelError),
}

pub(crate) fn file_error(path: &Path, reason: impl std::fmt::Display) -> TrainingError {
    TrainingError::File { path: path.to_owned(), reason: reason.to_string() }
}

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

/// The pieces that masking needs to know.
#[derive(Debug, Clone, Copy)]
pub struct MaskPieces {
    /// `[MASK]`.
    pub mask: u32,
    /// The first piece that is a word: random replacements come from here on.
    pub first_word: u32,
    /// Pieces in the vocabulary.
    pub count: u32,
}

struct Slots {
    trunk: TrunkSlots,
    transform: Range<usize>,
    transform_bias: Range<usize>,
    norm: Range<usize>,
    norm_bias: Range<usize>,
    decoder_bias: Range<usize>,
    answers: Range<usize>,
    answers_bias: Range<usize>,
}

fn lay(config: &TrunkConfig, answers: usize) -> (Layout, Slots) {
    let mut layout = Layout::default();
    let hidden = config.hidden_size;
    let trunk = TrunkSlots::lay(&mut layout, config);
    let head = "cls.predictions";
    let slots = Slots {
        trunk,
        transform: layout.push(format!("{head}.transform.dense.weight"), &[hidden, hidden]),
        transform_bias: layout.push(format!("{head}.transform.dense.bias"), &[hidden]),
        norm: layout.push(format!("{head}.transform.LayerNorm.weight"), &[hidden]),
        norm_bias: layout.push(format!("{head}.transform.LayerNorm.bias"), &[hidden]),
        decoder_bias: layout.push(format!("{head}.bias"), &[config.vocab_size]),
        answers: layout.push("weak.weight", &[answers, pooled_size(config)]),
        answers_bias: layout.push("weak.bias", &[answers]),
    };
    (layout, slots)
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

/// One batch with its masks.
#[derive(Debug, Default)]
struct Masked {
    batch: Packed,
    guessed: Vec<usize>,
    truths: Vec<u32>,
    labels: Vec<Option<(usize, usize, usize)>>,
}

fn mask(documents: &[&Document], share: f32, known: MaskPieces, random: &mut Random) -> Masked {
    let mut masked = Masked::default();
    for document in documents {
        let offset = masked.batch.len();
        masked.batch.push(&document.ids, &document.segments);
        masked.labels.push(document.label);
        let begins: Vec<usize> = (0..document.ids.len()).filter(|at| document.words[*at] == 1).collect();
        let maskable = document.words.iter().filter(|word| **word != 0).count();
        let mut wanted = (maskable as f32 * share + random.unit()) as isize;
        let mut order = begins;
        random.shuffle(&mut order);
        for begin in order {
            if wanted <= 0 {
                break;
            }
            let end = (begin + 1..document.ids.len()).find(|at| document.words[*at] != 2).unwrap_or(document.ids.len());
            if (end - begin) as isize > wanted + 2 {
                continue;
            }
            wanted -= (end - begin) as isize;
            let fate = random.unit();
            for at in begin..end {
                masked.guessed.push(offset + at);
                masked.truths.push(document.ids[at]);
                let shown = &mut masked.batch.ids[offset + at];
                if fate < 0.8 {
                    *shown = known.mask;
                } else if fate < 0.9 {
                    *shown = known.first_word + random.below((known.count - known.first_word) as usize) as u32;
                }
            }
        }
    }
    masked
}

/// What one batch gave.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    loss: f64,
    right: usize,
    guessed: usize,
    weak_loss: f64,
    weak_right: usize,
    weak: usize,
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.loss += other.loss;
        self.right += other.right;
        self.guessed += other.guessed;
        self.weak_loss += other.weak_loss;
        self.weak_right += other.weak_right;
        self.weak += other.weak;
    }
}

struct Network<'a> {
    config: &'a TrunkConfig,
    slots: Slots,
    layout: Layout,
}

impl Network<'_> {
    /// Loss of a batch; with a gradient to add to, its gradient too.
    fn run(
        &self,
        weights: &[f32],
        gradient: Option<&mut Vec<f32>>,
        masked: &Masked,
        weak: f32,
        random: &mut Random,
    ) -> Outcome {
        let trunk = Trunk { config: self.config, slots: &self.slots.trunk };
        let tape = trunk.forward(weights, &masked.batch, 0.0, random);
        let (hidden, count) = (self.config.hidden_size, masked.guessed.len());
        let block = |range: &Range<usize>| &weights[range.clone()];
        let gather = |at: &usize| tape.states[at * hidden..(at + 1) * hidden].iter().copied();
        let guessed: Vec<f32> = masked.guessed.iter().flat_map(gather).collect();
        let mut transformed = vec![0.0; count * hidden];
        kernels::linear(
            &mut transformed,
            &guessed,
            block(&self.slots.transform),
            block(&self.slots.transform_bias),
            count,
        );
        let active: Vec<bool> = transformed.iter().map(|value| *value > 0.0).collect();
        transformed.iter_mut().for_each(|value| *value = value.max(0.0));
        let (normed, scales) = plain_norm(&mut transformed, hidden, self.config.layer_norm_eps as f32);
        let (scale, shift) = (block(&self.slots.norm), block(&self.slots.norm_bias));
        for row in transformed.chunks_exact_mut(hidden) {
            row.iter_mut().zip(scale).zip(shift).for_each(|((value, scale), shift)| *value = *value * scale + shift);
        }
        let vocabulary = self.config.vocab_size;
        let mut scores = vec![0.0; count * vocabulary];
        kernels::linear(
            &mut scores,
            &transformed,
            block(&self.slots.trunk.words),
            block(&self.slots.decoder_bias),
            count,
        );
        let mut outcome = Outcome { guessed: count, ..Outcome::default() };
        let inverse = 1.0 / count.max(1) as f32;
        cross_entropy(&mut scores, vocabulary, &masked.truths, inverse, &mut outcome);

        let pooled = pool(self.config, &masked.batch, &tape.states);
        let answers = self.slots.answers_bias.len();
        let mut weak_scores = vec![0.0; masked.labels.len() * answers];
        kernels::linear(
            &mut weak_scores,
            &pooled,
            block(&self.slots.answers),
            block(&self.slots.answers_bias),
            masked.labels.len(),
        );
        let labelled = masked.labels.iter().flatten().count().max(1);
        weak_cross_entropy(&mut weak_scores, answers, &masked.labels, weak / labelled as f32, &mut outcome);

        let Some(gradient) = gradient else { return outcome };
        let mut states = vec![0.0; tape.states.len()];
        let mut asked = vec![0.0; count * hidden];
        linear_backward(
            weights,
            gradient,
            &self.slots.trunk.words,
            &self.slots.decoder_bias,
            &transformed,
            &scores,
            Some((&mut asked, false)),
            count,
        );
        norm_backward(scale, gradient, &mut asked, &normed, &scales, &self.slots.norm, &self.slots.norm_bias);
        asked.iter_mut().zip(&active).for_each(|(value, active)| *value *= f32::from(u8::from(*active)));
        let mut back = vec![0.0; count * hidden];
        linear_backward(
            weights,
            gradient,
            &self.slots.transform,
            &self.slots.transform_bias,
            &guessed,
            &asked,
            Some((&mut back, false)),
            count,
        );
        for (at, row) in masked.guessed.iter().zip(back.chunks_exact(hidden)) {
            add(&mut states[at * hidden..(at + 1) * hidden], row);
        }
        let mut pooled_gradient = vec![0.0; pooled.len()];
        linear_backward(
            weights,
            gradient,
            &self.slots.answers,
            &self.slots.answers_bias,
            &pooled,
            &weak_scores,
            Some((&mut pooled_gradient, false)),
            masked.labels.len(),
        );
        pool_backward(hidden, &masked.batch, &pooled_gradient, &mut states);
        trunk.backward(weights, gradient, &masked.batch, &tape, states, 0.0);
        outcome
    }
}

/// Gradient of [`pool`], added to the states' gradient.
pub fn pool_backward(hidden: usize, batch: &Packed, pooled: &[f32], states: &mut [f32]) {
    for (sequence, asked) in batch.sequences.iter().zip(pooled.chunks_exact(2 * hidden)) {
        let (first, mean) = asked.split_at(hidden);
        add(&mut states[sequence.start * hidden..(sequence.start + 1) * hidden], first);
        let count = sequence.clone().filter(|at| batch.segments[*at] == 0).count().max(1) as f32;
        let share: Vec<f32> = mean.iter().map(|value| value / count).collect();
        for at in sequence.clone().filter(|at| batch.segments[*at] == 0) {
            add(&mut states[at * hidden..(at + 1) * hidden], &share);
        }
    }
}

fn plain_norm(values: &mut [f32], width: usize, epsilon: f32) -> (Vec<f32>, Vec<f32>) {
    let mut scales = Vec::with_capacity(values.len() / width);
    for row in values.chunks_exact_mut(width) {
        let mean = kernels::sum(row) / width as f32;
        row.iter_mut().for_each(|value| *value -= mean);
        let scale = 1.0 / (kernels::dot(row, row) / width as f32 + epsilon.max(1e-12)).sqrt();
        row.iter_mut().for_each(|value| *value *= scale);
        scales.push(scale);
    }
    (values.to_vec(), scales)
}

/// Turns scores into their gradient, and counts.
fn cross_entropy(scores: &mut [f32], width: usize, truths: &[u32], weight: f32, outcome: &mut Outcome) {
    for (row, truth) in scores.chunks_exact_mut(width).zip(truths) {
        let truth = *truth as usize;
        let at_truth = row[truth];
        outcome.right += usize::from(row.iter().all(|score| *score <= at_truth));
        kernels::softmax_rows(row, width);
        outcome.loss -= f64::from(row[truth].max(1e-12).ln());
        row[truth] -= 1.0;
        row.iter_mut().for_each(|value| *value *= weight);
    }
}

fn weak_cross_entropy(
    scores: &mut [f32],
    width: usize,
    labels: &[Option<(usize, usize, usize)>],
    weight: f32,
    outcome: &mut Outcome,
) {
    for (row, label) in scores.chunks_exact_mut(width).zip(labels) {
        let Some((start, end, truth)) = *label else {
            row.fill(0.0);
            continue;
        };
        row[..start].fill(0.0);
        row[end..].fill(0.0);
        let at_truth = row[truth];
        outcome.weak += 1;
        outcome.weak_right += usize::from(row[start..end].iter().all(|score| *score <= at_truth));
        kernels::softmax_rows(&mut row[start..end], end - start);
        outcome.weak_loss -= f64::from(row[truth].max(1e-12).ln());
        row[truth] -= 1.0;
        row[start..end].iter_mut().for_each(|value| *value *= weight);
    }
}

/// Pre-trains a trunk; returns its weights in the layout of [`TrunkSlots`] alone. `say` hears a line now and then.
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
        weights[..start.len()].copy_from_slice(start);
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

struct Kept {
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
    spent: Duration,
    tokens: usize,
}

fn save_checkpoint(
    path: &Path,
    layout: &Layout,
    weights: &[f32],
    optimiser: &AdamW,
    spent: Duration,
    tokens: usize,
) -> Result<(), TrainingError> {
    let (first, second, steps) = optimiser.memory();
    let save = || -> candle_core::Result<()> {
        let device = &Device::Cpu;
        let mut tensors = layout.tensors(weights, DType::F32)?;
        tensors.insert("optimiser.first".into(), Tensor::from_slice(first, first.len(), device)?);
        tensors.insert("optimiser.second".into(), Tensor::from_slice(second, second.len(), device)?);
        let counts = [i64::from(steps), spent.as_millis() as i64, tokens as i64];
        tensors.insert("counts".into(), Tensor::from_slice(&counts, 3, device)?);
        let unfinished = path.with_extension("part");
        candle_core::safetensors::save(&tensors, &unfinished)?;
        Ok(std::fs::rename(&unfinished, path)?)
    };
    save().map_err(|error| file_error(path, error))
}

fn load_checkpoint(path: &Path) -> Result<Option<Kept>, TrainingError> {
    if !path.is_file() {
        return Ok(None);
    }
    let load = || -> candle_core::Result<Option<Kept>> {
        let mut tensors = candle_core::safetensors::load(path, &Device::Cpu)?;
        let mut take = |name: &str| -> candle_core::Result<Tensor> {
            tensors.remove(name).ok_or_else(|| candle_core::Error::Msg(format!("lacks {name}")))
        };
        let first = take("optimiser.first")?.to_vec1()?;
        let second = take("optimiser.second")?.to_vec1()?;
        let counts = take("counts")?.to_vec1::<i64>()?;
        Ok(Some(Kept {
            first,
            second,
            steps: counts[0] as i32,
            spent: Duration::from_millis(counts[1] as u64),
            tokens: counts[2] as usize,
        }))
    };
    load().map_err(|error| file_error(path, error))
}

fn read_all(path: &Path, layout: &Layout, weights: &mut [f32]) -> Result<(), TrainingError> {
    let tensors = candle_core::safetensors::load(path, &Device::Cpu).map_err(|error| file_error(path, error))?;
    layout.read(weights, &tensors, &path.display().to_string(), |_| false)?;
    Ok(())
}

/// Reads the trunk of a checkpoint or of any BERT-family safetensors into `weights`.
pub fn read_trunk(path: &Path, layout: &Layout, weights: &mut [f32]) -> Result<(), TrainingError> {
    let tensors = candle_core::safetensors::load(path, &Device::Cpu).map_err(|error| file_error(path, error))?;
    let file = path.display().to_string();
    layout.read(weights, &tensors, &file, |name| !name.starts_with("bert."))?;
    Ok(())
}
