//! Which variant is wished instead of the one that was bought: by button, by colour and size, or by "大一码". What is
//! not said stays as it was. Leaves to others: exchanging it (`exchange`, `change_order`).

use super::show::short;
use super::{Context, Outcome, Step};
use crate::domain::{Aspect, Button, Event, Press, Product, Reply, ReplyKey, Slot, SlotValue, Variant, VariantId};

/// How many variants are offered.
const OFFERED: usize = 8;

/// What is wished of the new variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wished<'a> {
    colour: Option<&'a str>,
    size: Option<&'a str>,
    /// One size up or down.
    step: isize,
}

/// The variant that is wished instead of `current`, with `pieces` in stock and at the same price. Where the goods are
/// at fault and nothing else is wished, the same variant is meant.
pub(super) fn need_variant<'p>(
    context: &Context<'_>,
    product: &'p Product,
    current: VariantId,
    pieces: u32,
    same_by_default: bool,
) -> Step<&'p Variant> {
    let own = product.variants.iter().find(|variant| variant.id == current);
    let price = own.map(|variant| variant.price);
    let available = |variant: &&Variant| variant.stock >= i64::from(pieces) && Some(variant.price) == price;
    let others: Vec<&Variant> =
        product.variants.iter().filter(|variant| variant.id != current).filter(available).collect();
    if let Some(SlotValue::Variant(id)) = context.tracker.slot(Slot::Variant)
        && let Some(variant) = product.variants.iter().find(|variant| variant.id == *id)
    {
        return if available(&variant) {
            Step::Have(variant)
        } else {
            Step::Stop(unavailable(product, &[variant], price, others))
        };
    }
    let wished = Wished { colour: context.text(Slot::Colour), size: context.text(Slot::Size), step: step(context) };
    if wished == Wished::default() {
        return match own.filter(available).filter(|_| same_by_default) {
            Some(variant) => Step::Have(variant),
            None => Step::Stop(offer(Reply::new(ReplyKey::VariantChoose), product, others)),
        };
    }
    let fitting = fitting(product, own, wished);
    let mut there = fitting.iter().copied().filter(available);
    match (there.next(), there.next()) {
        (Some(variant), None) => Step::Have(variant),
        (Some(_), Some(_)) => {
            let several = fitting.iter().copied().filter(available).collect();
            Step::Stop(offer(Reply::new(ReplyKey::VariantChoose), product, several))
        }
        (None, _) => Step::Stop(unavailable(product, &fitting, price, others)),
    }
}

fn step(context: &Context<'_>) -> isize {
    let chosen = context.text(Slot::Variant);
    match (context.tracker.aspect(), chosen) {
        (_, Some("larger")) | (Some(Aspect::Larger), None) => 1,
        (_, Some("smaller")) | (Some(Aspect::Smaller), None) => -1,
        _ => 0,
    }
}

/// The variants that fit the wish; colour and size that were not said are as they were, if there is such a variant.
fn fitting<'p>(product: &'p Product, own: Option<&Variant>, wished: Wished<'_>) -> Vec<&'p Variant> {
    let sizes: Vec<&str> =
        product.variants.iter().filter_map(|variant| variant.size.as_deref()).fold(Vec::new(), |mut sizes, size| {
            if !sizes.contains(&size) {
                sizes.push(size);
            }
            sizes
        });
    let own_size = own.and_then(|variant| variant.size.as_deref());
    let stepped = (wished.step != 0 && wished.size.is_none())
        .then(|| sizes.iter().position(|size| Some(*size) == own_size)?.checked_add_signed(wished.step))
        .flatten();
    let size = match (wished.size, wished.step) {
        (Some(size), _) => Some(size),
        (None, 0) => None,
        (None, _) => match stepped.and_then(|index| sizes.get(index)) {
            Some(size) => Some(*size),
            None => return Vec::new(),
        },
    };
    let fits_colour = |has: Option<&str>| match (wished.colour, has) {
        (Some(said), Some(has)) => has.contains(said) || said.contains(has),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let found: Vec<&Variant> = product
        .variants
        .iter()
        .filter(|variant| fits_colour(variant.colour.as_deref()))
        .filter(|variant| size.is_none_or(|said| variant.size.as_deref().is_some_and(|has| is_size(said, has))))
        .filter(|variant| own.is_none_or(|own| own.id != variant.id))
        .collect();
    let like_own: Vec<&Variant> = found
        .iter()
        .copied()
        .filter(|variant| wished.colour.is_some() || own.is_none_or(|own| own.colour == variant.colour))
        .filter(|variant| size.is_some() || own.is_none_or(|own| own.size == variant.size))
        .collect();
    if like_own.is_empty() { found } else { like_own }
}

/// Whether a size as said names this size: "L" is not "XL", "42" is "42mm" and "12GB" is "12GB+256GB".
pub(super) fn is_size(said: &str, has: &str) -> bool {
    let is_number = said.starts_with(|letter: char| letter.is_ascii_digit());
    has.eq_ignore_ascii_case(said)
        || has.split(|letter: char| !letter.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(said))
        || (is_number
            && has.strip_prefix(said).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit())))
}

/// What is wished is not to be had: why, and what is.
fn unavailable(
    product: &Product,
    wished: &[&Variant],
    price: Option<crate::domain::Money>,
    mut others: Vec<&Variant>,
) -> Outcome {
    let first = wished.first();
    let why = match first {
        None => "unknown",
        Some(variant) if Some(variant.price) != price => "price",
        Some(_) => "stock",
    };
    let reply = Reply::new(ReplyKey::VariantUnavailable)
        .with("label", first.map(|variant| variant.label()))
        .with("why", why)
        .with("price", first.map(|variant| variant.price.to_string()));
    let cleared = [Slot::Variant, Slot::Colour, Slot::Size, Slot::Aspect].map(|slot| Event::SlotCleared { slot });
    // What shares most with the wish comes first.
    let unlike = |other: &Variant| {
        first.map_or(0, |first| u8::from(first.colour != other.colour) + u8::from(first.size != other.size))
    };
    others.sort_by_key(|other| unlike(other));
    offer(reply, product, others).after_all(cleared.to_vec())
}

fn offer(reply: Reply, product: &Product, variants: Vec<&Variant>) -> Outcome {
    let mut reply = reply.with("title", short(&product.title)).with("others", variants.len());
    if variants.is_empty() {
        return Outcome::refused(if reply.key == ReplyKey::VariantChoose {
            Reply { key: ReplyKey::VariantNoneOther, ..reply }
        } else {
            reply
        });
    }
    let mut choices = Vec::new();
    for variant in variants.into_iter().take(OFFERED) {
        let value = SlotValue::Variant(variant.id);
        let press = Press::Choose { slot: Slot::Variant, value: value.clone() };
        reply = reply.with_row([Button::new(ReplyKey::LabelVariant, press).with("label", variant.label())]);
        choices.push(value);
    }
    Outcome::ask(reply, Slot::Variant, choices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, ProductId};

    fn product(variants: &[(Option<&str>, Option<&str>)]) -> Product {
        let variant = |(index, (colour, size)): (usize, &(Option<&str>, Option<&str>))| Variant {
            id: VariantId(i64::try_from(index).expect("small")),
            product: ProductId(1),
            colour: colour.map(str::to_owned),
            size: size.map(str::to_owned),
            price: Money::from_yuan(100),
            stock: 5,
        };
        Product {
            id: ProductId(1),
            title: "连衣裙".to_owned(),
            brand: String::new(),
            category: String::new(),
            description: String::new(),
            attributes: Vec::new(),
            on_shelf: true,
            rating_tenths: None,
            sold: 0,
            returnable: true,
            warranty_months: 0,
            needs_installation: false,
            image: None,
            variants: variants.iter().enumerate().map(variant).collect(),
        }
    }

    #[test]
    fn sizes_are_whole() {
        for (said, has, expected) in [
            ("l", "L", true),
            ("L", "XL", false),
            ("XL", "L", false),
            ("42", "42mm", true),
            ("4", "42mm", false),
            ("12GB", "12GB+256GB", true),
            ("170", "170/92A", true),
        ] {
            assert_eq!(is_size(said, has), expected, "{said} {has}");
        }
    }

    #[test]
    fn what_is_not_said_stays_as_it_was() {
        let (blue, black) = (Some("雾蓝"), Some("黑"));
        let (medium, large, wide) = (Some("M"), Some("L"), Some("XL"));
        let dress = product(&[(blue, medium), (blue, large), (blue, wide), (black, medium), (black, large)]);
        for (colour, size, step, expected) in [
            (None, large, 0, vec![1]),
            (black, None, 0, vec![3]),
            (black, large, 0, vec![4]),
            (None, None, 1, vec![1]),
            (None, None, -1, vec![]),
            (Some("红"), None, 0, vec![]),
            (black, wide, 0, vec![]),
        ] {
            let found = fitting(&dress, Some(&dress.variants[0]), Wished { colour, size, step });
            let ids: Vec<i64> = found.iter().map(|variant| variant.id.0).collect();
            assert_eq!(ids, expected, "{colour:?} {size:?} {step}");
        }
    }
}
