//! From scores to a list that can be shown: business rules, variety, and a true reason for each item.
//! Leaves to others: what the shop knows of its products (`Shelf` is filled by the caller) and the wording (`nlg`).

use super::dataset::IdMap;
use super::interaction::{Event, Kind, Signal};
use super::model::Model;

/// What the shop says of an item at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// There is at least one piece to sell.
    pub in_stock: bool,
    /// It is offered.
    pub on_shelf: bool,
    /// The lowest price, in fen.
    pub price_fen: i64,
    /// The category.
    pub category: String,
    /// The brand.
    pub brand: String,
    /// It is used up and bought again.
    pub consumable: bool,
}

/// The facts by the places of a model; made once and kept fresh by the caller.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    facts: Vec<Option<Facts>>,
}

impl Shelf {
    /// Lays the facts out for a model's items; an item without facts is not offered.
    pub fn new(items: &IdMap, facts: impl IntoIterator<Item = (i64, Facts)>) -> Self {
        let mut shelf = Shelf { facts: vec![None; items.len()] };
        for (item, facts) in facts {
            if let Some(place) = items.place(item) {
                shelf.facts[place as usize] = Some(facts);
            }
        }
        shelf
    }

    /// Changes what is known of one item; false if the model does not know it.
    pub fn set(&mut self, items: &IdMap, item: i64, facts: Option<Facts>) -> bool {
        let place = items.place(item).and_then(|place| self.facts.get_mut(place as usize));
        place.map(|place| *place = facts).is_some()
    }

    fn get(&self, item: u32) -> Option<&Facts> {
        self.facts.get(item as usize)?.as_ref()
    }
}

/// What may be listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// At this price or above, in fen.
    pub least_fen: Option<i64>,
    /// At this price or below, in fen.
    pub most_fen: Option<i64>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this brand.
    pub brand: Option<String>,
    /// At most so many of one category (not when one category is asked for).
    pub per_category: usize,
    /// At most so many of one brand (not when one brand is asked for).
    pub per_brand: usize,
    /// What was bought within so many days is left out unless it is consumable.
    pub just_bought_days: i64,
    /// Items that must not be listed: seen in this conversation, thumbs down.
    pub barred: Vec<i64>,
    /// The shopper is upset: nothing is recommended.
    pub mood_negative: bool,
    /// Between 0 (by score only) and 1: how much variety counts.
    pub variety: f32,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            least_fen: None,
            most_fen: None,
            category: None,
            brand: None,
            per_category: 3,
            per_brand: 2,
            just_bought_days: 90,
            barred: Vec::new(),
            mood_negative: false,
            variety: 0.2,
        }
    }
}

/// Why an item is listed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The event of the shopper that says most for it.
    BecauseOf {
        /// The item of the event.
        item: i64,
        /// What the shopper did.
        kind: Kind,
    },
    /// It is often bought together with something the shopper has bought or put in the cart.
    BoughtTogether {
        /// That item.
        item: i64,
    },
    /// It has words and attributes in common with something the shopper dealt with.
    Alike {
        /// That item.
        item: i64,
    },
    /// It is in demand.
    PopularIn {
        /// In this category.
        category: String,
    },
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Pick {
    /// The shop's id.
    pub item: i64,
    /// The model's score; higher is better, comparable within a list only.
    pub score: f32,
    /// Why.
    pub reason: Reason,
}

/// A share of the baskets from which on "often together" may be said.
const OFTEN: f32 = 0.05;
/// How many of the best are looked at for variety.
const POOL: usize = 120;
/// The longest list.
const MOST: usize = 500;
/// From which cosine on two items are near twins.
const TWINS: f32 = 0.6;

impl Model {
    /// The scores of all items for a shopper's events: what a click a second ago changes, without training.
    pub fn fold_in(&self, events: &[Event]) -> Vec<f32> {
        let signals = self.signals(events);
        let mut scores = vec![0.0; self.items().len()];
        super::method::Method::score(self, &signals, &mut scores);
        scores
    }

    /// The list for a shopper: at most `count` items that every rule allows, each with its reason.
    pub fn recommend(&self, events: &[Event], shelf: &Shelf, rules: &Rules, count: usize) -> Vec<Pick> {
        let count = count.min(MOST);
        if rules.mood_negative || count == 0 {
            return Vec::new();
        }
        let signals = self.signals(events);
        let barred = self.barred(events, shelf, rules);
        let allowed = |item: u32| allows(shelf, rules, item) && barred.binary_search(&item).is_err();
        let ranked = super::model::with_scores(|scores| self.best(&signals, POOL.max(4 * count), allowed, scores));
        let chosen = self.vary(ranked, shelf, rules, count);
        chosen.into_iter().map(|(item, score)| self.pick(item, score, events, &signals, shelf)).collect()
    }

    /// Everything that must not be listed, in order of the places: what was just bought, what the shopper looked at or
    /// has in the cart already, what was disliked with its near twins, what the rules bar.
    fn barred(&self, events: &[Event], shelf: &Shelf, rules: &Rules) -> Vec<u32> {
        let mut barred: Vec<u32> = rules.barred.iter().filter_map(|&item| self.items().place(item)).collect();
        for event in events {
            let Some(item) = self.items().place(event.item) else { continue };
            let consumable = shelf.get(item).is_some_and(|facts| facts.consumable);
            let recent = event.age_millis < rules.just_bought_days * 86_400_000;
            match event.kind {
                Kind::Buy if recent && !consumable => barred.push(item),
                Kind::Buy => {}
                Kind::Rating(stars) if stars <= 2 => {
                    barred.push(item);
                    barred.extend(self.twins(item));
                }
                Kind::Rating(_) => barred.push(item),
                Kind::View | Kind::Cart => barred.push(item),
            }
        }
        barred.sort_unstable();
        barred.dedup();
        barred
    }

    /// Items that are nearly the same to the shoppers, or in their words.
    fn twins(&self, item: u32) -> impl Iterator<Item = u32> + '_ {
        let near = self.table("near").pairs(item).filter(|pair| pair.1 >= TWINS);
        let alike = self.table("alike").pairs(item).filter(|pair| pair.1 >= 0.9);
        near.chain(alike).map(|pair| pair.0)
    }

    /// How alike two items are, between 0 and 1: by their shoppers or by their words.
    fn likeness(&self, a: u32, b: u32) -> f32 {
        self.table("near").value(a, b).max(self.table("alike").value(a, b)).min(1.0)
    }

    /// Maximal marginal relevance (Carbonell and Goldstein 1998) with the limits per category and brand.
    fn vary(&self, ranked: Vec<(u32, f32)>, shelf: &Shelf, rules: &Rules, count: usize) -> Vec<(u32, f32)> {
        let highest = ranked.first().map_or(1.0, |first| first.1).abs().max(f32::MIN_POSITIVE);
        let mut left: Vec<(u32, f32, f32)> = ranked.into_iter().map(|(item, score)| (item, score, 0.0)).collect();
        // Variety among what fits, not at the price of what does not.
        let fitting = left.partition_point(|entry| entry.1 >= 0.05 * highest);
        left.truncate(fitting.max(count));
        let mut chosen: Vec<(u32, f32)> = Vec::with_capacity(count.min(64));
        while chosen.len() < count && !left.is_empty() {
            let worth = |entry: &(u32, f32, f32)| (1.0 - rules.variety) * entry.1 / highest - rules.variety * entry.2;
            let best = (0..left.len()).max_by(|&a, &b| worth(&left[a]).total_cmp(&worth(&left[b])).then(b.cmp(&a)));
            let Some(best) = best else { break };
            let (item, score, _) = left.remove(best);
            let Some(facts) = shelf.get(item) else { continue };
            let same = |test: &dyn Fn(&Facts) -> bool| {
                chosen.iter().filter(|entry| shelf.get(entry.0).is_some_and(test)).count()
            };
            let crowded =
                rules.category.is_none() && same(&|other| other.category == facts.category) >= rules.per_category;
            let branded = rules.brand.is_none()
                && !facts.brand.is_empty()
                && same(&|other| other.brand == facts.brand) >= rules.per_brand;
            if crowded || branded {
                continue;
            }
            for entry in &mut left {
                entry.2 = entry.2.max(self.likeness(item, entry.0));
            }
            chosen.push((item, score));
        }
        chosen
    }

    fn pick(&self, item: u32, score: f32, events: &[Event], signals: &[Signal], shelf: &Shelf) -> Pick {
        Pick { item: self.items().id(item), score, reason: self.reason(item, events, signals, shelf) }
    }

    /// The event with the largest contribution to the score, or what else speaks for the item.
    fn reason(&self, item: u32, events: &[Event], signals: &[Signal], shelf: &Shelf) -> Reason {
        let kind_of = |place: u32| {
            let id = self.items().id(place);
            let all = events.iter().filter(|event| event.item == id).map(|event| event.kind);
            all.max_by(|a, b| a.weight().total_cmp(&b.weight()))
        };
        let strongest = signals
            .iter()
            .map(|&signal| (signal, self.contribution(signal, item)))
            .filter(|entry| entry.1 > 0.0 && entry.0.weight > 0.0)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((signal, _)) = strongest
            && let Some(kind) = kind_of(signal.item)
        {
            let source = self.items().id(signal.item);
            if matches!(kind, Kind::Buy | Kind::Cart) && self.table("together").value(signal.item, item) >= OFTEN {
                return Reason::BoughtTogether { item: source };
            }
            return Reason::BecauseOf { item: source, kind };
        }
        let alike = signals.iter().map(|signal| (signal.item, self.table("alike").value(signal.item, item)));
        if let Some((source, _)) = alike.filter(|entry| entry.1 > 0.3).max_by(|a, b| a.1.total_cmp(&b.1)) {
            return Reason::Alike { item: self.items().id(source) };
        }
        Reason::PopularIn { category: shelf.get(item).map(|facts| facts.category.clone()).unwrap_or_default() }
    }

    /// What is often bought together with `item` and is allowed, best first.
    pub fn bought_together(&self, item: i64, shelf: &Shelf, rules: &Rules, count: usize) -> Vec<Pick> {
        let Some(source) = self.items().place(item) else { return Vec::new() };
        let rows = self.table("together").pairs(source);
        self.listed(rows, source, shelf, rules, count, |_| Reason::BoughtTogether { item })
    }

    /// What serves the same need as `item`, which may be sold out: of its category, near by shoppers or by words.
    pub fn alternatives(&self, item: i64, shelf: &Shelf, rules: &Rules, count: usize) -> Vec<Pick> {
        let Some(source) = self.items().place(item) else { return Vec::new() };
        let mut joined: Vec<(u32, f32)> = self.table("alike").pairs(source).collect();
        for (other, value) in self.table("near").pairs(source) {
            match joined.iter_mut().find(|entry| entry.0 == other) {
                Some(entry) => entry.1 += value,
                None => joined.push((other, value)),
            }
        }
        if let Some(facts) = shelf.get(source) {
            // The same category serves the same need; nearness in price decides between equals.
            joined.retain(|entry| shelf.get(entry.0).is_some_and(|other| other.category == facts.category));
            for entry in &mut joined {
                let price = shelf.get(entry.0).map_or(0, |other| other.price_fen);
                let (low, high) = (price.min(facts.price_fen).max(1), price.max(facts.price_fen).max(1));
                entry.1 += 0.2 * low as f32 / high as f32;
            }
        }
        self.listed(joined.into_iter(), source, shelf, rules, count, |_| Reason::Alike { item })
    }

    fn listed(
        &self,
        rows: impl Iterator<Item = (u32, f32)>,
        source: u32,
        shelf: &Shelf,
        rules: &Rules,
        count: usize,
        reason: impl Fn(u32) -> Reason,
    ) -> Vec<Pick> {
        let barred: Vec<u32> = rules.barred.iter().filter_map(|&item| self.items().place(item)).collect();
        let fits = |item: u32| item != source && !barred.contains(&item) && allows(shelf, rules, item);
        let mut all: Vec<(u32, f32)> = rows.filter(|entry| fits(entry.0)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(count);
        all.into_iter().map(|(item, score)| Pick { item: self.items().id(item), score, reason: reason(item) }).collect()
    }
}

/// Whether the rules allow an item by its facts.
fn allows(shelf: &Shelf, rules: &Rules, item: u32) -> bool {
    let Some(facts) = shelf.get(item) else { return false };
    facts.in_stock
        && facts.on_shelf
        && rules.least_fen.is_none_or(|least| facts.price_fen >= least)
        && rules.most_fen.is_none_or(|most| facts.price_fen <= most)
        && rules.category.as_ref().is_none_or(|category| *category == facts.category)
        && rules.brand.as_ref().is_none_or(|brand| *brand == facts.brand)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommender::interaction::Interaction;
    use crate::recommender::model::train;
    use crate::recommender::select::TrainOptions;

    const DAY: i64 = 86_400_000;

    /// Two groups of taste: customers 0..40 buy items 0..10, the others 10..20; item 20 is popular with nobody.
    fn model() -> Model {
        let mut all = Vec::new();
        for customer in 0..80i64 {
            for step in 0..6i64 {
                let item = (customer / 40) * 10 + (customer * 7 + step * 3) % 10;
                all.push(Interaction { customer, item, kind: Kind::Buy, at_millis: (customer + step * 3 + 1) * DAY });
            }
        }
        all.push(Interaction { customer: 99, item: 20, kind: Kind::View, at_millis: DAY });
        train(all, &TrainOptions::default(), &|_| {}).expect("trained")
    }

    fn facts(item: i64) -> Facts {
        Facts {
            in_stock: item % 5 != 0,
            on_shelf: item % 7 != 3,
            price_fen: item * 100,
            category: format!("c{}", item / 4),
            brand: format!("b{}", item % 6),
            consumable: item % 4 == 1,
        }
    }

    fn shelf(model: &Model) -> Shelf {
        Shelf::new(model.items(), (0..21).map(|item| (item, facts(item))))
    }

    fn event(item: i64, kind: Kind, days: i64) -> Event {
        Event { item, kind, age_millis: days * DAY }
    }

    #[test]
    fn a_click_leads_to_the_own_group_with_a_true_reason() {
        let model = model();
        let shelf = shelf(&model);
        let free = Rules { per_category: 9, per_brand: 9, ..Rules::default() };
        for (clicked, group) in [(2, 0..10), (12, 10..20)] {
            let list = model.recommend(&[event(clicked, Kind::View, 0)], &shelf, &free, 3);
            assert!(list.len() == 3 && list.iter().all(|pick| group.contains(&pick.item)), "{list:?}");
            let reason = Reason::BecauseOf { item: clicked, kind: Kind::View };
            assert!(list.iter().all(|pick| pick.reason == reason), "{list:?}");
        }
    }

    #[test]
    fn a_new_shopper_gets_what_is_popular_within_what_was_asked() {
        let model = model();
        let rules = Rules { category: Some("c1".to_owned()), ..Rules::default() };
        let list = model.recommend(&[], &shelf(&model), &rules, 3);
        assert!(!list.is_empty());
        assert!(list.iter().all(|pick| pick.reason == Reason::PopularIn { category: "c1".to_owned() }), "{list:?}");
    }

    #[test]
    fn the_upset_and_thumbs_down_are_respected() {
        let model = model();
        let shelf = shelf(&model);
        assert!(model.recommend(&[], &shelf, &Rules { mood_negative: true, ..Rules::default() }, 3).is_empty());
        let list =
            model.recommend(&[event(12, Kind::View, 0), event(14, Kind::Rating(1), 0)], &shelf, &Rules::default(), 9);
        assert!(list.iter().all(|pick| pick.item != 14), "{list:?}");
    }

    #[test]
    fn alternatives_are_of_the_same_category_and_in_stock() {
        let model = model();
        let list = model.alternatives(5, &shelf(&model), &Rules::default(), 3);
        assert!(!list.is_empty() && list.iter().all(|pick| [4, 6, 7].contains(&pick.item)), "{list:?}");
    }

    #[test]
    fn no_draw_breaks_a_rule() {
        use rand::{RngExt, SeedableRng};
        let model = model();
        let shelf = shelf(&model);
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        for _ in 0..2_000 {
            let events: Vec<Event> = (0..random.random_range(0..6))
                .map(|_| {
                    let kinds = [Kind::View, Kind::Cart, Kind::Buy, Kind::Rating(1), Kind::Rating(5)];
                    event(
                        random.random_range(0..22),
                        kinds[random.random_range(0..kinds.len())],
                        random.random_range(0..200),
                    )
                })
                .collect();
            let rules = Rules {
                most_fen: random.random_bool(0.3).then(|| random.random_range(0..2500)),
                per_category: random.random_range(1..3),
                per_brand: random.random_range(1..3),
                barred: vec![random.random_range(0..20)],
                variety: random.random_range(0.0..1.0),
                ..Rules::default()
            };
            let list = model.recommend(&events, &shelf, &rules, 5);
            for (place, pick) in list.iter().enumerate() {
                let known = facts(pick.item);
                let count =
                    |test: &dyn Fn(&Facts) -> bool| list.iter().filter(|other| test(&facts(other.item))).count();
                assert!(known.in_stock && known.on_shelf && !rules.barred.contains(&pick.item));
                assert!(rules.most_fen.is_none_or(|most| known.price_fen <= most));
                assert!(count(&|other| other.category == known.category) <= rules.per_category);
                assert!(count(&|other| other.brand == known.brand) <= rules.per_brand);
                assert!(list[..place].iter().all(|other| other.item != pick.item));
                let bought = |one: &Event| one.item == pick.item && one.kind == Kind::Buy && one.age_millis < 90 * DAY;
                assert!(known.consumable || !events.iter().any(bought), "{events:?} {pick:?}");
            }
        }
    }
}
