//! Fine-tuning: one trunk with heads for intents, wishes, emotion, escalation, scope and polarity, and the n-grams
//! beside it. Labels are soft over the listed intents; a teacher's view can be mixed in; two passes with different
//! dropout can be held together (R-Drop, Liang et al. 2021). The running mean of the weights is what comes out.
//! Leaves to others: reading the data (`messages`), calibration (`calibrate`), figures (`metrics`).

use std::time::{Duration, Instant};

use super::augment::{Sounds, refill, slip};
use super::gradient::Trunk;
use super::messages::Message;
use super::metrics::{Figures, measure};
use super::optimizer::{AdamW, average};
use super::pretrain::pool_backward;
use super::random::Random;
use super::slopes::{apply_mask, drop_out, linear_backward};
use crate::domain::{Emotion, Intent};
use crate::inference::heads::{
    EMOTIONS, ESCALATION, INTENTS, OUT_OF_SCOPE, OUTPUTS, POLARITY, WIDE, WISHES, add_wide, pool, pooled_size,
};
use crate::inference::kernels;
use crate::inference::text::fold;
use crate::inference::trunk::Packed;
use crate::inference::wide::Sparse;
use crate::inference::{Layout, Model, softmax};
use crate::nlu::normalize::normalize;

/// How to fine-tune.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Passes over the messages.
    pub epochs: usize,
    /// Highest rate of learning of the trunk and the heads.
    pub rate: f32,
    /// … and of the n-grams' weights.
    pub wide_rate: f32,
    /// Messages per step.
    pub batch: usize,
    /// Share of values dropped.
    pub dropout: f32,
    /// Share of n-grams dropped.
    pub gram_dropout: f32,
    /// Reviews per pass.
    pub reviews: usize,
    /// Share of messages that are varied.
    pub slips: f32,
    /// Share of the turns before that are left out, so that a message is understood without one too.
    pub forget_before: f32,
    /// How much of the target is the teacher's, where there is one.
    pub teacher: f32,
    /// Weight of R-Drop; 0 for one pass per batch.
    pub agree: f32,
    /// Seed of everything.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            epochs: 4,
            rate: 4e-4,
            wide_rate: 3e-3,
            batch: 64,
            dropout: 0.1,
            gram_dropout: 0.3,
            reviews: 10_000,
            slips: 0.15,
            forget_before: 0.3,
            teacher: 0.7,
            agree: 0.0,
            seed: 1,
        }
    }
}

/// A teacher's view of one message: intents, then emotions.
pub type View = Vec<f32>;

/// Main label's share of the target where several are listed.
const MAIN_SHARE: f32 = 0.75;
const WISH_WEIGHT: f32 = 0.06;
const EMOTION_WEIGHT: f32 = 0.5;
const SIDE_WEIGHT: f32 = 0.3;
const POLARITY_WEIGHT: f32 = 0.4;

struct Example {
    ids: Vec<u32>,
    segments: Vec<u8>,
    grams: Sparse,
    index: usize,
}

/// Fine-tunes `model` in place; returns the figures on `validation` at the end of each pass. `views` are a teacher's,
/// one per message of `learned`, empty where it has none.
pub fn finetune(
    model: &mut Model,
    learned: &[Message],
    reviews: &[Message],
    views: &[View],
    validation: &[Message],
    plan: &Plan,
    mut say: impl FnMut(&str),
) -> Vec<Figures> {
    let mut random = Random::new(plan.seed);
    let known: Vec<String> = (0..model.config.vocab_size as u32).filter_map(|id| model.pieces.piece(id)).collect();
    let sounds = Sounds::of(known.iter().map(String::as_str));
    let mut wide_layout = Layout::default();
    wide_layout.push("wide.weight", &[model.grams.len(), WIDE]);
    let mut optimiser = AdamW::new(&model.layout, 0.01);
    let mut wide_optimiser = AdamW::new(&wide_layout, 0.02);
    let (mut gradient, mut wide_gradient) = (vec![0.0; model.weights.len()], vec![0.0; model.wide.len()]);
    let (mut mean, mut wide_mean) = (model.weights.clone(), model.wide.clone());
    let per_pass = (learned.len() + plan.reviews.min(reviews.len())).div_ceil(plan.batch);
    let (total, mut step) = ((per_pass * plan.epochs).max(1), 0usize);
    let mut figures = Vec::new();
    for epoch in 0..plan.epochs {
        let mut order: Vec<usize> = (0..learned.len()).collect();
        order.extend((0..plan.reviews.min(reviews.len())).map(|_| learned.len() + random.below(reviews.len())));
        random.shuffle(&mut order);
        let (mut loss, mut count, mut said) = (0.0, 0.0, Instant::now());
        for chunk in order.chunks(plan.batch) {
            let message = |index: usize| learned.get(index).unwrap_or_else(|| &reviews[index - learned.len()]);
            let mut examples: Vec<Example> =
                chunk.iter().map(|index| prepare(model, message(*index), *index, plan, &sounds, &mut random)).collect();
            if plan.agree > 0.0 {
                // The copies share their text; dropout makes them differ.
                let copies: Vec<Example> = examples
                    .iter()
                    .map(|e| Example { ids: e.ids.clone(), segments: e.segments.clone(), grams: e.grams.clone(), ..*e })
                    .collect();
                examples.extend(copies);
            }
            let view = |index: usize| views.get(index).filter(|view| !view.is_empty());
            let asked = |scores: &mut [f32]| lose(scores, &examples, &message, &view, plan);
            loss += run(model, &examples, asked, &mut gradient, &mut wide_gradient, plan, &mut random);
            count += 1.0;
            let done = step as f32 / total as f32;
            let warm = (step as f32 / (0.06 * total as f32)).min(1.0);
            let schedule = warm * (1.0 - done).max(0.02);
            optimiser.step(&mut model.weights, &mut gradient, plan.rate * schedule, 1.0);
            wide_optimiser.step(&mut model.wide, &mut wide_gradient, plan.wide_rate * schedule, 1.0);
            step += 1;
            let share = (1.0 / (step as f32 + 1.0)).max(0.005);
            average(&mut mean, &model.weights, share);
            average(&mut wide_mean, &model.wide, share);
            if said.elapsed() > Duration::from_secs(30) {
                say(&format!("step {step} of {total}: loss {:.4}", loss / count));
                said = Instant::now();
            }
        }
        std::mem::swap(&mut mean, &mut model.weights);
        std::mem::swap(&mut wide_mean, &mut model.wide);
        let here = measure(model, validation);
        say(&format!("pass {} of {}: loss {:.4}; {}", epoch + 1, plan.epochs, loss / count, here.line()));
        figures.push(here);
        if epoch + 1 < plan.epochs {
            std::mem::swap(&mut mean, &mut model.weights);
            std::mem::swap(&mut wide_mean, &mut model.wide);
        }
    }
    figures
}

fn prepare(
    model: &Model,
    message: &Message,
    index: usize,
    plan: &Plan,
    sounds: &Sounds,
    random: &mut Random,
) -> Example {
    let mut text = message.text.clone();
    if text.contains('[') && random.chance(0.3) {
        text = refill(&text, random);
    }
    if random.chance(plan.slips) {
        text = normalize(&slip(&text, sounds, random)).text;
    }
    let before = message.before.as_deref().filter(|_| !random.chance(plan.forget_before));
    let encoded = model.pieces.encode(&text, before);
    let mut grams = model.grams.read(&fold(&text));
    let keep = 1.0 / (1.0 - plan.gram_dropout);
    grams.retain(|_| !random.chance(plan.gram_dropout));
    grams.iter_mut().for_each(|(_, value)| *value *= keep);
    Example { ids: encoded.ids, segments: encoded.segments, grams, index }
}

/// One batch forward and backward; `asked` turns scores into their gradient and returns the loss.
fn run(
    model: &Model,
    examples: &[Example],
    asked: impl FnOnce(&mut [f32]) -> f64,
    gradient: &mut [f32],
    wide_gradient: &mut [f32],
    plan: &Plan,
    random: &mut Random,
) -> f64 {
    let mut batch = Packed::default();
    for example in examples {
        batch.push(&example.ids, &example.segments);
    }
    let trunk = Trunk { config: &model.config, slots: &model.trunk };
    let tape = trunk.forward(&model.weights, &batch, plan.dropout, random);
    let mut pooled = pool(&model.config, &batch, &tape.states);
    let mask = drop_out(&mut pooled, plan.dropout, random);
    let mut scores = vec![0.0; examples.len() * OUTPUTS];
    let (weight, bias) = (&model.heads.weight, &model.heads.bias);
    let (weights, rows) = (&model.weights, examples.len());
    kernels::linear(&mut scores, &pooled, &weights[weight.clone()], &weights[bias.clone()], rows);
    for (row, example) in scores.chunks_exact_mut(OUTPUTS).zip(examples) {
        add_wide(row, &example.grams, &model.wide);
    }
    let loss = asked(&mut scores);
    for (row, example) in scores.chunks_exact(OUTPUTS).zip(examples) {
        for (gram, value) in &example.grams {
            let target = &mut wide_gradient[*gram as usize * WIDE..(*gram as usize + 1) * WIDE];
            target.iter_mut().zip(&row[..WIDE]).for_each(|(target, slope)| *target += slope * value);
            target[INTENTS].iter_mut().zip(&row[WISHES]).for_each(|(target, slope)| *target += slope * value);
        }
    }
    let mut back = vec![0.0; rows * pooled_size(&model.config)];
    linear_backward(weights, gradient, weight, bias, &pooled, &scores, Some((&mut back, false)), rows);
    apply_mask(&mut back, &mask, 1.0 / (1.0 - plan.dropout));
    let mut states = vec![0.0; tape.states.len()];
    pool_backward(model.config.hidden_size, &batch, &back, &mut states);
    trunk.backward(weights, gradient, &batch, &tape, states, plan.dropout);
    loss
}

/// Scores become their gradient.
fn lose<'a>(
    scores: &mut [f32],
    examples: &[Example],
    message: &impl Fn(usize) -> &'a Message,
    view: &impl Fn(usize) -> Option<&'a View>,
    plan: &Plan,
) -> f64 {
    let kept = (plan.agree > 0.0).then(|| scores.to_vec());
    let total: f32 = examples.iter().map(|example| message(example.index).weight).sum::<f32>().max(1.0);
    let mut loss = 0.0;
    for (row, example) in scores.chunks_exact_mut(OUTPUTS).zip(examples) {
        loss += lose_row(row, message(example.index), view(example.index), plan, total);
    }
    if let Some(kept) = kept {
        let half = examples.len() / 2;
        for at in 0..half {
            let part = |at: usize| &kept[at * OUTPUTS..(at + 1) * OUTPUTS][INTENTS];
            if message(examples[at].index).intents.is_empty() {
                continue;
            }
            let (first, second) = (softmax(part(at).iter().copied()), softmax(part(at + half).iter().copied()));
            let weight = plan.agree / total;
            for (ours, theirs, at) in [(&first, &second, at), (&second, &first, at + half)] {
                let apart = |p: f32, q: f32| (p.max(1e-9) / q.max(1e-9)).ln();
                let distance: f32 = ours.iter().zip(theirs.iter()).map(|(p, q)| p * apart(*p, *q)).sum();
                loss += f64::from(weight * distance * 0.5);
                let row = &mut scores[at * OUTPUTS..(at + 1) * OUTPUTS][INTENTS];
                for ((slope, p), q) in row.iter_mut().zip(ours.iter()).zip(theirs.iter()) {
                    *slope += weight * 0.5 * (p * (apart(*p, *q) - distance) + p - q);
                }
            }
        }
    }
    loss
}

fn lose_row(row: &mut [f32], message: &Message, view: Option<&View>, plan: &Plan, total: f32) -> f64 {
    let mut loss = 0.0;
    let weight = message.weight / total;
    let known = (!message.intents.is_empty()).then(|| intent_target(&message.intents));
    let (theirs, their_mood) = match view {
        Some(view) => (Some(&view[INTENTS]), Some(&view[EMOTIONS])),
        None => (None, None),
    };
    let target = mix(known.as_deref(), theirs, plan.teacher);
    loss += soft_cross_entropy(&mut row[INTENTS], target.as_deref(), weight);
    let mood = message
        .emotion
        .map(|emotion| Emotion::ALL.iter().map(|other| f32::from(u8::from(*other == emotion))).collect::<Vec<f32>>());
    let mood = mix(mood.as_deref(), their_mood, plan.teacher);
    loss += soft_cross_entropy(&mut row[EMOTIONS], mood.as_deref(), weight * EMOTION_WEIGHT);
    for (place, answer, share) in [
        (ESCALATION, message.escalate, SIDE_WEIGHT),
        (OUT_OF_SCOPE, message.out_of_scope, SIDE_WEIGHT),
        (POLARITY, message.praises, POLARITY_WEIGHT),
    ] {
        let target = answer.map(|answer| f32::from(u8::from(answer)));
        // What is rare and dangerous counts more.
        let urgent = if place == ESCALATION && answer == Some(true) { 3.0 } else { 1.0 };
        loss += binary_cross_entropy(&mut row[place], target, message.side_weight / total * share * urgent);
    }
    for (index, intent) in Intent::ALL.iter().enumerate() {
        let target = known.is_some().then(|| f32::from(u8::from(message.intents.contains(intent))));
        loss += binary_cross_entropy(&mut row[WISHES.start + index], target, weight * WISH_WEIGHT);
    }
    loss
}

/// The listed intents share the target, the main one most.
fn intent_target(intents: &[Intent]) -> Vec<f32> {
    let others = (intents.len() - 1) as f32;
    let main = if others > 0.0 { MAIN_SHARE } else { 1.0 };
    Intent::ALL
        .iter()
        .map(|intent| match intents.iter().position(|listed| listed == intent) {
            Some(0) => main,
            Some(_) => (1.0 - main) / others,
            None => 0.0,
        })
        .collect()
}

fn mix(known: Option<&[f32]>, theirs: Option<&[f32]>, share: f32) -> Option<Vec<f32>> {
    match (known, theirs) {
        (Some(known), Some(theirs)) => {
            Some(known.iter().zip(theirs).map(|(known, theirs)| known * (1.0 - share) + theirs * share).collect())
        }
        (Some(one), None) | (None, Some(one)) => Some(one.to_vec()),
        (None, None) => None,
    }
}

fn soft_cross_entropy(scores: &mut [f32], target: Option<&[f32]>, weight: f32) -> f64 {
    let Some(target) = target else {
        scores.fill(0.0);
        return 0.0;
    };
    let probabilities = softmax(scores.iter().copied());
    let mut loss = 0.0;
    for ((score, probability), target) in scores.iter_mut().zip(probabilities).zip(target) {
        if *target > 0.0 {
            loss -= f64::from(weight * target * probability.max(1e-9).ln());
        }
        *score = weight * (probability - target);
    }
    loss
}

fn binary_cross_entropy(score: &mut f32, target: Option<f32>, weight: f32) -> f64 {
    let Some(target) = target else {
        *score = 0.0;
        return 0.0;
    };
    let probability = 1.0 / (1.0 + (-*score).exp());
    let loss = -target * probability.max(1e-9).ln() - (1.0 - target) * (1.0 - probability).max(1e-9).ln();
    *score = weight * (probability - target);
    f64::from(weight * loss)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_share_between_the_listed() {
        let target = intent_target(&[Intent::Invoice, Intent::Gift]);
        let at = |intent: Intent| target[Intent::ALL.iter().position(|other| *other == intent).expect("listed")];
        assert_eq!((at(Intent::Invoice), at(Intent::Gift), at(Intent::Deny)), (MAIN_SHARE, 1.0 - MAIN_SHARE, 0.0));
        assert_eq!(mix(Some(&[1.0, 0.0]), Some(&[0.5, 0.5]), 0.5), Some(vec![0.75, 0.25]));
        let mut scores = vec![2.0, 0.0];
        let loss = soft_cross_entropy(&mut scores, Some(&[1.0, 0.0]), 1.0);
        assert!((loss - 0.1269).abs() < 1e-3 && scores[0] < 0.0 && scores[1] > 0.0);
        let mut score = 3.0;
        assert!(binary_cross_entropy(&mut score, Some(0.0), 1.0) > 3.0 && score > 0.9);
    }
}
