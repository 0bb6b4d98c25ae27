//! What customers did with products, into the recommender's data: only rows that are new, in the order of their numbers.
//! Leaves to others: learning from it.

use super::{BATCH, Bench, FileSource, Progress, Quality, SetAside, SyncError, quality};
use crate::domain::{CustomerId, Interaction, InteractionKind, ProductId, Timestamp};
use crate::shop::mapped::{MappedShop, Need, RawRow, Row};
use crate::shop::{Shop, ShopError};

const PART: &str = "interactions";

pub(super) async fn sync(
    shop: &MappedShop,
    own: &Shop,
    set_aside: &mut SetAside,
    quality: &mut Quality,
    now: Timestamp,
    tell: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<(), SyncError> {
    let mut progress = Progress::read(own, PART).await?;
    loop {
        let since = Timestamp::from_millis(progress.since);
        let arguments = shop.since_arguments(since, progress.after, BATCH);
        let Some((mut rows, reading)) = shop.rows(Need::Interactions, arguments).await? else { return Ok(()) };
        let (count, before) = (rows.len(), progress.after);
        let mut transaction = own.begin_write().await?;
        let mut bench = Bench { connection: &mut transaction, set_aside, quality, now };
        for raw in &mut rows {
            bench.quality.read += 1;
            bench.quality.texts_mended += u64::from(quality::mend(raw));
            let row = Row { raw, reading };
            if let Ok(id) = row.integer("id") {
                progress.after = progress.after.max(id);
            }
            store(&mut bench, row).await?;
        }
        // A batch without a higher number would come again and again.
        let goes_on = count == BATCH as usize && progress.after > before;
        progress.write(&mut transaction, PART, now).await?;
        if !goes_on {
            progress.finish(&mut transaction, PART, now).await?;
        }
        transaction.commit().await?;
        tell(PART, quality.read);
        if !goes_on {
            return Ok(());
        }
    }
}

pub(super) async fn import(bench: &mut Bench<'_>, source: &FileSource, rows: &[RawRow]) -> Result<(), SyncError> {
    for raw in rows {
        store(bench, Row { raw, reading: source.reading() }).await?;
    }
    Ok(())
}

async fn store(bench: &mut Bench<'_>, row: Row<'_>) -> Result<(), SyncError> {
    let (id, one) = match interaction_from(row) {
        Ok(read) => read,
        Err(error) => return bench.set_aside(PART, &error.to_string(), row.raw),
    };
    let met = sqlx::query(
        "insert into interactions (customer_id, product_id, kind, rating, at, source_id)
         select ?1, id, ?3, ?4, ?5, ?6 from products where id = ?2
         on conflict (source_id) do nothing",
    )
    .bind(one.customer.0)
    .bind(one.product.0)
    .bind(one.kind.as_str())
    .bind(one.rating)
    .bind(one.at.millis())
    .bind(id)
    .execute(&mut *bench.connection)
    .await?;
    if met.rows_affected() > 0 {
        bench.quality.stored += 1;
        return Ok(());
    }
    let known: i64 = sqlx::query_scalar("select count(*) from products where id = ?1")
        .bind(one.product.0)
        .fetch_one(&mut *bench.connection)
        .await?;
    if known == 0 {
        bench.quality.broken_references += 1;
        return bench.set_aside(PART, &format!("product {} is not known", one.product), row.raw);
    }
    bench.quality.duplicates += 1;
    Ok(())
}

fn interaction_from(row: Row<'_>) -> Result<(i64, Interaction), ShopError> {
    let kind: InteractionKind = row.member("kind", "interaction_kind")?;
    let rating = row.optional_integer("rating")?;
    let stars = rating.map(u8::try_from).transpose().ok().flatten().filter(|stars| (1..=5).contains(stars));
    if (kind == InteractionKind::Rating) != stars.is_some() {
        return Err(ShopError::bad_value("rating", "a rating has 1 to 5 stars, and nothing else has"));
    }
    let one = Interaction {
        customer: CustomerId(row.integer("customer")?),
        product: ProductId(row.integer("product")?),
        kind,
        rating: stars,
        at: row.moment("at")?,
    };
    Ok((row.integer("id")?, one))
}
