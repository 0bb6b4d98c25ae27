//! Corrections as rows of the understanding's training data: text, intents (main first), emotion. Private data is
//! masked before it leaves. Leaves to others: training with them (`training`).

use std::collections::BTreeMap;

use super::ConsoleError;
use super::masking::Masker;
use crate::domain::{ConversationId, Event};
use crate::store::Store;
use crate::store::console::CorrectionField;

/// One row with what was understood before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Row {
    pub number: i64,
    pub sequence: i64,
    pub text: String,
    /// As it should have been.
    pub intents: String,
    pub emotion: String,
    /// As it was.
    pub understood: String,
    pub understood_emotion: String,
    pub staff: String,
}

/// The rows of all corrections that hold, in order of conversation and message.
pub(super) async fn rows(store: &Store) -> Result<Vec<Row>, ConsoleError> {
    let mut places: BTreeMap<(ConversationId, i64), BTreeMap<CorrectionField, (String, String)>> = BTreeMap::new();
    for correction in store.corrections(None).await? {
        let place = places.entry((correction.conversation, correction.sequence)).or_default();
        place.insert(correction.field, (correction.value, correction.staff));
    }
    let mut rows = Vec::new();
    for ((conversation, sequence), fields) in places {
        let intents = fields.get(&CorrectionField::Intents);
        let emotion = fields.get(&CorrectionField::Emotion);
        let Some((_, staff)) = intents.or(emotion) else { continue };
        let events = store.events_after(&conversation, sequence - 1).await?;
        let Some(Event::Received { content, meaning: Some(meaning), .. }) = events.first().map(|stored| &stored.event)
        else {
            continue;
        };
        let words = match content {
            crate::domain::Content::Text { text } => text.as_str(),
            crate::domain::Content::Photo { caption: Some(text), .. } => text.as_str(),
            _ => continue,
        };
        let masker = Masker::of(&events[..1], None);
        let understood: Vec<&str> = meaning.intents.iter().map(|intent| intent.as_str()).collect();
        let understood = if understood.is_empty() { "unclear".to_owned() } else { understood.join("|") };
        rows.push(Row {
            number: store.number_of(&conversation).await?.unwrap_or(0),
            sequence,
            text: masker.mask(words).replace(['\t', '\n', '\r'], " "),
            intents: intents.map_or_else(|| understood.clone(), |(value, _)| value.clone()),
            emotion: emotion.map_or_else(|| meaning.emotion.to_string(), |(value, _)| value.clone()),
            understood,
            understood_emotion: meaning.emotion.to_string(),
            staff: staff.clone(),
        });
    }
    Ok(rows)
}

/// The rows as the training data's file.
pub(super) fn tsv(rows: &[Row]) -> String {
    let mut text = "text\tintents\temotion\n".to_owned();
    for row in rows {
        text.push_str(&format!("{}\t{}\t{}\n", row.text, row.intents, row.emotion));
    }
    text
}
