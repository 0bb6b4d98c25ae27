//! Products with variants and attributes, into our copy of them: the text index, the dictionary, what restock notices and
//! the recommender look at. Leaves to others: price and stock as they are now, which are always asked for.

use std::collections::{HashMap, HashSet};

use sqlx::SqliteConnection;

use super::{BATCH, Bench, FileSource, Progress, Quality, SetAside, SyncError, quality};
use crate::domain::{Product, ProductId, Timestamp, Variant};
use crate::shop::mapped::{AT_ONCE, MappedShop, Need, RawRow, Row, product_from, variant_from};
use crate::shop::{Segmenter, Shop, ShopError};

const PART: &str = "products";

/// One round. With a `changed_at` in the answers it reads what changed since the last; without, everything, and what did
/// not come any more is taken off the shelf.
pub(super) async fn sync(
    shop: &MappedShop,
    own: &Shop,
    set_aside: &mut SetAside,
    quality: &mut Quality,
    now: Timestamp,
    tell: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<(), SyncError> {
    let mut progress = Progress::read(own, PART).await?;
    let mut read_before = HashSet::new();
    if progress.rows == 0 {
        // Noted, so that a round that was broken off still knows when it began.
        progress.rows = now.millis();
    }
    loop {
        let arguments = shop.since_arguments(Timestamp::from_millis(progress.since), progress.after, BATCH);
        let Some((rows, reading)) = shop.rows(Need::ChangedProducts, arguments).await? else { return Ok(()) };
        let count = rows.len();
        let mut ids = Vec::with_capacity(count);
        let mut by_time = false;
        for raw in &rows {
            let row = Row { raw, reading };
            match row.integer("id") {
                Ok(id) => {
                    ids.push(ProductId(id));
                    progress.after = id;
                }
                Err(error) => {
                    quality.set_aside += 1;
                    set_aside.put(PART, &error.to_string(), raw)?;
                }
            }
            if let Ok(Some(at)) = row.optional_moment("changed_at") {
                progress.since = at.millis();
                by_time = true;
            }
        }
        let goes_on = count == BATCH as usize && !ids.is_empty();
        if goes_on && ids.iter().all(|id| read_before.contains(&id.0)) {
            return Err(ShopError::bad_value(
                "changed_at",
                "the rows come again and again: compare it with :since, and where they are equal the id with :after",
            )
            .into());
        }
        read_before.extend(ids.iter().map(|id| id.0));
        let fresh = read(shop, &ids, set_aside, quality, now).await?;
        let known = own.products(&ids).await?;
        let known: HashMap<ProductId, Product> = known.into_iter().map(|product| (product.id, product)).collect();
        let mut transaction = own.begin_write().await?;
        for product in &fresh {
            if known.get(&product.id) == Some(product) {
                quality.unchanged += 1;
            } else {
                store(&mut transaction, own.segmenter(), product, now).await?;
                quality.stored += 1;
            }
            sqlx::query("update products set synced_at = ?2 where id = ?1")
                .bind(product.id.0)
                .bind(progress.rows)
                .execute(&mut *transaction)
                .await?;
        }
        if !goes_on && !by_time && progress.since == 0 {
            quality.gone += take_off_shelf(&mut transaction, progress.rows).await?;
        }
        if goes_on {
            progress.write(&mut transaction, PART, now).await?;
        } else {
            // A round by number begins anew, one by time goes on.
            let after = if progress.since == 0 { 0 } else { progress.after };
            Progress { after, rows: 0, ..progress }.finish(&mut transaction, PART, now).await?;
        }
        transaction.commit().await?;
        tell(PART, quality.read);
        if !goes_on {
            return Ok(());
        }
    }
}

/// The products of these ids as the merchant has them now.
async fn read(
    shop: &MappedShop,
    ids: &[ProductId],
    set_aside: &mut SetAside,
    quality: &mut Quality,
    now: Timestamp,
) -> Result<Vec<Product>, SyncError> {
    let mut products = Vec::with_capacity(ids.len());
    for few in ids.chunks(AT_ONCE) {
        products.extend(read_few(shop, few, set_aside, quality, now).await?);
    }
    Ok(products)
}

async fn read_few(
    shop: &MappedShop,
    ids: &[ProductId],
    set_aside: &mut SetAside,
    quality: &mut Quality,
    now: Timestamp,
) -> Result<Vec<Product>, SyncError> {
    let arguments = shop.product_arguments(ids, now);
    let mut products: Vec<Product> = Vec::with_capacity(ids.len());
    if let Some((mut rows, reading)) = shop.rows(Need::Product, arguments.clone()).await? {
        for raw in &mut rows {
            quality.read += 1;
            quality.texts_mended += u64::from(quality::mend(raw));
            match product_from(Row { raw, reading }) {
                Ok(product) if products.iter().any(|known| known.id == product.id) => quality.duplicates += 1,
                Ok(product) => products.push(product),
                Err(error) => {
                    quality.set_aside += 1;
                    set_aside.put(PART, &error.to_string(), raw)?;
                }
            }
        }
    }
    let places: HashMap<ProductId, usize> = products.iter().enumerate().map(|(at, product)| (product.id, at)).collect();
    if let Some((mut rows, reading)) = shop.rows(Need::ProductAttributes, arguments.clone()).await? {
        for raw in &mut rows {
            quality::mend(raw);
            let row = Row { raw, reading };
            if let (Ok(id), Ok(name), Ok(value)) = (row.integer("product"), row.text("name"), row.text("value"))
                && let Some(at) = places.get(&ProductId(id))
            {
                products[*at].attributes.push((name, value));
            }
        }
    }
    if let Some((mut rows, reading)) = shop.rows(Need::VariantsOfProduct, arguments).await? {
        for raw in &mut rows {
            quality.amounts_normalised += u64::from(quality::is_odd_amount(raw, "price"));
            quality::mend(raw);
            match variant_from(Row { raw, reading }) {
                Ok(variant) => match places.get(&variant.product) {
                    Some(at) => products[*at].variants.push(variant),
                    None => quality.broken_references += 1,
                },
                Err(error) => {
                    quality.set_aside += 1;
                    set_aside.put("variants", &error.to_string(), raw)?;
                }
            }
        }
    }
    Ok(products)
}

async fn take_off_shelf(connection: &mut SqliteConnection, round: i64) -> Result<u64, SyncError> {
    let gone = sqlx::query(
        "update products set on_shelf = 0 where on_shelf = 1 and synced_at is not null and synced_at <> ?1",
    )
    .bind(round)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

pub(super) async fn import(
    bench: &mut Bench<'_>,
    own: &Shop,
    source: &FileSource,
    rows: &[RawRow],
) -> Result<(), SyncError> {
    let mut seen = HashSet::new();
    for raw in rows {
        match product_from(Row { raw, reading: source.reading() }) {
            Ok(product) if !seen.insert(product.id) => bench.quality.duplicates += 1,
            Ok(product) => {
                store_product(&mut *bench.connection, own.segmenter(), &product, bench.now).await?;
                bench.quality.stored += 1;
            }
            Err(error) => bench.set_aside(PART, &error.to_string(), raw)?,
        }
    }
    Ok(())
}

pub(super) async fn import_variants(
    bench: &mut Bench<'_>,
    source: &FileSource,
    rows: &[RawRow],
) -> Result<(), SyncError> {
    for raw in rows {
        bench.quality.amounts_normalised += u64::from(quality::is_odd_amount(raw, "price"));
        let variant = match variant_from(Row { raw, reading: source.reading() }) {
            Ok(variant) => variant,
            Err(error) => {
                bench.set_aside("variants", &error.to_string(), raw)?;
                continue;
            }
        };
        let place: Option<i64> = sqlx::query_scalar(
            "select (select count(*) from variants where product_id = p.id) from products p where p.id = ?1",
        )
        .bind(variant.product.0)
        .fetch_optional(&mut *bench.connection)
        .await?;
        match place {
            Some(place) => {
                store_variant(&mut *bench.connection, &variant, place, bench.now).await?;
                bench.quality.stored += 1;
            }
            None => {
                bench.quality.broken_references += 1;
                bench.set_aside("variants", &format!("product {} is not known", variant.product), raw)?;
            }
        }
    }
    Ok(())
}

async fn store(
    connection: &mut SqliteConnection,
    segmenter: &Segmenter,
    product: &Product,
    now: Timestamp,
) -> Result<(), SyncError> {
    store_product(connection, segmenter, product, now).await?;
    let kept: Vec<String> = product.variants.iter().map(|variant| variant.id.0.to_string()).collect();
    // Orders are elsewhere: nothing else names a variant that is gone.
    sqlx::query("delete from variants where product_id = ?1 and id not in (select value from json_each(?2))")
        .bind(product.id.0)
        .bind(format!("[{}]", kept.join(",")))
        .execute(&mut *connection)
        .await?;
    for (place, variant) in (0..).zip(&product.variants) {
        store_variant(connection, variant, place, now).await?;
    }
    Ok(())
}

async fn store_product(
    connection: &mut SqliteConnection,
    segmenter: &Segmenter,
    product: &Product,
    now: Timestamp,
) -> Result<(), SyncError> {
    let rating = product.rating_tenths.map(i64::from);
    sqlx::query(
        "insert into products (id, title, brand, category, description, on_shelf, returnable, warranty_months,
             needs_installation, rating_sum, rating_count, sold, image, listed_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         on conflict (id) do update set title = ?2, brand = ?3, category = ?4, description = ?5, on_shelf = ?6,
             returnable = ?7, warranty_months = ?8, needs_installation = ?9, rating_sum = ?10, rating_count = ?11,
             sold = ?12, image = ?13",
    )
    .bind(product.id.0)
    .bind(&product.title)
    .bind(&product.brand)
    .bind(&product.category)
    .bind(&product.description)
    .bind(product.on_shelf)
    .bind(product.returnable)
    .bind(product.warranty_months)
    .bind(product.needs_installation)
    // The mean is all that is known: ten imagined ratings give it back in tenths.
    .bind(rating.unwrap_or(0))
    .bind(if rating.is_some() { 10 } else { 0 })
    .bind(product.sold)
    .bind(product.image.as_deref())
    .bind(now.millis())
    .execute(&mut *connection)
    .await?;
    sqlx::query("delete from product_attributes where product_id = ?1")
        .bind(product.id.0)
        .execute(&mut *connection)
        .await?;
    for (place, (name, value)) in (0_i64..).zip(&product.attributes) {
        sqlx::query("insert into product_attributes (product_id, position, name, value) values (?1, ?2, ?3, ?4)")
            .bind(product.id.0)
            .bind(place)
            .bind(name)
            .bind(value)
            .execute(&mut *connection)
            .await?;
    }
    index(connection, segmenter, product).await
}

async fn store_variant(
    connection: &mut SqliteConnection,
    variant: &Variant,
    place: i64,
    now: Timestamp,
) -> Result<(), SyncError> {
    sqlx::query(
        "insert into variants (id, product_id, position, colour, size, price, stock) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (id) do update set product_id = ?2, colour = ?4, size = ?5, price = ?6, stock = ?7",
    )
    .bind(variant.id.0)
    .bind(variant.product.0)
    .bind(place)
    .bind(variant.colour.as_deref())
    .bind(variant.size.as_deref())
    .bind(variant.price.cents().max(0))
    .bind(variant.stock)
    .execute(&mut *connection)
    .await?;
    // The history of a price is what was seen of it.
    sqlx::query(
        "insert into price_history (variant_id, since, price) select ?1, ?2, ?3
         where ?3 is not (select price from price_history where variant_id = ?1 order by since desc limit 1)
         on conflict (variant_id, since) do update set price = ?3",
    )
    .bind(variant.id.0)
    .bind(now.millis())
    .bind(variant.price.cents().max(0))
    .execute(&mut *connection)
    .await?;
    Ok(())
}

async fn index(connection: &mut SqliteConnection, segmenter: &Segmenter, product: &Product) -> Result<(), SyncError> {
    let values: Vec<&str> = product.attributes.iter().map(|(_, value)| value.as_str()).collect();
    let cut = |text: &str| segmenter.words(text).join(" ");
    sqlx::query("delete from product_search where rowid = ?1").bind(product.id.0).execute(&mut *connection).await?;
    sqlx::query(
        "insert into product_search (rowid, title, brand, category, attributes, description)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(product.id.0)
    .bind(cut(&product.title))
    .bind(cut(&product.brand))
    .bind(cut(&product.category))
    .bind(cut(&values.join(" ")))
    .bind(cut(&product.description))
    .execute(connection)
    .await?;
    Ok(())
}
