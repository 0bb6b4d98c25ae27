//! The emulator's door: reads requests in JSON, forms or parts, lets its moods play, and answers as the Bot API does.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::{Map, Value, json};

use super::state::{Call, Outcome};
use super::{Shared, TOKEN, methods};

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/{bot}/{method}", any(answer)).layer(DefaultBodyLimit::max(20 << 20)).with_state(shared)
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if bot.strip_prefix("bot") != Some(TOKEN) {
        return refusal(401, "Unauthorized", None);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(parameters) = read(kind, &body) else { return refusal(400, "Bad Request: can't parse request", None) };
    let lower = method.to_ascii_lowercase();
    let chat = number(&parameters, "chat_id");
    let playful = lower != "getupdates" && lower != "getme" && !lower.contains("webhook");
    let (before, error, after) = {
        let mut state = shared.state();
        let moods = state.moods;
        let mut play = |share| playful && state.roll(share);
        (play(moods.broken_before), play(moods.server_errors), play(moods.broken_after))
    };
    let log = |outcome| {
        shared.state().calls.push(Call { method: method.clone(), chat, outcome, at: Instant::now() });
        shared.called.notify_waiters();
    };
    if before {
        log(Outcome::BrokenBefore);
        return broken();
    }
    if error {
        log(Outcome::Refused(502));
        return refusal(502, "Bad Gateway", None);
    }
    let result = if lower == "getupdates" {
        methods::get_updates(&shared, &parameters).await
    } else {
        methods::run(&mut shared.state(), &lower, &parameters)
    };
    match result {
        Ok(_) if after => {
            log(Outcome::BrokenAfter);
            broken()
        }
        Ok(result) => {
            if lower != "getupdates" {
                log(Outcome::Done);
            }
            axum::Json(json!({ "ok": true, "result": result })).into_response()
        }
        Err(refused) => {
            log(Outcome::Refused(refused.code));
            refusal(refused.code, &refused.description, refused.retry_after)
        }
    }
}

/// Telegram answers server errors slowly; the client must not be made to wait in tests, so they come as 200 bodies.
fn refusal(code: u16, description: &str, retry_after: Option<u64>) -> Response {
    let status =
        if code >= 500 { StatusCode::OK } else { StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST) };
    let mut body = json!({ "ok": false, "error_code": code, "description": description });
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({ "retry_after": seconds });
    }
    (status, axum::Json(body)).into_response()
}

/// A body that breaks off: the client sees a connection that ended in the middle.
fn broken() -> Response {
    let parts: [Result<&str, std::io::Error>; 2] =
        [Ok("{\"ok\":"), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    Body::from_stream(futures::stream::iter(parts)).into_response()
}

/// The parameters, whatever form they come in.
fn read(kind: &str, body: &Bytes) -> Option<Map<String, Value>> {
    if let Some((_, boundary)) = kind.split_once("boundary=") {
        return Some(read_parts(boundary.trim_matches('"'), body));
    }
    if body.is_empty() {
        return Some(Map::new());
    }
    serde_json::from_slice(body).ok()
}

/// The fields of a multipart body; a file's content is replaced by its name.
fn read_parts(boundary: &str, body: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    let text = String::from_utf8_lossy(body);
    for part in text.split(&format!("--{boundary}")) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let attribute = |name: &str| {
            let (_, behind) = head.split_once(&format!("{name}=\""))?;
            behind.split_once('"').map(|(value, _)| value.to_owned())
        };
        let Some(name) = attribute(" name") else { continue };
        let value = match attribute("filename") {
            Some(file) => format!("upload:{file}"),
            None => content.strip_suffix("\r\n").unwrap_or(content).to_owned(),
        };
        // Objects and numbers come as JSON in a field of text.
        let parsed = match name.as_str() {
            "text" | "caption" | "photo" | "url" | "secret_token" | "parse_mode" => Value::String(value),
            _ => serde_json::from_str(&value).unwrap_or(Value::String(value)),
        };
        fields.insert(name, parsed);
    }
    fields
}

pub(super) fn number(parameters: &Map<String, Value>, name: &str) -> Option<i64> {
    match parameters.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
