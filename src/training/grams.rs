//! Chooses which character n-grams the wide part keeps: the frequent ones of the messages, and those of the reviews
//! that tell praise from blame. Leaves to others: their weights (`finetune`).

use std::collections::HashMap;

use super::messages::Message;
use crate::inference::text::fold;
use crate::inference::wide::{Grams, fingerprints};

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

fn each_once(text: &str, mut with: impl FnMut(u32)) {
    let mut prints = fingerprints(&fold(text));
    prints.sort_unstable();
    prints.dedup();
    prints.into_iter().for_each(&mut with);
}
