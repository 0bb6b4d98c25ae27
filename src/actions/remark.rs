//! A note for the warehouse or the courier:
//!
//! > 顾客: 帮我备注一下放门卫
//! > 小二: 给“连衣裙”加备注：放门卫。确认吗？ [确认] [不了]
//! > 顾客: 加个备注
//! > 小二: 备注写什么？
//!
//! Leaves to others: the guard on state and length (`shop::writes`).

use std::sync::LazyLock;

use regex::Regex;

use super::change_order::{NOT_LEFT, refused_by_state};
use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::order_label;
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Event, Reply, ReplyKey, Slot};
use crate::shop::Change;

static NOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:备注|留言|留个言|带个话|写个话)(?:信息|内容)?(?:里|上|改成|改为|换成|写成|应该是|是|为|写|一下|下|一句|个|：|:|，|,|\s)*(.*)$")
        .expect("the pattern is fixed and tested: this is a bug")
});

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, NOT_LEFT).await?);
    let order = &chosen.order;
    if let Some(outcome) = refused_by_state(context, order) {
        return Ok(outcome.by(chosen.known));
    }
    let fill = |key| Reply::new(key).with("order", order_label(context, order));
    let remark = context.text(Slot::Matter).and_then(remark_in).or(context.text(Slot::Remark)).map(str::trim);
    let most = context.policy().orders.remark_characters;
    let outcome = match remark.filter(|remark| !remark.is_empty()) {
        None => Outcome::ask(fill(ReplyKey::RemarkAsk), Slot::Remark, Vec::new()),
        Some(remark) if remark.chars().count() > usize::try_from(most).unwrap_or(usize::MAX) => {
            let cleared = [Slot::Remark, Slot::Matter].map(|slot| Event::SlotCleared { slot });
            Outcome::ask(fill(ReplyKey::RemarkTooLong).with("most", most), Slot::Remark, Vec::new())
                .after_all(cleared.to_vec())
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

/// The remark that a sentence holds.
fn remark_in(text: &str) -> Option<&str> {
    let remark = NOTED.captures(text)?.get(1)?.as_str().trim_matches(['。', '，', ' ', '“', '”', '"', '"']);
    let says_nothing =
        matches!(remark, "吧" | "吗" | "可以吗" | "行吗" | "好吗" | "谢谢" | "了" | "错了" | "写错了" | "能加吗");
    (remark.chars().count() >= 2 && !says_nothing).then_some(remark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_read_from_the_sentence() {
        for (text, expected) in [
            ("帮我备注一下放门卫", Some("放门卫")),
            ("备注：不要辣", Some("不要辣")),
            ("订单备注改成送货前打电话", Some("送货前打电话")),
            ("加个备注", None),
            ("能加备注吗", None),
            ("备注写错了", None),
            ("查物流", None),
        ] {
            assert_eq!(remark_in(text), expected, "{text}");
        }
    }
}
