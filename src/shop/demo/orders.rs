//! What became of each basket: paid, shipped, delivered, cancelled, sent back. Leaves to others: the way of the
//! parcel (`parcels`), the orders of the demo's own shopper (`shopper`).

use super::DEMO_TODAY;
use super::behaviour::{Basket, Pick};
use super::goods::Goods;
use super::parcels::{ParcelRow, parcel};
use super::people::{CouponPiece, People, Place};
use super::random::{Chance, DAY, HOUR, before, between, percent, pick};
use super::sources::Sources;
use crate::domain::{AfterSaleKind, AfterSaleState, OrderState, Timestamp};

pub(super) struct Orders {
    pub rows: Vec<OrderRow>,
}

pub(super) struct OrderRow {
    pub number: String,
    pub customer: usize,
    pub state: OrderState,
    pub placed_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub shipping_fee: i64,
    pub discount: i64,
    pub gift_card: i64,
    pub total: i64,
    pub payment: String,
    pub receiver: Place,
    pub remark: Option<String>,
    pub lines: Vec<LineRow>,
    pub parcel: Option<ParcelRow>,
    pub after_sales: Vec<AfterSaleRow>,
    pub refunds: Vec<RefundRow>,
    pub invoice: Option<InvoiceRow>,
}

#[derive(Clone)]
pub(super) struct LineRow {
    pub pick: Pick,
    pub unit_price: i64,
}

pub(super) struct AfterSaleRow {
    /// The place of the line; none for the whole order.
    pub line: Option<usize>,
    pub kind: AfterSaleKind,
    pub state: AfterSaleState,
    pub quantity: i64,
    pub reason: String,
    pub amount: i64,
    /// The variant wanted instead, by its place among the product's.
    pub exchange: Option<usize>,
    pub state_before: OrderState,
    pub requested_at: Timestamp,
    pub updated_at: Timestamp,
}

pub(super) struct RefundRow {
    /// The place of the after-sales request it belongs to.
    pub after_sale: Option<usize>,
    pub amount: i64,
    pub way: String,
    pub reason: &'static str,
    pub started_at: Timestamp,
    pub arrived_at: Option<Timestamp>,
}

pub(super) struct InvoiceRow {
    pub title: String,
    pub tax_number: Option<String>,
    pub email: String,
    pub amount: i64,
    pub requested_at: Timestamp,
    pub issued_at: Option<Timestamp>,
}

impl Orders {
    pub(super) fn make(
        sources: &Sources,
        goods: &Goods,
        people: &mut People,
        baskets: &[Basket],
        by_hand: Vec<OrderRow>,
        rng: &mut Chance,
    ) -> Self {
        let taken: Vec<String> = by_hand.iter().map(|order| order.number.clone()).collect();
        let mut rows = by_hand;
        let mut order: Vec<usize> = (0..baskets.len()).collect();
        order.sort_by_key(|place| (baskets[*place].at, baskets[*place].customer));
        for (serial, place) in order.into_iter().enumerate() {
            let number = order_number(baskets[place].at, serial, &taken);
            let row = OrderMaker { sources, goods, rng }.order(people, &baskets[place], number, rows.len());
            rows.push(row);
        }
        Orders { rows }
    }
}

/// The day and eight digits that tell nothing of the order before; each once, for the factor has no divisor in common
/// with their count.
fn order_number(at: Timestamp, serial: usize, taken: &[String]) -> String {
    let day = at.date(&jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).strftime("%Y%m%d").to_string();
    let tail = |serial: usize| (u64::try_from(serial).unwrap_or(0) * 48_271_001 + 7_654_321) % 100_000_000;
    let number = format!("{day}{:08}", tail(serial));
    // The numbers made by hand are few; past a million the serials are free.
    if taken.contains(&number) { format!("{day}{:08}", tail(serial + 1_000_000)) } else { number }
}

struct OrderMaker<'a> {
    sources: &'a Sources,
    goods: &'a Goods,
    rng: &'a mut Chance,
}

impl OrderMaker<'_> {
    fn order(&mut self, people: &mut People, basket: &Basket, number: String, place: usize) -> OrderRow {
        let person = &people.customers[basket.customer];
        // The first address is the ordinary one.
        let second = percent(self.rng, 20) && person.addresses.len() > 1;
        let receiver = person.addresses[if second { person.addresses.len() - 1 } else { 0 }].clone();
        let lines: Vec<LineRow> = basket
            .picks
            .iter()
            .map(|pick| {
                let variant = &self.goods.products[pick.product].variants[pick.variant];
                LineRow { pick: *pick, unit_price: variant.price_at(basket.at) }
            })
            .collect();
        let goods: i64 = lines.iter().map(|line| line.unit_price * line.pick.quantity).sum();
        let region = &self.sources.regions[receiver.region];
        let shipping_fee = self.sources.postage(&region.province, goods).unwrap_or(0);
        let (days_least, days_most) = self.sources.days(&region.province);
        let mut row = OrderRow {
            number,
            customer: basket.customer,
            state: OrderState::AwaitingPayment,
            placed_at: basket.at,
            paid_at: None,
            shipped_at: None,
            delivered_at: None,
            completed_at: None,
            cancelled_at: None,
            shipping_fee,
            discount: 0,
            gift_card: 0,
            total: 0,
            payment: pick(self.rng, &self.sources.people.payments).clone(),
            receiver,
            remark: percent(self.rng, 8).then(|| pick(self.rng, &self.sources.people.remarks).clone()),
            lines,
            parcel: None,
            after_sales: Vec::new(),
            refunds: Vec::new(),
            invoice: None,
        };
        row.discount = self.discount(people, &row, goods, place);
        row.total = goods + shipping_fee - row.discount;
        self.pay_with_card(people, &mut row, place);
        self.go(&mut row, days_least, days_most, place);
        row
    }

    /// A coupon where the customer holds a fitting one, else now and then what a promotion took off.
    fn discount(&mut self, people: &mut People, row: &OrderRow, goods: i64, place: usize) -> i64 {
        let fits = |piece: &&mut CouponPiece| {
            let offer = &self.sources.benefits.coupons[piece.coupon];
            piece.customer == row.customer
                && piece.order.is_none()
                && piece.received_at <= row.placed_at
                && offer.category.is_none()
                && offer.kind == "amount_off"
                && offer.threshold * 100 <= goods
        };
        // Only what can still be running is looked for, as all coupons are young.
        let young = DEMO_TODAY.seconds_since(row.placed_at) < 30 * DAY && percent(self.rng, 40);
        if young && let Some(piece) = people.coupons.iter_mut().find(fits) {
            piece.order = Some(place);
            return self.sources.benefits.coupons[piece.coupon].amount * 100;
        }
        if percent(self.rng, 22) { goods / 30_000 * 5_000 } else { 0 }
    }

    fn pay_with_card(&mut self, people: &mut People, row: &mut OrderRow, place: usize) {
        if percent(self.rng, 2) {
            let face = *pick(self.rng, &[5_000, 10_000, 20_000]);
            row.gift_card = face.min(row.total);
            people.add_card(row.customer, face, Some((place, row.gift_card)), self.rng);
        }
    }

    /// Moves the order along its life until today.
    fn go(&mut self, row: &mut OrderRow, days_least: i64, days_most: i64, place: usize) {
        let age = DEMO_TODAY.seconds_since(row.placed_at);
        if age < DAY && percent(self.rng, 14) {
            return;
        }
        if percent(self.rng, 3) && age > DAY {
            // Not paid within a day.
            row.state = OrderState::Cancelled;
            row.cancelled_at = Some(row.placed_at.plus_seconds(DAY));
            return;
        }
        let paid_at = row.placed_at.plus_seconds(between(self.rng, 20, 900)).min(before(DEMO_TODAY, 60));
        row.paid_at = Some(paid_at);
        let mut hours = between(self.rng, 4, 34);
        if percent(self.rng, 10) {
            hours += between(self.rng, 24, 80);
        }
        let shipped_at = paid_at.plus_seconds(hours * HOUR + between(self.rng, 0, HOUR));
        if percent(self.rng, 2) && age > 2 * HOUR {
            self.cancel_paid(row, paid_at);
            return;
        }
        self.invoice(row, paid_at);
        row.state = OrderState::Paid;
        if shipped_at > before(DEMO_TODAY, HOUR) {
            return;
        }
        row.shipped_at = Some(shipped_at);
        row.state = OrderState::Shipped;
        let hours = between(self.rng, days_least * 20, days_most * 26);
        let stuck = percent(self.rng, 5);
        let late = if stuck { between(self.rng, 4, 7) * DAY } else { 0 };
        let arrival = shipped_at.plus_seconds(hours * HOUR + late + between(self.rng, 0, HOUR));
        if arrival <= before(DEMO_TODAY, HOUR) {
            row.delivered_at = Some(arrival);
            row.state = OrderState::Delivered;
        }
        row.parcel = parcel(self.sources, row, place, arrival, self.rng);
        if stuck && row.delivered_at.is_none() {
            // It lies where it was, and nothing more is told of it.
            if let Some(parcel) = &mut row.parcel {
                let last = shipped_at.plus_seconds(30 * HOUR);
                parcel.track.retain(|(at, _, _)| *at <= last);
            }
        }
        let Some(delivered_at) = row.delivered_at else { return };
        let confirmed = delivered_at.plus_seconds(if percent(self.rng, 55) {
            between(self.rng, 6 * HOUR, 6 * DAY)
        } else {
            7 * DAY
        });
        if confirmed < DEMO_TODAY {
            row.completed_at = Some(confirmed);
            row.state = OrderState::Completed;
        }
        if percent(self.rng, 9) {
            self.after_sale(row, delivered_at);
        }
    }

    fn cancel_paid(&mut self, row: &mut OrderRow, paid_at: Timestamp) {
        let cancelled_at = paid_at.plus_seconds(between(self.rng, 300, 3 * HOUR)).min(before(DEMO_TODAY, 60));
        row.state = OrderState::Cancelled;
        row.cancelled_at = Some(cancelled_at);
        let amount = row.total - row.gift_card;
        if amount > 0 {
            let arrived_at = cancelled_at.plus_seconds(between(self.rng, HOUR, 2 * DAY));
            row.refunds.push(RefundRow {
                after_sale: None,
                amount,
                way: row.payment.clone(),
                reason: "cancelled",
                started_at: cancelled_at,
                arrived_at: Some(arrived_at).filter(|at| *at < DEMO_TODAY),
            });
        }
    }

    fn invoice(&mut self, row: &mut OrderRow, paid_at: Timestamp) {
        if !percent(self.rng, 14) {
            return;
        }
        let company = percent(self.rng, 35);
        let requested_at = paid_at.plus_seconds(between(self.rng, 60, 2 * DAY)).min(before(DEMO_TODAY, 60));
        let issued_at = requested_at.plus_seconds(between(self.rng, 2 * HOUR, 3 * DAY));
        row.invoice = Some(InvoiceRow {
            title: if company { pick(self.rng, &self.sources.people.companies).clone() } else { "个人".to_owned() },
            tax_number: company.then(|| format!("91330100MA{:08}", between(self.rng, 0, 99_999_999))),
            email: format!("buyer{}@example.com", row.customer + 1),
            amount: row.total - row.gift_card,
            requested_at,
            issued_at: Some(issued_at).filter(|at| *at < DEMO_TODAY),
        });
    }

    fn after_sale(&mut self, row: &mut OrderRow, delivered_at: Timestamp) {
        let kind = match between(self.rng, 0, 99) {
            0..=54 => AfterSaleKind::Return,
            55..=74 => AfterSaleKind::Exchange,
            75..=92 => AfterSaleKind::RefundOnly,
            _ => AfterSaleKind::Repair,
        };
        let line = usize::try_from(between(self.rng, 0, i64::try_from(row.lines.len()).unwrap_or(1) - 1)).unwrap_or(0);
        let chosen = row.lines[line].clone();
        let item = &self.goods.products[chosen.pick.product];
        let category = &self.sources.categories[item.category];
        // What may come back only unopened seldom does.
        let comes_back = self.sources.policy.return_exception(&category.name).is_none();
        let fits = match kind {
            AfterSaleKind::Return => comes_back,
            AfterSaleKind::Exchange => comes_back && item.variants.len() > 1,
            AfterSaleKind::RefundOnly => true,
            AfterSaleKind::Repair => self.sources.policy.warranty_months(&category.name) > 0,
        };
        let requested_at = delivered_at.plus_seconds(between(self.rng, HOUR, 6 * DAY));
        if !fits || requested_at > before(DEMO_TODAY, HOUR) {
            return;
        }
        let state = self.state_after(kind, DEMO_TODAY.seconds_since(requested_at));
        let goods: i64 = row.lines.iter().map(|line| line.unit_price * line.pick.quantity).sum();
        let paid = row.total - row.shipping_fee;
        let amount = match kind {
            AfterSaleKind::Return | AfterSaleKind::RefundOnly => {
                chosen.unit_price * chosen.pick.quantity * paid / goods.max(1)
            }
            AfterSaleKind::Exchange | AfterSaleKind::Repair => 0,
        };
        let reasons = self.sources.people.reasons.get(kind.as_str());
        let reason = reasons.map_or(String::new(), |reasons| pick(self.rng, reasons).clone());
        let exchange = (kind == AfterSaleKind::Exchange).then(|| (chosen.pick.variant + 1) % item.variants.len());
        let days = between(self.rng, 1, 6) * DAY;
        let updated_at = requested_at.plus_seconds(days).min(before(DEMO_TODAY, between(self.rng, 1, 8) * 900));
        let updated_at = if state == AfterSaleState::Requested { requested_at } else { updated_at.max(requested_at) };
        let open = !matches!(state, AfterSaleState::Completed | AfterSaleState::Rejected | AfterSaleState::Withdrawn);
        if matches!(state, AfterSaleState::Refunding | AfterSaleState::Completed) && amount > 0 {
            row.refunds.push(RefundRow {
                after_sale: Some(0),
                amount,
                way: row.payment.clone(),
                reason: "after_sale",
                started_at: updated_at,
                arrived_at: (!open).then_some(updated_at.plus_seconds(HOUR)).filter(|at| *at < DEMO_TODAY),
            });
        }
        let state_before = row.state;
        row.after_sales.push(AfterSaleRow {
            line: Some(line),
            kind,
            state,
            quantity: chosen.pick.quantity,
            reason,
            amount,
            exchange,
            state_before,
            requested_at,
            updated_at,
        });
        if open {
            row.state = OrderState::InAfterSale;
            row.completed_at = None;
        } else if state == AfterSaleState::Completed && amount > 0 && row.lines.len() == 1 {
            row.state = OrderState::Refunded;
        }
    }

    /// How far a request has come after so many seconds.
    fn state_after(&mut self, kind: AfterSaleKind, age: i64) -> AfterSaleState {
        let fate = between(self.rng, 0, 99);
        if age > 12 * HOUR && fate < 7 {
            return AfterSaleState::Withdrawn;
        }
        if age > DAY && fate < 14 {
            return AfterSaleState::Rejected;
        }
        let goods_move = kind != AfterSaleKind::RefundOnly;
        match age / HOUR {
            0..24 => AfterSaleState::Requested,
            24..48 => AfterSaleState::Approved,
            48..120 if goods_move => AfterSaleState::ReturnInTransit,
            120..160 if goods_move => AfterSaleState::Inspecting,
            48..96 | 160..220 if kind == AfterSaleKind::RefundOnly || kind == AfterSaleKind::Return => {
                AfterSaleState::Refunding
            }
            _ => AfterSaleState::Completed,
        }
    }
}
