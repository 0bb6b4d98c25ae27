//! The demo shop. Being built.

use crate::domain::Timestamp;

/// The demo shop's fixed "today": 2026-06-18 10:00 in Shanghai. The clock of a demo runs from here.
pub const DEMO_TODAY: Timestamp = Timestamp::from_millis(1_781_748_000_000);
