//! The words of the house: types that every room shares. No I/O, no clock, no randomness.
//! Leaves to others: reading them from a database (`shop`, `store`) and showing them (`nlg`).

mod action_name;
mod aspect;
mod conversation;
mod cue;
mod emotion;
mod entity;
mod event;
mod ids;
mod inbound;
mod intent;
mod language;
mod meaning;
mod measures;
mod money;
mod order;
mod product;
mod reply;
mod reply_key;
mod return_reason;
mod slot;
mod staff;
mod time;

pub use action_name::*;
pub use aspect::*;
pub use conversation::*;
pub use cue::*;
pub use emotion::*;
pub use entity::*;
pub use event::*;
pub use ids::*;
pub use inbound::*;
pub use intent::*;
pub use language::*;
pub use meaning::*;
pub use measures::*;
pub use money::*;
pub use order::*;
pub use product::*;
pub use reply::*;
pub use reply_key::*;
pub use return_reason::*;
pub use slot::*;
pub use staff::*;
pub use time::*;

/// Declares a closed set with stable snake_case names: `ALL`, `as_str`, `Display`, `FromStr`, serde.
#[macro_export]
macro_rules! closed_set {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every member, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable name, as in files and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok($name::$variant),)+
                    _ => Err($crate::domain::UnknownName { set: stringify!($name), name: text.to_owned() }),
                }
            }
        }
    };
}

/// A name that is not in the closed set it was read for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no {set}")]
pub struct UnknownName {
    /// The set it was read for.
    pub set: &'static str,
    /// The name as read.
    pub name: String,
}
