//! Health, readiness and figures for those who watch the service, on an address of their own.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use super::{Metrics, ShutdownSignal};
use crate::store::Store;

#[derive(Clone)]
struct Watched {
    store: Store,
    metrics: Arc<Metrics>,
    stop: ShutdownSignal,
}

/// The routes: `/healthz` (the process lives), `/readyz` (it takes work: the database answers and it is not stopping)
/// and `/metrics` (for Prometheus).
pub fn health_router(store: Store, metrics: Arc<Metrics>, stop: ShutdownSignal) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .with_state(Watched { store, metrics, stop })
}

/// Serves the routes until `stop` says so.
pub async fn serve_health(listen: SocketAddr, router: Router, mut stop: ShutdownSignal) -> std::io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that whoever could say stop is gone.
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
}

async fn ready(State(watched): State<Watched>) -> (StatusCode, &'static str) {
    if *watched.stop.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match watched.store.queue_lengths().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

async fn figures(State(watched): State<Watched>) -> (StatusCode, String) {
    match watched.store.queue_lengths().await {
        Ok(queues) => (StatusCode::OK, watched.metrics.render(queues)),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    }
}
