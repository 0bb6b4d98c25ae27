//! Plays many conversations side by side and keeps their order. Leaves to others: one conversation (`play`), telling
//! what came of them (`report_text`, `report_junit`, `coverage`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use regex::Regex;
use sha2::{Digest, Sha256};

use super::error::ScriptError;
use super::judge::Failure;
use super::play::play;
use super::read::Script;
use super::stage::Stage;
use super::turn::Turn;

/// How conversations are played.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only those whose `folder/file: name` or tag fits.
    pub filter: Option<Regex>,
    /// How often each is played, each time as another conversation; at least 1.
    pub repeat: usize,
    /// How many at once; at least 1.
    pub jobs: usize,
}

crate::closed_set! {
    /// What a conversation came to.
    Verdict {
        /// Every claim holds.
        Passed = "passed",
        /// A claim does not hold, or it could not be played to the end.
        Failed = "failed",
        /// It fails, and the case says why it must.
        ExpectedFailure = "expected_failure",
        /// It passes although the case says that it must fail.
        UnexpectedPass = "unexpected_pass",
    }
}

impl Verdict {
    /// Whether nothing has to be done about it.
    pub fn is_good(self) -> bool {
        matches!(self, Verdict::Passed | Verdict::ExpectedFailure)
    }
}

/// One conversation that was played.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Run {
    /// The file.
    pub file: String,
    /// The folder that it is counted under.
    pub folder: String,
    /// The line of the case, from 1.
    pub line: u64,
    /// The case's name.
    pub name: String,
    /// The words to group by.
    pub tags: Vec<String>,
    /// Which wording, from 1; with how many there are.
    pub variant: (usize, usize),
    /// Which repetition, from 1.
    pub repetition: usize,
    /// What it came to.
    pub verdict: Verdict,
    /// The reason for which it is known to fail.
    pub expect_fail: Option<String>,
    /// What does not hold.
    pub failures: Vec<Failure>,
    /// What ended it early.
    pub fault: Option<String>,
    /// The turns.
    pub turns: Vec<Turn>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Run {
    /// The case's name in a report, with its wording and repetition where there are several.
    pub fn title(&self) -> String {
        let mut title = self.name.clone();
        if self.variant.1 > 1 {
            title.push_str(&format!(" [wording {}/{}]", self.variant.0, self.variant.1));
        }
        if self.repetition > 1 {
            title.push_str(&format!(" [run {}]", self.repetition));
        }
        title
    }
}

/// Plays every script that fits, in every wording, as often as asked. The runs come back in the order of the files;
/// `tell` hears of each as soon as it is over.
pub async fn run(
    stage: Arc<Stage>,
    scripts: Vec<Script>,
    options: &Options,
    mut tell: impl FnMut(&Run),
) -> Result<Vec<Run>, ScriptError> {
    let mut plans = Vec::new();
    for script in scripts.into_iter().filter(|script| fits(script, options.filter.as_ref())).map(Arc::new) {
        for repetition in 0..options.repeat.max(1) {
            plans.extend((0..script.variants).map(|variant| (script.clone(), variant, repetition)));
        }
    }
    if plans.is_empty() {
        return Err(ScriptError::Nothing);
    }
    let mut played = futures::stream::iter(plans.into_iter().enumerate())
        .map(|(place, (script, variant, repetition))| {
            let stage = stage.clone();
            let playing = async move { (place, one(&stage, &script, variant, repetition).await) };
            tokio::spawn(playing)
        })
        .buffer_unordered(options.jobs.max(1));
    let mut runs = BTreeMap::new();
    while let Some(joined) = played.next().await {
        let (place, run) = joined.map_err(|error| ScriptError::Turn(format!("a conversation broke off: {error}")))?;
        tell(&run);
        runs.insert(place, run);
    }
    Ok(runs.into_values().collect())
}

fn fits(script: &Script, filter: Option<&Regex>) -> bool {
    filter.is_none_or(|filter| {
        filter.is_match(&format!("{}: {}", script.file.display(), script.name))
            || script.tags.iter().any(|tag| filter.is_match(tag))
    })
}

async fn one(stage: &Stage, script: &Script, variant: usize, repetition: usize) -> Run {
    let began = Instant::now();
    let played = play(stage, script, variant, &chat_name(script, variant, repetition)).await;
    let failed = !played.failures.is_empty() || played.fault.is_some();
    let verdict = match (failed, script.case.expect_fail.is_some()) {
        (false, false) => Verdict::Passed,
        (true, false) => Verdict::Failed,
        (true, true) => Verdict::ExpectedFailure,
        (false, true) => Verdict::UnexpectedPass,
    };
    Run {
        file: script.file.display().to_string(),
        folder: script.folder.clone(),
        line: script.line,
        name: script.name.clone(),
        tags: script.tags.clone(),
        variant: (variant + 1, script.variants),
        repetition: repetition + 1,
        verdict,
        expect_fail: script.case.expect_fail.clone(),
        failures: played.failures,
        fault: played.fault,
        turns: played.turns,
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// The chat's name: the same for the same conversation wherever it is played, for wordings are chosen by it.
fn chat_name(script: &Script, variant: usize, repetition: usize) -> String {
    let file = script.file.file_name().map_or_else(String::new, |name| name.display().to_string());
    let digest = Sha256::digest(format!("{}/{file}/{}", script.folder, script.name));
    let hex = digest.iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("{hex}-{}-{}", variant + 1, repetition + 1)
}

/// How well conversations went.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Score {
    /// Conversations played.
    pub runs: usize,
    /// Of those, good ones.
    pub good: usize,
    /// Cases: all wordings and repetitions of one script together.
    pub cases: usize,
    /// Cases of which every run was good.
    pub good_cases: usize,
    /// pass^1, pass^2 …: the chance that so many runs of one wording are all good, estimated without bias from the
    /// repetitions (Yao et al. 2024, τ-bench); one element without repetitions.
    pub pass_to_the_k: Vec<f64>,
}

/// Scores these runs together.
pub fn score<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Score {
    let mut score = Score::default();
    let mut cases: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut wordings: BTreeMap<(&str, &str, usize), (usize, usize)> = BTreeMap::new();
    for run in runs {
        let good = run.verdict.is_good();
        score.runs += 1;
        score.good += usize::from(good);
        *cases.entry((&run.file, &run.name)).or_insert(true) &= good;
        let counts = wordings.entry((&run.file, &run.name, run.variant.0)).or_default();
        counts.0 += 1;
        counts.1 += usize::from(good);
    }
    score.cases = cases.len();
    score.good_cases = cases.values().filter(|good| **good).count();
    let most = wordings.values().map(|(runs, _)| *runs).min().unwrap_or(0);
    score.pass_to_the_k = (1..=most)
        .map(|k| wordings.values().map(|(runs, good)| all_good(*runs, *good, k)).sum::<f64>() / wordings.len() as f64)
        .collect();
    score
}

/// The share of the choices of `k` of `runs` that are all among the `good` ones: C(good, k) / C(runs, k).
fn all_good(runs: usize, good: usize, k: usize) -> f64 {
    (0..k).map(|taken| good.saturating_sub(taken) as f64 / (runs - taken) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_k_good_runs_is_counted_without_putting_back() {
        for (runs, good, k, expected) in
            [(4, 4, 4, 1.0), (4, 2, 1, 0.5), (4, 2, 2, 1.0 / 6.0), (4, 1, 2, 0.0), (4, 0, 1, 0.0), (1, 1, 1, 1.0)]
        {
            assert!((all_good(runs, good, k) - expected).abs() < 1e-12, "{good} of {runs}, {k}");
        }
    }
}
