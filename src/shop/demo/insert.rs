//! Writes the demo shop in bulk: many rows per statement, for a row at a time would take half a minute.
//! Leaves to others: what the rows say.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::World;
use super::orders::OrderRow;
use crate::domain::{OrderState, Timestamp};
use crate::shop::ShopError;
use crate::shop::policy::{ExceptionTime, Reach};

/// One value of a row.
enum Cell {
    Int(i64),
    Text(String),
    Null,
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Cell::Int(value)
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Cell::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Cell::Int(i64::from(value))
    }
}

impl From<Timestamp> for Cell {
    fn from(value: Timestamp) -> Self {
        Cell::Int(value.millis())
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Cell::Text(value.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(value: &String) -> Self {
        Cell::Text(value.clone())
    }
}

impl<T> From<Option<T>> for Cell
where
    Cell: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Cell::from)
    }
}

/// A row of anything that is a cell.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$(Cell::from($value)),+] };
}

/// As many values per statement as keep its text short enough to be prepared once and used again.
const VALUES_PER_STATEMENT: usize = 2_000;

async fn rows(connection: &mut SqliteConnection, into: &'static str, rows: Vec<Vec<Cell>>) -> Result<(), ShopError> {
    let Some(width) = rows.first().map(Vec::len) else { return Ok(()) };
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(into).push(" ");
        query.push_values(rows.by_ref().take(VALUES_PER_STATEMENT / width), |mut tuple, row| {
            for cell in row {
                match cell {
                    Cell::Int(value) => tuple.push_bind(value),
                    Cell::Text(text) => tuple.push_bind(text),
                    Cell::Null => tuple.push("null"),
                };
            }
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn id(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX - 1) + 1
}

pub(super) async fn insert(connection: &mut SqliteConnection, world: &World, seed: u64) -> Result<(), ShopError> {
    let seed = seed.to_string();
    rows(connection, "shop_meta (key, value)", vec![row!["demo_seed", &seed]]).await?;
    goods(connection, world).await?;
    people(connection, world).await?;
    orders(connection, world).await?;
    benefits(connection, world).await?;
    let events = world.interactions.iter().map(|event| {
        let stars = (event.stars > 0).then_some(event.stars);
        row![id(event.customer), id(event.product), event.kind.as_str(), stars, event.at, event.order.map(id)]
    });
    let into = "interactions (customer_id, product_id, kind, rating, at, order_id)";
    rows(connection, into, events.collect()).await
}

async fn goods(connection: &mut SqliteConnection, world: &World) -> Result<(), ShopError> {
    let tables = &world.sources.size_tables;
    let names = tables.iter().enumerate().map(|(place, table)| row![id(place), &table.name]).collect();
    rows(connection, "size_tables (id, name)", names).await?;
    let mut measures = Vec::new();
    for (table, source) in tables.iter().enumerate() {
        for (position, values) in source.rows.iter().enumerate() {
            let size = values.first().and_then(toml::Value::as_str).unwrap_or_default();
            for (measure, bounds) in source.measures.iter().zip(values[1..].chunks(2)) {
                // Centimetres to millimetres, kilograms to grams.
                let scale = if measure == "体重" { 1_000.0 } else { 10.0 };
                let [least, most] = bounds else { continue };
                measures.push(row![id(table), position, size, measure, scaled(least, scale), scaled(most, scale)]);
            }
        }
    }
    let into = "size_rows (size_table_id, position, size, measure, least, most)";
    rows(connection, into, measures).await?;
    let mut products = Vec::new();
    let mut attributes = Vec::new();
    let mut variants = Vec::new();
    let mut prices = Vec::new();
    for (place, item) in world.goods.products.iter().enumerate() {
        let category = &world.sources.categories[item.category];
        let table = category.size_table.as_ref().and_then(|name| tables.iter().position(|table| table.name == *name));
        // What is only excepted once it was opened may come back unopened: the policy asks.
        let exception = world.sources.policy.return_exception(&category.name);
        let never_returned = exception.is_some_and(|exception| exception.when == ExceptionTime::Always);
        products.push(row![
            id(place),
            &item.title,
            &item.brand,
            &category.name,
            &item.description,
            item.on_shelf,
            !never_returned,
            i64::from(world.sources.policy.warranty_months(&category.name)),
            category.installed.iter().any(|word| item.title.contains(word.as_str())),
            item.rating_sum,
            item.rating_count,
            item.sold,
            table.map(id),
            item.listed_at
        ]);
        for (position, (name, value)) in category.attributes.iter().zip(&item.attributes).enumerate() {
            attributes.push(row![id(place), position, name, value]);
        }
        for (position, variant) in item.variants.iter().enumerate() {
            let (colour, size) = (variant.colour.as_ref(), variant.size.as_ref());
            variants.push(row![variant.id, id(place), position, colour, size, variant.price(), variant.stock]);
            prices.extend(variant.prices.iter().map(|(since, price)| row![variant.id, *since, *price]));
        }
    }
    let into = "products (id, title, brand, category, description, on_shelf, returnable, warranty_months, \
                needs_installation, rating_sum, rating_count, sold, size_table_id, listed_at)";
    rows(connection, into, products).await?;
    rows(connection, "product_attributes (product_id, position, name, value)", attributes).await?;
    rows(connection, "variants (id, product_id, position, colour, size, price, stock)", variants).await?;
    rows(connection, "price_history (variant_id, since, price)", prices).await
}

fn scaled(value: &toml::Value, scale: f64) -> i64 {
    let value = value.as_float().or(value.as_integer().map(|whole| whole as f64)).unwrap_or(0.0);
    (value * scale).round() as i64
}

async fn people(connection: &mut SqliteConnection, world: &World) -> Result<(), ShopError> {
    let mut customers = Vec::new();
    let mut addresses = Vec::new();
    for (place, person) in world.people.customers.iter().enumerate() {
        let gender = if person.woman { "女" } else { "男" };
        customers.push(row![
            id(place),
            &person.name,
            &person.phone,
            gender,
            &person.age,
            person.level,
            person.points,
            person.registered_at
        ]);
        for (number, address) in person.addresses.iter().enumerate() {
            let region = &world.sources.regions[address.region];
            addresses.push(row![
                id(place),
                &address.name,
                &address.phone,
                &region.province,
                &region.city,
                &address.district,
                &address.street,
                number == 0
            ]);
        }
    }
    let into = "customers (id, name, phone, gender, age_group, level, points, registered_at)";
    rows(connection, into, customers).await?;
    let into = "addresses (customer_id, receiver_name, receiver_phone, province, city, district, street, is_default)";
    rows(connection, into, addresses).await?;
    // A province is one row, whichever of its cities the source names.
    let mut regions: Vec<Vec<Cell>> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for region in &world.sources.regions {
        if seen.contains(&region.province.as_str()) {
            continue;
        }
        seen.push(&region.province);
        let shipping = &world.sources.policy.shipping;
        let reach = world.sources.policy.reach(&region.province);
        let surcharge = if let Reach::Remote(surcharge) = reach { surcharge.cents() } else { 0 };
        let (least, most) = world.sources.days(&region.province);
        let (fee, free_from) = (shipping.fee.cents(), shipping.free_from.cents());
        regions.push(row![&region.province, reach != Reach::Unreachable, fee, free_from, surcharge, least, most]);
    }
    rows(
        connection,
        "shipping_regions (province, reachable, fee, free_from, surcharge, days_least, days_most)",
        regions,
    )
    .await
}

async fn orders(connection: &mut SqliteConnection, world: &World) -> Result<(), ShopError> {
    let mut parts = Parts::default();
    for (place, order) in world.orders.rows.iter().enumerate() {
        parts.add(world, id(place), order);
    }
    let into = "orders (id, number, customer_id, state, placed_at, paid_at, shipped_at, delivered_at, completed_at, \
                cancelled_at, shipping_fee, discount, gift_card, total, payment_method, receiver_name, receiver_phone, \
                province, city, district, street, remark)";
    rows(connection, into, parts.orders).await?;
    let into =
        "order_lines (id, order_id, position, product_id, variant_id, title, variant_label, quantity, unit_price)";
    rows(connection, into, parts.lines).await?;
    rows(connection, "parcels (id, order_id, courier, tracking_number, expected_at)", parts.parcels).await?;
    rows(connection, "track_events (parcel_id, position, at, place, what)", parts.track).await?;
    let into = "after_sales (id, order_id, line_id, kind, state, quantity, reason, amount, exchange_variant_id, \
                order_state_before, requested_at, updated_at)";
    rows(connection, into, parts.after_sales).await?;
    let into = "refunds (order_id, after_sale_id, amount, way, reason, started_at, arrived_at)";
    rows(connection, into, parts.refunds).await?;
    let into = "invoices (order_id, title, tax_number, email, amount, requested_at, issued_at)";
    rows(connection, into, parts.invoices).await
}

/// The rows of all orders, by table.
#[derive(Default)]
struct Parts {
    orders: Vec<Vec<Cell>>,
    lines: Vec<Vec<Cell>>,
    parcels: Vec<Vec<Cell>>,
    track: Vec<Vec<Cell>>,
    after_sales: Vec<Vec<Cell>>,
    refunds: Vec<Vec<Cell>>,
    invoices: Vec<Vec<Cell>>,
}

impl Parts {
    fn add(&mut self, world: &World, order_id: i64, order: &OrderRow) {
        let region = &world.sources.regions[order.receiver.region];
        self.orders.push(row![
            order_id,
            &order.number,
            id(order.customer),
            order.state.as_str(),
            order.placed_at,
            order.paid_at,
            order.shipped_at,
            order.delivered_at,
            order.completed_at,
            order.cancelled_at,
            order.shipping_fee,
            order.discount,
            order.gift_card,
            order.total,
            &order.payment,
            &order.receiver.name,
            &order.receiver.phone,
            &region.province,
            &region.city,
            &order.receiver.district,
            &order.receiver.street,
            order.remark.as_ref()
        ]);
        let first_line = id(self.lines.len());
        for (position, line) in order.lines.iter().enumerate() {
            let item = &world.goods.products[line.pick.product];
            let variant = &item.variants[line.pick.variant];
            let label = variant.label();
            self.lines.push(row![
                id(self.lines.len()),
                order_id,
                position,
                id(line.pick.product),
                variant.id,
                &item.title,
                &label,
                line.pick.quantity,
                line.unit_price
            ]);
        }
        if let Some(parcel) = &order.parcel {
            let parcel_id = id(self.parcels.len());
            self.parcels.push(row![parcel_id, order_id, &parcel.courier, &parcel.number, parcel.expected_at]);
            for (position, (at, place, what)) in parcel.track.iter().enumerate() {
                self.track.push(row![parcel_id, position, *at, place, what]);
            }
        }
        let first_request = id(self.after_sales.len());
        for request in &order.after_sales {
            let line = request.line.map(|line| first_line + id(line) - 1);
            let exchange = request
                .line
                .zip(request.exchange)
                .map(|(line, variant)| world.goods.products[order.lines[line].pick.product].variants[variant].id);
            self.after_sales.push(row![
                id(self.after_sales.len()),
                order_id,
                line,
                request.kind.as_str(),
                request.state.as_str(),
                request.quantity,
                &request.reason,
                request.amount,
                exchange,
                request.state_before.as_str(),
                request.requested_at,
                request.updated_at
            ]);
        }
        for refund in &order.refunds {
            let request = refund.after_sale.map(|place| first_request + id(place) - 1);
            let (amount, way, reason) = (refund.amount, &refund.way, refund.reason);
            self.refunds.push(row![order_id, request, amount, way, reason, refund.started_at, refund.arrived_at]);
        }
        if let Some(invoice) = &order.invoice {
            self.invoices.push(row![
                order_id,
                &invoice.title,
                invoice.tax_number.as_ref(),
                &invoice.email,
                invoice.amount,
                invoice.requested_at,
                invoice.issued_at
            ]);
        }
    }
}

async fn benefits(connection: &mut SqliteConnection, world: &World) -> Result<(), ShopError> {
    let day = |days: i64| super::DEMO_TODAY.plus_seconds(days * 86_400 - 10 * 3_600);
    let offers = &world.sources.benefits;
    let promotions = offers.promotions.iter().map(|offer| {
        row![
            &offer.title,
            offer.kind.as_str(),
            offer.threshold * 100,
            offer.amount * 100,
            offer.percent,
            offer.gift.as_ref(),
            offer.category.as_ref(),
            offer.brand.as_ref(),
            offer.stacks,
            day(offer.from),
            day(offer.until)
        ]
    });
    let into = "promotions (title, kind, threshold, amount, percent, gift_text, category, brand, stacks_with_coupons, \
                starts_at, ends_at)";
    rows(connection, into, promotions.collect()).await?;
    let coupons = offers.coupons.iter().map(|offer| {
        let (threshold, amount) = (offer.threshold * 100, offer.amount * 100);
        let (from, until) = (day(offer.from), day(offer.until));
        row![&offer.title, offer.kind.as_str(), threshold, amount, offer.percent, offer.category.as_ref(), from, until]
    });
    let into = "coupons (title, kind, threshold, amount, percent, category, valid_from, valid_until)";
    rows(connection, into, coupons.collect()).await?;
    // A cancelled order has given its coupon back.
    let order = |place: usize| &world.orders.rows[place];
    let used = |place: &usize| order(*place).state != OrderState::Cancelled;
    let pieces = world.people.coupons.iter().map(|piece| {
        let by = piece.order.filter(used);
        row![id(piece.coupon), id(piece.customer), piece.received_at, by.map(id), by.map(|by| order(by).placed_at)]
    });
    let into = "customer_coupons (coupon_id, customer_id, received_at, order_id, used_at)";
    rows(connection, into, pieces.collect()).await?;
    let mut cards = Vec::new();
    let mut movements = Vec::new();
    for (place, card) in world.people.cards.iter().enumerate() {
        let mut balance = card.face;
        if let Some((by, cents)) = card.spent {
            balance -= cents;
            movements.push(row![id(place), id(by), -cents, order(by).placed_at]);
            if let Some(cancelled_at) = order(by).cancelled_at {
                balance += cents;
                movements.push(row![id(place), id(by), cents, cancelled_at]);
            }
        }
        cards.push(row![id(place), id(card.customer), &card.code, card.face, balance, card.expires_at]);
    }
    rows(connection, "gift_cards (id, customer_id, code, face, balance, expires_at)", cards).await?;
    rows(connection, "gift_card_movements (gift_card_id, order_id, amount, at)", movements).await
}
