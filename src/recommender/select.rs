//! Chooses the blend's weights on a validation cut of the training part, and never on anything else.
//! The weights are found by climbing: one coordinate at a time, with steps that get smaller.

use rayon::prelude::*;

use super::catalogue::ItemText;
use super::dataset::Dataset;
use super::evaluate::top;
use super::method::PeopleOptions;
use super::metrics::accuracy;
use super::plan::{Base, BaseSpec, Part, Plan, Trained};
use super::split::Split;

/// What training is told; the defaults are for every shop.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// The seed of all draws.
    pub seed: u64,
    /// The share of a history that is held out to choose the weights by.
    pub share: f64,
    /// The most cases that the weights are chosen by.
    pub cases: usize,
    /// The most singular vectors.
    pub rank: usize,
    /// Items that an item is explained by in the ridge.
    pub neighbours: usize,
    /// The most neighbours that the finished table keeps per item.
    pub keep: usize,
    /// Words of the items.
    pub texts: Vec<ItemText>,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions { seed: 1, share: 0.2, cases: 2500, rank: 400, neighbours: 200, keep: 400, texts: Vec::new() }
    }
}

/// What came out of the choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Chosen {
    /// Cases of the validation cut.
    pub cases: usize,
    /// Mean of Recall and NDCG at 10 and 20 on them, with the weights chosen.
    pub blend: f64,
    /// The same for the best single part.
    pub single: f64,
}

/// All parts that the data allows; every weight is 0.
pub fn candidates(data: &Dataset, options: &TrainOptions) -> Plan {
    let mut plan = Plan::default();
    let mut add = |spec: BaseSpec, parts: &[(f32, f32, f32, usize)]| {
        plan.bases.push(spec);
        let base = plan.bases.len() - 1;
        plan.parts.extend(parts.iter().map(|&(source, target, decay, rank)| Part {
            base,
            source,
            target,
            decay,
            rank,
            weight: 0.0,
        }));
    };
    let mut decays = vec![1.0f32];
    if data.ordered {
        decays.extend([0.8, 0.5]);
    }
    let spread = |exponents: &[(f32, f32)]| -> Vec<(f32, f32, f32, usize)> {
        decays
            .iter()
            .flat_map(|&decay| exponents.iter().map(move |&(source, target)| (source, target, decay, 0)))
            .collect()
    };
    let keep = 300;
    add(BaseSpec::Walk { user: 1.0, half_life_days: None, keep }, &spread(&[(1.0, 0.0), (0.6, 0.2)]));
    add(BaseSpec::Walk { user: 0.5, half_life_days: None, keep }, &spread(&[(0.4, 0.2), (0.6, 0.4)]));
    if data.timed && !data.ordered {
        add(BaseSpec::Walk { user: 0.5, half_life_days: Some(45.0), keep }, &spread(&[(0.4, 0.2), (0.6, 0.4)]));
    }
    let ridge = BaseSpec::Ridge { user: 0.5, penalty: 1.0, neighbours: options.neighbours };
    add(ridge, &spread(&[(0.0, -0.3), (0.2, -0.5), (0.4, -0.5)]));
    if data.ordered {
        add(BaseSpec::Transitions, &spread(&[(0.5, 0.0), (0.5, 0.3), (1.0, 0.3)]));
    }
    if !options.texts.is_empty() {
        add(BaseSpec::Content, &spread(&[(0.0, 0.0), (0.0, -0.4)]));
    }
    let people = PeopleOptions { nearest: 200, source: 0.25, user: 0.5, sharpness: 1.0, target: 0.0 };
    add(BaseSpec::People(people), &[(0.0, 0.0, 1.0, 0)]);
    let rank = options.rank.min(data.items.len() / 4).min(data.customers.len() / 4).max(2);
    let ranks: Vec<(f32, f32, f32, usize)> =
        [rank, rank / 2, rank / 4].into_iter().filter(|&rank| rank > 0).map(|rank| (0.5, -0.5, 1.0, rank)).collect();
    add(BaseSpec::Spectral { user: 0.5, rank }, &ranks);
    if data.timed {
        add(BaseSpec::Popularity { half_life_days: 14.0 }, &[(0.0, 0.0, 1.0, 0)]);
    }
    add(BaseSpec::Popularity { half_life_days: 120.0 }, &[(0.0, 0.0, 1.0, 0)]);
    plan
}

/// A case with the scores of every part for the items that any part would list.
struct Sheet {
    wanted: usize,
    hits: Vec<bool>,
    /// One list per part.
    scores: Vec<Vec<f32>>,
    /// The weighted sum at present.
    sum: Vec<f32>,
}

const LISTED: usize = 100;

fn sheets(trained: &Trained, split: &Split, cases: usize) -> Vec<Sheet> {
    let items = split.train.items.len();
    let every = split.cases.len().div_ceil(cases).max(1);
    split
        .cases
        .par_iter()
        .step_by(every)
        .map_init(
            || (vec![0f32; items], vec![false; items]),
            |(scores, barred), case| {
                case.history.iter().for_each(|signal| barred[signal.item as usize] = true);
                let mut lists = Vec::new();
                let mut all: Vec<Vec<f32>> = Vec::new();
                for part in &trained.plan.parts {
                    scores.fill(0.0);
                    trained.score_part(part, &case.history, scores);
                    // The low-pass only re-orders what others list, as in serving.
                    if !matches!(trained.bases[part.base], Base::Spectral(_)) {
                        lists.extend(top(scores, LISTED, |item| !barred[item as usize]));
                    }
                    all.push(scores.clone());
                }
                lists.sort_unstable();
                lists.dedup();
                case.history.iter().for_each(|signal| barred[signal.item as usize] = false);
                Sheet {
                    wanted: case.wanted.len(),
                    hits: lists.iter().map(|item| case.wanted.contains(item)).collect(),
                    scores: all
                        .iter()
                        .map(|scores| lists.iter().map(|&item| scores[item as usize]).collect())
                        .collect(),
                    sum: vec![0.0; lists.len()],
                }
            },
        )
        .collect()
}

/// The mean of Recall and NDCG at 10 and 20 if the weight of `part` were changed by `step`.
fn judge(sheets: &[Sheet], part: usize, step: f32) -> f64 {
    let total: f64 = sheets
        .par_iter()
        .map(|sheet| {
            let scores: Vec<f32> =
                sheet.sum.iter().zip(&sheet.scores[part]).map(|(sum, score)| sum + step * score).collect();
            let hits: Vec<bool> =
                top(&scores, 20, |_| true).into_iter().map(|place| sheet.hits[place as usize]).collect();
            let (ten, twenty) = (accuracy(&hits, sheet.wanted, 10), accuracy(&hits, sheet.wanted, 20));
            (ten.recall + ten.ndcg + twenty.recall + twenty.ndcg) / 4.0
        })
        .sum();
    total / sheets.len().max(1) as f64
}

/// Chooses the weights of the parts in `data`. The plan that comes back has only what is used.
pub fn choose(data: &Dataset, options: &TrainOptions, progress: &dyn Fn(&str)) -> (Plan, Chosen) {
    let split = Split::validation(data, options.share, options.seed);
    let mut plan = candidates(data, options);
    if split.cases.len() < 20 {
        // Too little to choose by: what is a good start everywhere.
        for part in &mut plan.parts {
            part.weight = if matches!(plan.bases[part.base], BaseSpec::Popularity { .. }) { 0.01 } else { 0.0 };
        }
        plan.parts[0].weight = 1.0;
        return (used(plan), Chosen::default());
    }
    let trained = Trained::train(plan, &split.train, &options.texts, progress);
    progress("weights");
    let mut sheets = sheets(&trained, &split, options.cases);
    let Trained { mut plan, bases, .. } = trained;
    drop(bases);
    // Every part is brought to the same height, so that the steps mean the same.
    let mut heights = vec![1.0f32; plan.parts.len()];
    for (part, height) in heights.iter_mut().enumerate() {
        let highest = |sheet: &Sheet| sheet.scores[part].iter().copied().fold(0.0f32, f32::max);
        let mean = sheets.iter().map(highest).sum::<f32>() / sheets.len() as f32;
        *height = if mean > 0.0 { mean } else { 1.0 };
        for sheet in &mut sheets {
            sheet.scores[part].iter_mut().for_each(|score| *score /= *height);
        }
    }
    let singles: Vec<f64> = (0..plan.parts.len()).map(|part| judge(&sheets, part, 1.0)).collect();
    let first = (0..singles.len()).max_by(|&a, &b| singles[a].total_cmp(&singles[b])).unwrap_or(0);
    let mut best = singles[first];
    let change = |sheets: &mut Vec<Sheet>, plan: &mut Plan, part: usize, step: f32| {
        plan.parts[part].weight += step;
        for sheet in sheets {
            for (sum, score) in sheet.sum.iter_mut().zip(&sheet.scores[part]) {
                *sum += step * score;
            }
        }
    };
    change(&mut sheets, &mut plan, first, 1.0);
    for step in [0.4f32, 0.2, 0.1, 0.05] {
        for _ in 0..3 {
            let before = best;
            for part in 0..plan.parts.len() {
                for step in [step, -step] {
                    let score = judge(&sheets, part, step);
                    if score > best + 2e-5 {
                        change(&mut sheets, &mut plan, part, step);
                        best = score;
                        break;
                    }
                }
            }
            if best - before < 1e-4 {
                break;
            }
        }
    }
    // What hardly helps is not worth its training, its memory and its time.
    for base in 0..plan.bases.len() {
        let parts: Vec<usize> = (0..plan.parts.len()).filter(|&part| plan.parts[part].base == base).collect();
        let weights: Vec<f32> = parts.iter().map(|&part| plan.parts[part].weight).collect();
        if weights.iter().all(|&weight| weight == 0.0) {
            continue;
        }
        for (&part, &weight) in parts.iter().zip(&weights) {
            change(&mut sheets, &mut plan, part, -weight);
        }
        let without = judge(&sheets, 0, 0.0);
        if without > best * 0.998 {
            best = without;
        } else {
            for (&part, &weight) in parts.iter().zip(&weights) {
                change(&mut sheets, &mut plan, part, weight);
            }
        }
    }
    let chosen = Chosen { cases: sheets.len(), blend: best, single: singles[first] };
    for (part, height) in plan.parts.iter_mut().zip(heights) {
        part.weight /= height;
    }
    (used(plan), chosen)
}

/// The plan without parts of weight 0 and bases without parts.
fn used(plan: Plan) -> Plan {
    let mut slim = Plan::default();
    let mut places = vec![None; plan.bases.len()];
    for part in plan.parts.into_iter().filter(|part| part.weight.abs() > f32::EPSILON * 1e-6) {
        let base = *places[part.base].get_or_insert_with(|| {
            slim.bases.push(plan.bases[part.base]);
            slim.bases.len() - 1
        });
        slim.parts.push(Part { base, ..part });
    }
    slim
}
