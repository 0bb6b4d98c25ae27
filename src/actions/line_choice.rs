//! Which part of the order is meant, how many pieces, why, with which evidence: questions that all after-sales
//! abilities share. Leaves to others: what is done about it.

use super::claims::open_pieces;
use super::show::{order_label, short, wish_button};
use super::{Context, Outcome, Step};
use crate::domain::{Button, Event, Intent, Order, OrderLine, Press, Reply, ReplyKey, ReturnReason, Slot, SlotValue};

/// How many numbers of pieces are offered as buttons.
const NUMBERS: u32 = 6;
/// So many letters in a row of what was said name a title.
const TELLING: usize = 3;
/// The value of the line slot that stands for the whole order.
const WHOLE: SlotValue = SlotValue::Number(0);

/// Whether goods were named by product, category or colour.
pub(super) fn names_goods(context: &Context<'_>) -> bool {
    let set = |slot| context.tracker.slot(slot).is_some();
    set(Slot::Product) || set(Slot::Category) || said_colour(context).is_some()
}

/// The colour that was said of what was bought; for an exchange it is said of what is wished.
fn said_colour<'a>(context: &'a Context<'_>) -> Option<&'a str> {
    let wished =
        matches!(context.tracker.wish().map(|wish| wish.intent), Some(Intent::ExchangeGoods | Intent::ChangeOrder));
    context.text(Slot::Colour).filter(|_| !wished)
}

/// Whether a line is of the goods that were named; never where none were.
pub(super) fn is_named(context: &Context<'_>, line: &OrderLine) -> bool {
    let product = match context.tracker.slot(Slot::Product) {
        Some(SlotValue::Product(id)) => Some(line.product == *id),
        Some(SlotValue::Text(name)) => Some(line.title.contains(name.as_str()) || name.contains(&line.title)),
        _ => None,
    };
    let category = context.text(Slot::Category).map(|name| line.title.contains(name));
    let colour = said_colour(context).map(|name| line.variant_label.contains(name));
    product.or(category).or(colour).unwrap_or_else(|| words_name(context, line))
}

/// Whether a word of the message stands in the line's title: "咖啡粉" of 冻干黑咖啡粉.
fn words_name(context: &Context<'_>, line: &OrderLine) -> bool {
    let title = line.title.to_lowercase();
    let telling = |word: &&String| word.chars().count() >= 2 && !word.chars().all(|letter| letter.is_ascii_digit());
    // What was said when the wish began still counts while it is being settled.
    let matter: Vec<char> = context.text(Slot::Matter).unwrap_or_default().to_lowercase().chars().collect();
    let told = matter
        .windows(TELLING)
        .filter(|letters| letters.iter().all(|letter| letter.is_alphabetic()))
        .any(|letters| title.contains(&letters.iter().collect::<String>()));
    let words = context.meaning().map(|meaning| meaning.words.as_slice()).unwrap_or_default();
    told || words.iter().filter(telling).any(|word| title.contains(word.as_str()))
}

/// The line that the wish is about: the only one, the one named, or one of a list of buttons.
pub(super) fn need_line<'o>(context: &Context<'_>, order: &'o Order) -> Step<&'o OrderLine> {
    need_line_of(context, order.lines.iter().collect())
}

/// The same among some lines of an order.
pub(super) fn need_line_of<'o>(context: &Context<'_>, lines: Vec<&'o OrderLine>) -> Step<&'o OrderLine> {
    if let Some(SlotValue::Line(id)) = context.tracker.slot(Slot::Line)
        && let Some(line) = lines.iter().find(|line| line.id == *id)
    {
        return Step::Have(line);
    }
    if let [line] = lines.as_slice() {
        return Step::Have(line);
    }
    let mut named = lines.iter().filter(|line| is_named(context, line));
    if let (Some(line), None) = (named.next(), named.next()) {
        return Step::Have(line);
    }
    Step::Stop(ask_line(&lines, None))
}

fn ask_line(lines: &[&OrderLine], whole: Option<SlotValue>) -> Outcome {
    let mut reply = Reply::new(ReplyKey::AfterSaleChooseLine);
    let mut choices = Vec::with_capacity(lines.len() + 1);
    for line in lines {
        let value = SlotValue::Line(line.id);
        let button = Button::new(ReplyKey::LabelLine, Press::Choose { slot: Slot::Line, value: value.clone() });
        let button = button.with("title", short(&line.title)).with("variant", &line.variant_label);
        reply = reply.with_row([button]);
        choices.push(value);
    }
    if let Some(value) = whole {
        let press = Press::Choose { slot: Slot::Line, value: value.clone() };
        reply = reply.with_row([Button::new(ReplyKey::LabelWhole, press)]);
        choices.push(value);
    }
    Outcome::ask(reply, Slot::Line, choices)
}

/// Pieces of one line, or everything of the order that is not yet claimed.
pub(super) struct Part<'o> {
    /// The line; none for the whole order.
    pub line: Option<&'o OrderLine>,
    /// The lines it touches.
    pub lines: Vec<&'o OrderLine>,
    /// Pieces in all.
    pub quantity: u32,
}

impl Part<'_> {
    /// The part's name for a listing.
    pub fn name(&self, reply: Reply) -> Reply {
        let first = self.lines.first();
        let variant = self.line.map(|line| line.variant_label.clone()).unwrap_or_default();
        reply
            .with("title", first.map(|line| short(&line.title)))
            .with("variant", variant)
            .with("quantity", self.quantity)
            .with("lines", self.lines.len())
    }
}

/// A line with a number of pieces, or the whole order.
pub(super) fn need_part<'o>(context: &Context<'_>, order: &'o Order) -> Step<Part<'o>> {
    let open: Vec<&OrderLine> = order.lines.iter().filter(|line| open_pieces(order, line) > 0).collect();
    if open.is_empty() {
        return Step::Stop(already_there(context, order));
    }
    if open.len() > 1 {
        if context.tracker.slot(Slot::Line) == Some(&WHOLE) {
            let quantity = open.iter().map(|line| open_pieces(order, line)).sum();
            return Step::Have(Part { line: None, lines: open, quantity });
        }
        let mut named = open.iter().filter(|line| is_named(context, line));
        let named = match (named.next(), named.next()) {
            (Some(line), None) => Some(*line),
            _ => None,
        };
        let chosen = match context.tracker.slot(Slot::Line) {
            Some(SlotValue::Line(id)) => open.iter().find(|line| line.id == *id).copied(),
            _ => None,
        };
        return match chosen.or(named) {
            Some(line) => {
                need_pieces(context, order, line).map(|quantity| Part { line: Some(line), lines: vec![line], quantity })
            }
            None => Step::Stop(ask_line(&open, Some(WHOLE))),
        };
    }
    let line = open[0];
    need_pieces(context, order, line).map(|quantity| Part { line: Some(line), lines: vec![line], quantity })
}

/// How many pieces of a line: the only one, the number said, or one of a list of buttons.
pub(super) fn need_pieces(context: &Context<'_>, order: &Order, line: &OrderLine) -> Step<u32> {
    let open = open_pieces(order, line);
    if open == 0 {
        return Step::Stop(already_there(context, order));
    }
    let said = match context.tracker.slot(Slot::Quantity) {
        Some(SlotValue::Number(number)) => u32::try_from(*number).ok(),
        _ => None,
    };
    match said {
        Some(pieces) if (1..=open).contains(&pieces) => return Step::Have(pieces),
        _ if open == 1 => return Step::Have(1),
        _ => {}
    }
    let key = if said.is_some() { ReplyKey::AfterSaleTooMany } else { ReplyKey::AfterSaleAskQuantity };
    let mut reply = Reply::new(key).with("title", short(&line.title)).with("most", open);
    let numbers: Vec<u32> = (1..=open).take(usize::try_from(NUMBERS).unwrap_or(1)).collect();
    let choices: Vec<SlotValue> = numbers.iter().map(|number| SlotValue::Number(i64::from(*number))).collect();
    reply = reply.with_row(numbers.iter().zip(&choices).map(|(number, value)| {
        let press = Press::Choose { slot: Slot::Quantity, value: value.clone() };
        Button::new(ReplyKey::LabelQuantity, press).with("quantity", number)
    }));
    Step::Stop(Outcome::ask(reply, Slot::Quantity, choices).after(Event::SlotCleared { slot: Slot::Quantity }))
}

/// Everything of it is claimed already.
fn already_there(context: &Context<'_>, order: &Order) -> Outcome {
    let latest = order.after_sales.last();
    let reply = Reply::new(ReplyKey::AfterSaleAlreadyThere)
        .with("order", order_label(context, order))
        .with("kind", latest.map(|request| request.kind))
        .with("state", latest.map(|request| request.state));
    Outcome::refused(reply.with_row([wish_button(Intent::RefundStatus, order)]))
}

/// Why: a known reason, or the shopper's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// As far as it changes what the shop does.
    pub kind: ReturnReason,
    /// For the record: the known reason's name, or the words.
    pub text: String,
}

/// The reason as far as it was said.
pub(super) fn said_reason(context: &Context<'_>) -> Option<Reason> {
    let text = context.text(Slot::Reason)?;
    // Words that told of a fault were heard as one of the known reasons.
    Some(Reason { kind: text.parse().unwrap_or(ReturnReason::NoReason), text: text.to_owned() })
}

/// The reason, from what was said or by asking.
pub(super) fn need_reason(context: &Context<'_>) -> Step<Reason> {
    if let Some(reason) = said_reason(context) {
        return Step::Have(reason);
    }
    let mut reply = Reply::new(ReplyKey::AfterSaleAskReason);
    let mut choices = Vec::with_capacity(ReturnReason::ALL.len());
    for reason in ReturnReason::ALL {
        let value = SlotValue::Text(reason.as_str().to_owned());
        let press = Press::Choose { slot: Slot::Reason, value: value.clone() };
        reply = reply.with_row([Button::new(ReplyKey::LabelReason, press).with("reason", reason)]);
        choices.push(value);
    }
    Step::Stop(Outcome::ask(reply, Slot::Reason, choices))
}

/// Asks for one of a few answers; their labels are the names of `set` in `prompts/names.toml`.
pub(super) fn ask_one_of(reply: Reply, slot: Slot, set: &str, values: &[&str]) -> Outcome {
    let choices: Vec<SlotValue> = values.iter().map(|value| SlotValue::Text((*value).to_owned())).collect();
    let buttons = values.iter().zip(&choices).map(|(value, choice)| {
        let press = Press::Choose { slot, value: choice.clone() };
        Button::new(ReplyKey::LabelChoice, press).with("value", value).with("set", set)
    });
    let buttons: Vec<Button> = buttons.collect();
    let reply = buttons.chunks(2).fold(reply, |reply, row| reply.with_row(row.to_vec()));
    Outcome::ask(reply, slot, choices)
}

/// Whether there is a photo of the fault; asked for once.
pub(super) fn need_photo(context: &Context<'_>) -> Step<bool> {
    match context.text(Slot::Photo) {
        Some(photo) => Step::Have(photo != "none"),
        None => Step::Stop(ask_one_of(Reply::new(ReplyKey::AfterSaleAskPhoto), Slot::Photo, "photo", &["none"])),
    }
}
