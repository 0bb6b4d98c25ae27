//! What every request can reach, and who makes it. Leaves to others: letting them in (`guard`).

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::live::Live;
use super::pages::{Language, Pages};
use super::{ConsoleError, ShopView};
use crate::domain::{Clock, Permission, Timestamp};
use crate::store::Store;
use crate::store::console::{Account, Entry, Sight};

/// The console; cheap to clone.
#[derive(Clone)]
pub struct Console {
    pub(super) store: Store,
    pub(super) shop: Arc<dyn ShopView>,
    /// The conversations' clock, which may be the demo shop's; the store has its own for sessions and the audit.
    pub(super) clock: Clock,
    pub(super) zone: TimeZone,
    pub(super) pages: Arc<Pages>,
    pub(super) live: Live,
}

impl Console {
    /// A console over a store.
    pub fn new(store: Store, shop: Arc<dyn ShopView>, clock: Clock, zone: TimeZone) -> Result<Self, ConsoleError> {
        Ok(Console { store, shop, clock, zone, pages: Arc::new(Pages::embedded()?), live: Live::default() })
    }

    /// The present moment of the conversations.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A moment of the conversations as the staff read it: the time today, the date before.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let then = at.zoned(&self.zone);
        let now = self.now().zoned(&self.zone);
        if then.date() == now.date() {
            then.strftime("%H:%M").to_string()
        } else if then.year() == now.year() {
            then.strftime("%m-%d %H:%M").to_string()
        } else {
            then.strftime("%Y-%m-%d").to_string()
        }
    }

    /// A moment in full.
    pub(super) fn full_moment(&self, at: Timestamp) -> String {
        at.zoned(&self.zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Console").finish_non_exhaustive()
    }
}

/// Who makes a request; only the guard makes one.
#[derive(Debug, Clone)]
pub(super) struct Staff {
    pub account: Account,
    pub session: i64,
    pub csrf: String,
    pub language: Language,
}

impl Staff {
    /// Refuses without the permission: asked again where something is done, whatever the route says.
    pub fn require(&self, permission: Permission) -> Result<(), ConsoleError> {
        if self.account.role.may(permission) { Ok(()) } else { Err(ConsoleError::Forbidden(permission)) }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.account.role.may(permission)
    }

    pub fn login(&self) -> &str {
        self.account.login.as_str()
    }

    /// Which conversations they may see.
    pub fn sight(&self) -> Sight {
        Sight { login: self.login().to_owned(), own_only: self.account.own_only }
    }

    /// A conversation, if it exists and is theirs to see.
    pub async fn conversation(&self, console: &Console, number: i64) -> Result<Entry, ConsoleError> {
        console.store.entry(&self.sight(), number).await?.ok_or(ConsoleError::NotFound)
    }
}
