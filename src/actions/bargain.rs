//! A little cheaper, within what the shop allows:
//!
//! > 顾客: 能便宜点吗
//! > 小二: 标价改不了，不过现在买有活动：399 − 50 = 349 元。
//! > 顾客: 再少点，340 我就拍
//! > 小二: 再低给不了了，349 元已经是最低。
//!
//! The shop's own promotions come first. Who insists hears the last price, once, where the promotions do not go lower;
//! below it nothing is given, whatever is named. The last price is kept as "given for this product" and reckoned anew
//! when the order is placed. Leaves to others: how promotions add up (`basket`), the percentage (the policy).

use super::basket::{Quote, quote_for, said_quantity};
use super::knowledge::specific_answer;
use super::price::reckoned;
use super::product_choice::need_product;
use super::promotion::points_at_goods;
use super::show::{human_button, order_button, product_card};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{EntityValue, Event, Intent, Money, Reply, ReplyKey, Slot, SlotValue};

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["bargain_cheaper"];

/// What is said to a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The promotions as they are; nothing more yet.
    Offers,
    /// The promotions are already as low as the bid, or lower.
    LowestAlready,
    /// The last price is given.
    Last,
    /// The bid is taken as it lies no lower than the last price.
    Accepted,
    /// The bid is too low.
    TooLow,
}

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    if !points_at_goods(context)
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let (product, events) = need!(need_product(context).await?);
    let quantity = said_quantity(context);
    let Some(variant) = reckoned(context, &product) else {
        return Ok(Outcome::refused(Reply::new(ReplyKey::ProductNone).with("name", "")).after_all(events));
    };
    let quote = quote_for(context, &product, variant, quantity).await?;
    let lowest = context.policy().lowest_price(quote.goods);
    let insists = context.tracker.last_wish == Some(Intent::Bargain)
        || context.tracker.slot(Slot::Bargain) == Some(&SlotValue::Product(product.id));
    let answer = answer(&quote, lowest, bid(context), insists);
    let gives = matches!(answer, Answer::Last | Answer::Accepted);
    let told = if gives { quote.clone().bargained(lowest) } else { quote };
    let key = match answer {
        Answer::Offers => ReplyKey::BargainOffers,
        Answer::LowestAlready => ReplyKey::BargainLowestAlready,
        Answer::Last => ReplyKey::BargainLast,
        Answer::Accepted => ReplyKey::BargainAccepted,
        Answer::TooLow => ReplyKey::BargainTooLow,
    };
    let mut row = vec![order_button(&product)];
    if answer == Answer::TooLow {
        row.push(human_button());
    }
    let reply = Reply::new(key)
        .with("product", product_card(&product))
        .with("label", variant.label())
        .with("quantity", quantity)
        .with("quote", told.value())
        .with_row(row);
    let outcome = if answer == Answer::TooLow { Outcome::refused(reply) } else { Outcome::done(reply) };
    let given = Event::SlotSet { slot: Slot::Bargain, value: SlotValue::Product(product.id) };
    let outcome = if gives { outcome.after(given) } else { outcome };
    // What was bid is no budget for a search.
    Ok(outcome.after(Event::SlotCleared { slot: Slot::Budget }).after_all(events))
}

/// What the shopper would pay.
fn bid(context: &Context<'_>) -> Option<Money> {
    context.meaning()?.values().find_map(|value| match value {
        EntityValue::Money(money) => Some(*money),
        EntityValue::MoneyRange { most, .. } => *most,
        _ => None,
    })
}

fn answer(quote: &Quote, lowest: Money, bid: Option<Money>, insists: bool) -> Answer {
    let now = quote.total();
    let last = now.min(lowest);
    // "便宜 10 块" names what is taken off and no price.
    let bid = bid.filter(|bid| *bid > Money::from_cents(quote.goods.cents() / 2));
    match bid {
        Some(bid) if bid >= now => Answer::LowestAlready,
        Some(bid) if bid >= last => Answer::Accepted,
        Some(_) if last < now && !insists => Answer::Last,
        Some(_) => Answer::TooLow,
        None if !insists => Answer::Offers,
        None if last < now => Answer::Last,
        None => Answer::LowestAlready,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quote(goods: i64, off: i64) -> Quote {
        let promotion = super::super::basket::Off { title: "活动".to_owned(), off: Money::from_yuan(off) };
        let promotions = if off > 0 { vec![promotion] } else { Vec::new() };
        Quote { goods: Money::from_yuan(goods), promotions, ..Quote::default() }
    }

    #[test]
    fn the_last_price_comes_after_the_offers() {
        // Three in a hundred of 200 yuan: 194.
        let lowest = Money::from_yuan(194);
        for (off, bid, insists, expected) in [
            (0, None, false, Answer::Offers),
            (0, None, true, Answer::Last),
            (0, Some(195), false, Answer::Accepted),
            (0, Some(194), true, Answer::Accepted),
            (0, Some(180), false, Answer::Last),
            (0, Some(180), true, Answer::TooLow),
            (0, Some(10), false, Answer::Offers),
            (50, None, true, Answer::LowestAlready),
            (50, Some(150), false, Answer::LowestAlready),
            (50, Some(149), false, Answer::TooLow),
        ] {
            let answer = answer(&quote(200, off), lowest, bid.map(Money::from_yuan), insists);
            assert_eq!(answer, expected, "{off} {bid:?} {insists}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_given_below_the_last_price(goods in 1_i64..10_000, off in 0_i64..3_000, percent in 0_i64..30) {
            let quote = quote(goods, off.min(goods));
            let lowest = quote.goods - quote.goods.percent(percent);
            let given = quote.clone().bargained(lowest);
            prop_assert_eq!(given.total(), quote.total().min(lowest));
        }
    }
}
