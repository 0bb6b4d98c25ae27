//! Puts plain words beside the model's view where missing a wish would be grave: a person asked for, danger. Leaves
//! to others: the words (`person`, `danger`).

use super::{danger, person};
use crate::domain::Intent;
use crate::inference::{Calibration, Understanding};

/// How sure plain words are.
const SURE: f32 = 0.97;

/// Corrects `understood` by the words of its (normalised) text.
pub fn refine(text: &str, understood: &mut Understanding, calibration: &Calibration) {
    if danger::must_escalate(text, understood, calibration) {
        understood.escalation = understood.escalation.max(SURE);
    }
    let first = understood.intents.first().map(|(intent, _)| *intent);
    if first != Some(Intent::HumanAgent) && person::asks_for_person(text) {
        let rest: f32 = 1.0 - SURE;
        understood.intents.iter_mut().for_each(|(intent, probability)| {
            *probability = if *intent == Intent::HumanAgent { SURE } else { *probability * rest };
        });
        understood.intents.sort_by(|a, b| b.1.total_cmp(&a.1));
        understood.wishes.retain(|intent| *intent != Intent::HumanAgent);
        understood.wishes.insert(0, Intent::HumanAgent);
        understood.wishes.truncate(3);
    }
}
