//! Demand per variant: forecasts chosen by back-test, days until sold out, when and how much to order.
//! Leaves to others: reading the orders (`shop`, `read`) and saying it (`nlg`).

mod backtest;
mod methods;
mod series;
mod stock;

pub use backtest::{Backtest, Options, backtest, choose, mase_scale};
pub use methods::{Forecaster, forecast};
pub use series::{Sale, weekly};
pub use stock::{Advice, Supply, advise};
