//! Telegram end to end against the emulator: what is said arrives once, in order, whatever the network does.

use std::time::Duration;

use serde_json::json;
use xiaoer::channel::telegram::emulator::{Emulator, Moods, Outcome, TOKEN};
use xiaoer::channel::telegram::{Menu, MenuEntry, Telegram, TelegramSettings, utf16_length};
use xiaoer::domain::{ChannelKind, Command, ConversationId, Intent, Press};
use xiaoer::runtime::{Pacing, RuntimeSettings, StoreInbox};
use xiaoer::store::{AlertKind, Store};

use crate::support::{Mode, SECRET, Service, message, quick};

const SOON: Duration = Duration::from_secs(20);
const CALM: Moods = Moods {
    seed: 7,
    twice: 0,
    overtaking: 0,
    broken_before: 0,
    broken_after: 0,
    server_errors: 0,
    enforces_rates: false,
};

fn texts(emulator: &Emulator, chat: i64) -> Vec<String> {
    emulator.sent(chat).into_iter().map(|sent| sent.text).collect()
}

fn conversation(chat: i64) -> ConversationId {
    ConversationId::new(ChannelKind::Telegram, chat.to_string())
}

/// A service in one mode with its emulator.
async fn start(mode: Mode, moods: Moods, settings: RuntimeSettings) -> (Emulator, Service) {
    let emulator = Emulator::start(moods).await.expect("an emulator");
    let store = Store::memory().await.expect("a store");
    let service = Service::start(&emulator, store, mode, settings).await;
    (emulator, service)
}

async fn hears(emulator: &Emulator, chat: i64, count: usize) -> Vec<String> {
    let heard = emulator.wait_until(SOON, |emulator| emulator.sent(chat).len() >= count).await;
    assert!(heard, "{count} messages to {chat}, got {:?}", texts(emulator, chat));
    texts(emulator, chat)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_chats_are_answered_in_order_in_every_mode() {
    for mode in [Mode::Polling, Mode::Webhook(1), Mode::Webhook(8)] {
        let moods = Moods { twice: 300, overtaking: 100, ..CALM };
        let (emulator, service) = start(mode, moods, quick()).await;
        for number in 0..12 {
            for chat in 1..=6 {
                emulator.say(chat, &number.to_string());
            }
        }
        let expected: Vec<String> = (0..12).map(|number| format!("echo {number}")).collect();
        for chat in 1..=6 {
            assert_eq!(hears(&emulator, chat, 12).await, expected, "chat {chat} by {mode:?}");
        }
        assert!(emulator.wait_until(SOON, |emulator| emulator.unacknowledged() == 0).await);
        let store = service.stop().await;
        assert_eq!(store.inbox_length().await.unwrap() + store.outbox_length().await.unwrap(), 0);
        assert!((1..=6).all(|chat| emulator.sent(chat).len() == 12), "nothing twice by {mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_without_the_secret_is_refused_and_nothing_kept() {
    let emulator = Emulator::start(CALM).await.unwrap();
    let store = Store::memory().await.unwrap();
    let settings = TelegramSettings { api_address: emulator.address(), ..TelegramSettings::default() };
    let inbox = std::sync::Arc::new(StoreInbox::new(store.clone()));
    let receiver = Telegram::connect(TOKEN, settings, inbox).await.unwrap().receiver();
    let webhook = xiaoer::channel::telegram::WebhookSettings {
        listen: ([127, 0, 0, 1], 0).into(),
        path: "/t".into(),
        public_address: None,
        secret: SECRET.into(),
        connections: 1,
        hold_millis: 0,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/t", listener.local_addr().unwrap());
    let router = receiver.webhook_router(&webhook).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let client = reqwest::Client::new();
    let update = json!({ "update_id": 5, "message": { "message_id": 1, "date": 1, "text": "hi",
        "chat": { "id": 4, "type": "private", "first_name": "A" }, "from": { "id": 4, "is_bot": false, "first_name": "A" } } });
    for (secret, body, status) in [
        (None, update.to_string(), 401),
        (Some("wrong"), update.to_string(), 401),
        (Some("not-a-real-secret_"), update.to_string(), 401),
        (Some(SECRET), "no json".to_owned(), 400),
        (Some(SECRET), json!({ "update_id": 9, "new_kind": {} }).to_string(), 200),
    ] {
        let mut request = client.post(&address).body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        assert_eq!(request.send().await.unwrap().status(), status, "{secret:?}");
        assert_eq!(store.inbox_length().await.unwrap(), 0);
    }
    for _ in 0..2 {
        let request = client.post(&address).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body(update.to_string());
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(store.inbox_length().await.unwrap(), 1, "kept before the answer, and once");
    }
    store.close().await;
    let request = client.post(&address).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body(update.to_string());
    assert_eq!(request.send().await.unwrap().status(), 503, "not acknowledged when it cannot be kept");
    let bad = xiaoer::channel::telegram::WebhookSettings { secret: "no spaces".into(), ..webhook };
    assert!(receiver.webhook_router(&bad).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_work_in_their_own_chat_and_every_press_is_answered() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    emulator.say(1, "buttons");
    hears(&emulator, 1, 1).await;
    emulator.press(1, "2 星").unwrap();
    assert_eq!(hears(&emulator, 1, 2).await[1], "pressed 2 星");
    let data = emulator.sent(1)[0].buttons[1][0].1.clone();
    emulator.say(2, "hello");
    hears(&emulator, 2, 1).await;
    emulator.press_data(2, &data);
    assert_eq!(hears(&emulator, 2, 2).await[1], "stale", "another chat's button");
    emulator.press_data(1, "made.up");
    assert_eq!(hears(&emulator, 1, 3).await[2], "stale");
    assert!(emulator.wait_until(SOON, |emulator| emulator.unanswered_presses() == 0).await);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_button_is_stale() {
    let emulator = Emulator::start(CALM).await.unwrap();
    let settings =
        TelegramSettings { api_address: emulator.address(), button_seconds: -1, ..TelegramSettings::default() };
    let store = Store::memory().await.unwrap();
    let service = Service::start_with(store, Mode::Polling, quick(), settings).await;
    emulator.say(1, "buttons");
    hears(&emulator, 1, 1).await;
    emulator.press(1, "1 星").unwrap();
    assert_eq!(hears(&emulator, 1, 2).await[1], "stale");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_turn_in_place() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    emulator.say(1, "pages");
    hears(&emulator, 1, 1).await;
    for page in 1..=3 {
        emulator.press(1, "下一页").unwrap();
        let turned = emulator.wait_until(SOON, |emulator| texts(emulator, 1) == [format!("page {page}")]).await;
        assert!(turned, "page {page}: {:?}", texts(&emulator, 1));
    }
    assert_eq!(emulator.sent(1)[0].edits, 3);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_photos_stickers_and_edits() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    emulator.say(1, "contact");
    hears(&emulator, 1, 1).await;
    assert!(emulator.sent(1)[0].asks_contact);
    emulator.contact(1, "+8613812345678", true);
    emulator.contact(1, "13812345678", false);
    let size = json!({ "file_id": "P", "file_unique_id": "P", "width": 9, "height": 9, "file_size": 1, "duration": 1 });
    emulator.message(1, json!({ "photo": [size] }));
    let voice =
        json!({ "file_id": "V", "file_unique_id": "V", "file_size": 1, "duration": 1, "mime_type": "audio/ogg" });
    emulator.message(1, json!({ "voice": voice }));
    emulator.edit(1, "better", 5);
    emulator.edit(1, "far too late", 5000);
    emulator.say(1, "/orders");
    let expected = [
        "your number?",
        "contact own=true",
        "contact own=false",
        "photo",
        "unreadable voice",
        "echo better",
        "command orders",
    ];
    assert_eq!(hears(&emulator, 1, 7).await, expected);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_uploaded_once_and_a_bad_one_does_not_swallow_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("card.jpg");
    std::fs::write(&file, b"not really a picture").unwrap();
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    for _ in 0..2 {
        emulator.say(1, &format!("photo {}", file.display()));
    }
    emulator.say(1, "photo https://example.org/broken.jpg");
    emulator.say(1, "photo /nowhere/x.jpg");
    hears(&emulator, 1, 4).await;
    let sent = emulator.sent(1);
    assert!(sent.iter().all(|sent| sent.text == "a <card> & more"), "{sent:?}");
    let photos: Vec<_> = sent.iter().map(|sent| sent.photo.clone()).collect();
    assert_eq!(photos, [Some("card.jpg".into()), Some("FILE1".into()), None, None]);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_texts_come_whole_in_pieces_with_the_buttons_below_the_last() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    emulator.say(1, "long");
    hears(&emulator, 1, 2).await;
    let sent = emulator.sent(1);
    assert!(sent.iter().all(|sent| utf16_length(&sent.text) <= 4096 && sent.text.ends_with('。')));
    let whole: String = sent.iter().map(|sent| sent.text.as_str()).collect();
    assert_eq!(whole.matches("句话很长。").count(), 900);
    let with_buttons: Vec<bool> = sent.iter().map(|sent| !sent.buttons.is_empty()).collect();
    assert_eq!(with_buttons, [false, true]);
    emulator.press(1, "好").unwrap();
    hears(&emulator, 1, 3).await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_is_waited_and_nothing_is_lost() {
    let settings = quick();
    let (emulator, service) = start(Mode::Polling, Moods { enforces_rates: true, ..CALM }, settings).await;
    for number in 0..8 {
        emulator.say(1, &number.to_string());
    }
    emulator.say(2, "beside");
    hears(&emulator, 2, 1).await;
    let expected: Vec<String> = (0..8).map(|number| format!("echo {number}")).collect();
    assert_eq!(hears(&emulator, 1, 8).await, expected);
    assert!(emulator.calls().iter().any(|call| call.outcome == Outcome::Refused(429)), "too fast at first");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_telegrams_own_rates_it_is_never_told_to_wait() {
    let settings = RuntimeSettings { pacing: Pacing::default(), ..quick() };
    let (emulator, service) = start(Mode::Polling, Moods { enforces_rates: true, ..CALM }, settings).await;
    for number in 0..3 {
        for chat in 1..=30 {
            emulator.say(chat, &number.to_string());
        }
    }
    for chat in 1..=30 {
        hears(&emulator, chat, 3).await;
    }
    assert!(!emulator.calls().iter().any(|call| call.outcome == Outcome::Refused(429)));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_lose_nothing_and_what_comes_twice_is_known() {
    let moods = Moods { broken_before: 40, broken_after: 40, server_errors: 20, ..CALM };
    let (emulator, service) = start(Mode::Polling, moods, quick()).await;
    for number in 0..10 {
        for chat in 1..=10 {
            emulator.say(chat, &number.to_string());
        }
    }
    let done =
        |emulator: &Emulator| (1..=10).all(|chat| texts(emulator, chat).last().is_some_and(|text| text == "echo 9"));
    assert!(emulator.wait_until(SOON * 3, done).await);
    let mut extra = 0;
    for chat in 1..=10 {
        let mut heard = texts(&emulator, chat);
        let before = heard.len();
        heard.dedup();
        extra += before - heard.len();
        let expected: Vec<String> = (0..10).map(|number| format!("echo {number}")).collect();
        assert_eq!(heard, expected, "in order, nothing lost");
    }
    let again = service.metrics.sent_again.load(std::sync::atomic::Ordering::Relaxed);
    assert!(extra as u64 <= again, "{extra} twice, {again} known to be in doubt");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_is_left_alone_until_they_come_back() {
    for told in [true, false] {
        let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
        emulator.say(1, "hi");
        hears(&emulator, 1, 1).await;
        emulator.block(1, true, told);
        if !told {
            emulator.say(1, "one last word");
        }
        let store = service.store.clone();
        let reachable = async || store.conversation(&conversation(1)).await.unwrap().unwrap().reachable;
        let noticed = async {
            while reachable().await || store.outbox_length().await.unwrap() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(SOON, noticed).await.expect("noticed");
        emulator.block(1, false, true);
        emulator.say(1, "back");
        assert_eq!(hears(&emulator, 1, 2).await, ["echo hi", "echo back"]);
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_never_be_accepted_is_put_where_staff_see_it() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    let stranger = conversation(99);
    let mut transaction = service.store.begin().await.unwrap();
    transaction.enqueue(&stranger, "notice:1", &[message("hello?")], service.store.now()).await.unwrap();
    transaction.commit().await.unwrap();
    emulator.say(1, "hi");
    hears(&emulator, 1, 1).await;
    let waited = async {
        while service.store.dead_letters(5).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, waited).await.unwrap();
    let letter = service.store.dead_letters(5).await.unwrap().remove(0);
    assert_eq!((letter.conversation, letter.message.text.as_str()), (stranger, "hello?"));
    assert!(letter.fault.contains("chat not found"));
    assert_eq!(service.store.alerts(5).await.unwrap()[0].kind, AlertKind::Undeliverable);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_handled_is_set_aside_and_the_chat_goes_on() {
    for bad in ["panic", "fail"] {
        let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
        emulator.say(1, bad);
        emulator.say(1, "after");
        assert_eq!(hears(&emulator, 1, 1).await, ["echo after"]);
        assert_eq!(service.store.alerts(5).await.unwrap()[0].kind, AlertKind::InboundSetAside);
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_turn_shows_typing_and_a_flood_does_not_stall_others() {
    let (emulator, service) = start(Mode::Polling, CALM, RuntimeSettings { sessions: 2, ..quick() }).await;
    for _ in 0..4 {
        emulator.say(1, "slow");
    }
    emulator.say(2, "quick");
    hears(&emulator, 2, 1).await;
    assert!(emulator.sent(1).len() < 4, "the other did not wait for the whole flood");
    hears(&emulator, 1, 4).await;
    assert!(emulator.calls().iter().any(|call| call.method.eq_ignore_ascii_case("sendChatAction")));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_is_under_way_and_starting_takes_up_the_rest() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    emulator.say(1, "slow");
    let store = service.store.clone();
    let begun = async {
        while store.inbox_length().await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, begun).await.unwrap();
    let store = service.stop().await;
    assert_eq!(texts(&emulator, 1), ["echo slow"], "finished and sent before the end");
    emulator.say(1, "while away");
    let service = Service::start(&emulator, store, Mode::Polling, quick()).await;
    hears(&emulator, 1, 2).await;
    emulator.say(1, "slow");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let store = service.kill().await;
    let service = Service::start(&emulator, store, Mode::Polling, quick()).await;
    assert_eq!(hears(&emulator, 1, 3).await, ["echo slow", "echo while away", "echo slow"]);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_does_what_it_says_once() {
    let (emulator, service) = start(Mode::Polling, CALM, quick()).await;
    let press = Press::Wish { intent: Intent::ALL[0] };
    let token = service.store.make_link(&press, "查订单", 60).await.unwrap();
    emulator.say(1, &format!("/start {token}"));
    assert_eq!(hears(&emulator, 1, 1).await, ["pressed 查订单"]);
    emulator.say(2, &format!("/start {token}"));
    assert_eq!(hears(&emulator, 2, 1).await, ["command start"]);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_have_scopes_and_languages() {
    let emulator = Emulator::start(CALM).await.unwrap();
    let entry = |command, description: &str| MenuEntry { command, description: description.into() };
    let entries = vec![entry(Command::Orders, "我的订单"), entry(Command::Help, "帮助")];
    let menus = vec![
        Menu { language: None, entries: entries.clone() },
        Menu { language: Some("en".into()), entries: vec![entry(Command::Help, "Help")] },
    ];
    let settings = TelegramSettings { api_address: emulator.address(), menus, ..TelegramSettings::default() };
    let service = Service::start_with(Store::memory().await.unwrap(), Mode::Polling, quick(), settings).await;
    let menus = emulator.menus();
    assert_eq!(menus.len(), 4);
    assert_eq!(menus[0]["commands"].as_array().map(Vec::len), Some(2));
    assert_eq!(menus[1]["commands"].as_array().map(Vec::len), Some(1), "nothing personal in groups");
    assert_eq!(menus[2]["language_code"], "en");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_at_the_start_is_one_line() {
    let emulator = Emulator::start(CALM).await.unwrap();
    let store = Store::memory().await.unwrap();
    let connect = async |token: &str, address: &str| {
        let settings = TelegramSettings { api_address: address.to_owned(), ..TelegramSettings::default() };
        let inbox = std::sync::Arc::new(StoreInbox::new(store.clone()));
        Telegram::connect(token, settings, inbox).await.unwrap_err().to_string()
    };
    for (token, address, says) in [
        ("", emulator.address(), "TELOXIDE_TOKEN"),
        ("no token", emulator.address(), "@BotFather"),
        ("5:wrong", emulator.address(), "refuses the token"),
        (TOKEN, "not an address".to_owned(), "address"),
    ] {
        let line = connect(token, &address).await;
        assert!(line.contains(says) && line.lines().count() == 1, "{line}");
    }
}
