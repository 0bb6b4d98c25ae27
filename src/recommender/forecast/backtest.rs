//! Back-tests: forecasts from several moments of the past against what came. The forecaster of a variant is chosen on
//! earlier moments than those it is judged on.

use super::methods::{Forecaster, forecast};

/// How back-tests are made.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Options {
    /// Periods that a forecast is for.
    pub horizon: usize,
    /// Moments that are judged, one period apart; as many before them serve the choice.
    pub origins: usize,
    /// Periods that must have gone before the first of all moments.
    pub least_history: usize,
    /// Periods with demand that must be among them.
    pub least_active: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { horizon: 4, origins: 4, least_history: 20, least_active: 8 }
    }
}

/// What a back-test of one variant found.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Backtest {
    /// The forecaster chosen on the earlier moments.
    pub chosen: Forecaster,
    /// Its mean absolute scaled error on the later ones.
    pub mase: f64,
    /// That of seasonal-naive.
    pub naive_mase: f64,
    /// Mean absolute error in pieces per period.
    pub error: f64,
    /// That of seasonal-naive.
    pub naive_error: f64,
    /// Mean demand per period in what was forecast.
    pub demand: f64,
}

/// The mean absolute error of seasonal-naive within the history: what errors are scaled by. None if it is 0.
pub fn mase_scale(history: &[f64]) -> Option<f64> {
    let steps: Vec<f64> = history.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let scale = steps.iter().sum::<f64>() / steps.len().max(1) as f64;
    (scale > 0.0).then_some(scale)
}

/// Mean absolute error of a forecaster over the moments.
fn error(forecaster: Forecaster, series: &[f64], origins: impl Iterator<Item = usize>, horizon: usize) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0f64);
    for origin in origins {
        let future = &series[origin..(origin + horizon).min(series.len())];
        for (guess, truth) in forecast(forecaster, &series[..origin], horizon).iter().zip(future) {
            sum += (guess - truth).abs();
            count += 1.0;
        }
    }
    sum / count.max(1.0)
}

/// The forecasters that a history of so many periods allows.
fn allowed(history: usize) -> impl Iterator<Item = Forecaster> {
    Forecaster::ALL.iter().copied().filter(move |&forecaster| forecaster != Forecaster::YearNaive || history > 60)
}

/// The forecaster with the least error at the last `origins` moments before the end of `history`; simple smoothing where
/// there is too little to choose by.
pub fn choose(history: &[f64], options: Options) -> Forecaster {
    let last = history.len().saturating_sub(options.horizon);
    let first = last.saturating_sub(2 * options.origins);
    if first < 6 {
        return Forecaster::SmoothSlow;
    }
    let by_error =
        allowed(first).map(|forecaster| (forecaster, error(forecaster, history, first..=last, options.horizon)));
    by_error.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(Forecaster::SmoothSlow, |best| best.0)
}

/// Back-tests one variant; none if its history is too short or too empty.
pub fn backtest(series: &[f64], options: Options) -> Option<Backtest> {
    let last = series.len().checked_sub(options.horizon)?;
    let first = (last + 1).checked_sub(options.origins)?;
    let known = &series[..first];
    let active = known.iter().filter(|&&value| value > 0.0).count();
    if known.len() < options.least_history || active < options.least_active {
        return None;
    }
    let scale = mase_scale(known)?;
    let chosen = choose(known, options);
    let of = |forecaster| error(forecaster, series, first..=last, options.horizon);
    let (error, naive_error) = (of(chosen), of(Forecaster::SeasonalNaive));
    let demand = series[first..].iter().sum::<f64>() / (series.len() - first) as f64;
    Some(Backtest { chosen, mase: error / scale, naive_mase: naive_error / scale, error, naive_error, demand })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_around_a_level_is_not_forecast_by_its_last_value() {
        let noisy: Vec<f64> = (0..60).map(|week| if week * 7 % 5 < 2 { 2.0 } else { 9.0 }).collect();
        let found = backtest(&noisy, Options::default()).expect("enough history");
        assert_ne!(found.chosen, Forecaster::SeasonalNaive);
        assert!(found.mase < found.naive_mase, "{found:?}");
    }

    #[test]
    fn what_lies_ahead_does_not_change_the_choice() {
        let mut series: Vec<f64> = (0..60).map(|week| f64::from(week * 13 % 7)).collect();
        let before = backtest(&series, Options::default()).expect("enough").chosen;
        series[57..].fill(500.0);
        assert_eq!(backtest(&series, Options::default()).expect("enough").chosen, before);
    }

    #[test]
    fn short_or_empty_histories_are_not_judged() {
        for series in [vec![], vec![1.0; 10], vec![0.0; 60], vec![3.0; 60]] {
            assert_eq!(backtest(&series, Options::default()), None);
        }
        assert_eq!(choose(&[1.0, 2.0], Options::default()), Forecaster::SmoothSlow);
    }
}
