//! A circuit breaker: after a few failures in a row nobody waits for the shop's database any more; one look-up at a
//! time tries whether it is back, after a growing pause. Leaves to others: what counts as a failure (`look_up`).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row before it opens.
const FAILURES: u32 = 3;
/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Whether look-ups are let through. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Breaker(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    pauses: u32,
    open_until: Option<Instant>,
    trying: bool,
}

/// The right to look something up; dropped without a word, it counts as a failure.
#[derive(Debug)]
pub struct Permit {
    breaker: Breaker,
    settled: bool,
}

impl Breaker {
    /// Lets a look-up through, or not.
    pub fn admit(&self) -> Option<Permit> {
        self.admit_at(Instant::now())
    }

    fn admit_at(&self, now: Instant) -> Option<Permit> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open_until {
            None => {}
            Some(until) if now >= until && !state.trying => state.trying = true,
            Some(_) => return None,
        }
        drop(state);
        Some(Permit { breaker: self.clone(), settled: false })
    }

    /// Whether it is open: the database is taken to be away.
    pub fn is_open(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).open_until.is_some()
    }

    fn settle(&self, well: bool, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            if state.open_until.is_some() {
                tracing::info!("the shop's database answers again");
            }
            *state = State::default();
            return;
        }
        state.failures += 1;
        if state.trying || (state.open_until.is_none() && state.failures >= FAILURES) {
            let pause = FIRST_PAUSE.saturating_mul(1 << state.pauses.min(8)).min(LONGEST_PAUSE);
            tracing::warn!(?pause, "the shop's database does not answer; nobody waits for it meanwhile");
            state.open_until = Some(now + pause);
            state.pauses += 1;
            state.trying = false;
        }
    }
}

impl Permit {
    /// The database answered.
    pub fn succeeded(mut self) {
        self.settled = true;
        self.breaker.settle(true, Instant::now());
    }

    /// It did not.
    pub fn failed(self) {}
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.breaker.settle(false, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_lets_one_try_and_closes_again() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(!breaker.is_open());
            breaker.admit().unwrap().failed();
        }
        assert!(breaker.is_open() && breaker.admit().is_none());
        let later = Instant::now() + FIRST_PAUSE;
        let attempt = breaker.admit_at(later).unwrap();
        assert!(breaker.admit_at(later).is_none(), "one at a time");
        attempt.failed();
        assert!(breaker.admit_at(Instant::now() + FIRST_PAUSE).is_none(), "the pause has grown");
        breaker.admit_at(Instant::now() + FIRST_PAUSE * 3).unwrap().succeeded();
        assert!(!breaker.is_open() && breaker.admit().is_some());
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            breaker.admit().unwrap().failed();
            breaker.admit().unwrap().failed();
            breaker.admit().unwrap().succeeded();
        }
        assert!(!breaker.is_open());
    }
}
