//! Splits of a data set into a training part and cases to be judged by. All draws are seeded.
//! Leaves to others: judging (`evaluate`).

use std::collections::HashMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::dataset::{Dataset, Entry};
use super::interaction::{Interaction, Signal};

/// One question to a recommender: what is known of a shopper, and what it should have listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// The place of the customer in the training part, if it is there.
    pub customer: Option<usize>,
    /// What is known, from the oldest to the newest.
    pub history: Vec<Signal>,
    /// What is not to be listed besides the history.
    pub barred: Vec<u32>,
    /// What the shopper took.
    pub wanted: Vec<u32>,
}

impl Case {
    fn of(customer: usize, history: &[Entry], wanted: Vec<u32>) -> Self {
        Case { customer: Some(customer), history: signals(history), barred: Vec::new(), wanted }
    }
}

/// A training part and the cases.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// What methods may learn from. Its item places hold for the cases too.
    pub train: Dataset,
    /// What they are judged by.
    pub cases: Vec<Case>,
}

/// The signals of a history, each item once: at its newest place, with its strongest weight.
pub fn signals(history: &[Entry]) -> Vec<Signal> {
    let mut signals: Vec<Signal> = Vec::with_capacity(history.len());
    let mut newest: HashMap<u32, usize> = HashMap::new();
    for entry in history {
        let mut weight = entry.kind.weight();
        if let Some(&before) = newest.get(&entry.item) {
            weight = weight.max(signals[before].weight);
            signals[before].weight = 0.0;
        }
        newest.insert(entry.item, signals.len());
        signals.push(Signal { item: entry.item, weight });
    }
    // What was met again later stands at its later place only.
    let mut place = 0;
    signals.retain(|signal| {
        place += 1;
        newest.get(&signal.item) == Some(&(place - 1))
    });
    signals
}

impl Split {
    /// A split that was made by others: `test` holds what the customers of `train` took afterwards.
    pub fn official(train: impl IntoIterator<Item = Interaction>, test: impl IntoIterator<Item = Interaction>) -> Self {
        let mut train = Dataset::gather(train);
        let mut wanted = vec![Vec::new(); train.customers.len()];
        for one in test {
            // Customers without a history have no list in this protocol; items that nobody had can still be wanted.
            if let Some(customer) = train.customers.place(one.customer) {
                wanted[customer as usize].push(train.items.place_or_new(one.item));
            }
        }
        let cases = train
            .histories
            .iter()
            .zip(wanted)
            .enumerate()
            .filter(|(_, (_, wanted))| !wanted.is_empty())
            .map(|(customer, (history, wanted))| Case::of(customer, history, wanted))
            .collect();
        Split { train, cases }
    }

    /// The last event of every customer is wanted, if it is liked and new to the customer; a customer with fewer than
    /// three events only trains.
    pub fn leave_last_out(data: &Dataset) -> Self {
        let mut train = data.clone();
        let mut cases = Vec::new();
        for (customer, history) in train.histories.iter_mut().enumerate() {
            let fresh = history.split_last().is_some_and(|(last, earlier)| {
                earlier.len() >= 2 && last.kind.weight() > 0.0 && earlier.iter().all(|entry| entry.item != last.item)
            });
            if fresh && let Some(last) = history.pop() {
                cases.push(Case::of(customer, history, vec![last.item]));
            }
        }
        Split { train, cases }
    }

    /// Trains on what was before a moment; the cases are the customers that went on, with what they took that was new
    /// to them.
    pub fn time_cut(data: &Dataset, at_millis: i64) -> Self {
        let mut train = data.clone();
        let mut cases = Vec::new();
        for (customer, history) in train.histories.iter_mut().enumerate() {
            let later = history.split_off(history.partition_point(|entry| entry.at_millis < at_millis));
            let mut wanted: Vec<u32> =
                later.iter().filter(|entry| entry.kind.weight() > 0.0).map(|entry| entry.item).collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted.retain(|item| history.iter().all(|entry| entry.item != *item));
            if !wanted.is_empty() && !history.is_empty() {
                cases.push(Case::of(customer, history, wanted));
            }
        }
        Split { train, cases }
    }

    /// Keeps every `one_in`-th customer of `self`, drawn by seed, out of training and shows `shown` of the events that
    /// stood in training. Wanted is what was wanted of them; the rest of their history is not listed, as it is known
    /// that they have it.
    pub fn new_shoppers(mut self, one_in: usize, shown: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..self.cases.len()).collect();
        order.shuffle(&mut random);
        order.truncate(self.cases.len() / one_in.max(1));
        order.sort_unstable();
        let mut cases = Vec::new();
        for index in order {
            let mut case = std::mem::take(&mut self.cases[index]);
            if case.history.len() <= shown {
                continue;
            }
            if let Some(customer) = case.customer.take() {
                self.train.histories[customer].clear();
            }
            case.history.shuffle(&mut random);
            case.barred = case.history.split_off(shown).into_iter().map(|signal| signal.item).collect();
            cases.push(case);
        }
        Split { train: self.train, cases }
    }

    /// A cut of the training part that methods may be chosen by. In ordered data the newest event of every customer is
    /// held out; in unordered data each customer gives away about a `share` of the items. Where the rows are baskets
    /// with a moment each, the newest eighth of them is kept out of training and asked for a `share` of their items.
    pub fn validation(data: &Dataset, share: f64, seed: u64) -> Self {
        if data.ordered {
            return Split::leave_last_out(data);
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut train = data.clone();
        let mut moments: Vec<i64> =
            train.histories.iter().filter_map(|history| Some(history.last()?.at_millis)).collect();
        moments.sort_unstable();
        let newest = moments.get(moments.len() * 7 / 8).copied().filter(|_| data.timed);
        let mut cases = Vec::new();
        for (customer, history) in train.histories.iter_mut().enumerate() {
            if newest.is_some_and(|newest| history.last().is_none_or(|last| last.at_millis < newest)) {
                continue;
            }
            let away = (history.len() as f64 * share).round() as usize;
            if away == 0 || away >= history.len() {
                continue;
            }
            history.shuffle(&mut random);
            let wanted = history.split_off(history.len() - away).into_iter().map(|entry| entry.item).collect();
            cases.push(Case::of(customer, history, wanted));
            if data.timed {
                history.clear();
            }
        }
        Split { train, cases }
    }

    /// The baskets from a moment on, each asked for a `share` of its items (one at least) given the others; the
    /// baskets before it train.
    pub fn baskets(data: &Dataset, at_millis: i64, share: f64, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut train = data.clone();
        let mut cases = Vec::new();
        for history in
            train.histories.iter_mut().filter(|history| history.last().is_some_and(|last| last.at_millis >= at_millis))
        {
            let mut basket = std::mem::take(history);
            basket.sort_by_key(|entry| entry.item);
            basket.dedup_by_key(|entry| entry.item);
            basket.shuffle(&mut random);
            let away = ((basket.len() as f64 * share).round() as usize).max(1);
            if basket.len() < 2 {
                continue;
            }
            let wanted = basket.split_off(basket.len() - away).into_iter().map(|entry| entry.item).collect();
            cases.push(Case { customer: None, history: signals(&basket), barred: Vec::new(), wanted });
        }
        Split { train, cases }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommender::interaction::Kind;

    fn data(ordered: bool) -> Vec<Interaction> {
        (0..40i64)
            .flat_map(|customer| (0..10).map(move |step| (customer, step)))
            .map(|(customer, step)| Interaction {
                customer,
                item: (customer * 3 + step * 7) % 100,
                kind: Kind::Buy,
                at_millis: if ordered { step + 1 } else { 0 },
            })
            .collect()
    }

    #[test]
    fn nothing_that_is_wanted_is_in_the_history() {
        for split in [
            Split::validation(&Dataset::gather(data(false)), 0.2, 1),
            Split::validation(&Dataset::gather(data(true)), 0.2, 1),
            Split::time_cut(&Dataset::gather(data(true)), 6),
        ] {
            assert_eq!(split.cases.len(), 40);
            for case in &split.cases {
                assert!(!case.wanted.is_empty());
                assert!(case.history.iter().all(|signal| !case.wanted.contains(&signal.item)));
                let trained = &split.train.histories[case.customer.expect("known")];
                assert_eq!(trained.len(), case.history.len());
            }
        }
    }

    #[test]
    fn new_shoppers_are_not_trained_on() {
        let (train, test): (Vec<_>, Vec<_>) = data(true).into_iter().partition(|one| one.at_millis <= 8);
        let split = Split::official(train, test).new_shoppers(4, 3, 9);
        assert_eq!(split.cases.len(), 10);
        assert_eq!(split.train.histories.iter().filter(|history| history.is_empty()).count(), 10);
        for case in &split.cases {
            assert_eq!((case.history.len(), case.barred.len(), case.wanted.len()), (3, 5, 2));
        }
    }
}
