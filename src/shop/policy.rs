//! The shop's policy: windows, limits, fees, exceptions and hours from `config/policy.toml`, checked at load.
//! Leaves to others: enforcing it ([`super`]'s writes, `actions`) and putting it into words (`nlg`).

mod check;
mod sections;
mod values;

use jiff::civil::{Date, Time};

use crate::domain::Money;

pub use sections::*;
pub use values::{ClockTime, MonthDay, ParseClockTimeError, ParseMonthDayError};

/// The policy that ships with the program.
const EMBEDDED: &str = include_str!("../../config/policy.toml");

/// Why a policy was refused. The text has one line per mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It cannot be read at all: broken TOML, an unknown or missing name, a value of the wrong kind.
    #[error("policy line {line}: {message}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it, on one line.
        message: String,
    },
    /// It can be read but says things that cannot be.
    #[error("{}", .0.join("\n"))]
    Refused(Vec<String>),
}

/// How a region is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nothing is sent there.
    Unreachable,
    /// Sent there at a surcharge.
    Remote(Money),
    /// Sent there like everywhere.
    Ordinary,
}

impl Policy {
    /// Reads and checks a policy.
    ///
    /// # Errors
    /// [`PolicyError`], one line per mistake.
    pub fn load(text: &str) -> Result<Policy, PolicyError> {
        let policy: Policy = toml::from_str(text).map_err(|error| PolicyError::Unreadable {
            line: error.span().map_or(1, |span| {
                let before = text.get(..span.start).unwrap_or(text);
                before.matches('\n').count() + 1
            }),
            message: error.message().replace('\n', " "),
        })?;
        match check::mistakes(&policy) {
            mistakes if mistakes.is_empty() => Ok(policy),
            mistakes => Err(PolicyError::Refused(mistakes)),
        }
    }

    /// The policy that ships with the program.
    pub fn embedded() -> Policy {
        Policy::load(EMBEDDED).expect("the embedded policy passes its own check: this is a bug")
    }

    /// The exception to the seven days that holds for a category, if any. A category matches where it is named in
    /// the exception or ends with a name in it (进口零食 is 零食).
    pub fn return_exception(&self, category: &str) -> Option<&ReturnException> {
        self.returns.exceptions.iter().find(|exception| names(&exception.categories, category))
    }

    /// Months of warranty for a category; what a product states itself goes first.
    pub fn warranty_months(&self, category: &str) -> u32 {
        let listed = self.warranty.categories.iter().find(|entry| names(&entry.categories, category));
        listed.map_or(self.warranty.default_months, |entry| entry.months)
    }

    /// The festival that a date falls into, if any.
    pub fn festival(&self, date: Date) -> Option<&Festival> {
        let day = MonthDay::of(date);
        self.price_protection.festivals.iter().find(|festival| festival.from <= day && day <= festival.to)
    }

    /// Days of price protection for an order placed on `date`.
    pub fn price_protection_days(&self, date: Date) -> u32 {
        match self.festival(date) {
            Some(_) => self.price_protection.festival_days,
            None => self.price_protection.days,
        }
    }

    /// Whether people answer at this time of day.
    pub fn office_is_open(&self, time: Time) -> bool {
        self.office.opens.time() <= time && time < self.office.closes.time()
    }

    /// How a province is served. Suffixes do not matter: 新疆 is 新疆维吾尔自治区.
    pub fn reach(&self, province: &str) -> Reach {
        if begins(&self.shipping.unreachable, province) {
            Reach::Unreachable
        } else if begins(&self.shipping.remote_provinces, province) {
            Reach::Remote(self.shipping.remote_surcharge)
        } else {
            Reach::Ordinary
        }
    }

    /// What shipping costs for an order of which `paid` is paid; none where nothing is sent.
    pub fn shipping_fee(&self, paid: Money, province: &str) -> Option<Money> {
        let surcharge = match self.reach(province) {
            Reach::Unreachable => return None,
            Reach::Remote(surcharge) => surcharge,
            Reach::Ordinary => Money::ZERO,
        };
        let base = if paid >= self.shipping.free_from { Money::ZERO } else { self.shipping.fee };
        Some(base + surcharge)
    }

    /// The region that a province belongs to; none where nothing is sent or the name is no province.
    pub fn region(&self, province: &str) -> Option<&Region> {
        self.shipping.regions.iter().find(|region| begins(&region.provinces, province))
    }

    /// The shop's name for a way to pay that a message named: `wechat`, `alipay`, `card`; none where it is not taken.
    pub fn payment_method(&self, way: &str) -> Option<&str> {
        let part = match way {
            "wechat" => "微信",
            "alipay" => "支付宝",
            "card" => "银行卡",
            _ => return None,
        };
        self.payment.methods.iter().find(|method| method.contains(part)).map(String::as_str)
    }

    /// The lowest price to which `price` may be bargained down.
    pub fn lowest_price(&self, price: Money) -> Money {
        price - price.percent(i64::from(self.bargain.most_percent))
    }
}

fn names(categories: &[String], category: &str) -> bool {
    categories.iter().any(|name| category == name || category.ends_with(name.as_str()))
}

fn begins(provinces: &[String], province: &str) -> bool {
    provinces.iter().any(|name| province.starts_with(name.as_str()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_embedded_policy_says_what_the_shop_agreed() {
        let policy = Policy::embedded();
        let days = [policy.returns.window_days, policy.exchanges.window_days, policy.quality.window_days];
        assert_eq!(days, [7, 15, 15]);
        assert_eq!(policy.shipping.promise_hours, 48);
        assert_eq!(policy.compensation.most_per_order, Money::from_yuan(30));
        assert_eq!(policy.lowest_price(Money::from_yuan(200)), Money::from_yuan(194));
    }

    #[test]
    fn categories_find_their_exception_and_warranty() {
        let policy = Policy::embedded();
        let cases = [
            ("坚果", Some(ExceptionKind::OpenedFood), 0),
            ("婴儿奶粉", Some(ExceptionKind::OpenedInfantFood), 0),
            ("面膜", Some(ExceptionKind::OpenedCosmetics), 0),
            ("手机", Some(ExceptionKind::ActivatedDigital), 12),
            ("空气炸锅", None, 24),
            ("充电宝", None, 12),
            ("运动鞋", None, 3),
            ("纸尿裤", Some(ExceptionKind::OpenedHygiene), 0),
            ("羽绒服", None, 0),
            ("自行车", None, 12),
        ];
        for (category, kind, months) in cases {
            assert_eq!(policy.return_exception(category).map(|exception| exception.kind), kind, "{category}");
            assert_eq!(policy.warranty_months(category), months, "{category}");
        }
    }

    #[test]
    fn festivals_lengthen_price_protection() {
        let policy = Policy::embedded();
        for (day, days) in [
            (date(2026, 6, 18), 15),
            (date(2026, 5, 30), 7),
            (date(2026, 5, 31), 15),
            (date(2026, 6, 20), 15),
            (date(2026, 6, 21), 7),
            (date(2026, 11, 11), 15),
            (date(2026, 3, 8), 7),
        ] {
            assert_eq!(policy.price_protection_days(day), days, "{day}");
        }
    }

    #[test]
    fn office_hours_include_the_first_minute_and_not_the_last() {
        let policy = Policy::embedded();
        for (at, open) in [
            (time(8, 59, 59, 0), false),
            (time(9, 0, 0, 0), true),
            (time(21, 59, 59, 0), true),
            (time(22, 0, 0, 0), false),
        ] {
            assert_eq!(policy.office_is_open(at), open, "{at}");
        }
    }

    #[test]
    fn shipping_costs_by_amount_and_province() {
        let policy = Policy::embedded();
        for (cents, province, fee) in [
            (9_900, "浙江省", Some(0)),
            (9_899, "浙江省", Some(800)),
            (9_900, "新疆维吾尔自治区", Some(1_500)),
            (1_000, "西藏", Some(2_300)),
            (50_000, "香港特别行政区", None),
        ] {
            let expected = fee.map(Money::from_cents);
            assert_eq!(policy.shipping_fee(Money::from_cents(cents), province), expected, "{cents} {province}");
        }
        assert_eq!(policy.region("广东省").map(|region| region.most_days), Some(3));
        assert_eq!(policy.region("台湾省"), None);
        assert_eq!(policy.region("火星"), None);
    }

    #[test]
    fn each_mistake_is_one_line_that_names_it() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("window_days = 7", "window_days = 0", &["returns.window_days is 0; write 1 to 365"]),
            (
                "closes = \"22:00\"",
                "closes = \"08:00\"",
                &["office.closes is 08:00; it must be later than office.opens (09:00)"],
            ),
            (
                "\"安徽\"]",
                "\"安微\"]",
                &["安微 in shipping.regions is no province", "安徽 is in none of shipping.regions"],
            ),
            ("\"广西\", \"海南\"", "\"广西\", \"广东\", \"海南\"", &["广东 is in 2 of shipping.regions"]),
            ("most_percent = 3", "most_percent = 60", &["bargain.most_percent is 60; write 0 to 30"]),
            ("fee = 8\n", "fee = -8\n", &["shipping.fee is -8; write 0 to 1000 yuan"]),
            (
                "interest_free_months = [3]",
                "interest_free_months = [4]",
                &["4 in payment.instalments.interest_free_months is not in months"],
            ),
            (
                "phone = \"400-000-0618\"\n# 客服邮箱",
                "phone = \"call me\"\n# 客服邮箱",
                &["shop.phone is not a phone number"],
            ),
            (
                "late_shipping = 5",
                "late_shipping = 50",
                &["compensation.late_shipping is 50; it must not exceed most_per_order (30)"],
            ),
            ("name = \"双11\"", "name = \"618\"", &["618 stands twice in price_protection.festivals"]),
            (
                "from = \"10-20\"",
                "from = \"11-20\"",
                &["price_protection.festivals 双11 ends before it begins; split one that passes New Year in two"],
            ),
            ("\"泳衣\"]", "\"面膜\"]", &["面膜 stands twice in returns.exceptions"]),
        ];
        for (from, to, expected) in cases {
            let text = EMBEDDED.replacen(from, to, 1);
            assert_ne!(text, EMBEDDED, "{from}");
            let error = Policy::load(&text).expect_err(to).to_string();
            let lines: Vec<&str> = error.lines().collect();
            assert_eq!(lines.len(), expected.len(), "{error}");
            for line in *expected {
                assert!(error.contains(line), "{error:?} lacks {line:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_one_line_with_its_number() {
        let line_of = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).expect("part") + 1;
        let cases = [
            ("window_days = 7", "window_day = 7", "unknown field"),
            ("window_days = 7", "window_days = \"seven\"", "invalid type"),
            ("opens = \"09:00\"", "opens = \"9 Uhr\"", "time of day"),
            ("fee = 8\n", "fee = \"acht\"\n", "amount of money"),
            ("kind = \"underwear\"", "kind = \"socks\"", "unknown variant"),
        ];
        for (from, to, says) in cases {
            let text = EMBEDDED.replacen(from, to, 1);
            let error = Policy::load(&text).expect_err(to).to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
            assert!(error.contains(says), "{error}");
            assert!(error.contains(&format!("line {}:", line_of(&text, to.trim()))), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = Policy::load(&text);
        }

        #[test]
        fn paying_more_never_ships_dearer(cents in 0_i64..1_000_000, more in 0_i64..1_000_000) {
            let policy = Policy::embedded();
            for province in ["广东", "西藏"] {
                let fee = |cents| policy.shipping_fee(Money::from_cents(cents), province);
                prop_assert!(fee(cents + more) <= fee(cents));
            }
        }
    }
}
