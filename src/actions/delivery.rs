//! When does it come: of something to be bought by stock and place, of an order by where it stands:
//!
//! > 顾客: 现在下单几天能到杭州
//! > 小二: 有货，最晚 6-20 发出；到杭州一般 1–2 天。
//! > 顾客: 我昨天拍的什么时候发货
//! > 小二: “AirTune Pro”还在待发货，最晚 6-18 21:00 发出，到杭州一般 1–2 天。 [催发货]
//!
//! What a courier does is told as experience. Leaves to others: the track (`parcel`), the figures (the policy).

use super::knowledge::specific_answer;
use super::order_choice::need_order;
use super::price::reckoned;
use super::product_choice::product_in_view;
use super::region::{Destination, destination, said};
use super::show::{order_button, order_label, product_card, short, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{
    Aspect, Button, Intent, Order, OrderState, Press, Product, Reply, ReplyKey, Slot, SlotValue, Timestamp, Variant,
};
use crate::shop::policy::Reach;

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["ship_when", "arrive_when", "arrive_jzh", "arrive_north_south", "arrive_west", "arrive_far"];
/// Orders that are still to come.
const TO_COME: &[OrderState] = &[OrderState::AwaitingPayment, OrderState::Paid, OrderState::Shipped];

pub(super) async fn estimate(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let names_product = names_product(context);
    let of_order = context.tracker.aspect() == Some(Aspect::Bought)
        || (!names_product && matches!(context.tracker.slot(Slot::Order), Some(SlotValue::Order(_))));
    if of_order {
        return of_an_order(context).await;
    }
    if said(context).is_none()
        && !names_product
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let product = product_in_view(context).await?;
    // Somebody known who waits for something asks about that.
    if product.is_none()
        && said(context).is_none()
        && let Some(customer) = context.customer.filter(|_| !context.tracker.in_group)
        && !context.shop().orders_of(&customer, 1, TO_COME).await?.is_empty()
    {
        return of_an_order(context).await;
    }
    let place = destination(context).await?;
    if let Some(place) = place.as_ref().filter(|place| context.policy().reach(&place.province) == Reach::Unreachable) {
        return Ok(Outcome::refused(Reply::new(ReplyKey::ShippingUnreachable).with("place", place.name())));
    }
    Ok(of_goods(context, product.as_ref(), place.as_ref()))
}

fn names_product(context: &Context<'_>) -> bool {
    context.meaning().is_some_and(|meaning| meaning.entity(crate::domain::EntityKind::Product).is_some())
}

fn of_goods(context: &Context<'_>, product: Option<&Product>, place: Option<&Destination>) -> Outcome {
    let policy = context.policy();
    let variant: Option<&Variant> = product.and_then(|product| reckoned(context, product));
    if let (Some(product), Some(variant)) = (product, variant)
        && variant.stock <= 0
    {
        let press = Press::WishForProduct { intent: Intent::RestockQuery, product: product.id };
        let notice = Button::new(ReplyKey::LabelRestock, press);
        let reply = Reply::new(ReplyKey::DeliveryOutOfStock)
            .with("product", product_card(product))
            .with("label", variant.label())
            .with_row([notice]);
        return Outcome::done(reply);
    }
    let latest = context.now.plus_seconds(i64::from(policy.shipping.promise_hours) * 3_600);
    let today = context.now.zoned(&context.services.zone).time() < policy.shipping.same_day_before.time();
    let fill = |key| {
        Reply::new(key)
            .with("product", product.map(product_card))
            .with("hours", policy.shipping.promise_hours)
            .with("latest", context.day(latest))
            .with("today", today)
            .with("before", policy.shipping.same_day_before)
    };
    let Some((place, region)) = place.and_then(|place| Some((place, policy.region(&place.province)?))) else {
        return Outcome::ask(fill(ReplyKey::DeliveryGeneral), Slot::Province, Vec::new());
    };
    let reply = fill(ReplyKey::DeliveryRegion)
        .with("place", place.name())
        .with("least", region.least_days)
        .with("most", region.most_days);
    Outcome::done(reply.with_row(product.map(order_button)))
}

async fn of_an_order(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, TO_COME).await?);
    let order = &chosen.order;
    let region = context.policy().region(&order.receiver.province);
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("city", &order.receiver.city)
            .with("least", region.map(|region| region.least_days))
            .with("most", region.map(|region| region.most_days))
    };
    let reply = match order.state {
        OrderState::AwaitingPayment => {
            fill(ReplyKey::DeliveryOrderUnpaid).with("hours", context.policy().shipping.promise_hours)
        }
        OrderState::Paid => {
            let latest = ship_by(context, order);
            fill(ReplyKey::DeliveryOrderPaid)
                .with("latest", context.minute(latest))
                .with("late", latest < context.now)
                .with_row([wish_button(Intent::UrgeShipping, order)])
        }
        OrderState::Shipped => {
            let expected = order.parcels.iter().filter_map(|parcel| parcel.expected_at).max();
            fill(ReplyKey::DeliveryOrderShipped)
                .with("expected", expected.filter(|at| *at >= context.now).map(|at| context.day(at)))
                .with("title", order.lines.first().map(|line| short(&line.title)))
                .with_row([wish_button(Intent::Logistics, order)])
        }
        _ => fill(ReplyKey::DeliveryOrderOther),
    };
    Ok(Outcome::done(reply).by(chosen.known))
}

/// When a paid order must have left.
fn ship_by(context: &Context<'_>, order: &Order) -> Timestamp {
    let paid = order.paid_at.unwrap_or(order.placed_at);
    paid.plus_seconds(i64::from(context.policy().shipping.promise_hours) * 3_600)
}
