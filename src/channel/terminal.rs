//! The terminal's outlet: prints what is said. Leaves to others: reading lines (`cli`).

use std::io::Write;

use futures::future::BoxFuture;

use super::{Delivery, Outgoing, Outlet};
use crate::domain::ChannelKind;

/// Prints to standard output.
#[derive(Debug, Clone, Copy, Default)]
pub struct TerminalOutlet;

impl Outlet for TerminalOutlet {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Terminal
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Delivery> {
        Box::pin(async {
            let mut text = outgoing.message.text.clone();
            for (number, button) in (1..).zip(outgoing.message.buttons.iter().flatten()) {
                text.push_str(&format!("\n  [{number}] {}", button.label));
            }
            match writeln!(std::io::stdout(), "{text}") {
                Ok(()) => Delivery::Sent { channel_message: None },
                Err(error) => Delivery::Refused { fault: error.to_string() },
            }
        })
    }
}
