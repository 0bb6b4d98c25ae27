//! Orders with everything that hangs on them, for their verified owner only. The statement must carry the owner; each
//! row must name the owner once more, and one that names somebody else is not there.
//! Leaves to others: changing them (`writes`).

use std::collections::HashMap;

use super::statement::{Argument, Arguments};
use super::{MappedShop, Need, Row, limit_argument};
use crate::domain::{
    AfterSale, CustomerId, Invoice, Order, OrderLine, OrderLineId, OrderNumber, OrderState, Parcel, PhoneTail,
    ProductId, Receiver, Refund, Timestamp, TrackEvent, TrackingNumber, VariantId,
};
use crate::shop::{PaidBack, ShopError, VerifiedCustomer};

/// How many of a customer's orders are looked through for those in certain states.
const LOOKED_THROUGH: u32 = 200;

/// A row of another house names its order by a number or a text, and perhaps once so and once so.
fn key_text(key: &Argument) -> String {
    match key {
        Argument::Integer(number) => number.to_string(),
        Argument::Text(text) => text.clone(),
        Argument::Null | Argument::List(_) => String::new(),
    }
}

impl MappedShop {
    /// See [`Shop::orders_of`](crate::shop::Shop::orders_of).
    pub async fn orders_of(
        &self,
        customer: &VerifiedCustomer,
        limit: u32,
        states: &[OrderState],
    ) -> Result<Vec<Order>, ShopError> {
        let most = if states.is_empty() { limit } else { LOOKED_THROUGH.max(limit) };
        let arguments = Arguments::from([("customer", customer.id().0.into()), ("limit", limit_argument(most))]);
        let mut found = self.owned(Need::OrdersOfCustomer, customer.id(), arguments).await?;
        found.retain(|(_, order)| states.is_empty() || states.contains(&order.state));
        // Whatever the statement says, the newest come first.
        found.sort_by_key(|(_, order)| std::cmp::Reverse(order.placed_at));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        self.complete(customer, found).await
    }

    /// See [`Shop::count_orders`](crate::shop::Shop::count_orders).
    pub async fn count_orders(&self, customer: &VerifiedCustomer, states: &[OrderState]) -> Result<u64, ShopError> {
        if states.is_empty() && self.has(Need::CountOrders) {
            let arguments = Arguments::from([("customer", customer.id().0.into())]);
            let counts = self.ask(Need::CountOrders, arguments, |row| row.count("orders")).await?;
            return Ok(counts.first().copied().map_or(0, u64::from));
        }
        let arguments =
            Arguments::from([("customer", customer.id().0.into()), ("limit", limit_argument(LOOKED_THROUGH))]);
        let found = self.owned(Need::OrdersOfCustomer, customer.id(), arguments).await?;
        let fitting = found.iter().filter(|(_, order)| states.is_empty() || states.contains(&order.state)).count();
        Ok(fitting as u64)
    }

    /// See [`Shop::order`](crate::shop::Shop::order).
    pub async fn order(&self, customer: &VerifiedCustomer, number: &OrderNumber) -> Result<Option<Order>, ShopError> {
        let arguments = Arguments::from([("customer", customer.id().0.into()), ("order", number.as_str().into())]);
        let mut found = self.owned(Need::OrderByNumber, customer.id(), arguments).await?;
        found.retain(|(_, order)| order.number == *number);
        Ok(self.complete(customer, found).await?.pop())
    }

    /// The order itself, without what hangs on it: for a write by its owner.
    pub(in crate::shop) async fn bare_order(
        &self,
        owner: CustomerId,
        number: &OrderNumber,
    ) -> Result<Option<Order>, ShopError> {
        let arguments = Arguments::from([("customer", owner.0.into()), ("order", number.as_str().into())]);
        let found = self.owned(Need::OrderByNumber, owner, arguments).await?;
        Ok(found.into_iter().map(|(_, order)| order).find(|order| order.number == *number))
    }

    /// See [`Shop::order_of_parcel`](crate::shop::Shop::order_of_parcel).
    pub async fn order_of_parcel(
        &self,
        customer: &VerifiedCustomer,
        number: &TrackingNumber,
    ) -> Result<Option<Order>, ShopError> {
        let arguments = Arguments::from([("customer", customer.id().0.into()), ("tracking", number.as_str().into())]);
        let found = self.owned(Need::OrderByParcel, customer.id(), arguments).await?;
        Ok(self.complete(customer, found).await?.pop())
    }

    /// The owner of an order whose receiver's phone ends so: for verification only.
    pub(in crate::shop) async fn owner_of_order(
        &self,
        number: &OrderNumber,
        tail: &PhoneTail,
    ) -> Result<Option<CustomerId>, ShopError> {
        let arguments = Arguments::from([("order", number.as_str().into()), ("tail", tail.as_str().into())]);
        let owners = self.ask(Need::OwnerOfOrder, arguments, |row| row.integer("customer").map(CustomerId)).await?;
        // Several owners of one number are none.
        Ok(match owners.as_slice() {
            [owner] => Some(*owner),
            _ => None,
        })
    }

    /// See [`Shop::paid_back`](crate::shop::Shop::paid_back).
    pub async fn paid_back(
        &self,
        customer: &VerifiedCustomer,
        number: &OrderNumber,
    ) -> Result<Vec<PaidBack>, ShopError> {
        let arguments = Arguments::from([("customer", customer.id().0.into()), ("order", number.as_str().into())]);
        self.ask(Need::PaidBack, arguments, |row| {
            Ok(PaidBack {
                refund: Refund {
                    amount: row.money("amount")?,
                    way: row.named("way", "payment_method")?.unwrap_or_default(),
                    started_at: row.moment("started_at")?,
                    arrived_at: row.optional_moment("arrived_at")?,
                },
                reason: row.named("reason", "paid_back_reason")?.unwrap_or_default(),
                after_sale: row.optional_integer("after_sale")?,
            })
        })
        .await
    }

    async fn owned(
        &self,
        need: Need,
        owner: CustomerId,
        arguments: Arguments,
    ) -> Result<Vec<(Argument, Order)>, ShopError> {
        let mut found = self.ask(need, arguments, |row| Ok((row.key("id")?, order_from(row)?))).await?;
        let all = found.len();
        found.retain(|(_, order)| order.customer == owner);
        if found.len() < all {
            tracing::error!(%need, "the statement gives orders of somebody else; they were left out: correct its where");
        }
        Ok(found)
    }

    async fn complete(
        &self,
        customer: &VerifiedCustomer,
        found: Vec<(Argument, Order)>,
    ) -> Result<Vec<Order>, ShopError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let keys = found.iter().map(|(key, _)| key.clone()).collect();
        let arguments = Arguments::from([("orders", Argument::List(keys)), ("customer", customer.id().0.into())]);
        let places: HashMap<String, usize> =
            found.iter().enumerate().map(|(place, (key, _))| (key_text(key), place)).collect();
        let mut orders: Vec<Order> = found.into_iter().map(|(_, order)| order).collect();
        let place = |row: Row<'_>| Ok::<_, ShopError>(places.get(&key_text(&row.key("order")?)).copied());

        let lines = |row: Row<'_>| Ok((place(row)?, line_from(row)?));
        for (place, line) in self.ask(Need::OrderLines, arguments.clone(), lines).await? {
            place.into_iter().for_each(|place| orders[place].lines.push(line.clone()));
        }
        let mut events: HashMap<TrackingNumber, Vec<TrackEvent>> = HashMap::new();
        let parcels = |row: Row<'_>| Ok((place(row)?, parcel_from(row)?));
        let parcels = self.ask(Need::Parcel, arguments.clone(), parcels).await?;
        if parcels.iter().any(|(_, parcel)| parcel.is_some()) {
            for (number, event) in self.ask(Need::ParcelEvents, arguments.clone(), event_from).await? {
                number.into_iter().for_each(|number| events.entry(number).or_default().push(event.clone()));
            }
        }
        for (place, parcel) in parcels {
            let (Some(place), Some(mut parcel)) = (place, parcel) else { continue };
            parcel.track = events.remove(&parcel.tracking_number).unwrap_or_default();
            parcel.track.sort_by_key(|event| event.at);
            orders[place].parcels.push(parcel);
        }
        let requests = |row: Row<'_>| Ok((place(row)?, after_sale_from(row)?));
        for (place, request) in self.ask(Need::AfterSales, arguments.clone(), requests).await? {
            place.into_iter().for_each(|place| orders[place].after_sales.push(request.clone()));
        }
        let invoices = |row: Row<'_>| Ok((place(row)?, invoice_from(row)?));
        for (place, invoice) in self.ask(Need::Invoices, arguments, invoices).await? {
            place.into_iter().for_each(|place| orders[place].invoice = Some(invoice.clone()));
        }
        Ok(orders)
    }
}

pub(in crate::shop) fn order_from(row: Row<'_>) -> Result<Order, ShopError> {
    Ok(Order {
        number: row.parsed("number")?,
        customer: CustomerId(row.integer("customer")?),
        state: row.member("state", "order_state")?,
        placed_at: row.moment("placed_at")?,
        paid_at: row.optional_moment("paid_at")?,
        shipped_at: row.optional_moment("shipped_at")?,
        delivered_at: row.optional_moment("delivered_at")?,
        lines: Vec::new(),
        shipping_fee: row.money_or_zero("shipping_fee")?,
        discount: row.money_or_zero("discount")?,
        total: row.money("total")?,
        gift_card: row.money_or_zero("gift_card")?,
        payment_method: row.named("payment_method", "payment_method")?.unwrap_or_default(),
        receiver: receiver_from(row)?,
        remark: row.optional_text("remark")?,
        parcels: Vec::new(),
        after_sales: Vec::new(),
        invoice: None,
    })
}

/// The receiver in the columns that orders and addresses share.
pub(super) fn receiver_from(row: Row<'_>) -> Result<Receiver, ShopError> {
    Ok(Receiver {
        name: row.text("receiver_name")?,
        phone: row.phone("receiver_phone")?,
        province: row.text_or_empty("province")?,
        city: row.text_or_empty("city")?,
        district: row.text_or_empty("district")?,
        street: row.text_or_empty("street")?,
    })
}

pub(in crate::shop) fn line_from(row: Row<'_>) -> Result<OrderLine, ShopError> {
    let label = match row.optional_text("variant_label")? {
        Some(label) => label,
        None => row.options("options")?.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" · "),
    };
    Ok(OrderLine {
        id: OrderLineId(row.integer("id")?),
        product: ProductId(row.integer("product")?),
        // A shop without variants has one per product.
        variant: VariantId(row.optional_integer("variant")?.map_or_else(|| row.integer("product"), Ok)?),
        title: row.text("title")?,
        variant_label: label,
        quantity: row.count("quantity")?,
        unit_price: row.money("unit_price")?,
    })
}

fn parcel_from(row: Row<'_>) -> Result<Option<Parcel>, ShopError> {
    let Some(tracking_number) = row.tracking("tracking_number")? else { return Ok(None) };
    Ok(Some(Parcel {
        courier: row.named("courier", "courier")?.unwrap_or_default(),
        tracking_number,
        track: Vec::new(),
        expected_at: row.optional_moment("expected_at")?,
    }))
}

fn event_from(row: Row<'_>) -> Result<(Option<TrackingNumber>, TrackEvent), ShopError> {
    let event = TrackEvent { at: row.moment("at")?, place: row.text_or_empty("place")?, what: row.text("what")? };
    Ok((row.tracking("tracking_number")?, event))
}

fn after_sale_from(row: Row<'_>) -> Result<AfterSale, ShopError> {
    let requested_at = row.moment("requested_at")?;
    let amount = row.money_or_zero("amount")?;
    let refund = |started_at: Timestamp| {
        Ok::<_, ShopError>(Refund {
            amount: row.optional_money("refund_amount")?.unwrap_or(amount),
            way: row.named("refund_way", "payment_method")?.unwrap_or_default(),
            started_at,
            arrived_at: row.optional_moment("refund_arrived_at")?,
        })
    };
    Ok(AfterSale {
        id: row.integer("id")?,
        line: row.optional_integer("line")?.map(OrderLineId),
        kind: row.member("kind", "after_sale_kind")?,
        state: row.member("state", "after_sale_state")?,
        quantity: row.count_or("quantity", 1)?,
        reason: row.text_or_empty("reason")?,
        amount,
        requested_at,
        updated_at: row.optional_moment("updated_at")?.unwrap_or(requested_at),
        refund: row.optional_moment("refund_started_at")?.map(refund).transpose()?,
    })
}

fn invoice_from(row: Row<'_>) -> Result<Invoice, ShopError> {
    Ok(Invoice {
        title: row.optional_text("title")?.unwrap_or_else(|| crate::domain::PERSONAL_TITLE.to_owned()),
        tax_number: row.optional_text("tax_number")?,
        amount: row.money_or_zero("amount")?,
        issued_at: row.optional_moment("issued_at")?,
    })
}
