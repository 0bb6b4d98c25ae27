//! The forecasters. Each gives one number per period for the periods to come, from the demand of the periods past.
//!
//! Croston 1972, "Forecasting and stock control for intermittent demands", with the correction of Syntetos and Boylan
//! 2005; TSB: Teunter, Syntetos and Babai 2011, "Intermittent demand: linking forecasting to inventory obsolescence".

use crate::closed_set;

closed_set!(
    /// A way to forecast.
    Forecaster {
        /// The same week-days as in the last week (per week: the last week's total).
        SeasonalNaive = "seasonal_naive",
        /// The same week of the last year; only where there is more than a year.
        YearNaive = "year_naive",
        /// The mean of all.
        Mean = "mean",
        /// The mean of the last eight periods.
        RecentMean = "recent_mean",
        /// The median of the last twelve periods that are not all empty.
        RecentMedian = "recent_median",
        /// Simple exponential smoothing, slow.
        SmoothSlow = "smooth_slow",
        /// Simple exponential smoothing, quick.
        SmoothQuick = "smooth_quick",
        /// Size and interval of the demand smoothed apart.
        Croston = "croston",
        /// Size and probability of the demand smoothed apart; fades when demand ends.
        Tsb = "tsb",
    }
);

/// Demand for `horizon` periods after `history`. Single periods far above the rest are cut to the ninth decile times
/// three before smoothing: one bulk order is no trend.
pub fn forecast(forecaster: Forecaster, history: &[f64], horizon: usize) -> Vec<f64> {
    if history.is_empty() {
        return vec![0.0; horizon];
    }
    let calm = without_outliers(history);
    let last = |count: usize| &calm[calm.len().saturating_sub(count)..];
    let level = match forecaster {
        Forecaster::SeasonalNaive => history[history.len() - 1],
        Forecaster::YearNaive => {
            let year = 52.min(history.len());
            return (0..horizon).map(|ahead| history[history.len() - year + ahead % year]).collect();
        }
        Forecaster::Mean => mean(&calm),
        Forecaster::RecentMean => mean(last(8)),
        Forecaster::RecentMedian => median(last(12)),
        Forecaster::SmoothSlow => smooth(&calm, 0.1),
        Forecaster::SmoothQuick => smooth(&calm, 0.3),
        Forecaster::Croston => croston(&calm, 0.15),
        Forecaster::Tsb => tsb(&calm, 0.2, 0.1),
    };
    vec![level.max(0.0); horizon]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.is_empty() {
        0.0
    } else if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        (sorted[middle - 1] + sorted[middle]) / 2.0
    }
}

fn without_outliers(history: &[f64]) -> Vec<f64> {
    let mut positive: Vec<f64> = history.iter().copied().filter(|&value| value > 0.0).collect();
    if positive.len() < 5 {
        return history.to_vec();
    }
    positive.sort_by(f64::total_cmp);
    let most = positive[positive.len() * 9 / 10] * 3.0;
    history.iter().map(|&value| value.min(most)).collect()
}

/// Simple exponential smoothing that begins at the mean of the first four.
fn smooth(history: &[f64], rate: f64) -> f64 {
    let start = mean(&history[..history.len().min(4)]);
    history.iter().fold(start, |level, &value| level + rate * (value - level))
}

fn croston(history: &[f64], rate: f64) -> f64 {
    let (mut size, mut interval, mut since) = (0.0, 0.0, 0.0);
    for &value in history {
        since += 1.0;
        if value > 0.0 {
            if size == 0.0 {
                (size, interval) = (value, since);
            } else {
                size += rate * (value - size);
                interval += rate * (since - interval);
            }
            since = 0.0;
        }
    }
    if interval > 0.0 { (1.0 - rate / 2.0) * size / interval } else { 0.0 }
}

fn tsb(history: &[f64], size_rate: f64, chance_rate: f64) -> f64 {
    let positive: Vec<f64> = history.iter().copied().filter(|&value| value > 0.0).collect();
    let mut size = mean(&positive[..positive.len().min(4)]);
    let mut chance = positive.len() as f64 / history.len() as f64;
    for &value in history {
        if value > 0.0 {
            size += size_rate * (value - size);
            chance += chance_rate * (1.0 - chance);
        } else {
            chance -= chance_rate * chance;
        }
    }
    size * chance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forecasts_of_plain_series() {
        use Forecaster::*;
        let steady = vec![4.0; 20];
        for &forecaster in Forecaster::ALL {
            let level = forecast(forecaster, &steady, 2)[1];
            let want = if forecaster == Croston { 4.0 * 0.925 } else { 4.0 };
            assert!((level - want).abs() < 1e-9, "{forecaster}: {level}");
        }
        // Every fourth week five pieces: the smoothers of intermittent demand come near 5 / 4.
        let rare: Vec<f64> = (0..80).map(|week| if week % 4 == 3 { 5.0 } else { 0.0 }).collect();
        for (forecaster, low, high) in
            [(Croston, 1.1, 1.2), (Tsb, 1.1, 1.6), (Mean, 1.24, 1.26), (SeasonalNaive, 5.0, 5.0)]
        {
            let level = forecast(forecaster, &rare, 1)[0];
            assert!((low..=high).contains(&level), "{forecaster}: {level}");
        }
        // Demand that has ended: TSB fades, Croston does not.
        let ended: Vec<f64> = rare.iter().copied().chain([0.0; 40]).collect();
        assert!(forecast(Tsb, &ended, 1)[0] < 0.1 && forecast(Croston, &ended, 1)[0] > 1.0);
        assert_eq!(forecast(Mean, &[], 2), [0.0, 0.0]);
    }

    proptest::proptest! {
        #[test]
        fn forecasts_are_finite_and_not_negative(history in proptest::collection::vec(0f64..1e6, 0..120)) {
            for &forecaster in Forecaster::ALL {
                for level in forecast(forecaster, &history, 3) {
                    proptest::prop_assert!(level.is_finite() && level >= 0.0);
                }
            }
        }
    }
}
