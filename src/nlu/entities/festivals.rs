//! The festivals that shoppers name, and their days. Leaves to others: which year is meant (`date`).

use jiff::civil::{Date, Weekday, date};

/// When a festival is, given the year.
pub(super) type Festival = fn(i16) -> Option<Date>;

/// Names, longer ones first, and the day.
pub(super) const FESTIVALS: &[(&[&str], Festival)] = &[
    (&["双十一", "双11", "双 11", "11.11", "光棍节", "1111"], |year| day(year, 11, 11)),
    (&["双十二", "双12", "12.12", "1212"], |year| day(year, 12, 12)),
    (&["六一八", "6.18", "618"], |year| day(year, 6, 18)),
    (&["三八妇女节", "妇女节", "三八节", "38节", "女神节", "女王节"], |year| day(year, 3, 8)),
    (&["五一劳动节", "五一", "劳动节"], |year| day(year, 5, 1)),
    (&["六一儿童节", "六一", "儿童节"], |year| day(year, 6, 1)),
    (&["十一国庆", "国庆节", "国庆", "十一黄金周"], |year| day(year, 10, 1)),
    (&["元旦节", "元旦"], |year| day(year, 1, 1)),
    (&["情人节"], |year| day(year, 2, 14)),
    (&["五二零", "520"], |year| day(year, 5, 20)),
    (&["教师节"], |year| day(year, 9, 10)),
    (&["圣诞节", "圣诞", "平安夜"], |year| day(year, 12, 25)),
    (&["万圣节"], |year| day(year, 10, 31)),
    (&["母亲节"], |year| date(year, 5, 1).nth_weekday_of_month(2, Weekday::Sunday).ok()),
    (&["父亲节"], |year| date(year, 6, 1).nth_weekday_of_month(3, Weekday::Sunday).ok()),
    (&["大年初一", "春节", "过年", "大年三十", "除夕"], |year| lunar(year, 0)),
    (&["元宵节", "元宵"], |year| lunar(year, 0)?.checked_add(jiff::ToSpan::days(14)).ok()),
    // 4 or 5 April: right for this century's years until 2040.
    (&["清明节", "清明"], |year| day(year, 4, if year % 4 < 2 { 4 } else { 5 })),
    (&["端午节", "端午"], |year| lunar(year, 1)),
    (&["七夕节", "七夕"], |year| lunar(year, 2)),
    (&["中秋节", "中秋"], |year| lunar(year, 3)),
];

/// Days of the moon calendar: spring festival, 端午, 七夕, 中秋.
const LUNAR: &[(i16, [(i8, i8); 4])] = &[
    (2023, [(1, 22), (6, 22), (8, 22), (9, 29)]),
    (2024, [(2, 10), (6, 10), (8, 10), (9, 17)]),
    (2025, [(1, 29), (5, 31), (8, 29), (10, 6)]),
    (2026, [(2, 17), (6, 19), (8, 19), (9, 25)]),
    (2027, [(2, 6), (6, 9), (8, 8), (9, 15)]),
    (2028, [(1, 26), (5, 28), (8, 26), (10, 3)]),
    (2029, [(2, 13), (6, 16), (8, 16), (9, 22)]),
    (2030, [(2, 3), (6, 5), (8, 5), (9, 12)]),
    (2031, [(1, 23), (6, 24), (8, 24), (10, 1)]),
    (2032, [(2, 11), (6, 12), (8, 12), (9, 19)]),
];

fn lunar(year: i16, which: usize) -> Option<Date> {
    let (month, day) = LUNAR.iter().find(|(listed, _)| *listed == year)?.1[which];
    Date::new(year, month, day).ok()
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}
