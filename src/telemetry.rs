//! Logs: lines for people at a terminal, JSON for machines. What a shopper writes never enters one: spans and events
//! carry keys, numbers and causes only.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// The variable that says what is logged, such as `info` or `xiaoer=debug`.
pub const FILTER_VARIABLE: &str = "XIAOER_LOG";

/// Starts the log on standard error: JSON unless that is a terminal. A second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error means that a log is already there, which is what is wanted.
    let _ = if std::io::stderr().is_terminal() {
        builder.with_target(false).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
}
