//! The service in a process of its own, and the handle that its parent holds.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use xiaoer::channel::telegram::TelegramSettings;
use xiaoer::runtime::{Pacing, RuntimeSettings, shutdown_signal};
use xiaoer::store::Store;

use crate::support::{Mode, Service};

#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    #[arg(long)]
    pub database: String,
    #[arg(long)]
    pub api: String,
    #[arg(long, default_value = "single")]
    pub holder: String,
    /// Messages per second in all; 0 for as many as can be.
    #[arg(long, default_value_t = 0)]
    pub send_rate: u32,
    #[arg(long, default_value_t = 60)]
    pub lease: i64,
    /// Where the service notes what it has just sent; SQLite has a place of its own.
    #[arg(long)]
    pub journal: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> bool {
    let mut stop = shutdown_signal().expect("signals");
    let mut store = Store::open(&arguments.database).await.expect("a database").with_holder(&arguments.holder);
    if let Some(path) = &arguments.journal {
        store = store.with_journal(path).expect("a journal");
    }
    let settings = RuntimeSettings {
        sessions: 8,
        senders: 16,
        lease_seconds: arguments.lease,
        // A kill counts as a failed try, and hundreds of them must not look like poison.
        most_tries: 50,
        look_every: Duration::from_millis(200),
        drain_timeout: Duration::from_secs(10),
        pacing: Pacing { chat_millis: 0, group_per_minute: 0, overall_per_second: arguments.send_rate },
        ..RuntimeSettings::default()
    };
    let telegram =
        TelegramSettings { api_address: arguments.api.clone(), poll_seconds: 5, ..TelegramSettings::default() };
    let service = Service::start_with(store, Mode::Polling, settings, telegram).await;
    stop.wait_for(|stop| *stop).await.expect("the listener lives");
    service.stop().await.close().await;
    true
}

/// A running service.
pub struct Running {
    arguments: Arguments,
    child: Child,
}

impl Running {
    pub fn start(arguments: Arguments) -> Self {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .arg("service")
            .args(["--database", &arguments.database, "--api", &arguments.api, "--holder", &arguments.holder])
            .args(["--send-rate", &arguments.send_rate.to_string(), "--lease", &arguments.lease.to_string()])
            .args(arguments.journal.iter().flat_map(|path| ["--journal".into(), path.as_os_str().to_owned()]))
            .stdin(Stdio::null())
            .spawn()
            .expect("the service starts");
        Running { arguments, child }
    }

    /// SIGKILL, at this moment.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process of ours");
        self.child.wait().expect("it ends");
    }

    pub fn start_again(&mut self) {
        *self = Running::start(self.arguments.clone());
    }

    /// SIGTERM, and wait.
    pub fn stop(&mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        told.is_ok_and(|told| told.success()) && self.child.wait().is_ok_and(|ended| ended.success())
    }

    /// Resident memory in KiB; 0 where the system does not say.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
