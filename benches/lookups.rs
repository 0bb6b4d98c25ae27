//! Look-ups in shops that have a database of their own: an order by its number and a variant's stock, out of 1,000,000
//! orders, in SQLite, MariaDB and PostgreSQL. `cargo bench --bench lookups`; the servers are named as for the tests
//! (XIAOER_TEST_MYSQL, XIAOER_TEST_POSTGRES). `-- 100000` makes fewer orders.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, PgConnection, SqliteConnection};
use xiaoer::app::shop_segmenter;
use xiaoer::domain::{ChannelKind, ConversationId, OrderNumber, Timestamp, VariantId};
use xiaoer::shop::mapped::{MappedShop, Mapping};
use xiaoer::shop::{Gateway, Shop, VerifiedCustomer};

const ORDERS_PER_CUSTOMER: i64 = 10;
const VARIANTS: i64 = 100_000;
/// Turns that look something up at the same time.
const SIDE_BY_SIDE: usize = 8;
const SECONDS: u64 = 10;

const MAPPING: &str = r#"
[connection]
url_env = "XIAOER_SHOP_URL"
pool = 8
money = "cents"
epoch = "seconds"
[parts]
order = """o.id, o.number, o.customer_id as customer, 'paid' as state, o.placed as placed_at, o.total,
    o.receiver as receiver_name, o.phone as receiver_phone from bench_orders o"""
[needs.orders_of_customer]
sql = "select {order} where o.customer_id = :customer order by o.id desc limit :limit"
[needs.order_by_number]
sql = "select {order} where o.customer_id = :customer and o.number = :order"
[needs.owner_of_order]
sql = "select o.customer_id as customer from bench_orders o where o.number = :order and o.phone like concat('%', :tail)"
[needs.order_lines]
sql = """select l.order_id as {order_word}, l.id, l.variant_id as product, l.title, 1 as quantity, l.price as unit_price
    from bench_lines l join bench_orders o on o.id = l.order_id
    where l.order_id in (:orders) and o.customer_id = :customer"""
[needs.stock_of_variant]
sql = "select v.id, v.id as product, v.price, v.stock from bench_variants v where v.id = :variant"
"#;

const TABLES: &str = "
create table bench_orders (id bigint primary key, number varchar(20) not null, customer_id bigint not null, placed bigint not null,
    total bigint not null, receiver varchar(20) not null, phone varchar(20) not null);
create table bench_lines (id bigint primary key, order_id bigint not null, variant_id bigint not null, title varchar(60) not null, price bigint not null);
create table bench_variants (id bigint primary key, price bigint not null, stock bigint not null);
";
const INDEXES: &str = "
create unique index bench_number on bench_orders (number);
create index bench_customer on bench_orders (customer_id, id);
create index bench_order on bench_lines (order_id);
";

/// The rows, with `{n}` the number of a row that the dialect counts in its own way.
fn rows(orders: i64, counted: impl Fn(i64) -> String) -> String {
    let customer = format!("n - (n - 1) % {ORDERS_PER_CUSTOMER}");
    format!(
        "insert into bench_orders select n, concat('2026061800', 1000000 + n), {customer}, 1781748000 + n, 9900, '林小满',
             '13900000001' from {numbers};
         insert into bench_lines select n, n, n % {VARIANTS} + 1, '棉麻短袖T恤 夏季新款', 9900 from {numbers};
         insert into bench_variants select n, 9900, n % 50 from {variants};",
        numbers = counted(orders),
        variants = counted(VARIANTS),
    )
}

fn main() {
    let orders = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        println!("{:<12}{:>10}{:>8}{:>14}{:>10}{:>10}", "", "orders", "what", "look-ups/s", "p50 ms", "p99 ms");
        sqlite(orders).await;
        mysql(orders).await;
        postgres(orders).await;
    });
}

async fn sqlite(orders: i64) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shop.db");
    let address = format!("sqlite:{}", file.display());
    let mut connection = SqliteConnection::connect(&format!("{address}?mode=rwc")).await.expect("a database");
    let counted = |many| {
        format!("(with recursive c (n) as (select 1 union all select n + 1 from c where n < {many}) select n from c)")
    };
    for sql in [TABLES.to_owned(), rows(orders, counted), INDEXES.to_owned(), "pragma journal_mode = wal".to_owned()] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the shop");
    }
    measure("SQLite", &address, orders, "\"order\"").await;
}

async fn mysql(orders: i64) {
    let server = std::env::var("XIAOER_TEST_MYSQL").unwrap_or_else(|_| "mysql://root@127.0.0.1:3306".to_owned());
    let Ok(mut connection) = MySqlConnection::connect(&server).await else {
        return println!("MariaDB     left out: none answers; name one in XIAOER_TEST_MYSQL");
    };
    let name = format!("xiaoer_bench_{}", std::process::id());
    let begin = format!("create database {name} character set utf8mb4; use {name};");
    let counted = |many| format!("(select seq as n from seq_1_to_{many}) c");
    for sql in
        [begin, TABLES.to_owned(), rows(orders, counted), INDEXES.to_owned(), "analyze table bench_orders".to_owned()]
    {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the shop");
    }
    measure("MariaDB", &format!("{server}/{name}"), orders, "`order`").await;
    sqlx::raw_sql(AssertSqlSafe(format!("drop database {name}"))).execute(&mut connection).await.expect("dropping");
}

async fn postgres(orders: i64) {
    let server =
        std::env::var("XIAOER_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".to_owned());
    let Ok(mut admin) = PgConnection::connect(&format!("{server}/postgres")).await else {
        return println!("PostgreSQL  left out: none answers; name one in XIAOER_TEST_POSTGRES");
    };
    let name = format!("xiaoer_bench_{}", std::process::id());
    sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await.expect("a database");
    let address = format!("{server}/{name}");
    let mut connection = PgConnection::connect(&address).await.expect("the database");
    let counted = |many| format!("generate_series(1::bigint, {many}) c (n)");
    for sql in [TABLES.to_owned(), rows(orders, counted), INDEXES.to_owned(), "analyze".to_owned()] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the shop");
    }
    measure("PostgreSQL", &address, orders, "\"order\"").await;
    sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)")))
        .execute(&mut admin)
        .await
        .expect("dropping");
}

fn number(order: i64) -> OrderNumber {
    format!("2026061800{}", 1_000_000 + order).parse().expect("an order number")
}

async fn measure(name: &str, address: &str, orders: i64, order_word: &str) {
    let text = MAPPING.replace("{order_word}", order_word);
    let environment = |name: &str| (name == "XIAOER_SHOP_URL").then(|| address.to_owned());
    let shop = MappedShop::over(Mapping::parse(&text, &environment).expect("a mapping")).expect("a pool");
    let own = Shop::in_memory(shop_segmenter()).await.expect("our side");
    let gateway = Gateway::mapped(own, shop.clone());
    // Customers all over the table, each with one of their orders.
    let mut people: Vec<(VerifiedCustomer, OrderNumber)> = Vec::new();
    for place in 0..200 {
        let order = number(place * (orders / 200) + 1);
        let conversation = ConversationId::new(ChannelKind::Script, format!("bench-{place}"));
        let tail = "0001".parse().expect("a tail");
        let found = gateway.verify_by_order(&conversation, &order, &tail, Timestamp::from_millis(0)).await;
        people.push((found.expect("an answer").verified().expect("the owner"), order));
    }
    let by_number = async |turn: usize| {
        let (customer, order) = &people[turn % people.len()];
        let found = gateway.order(customer, order).await.expect("an answer").expect("the order");
        assert_eq!(found.lines.len(), 1);
    };
    told(name, orders, "order", timed(by_number).await);
    let stock = async |turn: usize| {
        let id = VariantId(i64::try_from(turn).expect("a small number") * 7919 % VARIANTS + 1);
        gateway.variant(id).await.expect("an answer").expect("the variant");
    };
    told(name, orders, "stock", timed(stock).await);
    shop.close().await;
}

/// Looks up side by side for some seconds; how long each look-up took.
async fn timed(look_up: impl AsyncFn(usize)) -> (Duration, Vec<Duration>) {
    let began = Instant::now();
    let over = began + Duration::from_secs(SECONDS);
    let turns = futures::stream::iter(0..).take_while(|_| std::future::ready(Instant::now() < over));
    let look_up = &look_up;
    let took = turns
        .map(|turn| async move {
            let began = Instant::now();
            look_up(turn).await;
            began.elapsed()
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await;
    (began.elapsed(), took)
}

fn told(name: &str, orders: i64, what: &str, (whole, mut took): (Duration, Vec<Duration>)) {
    took.sort();
    let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_secs_f64() * 1000.0;
    let rate = took.len() as f64 / whole.as_secs_f64();
    println!("{name:<12}{orders:>10}{what:>8}{rate:>14.0}{:>10.2}{:>10.2}", at(50), at(99));
}
