//! The sparse item ridge: EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data") solved for each item
//! on its nearest items only, on a Gram matrix that is normalised by degrees as in GF-CF (Shen et al. 2021, "How powerful
//! is graph convolution for recommendation?"). The Gram matrix is never held: for each item the rows that its small
//! system needs are streamed from the customers' lists.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::{MatMut, Par};
use rayon::prelude::*;

use super::neighbours::{Neighbours, damped};
use crate::recommender::sparse::{RowSums, Sparse};

/// What the ridge is made with.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RidgeOptions {
    /// How many of its nearest items an item is explained by.
    pub neighbours: usize,
    /// Added to the diagonal of the normalised Gram matrix.
    pub penalty: f32,
    /// How much a long history of a customer counts less.
    pub user: f32,
    /// How much a popular item of the history counts less in the scores.
    pub source: f32,
    /// How much a popular target counts more in the scores.
    pub target: f32,
}

impl Default for RidgeOptions {
    fn default() -> Self {
        RidgeOptions { neighbours: 200, penalty: 0.3, user: 0.5, source: 0.4, target: 0.5 }
    }
}

/// Room for the small system of one item.
struct Room {
    sums: RowSums,
    /// For each customer the place in `lists`, or none.
    slots: Vec<u32>,
    /// The customers met.
    met: Vec<u32>,
    /// For each met customer the near items in the history, with weights.
    lists: Vec<Vec<(u16, f32)>>,
    system: Vec<f32>,
    solution: Vec<f32>,
    memory: MemBuffer,
}

const NOWHERE: u32 = u32::MAX;

impl Room {
    fn new(users: usize, items: usize, neighbours: usize) -> Self {
        Room {
            sums: RowSums::new(items),
            slots: vec![NOWHERE; users],
            met: Vec::new(),
            lists: Vec::new(),
            system: vec![0.0; neighbours * neighbours],
            solution: vec![0.0; neighbours],
            memory: MemBuffer::new(llt::factor::cholesky_in_place_scratch::<f32>(
                neighbours,
                Par::Seq,
                Default::default(),
            )),
        }
    }

    /// Fills the lower triangle of `system` with the Gram matrix of the `near` items.
    fn gram(&mut self, near: &[(u32, f32)], by_item: &Sparse) {
        let size = near.len();
        self.system[..size * size].fill(0.0);
        for (local, &(item, _)) in near.iter().enumerate() {
            for (user, value) in by_item.pairs(item as usize) {
                let slot = &mut self.slots[user as usize];
                if *slot == NOWHERE {
                    *slot = self.met.len() as u32;
                    if self.lists.len() == self.met.len() {
                        self.lists.push(Vec::new());
                    }
                    self.met.push(user);
                }
                self.lists[*slot as usize].push((local as u16, value));
            }
        }
        for (place, user) in self.met.drain(..).enumerate() {
            self.slots[user as usize] = NOWHERE;
            let list = &mut self.lists[place];
            for (first, &(column, value)) in list.iter().enumerate() {
                let column = &mut self.system[column as usize * size..][..size];
                for &(row, other) in &list[first..] {
                    column[row as usize] += value * other;
                }
            }
            list.clear();
        }
    }

    /// Solves `(system + penalty · 1) x = right` in place of `solution`; false if the system is not positive.
    fn solve(&mut self, near: &[(u32, f32)], penalty: f32) -> bool {
        let size = near.len();
        for (local, &(_, right)) in near.iter().enumerate() {
            self.system[local * size + local] += penalty;
            self.solution[local] = right;
        }
        let mut system = MatMut::from_column_major_slice_mut(&mut self.system[..size * size], size, size);
        let stack = MemStack::new(&mut self.memory);
        if llt::factor::cholesky_in_place(system.as_mut(), Default::default(), Par::Seq, stack, Default::default())
            .is_err()
        {
            return false;
        }
        let right = MatMut::from_column_major_slice_mut(&mut self.solution[..size], size, 1);
        llt::solve::solve_in_place(system.as_ref(), right, Par::Seq, stack);
        true
    }
}

impl Neighbours {
    /// Trains the ridge on customers × items.
    pub fn ridge(matrix: &Sparse, options: RidgeOptions) -> Self {
        let degrees = matrix.transposed().row_sums();
        let users = damped(&matrix.row_sums(), options.user);
        let items = damped(&degrees, 0.5);
        let by_user = matrix.map(|user, item, value| value * users[user] * items[item]);
        let by_item = by_user.transposed();
        let source = damped(&degrees, options.source);
        let target = damped(&degrees, -options.target);
        let neighbours = options.neighbours.clamp(1, usize::from(u16::MAX));
        let columns: Vec<Vec<(u32, f32)>> = (0..by_item.rows())
            .into_par_iter()
            .map_init(
                || Room::new(by_user.rows(), by_user.columns, neighbours),
                |room, item| {
                    for (user, weight) in by_item.pairs(item) {
                        for (other, value) in by_user.pairs(user as usize) {
                            if other as usize != item {
                                room.sums.add(other, weight * value);
                            }
                        }
                    }
                    let near = room.sums.take_largest(neighbours, |_, sum| sum);
                    room.gram(&near, &by_item);
                    if !room.solve(&near, options.penalty) {
                        return Vec::new();
                    }
                    let explained = near.iter().zip(&room.solution);
                    explained
                        .map(|(&(other, _), &weight)| (other, weight * source[other as usize] * target[item]))
                        .collect()
                },
            )
            .collect();
        Neighbours { name: "ridge".to_owned(), table: Sparse::from_rows(columns, by_user.columns).transposed() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_systems_are_those_of_the_whole_gram_matrix() {
        // Three customers, three items: every item's neighbours are all others, so EASE must come out exactly.
        let matrix = Sparse::from_rows(
            vec![vec![(0, 1.0), (1, 1.0), (2, 1.0)], vec![(0, 1.0), (1, 1.0)], vec![(1, 1.0), (2, 1.0)]],
            3,
        );
        let penalty = 0.7f64;
        let options = RidgeOptions { neighbours: 9, penalty: 0.7, user: 0.0, source: 0.0, target: 0.0 };
        let table = Neighbours::ridge(&matrix, options).table;
        // The normalised Gram matrix by hand: degrees 2, 3, 2.
        let (off, far) = (2.0 / 6f64.sqrt(), 0.5);
        // Item 0 on items 1 and 2: [[1 + p, off], [off, 1 + p]] x = [off, far].
        let determinant = (1.0 + penalty).powi(2) - off * off;
        let expected =
            [((1.0 + penalty) * off - off * far) / determinant, ((1.0 + penalty) * far - off * off) / determinant];
        for (source, want) in [(1, expected[0]), (2, expected[1])] {
            let got = table.pairs(source).find(|pair| pair.0 == 0).expect("a weight").1;
            assert!((f64::from(got) - want).abs() < 1e-5, "{got} is not {want}");
        }
    }
}
