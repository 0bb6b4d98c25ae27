//! What a person should know who takes a conversation over: the problem, what was looked up, what was done, what is
//! open, the mood. Nothing is made up: each fact names the event of the transcript that it was taken from. Leaves to
//! others: showing it (the console), the words of it (`prompts/names.toml`).

use std::collections::BTreeSet;

use super::tracker::Tracker;
use crate::domain::{
    ActionName, Content, Emotion, Event, HandoverReason, Intent, OrderNumber, Owner, Slot, SlotValue, StoredEvent,
};

/// How many facts of a kind are told, the latest.
const TOLD: usize = 5;
/// How many characters of a message are quoted.
const QUOTED: usize = 120;

/// One fact with its place in the transcript.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fact<T> {
    /// The event's place, from 1.
    pub sequence: i64,
    /// What it is.
    pub what: T,
}

/// What a person should know.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    /// What is wished, as understood, latest last.
    pub wishes: Vec<Fact<Intent>>,
    /// The problem in the shopper's own words, latest last.
    pub problem: Vec<Fact<String>>,
    /// Orders that were spoken of.
    pub orders: Vec<Fact<OrderNumber>>,
    /// What the bot looked up or said.
    pub looked_up: Vec<Fact<ActionName>>,
    /// Changes that were confirmed and carried out, by the name of their listing.
    pub done: Vec<Fact<String>>,
    /// Wishes that are neither served nor taken back.
    pub open: Vec<Fact<Intent>>,
    /// The last mood that was heard.
    pub mood: Option<Fact<Emotion>>,
    /// Why a person was called.
    pub reason: Option<Fact<HandoverReason>>,
}

/// The summary of a transcript, of the talk since the last long silence.
pub fn summarize(events: &[StoredEvent]) -> Summary {
    let begin = events.iter().rposition(|stored| stored.event == Event::SessionStarted).map_or(0, |place| place + 1);
    let mut tracker = Tracker::replay(&events[..begin]);
    let mut summary = Summary::default();
    let mut open: Vec<Fact<Intent>> = Vec::new();
    for stored in &events[begin..] {
        // A person takes over what was open; the state forgets it then, the summary must not.
        if matches!(stored.event, Event::OwnerChanged { owner: Owner::Waiting, .. }) && !tracker.wishes.is_empty() {
            open = opened(&tracker, &summary.wishes);
        }
        tracker.apply(&stored.event, stored.at);
        take(&mut summary, stored, &tracker);
        if matches!(stored.event, Event::WishStarted { .. }) {
            open.clear();
        }
    }
    summary.open =
        if tracker.wishes.is_empty() && tracker.queued.is_empty() { open } else { opened(&tracker, &summary.wishes) };
    let mut known = BTreeSet::new();
    summary.orders.reverse();
    summary.orders.retain(|fact| known.insert(fact.what.as_str().to_owned()));
    summary.orders.reverse();
    last(&mut summary.problem);
    last(&mut summary.looked_up);
    last(&mut summary.wishes);
    summary
}

fn last<T>(facts: &mut Vec<Fact<T>>) {
    let surplus = facts.len().saturating_sub(TOLD);
    facts.drain(..surplus);
}

/// The wishes under way and waiting, each with the event that began it.
fn opened(tracker: &Tracker, begun: &[Fact<Intent>]) -> Vec<Fact<Intent>> {
    let wishes = tracker.wishes.iter().map(|wish| wish.intent).chain(tracker.queued.iter().map(|queued| queued.intent));
    wishes.filter_map(|intent| begun.iter().rev().find(|fact| fact.what == intent).cloned()).collect()
}

fn take(summary: &mut Summary, stored: &StoredEvent, tracker: &Tracker) {
    let sequence = stored.sequence;
    match &stored.event {
        Event::Received { content, meaning, .. } => {
            if let Content::Text { text } | Content::Photo { caption: Some(text), .. } = content
                && tracker.owner != Owner::Staff
                && meaning.as_ref().is_none_or(|meaning| tells_something(meaning.main_intent()))
            {
                summary.problem.push(Fact { sequence, what: text.chars().take(QUOTED).collect() });
            }
            if let Some(meaning) = meaning {
                summary.mood = Some(Fact { sequence, what: meaning.emotion });
            }
        }
        Event::WishStarted { intent } | Event::WishQueued { intent, .. } => {
            summary.wishes.push(Fact { sequence, what: *intent });
        }
        Event::SlotSet { slot: Slot::Order, value: SlotValue::Order(number) } => {
            summary.orders.push(Fact { sequence, what: number.clone() });
        }
        Event::ActionRan { action, .. } if looks_up(*action) => {
            summary.looked_up.push(Fact { sequence, what: *action });
        }
        Event::Changed { proposal } => summary.done.push(Fact { sequence, what: proposal.clone() }),
        Event::HandoverDue { reason } => summary.reason = Some(Fact { sequence, what: *reason }),
        Event::OwnerChanged { owner: Owner::Waiting, reason: Some(reason), .. } => {
            summary.reason = Some(Fact { sequence, what: *reason });
        }
        _ => {}
    }
}

fn tells_something(intent: Option<Intent>) -> bool {
    !matches!(intent, Some(Intent::Greeting | Intent::Thanks | Intent::Goodbye | Intent::Affirm | Intent::UrgeReply))
}

/// Whether an action finds something out or does something; talk does not count.
fn looks_up(action: ActionName) -> bool {
    !matches!(
        action,
        ActionName::Greet
            | ActionName::SayGoodbye
            | ActionName::AcceptThanks
            | ActionName::Chat
            | ActionName::ShowHelp
            | ActionName::AnswerAbuse
            | ActionName::DeclineOutOfScope
            | ActionName::Acknowledge
            | ActionName::Reassure
            | ActionName::Clarify
            | ActionName::Repeat
            | ActionName::DropWish
            | ActionName::RejectStaleButton
            | ActionName::AskForWords
            | ActionName::HandOver
            | ActionName::AskRating
            | ActionName::TakeRating
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PolicyName, Timestamp, WishEnd};

    fn log(events: Vec<Event>) -> Vec<StoredEvent> {
        let at = Timestamp::from_millis(0);
        (1..).zip(events).map(|(sequence, event)| StoredEvent { sequence, at, event }).collect()
    }

    fn said(text: &str) -> Event {
        let content = Content::Text { text: text.to_owned() };
        Event::Received { key: text.to_owned(), content, meaning: None, in_group: false }
    }

    #[test]
    fn each_fact_names_the_event_it_comes_from() {
        let number: OrderNumber = "2026061600018231".parse().expect("a number");
        let ran = |action| Event::ActionRan { action, policy: PolicyName::Rule };
        let events = log(vec![
            said("杯子漏水"),
            Event::WishStarted { intent: Intent::QualityIssue },
            Event::SlotSet { slot: Slot::Order, value: SlotValue::Order(number.clone()) },
            ran(ActionName::HandleFault),
            said("烦死了，找人来"),
            Event::HandoverDue { reason: HandoverReason::Asked },
            ran(ActionName::HandOver),
            Event::OwnerChanged { owner: Owner::Waiting, reason: Some(HandoverReason::Asked), staff: None },
        ]);
        let summary = summarize(&events);
        assert_eq!(summary.open, [Fact { sequence: 2, what: Intent::QualityIssue }], "what was open stays open");
        assert_eq!(summary.looked_up, [Fact { sequence: 4, what: ActionName::HandleFault }]);
        assert_eq!(summary.orders, [Fact { sequence: 3, what: number }]);
        assert_eq!(summary.problem.iter().map(|fact| fact.sequence).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(summary.reason, Some(Fact { sequence: 8, what: HandoverReason::Asked }));
        for fact in &summary.problem {
            let Event::Received { content: Content::Text { text }, .. } = &events[fact.sequence as usize - 1].event
            else {
                panic!("the problem is quoted from a message");
            };
            assert_eq!(&fact.what, text);
        }
    }

    #[test]
    fn what_is_served_is_not_open() {
        let events = log(vec![
            said("到哪了"),
            Event::WishStarted { intent: Intent::Logistics },
            Event::WishEnded { how: WishEnd::Done },
        ]);
        assert_eq!(summarize(&events).open, []);
    }

    #[test]
    fn yesterday_is_not_told() {
        let events = log(vec![said("昨天的事"), Event::SessionStarted, said("今天的事")]);
        assert_eq!(summarize(&events).problem, [Fact { sequence: 3, what: "今天的事".to_owned() }]);
    }
}
