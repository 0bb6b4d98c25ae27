//! Figures of a span of days: how much was asked, in which mood, what the bot resolved, how long people were waited for.
//! Plots are made here and every table can be had as CSV. Leaves to others: counting (`store`), drawing (`svg`).

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::civil::Date;

use super::learn::download;
use super::state::Staff;
use super::{Console, ConsoleError, csv, svg};
use crate::domain::{Emotion, HandoverReason, Owner, Permission, Timestamp};
use crate::store::console::{AuditDeed, OwnerChange};

/// Days that are shown if nothing else is said, and at most.
const DAYS: i64 = 14;
const MOST_DAYS: i64 = 366;
/// Resolved by the bot holds if no person was needed for so many days.
const HOLDS_DAYS: i64 = 7;

/// Which days.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Span {
    from: String,
    until: String,
}

struct Days {
    first: Date,
    last: Date,
    from: Timestamp,
    until: Timestamp,
}

impl Span {
    fn days(&self, console: &Console) -> Days {
        let today = console.now().date(&console.zone);
        let last: Date = self.until.parse().unwrap_or(today);
        let earliest = minus(last, MOST_DAYS);
        let first: Date = self.from.parse().unwrap_or_else(|_| minus(last, DAYS - 1));
        let first = first.clamp(earliest, last);
        let start = |date: Date| {
            let zoned = date.to_zoned_datetime(console.zone.clone());
            zoned.map_or(console.now(), |zoned| Timestamp::from_millis(zoned.timestamp().as_millisecond()))
        };
        Days { from: start(first), until: start(last).plus_days(1), first, last }
    }
}

fn minus(date: Date, days: i64) -> Date {
    date.checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap_or(date)
}

/// A figure with its plot and its table.
struct Figure {
    name: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    columns: Vec<(String, Vec<f64>)>,
    layers: Vec<&'static str>,
}

/// Everything of a span.
struct Figures {
    figures: Vec<Figure>,
    cards: Vec<(&'static str, String)>,
}

#[expect(clippy::cast_precision_loss, reason = "counts of messages")]
fn real(count: i64) -> f64 {
    count as f64
}

fn share(part: i64, whole: i64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.0}%", real(part) * 100.0 / real(whole)) }
}

async fn figures(console: &Console, staff: &Staff, days: &Days) -> Result<Figures, ConsoleError> {
    staff.require(Permission::ReadFigures)?;
    let sight = staff.sight();
    let (from, until) = (days.from, days.until);
    let quarters = console.store.quarters(&sight, from, until).await?;
    let mut by_day: BTreeMap<Date, [i64; 4]> = BTreeMap::new();
    let mut day = days.first;
    while day <= days.last {
        by_day.insert(day, [0; 4]);
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    let mut by_hour = [0_i64; 24];
    let (mut messages, mut unanswered) = (0, 0);
    for quarter in &quarters {
        let at = quarter.at.zoned(&console.zone);
        let mood = Emotion::ALL.iter().position(|mood| *mood == quarter.emotion).unwrap_or(0);
        by_day.entry(at.date()).or_default()[mood] += quarter.messages;
        by_hour[usize::try_from(at.hour()).unwrap_or(0)] += quarter.messages;
        messages += quarter.messages;
        unanswered += quarter.unanswered;
    }
    let mood_names: Vec<&'static str> = Emotion::ALL.iter().map(|mood| mood.as_str()).collect();
    let moods = Figure {
        name: "moods",
        head: [&["day"], mood_names.as_slice()].concat(),
        rows: by_day
            .iter()
            .map(|(day, counts)| {
                std::iter::once(day.to_string()).chain(counts.map(|count| count.to_string())).collect()
            })
            .collect(),
        columns: by_day
            .iter()
            .map(|(day, counts)| (day.strftime("%m-%d").to_string(), counts.map(real).to_vec()))
            .collect(),
        layers: mood_names,
    };
    let hours = Figure {
        name: "hours",
        head: vec!["hour", "messages"],
        rows: (0..24).map(|hour| vec![hour.to_string(), by_hour[hour].to_string()]).collect(),
        columns: (0..24).map(|hour| (hour.to_string(), vec![real(by_hour[hour])])).collect(),
        layers: vec![],
    };
    let intents = console.store.intents(&sight, from, until).await?;
    let intents = Figure {
        name: "intents",
        head: vec!["intent", "messages"],
        rows: intents.iter().map(|(intent, count)| vec![intent.to_string(), count.to_string()]).collect(),
        columns: intents.iter().take(10).map(|(intent, count)| (intent.to_string(), vec![real(*count)])).collect(),
        layers: vec![],
    };
    let changes = console.store.owner_changes(&sight, from, until.plus_days(HOLDS_DAYS)).await?;
    let activity = console.store.activity(&sight, from, until).await?;
    let handed: Vec<&OwnerChange> =
        changes.iter().filter(|change| change.owner == Owner::Waiting && change.at < until).collect();
    let reasons: Vec<(HandoverReason, i64)> = HandoverReason::ALL
        .iter()
        .map(|reason| {
            let count = handed.iter().filter(|change| change.reason == Some(*reason)).count();
            (*reason, i64::try_from(count).unwrap_or(i64::MAX))
        })
        .collect();
    let reasons = Figure {
        name: "reasons",
        head: vec!["reason", "handovers"],
        rows: reasons.iter().map(|(reason, count)| vec![reason.to_string(), count.to_string()]).collect(),
        columns: reasons.iter().map(|(reason, count)| (reason.to_string(), vec![real(*count)])).collect(),
        layers: vec![],
    };
    let ratings = console.store.ratings(&sight, from, until).await?;
    let stars = |wanted: i64| ratings.iter().find(|(stars, _)| *stars == wanted).map_or(0, |(_, count)| *count);
    let rated: i64 = ratings.iter().map(|(_, count)| count).sum();
    let total: i64 = ratings.iter().map(|(stars, count)| stars * count).sum();
    let ratings = Figure {
        name: "ratings",
        head: vec!["stars", "conversations"],
        rows: (1..=5).map(|star| vec![star.to_string(), stars(star).to_string()]).collect(),
        columns: (1..=5).map(|star| (format!("{star}★"), vec![real(stars(star))])).collect(),
        layers: vec![],
    };
    let resolution = Resolution::of(console, &activity, &changes);
    let waits = first_responses(&changes, until);
    let cards = vec![
        ("messages", messages.to_string()),
        ("conversations", resolution.conversation_days.to_string()),
        ("by_bot", share(resolution.by_bot, resolution.conversation_days)),
        ("still", share(resolution.still, resolution.by_bot)),
        ("handover_rate", share(resolution.conversation_days - resolution.by_bot, resolution.conversation_days)),
        ("first_response", median(&waits).map_or("–".to_owned(), minutes)),
        ("not_understood", share(unanswered, messages)),
        ("rating", if rated == 0 { "–".to_owned() } else { format!("{:.1} ★", real(total) / real(rated)) }),
    ];
    Ok(Figures { figures: vec![moods, hours, intents, reasons, ratings], cards })
}

/// What the bot resolved: a day of a conversation on which no person was wanted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Resolution {
    conversation_days: i64,
    by_bot: i64,
    /// Of those, the ones after which no person was wanted for seven days.
    still: i64,
}

impl Resolution {
    fn of(console: &Console, activity: &[(i64, Timestamp)], changes: &[OwnerChange]) -> Self {
        let mut days: Vec<(i64, Date)> =
            activity.iter().map(|(number, at)| (*number, at.date(&console.zone))).collect();
        days.dedup();
        let wanted: Vec<(i64, Date)> = changes
            .iter()
            .filter(|change| change.owner == Owner::Waiting)
            .map(|change| (change.number, change.at.date(&console.zone)))
            .collect();
        let mut resolution = Resolution::default();
        for (number, day) in days {
            resolution.conversation_days += 1;
            let is_wanted = |first: Date, last: Date| {
                wanted.iter().any(|(other, at)| *other == number && (first..=last).contains(at))
            };
            if !is_wanted(day, day) {
                resolution.by_bot += 1;
                let last = day.checked_add(jiff::SignedDuration::from_hours(24 * HOLDS_DAYS)).unwrap_or(day);
                if !is_wanted(day, last) {
                    resolution.still += 1;
                }
            }
        }
        resolution
    }
}

/// Seconds from the wish for a person to a person, where one came.
fn first_responses(changes: &[OwnerChange], until: Timestamp) -> Vec<i64> {
    let mut waits = Vec::new();
    let mut since: Option<(i64, Timestamp)> = None;
    for change in changes {
        match change.owner {
            Owner::Waiting if change.at < until => since = Some((change.number, change.at)),
            Owner::Staff => {
                if let Some((number, at)) = since.take()
                    && number == change.number
                {
                    waits.push(change.at.seconds_since(at));
                }
            }
            _ => since = None,
        }
    }
    waits.sort_unstable();
    waits
}

fn median(sorted: &[i64]) -> Option<i64> {
    sorted.get(sorted.len() / 2).copied()
}

fn minutes(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[derive(serde::Serialize)]
struct Plot {
    name: &'static str,
    svg: String,
    layers: Vec<&'static str>,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

#[derive(serde::Serialize)]
struct Page {
    from: String,
    until: String,
    cards: Vec<(&'static str, String)>,
    plots: Vec<Plot>,
}

/// The page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Query(span): Query<Span>,
) -> Result<Html<String>, ConsoleError> {
    let days = span.days(&console);
    let figures = figures(&console, &staff, &days).await?;
    let word = |key: String| console.pages.word(staff.language, &key);
    let set = |name: &str| match name {
        "moods" => Some("emotion"),
        "intents" => Some("intent"),
        "reasons" => Some("reason"),
        _ => None,
    };
    let plots = figures
        .figures
        .into_iter()
        .map(|figure| {
            let names = |text: &String| match set(figure.name) {
                Some(set) if figure.name != "moods" => word(format!("{set}.{text}")),
                _ => text.clone(),
            };
            let columns: Vec<(String, Vec<f64>)> =
                figure.columns.iter().map(|(label, values)| (names(label), values.clone())).collect();
            let layers: Vec<String> = figure.layers.iter().map(|mood| word(format!("emotion.{mood}"))).collect();
            let title = word(format!("figure.{}", figure.name));
            Plot {
                name: figure.name,
                svg: svg::bars(&title, &columns, &layers),
                layers: figure.layers,
                head: figure.head,
                rows: figure.rows,
            }
        })
        .collect();
    let page = Page { from: days.first.to_string(), until: days.last.to_string(), cards: figures.cards, plots };
    console.pages.page("figures.html", &staff, page)
}

/// A figure's table.
pub(super) async fn table(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(figure): Path<String>,
    Query(span): Query<Span>,
) -> Result<Response, ConsoleError> {
    staff.require(Permission::ExportFigures)?;
    let days = span.days(&console);
    let figures = figures(&console, &staff, &days).await?;
    let found = figures.figures.into_iter().find(|one| one.name == figure).ok_or(ConsoleError::NotFound)?;
    let text = csv::csv(&found.head, found.rows)?;
    console.store.record(staff.login(), AuditDeed::Exported, &format!("figure {figure}"), "").await?;
    Ok(download(&format!("{figure}.csv"), "text/csv; charset=utf-8", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_waits_from_the_wish_for_a_person_until_one_comes() {
        let change =
            |number, at: i64, owner| OwnerChange { number, at: Timestamp::from_millis(at), owner, reason: None };
        let changes = [
            change(1, 0, Owner::Waiting),
            change(1, 90_000, Owner::Staff),
            change(2, 0, Owner::Waiting),
            change(2, 60_000, Owner::Bot),
            change(3, 10_000, Owner::Waiting),
            change(3, 40_000, Owner::Staff),
            change(4, 0, Owner::Waiting),
        ];
        let waits = first_responses(&changes, Timestamp::from_millis(1_000_000));
        assert_eq!(waits, [30, 90]);
        assert_eq!(median(&waits).map(minutes).as_deref(), Some("1:30"));
        assert_eq!((share(1, 3).as_str(), share(0, 0).as_str()), ("33%", "–"));
    }
}
