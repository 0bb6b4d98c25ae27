//! The crash test: updates come in, some twice, and the service is killed at random moments. Afterwards the database
//! and what the shoppers saw are compared with what was said.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use xiaoer::channel::telegram::emulator::{Emulator, Moods};
use xiaoer::domain::{ChannelKind, ConversationId, Event};
use xiaoer::store::Store;

use crate::service::{self, Running};

#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// How many updates.
    #[arg(long, default_value_t = 600)]
    updates: usize,
    /// How many chats they come from.
    #[arg(long, default_value_t = 60)]
    chats: usize,
    /// How often a service is killed.
    #[arg(long, default_value_t = 0)]
    kills: usize,
    /// Updates per second.
    #[arg(long, default_value_t = 25)]
    rate: u32,
    /// Messages per second in all; Telegram's own limit is 30.
    #[arg(long, default_value_t = 30)]
    send_rate: u32,
    /// Where the service keeps its data; a file of its own if not given. A PostgreSQL database is emptied first.
    #[arg(long)]
    database: Option<String>,
    /// How many services at once; more than one needs PostgreSQL.
    #[arg(long, default_value_t = 1)]
    services: usize,
    /// Seeds the moments of the kills.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What was found.
#[derive(Debug, Default)]
struct Findings {
    lost: usize,
    effects_twice: usize,
    inversions: usize,
    sent_twice: usize,
    sent: usize,
}

pub async fn run(mut arguments: Arguments, takeover: bool) -> bool {
    if takeover {
        arguments.services = 3;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let database = match &arguments.database {
        Some(address) => {
            empty(address).await;
            address.clone()
        }
        None => folder.path().join("crash.db").display().to_string(),
    };
    let emulator =
        Emulator::start(Moods { twice: 200, enforces_rates: false, ..Moods::default() }).await.expect("an emulator");
    let begun = Instant::now();
    let mut services: Vec<Running> = (0..arguments.services)
        .map(|number| {
            Running::start(service::Arguments {
                database: database.clone(),
                api: emulator.address(),
                holder: format!("service-{number}"),
                send_rate: arguments.send_rate,
                lease: if takeover { 3 } else { 60 },
                journal: arguments.database.as_ref().map(|_| folder.path().join(format!("sent-{number}"))),
            })
        })
        .collect();
    let feeding = tokio::spawn(feed(emulator.clone(), arguments.clone()));
    let span = arguments.updates as f64 / f64::from(arguments.rate.max(1));
    let mut dice = arguments.seed;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    };
    if takeover {
        tokio::time::sleep(Duration::from_secs_f64(span / 3.0)).await;
        services[0].kill();
    } else {
        let pause = span * 1000.0 / (arguments.kills + 1) as f64;
        for _ in 0..arguments.kills {
            let millis = pause / 2.0 + pause * roll(1000) as f64 / 1000.0;
            tokio::time::sleep(Duration::from_secs_f64(millis / 1000.0)).await;
            let victim = usize::try_from(roll(services.len() as u64)).expect("a small number");
            services[victim].kill();
            services[victim].start_again();
        }
    }
    feeding.await.expect("the feeder ends");
    let complete = wait_for_all(&emulator, &arguments).await;
    let seconds = begun.elapsed().as_secs_f64();
    for service in services.iter_mut().skip(usize::from(takeover)) {
        assert!(service.stop(), "a service ends cleanly on SIGTERM");
    }
    let findings = examine(&emulator, &arguments, &Store::open(&database).await.expect("the database")).await;
    let share = findings.sent_twice as f64 / findings.sent.max(1) as f64;
    println!(
        "{} updates over {} chats, 20 % sent twice, {} service(s), {} kill(s), {seconds:.0} s{}",
        arguments.updates,
        arguments.chats,
        arguments.services,
        if takeover { 1 } else { arguments.kills },
        if complete { "" } else { " — given up waiting" },
    );
    println!(
        "lost {}   effects twice {}   order inversions {}   sent twice {} ({:.3} %)",
        findings.lost,
        findings.effects_twice,
        findings.inversions,
        findings.sent_twice,
        share * 100.0,
    );
    // A short run has too few messages for a share of a thousandth: one message per kill is in flight at most.
    let few = if arguments.updates < 10_000 { findings.sent_twice <= arguments.kills + 1 } else { share <= 0.001 };
    findings.lost == 0 && findings.effects_twice == 0 && findings.inversions == 0 && few
}

async fn feed(emulator: Emulator, arguments: Arguments) {
    let begun = tokio::time::Instant::now();
    for number in 0..arguments.updates {
        let due = Duration::from_secs_f64(number as f64 / f64::from(arguments.rate.max(1)));
        tokio::time::sleep_until(begun + due).await;
        emulator.say(chat_of(number, &arguments), &number.to_string());
    }
}

fn chat_of(number: usize, arguments: &Arguments) -> i64 {
    // Neighbours in time often come from the same chat, as people write.
    let chat = (number / 3) % arguments.chats.max(1);
    i64::try_from(chat).expect("a small number") + 1
}

fn expected(arguments: &Arguments) -> HashMap<i64, Vec<usize>> {
    let mut expected: HashMap<i64, Vec<usize>> = HashMap::new();
    for number in 0..arguments.updates {
        expected.entry(chat_of(number, arguments)).or_default().push(number);
    }
    expected
}

fn number_of(text: &str) -> Option<usize> {
    text.rsplit(' ').next()?.parse().ok()
}

async fn wait_for_all(emulator: &Emulator, arguments: &Arguments) -> bool {
    let deadline = Instant::now() + Duration::from_secs(120);
    while Instant::now() < deadline {
        let mut seen = vec![false; arguments.updates];
        for sent in emulator.all_sent().into_values().flatten() {
            if let Some(place) = number_of(&sent.text).and_then(|number| seen.get_mut(number)) {
                *place = true;
            }
        }
        if seen.iter().all(|seen| *seen) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    false
}

async fn examine(emulator: &Emulator, arguments: &Arguments, store: &Store) -> Findings {
    let mut findings = Findings::default();
    let sent = emulator.all_sent();
    for (chat, expected) in expected(arguments) {
        let heard: Vec<usize> =
            sent.get(&chat).into_iter().flatten().filter_map(|sent| number_of(&sent.text)).collect();
        findings.sent += heard.len();
        let mut highest = None;
        let mut seen = std::collections::HashSet::new();
        for number in &heard {
            if !seen.insert(*number) {
                findings.sent_twice += 1;
            } else if highest.is_some_and(|highest| highest > *number) {
                findings.inversions += 1;
            }
            highest = highest.max(Some(*number));
        }
        findings.lost += expected.iter().filter(|number| !seen.contains(number)).count();

        let conversation = ConversationId::new(ChannelKind::Telegram, chat.to_string());
        let events = store.events(&conversation).await.expect("the events");
        let mut handled = HashMap::new();
        let mut order = Vec::new();
        for event in events {
            if let Event::Received { key, content, .. } = event.event {
                *handled.entry(key).or_insert(0usize) += 1;
                if let xiaoer::domain::Content::Text { text } = content {
                    order.extend(number_of(&text));
                }
            }
        }
        findings.effects_twice += handled.values().filter(|count| **count > 1).count();
        findings.inversions += order.windows(2).filter(|pair| pair[0] > pair[1]).count();
        findings.lost += expected.iter().filter(|number| !order.contains(number)).count();
    }
    findings
}

/// Empties what an earlier run left in a PostgreSQL database.
pub async fn empty(address: &str) {
    Store::open(address).await.expect("a database").empty_for_tests().await.expect("it can be emptied");
}
