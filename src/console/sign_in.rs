//! Signing in and out, and the one-time link that sets a password. Leaves to others: the throttle (`store`).

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::guard::{COOKIE, address};
use super::pages::Language;
use super::passwords::{hash_password, is_password};
use super::state::Staff;
use super::{Console, ConsoleError, PasswordError};
use crate::domain::Login;
use crate::store::console::{Account, AuditDeed, LoginLock};

/// Failures that a login has before it is throttled; an address, which may be a whole office's, has more.
const FREE_FAILURES: i64 = 5;
const FREE_FAILURES_OF_ADDRESS: i64 = 50;

/// Where to go after signing in.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[derive(serde::Deserialize)]
pub(super) struct SignIn {
    login: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Debug, Default, serde::Serialize)]
struct SignInPage {
    /// Which sentence says what was wrong; empty for none.
    fault: &'static str,
    login: String,
    next: String,
}

/// Only paths of our own.
fn local(next: &str) -> &str {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_local { next } else { "/conversations" }
}

/// Shows the form.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(language): Extension<Language>,
    staff: Option<Extension<Staff>>,
    Query(next): Query<Next>,
) -> Result<Response, ConsoleError> {
    if staff.is_some() {
        return Ok(Redirect::to(local(&next.next)).into_response());
    }
    let page = SignInPage { next: next.next, ..SignInPage::default() };
    Ok(console.pages.public("sign_in.html", language, page)?.into_response())
}

/// Signs in.
pub(super) async fn sign_in(
    State(console): State<Console>,
    Extension(language): Extension<Language>,
    request: Request,
) -> Result<Response, ConsoleError> {
    let from = address(&request);
    let browser = header_text(request.headers(), header::USER_AGENT);
    let Form(form) = <Form<SignIn> as axum::extract::FromRequest<()>>::from_request(request, &())
        .await
        .map_err(|_| ConsoleError::Bad("the form is not whole".to_owned()))?;
    let typed: String = form.login.trim().to_lowercase().chars().take(64).collect();
    let scopes = [(format!("login:{typed}"), FREE_FAILURES), (format!("address:{from}"), FREE_FAILURES_OF_ADDRESS)];
    for (scope, _) in &scopes {
        if let LoginLock::Until(_) = console.store.login_lock(scope).await? {
            let page = SignInPage { fault: "sign_in.throttled", login: typed, next: form.next };
            let html = console.pages.public("sign_in.html", language, page)?;
            return Ok((StatusCode::TOO_MANY_REQUESTS, html).into_response());
        }
    }
    let account = match typed.parse::<Login>() {
        Ok(login) => console.store.account_of(&login).await?,
        Err(_) => None,
    };
    let kept = account.as_ref().and_then(|account| account.password.as_deref());
    let is_right = is_password(&form.password, kept).await;
    let account = account.filter(|account| is_right && account.locked_at.is_none());
    let account = account.filter(|account| has_code(account, &form.code, console.store.now().millis()));
    let Some(account) = account else {
        for (scope, free) in &scopes {
            console.store.login_failed(scope, *free).await?;
        }
        console.store.record(&typed, AuditDeed::SignInFailed, &from, "").await?;
        let page = SignInPage { fault: "sign_in.wrong", login: typed, next: form.next };
        let html = console.pages.public("sign_in.html", language, page)?;
        return Ok((StatusCode::UNAUTHORIZED, html).into_response());
    };
    console.store.login_succeeded(&scopes[0].0).await?;
    let response = begin(&console, &account, &browser, &from).await?;
    Ok((response, Redirect::to(local(&form.next))).into_response())
}

/// Whether the one-time code is right, if the account has one.
fn has_code(account: &Account, code: &str, now_millis: i64) -> bool {
    match &account.totp_secret {
        None => true,
        Some(secret) => super::totp::is_code(secret, code, now_millis),
    }
}

async fn begin(
    console: &Console,
    account: &Account,
    browser: &str,
    from: &str,
) -> Result<[(header::HeaderName, String); 1], ConsoleError> {
    let session = console.store.begin_session(account.id, browser, from).await?;
    console.store.record(account.login.as_str(), AuditDeed::SignedIn, from, "").await?;
    Ok([(header::SET_COOKIE, format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", session.token))])
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Signs out.
pub(super) async fn sign_out(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Response, ConsoleError> {
    console.store.revoke_session(staff.session, Some(staff.account.id)).await?;
    console.store.record(staff.login(), AuditDeed::SessionEnded, &format!("session {}", staff.session), "").await?;
    let gone = [(header::SET_COOKIE, format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))];
    Ok((gone, Redirect::to("/sign-in")).into_response())
}

#[derive(Debug, Default, serde::Serialize)]
struct InvitationPage {
    login: String,
    name: String,
    token: String,
    fault: &'static str,
}

/// The form of an invitation.
#[derive(serde::Deserialize)]
pub(super) struct Invitation {
    password: String,
    again: String,
}

/// Shows the form that sets a password.
pub(super) async fn invitation(
    State(console): State<Console>,
    Extension(language): Extension<Language>,
    Path(token): Path<String>,
) -> Result<Response, ConsoleError> {
    let account = console.store.invited(&token).await?.ok_or(ConsoleError::NotFound)?;
    let page = InvitationPage { login: account.login.to_string(), name: account.name, token, fault: "" };
    Ok(console.pages.public("invitation.html", language, page)?.into_response())
}

/// Sets the password and signs in.
pub(super) async fn accept(
    State(console): State<Console>,
    Extension(language): Extension<Language>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, ConsoleError> {
    let account = console.store.invited(&token).await?.ok_or(ConsoleError::NotFound)?;
    let from = address(&request);
    let browser = header_text(request.headers(), header::USER_AGENT);
    let Form(form) = <Form<Invitation> as axum::extract::FromRequest<()>>::from_request(request, &())
        .await
        .map_err(|_| ConsoleError::Bad("the form is not whole".to_owned()))?;
    let hash =
        if form.password == form.again { hash_password(&form.password).await } else { Err(PasswordError::Different) };
    let hash = match hash {
        Ok(hash) => hash,
        Err(error) => {
            let fault = if error == PasswordError::Different { "sign_in.different" } else { "sign_in.short" };
            let page = InvitationPage { login: account.login.to_string(), name: account.name, token, fault };
            let html = console.pages.public("invitation.html", language, page)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
        }
    };
    if !console.store.use_invitation(&token, &hash).await? {
        return Err(ConsoleError::NotFound);
    }
    console.store.record(account.login.as_str(), AuditDeed::PasswordSet, &from, "by invitation").await?;
    let response = begin(&console, &account, &browser, &from).await?;
    Ok((response, Redirect::to("/conversations")).into_response())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_goes_only_to_pages_of_our_own() {
        assert_eq!(local("/conversations/7"), "/conversations/7");
        for elsewhere in ["", "//example.com", "https://example.com", "/\\example.com", "/a\r\nb"] {
            assert_eq!(local(elsewhere), "/conversations", "{elsewhere}");
        }
    }
}
