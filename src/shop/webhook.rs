//! Delivering service requests to the merchant: one signed POST each, tried again with growing pauses until it is taken.
//! The receiver checks the signature and takes a key once. Leaves to others: when (`runtime`), filing (`writes`).

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2_for_hmac::Sha256;

use super::mapped::Webhook;
use super::{ServiceRequest, Shop, ShopError};
use crate::domain::Timestamp;

/// How long the receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Requests that are delivered in one round.
const AT_ONCE: u32 = 20;

/// Why nothing can be delivered.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no secret.
    #[error("the webhook signs with the secret in {0}, which is not set; set it to 32 random letters")]
    NoSecret(String),
    /// The client cannot be made.
    #[error("no HTTP client: {0}")]
    Client(reqwest::Error),
    /// Our database.
    #[error(transparent)]
    Shop(#[from] ShopError),
}

/// Delivers requests to one address. Cheap to clone.
#[derive(Clone)]
pub struct Courier {
    client: reqwest::Client,
    url: String,
    secret: Vec<u8>,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Taken by the receiver.
    pub taken: usize,
    /// To be tried again.
    pub failed: usize,
}

impl Courier {
    /// To the webhook of a mapping; `environment` gives the secret.
    pub fn new(webhook: &Webhook, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, WebhookError> {
        let secret = environment(&webhook.secret_env).filter(|secret| !secret.trim().is_empty());
        let secret = secret.ok_or_else(|| WebhookError::NoSecret(webhook.secret_env.clone()))?.into_bytes();
        let client = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(WebhookError::Client)?;
        Ok(Courier { client, url: webhook.url.clone(), secret })
    }

    /// Delivers what is due.
    pub async fn deliver(&self, shop: &Shop, now: Timestamp) -> Result<Delivered, WebhookError> {
        let mut delivered = Delivered::default();
        for request in shop.due_requests(now, AT_ONCE).await? {
            match self.post(&request, now).await {
                Ok(()) => {
                    shop.request_delivered(request.id, now).await?;
                    delivered.taken += 1;
                }
                Err(fault) => {
                    tracing::warn!(request = request.id, attempts = request.attempts + 1, %fault, "a service request was not delivered");
                    shop.request_failed(&request, &fault, now).await?;
                    delivered.failed += 1;
                }
            }
        }
        Ok(delivered)
    }

    async fn post(&self, request: &ServiceRequest, now: Timestamp) -> Result<(), String> {
        let body = serde_json::json!({
            "id": request.id,
            "key": request.key,
            "kind": request.kind,
            "customer": request.customer,
            "order": request.order,
            "change": request.change,
            "created_at": request.created_at,
        })
        .to_string();
        let seconds = now.millis().div_euclid(1000).to_string();
        let answer = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", idempotency_key(&request.key))
            .header("x-xiaoer-timestamp", &seconds)
            .header("x-xiaoer-signature", format!("sha256={}", signature(&self.secret, &seconds, &body)))
            .body(body)
            .send()
            .await
            // The address may hold a token.
            .map_err(|error| error.without_url().to_string())?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("the receiver answers {status}")),
        }
    }
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Courier").finish_non_exhaustive()
    }
}

/// HMAC-SHA256 over the time, a point and the body, in hexadecimal digits.
pub fn signature(secret: &[u8], seconds: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of HMAC has any length: this is a bug");
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// A header takes visible ASCII only.
fn idempotency_key(key: &str) -> String {
    key.chars().map(|letter| if letter.is_ascii_graphic() { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_hmac_sha256() {
        // RFC 4231, test case 2, whose text is cut at the point that the signature puts in.
        let text = "what do ya want for nothing?";
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(text.as_bytes());
        let hex = mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(b"1781748000.{}");
        let whole = mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(signature(b"secret", "1781748000", "{}"), whole);
        assert_ne!(signature(b"secret", "1781748001", "{}"), whole);
    }
}
