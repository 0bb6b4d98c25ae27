//! Load: how many messages per second pass, how long one takes from its update to the request that answers it, what a
//! flood does to others, and whether memory stays flat.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use xiaoer::channel::telegram::emulator::{Emulator, Moods};

use crate::crash;
use crate::service::{self, Running};

#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// How many chats are active.
    #[arg(long, default_value_t = 10)]
    chats: usize,
    /// How many messages are said at once, to see how many pass per second.
    #[arg(long, default_value_t = 2000)]
    burst: usize,
    /// Messages per second while the time of each is measured.
    #[arg(long, default_value_t = 30)]
    rate: u32,
    /// For so many seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// For a soak.
    #[arg(long, default_value_t = 30)]
    minutes: u32,
    /// How many messages a flood has, and how many come per second.
    #[arg(long, default_value_t = 10_000)]
    flood: usize,
    /// How fast the flood comes.
    #[arg(long, default_value_t = 500)]
    flood_rate: u32,
    /// Where the service keeps its data; a file of its own if not given.
    #[arg(long)]
    database: Option<String>,
}

struct Bench {
    emulator: Emulator,
    service: Running,
    _folder: tempfile::TempDir,
}

async fn start(arguments: &Arguments) -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let database = match &arguments.database {
        Some(address) => {
            crash::empty(address).await;
            address.clone()
        }
        None => folder.path().join("load.db").display().to_string(),
    };
    let emulator = Emulator::start(Moods { enforces_rates: false, ..Moods::default() }).await.expect("an emulator");
    let service = Running::start(service::Arguments {
        database,
        api: emulator.address(),
        holder: "load".to_owned(),
        send_rate: 0,
        lease: 60,
        journal: None,
    });
    emulator.say(1_000_000, "warm");
    assert!(emulator.wait_until(Duration::from_secs(30), |emulator| emulator.count_sent() == 1).await, "it starts");
    Bench { emulator, service, _folder: folder }
}

/// Says messages at a steady rate; the answer is when each was said.
async fn say_steadily(
    emulator: &Emulator,
    name: &str,
    chats: std::ops::Range<i64>,
    rate: u32,
    count: usize,
) -> HashMap<String, Instant> {
    let begun = tokio::time::Instant::now();
    let width = usize::try_from(chats.end - chats.start).unwrap_or(1).max(1);
    let mut said = HashMap::new();
    for number in 0..count {
        tokio::time::sleep_until(begun + Duration::from_secs_f64(number as f64 / f64::from(rate.max(1)))).await;
        let text = format!("{name}{number}");
        said.insert(format!("echo {text}"), Instant::now());
        emulator.say(chats.start + i64::try_from(number % width).unwrap_or(0), &text);
    }
    said
}

/// The milliseconds from each message to its answer, sorted.
async fn times(emulator: &Emulator, said: &HashMap<String, Instant>, most: Duration) -> Vec<f64> {
    let end = Instant::now() + most;
    loop {
        let sent = emulator.all_sent();
        let mut times: Vec<f64> = sent
            .values()
            .flatten()
            .filter_map(|sent| said.get(&sent.text).map(|said| sent.at.duration_since(*said).as_secs_f64() * 1000.0))
            .collect();
        if times.len() >= said.len() || Instant::now() > end {
            assert!(times.len() >= said.len(), "{} of {} answered", times.len(), said.len());
            times.sort_by(f64::total_cmp);
            return times;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len());
    sorted[at - 1]
}

pub async fn load(arguments: Arguments) -> bool {
    let bench = start(&arguments).await;
    let chats = i64::try_from(arguments.chats).expect("a small number");
    let count = usize::try_from(arguments.rate * arguments.seconds).expect("a small number");
    let said = say_steadily(&bench.emulator, "a", 1..chats + 1, arguments.rate, count).await;
    let sorted = times(&bench.emulator, &said, Duration::from_secs(60)).await;

    let before = bench.emulator.count_sent();
    let begun = Instant::now();
    for number in 0..arguments.burst {
        bench.emulator.say(1 + i64::try_from(number % arguments.chats.max(1)).unwrap_or(0), &format!("b{number}"));
    }
    let all = |emulator: &Emulator| emulator.count_sent() >= before + arguments.burst;
    let passed = bench.emulator.wait_until(Duration::from_secs(300), all).await;
    let rate = arguments.burst as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{} chats: {rate:.0} messages/s sustained; at {}/s p50 {:.0} ms, p99 {:.0} ms; {} MiB",
        arguments.chats,
        arguments.rate,
        percentile(&sorted, 0.5),
        percentile(&sorted, 0.99),
        bench.service.resident_kib() / 1024,
    );
    passed
}

pub async fn flood(arguments: Arguments) -> bool {
    let bench = start(&arguments).await;
    let chats = i64::try_from(arguments.chats.max(2)).expect("a small number");
    let seconds = (arguments.flood as u32).div_ceil(arguments.flood_rate.max(1)).max(arguments.seconds);
    let count = usize::try_from(arguments.rate * seconds).expect("a small number");
    let said = say_steadily(&bench.emulator, "calm", 2..chats + 2, arguments.rate, count).await;
    let calm = times(&bench.emulator, &said, Duration::from_secs(60)).await;
    let flooding = {
        let emulator = bench.emulator.clone();
        let (rate, count) = (arguments.flood_rate, arguments.flood);
        tokio::spawn(async move { say_steadily(&emulator, "flood", 1..2, rate, count).await })
    };
    let said = say_steadily(&bench.emulator, "flooded", 2..chats + 2, arguments.rate, count).await;
    let flooded = times(&bench.emulator, &said, Duration::from_secs(120)).await;
    let flood = flooding.await.expect("the flood ends");
    let (before, during) = (percentile(&calm, 0.99), percentile(&flooded, 0.99));
    println!(
        "the others: p50 {:.0} ms → {:.0} ms, p99 {before:.0} ms → {during:.0} ms ({:+.0} %) while one chat says {} messages",
        percentile(&calm, 0.5),
        percentile(&flooded, 0.5),
        (during / before - 1.0) * 100.0,
        flood.len(),
    );
    during <= before * 1.2
}

pub async fn soak(arguments: Arguments) -> bool {
    let bench = start(&arguments).await;
    let chats = i64::try_from(arguments.chats).expect("a small number");
    let mut memory = Vec::new();
    for minute in 0..arguments.minutes.max(2) {
        let name = format!("m{minute}-");
        let said =
            say_steadily(&bench.emulator, &name, 1..chats + 1, arguments.rate, 60 * arguments.rate as usize).await;
        let sorted = times(&bench.emulator, &said, Duration::from_secs(60)).await;
        let kib = bench.service.resident_kib();
        println!("minute {:>3}: p99 {:>6.0} ms   {:>6} KiB", minute + 1, percentile(&sorted, 0.99), kib);
        memory.push(kib);
    }
    // The first minutes fill the caches.
    let settled = memory[memory.len() / 3];
    let last = memory[memory.len() - 1];
    println!("resident memory {} MiB after a third, {} MiB at the end", settled / 1024, last / 1024);
    last <= settled + settled / 10
}
