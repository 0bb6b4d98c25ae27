//! The shop's database goes away, is slow, changes: the bot says that it cannot look it up now, offers a person, keeps
//! serving the rest and recovers by itself. The server is one of the test's own, stopped and started again.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

use super::chat::{Chat, holds};
use super::servers::shop_at;

const SCHEMA: &str = include_str!("../../shops/mall.sql");
const MAPPING: &str = include_str!("../../../config/shops/mall.toml");

struct Server {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

impl Server {
    /// A MariaDB of the test's own with the shop in it.
    async fn start() -> Option<Server> {
        let (Some(_), Some(install)) = (program(&["mariadbd", "mysqld"]), program(&["mariadb-install-db"])) else {
            let required = std::env::var("XIAOER_TEST_SERVERS").is_ok_and(|value| value == "required");
            assert!(!required, "mariadbd and mariadb-install-db are not installed, and XIAOER_TEST_SERVERS=required");
            println!("LEFT OUT: mariadbd and mariadb-install-db are not installed; install MariaDB to run this test");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let data = folder.path().join("data");
        let made = Command::new(install)
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"])
            .arg(format!("--datadir={}", data.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("mariadb-install-db runs").success());
        let mut server = Server { folder, port, child: None };
        server.up().await;
        let mut connection = server.connect().await.expect("the server answers");
        let sql = format!("create database mall character set utf8mb4; use mall; {SCHEMA}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the shop");
        Some(server)
    }

    async fn up(&mut self) {
        let folder: &Path = self.folder.path();
        let child = Command::new(program(&["mariadbd", "mysqld"]).expect("found before"))
            .args(["--no-defaults", "--user=root", "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=16M"])
            .arg(format!("--datadir={}", folder.join("data").display()))
            .arg(format!("--socket={}", folder.join("sock").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!("--port={}", self.port))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("mariadbd starts"));
        let began = Instant::now();
        while self.connect().await.is_none() {
            assert!(began.elapsed() < Duration::from_secs(90), "mariadbd does not answer");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn connect(&self) -> Option<MySqlConnection> {
        let address = format!("mysql://root@127.0.0.1:{}", self.port);
        tokio::time::timeout(Duration::from_secs(5), MySqlConnection::connect(&address)).await.ok()?.ok()
    }

    async fn run(&self, sql: &str) {
        let mut connection = self.connect().await.expect("the server answers");
        let sql = format!("use mall; {sql}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a statement");
    }

    fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            // What cannot be killed is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_goes_on_without_the_shop_and_recovers() {
    let Some(mut server) = Server::start().await else { return };
    let shop = shop_at(&format!("mysql://root@127.0.0.1:{}/mall", server.port), MAPPING);
    let mut chat = Chat::begin(shop.clone()).await;
    chat.say("查订单202606150102000002").await;
    holds(&chat.say("0001").await, &["云雀手机 8"]);

    server.down();
    let began = Instant::now();
    let answer = chat.say("我的订单").await;
    holds(&answer, &["[转人工]"]);
    assert!(!answer.contains("云雀"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(30), "nobody waits for ever");
    // Others write meanwhile; what needs no look-up is answered as ever.
    let mut away = Chat::begin(shop.clone()).await;
    assert!(!away.say("你好").await.is_empty());
    for _ in 0..3 {
        let mut other = Chat::begin(shop.clone()).await;
        other.say("查订单202606150102000002").await;
        holds(&other.say("0001").await, &["[转人工]"]);
    }
    assert!(shop.is_away(), "nobody asks a database that is away");
    server.up().await;
    // Somebody else writes: the breaker lets one look-up try, and closes again.
    let mut other = Chat::begin(shop.clone()).await;
    let began = Instant::now();
    loop {
        other.say("查订单202606150102000002").await;
        let answer = other.say("0001").await;
        if answer.contains("云雀手机 8") {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(90), "it recovers: {answer}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        other = Chat::begin(shop.clone()).await;
    }
    assert!(!shop.is_away());

    // A column goes: what needs it cannot be told, the rest is served.
    server.run("alter table oms_order_return_apply rename column reason to why").await;
    holds(&other.say("我的订单").await, &["[转人工]"]);
    assert!(!shop.is_away(), "a wrong statement says that the database is there");
    let product = other.engine.services.shop.product(xiaoer::domain::ProductId(26)).await.expect("served");
    assert!(product.is_some());
    server.run("alter table oms_order_return_apply rename column why to reason").await;
    holds(&other.say("我的订单").await, &["云雀手机 8"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_shop_piles_no_turns_up() {
    let Some(server) = Server::start().await else { return };
    let slow = MAPPING.replace("timeout_ms = 2000", "timeout_ms = 300").replace(
        "select count(*) as orders from oms_order o where {own_order}",
        "select sleep(30) as orders from oms_order o where {own_order}",
    );
    let shop = shop_at(&format!("mysql://root@127.0.0.1:{}/mall", server.port), &slow);
    let our_side = xiaoer::shop::Shop::in_memory(xiaoer::app::shop_segmenter()).await.unwrap();
    let gateway = xiaoer::shop::Gateway::mapped(our_side, shop.clone());
    let chat = xiaoer::domain::ConversationId::new(xiaoer::domain::ChannelKind::Script, "slow");
    let phone = "13900000001".parse().unwrap();
    let me = gateway.verify_by_contact(&chat, &phone, super::chat::NOW).await.unwrap().verified().unwrap();
    let began = Instant::now();
    let turns = (0..40).map(|_| gateway.count_orders(&me, &[]));
    let answers = futures::future::join_all(turns).await;
    assert!(answers.iter().all(Result::is_err));
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(xiaoer::shop::ShopError::is_elsewhere)));
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "forty turns do not wait one after the other: {:?}",
        began.elapsed()
    );
    assert!(shop.is_away());
    shop.close().await;
}
