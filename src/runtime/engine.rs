//! The engine as the handler of turns and of notices.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{Duty, DutyFault, TurnFault, TurnHandler};
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

/// How often what is back in stock is looked for.
const RESTOCK_EVERY: Duration = Duration::from_secs(60);
/// Notices told in one go.
const RESTOCK_MOST: u32 = 100;

/// The duty of telling shoppers that what they wait for is back.
pub fn restock_notices(engine: Engine) -> Duty {
    Duty::new("restock", RESTOCK_EVERY, move |_| {
        let engine = engine.clone();
        Box::pin(async move {
            let told = engine.tell_restocked(RESTOCK_MOST).await.map_err(|error| DutyFault(error.to_string()))?;
            if told > 0 {
                tracing::info!(told, "told shoppers what is back in stock");
            }
            Ok(())
        })
    })
}
