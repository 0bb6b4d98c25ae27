//! The report in JUnit's XML, for CI servers. Leaves to others: the report for people (`report_text`).

use std::collections::BTreeMap;

use super::run::{Run, Verdict};
use super::trace::trace;

/// The runs as one document: a suite per file.
pub fn junit(runs: &[Run]) -> String {
    let mut suites: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        suites.entry(&run.file).or_default().push(run);
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (file, runs) in suites {
        let failures = runs.iter().filter(|run| !run.verdict.is_good()).count();
        let skipped = runs.iter().filter(|run| run.verdict == Verdict::ExpectedFailure).count();
        let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
        xml.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\" time=\"{seconds:.3}\">\n",
            escape(file),
            runs.len()
        ));
        for run in runs {
            xml.push_str(&test_case(run));
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn test_case(run: &Run) -> String {
    let name = escape(&run.title());
    let class = escape(&run.folder);
    let head = format!("    <testcase name=\"{name}\" classname=\"{class}\" time=\"{:.3}\"", run.seconds);
    match run.verdict {
        Verdict::Passed => format!("{head}/>\n"),
        Verdict::ExpectedFailure => {
            let why = escape(run.expect_fail.as_deref().unwrap_or_default());
            format!("{head}>\n      <skipped message=\"{why}\"/>\n    </testcase>\n")
        }
        Verdict::UnexpectedPass => {
            format!("{head}>\n      <failure message=\"passes although it is expected to fail\"/>\n    </testcase>\n")
        }
        Verdict::Failed => {
            let mut lines: Vec<String> = run
                .failures
                .iter()
                .map(|failure| {
                    let (claim, expected, got) = (failure.claim, &failure.expected, &failure.got);
                    format!("line {} {claim}: expected {expected}, got {got}", failure.line)
                })
                .collect();
            lines.extend(run.fault.iter().map(|fault| format!("broke off: {fault}")));
            let message = escape(lines.first().map_or("", String::as_str));
            lines.extend(run.turns.iter().flat_map(trace));
            let body = escape(&lines.join("\n"));
            format!("{head}>\n      <failure message=\"{message}\">{body}</failure>\n    </testcase>\n")
        }
    }
}

/// A text as XML may hold it: specials escaped, characters that XML forbids replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push('\t'),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter < ' ' => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripts::judge::Failure;

    fn run(verdict: Verdict) -> Run {
        Run {
            file: "a&b.yml".to_owned(),
            folder: "security".to_owned(),
            line: 1,
            name: "<script>".to_owned(),
            tags: Vec::new(),
            variant: (2, 3),
            repetition: 1,
            verdict,
            expect_fail: None,
            failures: vec![Failure { line: 7, claim: "utter", expected: "a".to_owned(), got: "\u{0}\"x\"".to_owned() }],
            fault: None,
            turns: Vec::new(),
            seconds: 0.5,
        }
    }

    #[test]
    fn nothing_that_was_said_breaks_the_document() {
        let xml = junit(&[run(Verdict::Failed), run(Verdict::Passed)]);
        assert!(
            xml.contains("<testsuite name=\"a&amp;b.yml\" tests=\"2\" failures=\"1\" skipped=\"0\" time=\"1.000\">")
        );
        assert!(xml.contains("name=\"&lt;script&gt; [wording 2/3]\" classname=\"security\""));
        assert!(xml.contains("message=\"line 7 utter: expected a, got \u{fffd}&quot;x&quot;\""));
        assert!(!xml.contains('\u{0}'));
    }
}
