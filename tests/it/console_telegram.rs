//! A hand-over in Telegram: the shopper asks for a person, one claims at the console and replies, the bot is silent
//! until it is handed back. Telegram is the emulator; the engine, the console and the way between them are real.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use xiaoer::app::{Parts, console_with_clock, open_shop};
use xiaoer::channel::telegram::emulator::{Emulator, Moods, TOKEN};
use xiaoer::channel::telegram::{Telegram, TelegramSettings};
use xiaoer::config::Config;
use xiaoer::domain::{Clock, Role};
use xiaoer::runtime::{Runtime, StoreInbox};
use xiaoer::shop::demo::{DEMO_SEED, DEMO_TODAY, DemoSize};
use xiaoer::store::Store;

use crate::console::House;
use crate::support::quick;

const SOON: Duration = Duration::from_secs(60);
const CALM: Moods = Moods {
    seed: 7,
    twice: 0,
    overtaking: 0,
    broken_before: 0,
    broken_after: 0,
    server_errors: 0,
    enforces_rates: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_at_the_console_reaches_the_shopper_in_telegram() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: folder.path().join("xiaoer.db").display().to_string(),
        recommender: folder.path().join("recommender.bin"),
        ..Config::default()
    };
    let store = Store::open(&config.database).await.unwrap();
    let shop = open_shop(store.pool().unwrap().clone()).await.unwrap();
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.unwrap();
    let clock = Clock::ticking_from(DEMO_TODAY);
    let engine = Parts::open(&config).unwrap().engine(store.clone(), clock.clone()).await.unwrap();
    let emulator = Emulator::start(CALM).await.unwrap();
    let settings = TelegramSettings { api_address: emulator.address(), ..TelegramSettings::default() };
    let telegram = Telegram::connect(TOKEN, settings, Arc::new(StoreInbox::new(store.clone()))).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let outlet = Arc::new(telegram.outlet());
    let runtime = Runtime::new(store.clone(), quick(), Arc::new(engine), vec![outlet]);
    let working = tokio::spawn(runtime.run(stopped.clone()));
    let receiver = telegram.receiver();
    let receiving = tokio::spawn(async move { receiver.poll(stopped).await });
    let house = House::over(store.clone(), console_with_clock(&config, &store, clock).await.unwrap());
    let li = house.member("li", Role::Agent, true).await;

    emulator.say(7, "转人工");
    assert!(emulator.wait_until(SOON, |emulator| !emulator.sent(7).is_empty()).await);
    let list = house.get(Some(&li), "/conversations?view=waiting").await.body;
    assert!(list.contains("转人工"), "{list}");
    assert!(house.post(&li, "/conversations/1/claim", "nonce=a").await.status.is_redirection());
    assert!(
        house.post(&li, "/conversations/1/reply", "nonce=b&words=%E6%82%A8%E5%A5%BD").await.status.is_redirection()
    );
    let says = |text: &'static str| move |emulator: &Emulator| emulator.sent(7).iter().any(|sent| sent.text == text);
    assert!(emulator.wait_until(SOON, says("您好")).await, "{:?}", emulator.sent(7));
    let heard = emulator.count_sent();

    emulator.say(7, "我的快递到哪了");
    emulator.say(7, "有人吗");
    let is_read = async || house.get(Some(&li), "/conversations/1/thread").await.body.contains("有人吗");
    for _ in 0..600 {
        if is_read().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(is_read().await);
    assert_eq!(emulator.count_sent(), heard, "the bot is silent while a person owns it");

    house.post(&li, "/conversations/1/hand-back", "nonce=c&words=%E5%86%8D%E8%A7%81").await;
    assert!(emulator.wait_until(SOON, says("再见")).await);
    let heard = emulator.count_sent();
    emulator.say(7, "在吗");
    assert!(emulator.wait_until(SOON, |emulator| emulator.count_sent() > heard).await, "the bot speaks again");
    stop.send(true).unwrap();
    working.await.unwrap().unwrap();
    receiving.await.unwrap().unwrap();
}
