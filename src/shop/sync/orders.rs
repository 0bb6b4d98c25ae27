//! Orders and their lines from files, into the embedded shop. A customer whom nobody knows yet is made from the order's
//! receiver. Leaves to others: orders of a mapped shop, which are never copied.

use sqlx::Row as _;

use super::{Bench, FileSource, SyncError, quality};
use crate::domain::Order;
use crate::shop::mapped::{Argument, RawRow, Row, line_from, order_from};

pub(super) async fn import(bench: &mut Bench<'_>, source: &FileSource, rows: &[RawRow]) -> Result<(), SyncError> {
    for raw in rows {
        bench.quality.amounts_normalised += u64::from(quality::is_odd_amount(raw, "total"));
        match order_from(Row { raw, reading: source.reading() }) {
            Ok(order) => match store(bench, &order).await? {
                None => bench.quality.stored += 1,
                Some(reason) => {
                    bench.quality.broken_references += 1;
                    bench.set_aside("orders", reason, raw)?;
                }
            },
            Err(error) => bench.set_aside("orders", &error.to_string(), raw)?,
        }
    }
    Ok(())
}

/// Stores an order, or says why not.
async fn store(bench: &mut Bench<'_>, order: &Order) -> Result<Option<&'static str>, SyncError> {
    let known = sqlx::query("select id from customers where id = ?1 or phone = ?2")
        .bind(order.customer.0)
        .bind(order.receiver.phone.as_str())
        .fetch_all(&mut *bench.connection)
        .await?;
    let known: Vec<i64> = known.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
    if !known.contains(&order.customer.0) {
        if !known.is_empty() {
            return Ok(Some("the receiver's phone belongs to another customer, and this one is not known"));
        }
        sqlx::query("insert into customers (id, name, phone, registered_at) values (?1, ?2, ?3, ?4)")
            .bind(order.customer.0)
            .bind(&order.receiver.name)
            .bind(order.receiver.phone.as_str())
            .bind(order.placed_at.millis())
            .execute(&mut *bench.connection)
            .await?;
    }
    let millis = |at: Option<crate::domain::Timestamp>| at.map(|at| at.millis());
    let met = sqlx::query(
        "insert into orders (number, customer_id, state, placed_at, paid_at, shipped_at, delivered_at, shipping_fee,
             discount, gift_card, total, payment_method, receiver_name, receiver_phone, province, city, district, street,
             remark)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
         on conflict (number) do update set state = ?3, paid_at = ?5, shipped_at = ?6, delivered_at = ?7
         where customer_id = ?2",
    )
    .bind(order.number.as_str())
    .bind(order.customer.0)
    .bind(order.state.as_str())
    .bind(order.placed_at.millis())
    .bind(millis(order.paid_at))
    .bind(millis(order.shipped_at))
    .bind(millis(order.delivered_at))
    .bind(order.shipping_fee.cents().max(0))
    .bind(order.discount.cents().max(0))
    .bind(order.gift_card.cents().max(0))
    .bind(order.total.cents().max(0))
    .bind(&order.payment_method)
    .bind(&order.receiver.name)
    .bind(order.receiver.phone.as_str())
    .bind(&order.receiver.province)
    .bind(&order.receiver.city)
    .bind(&order.receiver.district)
    .bind(&order.receiver.street)
    .bind(order.remark.as_deref())
    .execute(&mut *bench.connection)
    .await?;
    Ok((met.rows_affected() == 0).then_some("an order of that number belongs to another customer"))
}

pub(super) async fn import_lines(bench: &mut Bench<'_>, source: &FileSource, rows: &[RawRow]) -> Result<(), SyncError> {
    for raw in rows {
        let row = Row { raw, reading: source.reading() };
        let (line, number) = match (line_from(row), row.key("order")) {
            (Ok(line), Ok(Argument::Text(number))) => (line, number),
            (Ok(line), Ok(Argument::Integer(number))) => (line, number.to_string()),
            (Err(error), _) | (_, Err(error)) => {
                bench.set_aside("order_lines", &error.to_string(), raw)?;
                continue;
            }
            (Ok(_), Ok(_)) => continue,
        };
        let met = sqlx::query(
            "insert into order_lines (id, order_id, position, product_id, variant_id, title, variant_label, quantity,
                 unit_price)
             select ?1, o.id, (select count(*) from order_lines where order_id = o.id), p.id, v.id, ?5, ?6, ?7, ?8
             from orders o, products p, variants v where o.number = ?2 and p.id = ?3 and v.id = ?4
             on conflict (id) do nothing",
        )
        .bind(line.id.0)
        .bind(&number)
        .bind(line.product.0)
        .bind(line.variant.0)
        .bind(&line.title)
        .bind(&line.variant_label)
        .bind(line.quantity)
        .bind(line.unit_price.cents().max(0))
        .execute(&mut *bench.connection)
        .await?;
        if met.rows_affected() > 0 {
            bench.quality.stored += 1;
            continue;
        }
        let known: i64 = sqlx::query_scalar("select count(*) from order_lines where id = ?1")
            .bind(line.id.0)
            .fetch_one(&mut *bench.connection)
            .await?;
        if known > 0 {
            bench.quality.duplicates += 1;
        } else {
            bench.quality.broken_references += 1;
            bench.set_aside("order_lines", "its order, product or variant is not known", raw)?;
        }
    }
    Ok(())
}
