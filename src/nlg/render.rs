//! Fills a wording with a reply's figures. The choice among several wordings follows from the conversation and the
//! turn, so that a replay says the same. Leaves to others: where the figures come from (`actions`).

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use sha2::{Digest, Sha256};

use super::traditional::traditional;
use super::{Catalog, CatalogError};
use crate::domain::{Button, ConversationId, Language, Message, MessageButton, Reply, ReplyKey};

/// Renders replies; cheap to clone.
#[derive(Debug, Clone)]
pub struct Renderer {
    chinese: Arc<Wordings>,
    english: Arc<Wordings>,
}

/// The wordings of one language, compiled.
#[derive(Debug)]
struct Wordings {
    environment: Environment<'static>,
    catalog: Catalog,
}

impl Renderer {
    /// Compiles every wording; a faulty template is refused here and not in front of a shopper.
    pub fn new(catalog: Catalog) -> Result<Self, CatalogError> {
        Ok(Renderer {
            chinese: Arc::new(Wordings::compile(catalog)?),
            english: Arc::new(Wordings::compile(Catalog::english()?)?),
        })
    }

    /// The words of a reply in the `turn`-th turn of a conversation, in simplified Chinese.
    pub fn render(&self, reply: &Reply, conversation: &ConversationId, turn: u32) -> Message {
        self.render_in(Language::Simplified, reply, conversation, turn)
    }

    /// The same in a language; what has no English words is said in Chinese.
    pub fn render_in(&self, language: Language, reply: &Reply, conversation: &ConversationId, turn: u32) -> Message {
        let label = |button: &Button| MessageButton {
            label: self.fill(language, button.key, |_| 0, &button.values),
            press: button.press.clone(),
        };
        let buttons = reply.buttons.iter().map(|row| row.iter().map(label).collect()).collect();
        Message {
            key: Some(reply.key),
            text: self.fill(language, reply.key, |count| choose(conversation, reply.key, turn, count), &reply.values),
            buttons,
            image: reply.image.clone(),
            asks_contact: reply.asks_contact,
        }
    }

    fn fill(
        &self,
        language: Language,
        key: ReplyKey,
        choose: impl Fn(usize) -> usize,
        values: &serde_json::Map<String, serde_json::Value>,
    ) -> String {
        match language {
            Language::English if self.english.catalog.variants(key) > 0 => self.english.fill(key, choose, values),
            Language::Traditional => traditional(&self.chinese.fill(key, choose, values)),
            Language::English | Language::Simplified => self.chinese.fill(key, choose, values),
        }
    }
}

impl Wordings {
    fn compile(catalog: Catalog) -> Result<Self, CatalogError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        // A line that holds only a block tag leaves no empty line behind.
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(
            |error| CatalogError::Malformed { file: "the template syntax".to_owned(), message: error.to_string() },
        )?);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let names = catalog.names.clone();
        environment.add_filter("name", move |member: String, set: String| {
            names.get(&format!("{set}.{member}")).cloned().unwrap_or(member)
        });
        environment.add_filter("yuan", |cents: i64| crate::domain::Money::from_cents(cents).to_string());
        for (key, variants) in &catalog.wordings {
            for (index, text) in variants.iter().enumerate() {
                environment
                    .add_template_owned(template_name(*key, index), text.trim().to_owned())
                    .map_err(|error| CatalogError::Template { key: *key, message: error.to_string() })?;
            }
        }
        Ok(Wordings { environment, catalog })
    }

    fn fill(
        &self,
        key: ReplyKey,
        choose: impl Fn(usize) -> usize,
        values: &serde_json::Map<String, serde_json::Value>,
    ) -> String {
        let index = choose(self.catalog.variants(key));
        let rendered = self
            .environment
            .get_template(&template_name(key, index))
            .and_then(|template| template.render(Serde(values)));
        match rendered {
            Ok(text) => text,
            Err(error) => {
                // A wording that fails on these figures: say it with the first wording, without them, rather than stop.
                tracing::error!(key = key.as_str(), kind = ?error.kind(), "a wording cannot be rendered");
                self.catalog.wordings.get(&key).map(|texts| texts[0].clone()).unwrap_or_default()
            }
        }
    }
}

fn template_name(key: ReplyKey, index: usize) -> String {
    format!("{key}/{index}")
}

/// Which of `count` wordings: fixed by conversation, key and turn, and never the one of the turn before.
fn choose(conversation: &ConversationId, key: ReplyKey, turn: u32, count: usize) -> usize {
    if count <= 1 {
        return 0;
    }
    let digest = Sha256::digest(format!("{conversation}/{key}"));
    let start = usize::from(digest[0]);
    let turn = usize::try_from(turn).unwrap_or(0);
    (start + turn) % count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ChannelKind;

    #[test]
    fn every_key_has_a_wording_that_compiles() {
        Renderer::new(Catalog::embedded().expect("the prompts are complete")).expect("the prompts are templates");
    }

    #[test]
    fn replies_are_said_in_the_language_of_the_shopper() {
        let renderer = Renderer::new(Catalog::embedded().expect("the prompts")).expect("the templates");
        let conversation = ConversationId::new(ChannelKind::Script, "1");
        let reply = Reply::new(ReplyKey::OrderChoose).with_row([Button::new(
            ReplyKey::LabelYes,
            crate::domain::Press::Wish { intent: crate::domain::Intent::Logistics },
        )]);
        let said = |language| renderer.render_in(language, &reply, &conversation, 0);
        assert_eq!(said(Language::English).text, "Which order do you mean?");
        assert_eq!(said(Language::English).buttons[0][0].label, "Confirm");
        assert_eq!(said(Language::Traditional).buttons[0][0].label, "確認");
        assert_eq!(said(Language::Simplified), renderer.render(&reply, &conversation, 0));
        let only_chinese = Reply::new(ReplyKey::SizeAsk);
        let chinese = renderer.render(&only_chinese, &conversation, 0).text;
        assert_eq!(renderer.render_in(Language::English, &only_chinese, &conversation, 0).text, chinese);
    }

    #[test]
    fn wordings_change_from_turn_to_turn_and_are_the_same_in_a_replay() {
        let conversation = ConversationId::new(ChannelKind::Script, "1");
        for count in [2, 3, 5] {
            let key = ReplyKey::GreetingHello;
            let first: Vec<usize> = (0..10).map(|turn| choose(&conversation, key, turn, count)).collect();
            let again: Vec<usize> = (0..10).map(|turn| choose(&conversation, key, turn, count)).collect();
            assert_eq!(first, again);
            assert!(first.windows(2).all(|pair| pair[0] != pair[1]), "{first:?}");
        }
    }
}
