//! From a forecast to what the shop does: how long the stock lasts, when to order, how much.

use super::backtest::{Options, choose};
use super::methods::{Forecaster, forecast};

/// How supply works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply {
    /// Days from order to arrival.
    pub lead_days: f64,
    /// Days that one order should last beyond that.
    pub cover_days: f64,
    /// Standard deviations of demand kept as a reserve; 1.64 keeps 95 % of the lead times without a gap.
    pub reserve: f64,
}

impl Default for Supply {
    fn default() -> Self {
        Supply { lead_days: 7.0, cover_days: 28.0, reserve: 1.64 }
    }
}

/// What is to be expected of a variant, and to be done.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Advice {
    /// The forecaster that was best on the past.
    pub forecaster: Forecaster,
    /// Pieces per day to be expected.
    pub per_day: f64,
    /// Days until the stock is sold out; none if no demand is expected.
    pub days_left: Option<f64>,
    /// Stock at which an order should go out.
    pub reorder_point: i64,
    /// Pieces to order now; 0 while the stock is above the reorder point.
    pub order: i64,
}

/// Advice from the demand per week and the pieces in stock.
pub fn advise(weeks: &[f64], stock: i64, supply: Supply) -> Advice {
    let forecaster = choose(weeks, Options::default());
    let expected = forecast(forecaster, weeks, 4);
    let per_day = expected.iter().sum::<f64>() / (7 * expected.len()) as f64;
    let recent = &weeks[weeks.len().saturating_sub(26)..];
    let mean = recent.iter().sum::<f64>() / recent.len().max(1) as f64;
    let variance = recent.iter().map(|week| (week - mean).powi(2)).sum::<f64>() / (recent.len().max(2) - 1) as f64;
    let reserve = supply.reserve * (variance * supply.lead_days / 7.0).sqrt();
    let reorder_point = (per_day * supply.lead_days + reserve).ceil() as i64;
    let wanted = (per_day * (supply.lead_days + supply.cover_days) + reserve).ceil() as i64;
    let stock = stock.max(0);
    Advice {
        forecaster,
        per_day,
        days_left: (per_day > 1e-6).then(|| stock as f64 / per_day),
        reorder_point,
        order: if stock <= reorder_point { (wanted - stock).max(0) } else { 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_demand_gives_plain_advice() {
        let weeks = vec![14.0; 30];
        for (stock, days, order) in [(100, 50.0, 0), (14, 7.0, 56), (0, 0.0, 70), (-3, 0.0, 70)] {
            let advice = advise(&weeks, stock, Supply::default());
            assert!((advice.days_left.expect("demand") - days).abs() < 1e-6, "{advice:?}");
            assert_eq!((advice.reorder_point, advice.order), (14, order), "{advice:?}");
        }
    }

    #[test]
    fn without_demand_nothing_is_ordered() {
        for weeks in [vec![], vec![0.0; 30]] {
            let advice = advise(&weeks, 0, Supply::default());
            assert_eq!((advice.days_left, advice.order), (None, 0));
        }
    }
}
