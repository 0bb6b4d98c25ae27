//! The menu of commands that Telegram shows. The words come from `prompts/` through the settings.

use teloxide::payloads::SetMyCommandsSetters;
use teloxide::prelude::Requester;
use teloxide::types::{BotCommand, BotCommandScope};

use super::{Telegram, describe};
use crate::domain::Command;

/// One line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    /// The command.
    pub command: Command,
    /// What it does, 1 to 256 characters.
    pub description: String,
}

/// The menu in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// A two-letter language code; none for all others.
    pub language: Option<String>,
    /// In the order shown.
    pub entries: Vec<MenuEntry>,
}

impl Telegram {
    /// Tells Telegram the menus: all commands in private, and in groups those that show nothing personal. A failure
    /// is logged and no reason to stop.
    pub async fn register_menus(&self) {
        for menu in &self.settings.menus {
            for (scope, private) in [(BotCommandScope::AllPrivateChats, true), (BotCommandScope::AllGroupChats, false)]
            {
                let shown = |command| private || matches!(command, Command::Help | Command::Recommend | Command::Human);
                let commands = menu
                    .entries
                    .iter()
                    .filter(|entry| shown(entry.command))
                    .map(|entry| BotCommand::new(entry.command.as_str(), &entry.description));
                let mut request = self.bot.set_my_commands(commands).scope(scope);
                if let Some(language) = &menu.language {
                    request = request.language_code(language);
                }
                if let Err(error) = request.await {
                    tracing::warn!(fault = describe(&error), "the menu of commands was not accepted");
                }
            }
        }
    }
}
