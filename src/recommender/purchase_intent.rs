//! How likely a shopper buys within a week: a logistic regression on the age group, on what they looked at, put into the
//! cart and bought, and on how much they have asked about goods just now. Fitted by Newton's steps with a ridge penalty
//! (Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 4.4.1). Leaves to others: what is done with it.
//!
//! A question about goods in a conversation counts as a look at them: interactions are all that is learned from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::interaction::{Event, Interaction, Kind};

/// The age groups that count by themselves; the first stands for all others.
const AGES: [&str; 4] = ["25-34", "35-44", "45-54", "55+"];
/// Constant, ages, looks just now, looks in a week, the most looks at one thing, carts in a week, purchases in a month
/// and in half a year, freshness of the last event.
const FEATURES: usize = 1 + AGES.len() + 7;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// A purchase within so long counts.
const HORIZON: i64 = 7 * DAY;
/// Moments come from the last so many days before the horizon.
const PERIOD: i64 = 120 * DAY;
/// At most so many moments of one shopper.
const MOMENTS: usize = 12;
/// The ridge penalty on every weight but the constant.
const RIDGE: f64 = 1.0;
/// Newton's steps; the fit is settled long before.
const STEPS: usize = 25;

/// A trained regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PurchaseIntent {
    weights: Vec<f64>,
    /// From this probability on something may be offered unasked: where the training part is told apart best.
    threshold: f64,
    /// How it did on shoppers that it had not seen.
    pub report: PurchaseReport,
}

/// How well purchases are foreseen, on shoppers held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PurchaseReport {
    /// Moments learned from and measured on.
    pub learned: usize,
    /// Moments measured on.
    pub measured: usize,
    /// Share of those after which something was bought.
    pub base_rate: f64,
    /// Share told right at probability one half.
    pub accuracy: f64,
    /// Share told right by always saying what is commoner.
    pub accuracy_of_commonest: f64,
    /// Chance that a moment before a purchase gets the higher probability.
    pub auc: f64,
    /// Mean squared error of the probability (Brier), and that of the base rate.
    pub squared_error: f64,
    /// The same for always saying the learned part's share.
    pub squared_error_of_base: f64,
    /// Mean logarithmic loss.
    pub log_loss: f64,
}

/// What keeps a regression from being trained or read.
#[derive(Debug, thiserror::Error)]
pub enum PurchaseIntentError {
    /// Too little happened to learn from.
    #[error("only {0} moments to learn from; let customers do something first")]
    TooLittle(usize),
    /// The file cannot be read or written.
    #[error("{file}: {reason}; remove it and it is trained anew")]
    File {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
}

/// Fewer moments teach nothing.
const LEAST: usize = 50;

struct Moment {
    features: [f64; FEATURES],
    bought: bool,
    held_out: bool,
}

impl PurchaseIntent {
    /// Learns from every shopper's past; a fifth of the shoppers is held out for the report.
    pub fn train(
        interactions: &[Interaction],
        ages: &BTreeMap<i64, String>,
    ) -> Result<PurchaseIntent, PurchaseIntentError> {
        let moments = moments(interactions, ages);
        let (held_out, learned): (Vec<&Moment>, Vec<&Moment>) = moments.iter().partition(|moment| moment.held_out);
        if learned.len() < LEAST || held_out.is_empty() {
            return Err(PurchaseIntentError::TooLittle(learned.len()));
        }
        let weights = fit(&learned);
        let threshold = best_cut(&learned, &weights);
        let share = share(&learned);
        Ok(PurchaseIntent { report: report(&held_out, &weights, learned.len(), share), threshold, weights })
    }

    /// The probability of a purchase within a week. `asked` counts the questions about goods in this conversation.
    pub fn probability(&self, age: Option<&str>, past: &[Event], asked: u32) -> f64 {
        let looks = past.iter().map(|event| (event.item, event.kind, event.age_millis));
        probability(&self.weights, &features(age, looks, f64::from(asked)))
    }

    /// Whether something may be offered unasked.
    pub fn is_likely(&self, age: Option<&str>, past: &[Event], asked: u32) -> bool {
        self.probability(age, past, asked) >= self.threshold
    }

    /// The model of a file.
    pub fn open(path: &Path) -> Result<PurchaseIntent, PurchaseIntentError> {
        let bytes = std::fs::read(path).map_err(|error| file(path, error))?;
        let model: PurchaseIntent = serde_json::from_slice(&bytes).map_err(|error| file(path, error))?;
        let sound = model.weights.len() == FEATURES && model.weights.iter().all(|weight| weight.is_finite());
        if sound { Ok(model) } else { Err(file(path, "it is of another version")) }
    }

    /// Writes the model.
    pub fn write(&self, path: &Path) -> Result<(), PurchaseIntentError> {
        let text = serde_json::to_string_pretty(self).expect("a model is plain data: this is a bug");
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| file(path, error))?;
        }
        std::fs::write(path, text + "\n").map_err(|error| file(path, error))
    }
}

fn file(path: &Path, reason: impl std::fmt::Display) -> PurchaseIntentError {
    PurchaseIntentError::File { file: path.display().to_string(), reason: reason.to_string() }
}

/// The moments right after a shopper looked at something, with what had happened by then and what followed.
fn moments(interactions: &[Interaction], ages: &BTreeMap<i64, String>) -> Vec<Moment> {
    let mut by_customer: BTreeMap<i64, Vec<&Interaction>> = BTreeMap::new();
    for interaction in interactions {
        by_customer.entry(interaction.customer).or_default().push(interaction);
    }
    let last = interactions.iter().map(|interaction| interaction.at_millis).max().unwrap_or(0);
    let period = last - HORIZON - PERIOD..last - HORIZON;
    let mut moments = Vec::new();
    for (customer, mut events) in by_customer {
        events.sort_by_key(|event| event.at_millis);
        let age = ages.get(&customer).map(String::as_str);
        let looks: Vec<i64> = events
            .iter()
            .filter(|event| event.kind == Kind::View && period.contains(&event.at_millis))
            .map(|event| event.at_millis)
            .collect();
        for at in looks.iter().rev().take(MOMENTS) {
            let past = events.iter().filter(|event| event.at_millis <= *at);
            let past = past.map(|event| (event.item, event.kind, at - event.at_millis));
            let follows = |event: &&&Interaction| event.at_millis > *at && event.at_millis <= at + HORIZON;
            moments.push(Moment {
                features: features(age, past, 0.0),
                bought: events.iter().filter(follows).any(|event| event.kind == Kind::Buy),
                // By a mixed number of the shopper, so that neither age nor time of registration decides.
                held_out: customer.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & 0xFF < 51,
            });
        }
    }
    moments
}

fn features(age: Option<&str>, past: impl Iterator<Item = (i64, Kind, i64)>, asked: f64) -> [f64; FEATURES] {
    let (mut just_now, mut week, mut carts, mut month, mut half_year) = (asked, asked, 0.0, 0.0, 0.0);
    let mut freshest = if asked > 0.0 { 0 } else { i64::MAX };
    let mut looks: BTreeMap<i64, f64> = BTreeMap::new();
    for (item, kind, age_millis) in past {
        freshest = freshest.min(age_millis);
        match kind {
            Kind::View if age_millis <= 7 * DAY => {
                week += 1.0;
                just_now += f64::from(age_millis <= HOUR);
                *looks.entry(item).or_default() += 1.0;
            }
            Kind::Cart if age_millis <= 7 * DAY => carts += 1.0,
            Kind::Buy => {
                month += f64::from(age_millis <= 30 * DAY);
                half_year += f64::from(age_millis <= 180 * DAY);
            }
            _ => {}
        }
    }
    let most = looks.values().copied().fold(0.0, f64::max);
    let freshness = (-(freshest as f64) / (7 * DAY) as f64).exp();
    let mut features = [0.0; FEATURES];
    features[0] = 1.0;
    if let Some(place) = age.and_then(|age| AGES.iter().position(|group| *group == age)) {
        features[1 + place] = 1.0;
    }
    let counts = [just_now, week, most, carts, month, half_year];
    for (place, count) in counts.iter().enumerate() {
        features[1 + AGES.len() + place] = count.ln_1p();
    }
    features[FEATURES - 1] = freshness;
    features
}

fn probability(weights: &[f64], features: &[f64; FEATURES]) -> f64 {
    let score: f64 = weights.iter().zip(features).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-score).exp())
}

/// Maximum penalised likelihood.
fn fit(moments: &[&Moment]) -> Vec<f64> {
    let mut weights = vec![0.0; FEATURES];
    for _ in 0..STEPS {
        let mut slope = [0.0; FEATURES];
        let mut curve = [[0.0; FEATURES]; FEATURES];
        for moment in moments {
            let expected = probability(&weights, &moment.features);
            let spread = (expected * (1.0 - expected)).max(1e-9);
            let miss = f64::from(moment.bought) - expected;
            for row in 0..FEATURES {
                slope[row] += miss * moment.features[row];
                for column in 0..FEATURES {
                    curve[row][column] += spread * moment.features[row] * moment.features[column];
                }
            }
        }
        for place in 1..FEATURES {
            slope[place] -= RIDGE * weights[place];
            curve[place][place] += RIDGE;
        }
        let step = solve(curve, slope);
        let length: f64 = step.iter().map(|value| value * value).sum();
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
        if length < 1e-16 {
            break;
        }
    }
    weights
}

/// Gauss's elimination with the largest pivot; the matrix is positive definite by its ridge.
fn solve(mut matrix: [[f64; FEATURES]; FEATURES], mut right: [f64; FEATURES]) -> [f64; FEATURES] {
    for place in 0..FEATURES {
        let pivot = (place..FEATURES)
            .max_by(|a, b| matrix[*a][place].abs().total_cmp(&matrix[*b][place].abs()))
            .unwrap_or(place);
        matrix.swap(place, pivot);
        right.swap(place, pivot);
        let top = matrix[place];
        for row in place + 1..FEATURES {
            let factor = matrix[row][place] / top[place];
            for column in place..FEATURES {
                matrix[row][column] -= factor * top[column];
            }
            right[row] -= factor * right[place];
        }
    }
    for place in (0..FEATURES).rev() {
        let known: f64 = (place + 1..FEATURES).map(|column| matrix[place][column] * right[column]).sum();
        right[place] = (right[place] - known) / matrix[place][place];
    }
    right
}

fn share(moments: &[&Moment]) -> f64 {
    moments.iter().filter(|moment| moment.bought).count() as f64 / moments.len().max(1) as f64
}

/// The probability at which caught purchases less false alarms are most (Youden's index).
fn best_cut(moments: &[&Moment], weights: &[f64]) -> f64 {
    let mut scored: Vec<(f64, bool)> =
        moments.iter().map(|moment| (probability(weights, &moment.features), moment.bought)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let bought = scored.iter().filter(|(_, bought)| *bought).count().max(1) as f64;
    let others = (scored.len() as f64 - bought).max(1.0);
    let (mut caught, mut alarms, mut best, mut cut) = (0.0, 0.0, f64::MIN, 0.5);
    for (score, was_bought) in scored {
        if was_bought {
            caught += 1.0
        } else {
            alarms += 1.0
        }
        let index = caught / bought - alarms / others;
        if index > best {
            (best, cut) = (index, score);
        }
    }
    cut
}

fn report(moments: &[&Moment], weights: &[f64], learned: usize, base: f64) -> PurchaseReport {
    let scored: Vec<(f64, bool)> =
        moments.iter().map(|moment| (probability(weights, &moment.features), moment.bought)).collect();
    let count = scored.len() as f64;
    let mean = |value: &dyn Fn(f64, bool) -> f64| {
        scored.iter().map(|(score, bought)| value(*score, *bought)).sum::<f64>() / count
    };
    let base_rate = mean(&|_, bought| f64::from(bought));
    let accuracy = mean(&|score, bought| f64::from((score >= 0.5) == bought));
    let commonest = base >= 0.5;
    PurchaseReport {
        learned,
        measured: scored.len(),
        base_rate,
        accuracy,
        accuracy_of_commonest: mean(&|_, bought| f64::from(bought == commonest)),
        auc: auc(&scored),
        squared_error: mean(&|score, bought| (score - f64::from(bought)).powi(2)),
        squared_error_of_base: mean(&|_, bought| (base - f64::from(bought)).powi(2)),
        log_loss: mean(&|score, bought| -(if bought { score } else { 1.0 - score }).max(1e-12).ln()),
    }
}

fn auc(scored: &[(f64, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut positives, mut place) = (0.0, 0.0, 0);
    while place < sorted.len() {
        // Equal scores share the middle of their ranks.
        let end = (place..sorted.len()).find(|next| sorted[*next].0 > sorted[place].0).unwrap_or(sorted.len());
        let middle = (place + end + 1) as f64 / 2.0;
        let bought = sorted[place..end].iter().filter(|(_, bought)| *bought).count() as f64;
        ranks += middle * bought;
        positives += bought;
        place = end;
    }
    let negatives = sorted.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return 0.5;
    }
    (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shoppers who look three times in a row buy two days later; the others never do.
    fn past() -> Vec<Interaction> {
        let mut past = Vec::new();
        for customer in 0..200 {
            let keen = customer % 2 == 0;
            for week in 0..10 {
                let at = week * 9 * DAY;
                let mut did = |kind, after| {
                    past.push(Interaction { customer, item: 1 + customer % 7, kind, at_millis: at + after });
                };
                did(Kind::View, 0);
                if keen {
                    did(Kind::View, HOUR / 4);
                    did(Kind::View, HOUR / 2);
                    did(Kind::Buy, 2 * DAY);
                }
            }
        }
        past
    }

    #[test]
    fn who_looks_again_and_again_is_expected_to_buy() {
        let model = PurchaseIntent::train(&past(), &BTreeMap::new()).expect("there is enough to learn from");
        assert!(model.report.auc > 0.9 && model.report.squared_error < model.report.squared_error_of_base);
        assert!(model.report.accuracy > model.report.accuracy_of_commonest, "{:?}", model.report);
        let looked = |times: i64| -> Vec<Event> {
            (0..times).map(|time| Event { item: 1, kind: Kind::View, age_millis: time * 60_000 }).collect()
        };
        let probability = |times, asked| model.probability(None, &looked(times), asked);
        assert!(probability(3, 0) > probability(1, 0));
        assert!(probability(1, 4) > probability(1, 0), "a question about goods counts as a look");
    }

    #[test]
    fn too_little_teaches_nothing() {
        let few = &past()[..20];
        assert!(matches!(PurchaseIntent::train(few, &BTreeMap::new()), Err(PurchaseIntentError::TooLittle(_))));
    }

    #[test]
    fn a_model_is_written_and_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("intent.json");
        let model = PurchaseIntent::train(&past(), &BTreeMap::new()).expect("there is enough to learn from");
        model.write(&path).expect("it can be written");
        assert_eq!(PurchaseIntent::open(&path).expect("it can be read").threshold, model.threshold);
        std::fs::write(&path, "{}").expect("a file");
        assert!(PurchaseIntent::open(&path).is_err());
    }

    #[test]
    fn equal_scores_tell_nothing_apart() {
        assert_eq!(auc(&[(0.5, true), (0.5, false), (0.5, true)]), 0.5);
        assert_eq!(auc(&[(0.9, true), (0.1, false)]), 1.0);
        assert_eq!(auc(&[(0.1, true), (0.9, false)]), 0.0);
    }
}
