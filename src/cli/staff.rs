//! `xiaoer staff`: accounts of the console from the command line, the first administrator's among them.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::app::open_store;
use crate::config::Config;
use crate::domain::{Login, Role};
use crate::store::console::{AuditDeed, NewAccount};

/// What to do with the staff's accounts.
#[derive(Debug, clap::Subcommand)]
pub enum Staff {
    /// Print a link, good once and for three days, with which LOGIN sets a password; the account is made if missing.
    Invite {
        /// The name for signing in.
        login: Login,
        /// The name that colleagues see; left out, the login.
        #[arg(long)]
        name: Option<String>,
        /// viewer, agent, supervisor or admin; only for a new account.
        #[arg(long, default_value_t = Role::Agent)]
        role: Role,
        /// The address at which the console is reached.
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        address: String,
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// List the accounts.
    List {
        /// Settings file; without it the defaults hold.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(staff: &Staff) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        match staff {
            Staff::Invite { login, name, role, address, config } => {
                let store = open_store(&Config::load(config.as_deref())?).await?;
                let name = name.clone().unwrap_or_else(|| login.to_string());
                let new = NewAccount { login: login.clone(), name, role: *role, own_only: false };
                store.make_account(&new).await?;
                let account = store.account_of(login).await?.context("the account is not there: this is a bug")?;
                let secret = store.invite(account.id).await?;
                let detail = format!("invited as {}", account.role);
                store.record("command line", AuditDeed::AccountChanged, &format!("account {login}"), &detail).await?;
                println!("{}/invitation/{secret}", address.trim_end_matches('/'));
                store.close().await;
            }
            Staff::List { config } => {
                let store = open_store(&Config::load(config.as_deref())?).await?;
                for account in store.accounts().await? {
                    let state = match (account.locked_at, &account.password) {
                        (Some(_), _) => "locked",
                        (None, None) => "invited",
                        (None, Some(_)) => "active",
                    };
                    println!("{:<32} {:<11} {:<8} {}", account.login, account.role, state, account.name);
                }
                store.close().await;
            }
        }
        Ok(())
    })
}
