//! A message becomes its meaning: surface (normal form, words, entities), model (intents, mood), cues, plain words; where
//! several clauses wish something, each becomes a meaning of its own. Leaves to others: each of these parts.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex::Regex;

use super::clauses::clauses;
use super::danger::speaks_of_danger;
use super::language::language;
use super::phrases::{says_nothing, wish_in};
use super::surface::Read;
use super::{Surface, aspects, cues, refine, stated};
use crate::domain::{Aspect, Cue, EntityKind, Intent, Meaning, ScoredIntent, Slot};
use crate::inference::{Encoder, InferenceError, Understanding};

/// How many intents the meaning lists.
const RANKED: usize = 5;
/// The least probability of a second wish.
const SECOND: f32 = 0.2;
/// How many characters of the turn before the model reads.
const PREVIOUS: usize = 60;

/// How many clauses of a message are read by themselves, and how many wishes are taken from them.
const CLAUSES: usize = 6;
const MOST_PARTS: usize = 3;
/// From this probability on the model's main wish stands against plain words.
const TRUSTED: f32 = 0.9;
/// From this probability on a clause wishes what another sign speaks for too, and from this one on by itself.
const LIKELY: f32 = 0.5;
const CERTAIN: f32 = 0.8;
/// Letters of a message that is too short to tell of an accident without a word for it.
const SHORT: usize = 5;
/// The most that a harmless message counts as an emergency.
const CALM: f32 = 0.2;

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
        let mut meaning = meaning_of(text, read, &understood);
        hear_plain_words(&mut meaning, &understood);
        meaning.parts = self.parts(&meaning, now).await?;
        if !meaning.parts.is_empty() {
            meaning.intents = meaning.parts.iter().filter_map(Meaning::main_intent).collect();
        }
        Ok(meaning)
    }

    /// The clauses that wish something by themselves, each with what belongs to it, where there are several.
    async fn parts(&self, whole: &Meaning, now: &jiff::ZonedDateTime) -> Result<Vec<Meaning>, ReadError> {
        let clauses = clauses(&whole.normalized);
        let begins_anew = clauses.iter().any(|clause| clause.begins_anew);
        let several = begins_anew || whole.intents.len() > 1;
        if clauses.len() < 2 || clauses.len() > CLAUSES || !several {
            return Ok(Vec::new());
        }
        let pending = clauses.iter().map(|clause| self.encoder.understand(clause.text, None));
        let understood = futures::future::try_join_all(pending).await?;
        // (where it begins, what it wishes); what wishes nothing belongs to the clause before it.
        let mut wishes: Vec<(usize, Intent)> = Vec::new();
        for (clause, understood) in clauses.iter().zip(&understood) {
            let wish = wish_in(clause.text).or_else(|| {
                let (intent, probability) = understood.intents.first().copied()?;
                let least = if begins_anew || whole.has(intent) { LIKELY } else { CERTAIN };
                (probability >= least && is_business(intent)).then_some(intent)
            });
            match wish {
                Some(wish) if wishes.last().is_none_or(|(_, last)| *last != wish) => wishes.push((clause.start, wish)),
                _ => {}
            }
        }
        if wishes.len() < 2 || wishes.len() > MOST_PARTS {
            return Ok(Vec::new());
        }
        wishes[0].0 = 0;
        let surface = self.surface();
        let ends = wishes.iter().skip(1).map(|(start, _)| *start).chain([whole.normalized.len()]);
        let parts = wishes.iter().zip(ends).map(|((start, wish), end)| {
            let text = &whole.normalized[*start..end];
            let read = surface.read(text, now);
            Meaning {
                cues: cues(&read.normalized.text),
                aspects: aspects(&read.normalized.text),
                stated: stated(text),
                normalized: read.normalized.text,
                words: read.words,
                entities: read.entities,
                intents: vec![*wish],
                ..whole.clone()
            }
        });
        Ok(parts.collect())
    }
}

fn meaning_of(text: &str, read: Read, understood: &Understanding) -> Meaning {
    let ranked = understood.intents.iter().take(RANKED);
    Meaning {
        ranked: ranked
            .map(|(intent, probability)| ScoredIntent { intent: *intent, probability: *probability })
            .collect(),
        intents: sure(understood.wishes.clone(), &understood.intents),
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
        language: language(text),
        parts: Vec::new(),
    }
}

/// Puts what the words say beyond doubt before what the model made of them.
fn hear_plain_words(meaning: &mut Meaning, understood: &Understanding) {
    if is_nothing_but_entities(meaning) {
        // Numbers and names alone are an answer or a reference, whatever the model makes of them.
        meaning.intents = vec![Intent::ProvideInfo];
    }
    if asks_for_orders(meaning) {
        meaning.intents = vec![Intent::OrderStatus];
    }
    if says_nothing(&meaning.normalized) {
        meaning.intents = vec![Intent::Unclear];
    }
    let certain = |meaning: &Meaning| {
        meaning.ranked.first().is_some_and(|first| is_business(first.intent) && first.probability >= TRUSTED)
    };
    if meaning.names(Aspect::Help) && !certain(meaning) {
        // What the bot can do is told as at the first greeting.
        meaning.intents = vec![Intent::Greeting];
    }
    if meaning.signals(Cue::WhetherBot) {
        // Asked what it is, it says so; a person is offered and not called.
        meaning.intents = vec![Intent::Chitchat];
    }
    let danger = speaks_of_danger(&meaning.normalized) || meaning.has(Intent::HumanAgent);
    if !speaks_of_danger(&meaning.normalized) {
        if meaning.telling_letters() <= SHORT {
            // So few letters without a word of harm in them tell of none: "我要投诉".
            meaning.escalation = meaning.escalation.min(CALM);
        }
        // "我要投诉" is no lawsuit: a threat or an accident in plain words, or else quite surely.
        let sure = |intent: &Intent| {
            understood.intents.iter().any(|(other, probability)| other == intent && *probability >= LIKELY)
        };
        meaning
            .intents
            .retain(|intent| !matches!(intent, Intent::SafetyIncident | Intent::EscalationThreat) || sure(intent));
    }
    if let Some(wish) = wish_in(&meaning.normalized).filter(|_| !danger) {
        let first = understood.intents.first().copied();
        let model_is_sure = first.is_some_and(|(intent, probability)| {
            meaning.main_intent() == Some(intent) && is_business(intent) && probability >= TRUSTED
        });
        if !model_is_sure && meaning.main_intent() != Some(wish) {
            let others = std::mem::take(&mut meaning.intents);
            let probable = |intent: &Intent| {
                understood.intents.iter().any(|(other, probability)| other == intent && *probability >= LIKELY)
            };
            let others = others.into_iter().filter(|other| *other != wish && is_business(*other) && probable(other));
            meaning.intents = std::iter::once(wish).chain(others).collect();
            // A plain wish without a word of harm in it is no emergency.
            meaning.escalation = meaning.escalation.min(CALM);
        }
    }
    let acts = |intent: &Intent| {
        matches!(intent, Intent::CancelOrder | Intent::RefundRequest | Intent::ReturnGoods | Intent::UrgeShipping)
    };
    if meaning.signals(Cue::Threat) && !danger && meaning.intents.iter().any(acts) {
        // Threatened and not asked for: where the order stands, with what can be done about it.
        meaning.intents = vec![Intent::OrderStatus];
    }
    let names_goods = meaning.entity(EntityKind::Product).is_some();
    let off_topic = matches!(
        meaning.main_intent(),
        None | Some(Intent::OutOfScope | Intent::Chitchat | Intent::Unclear | Intent::MerchantService)
    );
    let asks = meaning.stated.iter().any(|(slot, _)| *slot == Slot::Attribute);
    if names_goods && off_topic && asks && !danger {
        // Who names the shop's goods and one of their properties asks for that.
        meaning.intents = vec![Intent::ProductQuestion];
    }
}

/// Whether the intent is something to be done or told, and neither small talk nor a call for a person.
fn is_business(intent: Intent) -> bool {
    !intent.is_small_talk()
        && !matches!(
            intent,
            Intent::OutOfScope
                | Intent::Abuse
                | Intent::Complaint
                | Intent::SafetyIncident
                | Intent::EscalationThreat
                | Intent::HumanAgent
        )
}

/// "我的订单", alone or beside a phone number: the name of the list is the wish, though it names nothing to be done.
fn asks_for_orders(meaning: &Meaning) -> bool {
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(我的|所有|全部)(订单|单子)(列表|记录|呢)?[。!?~]*$|我(都|之前|以前)?(买|下|拍|订)(过|了)(啥|什么|哪些|些什么)|^(看看|查一?下|查看|打开)?订单(列表|记录)?[。!?~]*$",
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
