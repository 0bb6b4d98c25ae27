//! Conversations as events: what a message does to the state, in tables. No model: meanings are given.

use proptest::prelude::*;

use super::{Phase, Tracker, decide, interpret};
use crate::domain::{
    ActionName, Content, Cue, Emotion, Entity, EntityValue, Event, HandoverReason, Intent, Meaning, Owner, PolicyName,
    Press, Question, ScoredIntent, Slot, SlotValue, StoredEvent, Timestamp, WishEnd,
};

fn meaning(intents: &[Intent], cues: &[Cue], values: &[EntityValue]) -> Meaning {
    Meaning {
        normalized: "话".to_owned(),
        words: Vec::new(),
        entities: values
            .iter()
            .map(|value| Entity { start: 0, end: 1, text: "话".to_owned(), value: value.clone() })
            .collect(),
        ranked: intents.iter().map(|intent| ScoredIntent { intent: *intent, probability: 0.9 }).collect(),
        intents: intents.to_vec(),
        emotion: Emotion::Neutral,
        emotion_probability: 0.9,
        out_of_scope: 0.0,
        escalation: 0.0,
        cues: cues.to_vec(),
        aspects: Vec::new(),
        stated: Vec::new(),
        language: None,
        parts: Vec::new(),
    }
}

fn order(number: &str) -> SlotValue {
    SlotValue::Order(number.parse().expect("a test's order number"))
}

/// A conversation that is driven event by event.
struct Talk {
    tracker: Tracker,
    log: Vec<StoredEvent>,
    clock: i64,
}

impl Talk {
    fn new() -> Self {
        Talk { tracker: Tracker::default(), log: Vec::new(), clock: 0 }
    }

    fn learn(&mut self, events: Vec<Event>) {
        for event in events {
            let at = Timestamp::from_millis(self.clock);
            self.tracker.apply(&event, at);
            self.log.push(StoredEvent { sequence: self.tracker.sequence, at, event });
        }
    }

    fn arrive(&mut self, content: Content, meaning: Option<Meaning>) -> Option<(PolicyName, ActionName)> {
        self.clock += 60_000;
        let received =
            Event::Received { key: "k".to_owned(), content, meaning: meaning.map(Box::new), in_group: false };
        let events = interpret(&self.tracker, received, Timestamp::from_millis(self.clock));
        self.learn(events);
        decide(&self.tracker).map(|decision| (decision.policy, decision.action))
    }

    fn say(&mut self, intents: &[Intent], cues: &[Cue], values: &[EntityValue]) -> Option<(PolicyName, ActionName)> {
        self.arrive(Content::Text { text: "话".to_owned() }, Some(meaning(intents, cues, values)))
    }

    fn press(&mut self, press: Press) -> Option<(PolicyName, ActionName)> {
        self.arrive(Content::Pressed { press, label: "x".to_owned() }, None)
    }

    /// The chosen action runs and asks.
    fn asks(&mut self, slot: Slot, choices: Vec<SlotValue>, proposal: Option<&str>) {
        let decision = decide(&self.tracker).expect("an action is due");
        let question = Question { slot, choices: choices.clone(), proposal: proposal.map(str::to_owned) };
        self.learn(vec![
            Event::ActionRan { action: decision.action, policy: decision.policy },
            Event::Shown { slot, items: choices },
            Event::Asked { question },
        ]);
    }

    /// The chosen action runs and is done.
    fn done(&mut self) {
        let decision = decide(&self.tracker).expect("an action is due");
        self.learn(vec![
            Event::ActionRan { action: decision.action, policy: decision.policy },
            Event::WishEnded { how: WishEnd::Done },
        ]);
    }
}

const RULE_TRACK: Option<(PolicyName, ActionName)> = Some((PolicyName::Rule, ActionName::TrackParcel));

#[test]
fn an_ordinal_answers_with_the_element_that_was_shown() {
    let mut talk = Talk::new();
    assert_eq!(talk.say(&[Intent::Logistics], &[], &[]), RULE_TRACK);
    talk.asks(Slot::Order, vec![order("202606180001"), order("202606180002")], None);
    let next = talk.say(&[Intent::ProvideInfo], &[], &[EntityValue::Ordinal(2)]);
    assert_eq!(next, Some((PolicyName::Form, ActionName::TrackParcel)));
    assert_eq!(talk.tracker.slot(Slot::Order), Some(&order("202606180002")));
}

#[test]
fn another_order_repeats_the_last_wish_without_an_order() {
    let mut talk = Talk::new();
    talk.say(&[Intent::Logistics], &[], &[EntityValue::OrderNumber("202606180001".parse().expect("a number"))]);
    talk.done();
    assert_eq!(talk.say(&[Intent::ChangeOrder], &[Cue::Another], &[]), RULE_TRACK);
    let mut talk = Talk::new();
    talk.say(&[Intent::Logistics], &[], &[EntityValue::OrderNumber("202606180001".parse().expect("a number"))]);
    talk.done();
    assert_eq!(talk.say(&[], &[Cue::Another], &[]), RULE_TRACK);
    assert_eq!(talk.tracker.slot(Slot::Order), None);
}

#[test]
fn a_confirmation_belongs_to_its_listing() {
    let mut talk = Talk::new();
    talk.say(&[Intent::CancelOrder], &[], &[]);
    talk.asks(Slot::Confirmation, Vec::new(), Some("7-abc"));
    let stale = talk.press(Press::Confirm { proposal: "3-old".to_owned() });
    assert_eq!(stale, Some((PolicyName::Rule, ActionName::RejectStaleButton)));
    assert_eq!(talk.tracker.slot(Slot::Confirmation), None);

    let mut talk = Talk::new();
    talk.say(&[Intent::CancelOrder], &[], &[]);
    talk.asks(Slot::Confirmation, Vec::new(), Some("7-abc"));
    assert_eq!(talk.say(&[Intent::Affirm], &[], &[]), Some((PolicyName::Form, ActionName::CancelOrder)));
    assert_eq!(talk.tracker.slot(Slot::Confirmation), Some(&SlotValue::Text("7-abc".to_owned())));
}

#[test]
fn a_correction_is_listed_again_and_confirms_nothing() {
    let mut talk = Talk::new();
    talk.say(&[Intent::CancelOrder], &[], &[EntityValue::OrderNumber("202606180001".parse().expect("a number"))]);
    talk.asks(Slot::Confirmation, Vec::new(), Some("7-abc"));
    let other = EntityValue::OrderNumber("202606180002".parse().expect("a number"));
    let next = talk.say(&[Intent::Affirm], &[Cue::Correction], &[other]);
    assert_eq!(next, Some((PolicyName::Form, ActionName::CancelOrder)));
    assert_eq!(talk.tracker.slot(Slot::Confirmation), None);
    assert_eq!(talk.tracker.slot(Slot::Order), Some(&order("202606180002")));
}

#[test]
fn giving_up_drops_the_wish_and_says_so() {
    let mut talk = Talk::new();
    talk.say(&[Intent::ReturnGoods], &[], &[]);
    talk.asks(Slot::Reason, Vec::new(), None);
    assert_eq!(talk.say(&[Intent::Deny], &[Cue::Cancel], &[]), Some((PolicyName::Rule, ActionName::DropWish)));
    assert!(talk.tracker.wishes.is_empty());
}

#[test]
fn a_digression_is_served_and_the_first_wish_goes_on() {
    let mut talk = Talk::new();
    talk.say(&[Intent::ReturnGoods], &[], &[]);
    talk.asks(Slot::Reason, Vec::new(), None);
    assert_eq!(talk.say(&[Intent::ShippingFee], &[], &[]), Some((PolicyName::Rule, ActionName::QuoteShipping)));
    talk.done();
    let next = decide(&talk.tracker).map(|decision| (decision.policy, decision.action));
    assert_eq!(next, Some((PolicyName::Form, ActionName::ReturnGoods)));
    assert!(talk.tracker.returning);
}

#[test]
fn a_second_wish_waits_for_its_turn() {
    let mut talk = Talk::new();
    assert_eq!(talk.say(&[Intent::Logistics, Intent::Invoice], &[], &[]), RULE_TRACK);
    talk.done();
    let next = decide(&talk.tracker).map(|decision| (decision.policy, decision.action));
    assert_eq!(next, Some((PolicyName::Rule, ActionName::RequestInvoice)));
}

#[test]
fn three_messages_not_understood_call_a_person() {
    let mut talk = Talk::new();
    assert_eq!(talk.say(&[], &[], &[]), Some((PolicyName::Fallback, ActionName::Clarify)));
    talk.asks(Slot::Wish, Vec::new(), None);
    assert_eq!(talk.say(&[Intent::Unclear], &[], &[]), Some((PolicyName::Fallback, ActionName::Clarify)));
    talk.asks(Slot::Wish, Vec::new(), None);
    assert_eq!(talk.say(&[], &[], &[]), Some((PolicyName::Handover, ActionName::HandOver)));
}

#[test]
fn several_wishes_are_served_each_with_its_own() {
    let mut talk = Talk::new();
    let number = "2026061600042087";
    let order_number = EntityValue::OrderNumber(number.parse().expect("a test's order number"));
    let first = meaning(&[Intent::UrgeShipping], &[], &[order_number]);
    let second = meaning(&[Intent::Recommend], &[], &[EntityValue::Category("咖啡".to_owned())]);
    let intents = [Intent::UrgeShipping, Intent::Recommend];
    let whole = Meaning { parts: vec![first, second], ..meaning(&intents, &[], &[]) };
    let next = talk.arrive(Content::Text { text: "话".to_owned() }, Some(whole));
    assert_eq!(next, Some((PolicyName::Rule, ActionName::UrgeShipping)));
    assert_eq!(talk.tracker.slot(Slot::Order), Some(&order(number)));
    assert_eq!(talk.tracker.slot(Slot::Category), None, "coffee is no part of the first");
    talk.done();
    let action = decide(&talk.tracker).map(|decision| decision.action);
    assert_eq!(action, Some(ActionName::RecommendProducts));
    assert_eq!(talk.tracker.slot(Slot::Category), Some(&SlotValue::Text("咖啡".to_owned())));
    assert_eq!(Tracker::replay(&talk.log), talk.tracker);
}

#[test]
fn one_matter_in_two_clauses_is_one() {
    let mut talk = Talk::new();
    let first = meaning(&[Intent::ReturnGoods], &[], &[]);
    let second = meaning(&[Intent::QualityIssue], &[], &[]);
    let intents = [Intent::ReturnGoods, Intent::QualityIssue];
    let whole = Meaning { parts: vec![first, second], ..meaning(&intents, &[], &[]) };
    talk.arrive(Content::Text { text: "话".to_owned() }, Some(whole));
    talk.done();
    assert_eq!(decide(&talk.tracker), None, "nothing waits behind it");
}

#[test]
fn danger_comes_before_everything() {
    let mut talk = Talk::new();
    talk.say(&[Intent::ReturnGoods], &[], &[]);
    talk.asks(Slot::Reason, Vec::new(), None);
    talk.say(&[Intent::QualityIssue, Intent::SafetyIncident], &[], &[]);
    assert_eq!(talk.tracker.handover, Some(HandoverReason::Safety));
    talk.learn(vec![Event::OwnerChanged { owner: Owner::Waiting, reason: None, staff: None }]);
    assert_eq!(talk.say(&[Intent::Logistics], &[], &[]), None, "the bot is silent while a person is waited for");
}

#[test]
fn a_long_silence_closes_open_questions() {
    let mut talk = Talk::new();
    talk.say(&[Intent::ReturnGoods], &[], &[]);
    talk.asks(Slot::Confirmation, Vec::new(), Some("7-abc"));
    talk.clock += 24 * 3_600_000;
    let next = talk.say(&[Intent::Affirm], &[], &[]);
    assert_eq!(next, Some((PolicyName::Rule, ActionName::Acknowledge)));
    assert_eq!(talk.tracker.slot(Slot::Confirmation), None);
}

fn any_step() -> impl Strategy<Value = (Vec<Intent>, Vec<Cue>, u8)> {
    let intents = proptest::collection::vec(proptest::sample::select(Intent::ALL), 0..3);
    let cues = proptest::collection::vec(proptest::sample::select(Cue::ALL), 0..2);
    (intents, cues, 0u8..6)
}

proptest! {
    /// Whatever is said: the log replayed is the state that lived, and the loop of actions comes to an end.
    #[test]
    fn the_log_is_the_state(steps in proptest::collection::vec(any_step(), 1..20)) {
        let mut talk = Talk::new();
        for (intents, cues, next) in steps {
            talk.say(&intents, &cues, &[]);
            let mut actions = 0;
            while decide(&talk.tracker).is_some() {
                actions += 1;
                prop_assert!(actions < 20, "the loop does not end");
                let handover = talk.tracker.handover.is_some()
                    || decide(&talk.tracker).is_some_and(|decision| decision.action == ActionName::HandOver);
                if handover {
                    talk.learn(vec![Event::OwnerChanged { owner: Owner::Waiting, reason: None, staff: None }]);
                } else if next < 3 && talk.tracker.wish().is_some_and(|wish| wish.phase != Phase::Asking) {
                    talk.done();
                } else {
                    talk.asks(Slot::Reason, Vec::new(), None);
                }
            }
            let replayed = Tracker::replay(&talk.log);
            prop_assert_eq!(&replayed, &talk.tracker);
        }
    }
}
