//! The search page. What is searched for may be private, so it is sent by a form and kept under an opaque name, which
//! is all that stands in the address. Leaves to others: finding (`store`).

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::masking::Masker;
use super::state::Staff;
use super::{Console, ConsoleError};
use crate::domain::Permission;
use crate::store::console::{AuditDeed, Filter, Hit, fold};

/// Hits on a page.
const HITS: u32 = 50;
/// The most letters of what is searched for.
const LONGEST: usize = 64;
/// Letters before and after the first hit.
const AROUND: usize = 40;

/// A piece of a text, marked or not.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Piece {
    text: String,
    hit: bool,
}

#[derive(serde::Serialize)]
struct Found {
    number: i64,
    sequence: i64,
    time: String,
    author: &'static str,
    owner: &'static str,
    pieces: Vec<Piece>,
}

#[derive(Default, serde::Serialize)]
struct Page {
    words: String,
    token: String,
    searched: bool,
    hits: Vec<Found>,
    next: Option<i64>,
}

/// The empty form.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
) -> Result<Html<String>, ConsoleError> {
    console.pages.page("search.html", &staff, Page::default())
}

/// What is searched for.
#[derive(serde::Deserialize)]
pub(super) struct Start {
    words: String,
}

/// Keeps what is searched for and goes to its page.
pub(super) async fn start(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Start>,
) -> Result<Response, ConsoleError> {
    let words: String = form.words.trim().chars().take(LONGEST).collect();
    if words.is_empty() {
        return Ok(Redirect::to("/search").into_response());
    }
    let token = console.store.remember_search(staff.account.id, &words).await?;
    console.store.record(staff.login(), AuditDeed::Searched, &format!("search {token}"), "").await?;
    Ok(Redirect::to(&format!("/search/{token}")).into_response())
}

/// Which page of hits.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Paging {
    before: Option<i64>,
}

/// The hits.
pub(super) async fn results(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(token): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Html<String>, ConsoleError> {
    staff.require(Permission::Read)?;
    let words = console.store.remembered_search(&token).await?.ok_or(ConsoleError::NotFound)?;
    let filter = Filter::default();
    let found = console.store.search(&staff.sight(), &words, &filter, console.now(), paging.before, HITS + 1).await?;
    let next = (found.len() > HITS as usize).then(|| found[HITS as usize - 1].id);
    let hits = found.into_iter().take(HITS as usize).map(|hit| shown(&console, hit, &words)).collect();
    console.pages.page("search.html", &staff, Page { words, token, searched: true, hits, next })
}

fn shown(console: &Console, hit: Hit, words: &str) -> Found {
    // A note begins with its author's login on a line of its own.
    let text = Masker::default().mask(&hit.words).replace('\n', " ");
    Found {
        number: hit.number,
        sequence: hit.sequence,
        time: console.moment(hit.at),
        author: hit.author.as_str(),
        owner: hit.owner.as_str(),
        pieces: marked(&text, words),
    }
}

/// Cuts a text around its first hit and marks all hits in what is left.
fn marked(text: &str, words: &str) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let folded: Vec<String> = letters.iter().map(|letter| fold(&letter.to_string())).collect();
    let wanted = fold(words.trim());
    let is_hit = |at: usize| -> Option<usize> {
        let mut rest = wanted.as_str();
        let mut end = at;
        while !rest.is_empty() {
            rest = rest.strip_prefix(folded.get(end)?.as_str())?;
            end += 1;
        }
        (end > at).then_some(end)
    };
    let first = (0..letters.len()).find(|at| is_hit(*at).is_some()).unwrap_or(0);
    let start = first.saturating_sub(AROUND);
    let stop = (first + wanted.chars().count() + AROUND * 2).min(letters.len());
    let mut pieces = Vec::new();
    let mut plain = if start > 0 { "…".to_owned() } else { String::new() };
    let mut at = start;
    while at < stop {
        match is_hit(at) {
            Some(end) => {
                if !plain.is_empty() {
                    pieces.push(Piece { text: std::mem::take(&mut plain), hit: false });
                }
                pieces.push(Piece { text: letters[at..end].iter().collect(), hit: true });
                at = end;
            }
            None => {
                plain.push(letters[at]);
                at += 1;
            }
        }
    }
    if stop < letters.len() {
        plain.push('…');
    }
    if !plain.is_empty() {
        pieces.push(Piece { text: plain, hit: false });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_marked_in_any_width_and_case() {
        let piece = |text: &str, hit| Piece { text: text.to_owned(), hit };
        assert_eq!(
            marked("我要退ＸＬ码，退货", "退xl"),
            [piece("我要", false), piece("退ＸＬ", true), piece("码，退货", false)]
        );
        let long = format!("{}退货{}", "前".repeat(100), "后".repeat(200));
        let pieces = marked(&long, "退货");
        assert!(pieces[0].text.starts_with('…') && pieces[1].hit && pieces[2].text.ends_with('…'), "{pieces:?}");
        assert_eq!(marked("138****5678", "12345"), [piece("138****5678", false)]);
    }
}
