//! An order is put together, listed with its arithmetic, and placed once it is confirmed:
//!
//! > 顾客: 帮我下单这款，黑色的，要两件
//! > 小二: 请确认订单：AirTune Pro（黑）×2，399 元/件；798 − 100（每满300减50）− 40（满300减40元618专享券）= 658 元；
//! >       寄到 林晓 190****6688 浙江省杭州市西湖区……；微信支付。 [确认] [不了]
//! > 顾客: 不用券，用支付宝
//! > 小二: 请确认订单：……
//! > 顾客: 确认
//! > 小二: 下好了，订单号……，请在 30 分钟内付款。
//!
//! Variant, pieces, address, way of payment, coupon: what was not said is the shopper's default and can be corrected
//! at the listing. Leaves to others: the arithmetic (`basket`), reading an address (`change_address`), the guard
//! (`shop::writes`), the payment itself (the shop).

use super::basket::{Quote, quote_for, said_quantity};
use super::change_address::{self, Missing, full_address};
use super::identity::{Known, need_customer};
use super::knowledge::specific_answer;
use super::product_choice::{fitting_variants, need_product};
use super::proposal::{Proposal, propose};
use super::show::{product_card, short};
use super::stock::names_goods;
use super::{ActionError, Context, Outcome, Step, need};
use crate::domain::{
    Button, Event, Intent, Money, Press, Product, Receiver, Reply, ReplyKey, Slot, SlotValue, Variant,
};
use crate::shop::policy::Reach;
use crate::shop::{Address, Change, GiftCard, OrderItem};

/// How many variants or addresses are offered.
const OFFERED: usize = 8;
/// The most pieces of one thing in an order.
const MOST_PIECES: u32 = 999;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    // "怎么下单" is a question; "再来一单" and the like have answers of their own too.
    if !names_goods(context)
        && context.tracker.slot(Slot::Confirmation).is_none()
        && context.tracker.question.is_none()
        && let Some(answer) = specific_answer(context, &[])
    {
        return Ok(answer);
    }
    let (product, events) = need!(need_product(context).await?);
    let variant = match need_variant(context, &product) {
        Step::Have(variant) => variant,
        Step::Stop(outcome) => return Ok(outcome.after_all(events)),
    };
    let known = match need_customer(context).await? {
        Step::Have(known) => known,
        Step::Stop(outcome) => return Ok(outcome.after_all(events)),
    };
    let outcome = for_customer(context, &known, &product, variant).await?;
    let chosen = Event::SlotSet { slot: Slot::Variant, value: SlotValue::Variant(variant.id) };
    // Known before it is asked for anything else, so that an answer does not lose it.
    let asks = outcome.events.iter().any(|event| matches!(event, Event::Asked { .. }));
    let outcome = if asks { outcome.after(chosen) } else { outcome };
    Ok(outcome.after_all(events).by(known))
}

/// The variant that was chosen or fits what was said, with enough in stock; else which one is asked.
fn need_variant<'p>(context: &Context<'_>, product: &'p Product) -> Step<&'p Variant> {
    let pieces = i64::from(said_quantity(context));
    let fitting: Vec<&Variant> = match context.tracker.slot(Slot::Variant) {
        Some(SlotValue::Variant(id)) => product.variants.iter().filter(|variant| variant.id == *id).collect(),
        _ => fitting_variants(context, product),
    };
    let there: Vec<&Variant> = fitting.iter().copied().filter(|variant| variant.stock > 0).collect();
    let fill = |key| Reply::new(key).with("product", product_card(product)).with("pieces", pieces);
    match there.as_slice() {
        [variant] if pieces > variant.stock || pieces > i64::from(MOST_PIECES) => {
            let most = variant.stock.min(i64::from(MOST_PIECES));
            let reply = fill(ReplyKey::OrderTooMany).with("label", variant.label()).with("most", most);
            let kept = Event::SlotSet { slot: Slot::Variant, value: SlotValue::Variant(variant.id) };
            let asked = Outcome::ask(reply, Slot::Quantity, Vec::new());
            Step::Stop(asked.after(Event::SlotCleared { slot: Slot::Quantity }).after(kept))
        }
        [variant] => Step::Have(variant),
        [] => {
            let others: Vec<&Variant> = product.variants.iter().filter(|variant| variant.stock > 0).collect();
            let label = if let [only] = fitting.as_slice() { Some(only.label()) } else { None };
            let reply = fill(ReplyKey::OrderSoldOut).with("label", label).with("known", !fitting.is_empty());
            if others.is_empty() {
                let press = Press::WishForProduct { intent: Intent::RestockQuery, product: product.id };
                return Step::Stop(Outcome::refused(reply.with_row([Button::new(ReplyKey::LabelRestock, press)])));
            }
            let cleared = [Slot::Variant, Slot::Colour, Slot::Size].map(|slot| Event::SlotCleared { slot });
            Step::Stop(offer(reply, &others).after_all(cleared.to_vec()))
        }
        several => Step::Stop(offer(fill(ReplyKey::OrderChooseVariant), several)),
    }
}

fn offer(reply: Reply, variants: &[&Variant]) -> Outcome {
    let mut reply = reply.with("others", variants.len());
    let mut choices = Vec::new();
    for variant in variants.iter().take(OFFERED) {
        let value = SlotValue::Variant(variant.id);
        let press = Press::Choose { slot: Slot::Variant, value: value.clone() };
        let label = format!("{} {}", variant.label(), variant.price);
        reply = reply.with_row([Button::new(ReplyKey::LabelVariant, press).with("label", label.trim())]);
        choices.push(value);
    }
    Outcome::ask(reply, Slot::Variant, choices)
}

async fn for_customer(
    context: &Context<'_>,
    known: &Known,
    product: &Product,
    variant: &Variant,
) -> Result<Outcome, ActionError> {
    let customer = &known.customer;
    let saved = context.shop().addresses(customer).await?;
    let receiver = match receiver(context, known, &saved).await? {
        Ok(receiver) => receiver,
        Err(missing) => return Ok(ask_address(product, missing, &saved)),
    };
    if context.policy().reach(&receiver.province) == Reach::Unreachable {
        let reply = Reply::new(ReplyKey::OrderNoAddressReach).with("place", &receiver.province);
        let cleared = [Slot::Address, Slot::Province, Slot::City, Slot::District, Slot::Street];
        let cleared = cleared.map(|slot| Event::SlotCleared { slot }).to_vec();
        return Ok(Outcome::ask(reply, Slot::Address, Vec::new()).after_all(cleared));
    }
    let quantity = said_quantity(context);
    let quote = quote_for(context, product, variant, quantity).await?;
    let fee = context.policy().shipping_fee(quote.total(), &receiver.province).unwrap_or(Money::ZERO);
    let total = quote.total() + fee;
    let card = match context.text(Slot::Payment) {
        Some("gift_card") => context.shop().gift_cards_of(customer, context.now).await?.into_iter().next(),
        _ => None,
    };
    let method = payment_method(context, known).await?;
    let change = Change::PlaceOrder {
        items: vec![OrderItem { variant: variant.id, quantity, unit_price: variant.price }],
        receiver: receiver.clone(),
        shipping_fee: fee,
        promotion_discount: quote.promotion_discount(),
        coupon: quote.coupon.as_ref().map(|coupon| coupon.id),
        gift_card: card.as_ref().map(|card| card.id),
        payment_method: method.clone(),
        remark: context.text(Slot::Remark).map(str::to_owned),
    };
    let paid = Payment { method: &method, card: card.as_ref(), total, fee };
    let listing = listed(context, ReplyKey::OrderPlaceConfirm, product, variant, &quote, &receiver, &paid);
    let done = Reply::new(ReplyKey::OrderPlaced)
        .with("title", short(&product.title))
        .with("method", &method)
        .with("minutes", context.policy().payment.unpaid_minutes);
    Ok(propose(context, customer, Proposal { change, listing, done }))
}

/// How much is paid and how.
struct Payment<'a> {
    method: &'a str,
    card: Option<&'a GiftCard>,
    total: Money,
    fee: Money,
}

fn listed(
    context: &Context<'_>,
    key: ReplyKey,
    product: &Product,
    variant: &Variant,
    quote: &Quote,
    receiver: &Receiver,
    paid: &Payment<'_>,
) -> Reply {
    // A phone that was just given is shown for checking; one that is on file stays masked.
    let given = context.text(Slot::Phone) == Some(receiver.phone.as_str());
    let phone = if given { receiver.phone.to_string() } else { receiver.phone.masked() };
    let from_card = paid.card.map(|card| card.balance.min(paid.total));
    Reply::new(key)
        .with("title", &product.title)
        .with("label", variant.label())
        .with("quantity", said_quantity(context))
        .with("price", variant.price.to_string())
        .with("quote", quote.value())
        .with("fee", (paid.fee > Money::ZERO).then(|| paid.fee.to_string()))
        .with("total", paid.total.to_string())
        .with("from_card", from_card.map(|amount| amount.to_string()))
        .with("to_pay", (paid.total - from_card.unwrap_or(Money::ZERO)).to_string())
        .with("method", paid.method)
        .with("name", &receiver.name)
        .with("phone", phone)
        .with("address", full_address(receiver))
        .with("no_card", context.text(Slot::Payment) == Some("gift_card") && paid.card.is_none())
}

/// Where it goes: the entry that was chosen, what was said over the default entry, or the default entry itself.
async fn receiver(
    context: &Context<'_>,
    known: &Known,
    saved: &[Address],
) -> Result<Result<Receiver, Missing>, ActionError> {
    if let Some(entry) = change_address::from_book(context, saved) {
        return Ok(Ok(entry.receiver.clone()));
    }
    let said = change_address::said(context);
    if let Some(first) = saved.first() {
        return Ok(match change_address::merge(&first.receiver, &said) {
            // Nothing was said: the default entry.
            Err(Missing::Everything) => Ok(first.receiver.clone()),
            other => other,
        });
    }
    let Some(customer) = context.shop().customer(&known.customer).await? else { return Ok(Err(Missing::Everything)) };
    let empty = Receiver {
        name: customer.name,
        phone: customer.phone,
        province: String::new(),
        city: String::new(),
        district: String::new(),
        street: String::new(),
    };
    Ok(change_address::merge(&empty, &said)
        .and_then(|receiver| if receiver.province.is_empty() { Err(Missing::Everything) } else { Ok(receiver) }))
}

fn ask_address(product: &Product, missing: Missing, saved: &[Address]) -> Outcome {
    let (key, slot) = match missing {
        Missing::Everything => (ReplyKey::OrderAskAddress, Slot::Address),
        _ => change_address::asked(missing),
    };
    let reply = Reply::new(key).with("title", short(&product.title)).with("saved", saved.len());
    Outcome::ask(reply, slot, Vec::new())
}

/// The way that was said, as far as the shop takes it; else the one of the last order; else the shop's first.
async fn payment_method(context: &Context<'_>, known: &Known) -> Result<String, ActionError> {
    let methods = &context.policy().payment.methods;
    if let Some(method) = context.text(Slot::Payment).and_then(|way| context.policy().payment_method(way)) {
        return Ok(method.to_owned());
    }
    let last = context.shop().orders_of(&known.customer, 1, &[]).await?.into_iter().next();
    let last = last.map(|order| order.payment_method).filter(|method| methods.contains(method));
    Ok(last.or_else(|| methods.first().cloned()).unwrap_or_default())
}
