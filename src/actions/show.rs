//! Orders and products as values for wordings: figures already written out, private parts masked.
//! Leaves to others: the words around them (`prompts/`).

use serde_json::{Value, json};

use super::Context;
use crate::domain::{Button, Intent, Money, Order, Parcel, Press, Product, Reply, ReplyKey, Variant};

/// How many characters of a title fit a button or a list.
const SHORT_TITLE: usize = 16;

/// A button for a wish about the order, named as the shop names the wish.
pub(super) fn wish_button(intent: Intent, order: &Order) -> Button {
    let press = Press::WishForOrder { intent, order: order.number.clone() };
    Button::new(ReplyKey::LabelIntent, press).with("intent", intent)
}

/// A button that asks for a person.
pub(super) fn human_button() -> Button {
    Button::new(ReplyKey::LabelHuman, Press::Wish { intent: Intent::HumanAgent })
}

/// A button that orders the product.
pub(super) fn order_button(product: &Product) -> Button {
    let press = Press::WishForProduct { intent: Intent::PlaceOrder, product: product.id };
    Button::new(ReplyKey::LabelPlaceOrder, press)
}

/// How money goes back: the way it was paid, and whether a part goes back onto a gift card.
pub(super) fn with_money_way(reply: Reply, order: &Order) -> Reply {
    let bank = order.payment_method.contains("银行");
    reply.with("payment", &order.payment_method).with("bank", bank).with("gift_card", order.gift_card > Money::ZERO)
}

/// A title cut to fit a button.
pub(super) fn short(title: &str) -> String {
    let mut letters = title.chars();
    let head: String = letters.by_ref().take(SHORT_TITLE).collect();
    if letters.next().is_some() { format!("{head}…") } else { head }
}

/// What a button needs to name an order.
pub(super) fn order_label(context: &Context<'_>, order: &Order) -> Value {
    let title = order.lines.first().map(|line| short(&line.title)).unwrap_or_default();
    json!({
        "number": order.number,
        "tail": order.number.as_str().chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect::<String>(),
        "state": order.state,
        "title": title,
        "lines": order.lines.len(),
        "total": order.total.to_string(),
        "day": context.day(order.placed_at),
    })
}

/// An order in full.
pub(super) fn order_detail(context: &Context<'_>, order: &Order) -> Value {
    let mut value = order_label(context, order);
    value["items"] = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "title": line.title,
                "variant": line.variant_label,
                "quantity": line.quantity,
                "price": line.unit_price.to_string(),
            })
        })
        .collect();
    value["payment"] = json!(order.payment_method);
    value["shipping_fee"] = json!(order.shipping_fee.to_string());
    value["discount"] = json!(order.discount.to_string());
    value["receiver"] = json!({
        "name": order.receiver.name.chars().next().map(|first| format!("{first}**")),
        "phone": order.receiver.phone.masked(),
        "city": order.receiver.city,
        "district": order.receiver.district,
    });
    value["placed"] = json!(context.minute(order.placed_at));
    value["paid"] = json!(order.paid_at.map(|at| context.minute(at)));
    value["shipped"] = json!(order.shipped_at.map(|at| context.minute(at)));
    value["delivered"] = json!(order.delivered_at.map(|at| context.minute(at)));
    value["remark"] = json!(order.remark);
    value["parcels"] = order.parcels.iter().map(|parcel| parcel_detail(context, parcel, 1)).collect();
    value
}

/// A parcel with its last `steps` steps, newest first.
pub(super) fn parcel_detail(context: &Context<'_>, parcel: &Parcel, steps: usize) -> Value {
    json!({
        "courier": parcel.courier,
        "tracking_number": parcel.tracking_number,
        "expected": parcel.expected_at.map(|at| context.day(at)),
        "track": parcel.track.iter().rev().take(steps).map(|step| json!({
            "at": context.minute(step.at),
            "place": step.place,
            "what": step.what,
        })).collect::<Vec<_>>(),
    })
}

/// A product for a list or a card.
pub(super) fn product_card(product: &Product) -> Value {
    json!({
        "id": product.id,
        "title": product.title,
        "short": short(&product.title),
        "brand": product.brand,
        "category": product.category,
        "price": product.price_from().map(|price| price.to_string()),
        "several_prices": product.variants.iter().any(|variant| Some(variant.price) != product.price_from()),
        "stock": product.stock(),
        "rating": product.rating_tenths.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)),
        "sold": product.sold,
        "attributes": product.attributes.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
    })
}

/// A variant for a list.
pub(super) fn variant_line(variant: &Variant) -> Value {
    json!({ "label": variant.label(), "price": variant.price.to_string(), "stock": variant.stock })
}
