//! What to do next, by the first policy that has an opinion: handover, form, rule, fallback. Leaves to others: doing it.

use super::rules::action_for;
use super::tracker::{Phase, Tracker};
use crate::domain::{ActionName, Command, Content, Cue, Intent, Owner, PolicyName, Press, StaffDeed};

/// Messages not understood in a row before a person is called.
const MISUNDERSTOOD_LIMIT: u8 = 3;
/// Wishes that failed in a row before a person is called.
const FAILURE_LIMIT: u8 = 2;

/// An action with the policy that chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The policy.
    pub policy: PolicyName,
    /// The action.
    pub action: ActionName,
}

/// The next action, or none: then it is the shopper's turn.
pub fn decide(tracker: &Tracker) -> Option<Decision> {
    // The matter is closed by staff: what is left is to ask how it went.
    let just_resolved = matches!(tracker.latest, Some(Content::Staff { deed: StaffDeed::Resolve, .. }));
    if tracker.owner == Owner::Resolved && just_resolved && !tracker.answered && !tracker.rated {
        return Some(Decision { policy: PolicyName::Rule, action: ActionName::AskRating });
    }
    if tracker.owner != Owner::Bot {
        return None;
    }
    let handover = || handover(tracker).map(|action| Decision { policy: PolicyName::Handover, action });
    let form = || form(tracker).map(|action| Decision { policy: PolicyName::Form, action });
    let rule = || rule(tracker).map(|action| Decision { policy: PolicyName::Rule, action });
    let fallback = || fallback(tracker).map(|action| Decision { policy: PolicyName::Fallback, action });
    handover().or_else(form).or_else(rule).or_else(fallback)
}

/// A person is due: asked for, dangerous, angry, or the bot has failed too often.
fn handover(tracker: &Tracker) -> Option<ActionName> {
    let failed = tracker.failures >= FAILURE_LIMIT || (tracker.puzzled && tracker.misunderstood >= MISUNDERSTOOD_LIMIT);
    (tracker.handover.is_some() || failed).then_some(ActionName::HandOver)
}

/// An answer came to what a wish had asked, or a wish was interrupted and goes on.
fn form(tracker: &Tracker) -> Option<ActionName> {
    top(tracker, Phase::Due)
}

fn top(tracker: &Tracker, phase: Phase) -> Option<ActionName> {
    tracker
        .wish()
        .filter(|wish| wish.phase == phase && !tracker.puzzled)
        .map(|wish| action_for(wish.intent, tracker.aspect()))
}

/// A wish that has just begun has its action; moves and buttons that are no wish have theirs.
fn rule(tracker: &Tracker) -> Option<ActionName> {
    if let Some(action) = top(tracker, Phase::New) {
        return Some(action);
    }
    if tracker.answered || tracker.puzzled {
        return None;
    }
    match tracker.latest.as_ref()? {
        _ if tracker.outdated => Some(ActionName::RejectStaleButton),
        Content::StalePress => Some(ActionName::RejectStaleButton),
        Content::Pressed { press: Press::Feedback { .. }, .. } => Some(ActionName::TakeFeedback),
        Content::Pressed { press: Press::Rate { .. }, .. } => Some(ActionName::TakeRating),
        Content::Pressed { press: Press::Decline { .. }, .. } => Some(ActionName::DropWish),
        Content::Command { command: Command::Rate } => Some(ActionName::AskRating),
        Content::Contact { .. } => Some(ActionName::VerifyIdentity),
        Content::Unreadable { .. } => Some(ActionName::AskForWords),
        Content::Photo { .. } => Some(ActionName::Acknowledge),
        Content::Text { .. } => {
            let meaning = tracker.meaning.as_ref()?;
            if meaning.signals(Cue::Repeat) {
                Some(ActionName::Repeat)
            } else if meaning.signals(Cue::Cancel) || meaning.has(Intent::Deny) {
                Some(ActionName::DropWish)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Nothing fits: ask what was meant.
fn fallback(tracker: &Tracker) -> Option<ActionName> {
    tracker.puzzled.then_some(ActionName::Clarify)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Event, HandoverReason, Timestamp};

    fn after(events: &[Event]) -> Tracker {
        let mut tracker = Tracker::default();
        for event in events {
            tracker.apply(event, Timestamp::from_millis(0));
        }
        tracker
    }

    fn said() -> Event {
        Event::Received {
            key: "k".to_owned(),
            content: Content::Text { text: "x".to_owned() },
            meaning: None,
            in_group: false,
        }
    }

    #[test]
    fn the_first_policy_with_an_opinion_decides() {
        let wish = Event::WishStarted { intent: Intent::Logistics };
        let due = Event::HandoverDue { reason: HandoverReason::Asked };
        let cases: &[(&str, &[Event], Option<(PolicyName, ActionName)>)] = &[
            ("nothing said", &[], None),
            ("a wish", &[said(), wish.clone()], Some((PolicyName::Rule, ActionName::TrackParcel))),
            ("a person first", &[said(), wish, due], Some((PolicyName::Handover, ActionName::HandOver))),
            ("not understood", &[said(), Event::Misunderstood], Some((PolicyName::Fallback, ActionName::Clarify))),
            (
                "not understood three times",
                &[said(), Event::Misunderstood, Event::Misunderstood, Event::Misunderstood],
                Some((PolicyName::Handover, ActionName::HandOver)),
            ),
        ];
        for (name, events, expected) in cases {
            let decision = decide(&after(events)).map(|decision| (decision.policy, decision.action));
            assert_eq!(decision, *expected, "{name}");
        }
    }

    #[test]
    fn the_bot_is_silent_while_a_person_speaks() {
        let staff = Event::OwnerChanged { owner: Owner::Staff, reason: None, staff: None };
        assert_eq!(decide(&after(&[staff, said(), Event::WishStarted { intent: Intent::Logistics }])), None);
    }
}
