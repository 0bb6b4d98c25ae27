//! What became of the lists: counts per version of the model, two versions side by side, and whether they differ.
//! Pure functions; leaves to others: storing the events (`store`) and saying which model serves (`engine`).

use sha2::{Digest, Sha256};

use crate::closed_set;

closed_set!(
    /// What a shopper did with a listed item.
    Feedback {
        /// It was listed.
        Shown = "shown",
        /// The shopper looked at it.
        Clicked = "clicked",
        /// The shopper bought it.
        Bought = "bought",
        /// 👍
        ThumbUp = "thumb_up",
        /// 👎
        ThumbDown = "thumb_down",
    }
);

impl Feedback {
    /// What the feedback says of the shopper's taste, as an event for the next list; being shown says nothing.
    pub fn kind(self) -> Option<super::Kind> {
        match self {
            Feedback::Shown => None,
            Feedback::Clicked => Some(super::Kind::View),
            Feedback::Bought => Some(super::Kind::Buy),
            Feedback::ThumbUp => Some(super::Kind::Rating(5)),
            Feedback::ThumbDown => Some(super::Kind::Rating(1)),
        }
    }
}

/// Which of two versions serves a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The version in place.
    A,
    /// The version on trial.
    B,
}

/// Assigns a conversation to an arm, the same on every machine and at every time. `share_b` of the conversations, in
/// percent, get B; `experiment` makes assignments of different experiments independent.
pub fn assign(experiment: &str, conversation: &str, share_b: u8) -> Arm {
    let mut hash = Sha256::new();
    hash.update(experiment.as_bytes());
    hash.update([0]);
    hash.update(conversation.as_bytes());
    let digest = hash.finalize();
    let draw =
        u64::from_be_bytes([digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7]])
            % 10_000;
    if draw < u64::from(share_b.min(100)) * 100 { Arm::B } else { Arm::A }
}

/// How often a version's items were shown and taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Times shown.
    pub shown: u64,
    /// Times clicked.
    pub clicked: u64,
    /// Times bought.
    pub bought: u64,
    /// 👍
    pub thumbs_up: u64,
    /// 👎
    pub thumbs_down: u64,
}

impl Tally {
    /// Counts one event.
    pub fn count(&mut self, feedback: Feedback) {
        match feedback {
            Feedback::Shown => self.shown += 1,
            Feedback::Clicked => self.clicked += 1,
            Feedback::Bought => self.bought += 1,
            Feedback::ThumbUp => self.thumbs_up += 1,
            Feedback::ThumbDown => self.thumbs_down += 1,
        }
    }

    /// Clicks per showing.
    pub fn click_rate(&self) -> f64 {
        self.clicked as f64 / self.shown.max(1) as f64
    }

    /// Purchases per showing.
    pub fn purchase_rate(&self) -> f64 {
        self.bought as f64 / self.shown.max(1) as f64
    }
}

/// The difference of two shares and how likely chance alone would make one as large.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Significance {
    /// Share of B minus share of A.
    pub difference: f64,
    /// Standard errors that the difference is away from 0.
    pub z: f64,
    /// Two-sided probability under chance alone.
    pub p: f64,
}

/// The two-proportion z-test with pooled variance; none where there is nothing to compare.
pub fn compare(hits_a: u64, trials_a: u64, hits_b: u64, trials_b: u64) -> Option<Significance> {
    if trials_a == 0 || trials_b == 0 || hits_a > trials_a || hits_b > trials_b {
        return None;
    }
    let (a, b) = (trials_a as f64, trials_b as f64);
    let difference = hits_b as f64 / b - hits_a as f64 / a;
    let pooled = (hits_a + hits_b) as f64 / (a + b);
    let error = (pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b)).sqrt();
    if error == 0.0 {
        return Some(Significance { difference, z: 0.0, p: 1.0 });
    }
    let z = difference / error;
    Some(Significance { difference, z, p: complementary_error(z.abs() / std::f64::consts::SQRT_2) })
}

/// erfc for x ≥ 0: Abramowitz and Stegun 7.1.26, error below 1.5e-7.
fn complementary_error(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let sum = series.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    (sum * (-x * x).exp()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignment_is_stable_and_near_its_share() {
        assert_eq!(assign("e", "c1", 50), assign("e", "c1", 50));
        let share =
            |percent| (0..20_000).filter(|n| assign("e", &format!("c{n}"), percent) == Arm::B).count() as f64 / 200.0;
        for percent in [0, 10, 50, 100] {
            assert!((share(percent) - f64::from(percent)).abs() < 1.2, "{percent}: {}", share(percent));
        }
    }

    #[test]
    fn the_test_agrees_with_the_textbook() {
        // 30/200 against 50/200: pooled 0.2, error 0.04, z = 2.5, p = 0.012419.
        let found = compare(30, 200, 50, 200).expect("comparable");
        assert!((found.z - 2.5).abs() < 1e-12 && (found.p - 0.012_419).abs() < 1e-6, "{found:?}");
        assert_eq!(compare(0, 0, 1, 2), None);
        assert_eq!(compare(0, 5, 0, 5).map(|same| same.p), Some(1.0));
    }
}
