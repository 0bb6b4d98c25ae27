//! Figures of this process, as Prometheus reads them. They count; they never hold what was said.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::store::QueueLengths;

/// Upper ends of the buckets, in seconds.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A distribution of durations.
#[derive(Debug, Default)]
pub struct Histogram {
    buckets: [AtomicU64; BUCKETS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Histogram {
    /// Counts one.
    pub fn observe(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        if let Some(at) = BUCKETS.iter().position(|end| seconds <= *end) {
            self.buckets[at].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn render(&self, name: &str, help: &str, text: &mut String) {
        text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} histogram\n"));
        let mut below = 0;
        for (bucket, end) in self.buckets.iter().zip(BUCKETS) {
            below += bucket.load(Ordering::Relaxed);
            text.push_str(&format!("{name}_bucket{{le=\"{end}\"}} {below}\n"));
        }
        let count = self.count.load(Ordering::Relaxed);
        text.push_str(&format!("{name}_bucket{{le=\"+Inf\"}} {count}\n"));
        let seconds = self.micros.load(Ordering::Relaxed) as f64 / 1e6;
        text.push_str(&format!("{name}_sum {seconds}\n{name}_count {count}\n"));
    }
}

/// What the workers count.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Turns that were committed.
    pub turns: AtomicU64,
    /// Turns that failed.
    pub turn_failures: AtomicU64,
    /// Messages that were sent.
    pub sent: AtomicU64,
    /// Messages that were sent once more because an earlier try may have arrived.
    pub sent_again: AtomicU64,
    /// Times that a channel asked to wait.
    pub held: AtomicU64,
    /// Messages given up.
    pub given_up: AtomicU64,
    /// How long a turn takes.
    pub turn_seconds: Histogram,
    /// How long a message waits in the inbox before its turn.
    pub inbox_seconds: Histogram,
    /// How long one request to the channel takes.
    pub send_seconds: Histogram,
}

impl Metrics {
    /// The text that Prometheus reads.
    pub fn render(&self, queues: QueueLengths) -> String {
        let mut text = String::new();
        for (name, help, value) in [
            ("xiaoer_turns_total", "Turns committed.", &self.turns),
            ("xiaoer_turn_failures_total", "Turns failed.", &self.turn_failures),
            ("xiaoer_sent_total", "Messages sent.", &self.sent),
            ("xiaoer_sent_again_total", "Messages sent again that may have arrived before.", &self.sent_again),
            ("xiaoer_held_total", "Times a channel asked to wait.", &self.held),
            ("xiaoer_given_up_total", "Messages given up.", &self.given_up),
        ] {
            let value = value.load(Ordering::Relaxed);
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n"));
        }
        for (name, help, value) in [
            ("xiaoer_inbox_waiting", "Messages that wait to be handled.", queues.inbox),
            ("xiaoer_outbox_waiting", "Messages that wait to be sent.", queues.outbox),
            ("xiaoer_dead_letters", "Messages that could not be delivered.", queues.dead_letters),
            ("xiaoer_alerts", "Alerts that nobody has seen.", queues.alerts),
        ] {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"));
        }
        self.turn_seconds.render("xiaoer_turn_seconds", "Duration of a turn.", &mut text);
        self.inbox_seconds.render("xiaoer_inbox_seconds", "Wait in the inbox.", &mut text);
        self.send_seconds.render("xiaoer_send_seconds", "Duration of a request to the channel.", &mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative() {
        let metrics = Metrics::default();
        for millis in [1, 30, 30, 90_000] {
            metrics.turn_seconds.observe(Duration::from_millis(millis));
        }
        let text = metrics.render(QueueLengths { inbox: 3, ..QueueLengths::default() });
        for line in [
            "xiaoer_turn_seconds_bucket{le=\"0.005\"} 1\n",
            "xiaoer_turn_seconds_bucket{le=\"0.05\"} 3\n",
            "xiaoer_turn_seconds_bucket{le=\"30\"} 3\n",
            "xiaoer_turn_seconds_bucket{le=\"+Inf\"} 4\n",
            "xiaoer_turn_seconds_sum 90.061\n",
            "xiaoer_inbox_waiting 3\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
