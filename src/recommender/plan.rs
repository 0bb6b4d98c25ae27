//! A blend as data: which bases are trained and which parts of them are added up with which weights.
//! Leaves to others: choosing the weights (`select`) and storing the sum (`model`).

use serde::{Deserialize, Serialize};

use super::catalogue::{ItemText, alike};
use super::dataset::Dataset;
use super::interaction::Signal;
use super::method::{
    Method, Neighbours, People, PeopleOptions, Popularity, RidgeOptions, Spectral, SpectralOptions, Walk, damped,
    transitions,
};
use super::sparse::Sparse;

/// Something that is trained once and used in one or more parts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseSpec {
    /// Item → customer → item.
    Walk {
        /// How much a long history counts less.
        user: f32,
        /// After how many days an event counts half; none: never.
        half_life_days: Option<f64>,
        /// Neighbours kept per item.
        keep: usize,
    },
    /// The sparse item ridge.
    Ridge {
        /// How much a long history counts less.
        user: f32,
        /// Added to the diagonal.
        penalty: f32,
        /// Items that an item is explained by.
        neighbours: usize,
    },
    /// What follows what.
    Transitions,
    /// Alike words and attributes.
    Content,
    /// The spectral low-pass.
    Spectral {
        /// How much a long history counts less.
        user: f32,
        /// Vectors.
        rank: usize,
    },
    /// People of the same taste.
    People(PeopleOptions),
    /// Demand, whoever asks.
    Popularity {
        /// After how many days an event counts half.
        half_life_days: f64,
    },
}

/// A trained base.
#[derive(Debug, Clone)]
pub enum Base {
    /// Item to item.
    Table(Sparse),
    /// Factors.
    Spectral(Spectral),
    /// Histories.
    People(People),
    /// One number per item.
    Popularity(Popularity),
}

/// One addend of the blend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The place of its base.
    pub base: usize,
    /// How much a popular item of the history counts less.
    pub source: f32,
    /// How much a popular target counts less.
    pub target: f32,
    /// What an event counts of the one after it; 1: all the same.
    pub decay: f32,
    /// How many of the singular vectors pass (of a spectral base).
    pub rank: usize,
    /// The weight of its scores.
    pub weight: f32,
}

/// A blend.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is trained.
    pub bases: Vec<BaseSpec>,
    /// What is added up.
    pub parts: Vec<Part>,
}

impl BaseSpec {
    /// The name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            BaseSpec::Walk { .. } => "walk",
            BaseSpec::Ridge { .. } => "ridge",
            BaseSpec::Transitions => "transitions",
            BaseSpec::Content => "content",
            BaseSpec::Spectral { .. } => "low-pass",
            BaseSpec::People(_) => "people",
            BaseSpec::Popularity { .. } => "popularity",
        }
    }

    /// Trains it. Scaling by popularity is left to the parts.
    pub fn train(&self, data: &Dataset, matrix: &Sparse, texts: &[ItemText]) -> Base {
        match *self {
            BaseSpec::Walk { user, half_life_days, keep } => {
                let walk = Walk { user, source: 0.0, target: 0.25 };
                let faded = half_life_days.map(|days| data.faded_matrix(days));
                let mut table = Neighbours::walk(faded.as_ref().unwrap_or(matrix), walk, keep).table;
                let degrees = item_degrees(faded.as_ref().unwrap_or(matrix));
                let back = damped(&degrees, -walk.target);
                table = table.map(|_, target, value| value * back[target]);
                Base::Table(table)
            }
            BaseSpec::Ridge { user, penalty, neighbours } => {
                let options = RidgeOptions { neighbours, penalty, user, source: 0.0, target: 0.0 };
                Base::Table(Neighbours::ridge(matrix, options).table)
            }
            BaseSpec::Transitions => Base::Table(transitions(data, 200)),
            BaseSpec::Content => Base::Table(alike(texts, &data.items, 100)),
            BaseSpec::Spectral { user, rank } => {
                let options = SpectralOptions { rank, user, source: 0.0, target: 0.0, power: 0.0 };
                Base::Spectral(Spectral::train(matrix, options))
            }
            BaseSpec::People(options) => Base::People(People::train(matrix, options)),
            BaseSpec::Popularity { half_life_days } => Base::Popularity(Popularity::train(data, half_life_days)),
        }
    }
}

/// Σ of each column.
pub fn item_degrees(matrix: &Sparse) -> Vec<f32> {
    let mut sums = vec![0f32; matrix.columns];
    for (&item, &value) in matrix.indices.iter().zip(&matrix.values) {
        sums[item as usize] += value;
    }
    sums
}

/// The bases of a plan, trained, with what the parts need to score.
pub struct Trained {
    /// The plan.
    pub plan: Plan,
    /// The bases in the order of the plan.
    pub bases: Vec<Base>,
    /// Σ of the weights of each item.
    pub degrees: Vec<f32>,
}

impl Trained {
    /// Trains what the plan's parts use; `progress` hears the name of each base before its training.
    pub fn train(plan: Plan, data: &Dataset, texts: &[ItemText], progress: &dyn Fn(&str)) -> Self {
        let matrix = data.matrix();
        let bases = plan
            .bases
            .iter()
            .map(|spec| {
                progress(spec.name());
                spec.train(data, &matrix, texts)
            })
            .collect();
        Trained { plan, bases, degrees: item_degrees(&matrix) }
    }

    /// Adds the scores of one part, without its weight.
    pub fn score_part(&self, part: &Part, history: &[Signal], scores: &mut [f32]) {
        let faded = fade(history, part.decay);
        match &self.bases[part.base] {
            Base::Table(table) => {
                for signal in &faded {
                    let weight = signal.weight * power(self.degrees[signal.item as usize], -part.source);
                    for (item, value) in table.pairs(signal.item as usize) {
                        scores[item as usize] += weight * value;
                    }
                }
                self.scale(part.target, scores);
            }
            Base::Spectral(spectral) => {
                let scaled: Vec<Signal> = faded
                    .iter()
                    .map(|signal| Signal {
                        item: signal.item,
                        weight: signal.weight * power(self.degrees[signal.item as usize], -part.source),
                    })
                    .collect();
                spectral.score_first(&scaled, part.rank, scores);
                self.scale(part.target, scores);
            }
            Base::People(people) => people.score(&faded, scores),
            Base::Popularity(popularity) => popularity.score(&faded, scores),
        }
    }

    fn scale(&self, target: f32, scores: &mut [f32]) {
        if target != 0.0 {
            for (score, &degree) in scores.iter_mut().zip(&self.degrees) {
                if *score != 0.0 {
                    *score *= power(degree, -target);
                }
            }
        }
    }
}

/// `base` to a power; 1 where there is nothing.
pub fn power(base: f32, exponent: f32) -> f32 {
    if base > 0.0 && exponent != 0.0 { base.powf(exponent) } else { 1.0 }
}

/// The history where every event counts `decay` times the one after it.
pub fn fade(history: &[Signal], decay: f32) -> Vec<Signal> {
    let mut left = 1.0f32;
    let mut faded: Vec<Signal> = history
        .iter()
        .rev()
        .map(|signal| {
            let weight = signal.weight * left;
            left *= decay;
            Signal { item: signal.item, weight }
        })
        .filter(|signal| signal.weight.abs() > 1e-4)
        .collect();
    faded.reverse();
    faded
}
