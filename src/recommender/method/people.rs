//! People of the same taste: the customers whose histories are nearest to the shopper's, and what they have.

use super::Method;
use super::neighbours::damped;
use crate::recommender::interaction::Signal;
use crate::recommender::sparse::Sparse;

/// What the neighbourhood is made with.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PeopleOptions {
    /// How many of the nearest customers speak.
    pub nearest: usize,
    /// How much a popular item of the history counts less.
    pub source: f32,
    /// How much a long history of a customer counts less.
    pub user: f32,
    /// The power of the nearness a customer speaks with.
    pub sharpness: f32,
    /// How much a popular target counts less.
    pub target: f32,
}

impl Default for PeopleOptions {
    fn default() -> Self {
        PeopleOptions { nearest: 200, source: 0.5, user: 0.5, sharpness: 1.0, target: 0.0 }
    }
}

/// The histories of all customers, both ways.
#[derive(Debug, Clone, PartialEq)]
pub struct People {
    options: PeopleOptions,
    by_user: Sparse,
    by_item: Sparse,
}

impl People {
    /// Weighs customers × items.
    pub fn train(matrix: &Sparse, options: PeopleOptions) -> Self {
        let degrees = matrix.transposed().row_sums();
        let users = damped(&matrix.row_sums(), options.user);
        let source = damped(&degrees, 2.0 * options.source);
        let target = damped(&degrees, options.target);
        let by_item = matrix.map(|user, item, value| value * users[user] * source[item]).transposed();
        People { options, by_user: matrix.map(|_, item, value| value * target[item]), by_item }
    }

    /// What it is made with.
    pub fn options(&self) -> PeopleOptions {
        self.options
    }

    /// Items × customers: how near an item brings a customer.
    pub fn by_item(&self) -> &Sparse {
        &self.by_item
    }

    /// Customers × items: what a customer speaks for.
    pub fn by_user(&self) -> &Sparse {
        &self.by_user
    }

    /// The customers of nearest taste with their nearness, nearest first.
    pub fn nearest(&self, history: &[Signal]) -> Vec<(u32, f32)> {
        let mut near = vec![0f32; self.by_user.rows()];
        let mut touched = Vec::new();
        for signal in history {
            for (user, value) in self.by_item.pairs(signal.item as usize) {
                let sum = &mut near[user as usize];
                if *sum == 0.0 {
                    touched.push(user);
                }
                *sum += signal.weight * value;
            }
        }
        let mut all: Vec<(u32, f32)> = touched.into_iter().map(|user| (user, near[user as usize])).collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        // One more than asked: a customer of the training part is nearest to itself, which only adds what is known.
        let keep = self.options.nearest + 1;
        if all.len() > keep {
            all.select_nth_unstable_by(keep, order);
            all.truncate(keep);
        }
        all.sort_unstable_by(order);
        all
    }
}

impl Method for People {
    fn name(&self) -> &str {
        "people"
    }

    fn score(&self, history: &[Signal], scores: &mut [f32]) {
        for (user, nearness) in self.nearest(history) {
            let voice = nearness.max(0.0).powf(self.options.sharpness);
            for (item, value) in self.by_user.pairs(user as usize) {
                scores[item as usize] += voice * value;
            }
        }
    }
}
