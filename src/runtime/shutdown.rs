//! When to stop: SIGTERM or Ctrl-C. A second one ends the process at once.

use tokio::sync::watch;

/// Says stop to everyone who holds the receiver.
pub type ShutdownSignal = watch::Receiver<bool>;

/// Listens for SIGTERM and Ctrl-C.
pub fn shutdown_signal() -> std::io::Result<ShutdownSignal> {
    let (say, stop) = watch::channel(false);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut said = false;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if said {
                tracing::warn!("stopping at once; what is under way is taken up at the next start");
                std::process::exit(1);
            }
            said = true;
            tracing::info!("stopping: finishing what is under way");
            // Without listeners there is nothing to finish.
            let _ = say.send(true);
        }
    });
    Ok(stop)
}
