//! The guard before every route: who is it, may they, and does a form come from our own page. A route that is not in
//! the table is refused. Leaves to others: what may be done to which conversation (the handlers, by [`Staff`]).

use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq;

use super::pages::Language;
use super::routes::{Access, find};
use super::state::Staff;
use super::{Console, ConsoleError};
use crate::store::console::AuditDeed;

/// The cookie that holds a session. The prefix binds it to this host, to `/` and to secure transport.
pub(super) const COOKIE: &str = "__Host-xiaoer";
/// The most bytes of a form.
const LONGEST_FORM: usize = 512 * 1024;

/// A cookie of a request.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The address that a request comes from.
pub(super) fn address(request: &Request) -> String {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "unknown".to_owned(), |ConnectInfo(address)| address.ip().to_string())
}

/// Lets a request through or not.
pub(super) async fn guard(State(console): State<Console>, request: Request, next: Next) -> Response {
    match check(&console, request).await {
        Ok(Checked::Through(request)) => next.run(request).await,
        Ok(Checked::Answer(response)) => response,
        Err(error) => error.into_response(),
    }
}

enum Checked {
    Through(Request),
    Answer(Response),
}

async fn check(console: &Console, mut request: Request) -> Result<Checked, ConsoleError> {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let access = find(request.method(), &path).ok_or(ConsoleError::NotFound)?.access;
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if changes && !is_same_origin(request.headers()) {
        return Err(ConsoleError::StaleForm);
    }
    let accepted = Language::accepted(request.headers());
    request.extensions_mut().insert(accepted);
    let session = match cookie(request.headers(), COOKIE) {
        Some(token) => console.store.session(token).await?,
        None => None,
    };
    let staff = session.map(|(account, session, csrf)| {
        let language = account.language.as_deref().and_then(|name| name.parse().ok()).unwrap_or(accepted);
        Staff { account, session, csrf, language }
    });
    if let Some(staff) = &staff {
        request.extensions_mut().insert(staff.clone());
    }
    let staff = match (access, staff) {
        (Access::Public, _) => return Ok(Checked::Through(request)),
        (_, None) if changes || request.headers().contains_key("x-part") => {
            return Ok(Checked::Answer((StatusCode::UNAUTHORIZED, "sign in again").into_response()));
        }
        (_, None) => return Ok(Checked::Answer(Redirect::to("/sign-in").into_response())),
        (_, Some(staff)) => staff,
    };
    if let Access::Needs(permission) = access
        && !staff.may(permission)
    {
        let route = format!("{} {path}", request.method());
        console.store.record(staff.login(), AuditDeed::Refused, &route, permission.as_str()).await?;
        return Err(ConsoleError::Forbidden(permission));
    }
    if changes {
        request = with_token(&staff, request).await?;
    }
    Ok(Checked::Through(request))
}

/// Browsers say where a form comes from; what says nothing is no browser and has no cookie to misuse.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Checks the form's token: in its header, or among the form's fields.
async fn with_token(staff: &Staff, request: Request) -> Result<Request, ConsoleError> {
    let matches = |token: &[u8]| bool::from(token.ct_eq(staff.csrf.as_bytes()));
    if let Some(token) = request.headers().get("x-csrf-token") {
        return if matches(token.as_bytes()) { Ok(request) } else { Err(ConsoleError::StaleForm) };
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LONGEST_FORM).await.map_err(|_| ConsoleError::Bad("the form is too long".to_owned()))?;
    let is_ours = form(&bytes).any(|(name, value)| name == "_csrf" && matches(value.as_bytes()));
    if !is_ours {
        return Err(ConsoleError::StaleForm);
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// The fields of a form; the values of our own tokens need no decoding.
fn form(bytes: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    std::str::from_utf8(bytes).unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='))
}
