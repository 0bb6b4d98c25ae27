//! Customers, their taste, addresses, coupons and gift cards. Leaves to others: what they do (`behaviour`).

use super::behaviour::Event;
use super::random::{Chance, DAY, between, percent, pick, place, weighted};
use super::sources::{Region, Sources};
use super::{DEMO_PHONE, DEMO_TODAY};
use crate::domain::Timestamp;

pub(super) struct People {
    pub customers: Vec<Person>,
    pub coupons: Vec<CouponPiece>,
    pub cards: Vec<Card>,
}

pub(super) struct Person {
    pub name: String,
    pub phone: String,
    pub woman: bool,
    pub age: String,
    pub level: &'static str,
    pub points: i64,
    pub registered_at: Timestamp,
    pub group: usize,
    /// A second taste that shows now and then.
    pub second_group: usize,
    /// How much the customer does.
    pub activity: u64,
    /// Where in the list of sizes the customer stands, in hundredths.
    pub size: usize,
    pub addresses: Vec<Place>,
}

#[derive(Clone)]
pub(super) struct Place {
    pub name: String,
    pub phone: String,
    pub region: usize,
    pub district: String,
    pub street: String,
}

/// One piece of a coupon in somebody's hands.
pub(super) struct CouponPiece {
    /// The place of the coupon in the source.
    pub coupon: usize,
    pub customer: usize,
    pub received_at: Timestamp,
    /// The order that used it.
    pub order: Option<usize>,
}

pub(super) struct Card {
    pub customer: usize,
    pub code: String,
    pub face: i64,
    /// The order that spent from it, and how many cents.
    pub spent: Option<(usize, i64)>,
    pub expires_at: Timestamp,
}

impl People {
    pub(super) fn make(sources: &Sources, count: usize, rng: &mut Chance) -> Self {
        let mut customers: Vec<Person> = (0..count.max(1)).map(|number| person(sources, number, rng)).collect();
        let regions = &sources.regions;
        if let Some(first) = customers.first_mut() {
            be_the_demo_shopper(first, regions);
        }
        let mut coupons = Vec::new();
        for customer in 0..customers.len() {
            for (coupon, offer) in sources.benefits.coupons.iter().enumerate() {
                // The demo's own shopper holds one of each, so that every case can be shown.
                if customer == 0 || percent(rng, offer.holders) {
                    let received_at = DEMO_TODAY.plus_seconds(offer.from.min(-1) * DAY + between(rng, 0, DAY / 2));
                    coupons.push(CouponPiece { coupon, customer, received_at, order: None });
                }
            }
        }
        let mut people = People { customers, coupons, cards: Vec::new() };
        people.add_card(0, 20_000, None, rng);
        for customer in 1..people.customers.len() {
            if percent(rng, 12) {
                let face = *pick(rng, &[10_000, 20_000, 50_000]);
                people.add_card(customer, face, None, rng);
            }
        }
        people
    }

    pub(super) fn add_card(&mut self, customer: usize, face: i64, spent: Option<(usize, i64)>, rng: &mut Chance) {
        let code = format!("GC{:08}{:04}", between(rng, 0, 99_999_999), self.cards.len());
        let expires_at = DEMO_TODAY.plus_seconds(between(rng, 60, 700) * DAY);
        self.cards.push(Card { customer, code, face, spent, expires_at });
    }

    /// Nobody did anything before they registered.
    pub(super) fn register_before(&mut self, events: &[Event]) {
        for event in events {
            let person = &mut self.customers[event.customer];
            let latest = event.at.plus_seconds(-2 * DAY);
            if person.registered_at > latest {
                person.registered_at = latest;
            }
        }
    }
}

fn person(sources: &Sources, number: usize, rng: &mut Chance) -> Person {
    let groups = &sources.groups;
    let group = weighted(rng, groups.iter().map(|group| group.share)).unwrap_or(0);
    let woman = percent(rng, groups[group].women);
    let name = full_name(sources, woman, rng);
    let phone = phone_of(number);
    let mut addresses = Vec::new();
    for _ in 0..1 + usize::from(percent(rng, 25)) {
        addresses.push(address(sources, &name, &phone, rng));
    }
    if percent(rng, 12) {
        let other_woman = percent(rng, 50);
        let other = full_name(sources, other_woman, rng);
        let other_phone = format!("1900001{:04}", between(rng, 0, 9_999));
        addresses.push(address(sources, &other, &other_phone, rng));
    }
    let activity = match between(rng, 0, 99) {
        0..=37 => 1,
        38..=62 => 2,
        63..=79 => 4,
        80..=90 => 8,
        91..=97 => 16,
        _ => 32,
    };
    Person {
        woman,
        age: pick(rng, &groups[group].ages).clone(),
        level: if activity >= 16 {
            "金卡会员"
        } else if activity >= 4 {
            "银卡会员"
        } else {
            "普通会员"
        },
        points: i64::try_from(activity).unwrap_or(0) * between(rng, 20, 400),
        registered_at: DEMO_TODAY.plus_seconds(-between(rng, 30, 1_100) * DAY - between(rng, 0, DAY)),
        group,
        second_group: place(rng, groups.len()),
        activity,
        size: place(rng, 100),
        addresses,
        name,
        phone,
    }
}

fn be_the_demo_shopper(person: &mut Person, regions: &[Region]) {
    person.name = "林晓".to_owned();
    person.phone = DEMO_PHONE.to_owned();
    person.woman = true;
    person.age = "25-34".to_owned();
    person.level = "金卡会员";
    person.group = 2;
    person.second_group = 8;
    person.activity = 6;
    person.size = 30;
    person.registered_at = DEMO_TODAY.plus_seconds(-700 * DAY);
    let at = |city: &str, district: &str, street: &str| Place {
        name: "林晓".to_owned(),
        phone: DEMO_PHONE.to_owned(),
        region: regions.iter().position(|region| region.city == city).unwrap_or(0),
        district: district.to_owned(),
        street: street.to_owned(),
    };
    person.addresses =
        vec![at("杭州市", "西湖区", "文三路星河湾3幢2单元1201室"), at("杭州市", "滨江区", "江南大道科技园A座9楼")];
}

/// Numbers that look right and belong to nobody: 1900000 and four digits, each once.
fn phone_of(number: usize) -> String {
    let own: usize = DEMO_PHONE[7..].parse().unwrap_or(0);
    let mut tail = (number * 4_999 + 1_234) % 10_000;
    if tail == own {
        // 10,000 is more than the customers of a demo, so the last place is free.
        tail = (9_999 * 4_999 + 1_234) % 10_000;
    }
    format!("1900000{tail:04}")
}

fn full_name(sources: &Sources, woman: bool, rng: &mut Chance) -> String {
    let people = &sources.people;
    let surnames: Vec<char> = people.surnames.chars().collect();
    // The first ones are the frequent ones: the smaller of two draws.
    let surname = surnames[place(rng, surnames.len()).min(place(rng, surnames.len()))];
    let given = pick(rng, if woman { &people.women } else { &people.men });
    format!("{surname}{given}")
}

fn address(sources: &Sources, name: &str, phone: &str, rng: &mut Chance) -> Place {
    let region = weighted(rng, sources.regions.iter().map(|region| region.weight)).unwrap_or(0);
    let districts: Vec<&str> = sources.regions[region].districts.split('/').collect();
    let street = format!(
        "{}{}号{}{}幢{}室",
        pick(rng, &sources.people.streets),
        between(rng, 1, 399),
        pick(rng, &sources.people.estates),
        between(rng, 1, 28),
        between(rng, 1, 26) * 100 + between(rng, 1, 4),
    );
    Place {
        name: name.to_owned(),
        phone: phone.to_owned(),
        region,
        district: (*pick(rng, &districts)).to_owned(),
        street,
    }
}
