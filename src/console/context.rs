//! The right side of a conversation: whom it is with, their orders, who owned it when, labels, who else looks.

use super::masking::Masker;
use super::state::Staff;
use super::transcript::Loaded;
use super::{Console, ConsoleError, CustomerCard};
use crate::domain::{EntityValue, Event, Order, OrderNumber, Permission, SlotValue, StoredEvent};

/// Earlier conversations that are listed.
const EARLIER: u32 = 6;

/// What stands at the right.
#[derive(Debug, serde::Serialize)]
pub(super) struct Context {
    number: i64,
    channel: &'static str,
    owner: &'static str,
    reason: Option<&'static str>,
    staff: Option<String>,
    since: String,
    mood: Option<&'static str>,
    rating: Option<i64>,
    reachable: bool,
    in_group: bool,
    snoozed_until: Option<String>,
    revealed: bool,
    customer: Option<Person>,
    orders: Vec<OrderCard>,
    timeline: Vec<Change>,
    labels: Vec<LabelChoice>,
    present: Vec<Looking>,
    earlier: Vec<Earlier>,
    colleagues: Vec<Colleague>,
}

#[derive(Debug, serde::Serialize)]
struct Person {
    id: i64,
    name: String,
    phone: String,
    level: String,
    points: i64,
    since: String,
    addresses: Vec<String>,
}

#[derive(Debug, serde::Serialize)]
struct OrderCard {
    number: String,
    state: &'static str,
    placed: String,
    total: String,
    lines: Vec<String>,
    parcel: Option<String>,
    track: Option<String>,
    after_sales: Vec<(&'static str, &'static str)>,
    receiver: String,
    /// Spoken of in this conversation.
    named: bool,
}

#[derive(Debug, serde::Serialize)]
struct Change {
    time: String,
    owner: &'static str,
    reason: Option<&'static str>,
    staff: Option<String>,
}

#[derive(Debug, serde::Serialize)]
struct LabelChoice {
    id: i64,
    name: String,
    colour: i64,
    on: bool,
}

#[derive(Debug, serde::Serialize)]
struct Looking {
    name: String,
    writing: bool,
}

#[derive(Debug, serde::Serialize)]
struct Earlier {
    number: i64,
    time: String,
    owner: &'static str,
    preview: String,
}

#[derive(Debug, serde::Serialize)]
struct Colleague {
    login: String,
    name: String,
}

/// The right side of a conversation.
pub(super) async fn context_of(console: &Console, staff: &Staff, loaded: &Loaded) -> Result<Context, ConsoleError> {
    let Loaded { entry, events, card, masker, revealed } = loaded;
    let summary = &entry.summary;
    let labels = console.store.labels().await?;
    let labels = labels
        .into_iter()
        .map(|label| LabelChoice {
            on: entry.labels.iter().any(|on| on.id == label.id),
            id: label.id,
            name: label.name,
            colour: label.colour,
        })
        .collect();
    let timeline = events
        .iter()
        .filter_map(|stored| match &stored.event {
            Event::OwnerChanged { owner, reason, staff } => Some(Change {
                time: console.moment(stored.at),
                owner: owner.as_str(),
                reason: reason.map(|reason| reason.as_str()),
                staff: staff.clone(),
            }),
            _ => None,
        })
        .collect();
    let earlier = match summary.customer {
        Some(customer) => console.store.conversations_of(&staff.sight(), customer.0, EARLIER).await?,
        None => Vec::new(),
    };
    let present = console.store.present(&summary.conversation, staff.account.id).await?;
    let colleagues = match staff.may(Permission::Assign) {
        true => console.store.accounts().await?,
        false => Vec::new(),
    };
    let named = named_orders(events);
    // A conversation that has always been the bot's has had no change of the owner.
    let first = events.first().map_or(summary.last_at, |stored| stored.at);
    let since = if summary.owner_since.millis() == 0 { first } else { summary.owner_since };
    Ok(Context {
        number: entry.number,
        channel: summary.conversation.channel().as_str(),
        owner: summary.owner.as_str(),
        reason: summary.reason.map(|reason| reason.as_str()),
        staff: summary.staff.clone(),
        since: console.moment(since),
        mood: summary.mood.map(|mood| mood.as_str()),
        rating: entry.rating,
        reachable: summary.reachable,
        in_group: summary.in_group,
        snoozed_until: entry.snoozed_until.filter(|until| *until > console.now()).map(|until| console.moment(until)),
        revealed: *revealed,
        customer: card.as_ref().map(|card| person(console, card, masker)),
        orders: card
            .iter()
            .flat_map(|card| &card.orders)
            .map(|order| order_card(console, order, masker, named.contains(&order.number)))
            .collect(),
        timeline,
        labels,
        present: present.into_iter().map(|one| Looking { name: one.name, writing: one.writing }).collect(),
        earlier: earlier
            .into_iter()
            .filter(|other| other.number != entry.number)
            .map(|other| Earlier {
                number: other.number,
                time: console.moment(other.summary.last_at),
                owner: other.summary.owner.as_str(),
                preview: Masker::default().mask(&other.preview),
            })
            .collect(),
        colleagues: colleagues
            .into_iter()
            .filter(|account| account.locked_at.is_none() && account.role.may(Permission::Reply))
            .map(|account| Colleague { login: account.login.to_string(), name: account.name })
            .collect(),
    })
}

/// The orders that the shopper named or chose.
fn named_orders(events: &[StoredEvent]) -> Vec<OrderNumber> {
    let mut named = Vec::new();
    for stored in events {
        match &stored.event {
            Event::SlotSet { value: SlotValue::Order(number), .. } => named.push(number.clone()),
            Event::Received { meaning: Some(meaning), .. } => {
                named.extend(meaning.values().filter_map(|value| match value {
                    EntityValue::OrderNumber(number) => Some(number.clone()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    named
}

fn person(console: &Console, card: &CustomerCard, masker: &Masker) -> Person {
    Person {
        id: card.id.0,
        name: masker.name(&card.name),
        phone: masker.phone(&card.phone),
        level: card.level.clone(),
        points: card.points,
        since: card.registered_at.date(&console.zone).to_string(),
        addresses: card
            .addresses
            .iter()
            .map(|place| {
                let street = masker.street(&place.street);
                let (name, phone) = (masker.name(&place.name), masker.phone(place.phone.as_str()));
                format!("{}{}{}{street} · {name} {phone}", place.province, place.city, place.district)
            })
            .collect(),
    }
}

fn order_card(console: &Console, order: &Order, masker: &Masker, named: bool) -> OrderCard {
    let parcel = order.parcels.last();
    OrderCard {
        number: order.number.to_string(),
        state: order.state.as_str(),
        placed: order.placed_at.date(&console.zone).to_string(),
        total: order.total.to_string(),
        lines: order
            .lines
            .iter()
            .map(|line| format!("{} {} ×{}", line.title, line.variant_label, line.quantity))
            .collect(),
        parcel: parcel.map(|parcel| format!("{} {}", parcel.courier, parcel.tracking_number)),
        track: parcel
            .and_then(|parcel| parcel.track.last())
            .map(|event| format!("{} {} {}", console.moment(event.at), event.place, masker.mask(&event.what))),
        after_sales: order.after_sales.iter().map(|sale| (sale.kind.as_str(), sale.state.as_str())).collect(),
        receiver: format!("{} {}", masker.name(&order.receiver.name), masker.phone(order.receiver.phone.as_str())),
        named,
    }
}
