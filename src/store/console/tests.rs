//! The console's side of the store, on SQLite always and on PostgreSQL where `XIAOER_TEST_POSTGRES` names a server.

use super::super::*;
use super::*;
use crate::domain::{
    Content, ConversationId, Emotion, Event, HandoverReason, Intent, Meaning, Message, Owner, ReplyKey, Role,
    ScoredIntent, StaffDeed, Timestamp,
};

async fn stores() -> Vec<Store> {
    let mut stores = vec![Store::memory().await.unwrap()];
    if let Ok(address) = std::env::var("XIAOER_TEST_POSTGRES") {
        stores.push(Store::fresh_postgres(&address).await.unwrap());
    }
    stores
}

fn conversation(chat: &str) -> ConversationId {
    format!("telegram:{chat}").parse().unwrap()
}

fn meaning(intent: Intent, emotion: Emotion, probability: f32) -> Box<Meaning> {
    Box::new(Meaning {
        normalized: String::new(),
        words: Vec::new(),
        entities: Vec::new(),
        ranked: vec![ScoredIntent { intent, probability }],
        intents: vec![intent],
        emotion,
        emotion_probability: 0.9,
        out_of_scope: 0.0,
        escalation: 0.0,
        cues: Vec::new(),
        aspects: Vec::new(),
        stated: Vec::new(),
        language: None,
        parts: Vec::new(),
    })
}

fn said(text: &str) -> Event {
    Event::Received {
        key: String::new(),
        content: Content::Text { text: text.to_owned() },
        meaning: Some(meaning(Intent::Logistics, Emotion::Neutral, 0.9)),
        in_group: false,
    }
}

fn answered(text: &str) -> Event {
    let message = Message {
        key: Some(ReplyKey::ALL[0]),
        text: text.to_owned(),
        buttons: Vec::new(),
        image: None,
        asks_contact: false,
    };
    Event::Replied { messages: vec![message] }
}

async fn append(store: &Store, chat: &str, at: i64, events: &[Event]) {
    let conversation = conversation(chat);
    let last = store.conversation(&conversation).await.unwrap().map_or(0, |summary| summary.last_sequence);
    let mut transaction = store.begin().await.unwrap();
    transaction.append(&conversation, last, Timestamp::from_millis(at), events).await.unwrap();
    transaction.commit().await.unwrap();
}

fn all() -> Sight {
    Sight { login: "li".to_owned(), own_only: false }
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_000_000)
}

async fn found(store: &Store, words: &str) -> Vec<String> {
    let hits = store.search(&all(), words, &Filter::default(), now(), None, 1_000).await.unwrap();
    hits.into_iter().rev().map(|hit| hit.words).collect()
}

#[tokio::test]
async fn search_finds_exactly_what_a_scan_finds() {
    let texts = [
        "我的快递到哪了",
        "快",
        "递快递",
        "订单2026061600018231什么时候发货？",
        "2026061600018231",
        "我要退ＸＬ码的Ｔ恤",
        "xl码还有吗",
        "emoji😀😀和😀",
        "100%棉 _下划线_ \"引号\" 'x' * ( ) - NOT OR",
        "aaaa",
        "  前后有空格  ",
        "重复重复重复",
        "İ和ß和Σ",
        "\u{10ffff}\u{10fffe}",
    ];
    for store in stores().await {
        for (at, text) in (1..).zip(texts) {
            append(&store, "1", at, &[said(text), answered("嗯")]).await;
        }
        let mut wanted: Vec<String> =
            ["%", "_", "\"", "*", "(", "NOT", "没有这个", "\u{10fffd}"].map(str::to_owned).into();
        for text in texts {
            let letters: Vec<char> = text.chars().collect();
            for start in 0..letters.len() {
                for length in 1..=8.min(letters.len() - start) {
                    wanted.push(letters[start..start + length].iter().collect());
                }
            }
        }
        for words in wanted {
            let folded = fold(words.trim());
            if folded.is_empty() {
                continue;
            }
            let scan: Vec<&str> = texts.into_iter().filter(|text| fold(text).contains(&folded)).collect();
            assert_eq!(found(&store, &words).await, scan, "{words:?}");
        }
        assert_eq!(found(&store, "嗯").await.len(), texts.len());
        assert!(found(&store, "   ").await.is_empty());
    }
}

#[tokio::test]
async fn notes_are_found_and_nobody_finds_more_than_they_may_see() {
    for store in stores().await {
        append(&store, "1", 1, &[said("退货")]).await;
        append(&store, "2", 2, &[said("退货"), claimed("wang")]).await;
        store.add_note(&conversation("1"), 1, Timestamp::from_millis(2), "li", "老顾客，退货优先").await.unwrap();
        assert_eq!(found(&store, "退货").await.len(), 3);
        assert_eq!(store.notes(&conversation("1")).await.unwrap()[0].words, "老顾客，退货优先");
        let own = Sight { login: "li".to_owned(), own_only: true };
        let hits = store.search(&own, "退货", &Filter::default(), now(), None, 10).await.unwrap();
        assert!(hits.iter().all(|hit| hit.conversation == conversation("1")) && hits.len() == 2);
        let counts = store.counts(&own, now()).await.unwrap();
        assert_eq!((counts.all, counts.staff), (1, 0));
        let hidden = store.number_of(&conversation("2")).await.unwrap().unwrap();
        assert_eq!(store.entry(&own, hidden).await.unwrap(), None);
        assert!(store.entry(&all(), hidden).await.unwrap().is_some());
    }
}

fn claimed(staff: &str) -> Event {
    Event::OwnerChanged { owner: Owner::Staff, reason: None, staff: Some(staff.to_owned()) }
}

#[tokio::test]
async fn lists_follow_what_happens_and_every_filter_narrows() {
    for store in stores().await {
        let waiting = Event::OwnerChanged { owner: Owner::Waiting, reason: Some(HandoverReason::Asked), staff: None };
        let angry = Event::Received {
            key: String::new(),
            content: Content::Text { text: "你们太过分了".to_owned() },
            meaning: Some(meaning(Intent::Complaint, Emotion::Angry, 0.3)),
            in_group: false,
        };
        append(&store, "1", 10, &[said("快递呢"), answered("在路上")]).await;
        append(&store, "2", 20, &[angry, Event::Misunderstood, waiting]).await;
        append(&store, "3", 30, &[said("谢谢"), Event::Rated { stars: 2 }]).await;
        store.make_label("急", 4).await.unwrap();
        let label = store.labels().await.unwrap()[0].id;
        store.label(&conversation("1"), label, true).await.unwrap();
        let list = async |filter: Filter| -> Vec<String> {
            let entries = store.list(&all(), &filter, Order::Latest, now(), 0, 10).await.unwrap();
            entries.into_iter().map(|entry| entry.summary.conversation.chat().to_owned()).collect()
        };
        assert_eq!(list(Filter::default()).await, ["3", "2", "1"]);
        assert_eq!(list(Filter { owner: Some(Owner::Waiting), ..Filter::default() }).await, ["2"]);
        assert_eq!(list(Filter { intent: Some(Intent::Logistics), ..Filter::default() }).await, ["3", "1"]);
        assert_eq!(list(Filter { emotion: Some(Emotion::Angry), ..Filter::default() }).await, ["2"]);
        assert_eq!(list(Filter { unanswered: true, ..Filter::default() }).await, ["2"]);
        assert_eq!(list(Filter { doubtful: true, ..Filter::default() }).await, ["2"]);
        assert_eq!(list(Filter { handed_over: true, ..Filter::default() }).await, ["2"]);
        assert_eq!(list(Filter { rating_at_most: Some(3), ..Filter::default() }).await, ["3"]);
        assert_eq!(list(Filter { label: Some(label), ..Filter::default() }).await, ["1"]);
        let from = Some(Timestamp::from_millis(20));
        assert_eq!(list(Filter { from, unassigned: true, ..Filter::default() }).await, ["3", "2"]);
        // Put off, it is not among the waiting ones until its time comes or the shopper writes.
        store.snooze(&conversation("2"), Some(now().plus_seconds(60))).await.unwrap();
        assert_eq!(list(Filter { owner: Some(Owner::Waiting), ..Filter::default() }).await, [""; 0]);
        assert_eq!(list(Filter { snoozed: true, ..Filter::default() }).await, ["2"]);
        append(&store, "2", 40, &[said("人呢")]).await;
        assert_eq!(list(Filter { owner: Some(Owner::Waiting), ..Filter::default() }).await, ["2"]);
        let counts = store.counts(&all(), now()).await.unwrap();
        assert_eq!((counts.waiting, counts.bot, counts.all, counts.snoozed), (1, 2, 3, 0));
    }
}

#[tokio::test]
async fn conversations_from_before_the_console_are_caught_up_with() {
    for store in stores().await {
        append(&store, "1", 10, &[said("快递呢"), answered("在路上")]).await;
        let mut transaction = store.begin().await.unwrap();
        for statement in ["delete from messages", "delete from turns", "update conversations set modelled = 0"] {
            super::super::dialect::on_transaction!(transaction, connection => sqlx::query(statement)
                .execute(connection).await.map(|_| ()))
            .unwrap();
        }
        transaction.commit().await.unwrap();
        // What comes meanwhile is left for the catching up.
        append(&store, "1", 20, &[said("好慢")]).await;
        assert!(found(&store, "好慢").await.is_empty());
        assert_eq!(store.catch_up_models().await.unwrap(), 1);
        assert_eq!(store.catch_up_models().await.unwrap(), 0);
        assert_eq!(found(&store, "好慢").await, ["好慢"]);
        assert_eq!(found(&store, "路上").await, ["在路上"]);
    }
}

#[tokio::test]
async fn staff_words_are_staff_words() {
    for store in stores().await {
        let claim = Content::Staff { staff: "li".to_owned(), deed: StaffDeed::Say { text: "您好".to_owned() } };
        let received = Event::Received { key: String::new(), content: claim, meaning: None, in_group: false };
        let message =
            Message { key: None, text: "您好".to_owned(), buttons: Vec::new(), image: None, asks_contact: false };
        append(&store, "1", 10, &[received, claimed("li"), Event::Replied { messages: vec![message] }]).await;
        let hits = store.search(&all(), "您好", &Filter::default(), now(), None, 10).await.unwrap();
        assert_eq!(hits.iter().map(|hit| hit.author).collect::<Vec<_>>(), [Author::Staff]);
    }
}

#[tokio::test]
async fn one_altered_row_breaks_the_audit() {
    for store in stores().await {
        for number in 0..20 {
            store.record("li", AuditDeed::Read, &format!("conversation {number}"), "").await.unwrap();
        }
        let whole = store.verify_audit().await.unwrap();
        assert_eq!((whole.rows, &whole.broken), (20, &None));
        assert!(store.holds_audit_hash(&whole.head).await.unwrap());
        for (statement, at) in [
            ("update audit set object = 'conversation 7 ' where id = 8", 8),
            ("update audit set staff = 'wang' where id = 3", 3),
            ("delete from audit where id = 2", 3),
        ] {
            let mut transaction = store.begin().await.unwrap();
            super::super::dialect::on_transaction!(transaction, connection => sqlx::query(statement)
                .execute(connection).await.map(|_| ()))
            .unwrap();
            transaction.commit().await.unwrap();
            assert_eq!(store.verify_audit().await.unwrap().broken.map(|fault| fault.id), Some(at), "{statement}");
        }
    }
}

#[tokio::test]
async fn invitations_are_good_once_and_sessions_end() {
    for store in stores().await {
        let new =
            NewAccount { login: "li".parse().unwrap(), name: "李".to_owned(), role: Role::Agent, own_only: false };
        let id = store.make_account(&new).await.unwrap().unwrap();
        assert_eq!(store.make_account(&new).await.unwrap(), None);
        let first = store.invite(id).await.unwrap();
        let second = store.invite(id).await.unwrap();
        assert!(store.invited(&first).await.unwrap().is_none(), "a new invitation ends the one before");
        assert!(store.use_invitation(&second, "hash").await.unwrap());
        assert!(!store.use_invitation(&second, "hash").await.unwrap());
        let session = store.begin_session(id, "browser", "127.0.0.1").await.unwrap();
        let (mut account, number, csrf) = store.session(&session.token).await.unwrap().unwrap();
        assert_eq!((account.id, csrf), (id, session.csrf));
        assert!(store.session("another").await.unwrap().is_none());
        assert!(!store.revoke_session(number, Some(id + 1)).await.unwrap(), "not theirs");
        account.locked_at = Some(now());
        store.write_account(&account).await.unwrap();
        assert!(store.session(&session.token).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn failed_sign_ins_close_the_door_for_longer_and_longer() {
    for store in stores().await {
        for _ in 0..4 {
            assert_eq!(store.login_failed("login:li", 5).await.unwrap(), LoginLock::Open);
        }
        let LoginLock::Until(first) = store.login_failed("login:li", 5).await.unwrap() else { panic!("open") };
        let LoginLock::Until(second) = store.login_failed("login:li", 5).await.unwrap() else { panic!("open") };
        assert!(second.seconds_since(first) >= 25, "{first:?} {second:?}");
        assert_eq!(store.login_lock("login:wang").await.unwrap(), LoginLock::Open);
        store.login_succeeded("login:li").await.unwrap();
        assert_eq!(store.login_lock("login:li").await.unwrap(), LoginLock::Open);
    }
}

#[tokio::test]
async fn the_latest_correction_of_each_field_holds() {
    for store in stores().await {
        append(&store, "1", 10, &[said("这个多少钱")]).await;
        let id = conversation("1");
        store.correct(&id, 1, CorrectionField::Intents, "stock_query", "li").await.unwrap();
        store.correct(&id, 1, CorrectionField::Intents, "price_query", "wang").await.unwrap();
        store.correct(&id, 1, CorrectionField::Emotion, "negative", "li").await.unwrap();
        let held = store.corrections(None).await.unwrap();
        let held: Vec<(&str, &str)> =
            held.iter().map(|correction| (correction.value.as_str(), correction.words.as_str())).collect();
        assert_eq!(held, [("price_query", "这个多少钱"), ("negative", "这个多少钱")]);
        store.judge(&id, 2, Some(Verdict::Bad), "li").await.unwrap();
        store.judge(&id, 2, Some(Verdict::Good), "li").await.unwrap();
        assert_eq!(store.verdicts(&id).await.unwrap().get(&2), Some(&Verdict::Good));
    }
}
