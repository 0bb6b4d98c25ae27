//! The list of conversations: filters in the address (never private data: an order number is kept under an opaque
//! name), counts, saved views, labelling and closing many at once. Leaves to others: statements (`store`).

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::masking::Masker;
use super::state::Staff;
use super::{Console, ConsoleError};
use crate::domain::{Emotion, Intent, OrderNumber, Owner, Permission, Timestamp};
use crate::store::console::{AuditDeed, Entry, Filter, Label, Order};

/// Lines on a page.
const LINES: u32 = 50;
/// The most conversations that are changed at once.
const BULK: usize = 200;

/// The filters as the address holds them.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct Query {
    /// `waiting`, `mine`, `staff`, `bot`, `resolved`, `snoozed`, `all`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub view: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub intent: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub emotion: String,
    /// A login, or `-` for nobody.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub staff: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// `2026-06-18`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// At most so many stars.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rating: String,
    /// `unanswered`, `doubtful`, `handed_over`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unanswered: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doubtful: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub handed_over: String,
    /// The opaque name of an order number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// `latest` or `waiting`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
}

impl Query {
    /// From the part of an address behind `?`; what is unknown counts as not said.
    pub fn parse(text: &str) -> Self {
        let uri: axum::http::Uri = format!("/?{text}").parse().unwrap_or_else(|_| axum::http::Uri::from_static("/"));
        axum::extract::Query::try_from_uri(&uri).map(|axum::extract::Query(query)| query).unwrap_or_default()
    }

    /// As in an address, for links that keep the filters.
    fn text(&self) -> String {
        let fields = serde_json::to_value(self).unwrap_or_default();
        let pairs = fields.as_object().into_iter().flatten();
        let pairs = pairs.filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_str()?))));
        pairs.collect::<Vec<_>>().join("&")
    }

    async fn filter(&self, console: &Console, staff: &Staff) -> Result<(Filter, Order), ConsoleError> {
        let mut filter = Filter {
            intent: self.intent.parse::<Intent>().ok(),
            emotion: self.emotion.parse::<Emotion>().ok(),
            from: day(console, &self.from),
            until: day(console, &self.until).map(|at| at.plus_days(1)),
            unanswered: !self.unanswered.is_empty(),
            doubtful: !self.doubtful.is_empty(),
            handed_over: !self.handed_over.is_empty(),
            rating_at_most: self.rating.parse().ok(),
            label: self.label.parse().ok(),
            ..Filter::default()
        };
        match self.staff.as_str() {
            "" => {}
            "-" => filter.unassigned = true,
            login => filter.staff = Some(login.to_owned()),
        }
        match self.view.as_str() {
            "waiting" => filter.owner = Some(Owner::Waiting),
            "mine" => {
                filter.owner = Some(Owner::Staff);
                filter.staff = Some(staff.login().to_owned());
            }
            "staff" => filter.owner = Some(Owner::Staff),
            "bot" => filter.owner = Some(Owner::Bot),
            "resolved" => filter.owner = Some(Owner::Resolved),
            "snoozed" => filter.snoozed = true,
            _ => {}
        }
        if !self.order.is_empty() {
            let number = console.store.remembered_search(&self.order).await?;
            filter.order = number.and_then(|number| number.parse::<OrderNumber>().ok());
        }
        let order = match (self.sort.as_str(), self.view.as_str()) {
            ("waiting", _) | ("", "waiting") => Order::Waiting,
            _ => Order::Latest,
        };
        Ok((filter, order))
    }
}

fn day(console: &Console, text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let start = date.to_zoned_datetime(console.zone.clone()).ok()?;
    Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
}

/// Percent-encodes what is no plain letter.
pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The list with its frame.
#[derive(Debug, serde::Serialize)]
pub(super) struct ListPart {
    query: Query,
    /// The filters as in the address, without the page.
    text: String,
    lines: Vec<Line>,
    counts: Counts,
    next: Option<u32>,
    previous: Option<u32>,
    current: Option<i64>,
    /// The order number that is filtered for.
    order: Option<String>,
}

#[derive(Debug, serde::Serialize)]
struct Counts {
    waiting: i64,
    mine: i64,
    staff: i64,
    bot: i64,
    resolved: i64,
    snoozed: i64,
    all: i64,
}

#[derive(Debug, serde::Serialize)]
struct Line {
    number: i64,
    owner: &'static str,
    staff: Option<String>,
    mood: Option<&'static str>,
    intent: Option<&'static str>,
    preview: String,
    author: &'static str,
    time: String,
    unread: i64,
    /// Minutes for which a person has been waited for.
    waits: Option<i64>,
    overdue: bool,
    rating: Option<i64>,
    unanswered: i64,
    snoozed: Option<String>,
    reachable: bool,
    labels: Vec<(String, i64)>,
}

/// A shopper who waits longer than so many minutes for a person is overdue.
const OVERDUE_MINUTES: i64 = 5;

fn line(console: &Console, entry: Entry) -> Line {
    let now = console.now();
    let summary = entry.summary;
    let waits = (summary.owner == Owner::Waiting).then(|| now.seconds_since(summary.owner_since).max(0) / 60);
    Line {
        number: entry.number,
        owner: summary.owner.as_str(),
        staff: summary.staff,
        mood: summary.mood.map(|mood| mood.as_str()),
        intent: entry.intent.map(|intent| intent.as_str()),
        preview: Masker::default().mask(&entry.preview),
        author: entry.preview_author.map_or("", |author| author.as_str()),
        time: console.moment(summary.last_at),
        unread: summary.unread,
        waits,
        overdue: waits.is_some_and(|minutes| minutes >= OVERDUE_MINUTES),
        rating: entry.rating,
        unanswered: entry.unanswered,
        snoozed: entry.snoozed_until.filter(|until| *until > now).map(|until| console.moment(until)),
        reachable: summary.reachable,
        labels: entry.labels.into_iter().map(|label| (label.name, label.colour)).collect(),
    }
}

/// The list for a query; `current` is the conversation that is open beside it.
pub(super) async fn list_part(
    console: &Console,
    staff: &Staff,
    query: &str,
    current: Option<i64>,
) -> Result<ListPart, ConsoleError> {
    staff.require(Permission::Read)?;
    let query = Query::parse(query);
    let (filter, order) = query.filter(console, staff).await?;
    let page: u32 = query.page.parse().unwrap_or(0).min(10_000);
    let sight = staff.sight();
    let now = console.now();
    let mut entries = console.store.list(&sight, &filter, order, now, page * LINES, LINES + 1).await?;
    let counts = console.store.counts(&sight, now).await?;
    let has_more = entries.len() > LINES as usize;
    entries.truncate(LINES as usize);
    let text = Query { page: String::new(), ..query.clone() }.text();
    Ok(ListPart {
        text,
        lines: entries.into_iter().map(|entry| line(console, entry)).collect(),
        counts: Counts {
            waiting: counts.waiting,
            mine: counts.mine,
            staff: counts.staff,
            bot: counts.bot,
            resolved: counts.resolved,
            snoozed: counts.snoozed,
            all: counts.all,
        },
        next: has_more.then_some(page + 1),
        previous: page.checked_sub(1),
        current,
        order: filter.order.map(|number| number.to_string()),
        query,
    })
}

#[derive(serde::Serialize)]
struct Page {
    list: ListPart,
    labels: Vec<(i64, String, i64)>,
    views: Vec<(i64, String, String)>,
    colleagues: Vec<(String, String)>,
    intents: Vec<&'static str>,
    emotions: Vec<&'static str>,
    filtered: bool,
}

#[derive(serde::Serialize)]
struct Part {
    list: ListPart,
}

/// The first page.
pub(super) async fn home() -> Redirect {
    Redirect::to("/conversations?view=waiting")
}

/// The list, or only its lines for a live page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Html<String>, ConsoleError> {
    let text = query.unwrap_or_default();
    let current = headers.get("x-current").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let list = list_part(&console, &staff, &text, current).await?;
    if headers.contains_key("x-part") {
        return console.pages.page("list.html", &staff, Part { list });
    }
    let labels = console.store.labels().await?;
    let views = console.store.saved_views(staff.account.id).await?;
    let colleagues = if staff.account.own_only { Vec::new() } else { console.store.accounts().await? };
    let plain = Query { view: list.query.view.clone(), page: list.query.page.clone(), ..Query::default() };
    let page = Page {
        filtered: plain != list.query,
        labels: labels.into_iter().map(|Label { id, name, colour }| (id, name, colour)).collect(),
        views: views.into_iter().map(|view| (view.id, view.name, view.query)).collect(),
        colleagues: colleagues.into_iter().map(|account| (account.login.to_string(), account.name)).collect(),
        intents: Intent::ALL.iter().map(|intent| intent.as_str()).collect(),
        emotions: Emotion::ALL.iter().map(|emotion| emotion.as_str()).collect(),
        list,
    };
    console.pages.page("conversations.html", &staff, page)
}

/// What is looked for by a form, so that it does not stand in an address.
#[derive(serde::Deserialize)]
pub(super) struct Find {
    order: String,
    #[serde(default)]
    back: String,
}

/// Filters for an order number.
pub(super) async fn find(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Find>,
) -> Result<Response, ConsoleError> {
    let mut query = Query::parse(&form.back);
    query.order = match form.order.trim().parse::<OrderNumber>() {
        Ok(number) => console.store.remember_search(staff.account.id, number.as_str()).await?,
        Err(_) => String::new(),
    };
    query.page.clear();
    Ok(Redirect::to(&format!("/conversations?{}", query.text())).into_response())
}

/// Many conversations at once.
#[derive(serde::Deserialize)]
pub(super) struct Bulk {
    /// Numbers with commas.
    numbers: String,
    /// `label`, `unlabel`, `resolve`
    what: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    back: String,
}

/// Labels or closes many; those that may not be seen are passed over as if they were not there.
pub(super) async fn bulk(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<Bulk>,
) -> Result<Response, ConsoleError> {
    let numbers: Vec<i64> = form.numbers.split(',').filter_map(|text| text.trim().parse().ok()).take(BULK).collect();
    for number in numbers {
        let Ok(entry) = staff.conversation(&console, number).await else { continue };
        match form.what.as_str() {
            "label" | "unlabel" => {
                staff.require(Permission::Label)?;
                let label = form.label.parse().map_err(|_| ConsoleError::Bad("which label?".to_owned()))?;
                console.store.label(&entry.summary.conversation, label, form.what == "label").await?;
                let object = format!("conversation {number}");
                console.store.record(staff.login(), AuditDeed::Labelled, &object, &form.label).await?;
            }
            "resolve" => super::desk::close(&console, &staff, &entry).await?,
            _ => return Err(ConsoleError::Bad("what is to be done?".to_owned())),
        }
    }
    Ok(Redirect::to(&format!("/conversations?{}", Query::parse(&form.back).text())).into_response())
}

/// A view to be saved.
#[derive(serde::Deserialize)]
pub(super) struct View {
    name: String,
    query: String,
}

/// Saves the filters under a name.
pub(super) async fn save_view(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Form(form): Form<View>,
) -> Result<Response, ConsoleError> {
    let query = Query { page: String::new(), ..Query::parse(&form.query) }.text();
    let name: String = form.name.trim().chars().take(40).collect();
    if !name.is_empty() {
        console.store.save_view(staff.account.id, &name, &query).await?;
    }
    Ok(Redirect::to(&format!("/conversations?{query}")).into_response())
}

/// Deletes a view of one's own.
pub(super) async fn delete_view(
    State(console): State<Console>,
    Extension(staff): Extension<Staff>,
    Path(id): Path<i64>,
) -> Result<Redirect, ConsoleError> {
    console.store.delete_view(staff.account.id, id).await?;
    Ok(Redirect::to("/conversations"))
}
