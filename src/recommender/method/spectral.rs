//! The spectral low-pass: history → the first singular vectors of the degree-normalised matrix → back, as the ideal
//! low-pass of GF-CF (Shen et al. 2021). The vectors come from a randomized range finder (Halko, Martinsson, Tropp 2011).

use faer::Mat;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::Method;
use super::neighbours::damped;
use crate::recommender::interaction::Signal;
use crate::recommender::sparse::Sparse;

/// What the low-pass is made with.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SpectralOptions {
    /// How many singular vectors pass.
    pub rank: usize,
    /// How much a long history of a customer counts less.
    pub user: f32,
    /// How much a popular item of the history counts less in the scores.
    pub source: f32,
    /// How much a popular target counts more in the scores.
    pub target: f32,
    /// The power of the singular values that each vector passes with; 0 is the ideal low-pass.
    pub power: f32,
}

impl Default for SpectralOptions {
    fn default() -> Self {
        SpectralOptions { rank: 256, user: 0.5, source: 0.5, target: 0.5, power: 0.0 }
    }
}

/// The low-pass: two factors for each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectral {
    rank: usize,
    into: Vec<f32>,
    out: Vec<f32>,
}

/// `matrix · dense`, where `dense` has a row per column of the matrix; both dense sides row by row.
fn product(matrix: &Sparse, dense: &[f32], width: usize) -> Vec<f32> {
    let mut result = vec![0f32; matrix.rows() * width];
    result.par_chunks_mut(width).enumerate().for_each(|(row, sums)| {
        for (column, value) in matrix.pairs(row) {
            for (sum, part) in sums.iter_mut().zip(&dense[column as usize * width..][..width]) {
                *sum += value * part;
            }
        }
    });
    result
}

/// An orthonormal base of the columns, row by row again.
fn orthonormal(dense: &[f32], width: usize) -> Vec<f32> {
    let rows = dense.len() / width;
    let base = Mat::from_fn(rows, width, |row, column| dense[row * width + column]).qr().compute_thin_Q();
    let mut result = vec![0f32; rows * width];
    for row in 0..rows {
        for column in 0..width {
            result[row * width + column] = base[(row, column)];
        }
    }
    result
}

/// The first right singular vectors of a matrix, a row per column of the matrix, with the singular values.
pub fn right_singular(matrix: &Sparse, rank: usize, seed: u64) -> (Vec<f32>, Vec<f32>) {
    let wide = (rank + 16).min(matrix.columns).min(matrix.rows()).max(1);
    let rank = rank.min(wide);
    let transposed = matrix.transposed();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut base: Vec<f32> = (0..matrix.columns * wide).map(|_| random.random_range(-1.0f32..1.0)).collect();
    for _ in 0..3 {
        let left = product(matrix, &base, wide);
        base = orthonormal(&product(&transposed, &left, wide), wide);
    }
    // Rayleigh–Ritz: the small matrix (M·base)ᵀ(M·base) has the squared singular values.
    let image = product(matrix, &base, wide);
    let image = faer::MatRef::from_row_major_slice(&image, matrix.rows(), wide);
    let small = image.transpose() * image;
    let Ok(eigen) = small.self_adjoint_eigen(faer::Side::Lower) else {
        return (vec![0.0; matrix.columns * rank], vec![0.0; rank]);
    };
    // Eigenvalues ascend.
    let turn = Mat::from_fn(wide, rank, |row, column| eigen.U()[(row, wide - 1 - column)]);
    let vectors = faer::MatRef::from_row_major_slice(&base, matrix.columns, wide) * turn;
    let mut rows = vec![0f32; matrix.columns * rank];
    for row in 0..matrix.columns {
        for column in 0..rank {
            rows[row * rank + column] = vectors[(row, column)];
        }
    }
    let values = (0..rank).map(|column| eigen.S()[wide - 1 - column].max(0.0).sqrt()).collect();
    (rows, values)
}

impl Spectral {
    /// Finds the vectors of customers × items.
    pub fn train(matrix: &Sparse, options: SpectralOptions) -> Self {
        let degrees = matrix.transposed().row_sums();
        let users = damped(&matrix.row_sums(), options.user);
        let items = damped(&degrees, 0.5);
        let normal = matrix.map(|user, item, value| value * users[user] * items[item]);
        let (vectors, values) = right_singular(&normal, options.rank, 7);
        let rank = values.len();
        let source = damped(&degrees, options.source);
        let target = damped(&degrees, -options.target);
        let pass: Vec<f32> = values.iter().map(|value| value.powf(options.power)).collect();
        let scaled = |scale: &[f32], pass: Option<&[f32]>| -> Vec<f32> {
            vectors
                .iter()
                .enumerate()
                .map(|(place, &part)| part * scale[place / rank] * pass.map_or(1.0, |pass| pass[place % rank]))
                .collect()
        };
        Spectral { rank, into: scaled(&source, Some(&pass)), out: scaled(&target, None) }
    }

    /// Adds the scores of the first `first` vectors only.
    pub fn score_first(&self, history: &[Signal], first: usize, scores: &mut [f32]) {
        let first = first.min(self.rank);
        let point = self.project(history);
        for (score, out) in scores.iter_mut().zip(self.out.chunks_exact(self.rank)) {
            *score += dot(&out[..first], &point[..first]);
        }
    }

    /// The vectors kept per item.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The factors into the space and out of it, a row per item.
    pub fn factors(&self) -> (&[f32], &[f32]) {
        (&self.into, &self.out)
    }

    /// The history as a point among the vectors.
    pub fn project(&self, history: &[Signal]) -> Vec<f32> {
        let mut point = vec![0f32; self.rank];
        for signal in history {
            for (sum, part) in point.iter_mut().zip(&self.into[signal.item as usize * self.rank..][..self.rank]) {
                *sum += signal.weight * part;
            }
        }
        point
    }
}

/// Σ aᵢbᵢ in eight lanes, which the compiler turns into vector instructions.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_parts.remainder().iter().zip(b_parts.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

impl Method for Spectral {
    fn name(&self) -> &str {
        "low-pass"
    }

    fn score(&self, history: &[Signal], scores: &mut [f32]) {
        self.score_first(history, self.rank, scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_singular_values_of_two_blocks_are_found() {
        // Two groups of customers with two items each: singular values √(3·2) and √(2·2), and nothing else.
        let mut rows = vec![vec![(0, 1.0), (1, 1.0)]; 3];
        rows.extend(vec![vec![(2, 1.0), (3, 1.0)]; 2]);
        let (_, values) = right_singular(&Sparse::from_rows(rows, 4), 3, 1);
        for (value, want) in values.iter().zip([6f32.sqrt(), 2.0, 0.0]) {
            assert!((value - want).abs() < 1e-3, "{values:?}");
        }
    }

    #[test]
    fn a_history_leads_to_its_own_group() {
        let mut rows = vec![vec![(0, 1.0), (1, 1.0)]; 3];
        rows.extend(vec![vec![(2, 1.0), (3, 1.0)]; 2]);
        let method = Spectral::train(&Sparse::from_rows(rows, 4), SpectralOptions { rank: 2, ..Default::default() });
        let mut scores = [0.0; 4];
        method.score(&[Signal { item: 2, weight: 1.0 }], &mut scores);
        assert!(scores[3] > 0.4 && scores[0].abs() < 1e-3 && scores[1].abs() < 1e-3, "{scores:?}");
    }
}
