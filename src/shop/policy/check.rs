//! What a policy must fulfil beyond its shape: ranges, names, order, and every province served once.
//! Leaves to others: reading the file ([`super`]).

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

use super::Policy;
use crate::domain::Money;

/// The provinces that are delivered within the mainland, without suffix.
const MAINLAND: [&str; 31] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
];

/// The others.
const OTHERS: [&str; 3] = ["香港", "澳门", "台湾"];

/// Every mistake as one line; empty where the policy is sound.
pub(super) fn mistakes(policy: &Policy) -> Vec<String> {
    let mut found = Found(Vec::new());
    ranges(policy, &mut found);
    contacts(policy, &mut found);
    order(policy, &mut found);
    lists(policy, &mut found);
    provinces(policy, &mut found);
    found.0
}

struct Found(Vec<String>);

impl Found {
    fn number(&mut self, name: &str, value: u32, range: RangeInclusive<u32>) {
        if !range.contains(&value) {
            self.0.push(format!("{name} is {value}; write {} to {}", range.start(), range.end()));
        }
    }

    fn yuan(&mut self, name: &str, value: Money, most: i64) {
        if value < Money::ZERO || value > Money::from_yuan(most) {
            self.0.push(format!("{name} is {value}; write 0 to {most} yuan"));
        }
    }

    fn filled(&mut self, name: &str, empty: bool) {
        if empty {
            self.0.push(format!("{name} is empty"));
        }
    }

    fn once<'a>(&mut self, list: &str, names: impl Iterator<Item = &'a String>) {
        let mut counts = BTreeMap::new();
        for name in names {
            self.filled(&format!("a name in {list}"), name.trim().is_empty());
            let count = counts.entry(name).or_insert(0);
            *count += 1;
            if *count == 2 {
                self.0.push(format!("{name} stands twice in {list}"));
            }
        }
    }

    fn not_above<T: PartialOrd + Display>(&mut self, name: &str, value: T, limit_name: &str, limit: T) {
        if value > limit {
            self.0.push(format!("{name} is {value}; it must not exceed {limit_name} ({limit})"));
        }
    }
}

fn ranges(policy: &Policy, found: &mut Found) {
    const DAYS: RangeInclusive<u32> = 1..=365;
    const HOURS: RangeInclusive<u32> = 1..=720;
    let days = [
        ("returns.window_days", policy.returns.window_days),
        ("returns.send_back_days", policy.returns.send_back_days),
        ("exchanges.window_days", policy.exchanges.window_days),
        ("quality.window_days", policy.quality.window_days),
        ("price_protection.days", policy.price_protection.days),
        ("price_protection.festival_days", policy.price_protection.festival_days),
        ("warranty.repair_most_days", policy.warranty.repair_most_days),
        ("orders.auto_confirm_days", policy.orders.auto_confirm_days),
        ("orders.hold_days", policy.orders.hold_days),
        ("shipping.stuck_days", policy.shipping.stuck_days),
        ("shipping.pickup_keep_days", policy.shipping.pickup_keep_days),
        ("refunds.wallet_days", policy.refunds.wallet_days),
        ("refunds.bank_days", policy.refunds.bank_days),
        ("invoices.change_days", policy.invoices.change_days),
        ("invoices.request_days", policy.invoices.request_days),
        ("reviews.within_days", policy.reviews.within_days),
        ("coupons.valid_days", policy.coupons.valid_days),
        ("installation.visit_days", policy.installation.visit_days),
        ("cases.close_days", policy.cases.close_days),
        ("privacy.export_days", policy.privacy.export_days),
        ("privacy.erase_days", policy.privacy.erase_days),
    ];
    days.into_iter().for_each(|(name, value)| found.number(name, value, DAYS));
    let hours = [
        ("returns.inspection_hours", policy.returns.inspection_hours),
        ("quality.report_hours", policy.quality.report_hours),
        ("shipping.promise_hours", policy.shipping.promise_hours),
        ("shipping.urge_interval_hours", policy.shipping.urge_interval_hours),
        ("shipping.urge_courier_interval_hours", policy.shipping.urge_courier_interval_hours),
        ("refunds.approval_hours", policy.refunds.approval_hours),
        ("invoices.issue_hours", policy.invoices.issue_hours),
        ("reviews.paid_within_hours", policy.reviews.paid_within_hours),
        ("coupons.returned_hours", policy.coupons.returned_hours),
        ("cases.reply_hours", policy.cases.reply_hours),
    ];
    hours.into_iter().for_each(|(name, value)| found.number(name, value, HOURS));
    found.number("warranty.default_months", policy.warranty.default_months, 0..=120);
    for term in &policy.warranty.categories {
        found.number(&format!("warranty.categories {} months", term.name), term.months, 0..=120);
    }
    found.number("payment.unpaid_minutes", policy.payment.unpaid_minutes, 1..=10_080);
    for months in &policy.payment.instalments.months {
        found.number("a number in payment.instalments.months", *months, 1..=60);
    }
    found.number("orders.remark_characters", policy.orders.remark_characters, 1..=1000);
    found.number("compensation.counterfeit_times", policy.compensation.counterfeit_times, 1..=100);
    found.number("bargain.most_percent", policy.bargain.most_percent, 0..=30);
    found.number("reviews.least_characters", policy.reviews.least_characters, 0..=500);
    found.number("reviews.least_photos", policy.reviews.least_photos, 0..=9);
    found.number("gifts.per_order", policy.gifts.per_order, 0..=10);
    found.number("coupons.per_order", policy.coupons.per_order, 1..=10);
    found.number("points.per_yuan", policy.points.per_yuan, 0..=1000);
    found.number("points.for_one_yuan", policy.points.for_one_yuan, 1..=100_000);
    found.number("points.valid_months", policy.points.valid_months, 1..=120);
    found.number("privacy.keep_order_years", policy.privacy.keep_order_years, 0..=30);
    let amounts = [
        ("shipping.free_from", policy.shipping.free_from, 10_000),
        ("shipping.fee", policy.shipping.fee, 1_000),
        ("shipping.remote_surcharge", policy.shipping.remote_surcharge, 1_000),
        ("shipping.express_surcharge", policy.shipping.express_surcharge, 1_000),
        ("payment.instalments.from", policy.payment.instalments.from, 100_000),
        ("compensation.late_shipping", policy.compensation.late_shipping, 1_000),
        ("compensation.most_per_order", policy.compensation.most_per_order, 10_000),
        ("reviews.cash_back", policy.reviews.cash_back, 100),
        ("gifts.from", policy.gifts.from, 100_000),
        ("coupons.newcomer_off", policy.coupons.newcomer_off, 10_000),
        ("coupons.newcomer_from", policy.coupons.newcomer_from, 100_000),
        ("installation.fee", policy.installation.fee, 10_000),
    ];
    amounts.into_iter().for_each(|(name, value, most)| found.yuan(name, value, most));
}

fn contacts(policy: &Policy, found: &mut Found) {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let is_phone = |text: &str| digits(text) >= 3 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let emergency = &policy.emergency;
    for (name, phone) in [
        ("shop.phone", &policy.shop.phone),
        ("returns.address.phone", &policy.returns.address.phone),
        ("emergency.ambulance", &emergency.ambulance),
        ("emergency.fire", &emergency.fire),
        ("emergency.police", &emergency.police),
        ("emergency.antifraud", &emergency.antifraud),
        ("emergency.consumer", &emergency.consumer),
    ] {
        if !is_phone(phone) {
            found.0.push(format!("{name} is not a phone number; write digits and hyphens"));
        }
    }
    if !policy.shop.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        found.0.push("shop.email is not a mail address".to_owned());
    }
    found.filled("shop.name", policy.shop.name.trim().is_empty());
    found.filled("returns.address.receiver", policy.returns.address.receiver.trim().is_empty());
    found.filled("returns.address.line", policy.returns.address.line.trim().is_empty());
}

fn order(policy: &Policy, found: &mut Found) {
    let office = &policy.office;
    if office.closes <= office.opens {
        let (opens, closes) = (office.opens, office.closes);
        found.0.push(format!("office.closes is {closes}; it must be later than office.opens ({opens})"));
    }
    if policy.shipping.courier_ends <= policy.shipping.courier_starts {
        let (starts, ends) = (policy.shipping.courier_starts, policy.shipping.courier_ends);
        found.0.push(format!("shipping.courier_ends is {ends}; it must be later than courier_starts ({starts})"));
    }
    for festival in &policy.price_protection.festivals {
        if festival.to < festival.from {
            let name = &festival.name;
            found.0.push(format!(
                "price_protection.festivals {name} ends before it begins; split one that passes New Year in two"
            ));
        }
    }
    for region in &policy.shipping.regions {
        let name = format!("shipping.regions {} least_days", region.name);
        found.not_above(&name, region.least_days, "most_days", region.most_days);
        found.number(&format!("shipping.regions {} most_days", region.name), region.most_days, 1..=60);
    }
    let warranty = &policy.warranty;
    found.not_above(
        "warranty.repair_least_days",
        warranty.repair_least_days,
        "repair_most_days",
        warranty.repair_most_days,
    );
    let compensation = &policy.compensation;
    found.not_above(
        "compensation.late_shipping",
        compensation.late_shipping,
        "most_per_order",
        compensation.most_per_order,
    );
    found.not_above("coupons.newcomer_off", policy.coupons.newcomer_off, "newcomer_from", policy.coupons.newcomer_from);
    found.not_above(
        "returns.window_days",
        policy.returns.window_days,
        "exchanges.window_days",
        policy.exchanges.window_days,
    );
}

fn lists(policy: &Policy, found: &mut Found) {
    found.filled("payment.methods", policy.payment.methods.is_empty());
    found.filled("shipping.couriers", policy.shipping.couriers.is_empty());
    found.once("payment.methods", policy.payment.methods.iter());
    found.once("shipping.couriers", policy.shipping.couriers.iter());
    found.once("returns.exceptions", policy.returns.exceptions.iter().flat_map(|exception| &exception.categories));
    found.number("recommendations just_bought_days", policy.recommendations.just_bought_days, 0..=3650);
    found.once("warranty.categories", policy.warranty.categories.iter().flat_map(|term| &term.categories));
    found.once("price_protection.festivals", policy.price_protection.festivals.iter().map(|festival| &festival.name));
    if !policy.shipping.couriers.contains(&policy.shipping.express_courier) {
        let name = &policy.shipping.express_courier;
        found.0.push(format!("shipping.express_courier {name} is not in shipping.couriers"));
    }
    let instalments = &policy.payment.instalments;
    for months in &instalments.interest_free_months {
        if !instalments.months.contains(months) {
            found.0.push(format!("{months} in payment.instalments.interest_free_months is not in months"));
        }
    }
}

fn provinces(policy: &Policy, found: &mut Found) {
    let shipping = &policy.shipping;
    let known = |name: &str| MAINLAND.contains(&name) || OTHERS.contains(&name);
    let regions: Vec<&str> = shipping.regions.iter().flat_map(|region| &region.provinces).map(String::as_str).collect();
    let lists = [
        ("shipping.regions", regions.clone()),
        ("shipping.remote_provinces", shipping.remote_provinces.iter().map(String::as_str).collect()),
        ("shipping.unreachable", shipping.unreachable.iter().map(String::as_str).collect()),
    ];
    for (list, names) in lists {
        for name in names.into_iter().filter(|name| !known(name)) {
            found.0.push(format!("{name} in {list} is no province; write it without suffix"));
        }
    }
    for name in MAINLAND.iter().chain(&OTHERS) {
        let reached = !shipping.unreachable.iter().any(|unreachable| unreachable == name);
        match (regions.iter().filter(|region| *region == name).count(), reached) {
            (1, true) | (0, false) => {}
            (0, true) => found.0.push(format!("{name} is in none of shipping.regions")),
            (_, false) => found.0.push(format!("{name} is in shipping.regions and in shipping.unreachable")),
            (count, true) => found.0.push(format!("{name} is in {count} of shipping.regions")),
        }
    }
}
