//! `xiaoer eval search`: fills a database with messages and measures the console's search over them: whether it finds
//! what a scan finds, and how long it takes. Leaves to others: searching (`store`).

use std::time::Instant;

use anyhow::{Context as _, bail};
use rand::seq::IndexedRandom;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::domain::Timestamp;
use crate::store::Store;
use crate::store::console::{Filter, Sight, fold};

const UTTERANCES: &str = include_str!("../../data/nlu/utterances.tsv");
const PRODUCTS: &str = include_str!("../../data/shop/products.csv");
/// Hits of a page.
const PAGE: u32 = 50;
/// Queries that are checked against a scan.
const CHECKED: usize = 60;

/// What `xiaoer eval search` can be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The database: a file or postgres://…; filled if it has no messages yet. Not the shop's own.
    #[arg(long, default_value = ".xiaoer/search.db")]
    database: String,
    /// How many messages.
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// How many queries are measured.
    #[arg(long, default_value_t = 1_000)]
    queries: usize,
    /// The seed of messages and queries.
    #[arg(long, default_value_t = 20_260_618)]
    seed: u64,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(measure(arguments))
}

async fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(folder) =
        std::path::Path::new(&arguments.database).parent().filter(|_| !arguments.database.contains("://"))
    {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let store = Store::open(&arguments.database).await?;
    let mut samples = Vec::new();
    let mut held = 0_usize;
    let every = (arguments.messages / (arguments.queries * 2).max(1)).max(1);
    let count = async |samples: &mut Vec<String>, held: &mut usize| {
        store
            .scan_messages(|_, words| {
                if held.is_multiple_of(every) {
                    samples.push(words.to_owned());
                }
                *held += 1;
            })
            .await
    };
    count(&mut samples, &mut held).await?;
    if held == 0 {
        let began = Instant::now();
        store
            .fill_messages(texts(arguments.seed).take(arguments.messages), |done| {
                if done % 100_000 == 0 {
                    eprintln!("xiaoer: {done} messages …");
                }
            })
            .await?;
        println!("{} messages written in {:.0} s", arguments.messages, began.elapsed().as_secs_f64());
        count(&mut samples, &mut held).await?;
    }
    let queries = queries(&samples, arguments.queries, arguments.seed);
    let sight = Sight { login: String::new(), own_only: false };
    let now = Timestamp::from_millis(0);
    let mut millis: Vec<(f64, usize, String)> = Vec::new();
    let mut found = Vec::new();
    for query in &queries {
        let began = Instant::now();
        let hits = store.search(&sight, query, &Filter::default(), now, None, PAGE).await?;
        millis.push((began.elapsed().as_secs_f64() * 1000.0, hits.len(), query.clone()));
        found.push(hits.into_iter().map(|hit| hit.id).collect::<Vec<i64>>());
    }
    let checked = queries.len().min(CHECKED);
    let folded: Vec<String> = queries[..checked].iter().map(|query| fold(query)).collect();
    let mut scanned: Vec<std::collections::VecDeque<i64>> = vec![std::collections::VecDeque::new(); checked];
    store
        .scan_messages(|id, words| {
            let words = fold(words);
            for (hits, query) in scanned.iter_mut().zip(&folded) {
                if words.contains(query.as_str()) {
                    hits.push_front(id);
                    hits.truncate(PAGE as usize);
                }
            }
        })
        .await?;
    let wrong: Vec<&String> =
        (0..checked).filter(|at| !scanned[*at].iter().eq(found[*at].iter())).map(|at| &queries[at]).collect();
    let mut sorted: Vec<f64> = millis.iter().map(|(millis, ..)| *millis).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: usize| sorted[(sorted.len() * share / 100).min(sorted.len() - 1)];
    println!("{held} messages, {} queries of 1 to 8 letters and order numbers, one after the other", queries.len());
    println!("p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", at(50), at(95), at(99), at(100));
    millis.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (millis, hits, query) in millis.iter().take(5) {
        println!("  {millis:.1} ms, {hits} hits on the page: {query}");
    }
    println!("{checked} of them against a scan: {} differ", wrong.len());
    store.close().await;
    if !wrong.is_empty() {
        bail!("the search does not find what a scan finds: {wrong:?}");
    }
    Ok(())
}

/// Messages without end: what shoppers say and what is answered, with numbers, goods and days in them.
fn texts(seed: u64) -> impl Iterator<Item = String> {
    let sayings: Vec<&str> = UTTERANCES.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let goods: Vec<&str> = PRODUCTS.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    let answers = [
        "您的订单{order}已经发出，预计{day}日送达，请留意电话。",
        "{goods}现在有货，{order}里的这一件支持七天无理由退货。",
        "好的，已为您登记，{day}日前给您答复。",
        "这款{goods}到手{money}元，满99包邮。",
        "退款{money}元已原路退回，{day}个工作日内到账。",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    std::iter::repeat_with(move || {
        let pick = |random: &mut ChaCha8Rng, list: &[&str]| list.choose(random).copied().unwrap_or_default().to_owned();
        let saying = pick(&mut random, &sayings);
        match random.random_range(0..10) {
            0..4 => saying,
            4 => format!("{saying}，{}", pick(&mut random, &sayings)),
            5 => format!("{}，订单号{}", saying, order(&mut random)),
            6 => format!("{}，{}", pick(&mut random, &goods), saying),
            _ => pick(&mut random, &answers)
                .replace("{order}", &order(&mut random))
                .replace("{goods}", &pick(&mut random, &goods))
                .replace("{day}", &random.random_range(1..31).to_string())
                .replace("{money}", &random.random_range(5..3000).to_string()),
        }
    })
}

fn order(random: &mut ChaCha8Rng) -> String {
    format!(
        "2026{:02}{:02}{:08}",
        random.random_range(1..13),
        random.random_range(1..29),
        random.random_range(0..99_999_999)
    )
}

/// Parts of messages, one to eight letters long in turn; every ninth a whole order number, every tenth of a kind that
/// is nowhere.
fn queries(samples: &[String], count: usize, seed: u64) -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ 1);
    let mut queries = Vec::with_capacity(count);
    while queries.len() < count && !samples.is_empty() {
        let Some(sample) = samples.choose(&mut random) else { break };
        let letters: Vec<char> = sample.chars().collect();
        let length = match queries.len() % 10 {
            8 => {
                queries.push(order(&mut random));
                continue;
            }
            9 => {
                let digits: String = sample.chars().filter(char::is_ascii_digit).collect();
                if digits.len() >= 16 {
                    queries.push(digits[..16].to_owned());
                }
                1 + random.random_range(0..8)
            }
            place => place + 1,
        };
        if letters.len() < length {
            continue;
        }
        let start = random.random_range(0..=letters.len() - length);
        let query: String = letters[start..start + length].iter().collect();
        if query.trim() == query {
            queries.push(query);
        }
    }
    queries.truncate(count);
    queries
}
