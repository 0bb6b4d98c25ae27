//! `xiaoer chat --console`: the same chat with workers behind it, so that staff at the console can speak in it too.
//! What is typed goes into the inbox; whatever is said, by the bot or a person, comes out of the outbox.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use super::chat::{content_of, lines, show};
use crate::app::console_with_clock;
use crate::channel::{Delivery, Outgoing, Outlet};
use crate::config::Config;
use crate::domain::{ChannelKind, ConversationId, Inbound, Press};
use crate::engine::Engine;
use crate::runtime::{Runtime, RuntimeSettings};

/// Lines that are typed ahead.
const AHEAD: usize = 16;

type Buttons = Arc<Mutex<Vec<(String, Press)>>>;

/// Prints what is said and remembers its buttons.
struct Printing {
    conversation: ConversationId,
    buttons: Buttons,
}

impl Outlet for Printing {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Terminal
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Delivery> {
        Box::pin(async {
            // Other terminals' conversations may be in the same database; nobody sits there now.
            if outgoing.conversation == self.conversation {
                let mut buttons = self.buttons.lock().unwrap_or_else(PoisonError::into_inner);
                buttons.clear();
                show(&outgoing.message, &mut buttons);
            }
            Delivery::Sent { channel_message: None }
        })
    }
}

/// Chats until the input ends.
pub(super) async fn run(
    engine: Engine,
    conversation: ConversationId,
    started: i64,
    config: &Config,
    listen: SocketAddr,
    interactive: bool,
) -> anyhow::Result<()> {
    let store = engine.store.clone();
    let clock = engine.clock.clone();
    let (stop, stopped) = watch::channel(false);
    let buttons = Buttons::default();
    let outlet = Printing { conversation: conversation.clone(), buttons: buttons.clone() };
    let settings = RuntimeSettings { time_zone: config.time_zone()?, ..RuntimeSettings::default() };
    let runtime = Runtime::new(store.clone(), settings, Arc::new(engine), vec![Arc::new(outlet)]);
    let console = console_with_clock(config, &store, clock.clone()).await?.serve(listen, stopped.clone());
    let console = tokio::spawn(console);
    let working = tokio::spawn(runtime.run(stopped));
    println!("客服台 http://{listen}/");
    let (typed, mut typing) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        for line in lines(interactive) {
            if typed.blocking_send(line).is_err() {
                break;
            }
        }
    });
    let mut count = 0_u64;
    while let Some(line) = typing.recv().await {
        let line = line.context("the terminal cannot be read")?;
        match line.trim() {
            "/quit" | "/exit" => break,
            "" => {}
            text => {
                count += 1;
                let content = content_of(text, &buttons.lock().unwrap_or_else(PoisonError::into_inner));
                let key = format!("{conversation}/{started}/{count}");
                let at = clock.now();
                store
                    .receive(&Inbound { key, conversation: conversation.clone(), at, in_group: false, content })
                    .await?;
            }
        }
    }
    // Whoever listens is told; nobody listening is fine.
    let _ = stop.send(true);
    working.await??;
    console.await??;
    Ok(())
}
