//! Accounts: those of the staff for who runs the console, and one's own with its language, password, one-time codes
//! and sessions. Leaves to others: keeping them (`store`), hashing (`passwords`).

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::pages::Language;
use super::passwords::{hash_password, is_password};
use super::state::Staff;
use super::{Console, ConsoleError, totp};
use crate::domain::{Login, Permission, Role};
use crate::store::console::{Account, AuditDeed, NewAccount, SessionRow};

#[derive(serde::Serialize)]
struct Member {
    id: i64,
    login: String,
    name: String,
    role: &'static str,
    own_only: bool,
    locked: bool,
    active: bool,
    totp: bool,
}

fn member(account: Account) -> Member {
    Member {
        id: account.id,
        login: account.login.to_string(),
        name: account.name,
        role: account.role.as_str(),
        own_only: account.own_only,
        locked: account.locked_at.is_some(),
        active: account.password.is_some(),
        totp: account.totp_secret.is_some(),
    }
}

#[derive(serde::Serialize)]
struct Session {
    id: i64,
    login: String,
    since: String,
    seen: String,
    browser: String,
    address: String,
    this: bool,
}

fn sessions(console: &Console, staff: &Staff, rows: Vec<SessionRow>, names: &[(i64, String)]) -> Vec<Session> {
    rows.into_iter()
        .map(|row| Session {
            id: row.id,
            login: names.iter().find(|(id, _)| *id == row.account).map(|(_, name)| name.clone()).unwrap_or_default(),
            since: console.full_moment(row.created_at),
            seen: console.full_moment(row.seen_at),
            browser: row.browser,
            address: row.address,
            this: row.id == staff.session,
        })
        .collect()
}

#[derive(serde::Serialize)]
struct Page {
    members: Vec<Member>,
    sessions: Vec<Session>,
    roles: Vec<&'static str>,
    /// The path of a link that was just made; shown once.
    link: Option<String>,
    link_for: String,
}

async fn staff_page(
    console: &Console,
    staff: &Staff,
    link: Option<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ManageStaff)?;
    let accounts = console.store.accounts().await?;
    let names: Vec<(i64, String)> = accounts.iter().map(|one| (one.id, one.login.to_string())).collect();
    let (link_for, link) = link.map_or((String::new(), None), |(login, link)| (login, Some(link)));
    let page = Page {
        sessions: sessions(console, staff, console.store.sessions(None).await?, &names),
        members: accounts.into_iter().map(member).collect(),
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        link,
        link_for,
    };
    console.pages.page("staff.html", staff, page)
}

/// The staff.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    staff_page(&console, &staff, None).await
}

/// A new account.
#[derive(serde::Deserialize)]
pub(super) struct New {
    login: String,
    name: String,
    role: String,
    #[serde(default)]
    own_only: String,
}

fn role(text: &str) -> Result<Role, ConsoleError> {
    text.parse().map_err(|_| ConsoleError::Bad("no such role".to_owned()))
}

/// Makes an account and shows the link that sets its password, once.
pub(super) async fn make(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<New>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ManageStaff)?;
    let login: Login =
        form.login.parse().map_err(|error: crate::domain::ParseLoginError| ConsoleError::Bad(error.to_string()))?;
    let name: String = form.name.trim().chars().take(40).collect();
    let name = if name.is_empty() { login.to_string() } else { name };
    let new = NewAccount { login: login.clone(), name, role: role(&form.role)?, own_only: !form.own_only.is_empty() };
    let Some(id) = console.store.make_account(&new).await? else {
        return Err(ConsoleError::Bad(format!("{login} is taken")));
    };
    let secret = console.store.invite(id).await?;
    let detail = format!("made as {}", new.role);
    console.store.record(staff.login(), AuditDeed::AccountChanged, &format!("account {login}"), &detail).await?;
    staff_page(&console, &staff, Some((login.to_string(), format!("/invitation/{secret}")))).await
}

/// A change of an account.
#[derive(serde::Deserialize)]
pub(super) struct Change {
    role: String,
    #[serde(default)]
    own_only: String,
    #[serde(default)]
    locked: String,
}

/// Changes role, sight and lock of an account; nobody locks or lowers themselves.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
    Form(form): Form<Change>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ManageStaff)?;
    let mut account = console.store.account(id).await?.ok_or(ConsoleError::NotFound)?;
    let new_role = role(&form.role)?;
    if id == staff.account.id && (!form.locked.is_empty() || new_role != account.role) {
        return Err(ConsoleError::Bad("somebody else must change your role".to_owned()));
    }
    account.role = new_role;
    account.own_only = !form.own_only.is_empty();
    account.locked_at = (!form.locked.is_empty()).then(|| account.locked_at.unwrap_or(console.store.now()));
    console.store.write_account(&account).await?;
    let detail = format!("{new_role}, own only {}, locked {}", account.own_only, account.locked_at.is_some());
    let object = format!("account {}", account.login);
    console.store.record(staff.login(), AuditDeed::AccountChanged, &object, &detail).await?;
    Ok(Redirect::to("/staff").into_response())
}

/// Makes a new link for an account whose password is lost.
pub(super) async fn invite(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ManageStaff)?;
    let account = console.store.account(id).await?.ok_or(ConsoleError::NotFound)?;
    let secret = console.store.invite(id).await?;
    let object = format!("account {}", account.login);
    console.store.record(staff.login(), AuditDeed::AccountChanged, &object, "new link").await?;
    staff_page(&console, &staff, Some((account.login.to_string(), format!("/invitation/{secret}")))).await
}

/// Ends a session: one's own, or anybody's for who runs the console.
pub(super) async fn end_session(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Response, ConsoleError> {
    let only_own = (!staff.may(Permission::ManageStaff)).then_some(staff.account.id);
    if !console.store.revoke_session(id, only_own).await? {
        return Err(ConsoleError::NotFound);
    }
    console.store.record(staff.login(), AuditDeed::SessionEnded, &format!("session {id}"), "").await?;
    Ok(Redirect::to("/account").into_response())
}

#[derive(serde::Serialize)]
struct Own {
    sessions: Vec<Session>,
    language: String,
    languages: Vec<&'static str>,
    totp: bool,
    /// A secret that is to be put into the app and proved by a code.
    secret: Option<String>,
}

async fn own_page(console: &Console, staff: &Staff, secret: Option<String>) -> Result<Html<String>, ConsoleError> {
    let names = [(staff.account.id, staff.login().to_owned())];
    let rows = console.store.sessions(Some(staff.account.id)).await?;
    let page = Own {
        sessions: sessions(console, staff, rows, &names),
        language: staff.account.language.clone().unwrap_or_default(),
        languages: Language::ALL.iter().map(|language| language.as_str()).collect(),
        totp: staff.account.totp_secret.is_some(),
        secret,
    };
    console.pages.page("account.html", staff, page)
}

/// One's own account.
pub(super) async fn own(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    own_page(&console, &staff, None).await
}

/// The language of the pages; empty for the browser's.
#[derive(serde::Deserialize)]
pub(super) struct ChooseLanguage {
    language: String,
}

/// Chooses the language.
pub(super) async fn language(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<ChooseLanguage>,
) -> Result<Redirect, ConsoleError> {
    let mut account = staff.account.clone();
    account.language = form.language.parse::<Language>().ok().map(|language| language.to_string());
    console.store.write_account(&account).await?;
    Ok(Redirect::to("/account"))
}

/// A new password.
#[derive(serde::Deserialize)]
pub(super) struct Password {
    old: String,
    password: String,
}

/// Changes the password; the other sessions end.
pub(super) async fn password(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Password>,
) -> Result<Redirect, ConsoleError> {
    if !is_password(&form.old, staff.account.password.as_deref()).await {
        return Err(ConsoleError::Bad("the old password is wrong".to_owned()));
    }
    let mut account = staff.account.clone();
    account.password = Some(hash_password(&form.password).await?);
    console.store.write_account(&account).await?;
    for session in console.store.sessions(Some(account.id)).await? {
        if session.id != staff.session {
            console.store.revoke_session(session.id, Some(account.id)).await?;
        }
    }
    console.store.record(staff.login(), AuditDeed::PasswordSet, &format!("account {}", staff.login()), "").await?;
    Ok(Redirect::to("/account"))
}

/// One-time codes: nothing to begin, a secret with its first code to switch on, `off` with the password to switch off.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Totp {
    secret: String,
    code: String,
    password: String,
}

/// Switches one-time codes on or off.
pub(super) async fn codes(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Totp>,
) -> Result<Html<String>, ConsoleError> {
    let mut account = staff.account.clone();
    if account.totp_secret.is_some() {
        if !is_password(&form.password, account.password.as_deref()).await {
            return Err(ConsoleError::Bad("the password is wrong".to_owned()));
        }
        account.totp_secret = None;
    } else if form.secret.is_empty() {
        return own_page(&console, &staff, Some(totp::new_secret())).await;
    } else if totp::is_code(&form.secret, &form.code, console.store.now().millis()) {
        account.totp_secret = Some(form.secret);
    } else {
        return Err(ConsoleError::Bad("the code does not fit; try again".to_owned()));
    }
    console.store.write_account(&account).await?;
    let detail = if account.totp_secret.is_some() { "on" } else { "off" };
    console.store.record(staff.login(), AuditDeed::TotpChanged, &format!("account {}", staff.login()), detail).await?;
    own_page(&console, &Staff { account, ..staff }, None).await
}
