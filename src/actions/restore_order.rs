//! A cancellation cannot be undone:
//!
//! > 顾客: 取消错了，还能恢复吗
//! > 小二: “连衣裙”已经取消，恢复不了。货还有，按现价 129 元可以重新下单；退款 2 天内原路到账。 [去下单]
//!
//! Leaves to others: ordering anew.

use super::order_choice::need_order;
use super::show::{order_label, wish_button, with_money_way};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Intent, OrderState, Press, Reply, ReplyKey};

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::Cancelled]).await?);
    let order = &chosen.order;
    let fill = |key| with_money_way(Reply::new(key).with("order", order_label(context, order)), order);
    if order.state != OrderState::Cancelled {
        return Ok(Outcome::refused(fill(ReplyKey::RestoreNotCancelled)).by(chosen.known));
    }
    let line = order.lines.first();
    let variant = match line {
        Some(line) => context.shop().variant(line.variant).await?,
        None => None,
    };
    let buyable = variant.filter(|variant| variant.stock > 0);
    let reply = fill(ReplyKey::RestoreExplain)
        .with("price", buyable.as_ref().map(|variant| variant.price.to_string()))
        .with("paid", order.paid_at.is_some());
    let again = buyable.map(|variant| {
        let press = Press::WishForProduct { intent: Intent::PlaceOrder, product: variant.product };
        Button::new(ReplyKey::LabelIntent, press).with("intent", Intent::PlaceOrder)
    });
    let refund = order.paid_at.map(|_| wish_button(Intent::RefundStatus, order));
    Ok(Outcome::refused(reply.with_row(again.into_iter().chain(refund))).by(chosen.known))
}
