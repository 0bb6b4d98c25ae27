//! Reading a merchant's data in: bad rows set aside, wrong encodings mended, only what changed, and files by the same
//! path.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use xiaoer::app::shop_segmenter;
use xiaoer::domain::{ChannelKind, ConversationId, Money, ProductFilter, ProductId};
use xiaoer::shop::mapped::{EpochUnit, MoneyUnit};
use xiaoer::shop::sync::{FileKind, FileSource, Quality, SetAside, import, sync};
use xiaoer::shop::{Gateway, Shop};

use super::chat::NOW;
use super::servers::shop_at;

const MAPPING: &str = r#"
[connection]
url_env = "XIAOER_SHOP_URL"
[needs.product]
sql = "select id, name as title, kind as category, visible as on_shelf from goods where id in (:products)"
[needs.variants_of_product]
sql = "select id, good as product, price, stock from items where good in (:products)"
[needs.changed_products]
sql = "select id from goods where id > :after order by id limit :limit"
[needs.interactions]
sql = "select id, who as customer, good as product, what as kind, at from acts where id > :after order by id limit :limit"
"#;

async fn run(file: &Path, sql: &str) {
    let address = format!("sqlite:{}?mode=rwc", file.display());
    let mut connection = SqliteConnection::connect(&address).await.expect("the merchant's database");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("the merchant's statement");
}

async fn merchant(file: &Path) {
    let (broken, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling("竹编果篮".as_bytes());
    run(
        file,
        &format!(
            "create table goods (id integer primary key, name text, kind text, visible integer);
             create table items (id integer primary key, good integer, price text, stock integer);
             create table acts (id integer primary key, who integer, good integer, what text, at integer);
             insert into goods values (1, '青瓷茶杯', '茶具', 1), (2, '{broken}', '收纳', 1), (3, null, '茶具', 1);
             insert into items values (11, 1, '￥1,299.00', 4), (21, 2, '35.999', 2), (99, 2, 'ask us', 1);
             insert into acts values (1, 7, 1, 'buy', 1781000000), (2, 7, 404, 'buy', 1781000001), (3, 7, 1, 'stole', 1781000002);
             with recursive c (n) as (select 1000 union all select n + 1 from c where n < 1449)
                 insert into goods select n, '量产水杯 ' || n, '茶具', 1 from c;
             insert into items select id, id, '9.90', 5 from goods where id >= 1000;",
        ),
    )
    .await;
}

#[tokio::test]
async fn rounds_bring_what_changed_and_lose_nothing_silently() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("merchant.db");
    merchant(&file).await;
    let shop = shop_at(&format!("sqlite:{}", file.display()), MAPPING);
    let own = Shop::open(&folder.path().join("own.db"), shop_segmenter()).await.expect("our side");
    let bad = folder.path().join("bad.csv");
    let round = async |minutes: i64| {
        let mut set_aside = SetAside::into(&bad);
        sync(&shop, &own, &mut set_aside, NOW.plus_seconds(60 * minutes), &|_, _| {}).await.expect("a round")
    };
    let first = round(0).await;
    assert_eq!((first.products.read, first.products.stored, first.products.texts_mended), (453, 452, 1), "{first:?}");
    assert_eq!((first.products.set_aside, first.products.amounts_normalised), (2, 2), "{first:?}");
    let acts = &first.interactions;
    assert_eq!((acts.read, acts.stored, acts.broken_references, acts.set_aside), (3, 1, 1, 2), "{first:?}");
    let told = std::fs::read_to_string(&bad).expect("bad rows are in the file");
    assert_eq!(told.lines().count(), 5, "{told}");
    for part in ["products,", "variants,", "ask us", "product 404 is not known", "stole"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    let gateway = Gateway::mapped(own.clone(), shop.clone());
    let basket = ProductFilter { words: vec!["果篮".to_owned()], ..ProductFilter::default() };
    let (found, _) = gateway.search(&basket, 5, 0).await.expect("a search");
    assert_eq!(found.iter().map(|product| product.id).collect::<Vec<_>>(), [ProductId(2)]);
    assert_eq!(own.product(ProductId(2)).await.unwrap().expect("there").variants[0].price, Money::from_cents(3_600));

    let second = round(1).await;
    assert_eq!(
        (second.products.stored, second.products.unchanged, second.interactions.read),
        (0, 452, 0),
        "{second:?}"
    );
    run(&file, "update goods set name = '青瓷茶盏' where id = 1; delete from goods where id = 1000; insert into acts values (4, 7, 2, 'view', 1781000003);").await;
    let third = round(2).await;
    assert_eq!((third.products.stored, third.products.gone, third.interactions.stored), (1, 1, 1), "{third:?}");
    assert!(!own.product(ProductId(1000)).await.unwrap().expect("known still").on_shelf);
}

async fn brought(folder: &Path, own: &Shop, kind: FileKind, bytes: &[u8]) -> Quality {
    let file = folder.join(format!("{kind}.csv"));
    std::fs::write(&file, bytes).expect("a file");
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let source = FileSource::new(&file, kind, zone, MoneyUnit::Yuan, EpochUnit::Seconds);
    let mut set_aside = SetAside::into(&folder.join("bad.csv"));
    import(&source, own, &mut set_aside, NOW, &|_, _| {}).await.expect("an import")
}

#[tokio::test]
async fn files_come_in_by_the_same_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = Shop::open(&folder.path().join("own.db"), shop_segmenter()).await.expect("a shop");
    let bring = async |kind, bytes: &[u8]| brought(folder.path(), &own, kind, bytes).await;
    let (gbk, _, _) =
        encoding_rs::GB18030.encode("id,title,category\n1,青瓷茶杯,茶具\n2,竹编果篮,收纳\n,没有编号,茶具\n");
    let products = bring(FileKind::Products, &gbk).await;
    assert_eq!(
        (products.read, products.stored, products.set_aside, products.texts_mended),
        (3, 2, 1, 3),
        "{products:?}"
    );
    let variants = bring(
        FileKind::Variants,
        "id,product,colour,price,stock\n11,1,青色,\"1,299.00\",4\n21,2,,36,2\n31,9,,1,1\n".as_bytes(),
    )
    .await;
    assert_eq!((variants.stored, variants.broken_references, variants.amounts_normalised), (2, 1, 1), "{variants:?}");
    let orders = "id,number,customer,state,placed_at,total,receiver_name,receiver_phone,city\n\
                  5,202606150000000001,7,paid,2026-06-15 10:00:00,1299.00,钱七,13900000007,昆明市\n\
                  6,202606150000000002,8,lost,2026-06-15 10:00:00,36,孙八,13900000008,昆明市\n";
    let orders = bring(FileKind::Orders, orders.as_bytes()).await;
    assert_eq!((orders.stored, orders.set_aside), (1, 1), "{orders:?}");
    let lines = bring(FileKind::OrderLines, "order,id,product,variant,title,quantity,unit_price\n202606150000000001,51,1,11,青瓷茶杯,1,1299\n202606150000000009,52,1,11,青瓷茶杯,1,1299\n".as_bytes()).await;
    assert_eq!((lines.stored, lines.broken_references), (1, 1), "{lines:?}");
    let acts =
        "id,customer,product,kind,rating,at\n1,7,1,buy,,1781000000\n2,7,1,rating,5,1781000001\n1,7,1,buy,,1781000000\n"
            .as_bytes();
    let first = bring(FileKind::Interactions, acts).await;
    assert_eq!((first.stored, first.duplicates), (2, 1), "{first:?}");
    assert_eq!(bring(FileKind::Interactions, acts).await.read, 0, "the same file is not read twice");

    let chat = ConversationId::new(ChannelKind::Script, "files");
    let (number, tail) = ("202606150000000001".parse().unwrap(), "0007".parse().unwrap());
    let me = own.verify_by_order(&chat, &number, &tail, NOW).await.unwrap().verified().expect("the owner");
    let order = own.order(&me, &number).await.unwrap().expect("the order");
    assert_eq!((order.lines.len(), order.total, order.receiver.city.as_str()), (1, Money::from_yuan(1299), "昆明市"));
}
