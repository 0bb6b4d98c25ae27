//! A shopper's chat with the whole engine over a mapped shop.

use std::sync::Arc;

use xiaoer::app::{Parts, relearn_names, shop_segmenter};
use xiaoer::config::Config;
use xiaoer::domain::{ChannelKind, Clock, Content, ConversationId, Inbound, Message, Press, Timestamp};
use xiaoer::engine::{Engine, TurnReport};
use xiaoer::shop::mapped::MappedShop;
use xiaoer::shop::sync::{SetAside, sync};
use xiaoer::shop::{Gateway, Shop, WriteRules};
use xiaoer::store::Store;

/// 2026-06-18 10:00 in Shanghai.
pub const NOW: Timestamp = Timestamp::from_millis(1_781_748_000_000);

pub struct Chat {
    pub engine: Engine,
    pub clock: Clock,
    conversation: ConversationId,
    count: u32,
    pub last: TurnReport,
}

impl Chat {
    /// A stranger writes to the shop for the first time.
    pub async fn begin(shop: MappedShop) -> Chat {
        let config =
            Config { demo: false, recommender: std::env::temp_dir().join("xiaoer-none.bin"), ..Config::default() };
        static PARTS: tokio::sync::OnceCell<Parts> = tokio::sync::OnceCell::const_new();
        let parts = PARTS.get_or_init(|| async { Parts::open(&config).expect("the parts") }).await;
        let store = Store::memory().await.expect("a store");
        let clock = Clock::standing_at(NOW);
        let mut engine = parts.engine(store.clone(), clock.clone()).await.expect("an engine");
        let pool = store.pool().expect("SQLite").clone();
        let own = Shop::over(pool, shop_segmenter()).await.expect("our side");
        let mut set_aside = SetAside::into(&std::env::temp_dir().join("xiaoer-test-set-aside.csv"));
        // A shop that is away now is read another time.
        if sync(&shop, &own, &mut set_aside, NOW, &|_, _| {}).await.is_err() {
            println!("the shop cannot be read now");
        }
        engine.services.shop = Gateway::mapped(own, shop);
        relearn_names(&engine).await.expect("the names of the goods");
        engine.rules = Arc::new(WriteRules { orders_elsewhere: true, ..WriteRules::default() });
        let conversation = ConversationId::new(ChannelKind::Script, "mapped");
        Chat { engine, clock, conversation, count: 0, last: TurnReport::default() }
    }

    /// The customer of that phone writes, who proved it earlier.
    pub async fn known(shop: MappedShop, phone: &str) -> Chat {
        let chat = Chat::begin(shop).await;
        let (gateway, phone) = (&chat.engine.services.shop, phone.parse().expect("a phone"));
        let proof = gateway.verify_by_contact(&chat.conversation, &phone, NOW).await.expect("an answer").verified();
        gateway.bind(&chat.conversation, &proof.expect("the owner")).await.expect("bound");
        chat
    }

    /// Writes, and gives all that is answered, with the buttons, as one text.
    pub async fn say(&mut self, text: &str) -> String {
        self.receive(Content::Text { text: text.to_owned() }).await
    }

    /// Presses the button whose label holds `label`.
    pub async fn press(&mut self, label: &str) -> String {
        let buttons = self.last.messages.iter().flat_map(|message| message.buttons.iter().flatten());
        let found: Option<(String, Press)> = buttons
            .filter(|button| button.label.contains(label))
            .map(|button| (button.label.clone(), button.press.clone()))
            .next();
        let Some((label, press)) = found else { panic!("no button {label} in {:#?}", self.last.messages) };
        self.receive(Content::Pressed { press, label }).await
    }

    async fn receive(&mut self, content: Content) -> String {
        self.count += 1;
        let inbound = Inbound {
            key: format!("mapped/{}", self.count),
            conversation: self.conversation.clone(),
            at: self.clock.now(),
            in_group: false,
            content,
        };
        self.engine.store.receive(&inbound).await.expect("received");
        self.last = self.engine.turn(&inbound).await.expect("a turn");
        self.clock.advance_seconds(20);
        let labels = |message: &Message| {
            message.buttons.iter().flatten().map(|button| format!("\n[{}]", button.label)).collect::<String>()
        };
        let texts: Vec<String> =
            self.last.messages.iter().map(|message| format!("{}{}", message.text, labels(message))).collect();
        texts.join("\n")
    }
}

/// Fails, with the whole text, unless it holds every part.
#[track_caller]
pub fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}
