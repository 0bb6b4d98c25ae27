//! The shop: what it sells and to whom, over the embedded SQLite database or a merchant's own ([`Gateway`]). Order data is read through a
//! [`VerifiedCustomer`] only; every write is a [`ShopChange`] that [`apply`] guards and applies once.
//! Leaves to others: when to write what (`actions`), conversations (`store`), words for shoppers (`nlg`).

mod benefits;
mod changes;
mod customers;
mod database;
pub mod demo;
mod error;
mod gateway;
mod identity;
mod index;
mod interactions;
mod lookups;
pub mod mapped;
mod orders;
pub mod places;
pub mod policy;
mod prices;
mod privacy;
mod products;
mod requests;
mod rows;
mod search;
mod service;
pub mod sync;
mod watch;
pub mod webhook;
mod writes;

pub use benefits::{Coupon, CouponKind, GiftCard, Promotion, PromotionKind};
pub use changes::{Applied, Change, Effect, OrderItem, Refused, ShopChange, WriteRules};
pub use customers::{Address, Customer};
pub use database::Shop;
pub use error::ShopError;
pub use gateway::Gateway;
pub use identity::{Lockout, Verification, VerifiedCustomer, VerifiedHow, bind};
pub use index::Segmenter;
pub use lookups::recorded;
pub use orders::PaidBack;
pub use prices::PricePoint;
pub use products::{SizeRow, SizeTable};
pub use requests::{MOST_ATTEMPTS, RequestState, ServiceRequest};
pub use service::{Case, RestockNotice, ShippingRegion};
pub use watch::{LowStock, StuckParcel};
pub use writes::apply;
