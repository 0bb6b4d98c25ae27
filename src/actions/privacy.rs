//! What is stored about me:
//!
//! > 顾客: 你们存了我哪些信息
//! > 小二: 账户里有：手机号 138****5678、2 个收货地址、12 笔订单…… [导出我的数据] [删除我的数据]
//! > 顾客: 导出
//! > 小二: 账户：……　地址：……　订单：……　（都写出来）
//! > 顾客: 删掉
//! > 小二: 请确认：浏览记录、地址簿、到货提醒会被删除…… [确认] [不了]
//!
//! The export is told here and now, in full but for the oldest entries of long lists. Leaves to others: the erasure
//! itself (`shop::writes`), cutting long messages (the channel).

use serde_json::{Value, json};

use super::identity::{Known, need_customer};
use super::proposal::{Proposal, propose};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Cue, InteractionKind, Press, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::Change;

/// The answers that ask for the erasure and for the export.
const ERASE: &str = "erase";
const EXPORT: &str = "export";
/// How many interactions are counted.
const COUNTED: u32 = 10_000;
/// How many orders an export lists; the rest is counted.
const LISTED: u32 = 50;

pub(super) async fn handle(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let known = need!(need_customer(context).await?);
    let shop = context.shop();
    let signals = |cue| context.meaning().is_some_and(|meaning| meaning.signals(cue));
    let chose = |name| context.text(Slot::Matter) == Some(name);
    let keep_years = context.policy().privacy.keep_order_years;
    if chose(ERASE) || signals(Cue::Erase) || context.text(Slot::Confirmation).is_some() {
        let fill = |key| Reply::new(key).with("keep_years", keep_years);
        let proposal = Proposal {
            change: Change::EraseMyData,
            listing: fill(ReplyKey::PrivacyEraseConfirm),
            done: fill(ReplyKey::PrivacyEraseDone),
        };
        return Ok(propose(context, &known.customer, proposal).by(known));
    }
    if chose(EXPORT) || signals(Cue::Export) {
        return export(context, known).await;
    }
    let customer = shop.customer(&known.customer).await?;
    let orders = shop.count_orders(&known.customer, &[]).await?;
    let addresses = shop.addresses(&known.customer).await?.len();
    let seen = shop.interactions_of(known.customer.id(), COUNTED).await?.len();
    let choices = [EXPORT, ERASE].map(|name| SlotValue::Text(name.to_owned()));
    let keys = [ReplyKey::LabelExport, ReplyKey::LabelErase];
    let row = keys
        .into_iter()
        .zip(&choices)
        .map(|(key, value)| Button::new(key, Press::Choose { slot: Slot::Matter, value: value.clone() }));
    let reply = Reply::new(ReplyKey::PrivacySummary)
        .with("phone", customer.as_ref().map(|customer| customer.phone.masked()))
        .with("orders", orders)
        .with("addresses", addresses)
        .with("interactions", seen)
        .with("keep_years", keep_years)
        .with_row(row);
    Ok(Outcome::ask(reply, Slot::Matter, choices.to_vec()).by(known))
}

/// Everything that the shop holds of the shopper, in full: it is theirs, and the phone has been proved.
async fn export(context: &Context<'_>, known: Known) -> Result<Outcome, ActionError> {
    let (shop, who) = (context.shop(), &known.customer);
    let account = shop.customer(who).await?.map(|customer| {
        json!({
            "name": customer.name,
            "phone": customer.phone,
            "gender": customer.gender,
            "age_group": customer.age_group,
            "level": customer.level,
            "points": customer.points,
            "registered": context.day(customer.registered_at),
        })
    });
    let addresses: Vec<Value> = shop
        .addresses(who)
        .await?
        .iter()
        .map(|entry| {
            let to = &entry.receiver;
            let place = format!("{}{}{}{}", to.province, to.city, to.district, to.street);
            json!({ "name": to.name, "phone": to.phone, "place": place })
        })
        .collect();
    let orders: Vec<Value> = shop
        .orders_of(who, LISTED, &[])
        .await?
        .iter()
        .map(|order| {
            json!({
                "number": order.number,
                "state": order.state,
                "total": order.total.to_string(),
                "day": context.day(order.placed_at),
                "after_sales": order.after_sales.len(),
            })
        })
        .collect();
    let seen = shop.interactions_of(who.id(), COUNTED).await?;
    let count = |kind: InteractionKind| seen.iter().filter(|one| one.kind == kind).count();
    let reply = Reply::new(ReplyKey::PrivacyExport)
        .with("account", account)
        .with("addresses", addresses)
        .with("orders", orders)
        .with("total", shop.count_orders(who, &[]).await?)
        .with("views", count(InteractionKind::View))
        .with("carts", count(InteractionKind::Cart))
        .with("ratings", count(InteractionKind::Rating))
        .with("coupons", shop.coupons_of(who, context.now).await?.len())
        .with("gift_cards", shop.gift_cards_of(who, context.now).await?.len())
        .with("cases", shop.cases_of(who, LISTED).await?.len())
        .with("notices", shop.restock_notices_of(context.conversation).await?.len());
    Ok(Outcome::done(reply).by(known))
}
