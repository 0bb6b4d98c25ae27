//! What can go wrong in the console, and what the browser is told then: never more than it may know.

use std::net::SocketAddr;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::domain::Permission;
use crate::store::StoreError;

/// A fault or a refusal.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The address is taken or not ours.
    #[error("the console cannot listen on {listen}: {source}; choose another address")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The server broke.
    #[error("the console's server ended: {0}")]
    Serve(std::io::Error),
    /// The pages are wrong.
    #[error(transparent)]
    Pages(#[from] super::PagesError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password cannot be used.
    #[error(transparent)]
    Password(#[from] super::PasswordError),
    /// No such thing, or not for this account: one answer.
    #[error("there is no such page")]
    NotFound,
    /// The role does not have the permission.
    #[error("this needs the permission {0}")]
    Forbidden(Permission),
    /// The form's token is missing or old.
    #[error("the page was too old; go back, load it again and repeat")]
    StaleForm,
    /// What was sent makes no sense.
    #[error("{0}")]
    Bad(String),
}

impl IntoResponse for ConsoleError {
    fn into_response(self) -> Response {
        let status = match &self {
            ConsoleError::NotFound => StatusCode::NOT_FOUND,
            ConsoleError::Forbidden(_) | ConsoleError::StaleForm => StatusCode::FORBIDDEN,
            ConsoleError::Bad(_) | ConsoleError::Password(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ConsoleError::Listen { .. } | ConsoleError::Serve(_) | ConsoleError::Pages(_) | ConsoleError::Store(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let text = if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %self, "the console failed");
            "the console failed; the log says why".to_owned()
        } else {
            self.to_string()
        };
        (status, [("content-type", "text/plain; charset=utf-8")], text).into_response()
    }
}
