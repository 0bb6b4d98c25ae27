//! Measures the finding of entities on messages with known answers. Leaves to others: printing (`cli`).

use std::collections::{BTreeMap, HashSet};

use crate::domain::{Entity, EntityKind, Money};
use crate::nlu::surface::Surface;

/// A message with what must be found, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Example {
    /// The message.
    pub text: String,
    /// Everything in it, in any order.
    pub entities: Vec<Expected>,
}

/// One entity as expected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Expected {
    /// Its kind.
    pub kind: EntityKind,
    /// The span as written in the message.
    pub text: String,
    /// The value as [`EntityValue`](crate::domain::EntityValue) is displayed.
    pub value: String,
}

/// A line that is no example.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is no example of entities: {source}")]
pub struct ParseExampleError {
    /// Counted from one.
    pub line: usize,
    source: serde_json::Error,
}

/// Reads examples; empty lines are left out.
///
/// # Errors
/// The first line that is no example.
pub fn parse(text: &str) -> Result<Vec<Example>, ParseExampleError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).map_err(|source| ParseExampleError { line: at + 1, source }))
        .collect()
}

/// Counts of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Expected in all.
    pub expected: usize,
    /// Found in all.
    pub found: usize,
    /// Found with the right value.
    pub right_value: usize,
    /// Found with the right value and exactly the right span.
    pub right_span: usize,
}

impl Counts {
    /// Right values among those found; 1 where nothing was found.
    pub fn precision(&self) -> f64 {
        ratio(self.right_value, self.found)
    }

    /// Right values among those expected; 1 where nothing was expected.
    pub fn recall(&self) -> f64 {
        ratio(self.right_value, self.expected)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// A message that was not read as expected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The message.
    pub text: String,
    /// Expected and not found, as `kind=value`.
    pub missing: Vec<String>,
    /// Found and not expected.
    pub wrong: Vec<String>,
}

/// The measurement.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// Messages in all.
    pub messages: usize,
    /// Messages of which every entity has the right kind and value, and nothing else was found.
    pub exact_messages: usize,
    /// Counts per kind, by name.
    pub kinds: BTreeMap<&'static str, Counts>,
    /// Messages that went wrong.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Messages read exactly, 0 to 1.
    pub fn exact(&self) -> f64 {
        ratio(self.exact_messages, self.messages)
    }

    /// All kinds together.
    pub fn total(&self) -> Counts {
        self.kinds.values().fold(Counts::default(), |total, kind| Counts {
            expected: total.expected + kind.expected,
            found: total.found + kind.found,
            right_value: total.right_value + kind.right_value,
            right_span: total.right_span + kind.right_span,
        })
    }
}

/// Reads every example with `surface` as if it came at `now`. Kinds that no example expects count as not annotated and
/// are left out.
pub fn evaluate(surface: &Surface, examples: &[Example], now: &jiff::ZonedDateTime) -> Report {
    let mut report = Report { messages: examples.len(), ..Report::default() };
    let annotated: HashSet<EntityKind> =
        examples.iter().flat_map(|example| &example.entities).map(|expected| expected.kind).collect();
    for example in examples {
        let mut found = surface.read(&example.text, now).entities;
        found.retain(|entity| annotated.contains(&entity.value.kind()));
        compare(example, &found, &mut report);
    }
    report
}

/// The expected value in the notation of [`EntityValue`](crate::domain::EntityValue): `9.9` is `9.90`, `0..500` is `..500`.
fn canonical(expected: &Expected) -> String {
    let money = |text: &str| text.parse::<Money>().map_or_else(|_| text.to_owned(), |money| money.to_string());
    match (expected.kind, expected.value.split_once("..")) {
        (EntityKind::Money, _) => money(&expected.value),
        (EntityKind::MoneyRange, Some((least, most))) => {
            let least = if least == "0" { "" } else { least };
            format!("{}..{}", money(least), money(most))
        }
        _ => expected.value.clone(),
    }
}

fn compare(example: &Example, found: &[Entity], report: &mut Report) {
    let mut left: Vec<&Entity> = found.iter().collect();
    let mut missing = Vec::new();
    for expected in &example.entities {
        let counts = report.kinds.entry(expected.kind.as_str()).or_default();
        counts.expected += 1;
        let value = canonical(expected);
        let right = |entity: &&Entity| entity.value.kind() == expected.kind && entity.value.to_string() == value;
        let exact = left.iter().position(|entity| right(entity) && entity.text == expected.text);
        match exact.or_else(|| left.iter().position(right)) {
            Some(at) => {
                counts.right_value += 1;
                counts.right_span += usize::from(left[at].text == expected.text);
                left.remove(at);
            }
            None => missing.push(format!("{}={}", expected.kind, expected.value)),
        }
    }
    for entity in found {
        report.kinds.entry(entity.value.kind().as_str()).or_default().found += 1;
    }
    if missing.is_empty() && left.is_empty() {
        report.exact_messages += 1;
    } else {
        let wrong = left.iter().map(|entity| format!("{}={}", entity.value.kind(), entity.value)).collect();
        report.failures.push(Failure { text: example.text.clone(), missing, wrong });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nlu::catalogue::Catalogue;

    /// Noon of the day that the development set was written for.
    fn now() -> jiff::ZonedDateTime {
        jiff::civil::date(2026, 6, 18).at(10, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).expect("a valid time")
    }

    #[test]
    fn counts_what_is_right_missing_and_too_much() {
        let surface = Surface::new(&Catalogue::default());
        let examples = parse(concat!(
            r#"{"text":"要两件","entities":[{"kind":"quantity","text":"两件","value":"2"}]}"#,
            "\n\n",
            r#"{"text":"要两件，昨天","entities":[{"kind":"quantity","text":"两件","value":"3"}]}"#,
            "\n",
            r#"{"text":"5月1号","entities":[{"kind":"date","text":"5月1号","value":"2026-05-01"}]}"#
        ))
        .expect("three examples");
        let report = evaluate(&surface, &examples, &now());
        assert_eq!((report.messages, report.exact_messages), (3, 2));
        assert_eq!(report.kinds["quantity"], Counts { expected: 2, found: 2, right_value: 1, right_span: 1 });
        assert_eq!(report.failures[0].missing, ["quantity=3"]);
        assert_eq!(report.failures[0].wrong, ["quantity=2", "date=2026-06-17"]);
        assert_eq!(parse("{}").map_err(|error| error.line), Err(1));
    }

    #[test]
    fn the_development_set_is_read() {
        let catalogue: Catalogue =
            serde_json::from_str(include_str!("../../../data/nlu/entities_catalogue.json")).expect("the catalogue");
        let examples = parse(include_str!("../../../data/nlu/entities_dev.jsonl")).expect("the development set");
        assert!(examples.len() >= 400, "{}", examples.len());
        for example in &examples {
            for expected in &example.entities {
                assert!(example.text.contains(&expected.text), "{example:?}");
            }
        }
        let report = evaluate(&Surface::new(&catalogue), &examples, &now());
        assert!(report.exact() >= 0.97, "{} exact, failures: {:#?}", report.exact(), report.failures);
    }
}
