//! A note for the warehouse or the courier:
//!
//! > 顾客: 帮我备注一下放门卫
//! > 小二: 给“连衣裙”加备注：放门卫。确认吗？ [确认] [不了]
//! > 顾客: 加个备注
//! > 小二: 备注写什么？
//!
//! Leaves to others: the guard on state and length (`shop::writes`).

use super::change_order::{NOT_LEFT, refused_by_state};
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Event, Reply, ReplyKey, Slot};
use crate::shop::Change;

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, NOT_LEFT).await?);
    let order = &chosen.order;
    if let Some(outcome) = refused_by_state(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    let fill = |key| Reply::new(key).with("order", order_label(context, order));
    let remark = context.text(Slot::Remark).map(str::trim);
    let most = context.policy().orders.remark_characters;
    let outcome = match remark.filter(|remark| !remark.is_empty()) {
        None => Outcome::ask(fill(ReplyKey::RemarkAsk), Slot::Remark, Vec::new()),
        Some(remark) if remark.chars().count() > usize::try_from(most).unwrap_or(usize::MAX) => {
            let cleared = vec![Event::SlotCleared { slot: Slot::Remark }];
            Outcome::ask(fill(ReplyKey::RemarkTooLong).with("most", most), Slot::Remark, Vec::new()).after_all(cleared)
        }
        Some(remark) => {
            let listed = |key| fill(key).with("remark", remark).with("before", &order.remark);
            let change = Change::AddRemark { order: order.number.clone(), remark: remark.to_owned() };
            let (listing, done) = (listed(ReplyKey::RemarkConfirm), listed(ReplyKey::RemarkDone));
            propose(context, &chosen.known.customer, Proposal { change, listing, done })
        }
    };
    Ok(outcome.by(chosen.known))
}
