//! A turn's trace for people: what was read, decided and said. Leaves to others: when it is shown (`report_text`).

use std::fmt::Write;

use super::turn::Turn;

/// How many intents are listed.
const INTENTS: usize = 5;

/// The trace of a turn, line by line, without indentation.
pub fn trace(turn: &Turn) -> Vec<String> {
    let mut lines = vec![format!("turn {} (line {})  {}", turn.number, turn.line, one_line(&turn.act))];
    if let Some(meaning) = turn.meaning() {
        let entities: Vec<String> =
            meaning.entities.iter().map(|entity| format!("{}={}", entity.value.kind(), entity.value)).collect();
        let ranked: Vec<String> = meaning
            .ranked
            .iter()
            .take(INTENTS)
            .map(|scored| format!("{} {:.2}", scored.intent, scored.probability))
            .collect();
        let cues: Vec<&str> = meaning.cues.iter().map(|cue| cue.as_str()).collect();
        lines.push(format!("  text      {}", one_line(&meaning.normalized)));
        lines.push(format!("  words     {}", one_line(&meaning.words.join(" / "))));
        lines.push(format!("  entities  {}", or_none(entities.join("  "))));
        let intents: Vec<&str> = meaning.intents.iter().map(|intent| intent.as_str()).collect();
        lines.push(format!("  intents   {}  of  {}", or_none(intents.join(" + ")), ranked.join("  ")));
        lines.push(format!(
            "  emotion   {} {:.2}   moves {}   out of scope {:.2}   escalation {:.2}",
            meaning.emotion,
            meaning.emotion_probability,
            or_none(cues.join(" ")),
            meaning.out_of_scope,
            meaning.escalation
        ));
    }
    let slots: Vec<String> = turn.slots.iter().map(|(slot, value)| format!("{slot}={value}")).collect();
    let steps: Vec<String> = turn.steps().iter().map(|(policy, action)| format!("{policy} → {action}")).collect();
    let keys: Vec<&str> = turn.keys().iter().map(|key| key.as_str()).collect();
    lines.push(format!("  slots     {}", or_none(slots.join("  "))));
    lines.push(format!("  actions   {}", or_none(steps.join("  "))));
    let effects: Vec<&str> = turn.effects.iter().map(|effect| effect.as_str()).collect();
    let asks = turn.asks.map_or("nothing", |slot| slot.as_str());
    lines.push(format!("  after     owner {}   asks {asks}   effects {}", turn.owner, or_none(effects.join(" "))));
    lines.push(format!("  replies   {}", or_none(keys.join("  "))));
    for message in turn.messages() {
        lines.extend(message.text.trim().lines().map(|line| format!("  │ {line}")));
        for row in &message.buttons {
            let labels = row.iter().fold(String::new(), |mut labels, button| {
                // Writing to a string cannot fail.
                let _ = write!(labels, "[{}] ", button.label);
                labels
            });
            lines.push(format!("  │ {}", labels.trim_end()));
        }
    }
    lines
}

fn or_none(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// A text on one line, cut where it is long.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 160;
    let mut line: String =
        text.chars().map(|letter| if letter.is_control() { '␤' } else { letter }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}
