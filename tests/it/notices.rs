//! What is told without being asked: a variant is back in stock.

use xiaoer::app::{Parts, open_shop, open_store};
use xiaoer::config::Config;
use xiaoer::domain::{ChannelKind, Clock, Content, ConversationId, Inbound, ReplyKey, StaffDeed, Timestamp, VariantId};
use xiaoer::engine::Engine;
use xiaoer::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};
use xiaoer::shop::{Change, ShopChange};

/// Something that the shop sells.
const VARIANT: &str =
    "select v.id from variants v join products p on p.id = v.product_id where p.on_shelf = 1 order by v.id limit 1";

async fn engine(folder: &tempfile::TempDir) -> Engine {
    let config = Config {
        database: folder.path().join("shop.db").display().to_string(),
        recommender: folder.path().join("recommender.bin"),
        demo: false,
        ..Config::default()
    };
    let store = open_store(&config).await.expect("a store");
    let shop = open_shop(store.pool().expect("SQLite").clone()).await.expect("a shop");
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.expect("the demo");
    let parts = Parts::open(&config).expect("the parts of the house");
    parts.engine(store, Clock::standing_at(DEMO_TODAY)).await.expect("an engine")
}

async fn set_stock(engine: &Engine, variant: VariantId, pieces: i64) {
    let pool = engine.store.pool().expect("SQLite");
    let set = sqlx::query("update variants set stock = ?1 where id = ?2").bind(pieces).bind(variant.0);
    set.execute(pool).await.expect("set");
}

#[tokio::test]
async fn who_waits_is_told_once_when_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(&folder).await;
    let conversation = ConversationId::new(ChannelKind::Script, "waits");
    let arrival = |key: &str, content| Inbound {
        key: key.to_owned(),
        conversation: conversation.clone(),
        at: Timestamp::from_millis(0),
        in_group: false,
        content,
    };
    engine.turn(&arrival("1", Content::Text { text: "在吗".to_owned() })).await.expect("a turn");
    let pool = engine.store.pool().expect("SQLite");
    let variant = VariantId(sqlx::query_scalar(VARIANT).fetch_one(pool).await.expect("a variant"));
    set_stock(&engine, variant, 0).await;
    let wish = Change::SubscribeRestock { conversation: conversation.clone(), variant };
    let wish = ShopChange::by_nobody("waits", wish);
    let written = engine.services.shop.own().apply(&wish, &engine.rules, DEMO_TODAY).await.expect("written");
    written.expect("not refused");
    assert_eq!(engine.tell_restocked(10).await.expect("looked"), 0, "nothing is back yet");
    set_stock(&engine, variant, 3).await;
    let claim = Content::Staff { staff: "amy".to_owned(), deed: StaffDeed::Claim };
    engine.turn(&arrival("2", claim)).await.expect("a turn");
    assert_eq!(engine.tell_restocked(10).await.expect("looked"), 0, "a person speaks");
    let back = Content::Staff { staff: "amy".to_owned(), deed: StaffDeed::HandBack };
    engine.turn(&arrival("3", back)).await.expect("a turn");
    assert_eq!(engine.tell_restocked(10).await.expect("looked"), 1);
    assert_eq!(engine.tell_restocked(10).await.expect("looked"), 0, "once is enough");
    let keys = "select body from outbox where inbound_key like 'notice:restock/%'";
    let bodies: Vec<String> =
        sqlx::query_scalar(keys).fetch_all(engine.store.pool().expect("SQLite")).await.expect("read");
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].contains(ReplyKey::RestockBack.as_str()), "{}", bodies[0]);
}
