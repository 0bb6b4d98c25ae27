//! The webhook: an update is answered with 200 only once it is durable; a wrong or missing secret is answered with 401
//! after a comparison in constant time. TLS ends at the proxy before it (docs/deploy.md).

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use subtle::ConstantTimeEq;
use teloxide::payloads::SetWebhookSetters;
use teloxide::prelude::Requester;
use teloxide::types::{Update, UpdateKind};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::polling::ALLOWED;
use super::{Receiver, TelegramError, WebhookSettings, describe};

const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// Telegram's updates are far smaller.
const MOST_BYTES: usize = 1 << 20;

#[derive(Clone)]
struct Shared {
    receiver: Receiver,
    secret: String,
    hold_millis: i64,
}

impl Receiver {
    /// The route at which Telegram calls.
    pub fn webhook_router(&self, settings: &WebhookSettings) -> Result<Router, TelegramError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=256).contains(&settings.secret.len()) || !settings.secret.bytes().all(allowed) {
            return Err(TelegramError::BadSecret);
        }
        let shared = Shared {
            receiver: self.clone(),
            secret: settings.secret.clone(),
            hold_millis: if settings.connections > 1 { settings.hold_millis } else { 0 },
        };
        Ok(Router::new()
            .route(&settings.path, post(receive))
            .layer(DefaultBodyLimit::max(MOST_BYTES))
            .with_state(shared))
    }

    /// Listens until `stop` says so; requests under way are finished. Tells Telegram the address first, if one is set.
    pub async fn serve_webhook(
        &self,
        settings: &WebhookSettings,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), TelegramError> {
        let router = self.webhook_router(settings)?;
        let listen = settings.listen;
        let listener = TcpListener::bind(listen).await.map_err(|source| TelegramError::Listen { listen, source })?;
        if let Some(address) = &settings.public_address {
            let url = address.parse().map_err(|_| TelegramError::BadAddress(address.clone()))?;
            let request = self.telegram.bot.set_webhook(url).secret_token(&settings.secret);
            let request = request.max_connections(settings.connections.clamp(1, 100)).allowed_updates(ALLOWED);
            request.await.map_err(|error| TelegramError::Unreachable {
                address: self.telegram.settings.api_address.clone(),
                fault: describe(&error),
            })?;
        }
        axum::serve(listener, router)
            .with_graceful_shutdown(async move {
                // An error means that whoever could say stop is gone.
                let _ = stop.wait_for(|stop| *stop).await;
            })
            .await
            .map_err(|source| TelegramError::Listen { listen, source })
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let secret = headers.get(SECRET_HEADER).map(|value| value.as_bytes()).unwrap_or_default();
    if !bool::from(secret.ct_eq(shared.secret.as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(mut update) = serde_json::from_slice::<Update>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    if let UpdateKind::Error(raw) = &mut update.kind {
        // teloxide leaves it empty here; it is known to be JSON.
        *raw = serde_json::from_slice(&body).unwrap_or_default();
    }
    match shared.receiver.take(&[update], shared.hold_millis).await {
        Ok(()) => StatusCode::OK,
        Err(fault) => {
            tracing::error!(%fault, "an update was not kept; Telegram will bring it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
