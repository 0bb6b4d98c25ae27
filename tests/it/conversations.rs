//! Plays every conversation of `tests/conversations` and fails where one fails that is not in the list of known
//! failures, with the traces of all that do. The list (`known_failures.tsv`: file, case, wording) only gets shorter:
//! an entry that passes by now fails the test too, until it is taken off.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use xiaoer::config::Config;
use xiaoer::scripts::{self, Channel, Options, Stage};

#[test]
fn every_scripted_conversation_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let scripts = scripts::read(std::slice::from_ref(&folder)).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("the conversations cannot be read:\n{}", lines.join("\n"));
    });
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let options = Options { filter: None, repeat: 1, jobs };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be started");
    let (runs, text) = runtime.block_on(async {
        let stage = Stage::open(&Config::default(), Channel::InProcess).await.expect("the stage can be built");
        let mut text = String::new();
        let runs = scripts::run(Arc::new(stage), scripts, &options, |run| {
            if !run.verdict.is_good() {
                text.push_str(&scripts::run_text(run, false));
            }
        })
        .await
        .expect("there are conversations");
        (runs, text)
    });
    let list = std::fs::read_to_string(folder.join("known_failures.tsv")).expect("the list of known failures");
    let known: BTreeSet<String> = list.lines().skip(1).map(str::to_owned).collect();
    let name = |run: &scripts::Run| {
        let file = run.file.rsplit_once("tests/conversations/").map_or(run.file.as_str(), |(_, file)| file);
        format!("{file}\t{}\t{}", run.name, run.variant.0)
    };
    let failed: BTreeSet<String> = runs.iter().filter(|run| !run.verdict.is_good()).map(name).collect();
    let new: Vec<&String> = failed.difference(&known).collect();
    let fixed: Vec<&String> = known.difference(&failed).collect();
    println!("{}", scripts::summary_text(&runs, 0.0));
    assert!(new.is_empty(), "{text}\nfailed and not known: {new:#?}");
    assert!(fixed.is_empty(), "these pass by now or are gone, take them off known_failures.tsv: {fixed:#?}");
}
