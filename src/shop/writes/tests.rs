//! Each write: the happy way, the refusals, the repeat, and that money and stock balance.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::{
    AfterSaleKind, AfterSaleState, ConversationId, InteractionKind, Money, OrderNumber, OrderState, ProductId,
    Receiver, VariantId,
};
use crate::shop::demo::tests::small_shop;
use crate::shop::demo::{DEMO_ORDERS, DEMO_PHONE, DEMO_TODAY};
use crate::shop::{Applied, Change, Effect, OrderItem, Refused, Shop, ShopChange, VerifiedCustomer, WriteRules};

const NOW: crate::domain::Timestamp = DEMO_TODAY;

fn chat() -> ConversationId {
    "telegram:1".parse().unwrap()
}

async fn customer(shop: &Shop, phone: &str) -> VerifiedCustomer {
    shop.verify_by_contact(&chat(), &phone.parse().unwrap(), NOW).await.unwrap().verified().unwrap()
}

fn number(text: &str) -> OrderNumber {
    text.parse().unwrap()
}

/// 林晓's orders by what they show.
fn order(place: usize) -> OrderNumber {
    number(DEMO_ORDERS[place])
}
const MOVING: usize = 0;
const DELIVERED: usize = 2;
const PAID: usize = 3;
const COMPLETED: usize = 4;
const REFUNDING: usize = 5;

async fn go(shop: &Shop, who: &VerifiedCustomer, key: &str, change: Change) -> Result<Effect, Refused> {
    let change = ShopChange::by(who, key, change);
    shop.apply(&change, &WriteRules::default(), NOW).await.unwrap().map(|applied| applied.effect)
}

async fn value(shop: &Shop, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&shop.pool).await.unwrap()
}

async fn stock(shop: &Shop, variant: VariantId) -> i64 {
    shop.variant(variant).await.unwrap().unwrap().stock
}

#[tokio::test]
async fn somebody_elses_order_is_as_absent_as_none() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let (foreign, _) = shop.any_order(2).await;
    let nobodys = number("9999999999999999");
    assert!(shop.order(&me, &order(PAID)).await.unwrap().is_some());
    let line = shop.orders_of(&me, 1, &[]).await.unwrap()[0].lines[0].id;
    for number in [&foreign, &nobodys] {
        assert_eq!(shop.order(&me, number).await.unwrap(), None);
        let order = number.clone();
        let receiver = shop.addresses(&me).await.unwrap()[0].receiver.clone();
        let (title, email, tax_number) = ("个人".to_owned(), None, None);
        for (place, change) in [
            Change::CancelOrder { order: order.clone() },
            Change::ChangeAddress { order: order.clone(), receiver },
            Change::ChangeVariant { order: order.clone(), line, variant: VariantId(1) },
            Change::ChangeQuantity { order: order.clone(), line, quantity: 2 },
            Change::AddRemark { order: order.clone(), remark: "快".to_owned() },
            Change::UrgeShipping { order: order.clone() },
            Change::UrgeCourier { order: order.clone() },
            Change::ConfirmReceipt { order: order.clone() },
            after_sale(order.clone(), AfterSaleKind::Return, Money::ZERO),
            Change::RequestInvoice {
                order: order.clone(),
                title: title.clone(),
                tax_number: tax_number.clone(),
                email: email.clone(),
            },
            Change::ChangeInvoice { order: order.clone(), title, tax_number, email },
            Change::ApplyPriceProtection { order: order.clone(), line, amount: Money::from_yuan(1) },
            Change::Compensate { order: order.clone(), amount: Money::from_yuan(1), reason: String::new() },
            Change::RequestCashBack { order: order.clone(), amount: Money::from_yuan(1) },
            Change::BookInstallation {
                order: order.clone(),
                line,
                day: jiff::civil::date(2026, 7, 1),
                afternoon: true,
            },
            Change::OpenCase {
                conversation: chat(),
                kind: "complaint".to_owned(),
                summary: String::new(),
                order: Some(order),
                promised_at: NOW.plus_days(1),
            },
            Change::WithdrawAfterSale { after_sale: 999_999 },
        ]
        .into_iter()
        .enumerate()
        {
            let key = format!("{number}/{place}");
            assert_eq!(go(&shop, &me, &key, change.clone()).await, Err(Refused::NotFound), "{change:?}");
            let nobody = shop.apply(&ShopChange::by_nobody(key, change), &WriteRules::default(), NOW).await.unwrap();
            assert_eq!(nobody, Err(Refused::NotFound));
        }
    }
    assert_eq!(value(&shop, "select count(*) from applied_changes").await, 0);
}

fn after_sale(order: OrderNumber, kind: AfterSaleKind, amount: Money) -> Change {
    Change::CreateAfterSale {
        order,
        kind,
        line: None,
        quantity: 1,
        reason: "不喜欢".to_owned(),
        amount,
        exchange_for: None,
        goods_at_fault: false,
    }
}

#[tokio::test]
async fn a_paid_order_is_cancelled_once_with_money_and_stock() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let bought = shop.order(&me, &order(PAID)).await.unwrap().unwrap();
    let before = stock(&shop, bought.lines[0].variant).await;
    let change = ShopChange::by(&me, "k1", Change::CancelOrder { order: order(PAID) });
    let effect = Effect::Cancelled { refund: bought.total, gift_card: Money::ZERO, coupons: 0 };
    for repeated in [false, true] {
        let applied = shop.apply(&change, &WriteRules::default(), NOW).await.unwrap();
        assert_eq!(applied, Ok(Applied { effect: effect.clone(), repeated }));
    }
    assert_eq!(stock(&shop, bought.lines[0].variant).await, before + 1);
    let cancelled = Refused::WrongState { state: OrderState::Cancelled };
    assert_eq!(go(&shop, &me, "k2", Change::CancelOrder { order: order(PAID) }).await, Err(cancelled));
    // The key of one change is no key to another.
    assert_eq!(go(&shop, &me, "k1", Change::UrgeShipping { order: order(PAID) }).await, Err(Refused::Malformed));
    assert_eq!(shop.order(&me, &order(PAID)).await.unwrap().unwrap().state, OrderState::Cancelled);
}

#[tokio::test]
async fn what_has_left_cannot_be_changed() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let receiver = shop.addresses(&me).await.unwrap()[1].receiver.clone();
    for (place, state) in [
        (MOVING, OrderState::Shipped),
        (DELIVERED, OrderState::Delivered),
        (COMPLETED, OrderState::Completed),
        (REFUNDING, OrderState::InAfterSale),
    ] {
        let order = order(place);
        for change in [
            Change::CancelOrder { order: order.clone() },
            Change::ChangeAddress { order: order.clone(), receiver: receiver.clone() },
            Change::AddRemark { order: order.clone(), remark: "快".to_owned() },
            Change::UrgeShipping { order: order.clone() },
        ] {
            let key = format!("{change:?}");
            assert_eq!(go(&shop, &me, &key, change).await, Err(Refused::WrongState { state }), "{key}");
        }
    }
}

#[tokio::test]
async fn an_address_is_changed_where_the_shop_delivers() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let mut receiver = shop.addresses(&me).await.unwrap()[1].receiver.clone();
    let to = |receiver: &Receiver| Change::ChangeAddress { order: order(PAID), receiver: receiver.clone() };
    assert_eq!(go(&shop, &me, "1", to(&receiver)).await, Ok(Effect::Done));
    assert_eq!(shop.order(&me, &order(PAID)).await.unwrap().unwrap().receiver, receiver);
    assert_eq!(go(&shop, &me, "2", to(&receiver)).await, Err(Refused::NothingToChange));
    receiver.province = "台湾省".to_owned();
    assert_eq!(go(&shop, &me, "3", to(&receiver)).await, Err(Refused::Unreachable));
    receiver.street = " ".to_owned();
    assert_eq!(go(&shop, &me, "4", to(&receiver)).await, Err(Refused::Malformed));
}

#[tokio::test]
async fn urging_rests_for_hours() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    for (change, key) in [
        (Change::UrgeShipping { order: order(PAID) }, "ship"),
        (Change::UrgeCourier { order: order(MOVING) }, "courier"),
    ] {
        assert_eq!(go(&shop, &me, key, change.clone()).await, Ok(Effect::Done));
        let again_at = NOW.plus_seconds(12 * 3_600);
        let too_soon = Err(Refused::TooSoon { again_at });
        assert_eq!(go(&shop, &me, &format!("{key}2"), change.clone()).await, too_soon);
        let later = ShopChange::by(&me, format!("{key}3"), change);
        assert!(shop.apply(&later, &WriteRules::default(), again_at).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_line_is_returned_within_its_window_and_share() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let delivered = shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap();
    let (dress, shirt) = (&delivered.lines[0], &delivered.lines[1]);
    let ask = |amount: Money, quantity: u32| Change::CreateAfterSale {
        order: order(DELIVERED),
        kind: AfterSaleKind::Return,
        line: Some(dress.id),
        quantity,
        reason: "尺码不合适".to_owned(),
        amount,
        exchange_for: None,
        goods_at_fault: false,
    };
    let price = dress.unit_price;
    assert_eq!(go(&shop, &me, "1", ask(price + Money::from_cents(1), 1)).await, Err(Refused::TooMuch { most: price }));
    assert_eq!(go(&shop, &me, "2", ask(price, 2)).await, Err(Refused::TooMany { most: 1 }));
    assert_eq!(go(&shop, &me, "3", ask(price, 0)).await, Err(Refused::Malformed));
    let Ok(Effect::AfterSale { id }) = go(&shop, &me, "4", ask(price, 1)).await else { panic!("a return") };
    assert_eq!(go(&shop, &me, "5", ask(price, 1)).await, Err(Refused::AlreadyThere));
    assert_eq!(shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().state, OrderState::InAfterSale);
    // The other line can still be exchanged, for another variant of the same shirt.
    let shirts = shop.variants(shirt.product).await.unwrap();
    let other = shirts.iter().find(|variant| variant.id != shirt.variant && variant.stock > 0).unwrap();
    let exchange = |variant: VariantId| Change::CreateAfterSale {
        order: order(DELIVERED),
        kind: AfterSaleKind::Exchange,
        line: Some(shirt.id),
        quantity: 1,
        reason: "换大一码".to_owned(),
        amount: Money::ZERO,
        exchange_for: Some(variant),
        goods_at_fault: false,
    };
    assert_eq!(go(&shop, &me, "6", exchange(dress.variant)).await, Err(Refused::NotFound), "another product");
    let Ok(Effect::AfterSale { id: second }) = go(&shop, &me, "7", exchange(other.id)).await else {
        panic!("exchange")
    };
    assert_eq!(stock(&shop, other.id).await, other.stock - 1, "kept for the exchange");
    for (key, id, state) in [("8", id, OrderState::InAfterSale), ("9", second, OrderState::Delivered)] {
        assert_eq!(go(&shop, &me, key, Change::WithdrawAfterSale { after_sale: id }).await, Ok(Effect::Done));
        assert_eq!(shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().state, state);
    }
    assert_eq!(stock(&shop, other.id).await, other.stock, "free again");
    let closed_at = delivered.delivered_at.unwrap().plus_days(7);
    let late = ShopChange::by(&me, "10", ask(price, 1));
    let refused = shop.apply(&late, &WriteRules::default(), closed_at).await.unwrap();
    assert_eq!(refused, Err(Refused::WindowClosed { closed_at }));
    let again = Change::WithdrawAfterSale { after_sale: id };
    let state = OrderState::Delivered;
    assert_eq!(go(&shop, &me, "11", again).await, Err(Refused::WrongState { state }));
}

#[tokio::test]
async fn staff_take_a_request_on_to_its_end() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let delivered = shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap();
    let ask = |line: usize| Change::CreateAfterSale {
        order: order(DELIVERED),
        kind: AfterSaleKind::Return,
        line: Some(delivered.lines[line].id),
        quantity: 1,
        reason: "不合适".to_owned(),
        amount: delivered.lines[line].unit_price,
        exchange_for: None,
        goods_at_fault: false,
    };
    let decide = async |key: &str, after_sale: i64, to: AfterSaleState| {
        let change = ShopChange::by_nobody(key, Change::DecideAfterSale { after_sale, to });
        shop.apply(&change, &WriteRules::default(), NOW).await.unwrap().map(|applied| applied.effect)
    };
    let state = async || shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().state;
    let Ok(Effect::AfterSale { id: dress }) = go(&shop, &me, "1", ask(0)).await else { panic!("a return") };
    let Ok(Effect::AfterSale { id: shirt }) = go(&shop, &me, "2", ask(1)).await else { panic!("a return") };
    assert!(decide("3", dress, AfterSaleState::Refunding).await.is_err(), "not before it was looked at");
    for (key, to) in [("4", AfterSaleState::Approved), ("5", AfterSaleState::Inspecting)] {
        assert_eq!(decide(key, dress, to).await, Ok(Effect::Done));
    }
    let amount = delivered.lines[0].unit_price;
    let paid = Effect::Paid { amount, way: "微信支付".to_owned() };
    assert_eq!(decide("6", dress, AfterSaleState::Refunding).await, Ok(paid.clone()));
    assert_eq!(decide("6", dress, AfterSaleState::Refunding).await, Ok(paid), "once, however often it is repeated");
    let sent = "select coalesce(sum(amount), 0) from refunds where reason = 'after_sale' and arrived_at is null
        and order_id = (select id from orders where number = '2026061300031964')";
    assert_eq!(value(&shop, sent).await, amount.cents());
    assert_eq!(decide("7", dress, AfterSaleState::Completed).await, Ok(Effect::Done));
    assert_eq!((value(&shop, sent).await, state().await), (0, OrderState::InAfterSale), "the other is still open");
    assert_eq!(decide("8", shirt, AfterSaleState::Rejected).await, Ok(Effect::Done));
    assert_eq!(state().await, OrderState::Delivered, "one of two lines came back");
    assert_eq!(decide("9", 999_999, AfterSaleState::Approved).await, Err(Refused::NotFound));
    assert!(decide("10", shirt, AfterSaleState::Approved).await.is_err(), "what is over stays over");
    let Ok(Effect::AfterSale { id: again }) = go(&shop, &me, "11", ask(1)).await else {
        panic!("a rejected one may be asked anew")
    };
    let to_the_end = [
        AfterSaleState::Approved,
        AfterSaleState::ReturnInTransit,
        AfterSaleState::Inspecting,
        AfterSaleState::Refunding,
        AfterSaleState::Completed,
    ];
    for (key, to) in to_the_end.into_iter().enumerate() {
        decide(&format!("12/{key}"), again, to).await.unwrap();
    }
    assert_eq!(state().await, OrderState::Refunded, "all of it is back");
}

#[tokio::test]
async fn goods_marked_so_are_returned_only_for_a_fault() {
    let shop = small_shop().await;
    sqlx::query("update products set returnable = 0 where title like '%冻干黑咖啡粉%'")
        .execute(&shop.pool)
        .await
        .unwrap();
    let me = customer(&shop, DEMO_PHONE).await;
    let early = shop.order(&me, &order(COMPLETED)).await.unwrap().unwrap().delivered_at.unwrap().plus_days(1);
    let coffee = shop.order(&me, &order(COMPLETED)).await.unwrap().unwrap().lines[0].clone();
    let ask = |goods_at_fault: bool| Change::CreateAfterSale {
        order: order(COMPLETED),
        kind: AfterSaleKind::Return,
        line: Some(coffee.id),
        quantity: 2,
        reason: "结块".to_owned(),
        amount: coffee.unit_price * 2,
        exchange_for: None,
        goods_at_fault,
    };
    for (key, at_fault, refused) in [("1", false, Some(Refused::NotReturnable)), ("2", true, None)] {
        let change = ShopChange::by(&me, key, ask(at_fault));
        assert_eq!(shop.apply(&change, &WriteRules::default(), early).await.unwrap().err(), refused);
    }
}

#[tokio::test]
async fn an_order_with_coupon_and_card_is_placed_and_undone() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let balances = async || {
        let card = shop.gift_cards_of(&me, NOW).await.unwrap().iter().map(|card| card.balance).sum::<Money>();
        (card, shop.coupons_of(&me, NOW).await.unwrap().len(), value(&shop, "select sum(stock) from variants").await)
    };
    let before = balances().await;
    let receiver = shop.addresses(&me).await.unwrap()[0].receiver.clone();
    let coupon =
        shop.coupons_of(&me, NOW).await.unwrap().into_iter().find(|coupon| coupon.title.contains("满300")).unwrap();
    let card = shop.gift_cards_of(&me, NOW).await.unwrap()[0].clone();
    let fryer = shop.order(&me, &order(PAID)).await.unwrap().unwrap().lines[0].variant;
    let price = shop.variant(fryer).await.unwrap().unwrap().price;
    let sold_out: i64 = value(
        &shop,
        "select min(v.id) from variants v join products p on p.id = v.product_id where stock = 0 and on_shelf = 1",
    )
    .await;
    let sold_out = shop.variant(VariantId(sold_out)).await.unwrap().unwrap();
    let place = |items: Vec<OrderItem>, coupon: Option<i64>| Change::PlaceOrder {
        items,
        receiver: receiver.clone(),
        shipping_fee: Money::ZERO,
        promotion_discount: Money::ZERO,
        coupon,
        gift_card: Some(card.id),
        payment_method: "微信支付".to_owned(),
        remark: None,
    };
    let item = |variant: VariantId, unit_price: Money, quantity: u32| OrderItem { variant, quantity, unit_price };
    let two = vec![item(fryer, price, 2)];
    for (key, items, refused) in [
        ("1", vec![], Refused::Malformed),
        ("2", vec![item(fryer, price, 0)], Refused::Malformed),
        ("3", vec![item(VariantId(999_999), price, 1)], Refused::NotFound),
        ("4", vec![item(fryer, Money::from_yuan(1), 1)], Refused::PriceChanged { variant: fryer, now: price }),
        (
            "5",
            vec![item(fryer, price, 1), item(sold_out.id, sold_out.price, 1)],
            Refused::OutOfStock { variant: sold_out.id, left: 0 },
        ),
    ] {
        assert_eq!(go(&shop, &me, key, place(items, None)).await, Err(refused), "{key}");
    }
    assert_eq!(go(&shop, &me, "6", place(two.clone(), Some(999_999))).await, Err(Refused::CouponUnusable));
    assert_eq!(balances().await, before, "a refusal leaves nothing behind");

    let Ok(Effect::Placed { order: number, total, to_pay }) = go(&shop, &me, "7", place(two, Some(coupon.id))).await
    else {
        panic!("an order")
    };
    assert_eq!(total, price * 2 - coupon.amount);
    assert_eq!(to_pay, total - card.balance);
    let placed = shop.order(&me, &number).await.unwrap().unwrap();
    assert_eq!(
        (placed.state, placed.discount, placed.gift_card),
        (OrderState::AwaitingPayment, coupon.amount, card.balance)
    );
    assert_eq!(balances().await, (Money::ZERO, before.1 - 1, before.2 - 2));
    let cancelled = go(&shop, &me, "8", Change::CancelOrder { order: number }).await;
    assert_eq!(cancelled, Ok(Effect::Cancelled { refund: Money::ZERO, gift_card: card.balance, coupons: 1 }));
    assert_eq!(balances().await, before);
}

#[tokio::test]
async fn invoices_are_made_out_once_and_changed() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let ask = |title: &str, tax: Option<&str>| Change::RequestInvoice {
        order: order(DELIVERED),
        title: title.to_owned(),
        tax_number: tax.map(str::to_owned),
        email: Some("a@example.com".to_owned()),
    };
    assert_eq!(go(&shop, &me, "1", ask("公司", Some("123"))).await, Err(Refused::Malformed));
    assert_eq!(go(&shop, &me, "2", ask("个人", None)).await, Ok(Effect::Done));
    assert_eq!(go(&shop, &me, "3", ask("个人", None)).await, Err(Refused::AlreadyThere));
    let change = Change::ChangeInvoice {
        order: order(DELIVERED),
        title: "杭州某某有限公司".to_owned(),
        tax_number: Some("91330100MA12345678".to_owned()),
        email: None,
    };
    assert_eq!(go(&shop, &me, "4", change.clone()).await, Ok(Effect::Done));
    assert_eq!(go(&shop, &me, "5", change).await, Err(Refused::NothingToChange));
    let invoice = shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().invoice.unwrap();
    assert_eq!((invoice.title.as_str(), invoice.issued_at), ("杭州某某有限公司", None));
}

#[tokio::test]
async fn a_lower_price_is_made_good_once() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let line = shop.order(&me, &order(PAID)).await.unwrap().unwrap().lines[0].clone();
    let ask = |amount: Money| Change::ApplyPriceProtection { order: order(PAID), line: line.id, amount };
    let most = line.unit_price - shop.variant(line.variant).await.unwrap().unwrap().price;
    assert!(most >= Money::from_yuan(30), "{most}");
    assert_eq!(go(&shop, &me, "1", ask(most + Money::from_cents(1))).await, Err(Refused::TooMuch { most }));
    let paid = Effect::Paid { amount: most, way: "微信支付".to_owned() };
    assert_eq!(go(&shop, &me, "2", ask(most)).await, Ok(paid));
    assert_eq!(go(&shop, &me, "3", ask(most)).await, Err(Refused::NothingToChange));
    let compensation =
        |yuan| Change::Compensate { order: order(PAID), amount: Money::from_yuan(yuan), reason: "慢".to_owned() };
    assert!(go(&shop, &me, "4", compensation(20)).await.is_ok());
    assert_eq!(go(&shop, &me, "5", compensation(20)).await, Err(Refused::TooMuch { most: Money::from_yuan(10) }));
}

#[tokio::test]
async fn a_notice_is_due_when_stock_is_back() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let dress = shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().lines[0].product;
    let variants = shop.variants(dress).await.unwrap();
    let gone = variants.iter().find(|variant| variant.stock == 0).unwrap().id;
    let there = variants.iter().find(|variant| variant.stock > 0).unwrap().id;
    let tell = |variant| Change::SubscribeRestock { conversation: chat(), variant };
    assert_eq!(go(&shop, &me, "1", tell(there)).await, Err(Refused::NothingToChange));
    assert_eq!(go(&shop, &me, "2", tell(gone)).await, Ok(Effect::Done));
    assert_eq!(go(&shop, &me, "3", tell(gone)).await, Err(Refused::AlreadyThere));
    assert_eq!(shop.due_restock_notices(10).await.unwrap(), []);
    sqlx::query("update variants set stock = 3 where id = ?1").bind(gone.0).execute(&shop.pool).await.unwrap();
    let due = shop.due_restock_notices(10).await.unwrap();
    assert_eq!((due.len(), due[0].variant, &due[0].conversation), (1, gone, &chat()));
    let sent = Change::MarkRestockNotified { notice: due[0].id };
    assert_eq!(go(&shop, &me, "4", sent.clone()).await, Ok(Effect::Done));
    assert_eq!(go(&shop, &me, "5", sent).await, Err(Refused::NotFound));
    assert_eq!(shop.due_restock_notices(10).await.unwrap(), []);
    let stop = Change::UnsubscribeRestock { conversation: chat(), variant: gone };
    assert_eq!(go(&shop, &me, "6", stop).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn cases_are_opened_once_and_closed() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let open = Change::OpenCase {
        conversation: chat(),
        kind: "not_received".to_owned(),
        summary: "显示签收没收到".to_owned(),
        order: Some(order(DELIVERED)),
        promised_at: NOW.plus_days(1),
    };
    let Ok(Effect::Case { id }) = go(&shop, &me, "1", open.clone()).await else { panic!("a case") };
    assert_eq!(go(&shop, &me, "2", open.clone()).await, Err(Refused::AlreadyThere));
    let cases = shop.cases_of(&me, 5).await.unwrap();
    assert_eq!((cases.len(), cases[0].id, cases[0].order.clone()), (1, id, Some(order(DELIVERED))));
    let close = Change::CloseCase { case: id, resolution: "已找到".to_owned() };
    assert_eq!(go(&shop, &me, "3", close.clone()).await, Ok(Effect::Done));
    assert_eq!(go(&shop, &me, "4", close).await, Err(Refused::NotFound));
    assert!(go(&shop, &me, "5", open).await.is_ok(), "a closed case does not stand in the way of a new one");
}

#[tokio::test]
async fn only_buyers_rate_and_the_forgotten_leave_no_trace() {
    let shop = small_shop().await;
    let me = customer(&shop, DEMO_PHONE).await;
    let dress = shop.order(&me, &order(DELIVERED)).await.unwrap().unwrap().lines[0].product;
    let never = value(&shop, "select min(id) from products where id not in (select product_id from interactions where customer_id = 1 and kind = 'buy')").await;
    let rate = |product, rating| Change::RecordInteraction { product, kind: InteractionKind::Rating, rating };
    for (key, product, stars, outcome) in [
        ("1", dress, Some(5), Ok(Effect::Done)),
        ("2", ProductId(never), Some(5), Err(Refused::NotFound)),
        ("3", dress, Some(6), Err(Refused::Malformed)),
        ("4", dress, None, Err(Refused::Malformed)),
    ] {
        assert_eq!(go(&shop, &me, key, rate(product, stars)).await, outcome, "{key}");
    }
    assert_eq!(shop.interactions_of(me.id(), 1).await.unwrap()[0].rating, Some(5));
    shop.bind(&chat(), &me).await.unwrap();
    assert_eq!(go(&shop, &me, "5", Change::EraseMyData).await, Ok(Effect::Done));
    assert_eq!(shop.interactions_of(me.id(), 10).await.unwrap(), []);
    assert_eq!(shop.addresses(&me).await.unwrap(), []);
    assert_eq!(shop.resume(&chat()).await.unwrap(), None);
    assert!(shop.order(&me, &order(DELIVERED)).await.unwrap().is_some(), "orders are kept as the law wants");
}

#[tokio::test]
async fn money_and_stock_balance_after_anything() {
    let shop = small_shop().await;
    let all_pieces = "select (select sum(stock) from variants)
        + (select sum(l.quantity) from order_lines l join orders o on o.id = l.order_id where o.state in ('awaiting_payment', 'paid'))";
    let before = value(&shop, all_pieces).await;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut done = 0;
    for turn in 0..400 {
        let phone: String = sqlx::query_scalar("select phone from customers where id = ?1")
            .bind(rng.random_range(1..=20_i64))
            .fetch_one(&shop.pool)
            .await
            .unwrap();
        let who = customer(&shop, &phone).await;
        let orders = shop.orders_of(&who, 8, &[OrderState::AwaitingPayment, OrderState::Paid]).await.unwrap();
        let address = shop.addresses(&who).await.unwrap()[0].receiver.clone();
        let variant = shop.variant(VariantId(rng.random_range(1..=1_800))).await.unwrap().unwrap();
        let some = (!orders.is_empty()).then(|| orders[rng.random_range(0..orders.len())].clone());
        let change = match (rng.random_range(0..5_u32), some) {
            (0, Some(order)) => Change::CancelOrder { order: order.number },
            (1, Some(order)) => {
                let own = shop.variants(order.lines[0].product).await.unwrap();
                let variant = own[rng.random_range(0..own.len())].id;
                Change::ChangeVariant { order: order.number, line: order.lines[0].id, variant }
            }
            (2, Some(order)) => {
                let quantity = rng.random_range(0..6);
                Change::ChangeQuantity { order: order.number, line: order.lines[0].id, quantity }
            }
            _ => Change::PlaceOrder {
                items: vec![OrderItem {
                    variant: variant.id,
                    quantity: rng.random_range(1..9),
                    unit_price: variant.price,
                }],
                receiver: address,
                shipping_fee: Money::from_yuan(rng.random_range(0..2) * 6),
                promotion_discount: Money::ZERO,
                coupon: shop.coupons_of(&who, NOW).await.unwrap().first().map(|coupon| coupon.id),
                gift_card: shop.gift_cards_of(&who, NOW).await.unwrap().first().map(|card| card.id),
                payment_method: "支付宝".to_owned(),
                remark: None,
            },
        };
        done += u32::from(go(&shop, &who, &format!("turn {turn}"), change).await.is_ok());
    }
    assert!(done > 100, "{done} were done");
    assert_eq!(value(&shop, all_pieces).await, before);
    for (what, sql) in [
        ("a total that does not add up", "select count(*) from orders o where total <> shipping_fee - discount
            + (select sum(quantity * unit_price) from order_lines where order_id = o.id)"),
        ("a gift card out of balance", "select count(*) from gift_cards g where balance <> face
            + (select coalesce(sum(amount), 0) from gift_card_movements where gift_card_id = g.id)"),
        ("a coupon on a cancelled order", "select count(*) from customer_coupons c join orders o on o.id = c.order_id
            where o.state = 'cancelled'"),
        ("an order with a gift card's money that is not the card's", "select count(*) from orders o where state <> 'cancelled'
            and gift_card <> -(select coalesce(sum(amount), 0) from gift_card_movements where order_id = o.id)"),
        ("a paid order that was cancelled for nothing", "select count(*) from orders o where state = 'cancelled'
            and paid_at is not null and total - gift_card <> (select coalesce(sum(amount), 0) from refunds where order_id = o.id)"),
    ] {
        assert_eq!(value(&shop, sql).await, 0, "{what}");
    }
}
