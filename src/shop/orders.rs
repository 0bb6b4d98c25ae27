//! Orders with everything that hangs on them, for their verified owner only: each statement has the owner in its
//! `where`, so that an order of somebody else is as absent as one that never was.
//! Leaves to others: changing them (`writes`).

use std::collections::HashMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::customers::receiver_from;
use super::rows::{count, id_list, moment, money, optional_moment, parsed};
use super::{Shop, ShopError, VerifiedCustomer};
use crate::domain::{
    AfterSale, CustomerId, Invoice, Order, OrderLine, OrderLineId, OrderNumber, OrderState, Parcel, ProductId, Refund,
    TrackEvent, VariantId,
};

/// A payment from the shop back to the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct PaidBack {
    /// The money's way.
    pub refund: Refund,
    /// What for: `cancelled`, `after_sale`, `price_protection`, `compensation`.
    pub reason: String,
    /// The request it belongs to, if it does.
    pub after_sale: Option<i64>,
}

impl Shop {
    /// The customer's orders in any of `states` (all where it is empty), newest first.
    pub async fn orders_of(
        &self,
        customer: &VerifiedCustomer,
        limit: u32,
        states: &[OrderState],
    ) -> Result<Vec<Order>, ShopError> {
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let names = serde_json::to_string(&names).map_err(|error| ShopError::bad_value("state", error))?;
        let rows = sqlx::query(
            "select * from orders where customer_id = ?1
                 and (?2 = '[]' or state in (select value from json_each(?2)))
             order by placed_at desc, id desc limit ?3",
        )
        .bind(customer.id().0)
        .bind(names)
        .bind(limit)
        .fetch_all(self.asked("orders_of"))
        .await?;
        self.complete(customer, &rows).await
    }

    /// How many orders the customer has in any of `states` (all where it is empty).
    pub async fn count_orders(&self, customer: &VerifiedCustomer, states: &[OrderState]) -> Result<u64, ShopError> {
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let names = serde_json::to_string(&names).map_err(|error| ShopError::bad_value("state", error))?;
        let total: i64 = sqlx::query_scalar(
            "select count(*) from orders where customer_id = ?1
                 and (?2 = '[]' or state in (select value from json_each(?2)))",
        )
        .bind(customer.id().0)
        .bind(names)
        .fetch_one(self.asked("count_orders"))
        .await?;
        Ok(u64::try_from(total).unwrap_or(0))
    }

    /// One order of the customer; none if there is no such order or it is somebody else's.
    pub async fn order(&self, customer: &VerifiedCustomer, number: &OrderNumber) -> Result<Option<Order>, ShopError> {
        let rows = sqlx::query("select * from orders where customer_id = ?1 and number = ?2")
            .bind(customer.id().0)
            .bind(number.as_str())
            .fetch_all(self.asked("order"))
            .await?;
        Ok(self.complete(customer, &rows).await?.pop())
    }

    /// The order of the customer that a parcel belongs to.
    pub async fn order_of_parcel(
        &self,
        customer: &VerifiedCustomer,
        tracking_number: &crate::domain::TrackingNumber,
    ) -> Result<Option<Order>, ShopError> {
        let rows = sqlx::query(
            "select * from orders where customer_id = ?1
                 and id in (select order_id from parcels where tracking_number = ?2)",
        )
        .bind(customer.id().0)
        .bind(tracking_number.as_str())
        .fetch_all(self.asked("order_of_parcel"))
        .await?;
        Ok(self.complete(customer, &rows).await?.pop())
    }

    /// Every payment from the shop back to the customer for an order, oldest first.
    pub async fn paid_back(
        &self,
        customer: &VerifiedCustomer,
        number: &OrderNumber,
    ) -> Result<Vec<PaidBack>, ShopError> {
        let rows = sqlx::query(
            "select r.* from refunds r join orders o on o.id = r.order_id
             where o.customer_id = ?1 and o.number = ?2 order by r.id",
        )
        .bind(customer.id().0)
        .bind(number.as_str())
        .fetch_all(self.asked("paid_back"))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(PaidBack {
                    refund: Refund {
                        amount: money(row, "amount")?,
                        way: row.try_get("way")?,
                        started_at: moment(row, "started_at")?,
                        arrived_at: optional_moment(row, "arrived_at")?,
                    },
                    reason: row.try_get("reason")?,
                    after_sale: row.try_get("after_sale_id")?,
                })
            })
            .collect()
    }

    async fn complete(&self, customer: &VerifiedCustomer, rows: &[SqliteRow]) -> Result<Vec<Order>, ShopError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut orders = Vec::with_capacity(rows.len());
        let mut places = HashMap::with_capacity(rows.len());
        for row in rows {
            places.insert(row.try_get::<i64, _>("id")?, orders.len());
            orders.push(order_from(row)?);
        }
        let parts = Parts { ids: id_list(places.keys().copied()), owner: customer.id() };
        for row in parts.fetch(self, LINES).await? {
            orders[places[&row.try_get::<i64, _>("order_id")?]].lines.push(line_from(&row)?);
        }
        let mut parcels: Vec<(usize, Parcel)> = Vec::new();
        for row in parts.fetch(self, PARCELS).await? {
            let place = places[&row.try_get::<i64, _>("order_id")?];
            let number: &str = row.try_get("tracking_number")?;
            if parcels.last().is_none_or(|(_, parcel)| parcel.tracking_number.as_str() != number) {
                parcels.push((place, parcel_from(&row)?));
            }
            if let (Some(at), Some((_, parcel))) = (optional_moment(&row, "at")?, parcels.last_mut()) {
                parcel.track.push(TrackEvent { at, place: row.try_get("place")?, what: row.try_get("what")? });
            }
        }
        for (place, parcel) in parcels {
            orders[place].parcels.push(parcel);
        }
        for row in parts.fetch(self, AFTER_SALES).await? {
            orders[places[&row.try_get::<i64, _>("order_id")?]].after_sales.push(after_sale_from(&row)?);
        }
        for row in parts.fetch(self, INVOICES).await? {
            orders[places[&row.try_get::<i64, _>("order_id")?]].invoice = Some(Invoice {
                title: row.try_get("title")?,
                tax_number: row.try_get("tax_number")?,
                amount: money(&row, "amount")?,
                issued_at: optional_moment(&row, "issued_at")?,
            });
        }
        Ok(orders)
    }
}

/// The orders whose parts are read, and their owner once more.
struct Parts {
    ids: String,
    owner: CustomerId,
}

impl Parts {
    async fn fetch(&self, shop: &Shop, sql: &'static str) -> Result<Vec<SqliteRow>, ShopError> {
        Ok(sqlx::query(sql).bind(&self.ids).bind(self.owner.0).fetch_all(&shop.pool).await?)
    }
}

const LINES: &str = "select l.* from order_lines l join orders o on o.id = l.order_id
    where l.order_id in (select value from json_each(?1)) and o.customer_id = ?2 order by l.order_id, l.position";
const PARCELS: &str = "select p.order_id, p.courier, p.tracking_number, p.expected_at, e.at, e.place, e.what
    from parcels p join orders o on o.id = p.order_id left join track_events e on e.parcel_id = p.id
    where p.order_id in (select value from json_each(?1)) and o.customer_id = ?2 order by p.id, e.position";
const AFTER_SALES: &str = "select a.*, r.amount as refund_amount, r.way, r.started_at, r.arrived_at
    from after_sales a join orders o on o.id = a.order_id
        left join refunds r on r.id = (select max(id) from refunds where after_sale_id = a.id)
    where a.order_id in (select value from json_each(?1)) and o.customer_id = ?2 order by a.id";
const INVOICES: &str = "select i.* from invoices i join orders o on o.id = i.order_id
    where i.order_id in (select value from json_each(?1)) and o.customer_id = ?2";

fn order_from(row: &SqliteRow) -> Result<Order, ShopError> {
    Ok(Order {
        number: parsed(row, "number")?,
        customer: CustomerId(row.try_get("customer_id")?),
        state: parsed(row, "state")?,
        placed_at: moment(row, "placed_at")?,
        paid_at: optional_moment(row, "paid_at")?,
        shipped_at: optional_moment(row, "shipped_at")?,
        delivered_at: optional_moment(row, "delivered_at")?,
        lines: Vec::new(),
        shipping_fee: money(row, "shipping_fee")?,
        discount: money(row, "discount")?,
        total: money(row, "total")?,
        gift_card: money(row, "gift_card")?,
        payment_method: row.try_get("payment_method")?,
        receiver: receiver_from(row)?,
        remark: row.try_get("remark")?,
        parcels: Vec::new(),
        after_sales: Vec::new(),
        invoice: None,
    })
}

fn line_from(row: &SqliteRow) -> Result<OrderLine, ShopError> {
    Ok(OrderLine {
        id: OrderLineId(row.try_get("id")?),
        product: ProductId(row.try_get("product_id")?),
        variant: VariantId(row.try_get("variant_id")?),
        title: row.try_get("title")?,
        variant_label: row.try_get("variant_label")?,
        quantity: count(row, "quantity")?,
        unit_price: money(row, "unit_price")?,
    })
}

fn parcel_from(row: &SqliteRow) -> Result<Parcel, ShopError> {
    Ok(Parcel {
        courier: row.try_get("courier")?,
        tracking_number: parsed(row, "tracking_number")?,
        track: Vec::new(),
        expected_at: optional_moment(row, "expected_at")?,
    })
}

fn after_sale_from(row: &SqliteRow) -> Result<AfterSale, ShopError> {
    let refund = match optional_moment(row, "started_at")? {
        Some(started_at) => Some(Refund {
            amount: money(row, "refund_amount")?,
            way: row.try_get("way")?,
            started_at,
            arrived_at: optional_moment(row, "arrived_at")?,
        }),
        None => None,
    };
    Ok(AfterSale {
        id: row.try_get("id")?,
        line: row.try_get::<Option<i64>, _>("line_id")?.map(OrderLineId),
        kind: parsed(row, "kind")?,
        state: parsed(row, "state")?,
        quantity: count(row, "quantity")?,
        reason: row.try_get("reason")?,
        amount: money(row, "amount")?,
        requested_at: moment(row, "requested_at")?,
        updated_at: moment(row, "updated_at")?,
        refund,
    })
}
