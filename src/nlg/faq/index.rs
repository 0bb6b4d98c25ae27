//! How well each entry's words fit a message's: BM25 (Robertson & Zaragoza 2009) over the entry as one document,
//! and the cosine with its nearest question, both from 0 to 1. Leaves to others: thresholds and intents.

use std::collections::{BTreeMap, HashMap};

use super::FaqEntry;
use super::terms::Synonyms;

/// BM25: how soon a repeated term stops counting.
const SATURATION: f64 = 1.2;
/// BM25: how much a long document is held against it.
const LENGTH_PENALTY: f64 = 0.4;
/// A term of the answer counts this much of one in a question.
const ANSWER_WEIGHT: f64 = 0.25;
/// The share of BM25; the nearest question has the rest.
const DOCUMENT_SHARE: f64 = 0.6;
/// The importance of a term that no entry has, as a share of the greatest rarity: it speaks against every entry.
const UNKNOWN_SHARE: f64 = 0.5;

#[derive(Debug)]
pub(super) struct Index {
    /// Term → its rarity among the entries, and where it is.
    postings: HashMap<String, Posting>,
    /// The importance of a term that no entry has.
    unknown_rarity: f64,
    /// Question → its entry and the length of its vector.
    questions: Vec<(usize, f64)>,
    entries: usize,
    synonyms: Synonyms,
}

#[derive(Debug, Default)]
struct Posting {
    rarity: f64,
    /// Entry and BM25's saturated frequency, below 1.
    documents: Vec<(usize, f64)>,
    /// Question and the term's weight in it.
    questions: Vec<(usize, f64)>,
}

impl Index {
    pub(super) fn build(entries: &[FaqEntry], synonyms: Synonyms, cut: &dyn Fn(&str) -> Vec<String>) -> Index {
        let mut postings: HashMap<String, Posting> = HashMap::new();
        let mut lengths = Vec::with_capacity(entries.len());
        let mut questions = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let mut frequencies: BTreeMap<String, f64> = BTreeMap::new();
            for question in &entry.questions {
                let counted = synonyms.terms(&cut(question));
                for (term, weight) in &counted {
                    *frequencies.entry(term.clone()).or_default() += 1.0;
                    postings.entry(term.clone()).or_default().questions.push((questions.len(), *weight));
                }
                questions.push((at, 0.0));
            }
            for (term, _) in synonyms.terms(&cut(&without_template(&entry.answer))) {
                *frequencies.entry(term).or_default() += ANSWER_WEIGHT;
            }
            lengths.push(frequencies.values().sum::<f64>());
            for (term, frequency) in frequencies {
                postings.entry(term).or_default().documents.push((at, frequency));
            }
        }
        let average = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        let rarity = |having: usize| (1.0 + (entries.len() as f64 - having as f64 + 0.5) / (having as f64 + 0.5)).ln();
        let mut squares = vec![0.0; questions.len()];
        // In the order of the terms, for sums of floats depend on it.
        let mut in_order: Vec<(&String, &mut Posting)> = postings.iter_mut().collect();
        in_order.sort_by(|one, other| one.0.cmp(other.0));
        for (_, posting) in in_order {
            posting.rarity = rarity(posting.documents.len());
            for (entry, frequency) in &mut posting.documents {
                let norm = SATURATION * (1.0 - LENGTH_PENALTY + LENGTH_PENALTY * lengths[*entry] / average);
                *frequency /= *frequency + norm;
            }
            for (question, weight) in &posting.questions {
                squares[*question] += (weight * posting.rarity).powi(2);
            }
        }
        for (question, square) in questions.iter_mut().zip(squares) {
            question.1 = f64::sqrt(square);
        }
        Index { postings, unknown_rarity: UNKNOWN_SHARE * rarity(0), questions, entries: entries.len(), synonyms }
    }

    /// For each entry, how well it fits, from 0 to 1.
    pub(super) fn evidence(&self, words: &[String]) -> Vec<f64> {
        let mut documents = vec![0.0; self.entries];
        let mut dots = vec![0.0; self.questions.len()];
        let (mut total, mut square) = (0.0, 0.0);
        for (term, weight) in self.synonyms.terms(words) {
            let posting = self.postings.get(&term);
            let importance = weight * posting.map_or(self.unknown_rarity, |posting| posting.rarity);
            total += importance;
            square += importance * importance;
            let Some(posting) = posting else { continue };
            for (entry, saturated) in &posting.documents {
                documents[*entry] += importance * saturated;
            }
            for (question, weight) in &posting.questions {
                dots[*question] += importance * weight * posting.rarity;
            }
        }
        if total <= 0.0 {
            return documents;
        }
        let mut nearest = vec![0.0_f64; self.entries];
        for (dot, (entry, length)) in dots.into_iter().zip(&self.questions) {
            if *length > 0.0 {
                nearest[*entry] = nearest[*entry].max(dot / (length * f64::sqrt(square)));
            }
        }
        let share =
            |(document, nearest): (f64, f64)| DOCUMENT_SHARE * (document / total) + (1.0 - DOCUMENT_SHARE) * nearest;
        documents.into_iter().zip(nearest).map(share).collect()
    }
}

/// An answer without `{{ … }}` and `{% … %}`, which are no words for shoppers.
fn without_template(answer: &str) -> String {
    let mut plain = String::with_capacity(answer.len());
    let mut rest = answer;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        let close = if rest[start..].starts_with("{{") { "}}" } else { "%}" };
        rest = rest[start..].find(close).map_or("", |end| &rest[start + end + 2..]);
    }
    plain.push_str(rest);
    plain
}
