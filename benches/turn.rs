//! One turn and its parts, over the demo shop in a database of its own. `cargo bench --bench turn`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use xiaoer::app::{Parts, open_store};
use xiaoer::config::Config;
use xiaoer::domain::{
    ChannelKind, Clock, Content, ConversationId, CustomerId, Inbound, Interaction, Money, Product, ProductFilter,
    Reply, ReplyKey, Timestamp,
};
use xiaoer::engine::Engine;
use xiaoer::recommender::{Event, Facts, Kind, Rules, Shelf};
use xiaoer::shop::demo::DEMO_TODAY;

const MESSAGE: &str = "帮我看看上周买的蓝牙耳机快递到哪里了，怎么还没到";

fn inbound(conversation: &ConversationId, number: u64, content: Content) -> Inbound {
    Inbound {
        key: format!("bench/{conversation}/{number}"),
        conversation: conversation.clone(),
        at: Timestamp::from_millis(0),
        in_group: false,
        content,
    }
}

fn facts(product: &Product) -> Facts {
    Facts {
        in_stock: product.stock() > 0,
        on_shelf: product.on_shelf,
        price_fen: product.price_from().map_or(0, Money::cents),
        category: product.category.clone(),
        brand: product.brand.clone(),
        consumable: false,
    }
}

fn turns(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config {
        database: folder.path().join("bench.db").display().to_string(),
        recommender: folder.path().join("recommender.bin"),
        ..Config::default()
    };
    let engine: Engine = runtime.block_on(async {
        let parts = Parts::open(&config).expect("the parts of the house");
        let store = open_store(&config).await.expect("a demo shop");
        parts.engine(store, Clock::standing_at(DEMO_TODAY)).await.expect("an engine")
    });
    let now = DEMO_TODAY.zoned(&engine.services.zone);
    let conversation = ConversationId::new(ChannelKind::Script, "bench");

    criterion.bench_function("normalize, jieba, entities", |bench| {
        let surface = engine.reader.surface();
        bench.iter(|| black_box(surface.read(black_box(MESSAGE), &now)));
    });
    criterion.bench_function("tokenizer and encoder", |bench| {
        bench.iter(|| black_box(engine.reader.encoder().understand_blocking(black_box(MESSAGE), None)));
    });
    let filter = ProductFilter { words: vec!["蓝牙耳机".to_owned()], in_stock: true, ..ProductFilter::default() };
    criterion.bench_function("look-up: product search", |bench| {
        bench.iter(|| runtime.block_on(engine.services.shop.search(black_box(&filter), 5, 0)).expect("a search"));
    });
    let reply = Reply::new(ReplyKey::GreetingHello);
    criterion.bench_function("render", |bench| {
        bench.iter(|| black_box(engine.renderer.render(black_box(&reply), &conversation, 3)));
    });

    let handle = engine.services.recommender.clone().expect("the demo shop has a recommender");
    let (shelf, history) = runtime.block_on(async {
        let (products, _) = engine.services.shop.search(&ProductFilter::default(), 1_000, 0).await.expect("products");
        let facts = products.iter().map(|product| (product.id.0, facts(product)));
        let shelf = Shelf::new(handle.current().items(), facts);
        let past = engine.services.shop.interactions_of(CustomerId(1), 50).await.expect("interactions");
        let event = |past: &Interaction| Event { item: past.product.0, kind: Kind::View, age_millis: 0 };
        (shelf, past.iter().map(event).collect::<Vec<Event>>())
    });
    criterion.bench_function("recommendation", |bench| {
        bench.iter(|| black_box(handle.current().recommend(&history, &shelf, &Rules::default(), 3)));
    });

    let mut number = 0;
    let conversation = ConversationId::new(ChannelKind::Script, "bench-commit");
    let message = inbound(&conversation, 0, Content::Text { text: "在吗".to_owned() });
    let report = runtime.block_on(engine.turn(&message)).expect("a turn");
    criterion.bench_function("commit", |bench| {
        bench.iter(|| {
            number += 1;
            let conversation = ConversationId::new(ChannelKind::Script, format!("bench-commit-{number}"));
            let key = format!("bench-commit/{number}");
            runtime.block_on(async {
                let mut transaction = engine.store.begin().await.expect("a transaction");
                transaction.append(&conversation, 0, DEMO_TODAY, &report.events).await.expect("appended");
                transaction.enqueue(&conversation, &key, &report.messages, DEMO_TODAY).await.expect("queued");
                transaction.commit().await.expect("committed");
            });
        });
    });

    for (name, text) in [("whole turn: greeting", "在吗"), ("whole turn: product search", "有没有500元以内的耳机推荐")]
    {
        criterion.bench_function(name, |bench| {
            bench.iter(|| {
                // A conversation of its own: the log that is loaded stays short.
                number += 1;
                let conversation = ConversationId::new(ChannelKind::Script, format!("bench-{number}"));
                let message = inbound(&conversation, number, Content::Text { text: text.to_owned() });
                runtime.block_on(engine.turn(&message)).expect("a turn")
            });
        });
    }
}

criterion_group!(benches, turns);
criterion_main!(benches);
