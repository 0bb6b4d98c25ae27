//! Figures of a model on labelled messages, as `../shared/nlu/README.md` defines them. Leaves to others: printing
//! (`report`).

use super::messages::Message;
use crate::domain::{Emotion, Intent};
use crate::inference::{Model, Understanding};
use crate::nlu::refine;

/// Messages understood in one pass.
const BATCH: usize = 32;

/// The main figures.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Figures {
    /// Messages measured.
    pub rows: usize,
    /// First intent among the accepted ones.
    pub accepted: f64,
    /// First intent the main label, over messages on which two readers agreed.
    pub strict: f64,
    /// How many of those there are.
    pub strict_rows: usize,
    /// Mean F1 over intents that are the main label of five messages or more.
    pub macro_f1: f64,
    /// Emotion among the accepted ones.
    pub emotion_accuracy: f64,
    /// F1 of negative and angry against the rest.
    pub low_emotion_f1: f64,
    /// Expected calibration error of the first intent's probability, ten bins.
    pub calibration_error: f64,
}

impl Figures {
    /// One line for a log.
    pub fn line(&self) -> String {
        format!(
            "{} rows: accepted {:.4}, strict {:.4}, macro-F1 {:.4}, emotion {:.4}, low emotion F1 {:.4}, ECE {:.4}",
            self.rows,
            self.accepted,
            self.strict,
            self.macro_f1,
            self.emotion_accuracy,
            self.low_emotion_f1,
            self.calibration_error
        )
    }
}

/// Understands all messages, with the turn before each and the plain words beside.
pub fn understand_all(model: &Model, messages: &[Message]) -> Vec<Understanding> {
    let pairs: Vec<(&str, Option<&str>)> =
        messages.iter().map(|message| (message.text.as_str(), message.before.as_deref())).collect();
    let mut understood: Vec<Understanding> = pairs.chunks(BATCH).flat_map(|chunk| model.understand(chunk)).collect();
    for (understanding, message) in understood.iter_mut().zip(messages) {
        refine(&message.text, understanding, &model.calibration);
    }
    understood
}

/// One prediction, whoever made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The first intent.
    pub intent: Intent,
    /// Its probability.
    pub probability: f32,
    /// The emotion, if it was predicted.
    pub emotion: Option<Emotion>,
}

/// The first intent and the emotion of an understanding.
pub fn prediction(understanding: &Understanding) -> Prediction {
    let (intent, probability) = understanding.intents.first().copied().unwrap_or((Intent::Unclear, 0.0));
    Prediction { intent, probability, emotion: Some(understanding.emotion) }
}

/// Measures a model on messages with intents.
pub fn measure(model: &Model, messages: &[Message]) -> Figures {
    let predictions: Vec<Prediction> = understand_all(model, messages).iter().map(prediction).collect();
    figures(messages, &predictions)
}

/// The figures of predictions.
pub fn figures(messages: &[Message], predictions: &[Prediction]) -> Figures {
    let rows: Vec<(&Message, &Prediction)> =
        messages.iter().zip(predictions).filter(|(message, _)| !message.intents.is_empty()).collect();
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let right = |message: &Message, prediction: &Prediction| message.intents.contains(&prediction.intent);
    let any_agreed = rows.iter().any(|(message, _)| message.agreed);
    let strict: Vec<_> = rows.iter().filter(|(message, _)| message.agreed || !any_agreed).collect();
    let moods: Vec<(Emotion, Emotion)> = rows
        .iter()
        .filter_map(|(message, prediction)| {
            let guess = prediction.emotion?;
            let accepted = message.other_emotion == Some(guess);
            Some((if accepted { guess } else { message.emotion? }, guess))
        })
        .collect();
    let both = moods.iter().filter(|(truth, guess)| truth.is_low() && guess.is_low()).count();
    let either = moods.iter().map(|(t, g)| usize::from(t.is_low()) + usize::from(g.is_low())).sum::<usize>();
    let per_intent = per_intent(messages, predictions);
    let frequent: Vec<f64> = per_intent.iter().filter(|row| row.rows >= 5).map(|row| row.f1).collect();
    Figures {
        rows: rows.len(),
        accepted: share(rows.iter().filter(|(message, prediction)| right(message, prediction)).count(), rows.len()),
        strict: share(
            strict.iter().filter(|(message, prediction)| message.intents[0] == prediction.intent).count(),
            strict.len(),
        ),
        strict_rows: strict.len(),
        macro_f1: frequent.iter().sum::<f64>() / frequent.len().max(1) as f64,
        emotion_accuracy: share(moods.iter().filter(|(truth, guess)| truth == guess).count(), moods.len()),
        low_emotion_f1: share(2 * both, either),
        calibration_error: calibration_error(
            rows.iter().map(|(message, prediction)| (prediction.probability, right(message, prediction))),
        ),
    }
}

/// How one intent does.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct IntentRow {
    /// The intent.
    pub intent: Intent,
    /// Messages whose main label it is.
    pub rows: usize,
    /// Share of its predictions that are accepted.
    pub precision: f64,
    /// Share of its messages that are found.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// Precision, recall and F1 per intent. A prediction among the accepted labels counts as the message's label.
pub fn per_intent(messages: &[Message], predictions: &[Prediction]) -> Vec<IntentRow> {
    let rows: Vec<(Intent, Intent, Intent)> = messages
        .iter()
        .zip(predictions)
        .filter_map(|(message, prediction)| {
            let main = *message.intents.first()?;
            let truth = if message.intents.contains(&prediction.intent) { prediction.intent } else { main };
            Some((main, truth, prediction.intent))
        })
        .collect();
    let count = |test: &dyn Fn(&(Intent, Intent, Intent)) -> bool| rows.iter().filter(|row| test(row)).count();
    Intent::ALL
        .iter()
        .map(|intent| {
            let hits = count(&|(_, truth, guess)| truth == intent && guess == intent) as f64;
            let guesses = count(&|(_, _, guess)| guess == intent) as f64;
            let truths = count(&|(_, truth, _)| truth == intent) as f64;
            let share = |whole: f64| if whole > 0.0 { hits / whole } else { 0.0 };
            IntentRow {
                intent: *intent,
                rows: count(&|(main, _, _)| main == intent),
                precision: share(guesses),
                recall: share(truths),
                f1: if guesses + truths > 0.0 { 2.0 * hits / (guesses + truths) } else { 0.0 },
            }
        })
        .collect()
}

/// Expected calibration error over ten bins of equal width.
pub fn calibration_error(rows: impl Iterator<Item = (f32, bool)>) -> f64 {
    let mut bins = [(0.0f64, 0.0f64, 0.0f64); 10];
    let mut total = 0.0;
    for (probability, right) in rows {
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.0 += 1.0;
        bin.1 += f64::from(probability);
        bin.2 += f64::from(u8::from(right));
        total += 1.0;
    }
    if total == 0.0 {
        return 0.0;
    }
    bins.iter().map(|(_, probability, right)| (probability - right).abs()).sum::<f64>() / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_label_counts_as_the_label() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("few.tsv");
        let row = "x\tgift|promotion\t1\tneutral\n";
        std::fs::write(&path, format!("text\tintents\tagreed\temotion\n{}", row.repeat(5))).expect("written");
        let messages = super::super::messages::read_labelled(&path).expect("sound");
        let guess = |intent| Prediction { intent, probability: 0.9, emotion: Some(Emotion::Negative) };
        let mut guesses = vec![guess(Intent::Gift); 4];
        guesses.push(guess(Intent::Promotion));
        let figures = figures(&messages, &guesses);
        assert_eq!((figures.accepted, figures.strict, figures.emotion_accuracy), (1.0, 0.8, 0.0));
        assert_eq!(figures.macro_f1, 1.0);
        assert!((figures.calibration_error - 0.1).abs() < 1e-6);
    }
}
