//! Scripted conversations with macrozheng/mall on a real MariaDB, through the shipped mapping.

use xiaoer::domain::{ChannelKind, ConversationId, Money, ProductId, VariantId};
use xiaoer::shop::Effect;
use xiaoer::shop::mapped::{Probes, Severity};

use super::chat::{Chat, NOW, holds};
use super::servers::{Own, mysql};

const SCHEMA: &str = include_str!("../../shops/mall.sql");
const MAPPING: &str = include_str!("../../../config/shops/mall.toml");

async fn begin() -> Option<(Own, Chat)> {
    let own = mysql(SCHEMA).await?;
    let chat = Chat::begin(own.shop(MAPPING)).await;
    Some((own, chat))
}

async fn end(own: Own, chat: Chat) {
    chat.engine.services.shop.merchant().expect("mapped").close().await;
    own.drop().await;
}

#[tokio::test]
async fn a_shopper_proves_who_they_are_and_sees_their_orders_only() {
    let Some((own, mut chat)) = begin().await else { return };
    chat.say("我的订单").await;
    // The order of somebody else with one's own digits.
    chat.say("202606140101000007").await;
    let answer = chat.say("0001").await;
    assert!(!answer.contains("云雀") && !answer.contains("T恤"), "{answer}");
    chat.say("202606150102000002").await;
    let answer = chat.say("0001").await;
    holds(&answer, &["云雀手机 8"]);
    let mut chat = Chat::known(own.shop(MAPPING), "13900000001").await;
    let answer = chat.say("我的订单").await;
    holds(&answer, &["4", "星河手机 P20", "云雀手机 8", "棉麻短袖T恤"]);
    let answer = chat.say("202606150101000001这个订单的详情").await;
    holds(&answer, &["星河手机 P20", "3777.75", "20.25", "林**"]);
    let answer = chat.say("202606130101000001到哪了").await;
    holds(&answer, &["顺丰速运", "SF2017071963983"]);
    end(own, chat).await;
}

#[tokio::test]
async fn stock_and_price_are_as_they_are_now() {
    let Some((own, mut chat)) = begin().await else { return };
    let answer = chat.say("星河手机有货吗").await;
    holds(&answer, &["星河手机 P20"]);
    let shop = chat.engine.services.shop.clone();
    let product = shop.product(ProductId(26)).await.unwrap().expect("the phone");
    assert_eq!((product.variants.len(), product.rating_tenths), (2, Some(45)));
    assert_eq!(product.attributes, [("屏幕尺寸".to_owned(), "6.1".to_owned())]);
    let gold = shop.variant(VariantId(110)).await.unwrap().expect("gold");
    assert_eq!((gold.stock, gold.colour.as_deref(), gold.size.as_deref()), (496, Some("金"), Some("16G")));
    let promoted = shop.variant(VariantId(98)).await.unwrap().expect("black");
    assert_eq!(promoted.price, Money::from_yuan(2499));
    let bare = shop.variant(VariantId(-30)).await.unwrap().expect("the shirt");
    assert_eq!((bare.stock, bare.product), (60, ProductId(30)));
    own.mysql("update pms_sku_stock set lock_stock = 500 where id = 110").await;
    assert_eq!(shop.variant(VariantId(110)).await.unwrap().expect("gold").stock, 0);
    assert!(!shop.product(ProductId(31)).await.unwrap().expect("an old one").on_shelf);
    end(own, chat).await;
}

#[tokio::test]
async fn what_the_mapping_writes_is_written_once_and_the_rest_becomes_a_request() {
    let Some((own, mut chat)) = begin().await else { return };
    chat.say("取消订单202606150101000001").await;
    let listing = chat.say("0001").await;
    holds(&listing, &["星河手机 P20"]);
    assert_eq!(
        own.mysql_figure("select status from oms_order where id = 12").await,
        0,
        "nothing before the confirmation"
    );
    chat.press("确认").await;
    assert!(
        matches!(chat.last.effects.as_slice(), [Effect::Cancelled { refund: Money::ZERO, .. }]),
        "{:?}",
        chat.last.effects
    );
    assert_eq!(own.mysql_figure("select status from oms_order where id = 12").await, 4);
    assert_eq!(own.mysql_figure("select lock_stock from pms_sku_stock where id = 110").await, 3);
    assert_eq!(own.mysql_figure("select integration from ums_member where id = 1").await, 350);

    // A paid order is closed by staff.
    chat.say("取消订单202606150102000002").await;
    let answer = chat.press("确认").await;
    let [Effect::Requested { id }] = chat.last.effects.as_slice() else { panic!("{:?}", chat.last.effects) };
    holds(&answer, &["登记", &id.to_string()]);
    assert_eq!(own.mysql_figure("select status from oms_order where id = 13").await, 1);
    let requests = chat.engine.services.shop.own().open_requests(10).await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].kind.as_str(), requests[0].order.as_ref().map(|number| number.as_str())),
        ("cancel_order", Some("202606150102000002"))
    );
    let alerts = chat.engine.store.alerts(10).await.unwrap();
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].kind.as_str(), alerts[0].reference.as_str()), ("service_request", id.to_string().as_str()));
    end(own, chat).await;
}

#[tokio::test]
async fn a_write_is_refused_when_the_order_has_moved_on() {
    let Some((own, mut chat)) = begin().await else { return };
    chat.say("202606130101000001我收到货了，确认收货").await;
    chat.say("0001").await;
    own.mysql("update oms_order set status = 3, receive_time = now() where id = 14").await;
    let again = chat
        .last
        .messages
        .iter()
        .any(|message| message.buttons.iter().flatten().any(|button| button.label.contains("确认")));
    if again {
        chat.press("确认").await;
    }
    assert_eq!(
        own.mysql_figure("select coalesce(confirm_status, 0) from oms_order where id = 14").await,
        0,
        "nothing was written"
    );
    end(own, chat).await;
}

#[tokio::test]
async fn the_check_runs_every_statement() {
    let Some(own) = mysql(SCHEMA).await else { return };
    let shop = own.shop(MAPPING);
    let report = shop.check(Probes::default(), NOW).await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Fault).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert!(report.runs.len() >= 20, "{:#?}", report.findings);
    own.mysql("alter table oms_order drop key order_sn").await;
    let report = shop.check(Probes::default(), NOW).await;
    let scan = report
        .findings
        .iter()
        .find(|finding| finding.place == "needs.owner_of_order" && finding.severity == Severity::Warning);
    assert!(scan.is_some_and(|finding| finding.text.contains("index")), "{:#?}", report.findings);
    shop.close().await;
    own.drop().await;
}

/// The original schema with its rows is not part of this repository: `XIAOER_MALL_SQL` names the file.
#[tokio::test]
async fn the_original_schema_is_served() {
    let Ok(file) = std::env::var("XIAOER_MALL_SQL") else {
        println!("LEFT OUT: XIAOER_MALL_SQL does not name the document/sql/mall.sql of macrozheng/mall");
        return;
    };
    let sql = std::fs::read_to_string(file).expect("XIAOER_MALL_SQL names a readable file");
    let Some(own) = mysql(&sql).await else { return };
    let shop = own.shop(MAPPING);
    let report = shop.check(Probes { customer: Some(1), ..Probes::default() }, NOW).await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Fault).collect();
    assert!(told.is_empty(), "{told:#?}");
    let own_side = xiaoer::shop::Shop::in_memory(xiaoer::app::shop_segmenter()).await.unwrap();
    let gateway = xiaoer::shop::Gateway::mapped(own_side, shop.clone());
    let chat = ConversationId::new(ChannelKind::Script, "mall");
    let verified = gateway.verify_by_contact(&chat, &"18061581849".parse().unwrap(), NOW).await.unwrap().verified();
    let me = verified.expect("the first member");
    assert_eq!(gateway.count_orders(&me, &[]).await.unwrap(), 40);
    assert!(gateway.orders_of(&me, 40, &[]).await.unwrap().iter().all(|order| order.customer == me.id()));
    shop.close().await;
    own.drop().await;
}
