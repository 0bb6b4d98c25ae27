//! The store's promises, on SQLite always and on PostgreSQL where `XIAOER_TEST_POSTGRES` names a server.

use super::*;
use crate::domain::{
    ChannelKind, Clock, Command, Content, ConversationId, Event, HandoverReason, Inbound, Intent, Message, Owner,
    Press, StaffDeed, Timestamp,
};

fn conversation(chat: &str) -> ConversationId {
    ConversationId::new(ChannelKind::Telegram, chat)
}

fn inbound(chat: &str, key: &str) -> Inbound {
    Inbound {
        key: key.to_owned(),
        conversation: conversation(chat),
        at: Timestamp::from_millis(1),
        in_group: false,
        content: Content::Text { text: key.to_owned() },
    }
}

fn message(text: &str) -> Message {
    Message { key: None, text: text.to_owned(), buttons: Vec::new(), image: None, asks_contact: false }
}

const RULES: ClaimRules = ClaimRules { lease_seconds: 10, most_tries: 3 };
const SEND: SendRules = SendRules { lease_seconds: 10, interval_millis: 100 };
const AT_ONCE: SendRules = SendRules { lease_seconds: 10, interval_millis: 0 };

/// Every database that this machine can test on, each with a clock that stands still.
async fn stores() -> Vec<(Store, Clock)> {
    let clock = || Clock::standing_at(Timestamp::from_millis(1_000_000));
    let sqlite_clock = clock();
    let mut stores = vec![(Store::memory().await.unwrap().with_clock(sqlite_clock.clone()), sqlite_clock)];
    if let Ok(address) = std::env::var("XIAOER_TEST_POSTGRES") {
        let clock = clock();
        stores.push((Store::fresh_postgres(&address).await.unwrap().with_clock(clock.clone()), clock));
    }
    stores
}

async fn claim_keys(store: &Store, most: usize) -> Vec<String> {
    store.claim_inbound(most, RULES).await.unwrap().into_iter().map(|claimed| claimed.inbound.key).collect()
}

async fn finish(store: &Store, key: &str) {
    let mut transaction = store.begin().await.unwrap();
    transaction.finish_inbound(key).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_second_delivery_is_known() {
    for (store, _) in stores().await {
        assert_eq!(store.receive(&inbound("1", "a")).await.unwrap(), Received::New);
        assert_eq!(store.receive(&inbound("1", "a")).await.unwrap(), Received::Known);
        let batch = [inbound("1", "a").into(), inbound("1", "b").into(), inbound("1", "b").into()];
        let results = store.receive_all(&batch).await.unwrap();
        assert_eq!(results, [Received::Known, Received::New, Received::Known]);
        assert_eq!(store.inbox_length().await.unwrap(), 2);
    }
}

#[tokio::test]
async fn one_turn_at_a_time_per_conversation_and_a_flood_waits_behind_the_others() {
    for (store, clock) in stores().await {
        for key in ["a1", "a2", "a3"] {
            store.receive(&inbound("1", key)).await.unwrap();
        }
        assert_eq!(claim_keys(&store, 9).await, ["a1"]);
        assert!(claim_keys(&store, 9).await.is_empty(), "the first is under way");
        clock.advance_seconds(1);
        store.receive(&inbound("2", "b1")).await.unwrap();
        clock.advance_seconds(1);
        finish(&store, "a1").await;
        assert_eq!(claim_keys(&store, 9).await, ["b1"], "the flood goes to the end of the line and waits a little");
        clock.advance_seconds(1);
        assert_eq!(claim_keys(&store, 1).await, ["a2"]);
    }
}

#[tokio::test]
async fn the_channels_own_order_holds_and_staff_follow_what_waits() {
    for (store, clock) in stores().await {
        let at = |key: &str, place| Arrival { place, ..inbound("1", key).into() };
        let batch = [at("u7", Some(7)), at("u6", Some(6)), at("staff", None), at("u8", Some(8))];
        store.receive_all(&batch).await.unwrap();
        for key in ["u6", "u7", "staff", "u8"] {
            assert_eq!(claim_keys(&store, 1).await, [key]);
            finish(&store, key).await;
            clock.advance_seconds(1);
        }
    }
}

#[tokio::test]
async fn a_lease_ends_by_time_and_with_the_holders_new_life() {
    for (store, clock) in stores().await {
        store.receive(&inbound("1", "a")).await.unwrap();
        assert_eq!(claim_keys(&store, 1).await, ["a"]);
        let other = store.clone().with_holder("other");
        assert_eq!(other.release_leases().await.unwrap(), 0, "it holds none");
        assert!(claim_keys(&other, 1).await.is_empty());
        assert_eq!(store.release_leases().await.unwrap(), 1);
        assert_eq!(claim_keys(&other, 1).await, ["a"]);
        clock.advance_seconds(11);
        assert_eq!(claim_keys(&store, 1).await, ["a"]);
    }
}

#[tokio::test]
async fn what_fails_too_often_is_set_aside_and_the_conversation_goes_on() {
    for (store, _) in stores().await {
        store.receive(&inbound("1", "bad")).await.unwrap();
        store.receive(&inbound("1", "good")).await.unwrap();
        for _ in 0..3 {
            let claimed = store.claim_inbound(1, RULES).await.unwrap().remove(0);
            assert_eq!(claimed.inbound.key, "bad");
            store.fail_inbound(&claimed, "no", true, store.now()).await.unwrap();
        }
        let good = store.claim_inbound(1, RULES).await.unwrap().remove(0);
        for _ in 0..5 {
            store.fail_inbound(&good, "busy", false, store.now()).await.unwrap();
            assert_eq!(claim_keys(&store, 1).await, ["good"], "a try that does not count");
        }
        let alerts = store.alerts(9).await.unwrap();
        assert_eq!(
            (alerts.len(), alerts[0].kind, alerts[0].reference.as_str()),
            (1, AlertKind::InboundSetAside, "bad")
        );
        store.see_alert(alerts[0].id).await.unwrap();
        assert!(store.alerts(9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_turn_is_committed_once_and_only_on_what_it_knew() {
    for (store, _) in stores().await {
        store.receive(&inbound("1", "a")).await.unwrap();
        let id = conversation("1");
        let events = [Event::Misunderstood, Event::Failed];
        let mut first = store.begin().await.unwrap();
        assert_eq!(first.append(&id, 0, Timestamp::from_millis(5), &events).await.unwrap(), 2);
        first.finish_inbound("a").await.unwrap();
        first.commit().await.unwrap();

        let mut late = store.begin().await.unwrap();
        let error = late.append(&id, 0, Timestamp::from_millis(6), &events).await.unwrap_err();
        assert!(error.is_conflict());
        drop(late);
        let mut twice = store.begin().await.unwrap();
        assert!(matches!(twice.finish_inbound("a").await, Err(StoreError::AlreadyFinished(_))));
        drop(twice);
        let mut never_received = store.begin().await.unwrap();
        never_received.finish_inbound("elsewhere").await.unwrap();
        drop(never_received);

        let stored = store.events(&id).await.unwrap();
        assert_eq!(stored.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(stored[1].event, Event::Failed);
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    for (store, _) in stores().await {
        let id = conversation("1");
        let mut transaction = store.begin().await.unwrap();
        transaction.append(&id, 0, Timestamp::from_millis(5), &[Event::Failed]).await.unwrap();
        transaction.enqueue(&id, "a", &[message("x")], Timestamp::from_millis(5)).await.unwrap();
        drop(transaction);
        assert!(store.events(&id).await.unwrap().is_empty());
        assert_eq!(store.outbox_length().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn the_list_follows_the_events() {
    for (store, _) in stores().await {
        let id = conversation("1");
        let received = |content| Event::Received { key: "k".into(), content, meaning: None, in_group: false };
        let said = || received(Content::Command { command: Command::Help });
        let owner = |owner, reason| Event::OwnerChanged { owner, reason, staff: None };
        let staff = |deed| received(Content::Staff { staff: "Li".into(), deed });
        let steps: [(Event, Owner, i64); 6] = [
            (said(), Owner::Bot, 0),
            (owner(Owner::Waiting, Some(HandoverReason::Asked)), Owner::Waiting, 1),
            (said(), Owner::Waiting, 2),
            (staff(StaffDeed::Claim), Owner::Waiting, 0),
            (owner(Owner::Staff, None), Owner::Staff, 0),
            (said(), Owner::Staff, 1),
        ];
        for (sequence, (event, owner, unread)) in (0i64..).zip(steps) {
            let mut transaction = store.begin().await.unwrap();
            transaction.append(&id, sequence, Timestamp::from_millis(sequence), &[event]).await.unwrap();
            transaction.commit().await.unwrap();
            let summary = store.conversation(&id).await.unwrap().unwrap();
            assert_eq!((summary.owner, summary.unread, summary.last_sequence), (owner, unread, sequence + 1));
        }
        let summary = store.conversation(&id).await.unwrap().unwrap();
        assert_eq!(summary.reason, Some(HandoverReason::Asked), "kept while a person has it");
        let lists = [
            store.conversations(Some(Owner::Staff), None, 9).await.unwrap(),
            store.conversations(None, None, 9).await.unwrap(),
        ];
        assert!(lists.iter().all(|list| list.as_slice() == std::slice::from_ref(&summary)));
        assert!(store.conversations(Some(Owner::Bot), None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn messages_leave_in_order_and_a_crash_leaves_one_in_doubt() {
    for (store, clock) in stores().await {
        let id = conversation("1");
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&id, "a", &[message("1"), message("2")], store.now()).await.unwrap();
        transaction.enqueue(&id, "a", &[message("3")], store.now()).await.unwrap();
        transaction.enqueue(&conversation("2"), "b", &[message("x")], store.now()).await.unwrap();
        transaction.commit().await.unwrap();

        let claimed = store.claim_outbound(ChannelKind::Telegram, 9, SEND).await.unwrap();
        assert_eq!(claimed.iter().map(|one| one.message.text.as_str()).collect::<Vec<_>>(), ["1", "x"]);
        assert_eq!(claimed[1].send_at.millis() - claimed[0].send_at.millis(), 100, "each has its own moment");
        assert!(store.claim_outbound(ChannelKind::Telegram, 9, SEND).await.unwrap().is_empty());

        let sent = || Settled::Sent { channel_message: Some("77".into()) };
        store.settle_outbound(&claimed[0], sent(), store.now().plus_seconds(1)).await.unwrap();
        assert!(store.claim_outbound(ChannelKind::Telegram, 9, SEND).await.unwrap().is_empty(), "not before its time");
        clock.advance_seconds(2);
        let second = store.claim_outbound(ChannelKind::Telegram, 9, SEND).await.unwrap().remove(0);
        assert_eq!((second.message.text.as_str(), second.in_doubt), ("2", false));

        store.release_leases().await.unwrap();
        clock.advance_seconds(1);
        let again = store.claim_outbound(ChannelKind::Telegram, 9, AT_ONCE).await.unwrap();
        let texts: Vec<_> = again.iter().map(|one| (one.message.text.as_str(), one.in_doubt)).collect();
        assert!(texts.contains(&("2", true)) && texts.contains(&("x", true)), "{texts:?}");
        assert_eq!(store.last_sent(&id, 5).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn each_way_to_settle_leaves_its_mark() {
    for (store, _) in stores().await {
        let dead = Settled::Dead { fault: "bad request".into() };
        let unknown = Settled::Unknown { fault: "closed".into() };
        // settled, whether it is handed out once more, in doubt, part, dead letters
        let cases = [
            (Settled::Sent { channel_message: None }, None, 0),
            (Settled::PartSent, Some((false, 1, 2)), 0),
            (Settled::Later, Some((false, 0, 1)), 0),
            (Settled::InDoubt, Some((true, 0, 2)), 0),
            (dead, None, 1),
            (unknown, None, 2),
            (Settled::Blocked, None, 2),
        ];
        for (number, (settled, again, letters)) in cases.into_iter().enumerate() {
            let id = conversation(&number.to_string());
            let mut transaction = store.begin().await.unwrap();
            transaction.enqueue(&id, &number.to_string(), &[message("m")], store.now()).await.unwrap();
            transaction.commit().await.unwrap();
            let claimed = store.claim_outbound(ChannelKind::Telegram, 1, AT_ONCE).await.unwrap().remove(0);
            store.settle_outbound(&claimed, settled.clone(), store.now()).await.unwrap();
            let next = store.claim_outbound(ChannelKind::Telegram, 9, AT_ONCE).await.unwrap();
            let seen = next.iter().find(|one| one.conversation == id).map(|one| (one.in_doubt, one.part, one.tries));
            assert_eq!(seen, again, "{settled:?}");
            for one in next {
                store.settle_outbound(&one, Settled::Sent { channel_message: None }, store.now()).await.unwrap();
            }
            assert_eq!(store.dead_letters(9).await.unwrap().len(), letters, "{settled:?}");
            assert_eq!(store.outbox_length().await.unwrap(), 0);
        }
        assert!(!store.conversation(&conversation("6")).await.unwrap().unwrap().reachable);
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&conversation("6"), "late", &[message("m")], store.now()).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(store.claim_outbound(ChannelKind::Telegram, 9, AT_ONCE).await.unwrap().is_empty(), "blocked");
        assert_eq!(store.outbox_length().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_hold_moves_all_moments() {
    for (store, clock) in stores().await {
        let until = store.now().plus_seconds(30);
        store.hold_outbound(ChannelKind::Telegram, until).await.unwrap();
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&conversation("1"), "a", &[message("1")], store.now()).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(store.claim_outbound(ChannelKind::Telegram, 1, SEND).await.unwrap().is_empty());
        clock.advance_seconds(30);
        let claimed = store.claim_outbound(ChannelKind::Telegram, 1, SEND).await.unwrap();
        assert_eq!(claimed[0].send_at, until);
        let mut transaction = store.begin().await.unwrap();
        for chat in 2..9 {
            let id = conversation(&chat.to_string());
            transaction.enqueue(&id, &chat.to_string(), &[message("1")], store.now()).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let claimed = store.claim_outbound(ChannelKind::Telegram, 9, SEND).await.unwrap();
        assert_eq!(claimed.len(), 1, "no more than are sent soon: 100 ms are taken, 200 ms is soon");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    std::fs::write(&path, "this is not a database, and it is long enough to be looked at as one").unwrap();
    let line = Store::open(path.to_str().unwrap()).await.unwrap_err().to_string();
    assert!(line.contains("x.db") && line.lines().count() == 1, "{line}");
}

#[tokio::test]
async fn what_was_kept_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let store = Store::open(path.to_str().unwrap()).await.unwrap();
    store.receive(&inbound("1", "a")).await.unwrap();
    store.close().await;
    let store = Store::open(path.to_str().unwrap()).await.unwrap();
    assert_eq!(store.receive(&inbound("1", "a")).await.unwrap(), Received::Known);
    assert_eq!(claim_keys(&store, 1).await, ["a"]);
}

#[tokio::test]
async fn a_link_is_good_once() {
    for (store, clock) in stores().await {
        let press = Press::Wish { intent: Intent::ALL[0] };
        let token = store.make_link(&press, "查订单", 60).await.unwrap();
        assert!(token.len() <= 64 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(store.link(&token, "a").await.unwrap(), Some((press.clone(), "查订单".to_owned())));
        let pressed = |chat: &str, key: &str| Arrival {
            link: Some(token.clone()),
            ..Inbound {
                content: Content::Pressed { press: press.clone(), label: "查订单".into() },
                ..inbound(chat, key)
            }
            .into()
        };
        store.receive_all(&[pressed("1", "a")]).await.unwrap();
        assert!(store.link(&token, "a").await.unwrap().is_some(), "the same delivery again");
        assert!(store.link(&token, "b").await.unwrap().is_none());
        store.receive_all(&[pressed("2", "b")]).await.unwrap();
        let claimed = store.claim_inbound(9, RULES).await.unwrap();
        let contents: Vec<_> = claimed.into_iter().map(|one| one.inbound.content).collect();
        assert!(contents.contains(&Content::Command { command: Command::Start }), "the second came too late");
        let old = store.make_link(&press, "x", 60).await.unwrap();
        clock.advance_seconds(61);
        assert!(store.link(&old, "c").await.unwrap().is_none(), "too late");
        assert!(store.link("made up", "c").await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_office_has_one_holder_and_passes_on() {
    for (store, clock) in stores().await {
        let other = store.clone().with_holder("other");
        assert!(store.hold_office("poll", 10).await.unwrap());
        assert!(!other.hold_office("poll", 10).await.unwrap());
        clock.advance_seconds(6);
        assert!(store.hold_office("poll", 10).await.unwrap(), "prolonged");
        clock.advance_seconds(6);
        assert!(!other.hold_office("poll", 10).await.unwrap());
        clock.advance_seconds(5);
        assert!(other.hold_office("poll", 10).await.unwrap());
        assert!(!store.hold_office("poll", 10).await.unwrap());
    }
}

#[tokio::test]
async fn an_answer_to_a_page_replaces_the_message_that_was_pressed() {
    for (store, _) in stores().await {
        let id = conversation("1");
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&id, "first", &[message("page 1")], store.now()).await.unwrap();
        transaction.commit().await.unwrap();
        let page = store.claim_outbound(ChannelKind::Telegram, 1, AT_ONCE).await.unwrap().remove(0);
        assert_eq!(page.edits, None);
        let sent = Settled::Sent { channel_message: Some("77".into()) };
        store.settle_outbound(&page, sent.clone(), store.now()).await.unwrap();
        let pressed = |key: &str, press: Press| Arrival {
            pressed: Some(page.id),
            ..Inbound { content: Content::Pressed { press, label: "下一页".into() }, ..inbound("1", key) }.into()
        };
        let intent = Intent::ALL[0];
        let cases = [("next", Press::Page { intent, offset: 5 }, Some("77")), ("wish", Press::Wish { intent }, None)];
        for (key, press, edits) in cases {
            store.receive_all(&[pressed(key, press)]).await.unwrap();
            let mut transaction = store.begin().await.unwrap();
            transaction.enqueue(&id, key, &[message("page 2"), message("more")], store.now()).await.unwrap();
            transaction.commit().await.unwrap();
            for expected in [edits, None] {
                let claimed = store.claim_outbound(ChannelKind::Telegram, 1, AT_ONCE).await.unwrap().remove(0);
                assert_eq!(claimed.edits.as_deref(), expected, "{key}");
                store.settle_outbound(&claimed, sent.clone(), store.now()).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn what_is_old_and_settled_is_purged() {
    for (store, clock) in stores().await {
        for key in ["old", "open"] {
            store.receive(&inbound("1", key)).await.unwrap();
        }
        finish(&store, "old").await;
        clock.advance_seconds(100);
        assert_eq!(store.purge(store.now().plus_seconds(-50)).await.unwrap(), 1);
        assert_eq!(store.receive(&inbound("1", "open")).await.unwrap(), Received::Known);
    }
}

#[tokio::test]
async fn uploads_are_remembered() {
    for (store, _) in stores().await {
        let telegram = ChannelKind::Telegram;
        assert_eq!(store.upload(telegram, "a.jpg").await.unwrap(), None);
        for name in ["F1", "F2"] {
            store.remember_upload(telegram, "a.jpg", Some(name)).await.unwrap();
            assert_eq!(store.upload(telegram, "a.jpg").await.unwrap().as_deref(), Some(name));
        }
        store.remember_upload(telegram, "a.jpg", None).await.unwrap();
        assert_eq!(store.upload(telegram, "a.jpg").await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_was_sent_before_a_crash_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    for (store, clock) in stores().await {
        let path = folder.path().join(format!("sent-{}", store.pool().is_some()));
        let store = store.with_journal(&path).unwrap();
        let id = conversation("1");
        let mut transaction = store.begin().await.unwrap();
        transaction.enqueue(&id, "a", &[message("1"), message("2")], store.now()).await.unwrap();
        transaction.commit().await.unwrap();
        let claimed = store.claim_outbound(ChannelKind::Telegram, 1, AT_ONCE).await.unwrap().remove(0);
        // The journal is written, and the process dies before the commit.
        let entry = journal::Entry { outbound: claimed.id, part: 0, whole: true, channel_message: Some("77".into()) };
        store.journal.as_ref().unwrap().note(&entry).unwrap();
        let reborn = store.clone().with_journal(&path).unwrap();
        reborn.release_leases().await.unwrap();
        clock.advance_seconds(1);
        let next = reborn.claim_outbound(ChannelKind::Telegram, 1, AT_ONCE).await.unwrap().remove(0);
        assert_eq!((next.message.text.as_str(), next.in_doubt), ("2", false));
    }
}
