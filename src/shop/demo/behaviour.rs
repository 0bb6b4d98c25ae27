//! What customers look at, put into the cart, buy and rate, with structure that can be found again: taste groups over
//! categories, brands, price levels and single goods; seasons; popularity; consumables bought again; what goes together.
//! Leaves to others: what becomes of an order (`orders`).

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::goods::Goods;
use super::orders::{OrderRow, Orders};
use super::people::{People, Person};
use super::random::{Chance, DAY, HOUR, Wheel, before, between, percent, place, weighted};
use super::sources::Sources;
use super::{DEMO_TODAY, goods::Item};
use crate::domain::{InteractionKind, OrderState, Timestamp};

/// How far back behaviour goes.
const DAYS: i64 = 365;

/// One thing that a customer did.
pub(super) struct Event {
    pub customer: usize,
    pub product: usize,
    pub kind: InteractionKind,
    /// 1 to 5 for a rating, else 0.
    pub stars: i64,
    pub at: Timestamp,
    /// The order, for what was bought.
    pub order: Option<usize>,
}

/// What one customer orders at once.
pub(super) struct Basket {
    pub customer: usize,
    pub at: Timestamp,
    pub picks: Vec<Pick>,
}

#[derive(Clone, Copy)]
pub(super) struct Pick {
    pub product: usize,
    pub variant: usize,
    pub quantity: i64,
}

pub(super) struct Behaviour<'a> {
    sources: &'a Sources,
    taste: Taste,
    calendar: Calendar,
    people: Vec<Taster>,
    activity: Wheel,
    listed: Vec<Timestamp>,
    quality: Vec<i64>,
    pub baskets: Vec<Basket>,
    events: Vec<Event>,
}

/// The part of a person that behaviour hangs on.
struct Taster {
    group: usize,
    second_group: usize,
    size: usize,
}

impl<'a> Behaviour<'a> {
    pub(super) fn make(
        sources: &'a Sources,
        goods: &Goods,
        people: &People,
        orders: usize,
        by_hand: &[OrderRow],
        interactions: usize,
        rng: &mut Chance,
    ) -> Self {
        let taster =
            |person: &Person| Taster { group: person.group, second_group: person.second_group, size: person.size };
        let mut behaviour = Behaviour {
            sources,
            taste: Taste::new(sources, goods),
            calendar: Calendar::new(),
            people: people.customers.iter().map(taster).collect(),
            activity: Wheel::new(people.customers.iter().map(|person| person.activity)),
            listed: goods.products.iter().map(|item| item.listed_at).collect(),
            quality: goods.products.iter().map(|item| item.quality).collect(),
            baskets: Vec::with_capacity(orders),
            events: Vec::with_capacity(interactions),
        };
        let mut sessions: Vec<(usize, Timestamp)> = Vec::with_capacity(orders);
        while sessions.len() < orders {
            let customer = behaviour.activity.spin(rng);
            // The demo's own shopper has the orders made by hand, and only those.
            if customer != 0 || behaviour.people.len() == 1 {
                sessions.push((customer, behaviour.calendar.moment(rng)));
            }
        }
        sessions.sort_unstable();
        let mut memory = Memory::default();
        for (customer, at) in sessions {
            if memory.customer != customer {
                memory = Memory { customer, ..Memory::default() };
            }
            let basket = behaviour.basket(goods, &mut memory, at, rng);
            behaviour.look_around(&basket, rng);
            behaviour.baskets.push(basket);
        }
        for order in by_hand {
            let picks = order.lines.iter().map(|line| line.pick).collect();
            behaviour.look_around(&Basket { customer: order.customer, at: order.placed_at, picks }, rng);
        }
        behaviour
    }

    fn basket(&self, goods: &Goods, memory: &mut Memory, at: Timestamp, rng: &mut Chance) -> Basket {
        let customer = memory.customer;
        let count = match between(rng, 0, 99) {
            0..=61 => 1,
            62..=86 => 2,
            87..=95 => 3,
            _ => 4,
        };
        let mut picks: Vec<Pick> = Vec::new();
        for _ in 0..count {
            let product = match memory.due(self.sources, goods, at, rng) {
                Some(product) => product,
                None => {
                    let category = match memory.next.pop() {
                        Some(category) if percent(rng, 55) => category,
                        _ => self.category(customer, at, rng),
                    };
                    self.product(customer, category, at, rng)
                }
            };
            if picks.iter().any(|pick| pick.product == product) {
                continue;
            }
            let item = &goods.products[product];
            let category = &self.sources.categories[item.category];
            memory.next = category.then.iter().filter_map(|name| self.sources.category(name)).collect();
            if category.again_days > 0 {
                memory.consumed.insert(item.category, (product, at));
            }
            let quantity = if category.again_days > 0 && percent(rng, 35) { between(rng, 2, 3) } else { 1 };
            picks.push(Pick { product, variant: self.variant(customer, item, rng), quantity });
        }
        Basket { customer, at, picks }
    }

    /// A category after the customer's taste and the month.
    fn category(&self, customer: usize, at: Timestamp, rng: &mut Chance) -> usize {
        let person = &self.people[customer];
        let month = self.calendar.month(at);
        if percent(rng, 7) {
            let season = self.sources.categories.iter().map(|category| category.months[month]);
            return weighted(rng, season).unwrap_or(0);
        }
        let group = if percent(rng, 18) { person.second_group } else { person.group };
        let weights = self.taste.categories[group].iter().zip(&self.sources.categories);
        weighted(rng, weights.map(|(weight, category)| weight * category.months[month])).unwrap_or(0)
    }

    /// A product of the category after the customer's taste, among those that were on sale then.
    fn product(&self, customer: usize, category: usize, at: Timestamp, rng: &mut Chance) -> usize {
        let group = self.people[customer].group;
        let (places, wheel) = &self.taste.products[group][category];
        for _ in 0..8 {
            let product = places[wheel.spin(rng)];
            if self.listed[product] <= at {
                return product;
            }
        }
        places.iter().copied().find(|product| self.listed[*product] <= at).unwrap_or(places[0])
    }

    /// A colour by chance and the customer's own size.
    fn variant(&self, customer: usize, item: &Item, rng: &mut Chance) -> usize {
        let sizes = item.variants.iter().filter(|variant| variant.colour == item.variants[0].colour).count();
        let colours = item.variants.len() / sizes.max(1);
        let mut size = self.people[customer].size * sizes / 100;
        if percent(rng, 20) {
            size = (size + 1).min(sizes - 1);
        }
        // Two draws: the first colours of a listing sell best.
        let colour = place(rng, colours).min(place(rng, colours));
        colour * sizes + size
    }

    /// The looks and the cart before an order.
    fn look_around(&mut self, basket: &Basket, rng: &mut Chance) {
        let mut at = before(basket.at, between(rng, 3, 45) * 60);
        for pick in &basket.picks {
            if percent(rng, 45) {
                let category = self.taste.category_of[pick.product];
                let other = self.product(basket.customer, category, basket.at, rng);
                self.push(basket.customer, other, InteractionKind::View, at);
                at = at.plus_seconds(between(rng, 20, 90));
            }
            if percent(rng, 85) {
                self.push(basket.customer, pick.product, InteractionKind::View, at);
                at = at.plus_seconds(between(rng, 10, 60));
            }
            if percent(rng, 50) {
                self.push(basket.customer, pick.product, InteractionKind::Cart, at);
            }
        }
    }

    fn push(&mut self, customer: usize, product: usize, kind: InteractionKind, at: Timestamp) {
        let at = at.min(before(DEMO_TODAY, 30));
        self.events.push(Event { customer, product, kind, stars: 0, at, order: None });
    }

    /// Adds what was bought and rated, fills up with looking around, and gives all in the order of time.
    pub(super) fn finish(mut self, orders: &Orders, count: usize, rng: &mut Chance) -> Vec<Event> {
        for (number, order) in orders.rows.iter().enumerate() {
            let Some(paid_at) = order.paid_at.filter(|_| order.state != OrderState::Cancelled) else { continue };
            for line in &order.lines {
                let (customer, product) = (order.customer, line.pick.product);
                let buy =
                    Event { customer, product, kind: InteractionKind::Buy, stars: 0, at: paid_at, order: Some(number) };
                self.events.push(buy);
                let Some(delivered_at) = order.delivered_at else { continue };
                let at = delivered_at.plus_seconds(between(rng, HOUR, 6 * DAY));
                if at < DEMO_TODAY && percent(rng, 30) {
                    let liked = self.taste.likes(self.people[customer].group, product);
                    let returned = i64::from(!order.after_sales.is_empty()) * 2;
                    let stars = self.quality[product] + i64::from(liked) + between(rng, -1, 1) - returned;
                    let stars = stars.clamp(1, 5);
                    let kind = InteractionKind::Rating;
                    self.events.push(Event { customer, product, kind, stars, at, order: Some(number) });
                }
            }
        }
        while self.events.len() < count {
            let customer = self.activity.spin(rng);
            let mut at = self.calendar.moment(rng);
            let category = self.category(customer, at, rng);
            for _ in 0..between(rng, 2, 5) {
                let product = self.product(customer, category, at, rng);
                let kind = if percent(rng, 12) { InteractionKind::Cart } else { InteractionKind::View };
                if self.events.len() < count {
                    self.push(customer, product, kind, at);
                }
                at = at.plus_seconds(between(rng, 15, 120));
            }
        }
        self.events.sort_by_key(|event| (event.at, event.customer, event.product, event.kind));
        self.events
    }
}

/// What a customer remembers while going through the year.
#[derive(Default)]
struct Memory {
    customer: usize,
    /// The product of each consumable category that was bought last, and when.
    consumed: HashMap<usize, (usize, Timestamp)>,
    /// Categories that go with what was bought last.
    next: Vec<usize>,
}

impl Memory {
    /// A consumable that has run out: often bought again, mostly the same.
    fn due(&self, sources: &Sources, goods: &Goods, at: Timestamp, rng: &mut Chance) -> Option<usize> {
        let mut due: Vec<usize> = self
            .consumed
            .iter()
            .filter(|(category, (_, last))| {
                at.seconds_since(*last) >= sources.categories[**category].again_days * DAY * 8 / 10
            })
            .map(|(category, _)| *category)
            .collect();
        // The map's order is not the same twice.
        due.sort_unstable();
        if due.is_empty() || !percent(rng, 45) {
            return None;
        }
        let category = due[place(rng, due.len())];
        let (product, _) = self.consumed[&category];
        if percent(rng, 75) {
            return Some(product);
        }
        let places = &goods.by_category[category];
        let other = places[place(rng, places.len())];
        Some(if goods.products[other].listed_at <= at { other } else { product })
    }
}

/// How much each group likes each category and product.
struct Taste {
    categories: Vec<Vec<u64>>,
    products: Vec<Vec<(Vec<usize>, Wheel)>>,
    liked: Vec<Vec<bool>>,
    category_of: Vec<usize>,
}

impl Taste {
    fn new(sources: &Sources, goods: &Goods) -> Self {
        let mut taste = Taste {
            categories: Vec::new(),
            products: Vec::new(),
            liked: Vec::new(),
            category_of: goods.products.iter().map(|item| item.category).collect(),
        };
        for (number, group) in (0_u64..).zip(&sources.groups) {
            let weight = |name: &str| group.categories.get(name).copied().unwrap_or(2);
            taste.categories.push(sources.categories.iter().map(|category| weight(&category.name)).collect());
            let affinity = |product: usize, item: &Item| {
                let brand = if group.brands.contains(&item.brand) { 3 } else { 1 };
                let level = [6, 3, 1][usize::try_from(item.level.abs_diff(group.level)).unwrap_or(2).min(2)];
                // A liking for single goods that nothing else explains: 1, 4, 9 or 16 by a mixed number.
                let mixed = (u64::try_from(product).unwrap_or(0) + 1).wrapping_mul(2_654_435_761) ^ (number * 40_503);
                let liking = (mixed >> 9) % 4 + 1;
                (brand * level * liking * liking, liking >= 3)
            };
            taste
                .liked
                .push(goods.products.iter().enumerate().map(|(product, item)| affinity(product, item).1).collect());
            let wheel = |places: &Vec<usize>| {
                let weights = places.iter().map(|product| {
                    let item = &goods.products[*product];
                    item.popularity * affinity(*product, item).0
                });
                (places.clone(), Wheel::new(weights))
            };
            taste.products.push(goods.by_category.iter().map(wheel).collect());
        }
        taste
    }

    fn likes(&self, group: usize, product: usize) -> bool {
        self.liked[group][product]
    }
}

/// When people shop: busy days, busy hours.
struct Calendar {
    days: Wheel,
    hours: Wheel,
    /// The month (0 to 11) of each day before today.
    months: Vec<usize>,
}

impl Calendar {
    fn new() -> Self {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let dates: Vec<_> = (0..=DAYS).map(|days| DEMO_TODAY.plus_days(-days).date(&zone)).collect();
        let weight = |days: i64, month: i8, day: i8| {
            let festival = match (month, day) {
                (11, 11) => 60,
                (6, 18) | (12, 12) => 30,
                (6, 1) | (11, 1) | (9, 9) | (3, 8) => 22,
                (6, _) | (11, 2..=10) => 14,
                (2, _) => 7,
                _ => 10,
            };
            // The June sale of this year has the shop full of orders under way; today is only ten hours old.
            match days {
                0 => 45,
                1..=4 => 65,
                5..=17 => 40,
                _ => festival,
            }
        };
        let weights = dates.iter().zip(0..).map(|(date, days)| weight(days, date.month(), date.day()));
        Calendar {
            days: Wheel::new(weights),
            hours: Wheel::new(
                [3, 1, 1, 1, 1, 2, 4, 8, 12, 15, 18, 17, 18, 16, 15, 15, 16, 15, 16, 20, 26, 28, 22, 10].into_iter(),
            ),
            months: dates.iter().map(|date| usize::try_from(date.month() - 1).unwrap_or(0)).collect(),
        }
    }

    fn moment(&self, rng: &mut Chance) -> Timestamp {
        let midnight = before(DEMO_TODAY, 10 * HOUR);
        loop {
            let days = i64::try_from(self.days.spin(rng)).unwrap_or(0);
            let hour = i64::try_from(self.hours.spin(rng)).unwrap_or(0);
            let at = midnight.plus_seconds(-days * DAY + hour * HOUR + between(rng, 0, HOUR - 1));
            if at < before(DEMO_TODAY, 120) {
                return at;
            }
        }
    }

    fn month(&self, at: Timestamp) -> usize {
        let days = DEMO_TODAY.seconds_since(at) / DAY;
        usize::try_from(days).ok().and_then(|days| self.months.get(days)).copied().unwrap_or(0)
    }
}
