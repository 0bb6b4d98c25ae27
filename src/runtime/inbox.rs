//! The channels' inbox over the store.

use futures::future::BoxFuture;

use crate::channel::{Arrived, Inbox, InboxFault, SentMessage};
use crate::domain::{ChannelKind, Press, Timestamp};
use crate::store::{Arrival, Store, StoreError};

/// How long one process receives for all, in seconds, before another may.
const OFFICE_SECONDS: i64 = 20;

/// Keeps what arrives in the store.
#[derive(Debug, Clone)]
pub struct StoreInbox {
    store: Store,
}

impl StoreInbox {
    /// Over a store.
    pub fn new(store: Store) -> Self {
        StoreInbox { store }
    }
}

fn fault(error: StoreError) -> InboxFault {
    InboxFault(error.to_string())
}

impl Inbox for StoreInbox {
    fn receive<'a>(&'a self, batch: Vec<Arrived>) -> BoxFuture<'a, Result<(), InboxFault>> {
        Box::pin(async {
            let now = self.store.now();
            let arrivals: Vec<Arrival> = batch
                .into_iter()
                .map(|arrived| Arrival {
                    inbound: arrived.inbound,
                    place: arrived.place,
                    hold_until: (arrived.hold_millis > 0)
                        .then(|| Timestamp::from_millis(now.millis() + arrived.hold_millis)),
                    pressed: arrived.pressed,
                    link: arrived.link,
                })
                .collect();
            self.store.receive_all(&arrivals).await.map_err(fault)?;
            Ok(())
        })
    }

    fn may_receive<'a>(&'a self) -> BoxFuture<'a, Result<bool, InboxFault>> {
        Box::pin(async { self.store.hold_office("receive", OFFICE_SECONDS).await.map_err(fault) })
    }

    fn sent<'a>(&'a self, id: i64) -> BoxFuture<'a, Result<Option<SentMessage>, InboxFault>> {
        Box::pin(async move {
            let found = self.store.outbound(id).await.map_err(fault)?;
            let now = self.store.now();
            Ok(found.map(|(conversation, message, settled_at)| SentMessage {
                conversation,
                message,
                age_seconds: settled_at.map_or(0, |at| now.seconds_since(at)),
            }))
        })
    }

    fn link<'a>(&'a self, token: &'a str, key: &'a str) -> BoxFuture<'a, Result<Option<(Press, String)>, InboxFault>> {
        Box::pin(async move { self.store.link(token, key).await.map_err(fault) })
    }

    fn upload<'a>(
        &'a self,
        channel: ChannelKind,
        source: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, InboxFault>> {
        Box::pin(async move { self.store.upload(channel, source).await.map_err(fault) })
    }

    fn remember_upload<'a>(
        &'a self,
        channel: ChannelKind,
        source: &'a str,
        channel_file: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), InboxFault>> {
        Box::pin(async move { self.store.remember_upload(channel, source, channel_file).await.map_err(fault) })
    }
}
