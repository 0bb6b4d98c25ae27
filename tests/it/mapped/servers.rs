//! Where the servers are that the tests of mapped shops need, and a database of its own for each test.
//!
//! `XIAOER_TEST_MYSQL` and `XIAOER_TEST_POSTGRES` name them (default: `mysql://root@127.0.0.1:3306` and
//! `postgres://postgres@127.0.0.1:5432`). Where none answers, the tests that need it say so and are left out; with
//! `XIAOER_TEST_SERVERS=required`, as in `.ci/run`, they fail.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, MySqlConnection, PgConnection};
use xiaoer::shop::mapped::{MappedShop, Mapping};

/// A database that is gone with the test.
pub struct Own {
    server: String,
    name: String,
}

fn server(variable: &str, otherwise: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| otherwise.to_owned())
}

fn left_out(what: &str, variable: &str, error: &dyn std::fmt::Display) {
    let required = std::env::var("XIAOER_TEST_SERVERS").is_ok_and(|value| value == "required");
    assert!(!required, "no {what} answers ({error}), and XIAOER_TEST_SERVERS=required says that one must");
    println!("LEFT OUT: no {what} answers ({error}); start one and name it in {variable} to run this test");
}

fn name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    format!("xiaoer_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// A database on MariaDB or MySQL with `sql` in it.
pub async fn mysql(sql: &str) -> Option<Own> {
    let server = server("XIAOER_TEST_MYSQL", "mysql://root@127.0.0.1:3306");
    let connected = tokio::time::timeout(Duration::from_secs(5), MySqlConnection::connect(&server)).await;
    let mut connection = match connected.map_err(|_| sqlx::Error::PoolTimedOut).and_then(|connected| connected) {
        Ok(connection) => connection,
        Err(error) => {
            left_out("MariaDB or MySQL", "XIAOER_TEST_MYSQL", &error);
            return None;
        }
    };
    let own = Own { server, name: name() };
    let make = format!("create database {} character set utf8mb4; use {};", own.name, own.name);
    sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut connection).await.expect("a database");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("tables and rows");
    Some(own)
}

/// A database on PostgreSQL with `sql` in it.
pub async fn postgres(sql: &str) -> Option<Own> {
    let server = server("XIAOER_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432");
    let own = Own { server, name: name() };
    let admin = format!("{}/postgres", own.server);
    let connected = tokio::time::timeout(Duration::from_secs(5), PgConnection::connect(&admin)).await;
    let mut connection = match connected.map_err(|_| sqlx::Error::PoolTimedOut).and_then(|connected| connected) {
        Ok(connection) => connection,
        Err(error) => {
            left_out("PostgreSQL", "XIAOER_TEST_POSTGRES", &error);
            return None;
        }
    };
    let make = format!("create database {}", own.name);
    sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut connection).await.expect("a database");
    let mut connection = PgConnection::connect(&own.address()).await.expect("the new database");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("tables and rows");
    Some(own)
}

impl Own {
    /// Its address.
    pub fn address(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// The shop in it, through a mapping file's text.
    pub fn shop(&self, mapping: &str) -> MappedShop {
        shop_at(&self.address(), mapping)
    }

    /// Runs SQL as the merchant would. On MariaDB.
    pub async fn mysql(&self, sql: &str) {
        let mut connection = MySqlConnection::connect(&self.address()).await.expect("the database");
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("the merchant's statement");
    }

    /// One whole number. On MariaDB.
    pub async fn mysql_figure(&self, sql: &str) -> i64 {
        let mut connection = MySqlConnection::connect(&self.address()).await.expect("the database");
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a figure")
    }

    /// Takes it away.
    pub async fn drop(self) {
        let sql = format!("drop database if exists {}", self.name);
        if self.server.starts_with("mysql") {
            let mut connection = MySqlConnection::connect(&self.server).await.expect("the server");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("dropping");
        } else {
            let mut connection = PgConnection::connect(&format!("{}/postgres", self.server)).await.expect("the server");
            sqlx::raw_sql(AssertSqlSafe(format!("{sql} with (force)")))
                .execute(&mut connection)
                .await
                .expect("dropping");
        }
    }
}

/// The shop at an address, through a mapping file's text.
pub fn shop_at(address: &str, mapping: &str) -> MappedShop {
    let environment = |name: &str| (name == "XIAOER_SHOP_URL").then(|| address.to_owned());
    MappedShop::over(Mapping::parse(mapping, &environment).expect("a sound mapping")).expect("a pool")
}
