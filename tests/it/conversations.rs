//! Plays every conversation of `tests/conversations` and fails where one fails, with the traces of all that do.

use std::path::Path;
use std::sync::Arc;

use xiaoer::config::Config;
use xiaoer::scripts::{self, Channel, Options, Stage};

#[test]
fn every_scripted_conversation_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let scripts = scripts::read(&[folder]).unwrap_or_else(|errors| {
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
    let failed = runs.iter().filter(|run| !run.verdict.is_good()).count();
    assert!(failed == 0, "{text}\n{}", scripts::summary_text(&runs, 0.0));
}
