//! Orders that are changed: address, variant, quantity, remark, receipt, and parcels that never came.

use xiaoer::domain::{Intent, ReplyKey};

use crate::talk::Talk;

#[tokio::test]
async fn an_address_is_changed_in_parts_and_corrected() {
    let mut talk = Talk::begin().await;
    talk.say("地址填错了", &[Intent::ChangeAddress]).await.hears(ReplyKey::ChangeAddressAsk).unchanged();
    talk.say("余杭区", &[Intent::ProvideInfo]).await.hears(ReplyKey::ChangeAddressAskStreet);
    talk.say("文一西路969号", &[Intent::ProvideInfo]).await.hears(ReplyKey::ChangeAddressConfirm);
    talk.reads("浙江省杭州市余杭区文一西路969号").reads("林晓").unchanged();
    talk.say("不对，是滨江区江南大道1号，电话换成13800001234", &[Intent::ProvideInfo]).await;
    talk.hears(ReplyKey::ChangeAddressConfirm).reads("滨江区江南大道1号").reads("13800001234").unchanged();
    talk.press("确认").await.hears(ReplyKey::ChangeAddressDone).changed();
    let street = talk.words("select district || street from orders where number = '2026061600042087'").await;
    assert_eq!(street, "滨江区江南大道1号");
}

#[tokio::test]
async fn an_address_where_nothing_is_sent_is_refused() {
    let mut talk = Talk::begin().await;
    talk.say("收货地址改成香港特别行政区九龙城区弥敦道1号", &[Intent::ChangeAddress]).await;
    talk.unchanged();
    assert!(!talk.keys().contains(&ReplyKey::ChangeAddressConfirm), "{}", talk.text());
    talk.say("算了", &[Intent::Deny]).await.unchanged();
}

#[tokio::test]
async fn an_order_that_has_left_keeps_its_address() {
    let mut talk = Talk::begin().await;
    talk.say("2026061600018231这个订单改地址", &[Intent::ChangeAddress]).await.hears(ReplyKey::ChangeAddressRefused);
    talk.unchanged().press("查物流").await.hears(ReplyKey::ParcelTrack);
}

#[tokio::test]
async fn a_listed_change_can_be_dropped() {
    let mut talk = Talk::begin().await;
    talk.say("电话改成13800001234", &[Intent::ChangeAddress]).await.hears(ReplyKey::ChangeAddressConfirm);
    let button = talk.messages[0].buttons[0][0].press.clone();
    talk.say("算了，不改了", &[Intent::Deny]).await.unchanged();
    talk.push(button, "确认").await.hears(ReplyKey::ButtonStale).unchanged();
}

#[tokio::test]
async fn a_variant_is_changed_by_its_colour() {
    let mut talk = Talk::begin().await;
    talk.say("改订单", &[Intent::ChangeOrder]).await.hears(ReplyKey::ChangeOrderAsk);
    talk.press("颜色尺码").await.unchanged();
    let other = talk.keys();
    assert!(other.contains(&ReplyKey::VariantChoose) || other.contains(&ReplyKey::VariantNoneOther), "{other:?}");
}

#[tokio::test]
async fn paid_pieces_stay_and_unpaid_ones_change() {
    let mut talk = Talk::begin().await;
    talk.say("数量改成3件", &[Intent::ChangeOrder]).await.hears(ReplyKey::ChangeQuantityPaid).unchanged();
    talk.fact("update orders set state = 'awaiting_payment', paid_at = null where number = '2026061600042087'").await;
    talk.say("数量改成3件", &[Intent::ChangeOrder]).await.hears(ReplyKey::ChangeQuantityConfirm);
    talk.say("不对，2件", &[Intent::ProvideInfo])
        .await
        .hears(ReplyKey::ChangeQuantityConfirm)
        .reads("2 件")
        .unchanged();
    talk.say("好的", &[Intent::Affirm]).await.hears(ReplyKey::ChangeQuantityDone).changed();
    let pieces =
        "select quantity from order_lines l join orders o on o.id = l.order_id where number = '2026061600042087'";
    assert_eq!(talk.figure(pieces).await, 2);
}

#[tokio::test]
async fn a_remark_is_read_asked_for_and_corrected() {
    let mut talk = Talk::begin().await;
    talk.say("加个备注", &[Intent::ChangeOrder]).await.hears(ReplyKey::RemarkAsk);
    talk.say("放门卫就行", &[Intent::ProvideInfo]).await.hears(ReplyKey::RemarkConfirm).reads("放门卫就行").unchanged();
    talk.say("不对，备注改成放驿站", &[Intent::ChangeOrder]).await.hears(ReplyKey::RemarkConfirm).reads("放驿站");
    talk.press("确认").await.hears(ReplyKey::RemarkDone).changed();
    assert_eq!(talk.words("select remark from orders where number = '2026061600042087'").await, "放驿站");
    talk.say("2026061600018231备注一下放门口", &[Intent::ChangeOrder]).await.hears(ReplyKey::ChangeOrderRefused);
}

#[tokio::test]
async fn receipt_is_confirmed_by_the_shopper_only() {
    let mut talk = Talk::begin().await;
    talk.say("2026061300031964帮我确认收货", &[Intent::OrderStatus]).await.hears(ReplyKey::ReceiptConfirm).unchanged();
    talk.press("确认").await.hears(ReplyKey::ReceiptDone).changed();
    talk.say("2026061600042087确认收货", &[Intent::OrderStatus]).await.hears(ReplyKey::ReceiptRefused).unchanged();
}

#[tokio::test]
async fn a_cancellation_is_not_undone_but_explained() {
    let mut talk = Talk::begin().await;
    talk.say("取消订单", &[Intent::CancelOrder]).await.press("确认").await.hears(ReplyKey::CancelDone).changed();
    talk.say("取消错了，还能恢复吗", &[Intent::CancelOrder]).await.hears(ReplyKey::RestoreExplain).unchanged();
    talk.press("查退款").await.hears(ReplyKey::RefundStatusPaid).reads("取消订单");
}

#[tokio::test]
async fn a_parcel_that_is_nowhere_becomes_a_case_after_a_search() {
    let mut talk = Talk::begin().await;
    talk.say("2026061300031964显示签收了我没收到", &[Intent::NotReceived])
        .await
        .hears(ReplyKey::NotReceivedAsk)
        .unchanged();
    talk.say("都问过了没有", &[Intent::Deny]).await.hears(ReplyKey::NotReceivedDone).changed();
    let told = talk.words("select kind || summary from cases order by id desc limit 1").await;
    assert_eq!(told, "not_received显示签收了我没收到");
    talk.say("2026061300031964没收到货", &[Intent::NotReceived]).await.press("找到了").await.unchanged();
    talk.hears(ReplyKey::NotReceivedFound);
    talk.say("2026061600018231没收到", &[Intent::NotReceived]).await.hears(ReplyKey::ParcelTrack).unchanged();
    talk.say("2026061200027415没收到", &[Intent::NotReceived]).await.hears(ReplyKey::ParcelStuck);
    talk.press("催配送").await.hears(ReplyKey::UrgeDeliveryDone).changed();
}

#[tokio::test]
async fn what_is_interrupted_keeps_its_own_order() {
    let mut talk = Talk::begin().await;
    talk.say("地址填错了", &[Intent::ChangeAddress]).await.hears(ReplyKey::ChangeAddressAsk);
    talk.say("2026061600018231到哪了", &[Intent::Logistics]).await.hears(ReplyKey::ParcelTrack);
    talk.hears(ReplyKey::ChangeAddressAsk).reads("炸锅");
    talk.say("余杭区文一西路969号", &[Intent::ProvideInfo]).await.hears(ReplyKey::ChangeAddressConfirm).reads("炸锅");
}

#[tokio::test]
async fn several_orders_are_urged_and_cancelled_at_once() {
    let mut talk = Talk::begin().await;
    talk.say("催一下快递", &[Intent::UrgeDelivery]).await.hears(ReplyKey::OrderChoose).unchanged();
    talk.press("这些都要").await.hears(ReplyKey::UrgeDeliveryAll);
    assert_eq!(talk.effects.len(), 2);
    talk.say("都催一下快递", &[Intent::UrgeDelivery]).await.hears(ReplyKey::ChangeRefused).unchanged();
    talk.fact("update orders set state = 'paid', shipped_at = null where number = '2026061600018231'").await;
    talk.say("没发货的都取消", &[Intent::CancelOrder]).await.hears(ReplyKey::CancelConfirmAll).unchanged();
    talk.press("确认").await.hears(ReplyKey::CancelDone);
    assert_eq!(talk.effects.len(), 2);
    let cancelled = "select count(*) from orders where customer_id = 1 and state = 'cancelled'";
    assert_eq!(talk.figure(cancelled).await, 2);
}
