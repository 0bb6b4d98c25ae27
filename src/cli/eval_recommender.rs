//! `xiaoer eval recommender`: methods side by side on one data set. Leaves to others: the algorithms and metrics.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::recommender::{
    Dataset, Interaction, ItemText, Kind, Meter, Method, Model, Neighbours, People, PeopleOptions, Popularity, Report,
    RidgeOptions, Row, Spectral, SpectralOptions, Split, TrainOptions, Walk, evaluate, read_attributes, read_lightgcn,
    read_retail, read_sequences, read_table, train_dataset,
};

/// The data set and what to make of it.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true))]
pub struct Arguments {
    /// Training part in LightGCN's format, a line per user: `user item item …`.
    #[arg(long, group = "source", requires = "test")]
    train: Option<PathBuf>,
    /// Test part in the same format.
    #[arg(long, requires = "train")]
    test: Option<PathBuf>,
    /// With --train: keep a tenth of the users out of training and show three of their interactions.
    #[arg(long, requires = "train")]
    new_shoppers: bool,
    /// Sequences, a line per user in order of time; the last of each is left out.
    #[arg(long, group = "source")]
    sequences: Option<PathBuf>,
    /// Attributes of the items: `{"item": [attribute, …], …}`.
    #[arg(long)]
    attributes: Option<PathBuf>,
    /// Interactions as CSV (`customer,item,kind,at_millis`), cut by time: the last tenth of the events is wanted.
    #[arg(long, group = "source")]
    csv: Option<PathBuf>,
    /// Invoice lines (`invoice,stock_code,quantity,invoice_date,unit_price,customer`), cut by time: of every basket in
    /// the last tenth, a fifth is wanted given the rest.
    #[arg(long, group = "source")]
    retail: Option<PathBuf>,
    /// Titles for --retail: CSV with `stock_code,description`.
    #[arg(long, requires = "retail")]
    titles: Option<PathBuf>,
    /// The seed of all draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only our own model and the two methods that it is measured against.
    #[arg(long)]
    quick: bool,
    /// Write the comparison as one HTML page.
    #[arg(long)]
    html: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// A split with its name and the words of its items.
struct Task {
    data: String,
    protocol: &'static str,
    split: Split,
    texts: Vec<ItemText>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Task { data, protocol, split, texts } = task(arguments)?;
    anyhow::ensure!(!split.cases.is_empty(), "the split leaves nothing to judge by");
    let matrix = split.train.matrix();
    let mut rows = Vec::new();
    type Make<'a> = (bool, Box<dyn Fn() -> anyhow::Result<Box<dyn Method>> + 'a>);
    let options = TrainOptions { seed: arguments.seed, texts, ..TrainOptions::default() };
    let methods: Vec<Make<'_>> = vec![
        (true, Box::new(|| Ok(Box::new(Popularity::train(&split.train, 60.0))))),
        (true, Box::new(|| Ok(Box::new(Neighbours::cosine(&matrix, 100))))),
        (false, Box::new(|| Ok(Box::new(Neighbours::bm25(&matrix, 1.2, 0.75, 100))))),
        (
            false,
            Box::new(|| Ok(Box::new(Neighbours::walk(&matrix, Walk { user: 0.5, source: 0.5, target: 0.3 }, 300)))),
        ),
        (false, Box::new(|| Ok(Box::new(Neighbours::ridge(&matrix, RidgeOptions::default()))))),
        (false, Box::new(|| Ok(Box::new(Spectral::train(&matrix, SpectralOptions::default()))))),
        (false, Box::new(|| Ok(Box::new(People::train(&matrix, PeopleOptions::default()))))),
        (true, Box::new(|| Ok(Box::new(own(&split.train, &options)?)))),
    ];
    for (_, make) in methods.into_iter().filter(|(quick, _)| *quick || !arguments.quick) {
        let meter = Meter::start();
        let method = make()?;
        let training = meter.read();
        let evaluation = evaluate(method.as_ref(), &split);
        eprintln!(
            "{:<18} Recall@20 {:.4}, NDCG@20 {:.4}",
            evaluation.method, evaluation.accuracy[2].recall, evaluation.accuracy[2].ndcg
        );
        rows.push(Row { evaluation, training });
    }
    let report = Report {
        data,
        protocol: protocol.to_owned(),
        customers: split.train.histories.iter().filter(|history| !history.is_empty()).count(),
        items: split.train.items.len(),
        events: split.train.events(),
        cases: split.cases.len(),
        rows,
    };
    if let Some(path) = &arguments.html {
        std::fs::write(path, report.html()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{}", report.markdown());
    }
    Ok(())
}

fn own(train: &Dataset, options: &TrainOptions) -> anyhow::Result<Model> {
    let model = train_dataset(train, options, &|step| eprintln!("  {step}"))?;
    for part in &model.card().plan.parts {
        eprintln!("  {:?} {part:?}", model.card().plan.bases[part.base]);
    }
    eprintln!("  validation {:?}, {} bytes", model.card().validation, model.size());
    Ok(model)
}

fn name(path: &Path) -> String {
    path.parent().and_then(Path::file_name).unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn task(arguments: &Arguments) -> anyhow::Result<Task> {
    if let (Some(train), Some(test)) = (&arguments.train, &arguments.test) {
        let split = Split::official(read_lightgcn(train)?, read_lightgcn(test)?);
        let (protocol, split) = if arguments.new_shoppers {
            ("a tenth of the users kept out, 3 interactions shown", split.new_shoppers(10, 3, arguments.seed))
        } else {
            ("official split", split)
        };
        return Ok(Task { data: name(train), protocol, split, texts: Vec::new() });
    }
    if let Some(path) = &arguments.sequences {
        let data = Dataset::gather(read_sequences(path)?);
        let texts = match &arguments.attributes {
            Some(path) => read_attributes(path)?.into_iter().map(|(item, words)| ItemText { item, words }).collect(),
            None => Vec::new(),
        };
        return Ok(Task { data: name(path), protocol: "leave last out", split: Split::leave_last_out(&data), texts });
    }
    if let Some(path) = &arguments.csv {
        let data = Dataset::gather(read_table(path)?);
        let mut moments: Vec<i64> = data.histories.iter().flatten().map(|entry| entry.at_millis).collect();
        moments.sort_unstable();
        let split = Split::time_cut(&data, moments[moments.len() * 9 / 10]);
        return Ok(Task { data: name(path), protocol: "cut by time", split, texts: Vec::new() });
    }
    let path = arguments.retail.as_ref().context("name a data set")?;
    let (data, codes) = baskets(path)?;
    let mut moments: Vec<i64> = data.histories.iter().filter_map(|history| Some(history.last()?.at_millis)).collect();
    moments.sort_unstable();
    let split = Split::baskets(&data, moments[moments.len() * 9 / 10], 0.2, arguments.seed);
    let texts = match &arguments.titles {
        Some(path) => titles(path, &codes)?,
        None => Vec::new(),
    };
    Ok(Task { data: name(path), protocol: "baskets cut by time", split, texts })
}

/// The invoices as customers of their own, and the number of each stock code.
fn baskets(path: &Path) -> anyhow::Result<(Dataset, HashMap<String, i64>)> {
    // An invoice is one basket at one moment, that of its first line, even where its lines were keyed in minutes apart.
    let mut invoices: HashMap<String, (i64, i64)> = HashMap::new();
    let mut codes: HashMap<String, i64> = HashMap::new();
    let mut all = Vec::new();
    for line in read_retail(path)?.into_iter().filter(|line| line.quantity > 0) {
        let next = invoices.len() as i64;
        let (customer, at_millis) = *invoices.entry(line.invoice).or_insert((next, line.at_millis));
        let next = codes.len() as i64;
        let item = *codes.entry(line.stock_code).or_insert(next);
        all.push(Interaction { customer, item, kind: Kind::Buy, at_millis });
    }
    Ok((Dataset::gather(all), codes))
}

fn titles(path: &Path, codes: &HashMap<String, i64>) -> anyhow::Result<Vec<ItemText>> {
    let mut texts = Vec::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).context("the titles")?;
    for record in reader.records() {
        let record = record.context("the titles")?;
        if let (Some(code), Some(title)) = (record.get(0), record.get(1))
            && let Some(&item) = codes.get(code)
        {
            let words = title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 1);
            texts.push(ItemText { item, words: words.map(str::to_lowercase).collect() });
        }
    }
    Ok(texts)
}
