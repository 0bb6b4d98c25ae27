//! Item-to-item tables: cosine, BM25 and the random walk RP3β (Paudel et al. 2017, "Updatable, accurate, diverse, and
//! scalable recommendations for interactive applications"). Every table is `a_i · b_j · Σ_u x_ui c_u x_uj` for some
//! degrees a, b, c, kept for the strongest pairs only.

use super::Method;
use crate::recommender::interaction::Signal;
use crate::recommender::sparse::{Sparse, largest_products};

/// A table of items × items, a row per item of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// The name in tables.
    pub name: String,
    /// Row `i` holds what an `i` in the history adds to the scores.
    pub table: Sparse,
}

/// The exponents of the random walk.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Walk {
    /// How much a long history of a customer counts less.
    pub user: f32,
    /// How much a popular item of the history counts less.
    pub source: f32,
    /// How much a popular target counts less.
    pub target: f32,
}

impl Walk {
    /// RP3β as published, with its α and β.
    pub const fn rp3beta(alpha: f32, beta: f32) -> Self {
        Walk { user: alpha, source: alpha, target: beta }
    }
}

/// Σ of each row or column raised to `-exponent`; 1 where there is nothing.
pub fn damped(sums: &[f32], exponent: f32) -> Vec<f32> {
    sums.iter().map(|&sum| if sum > 0.0 { sum.powf(-exponent) } else { 1.0 }).collect()
}

impl Neighbours {
    /// Cosine of the items' columns.
    pub fn cosine(matrix: &Sparse, keep: usize) -> Self {
        let items = matrix.transposed();
        let norms: Vec<f32> =
            (0..items.rows()).map(|item| items.row(item).1.iter().map(|value| value * value).sum::<f32>()).collect();
        let inverse = damped(&norms, 0.5);
        let left = items.map(|item, _, value| value * inverse[item]);
        Neighbours { name: "item-knn cosine".to_owned(), table: largest_products(&left, matrix, &inverse, keep) }
    }

    /// Products of BM25-weighted columns: the items are the documents, the customers the words.
    pub fn bm25(matrix: &Sparse, saturation: f32, length: f32, keep: usize) -> Self {
        let items = matrix.transposed();
        let mean = items.entries() as f32 / items.rows().max(1) as f32;
        let lengths = items.row_sums();
        let rarity: Vec<f32> = (0..matrix.rows())
            .map(|user| (items.rows() as f32 / (1.0 + matrix.row(user).0.len() as f32)).max(1.0).ln())
            .collect();
        let weighted = items.map(|item, user, value| {
            let norm = 1.0 - length + length * lengths[item] / mean;
            value * (saturation + 1.0) / (saturation * norm + value) * rarity[user]
        });
        let ones = vec![1.0; items.rows()];
        let table = largest_products(&weighted, &weighted.transposed(), &ones, keep);
        Neighbours { name: "item-knn bm25".to_owned(), table }
    }

    /// Three steps of a random walk from item to customer to item, with the exponents of `walk`.
    pub fn walk(matrix: &Sparse, walk: Walk, keep: usize) -> Self {
        let items = matrix.transposed();
        let users = damped(&matrix.row_sums(), walk.user);
        let degrees = items.row_sums();
        let source = damped(&degrees, walk.source);
        let left = items.map(|item, user, value| value * source[item] * users[user]);
        let table = largest_products(&left, matrix, &damped(&degrees, walk.target), keep);
        Neighbours { name: "rp3beta".to_owned(), table }
    }
}

impl Method for Neighbours {
    fn name(&self) -> &str {
        &self.name
    }

    fn score(&self, history: &[Signal], scores: &mut [f32]) {
        for signal in history {
            for (item, value) in self.table.pairs(signal.item as usize) {
                scores[item as usize] += signal.weight * value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two customers with 0 and 1, one with 1 and 2.
    fn matrix() -> Sparse {
        Sparse::from_rows(vec![vec![(0, 1.0), (1, 1.0)], vec![(0, 1.0), (1, 1.0)], vec![(1, 1.0), (2, 1.0)]], 3)
    }

    #[test]
    fn cosines_are_cosines() {
        let table = Neighbours::cosine(&matrix(), 9).table;
        for (row, column, value) in [(0, 0, 2.0 / 6f32.sqrt()), (2, 0, 1.0 / 3f32.sqrt())] {
            assert_eq!(table.row(row).0, [1]);
            assert!((table.row(row).1[column] - value).abs() < 1e-6, "{table:?}");
        }
    }

    #[test]
    fn a_walk_without_damping_counts_the_common_customers() {
        let table = Neighbours::walk(&matrix(), Walk { user: 0.0, source: 0.0, target: 0.0 }, 9).table;
        assert_eq!(table.row(1), (&[0, 2][..], &[2.0, 1.0][..]));
    }

    #[test]
    fn scores_follow_the_weights_of_the_signals() {
        let method = Neighbours::walk(&matrix(), Walk::rp3beta(0.0, 0.0), 9);
        let mut scores = [0.0; 3];
        method.score(&[Signal { item: 1, weight: 2.0 }], &mut scores);
        assert_eq!(scores, [4.0, 0.0, 2.0]);
    }
}
