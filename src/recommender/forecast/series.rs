//! From order lines to demand per week. Weeks end at the moment that is asked for, so the last one is whole.

use std::collections::BTreeMap;

const WEEK_MILLIS: i64 = 7 * 86_400_000;

/// One line of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// The variant, or whatever is stocked.
    pub variant: i64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_millis: i64,
    /// Pieces.
    pub quantity: i64,
}

/// Pieces per week and variant, from the week of the variant's first sale to the last week before `end_millis`. Sales at
/// or after `end_millis` and quantities below 1 are passed over.
pub fn weekly(sales: &[Sale], end_millis: i64) -> BTreeMap<i64, Vec<f64>> {
    let mut first: BTreeMap<i64, i64> = BTreeMap::new();
    let weeks_back = |at: i64| (end_millis - 1 - at).div_euclid(WEEK_MILLIS);
    let counted = || sales.iter().filter(|sale| sale.quantity > 0 && sale.at_millis < end_millis);
    for sale in counted() {
        let back = first.entry(sale.variant).or_insert(0);
        *back = (*back).max(weeks_back(sale.at_millis));
    }
    let mut series: BTreeMap<i64, Vec<f64>> =
        first.iter().map(|(&variant, &back)| (variant, vec![0.0; back as usize + 1])).collect();
    for sale in counted() {
        if let Some(weeks) = series.get_mut(&sale.variant) {
            let place = weeks.len() - 1 - weeks_back(sale.at_millis) as usize;
            weeks[place] += sale.quantity as f64;
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_counted_back_from_the_end() {
        let sale = |day: i64, quantity| Sale { variant: 1, at_millis: day * 86_400_000, quantity };
        let series =
            weekly(&[sale(0, 2), sale(13, 1), sale(14, 5), sale(20, 1), sale(21, 9), sale(15, -4)], 21 * 86_400_000);
        assert_eq!(series[&1], [2.0, 1.0, 6.0]);
    }
}
