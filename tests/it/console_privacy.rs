//! Erasure: two hundred strings that are planted wherever a customer's words can be are nowhere afterwards, while the
//! record of orders stays under a pseudonym.

// Helpers fail like tests do.
#![allow(clippy::unwrap_used)]

use xiaoer::app::{console, open_shop};
use xiaoer::config::Config;
use xiaoer::domain::{
    Content, ConversationId, CustomerId, Emotion, Entity, EntityValue, Event, Inbound, Intent, Login, Meaning, Message,
    Press, Role, ScoredIntent, Timestamp,
};
use xiaoer::shop::demo::{DEMO_SEED, DemoSize};
use xiaoer::store::Store;
use xiaoer::store::console::{CorrectionField, Filter, NewAccount, Sight};

const CUSTOMER: CustomerId = CustomerId(1);

/// Hands out the strings.
struct Canaries(Vec<String>);

impl Canaries {
    fn next(&mut self) -> String {
        // Chinese and plain letters, unlike anything else in the database.
        let canary = format!("金丝雀{:03}号zq{:06}", self.0.len(), self.0.len() * 7919 % 1_000_000);
        self.0.push(canary.clone());
        canary
    }
}

fn received(text: String, name: String) -> Event {
    let meaning = Meaning {
        normalized: text.clone(),
        words: vec![text.clone()],
        entities: vec![Entity { start: 0, end: 1, text: name.clone(), value: EntityValue::PersonName(name) }],
        ranked: vec![ScoredIntent { intent: Intent::Logistics, probability: 0.9 }],
        intents: vec![Intent::Logistics],
        emotion: Emotion::Neutral,
        emotion_probability: 0.9,
        out_of_scope: 0.0,
        escalation: 0.0,
        cues: Vec::new(),
        aspects: Vec::new(),
        stated: Vec::new(),
        language: None,
        parts: Vec::new(),
    };
    let content = Content::Text { text };
    Event::Received { key: String::new(), content, meaning: Some(Box::new(meaning)), in_group: false }
}

fn message(text: String) -> Message {
    Message { key: None, text, buttons: Vec::new(), image: None, asks_contact: false }
}

async fn plant(store: &Store, canaries: &mut Canaries) -> Vec<ConversationId> {
    let login: Login = "li".parse().unwrap();
    let new = NewAccount { login, name: "李".to_owned(), role: Role::Agent, own_only: false };
    let account = store.make_account(&new).await.unwrap().unwrap();
    let mut conversations = Vec::new();
    for chat in 0..4 {
        let id: ConversationId = format!("telegram:{}", canaries.next()).parse().unwrap();
        let mut last = 0;
        for turn in 0..15 {
            let at = Timestamp::from_millis(i64::from(chat) * 1_000_000 + turn * 1000);
            let mut transaction = store.begin().await.unwrap();
            let events = [
                Event::Verified { customer: CUSTOMER },
                received(canaries.next(), canaries.next()),
                Event::Replied { messages: vec![message(canaries.next())] },
            ];
            last = transaction.append(&id, last, at, &events).await.unwrap();
            transaction.commit().await.unwrap();
        }
        store.add_note(&id, 1, Timestamp::from_millis(1), "li", &canaries.next()).await.unwrap();
        store.correct(&id, 2, CorrectionField::Entities, &canaries.next(), "li").await.unwrap();
        store.keep_draft(&id, account, &canaries.next()).await.unwrap();
        store.remember_search(account, &canaries.next()).await.unwrap();
        let inbound = Inbound {
            key: canaries.next(),
            conversation: id.clone(),
            at: Timestamp::from_millis(1),
            in_group: false,
            content: Content::Text { text: canaries.next() },
        };
        store.receive(&inbound).await.unwrap();
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&id, &inbound.key, &[message(canaries.next())], Timestamp::from_millis(1)).await.unwrap();
        transaction.commit().await.unwrap();
        conversations.push(id);
    }
    conversations
}

async fn plant_in_the_shop(store: &Store, conversations: &[ConversationId], canaries: &mut Canaries) {
    let pool = store.pool().unwrap();
    for statement in [
        "update customers set name = $1 where id = 1",
        "update addresses set receiver_name = $1 where customer_id = 1",
        "update addresses set street = $1 where customer_id = 1",
        "update orders set receiver_name = $1 where customer_id = 1",
        "update orders set street = $1 where customer_id = 1",
        "update orders set remark = $1 where customer_id = 1",
        "insert into cases (customer_id, kind, summary, opened_at, promised_at) values (1, 'complaint', $1, 1, 2)",
        "insert into applied_changes (key, kind, customer_id, applied_at, applied) values ('k', 'x', 1, 1, $1)",
    ] {
        sqlx::query(statement).bind(canaries.next()).execute(pool).await.unwrap();
    }
    for conversation in conversations {
        sqlx::query(
            "insert into bindings (conversation_id, customer_id, verified_at, method) values ($1, 1, 1, 'contact')",
        )
        .bind(conversation.to_string())
        .execute(pool)
        .await
        .unwrap();
        sqlx::query(
            "insert into identity_failures (scope, failures, last_failure_at, locked_until) values ($1, 1, 1, 1)",
        )
        .bind(format!("conversation:{conversation}"))
        .execute(pool)
        .await
        .unwrap();
    }
}

fn found(folder: &std::path::Path, canaries: &[String]) -> Vec<String> {
    // The index holds letters as hexadecimal pairs.
    let pair = |canary: &String| -> String {
        canary.chars().take(2).map(|letter| format!("{:05x}", u32::from(letter))).collect()
    };
    let forms: Vec<String> = canaries.iter().flat_map(|canary| [canary.clone(), pair(canary)]).collect();
    let forms = aho_corasick::AhoCorasick::new(&forms).unwrap();
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for hit in forms.find_iter(&bytes) {
            found.push(format!("{} in {}", String::from_utf8_lossy(&bytes[hit.range()]), path.display()));
        }
    }
    found
}

#[tokio::test]
async fn nothing_of_an_erased_customer_is_left_but_the_record_of_orders() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        Config { database: folder.path().join("xiaoer.db").display().to_string(), demo: true, ..Config::default() };
    let store = Store::open(&config.database).await.unwrap();
    let shop = open_shop(store.pool().unwrap().clone()).await.unwrap();
    shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.unwrap();
    let mut canaries = Canaries(Vec::new());
    let conversations = plant(&store, &mut canaries).await;
    plant_in_the_shop(&store, &conversations, &mut canaries).await;
    assert!(canaries.0.len() >= 200, "{}", canaries.0.len());
    let press = Press::Rate { stars: 5 };
    store.make_link(&press, "bewertung", 60).await.unwrap();
    let console = console(&config, &store).await.unwrap();

    let export = console.export_customer(CUSTOMER).await.unwrap().unwrap().to_string();
    let in_export = canaries.0.iter().filter(|canary| export.contains(canary.as_str())).count();
    // Drafts, searches and what waits in the queues are not the customer's words as kept; all else is there.
    assert!(in_export >= 190, "{in_export}");
    let sight = Sight { login: "li".to_owned(), own_only: false };
    let search = async |words: &str| {
        store.search(&sight, words, &Filter::default(), Timestamp::from_millis(0), None, 10).await.unwrap().len()
    };
    assert!(search("金丝雀").await > 0);
    let orders = async || -> (i64, i64) {
        let statement = "select count(*), sum(total) from orders where customer_id = 1";
        sqlx::query_as(statement).fetch_one(store.pool().unwrap()).await.unwrap()
    };
    let before = orders().await;

    assert_eq!(console.erase_customer(CUSTOMER).await.unwrap(), Some(conversations.len()));

    assert_eq!(orders().await, before, "the law wants the orders kept");
    assert_eq!(search("金丝雀").await, 0);
    let export = console.export_customer(CUSTOMER).await.unwrap().unwrap().to_string();
    assert!(canaries.0.iter().all(|canary| !export.contains(canary.as_str())), "{export}");
    assert_eq!(found(folder.path(), &canaries.0), [""; 0], "while the database is open");
    store.close().await;
    assert_eq!(found(folder.path(), &canaries.0), [""; 0], "when it is closed");
}
