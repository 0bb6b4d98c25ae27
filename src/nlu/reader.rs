//! A message becomes its meaning: surface (normal form, words, entities), model (intents, mood), cues.
//! Leaves to others: each of these parts.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex::Regex;

use super::{Surface, aspects, cues, refine, stated};
use crate::domain::{Intent, Meaning, ScoredIntent};
use crate::inference::{Encoder, InferenceError};

/// How many intents the meaning lists.
const RANKED: usize = 5;
/// The least probability of a second wish.
const SECOND: f32 = 0.1;
/// How many characters of the turn before the model reads.
const PREVIOUS: usize = 60;

/// Reads messages; cheap to clone.
#[derive(Clone)]
pub struct Reader {
    /// Swapped when the shop's names have changed.
    surface: Arc<RwLock<Surface>>,
    encoder: Encoder,
}

/// What keeps a message from being understood.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The model.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

impl Reader {
    /// From its parts.
    pub fn new(surface: Surface, encoder: Encoder) -> Self {
        Reader { surface: Arc::new(RwLock::new(surface)), encoder }
    }

    /// The part that needs no model, as it is now.
    pub fn surface(&self) -> Surface {
        self.surface.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Knows other names of goods from the next message on, in every clone.
    pub fn relearn(&self, surface: Surface) {
        *self.surface.write().unwrap_or_else(PoisonError::into_inner) = surface;
    }

    /// The model.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The meaning of `text`, said after `previous` (the bot's last words), at `now`.
    pub async fn read(
        &self,
        text: &str,
        previous: Option<&str>,
        now: &jiff::ZonedDateTime,
    ) -> Result<Meaning, ReadError> {
        let read = self.surface().read(text, now);
        let previous: Option<String> = previous.map(|words| last_characters(words, PREVIOUS));
        let mut understood = self.encoder.understand(&read.normalized.text, previous.as_deref()).await?;
        refine(&read.normalized.text, &mut understood, &self.encoder.model().calibration);
        let ranked = understood.intents.iter().take(RANKED);
        let mut meaning = Meaning {
            ranked: ranked
                .map(|(intent, probability)| ScoredIntent { intent: *intent, probability: *probability })
                .collect(),
            intents: sure(understood.wishes, &understood.intents),
            emotion: understood.emotion,
            emotion_probability: understood.emotion_probability,
            out_of_scope: understood.out_of_scope,
            escalation: understood.escalation,
            cues: cues(&read.normalized.text),
            aspects: aspects(&read.normalized.text),
            stated: stated(text),
            normalized: read.normalized.text,
            words: read.words,
            entities: read.entities,
        };
        if is_nothing_but_entities(&meaning) {
            // Numbers and names alone are an answer or a reference, whatever the model makes of them.
            meaning.intents = vec![Intent::ProvideInfo];
        }
        if asks_for_orders(&meaning) {
            meaning.intents = vec![Intent::OrderStatus];
        }
        Ok(meaning)
    }
}

/// "我的订单", alone or beside a phone number: the name of the list is the wish, though it names nothing to be done.
fn asks_for_orders(meaning: &Meaning) -> bool {
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(我的|所有|全部)(订单|单子)(列表|记录|呢)?[。!?~]*$|^(看看|查一?下|查看|打开)?订单(列表|记录)?[。!?~]*$",
        )
        .expect("the pattern is fixed: this is a bug")
    });
    let vague = |intent| matches!(intent, Intent::ProvideInfo | Intent::Unclear | Intent::Affirm | Intent::PlaceOrder);
    meaning.main_intent().is_none_or(vague) && LIST.is_match(meaning.normalized.trim())
}

/// The wishes without those that are only possible beside the main one.
fn sure(wishes: Vec<Intent>, ranked: &[(Intent, f32)]) -> Vec<Intent> {
    let probability = |wish: &Intent| ranked.iter().find(|(intent, _)| intent == wish).map_or(0.0, |(_, p)| *p);
    let (main, others) = match wishes.split_first() {
        Some((main, others)) => (*main, others),
        None => return wishes,
    };
    std::iter::once(main).chain(others.iter().copied().filter(|wish| probability(wish) >= SECOND)).collect()
}

fn last_characters(text: &str, most: usize) -> String {
    let length = text.chars().count();
    text.chars().skip(length.saturating_sub(most)).collect()
}

fn is_nothing_but_entities(meaning: &Meaning) -> bool {
    let named: usize = meaning.entities.iter().map(|entity| entity.end - entity.start).sum();
    let letters = meaning.normalized.chars().filter(|letter| letter.is_alphanumeric()).count();
    named > 0 && named >= letters
}
