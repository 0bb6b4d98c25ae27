//! What is stored about me:
//!
//! > 顾客: 你们存了我哪些信息
//! > 小二: 账户里有：手机号 138****5678、2 个收货地址、12 笔订单…… [导出] [删除]
//! > 顾客: 删掉
//! > 小二: 请确认：浏览记录、地址簿、到货提醒会被删除…… [确认] [不了]
//!
//! Leaves to others: the erasure itself (`shop::writes`).

use super::identity::need_customer;
use super::proposal::{Proposal, propose};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Cue, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

/// The answer that asks for the erasure.
const ERASE: &str = "erase";

pub(super) async fn handle(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let known = need!(need_customer(context).await?);
    let shop = context.shop();
    let wants_erasure = context.text(Slot::Matter) == Some(ERASE)
        || context.meaning().is_some_and(|meaning| meaning.signals(Cue::Erase))
        || context.text(Slot::Confirmation).is_some();
    let keep_years = context.policy().privacy.keep_order_years;
    if wants_erasure {
        let fill = |key| Reply::new(key).with("keep_years", keep_years);
        let proposal = Proposal {
            change: Change::EraseMyData,
            listing: fill(ReplyKey::PrivacyEraseConfirm),
            done: fill(ReplyKey::PrivacyEraseDone),
        };
        return Ok(propose(context, &known.customer, proposal).by(known));
    }
    let customer = shop.customer(&known.customer).await?;
    let orders = shop.count_orders(&known.customer, &[]).await?;
    let addresses = shop.addresses(&known.customer).await?.len();
    let seen = shop.interactions_of(known.customer.id(), COUNTED).await?.len();
    let erase = SlotValue::Text(ERASE.to_owned());
    let press = Press::Choose { slot: Slot::Matter, value: erase.clone() };
    let reply = Reply::new(ReplyKey::PrivacySummary)
        .with("phone", customer.as_ref().map(|customer| customer.phone.masked()))
        .with("orders", orders)
        .with("addresses", addresses)
        .with("interactions", seen)
        .with("keep_years", keep_years)
        .with_row([Button::new(ReplyKey::LabelErase, press)]);
    Ok(Outcome::ask(reply, Slot::Matter, vec![erase]).by(known))
}

/// How many interactions are counted.
const COUNTED: u32 = 10_000;
