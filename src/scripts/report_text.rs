//! The report that people read. Leaves to others: machines' reports (`report_junit`; JSON is the runs themselves).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::coverage::Reached;
use super::judge::Failure;
use super::run::{Run, Score, Verdict, score};
use super::trace::{one_line, trace};

/// One run: a line where it went well, everything there is to know where it did not (or `verbose`).
pub fn run_text(run: &Run, verbose: bool) -> String {
    let mark = match run.verdict {
        Verdict::Passed => "ok  ",
        Verdict::Failed => "FAIL",
        Verdict::ExpectedFailure => "known",
        Verdict::UnexpectedPass => "FIXED",
    };
    let mut text = format!("{mark} {}:{}  {}\n", run.file, run.line, run.title());
    if run.verdict == Verdict::UnexpectedPass {
        let why = run.expect_fail.as_deref().unwrap_or_default();
        push(&mut text, &format!("  passes although expect_fail says: {why}"));
    }
    if !(verbose || run.verdict == Verdict::Failed) {
        return text;
    }
    let mut failures: Vec<&Failure> = run.failures.iter().collect();
    for (index, turn) in run.turns.iter().enumerate() {
        trace(turn).iter().for_each(|line| push(&mut text, &format!("     {line}")));
        // A claim belongs to the turn before it.
        let next = run.turns.get(index + 1).map_or(u64::MAX, |next| next.line.max(turn.line + 1));
        let (own, rest): (Vec<_>, Vec<_>) =
            failures.into_iter().partition(|failure| failure.line >= turn.line && failure.line < next);
        show_failures(&mut text, &own);
        failures = rest;
    }
    show_failures(&mut text, &failures);
    if let Some(fault) = &run.fault {
        push(&mut text, &format!("     ✗ broke off: {fault}"));
    }
    text.push('\n');
    text
}

fn show_failures(text: &mut String, failures: &[&Failure]) {
    for failure in failures {
        push(text, &format!("     ✗ line {} {}", failure.line, failure.claim));
        push(text, &format!("         expected  {}", one_line(&failure.expected)));
        push(text, &format!("         got       {}", one_line(&failure.got)));
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The scores: by folder, by tag, in all.
pub fn summary_text(runs: &[Run], seconds: f64) -> String {
    let mut folders: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    let mut tags: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        folders.entry(&run.folder).or_default().push(run);
        run.tags.iter().for_each(|tag| tags.entry(tag).or_default().push(run));
    }
    let mut text = String::new();
    for (title, groups) in [("folder", folders), ("tag", tags)] {
        if groups.is_empty() {
            continue;
        }
        push(&mut text, &format!("{title:<24} {:>12} {:>14} {:>8}", "cases good", "runs good", "rate"));
        for (name, runs) in groups {
            push(&mut text, &score_line(name, &score(runs)));
        }
        text.push('\n');
    }
    let all = score(runs);
    push(&mut text, &score_line("all", &all));
    if all.pass_to_the_k.len() > 1 {
        let shown = all.pass_to_the_k.iter().enumerate();
        let shown: Vec<String> =
            shown.map(|(index, pass)| format!("pass^{} {:.1} %", index + 1, pass * 100.0)).collect();
        push(&mut text, &shown.join("   "));
    }
    let count = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
    let turns: usize = runs.iter().map(|run| run.turns.len()).sum();
    push(
        &mut text,
        &format!(
            "{} passed, {} failed, {} known failures, {} fixed; {turns} turns in {seconds:.1} s",
            count(Verdict::Passed),
            count(Verdict::Failed),
            count(Verdict::ExpectedFailure),
            count(Verdict::UnexpectedPass)
        ),
    );
    text
}

fn score_line(name: &str, score: &Score) -> String {
    let rate = 100.0 * score.good as f64 / score.runs.max(1) as f64;
    let cases = format!("{}/{}", score.good_cases, score.cases);
    let runs = format!("{}/{}", score.good, score.runs);
    format!("{name:<24} {cases:>12} {runs:>14} {rate:>6.1} %")
}

/// What was reached, with the names of what never was.
pub fn coverage_text(reached: &[Reached]) -> String {
    let mut text = String::new();
    for set in reached {
        let (met, all) = (set.met(), set.counts.len());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<18} {met:>3} of {all:<3} {:>5.1} %", set.of, 100.0 * met as f64 / all.max(1) as f64);
        let never = set.never();
        if !never.is_empty() {
            push(&mut text, &format!("    never: {}", never.join(", ")));
        }
    }
    text
}
