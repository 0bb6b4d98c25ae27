//! Before buying: comparing, sizes, shipping, offers, bargaining, stock and notices, knowledge, ordering.

use xiaoer::domain::{Intent, Owner, ReplyKey, Slot};

use crate::talk::Talk;

const EARPHONES: &str = "声屿 AirTune Pro 主动降噪蓝牙耳机";
/// Makes them cost 399 yuan, fifty of each in stock.
const LISTED: &str = "update variants set price = 39900, stock = 50
    where product_id = (select id from products where title like '%AirTune Pro%')";

#[tokio::test]
async fn products_are_compared_by_name_by_place_and_by_kind() {
    let mut talk = Talk::begin().await;
    talk.say("耳机哪款好，对比一下", &[Intent::ProductCompare]).await.hears(ReplyKey::CompareTable).reads("价格");
    talk.say("第一个和第二个有什么区别", &[Intent::ProductCompare]).await.hears(ReplyKey::CompareTable).unchanged();
    let mut talk = Talk::begin().await;
    talk.say("推荐几个耳机", &[Intent::Recommend]).await.hears(ReplyKey::RecommendList);
    talk.say("第一个和第三个比呢", &[Intent::ProductCompare]).await.hears(ReplyKey::CompareTable);
    let mut talk = Talk::begin().await;
    talk.say(&format!("{EARPHONES}和别的比"), &[Intent::ProductCompare]).await.hears(ReplyKey::CompareAskOther);
    talk.say("算了", &[Intent::Deny]).await.hears(ReplyKey::DropDone).unchanged();
    talk.say("两款有什么区别", &[Intent::ProductCompare]).await;
    assert!(!talk.keys().contains(&ReplyKey::CompareTable), "there is nothing to compare with: {}", talk.text());
}

#[tokio::test]
async fn a_size_is_advised_and_corrected() {
    let mut talk = Talk::begin().await;
    talk.say("法式碎花连衣裙我穿多大", &[Intent::SizeAdvice]).await;
    talk.hears(ReplyKey::SizeAsk).reads("身高").unchanged();
    talk.say("身高160", &[Intent::ProvideInfo]).await.hears(ReplyKey::SizeAsk).reads("体重");
    talk.say("105斤", &[Intent::ProvideInfo]).await.reads("M");
    let sized = talk.keys().iter().any(|key| matches!(key, ReplyKey::SizeAdvice | ReplyKey::SizeBetween));
    assert!(sized, "{:?}", talk.keys());
    talk.say("体重其实是58公斤，穿多大", &[Intent::SizeAdvice]).await.reads("L").reads("58");
    talk.say("那200斤呢，穿多大", &[Intent::SizeAdvice]).await.hears(ReplyKey::SizeOutOfRange);
    talk.say("AirTune Pro我戴多大的", &[Intent::SizeAdvice]).await;
    assert!(!talk.keys().contains(&ReplyKey::SizeAdvice), "{}", talk.text());
}

#[tokio::test]
async fn a_size_question_can_be_dropped() {
    let mut talk = Talk::begin().await;
    talk.say("法式碎花连衣裙我穿多大", &[Intent::SizeAdvice]).await.hears(ReplyKey::SizeAsk);
    talk.say("算了", &[Intent::Deny]).await.hears(ReplyKey::DropDone);
}

#[tokio::test]
async fn shipping_costs_by_place_and_basket() {
    let mut talk = Talk::begin().await;
    talk.say("寄到新疆要多少运费", &[Intent::ShippingFee]).await.hears(ReplyKey::ShippingFeeRegion).reads("15");
    talk.say("寄到香港运费多少", &[Intent::ShippingFee]).await.hears(ReplyKey::ShippingUnreachable);
    talk.say(&format!("{EARPHONES}寄到北京要运费吗"), &[Intent::ShippingFee]).await;
    talk.hears(ReplyKey::ShippingFeeBasket).reads("北京").unchanged();
    let mut talk = Talk::begin_as_stranger().await;
    talk.say("邮费多少", &[Intent::ShippingFee]).await.hears(ReplyKey::ShippingAskRegion);
    talk.say("西藏", &[Intent::ProvideInfo]).await.hears(ReplyKey::ShippingFeeRegion).reads("15");
}

#[tokio::test]
async fn delivery_is_estimated_for_goods_and_orders() {
    let mut talk = Talk::begin_as_stranger().await;
    talk.say("现在买几天能到", &[Intent::DeliveryTime]).await.hears(ReplyKey::DeliveryGeneral);
    talk.say("广东", &[Intent::ProvideInfo]).await.hears(ReplyKey::DeliveryRegion).reads("2–3");
    talk.say("我昨天拍的什么时候到", &[Intent::DeliveryTime]).await.hears(ReplyKey::IdentityAskContact);
    let mut talk = Talk::begin().await;
    talk.say("2026061600042087什么时候发货", &[Intent::DeliveryTime]).await.hears(ReplyKey::DeliveryOrderPaid);
    talk.unchanged();
    talk.say("2026061600018231几号到", &[Intent::DeliveryTime]).await.hears(ReplyKey::DeliveryOrderShipped);
}

#[tokio::test]
async fn promotions_are_reckoned_for_the_goods_in_view() {
    let mut talk = Talk::begin().await;
    talk.fact(LISTED).await;
    talk.say("现在有什么活动", &[Intent::Promotion]).await.hears(ReplyKey::PromotionList).reads("618");
    talk.say(&format!("{EARPHONES}有什么优惠"), &[Intent::Promotion]).await;
    talk.hears(ReplyKey::PromotionProduct).reads("399 − 50").unchanged();
    talk.say("这款多少钱", &[Intent::PriceQuery]).await.hears(ReplyKey::PriceWithOffers).reads("399 − 50");
    talk.say("这个有赠品吗", &[Intent::Gift]).await.hears(ReplyKey::GiftRules);
    talk.say("这款能用券吗", &[Intent::Coupon]).await.unchanged();
    let told = [ReplyKey::CouponFitting, ReplyKey::CouponNoneFitting];
    assert!(talk.keys().iter().any(|key| told.contains(key)), "{:?}", talk.keys());
    talk.say("我有哪些优惠券", &[Intent::Coupon]).await;
    assert!(talk.keys().iter().any(|key| matches!(key, ReplyKey::CouponList | ReplyKey::CouponNone)));
}

#[tokio::test]
async fn a_price_is_bargained_to_the_last_one_and_no_lower() {
    let mut talk = Talk::begin().await;
    talk.fact(LISTED).await;
    talk.fact("delete from promotions").await;
    talk.fact("delete from customer_coupons where order_id is null").await;
    talk.say(&format!("{EARPHONES}能便宜点吗"), &[Intent::Bargain]).await.hears(ReplyKey::BargainOffers).reads("399");
    talk.say("这个再少点呗", &[Intent::Bargain]).await.hears(ReplyKey::BargainLast).reads("387.03");
    talk.say("这个300元卖不卖", &[Intent::Bargain]).await.hears(ReplyKey::BargainTooLow).unchanged();
    talk.press("下单").await.unchanged();
    assert_ne!(talk.owner(), Owner::Waiting);
    talk.press("黑").await.hears(ReplyKey::OrderPlaceConfirm).reads("387.03");
    talk.press("确认").await.hears(ReplyKey::OrderPlaced).changed();
    let total = "select total from orders order by id desc limit 1";
    assert_eq!(talk.figure(total).await, 38_703);
}

#[tokio::test]
async fn an_order_is_listed_corrected_and_placed() {
    let mut talk = Talk::begin().await;
    talk.fact(LISTED).await;
    let count = "select count(*) from orders";
    let before = talk.figure(count).await;
    talk.say(&format!("帮我下单{EARPHONES}，黑色的，2件"), &[Intent::PlaceOrder]).await;
    talk.hears(ReplyKey::OrderPlaceConfirm).reads("×2").reads("798 − 100").unchanged();
    talk.say("用支付宝，不用券", &[Intent::Payment])
        .await
        .hears(ReplyKey::OrderPlaceConfirm)
        .reads("支付宝")
        .unchanged();
    talk.say("不对，要3件", &[Intent::ProvideInfo]).await.hears(ReplyKey::OrderPlaceConfirm).reads("×3").unchanged();
    let button = talk.messages[0].buttons[0][0].press.clone();
    talk.press("确认").await.hears(ReplyKey::OrderPlaced).changed();
    assert_eq!(talk.figure(count).await, before + 1);
    let placed = "select discount from orders where state = 'awaiting_payment' order by id desc limit 1";
    assert_eq!(talk.figure(placed).await, 15_000, "three times 50 off 1197");
    talk.push(button, "确认").await.hears(ReplyKey::ButtonStale).unchanged();
}

#[tokio::test]
async fn an_order_is_refused_without_stock_and_dropped() {
    let mut talk = Talk::begin().await;
    talk.fact("update variants set stock = 2 where product_id = (select id from products where title like '%AirTune Pro%') and colour = '黑'").await;
    talk.say(&format!("帮我拍{EARPHONES}，黑色，5件"), &[Intent::PlaceOrder])
        .await
        .hears(ReplyKey::OrderTooMany)
        .reads("2");
    talk.say("2件", &[Intent::ProvideInfo]).await.hears(ReplyKey::OrderPlaceConfirm).reads("×2").unchanged();
    talk.say("算了，不买了", &[Intent::Deny]).await.hears(ReplyKey::DropDone).unchanged();
    talk.say("怎么下单", &[Intent::PlaceOrder]).await.hears(ReplyKey::FaqAnswer);
}

#[tokio::test]
async fn an_order_of_a_stranger_waits_for_a_name() {
    let mut talk = Talk::begin_as_stranger().await;
    talk.say(&format!("帮我下单{EARPHONES}黑色"), &[Intent::PlaceOrder]).await;
    talk.hears(ReplyKey::IdentityAskContact).unchanged();
}

#[tokio::test]
async fn stock_follows_the_looks_and_notices_end() {
    let mut talk = Talk::begin().await;
    talk.say("法式碎花连衣裙 女 收腰显瘦黑色M码还有吗", &[Intent::ProductQuestion]).await;
    talk.hears(ReplyKey::StockOut);
    talk.say("L呢", &[Intent::ProvideInfo]).await;
    assert_eq!(talk.tracker.last_looks.get(&Slot::Colour).map(ToString::to_string).as_deref(), Some("黑"));
    talk.say("M码到货了告诉我", &[Intent::RestockQuery]).await;
    talk.say("黑色", &[Intent::ProvideInfo]).await;
    talk.say("法式碎花连衣裙 女 收腰显瘦黑色M码到货提醒我", &[Intent::RestockQuery]).await;
    let waiting = "select count(*) from restock_notices where conversation_id = 'script:talk' and notified_at is null";
    assert!(talk.figure(waiting).await > 0, "{}", talk.text());
    talk.say("不用提醒了", &[Intent::Deny]).await.hears(ReplyKey::RestockStopped).changed();
    assert_eq!(talk.figure(waiting).await, 0);
    talk.say("不用提醒我了", &[Intent::RestockQuery]).await.hears(ReplyKey::RestockNone).unchanged();
}

#[tokio::test]
async fn facts_come_from_the_attributes_or_are_not_told() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{EARPHONES}能用多久"), &[Intent::ProductQuestion]).await;
    talk.hears(ReplyKey::DescribeAttributes).reads("续航").reads("30小时");
    talk.say("下雨天能戴吗", &[Intent::ProductQuestion]).await.hears(ReplyKey::DescribeAttributes).reads("IPX5");
    talk.say("介绍一下", &[Intent::ProductQuestion]).await.hears(ReplyKey::DescribeProduct);
    talk.say("外壳是哪个工厂哪条流水线注塑的", &[Intent::ProductQuestion]).await;
    assert!(!talk.keys().contains(&ReplyKey::DescribeAttributes), "{}", talk.text());
}
