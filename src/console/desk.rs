//! Acting on a conversation: claim, reply, hand back, resolve, put off, label, reveal. What concerns the shopper goes
//! into the inbox like a shopper's own message, so that the engine alone changes the conversation.
//! Leaves to others: taking the turn (`engine`), sending (`runtime`).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::{Extension, Form};

use super::state::Staff;
use super::transcript::{Loaded, load};
use super::{Console, ConsoleError};
use crate::domain::{Content, Event, Inbound, Login, Permission, SlotValue, StaffDeed, Timestamp};
use crate::store::console::{AuditDeed, Entry};

/// Telegram's limit of one message.
const LONGEST_REPLY: usize = 4_000;
/// For how long a reveal holds, in seconds.
const REVEAL_SECONDS: i64 = 300;
/// The most minutes for which a conversation is put off.
const LONGEST_SNOOZE: i64 = 14 * 24 * 60;

/// A name for what a form does, so that sending it twice does it once.
pub(super) fn nonce() -> String {
    rand::random::<[u8; 12]>().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn say(
    console: &Console,
    staff: &Staff,
    entry: &Entry,
    nonce: &str,
    deed: StaffDeed,
) -> Result<(), ConsoleError> {
    staff.require(Permission::Reply)?;
    let nonce: String = nonce.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let nonce = if nonce.is_empty() { self::nonce() } else { nonce };
    let inbound = Inbound {
        key: format!("console/{}/{nonce}", staff.account.id),
        conversation: entry.summary.conversation.clone(),
        at: console.now(),
        in_group: entry.summary.in_group,
        content: Content::Staff { staff: staff.login().to_owned(), deed },
    };
    console.store.receive(&inbound).await?;
    Ok(())
}

async fn record(
    console: &Console,
    staff: &Staff,
    deed: AuditDeed,
    number: i64,
    detail: &str,
) -> Result<(), ConsoleError> {
    Ok(console.store.record(staff.login(), deed, &format!("conversation {number}"), detail).await?)
}

/// Answers the script with nothing, a plain form with the conversation.
fn done(headers: &HeaderMap, number: i64) -> Response {
    if headers.contains_key("x-part") {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Redirect::to(&format!("/conversations/{number}")).into_response()
    }
}

/// Whether somebody else has it; only those who may assign take it from them.
fn is_free(staff: &Staff, entry: &Entry) -> Result<(), ConsoleError> {
    match &entry.summary.staff {
        Some(other) if other != staff.login() && entry.summary.owner == crate::domain::Owner::Staff => {
            staff.require(Permission::Assign)
        }
        _ => Ok(()),
    }
}

/// A form without fields but its name.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Plain {
    nonce: String,
}

/// Takes a conversation over.
pub(super) async fn claim(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Plain>,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    is_free(&staff, &entry)?;
    say(&console, &staff, &entry, &form.nonce, StaffDeed::Claim).await?;
    record(&console, &staff, AuditDeed::Claimed, number, "").await?;
    Ok(done(&headers, number))
}

/// Whom to give it to.
#[derive(serde::Deserialize)]
pub(super) struct Assign {
    staff: String,
}

/// Gives a conversation to a colleague.
pub(super) async fn assign(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Assign>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::Assign)?;
    let entry = staff.conversation(&console, number).await?;
    let login: Login = form.staff.parse().map_err(|_| ConsoleError::Bad("no such colleague".to_owned()))?;
    let colleague = console.store.account_of(&login).await?;
    let colleague = colleague.filter(|one| one.locked_at.is_none() && one.role.may(Permission::Reply));
    let colleague = colleague.ok_or_else(|| ConsoleError::Bad("no such colleague".to_owned()))?;
    let as_colleague = Staff { account: colleague, ..staff.clone() };
    say(&console, &as_colleague, &entry, "", StaffDeed::Claim).await?;
    record(&console, &staff, AuditDeed::Assigned, number, login.as_str()).await?;
    Ok(done(&headers, number))
}

/// Words for the shopper.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Words {
    words: String,
    nonce: String,
}

fn checked(words: &str) -> Result<&str, ConsoleError> {
    let words = words.trim();
    if words.is_empty() {
        return Err(ConsoleError::Bad("there are no words".to_owned()));
    }
    if words.chars().count() > LONGEST_REPLY {
        return Err(ConsoleError::Bad(format!("a reply has at most {LONGEST_REPLY} letters")));
    }
    if let Some(part) = open_part(words) {
        return Err(ConsoleError::Bad(format!("{part} is still to be filled in")));
    }
    Ok(words)
}

/// A part of a canned reply that nobody has filled in.
fn open_part(words: &str) -> Option<&str> {
    let start = words.find("{{")?;
    let end = words[start..].find("}}")?;
    Some(&words[start..start + end + 2])
}

/// Replies to the shopper.
pub(super) async fn reply(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Words>,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    is_free(&staff, &entry)?;
    let words = checked(&form.words)?;
    say(&console, &staff, &entry, &form.nonce, StaffDeed::Say { text: words.to_owned() }).await?;
    console.store.keep_draft(&entry.summary.conversation, staff.account.id, "").await?;
    record(&console, &staff, AuditDeed::Replied, number, "").await?;
    Ok(done(&headers, number))
}

/// Gives a conversation back to the bot, with or without a word.
pub(super) async fn hand_back(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Words>,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    is_free(&staff, &entry)?;
    if !form.words.trim().is_empty() {
        let words = checked(&form.words)?;
        let form = if form.nonce.is_empty() { Words { nonce: nonce(), ..form.clone() } } else { form.clone() };
        say(&console, &staff, &entry, &format!("{}w", form.nonce), StaffDeed::Say { text: words.to_owned() }).await?;
    }
    say(&console, &staff, &entry, &form.nonce, StaffDeed::HandBack).await?;
    record(&console, &staff, AuditDeed::HandedBack, number, "").await?;
    Ok(done(&headers, number))
}

/// Closes a conversation.
pub(super) async fn close(console: &Console, staff: &Staff, entry: &Entry) -> Result<(), ConsoleError> {
    is_free(staff, entry)?;
    say(console, staff, entry, "", StaffDeed::Resolve).await?;
    record(console, staff, AuditDeed::Resolved, entry.number, "").await
}

/// Closes this conversation.
pub(super) async fn resolve(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    close(&console, &staff, &entry).await?;
    Ok(done(&headers, number))
}

/// For how long it is put off; 0 takes it up again.
#[derive(serde::Deserialize)]
pub(super) struct Snooze {
    minutes: i64,
}

/// Puts a conversation off; it comes back by itself, or when the shopper writes.
pub(super) async fn snooze(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Snooze>,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    let minutes = form.minutes.clamp(0, LONGEST_SNOOZE);
    let until: Option<Timestamp> = (minutes > 0).then(|| console.now().plus_seconds(minutes * 60));
    console.store.snooze(&entry.summary.conversation, until).await?;
    record(&console, &staff, AuditDeed::Snoozed, number, &format!("{minutes} minutes")).await?;
    Ok(done(&headers, number))
}

/// A label on or off.
#[derive(serde::Deserialize)]
pub(super) struct Labelling {
    label: i64,
    #[serde(default)]
    on: String,
}

/// Puts a label on or takes it off.
pub(super) async fn label(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Labelling>,
) -> Result<Response, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    console.store.label(&entry.summary.conversation, form.label, !form.on.is_empty()).await?;
    record(&console, &staff, AuditDeed::Labelled, number, &form.label.to_string()).await?;
    Ok(done(&headers, number))
}

/// Shows private data in full for a few minutes, on record.
pub(super) async fn reveal(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::Reveal)?;
    let entry = staff.conversation(&console, number).await?;
    record(&console, &staff, AuditDeed::Revealed, number, "").await?;
    console.store.reveal(staff.session, &entry.summary.conversation, REVEAL_SECONDS).await?;
    Ok(Redirect::to(&format!("/conversations/{number}")).into_response())
}

/// Whether somebody is writing.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Look {
    writing: String,
}

/// Says that somebody looks at it.
pub(super) async fn look(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    Form(form): Form<Look>,
) -> Result<StatusCode, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    console.store.look(&entry.summary.conversation, staff.account.id, !form.writing.is_empty()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a draft.
pub(super) async fn draft(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    Form(form): Form<Words>,
) -> Result<StatusCode, ConsoleError> {
    let entry = staff.conversation(&console, number).await?;
    let words: String = form.words.chars().take(LONGEST_REPLY).collect();
    console.store.keep_draft(&entry.summary.conversation, staff.account.id, &words).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A canned reply with what is known filled in.
#[derive(Debug, serde::Serialize)]
pub(super) struct Canned {
    shortcut: String,
    title: String,
    words: String,
}

/// The canned replies for a conversation. Parts in double braces that are not known stay, to be filled in by hand.
pub(super) async fn canned_of(console: &Console, loaded: &Loaded) -> Result<Vec<Canned>, ConsoleError> {
    let order = loaded.events.iter().rev().find_map(|stored| match &stored.event {
        Event::SlotSet { value: SlotValue::Order(number), .. } => Some(number.clone()),
        _ => None,
    });
    let card = loaded.card.as_ref();
    let order = card.and_then(|card| match &order {
        Some(number) => card.orders.iter().find(|one| one.number == *number),
        None => card.orders.iter().find(|one| !one.parcels.is_empty()).or(card.orders.first()),
    });
    let parcel = order.and_then(|order| order.parcels.last());
    // A name is private: it is filled in as a form of address, not in full.
    let parts = [
        ("{{order}}", order.map(|order| order.number.to_string())),
        ("{{product}}", order.and_then(|order| order.lines.first()).map(|line| line.title.clone())),
        ("{{total}}", order.map(|order| order.total.to_string())),
        ("{{courier}}", parcel.map(|parcel| parcel.courier.clone())),
        ("{{tracking}}", parcel.map(|parcel| parcel.tracking_number.to_string())),
    ];
    let replies = console.store.canned_replies().await?;
    Ok(replies
        .into_iter()
        .map(|reply| {
            let mut words = reply.words;
            for (part, value) in &parts {
                if let Some(value) = value {
                    words = words.replace(part, value);
                }
            }
            Canned { shortcut: reply.shortcut, title: reply.title, words }
        })
        .collect())
}

/// The canned replies as data.
pub(super) async fn canned(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Json<Vec<Canned>>, ConsoleError> {
    let loaded = load(&console, &staff, number).await?;
    Ok(Json(canned_of(&console, &loaded).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_words_and_no_open_part() {
        assert_eq!(checked(" 您好 ").unwrap(), "您好");
        assert!(checked(" \n").is_err());
        assert!(checked(&"长".repeat(LONGEST_REPLY + 1)).is_err());
        assert_eq!(open_part("订单{{order}}已发出"), Some("{{order}}"));
        assert_eq!(open_part("{{ 没有结尾"), None);
    }
}
