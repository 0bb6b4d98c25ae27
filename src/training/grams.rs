//! Chooses which character n-grams the wide part keeps: the frequent ones of the messages, and those of the reviews
//! that tell praise from blame. Leaves to others: their weights (`finetune`).

use std::collections::HashMap;

use super::messages::Message;
use super::random::Random;
use crate::inference::text::fold;
use crate::inference::wide::{Grams, Sparse, fingerprints};

/// N-grams kept for messages.
const FOR_MESSAGES: usize = 46_000;
/// N-grams kept for reviews.
const FOR_REVIEWS: usize = 18_000;

/// Chooses from messages and reviews.
pub fn choose(messages: &[Message], reviews: &[Message]) -> Grams {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for message in messages {
        each_once(&message.text, |print| *counts.entry(print).or_default() += 1);
    }
    let mut frequent: Vec<(u32, u32)> =
        counts.iter().filter(|(_, count)| **count >= 3).map(|(p, c)| (*p, *c)).collect();
    frequent.sort_unstable_by_key(|(print, count)| (std::cmp::Reverse(*count), *print));
    frequent.truncate(FOR_MESSAGES);

    let mut sides: HashMap<u32, [u32; 2]> = HashMap::new();
    for review in reviews {
        let side = usize::from(review.praises == Some(true));
        each_once(&review.text, |print| sides.entry(print).or_default()[side] += 1);
    }
    let mut telling: Vec<(f32, u32)> = sides
        .iter()
        .filter(|(_, [blame, praise])| blame + praise >= 12)
        .map(|(print, [blame, praise])| {
            let (blame, praise) = (*blame as f32, *praise as f32);
            ((praise - blame).abs() / (praise + blame).sqrt(), *print)
        })
        .collect();
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    telling.truncate(FOR_REVIEWS);

    let total = (messages.len() + reviews.len()) as f32;
    let mut kept: Vec<u32> = frequent.iter().map(|(print, _)| *print).chain(telling.iter().map(|(_, p)| *p)).collect();
    kept.sort_unstable();
    kept.dedup();
    let rarity = kept
        .iter()
        .map(|print| {
            let in_reviews = sides.get(print).map_or(0, |[blame, praise]| blame + praise);
            let count = counts.get(print).copied().unwrap_or(0) + in_reviews;
            (total / (1.0 + count as f32)).ln() + 1.0
        })
        .collect();
    Grams::new(kept, rarity).unwrap_or_default()
}

/// Logistic regression of praise on the n-grams of reviews, by plain stochastic descent: one column of weights that
/// the fine-tuning begins with, since it sees only a part of the reviews.
pub fn polarity_column(grams: &Grams, reviews: &[Message], random: &mut Random) -> Vec<f32> {
    const PASSES: usize = 6;
    const DECAY: f32 = 2e-6;
    let rows: Vec<(Sparse, f32)> = reviews
        .iter()
        .map(|review| (grams.read(&fold(&review.text)), f32::from(u8::from(review.praises == Some(true)))))
        .collect();
    let mut column = vec![0.0f32; grams.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for pass in 0..PASSES {
        random.shuffle(&mut order);
        let rate = 2.0 * (1.0 - pass as f32 / PASSES as f32);
        for at in &order {
            let (row, truth) = &rows[*at];
            let score: f32 = row.iter().map(|(gram, value)| column[*gram as usize] * value).sum();
            let error = truth - 1.0 / (1.0 + (-score).exp());
            for (gram, value) in row {
                let weight = &mut column[*gram as usize];
                *weight += rate * (error * value - DECAY * *weight / value.max(0.01));
            }
        }
    }
    column
}

fn each_once(text: &str, mut with: impl FnMut(u32)) {
    let mut prints = fingerprints(&fold(text));
    prints.sort_unstable();
    prints.dedup();
    prints.into_iter().for_each(&mut with);
}
