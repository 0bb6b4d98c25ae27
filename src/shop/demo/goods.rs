//! Products, variants and the prices of the last sixty days. Leaves to others: who buys them (`behaviour`).

use super::DEMO_TODAY;
use super::behaviour::Event;
use super::random::{Chance, DAY, between, percent};
use super::sources::{ProductSource, Sources};
use crate::domain::{InteractionKind, Timestamp};

/// Of how many days prices are kept.
const PRICE_DAYS: i64 = 60;

pub(super) struct Goods {
    pub products: Vec<Item>,
    /// The products of each category, by their places.
    pub by_category: Vec<Vec<usize>>,
}

pub(super) struct Item {
    pub category: usize,
    pub brand: String,
    pub title: String,
    pub description: String,
    pub attributes: Vec<String>,
    pub listed_at: Timestamp,
    pub on_shelf: bool,
    /// How good it is, 2 to 5: what its ratings are about.
    pub quality: i64,
    /// How often it is looked at within its category.
    pub popularity: u64,
    /// The third of the category's prices that it belongs to.
    pub level: u64,
    pub sold: i64,
    pub rating_sum: i64,
    pub rating_count: i64,
    pub variants: Vec<Choice>,
}

pub(super) struct Choice {
    /// The row's id.
    pub id: i64,
    pub colour: Option<String>,
    pub size: Option<String>,
    pub stock: i64,
    /// The prices in cents, oldest first.
    pub prices: Vec<(Timestamp, i64)>,
}

impl Choice {
    pub(super) fn price_at(&self, at: Timestamp) -> i64 {
        let held = self.prices.iter().rev().find(|(since, _)| *since <= at);
        held.or(self.prices.first()).map_or(0, |(_, price)| *price)
    }

    pub(super) fn price(&self) -> i64 {
        self.prices.last().map_or(0, |(_, price)| *price)
    }

    pub(super) fn label(&self) -> String {
        [self.colour.as_deref(), self.size.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

impl Goods {
    pub(super) fn make(sources: &Sources, rng: &mut Chance) -> Self {
        let mut goods = Goods { products: Vec::new(), by_category: vec![Vec::new(); sources.categories.len()] };
        let mut next_variant = 1;
        for source in &sources.products {
            let Some(category) = sources.category(&source.category) else { continue };
            goods.by_category[category].push(goods.products.len());
            goods.products.push(item(sources, source, category, &mut next_variant, rng));
        }
        for places in &goods.by_category {
            rank(&mut goods.products, places, rng);
        }
        goods
    }

    /// Counts pieces and stars from what happened.
    pub(super) fn count_sales(&mut self, events: &[Event]) {
        for event in events {
            let item = &mut self.products[event.product];
            match event.kind {
                InteractionKind::Buy => item.sold += 1,
                InteractionKind::Rating => {
                    item.rating_sum += event.stars;
                    item.rating_count += 1;
                }
                InteractionKind::View | InteractionKind::Cart => {}
            }
        }
    }
}

/// Gives popularity at random and price levels by price.
fn rank(products: &mut [Item], places: &[usize], rng: &mut Chance) {
    let mut order: Vec<(i64, usize)> = places.iter().map(|place| (between(rng, 0, i64::MAX / 2), *place)).collect();
    order.sort_unstable();
    for (rank, (_, place)) in (0_u64..).zip(order) {
        products[place].popularity = 120 / (rank + 1) + 8;
        products[place].sold = i64::try_from(120 / (rank + 1)).unwrap_or(0) * between(rng, 12, 40);
    }
    let mut prices: Vec<(i64, usize)> =
        places.iter().map(|place| (products[*place].variants.first().map_or(0, Choice::price), *place)).collect();
    prices.sort_unstable();
    let count = prices.len().max(1);
    for (rank, (_, place)) in prices.into_iter().enumerate() {
        products[place].level = u64::try_from(rank * 3 / count).unwrap_or(0);
    }
}

fn item(sources: &Sources, source: &ProductSource, category: usize, next_variant: &mut i64, rng: &mut Chance) -> Item {
    let kind = &sources.categories[category];
    let title = format!("{} {}", source.brand, source.title);
    let attributes: Vec<String> = source.attributes.split('|').map(str::to_owned).collect();
    let facts: Vec<String> =
        kind.attributes.iter().zip(&attributes).take(3).map(|(name, value)| format!("{name}{value}")).collect();
    let description = format!("{}。{}。{}", source.point, facts.join("，"), kind.lines.join(""));
    let new = percent(rng, 7);
    let listed_days = if new { between(rng, 5, 55) } else { between(rng, 400, 1_200) };
    let sold_out = percent(rng, 2);
    let colours = if source.colours.is_empty() { &kind.colours } else { &source.colours };
    let sizes = if source.sizes.is_empty() { &kind.sizes } else { &source.sizes };
    let history = price_moves(rng);
    let mut variants = Vec::new();
    for colour in options(colours) {
        for size in options(sizes) {
            let (size, more) = size.map_or((None, 0), priced);
            let full = (source.price + more) * 100;
            variants.push(Choice {
                id: *next_variant,
                colour: colour.map(str::to_owned),
                size,
                stock: if sold_out { 0 } else { stock(rng) },
                prices: history.iter().map(|(since, hundredths)| (*since, full * hundredths / 10_000 * 100)).collect(),
            });
            *next_variant += 1;
        }
    }
    Item {
        category,
        brand: source.brand.clone(),
        title,
        description,
        attributes,
        listed_at: DEMO_TODAY.plus_seconds(-listed_days * DAY),
        on_shelf: !percent(rng, 1),
        quality: between(rng, 2, 5).max(between(rng, 2, 5)),
        popularity: 0,
        level: 0,
        sold: 0,
        rating_sum: 0,
        rating_count: 0,
        variants,
    }
}

/// The options of `黑/白`; one empty option where there is no choice.
fn options(list: &str) -> Vec<Option<&str>> {
    if list.is_empty() { vec![None] } else { list.split('/').map(Some).collect() }
}

/// `50g+60` is 50g at sixty yuan more; `8GB+256GB` is only a name.
fn priced(size: &str) -> (Option<String>, i64) {
    match size.rsplit_once('+') {
        Some((name, more)) => match more.parse() {
            Ok(more) => (Some(name.to_owned()), more),
            Err(_) => (Some(size.to_owned()), 0),
        },
        None => (Some(size.to_owned()), 0),
    }
}

fn stock(rng: &mut Chance) -> i64 {
    match between(rng, 0, 99) {
        0..=5 => 0,
        6..=13 => between(rng, 1, 3),
        14..=40 => between(rng, 4, 20),
        _ => between(rng, 21, 240),
    }
}

/// Hundredths of the full price from a moment on. Three in four goods are cheaper in the June sale, some for a week
/// in May.
fn price_moves(rng: &mut Chance) -> Vec<(Timestamp, i64)> {
    let day = |days: i64| DEMO_TODAY.plus_seconds(-days * DAY - 10 * 3_600);
    let mut moves = vec![(day(PRICE_DAYS), 100)];
    if percent(rng, 20) {
        let start = between(rng, 35, 50);
        moves.push((day(start), between(rng, 88, 95)));
        moves.push((day(start - 7), 100));
    }
    if percent(rng, 75) {
        let sale = between(rng, 85, 95);
        moves.push((day(17), sale));
        if percent(rng, 25) {
            moves.push((day(between(rng, 1, 6)), sale - between(rng, 2, 5)));
        }
    }
    moves
}
