//! Sparse matrices in compressed rows, and the one product that the item models need: a row at a time, never whole.
//! Leaves to others: what the numbers mean.

use rayon::prelude::*;

/// A matrix in compressed sparse rows; within a row the columns ascend.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse {
    /// Number of columns.
    pub columns: usize,
    /// `starts[r]..starts[r + 1]` are the places of row `r`; one more entry than rows.
    pub starts: Vec<usize>,
    /// The column of each entry.
    pub indices: Vec<u32>,
    /// The value of each entry.
    pub values: Vec<f32>,
}

impl Sparse {
    /// From rows of `(column, value)`. Columns that occur twice in a row are added up.
    pub fn from_rows<R: IntoIterator<Item = Vec<(u32, f32)>>>(rows: R, columns: usize) -> Self {
        let mut matrix = Sparse { columns, starts: vec![0], ..Sparse::default() };
        for mut row in rows {
            row.sort_unstable_by_key(|entry| entry.0);
            let start = matrix.indices.len();
            for (column, value) in row {
                if matrix.indices.len() > start && matrix.indices.last() == Some(&column) {
                    if let Some(last) = matrix.values.last_mut() {
                        *last += value;
                    }
                } else {
                    matrix.indices.push(column);
                    matrix.values.push(value);
                }
            }
            matrix.starts.push(matrix.indices.len());
        }
        matrix
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Number of entries.
    pub fn entries(&self) -> usize {
        self.indices.len()
    }

    /// The columns and values of a row.
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    /// The entries of a row as pairs.
    pub fn pairs(&self, row: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let (indices, values) = self.row(row);
        indices.iter().copied().zip(values.iter().copied())
    }

    /// Rows and columns exchanged.
    pub fn transposed(&self) -> Sparse {
        let mut starts = vec![0usize; self.columns + 1];
        for &column in &self.indices {
            starts[column as usize + 1] += 1;
        }
        for column in 0..self.columns {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut indices = vec![0u32; self.entries()];
        let mut values = vec![0f32; self.entries()];
        for row in 0..self.rows() {
            for (column, value) in self.pairs(row) {
                let place = &mut next[column as usize];
                indices[*place] = row as u32;
                values[*place] = value;
                *place += 1;
            }
        }
        Sparse { columns: self.rows(), starts, indices, values }
    }

    /// The sum of each row.
    pub fn row_sums(&self) -> Vec<f32> {
        (0..self.rows()).map(|row| self.row(row).1.iter().sum()).collect()
    }

    /// The matrix with entry `(r, c, value)` replaced by `change(r, c, value)`.
    pub fn map(&self, change: impl Fn(usize, usize, f32) -> f32) -> Sparse {
        let mut out = self.clone();
        for row in 0..self.rows() {
            for place in self.starts[row]..self.starts[row + 1] {
                out.values[place] = change(row, self.indices[place] as usize, self.values[place]);
            }
        }
        out
    }
}

/// Room for one row of a product: dense sums and the list of the touched columns.
#[derive(Debug, Clone)]
pub struct RowSums {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl RowSums {
    /// For a product with so many columns.
    pub fn new(columns: usize) -> Self {
        RowSums { sums: vec![0.0; columns], touched: Vec::new() }
    }

    /// Adds to a column. `value` must not be 0.
    #[inline]
    pub fn add(&mut self, column: u32, value: f32) {
        let sum = &mut self.sums[column as usize];
        if *sum == 0.0 {
            self.touched.push(column);
        }
        *sum += value;
    }

    /// Takes the `keep` largest entries by `rank(column, sum)`, with what `rank` made of them, and clears the room.
    pub fn take_largest(&mut self, keep: usize, rank: impl Fn(u32, f32) -> f32) -> Vec<(u32, f32)> {
        let mut row: Vec<(u32, f32)> = self
            .touched
            .drain(..)
            .map(|column| (column, rank(column, std::mem::take(&mut self.sums[column as usize]))))
            .filter(|entry| entry.1 > 0.0)
            .collect();
        keep_largest(&mut row, keep);
        row
    }
}

/// Keeps the `keep` entries with the largest values, in ascending order of the columns. Ties go to the lower column.
pub fn keep_largest(row: &mut Vec<(u32, f32)>, keep: usize) {
    if row.len() > keep {
        row.select_nth_unstable_by(keep, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        row.truncate(keep);
    }
    row.sort_unstable_by_key(|entry| entry.0);
}

/// For every item the `keep` items that are most often with it: the largest of
/// `Σ_u left[i, u] · right[u, j] · column_scale[j]` without the diagonal. `left` is items × users, `right` users × items.
pub fn largest_products(left: &Sparse, right: &Sparse, column_scale: &[f32], keep: usize) -> Sparse {
    let rows: Vec<Vec<(u32, f32)>> = (0..left.rows())
        .into_par_iter()
        .map_init(
            || RowSums::new(right.columns),
            |sums, item| {
                for (user, weight) in left.pairs(item) {
                    for (other, value) in right.pairs(user as usize) {
                        if other as usize != item && value != 0.0 {
                            sums.add(other, weight * value);
                        }
                    }
                }
                sums.take_largest(keep, |column, sum| sum * column_scale[column as usize])
            },
        )
        .collect();
    Sparse::from_rows(rows, right.columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_twice_gives_the_matrix_back() {
        let matrix = Sparse::from_rows(vec![vec![(2, 1.0), (0, 2.0), (2, 0.5)], vec![], vec![(1, 3.0)]], 3);
        assert_eq!(matrix.row(0), (&[0, 2][..], &[2.0, 1.5][..]));
        assert_eq!(matrix.transposed().transposed(), matrix);
        assert_eq!(matrix.transposed().row(2), (&[0][..], &[1.5][..]));
    }

    #[test]
    fn the_largest_products_leave_out_the_diagonal() {
        let users = Sparse::from_rows(vec![vec![(0, 1.0), (1, 1.0)], vec![(0, 1.0), (1, 1.0), (2, 1.0)]], 3);
        let table = largest_products(&users.transposed(), &users, &[1.0; 3], 1);
        assert_eq!(table.row(0), (&[1][..], &[2.0][..]));
        assert_eq!(table.row(2), (&[0][..], &[1.0][..]));
    }
}
