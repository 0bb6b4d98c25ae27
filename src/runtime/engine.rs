//! The engine as the handler of turns.

use futures::future::BoxFuture;

use super::{TurnFault, TurnHandler};
use crate::domain::Inbound;
use crate::engine::{Engine, EngineError};
use crate::store::StoreError;

impl TurnHandler for Engine {
    fn turn<'a>(&'a self, inbound: &'a Inbound) -> BoxFuture<'a, Result<(), TurnFault>> {
        Box::pin(async move {
            match Engine::turn(self, inbound).await {
                // Another process was faster; the turn has happened.
                Ok(_) | Err(EngineError::Store(StoreError::AlreadyFinished(_))) => Ok(()),
                Err(error @ EngineError::Reader(_)) => Err(TurnFault::Busy(error.to_string())),
                Err(error @ EngineError::Store(StoreError::Conflict { .. })) => Err(TurnFault::Busy(error.to_string())),
                Err(error) => Err(TurnFault::Failed(error.to_string())),
            }
        })
    }
}
