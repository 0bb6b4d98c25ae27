//! `xiaoer recommend`: prints a list with scores and reasons. Leaves to others: the model.

use std::path::PathBuf;

use anyhow::Context;

use crate::recommender::{Event, Facts, Kind, Model, Reason, Rules, Shelf, read_table};

/// For whom, or for which items.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whom").required(true))]
pub struct Arguments {
    /// The customer's number; the history is read from --csv.
    #[arg(long, group = "whom", requires = "csv")]
    customer: Option<i64>,
    /// Items just bought, separated by commas.
    #[arg(long, group = "whom", value_delimiter = ',')]
    items: Vec<i64>,
    /// The model file.
    #[arg(long, default_value = ".xiaoer/recommender.bin")]
    model: PathBuf,
    /// Interactions as for `xiaoer train recommender --csv`.
    #[arg(long)]
    csv: Option<PathBuf>,
    /// How many.
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command. Without the shop every item of the model counts as in stock.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let model = Model::open(&arguments.model)?;
    let events = events(arguments, &model)?;
    let facts = |&item: &i64| {
        let known = Facts {
            in_stock: true,
            on_shelf: true,
            price_fen: 0,
            category: String::new(),
            brand: String::new(),
            consumable: false,
        };
        (item, known)
    };
    let shelf = Shelf::new(model.items(), model.items().ids().iter().map(facts));
    let rules = Rules {
        per_category: usize::MAX,
        per_brand: usize::MAX,
        just_bought_days: i64::MAX / 86_400_000,
        ..Rules::default()
    };
    let list = model.recommend(&events, &shelf, &rules, arguments.count);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&list)?);
        return Ok(());
    }
    for pick in list {
        let reason = match pick.reason {
            Reason::BecauseOf { item, kind } => format!("because of {item} ({kind:?})"),
            Reason::BoughtTogether { item } => format!("often bought together with {item}"),
            Reason::Alike { item } => format!("alike to {item}"),
            Reason::PopularIn { .. } => "popular".to_owned(),
        };
        println!("{:>12}  {:>10.4}  {reason}", pick.item, pick.score);
    }
    Ok(())
}

fn events(arguments: &Arguments, model: &Model) -> anyhow::Result<Vec<Event>> {
    if let (Some(customer), Some(path)) = (arguments.customer, &arguments.csv) {
        let all = read_table(path).context("the customer's history")?;
        let now = model.card().newest_millis;
        let own = all.iter().filter(|one| one.customer == customer);
        let events: Vec<Event> =
            own.map(|one| Event { item: one.item, kind: one.kind, age_millis: (now - one.at_millis).max(0) }).collect();
        anyhow::ensure!(!events.is_empty(), "customer {customer} has no interactions in {}", path.display());
        return Ok(events);
    }
    let unknown: Vec<String> =
        arguments.items.iter().filter(|&&item| model.items().place(item).is_none()).map(i64::to_string).collect();
    anyhow::ensure!(unknown.len() < arguments.items.len(), "the model knows none of the items {}", unknown.join(", "));
    Ok(arguments.items.iter().map(|&item| Event { item, kind: Kind::Buy, age_millis: 0 }).collect())
}
