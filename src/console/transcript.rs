//! One conversation: what was said as the shopper saw it, why the bot said it, who owned it when, whom it is with.
//! Leaves to others: acting on it (`desk`), what led to an answer (`why`), masking (`masking`).

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Html;

use super::context::{Context, context_of};
use super::masking::Masker;
use super::state::Staff;
use super::why::Why;
use super::{Console, ConsoleError, CustomerCard};
use crate::domain::{Content, Event, Message, Permission, StoredEvent};
use crate::store::console::{AuditDeed, Correction, CorrectionField, Entry, Note, Verdict};

/// What stands in the middle of the page.
#[derive(Debug, serde::Serialize)]
pub(super) struct Thread {
    pub number: i64,
    pub items: Vec<Item>,
    /// The last event: a page that is older fetches anew.
    pub last: i64,
    pub owner: &'static str,
    pub mine: bool,
    pub staff: Option<String>,
}

/// One line of the transcript.
#[derive(Debug, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Item {
    /// The shopper.
    Shopper {
        sequence: i64,
        time: String,
        full: String,
        text: String,
        /// `text`, `pressed`, `photo`, `contact`, `command`, `unreadable`, `stale`.
        what: &'static str,
        why: Option<Why>,
        corrections: BTreeMap<&'static str, String>,
    },
    /// The bot or a person.
    Shop {
        sequence: i64,
        time: String,
        full: String,
        messages: Vec<Said>,
        /// The person, if it was one.
        staff: Option<String>,
        verdict: &'static str,
    },
    /// Something happened.
    Mark { sequence: i64, time: String, what: &'static str, reason: Option<&'static str>, staff: Option<String> },
    /// A note of the staff.
    Note { time: String, staff: String, text: String },
}

/// A message of the shop.
#[derive(Debug, serde::Serialize)]
pub(super) struct Said {
    text: String,
    image: Option<String>,
    buttons: Vec<Vec<String>>,
    asks_contact: bool,
}

fn said(message: &Message, masker: &Masker) -> Said {
    Said {
        text: masker.mask(message.text.trim()),
        image: message.image.clone(),
        buttons: message
            .buttons
            .iter()
            .map(|row| row.iter().map(|button| masker.mask(&button.label)).collect())
            .collect(),
        asks_contact: message.asks_contact,
    }
}

/// What a page of a conversation needs.
pub(super) struct Loaded {
    pub entry: Entry,
    pub events: Vec<StoredEvent>,
    pub card: Option<CustomerCard>,
    pub masker: Masker,
    pub revealed: bool,
}

/// Reads a conversation for somebody who may see it.
pub(super) async fn load(console: &Console, staff: &Staff, number: i64) -> Result<Loaded, ConsoleError> {
    staff.require(Permission::Read)?;
    let entry = staff.conversation(console, number).await?;
    let conversation = &entry.summary.conversation;
    let events = console.store.events(conversation).await?;
    let card = match console.shop.customer(conversation, entry.summary.customer).await {
        Ok(card) => card,
        Err(error) => {
            tracing::warn!(%error, "the shop does not answer the console");
            None
        }
    };
    let revealed = staff.may(Permission::Reveal) && console.store.is_revealed(staff.session, conversation).await?;
    let masker = if revealed { Masker::off() } else { Masker::of(&events, card.as_ref()) };
    Ok(Loaded { entry, events, card, masker, revealed })
}

/// The middle of the page.
pub(super) async fn thread_of(console: &Console, staff: &Staff, loaded: &Loaded) -> Result<Thread, ConsoleError> {
    let conversation = &loaded.entry.summary.conversation;
    let notes = console.store.notes(conversation).await?;
    let corrections = console.store.corrections(Some(conversation)).await?;
    let verdicts = console.store.verdicts(conversation).await?;
    let items = items(console, loaded, &notes, &corrections, &verdicts);
    Ok(Thread {
        number: loaded.entry.number,
        items,
        last: loaded.entry.summary.last_sequence,
        owner: loaded.entry.summary.owner.as_str(),
        mine: loaded.entry.summary.staff.as_deref() == Some(staff.login()),
        staff: loaded.entry.summary.staff.clone(),
    })
}

fn items(
    console: &Console,
    loaded: &Loaded,
    notes: &[Note],
    corrections: &[Correction],
    verdicts: &BTreeMap<i64, Verdict>,
) -> Vec<Item> {
    let masker = &loaded.masker;
    let starts: Vec<usize> = (0..loaded.events.len())
        .filter(|at| matches!(loaded.events[*at].event, Event::Received { .. }))
        .chain([loaded.events.len()])
        .collect();
    let mut items = Vec::new();
    let mut staff: Option<String> = None;
    let mut notes = notes.iter().peekable();
    let mut turn = 0;
    for (at, stored) in loaded.events.iter().enumerate() {
        let (sequence, time, full) = (stored.sequence, console.moment(stored.at), console.full_moment(stored.at));
        if starts.get(turn) == Some(&at) {
            turn += 1;
        }
        match &stored.event {
            Event::Received { content: Content::Staff { staff: login, .. }, .. } => staff = Some(login.clone()),
            Event::Received { content, .. } => {
                staff = None;
                let end = starts.get(turn).copied().unwrap_or(loaded.events.len());
                let why = Why::of(&loaded.events[at..end], masker);
                if let Some((what, text)) = arrived(content, masker) {
                    let corrections = corrections
                        .iter()
                        .filter(|correction| correction.sequence == sequence)
                        .map(|correction| (correction.field.as_str(), masker.mask(&correction.value)))
                        .collect();
                    let why = (!why.is_empty()).then_some(why);
                    items.push(Item::Shopper { sequence, time, full, text, what, why, corrections });
                }
            }
            Event::Replied { messages } => {
                let by_person = messages.iter().all(|message| message.key.is_none());
                let verdict = match verdicts.get(&sequence) {
                    Some(Verdict::Good) => "good",
                    Some(Verdict::Bad) => "bad",
                    None => "",
                };
                items.push(Item::Shop {
                    sequence,
                    time,
                    full,
                    messages: messages.iter().map(|message| said(message, masker)).collect(),
                    staff: staff.clone().filter(|_| by_person),
                    verdict,
                });
            }
            Event::OwnerChanged { owner, reason, staff } => items.push(Item::Mark {
                sequence,
                time,
                what: owner.as_str(),
                reason: reason.map(|reason| reason.as_str()),
                staff: staff.clone(),
            }),
            Event::Verified { .. } => {
                items.push(Item::Mark { sequence, time, what: "verified", reason: None, staff: None });
            }
            Event::VerificationFailed => {
                items.push(Item::Mark { sequence, time, what: "not_verified", reason: None, staff: None });
            }
            Event::SessionStarted => {
                items.push(Item::Mark { sequence, time, what: "silence", reason: None, staff: None });
            }
            _ => {}
        }
        while let Some(note) = notes.next_if(|note| note.sequence <= sequence) {
            items.push(Item::Note {
                time: console.moment(note.at),
                staff: note.staff.clone(),
                text: masker.mask(&note.words),
            });
        }
    }
    items
}

/// What arrived, for reading; nothing for notices that nobody wrote.
fn arrived(content: &Content, masker: &Masker) -> Option<(&'static str, String)> {
    Some(match content {
        Content::Text { text } => ("text", masker.mask(text)),
        Content::Pressed { label, .. } => ("pressed", masker.mask(label)),
        Content::StalePress => ("stale", String::new()),
        Content::Contact { phone, .. } => ("contact", masker.phone(phone)),
        Content::Photo { caption, .. } => ("photo", masker.mask(caption.as_deref().unwrap_or_default())),
        Content::Command { command } => ("command", format!("/{command}")),
        Content::Unreadable { what } => ("unreadable", what.clone()),
        Content::Reachable { .. } | Content::Staff { .. } => return None,
    })
}

#[derive(serde::Serialize)]
struct Page {
    title: i64,
    list: super::conversations::ListPart,
    thread: Thread,
    context: Context,
    draft: String,
    nonce: String,
    canned: Vec<super::desk::Canned>,
    emotions: Vec<&'static str>,
    intents: Vec<&'static str>,
    fields: Vec<&'static str>,
}

/// The page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Result<Html<String>, ConsoleError> {
    let loaded = load(&console, &staff, number).await?;
    console.store.record(staff.login(), AuditDeed::Read, &format!("conversation {number}"), "").await?;
    let conversation = &loaded.entry.summary.conversation;
    let draft = console.store.draft(conversation, staff.account.id).await?.unwrap_or_default();
    let list = super::conversations::list_part(&console, &staff, &query.unwrap_or_default(), Some(number)).await?;
    let page = Page {
        title: number,
        list,
        thread: thread_of(&console, &staff, &loaded).await?,
        context: context_of(&console, &staff, &loaded).await?,
        draft,
        nonce: super::desk::nonce(),
        canned: super::desk::canned_of(&console, &loaded).await?,
        emotions: crate::domain::Emotion::ALL.iter().map(|emotion| emotion.as_str()).collect(),
        intents: crate::domain::Intent::ALL.iter().map(|intent| intent.as_str()).collect(),
        fields: CorrectionField::ALL.iter().map(|field| field.as_str()).collect(),
    };
    console.pages.page("conversation.html", &staff, page)
}

#[derive(serde::Serialize)]
struct ThreadPage {
    thread: Thread,
}

/// The middle alone, for a live page.
pub(super) async fn thread(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Html<String>, ConsoleError> {
    let loaded = load(&console, &staff, number).await?;
    let thread = thread_of(&console, &staff, &loaded).await?;
    console.pages.page("thread.html", &staff, ThreadPage { thread })
}

#[derive(serde::Serialize)]
struct ContextPage {
    context: Context,
}

/// The right side alone.
pub(super) async fn context(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Html<String>, ConsoleError> {
    let loaded = load(&console, &staff, number).await?;
    let context = context_of(&console, &staff, &loaded).await?;
    console.pages.page("context.html", &staff, ContextPage { context })
}

#[derive(serde::Serialize)]
struct PrintPage {
    thread: Thread,
    printed_at: String,
}

/// The transcript for paper.
pub(super) async fn print(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Html<String>, ConsoleError> {
    let loaded = load(&console, &staff, number).await?;
    console.store.record(staff.login(), AuditDeed::Read, &format!("conversation {number}"), "print").await?;
    let thread = thread_of(&console, &staff, &loaded).await?;
    let printed_at = console.full_moment(console.now());
    console.pages.page("print.html", &staff, PrintPage { thread, printed_at })
}
