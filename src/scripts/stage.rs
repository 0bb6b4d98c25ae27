//! Where conversations are played: the parts of the house opened once, the demo shop made once, and a copy of it with
//! an own clock for every case. Leaves to others: what happens there (`play`).

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use sqlx::SqlitePool;
use tempfile::TempDir;

use super::channel::{Channel, Line};
use super::error::ScriptError;
use crate::app::{Parts, open_store};
use crate::config::Config;
use crate::domain::{Clock, Timestamp};
use crate::shop::Gateway;
use crate::shop::demo::DEMO_TODAY;
use crate::store::Store;

/// Everything that cases share.
pub struct Stage {
    parts: Parts,
    channel: Channel,
    zone: TimeZone,
    template: PathBuf,
    // Removed with the stage.
    folder: TempDir,
}

/// What one case has for itself.
pub struct Scene {
    /// The way to the product.
    pub line: Line,
    /// The conversations.
    pub store: Store,
    /// The shop.
    pub shop: Gateway,
    /// The case's time.
    pub clock: Clock,
    /// The case's database, for looking and for setting the scene.
    pub pool: SqlitePool,
    file: PathBuf,
}

impl Stage {
    /// Opens the parts as `config` says and makes the demo shop that every case begins with.
    pub async fn open(config: &Config, channel: Channel) -> Result<Stage, ScriptError> {
        let zone = config.time_zone().map_err(|error| ScriptError::Stage(error.to_string()))?;
        let folder = tempfile::Builder::new()
            .prefix("xiaoer-test-")
            .tempdir()
            .map_err(|error| ScriptError::Stage(format!("no temporary folder: {error}; check TMPDIR")))?;
        let template = folder.path().join("template.db");
        let shop = Config {
            database: template.display().to_string(),
            recommender: folder.path().join("recommender.bin"),
            demo: true,
            ..config.clone()
        };
        let parts = Parts::open(&shop).map_err(|error| ScriptError::Stage(format!("{error:#}")))?;
        let store = open_store(&shop).await.map_err(|error| ScriptError::Stage(format!("{error:#}")))?;
        if let Some(pool) = store.pool() {
            // Everything into the one file that is copied.
            let checkpoint = sqlx::query("pragma wal_checkpoint(truncate)").execute(pool).await;
            checkpoint.map_err(|source| ScriptError::Database { what: "the template".to_owned(), source })?;
        }
        store.close().await;
        Ok(Stage { parts, channel, zone, template, folder })
    }

    /// A case's own copy of the demo shop with a clock that stands at `start`.
    pub async fn scene(&self, name: &str, start: Option<jiff::civil::DateTime>) -> Result<Scene, ScriptError> {
        let fault = |error: &dyn std::fmt::Display| ScriptError::Stage(error.to_string());
        let start = match start {
            Some(start) => {
                let zoned = start.to_zoned_datetime(self.zone.clone()).map_err(|error| fault(&error))?;
                Timestamp::from_millis(zoned.timestamp().as_millisecond())
            }
            None => DEMO_TODAY,
        };
        let file = self.folder.path().join(format!("{name}.db"));
        let (from, to) = (self.template.clone(), file.clone());
        let copied = tokio::task::spawn_blocking(move || std::fs::copy(from, to)).await;
        copied.map_err(|error| fault(&error))?.map_err(|error| fault(&error))?;
        let clock = Clock::standing_at(start);
        let store = Store::open(&file.display().to_string()).await.map_err(|error| fault(&error))?;
        let engine = self.parts.engine(store, clock.clone()).await.map_err(|error| fault(&format!("{error:#}")))?;
        let store = engine.store.clone();
        let shop = engine.services.shop.clone();
        let pool = store.pool().cloned().ok_or_else(|| fault(&"cases are played on SQLite"))?;
        Ok(Scene { line: Line::open(self.channel, engine), store, shop, clock, pool, file })
    }
}

impl Scene {
    /// Takes the case's database away.
    pub async fn close(self) {
        self.store.close().await;
        for ending in ["", "-wal", "-shm"] {
            let mut name = self.file.clone().into_os_string();
            name.push(ending);
            // What cannot be removed now goes with the folder.
            let _ = std::fs::remove_file(Path::new(&name));
        }
    }
}
