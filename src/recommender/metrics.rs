//! How good ranked lists are: accuracy at a cut-off, and what the lists look like over all shoppers.
//! Leaves to others: making the lists (`evaluate`).

/// Accuracy of one or many lists at one cut-off; the mean over lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Accuracy {
    /// Hits / number of wanted items.
    pub recall: f64,
    /// Binary gains discounted by `1 / log2(rank + 1)`, over the ideal for `min(cut-off, wanted)` items.
    pub ndcg: f64,
    /// 1 / rank of the first hit, 0 if there is none.
    pub mrr: f64,
    /// Whether there is a hit.
    pub hit_rate: f64,
}

/// The accuracy of the first `at` of `hits` (whether each rank is wanted), where `wanted` items are to be found.
pub fn accuracy(hits: &[bool], wanted: usize, at: usize) -> Accuracy {
    if wanted == 0 {
        return Accuracy::default();
    }
    let gain = |rank: usize| 1.0 / ((rank + 2) as f64).log2();
    let found: Vec<usize> = hits.iter().take(at).enumerate().filter(|(_, hit)| **hit).map(|(rank, _)| rank).collect();
    let ideal: f64 = (0..wanted.min(at)).map(gain).sum();
    Accuracy {
        recall: found.len() as f64 / wanted as f64,
        ndcg: found.iter().map(|&rank| gain(rank)).sum::<f64>() / ideal,
        mrr: found.first().map_or(0.0, |&rank| 1.0 / (rank + 1) as f64),
        hit_rate: if found.is_empty() { 0.0 } else { 1.0 },
    }
}

/// The mean of accuracies.
pub fn mean(all: impl IntoIterator<Item = Accuracy>) -> Accuracy {
    let mut sum = Accuracy::default();
    let mut count = 0.0f64;
    for one in all {
        sum.recall += one.recall;
        sum.ndcg += one.ndcg;
        sum.mrr += one.mrr;
        sum.hit_rate += one.hit_rate;
        count += 1.0;
    }
    let count = count.max(1.0);
    Accuracy {
        recall: sum.recall / count,
        ndcg: sum.ndcg / count,
        mrr: sum.mrr / count,
        hit_rate: sum.hit_rate / count,
    }
}

/// What the lists of all shoppers look like together.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Share of the items that occur in any list.
    pub coverage: f64,
    /// Mean of `-log2(share of the customers who have the item)` over the list places: rare items are news.
    pub novelty: f64,
    /// Gini coefficient of how often the items are listed: 0 all equally, near 1 a few only.
    pub gini: f64,
}

/// The spread of lists, where `listed[i]` is how often item `i` was listed and `owners[i]` how many customers have it.
pub fn spread(listed: &[u64], owners: &[u64], customers: usize) -> Spread {
    let total: u64 = listed.iter().sum();
    if total == 0 {
        return Spread::default();
    }
    let covered = listed.iter().filter(|&&count| count > 0).count();
    let surprise = |owned: u64| ((customers.max(1) as f64) / (owned.max(1) as f64)).log2();
    let novelty: f64 = listed.iter().zip(owners).map(|(&count, &owned)| count as f64 * surprise(owned)).sum();
    let mut sorted = listed.to_vec();
    sorted.sort_unstable();
    let items = sorted.len() as f64;
    let ranked: f64 = sorted.iter().zip(1..).map(|(&count, rank)| f64::from(rank) * count as f64).sum();
    Spread {
        coverage: covered as f64 / items,
        novelty: novelty / total as f64,
        gini: 2.0 * ranked / (items * total as f64) - (items + 1.0) / items,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracies_agree_with_the_definition() {
        let log = |value: f64| value.log2();
        for (hits, wanted, at, recall, ndcg, mrr, hit_rate) in [
            (vec![true, false, true], 2, 3, 1.0, (1.0 + 1.0 / log(4.0)) / (1.0 + 1.0 / log(3.0)), 1.0, 1.0),
            (vec![false, true, true], 4, 2, 0.25, (1.0 / log(3.0)) / (1.0 + 1.0 / log(3.0)), 0.5, 1.0),
            (vec![false, false], 1, 2, 0.0, 0.0, 0.0, 0.0),
            (vec![true], 0, 1, 0.0, 0.0, 0.0, 0.0),
        ] {
            let got = accuracy(&hits, wanted, at);
            for (got, want) in [(got.recall, recall), (got.ndcg, ndcg), (got.mrr, mrr), (got.hit_rate, hit_rate)] {
                assert!((got - want).abs() < 1e-12, "{hits:?} {wanted} {at}: {got} is not {want}");
            }
        }
    }

    #[test]
    fn spread_tells_even_lists_from_uneven_ones() {
        let even = spread(&[2, 2, 2, 2], &[1, 1, 1, 1], 4);
        assert!((even.gini).abs() < 1e-12 && even.coverage == 1.0 && even.novelty == 2.0, "{even:?}");
        let uneven = spread(&[8, 0, 0, 0], &[4, 1, 1, 1], 4);
        assert!((uneven.gini - 0.75).abs() < 1e-12 && uneven.coverage == 0.25 && uneven.novelty == 0.0, "{uneven:?}");
    }
}
