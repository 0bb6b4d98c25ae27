//! How fast messages leave: per chat, per group and in all. Pure. The moments themselves are kept in the store, so that
//! several processes share them.

use crate::domain::Timestamp;

/// The rates. Telegram's own: one a second in a chat, twenty a minute in a group, thirty a second in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    /// The least time between two messages in one chat, in milliseconds.
    pub chat_millis: i64,
    /// How many messages a group gets in a minute.
    pub group_per_minute: u32,
    /// How many messages leave in a second in all; 0 for as many as can be.
    pub overall_per_second: u32,
}

impl Default for Pacing {
    fn default() -> Self {
        Pacing { chat_millis: 1000, group_per_minute: 20, overall_per_second: 30 }
    }
}

impl Pacing {
    /// The least time between two messages in all, in milliseconds.
    pub fn interval_millis(&self) -> i64 {
        match self.overall_per_second {
            0 => 0,
            rate => (1000 + i64::from(rate) - 1) / i64::from(rate),
        }
    }

    /// When a conversation may get its next message. `sent` are the moments of the last ones, the latest first.
    pub fn next_at(&self, now: Timestamp, in_group: bool, sent: &[Timestamp]) -> Timestamp {
        let next = Timestamp::from_millis(now.millis() + self.chat_millis);
        if !in_group || self.group_per_minute == 0 {
            return next;
        }
        // The new message and those of the minute before it must not be more than allowed.
        match usize::try_from(self.group_per_minute).ok().and_then(|most| sent.get(most - 1)) {
            Some(oldest) => next.max(oldest.plus_seconds(60)),
            None => next,
        }
    }

    /// How long to wait before try number `tries`+1 after a lost connection, in milliseconds: doubling from half a
    /// second to a minute.
    pub fn backoff_millis(tries: i64) -> i64 {
        500 << tries.clamp(1, 8).min(7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_never_gets_more_than_its_share_of_any_minute() {
        let pacing = Pacing::default();
        let mut sent: Vec<Timestamp> = Vec::new();
        let mut now = Timestamp::from_millis(1_000_000);
        for _ in 0..100 {
            sent.insert(0, now);
            now = pacing.next_at(now, true, &sent);
        }
        for at in &sent {
            let within = sent.iter().filter(|other| **other > at.plus_seconds(-60) && *other <= at).count();
            assert!(within <= 20, "{within}");
        }
        assert!(sent[0].seconds_since(sent[99]) < 5 * 60, "and not much less");
    }

    #[test]
    fn rates_become_waits() {
        let pacing = Pacing::default();
        let now = Timestamp::from_millis(5);
        assert_eq!(pacing.next_at(now, false, &[now; 50]), Timestamp::from_millis(1005));
        assert_eq!(pacing.interval_millis(), 34);
        assert_eq!(Pacing { overall_per_second: 0, ..pacing }.interval_millis(), 0);
        assert_eq!([1, 2, 3, 7, 99].map(Pacing::backoff_millis), [1000, 2000, 4000, 64_000, 64_000]);
    }
}
