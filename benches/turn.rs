//! One turn and its parts, over the demo shop in a database of its own. `cargo bench --bench turn`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use xiaoer::app::{Parts, open_store};
use xiaoer::config::Config;
use xiaoer::domain::{ChannelKind, Clock, Content, ConversationId, Inbound, ProductFilter, Reply, ReplyKey, Timestamp};
use xiaoer::engine::Engine;
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
        bench.iter(|| black_box(engine.reader.surface().read(black_box(MESSAGE), &now)));
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

    let mut number = 0;
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
