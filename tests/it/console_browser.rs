//! Runs the end-to-end tests of the console in headless Chromium (`tests/console/run.mjs`) on the real binary. Where
//! Chromium, node or their packages are missing it says so and does nothing; `.ci/run` installs them.

use std::path::Path;
use std::process::Command;

#[test]
fn the_console_works_in_a_browser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console");
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let has_node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    let missing = [
        ("Chromium", !Path::new(&chromium).exists()),
        ("node", !has_node),
        ("npm ci in tests/console", !folder.join("node_modules/playwright-core").exists()),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        println!("skipped: the browser tests of the console need {}", missing.join(", "));
        return;
    }
    let output = Command::new("node")
        .arg(folder.join("run.mjs"))
        .env("XIAOER", env!("CARGO_BIN_EXE_xiaoer"))
        .env("CHROMIUM", chromium)
        .output()
        .expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}
