//! The staff's web console: pages made on the server, live by server-sent events. Every request passes the guard
//! (`guard`): session, permission of its route, token of its form. Everything shown is a read model of `store`; staff
//! speak through the same inbox as shoppers. Leaves to others: keeping (`store`), answering (`engine`), the shop
//! ([`ShopView`], filled by `app`).

mod accounts;
mod assets;
mod context;
mod conversations;
mod csv;
mod desk;
mod error;
mod figures;
mod guard;
mod learn;
mod live;
mod masking;
mod pages;
mod passwords;
mod privacy;
mod routes;
mod search;
mod security;
mod settings;
mod shop_view;
mod sign_in;
mod state;
mod svg;
mod topics;
mod totp;
mod training_rows;
mod transcript;
mod why;
mod yaml;

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use error::ConsoleError;
pub use pages::PagesError;
pub use passwords::{PasswordError, hash_password};
pub use routes::{Access, ROUTES, Route};
pub use shop_view::{CustomerCard, NoShop, Shelf, ShopFault, ShopView};
pub use state::Console;

impl Console {
    /// The routes, guarded.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }

    /// Serves the pages until `stop` says so. Conversations that are older than the console are prepared first.
    pub async fn serve(self, listen: SocketAddr, mut stop: watch::Receiver<bool>) -> Result<(), ConsoleError> {
        let listener = TcpListener::bind(listen).await.map_err(|source| ConsoleError::Listen { listen, source })?;
        self.serve_on(listener, async move {
            // An error means that whoever could say stop is gone.
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
    }

    /// The same on a listener that is open.
    pub async fn serve_on(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ConsoleError> {
        self.store.catch_up_models().await?;
        let (live, closed) = (self.live.clone(), self.live.clone());
        let watching = tokio::spawn(live.watch(self.store.clone()));
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener, service)
            .with_graceful_shutdown(async move {
                stop.await;
                // Open event streams would hold the shutdown up.
                closed.close();
            })
            .await;
        watching.abort();
        served.map_err(ConsoleError::Serve)
    }
}
