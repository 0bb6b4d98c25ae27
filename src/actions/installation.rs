//! Somebody comes to install it:
//!
//! > 顾客: 帮我约一下安装
//! > 小二: 哪天方便？ [6-20] [6-21] …
//! > 顾客: 后天下午
//! > 小二: 请确认安装预约：洗衣机，6-20 下午，安装费 0 元。 [确认] [不了]
//!
//! Not before the goods are there. Leaves to others: the fitter's route.

use jiff::ToSpan;
use jiff::civil::Date;

use super::line_choice::{ask_one_of, need_line_of};
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, short};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Event, Money, Order, OrderLine, OrderState, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

/// How many days are offered.
const OFFERED: i32 = 4;
/// How far ahead a day may be.
const FARTHEST_DAYS: i32 = 30;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Paid, OrderState::Shipped, OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    let fill = |key| Reply::new(key).with("order", order_label(context, order)).with("fee", fee(context));
    if !fitting.contains(&order.state) {
        return Ok(Outcome::refused(fill(ReplyKey::InstallationRefusedState)).by(chosen.known));
    }
    let products: Vec<_> = order.lines.iter().map(|line| line.product).collect();
    let products = context.shop().products(&products).await?;
    let needs =
        |line: &&OrderLine| products.iter().any(|product| product.id == line.product && product.needs_installation);
    let lines: Vec<&OrderLine> = order.lines.iter().filter(needs).collect();
    if lines.is_empty() {
        return Ok(Outcome::refused(fill(ReplyKey::InstallationNotNeeded).with_row([human_button()])).by(chosen.known));
    }
    let line = need!(need_line_of(context, lines), chosen.known);
    let fill = |key| fill(key).with("title", short(&line.title));
    let today = context.now.date(&context.services.zone);
    let earliest = earliest(today, arrival(context, order));
    let said = context.text(Slot::Day).and_then(|day| day.parse::<Date>().ok());
    let day = match said.map(|day| (day, fits(day, earliest))) {
        Some((day, true)) => day,
        said => {
            let key = if said.is_some() { ReplyKey::InstallationOtherDay } else { ReplyKey::InstallationAskDay };
            return Ok(ask_day(fill(key), earliest).by(chosen.known));
        }
    };
    let afternoon = match context.text(Slot::HalfDay) {
        Some(half) => half == "afternoon",
        None => {
            let reply = fill(ReplyKey::InstallationAskHalf).with("day", month_day(day));
            let halves = ["morning", "afternoon"];
            return Ok(ask_one_of(reply, Slot::HalfDay, "half_day", &halves).by(chosen.known));
        }
    };
    let fill =
        |key| fill(key).with("day", month_day(day)).with("half", if afternoon { "afternoon" } else { "morning" });
    let change = Change::BookInstallation { order: order.number.clone(), line: line.id, day, afternoon };
    let (listing, done) = (fill(ReplyKey::InstallationConfirm), fill(ReplyKey::InstallationDone));
    Ok(propose(context, &chosen.known.customer, Proposal { change, listing, done }).by(chosen.known))
}

fn fee(context: &Context<'_>) -> Option<String> {
    let fee = context.policy().installation.fee;
    (fee > Money::ZERO).then(|| fee.to_string())
}

/// The day on which the goods are or should be there.
fn arrival(context: &Context<'_>, order: &Order) -> Option<Date> {
    let expected = order.parcels.last().and_then(|parcel| parcel.expected_at);
    order.delivered_at.or(expected).map(|at| at.date(&context.services.zone))
}

/// Tomorrow, or the day after the goods arrive.
fn earliest(today: Date, arrival: Option<Date>) -> Date {
    let after = |day: Date| day.tomorrow().unwrap_or(day);
    after(today).max(arrival.map_or(today, after))
}

fn fits(day: Date, earliest: Date) -> bool {
    day >= earliest && day <= earliest.saturating_add(FARTHEST_DAYS.days())
}

fn ask_day(mut reply: Reply, earliest: Date) -> Outcome {
    reply = reply.with("earliest", month_day(earliest));
    let days: Vec<Date> = (0..OFFERED).map(|days| earliest.saturating_add(days.days())).collect();
    let choices: Vec<SlotValue> = days.iter().map(|day| SlotValue::Text(day.to_string())).collect();
    let buttons: Vec<Button> = days
        .iter()
        .zip(&choices)
        .map(|(day, value)| {
            let press = Press::Choose { slot: Slot::Day, value: value.clone() };
            Button::new(ReplyKey::LabelDay, press).with("day", month_day(*day))
        })
        .collect();
    let reply = buttons.chunks(2).fold(reply, |reply, row| reply.with_row(row.to_vec()));
    Outcome::ask(reply, Slot::Day, choices).after(Event::SlotCleared { slot: Slot::Day })
}

fn month_day(day: Date) -> String {
    format!("{}-{}", day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_comes_before_the_goods_or_in_a_month_and_more() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        let today = date("2026-06-18");
        for (arrival, expected) in
            [(None, "2026-06-19"), (Some("2026-06-10"), "2026-06-19"), (Some("2026-06-21"), "2026-06-22")]
        {
            assert_eq!(earliest(today, arrival.map(date)), date(expected), "{arrival:?}");
        }
        for (day, expected) in
            [("2026-06-18", false), ("2026-06-19", true), ("2026-07-19", true), ("2026-07-20", false)]
        {
            assert_eq!(fits(date(day), date("2026-06-19")), expected, "{day}");
        }
    }
}
