//! A conversation as a scripted test for `xiaoer test`: what arrived, step by step, and what came of it. Where a
//! reviewer corrected the understanding the test claims the right one, and where an answer was judged bad it must not
//! come again: such a test fails until that is mended. Leaves to others: playing it (`scripts`).

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::tz::TimeZone;

use super::transcript::Loaded;
use crate::domain::{Content, Event, Owner, Press, StaffDeed, StoredEvent};
use crate::store::console::{Correction, CorrectionField, Verdict};

/// Silences shorter than this are left out: the script's own clock goes on by seconds.
const SILENCE: i64 = 600;

/// A text in double quotes, which YAML reads like JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The test's file.
pub(super) fn script(
    number: i64,
    loaded: &Loaded,
    corrections: &[Correction],
    verdicts: &BTreeMap<i64, Verdict>,
    zone: &TimeZone,
) -> String {
    let starts: Vec<usize> =
        (0..loaded.events.len()).filter(|at| matches!(loaded.events[*at].event, Event::Received { .. })).collect();
    let mut text = format!("# 会话 #{number}\ntest_cases:\n  - test_case: 会话{number}\n    tags: [console]\n");
    let proves = loaded.events.iter().any(|stored| matches!(stored.event, Event::Verified { .. }));
    if let Some(card) = loaded.card.as_ref().filter(|_| !proves) {
        let _ = writeln!(text, "    customer: {}", card.id);
    }
    if let Some(first) = loaded.events.first() {
        let _ = writeln!(text, "    start: {}", first.at.zoned(zone).strftime("%Y-%m-%dT%H:%M"));
    }
    text.push_str("    steps:\n");
    let mut before: Option<&StoredEvent> = None;
    for (index, at) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(loaded.events.len());
        let turn = &loaded.events[*at..end];
        let Some(act) = turn.first().and_then(|first| act(first, loaded)) else { continue };
        let first = &turn[0];
        if let Some(before) = before {
            let silence = first.at.seconds_since(before.at);
            if silence >= SILENCE {
                let _ = writeln!(text, "      - wait: {silence}s");
            }
        }
        before = turn.last();
        let _ = writeln!(text, "      - {act}");
        for claim in claims(turn, corrections, verdicts) {
            let _ = writeln!(text, "        {claim}");
        }
    }
    text
}

fn act(stored: &StoredEvent, loaded: &Loaded) -> Option<String> {
    let Event::Received { content, .. } = &stored.event else { return None };
    let masker = &loaded.masker;
    Some(match content {
        Content::Text { text } => format!("user: {}", quoted(&masker.mask(text))),
        Content::Pressed { press, label } => format!("press: {{ do: {}, label: {} }}", does(press), quoted(label)),
        Content::StalePress => "press: { do: stale }".to_owned(),
        Content::Contact { own: true, .. } if loaded.card.is_some() => "contact: own".to_owned(),
        Content::Contact { phone, own } => {
            format!("contact: {{ {}: {} }}", if *own { "own" } else { "foreign" }, quoted(&masker.phone(phone)))
        }
        Content::Photo { file, caption: None } => format!("photo: {}", quoted(file)),
        Content::Photo { file, caption: Some(caption) } => {
            format!("photo: {{ file: {}, caption: {} }}", quoted(file), quoted(&masker.mask(caption)))
        }
        Content::Command { command } => format!("command: {command}"),
        Content::Unreadable { what } => format!("unreadable: {}", quoted(what)),
        Content::Reachable { .. } => return None,
        Content::Staff { deed, .. } => match deed {
            StaffDeed::Claim => "staff: claim".to_owned(),
            StaffDeed::HandBack => "staff: hand_back".to_owned(),
            StaffDeed::Resolve => "staff: resolve".to_owned(),
            StaffDeed::Say { text } => format!("staff: {{ say: {} }}", quoted(&masker.mask(text))),
        },
    })
}

fn does(press: &Press) -> &'static str {
    match press {
        Press::Choose { .. } => "choose",
        Press::Confirm { .. } => "confirm",
        Press::Decline { .. } => "decline",
        Press::Wish { .. } => "wish",
        Press::WishForOrder { .. } => "wish_for_order",
        Press::WishForProduct { .. } => "wish_for_product",
        Press::Feedback { .. } => "feedback",
        Press::Rate { .. } => "rate",
        Press::Page { .. } => "page",
    }
}

/// What is claimed of a turn.
fn claims(turn: &[StoredEvent], corrections: &[Correction], verdicts: &BTreeMap<i64, Verdict>) -> Vec<String> {
    let mut claims = Vec::new();
    let first = &turn[0];
    let corrected = |field| {
        let holds = |one: &&Correction| one.sequence == first.sequence && one.field == field;
        corrections.iter().find(holds).map(|one| one.value.as_str())
    };
    if let Event::Received { meaning: Some(meaning), .. } = &first.event {
        let intents: Vec<&str> = match corrected(CorrectionField::Intents) {
            Some(value) => value.split('|').collect(),
            None => meaning.intents.iter().map(|intent| intent.as_str()).collect(),
        };
        if let Some(main) = intents.first() {
            claims.push(format!("intent: {main}"));
        }
        if intents.len() > 1 {
            claims.push(format!("intents: [{}]", intents.join(", ")));
        }
        claims.push(format!("emotion: {}", corrected(CorrectionField::Emotion).unwrap_or(meaning.emotion.as_str())));
        if let Some(value) = corrected(CorrectionField::Entities) {
            let pairs = value.split('|').filter_map(|pair| pair.split_once('='));
            let pairs: Vec<String> =
                pairs.map(|(kind, text)| format!("{}: {}", kind.trim(), quoted(text.trim()))).collect();
            claims.push(format!("entities: {{ {} }}", pairs.join(", ")));
        }
    }
    let is_bad = turn.iter().any(|stored| verdicts.get(&stored.sequence) == Some(&Verdict::Bad));
    // A corrected understanding leads to other answers than were given: they are not claimed.
    let is_wrong = corrected(CorrectionField::Intents).is_some() || corrected(CorrectionField::Entities).is_some();
    let keys: Vec<&str> = turn
        .iter()
        .filter_map(|stored| match &stored.event {
            Event::Replied { messages } => Some(messages),
            _ => None,
        })
        .flatten()
        .filter_map(|message| message.key)
        .map(|key| key.as_str())
        .collect();
    let owner = turn.iter().rev().find_map(|stored| match &stored.event {
        Event::OwnerChanged { owner, .. } => Some(*owner),
        _ => None,
    });
    if is_bad && !keys.is_empty() {
        claims.push(format!("not_utter: [{}]", keys.join(", ")));
    } else if !is_wrong && !keys.is_empty() {
        claims.push(format!("utters: [{}]", keys.join(", ")));
    }
    if let Some(owner) = owner.filter(|owner| !is_wrong && *owner != Owner::Bot) {
        claims.push(format!("owner: {owner}"));
    }
    claims
}
