//! The way by which a scripted conversation reaches the product. What comes of it is read from the log, so that the
//! verdicts are the same on every way. Leaves to others: what is sent (`play`), what came of it (`turn`).

use super::error::ScriptError;
use crate::domain::Inbound;
use crate::engine::Engine;

crate::closed_set! {
    /// The ways, as `--channel` names them.
    Channel {
        /// Straight into the engine.
        InProcess = "in-process",
    }
}

/// An open way to the product for one conversation.
pub enum Line {
    /// Straight into the engine.
    InProcess(Box<Engine>),
}

impl Line {
    /// Opens the way over an engine on the case's own database.
    pub fn open(channel: Channel, engine: Engine) -> Self {
        match channel {
            Channel::InProcess => Line::InProcess(Box::new(engine)),
        }
    }

    /// Brings one arrival to the product and comes back when its turn is committed.
    pub async fn deliver(&self, inbound: &Inbound) -> Result<(), ScriptError> {
        match self {
            Line::InProcess(engine) => {
                let fault = |error: &dyn std::fmt::Display| ScriptError::Turn(error.to_string());
                engine.store.receive(inbound).await.map_err(|error| fault(&error))?;
                engine.turn(inbound).await.map_err(|error| fault(&error))?;
                Ok(())
            }
        }
    }
}
