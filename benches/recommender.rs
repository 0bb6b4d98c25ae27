//! The time of one list at 40,000 items on one core.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng};
use xiaoer::recommender::{Event, Facts, Interaction, Kind, Rules, Shelf, TrainOptions, train};

const ITEMS: i64 = 40_000;

/// Customers of 200 groups of taste; within a group the low numbers are popular.
fn interactions() -> Vec<Interaction> {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let mut all: Vec<Interaction> =
        (0..ITEMS).map(|item| Interaction { customer: item % 20_000, item, kind: Kind::Buy, at_millis: 0 }).collect();
    for customer in 0..20_000i64 {
        let group = customer % 200;
        for _ in 0..25 {
            let place = (random.random_range(0.0f64..1.0).powi(3) * 200.0) as i64;
            all.push(Interaction { customer, item: group * 200 + place, kind: Kind::Buy, at_millis: 0 });
        }
    }
    all
}

fn lists(criterion: &mut Criterion) {
    let model = train(interactions(), &TrainOptions::default(), &|_| {}).expect("trained");
    let facts = |&item: &i64| {
        let known = Facts {
            in_stock: item % 10 != 0,
            on_shelf: item % 50 != 0,
            price_fen: 1_000 + item % 100_000,
            category: format!("category {}", item % 40),
            brand: format!("brand {}", item % 500),
            consumable: item % 3 == 0,
        };
        (item, known)
    };
    let shelf = Shelf::new(model.items(), model.items().ids().iter().map(facts));
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(4);
    let histories: Vec<Vec<Event>> = (0..64)
        .map(|_| {
            let group = random.random_range(0..200);
            let event = |age: i64, item: i64| Event { item, kind: Kind::Buy, age_millis: age * 86_400_000 };
            (0..30).map(|age| event(age, group * 200 + random.random_range(0..200))).collect()
        })
        .collect();
    let mut next = 0;
    criterion.bench_function("recommend 10 of 40,000 after 30 events", |bencher| {
        bencher.iter(|| {
            next = (next + 1) % histories.len();
            black_box(model.recommend(&histories[next], &shelf, &Rules::default(), 10))
        });
    });
    // The mean is criterion's; the 95th percentile is ours.
    let mut micros: Vec<u128> = (0..2_000)
        .map(|round| {
            let start = std::time::Instant::now();
            black_box(model.recommend(&histories[round % histories.len()], &shelf, &Rules::default(), 10));
            start.elapsed().as_micros()
        })
        .collect();
    micros.sort_unstable();
    println!("median {} µs, p95 {} µs", micros[micros.len() / 2], micros[micros.len() * 95 / 100]);
}

criterion_group!(benches, lists);
criterion_main!(benches);
