//! The trained model: a blend put together into few sections of one file, and the scores it gives to any history.
//! Leaves to others: choosing the blend (`select`), rules, reasons and variety (`serve`).

use std::cell::RefCell;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::catalogue::alike;
use super::dataset::{Dataset, IdMap};
use super::evaluate::top;
use super::image::{Image, ImageError, ImageWriter, previous};
use super::interaction::{Event, Interaction, Signal};
use super::measure::{Cost, Meter};
use super::method::{Method, Neighbours, PeopleOptions, Popularity, dot, together};
use super::plan::{Base, Plan, Trained, fade, power};
use super::select::{Chosen, TrainOptions, choose};
use super::sparse::{Sparse, keep_largest};

/// After how many days an event of the shopper who is served counts half.
const EVENT_HALF_LIFE_DAYS: f64 = 180.0;
/// What demand counts beside the taste, whose best score is near 1: it decides where nothing is known of the shopper.
const DEMAND: f32 = 1e-3;
/// How many items the low-pass re-orders.
const CANDIDATES: usize = 400;

/// What the model says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Customers it was trained on.
    pub customers: usize,
    /// Items it knows.
    pub items: usize,
    /// Events it was trained on.
    pub events: usize,
    /// The newest event, in milliseconds since 1970-01-01 UTC; 0 if times are not known.
    pub newest_millis: i64,
    /// The blend.
    pub plan: Plan,
    /// Cases of the validation cut, and the accuracy of the blend and of its best part on them.
    pub validation: [f64; 3],
    /// Processor seconds and peak MiB of the training.
    pub cost: [f64; 2],
    /// The decay of each item table.
    decays: Vec<f32>,
    /// Vectors of the low-pass.
    rank: usize,
    /// How people of the same taste are found, with their weight.
    people: Option<(PeopleOptions, f32)>,
}

/// Why training gave no model.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing to learn from.
    #[error("there are no interactions to train on")]
    Empty,
    /// More than 32-bit places can number.
    #[error("{0} items are more than a model can hold")]
    TooMany(usize),
}

/// A model, ready to serve. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Model {
    image: Image,
    items: IdMap,
    card: Card,
}

/// A table as it lies in the file.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    starts: &'a [u64],
    indices: &'a [u32],
    values: &'a [f32],
}

impl<'a> Table<'a> {
    /// The entries of a row; none if there is no such row.
    pub fn row(&self, row: u32) -> (&'a [u32], &'a [f32]) {
        let bounds = (self.starts.get(row as usize), self.starts.get(row as usize + 1));
        let (Some(&start), Some(&end)) = bounds else { return (&[], &[]) };
        let range = start as usize..end as usize;
        (self.indices.get(range.clone()).unwrap_or(&[]), self.values.get(range).unwrap_or(&[]))
    }

    /// The entries of a row as pairs.
    pub fn pairs(&self, row: u32) -> impl Iterator<Item = (u32, f32)> + use<'a> {
        let (indices, values) = self.row(row);
        indices.iter().copied().zip(values.iter().copied())
    }

    /// One entry; 0 where there is none.
    pub fn value(&self, row: u32, column: u32) -> f32 {
        let (indices, values) = self.row(row);
        indices.binary_search(&column).map_or(0.0, |place| values[place])
    }
}

fn put_table(writer: &mut ImageWriter, name: &str, table: &Sparse) {
    let starts: Vec<u64> = table.starts.iter().map(|&start| start as u64).collect();
    writer.numbers(format!("{name}.starts"), &starts);
    writer.numbers(format!("{name}.indices"), &table.indices);
    writer.numbers(format!("{name}.values"), &table.values);
}

/// Trains a model: chooses the blend on a validation cut of the interactions, then trains it on all of them.
/// `progress` hears what is being done.
pub fn train(
    interactions: impl IntoIterator<Item = Interaction>,
    options: &TrainOptions,
    progress: &dyn Fn(&str),
) -> Result<Model, TrainError> {
    let mut data = Dataset::gather(interactions);
    for text in &options.texts {
        data.items.place_or_new(text.item);
    }
    train_dataset(&data, options, progress)
}

/// As [`train`], from gathered data.
pub fn train_dataset(data: &Dataset, options: &TrainOptions, progress: &dyn Fn(&str)) -> Result<Model, TrainError> {
    if data.events() == 0 {
        return Err(TrainError::Empty);
    }
    if data.items.len() > u32::MAX as usize {
        return Err(TrainError::TooMany(data.items.len()));
    }
    let meter = Meter::start();
    let (plan, chosen) = choose(data, options, &|step| progress(&format!("choosing: {step}")));
    let trained = Trained::train(plan, data, &options.texts, &|step| progress(&format!("training: {step}")));
    progress("putting together");
    Ok(assemble(data, trained, options, chosen, &meter))
}

fn assemble(data: &Dataset, trained: Trained, options: &TrainOptions, chosen: Chosen, meter: &Meter) -> Model {
    let items = data.items.len();
    let mut writer = ImageWriter::default();
    writer.numbers("items", data.items.ids());
    let parts = &trained.plan.parts;
    let is = |part: &&super::plan::Part, wanted: fn(&Base) -> bool| wanted(&trained.bases[part.base]);
    let mut decays: Vec<f32> = Vec::new();
    for part in parts.iter().filter(|part| is(part, |base| matches!(base, Base::Table(_)))) {
        if !decays.contains(&part.decay) {
            decays.push(part.decay);
        }
    }
    for (number, &decay) in decays.iter().enumerate() {
        put_table(&mut writer, &format!("taste{number}"), &merged_table(&trained, decay, items, options.keep));
    }
    let mut base_scores = vec![0f32; items];
    let mut people = None;
    let mut rank = 0;
    for part in parts {
        match &trained.bases[part.base] {
            Base::Table(_) => {}
            Base::Popularity(popularity) => {
                base_scores
                    .iter_mut()
                    .zip(&popularity.demand)
                    .for_each(|(score, demand)| *score += part.weight * demand);
            }
            Base::People(histories) => {
                put_table(&mut writer, "people.items", histories.by_item());
                put_table(&mut writer, "people.users", histories.by_user());
                people = Some((histories.options(), part.weight));
            }
            Base::Spectral(spectral) if rank == 0 => {
                let same: Vec<_> = parts.iter().filter(|other| other.base == part.base).collect();
                rank = same.iter().map(|part| part.rank.min(spectral.rank())).max().unwrap_or(0);
                let pass: Vec<f32> = (0..rank)
                    .map(|vector| same.iter().filter(|part| part.rank > vector).map(|part| part.weight).sum())
                    .collect();
                let (into, out) = spectral.factors();
                let scaled = |factors: &[f32], exponent: f32, pass: Option<&[f32]>| -> Vec<f32> {
                    let row = |item: usize| {
                        let scale = power(trained.degrees[item], -exponent);
                        let row = &factors[item * spectral.rank()..][..rank];
                        row.iter()
                            .enumerate()
                            .map(move |(vector, value)| value * scale * pass.map_or(1.0, |pass| pass[vector]))
                    };
                    (0..items).flat_map(row).collect()
                };
                writer.numbers("spectral.into", &scaled(into, part.source, Some(&pass)));
                writer.numbers("spectral.out", &scaled(out, part.target, None));
            }
            Base::Spectral(_) => {}
        }
    }
    let demand = Popularity::train(data, 60.0).demand;
    base_scores.iter_mut().zip(&demand).for_each(|(score, demand)| *score += DEMAND * demand);
    writer.numbers("base", &base_scores);
    writer.numbers("demand", &demand);
    drop(trained.bases);
    put_table(&mut writer, "near", &Neighbours::cosine(&data.matrix(), 40).table);
    put_table(&mut writer, "together", &together(data, 40));
    put_table(&mut writer, "alike", &alike(&options.texts, &data.items, 40));
    let cost: Cost = meter.read();
    let card = Card {
        customers: data.customers.len(),
        items,
        events: data.events(),
        newest_millis: data.newest_millis(),
        plan: trained.plan,
        validation: [chosen.cases as f64, chosen.blend, chosen.single],
        cost: [cost.cpu_seconds, cost.peak_mib],
        decays,
        rank,
        people,
    };
    let image = writer.finish(serde_json::to_value(&card).unwrap_or_default());
    Model { image, items: data.items.clone(), card }
}

/// The weighted sum of the tables with one decay, the `keep` largest entries of each row.
fn merged_table(trained: &Trained, decay: f32, items: usize, keep: usize) -> Sparse {
    let rows =
        (0..items).map(|item| {
            let mut row: Vec<(u32, f32)> = Vec::new();
            for part in trained.plan.parts.iter().filter(|part| part.decay == decay) {
                let Base::Table(table) = &trained.bases[part.base] else { continue };
                let scale = part.weight * power(trained.degrees[item], -part.source);
                row.extend(table.pairs(item).map(|(other, value)| {
                    (other, scale * value * power(trained.degrees[other as usize], -part.target))
                }));
            }
            row.sort_unstable_by_key(|entry| entry.0);
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            keep_largest(&mut row, keep);
            row
        });
    Sparse::from_rows(rows, items)
}

/// Room that a thread keeps between requests.
#[derive(Default)]
struct Room {
    people: Vec<f32>,
    touched: Vec<u32>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
    static SCORES: RefCell<Vec<f32>> = RefCell::default();
}

/// Lends the thread's room for scores.
pub(super) fn with_scores<T>(work: impl FnOnce(&mut Vec<f32>) -> T) -> T {
    SCORES.with_borrow_mut(work)
}

impl Model {
    /// Maps a model file into memory and checks it.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        let image = Image::open(path)?;
        let foreign = |problem: String| ImageError::Foreign { path: path.to_owned(), problem };
        let card: Card =
            serde_json::from_value(image.card().clone()).map_err(|error| foreign(format!("its card: {error}")))?;
        let items = IdMap::new(image.numbers::<i64>("items").to_vec());
        let model = Model { image, items, card };
        model.check().map_err(foreign)?;
        Ok(model)
    }

    /// Every place in the file must be one of an item, so that serving never reaches beyond.
    fn check(&self) -> Result<(), String> {
        let count = self.items.len();
        if count != self.card.items || self.base().len() != count || self.demand().len() != count {
            return Err("its lists have different lengths".to_owned());
        }
        let (into, out) = self.spectral();
        if into.len() != count * self.card.rank || out.len() != into.len() {
            return Err("its factors have another size".to_owned());
        }
        let tables = (0..self.card.decays.len()).map(|number| format!("taste{number}"));
        let others = ["near", "together", "alike"].map(str::to_owned);
        for name in tables.chain(others) {
            if self.table(&name).indices.iter().any(|&item| item as usize >= count) {
                return Err(format!("its section {name} names items that are not there"));
            }
        }
        let (by_item, by_user) = (self.table("people.items"), self.table("people.users"));
        let people = by_user.starts.len().saturating_sub(1);
        if by_item.indices.iter().any(|&user| user as usize >= people)
            || by_user.indices.iter().any(|&item| item as usize >= count)
        {
            return Err("its histories name what is not there".to_owned());
        }
        Ok(())
    }

    /// Writes the file aside and renames it into place; the last one stays as `….previous`.
    pub fn write(&self, path: &Path) -> Result<(), ImageError> {
        self.image.write(path)
    }

    /// Opens the model that was in place before the present one.
    pub fn open_previous(path: &Path) -> Result<Self, ImageError> {
        Model::open(&previous(path))
    }

    /// The name of this version: the first digits of the checksum.
    pub fn version(&self) -> String {
        self.image.version()
    }

    /// What the model says of itself.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> usize {
        self.image.size()
    }

    /// The items and their places.
    pub fn items(&self) -> &IdMap {
        &self.items
    }

    /// A table by name; empty if there is none.
    pub(super) fn table(&self, name: &str) -> Table<'_> {
        Table {
            starts: self.image.numbers(&format!("{name}.starts")),
            indices: self.image.numbers(&format!("{name}.indices")),
            values: self.image.numbers(&format!("{name}.values")),
        }
    }

    fn base(&self) -> &[f32] {
        self.image.numbers("base")
    }

    /// The demand for each item, the largest 1.
    pub fn demand(&self) -> &[f32] {
        self.image.numbers("demand")
    }

    fn spectral(&self) -> (&[f32], &[f32]) {
        (self.image.numbers("spectral.into"), self.image.numbers("spectral.out"))
    }

    /// The shopper's events as signals, from the oldest to the newest, each item once: at its newest event, with its
    /// strongest weight; a bad rating outweighs all. Unknown items are passed over.
    pub fn signals(&self, events: &[Event]) -> Vec<Signal> {
        let mut order: Vec<&Event> = events.iter().collect();
        order.sort_by_key(|event| std::cmp::Reverse(event.age_millis));
        let mut signals: Vec<Signal> = Vec::with_capacity(order.len());
        for event in order {
            let Some(item) = self.items.place(event.item) else { continue };
            let days = event.age_millis.max(0) as f64 / 86_400_000.0;
            let mut weight = event.kind.weight() * 0.5f64.powf(days / EVENT_HALF_LIFE_DAYS) as f32;
            if let Some(place) = signals.iter().position(|signal| signal.item == item) {
                let before = signals.remove(place).weight;
                weight = if weight < 0.0 || before < 0.0 { weight.min(before) } else { weight.max(before) };
            }
            signals.push(Signal { item, weight });
        }
        signals
    }

    /// Adds to `scores` (one per item) what all but the low-pass say.
    fn score_first_stage(&self, history: &[Signal], scores: &mut [f32]) {
        scores.iter_mut().zip(self.base()).for_each(|(score, base)| *score += base);
        for (number, &decay) in self.card.decays.iter().enumerate() {
            let table = self.table(&format!("taste{number}"));
            for signal in fade(history, decay) {
                for (item, value) in table.pairs(signal.item) {
                    scores[item as usize] += signal.weight * value;
                }
            }
        }
        if let Some((options, weight)) = &self.card.people {
            let by_user = self.table("people.users");
            for (user, nearness) in self.people(history, options.nearest + 1) {
                let voice = weight * nearness.max(0.0).powf(options.sharpness);
                for (item, value) in by_user.pairs(user) {
                    scores[item as usize] += voice * value;
                }
            }
        }
    }

    /// The customers (places in training) of nearest taste, nearest first; none if the model keeps no histories.
    pub fn people(&self, history: &[Signal], count: usize) -> Vec<(u32, f32)> {
        let (by_item, by_user) = (self.table("people.items"), self.table("people.users"));
        ROOM.with_borrow_mut(|room| {
            room.people.resize(by_user.starts.len(), 0.0);
            for signal in history {
                for (user, value) in by_item.pairs(signal.item) {
                    let sum = &mut room.people[user as usize];
                    if *sum == 0.0 {
                        room.touched.push(user);
                    }
                    *sum += signal.weight * value;
                }
            }
            let sums = &mut room.people;
            let take = |user: u32| (user, std::mem::take(&mut sums[user as usize]));
            let mut near: Vec<(u32, f32)> = room.touched.drain(..).map(take).collect();
            let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
            if near.len() > count {
                near.select_nth_unstable_by(count, order);
                near.truncate(count);
            }
            near.sort_unstable_by(order);
            near
        })
    }

    /// The `count` best items of those that are `allowed`, best first, for a history. `scores` is room that is reused.
    pub fn best(
        &self,
        history: &[Signal],
        count: usize,
        allowed: impl Fn(u32) -> bool,
        scores: &mut Vec<f32>,
    ) -> Vec<(u32, f32)> {
        scores.clear();
        scores.resize(self.items.len(), 0.0);
        self.score_first_stage(history, scores);
        let candidates = top(scores, count.max(CANDIDATES), allowed);
        let mut list = self.second_stage(history, &candidates, scores);
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        list.truncate(count);
        list
    }

    fn second_stage(&self, history: &[Signal], candidates: &[u32], scores: &[f32]) -> Vec<(u32, f32)> {
        let (into, out) = self.spectral();
        let rank = self.card.rank;
        let mut point = vec![0f32; rank];
        for signal in history {
            let row = &into[signal.item as usize * rank..][..rank];
            point.iter_mut().zip(row).for_each(|(sum, value)| *sum += signal.weight * value);
        }
        let low_pass = |item: u32| dot(&out[item as usize * rank..][..rank], &point);
        candidates.iter().map(|&item| (item, scores[item as usize] + low_pass(item))).collect()
    }

    /// What one signal of the history adds to the score of an item.
    pub fn contribution(&self, signal: Signal, item: u32) -> f32 {
        let tables =
            (0..self.card.decays.len()).map(|number| self.table(&format!("taste{number}")).value(signal.item, item));
        let rank = self.card.rank;
        let (into, out) = self.spectral();
        let low_pass = dot(&into[signal.item as usize * rank..][..rank], &out[item as usize * rank..][..rank]);
        signal.weight * (tables.sum::<f32>() + low_pass)
    }
}

impl Method for Model {
    fn name(&self) -> &str {
        "xiaoer"
    }

    fn score(&self, history: &[Signal], scores: &mut [f32]) {
        self.score_first_stage(history, scores);
        let candidates = top(scores, CANDIDATES, |item| history.iter().all(|signal| signal.item != item));
        for (item, score) in self.second_stage(history, &candidates, scores) {
            scores[item as usize] = score;
        }
    }
}
