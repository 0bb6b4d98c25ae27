//! Settings: canned replies, labels, retention; accounts of the staff; one's own account; the audit; alerts.
//! Leaves to others: keeping them (`store`).

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::state::Staff;
use super::{Console, ConsoleError};
use crate::domain::Permission;
use crate::store::console::AuditDeed;

/// The setting under which the days of retention are kept.
pub(super) const RETENTION: &str = "retention_days";
/// Alerts and dead letters on the page.
const ALERTS: u32 = 100;
/// Rows of the audit on a page.
const AUDIT_ROWS: u32 = 100;

#[derive(serde::Serialize)]
struct Page {
    canned: Vec<(i64, String, String, String)>,
    labels: Vec<(i64, String, i64)>,
    retention: String,
}

/// The page of settings.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ManageWords)?;
    let canned = console.store.canned_replies().await?;
    let labels = console.store.labels().await?;
    let page = Page {
        canned: canned.into_iter().map(|one| (one.id, one.shortcut, one.title, one.words)).collect(),
        labels: labels.into_iter().map(|one| (one.id, one.name, one.colour)).collect(),
        retention: console.store.console_setting(RETENTION).await?.unwrap_or_default(),
    };
    console.pages.page("settings.html", &staff, page)
}

async fn changed(console: &Console, staff: &Staff, what: &str) -> Result<Response, ConsoleError> {
    console.store.record(staff.login(), AuditDeed::SettingChanged, what, "").await?;
    Ok(Redirect::to("/settings").into_response())
}

/// A canned reply.
#[derive(serde::Deserialize)]
pub(super) struct Canned {
    shortcut: String,
    title: String,
    words: String,
}

/// Writes a canned reply.
pub(super) async fn write_canned(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Canned>,
) -> Result<Response, ConsoleError> {
    let shortcut: String = form.shortcut.trim().chars().filter(|letter| !letter.is_whitespace()).take(24).collect();
    let (title, words) = (form.title.trim(), form.words.trim());
    if shortcut.is_empty() || title.is_empty() || words.is_empty() || words.chars().count() > 2_000 {
        return Err(ConsoleError::Bad("a canned reply has a shortcut, a title and at most 2000 letters".to_owned()));
    }
    console.store.write_canned_reply(&shortcut, title, words).await?;
    changed(&console, &staff, &format!("canned reply {shortcut}")).await
}

/// Deletes a canned reply.
pub(super) async fn delete_canned(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Response, ConsoleError> {
    console.store.delete_canned_reply(id).await?;
    changed(&console, &staff, &format!("canned reply {id} deleted")).await
}

/// A label.
#[derive(serde::Deserialize)]
pub(super) struct NewLabel {
    name: String,
    colour: i64,
}

/// Makes a label.
pub(super) async fn make_label(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<NewLabel>,
) -> Result<Response, ConsoleError> {
    let name: String = form.name.trim().chars().take(20).collect();
    if name.is_empty() {
        return Err(ConsoleError::Bad("a label has a name".to_owned()));
    }
    console.store.make_label(&name, form.colour.clamp(0, 7)).await?;
    changed(&console, &staff, &format!("label {name}")).await
}

/// Deletes a label.
pub(super) async fn delete_label(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Response, ConsoleError> {
    console.store.delete_label(id).await?;
    changed(&console, &staff, &format!("label {id} deleted")).await
}

/// How long conversations are kept.
#[derive(serde::Deserialize)]
pub(super) struct Retention {
    days: String,
}

/// Sets the retention; empty keeps everything.
pub(super) async fn retention(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Retention>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ManageSettings)?;
    let days = form.days.trim();
    if !days.is_empty() && !days.parse::<i64>().is_ok_and(|days| (30..=3650).contains(&days)) {
        return Err(ConsoleError::Bad("between 30 and 3650 days, or nothing".to_owned()));
    }
    console.store.set_console_setting(RETENTION, days).await?;
    changed(&console, &staff, &format!("retention {days}")).await
}

#[derive(serde::Serialize)]
struct AlertsPage {
    alerts: Vec<(i64, String, &'static str, Option<i64>, String)>,
    dead: Vec<(i64, String, Option<i64>, String)>,
    safety: Vec<(i64, String, String)>,
    shop: Vec<super::Shelf>,
}

/// The alerts that nobody has seen, what could not be delivered, and open incidents of safety.
pub(super) async fn alerts(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ReadAlerts)?;
    let sight = staff.sight();
    let mut page = AlertsPage { alerts: Vec::new(), dead: Vec::new(), safety: Vec::new(), shop: Vec::new() };
    for alert in console.store.alerts(ALERTS).await? {
        let number = visible(&console, &sight, alert.conversation.as_ref()).await?;
        let time = console.full_moment(alert.at);
        page.alerts.push((alert.id, time, alert.kind.as_str(), number, alert.detail));
    }
    for letter in console.store.dead_letters(ALERTS).await? {
        let number = visible(&console, &sight, Some(&letter.conversation)).await?;
        page.dead.push((letter.id, console.full_moment(letter.at), number, letter.fault));
    }
    let open = crate::store::console::Filter { handed_over: true, ..crate::store::console::Filter::default() };
    let order = crate::store::console::Order::Latest;
    for entry in console.store.list(&sight, &open, order, console.now(), 0, ALERTS).await? {
        if entry.summary.reason == Some(crate::domain::HandoverReason::Safety) {
            let preview = super::masking::Masker::default().mask(&entry.preview);
            page.safety.push((entry.number, console.moment(entry.summary.last_at), preview));
        }
    }
    match console.shop.shelves().await {
        Ok(shelves) => page.shop = shelves,
        Err(error) => tracing::warn!(%error, "the shop does not answer the console"),
    }
    console.pages.page("alerts.html", &staff, page)
}

async fn visible(
    console: &Console,
    sight: &crate::store::console::Sight,
    conversation: Option<&crate::domain::ConversationId>,
) -> Result<Option<i64>, ConsoleError> {
    let Some(conversation) = conversation else { return Ok(None) };
    let Some(number) = console.store.number_of(conversation).await? else { return Ok(None) };
    Ok(console.store.entry(sight, number).await?.map(|entry| entry.number))
}

/// Marks an alert as seen.
pub(super) async fn see_alert(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Redirect, ConsoleError> {
    staff.require(Permission::SettleAlerts)?;
    console.store.see_alert(id).await?;
    console.store.record(staff.login(), AuditDeed::AlertSeen, &format!("alert {id}"), "").await?;
    Ok(Redirect::to("/alerts"))
}

/// Which rows of the audit.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct AuditQuery {
    about: String,
    before: Option<i64>,
}

#[derive(serde::Serialize)]
struct AuditPage {
    about: String,
    rows: Vec<(i64, String, String, &'static str, String, String)>,
    next: Option<i64>,
    count: i64,
    head: String,
    broken: Option<i64>,
}

/// The audit, with the state of its chain.
pub(super) async fn audit(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Query(query): Query<AuditQuery>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ReadAudit)?;
    let report = console.store.verify_audit().await?;
    let about = Some(query.about.trim()).filter(|about| !about.is_empty());
    let entries = console.store.audit(about, query.before, AUDIT_ROWS).await?;
    let next = (entries.len() == AUDIT_ROWS as usize).then(|| entries.last().map(|entry| entry.id)).flatten();
    let rows = entries
        .into_iter()
        .map(|entry| {
            let time = console.full_moment(entry.at);
            (entry.id, time, entry.staff, entry.deed.as_str(), entry.object, entry.detail)
        })
        .collect();
    let page = AuditPage {
        about: query.about,
        rows,
        next,
        count: report.rows,
        head: report.head,
        broken: report.broken.map(|fault| fault.id),
    };
    console.pages.page("audit.html", &staff, page)
}
