//! Slots that a message fills beside goods and orders: where to, when, why, how it is paid.
//! Leaves to others: orders, goods, sizes and lists (`interpret`).

use super::tracker::Tracker;
use crate::domain::{Aspect, EntityKind, EntityValue, Event, Intent, Meaning, Measures, ReturnReason, Slot, SlotValue};

/// The parts of an address from wide to narrow. A part that is named anew leaves nothing of what lay below the old one.
const ADDRESS: [Slot; 4] = [Slot::Province, Slot::City, Slot::District, Slot::Street];

/// The ways to pay that a message can name. A gift card pays for an order only where one is being placed.
const PAYMENTS: &[(Aspect, &str)] = &[
    (Aspect::PayWechat, "wechat"),
    (Aspect::PayAlipay, "alipay"),
    (Aspect::PayCard, "card"),
    (Aspect::GiftCard, "gift_card"),
];

/// What the message says of address, time, reason and photo.
pub(super) fn details_of(state: &Tracker, meaning: &Meaning) -> Vec<Event> {
    let mut events = address(state, meaning);
    let text = |slot, text: &str| Event::SlotSet { slot, value: SlotValue::Text(text.to_owned()) };
    for value in meaning.values() {
        match value {
            EntityValue::Date(date) => events.push(text(Slot::Day, &date.to_string())),
            EntityValue::Time(time) => {
                events.push(text(Slot::HalfDay, if time.hour() < 12 { "morning" } else { "afternoon" }));
            }
            _ => {}
        }
    }
    if meaning.entity(EntityKind::Time).is_none() {
        for (aspect, half) in [(Aspect::Morning, "morning"), (Aspect::Afternoon, "afternoon")] {
            if meaning.names(aspect) {
                events.push(text(Slot::HalfDay, half));
            }
        }
    }
    for (slot, value) in &meaning.stated {
        match slot {
            // What a question asks for is no value of a wish.
            Slot::Attribute => {}
            // Measures come one by one: what was said of them before still holds.
            Slot::Measures => {
                let before = match state.slot(Slot::Measures) {
                    Some(SlotValue::Text(before)) => Measures::from(before.as_str()),
                    _ => Measures::default(),
                };
                events.push(text(Slot::Measures, &Measures::from(value.as_str()).or(before).to_string()));
            }
            _ => events.push(text(*slot, value)),
        }
    }
    if state.wish().is_some_and(|wish| wish.intent == Intent::PlaceOrder) || meaning.has(Intent::PlaceOrder) {
        let ways = PAYMENTS.iter().filter(|(aspect, _)| meaning.names(*aspect));
        events.extend(ways.map(|(_, way)| text(Slot::Payment, way)));
        if meaning.names(Aspect::NoCoupon) {
            events.push(Event::SlotSet { slot: Slot::Coupon, value: SlotValue::Number(0) });
        }
    }
    if let Some(reason) = fault(meaning) {
        events.push(text(Slot::Reason, reason.as_str()));
    }
    for (aspect, opened) in [(Aspect::Opened, "yes"), (Aspect::Unopened, "no")] {
        if meaning.names(aspect) {
            events.push(text(Slot::Opened, opened));
        }
    }
    events
}

/// Whether a return, an exchange or money is wished.
fn settles(meaning: &Meaning) -> bool {
    let wishes = [Intent::Compensation, Intent::ReturnGoods, Intent::RefundRequest, Intent::ExchangeGoods];
    wishes.iter().any(|wish| meaning.has(*wish))
}

/// The fault that a message tells of.
fn fault(meaning: &Meaning) -> Option<ReturnReason> {
    if meaning.has(Intent::MissingWrongItem) {
        Some(ReturnReason::WrongItem)
    } else if meaning.has(Intent::QualityIssue) || (settles(meaning) && meaning.names(Aspect::Faulty)) {
        Some(ReturnReason::Quality)
    } else {
        None
    }
}

fn address(state: &Tracker, meaning: &Meaning) -> Vec<Event> {
    let named: Vec<(Slot, &String)> = meaning
        .values()
        .filter_map(|value| match value {
            EntityValue::Province(name) => Some((Slot::Province, name)),
            EntityValue::City(name) => Some((Slot::City, name)),
            EntityValue::District(name) => Some((Slot::District, name)),
            EntityValue::Street(name) => Some((Slot::Street, name)),
            _ => None,
        })
        .collect();
    let mut events = Vec::new();
    let widest = named.iter().filter_map(|(slot, _)| ADDRESS.iter().position(|part| part == slot)).min();
    if let Some(widest) = widest {
        let is_named = |part: &Slot| named.iter().any(|(slot, _)| slot == part);
        // A new district keeps the street: it may only have been misspelt.
        let below = if ADDRESS[widest] == Slot::District { &[][..] } else { &ADDRESS[widest + 1..] };
        let above = if ADDRESS[widest] == Slot::City { &ADDRESS[..1] } else { &[][..] };
        let outdated = below.iter().chain(above).filter(|part| !is_named(part) && state.slot(**part).is_some());
        events.extend(outdated.map(|part| Event::SlotCleared { slot: *part }));
    }
    events.extend(named.into_iter().map(|(slot, name)| Event::SlotSet { slot, value: SlotValue::Text(name.clone()) }));
    events
}

/// Whether a value for `set` answers a question for `asked`: an address comes in parts, a line or variant by its looks.
pub(super) fn answers(asked: Slot, set: Slot) -> bool {
    asked == set
        || match asked {
            Slot::Address | Slot::Province | Slot::City | Slot::District | Slot::Street => {
                ADDRESS.contains(&set) || matches!(set, Slot::Phone | Slot::ReceiverName)
            }
            Slot::Order | Slot::Line => matches!(set, Slot::Product | Slot::Category | Slot::Colour),
            Slot::Variant => matches!(set, Slot::Colour | Slot::Size | Slot::Quantity),
            Slot::InvoiceTitle => matches!(set, Slot::TaxNumber | Slot::Email),
            // A product is asked for one more to compare it with, whichever of the two it is named as.
            Slot::OtherProduct => set == Slot::Product,
            Slot::Day => set == Slot::HalfDay,
            Slot::HalfDay => set == Slot::Day,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Emotion, Entity, Timestamp};

    fn meaning(values: Vec<EntityValue>, intents: Vec<Intent>) -> Meaning {
        let entity = |value| Entity { start: 0, end: 1, text: String::new(), value };
        Meaning {
            normalized: String::new(),
            words: Vec::new(),
            entities: values.into_iter().map(entity).collect(),
            ranked: Vec::new(),
            intents,
            emotion: Emotion::Neutral,
            emotion_probability: 1.0,
            out_of_scope: 0.0,
            escalation: 0.0,
            cues: Vec::new(),
            aspects: Vec::new(),
            stated: Vec::new(),
            language: None,
            parts: Vec::new(),
        }
    }

    fn slots_after(before: &[(Slot, &str)], said: Vec<EntityValue>) -> Vec<(Slot, String)> {
        let mut tracker = Tracker::default();
        for (slot, text) in before {
            tracker.slots.insert(*slot, SlotValue::Text((*text).to_owned()));
        }
        for event in details_of(&tracker.clone(), &meaning(said, Vec::new())) {
            tracker.apply(&event, Timestamp::from_millis(0));
        }
        tracker.slots.into_iter().map(|(slot, value)| (slot, value.to_string())).collect()
    }

    #[test]
    fn a_new_place_leaves_nothing_of_the_old_one_below_it() {
        let old: &[(Slot, &str)] = &[
            (Slot::Province, "浙江省"),
            (Slot::City, "杭州市"),
            (Slot::District, "西湖区"),
            (Slot::Street, "文三路1号"),
        ];
        let keep =
            |slots: &[(Slot, &str)]| slots.iter().map(|(slot, text)| (*slot, (*text).to_owned())).collect::<Vec<_>>();
        let cases = [
            (
                vec![EntityValue::Street("文三路2号".to_owned())],
                keep(&[
                    (Slot::Province, "浙江省"),
                    (Slot::City, "杭州市"),
                    (Slot::District, "西湖区"),
                    (Slot::Street, "文三路2号"),
                ]),
            ),
            (
                vec![EntityValue::District("滨江区".to_owned())],
                keep(&[
                    (Slot::Province, "浙江省"),
                    (Slot::City, "杭州市"),
                    (Slot::District, "滨江区"),
                    (Slot::Street, "文三路1号"),
                ]),
            ),
            (
                vec![EntityValue::City("苏州市".to_owned()), EntityValue::Street("人民路3号".to_owned())],
                keep(&[(Slot::City, "苏州市"), (Slot::Street, "人民路3号")]),
            ),
        ];
        for (said, expected) in cases {
            assert_eq!(slots_after(old, said.clone()), expected, "{said:?}");
        }
    }

    #[test]
    fn a_fault_that_is_told_of_is_the_reason() {
        for (intents, expected) in [
            (vec![Intent::ReturnGoods], None),
            (vec![Intent::ReturnGoods, Intent::QualityIssue], Some("quality")),
            (vec![Intent::MissingWrongItem], Some("wrong_item")),
        ] {
            let events = details_of(&Tracker::default(), &meaning(Vec::new(), intents.clone()));
            let reason = events.iter().find_map(|event| match event {
                Event::SlotSet { slot: Slot::Reason, value } => Some(value.to_string()),
                _ => None,
            });
            assert_eq!(reason.as_deref(), expected, "{intents:?}");
        }
    }
}
