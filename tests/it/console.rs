//! The console's router: who may do what to which conversation, and what a deed at the desk comes to for the shopper.

// Helpers fail like tests do.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use tower::ServiceExt as _;
use xiaoer::console::{Access, Console, NoShop, ROUTES, Route, hash_password};
use xiaoer::domain::{
    Clock, Command, Content, ConversationId, Event, HandoverReason, Message, Owner, Press, ReplyKey, Role, StaffDeed,
    Timestamp,
};
use xiaoer::store::Store;
use xiaoer::store::console::{AuditDeed, NewAccount};

/// A page or a refusal.
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub cookie: Option<String>,
    pub body: String,
}

/// Somebody signed in.
pub struct Member {
    cookie: String,
    csrf: String,
}

pub struct House {
    pub store: Store,
    router: axum::Router,
}

impl House {
    pub async fn new() -> Self {
        let store = Store::memory().await.unwrap();
        let clock = Clock::standing_at(Timestamp::from_millis(1_000_000));
        let console = Console::new(store.clone(), Arc::new(NoShop), clock, jiff::tz::TimeZone::UTC).unwrap();
        Self::over(store, console)
    }

    /// Over a console that is there.
    pub fn over(store: Store, console: Console) -> Self {
        House { store, router: console.router() }
    }

    pub async fn member(&self, login: &str, role: Role, own_only: bool) -> Member {
        let new = NewAccount { login: login.parse().unwrap(), name: login.to_owned(), role, own_only };
        let id = self.store.make_account(&new).await.unwrap().unwrap();
        let session = self.store.begin_session(id, "test", "127.0.0.1").await.unwrap();
        Member { cookie: format!("__Host-xiaoer={}", session.token), csrf: session.csrf }
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, location, cookie) = (response.status(), text(header::LOCATION), text(header::SET_COOKIE));
        let is_stream = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/event-stream"));
        let bytes = match is_stream {
            true => Vec::new(),
            false => to_bytes(response.into_body(), 4 << 20).await.unwrap().to_vec(),
        };
        Answer { status, location, cookie, body: String::from_utf8(bytes).unwrap() }
    }

    pub async fn get(&self, member: Option<&Member>, path: &str) -> Answer {
        let mut request = Request::get(path);
        if let Some(member) = member {
            request = request.header(header::COOKIE, &member.cookie);
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, member: &Member, path: &str, fields: &str) -> Answer {
        let body = format!("_csrf={}&{fields}", member.csrf);
        self.post_as(Some(member), path, body).await
    }

    async fn post_as(&self, member: Option<&Member>, path: &str, body: String) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(member) = member {
            request = request.header(header::COOKIE, &member.cookie);
        }
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// A conversation with these events; its number.
    pub async fn conversation(&self, chat: &str, events: &[Event]) -> i64 {
        let conversation = id(chat);
        let mut transaction = self.store.begin().await.unwrap();
        transaction.append(&conversation, 0, Timestamp::from_millis(900_000), events).await.unwrap();
        transaction.commit().await.unwrap();
        self.store.number_of(&conversation).await.unwrap().unwrap()
    }

    /// What the staff have put into the inbox.
    async fn deeds(&self) -> Vec<(String, StaffDeed)> {
        let rules = xiaoer::store::ClaimRules::default();
        let mut deeds = Vec::new();
        loop {
            let claimed = self.store.claim_inbound(10, rules).await.unwrap();
            if claimed.is_empty() {
                let Some(at) = self.store.next_inbound_at().await.unwrap() else { return deeds };
                // Between two turns of one conversation lies a moment.
                let moment = u64::try_from(at.millis() - self.store.now().millis()).unwrap_or(0);
                tokio::time::sleep(std::time::Duration::from_millis(moment)).await;
                continue;
            }
            for claimed in claimed {
                if let Content::Staff { staff, deed } = claimed.inbound.content {
                    deeds.push((staff, deed));
                }
                let mut transaction = self.store.begin().await.unwrap();
                transaction.finish_inbound(&claimed.inbound.key).await.unwrap();
                transaction.commit().await.unwrap();
            }
        }
    }
}

fn id(chat: &str) -> ConversationId {
    format!("telegram:{chat}").parse().unwrap()
}

pub fn said(text: &str) -> Event {
    let content = Content::Text { text: text.to_owned() };
    Event::Received { key: String::new(), content, meaning: None, in_group: false }
}

fn answered(text: &str) -> Event {
    let key = Some(ReplyKey::ALL[0]);
    let message = Message { key, text: text.to_owned(), buttons: Vec::new(), image: None, asks_contact: false };
    Event::Replied { messages: vec![message] }
}

fn owned(owner: Owner, staff: Option<&str>) -> Event {
    let reason = (owner == Owner::Waiting).then_some(HandoverReason::Asked);
    Event::OwnerChanged { owner, reason, staff: staff.map(str::to_owned) }
}

/// A path with its parameters filled in.
fn filled(route: &Route, number: i64) -> String {
    route
        .path
        .replace("{number}", &number.to_string())
        .replace("{id}", "999")
        .replace("{token}", "nothing")
        .replace("{version}", "1")
        .replace("{name}", "console.css")
        .replace("{customer}", "999")
        .replace("{figure}", "intents")
}

#[tokio::test]
async fn every_route_asks_every_role_for_its_permission() {
    let house = House::new().await;
    let number = house.conversation("1", &[said("在吗"), answered("在的")]).await;
    for role in Role::ALL {
        let member = house.member(&format!("m.{role}"), *role, false).await;
        for route in ROUTES {
            // It would end the session that the others need.
            if route.path == "/sign-out" {
                continue;
            }
            let path = filled(route, number);
            let answer = match route.method {
                "get" => house.get(Some(&member), &path).await,
                _ => house.post(&member, &path, "").await,
            };
            let is_allowed = match route.access {
                Access::Public | Access::SignedIn => true,
                Access::Needs(permission) => role.may(permission),
            };
            let was_refused = answer.status == StatusCode::FORBIDDEN && answer.body.contains("needs the permission");
            assert_eq!(was_refused, !is_allowed, "{role} {} {path}: {} {}", route.method, answer.status, answer.body);
            assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{role} {} {path}", route.method);
        }
    }
}

#[tokio::test]
async fn nobody_comes_in_without_a_session_and_no_form_without_its_token() {
    let house = House::new().await;
    let number = house.conversation("1", &[said("在吗")]).await;
    let admin = house.member("admin", Role::Admin, false).await;
    for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
        let path = filled(route, number);
        if route.method == "get" {
            let answer = house.get(None, &path).await;
            assert_eq!(answer.location.as_deref(), Some("/sign-in"), "{path}");
        } else {
            assert_eq!(house.post_as(None, &path, String::new()).await.status, StatusCode::UNAUTHORIZED, "{path}");
            for body in ["", "_csrf=", "_csrf=0000", "numbers=1"] {
                let answer = house.post_as(Some(&admin), &path, body.to_owned()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {body}");
            }
            let request = Request::post(&path)
                .header(header::COOKIE, &admin.cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, "https://elsewhere.example")
                .header(header::HOST, "127.0.0.1");
            let answer = house.ask(request.body(Body::from(format!("_csrf={}", admin.csrf))).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from elsewhere");
        }
    }
    let put = Request::builder().method(Method::PUT).uri("/conversations").header(header::COOKIE, &admin.cookie);
    let answer = house.ask(put.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_limited_agent_finds_no_trace_of_a_colleagues_conversation() {
    let house = House::new().await;
    let open = house.conversation("1", &[said("甲的快递"), owned(Owner::Waiting, None)]).await;
    let hidden = house.conversation("2", &[said("乙的快递"), owned(Owner::Staff, Some("wang"))]).await;
    let own = house.conversation("3", &[said("丙的快递"), owned(Owner::Staff, Some("li"))]).await;
    let member = house.member("li", Role::Agent, true).await;
    let list = house.get(Some(&member), "/conversations").await.body;
    assert!(list.contains("甲的快递") && list.contains("丙的快递") && !list.contains("乙的快递"));
    for route in ROUTES.iter().filter(|route| route.path.contains("{number}")) {
        let Access::Needs(permission) = route.access else { continue };
        if !Role::Agent.may(permission) {
            continue;
        }
        for (number, is_seen) in [(open, true), (own, true), (hidden, false)] {
            let path = filled(route, number);
            let fields = "sequence=1&field=emotion&value=angry&good=1&words=x&minutes=0&label=1&staff=li";
            let answer = match route.method {
                "get" => house.get(Some(&member), &path).await,
                _ => house.post(&member, &path, fields).await,
            };
            let is_absent = answer.status == StatusCode::NOT_FOUND;
            // A correction needs a message that was understood; these were not.
            assert!(is_absent != is_seen || path.ends_with("/correct"), "{path}: {} {}", answer.status, answer.body);
            assert!(is_seen || !answer.body.contains("乙的"), "{path}");
        }
    }
    let absent = house.get(Some(&member), "/conversations/4711").await;
    let not_theirs = house.get(Some(&member), &format!("/conversations/{hidden}")).await;
    assert_eq!((absent.status, absent.body), (not_theirs.status, not_theirs.body), "one answer for both");
    let found = house.post(&member, "/search", "words=%E5%BF%AB%E9%80%92").await.location.unwrap();
    let hits = house.get(Some(&member), &found).await.body;
    assert!(hits.matches("<mark>快递</mark>").count() == 2, "{hits}");
    // In bulk it is passed over, as if it were not there.
    house.post(&member, "/conversations/bulk", &format!("numbers={hidden},{own}&what=resolve")).await;
    assert_eq!(house.deeds().await.len(), 1 + deeds_of_the_loop());
}

/// What the loop above put into the inbox for each of the two conversations that it may: claim, reply, hand back with
/// a word, resolve.
fn deeds_of_the_loop() -> usize {
    2 * 5
}

#[tokio::test]
async fn what_staff_do_goes_through_the_inbox_once() {
    let house = House::new().await;
    let number = house.conversation("1", &[said("找人工"), owned(Owner::Waiting, None)]).await;
    let li = house.member("li", Role::Agent, false).await;
    let path = |what: &str| format!("/conversations/{number}/{what}");
    house.post(&li, &path("claim"), "nonce=a1").await;
    house.post(&li, &path("reply"), "nonce=a2&words=%E6%82%A8%E5%A5%BD").await;
    let again = house.post(&li, &path("reply"), "nonce=a2&words=%E6%82%A8%E5%A5%BD").await;
    assert_eq!(again.location, Some(format!("/conversations/{number}")));
    let open = house.post(&li, &path("reply"), "nonce=a3&words=%7B%7Border%7D%7D").await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.post(&li, &path("hand-back"), "nonce=a4&words=%E5%86%8D%E8%A7%81").await;
    house.post(&li, &path("resolve"), "").await;
    let say = |text: &str| ("li".to_owned(), StaffDeed::Say { text: text.to_owned() });
    let li_does = |deed| ("li".to_owned(), deed);
    assert_eq!(
        house.deeds().await,
        [
            li_does(StaffDeed::Claim),
            say("您好"),
            say("再见"),
            li_does(StaffDeed::HandBack),
            li_does(StaffDeed::Resolve)
        ]
    );
}

#[tokio::test]
async fn a_colleagues_conversation_is_taken_only_by_those_who_may_assign() {
    let house = House::new().await;
    let number = house.conversation("1", &[said("在吗"), owned(Owner::Staff, Some("wang"))]).await;
    let agent = house.member("li", Role::Agent, false).await;
    let supervisor = house.member("chen", Role::Supervisor, false).await;
    house.member("wang", Role::Agent, false).await;
    for what in ["claim", "reply", "hand-back", "resolve"] {
        let path = format!("/conversations/{number}/{what}");
        assert_eq!(house.post(&agent, &path, "words=x").await.status, StatusCode::FORBIDDEN, "{what}");
    }
    house.post(&supervisor, &format!("/conversations/{number}/claim"), "").await;
    house.post(&supervisor, &format!("/conversations/{number}/assign"), "staff=wang").await;
    let nobody = house.post(&supervisor, &format!("/conversations/{number}/assign"), "staff=nobody").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let claim = |staff: &str| (staff.to_owned(), StaffDeed::Claim);
    assert_eq!(house.deeds().await, [claim("chen"), claim("wang")]);
}

#[tokio::test]
async fn private_data_is_shown_only_after_a_reveal_that_is_on_record() {
    let house = House::new().await;
    let text = "我的电话13812345678，住文一西路969号3幢201室";
    let number = house.conversation("1", &[said(text), answered("好的，13812345678已登记")]).await;
    let agent = house.member("li", Role::Agent, false).await;
    let viewer = house.member("kan", Role::Viewer, false).await;
    let pages = ["", "/thread", "/context", "/print"];
    let is_shown = async |member: &Member| {
        let mut shown = false;
        for page in pages {
            let body = house.get(Some(member), &format!("/conversations/{number}{page}")).await.body;
            shown |= body.contains("13812345678") || body.contains("969号");
        }
        shown
    };
    assert!(!is_shown(&agent).await && !is_shown(&viewer).await);
    assert!(!house.get(Some(&agent), "/conversations").await.body.contains("13812345678"));
    let refused = house.post(&viewer, &format!("/conversations/{number}/reveal"), "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    house.post(&agent, &format!("/conversations/{number}/reveal"), "").await;
    assert!(is_shown(&agent).await && !is_shown(&viewer).await);
    let audit = house.store.audit(None, None, 100).await.unwrap();
    let object = format!("conversation {number}");
    let revealed = audit.iter().find(|entry| entry.deed == AuditDeed::Revealed).unwrap();
    assert_eq!((revealed.staff.as_str(), &revealed.object), ("li", &object));
    assert!(audit.iter().any(|entry| entry.deed == AuditDeed::Refused && entry.staff == "kan"));
    assert!(audit.iter().any(|entry| entry.deed == AuditDeed::Read && entry.staff == "kan"));
    assert!(audit.iter().all(|entry| !format!("{entry:?}").contains("1381234")));
    assert_eq!(house.store.verify_audit().await.unwrap().broken, None);
}

#[tokio::test]
async fn one_signs_in_with_a_password_and_out_again() {
    let house = House::new().await;
    let new = NewAccount { login: "li".parse().unwrap(), name: "李".into(), role: Role::Admin, own_only: false };
    let account = house.store.make_account(&new).await.unwrap().unwrap();
    let secret = house.store.invite(account).await.unwrap();
    let path = format!("/invitation/{secret}");
    assert!(house.get(None, &path).await.body.contains("type=\"password\""));
    let short = house.post_as(None, &path, "password=short&again=short".to_owned()).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = house.post_as(None, &path, "password=correct+horse&again=correct+horse".to_owned()).await;
    let cookie = set.cookie.unwrap();
    for part in ["__Host-xiaoer=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(house.get(None, &path).await.status, StatusCode::NOT_FOUND, "good once");
    let sign_in = |password: &str| format!("login=li&password={password}&next=%2Fsearch");
    assert_eq!(house.post_as(None, "/sign-in", sign_in("wrong")).await.status, StatusCode::UNAUTHORIZED);
    let right = house.post_as(None, "/sign-in", sign_in("correct+horse")).await;
    assert_eq!(right.location.as_deref(), Some("/search"));
    let cookie = right.cookie.unwrap().split(';').next().unwrap().to_owned();
    let member = Member { cookie, csrf: String::new() };
    let page = house.get(Some(&member), "/search").await;
    assert_eq!(page.status, StatusCode::OK);
    let csrf = page.body.split("data-csrf=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let member = Member { csrf, ..member };
    house.post(&member, "/sign-out", "").await;
    assert_eq!(house.get(Some(&member), "/search").await.location.as_deref(), Some("/sign-in"));
    for _ in 0..5 {
        house.post_as(None, "/sign-in", sign_in("wrong")).await;
    }
    let throttled = house.post_as(None, "/sign-in", sign_in("correct+horse")).await;
    assert_eq!(throttled.status, StatusCode::TOO_MANY_REQUESTS, "even with the right password");
    assert!(hash_password("correct horse").await.unwrap().starts_with("$argon2id$"));
}

#[tokio::test]
async fn pages_carry_no_script_and_addresses_no_private_data() {
    let house = House::new().await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}";
    let number = house.conversation("1", &[said(evil), answered(evil)]).await;
    house.store.add_note(&id("1"), 1, Timestamp::from_millis(1), "li", evil).await.unwrap();
    let member = house.member("li", Role::Admin, false).await;
    let found = house.post(&member, "/search", "words=%3Cscript%3E").await.location.unwrap();
    assert!(!found.contains("script"), "{found}");
    for path in [
        "/conversations".to_owned(),
        format!("/conversations/{number}"),
        format!("/conversations/{number}/print"),
        found,
    ] {
        let request = Request::get(&path).header(header::COOKIE, &member.cookie).body(Body::empty()).unwrap();
        let response = house.router.clone().oneshot(request).await.unwrap();
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let body = String::from_utf8(to_bytes(response.into_body(), 4 << 20).await.unwrap().to_vec()).unwrap();
        assert!(!body.contains("<script>alert") && !body.contains("<img src=x"), "{path}");
        let inline = body.matches("<script").count();
        assert_eq!(inline, body.matches("<script src=\"/assets/").count(), "{path}: only our own file");
        assert!(!body.contains(" style=\"") && !body.contains(" onclick="), "{path}");
    }
    let order = house.post(&member, "/conversations/find", "order=2026061600018231").await.location.unwrap();
    assert!(order.contains("order=") && !order.contains("2026061600018231"), "{order}");
    assert!(house.get(Some(&member), &order).await.body.contains("value=\"2026061600018231\""));
}

#[tokio::test]
async fn a_conversation_becomes_a_script_that_xiaoer_test_reads() {
    let house = House::new().await;
    let received = |content| Event::Received { key: String::new(), content, meaning: None, in_group: false };
    let staff = |deed| received(Content::Staff { staff: "li".to_owned(), deed });
    let events = [
        said("快递\"到哪\"了: #1\n第二行"),
        answered("在路上"),
        received(Content::Pressed { press: Press::Rate { stars: 5 }, label: "五星".to_owned() }),
        received(Content::Contact { phone: "13812345678".to_owned(), own: false }),
        received(Content::Photo { file: "p1".to_owned(), caption: Some("坏了".to_owned()) }),
        received(Content::Command { command: Command::Human }),
        owned(Owner::Waiting, None),
        received(Content::Unreadable { what: "sticker".to_owned() }),
        received(Content::StalePress),
        staff(StaffDeed::Claim),
        staff(StaffDeed::Say { text: "- 您好".to_owned() }),
        staff(StaffDeed::HandBack),
        staff(StaffDeed::Resolve),
    ];
    let number = house.conversation("1", &events).await;
    let agent = house.member("li", Role::Supervisor, false).await;
    let script = house.get(Some(&agent), &format!("/conversations/{number}/script")).await.body;
    assert!(script.contains("owner: waiting") && script.contains("press: { do: rate, label: \"五星\" }"), "{script}");
    assert!(script.contains("138****5678") && !script.contains("13812345678"), "{script}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversation.yml");
    // A masked number is no phone: who keeps such a step puts one of their own.
    std::fs::write(&file, script.replace("138****5678", "13800000000")).unwrap();
    let scripts = xiaoer::scripts::read(&[file]).unwrap_or_else(|errors| panic!("{errors:?}\n{script}"));
    assert_eq!(scripts.len(), 1);
}
