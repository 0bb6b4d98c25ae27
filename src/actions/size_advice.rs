//! Which size fits, from the size table and the shopper's measures:
//!
//! > 顾客: 那条连衣裙我穿多大
//! > 小二: 告诉我身高和体重，我按这款的尺码表给您选。
//! > 顾客: 165，105斤
//! > 小二: 按身高 165cm、体重 52.5 公斤，这款建议 M 码，黑、雾蓝有货。
//! > 顾客: 那裤子呢
//!
//! Measures that were said hold for the next product too. Where the measures point to two sizes, both are named; where
//! they lie outside the table, that is said and nothing is guessed. Leaves to others: reading measures (`nlu`).

use serde_json::{Value, json};

use super::knowledge::specific_answer;
use super::product_choice::{filter_from_slots, need_product};
use super::show::{human_button, product_card};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{
    Button, EntityKind, Intent, Measure, Measures, Press, Product, ProductFilter, Reply, ReplyKey, Slot,
};
use crate::shop::SizeTable;

/// Pieces of the knowledge that this ability answers better.
const OWN: &[&str] = &["size_how", "size_chart", "size_between", "size_down_jacket", "size_child", "size_shoes"];
/// A person of this height or less wears sizes by height alone.
const CHILD_TALLEST: i64 = 1_550;

/// What the table makes of the measures.
#[derive(Debug, PartialEq, Eq)]
enum Advice {
    /// These sizes, the smaller first; one or two.
    Sizes(Vec<String>),
    /// Smaller or larger than the whole table.
    OutOfRange,
    /// One of these is needed, as the table has them.
    Missing(Vec<Measure>),
}

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let said = said(context);
    let names_goods = context.meaning().is_some_and(|meaning| {
        [EntityKind::Product, EntityKind::Category].iter().any(|kind| meaning.entity(*kind).is_some())
    });
    if said.is_empty()
        && !names_goods
        && let Some(answer) = specific_answer(context, OWN)
    {
        return Ok(answer);
    }
    let (product, events) = match of_category(context).await? {
        Some(product) => (product, Vec::new()),
        None => need!(need_product(context).await?),
    };
    let table = context.shop().size_table(product.id).await?;
    let outcome = match &table {
        None => without_table(context, &product),
        Some(table) => advised(context, &product, table, said),
    };
    Ok(outcome.after_all(events))
}

/// What was said in this conversation.
fn said(context: &Context<'_>) -> Measures {
    context.text(Slot::Measures).map(Measures::from).unwrap_or_default()
}

/// Measures for a wording, in centimetres and kilograms.
fn in_words(said: &Measures) -> Vec<Value> {
    let known = Measure::ALL.iter().filter_map(|measure| {
        let (unit, cut) = if *measure == Measure::Weight { ("kg", 1_000) } else { ("cm", 10) };
        let tenths = (said.of(*measure)? * 10 + cut / 2) / cut;
        let value = match tenths % 10 {
            0 => (tenths / 10).to_string(),
            part => format!("{}.{part}", tenths / 10),
        };
        Some(json!({ "name": measure, "value": value, "unit": unit }))
    });
    known.collect()
}

/// Where only a category was named, its best-selling product stands for its table.
async fn of_category(context: &Context<'_>) -> Result<Option<Product>, ActionError> {
    if context.tracker.slot(Slot::Product).is_some() || context.text(Slot::Category).is_none() {
        return Ok(None);
    }
    let filter = ProductFilter { colour: None, size: None, ..filter_from_slots(context, None) };
    Ok(context.shop().search(&filter, 1, 0).await?.0.pop())
}

fn without_table(context: &Context<'_>, product: &Product) -> Outcome {
    let sizes: Vec<String> = sizes_of(product);
    let outcome = Outcome::refused(
        Reply::new(ReplyKey::SizeNoTable)
            .with("product", product_card(product))
            .with("sizes", &sizes)
            .with_row([human_button()]),
    );
    specific_answer(context, &[]).filter(|_| sizes.is_empty()).unwrap_or(outcome)
}

fn advised(context: &Context<'_>, product: &Product, table: &SizeTable, said: Measures) -> Outcome {
    let of_category = context.tracker.slot(Slot::Product).is_none();
    let fill = |key| {
        Reply::new(key)
            .with("product", product_card(product))
            .with("category", of_category.then_some(&product.category))
            .with("measures", in_words(&said))
    };
    match advise(table, &said) {
        Advice::Missing(missing) => {
            Outcome::ask(fill(ReplyKey::SizeAsk).with("missing", missing), Slot::Measures, Vec::new())
        }
        Advice::OutOfRange => {
            let range: Vec<String> = sizes_in_order(table);
            let ends = [range.first(), range.last()];
            Outcome::refused(fill(ReplyKey::SizeOutOfRange).with("ends", ends).with_row([human_button()]))
        }
        Advice::Sizes(sizes) => {
            let wished = sizes.last().map(String::as_str);
            let there =
                product.variants.iter().filter(|variant| variant.size.as_deref() == wished && variant.stock > 0);
            let colours: Vec<&str> = there.clone().filter_map(|variant| variant.colour.as_deref()).collect();
            let key = if sizes.len() > 1 { ReplyKey::SizeBetween } else { ReplyKey::SizeAdvice };
            let mut reply =
                fill(key).with("sizes", &sizes).with("colours", colours).with("in_stock", there.count() > 0);
            if !of_category {
                let press = Press::WishForProduct { intent: Intent::StockQuery, product: product.id };
                reply = reply.with_row([Button::new(ReplyKey::LabelStock, press)]);
            }
            Outcome::done(reply)
        }
    }
}

fn sizes_of(product: &Product) -> Vec<String> {
    product.variants.iter().filter_map(|variant| variant.size.clone()).fold(Vec::new(), |mut sizes, size| {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
        sizes
    })
}

fn sizes_in_order(table: &SizeTable) -> Vec<String> {
    table.rows.iter().fold(Vec::new(), |mut sizes, row| {
        if !sizes.contains(&row.size) {
            sizes.push(row.size.clone());
        }
        sizes
    })
}

/// The sizes that fit. Where two measures point to different sizes, from the smaller to the larger of them.
fn advise(table: &SizeTable, said: &Measures) -> Advice {
    let has = |measure: Measure| table.rows.iter().any(|row| row.measure == measure.as_str());
    let known = |measure: Measure| has(measure) && said.of(measure).is_some();
    let girth = known(Measure::Chest) || known(Measure::Waist);
    let is_child =
        has(Measure::Height) && !has(Measure::Chest) && said.height.is_some_and(|height| height <= CHILD_TALLEST);
    let mut missing: Vec<Measure> = Vec::new();
    if has(Measure::Height) && has(Measure::Weight) {
        if !girth && !is_child {
            missing.extend([Measure::Height, Measure::Weight].into_iter().filter(|measure| !known(*measure)));
        }
    } else if ![Measure::Height, Measure::Weight, Measure::Chest, Measure::Waist, Measure::Foot].into_iter().any(known)
    {
        missing.extend(
            [Measure::Waist, Measure::Foot, Measure::Height, Measure::Weight]
                .into_iter()
                .filter(|measure| has(*measure))
                .take(1),
        );
    }
    if !missing.is_empty() {
        return Advice::Missing(missing);
    }
    let sizes = sizes_in_order(table);
    let last = sizes.len().saturating_sub(1);
    // For each measure the sizes whose range holds it, or the two between which it lies.
    let mut least = 0;
    let mut most = last;
    let mut largest_needed = 0;
    let mut agrees = true;
    for measure in [Measure::Height, Measure::Weight, Measure::Chest, Measure::Waist, Measure::Foot] {
        let Some(value) = said.of(measure).filter(|_| has(measure)) else { continue };
        let ranges: Vec<(i64, i64)> = sizes
            .iter()
            .filter_map(|size| table.rows.iter().find(|row| row.size == *size && row.measure == measure.as_str()))
            .map(|row| (row.least, row.most))
            .collect();
        let (Some(first), Some(end)) = (ranges.first(), ranges.last()) else { continue };
        let margin = (end.1 - first.0) / 20;
        // Height alone does not keep anybody out: sleeves are a little short or long.
        if measure != Measure::Height && (value < first.0 - margin || value > end.1 + margin) {
            return Advice::OutOfRange;
        }
        let from = ranges.iter().position(|(_, most)| value <= *most).unwrap_or(last);
        let to = ranges.iter().rposition(|(least, _)| value >= *least).unwrap_or(0).max(from);
        largest_needed = largest_needed.max(from);
        agrees &= from.max(least) <= to.min(most);
        least = least.max(from);
        most = most.min(to);
    }
    let pick = |index: usize| sizes.get(index).cloned().unwrap_or_default();
    match agrees {
        true if least == most => Advice::Sizes(vec![pick(least)]),
        true => Advice::Sizes(vec![pick(least), pick(least + 1)]),
        // Too tight is worse than too long.
        false if most + 1 < largest_needed || largest_needed == 0 => Advice::Sizes(vec![pick(largest_needed)]),
        false => Advice::Sizes(vec![pick(largest_needed - 1), pick(largest_needed)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::SizeRow;

    fn table(measures: &[&str], rows: &[(&str, &[(i64, i64)])]) -> SizeTable {
        let rows = rows.iter().flat_map(|(size, ranges)| {
            measures.iter().zip(*ranges).map(|(measure, (least, most))| SizeRow {
                size: (*size).to_owned(),
                measure: (*measure).to_owned(),
                least: least * if *measure == "体重" { 1_000 } else { 10 },
                most: most * if *measure == "体重" { 1_000 } else { 10 },
            })
        });
        SizeTable { name: "表".to_owned(), rows: rows.collect() }
    }

    #[test]
    fn sizes_follow_from_measures() {
        let tops = table(
            &["身高", "体重", "胸围"],
            &[
                ("S", &[(155, 164), (45, 54), (84, 89)]),
                ("M", &[(162, 170), (53, 62), (88, 94)]),
                ("L", &[(168, 176), (61, 70), (94, 100)]),
                ("XL", &[(174, 182), (69, 79), (100, 107)]),
            ],
        );
        let trousers = table(&["腰围", "体重"], &[("27", &[(67, 70), (45, 50)]), ("28", &[(70, 73), (49, 54)])]);
        let children = table(&["身高", "体重"], &[("110", &[(105, 115), (17, 20)]), ("120", &[(115, 125), (20, 24)])]);
        let sizes = |sizes: &[&str]| Advice::Sizes(sizes.iter().map(|size| (*size).to_owned()).collect());
        for (table, said, expected) in [
            (&tops, "身高=1650 体重=57000", sizes(&["M"])),
            (&tops, "身高=1630 体重=53500", sizes(&["S", "M"])),
            (&tops, "身高=1750 体重=65000", sizes(&["L"])),
            // Tall and slim: the weight says M, the height L.
            (&tops, "身高=1720 体重=57000", sizes(&["M", "L"])),
            (&tops, "身高=1650 体重=72000", sizes(&["XL"])),
            (&tops, "身高=1650 体重=120000", Advice::OutOfRange),
            (&tops, "", Advice::Missing(vec![Measure::Height, Measure::Weight])),
            (&tops, "身高=1650", Advice::Missing(vec![Measure::Weight])),
            (&tops, "胸围=980", sizes(&["L"])),
            (&trousers, "腰围=690", sizes(&["27"])),
            (&trousers, "身高=1650 体重=52500", sizes(&["28"])),
            (&trousers, "", Advice::Missing(vec![Measure::Waist])),
            (&children, "身高=1180", sizes(&["120"])),
            (&children, "身高=1150", sizes(&["110", "120"])),
        ] {
            assert_eq!(advise(table, &Measures::from(said)), expected, "{said}");
        }
    }
}
