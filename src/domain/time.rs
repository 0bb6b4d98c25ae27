//! Points in time and the injected clock. Leaves to others: reading dates out of sentences (`nlu`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Later by so many seconds (earlier if negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Timestamp(self.0 + seconds * 1000)
    }

    /// Later by so many days of 24 hours.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }

    /// Whole seconds from `earlier` to this.
    pub const fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0) / 1000
    }

    /// The wall clock in `zone`.
    pub fn zoned(self, zone: &TimeZone) -> jiff::ZonedDateTime {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned_datetime(zone.clone())
    }

    /// The calendar date in `zone`.
    pub fn date(self, zone: &TimeZone) -> Date {
        self.zoned(zone).date()
    }
}

/// Where "now" comes from. The demo shop and scripted tests run on a set clock.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock moved by so many milliseconds: the demo shop's fixed "today" that goes on ticking.
    Shifted(i64),
    /// Stands still until it is set or advanced.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `start`.
    pub fn standing_at(start: Timestamp) -> Self {
        Clock::Virtual(Arc::new(AtomicI64::new(start.millis())))
    }

    /// A clock that shows `start` now and goes on ticking.
    pub fn ticking_from(start: Timestamp) -> Self {
        Clock::Shifted(start.millis() - jiff::Timestamp::now().as_millisecond())
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Clock::Shifted(by) => Timestamp(jiff::Timestamp::now().as_millisecond() + by),
            Clock::Virtual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a virtual clock forward; the others go by themselves.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Clock::Virtual(at) = self {
            at.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}
