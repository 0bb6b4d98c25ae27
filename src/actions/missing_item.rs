//! Too little, or something else, was in the parcel:
//!
//! > 顾客: 少发了一个配件
//! > 小二: 拍一下收到的东西？ [没有照片]
//! > 顾客: （照片）
//! > 小二: 已登记（12）：少一个配件。核实后补发，24 小时内给您答复。
//! > 顾客: 颜色发错了
//! > 小二: 想怎么处理？ [退货退款] [换货] …
//!
//! Leaves to others: what came instead of what was ordered (`fault`), sending the rest (staff).

use super::case::{open_case, without_numbers};
use super::line_choice::need_photo;
use super::order_choice::need_order;
use super::show::{human_button, order_label, wish_button};
use super::{ActionError, Context, Outcome, fault, need};
use crate::domain::{Aspect, Intent, OrderState, Reply, ReplyKey, Slot};

/// A matter of fewer characters does not say what is missing ("少发了").
const TELLING: usize = 5;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Delivered, OrderState::Completed]).await?);
    let order = &chosen.order;
    let reply = |key| Reply::new(key).with("order", order_label(context, order));
    let Some(delivered) = order.delivered_at else {
        let row = (order.state == OrderState::Shipped).then(|| wish_button(Intent::Logistics, order));
        return Ok(Outcome::refused(reply(ReplyKey::FaultNotDelivered).with_row(row)).by(chosen.known));
    };
    if context.tracker.aspect() == Some(Aspect::Wrong) || context.text(Slot::Resolution).is_some() {
        return fault::settle(context, chosen).await;
    }
    let hours = context.policy().quality.report_hours;
    if context.now.seconds_since(delivered) > i64::from(hours) * 3600 {
        let refused =
            reply(ReplyKey::MissingRefusedWindow).with("hours", hours).with("delivered", context.minute(delivered));
        return Ok(Outcome::refused(refused.with_row([human_button()])).by(chosen.known));
    }
    let told = context.text(Slot::Matter).is_some_and(|matter| without_numbers(matter).chars().count() >= TELLING);
    if !told && context.text(Slot::Query).is_none() {
        return Ok(Outcome::ask(reply(ReplyKey::MissingAskWhat), Slot::Query, Vec::new()).by(chosen.known));
    }
    need!(need_photo(context), chosen.known);
    let done = Reply::new(ReplyKey::MissingDone).with("what", context.text(Slot::Query));
    Ok(open_case(context, chosen, Intent::MissingWrongItem, done))
}
