//! Trying a mapping out on its database: every statement is run with values that the database itself has, and what is
//! missing, wrongly typed, unindexed or slow is told. Leaves to others: printing (`cli`).

use std::time::{Duration, Instant};

use super::explain::full_scans;
use super::statement::{Argument, Arguments};
use super::{Access, Database, FetchError, MappedShop, Need, Reading, Row};
use crate::domain::Timestamp;
use crate::shop::ShopError;

/// A statement that takes longer than this is told of.
const SLOW: Duration = Duration::from_millis(200);
/// How many customers are tried for one who has orders.
const CUSTOMERS: usize = 50;

crate::closed_set! {
    /// How bad it is.
    Severity {
        /// An ability does not work.
        Fault = "fault",
        /// It works, but not well.
        Warning = "warning",
        /// Good to know.
        Note = "note",
    }
}

/// Something to know about a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where: `needs.parcel`.
    pub place: String,
    /// What; without any value of the database but codes.
    pub text: String,
}

/// How a statement went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The need.
    pub need: Need,
    /// Rows of its answer.
    pub rows: usize,
    /// The faster of two runs.
    pub took: Duration,
}

/// Values to try statements with, found in the database or given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Probes {
    /// A customer.
    pub customer: Option<i64>,
    /// An order of theirs.
    pub order: Option<String>,
    /// The phone of the order's receiver.
    pub receiver_phone: Option<String>,
    /// The customer's phone.
    pub phone: Option<String>,
    /// Keys of orders of theirs.
    pub orders: Vec<Argument>,
    /// Products.
    pub products: Vec<Argument>,
    /// A variant.
    pub variant: Option<i64>,
    /// A parcel of theirs.
    pub tracking: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckReport {
    /// In the order in which they were found.
    pub findings: Vec<Finding>,
    /// What was run.
    pub runs: Vec<Run>,
    /// What it was run with.
    pub probes: Probes,
}

impl CheckReport {
    fn tell(&mut self, severity: Severity, place: impl ToString, text: impl ToString) {
        self.findings.push(Finding { severity, place: place.to_string(), text: text.to_string() });
    }

    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl MappedShop {
    /// Tries everything out. `given` are values to use instead of what is found.
    pub async fn check(&self, given: Probes, now: Timestamp) -> CheckReport {
        let mut report = CheckReport { probes: given, ..CheckReport::default() };
        let hello = super::Rendered { sql: "select 1 as one".to_owned(), values: Vec::new() };
        if let Err(error) = self.reader().fetch(hello).await {
            report.tell(Severity::Fault, "connection", error);
            return report;
        }
        self.find_probes(&mut report, now).await;
        for need in Need::ALL {
            if !self.has(*need) {
                report.tell(Severity::Note, format!("needs.{need}"), "is not mapped: what it serves is not offered");
                continue;
            }
            match self.probe_arguments(*need, &report.probes, now) {
                Some(arguments) => self.try_need(*need, arguments, &mut report).await,
                None => report.tell(
                    Severity::Warning,
                    format!("needs.{need}"),
                    "was not tried: no value to try it with was found; give --customer, --order or --phone",
                ),
            }
        }
        self.try_writes(&mut report, now).await;
        report
    }

    async fn find_probes(&self, report: &mut CheckReport, now: Timestamp) {
        let mut customers: Vec<i64> = report.probes.customer.into_iter().collect();
        let mut everything = self.since_arguments(Timestamp::from_millis(0), 0, 500);
        everything.insert("pattern", Argument::Text("%".to_owned()));
        everything.insert("offset", Argument::Integer(0));
        for (need, column) in
            [(Need::ChangedProducts, "id"), (Need::SearchProducts, "id"), (Need::Interactions, "product")]
        {
            let ids = self.ask(need, everything.clone(), |row| row.integer(column)).await.unwrap_or_default();
            report.probes.products.extend(ids.into_iter().take(20).map(Argument::Integer));
        }
        if customers.is_empty() {
            let found = self.ask(Need::Interactions, everything, |row| row.integer("customer")).await;
            customers.extend(found.unwrap_or_default());
            customers.sort_unstable();
            customers.dedup();
            // The latest customers are the likeliest to have orders.
            customers.reverse();
        }
        for customer in customers.into_iter().take(CUSTOMERS) {
            let arguments = Arguments::from([("customer", customer.into()), ("limit", Argument::Integer(20))]);
            let read = |row: Row<'_>| Ok((row.key("id")?, row.text("number")?, row.text("receiver_phone")?));
            let orders = self.ask(Need::OrdersOfCustomer, arguments, read).await.unwrap_or_default();
            report.probes.customer.get_or_insert(customer);
            if let Some((_, number, phone)) = orders.first() {
                report.probes.customer = Some(customer);
                report.probes.order.get_or_insert_with(|| number.clone());
                report.probes.receiver_phone.get_or_insert_with(|| phone.clone());
                report.probes.orders = orders.iter().map(|(key, _, _)| key.clone()).collect();
                break;
            }
        }
        self.find_more(report, now).await;
    }

    async fn find_more(&self, report: &mut CheckReport, now: Timestamp) {
        let probes = &mut report.probes;
        if let (None, Some(customer)) = (&probes.phone, probes.customer) {
            let arguments = Arguments::from([("customer", customer.into())]);
            let phones = self.ask(Need::Customer, arguments, |row| row.text("phone")).await.unwrap_or_default();
            probes.phone = phones.into_iter().next();
        }
        if !probes.products.is_empty() {
            let mut arguments = Arguments::from([("products", Argument::List(probes.products.clone()))]);
            arguments.extend(self.now_arguments(now));
            let ids = self.ask(Need::VariantsOfProduct, arguments, |row| row.integer("id")).await.unwrap_or_default();
            probes.variant = ids.first().copied();
        }
        if let (Some(customer), false) = (probes.customer, probes.orders.is_empty()) {
            let orders = Argument::List(probes.orders.clone());
            let arguments = Arguments::from([("orders", orders), ("customer", customer.into())]);
            let numbers = self.ask(Need::Parcel, arguments, |row| row.text("tracking_number")).await;
            probes.tracking = numbers.unwrap_or_default().into_iter().next();
        }
    }

    /// None where a value is missing.
    fn probe_arguments(&self, need: Need, probes: &Probes, now: Timestamp) -> Option<Arguments> {
        let mut arguments = self.since_arguments(Timestamp::from_millis(0), 0, 20);
        arguments.extend(self.now_arguments(now));
        arguments.insert("pattern", Argument::Text("%".to_owned()));
        arguments.insert("offset", Argument::Integer(0));
        let mut known = |name, value: Option<Argument>| value.map(|value| arguments.insert(name, value));
        known("customer", probes.customer.map(Argument::Integer));
        known("order", probes.order.as_deref().map(Argument::from));
        let tail = probes.receiver_phone.as_deref().and_then(|phone| phone.get(phone.len().checked_sub(4)?..));
        known("tail", tail.map(Argument::from));
        known("phone", probes.phone.as_deref().map(Argument::from));
        known("tracking", probes.tracking.as_deref().map(Argument::from));
        known("variant", probes.variant.map(Argument::Integer));
        known("product", probes.products.first().cloned());
        known("orders", (!probes.orders.is_empty()).then(|| Argument::List(probes.orders.clone())));
        known("products", (!probes.products.is_empty()).then(|| Argument::List(probes.products.clone())));
        need.parameters().iter().all(|name| arguments.contains_key(name)).then_some(arguments)
    }

    async fn try_need(&self, need: Need, arguments: Arguments, report: &mut CheckReport) {
        let place = format!("needs.{need}");
        let mapped = &self.mapping().needs[&need];
        let rendered = mapped.statement.render(self.mapping().dialect, &arguments);
        let began = Instant::now();
        let rows = match self.reader().fetch(rendered.clone()).await {
            Ok(rows) => rows,
            Err(error) => return report.tell(Severity::Fault, place, error),
        };
        let mut took = began.elapsed();
        if took > SLOW {
            // The first run may have paid for a cold cache.
            let began = Instant::now();
            took = self.reader().fetch(rendered.clone()).await.map_or(took, |_| took.min(began.elapsed()));
        }
        report.runs.push(Run { need, rows: rows.len(), took });
        if took > SLOW {
            report.tell(Severity::Warning, &place, format!("is slow: {} ms", took.as_millis()));
        }
        let Some(first) = rows.first() else {
            report.tell(Severity::Note, &place, "runs, but gives no row for the values that it was tried with");
            return self.tell_scans(need, &place, &rendered, report).await;
        };
        for name in first.columns() {
            if !need.columns().iter().any(|column| column.name.eq_ignore_ascii_case(name)) {
                report.tell(
                    Severity::Warning,
                    &place,
                    format!("gives a column {name:?} that nothing reads; is it a slip?"),
                );
            }
        }
        let reading = Reading::of(self.mapping(), mapped);
        for column in need.columns() {
            if first.cell(column.name).is_none() {
                if column.required {
                    report.tell(Severity::Fault, &place, format!("gives no column {}", column.name));
                }
                continue;
            }
            let faults = rows.iter().filter_map(|raw| Row { raw, reading }.probe(column).err());
            let reasons: Vec<String> = faults.map(|fault| reason(&fault)).collect();
            if let Some(reason) = reasons.first() {
                let severity = if reasons.len() == rows.len() { Severity::Fault } else { Severity::Warning };
                report.tell(
                    severity,
                    &place,
                    format!("column {}: {reason} ({} of {} rows)", column.name, reasons.len(), rows.len()),
                );
            }
        }
        self.tell_scans(need, &place, &rendered, report).await;
    }

    async fn tell_scans(&self, need: Need, place: &str, rendered: &super::Rendered, report: &mut CheckReport) {
        // These read whole tables by their nature.
        if matches!(need, Need::SearchProducts | Need::Promotions | Need::ShippingRegions) {
            return;
        }
        match full_scans(self.reader(), rendered).await {
            Ok(tables) if tables.is_empty() => {}
            Ok(tables) => {
                let text = format!("reads {} from end to end: an index is missing", tables.join(", "));
                report.tell(Severity::Warning, place, text);
            }
            Err(error) => report.tell(Severity::Note, place, format!("could not be explained: {error}")),
        }
    }

    /// Has the database parse and plan the writes without running them.
    async fn try_writes(&self, report: &mut CheckReport, now: Timestamp) {
        let writer = match Database::of(self.mapping(), Access::Write) {
            Ok(writer) => writer,
            Err(error) => return report.tell(Severity::Fault, "writes", error),
        };
        for (name, write) in &self.mapping().writes {
            let place = format!("writes.{name}");
            let mut arguments: Arguments = name.parameters().into_iter().map(|name| (name, Argument::Null)).collect();
            arguments.extend(self.now_arguments(now));
            arguments.insert("customer", report.probes.customer.map_or(Argument::Integer(0), Argument::Integer));
            arguments.insert("order", report.probes.order.as_deref().map_or(Argument::from("0"), Argument::from));
            let statements = write.statements().iter().chain([write.done()]);
            for statement in statements {
                let rendered = statement.render(self.mapping().dialect, &arguments);
                match full_scans(&writer, &rendered).await {
                    Ok(tables) if tables.is_empty() => {}
                    Ok(tables) => {
                        let text = format!("reads {} from end to end: an index is missing", tables.join(", "));
                        report.tell(Severity::Warning, &place, text);
                    }
                    Err(error @ FetchError::Statement(_)) => report.tell(Severity::Fault, &place, error),
                    Err(error) => report.tell(Severity::Note, &place, format!("could not be explained: {error}")),
                }
            }
        }
        writer.close().await;
    }
}

fn reason(fault: &ShopError) -> String {
    match fault {
        ShopError::BadValue { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}
