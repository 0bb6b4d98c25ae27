//! Learning from mistakes: corrections, verdicts and notes at messages; corrections as training rows; what was not
//! understood, by topic; a scripted test of a conversation. Leaves to others: training (`training`), rows
//! (`training_rows`), the test's text (`yaml`), topics (`topics`).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::masking::Masker;
use super::state::Staff;
use super::topics::{Topic, topics};
use super::training_rows::{rows, tsv};
use super::transcript::load;
use super::{Console, ConsoleError, yaml};
use crate::domain::{Emotion, EntityKind, Event, Intent, Permission};
use crate::store::console::{AuditDeed, CorrectionField, Verdict};

/// Messages that were not understood, looked at for topics.
const UNANSWERED: u32 = 2_000;
/// The longest note.
const LONGEST_NOTE: usize = 2_000;

/// What should have been understood.
#[derive(serde::Deserialize)]
pub(super) struct Correct {
    sequence: i64,
    field: String,
    value: String,
}

/// Checks a correction; names that do not exist are refused here and not in a training run.
fn checked(field: CorrectionField, value: &str) -> Result<String, ConsoleError> {
    let parts = value.split('|').map(str::trim).filter(|part| !part.is_empty());
    let bad = |what: &str| ConsoleError::Bad(format!("{what:?} is not known"));
    let checked: Result<Vec<&str>, ConsoleError> = match field {
        CorrectionField::Intents => {
            parts.map(|part| part.parse::<Intent>().map(|intent| intent.as_str()).map_err(|_| bad(part))).collect()
        }
        CorrectionField::Emotion => {
            parts.take(1).map(|part| part.parse::<Emotion>().map(|mood| mood.as_str()).map_err(|_| bad(part))).collect()
        }
        CorrectionField::Entities => parts
            .map(|part| match part.split_once('=') {
                Some((kind, text)) if kind.trim().parse::<EntityKind>().is_ok() && !text.trim().is_empty() => Ok(part),
                _ => Err(bad(part)),
            })
            .collect(),
    };
    let checked = checked?;
    if checked.is_empty() { Err(bad(value)) } else { Ok(checked.join("|")) }
}

/// Keeps a correction.
pub(super) async fn correct(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Correct>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::Review)?;
    let entry = staff.conversation(&console, number).await?;
    let field: CorrectionField = form.field.parse().map_err(|_| ConsoleError::Bad("which field?".to_owned()))?;
    let value = checked(field, &form.value)?;
    let conversation = &entry.summary.conversation;
    let events = console.store.events_after(conversation, form.sequence - 1).await?;
    let is_message = events.first().is_some_and(|stored| {
        stored.sequence == form.sequence && matches!(&stored.event, Event::Received { meaning: Some(_), .. })
    });
    if !is_message {
        return Err(ConsoleError::NotFound);
    }
    console.store.correct(conversation, form.sequence, field, &value, staff.login()).await?;
    let object = format!("conversation {number}");
    console.store.record(staff.login(), AuditDeed::Corrected, &object, &format!("{} {field}", form.sequence)).await?;
    Ok(done(&headers, number))
}

fn done(headers: &HeaderMap, number: i64) -> Response {
    if headers.contains_key("x-part") {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Redirect::to(&format!("/conversations/{number}")).into_response()
    }
}

/// `1` for good, `0` for bad, empty for neither.
#[derive(serde::Deserialize)]
pub(super) struct Judge {
    sequence: i64,
    good: String,
}

/// Judges an answer; the same verdict twice takes it back.
pub(super) async fn judge(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<Judge>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::Review)?;
    let entry = staff.conversation(&console, number).await?;
    let conversation = &entry.summary.conversation;
    let wanted = match form.good.as_str() {
        "1" => Some(Verdict::Good),
        "0" => Some(Verdict::Bad),
        _ => None,
    };
    let held = console.store.verdicts(conversation).await?.get(&form.sequence).copied();
    let verdict = wanted.filter(|wanted| held != Some(*wanted));
    console.store.judge(conversation, form.sequence, verdict, staff.login()).await?;
    let detail = format!("{} {}", form.sequence, form.good);
    console.store.record(staff.login(), AuditDeed::Judged, &format!("conversation {number}"), &detail).await?;
    Ok(done(&headers, number))
}

/// A note at a message.
#[derive(serde::Deserialize)]
pub(super) struct WriteNote {
    sequence: i64,
    words: String,
}

/// Writes a note.
pub(super) async fn note(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<WriteNote>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::Review)?;
    let entry = staff.conversation(&console, number).await?;
    let words: String = form.words.trim().chars().take(LONGEST_NOTE).collect();
    if words.is_empty() {
        return Err(ConsoleError::Bad("there are no words".to_owned()));
    }
    console.store.add_note(&entry.summary.conversation, form.sequence, console.now(), staff.login(), &words).await?;
    console.store.record(staff.login(), AuditDeed::Noted, &format!("conversation {number}"), "").await?;
    Ok(done(&headers, number))
}

#[derive(serde::Serialize)]
struct Page {
    rows: Vec<super::training_rows::Row>,
    topics: Vec<Topic>,
    unanswered: usize,
}

/// Corrections and what was not understood.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::ExportLearning)?;
    let rows = rows(&console.store).await?;
    let unanswered = console.store.unanswered(&staff.sight(), UNANSWERED).await?;
    let masker = Masker::default();
    let messages: Vec<(i64, i64, String)> =
        unanswered.into_iter().map(|(number, sequence, words)| (number, sequence, masker.mask(&words))).collect();
    let page = Page { unanswered: messages.len(), topics: topics(messages), rows };
    console.pages.page("learn.html", &staff, page)
}

/// The corrections as a file that training reads.
pub(super) async fn corrections(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ExportLearning)?;
    let rows = rows(&console.store).await?;
    console.store.record(staff.login(), AuditDeed::Exported, "corrections", &format!("{} rows", rows.len())).await?;
    Ok(download("corrections.tsv", "text/tab-separated-values; charset=utf-8", tsv(&rows)))
}

/// The conversation as a scripted test.
pub(super) async fn script(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(number): Path<i64>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ExportLearning)?;
    let loaded = load(&console, &staff, number).await?;
    let conversation = &loaded.entry.summary.conversation;
    let corrections = console.store.corrections(Some(conversation)).await?;
    let verdicts = console.store.verdicts(conversation).await?;
    let text = yaml::script(number, &loaded, &corrections, &verdicts, &console.zone);
    console.store.record(staff.login(), AuditDeed::Exported, &format!("conversation {number}"), "script").await?;
    Ok(download(&format!("conversation-{number}.yml"), "application/yaml; charset=utf-8", text))
}

/// A file for the browser to keep.
pub(super) fn download(name: &str, kind: &'static str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exists_can_be_correct() {
        assert_eq!(
            checked(CorrectionField::Intents, " stock_query | price_query ").unwrap(),
            "stock_query|price_query"
        );
        assert_eq!(checked(CorrectionField::Emotion, "angry").unwrap(), "angry");
        assert_eq!(checked(CorrectionField::Entities, "colour=黑色|size=M").unwrap(), "colour=黑色|size=M");
        for (field, value) in [
            (CorrectionField::Intents, "stock"),
            (CorrectionField::Intents, "|"),
            (CorrectionField::Emotion, "sad"),
            (CorrectionField::Entities, "colour"),
            (CorrectionField::Entities, "hue=黑"),
        ] {
            assert!(checked(field, value).is_err(), "{value}");
        }
    }
}
