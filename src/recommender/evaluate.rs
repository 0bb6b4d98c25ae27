//! Judges a method by cases: every item that the shopper has not is ranked. Leaves to others: the splits.

use rayon::prelude::*;

use super::interaction::Signal;
use super::method::Method;
use super::metrics::{Accuracy, Spread, accuracy, mean, spread};
use super::split::Split;

/// The lengths of list that are judged.
pub const CUT_OFFS: [usize; 3] = [5, 10, 20];

/// How a method did.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// The method.
    pub method: String,
    /// Accuracy at each of [`CUT_OFFS`].
    pub accuracy: [Accuracy; 3],
    /// The spread of the lists of 20.
    pub spread: Spread,
    /// The mean time for one list, in microseconds.
    pub list_micros: f64,
}

/// The `count` best-scored items of `allowed`, best first; ties go to the lower place. Items that score nothing are
/// listed only after those that score.
pub fn top(scores: &[f32], count: usize, allowed: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut best: Vec<(f32, u32)> = Vec::with_capacity(2 * count + 1);
    let mut least = f32::NEG_INFINITY;
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    for (item, &score) in scores.iter().enumerate() {
        if score > least && allowed(item as u32) {
            best.push((score, item as u32));
            if best.len() == 2 * count {
                best.select_nth_unstable_by(count - 1, order);
                best.truncate(count);
                least = best[count - 1].0;
            }
        }
    }
    best.sort_unstable_by(order);
    best.truncate(count);
    best.into_iter().map(|entry| entry.1).collect()
}

/// Judges `method` by the cases of `split`.
pub fn evaluate(method: &dyn Method, split: &Split) -> Evaluation {
    let items = split.train.items.len();
    let longest = CUT_OFFS[CUT_OFFS.len() - 1];
    let started = std::time::Instant::now();
    let lists: Vec<Vec<u32>> = split
        .cases
        .par_iter()
        .map_init(
            || (vec![0f32; items], vec![false; items]),
            |(scores, barred), case| {
                scores.fill(0.0);
                method.score(&case.history, scores);
                let away = || case.history.iter().map(|signal: &Signal| signal.item).chain(case.barred.iter().copied());
                away().for_each(|item| barred[item as usize] = true);
                let list = top(scores, longest, |item| !barred[item as usize]);
                away().for_each(|item| barred[item as usize] = false);
                list
            },
        )
        .collect();
    let list_micros =
        started.elapsed().as_secs_f64() * 1e6 / lists.len().max(1) as f64 * rayon::current_num_threads() as f64;
    let hits: Vec<(Vec<bool>, usize)> = lists
        .iter()
        .zip(&split.cases)
        .map(|(list, case)| (list.iter().map(|item| case.wanted.contains(item)).collect(), case.wanted.len()))
        .collect();
    let mut listed = vec![0u64; items];
    lists.iter().flatten().for_each(|&item| listed[item as usize] += 1);
    let mut owners = vec![0u64; items];
    split.train.histories.iter().flatten().for_each(|entry| owners[entry.item as usize] += 1);
    Evaluation {
        method: method.name().to_owned(),
        accuracy: CUT_OFFS.map(|at| mean(hits.iter().map(|(hits, wanted)| accuracy(hits, *wanted, at)))),
        spread: spread(&listed, &owners, split.train.histories.len()),
        list_micros,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_found_in_order() {
        let scores = [0.1, 0.9, 0.5, 0.9, 0.0, 0.7];
        assert_eq!(top(&scores, 3, |_| true), [1, 3, 5]);
        assert_eq!(top(&scores, 3, |item| item != 3), [1, 5, 2]);
        assert_eq!(top(&scores, 9, |_| true), [1, 3, 5, 2, 0, 4]);
    }

    proptest::proptest! {
        #[test]
        fn the_best_are_those_of_a_full_sort(scores in proptest::collection::vec(-1f32..1.0, 0..80), count in 1usize..20) {
            let mut order: Vec<u32> = (0..scores.len() as u32).collect();
            order.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
            order.truncate(count);
            proptest::prop_assert_eq!(top(&scores, count, |_| true), order);
        }
    }
}
