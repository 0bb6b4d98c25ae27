//! From paths to conversations that can be played: files in a stable order, fixtures put in place, names checked.
//! Leaves to others: the format (`format`), playing (`play`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::ScriptError;
use super::format::{Case, ScriptFile, Step};
use super::setting::{Setting, Shopper};
use crate::domain::Slot;

/// How deep folders are walked.
const DEPTH: usize = 8;

/// A conversation that can be played.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file it stands in.
    pub file: PathBuf,
    /// The folder that it is counted under.
    pub folder: String,
    /// The line where it begins, from 1.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// The words to group reports by.
    pub tags: Vec<String>,
    /// What stands before the first message.
    pub ground: Ground,
    /// The rest of the case, as written.
    pub case: Case,
    /// What happens, with the lines.
    pub steps: Vec<(u64, Step)>,
    /// How many wordings it is run with; at least 1.
    pub variants: usize,
}

/// What stands before the first message.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// Who talks.
    pub shopper: Shopper,
    /// Whether others read along.
    pub in_group: bool,
    /// When it begins; none: the demo's "today".
    pub start: Option<jiff::civil::DateTime>,
    /// Names for values of the database, in order.
    pub given: Vec<(String, String)>,
    /// Changes of the database.
    pub setup: Vec<String>,
    /// Slots that are known.
    pub slots: Vec<(Slot, Value)>,
}

/// Reads every conversation under `paths`. All that is wrong is told, not only the first.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Script>, Vec<ScriptError>> {
    let mut files = BTreeSet::new();
    let mut errors = Vec::new();
    for path in paths {
        if let Err(error) = collect(path, DEPTH, &mut files) {
            errors.push(error);
        }
    }
    let mut scripts = Vec::new();
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(source) => {
                errors.push(ScriptError::Unreadable { path: file, source });
                continue;
            }
        };
        match parse(&file, &text) {
            Ok(more) => scripts.extend(more),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(scripts) } else { Err(errors) }
}

fn collect(path: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) -> Result<(), ScriptError> {
    let unreadable = |source| ScriptError::Unreadable { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    if depth == 0 {
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        let is_yaml = entry.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if is_yaml || entry.is_dir() {
            collect(&entry, depth - 1, files)?;
        }
    }
    Ok(())
}

/// The conversations of one file's text.
pub fn parse(file: &Path, text: &str) -> Result<Vec<Script>, Vec<ScriptError>> {
    let malformed = |line, message| ScriptError::Malformed { file: file.to_owned(), line, message };
    let read: ScriptFile = serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        let message = error.without_snippet().to_string().replace('\n', " ");
        vec![malformed(line, message)]
    })?;
    let mut fixtures: BTreeMap<String, Vec<Setting>> = BTreeMap::new();
    for named in read.fixtures {
        fixtures.extend(named);
    }
    let folder = file.parent().and_then(Path::file_name).map_or_else(String::new, |name| name.display().to_string());
    let mut errors = Vec::new();
    let mut names = BTreeSet::new();
    let mut scripts = Vec::with_capacity(read.test_cases.len());
    for case in read.test_cases {
        let line = case.referenced.line();
        let mut case = case.value;
        if !names.insert(case.test_case.clone()) {
            errors.push(malformed(line, format!("there are two test cases named {:?}", case.test_case)));
        }
        let steps: Vec<(u64, Step)> =
            std::mem::take(&mut case.steps).into_iter().map(|step| (step.referenced.line(), step.value)).collect();
        errors.extend(wrong_steps(&steps).into_iter().map(|(line, message)| malformed(line, message)));
        let ground = match lay(&case, &fixtures) {
            Ok(ground) => ground,
            Err(message) => {
                errors.push(malformed(line, message));
                continue;
            }
        };
        let variants = steps.iter().map(|(_, step)| step.user.0.len()).max().unwrap_or(1).max(1);
        scripts.push(Script {
            file: file.to_owned(),
            folder: folder.clone(),
            line,
            name: case.test_case.clone(),
            tags: case.tags.0.clone(),
            ground,
            case,
            steps,
            variants,
        });
    }
    if errors.is_empty() { Ok(scripts) } else { Err(errors) }
}

fn wrong_steps(steps: &[(u64, Step)]) -> Vec<(u64, String)> {
    let mut wrong = Vec::new();
    let mut has_acted = false;
    for (line, step) in steps {
        let acts = step.acts();
        if acts.len() > 1 {
            wrong.push((*line, format!("one act per step, but here are {}", acts.join(" and "))));
        }
        if acts.is_empty() && !step.expects() {
            wrong.push((*line, "this step does nothing and expects nothing".to_owned()));
        }
        if step.repeat.is_some_and(|times| !(1..=1_000).contains(&times)) || (step.repeat.is_some() && acts.is_empty())
        {
            wrong.push((*line, "repeat goes with an act and is between 1 and 1000".to_owned()));
        }
        has_acted |= acts.iter().any(|act| *act != "wait");
        if step.expects() && !has_acted {
            wrong.push((*line, "something is expected before anything was said".to_owned()));
        }
        if step.rows.0.iter().any(|rows| rows.equal.is_none() && rows.count.is_none()) {
            wrong.push((*line, "rows need `equal` or `count`".to_owned()));
        }
    }
    if !has_acted {
        wrong.push((steps.first().map_or(0, |(line, _)| *line), "nothing is said in this case".to_owned()));
    }
    wrong
}

fn lay(case: &Case, fixtures: &BTreeMap<String, Vec<Setting>>) -> Result<Ground, String> {
    let mut ground = Ground {
        shopper: Shopper::Stranger,
        in_group: false,
        start: None,
        given: Vec::new(),
        setup: Vec::new(),
        slots: Vec::new(),
    };
    for name in &case.fixtures {
        let known = || fixtures.keys().cloned().collect::<Vec<_>>().join(", ");
        let settings = fixtures.get(name).ok_or_else(|| format!("no fixture {name:?}; known: {}", known()))?;
        for setting in settings {
            match setting.clone() {
                Setting::Customer(shopper) => ground.shopper = shopper,
                Setting::InGroup(in_group) => ground.in_group = in_group,
                Setting::Start(start) => ground.start = Some(start),
                Setting::Given(given) => ground.given.extend(given.0),
                Setting::Setup(setup) => ground.setup.extend(setup.0),
                Setting::Slot(slot, value) => ground.slots.push((slot, value)),
            }
        }
    }
    ground.shopper = case.customer.unwrap_or(ground.shopper);
    ground.in_group = case.in_group.unwrap_or(ground.in_group);
    ground.start = case.start.or(ground.start);
    ground.given.extend(case.given.0.clone());
    ground.setup.extend(case.setup.0.clone());
    Ok(ground)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Result<Vec<Script>, Vec<String>> {
        parse(Path::new("happy_path/x.yml"), text)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    const GOOD: &str = r#"
fixtures:
  - shopper:
      - customer: 1
      - colour: 黑
  - later:
      - start: 2026-06-20T08:00
      - given: { order: "select number from orders limit 1" }
test_cases:
  - test_case: 查物流
    fixtures: [shopper, later]
    tags: parcel
    steps:
      - user: [快递呢, 到哪了, "123"]
      - intent: [logistics, order_status]
        slot_was_set:
          - order: "{order}"
          - colour
      - press: { do: confirm, turn: 1 }
        utter: parcel.track
        entities: { colour: 黑, money: [1, "2"] }
        effects: []
        rows: { select: "select 1", equal: [[1]] }
      - wait: 3d
"#;

    #[test]
    fn a_file_that_a_rasa_user_knows_is_read() {
        let scripts = parse_text(GOOD).expect("the file is good");
        let script = &scripts[0];
        assert_eq!((script.name.as_str(), script.folder.as_str(), script.line), ("查物流", "happy_path", 10));
        assert_eq!(script.variants, 3);
        assert_eq!(script.ground.shopper, Shopper::Customer(1));
        assert_eq!(script.ground.slots, vec![(Slot::Colour, Value::from("黑"))]);
        assert_eq!(script.ground.given.len(), 1);
        assert_eq!(script.steps.iter().map(|(line, _)| *line).collect::<Vec<_>>(), vec![14, 15, 19, 24]);
        assert_eq!(script.steps[2].1.effects.as_ref().map(|effects| effects.0.len()), Some(0));
        assert_eq!(script.steps[2].1.entities.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let case = |steps: &str| format!("test_cases:\n  - test_case: x\n    steps:\n{steps}");
        for (text, line, words) in [
            (case("      - user: a\n        utterr: x"), 5, "utterr"),
            (case("      - user: a\n        utter: no.such_key"), 5, "no.such_key"),
            (case("      - user: a\n        slot_was_set: [colourr]"), 5, "colourr"),
            (case("      - user: a\n        press: b"), 4, "one act per step"),
            (case("      - utter: parcel.track"), 4, "before anything was said"),
            (case("      - wait: 3 days"), 4, "no span of time"),
            (case("      - user: a\n        utter_contains: /(/"), 5, "no pattern"),
            (case("      - user: 123"), 4, "string"),
            (case("      - user: a\n        contact: mine"), 5, "no contact"),
            (case("      - user: a\n      - {}"), 5, "does nothing"),
            (case("      - user: a\n        rows: { select: select 1 }"), 4, "rows need"),
            ("test_cases:\n  - test_case: x\n    fixtures: [f]\n    steps: [{user: a}]\n".to_owned(), 2, "no fixture"),
            ("fixtures:\n  - f:\n      - colourr: 1\ntest_cases: []\n".to_owned(), 3, "unknown setting"),
            (case("      - user: a\n  - test_case: x\n    steps: [{user: a}]"), 5, "two test cases"),
        ] {
            let errors = parse_text(&text).err().unwrap_or_default().join("\n");
            assert!(errors.contains(&format!("x.yml:{line}: ")) && errors.contains(words), "{text}\n=> {errors}");
        }
    }
}
