//! A conversation over the small demo shop without the model: what a message wishes is given, everything else (words,
//! entities, policies, actions, writes, wordings) is real.

use std::sync::{Arc, LazyLock};

use xiaoer::actions::{self, Context, Services};
use xiaoer::dialogue::{Tracker, decide, interpret};
use xiaoer::domain::{
    ChannelKind, Content, ConversationId, Emotion, Event, Intent, Meaning, Message, Owner, Press, ReplyKey, StaffDeed,
    StoredEvent, Timestamp,
};
use xiaoer::nlg::faq::Faq;
use xiaoer::nlg::{Catalog, Renderer};
use xiaoer::nlu::{Catalogue, CatalogueName, CatalogueProduct, Segmenter, Surface, aspects, cues, stated};
use xiaoer::shop::demo::{DEMO_PHONE, DEMO_SEED, DEMO_TODAY, DemoSize};
use xiaoer::shop::policy::Policy;
use xiaoer::shop::{self, Effect, Gateway, Refused, Shop, VerifiedCustomer, WriteRules};

/// The demo shop, made once: a copy is faster than a new one.
static DEMO: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();

async fn demo() -> &'static [u8] {
    let make = || async {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("demo.db");
        let shop = Shop::open(&file, segmenter()).await.expect("a shop");
        shop.fill_with_demo(DEMO_SEED, DemoSize::SMALL).await.expect("the demo");
        // Closing moves what is in the log into the file.
        shop.pool().close().await;
        std::fs::read(&file).expect("the shop's file")
    };
    DEMO.get_or_init(make).await
}

fn segmenter() -> shop::Segmenter {
    shop::Segmenter::new(|text| WORDS.words(text).into_iter().map(str::to_owned).collect())
}

static WORDS: LazyLock<Arc<Segmenter>> = LazyLock::new(|| Arc::new(Segmenter::new(&Catalogue::default())));

/// One conversation with the demo's own shopper.
pub struct Talk {
    pub services: Services,
    pub tracker: Tracker,
    pub now: Timestamp,
    /// What was said in answer to the last arrival.
    pub messages: Vec<Message>,
    /// What the last arrival changed in the shop.
    pub effects: Vec<Effect>,
    log: Vec<StoredEvent>,
    surface: Surface,
    renderer: Renderer,
    conversation: ConversationId,
    customer: Option<VerifiedCustomer>,
    _folder: tempfile::TempDir,
}

impl Talk {
    /// The shopper is known already.
    pub async fn begin() -> Talk {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("shop.db");
        std::fs::write(&file, demo().await).expect("the demo's copy");
        let shop = Shop::open(&file, segmenter()).await.expect("a shop");
        let names = shop.catalogue().await.expect("the names");
        let catalogue = Catalogue {
            products: names
                .products
                .into_iter()
                .map(|product| CatalogueProduct {
                    id: Some(product.id),
                    title: product.title,
                    brand: product.brand,
                    category: product.category,
                    ..CatalogueProduct::default()
                })
                .collect(),
            brands: names.brands.iter().map(|name| CatalogueName::from(name.as_str())).collect(),
            categories: names.categories.iter().map(|name| CatalogueName::from(name.as_str())).collect(),
            colours: names.colours,
            sizes: names.sizes,
        };
        let conversation = ConversationId::new(ChannelKind::Script, "talk");
        let phone = DEMO_PHONE.parse().expect("a phone");
        let customer = shop.verify_by_contact(&conversation, &phone, DEMO_TODAY).await.expect("an answer").verified();
        let words = |text: &str| WORDS.words(text).into_iter().map(str::to_owned).collect();
        Talk {
            services: Services {
                shop: Gateway::embedded(shop),
                policy: Arc::new(Policy::embedded()),
                faq: Arc::new(Faq::embedded(&words)),
                recommender: None,
                purchase_intent: None,
                zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
            },
            tracker: Tracker::default(),
            now: DEMO_TODAY,
            messages: Vec::new(),
            effects: Vec::new(),
            log: Vec::new(),
            surface: Surface::new(&catalogue),
            renderer: Renderer::new(Catalog::embedded().expect("the wordings")).expect("the templates"),
            conversation,
            customer,
            _folder: folder,
        }
    }

    /// Another customer of the shop, known by their phone.
    pub async fn begin_as(phone: &str) -> Talk {
        let mut talk = Talk::begin().await;
        let phone = phone.parse().expect("a phone");
        let (shop, conversation) = (&talk.services.shop, &talk.conversation);
        talk.customer = shop.verify_by_contact(conversation, &phone, DEMO_TODAY).await.expect("an answer").verified();
        talk
    }

    /// A person of the staff does something.
    pub async fn staff(&mut self, deed: StaffDeed) -> &mut Self {
        self.arrive(Content::Staff { staff: "anna".to_owned(), deed }, None).await
    }

    /// Somebody shares a contact.
    pub async fn contact(&mut self, phone: &str, own: bool) -> &mut Self {
        self.arrive(Content::Contact { phone: phone.to_owned(), own }, None).await
    }

    /// Time passes.
    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.plus_seconds(seconds);
        self
    }

    /// Nobody knows the shopper.
    pub async fn begin_as_stranger() -> Talk {
        Talk { customer: None, ..Talk::begin().await }
    }

    /// The shopper says something that wishes this.
    pub async fn say(&mut self, text: &str, intents: &[Intent]) -> &mut Self {
        let read = self.surface.read(text, &self.now.zoned(&self.services.zone));
        let meaning = Meaning {
            words: read.words,
            entities: read.entities,
            ranked: Vec::new(),
            intents: intents.to_vec(),
            emotion: Emotion::Neutral,
            emotion_probability: 1.0,
            out_of_scope: 0.0,
            escalation: 0.0,
            cues: cues(&read.normalized.text),
            aspects: aspects(&read.normalized.text),
            stated: stated(text),
            language: None,
            parts: Vec::new(),
            normalized: read.normalized.text,
        };
        self.arrive(Content::Text { text: text.to_owned() }, Some(meaning)).await
    }

    /// The shopper sends a photo.
    pub async fn photo(&mut self) -> &mut Self {
        self.arrive(Content::Photo { file: "photo-1".to_owned(), caption: None }, None).await
    }

    /// The shopper presses the button whose label begins so.
    pub async fn press(&mut self, label: &str) -> &mut Self {
        let buttons = self.messages.iter().flat_map(|message| message.buttons.iter().flatten());
        let found = buttons.clone().find(|button| button.label.starts_with(label));
        let found = found.unwrap_or_else(|| {
            panic!("no button {label:?} among {:?}", buttons.map(|button| button.label.clone()).collect::<Vec<_>>())
        });
        let (press, label) = (found.press.clone(), found.label.clone());
        self.push(press, &label).await
    }

    /// A button is pressed, perhaps one of long ago.
    pub async fn push(&mut self, press: Press, label: &str) -> &mut Self {
        self.arrive(Content::Pressed { press, label: label.to_owned() }, None).await
    }

    /// The wordings of the last answer.
    pub fn keys(&self) -> Vec<ReplyKey> {
        self.messages.iter().filter_map(|message| message.key).collect()
    }

    /// The words of the last answer.
    pub fn text(&self) -> String {
        self.messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The last answer used this wording.
    #[track_caller]
    pub fn hears(&mut self, key: ReplyKey) -> &mut Self {
        assert!(self.keys().contains(&key), "expected {key}, heard {:?}: {}", self.keys(), self.text());
        self
    }

    /// The last answer holds these words.
    #[track_caller]
    pub fn reads(&mut self, words: &str) -> &mut Self {
        assert!(self.text().contains(words), "expected {words:?} in {}", self.text());
        self
    }

    /// The last arrival changed nothing in the shop.
    #[track_caller]
    pub fn unchanged(&mut self) -> &mut Self {
        assert_eq!(self.effects, [], "{}", self.text());
        self
    }

    /// The last arrival changed something in the shop.
    #[track_caller]
    pub fn changed(&mut self) -> &mut Self {
        assert_eq!(self.effects.len(), 1, "{:?}: {}", self.keys(), self.text());
        self
    }

    /// One figure of the shop's database.
    pub async fn figure(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.services.shop.own().pool()).await.expect("a figure")
    }

    /// One text of the shop's database.
    pub async fn words(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(self.services.shop.own().pool()).await.expect("a text")
    }

    /// Makes the shop's facts other than they are.
    pub async fn fact(&mut self, sql: &'static str) -> &mut Self {
        sqlx::query(sql).execute(self.services.shop.own().pool()).await.expect("a fact");
        self
    }

    /// The person who speaks now.
    pub fn owner(&self) -> Owner {
        self.tracker.owner
    }

    async fn arrive(&mut self, content: Content, meaning: Option<Meaning>) -> &mut Self {
        let mut refused = None;
        self.now = self.now.plus_seconds(30);
        for _ in 0..3 {
            match self.turn(content.clone(), meaning.clone(), refused.as_ref()).await {
                Ok(()) => {
                    assert_eq!(Tracker::replay(&self.log), self.tracker, "a replay rebuilds the state");
                    let by_staff = matches!(content, Content::Staff { .. });
                    let answered = !self.messages.is_empty() || self.tracker.owner != Owner::Bot || by_staff;
                    assert!(answered, "silence after {content:?}");
                    return self;
                }
                Err(reason) => refused = Some(reason),
            }
        }
        panic!("the shop refused every attempt at {content:?}: {refused:?}");
    }

    async fn turn(
        &mut self,
        content: Content,
        meaning: Option<Meaning>,
        refused: Option<&Refused>,
    ) -> Result<(), Refused> {
        let received =
            Event::Received { key: "k".to_owned(), content, meaning: meaning.map(Box::new), in_group: false };
        let mut tracker = self.tracker.clone();
        let mut log = Vec::new();
        let mut learn = |tracker: &mut Tracker, events: Vec<Event>| {
            for event in events {
                tracker.apply(&event, self.now);
                log.push(StoredEvent { sequence: tracker.sequence, at: self.now, event });
            }
        };
        let events = interpret(&tracker, received, self.now);
        learn(&mut tracker, events);
        let (mut replies, mut writes, mut again) = (Vec::new(), Vec::new(), Vec::<Message>::new());
        for _ in 0..8 {
            let Some(decision) = decide(&tracker) else { break };
            let context = Context {
                services: &self.services,
                tracker: &tracker,
                conversation: &self.conversation,
                customer: self.customer,
                now: self.now,
                refused,
                waiting: 0,
            };
            let outcome = actions::run(decision.action, &context).await.expect("the shop answers");
            learn(&mut tracker, vec![Event::ActionRan { action: decision.action, policy: decision.policy }]);
            let stands_still = outcome.events.is_empty();
            // What was said again is sent again as it was.
            for event in &outcome.events {
                if let Event::Replied { messages } = event {
                    again.extend(messages.iter().cloned());
                }
            }
            let events = outcome.events.into_iter().filter(|event| !matches!(event, Event::Replied { .. })).collect();
            learn(&mut tracker, events);
            replies.extend(outcome.replies);
            writes.extend(outcome.writes);
            if stands_still {
                break;
            }
        }
        let mut effects = Vec::new();
        for write in writes {
            let applied = self.services.shop.own().apply(&write.change, &WriteRules::default(), self.now).await;
            let applied = applied.expect("the shop answers")?;
            replies.extend(write.done.map(|reply| reply.with("effect", &applied.effect)));
            effects.push(applied.effect);
        }
        let turn = tracker.turns;
        let rendered = replies.iter().map(|reply| self.renderer.render(reply, &self.conversation, turn));
        self.messages = again.into_iter().chain(rendered).collect();
        for message in &self.messages {
            let left = ["{{", "{%", "undefined", "none", "None"].iter().find(|mark| message.text.contains(**mark));
            assert_eq!(left, None, "{:?}: {}", message.key, message.text);
        }
        if !self.messages.is_empty() {
            learn(&mut tracker, vec![Event::Replied { messages: self.messages.clone() }]);
        }
        self.effects = effects;
        self.log.extend(log);
        self.tracker = tracker;
        Ok(())
    }
}
