//! Interactions gathered per customer, with dense places for customers and items.
//! Leaves to others: reading files (`read`) and what the methods make of it.

use std::collections::HashMap;

use super::interaction::{Interaction, Kind};
use super::sparse::Sparse;

/// The shop's ids and their dense places, both ways.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IdMap {
    ids: Vec<i64>,
    places: HashMap<i64, u32>,
}

impl IdMap {
    /// From ids in the order of their places.
    pub fn new(ids: Vec<i64>) -> Self {
        let places = ids.iter().enumerate().map(|(place, &id)| (id, place as u32)).collect();
        IdMap { ids, places }
    }

    /// The place of an id, which is new if it was not there.
    pub fn place_or_new(&mut self, id: i64) -> u32 {
        *self.places.entry(id).or_insert_with(|| {
            self.ids.push(id);
            (self.ids.len() - 1) as u32
        })
    }

    /// The place of an id.
    pub fn place(&self, id: i64) -> Option<u32> {
        self.places.get(&id).copied()
    }

    /// The id at a place.
    pub fn id(&self, place: u32) -> i64 {
        self.ids[place as usize]
    }

    /// All ids in the order of their places.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// One event of a customer's history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The item's place.
    pub item: u32,
    /// What happened.
    pub kind: Kind,
    /// When, in milliseconds since 1970-01-01 UTC; 0 if not known.
    pub at_millis: i64,
}

/// All interactions, per customer from the oldest to the newest.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// Customers.
    pub customers: IdMap,
    /// Items.
    pub items: IdMap,
    /// The history of each customer.
    pub histories: Vec<Vec<Entry>>,
    /// Whether the order within the histories means time: some customer has events at different moments.
    pub ordered: bool,
    /// Whether the moments of the events are known.
    pub timed: bool,
}

impl Dataset {
    /// Gathers interactions. Histories are ordered by time; events at the same time keep their order.
    pub fn gather(interactions: impl IntoIterator<Item = Interaction>) -> Self {
        let mut data = Dataset::default();
        for Interaction { customer, item, kind, at_millis } in interactions {
            let customer = data.customers.place_or_new(customer) as usize;
            if customer == data.histories.len() {
                data.histories.push(Vec::new());
            }
            let item = data.items.place_or_new(item);
            data.timed |= at_millis != 0;
            data.histories[customer].push(Entry { item, kind, at_millis });
        }
        for history in &mut data.histories {
            history.sort_by_key(|entry| entry.at_millis);
            let ends = (history.first(), history.last());
            data.ordered |= matches!(ends, (Some(first), Some(last)) if first.at_millis != last.at_millis);
        }
        data
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.histories.iter().map(Vec::len).sum()
    }

    /// The time of the newest event.
    pub fn newest_millis(&self) -> i64 {
        self.histories.iter().flatten().map(|entry| entry.at_millis).max().unwrap_or(0)
    }

    /// Customers × items. An entry is the strongest weight among the customer's events with the item; what was rated
    /// badly has none.
    pub fn matrix(&self) -> Sparse {
        self.faded_matrix(f64::INFINITY)
    }

    /// As [`matrix`](Self::matrix), where an event counts half after `half_life_days`, if the moments are known.
    pub fn faded_matrix(&self, half_life_days: f64) -> Sparse {
        let newest = self.newest_millis();
        let fade = |at_millis: i64| {
            if !self.timed || half_life_days.is_infinite() {
                return 1.0;
            }
            0.5f64.powf((newest - at_millis) as f64 / 86_400_000.0 / half_life_days) as f32
        };
        let rows = self.histories.iter().map(|history| {
            let weight = |entry: &Entry| (entry.item, entry.kind.weight() * fade(entry.at_millis));
            let mut row: Vec<(u32, f32)> = history.iter().map(weight).collect();
            row.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            row.dedup_by_key(|entry| entry.0);
            row.retain(|entry| entry.1 > 0.0);
            row
        });
        Sparse::from_rows(rows, self.items.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_are_in_order_of_time_and_the_matrix_takes_the_strongest_event() {
        let event = |item, kind, at_millis| Interaction { customer: 7, item, kind, at_millis };
        let data = Dataset::gather([
            event(5, Kind::Buy, 30),
            event(4, Kind::View, 10),
            event(5, Kind::View, 20),
            event(3, Kind::Rating(1), 40),
        ]);
        let items: Vec<i64> = data.histories[0].iter().map(|entry| data.items.id(entry.item)).collect();
        assert_eq!(items, [4, 5, 5, 3]);
        assert!(data.ordered);
        assert_eq!(data.matrix().row(0), (&[0, 1][..], &[1.0, 0.3][..]));
    }
}
