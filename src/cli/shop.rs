//! `xiaoer shop …`: a shop that has a database of its own. Leaves to others: the work (`shop::mapped`).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::shop_data;
use crate::app::{open_mapped, shop_segmenter};
use crate::domain::{ChannelKind, ConversationId, ProductFilter, Timestamp};
use crate::shop::mapped::{CheckReport, MappedShop, Need, Probes, Severity, draft, table};
use crate::shop::{Gateway, Shop, Verification};

/// What to do with a shop that has a database of its own.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Try every statement of a mapping out, or draft a mapping for an unknown schema.
    Check(CheckArguments),
    /// Print what each need gets and must give, as docs/shops.md shows it.
    Needs,
    /// Read products and behaviour from the shop's database: text index, dictionary, recommender.
    Sync(shop_data::SyncArguments),
    /// Import products, variants, behaviour, orders and order lines from CSV files into the embedded shop.
    Import(shop_data::ImportArguments),
}

/// What `xiaoer shop check` can be told.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// The mapping file.
    #[arg(value_name = "FILE", default_value = "shop.toml")]
    file: PathBuf,
    /// Draft a mapping for the database at this address instead, and print it.
    #[arg(long, value_name = "URL")]
    init: Option<String>,
    /// A customer's number to try with; left out, one is found.
    #[arg(long)]
    customer: Option<i64>,
    /// An order's number of that customer to try with.
    #[arg(long)]
    order: Option<String>,
    /// A customer's phone to try with.
    #[arg(long)]
    phone: Option<String>,
}

/// Runs `xiaoer shop …`.
pub fn run(command: &Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    match command {
        Command::Needs => {
            print!("{}", table());
            Ok(())
        }
        Command::Check(arguments) => runtime.block_on(check(arguments)),
        Command::Sync(arguments) => runtime.block_on(shop_data::sync(arguments)),
        Command::Import(arguments) => runtime.block_on(shop_data::import(arguments)),
    }
}

async fn check(arguments: &CheckArguments) -> anyhow::Result<()> {
    if let Some(address) = &arguments.init {
        print!("{}", draft(address).await?);
        return Ok(());
    }
    let shop = open_mapped(&arguments.file)?;
    let given = Probes {
        customer: arguments.customer,
        order: arguments.order.clone(),
        phone: arguments.phone.clone(),
        ..Probes::default()
    };
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let report = shop.check(given, now).await;
    print_report(&arguments.file, &shop, &report);
    if report.count(Severity::Fault) == 0 {
        print_samples(&shop, &report, now).await?;
    }
    match report.count(Severity::Fault) {
        0 => Ok(()),
        faults => {
            bail!("{faults} faults in {}; docs/shops.md tells what each need must give", arguments.file.display())
        }
    }
}

fn print_report(file: &Path, shop: &MappedShop, report: &CheckReport) {
    println!(
        "{}: {}, {} needs, {} writes",
        file.display(),
        shop.mapping().dialect,
        shop.mapping().needs.len(),
        shop.mapping().writes.len()
    );
    println!();
    for run in &report.runs {
        println!("  {:<24} {:>5} rows {:>9.1} ms", run.need, run.rows, run.took.as_secs_f64() * 1000.0);
    }
    for severity in Severity::ALL {
        let findings: Vec<_> = report.findings.iter().filter(|finding| finding.severity == *severity).collect();
        if !findings.is_empty() {
            println!("\n{severity}: {}", findings.len());
        }
        for finding in findings {
            println!("  {} {}", finding.place, finding.text);
        }
    }
}

/// What the bot would know, one line per ability; phones and names stay covered.
async fn print_samples(shop: &MappedShop, report: &CheckReport, now: Timestamp) -> anyhow::Result<()> {
    println!("\nsample answers");
    let own = Shop::in_memory(shop_segmenter()).await?;
    let gateway = Gateway::mapped(own, shop.clone());
    let filter = ProductFilter::default();
    if let Some(product) = gateway.search(&filter, 1, 0).await?.0.first() {
        println!(
            "  product   {} · {} · {} · {} variants",
            product.id,
            product.title,
            product.category,
            product.variants.len()
        );
        if let Some(variant) = product.variants.first() {
            println!("  stock     {} {}: {} yuan, {} left", variant.id, variant.label(), variant.price, variant.stock);
        }
    }
    let (Some(order), Some(phone)) = (&report.probes.order, &report.probes.receiver_phone) else { return Ok(()) };
    let tail: String = phone.chars().skip(phone.chars().count().saturating_sub(4)).collect();
    let conversation = ConversationId::new(ChannelKind::Terminal, "check");
    let (number, tail) = (order.parse().context("the order's number")?, tail.parse().context("the phone")?);
    let Verification::Verified(customer) = gateway.verify_by_order(&conversation, &number, &tail, now).await? else {
        println!("  identity  the order {order} and the phone of its receiver do not verify: needs.owner_of_order");
        return Ok(());
    };
    println!("  identity  order {order} and ****{tail} verify customer {}", customer.id());
    let orders = gateway.orders_of(&customer, 3, &[]).await?;
    println!("  orders    {} in all", gateway.count_orders(&customer, &[]).await?);
    for order in &orders {
        let title = order.lines.first().map_or("(no line)", |line| line.title.as_str());
        println!(
            "            {} {} {} yuan · {title} · {} lines",
            order.number,
            order.state,
            order.total,
            order.lines.len()
        );
    }
    for parcel in orders.iter().flat_map(|order| &order.parcels) {
        println!("  parcel    {} {} · {} events", parcel.courier, parcel.tracking_number, parcel.track.len());
    }
    let requests: usize = orders.iter().map(|order| order.after_sales.len()).sum();
    println!("  service   {requests} requests on these orders");
    println!("  addresses {}", gateway.addresses(&customer).await?.len());
    let coupons = gateway.coupons_of(&customer, now).await?;
    println!("  coupons   {}", coupons.iter().map(|coupon| coupon.title.as_str()).collect::<Vec<_>>().join("、"));
    if shop.has(Need::GiftCardsOfCustomer) {
        println!("  cards     {}", gateway.gift_cards_of(&customer, now).await?.len());
    }
    Ok(())
}
