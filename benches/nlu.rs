//! The surface of one message: form, words, entities.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use xiaoer::nlu::catalogue::Catalogue;
use xiaoer::nlu::normalize::normalize;
use xiaoer::nlu::surface::Surface;

fn surface(criterion: &mut Criterion) {
    let catalogue: Catalogue =
        serde_json::from_str(include_str!("../data/nlu/entities_catalogue.json")).expect("the catalogue");
    let surface = Surface::new(&catalogue);
    let now =
        jiff::civil::date(2026, 6, 18).at(10, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).expect("a time");
    let plain = "你好，我昨天买的那件红色连衣裙什么时候能发货呀，急着穿谢谢了";
    let figures = "订单2026061800012345要两件XL，预算三五百块，电话13812345678";
    criterion.bench_function("normalize, 30 characters", |bencher| bencher.iter(|| normalize(black_box(plain))));
    surface.read(plain, &now);
    criterion.bench_function("surface, 30 characters", |bencher| bencher.iter(|| surface.read(black_box(plain), &now)));
    criterion.bench_function("surface, figures", |bencher| bencher.iter(|| surface.read(black_box(figures), &now)));
    let long = plain.repeat(60);
    criterion
        .bench_function("surface, 1,800 characters", |bencher| bencher.iter(|| surface.read(black_box(&long), &now)));
}

criterion_group!(benches, surface);
criterion_main!(benches);
