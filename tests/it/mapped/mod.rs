//! Shops in databases of their own: SQLite always, MariaDB and PostgreSQL where a server is found (see `servers`).

mod chat;
mod failure;
mod mall;
mod postgres;
mod servers;
mod sqlite;
mod sync;
mod webhook;
