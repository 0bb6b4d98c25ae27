//! Service requests reach the merchant's own system: signed, tried again, once per key.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use xiaoer::app::shop_segmenter;
use xiaoer::domain::{ChannelKind, ConversationId, CustomerId};
use xiaoer::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};
use xiaoer::shop::mapped::Webhook;
use xiaoer::shop::webhook::{Courier, Delivered, signature};
use xiaoer::shop::{Change, Effect, Shop, ShopChange, WriteRules};

type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;

async fn listen(State(heard): State<Heard>, headers: HeaderMap, body: String) -> StatusCode {
    let mut heard = heard.lock().expect("nobody panicked");
    heard.push((headers, body));
    if heard.len() == 1 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT }
}

#[tokio::test]
async fn a_request_is_signed_tried_again_and_delivered_once() {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/erp", listener.local_addr().expect("an address"));
    let router = Router::new().route("/erp", post(listen)).with_state(heard.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });

    let shop = Shop::in_memory(shop_segmenter()).await.expect("our side");
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.expect("customers");
    let phone = shop.customer_by_id(CustomerId(1)).await.unwrap().expect("one").phone;
    let chat = ConversationId::new(ChannelKind::Script, "hook");
    let me = shop.verify_by_contact(&chat, &phone, DEMO_TODAY).await.unwrap().verified().expect("the owner");
    let order: xiaoer::domain::OrderNumber = "202606150102000002".parse().unwrap();
    let change = ShopChange::by(&me, "chat:小/1", Change::CancelOrder { order });
    let rules = WriteRules { orders_elsewhere: true, ..WriteRules::default() };
    let filed = shop.apply(&change, &rules, DEMO_TODAY).await.unwrap().expect("filed");
    let Effect::Requested { id } = filed.effect else { panic!("{filed:?}") };
    assert!(shop.apply(&change, &rules, DEMO_TODAY).await.unwrap().expect("filed").repeated);

    let webhook = Webhook { url, secret_env: "SECRET".to_owned() };
    assert!(Courier::new(&webhook, &|_| None).is_err(), "nothing leaves unsigned");
    let courier = Courier::new(&webhook, &|name| (name == "SECRET").then(|| "s3cret".to_owned())).expect("a courier");
    assert_eq!(courier.deliver(&shop, DEMO_TODAY).await.unwrap(), Delivered { taken: 0, failed: 1 });
    assert_eq!(courier.deliver(&shop, DEMO_TODAY).await.unwrap(), Delivered::default(), "it waits before the next try");
    let later = DEMO_TODAY.plus_seconds(6);
    assert_eq!(courier.deliver(&shop, later).await.unwrap(), Delivered { taken: 1, failed: 0 });
    assert_eq!(courier.deliver(&shop, later.plus_days(1)).await.unwrap(), Delivered::default(), "once");
    serving.abort();

    let heard = heard.lock().expect("nobody panicked");
    assert_eq!(heard.len(), 2);
    let (headers, body) = &heard[1];
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).expect("a header");
    assert_eq!(text("x-xiaoer-timestamp"), (later.millis() / 1000).to_string());
    let signed = signature(b"s3cret", text("x-xiaoer-timestamp"), body);
    assert_eq!(text("x-xiaoer-signature"), format!("sha256={signed}"));
    assert_eq!(text("idempotency-key"), heard[0].0.get("idempotency-key").expect("a key"));
    let told: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(
        (told["id"].as_i64(), told["kind"].as_str(), told["order"].as_str()),
        (Some(id), Some("cancel_order"), Some("202606150102000002"))
    );
}
