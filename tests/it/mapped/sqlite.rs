//! The demo shop read both ways, embedded and through `config/shops/embedded.toml`, tells the same.

use xiaoer::app::shop_segmenter;
use xiaoer::domain::{ChannelKind, ConversationId, CustomerId, OrderState};
use xiaoer::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};
use xiaoer::shop::mapped::{Probes, Severity};
use xiaoer::shop::{Gateway, Shop, VerifiedCustomer};

use super::servers::shop_at;

const MAPPING: &str = include_str!("../../../config/shops/embedded.toml");

async fn both_ways(folder: &tempfile::TempDir) -> (Shop, Gateway) {
    let file = folder.path().join("shop.db");
    let embedded = Shop::open(&file, shop_segmenter()).await.expect("a shop");
    embedded.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.expect("the demo");
    let own = Shop::in_memory(shop_segmenter()).await.expect("our side");
    (embedded, Gateway::mapped(own, shop_at(&format!("sqlite:{}", file.display()), MAPPING)))
}

/// The same customer, verified on each side.
async fn verified(shop: &Gateway, id: i64) -> VerifiedCustomer {
    let phone = shop.customer_by_id(CustomerId(id)).await.expect("an answer").expect("a customer").phone;
    let conversation = ConversationId::new(ChannelKind::Script, "check");
    shop.verify_by_contact(&conversation, &phone, DEMO_TODAY).await.expect("an answer").verified().expect("the owner")
}

#[tokio::test]
async fn the_demo_shop_tells_the_same_both_ways() {
    let folder = tempfile::tempdir().expect("a folder");
    let (embedded, mapped) = both_ways(&folder).await;
    let mut orders = 0;
    for id in 1..=30 {
        let me = verified(&mapped, id).await;
        assert_eq!(mapped.customer(&me).await.unwrap(), embedded.customer(&me).await.unwrap());
        assert_eq!(mapped.addresses(&me).await.unwrap(), embedded.addresses(&me).await.unwrap());
        let known = embedded.orders_of(&me, 50, &[]).await.unwrap();
        assert_eq!(mapped.orders_of(&me, 50, &[]).await.unwrap(), known);
        assert_eq!(mapped.count_orders(&me, &[]).await.unwrap(), known.len() as u64);
        let open = [OrderState::Paid, OrderState::Shipped];
        assert_eq!(mapped.orders_of(&me, 2, &open).await.unwrap(), embedded.orders_of(&me, 2, &open).await.unwrap());
        assert_eq!(mapped.count_orders(&me, &open).await.unwrap(), embedded.count_orders(&me, &open).await.unwrap());
        for order in &known {
            orders += 1;
            assert_eq!(mapped.order(&me, &order.number).await.unwrap().as_ref(), Some(order));
            assert_eq!(
                mapped.paid_back(&me, &order.number).await.unwrap(),
                embedded.paid_back(&me, &order.number).await.unwrap()
            );
            for parcel in &order.parcels {
                let found = mapped.order_of_parcel(&me, &parcel.tracking_number).await.unwrap();
                assert_eq!(found.map(|order| order.number), Some(order.number.clone()));
            }
        }
        assert_eq!(
            mapped.coupons_of(&me, DEMO_TODAY).await.unwrap(),
            embedded.coupons_of(&me, DEMO_TODAY).await.unwrap()
        );
        assert_eq!(
            mapped.gift_cards_of(&me, DEMO_TODAY).await.unwrap(),
            embedded.gift_cards_of(&me, DEMO_TODAY).await.unwrap()
        );
    }
    assert!(orders > 50, "the demo has orders: {orders}");
    assert_eq!(mapped.promotions(DEMO_TODAY).await.unwrap(), embedded.promotions(DEMO_TODAY).await.unwrap());
    assert_eq!(mapped.shipping_regions().await.unwrap(), embedded.shipping_regions().await.unwrap());
    let ids: Vec<_> = embedded.catalogue().await.unwrap().products.iter().map(|product| product.id).collect();
    for ids in ids.chunks(40) {
        let products = embedded.products(ids).await.unwrap();
        assert_eq!(mapped.products(ids).await.unwrap(), products);
        let product = &products[0];
        assert_eq!(mapped.size_table(product.id).await.unwrap(), embedded.size_table(product.id).await.unwrap());
        let variant = &product.variants[0];
        assert_eq!(mapped.variant(variant.id).await.unwrap().as_ref(), Some(variant));
        assert_eq!(mapped.price_history(variant.id).await.unwrap(), embedded.price_history(variant.id).await.unwrap());
        let (from, until) = (DEMO_TODAY.plus_days(-40), DEMO_TODAY);
        let lowest = embedded.lowest_price(variant.id, from, until).await.unwrap();
        assert_eq!(mapped.lowest_price(variant.id, from, until).await.unwrap(), lowest);
    }
}

#[tokio::test]
async fn an_order_of_somebody_else_is_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (embedded, mapped) = both_ways(&folder).await;
    let (me, other) = (verified(&mapped, 1).await, verified(&mapped, 2).await);
    for order in embedded.orders_of(&other, 50, &[]).await.unwrap() {
        assert_eq!(mapped.order(&me, &order.number).await.unwrap(), None);
        for parcel in &order.parcels {
            assert_eq!(mapped.order_of_parcel(&me, &parcel.tracking_number).await.unwrap(), None);
        }
    }
    // A statement that forgets the owner's condition but names the parameter still shows nobody else's orders.
    let careless =
        MAPPING.replace("own_order = \"o.customer_id = :customer\"", "own_order = \":customer is not null\"");
    let file = folder.path().join("shop.db");
    let own = Shop::in_memory(shop_segmenter()).await.unwrap();
    let careless = Gateway::mapped(own, shop_at(&format!("sqlite:{}", file.display()), &careless));
    let mine = careless.orders_of(&me, 500, &[]).await.unwrap();
    assert!(mine.iter().all(|order| order.customer == me.id()));
}

#[tokio::test]
async fn the_check_finds_nothing_wrong_with_the_shipped_mapping_and_what_is_wrong_with_a_bad_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_embedded, mapped) = both_ways(&folder).await;
    let report = mapped.merchant().expect("mapped").check(Probes::default(), DEMO_TODAY).await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.severity != Severity::Note).collect();
    assert!(report.count(Severity::Fault) == 0, "{told:#?}");
    assert!(report.runs.len() >= 24, "{:#?}", report.findings);

    let bad = MAPPING
        .replace("o.total, o.gift_card", "o.receiver_name as total, o.gift_card")
        .replace(
            "select {variant} where v.id = :variant",
            "select v.id, v.product_id as product, v.price from variants v where v.id + 0 = :variant",
        )
        .replace("from price_history h", "from prices_of_yore h")
        .replace("a.is_default\n", "a.is_default as default_one\n");
    let address = format!("sqlite:{}", folder.path().join("shop.db").display());
    let report = shop_at(&address, &bad).check(Probes { customer: Some(1), ..Probes::default() }, DEMO_TODAY).await;
    let told = |place: &str, text: &str| {
        report.findings.iter().any(|finding| finding.place == place && finding.text.contains(text))
    };
    assert!(told("needs.orders_of_customer", "column total"), "{:#?}", report.findings);
    assert!(told("needs.stock_of_variant", "no column stock"), "{:#?}", report.findings);
    assert!(told("needs.stock_of_variant", "reads v from end to end"), "{:#?}", report.findings);
    assert!(told("needs.price_history", "no such table"), "{:#?}", report.findings);
    assert!(told("needs.addresses", "default_one"), "{:#?}", report.findings);
}
