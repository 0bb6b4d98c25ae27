//! What conversations reached of the closed sets, with the names of what none reached. Labels of buttons are left out:
//! what is sent holds their words, not their keys. Leaves to others: printing it (`report_text`).

use std::collections::BTreeMap;

use super::run::Run;
use crate::domain::{
    ActionName, Cue, Emotion, EntityKind, Event, HandoverReason, Intent, Owner, PolicyName, ReplyKey, Slot,
};

/// What was reached of one closed set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reached {
    /// The set's name.
    pub of: &'static str,
    /// How often each member was met, in the order of the set.
    pub counts: Vec<(&'static str, usize)>,
}

impl Reached {
    /// Members that were met at all.
    pub fn met(&self) -> usize {
        self.counts.iter().filter(|(_, count)| *count > 0).count()
    }

    /// The names of members that were never met.
    pub fn never(&self) -> Vec<&'static str> {
        self.counts.iter().filter(|(_, count)| *count == 0).map(|(name, _)| *name).collect()
    }
}

/// Counts by set and member.
#[derive(Default)]
struct Tally(BTreeMap<(&'static str, &'static str), usize>);

impl Tally {
    fn meet(&mut self, set: &'static str, member: &'static str) {
        *self.0.entry((set, member)).or_default() += 1;
    }

    fn reached(&self, of: &'static str, members: impl Iterator<Item = &'static str>) -> Reached {
        let counts = members.map(|member| (member, self.0.get(&(of, member)).copied().unwrap_or(0)));
        Reached { of, counts: counts.collect() }
    }
}

/// What these runs reached.
pub fn coverage(runs: &[Run]) -> Vec<Reached> {
    let mut tally = Tally::default();
    for turn in runs.iter().flat_map(|run| &run.turns) {
        tally.meet("owners", turn.owner.as_str());
        for (policy, action) in turn.steps() {
            tally.meet("policies", policy.as_str());
            tally.meet("actions", action.as_str());
        }
        for key in turn.keys() {
            tally.meet("reply keys", key.as_str());
        }
        if let Some(meaning) = turn.meaning() {
            meaning.intents.iter().for_each(|intent| tally.meet("intents", intent.as_str()));
            meaning.cues.iter().for_each(|cue| tally.meet("moves", cue.as_str()));
            meaning.values().for_each(|value| tally.meet("entities", value.kind().as_str()));
            tally.meet("emotions", meaning.emotion.as_str());
        }
        for event in &turn.events {
            match event {
                Event::SlotSet { slot, .. } => tally.meet("slots", slot.as_str()),
                Event::HandoverDue { reason } => tally.meet("handover reasons", reason.as_str()),
                Event::OwnerChanged { reason: Some(reason), .. } => tally.meet("handover reasons", reason.as_str()),
                _ => {}
            }
        }
    }
    macro_rules! all {
        ($of:literal, $set:ty) => {
            tally.reached($of, <$set>::ALL.iter().map(|member| member.as_str()))
        };
    }
    let said = ReplyKey::ALL.iter().map(|key| key.as_str()).filter(|key| !key.starts_with("label."));
    vec![
        all!("intents", Intent),
        all!("actions", ActionName),
        tally.reached("reply keys", said),
        all!("policies", PolicyName),
        all!("handover reasons", HandoverReason),
        all!("moves", Cue),
        all!("emotions", Emotion),
        all!("entities", EntityKind),
        all!("slots", Slot),
        all!("owners", Owner),
    ]
}
