//! What a step expects against what the turn came to. Every claim is judged, so that all that is wrong is shown at
//! once. Leaves to others: claims about the database (`rows`).

use serde_json::Value;

use super::format::{Case, Step};
use super::setting::{SlotClaims, scalar};
use super::turn::Turn;
use super::value::Pattern;

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The line of the claim's step, from 1.
    pub line: u64,
    /// Which claim.
    pub claim: &'static str,
    /// What was expected.
    pub expected: String,
    /// What came instead.
    pub got: String,
}

/// Puts the case's values in the place of their names.
pub type Fill<'a> = &'a (dyn Fn(&str) -> String + Sync);

/// Collects what does not hold.
struct Judge<'a> {
    line: u64,
    turn: &'a Turn,
    fill: Fill<'a>,
    failures: Vec<Failure>,
}

/// The claims of `step` that do not hold for `turn`; those about the database aside.
pub fn judge(line: u64, step: &Step, turn: &Turn, fill: Fill<'_>) -> Vec<Failure> {
    let mut judge = Judge { line, turn, fill, failures: Vec::new() };
    judge.words(step);
    judge.meaning(step);
    judge.deeds(step);
    judge.slots_set(&step.slot_was_set);
    judge.slots_not_set(&step.slot_was_not_set);
    judge.failures
}

/// The claims of the whole case that this turn breaks.
pub fn judge_always(line: u64, case: &Case, turn: &Turn, fill: Fill<'_>) -> Vec<Failure> {
    let mut judge = Judge { line, turn, fill, failures: Vec::new() };
    judge.nowhere("never_contains", &case.never_contains.0);
    let ran: Vec<_> = turn.steps().into_iter().map(|(_, action)| action).collect();
    judge.none_of("never_action", &case.never_action.0, &ran);
    judge.failures
}

fn list<T: std::fmt::Display>(items: &[T]) -> String {
    if items.is_empty() {
        return "nothing".to_owned();
    }
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Judge<'_> {
    fn fail(&mut self, claim: &'static str, expected: impl Into<String>, got: impl Into<String>) {
        self.failures.push(Failure { line: self.line, claim, expected: expected.into(), got: got.into() });
    }

    fn any_of<T: PartialEq + std::fmt::Display>(&mut self, claim: &'static str, expected: &[T], got: &[T]) {
        if !expected.is_empty() && !expected.iter().any(|one| got.contains(one)) {
            self.fail(claim, expected.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "), list(got));
        }
    }

    fn all_of<T: PartialEq + std::fmt::Display>(&mut self, claim: &'static str, expected: &[T], got: &[T]) {
        if expected.iter().any(|one| !got.contains(one)) {
            self.fail(claim, list(expected), list(got));
        }
    }

    fn none_of<T: PartialEq + std::fmt::Display>(&mut self, claim: &'static str, forbidden: &[T], got: &[T]) {
        if forbidden.iter().any(|one| got.contains(one)) {
            self.fail(claim, format!("none of {}", list(forbidden)), list(got));
        }
    }

    fn exactly<T: PartialEq + std::fmt::Display>(&mut self, claim: &'static str, expected: Option<&[T]>, got: &[T]) {
        if let Some(expected) = expected.filter(|expected| *expected != got) {
            self.fail(claim, list(expected), list(got));
        }
    }

    fn nowhere(&mut self, claim: &'static str, forbidden: &[Pattern]) {
        let labels: Vec<&str> = self.turn.buttons().map(|button| button.label.as_str()).collect();
        let said = format!("{}\n{}", self.turn.text(), labels.join("\n"));
        for pattern in forbidden {
            if pattern.is_in(&said, self.fill) {
                self.fail(claim, format!("not {:?}", (self.fill)(pattern.as_str())), said.trim().to_owned());
            }
        }
    }

    fn words(&mut self, step: &Step) {
        let said = self.turn.text();
        if !step.bot.0.is_empty() {
            let fill = self.fill;
            let is_said = self.turn.messages().any(|message| step.bot.0.iter().any(|bot| bot.is(&message.text, fill)));
            if !is_said {
                let expected: Vec<&str> = step.bot.0.iter().map(Pattern::as_str).collect();
                self.fail("bot", expected.join(" or "), said.clone());
            }
        }
        let keys = self.turn.keys();
        self.any_of("utter", &step.utter.0, &keys);
        self.exactly("utters", step.utters.as_deref(), &keys);
        self.none_of("not_utter", &step.not_utter.0, &keys);
        for pattern in &step.utter_contains.0 {
            if !pattern.is_in(&said, self.fill) {
                self.fail("utter_contains", (self.fill)(pattern.as_str()), said.clone());
            }
        }
        self.nowhere("not_contains", &step.not_contains.0);
        if step.silent.is_some_and(|silent| silent != said.is_empty()) {
            self.fail("silent", if said.is_empty() { "something said" } else { "nothing said" }, said);
        }
        self.buttons(step);
    }

    fn buttons(&mut self, step: &Step) {
        let labels: Vec<&str> = self.turn.buttons().map(|button| button.label.as_str()).collect();
        for pattern in &step.buttons.0 {
            if !labels.iter().any(|label| pattern.is_in(label, self.fill)) {
                self.fail("buttons", (self.fill)(pattern.as_str()), list(&labels));
            }
        }
        for pattern in &step.not_buttons.0 {
            if labels.iter().any(|label| pattern.is_in(label, self.fill)) {
                self.fail("not_buttons", format!("not {:?}", (self.fill)(pattern.as_str())), list(&labels));
            }
        }
        let asks = self.turn.messages().any(|message| message.asks_contact);
        if step.asks_contact.is_some_and(|expected| expected != asks) {
            self.fail("asks_contact", (!asks).to_string(), asks.to_string());
        }
    }

    fn meaning(&mut self, step: &Step) {
        let meaning = self.turn.meaning();
        let intents = meaning.map(|meaning| meaning.intents.clone()).unwrap_or_default();
        self.any_of("intent", &step.intent.0, &intents.iter().copied().take(1).collect::<Vec<_>>());
        self.all_of("intents", &step.intents.0, &intents);
        self.none_of("not_intent", &step.not_intent.0, &intents);
        let emotion: Vec<_> = meaning.map(|meaning| meaning.emotion).into_iter().collect();
        self.any_of("emotion", &step.emotion.0, &emotion);
        self.all_of("cues", &step.cues.0, &meaning.map(|meaning| meaning.cues.clone()).unwrap_or_default());
        for (kind, expected) in &step.entities {
            let values = meaning.map(|meaning| meaning.values().cloned().collect::<Vec<_>>()).unwrap_or_default();
            let got: Vec<String> =
                values.iter().filter(|value| value.kind() == *kind).map(ToString::to_string).collect();
            let expected: Vec<String> = expected.0.iter().filter_map(scalar).map(|text| (self.fill)(&text)).collect();
            if expected.iter().any(|one| !got.contains(one)) {
                self.fail("entities", format!("{kind}: {}", list(&expected)), format!("{kind}: {}", list(&got)));
            }
        }
    }

    fn deeds(&mut self, step: &Step) {
        let steps = self.turn.steps();
        let actions: Vec<_> = steps.iter().map(|(_, action)| *action).collect();
        let policies: Vec<_> = steps.iter().map(|(policy, _)| *policy).collect();
        self.any_of("action", &step.action.0, &actions);
        self.exactly("actions", step.actions.as_deref(), &actions);
        self.none_of("not_action", &step.not_action.0, &actions);
        self.any_of("policy", &step.policy.0, &policies);
        self.any_of("owner", &step.owner.0, &[self.turn.owner]);
        self.any_of("asks", &step.asks.0, &self.turn.asks.into_iter().collect::<Vec<_>>());
        if let Some(expected) = &step.effects {
            let sorted = |effects: &[_]| {
                let mut effects = effects.to_vec();
                effects.sort();
                effects
            };
            self.exactly("effects", Some(&sorted(&expected.0)), &sorted(&self.turn.effects));
        }
        for table in &step.rows_unchanged.0 {
            if self.turn.changed_tables.contains(table) {
                self.fail("rows_unchanged", format!("{table} as before"), "changed".to_owned());
            }
        }
    }

    fn slots_set(&mut self, claims: &SlotClaims) {
        for (slot, claim) in &claims.0 {
            let standing = self.turn.slots.get(slot).map(ToString::to_string);
            let mut got: Vec<String> =
                self.turn.set_slots().filter(|(set, _)| set == slot).map(|(_, v)| v.to_string()).collect();
            got.extend(standing.clone());
            let holds = match claim {
                None => !got.is_empty(),
                Some(Value::Null) => standing.is_none(),
                Some(value) => scalar(value).is_some_and(|text| got.contains(&(self.fill)(&text))),
            };
            if !holds {
                let expected = claim.as_ref().map_or_else(
                    || "a value".to_owned(),
                    |value| scalar(value).map_or_else(|| "empty".to_owned(), |text| (self.fill)(&text)),
                );
                got.dedup();
                self.fail("slot_was_set", format!("{slot}: {expected}"), format!("{slot}: {}", list(&got)));
            }
        }
    }

    fn slots_not_set(&mut self, claims: &SlotClaims) {
        for (slot, claim) in &claims.0 {
            let text = claim.as_ref().and_then(scalar).map(|text| (self.fill)(&text));
            let set = self.turn.set_slots().filter(|(set, _)| set == slot).map(|(_, value)| value.to_string());
            let got: Vec<String> = set.filter(|value| text.as_ref().is_none_or(|text| text == value)).collect();
            if !got.is_empty() {
                let expected = format!("{slot} not {}", text.as_deref().unwrap_or("set"));
                self.fail("slot_was_not_set", expected, format!("{slot}: {}", list(&got)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ActionName, Event, Message, MessageButton, Owner, PolicyName, Press, ReplyKey, Slot, SlotValue, Timestamp,
    };
    use crate::scripts::format::EffectName;

    fn turn() -> Turn {
        let button = MessageButton { label: "确认".to_owned(), press: Press::Rate { stars: 5 } };
        let message = Message {
            key: Some(ReplyKey::CancelConfirm),
            text: "取消订单 77，退 30 元？".to_owned(),
            buttons: vec![vec![button]],
            image: None,
            asks_contact: false,
        };
        let colour = SlotValue::Text("黑".to_owned());
        Turn {
            number: 1,
            line: 1,
            act: "user: x".to_owned(),
            at: Timestamp::from_millis(0),
            events: vec![
                Event::SlotSet { slot: Slot::Colour, value: colour },
                Event::ActionRan { action: ActionName::CancelOrder, policy: PolicyName::Rule },
                Event::Replied { messages: vec![message] },
            ],
            effects: vec![EffectName::Cancelled],
            owner: Owner::Bot,
            slots: [(Slot::Order, SlotValue::Text("77".to_owned()))].into(),
            asks: Some(Slot::Confirmation),
            changed_tables: vec!["orders".to_owned()],
        }
    }

    /// The claims of a step written in YAML that do not hold.
    fn broken(step: &str) -> Vec<&'static str> {
        let step: Step = serde_saphyr::from_str(step).expect("a step of the table");
        let fill = |text: &str| text.replace("{number}", "77");
        judge(1, &step, &turn(), &fill).into_iter().map(|failure| failure.claim).collect()
    }

    #[test]
    fn claims_that_hold_are_not_complained_of() {
        for step in [
            "utter: [order.list, cancel.confirm]",
            "utters: [cancel.confirm]",
            "utter_contains: ['订单 {number}', '/退 \\d+ 元/']",
            "bot: '取消订单 {number}，退 30 元？'",
            "not_contains: 78",
            "silent: false",
            "{ action: cancel_order, actions: [cancel_order], policy: rule, owner: [staff, bot], asks: confirmation }",
            "slot_was_set: [{ order: '{number}' }, { colour: 黑 }, colour, { size: }]",
            "slot_was_not_set: [order, { colour: 白 }]",
            "{ buttons: 确认, not_buttons: 不了, effects: cancelled, rows_unchanged: refunds, asks_contact: false }",
        ] {
            assert_eq!(broken(&step.replace("78", "'78'")), Vec::<&str>::new(), "{step}");
        }
    }

    #[test]
    fn every_claim_that_does_not_hold_is_told() {
        for (step, claims) in [
            ("{ utter: order.list, intent: logistics, emotion: angry }", vec!["utter", "intent", "emotion"]),
            ("{ utters: [cancel.confirm, order.list], not_utter: cancel.confirm }", vec!["utters", "not_utter"]),
            ("utter_contains: [订单, 退货, 换货]", vec!["utter_contains", "utter_contains"]),
            ("{ bot: 取消订单, not_contains: [确认, 退 30] }", vec!["bot", "not_contains", "not_contains"]),
            ("{ silent: true, asks_contact: true }", vec!["silent", "asks_contact"]),
            ("{ actions: [], not_action: cancel_order, policy: form }", vec!["actions", "not_action", "policy"]),
            ("{ owner: staff, asks: order, effects: [] }", vec!["owner", "asks", "effects"]),
            ("{ effects: [cancelled, cancelled], rows_unchanged: [orders] }", vec!["effects", "rows_unchanged"]),
            ("slot_was_set: [{ colour: 白 }, size, { order: }]", vec!["slot_was_set"; 3]),
            ("slot_was_not_set: colour", vec!["slot_was_not_set"]),
            ("{ buttons: 不了, not_buttons: /确./ }", vec!["buttons", "not_buttons"]),
            ("entities: { colour: 黑 }", vec!["entities"]),
        ] {
            let mut got = broken(step);
            got.sort();
            let mut claims = claims;
            claims.sort();
            assert_eq!(got, claims, "{step}");
        }
    }
}
