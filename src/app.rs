//! The composition root: opens the parts of the house and puts them together. Leaves to others: what the parts do.

mod console;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use futures::StreamExt as _;
use sqlx::SqlitePool;

use crate::actions::Services;
use crate::config::Config;
use crate::domain::{Clock, InteractionKind, Timestamp};
use crate::engine::Engine;
use crate::inference::{Encoder, Model};
use crate::nlg::faq::Faq;
use crate::nlg::{Catalog, Renderer};
use crate::nlu::{Catalogue, CatalogueName, CatalogueProduct, Reader, Segmenter, Surface};
use crate::recommender::{self, Handle, PurchaseIntent, PurchaseIntentError};
use crate::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};
use crate::shop::mapped::{MappedShop, Mapping};
use crate::shop::policy::Policy;
use crate::shop::{self, Gateway, Shop, WriteRules};
use crate::store::Store;

pub use console::{console, console_with_clock};

/// The file of the purchase intent, beside the recommender's.
pub const PURCHASE_INTENT: &str = "purchase_intent.json";
/// How many messages may wait for the model.
const QUEUE: usize = 256;

/// The parts that do not depend on a database: opened once, shared by every conversation and every test.
#[derive(Clone)]
pub struct Parts {
    encoder: Encoder,
    renderer: Renderer,
    policy: Arc<Policy>,
    faq: Arc<Faq>,
    zone: jiff::tz::TimeZone,
    mapping: Option<PathBuf>,
    shop_database: PathBuf,
    recommender: PathBuf,
    /// Trained or opened with the first shop, shared by all engines over the same shop.
    trained: Arc<tokio::sync::OnceCell<Option<Handle>>>,
    intent: Arc<tokio::sync::OnceCell<Option<Arc<PurchaseIntent>>>>,
}

impl Parts {
    /// Opens model, wordings, policy and knowledge as `config` says.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let model = Model::of(config.models.as_deref())?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let catalog = match &config.prompts {
            Some(folder) => Catalog::from_folder(folder)?,
            None => Catalog::embedded()?,
        };
        let policy = policy(config)?;
        let words = Segmenter::new(&Catalogue::default());
        Ok(Parts {
            encoder: Encoder::start(model, threads, QUEUE),
            renderer: Renderer::new(catalog)?,
            faq: Arc::new(Faq::embedded(&|text| words.words(text).into_iter().map(str::to_owned).collect())),
            policy: Arc::new(policy),
            zone: config.time_zone()?,
            mapping: config.shop.clone(),
            shop_database: config.shop_database.clone(),
            recommender: config.recommender.clone(),
            trained: Arc::default(),
            intent: Arc::default(),
        })
    }

    /// An engine over the conversations and the shop: the embedded one, or the merchant's own where one is mapped.
    pub async fn engine(&self, store: Store, clock: Clock) -> anyhow::Result<Engine> {
        let own = own_shop(&store, &self.shop_database).await?;
        let mapped = self.mapping.as_deref().map(open_mapped).transpose()?;
        if let Some(shop) = &mapped {
            first_round(shop, &own).await;
        }
        let surface = Surface::new(&catalogue(&own).await?);
        let recommender = self.trained.get_or_try_init(|| open_recommender(&self.recommender, &own)).await?.clone();
        let path = self.recommender.with_file_name(PURCHASE_INTENT);
        let purchase_intent = self.intent.get_or_try_init(|| open_purchase_intent(&path, &own)).await?.clone();
        let shop = match mapped {
            Some(shop) => Gateway::mapped(own, shop),
            None => Gateway::embedded(own),
        };
        let rules = WriteRules { orders_elsewhere: shop.merchant().is_some(), ..WriteRules::of(&self.policy) };
        let services = Services {
            shop,
            policy: self.policy.clone(),
            faq: self.faq.clone(),
            recommender,
            purchase_intent,
            zone: self.zone.clone(),
        };
        Ok(Engine {
            reader: Reader::new(surface, self.encoder.clone()),
            rules: Arc::new(rules),
            renderer: self.renderer.clone(),
            services,
            store,
            clock,
        })
    }
}

/// The policy of `config`, or the one in the binary.
fn policy(config: &Config) -> anyhow::Result<Policy> {
    let Some(file) = &config.policy else { return Ok(Policy::embedded()) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("policy file {} cannot be read; check the setting policy", file.display()))?;
    Policy::load(&text).with_context(|| format!("policy file {}", file.display()))
}

/// Opens (or makes) the database of `config`, with the demo shop in it if it is empty and the settings say so.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    if !config.database.contains("://")
        && let Some(folder) = Path::new(&config.database).parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("folder {} cannot be made; check the setting database", folder.display()))?;
    }
    let store = Store::open(&config.database).await?;
    if config.demo && config.shop.is_none() {
        let shop = own_shop(&store, &config.shop_database).await?;
        if shop.is_empty().await? {
            let place = store.pool().map_or(config.shop_database.display().to_string(), |_| config.database.clone());
            eprintln!("xiaoer: making the demo shop in {place} …");
            shop.fill_with_demo(DEMO_SEED, DemoSize::FULL).await?;
        }
    }
    Ok(store)
}

/// The clock of a database: the demo shop's days stand still at their fixed "today" until the conversations there have
/// passed it.
pub async fn demo_clock(store: &Store) -> anyhow::Result<Clock> {
    let latest = store.conversations(None, None, 1).await?.first().map(|summary| summary.last_at.plus_seconds(1));
    Ok(Clock::ticking_from(latest.map_or(DEMO_TODAY, |at: Timestamp| at.max(DEMO_TODAY))))
}

/// The embedded shop, or our side of a mapped one: in the conversations' own SQLite file, or in a file of its own
/// where these are on PostgreSQL.
pub async fn own_shop(store: &Store, file: &Path) -> anyhow::Result<Shop> {
    if let Some(pool) = store.pool() {
        return open_shop(pool.clone()).await;
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("folder {} cannot be made; check the setting shop_database", folder.display()))?;
    }
    Ok(Shop::open(file, shop_segmenter()).await?)
}

/// Has the understanding know the names that the shop's goods have now.
pub async fn relearn_names(engine: &Engine) -> anyhow::Result<()> {
    engine.reader.relearn(Surface::new(&catalogue(engine.services.shop.own()).await?));
    Ok(())
}

/// Our side of the shop as the settings place it, without the conversations.
pub async fn open_shop_database(config: &Config) -> anyhow::Result<Shop> {
    let file =
        if config.database.contains("://") { config.shop_database.as_path() } else { Path::new(&config.database) };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    }
    Ok(Shop::open(file, shop_segmenter()).await?)
}

/// Trains the recommender anew from what the shop knows now, and gives its version; none where there is nothing to
/// learn from.
pub async fn retrain(own: &Shop, path: &Path) -> anyhow::Result<Option<String>> {
    let Some(model) = train_recommender(own, |_| {}).await? else { return Ok(None) };
    model.write(path).with_context(|| format!("the recommender's model {} cannot be written", path.display()))?;
    Ok(Some(model.version().to_string()))
}

/// Reads the names of the goods of a mapped shop that nobody has synchronised yet, as far as it comes in half a minute;
/// `xiaoer serve` and `xiaoer shop sync` go on from there.
async fn first_round(shop: &MappedShop, own: &Shop) {
    if !own.is_empty().await.unwrap_or(false) {
        return;
    }
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let mut set_aside = shop::sync::SetAside::into(Path::new(".xiaoer/set-aside.csv"));
    let round = shop::sync::sync(shop, own, &mut set_aside, now, &|_, _| {});
    match tokio::time::timeout(std::time::Duration::from_secs(30), round).await {
        Ok(Ok(report)) => tracing::info!(products = report.products.stored, "the goods of the shop were read"),
        Ok(Err(error)) => tracing::warn!(%error, "the goods of the shop cannot be read now; they are later"),
        Err(_) => tracing::info!("the goods of the shop are many; reading them goes on later"),
    }
}

/// The merchant's own database through a mapping file.
pub fn open_mapped(file: &Path) -> anyhow::Result<MappedShop> {
    let mapping = Mapping::load(file).with_context(|| format!("mapping file {}", file.display()))?;
    Ok(MappedShop::over(mapping)?)
}

/// The embedded shop over an open database.
pub async fn open_shop(pool: SqlitePool) -> anyhow::Result<Shop> {
    Ok(Shop::over(pool, shop_segmenter()).await?)
}

/// The words of the shop's text index: jieba's, in one form. The same wherever the index is written or read.
pub fn shop_segmenter() -> shop::Segmenter {
    let words = Segmenter::new(&Catalogue::default());
    shop::Segmenter::new(move |text| words.search_words(&text.to_lowercase()).into_iter().map(str::to_owned).collect())
}

/// The recommender in `path`; where there is none it is trained from the shop's interactions, if there are any.
async fn open_recommender(path: &Path, shop: &Shop) -> anyhow::Result<Option<Handle>> {
    if path.exists() {
        let handle = Handle::open(path).with_context(|| {
            format!("the recommender's model {} cannot be used; remove it and it is trained anew", path.display())
        })?;
        return Ok(Some(handle));
    }
    let Some(model) = train_recommender(shop, |_| {}).await? else { return Ok(None) };
    tracing::info!(version = model.version(), "the recommender was trained from the shop's interactions");
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    }
    model.write(path).with_context(|| format!("the recommender's model {} cannot be written", path.display()))?;
    Ok(Some(Handle::new(path, model)))
}

/// A model from the shop's interactions and the words of its goods; none where nobody did anything yet.
pub async fn train_recommender(
    shop: &Shop,
    progress: impl Fn(&str) + Send + 'static,
) -> anyhow::Result<Option<recommender::Model>> {
    let interactions = interactions(shop).await?;
    if interactions.is_empty() {
        return Ok(None);
    }
    let words = Segmenter::new(&Catalogue::default());
    let texts = shop.catalogue().await?.products.into_iter().map(|product| {
        let text = format!("{} {} {}", product.title, product.brand, product.category);
        recommender::ItemText { item: product.id.0, words: words.words(&text).into_iter().map(str::to_owned).collect() }
    });
    let options = recommender::TrainOptions { texts: texts.collect(), ..recommender::TrainOptions::default() };
    let trained = tokio::task::spawn_blocking(move || recommender::train(interactions, &options, &progress)).await?;
    Ok(Some(trained?))
}

/// The purchase intent in `path`; where there is none it is trained, if enough happened to learn from.
async fn open_purchase_intent(path: &Path, shop: &Shop) -> anyhow::Result<Option<Arc<PurchaseIntent>>> {
    if path.exists() {
        return Ok(Some(Arc::new(PurchaseIntent::open(path)?)));
    }
    match train_purchase_intent(shop).await? {
        Ok(model) => {
            model.write(path)?;
            Ok(Some(Arc::new(model)))
        }
        Err(_) => Ok(None),
    }
}

/// The purchase intent from the shop's interactions and its customers' ages.
pub async fn train_purchase_intent(shop: &Shop) -> anyhow::Result<Result<PurchaseIntent, PurchaseIntentError>> {
    let (interactions, ages) = (interactions(shop).await?, shop.age_groups().await?);
    Ok(tokio::task::spawn_blocking(move || PurchaseIntent::train(&interactions, &ages)).await?)
}

/// Everything that customers did, in the recommender's terms.
async fn interactions(shop: &Shop) -> anyhow::Result<Vec<recommender::Interaction>> {
    let mut interactions = Vec::new();
    let mut stream = std::pin::pin!(shop.interactions());
    while let Some(interaction) = stream.next().await {
        let past = interaction?;
        let kind = match (past.kind, past.rating) {
            (InteractionKind::View, _) => recommender::Kind::View,
            (InteractionKind::Cart, _) => recommender::Kind::Cart,
            (InteractionKind::Buy, _) => recommender::Kind::Buy,
            (InteractionKind::Rating, stars) => recommender::Kind::Rating(stars.unwrap_or(3)),
        };
        interactions.push(recommender::Interaction {
            customer: past.customer.0,
            item: past.product.0,
            kind,
            at_millis: past.at.millis(),
        });
    }
    Ok(interactions)
}

/// The shop's names, for the understanding.
async fn catalogue(shop: &Shop) -> anyhow::Result<Catalogue> {
    let names = shop.catalogue().await?;
    Ok(Catalogue {
        products: names
            .products
            .into_iter()
            .map(|product| CatalogueProduct {
                id: Some(product.id),
                title: product.title,
                brand: product.brand,
                category: product.category,
                ..CatalogueProduct::default()
            })
            .collect(),
        brands: names.brands.iter().map(|name| CatalogueName::from(name.as_str())).collect(),
        categories: names.categories.iter().map(|name| CatalogueName::from(name.as_str())).collect(),
        colours: names.colours,
        sizes: names.sizes,
    })
}
