//! The parcel never came:
//!
//! > 顾客: 显示签收了我没收到
//! > 小二: “连衣裙” 6-16 11:00 显示签收。先问问家人邻居、驿站和快递柜？ [找到了] [还是没有]
//! > 顾客: 都问了，没有
//! > 小二: 已登记（12），我们向快递核实，24 小时内给您答复。
//!
//! One that still moves is tracked, one that stands still is urged. Leaves to others: the search itself (staff).

use super::case::open_case;
use super::line_choice::ask_one_of;
use super::order_choice::need_order;
use super::parcel;
use super::show::{order_label, parcel_detail, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Intent, OrderState, Reply, ReplyKey, Slot};

/// How many steps of the track are shown.
const STEPS: usize = 2;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let fitting = [OrderState::Shipped, OrderState::Delivered, OrderState::Completed];
    let chosen = need!(need_order(context, &fitting).await?);
    let order = &chosen.order;
    match order.state {
        OrderState::Shipped | OrderState::Paid | OrderState::AwaitingPayment => {
            return Ok(parcel::show(context, order).by(chosen.known));
        }
        OrderState::Cancelled | OrderState::Refunded | OrderState::InAfterSale => {
            let reply = Reply::new(ReplyKey::NotReceivedOtherState).with("order", order_label(context, order));
            let reply = reply.with_row([wish_button(Intent::RefundStatus, order)]);
            return Ok(Outcome::refused(reply).by(chosen.known));
        }
        OrderState::Delivered | OrderState::Completed => {}
    }
    let fill = |key| {
        Reply::new(key)
            .with("order", order_label(context, order))
            .with("parcel", order.parcels.last().map(|parcel| parcel_detail(context, parcel, STEPS)))
            .with("delivered", order.delivered_at.map(|at| context.minute(at)))
    };
    match context.text(Slot::Search) {
        Some("found") => Ok(Outcome::done(fill(ReplyKey::NotReceivedFound)).by(chosen.known)),
        Some(_) => {
            let done = fill(ReplyKey::NotReceivedDone);
            Ok(open_case(context, chosen, Intent::NotReceived, done))
        }
        None => {
            let question = fill(ReplyKey::NotReceivedAsk);
            Ok(ask_one_of(question, Slot::Search, "search", &["found", "missing"]).by(chosen.known))
        }
    }
}
