//! The shop: what it sells and to whom, over the embedded SQLite database. Order data is read through a
//! [`VerifiedCustomer`] only; every write is a [`ShopChange`] that [`apply`] guards and applies once.
//! Leaves to others: when to write what (`actions`), conversations (`store`), words for shoppers (`nlg`).

mod benefits;
mod changes;
mod customers;
mod database;
pub mod demo;
mod error;
mod identity;
mod index;
mod interactions;
mod lookups;
mod orders;
pub mod places;
pub mod policy;
mod prices;
mod privacy;
mod products;
mod rows;
mod search;
mod service;
mod watch;
mod writes;

pub use benefits::{Coupon, CouponKind, GiftCard, Promotion, PromotionKind};
pub use changes::{Applied, Change, Effect, OrderItem, Refused, ShopChange, WriteRules};
pub use customers::{Address, Customer};
pub use database::Shop;
pub use error::ShopError;
pub use identity::{Lockout, Verification, VerifiedCustomer, VerifiedHow, bind};
pub use index::Segmenter;
pub use lookups::recorded;
pub use orders::PaidBack;
pub use prices::PricePoint;
pub use products::{SizeRow, SizeTable};
pub use service::{Case, RestockNotice, ShippingRegion};
pub use watch::{LowStock, StuckParcel};
pub use writes::apply;
