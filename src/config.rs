//! Every setting, read from one file and checked. Secrets are not here: they come from the environment.
//! Leaves to others: acting on them (`app`).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every setting with its default; `config/xiaoer.toml` explains them.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Path of the database.
    pub database: String,
    /// Folder of the understanding's weights; none: those in the binary.
    pub models: Option<PathBuf>,
    /// Folder of the wordings; none: those in the binary.
    pub prompts: Option<PathBuf>,
    /// The shop's policy; none: the one in the binary.
    pub policy: Option<PathBuf>,
    /// The mapping file of a shop in a database of its own; none: the embedded shop.
    pub shop: Option<PathBuf>,
    /// Where the embedded shop, or our side of a mapped one, is kept if the conversations are on PostgreSQL.
    pub shop_database: PathBuf,
    /// Path of the recommender's model.
    pub recommender: PathBuf,
    /// IANA name of the shop's time zone.
    pub time_zone: String,
    /// Whether an empty database is filled with the demo shop.
    pub demo: bool,
    /// Conversations handled side by side.
    pub workers: usize,
    /// Where health, readiness and metrics are served; none: nowhere.
    pub watch: Option<SocketAddr>,
    /// Where the staff's console is served beside the service; none: nowhere.
    pub console: Option<SocketAddr>,
    /// Telegram.
    pub telegram: TelegramConfig,
}

/// Settings of the Telegram channel.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelegramConfig {
    /// Address of the Bot API.
    pub api: String,
    /// The address at which Telegram reaches the service; none: it is polled.
    pub webhook: Option<String>,
    /// Where the webhook listens; TLS ends at a proxy before it.
    pub listen: SocketAddr,
    /// How many requests Telegram makes at once, 1 to 100.
    pub webhook_connections: u8,
    /// How long buttons work, in hours.
    pub button_hours: i64,
    /// The least time between two messages in one chat, in milliseconds.
    pub chat_millis: i64,
    /// How many messages a group gets in a minute.
    pub group_per_minute: u32,
    /// How many messages leave in a second in all.
    pub overall_per_second: u32,
    /// From which hour to which notices come without a sound.
    pub quiet_hours: (i8, i8),
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database: ".xiaoer/xiaoer.db".to_owned(),
            models: None,
            prompts: None,
            policy: None,
            shop: None,
            shop_database: PathBuf::from(".xiaoer/shop.db"),
            recommender: PathBuf::from(".xiaoer/recommender.bin"),
            time_zone: "Asia/Shanghai".to_owned(),
            demo: true,
            workers: 4,
            watch: None,
            console: None,
            telegram: TelegramConfig::default(),
        }
    }
}

impl Default for TelegramConfig {
    fn default() -> Self {
        TelegramConfig {
            api: "https://api.telegram.org".to_owned(),
            webhook: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8443)),
            webhook_connections: 1,
            button_hours: 48,
            chat_millis: 1000,
            group_per_minute: 20,
            overall_per_second: 30,
            quiet_hours: (22, 8),
        }
    }
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("settings file {file} cannot be read: {source}; check the path given with --config")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not as it should be.
    #[error("settings file {file}: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// Where and what.
        message: String,
    },
    /// No such time zone.
    #[error("time_zone {0:?} is unknown; use a name such as Asia/Shanghai")]
    TimeZone(String),
    /// A number out of range.
    #[error("workers must be between 1 and 64")]
    Workers,
}

impl Config {
    /// The settings of a file, or the defaults.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(file) = file else { return Ok(Config::default()) };
        let name = || file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|source| ConfigError::Unreadable { file: name(), source })?;
        let config: Config = toml::from_str(&text).map_err(|error| ConfigError::Malformed {
            file: name(),
            message: error.to_string().trim().replace('\n', " "),
        })?;
        config.time_zone()?;
        if !(1..=64).contains(&config.workers) {
            return Err(ConfigError::Workers);
        }
        Ok(config)
    }

    /// With a mapping file given on the command line: what belongs to that shop is kept beside the file, apart from
    /// the demo shop's.
    pub fn with_shop(mut self, file: Option<&Path>) -> Self {
        if let Some(file) = file {
            self.shop = Some(file.to_owned());
            self.database = file.with_extension("db").display().to_string();
            self.recommender = file.with_extension("recommender.bin");
        }
        self
    }

    /// The shop's time zone.
    pub fn time_zone(&self) -> Result<jiff::tz::TimeZone, ConfigError> {
        jiff::tz::TimeZone::get(&self.time_zone).map_err(|_| ConfigError::TimeZone(self.time_zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explained_file_says_the_defaults() {
        let explained: Config = toml::from_str(include_str!("../config/xiaoer.toml")).expect("the file is valid");
        assert_eq!(explained, Config::default());
    }
}
