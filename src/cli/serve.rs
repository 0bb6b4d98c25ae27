//! `xiaoer serve`: the service. Opens the parts, connects Telegram, works until it is told to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::shop_duties::shop_duties;
use crate::app::{Parts, console_with_clock, demo_clock, open_store};
use crate::channel::telegram::{Menu, MenuEntry, Telegram, TelegramError, TelegramSettings, WebhookSettings};
use crate::config::Config;
use crate::domain::Clock;
use crate::runtime::{
    Duty, DutyFault, Pacing, Runtime, RuntimeSettings, StoreInbox, health_router, restock_notices, serve_health,
    shutdown_signal,
};
use crate::store::console::AuditDeed;
use crate::telemetry;

/// The variable with the bot's token.
const TOKEN: &str = "TELOXIDE_TOKEN";
/// The variable with the webhook's secret.
const SECRET: &str = "XIAOER_WEBHOOK_SECRET";
/// Where a process on PostgreSQL notes what it has just sent.
const JOURNALS: &str = ".xiaoer";
/// The words of the channel itself.
const WORDS: &str = include_str!("../../prompts/channel/telegram.toml");

/// What `xiaoer serve` can be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Settings file; without it the defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The name under which this process holds its work; with several processes each needs its own, and keeps it.
    #[arg(long, value_name = "NAME", default_value = "single")]
    name: String,
}

/// Runs `xiaoer serve`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    telemetry::start();
    let config = Config::load(arguments.config.as_deref())?;
    let token = std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty()).ok_or(TelegramError::NoToken)?;
    tokio::runtime::Runtime::new()?.block_on(serve(arguments, &config, &token))
}

async fn serve(arguments: &Arguments, config: &Config, token: &str) -> anyhow::Result<()> {
    let stop = shutdown_signal().context("signals cannot be listened for")?;
    let parts = Parts::open(config)?;
    let store = open_store(config).await?.with_holder(&arguments.name);
    let store = match store.pool() {
        Some(_) => store,
        None => {
            std::fs::create_dir_all(JOURNALS).with_context(|| format!("folder {JOURNALS} cannot be made here"))?;
            store.with_journal(&Path::new(JOURNALS).join(format!("sent-{}", arguments.name)))?
        }
    };
    let clock = if config.demo && config.shop.is_none() { demo_clock(&store).await? } else { Clock::System };
    let engine = parts.engine(store.clone(), clock.clone()).await?;

    let inbox = Arc::new(StoreInbox::new(store.clone()));
    let settings = telegram_settings(config, &clock)?;
    let webhook = settings.webhook.clone();
    let telegram = Telegram::connect(token, settings, inbox).await?;
    telegram.register_menus().await;

    let runtime_settings = RuntimeSettings {
        sessions: config.workers,
        pacing: Pacing {
            chat_millis: config.telegram.chat_millis,
            group_per_minute: config.telegram.group_per_minute,
            overall_per_second: config.telegram.overall_per_second,
        },
        quiet_hours: config.telegram.quiet_hours,
        time_zone: config.time_zone()?,
        ..RuntimeSettings::default()
    };
    let duties = shop_duties(&engine, config)?;
    let outlets: Vec<Arc<dyn crate::channel::Outlet>> = vec![Arc::new(telegram.outlet())];
    let runtime = Runtime::new(store.clone(), runtime_settings, Arc::new(engine.clone()), outlets)
        .with_duty(restock_notices(engine))
        .with_duty(retention(clock.clone()));
    let runtime = duties.into_iter().fold(runtime, Runtime::with_duty);
    if let Some(listen) = config.watch {
        let router = health_router(store.clone(), runtime.metrics(), stop.clone());
        let listener = serve_health(listen, router, stop.clone());
        tokio::spawn(async move {
            if let Err(error) = listener.await {
                tracing::error!(%listen, %error, "health and metrics are not served; choose another address in `watch`");
            }
        });
    }
    if let Some(listen) = config.console {
        let console = console_with_clock(config, &store, clock.clone()).await?.serve(listen, stop.clone());
        tokio::spawn(async move {
            if let Err(error) = console.await {
                tracing::error!(%listen, %error, "the console is not served; choose another address in `console`");
            }
        });
    }
    let receiver = telegram.receiver();
    let receiving = async {
        match &webhook {
            Some(webhook) => receiver.serve_webhook(webhook, stop.clone()).await,
            None => receiver.poll(stop.clone()).await,
        }
    };
    tracing::info!(bot = ?telegram, webhook = webhook.is_some(), "at your service");
    let mut working = tokio::spawn(runtime.run(stop.clone()));
    tokio::select! {
        received = receiving => {
            received?;
            (&mut working).await??;
        }
        worked = &mut working => worked??,
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Deletes the conversations that are older than the console's setting says.
fn retention(clock: Clock) -> Duty {
    Duty::new("retention", std::time::Duration::from_secs(3600), move |store| {
        let clock = clock.clone();
        Box::pin(async move {
            let fault = |error: crate::store::StoreError| DutyFault(error.to_string());
            let days = store.console_setting("retention_days").await.map_err(fault)?;
            let Some(days) = days.and_then(|days| days.parse::<i64>().ok()) else { return Ok(()) };
            let gone = store.expire(clock.now().plus_days(-days), 500).await.map_err(fault)?;
            if gone > 0 {
                store
                    .record("retention", AuditDeed::Expired, &format!("{gone} conversations"), "")
                    .await
                    .map_err(fault)?;
                store.scrub().await.map_err(fault)?;
                tracing::info!(gone, "conversations past their retention were deleted");
            }
            Ok(())
        })
    })
}

fn telegram_settings(config: &Config, clock: &Clock) -> anyhow::Result<TelegramSettings> {
    let words: toml::Table = toml::from_str(WORDS).context("prompts/channel/telegram.toml is wrong: this is a bug")?;
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let mut menus = Vec::new();
    for (language, entries) in words.get("menu").and_then(toml::Value::as_table).into_iter().flatten() {
        let entries = entries.as_table().into_iter().flatten();
        let entries = entries
            .map(|(command, description)| {
                Ok(MenuEntry { command: command.parse()?, description: text(Some(description)) })
            })
            .collect::<Result<Vec<_>, crate::domain::UnknownName>>()?;
        menus.push(Menu { language: (language != "default").then(|| language.clone()), entries });
    }
    let webhook = match &config.telegram.webhook {
        None => None,
        Some(address) => {
            let secret = std::env::var(SECRET).ok().filter(|secret| !secret.is_empty());
            let secret =
                secret.with_context(|| format!("a webhook needs a secret: set {SECRET} to 32 random letters"))?;
            let path = address.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
            Some(WebhookSettings {
                listen: config.telegram.listen,
                path: path.unwrap_or("/").to_owned(),
                public_address: Some(address.clone()),
                secret,
                connections: config.telegram.webhook_connections,
                hold_millis: 300,
            })
        }
    };
    let shift_millis = match clock {
        Clock::Shifted(millis) => *millis,
        Clock::System | Clock::Virtual(_) => 0,
    };
    Ok(TelegramSettings {
        api_address: config.telegram.api.clone(),
        contact_label: text(words.get("contact")),
        button_seconds: config.telegram.button_hours * 3600,
        shift_millis,
        menus,
        webhook,
        ..TelegramSettings::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_channel_are_whole() {
        let settings = telegram_settings(&Config::default(), &Clock::System).unwrap();
        assert_eq!(settings.menus.len(), 2);
        assert!(settings.menus.iter().all(|menu| menu.entries.len() == 6));
        let texts = settings.menus.iter().flat_map(|menu| &menu.entries).map(|entry| entry.description.chars().count());
        assert!(texts.chain([settings.contact_label.chars().count()]).all(|length| (1..=64).contains(&length)));
    }
}
