//! The demo shop is the same twice, whole, and believable in its figures.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{AfterSaleState, OrderNumber, OrderState, PhoneTail};
use crate::shop::{Segmenter, ShopError};

/// Every ideograph pair is a word: enough for searching without a dictionary.
pub(in crate::shop) fn pairs() -> Segmenter {
    Segmenter::new(|text| {
        let mut words = Vec::new();
        for run in text.split(|character: char| !character.is_alphanumeric()) {
            let characters: Vec<char> = run.chars().collect();
            if run.is_ascii() || characters.len() < 2 {
                words.push(run.to_lowercase());
            } else {
                words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>().to_lowercase()));
            }
        }
        words
    })
}

/// A small demo shop in memory.
pub(in crate::shop) async fn small_shop() -> Shop {
    let shop = Shop::in_memory(pairs()).await.unwrap();
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.unwrap();
    shop
}

impl Shop {
    /// The number and phone tail of some order of a customer.
    pub(in crate::shop) async fn any_order(&self, customer: i64) -> (OrderNumber, PhoneTail) {
        let (number, phone): (String, String) =
            sqlx::query_as("select number, receiver_phone from orders where customer_id = ?1 order by id limit 1")
                .bind(customer)
                .fetch_one(&self.pool)
                .await
                .unwrap();
        (number.parse().unwrap(), phone[7..].parse().unwrap())
    }

    async fn number(&self, sql: &'static str) -> Result<i64, ShopError> {
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }
}

#[tokio::test]
async fn the_same_seed_is_the_same_shop() {
    let digest = small_shop().await.digest().await.unwrap();
    assert_eq!(small_shop().await.digest().await.unwrap(), digest);
    let other = Shop::in_memory(pairs()).await.unwrap();
    other.fill_with_demo(DEMO_SEED + 1, DemoSize::SMALL).await.unwrap();
    assert_ne!(other.digest().await.unwrap(), digest);
}

#[tokio::test]
async fn the_full_shop_has_what_it_promises() {
    let shop = Shop::in_memory(pairs()).await.unwrap();
    assert!(shop.is_empty().await.unwrap());
    let counts = shop.fill_with_demo(DEMO_SEED, DemoSize::FULL).await.unwrap();
    assert!(!shop.is_empty().await.unwrap());
    let count = |name: &str| counts.tables.iter().find(|(table, _)| *table == name).unwrap().1;
    assert_eq!((count("customers"), count("orders"), count("interactions")), (2_000, 10_000, 80_000));
    assert!(count("products") >= 320 && counts.products_by_category.len() >= 20, "{counts:?}");
    let names = |list: &[(String, i64)]| list.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let all_orders = OrderState::ALL.iter().map(|state| state.to_string()).collect();
    assert_eq!(names(&counts.orders_by_state), all_orders);
    let all_requests = AfterSaleState::ALL.iter().map(|state| state.to_string()).collect();
    assert_eq!(names(&counts.after_sales_by_state), all_requests);

    // What must not be there.
    for (what, sql) in [
        ("a broken reference", "select count(*) from pragma_foreign_key_check"),
        (
            "a total that does not add up",
            "select count(*) from orders o where total <> shipping_fee - discount
            + (select sum(quantity * unit_price) from order_lines where order_id = o.id)",
        ),
        (
            "a buy without a paid order",
            "select count(*) from interactions i left join orders o
            on o.id = i.order_id and o.customer_id = i.customer_id
            where i.kind = 'buy' and (o.id is null or o.paid_at is null or o.state = 'cancelled')",
        ),
        (
            "a paid line without a buy",
            "select count(*) from order_lines l join orders o on o.id = l.order_id
            where o.paid_at is not null and o.state <> 'cancelled' and not exists (select 1 from interactions i
                where i.customer_id = o.customer_id and i.order_id = o.id
                    and i.product_id = l.product_id and i.kind = 'buy')",
        ),
        (
            "interactions out of order",
            "select count(*) from interactions a join interactions b on b.id = a.id + 1 where b.at < a.at",
        ),
        (
            "something in the future",
            "select (select count(*) from interactions where at > 1781748000000)
            + (select count(*) from orders where max(placed_at, coalesce(paid_at, 0), coalesce(shipped_at, 0),
                coalesce(delivered_at, 0), coalesce(completed_at, 0), coalesce(cancelled_at, 0)) > 1781748000000)
            + (select count(*) from track_events where at > 1781748000000)",
        ),
        (
            "a life out of order",
            "select count(*) from orders where paid_at < placed_at or shipped_at < paid_at
            or delivered_at < shipped_at or completed_at < delivered_at",
        ),
        (
            "a shipped order without a parcel",
            "select count(*) from orders o where shipped_at is not null
            and not exists (select 1 from parcels where order_id = o.id)",
        ),
        (
            "a track out of order",
            "select count(*) from track_events a join track_events b
            on b.parcel_id = a.parcel_id and b.position = a.position + 1 where b.at < a.at",
        ),
        (
            "a gift card out of balance",
            "select count(*) from gift_cards g where balance <> face
            + (select coalesce(sum(amount), 0) from gift_card_movements where gift_card_id = g.id)",
        ),
        (
            "a price that is not the newest",
            "select count(*) from variants v where price <>
            (select price from price_history where variant_id = v.id order by since desc limit 1)",
        ),
        (
            "somebody who acted before registering",
            "select count(*) from interactions i join customers c
            on c.id = i.customer_id where i.at < c.registered_at",
        ),
        (
            "a refund above the total",
            "select count(*) from orders o where total <
            (select coalesce(sum(amount), 0) from refunds where order_id = o.id)",
        ),
    ] {
        assert_eq!(shop.number(sql).await.unwrap(), 0, "{what}");
    }
    // What must be there.
    for (what, least, sql) in [
        ("sold out", 50, "select count(*) from variants where stock = 0"),
        ("nearly sold out", 50, "select count(*) from variants where stock between 1 and 3"),
        (
            "stuck parcels",
            10,
            "select count(*) from orders o join parcels p on p.order_id = o.id where o.state = 'shipped'
            and (select max(at) from track_events where parcel_id = p.id) < 1781748000000 - 3 * 86400000",
        ),
        (
            "bought again",
            800,
            "select count(*) from (select 1 from interactions where kind = 'buy'
            group by customer_id, product_id having count(*) > 1)",
        ),
        ("coupons used", 100, "select count(*) from customer_coupons where order_id is not null"),
        (
            "orders paid for two days",
            5,
            "select count(*) from orders where state = 'paid' and paid_at < 1781748000000 - 2 * 86400000",
        ),
    ] {
        let found = shop.number(sql).await.unwrap();
        assert!(found >= least, "{what}: {found}");
    }
}

#[tokio::test]
async fn down_jackets_are_bought_in_winter_and_groups_differ() {
    let world = World::make(DEMO_SEED, DemoSize::FULL).unwrap();
    let category = world.sources.category("羽绒服").unwrap();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let mut by_month = [0; 12];
    let mut share = vec![(0_u32, 0_u32); world.sources.groups.len()];
    let cats = world.sources.category("猫粮").unwrap();
    for event in &world.interactions {
        let item = &world.goods.products[event.product];
        if item.category == category {
            by_month[usize::try_from(event.at.date(&zone).month()).unwrap() - 1] += 1;
        }
        let group = &mut share[world.people.customers[event.customer].group];
        group.0 += u32::from(item.category == cats);
        group.1 += 1;
    }
    assert!(by_month[10] + by_month[11] > 4 * (by_month[5] + by_month[6]), "{by_month:?}");
    let share: Vec<u32> = share.iter().map(|(own, all)| own * 100 / all).collect();
    assert!(share[7] > 30, "the cat people look at cat food: {share:?}");
    assert!(share.iter().enumerate().all(|(group, share)| group == 7 || *share < 15), "{share:?}");
}

#[test]
fn the_shopper_by_hand_lives_in_hangzhou() {
    let sources = sources::Sources::read().unwrap();
    assert_eq!(sources.regions[shopper::HANGZHOU].city, "杭州市");
    for number in DEMO_ORDERS {
        assert!(number.parse::<OrderNumber>().is_ok(), "{number}");
    }
}
