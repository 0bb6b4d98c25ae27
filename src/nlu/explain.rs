//! Which characters weighed most: each is left out in turn, and the loss of probability is its weight (occlusion).
//! Leaves to others: showing it (`cli`).

use crate::domain::Intent;
use crate::inference::heads::INTENTS;
use crate::inference::{Model, softmax};

/// Characters weighed at most: beyond that the pass would take too long, and the rest weighs nothing.
const MOST: usize = 64;

/// How much the probability of `intent` falls when each character of the (normalised) text is left out. Positive
/// speaks for the intent, negative against it; whitespace weighs 0.
pub fn occlusion(model: &Model, text: &str, before: Option<&str>, intent: Intent) -> Vec<(char, f32)> {
    let characters: Vec<char> = text.chars().collect();
    let place = Intent::ALL.iter().position(|other| *other == intent).unwrap_or(0);
    let weighed: Vec<usize> = (0..characters.len()).filter(|at| !characters[*at].is_whitespace()).take(MOST).collect();
    let without = |gap: usize| -> String {
        characters.iter().enumerate().filter(|(at, _)| *at != gap).map(|(_, character)| *character).collect()
    };
    let texts: Vec<String> = std::iter::once(text.to_owned()).chain(weighed.iter().map(|at| without(*at))).collect();
    let probabilities: Vec<f32> = texts
        .chunks(16)
        .flat_map(|chunk| {
            let messages: Vec<(&str, Option<&str>)> = chunk.iter().map(|text| (text.as_str(), before)).collect();
            model.score(&messages)
        })
        .map(|(scores, _)| {
            let temperature = model.calibration.intent_temperature;
            softmax(scores[INTENTS].iter().map(|score| score / temperature))[place]
        })
        .collect();
    let mut weights: Vec<(char, f32)> = characters.into_iter().map(|character| (character, 0.0)).collect();
    for (at, probability) in weighed.into_iter().zip(&probabilities[1..]) {
        weights[at].1 = probabilities[0] - probability;
    }
    weights
}
