//! Groups short messages by topic: each becomes its letter pairs, weighed by how rare they are, and joins the group
//! whose middle it is nearest to. One pass in order of length, so that plain wordings found the groups.

use std::collections::HashMap;

/// Nearer than this (cosine) is the same topic.
const SAME: f32 = 0.11;
/// How many groups are told.
const GROUPS: usize = 30;
/// Examples of a group.
const EXAMPLES: usize = 5;

/// Messages on one topic.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Topic {
    /// How many.
    pub count: usize,
    /// The most typical ones: number of the conversation, event, words.
    pub examples: Vec<(i64, i64, String)>,
}

type Vector = HashMap<(char, char), f32>;

fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let padded: Vec<char> = std::iter::once('^').chain(letters).chain(std::iter::once('$')).collect();
    (1..padded.len()).map(move |at| (padded[at - 1], padded[at]))
}

fn cosine(a: &Vector, b: &Vector) -> f32 {
    let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
    small.iter().filter_map(|(pair, weight)| Some(weight * large.get(pair)?)).sum()
}

fn normalized(mut vector: Vector) -> Vector {
    let length = vector.values().map(|weight| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.values_mut().for_each(|weight| *weight /= length);
    }
    vector
}

/// The topics of messages (number of the conversation, event, words), the largest first.
pub(super) fn topics(messages: Vec<(i64, i64, String)>) -> Vec<Topic> {
    let mut spread: HashMap<(char, char), f32> = HashMap::new();
    for (_, _, words) in &messages {
        let mut seen: Vec<(char, char)> = pairs(words).collect();
        seen.sort_unstable();
        seen.dedup();
        for pair in seen {
            *spread.entry(pair).or_default() += 1.0;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "thousands of messages")]
    let total = messages.len() as f32;
    let vector = |words: &str| -> Vector {
        let mut vector = Vector::new();
        for pair in pairs(words) {
            *vector.entry(pair).or_default() += (1.0 + total / spread.get(&pair).copied().unwrap_or(1.0)).ln();
        }
        normalized(vector)
    };
    let mut messages: Vec<(Vector, (i64, i64, String))> =
        messages.into_iter().map(|message| (vector(&message.2), message)).collect();
    messages.sort_by_key(|(_, (number, sequence, words))| (words.chars().count(), *number, *sequence));
    let mut groups: Vec<(Vector, Vec<(Vector, (i64, i64, String))>)> = Vec::new();
    for (vector, message) in messages {
        let nearest = groups
            .iter_mut()
            .map(|group| (cosine(&normalized(group.0.clone()), &vector), group))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((near, (middle, members))) if near >= SAME => {
                for (pair, weight) in &vector {
                    *middle.entry(*pair).or_default() += weight;
                }
                members.push((vector, message));
            }
            _ => groups.push((vector.clone(), vec![(vector, message)])),
        }
    }
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    groups.truncate(GROUPS);
    groups
        .into_iter()
        .map(|(middle, mut members)| {
            let middle = normalized(middle);
            members.sort_by(|a, b| cosine(&middle, &b.0).total_cmp(&cosine(&middle, &a.0)));
            Topic { count: members.len(), examples: members.into_iter().map(|(_, one)| one).take(EXAMPLES).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_comes_together() {
        let words =
            ["能不能开增值税专用发票", "可以开专用发票吗", "专用发票怎么开", "你们招代理吗", "怎么做你们的代理", "猫"];
        let messages = (1..).zip(words).map(|(number, words)| (number, 1, words.to_owned())).collect();
        let topics = topics(messages);
        let counts: Vec<usize> = topics.iter().map(|topic| topic.count).collect();
        assert_eq!(counts, [3, 2, 1], "{topics:#?}");
        assert!(topics[0].examples[0].2.contains("专用发票"));
        assert!(super::topics(Vec::new()).is_empty());
    }
}
