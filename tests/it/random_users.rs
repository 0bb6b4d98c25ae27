//! Random users go through random abilities for 10,000 turns. Whatever they do: nothing panics, nothing is written that
//! was not confirmed, money and stock balance, and no reply holds anything of anybody else.

use std::collections::HashSet;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xiaoer::domain::{Cue, Intent, Owner, Press, StaffDeed};
use xiaoer::nlu::cues;

use crate::talk::Talk;

const USERS: i64 = 25;
const TURNS: usize = 400;
/// How often the books are looked at, in turns.
const AUDIT: usize = 40;

/// What is said, with what it wishes; `{own}` and `{foreign}` become order numbers.
const SAYINGS: &[(&str, &[Intent])] = &[
    ("{own}到哪了", &[Intent::Logistics]),
    ("{foreign}到哪了", &[Intent::Logistics]),
    ("我的订单", &[Intent::OrderStatus]),
    ("{own}什么状态", &[Intent::OrderStatus]),
    ("催一下{own}的发货", &[Intent::UrgeShipping]),
    ("都催一下快递", &[Intent::UrgeDelivery]),
    ("取消{own}", &[Intent::CancelOrder]),
    ("取消{foreign}", &[Intent::CancelOrder]),
    ("取消订单", &[Intent::CancelOrder]),
    ("{own}改地址，改成浙江省杭州市滨江区江南大道1号", &[Intent::ChangeAddress]),
    ("{foreign}改一下地址", &[Intent::ChangeAddress]),
    ("{own}数量改成2件", &[Intent::ChangeOrder]),
    ("{own}帮我备注一下放门卫", &[Intent::ChangeOrder]),
    ("{own}我要退货", &[Intent::ReturnGoods]),
    ("{foreign}我要退货", &[Intent::ReturnGoods]),
    ("{own}退一件，质量不好", &[Intent::ReturnGoods, Intent::QualityIssue]),
    ("{own}我要退款", &[Intent::RefundRequest]),
    ("{own}想换大一码", &[Intent::ExchangeGoods]),
    ("换成黑色的", &[Intent::ExchangeGoods]),
    ("{own}坏了", &[Intent::QualityIssue]),
    ("{own}少发了一件", &[Intent::MissingWrongItem]),
    ("{own}报修，开不了机了", &[Intent::WarrantyRepair]),
    ("{own}显示签收没收到", &[Intent::NotReceived]),
    ("{own}确认收货", &[Intent::OrderStatus]),
    ("{own}撤销退货申请", &[Intent::RefundStatus]),
    ("{own}退款到账了吗", &[Intent::RefundStatus]),
    ("{own}开发票，抬头个人", &[Intent::Invoice]),
    ("{foreign}开发票", &[Intent::Invoice]),
    ("{own}申请价保", &[Intent::PriceProtection]),
    ("{own}发货太慢赔我10元", &[Intent::Compensation]),
    ("{own}好评返现", &[Intent::ReviewCashback]),
    ("{own}预约安装", &[Intent::Installation]),
    ("我有哪些优惠券", &[Intent::Coupon]),
    ("礼品卡余额", &[Intent::Payment]),
    ("帮我下单声屿 AirTune Pro 主动降噪蓝牙耳机，黑色，2件", &[Intent::PlaceOrder]),
    ("帮我下单法式碎花连衣裙", &[Intent::PlaceOrder]),
    ("用礼品卡付", &[Intent::Payment]),
    ("不用券", &[Intent::Coupon]),
    ("声屿 AirTune Pro 主动降噪蓝牙耳机黑色有货吗", &[Intent::StockQuery]),
    ("法式碎花连衣裙 女 收腰显瘦黑色M码到货提醒我", &[Intent::RestockQuery]),
    ("不用提醒了", &[Intent::RestockQuery]),
    ("推荐几款耳机", &[Intent::Recommend]),
    ("换一批", &[Intent::Recommend]),
    ("第二个", &[Intent::ProvideInfo]),
    ("这个多少钱", &[Intent::PriceQuery]),
    ("能便宜点吗", &[Intent::Bargain]),
    ("300元卖不卖", &[Intent::Bargain]),
    ("现在有什么活动", &[Intent::Promotion]),
    ("寄到新疆运费多少", &[Intent::ShippingFee]),
    ("你们存了我哪些信息", &[Intent::PrivacyRequest]),
    ("删除我的个人信息", &[Intent::PrivacyRequest]),
    ("{own}快递员骂人，我要投诉这件事情", &[Intent::Complaint]),
    ("确认", &[Intent::Affirm]),
    ("好的", &[Intent::Affirm]),
    ("确认取消", &[Intent::CancelOrder]),
    ("算了", &[Intent::Deny]),
    ("不要", &[Intent::Deny]),
    ("不对，是{own}", &[Intent::ProvideInfo]),
    ("{own}", &[Intent::ProvideInfo]),
    ("{foreign}", &[Intent::ProvideInfo]),
    ("换一个订单", &[Intent::ProvideInfo]),
    ("再说一遍", &[Intent::ProvideInfo]),
    ("后天下午", &[Intent::ProvideInfo]),
    ("3件", &[Intent::ProvideInfo]),
    ("不合适", &[Intent::ProvideInfo]),
    ("没拆", &[Intent::ProvideInfo]),
    ("杭州云朵科技有限公司 91330106MA2B0001X1", &[Intent::ProvideInfo]),
    ("转人工", &[Intent::HumanAgent]),
    ("那个那个", &[Intent::Unclear]),
    ("你好", &[Intent::Greeting]),
    ("谢谢", &[Intent::Thanks]),
];

/// Changes that change nothing of the shopper's and need no confirmation.
const UNCONFIRMED: &[&str] =
    &["urge_shipping", "urge_courier", "open_case", "subscribe_restock", "unsubscribe_restock", "record_interaction"];

/// What must be nothing, whatever was done.
const BOOKS: &[(&str, &str)] = &[
    (
        "a total that does not add up",
        "select count(*) from orders o where total <> shipping_fee - discount
            + (select sum(quantity * unit_price) from order_lines where order_id = o.id)",
    ),
    (
        "a gift card out of balance",
        "select count(*) from gift_cards g where balance < 0 or balance <> face
            + (select coalesce(sum(amount), 0) from gift_card_movements where gift_card_id = g.id)",
    ),
    ("stock below nothing", "select count(*) from variants where stock < 0"),
    (
        "a coupon on a cancelled order",
        "select count(*) from customer_coupons c join orders o on o.id = c.order_id where o.state = 'cancelled'",
    ),
    (
        "more paid back than was paid",
        "select count(*) from orders o where total < (select coalesce(sum(amount), 0) from refunds where order_id = o.id)",
    ),
    (
        "more asked back than was bought",
        "select count(*) from order_lines l where quantity < (select coalesce(sum(a.quantity), 0) from after_sales a
            where a.line_id = l.id and a.state not in ('rejected', 'withdrawn'))",
    ),
    (
        "a paid order that was cancelled for nothing",
        "select count(*) from orders o where state = 'cancelled' and paid_at is not null
            and total - gift_card <> (select coalesce(sum(amount), 0) from refunds where order_id = o.id)",
    ),
];

/// All pieces: on the shelf, in orders that have not left, kept for exchanges.
const PIECES: &str = "select (select sum(stock) from variants)
    + (select coalesce(sum(l.quantity), 0) from order_lines l join orders o on o.id = l.order_id
        where o.state in ('awaiting_payment', 'paid'))
    + (select coalesce(sum(quantity), 0) from after_sales where exchange_variant_id is not null
        and state not in ('rejected', 'withdrawn', 'completed'))";

async fn texts(talk: &Talk, sql: &'static str, user: i64) -> Vec<String> {
    sqlx::query_scalar(sql).bind(user).fetch_all(talk.services.shop.own().pool()).await.expect("a list of texts")
}

/// The names of others in the replies: numbers of orders and parcels, phones, gift cards.
fn foreign_in(talk: &Talk, foreign: &HashSet<String>) -> Option<String> {
    let labels = talk.messages.iter().flat_map(|message| message.buttons.iter().flatten()).map(|button| &button.label);
    let said = talk.messages.iter().map(|message| &message.text).chain(labels);
    said.flat_map(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric()))
        .find(|token| foreign.contains(*token))
        .map(str::to_owned)
}

struct User {
    talk: Talk,
    id: i64,
    own: Vec<String>,
    foreign: Vec<String>,
    secret: HashSet<String>,
    pieces: i64,
    /// Buttons of answers before the last, to be pressed too late.
    old: Vec<(Press, String)>,
}

impl User {
    async fn new(id: i64) -> User {
        let talk = Talk::begin().await;
        let phone = texts(&talk, "select phone from customers where id = ?1", id).await.remove(0);
        let talk = if id % 5 == 0 { Talk::begin_as_stranger().await } else { Talk::begin_as(&phone).await };
        let of_others = [
            "select number from orders where customer_id <> ?1",
            "select tracking_number from parcels p join orders o on o.id = p.order_id where o.customer_id <> ?1",
            "select phone from customers where id <> ?1",
            "select receiver_phone from orders where customer_id <> ?1 and receiver_phone not in
                (select receiver_phone from orders where customer_id = ?1)",
            "select code from gift_cards where customer_id <> ?1",
        ];
        let mut secret = HashSet::new();
        for sql in of_others {
            secret.extend(texts(&talk, sql, id).await);
        }
        // Whoever is nobody yet may be told nothing of anybody.
        let own = texts(&talk, "select number from orders where customer_id = ?1 order by id desc limit 12", id).await;
        let foreign =
            texts(&talk, "select number from orders where customer_id <> ?1 order by id desc limit 40", id).await;
        let pieces = talk.figure(PIECES).await;
        User { talk, id, own, foreign, secret, pieces, old: Vec::new() }
    }

    async fn turn(&mut self, rng: &mut ChaCha8Rng) -> bool {
        let buttons: Vec<(Press, String)> = self
            .talk
            .messages
            .iter()
            .flat_map(|message| message.buttons.iter().flatten())
            .map(|button| (button.press.clone(), button.label.clone()))
            .collect();
        if self.talk.owner() != Owner::Bot {
            let deed = if rng.random_range(0..2_u8) == 0 { StaffDeed::HandBack } else { StaffDeed::Resolve };
            self.talk.staff(deed).await;
            return false;
        }
        match rng.random_range(0..100_u8) {
            0..40 if !buttons.is_empty() => {
                let (press, label) = buttons.choose(rng).expect("there are some").clone();
                let confirms = matches!(press, Press::Confirm { .. });
                self.remember(buttons);
                self.talk.push(press, &label).await;
                confirms
            }
            40..45 if !self.old.is_empty() => {
                let (press, label) = self.old.choose(rng).expect("there are some").clone();
                // A confirmation of a listing that is not the last is never one.
                let is_open = buttons.iter().any(|(open, _)| *open == press);
                self.talk.push(press, &label).await;
                is_open
            }
            45..47 => {
                self.talk.photo().await;
                false
            }
            47 => {
                self.talk.contact("13900000000", false).await;
                false
            }
            48..50 => {
                self.talk.wait(rng.random_range(60..200_000)).say("在吗", &[Intent::Greeting]).await;
                false
            }
            _ => {
                let (text, intents) = SAYINGS.choose(rng).expect("there are some");
                let pick = |list: &[String], rng: &mut ChaCha8Rng| list.choose(rng).cloned().unwrap_or_default();
                let text = text.replace("{own}", &pick(&self.own, rng)).replace("{foreign}", &pick(&self.foreign, rng));
                self.remember(buttons);
                self.talk.say(&text, intents).await;
                intents.contains(&Intent::Affirm) || cues(&text).contains(&Cue::Confirm)
            }
        }
    }

    fn remember(&mut self, buttons: Vec<(Press, String)>) {
        self.old.extend(buttons);
        let surplus = self.old.len().saturating_sub(30);
        self.old.drain(..surplus);
    }

    async fn audit(&self, turn: usize) {
        for (what, sql) in BOOKS {
            assert_eq!(self.talk.figure(sql).await, 0, "user {} turn {turn}: {what}", self.id);
        }
        assert_eq!(self.talk.figure(PIECES).await, self.pieces, "user {} turn {turn}: pieces", self.id);
    }
}

#[tokio::test]
async fn ten_thousand_random_turns_keep_every_promise() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_260_618);
    let (mut turns, mut written) = (0, 0);
    for id in 1..=USERS {
        let mut user = User::new(id).await;
        let mut known: HashSet<String> =
            texts(&user.talk, "select key from applied_changes where ?1 > 0", id).await.into_iter().collect();
        for turn in 0..TURNS {
            let confirmed = user.turn(&mut rng).await;
            turns += 1;
            if let Some(leak) = foreign_in(&user.talk, &user.secret) {
                panic!("user {id} turn {turn}: {leak} is somebody else's: {}", user.talk.text());
            }
            if !user.talk.effects.is_empty() {
                let rows: Vec<(String, String, Option<i64>)> =
                    sqlx::query_as("select key, kind, customer_id from applied_changes")
                        .fetch_all(user.talk.services.shop.own().pool())
                        .await
                        .expect("the changes");
                for (key, kind, owner) in rows {
                    if !known.insert(key) {
                        continue;
                    }
                    written += 1;
                    let free = UNCONFIRMED.contains(&kind.as_str());
                    assert!(confirmed || free, "user {id} turn {turn}: {kind} without a confirmation");
                    assert!(owner.is_none_or(|owner| owner == id), "user {id} turn {turn}: {kind} for {owner:?}");
                }
            }
            if turn % AUDIT == 0 {
                user.audit(turn).await;
            }
        }
        user.audit(TURNS).await;
    }
    assert_eq!(turns, 10_000);
    assert!(written > 200, "{written} changes were carried out");
}
