//! A shop on PostgreSQL that does everything in its own way.

use xiaoer::domain::{ChannelKind, ConversationId, Money, OrderState, ProductId, Timestamp, VariantId};
use xiaoer::shop::mapped::{Access, Database, Probes, Severity};
use xiaoer::shop::{Change, Gateway, Shop, ShopChange};

use super::chat::NOW;
use super::servers::postgres;

const SCHEMA: &str = include_str!("../../shops/boutique.sql");
const MAPPING: &str = include_str!("../../shops/boutique.toml");

#[tokio::test]
async fn enums_numerics_zones_uuids_and_json_are_read() {
    let Some(own) = postgres(SCHEMA).await else { return };
    let shop = own.shop(MAPPING);
    let our_side = Shop::in_memory(xiaoer::app::shop_segmenter()).await.unwrap();
    let gateway = Gateway::mapped(our_side, shop.clone());
    let report = shop.check(Probes::default(), NOW).await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Fault).collect();
    assert!(told.is_empty(), "{told:#?}");

    let chat = ConversationId::new(ChannelKind::Script, "boutique");
    let phone = "13900000003".parse().unwrap();
    let me = gateway.verify_by_contact(&chat, &phone, NOW).await.unwrap().verified().expect("the buyer");
    let order = gateway.order(&me, &"2026060112340001".parse().unwrap()).await.unwrap().expect("the order");
    assert_eq!((order.state, order.total), (OrderState::Shipped, Money::from_cents(20_450)));
    assert_eq!(order.placed_at, Timestamp::from_millis(1_780_288_440_000));
    assert_eq!(order.paid_at, Some(Timestamp::from_millis(1_780_288_500_000)));
    assert_eq!((order.receiver.city.as_str(), order.receiver.phone.as_str()), ("昆明市", "13900000003"));
    let lines: Vec<_> = order.lines.iter().map(|line| (line.title.as_str(), line.unit_price.cents())).collect();
    assert_eq!(lines, [("手冲咖啡壶", 15_900), ("陶瓷滤杯", 4_550)]);
    assert_eq!(gateway.order(&me, &"2026060212340002".parse().unwrap()).await.unwrap(), None);
    let pot = gateway.product(ProductId(1)).await.unwrap().expect("the pot");
    assert_eq!((pot.rating_tenths, pot.variants.len()), (Some(47), 2));
    let black = gateway.variant(VariantId(11)).await.unwrap().expect("black");
    assert_eq!((black.price, black.stock, black.colour.as_deref()), (Money::from_yuan(159), 7, Some("黑")));

    // The other buyer cancels; a repeat says the same and does nothing.
    let other =
        gateway.verify_by_contact(&chat, &"13900000004".parse().unwrap(), NOW).await.unwrap().verified().unwrap();
    let number = "2026060212340002".parse().unwrap();
    let change =
        |key: &str, who| ShopChange::by(who, key, Change::CancelOrder { order: "2026060212340002".parse().unwrap() });
    let refused = gateway.carry_out(&change("k0", &me), NOW).await.unwrap().expect("mapped");
    assert_eq!(refused, Err(xiaoer::shop::Refused::NotFound), "not the owner");
    assert!(!gateway.carry_out(&change("k1", &other), NOW).await.unwrap().unwrap().unwrap().repeated);
    assert!(gateway.carry_out(&change("k1", &other), NOW).await.unwrap().unwrap().unwrap().repeated);
    assert_eq!(gateway.order(&other, &number).await.unwrap().unwrap().state, OrderState::Cancelled);
    shop.close().await;
    own.drop().await;
}

#[tokio::test]
async fn a_pool_for_reading_cannot_write() {
    let Some(own) = postgres(SCHEMA).await else { return };
    let hours = std::time::Duration::from_secs(5);
    let reader = Database::at(&own.address(), Access::Read, hours, 2).unwrap();
    for sql in
        ["delete from purchase_items", "with gone as (delete from purchase_items returning 1) select * from gone"]
    {
        let statement = xiaoer::shop::mapped::Rendered { sql: sql.to_owned(), values: Vec::new() };
        let error = reader.fetch(statement).await.expect_err("a reader writes nothing");
        assert!(error.to_string().contains("read-only"), "{error}");
    }
    reader.close().await;
    own.drop().await;
}

#[tokio::test]
async fn conversations_on_postgresql_are_served_by_the_embedded_shop() {
    use xiaoer::app::{Parts, open_store, shop_segmenter};
    use xiaoer::config::Config;
    use xiaoer::domain::{Clock, Content, CustomerId, Inbound};
    use xiaoer::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};

    let Some(own) = postgres("select 1").await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config {
        database: own.address(),
        shop_database: folder.path().join("shop.db"),
        recommender: folder.path().join("recommender.bin"),
        demo: false,
        ..Config::default()
    };
    let shop = Shop::open(&config.shop_database, shop_segmenter()).await.expect("the embedded shop");
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.expect("the demo");
    let store = open_store(&config).await.expect("the conversations");
    let parts = Parts::open(&config).expect("the parts");
    let engine = parts.engine(store.clone(), Clock::standing_at(DEMO_TODAY)).await.expect("an engine");
    let conversation = ConversationId::new(ChannelKind::Script, "pg");
    let phone = shop.customer_by_id(CustomerId(1)).await.unwrap().expect("one").phone;
    let me = engine.services.shop.verify_by_contact(&conversation, &phone, DEMO_TODAY).await.unwrap().verified();
    engine.services.shop.bind(&conversation, &me.expect("the owner")).await.unwrap();
    let inbound = Inbound {
        key: "pg/1".to_owned(),
        conversation,
        at: DEMO_TODAY,
        in_group: false,
        content: Content::Text { text: "我的订单".to_owned() },
    };
    store.receive(&inbound).await.expect("received");
    let report = engine.turn(&inbound).await.expect("a turn");
    let newest = shop.orders_of(&me.expect("the owner"), 1, &[]).await.unwrap();
    let title: String = newest[0].lines[0].title.chars().take(6).collect();
    let told: String = report.messages.iter().map(|message| message.text.clone()).collect();
    assert!(told.contains(&title), "{title} is not in {told}");
    store.close().await;
    own.drop().await;
}
