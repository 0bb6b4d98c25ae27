//! The outlet of scripted conversations: keeps what is said for the script to look at.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;

use super::{Delivery, Outgoing, Outlet};
use crate::domain::ChannelKind;

/// Keeps every message in the order of sending; clones share what is kept.
#[derive(Debug, Clone, Default)]
pub struct ScriptOutlet {
    said: Arc<Mutex<Vec<Outgoing>>>,
}

impl ScriptOutlet {
    /// What was said since the last call.
    pub fn take(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Outlet for ScriptOutlet {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Script
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Delivery> {
        Box::pin(async {
            self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outgoing.clone());
            Delivery::Sent { channel_message: None }
        })
    }
}
