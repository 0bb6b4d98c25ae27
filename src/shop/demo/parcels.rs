//! Parcels and what is told of them on the way. Leaves to others: when an order leaves and arrives (`orders`).

use super::DEMO_TODAY;
use super::orders::OrderRow;
use super::random::{Chance, HOUR, before, between, pick};
use super::sources::{Region, Sources};
use crate::domain::Timestamp;

pub(super) struct ParcelRow {
    pub courier: String,
    pub number: String,
    pub expected_at: Timestamp,
    pub track: Vec<(Timestamp, String, String)>,
}

/// Where the shop sends from: city and the courier's place there.
const WAREHOUSES: [(&str, &str); 3] = [("杭州市", "余杭仓前"), ("广州市", "白云钟落潭"), ("成都市", "新都斑竹园")];

/// A courier's number of its own form, each once: the order's place in the list is in it.
pub(super) fn tracking_number(prefix: &str, serial: usize, rng: &mut Chance) -> String {
    let width = 15 - prefix.len();
    let digits = format!("{:06}{:07}", serial, between(rng, 0, 9_999_999));
    format!("{prefix}{}", &digits[..width.min(digits.len())])
}

/// The parcel of an order that left: all that has been told of it until today.
pub(super) fn parcel(
    sources: &Sources,
    order: &OrderRow,
    serial: usize,
    arrival: Timestamp,
    rng: &mut Chance,
) -> Option<ParcelRow> {
    let shipped_at = order.shipped_at?;
    let region = &sources.regions[order.receiver.region];
    let (courier, prefix) = pick(rng, &sources.people.couriers).clone();
    let number = tracking_number(&prefix, serial, rng);
    let warehouse = *pick(rng, &WAREHOUSES);
    let mut track = journey(&courier, warehouse, region, &order.receiver.district, shipped_at, arrival, rng);
    // Nothing is told of the future, and of a parcel that is not handed over, not that it was.
    track.retain(|(at, _, _)| *at <= DEMO_TODAY);
    if order.delivered_at.is_none() {
        track.retain(|(at, _, _)| *at < arrival);
    }
    let expected_at = shipped_at.plus_days(sources.days(&region.province).1);
    Some(ParcelRow { courier, number, expected_at, track })
}

/// Every step from the warehouse to the door.
pub(super) fn journey(
    courier: &str,
    (from, branch): (&str, &str),
    region: &Region,
    district: &str,
    shipped_at: Timestamp,
    arrival: Timestamp,
    rng: &mut Chance,
) -> Vec<(Timestamp, String, String)> {
    let to = region.city.as_str();
    let short = |city: &str| city.trim_end_matches('市').to_owned();
    let whole = arrival.seconds_since(shipped_at).max(6 * HOUR);
    let mut track = Vec::with_capacity(8);
    let mut tell = |at: Timestamp, place: &str, what: String| track.push((at, place.to_owned(), what));
    tell(shipped_at, from, "商家已发货，等待快递员揽收".to_owned());
    tell(shipped_at.plus_seconds(whole / 20 + 600), from, format!("{courier} {branch}营业部已揽收"));
    let left = shipped_at.plus_seconds(whole / 6);
    tell(left, from, format!("快件已从{}转运中心发出，下一站{}转运中心", short(from), short(to)));
    if whole > 40 * HOUR && from != to {
        let middle = *pick(rng, &["武汉", "郑州", "南昌", "合肥", "长沙"]);
        tell(shipped_at.plus_seconds(whole * 2 / 5), &format!("{middle}市"), format!("快件途经{middle}转运中心"));
    }
    tell(shipped_at.plus_seconds(whole * 2 / 3), to, format!("快件已到达{}转运中心", short(to)));
    let near = before(arrival, (whole / 8).min(8 * HOUR));
    tell(near, to, format!("快件已到达{district}营业点"));
    let surname = *pick(rng, &["陈", "刘", "王", "赵", "周", "吴", "杨"]);
    tell(before(arrival, (whole / 16).min(3 * HOUR)), to, format!("快递员{surname}师傅正在派送，请保持电话畅通"));
    let handed = *pick(
        rng,
        &[
            "已签收，签收人：本人",
            "已签收，签收人：本人",
            "已签收，签收人：家人",
            "已放入小区快递柜，请凭取件码取件",
            "已签收，由小区驿站代收",
            "已放在家门口",
        ],
    );
    tell(arrival, to, handed.to_owned());
    track
}
