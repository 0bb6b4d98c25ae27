//! What is it like, from its attributes; else what the knowledge says of goods of its kind; else that is said:
//!
//! > 顾客: 这个耳机能用多久
//! > 小二: AirTune Pro：续航是单次 6 小时 总计 30 小时。
//! > 顾客: 能连两台手机吗
//! > 小二: 这一点商品资料里没写，我不敢乱说。 [转人工]
//!
//! Leaves to others: which attribute is asked for (`nlu`), the description itself (`shop`).

use serde_json::{Value, json};

use super::knowledge::answer_about;
use super::product_choice::need_product;
use super::show::{human_button, product_card};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Content, Intent, Press, Reply, ReplyKey, Slot};

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let (product, events) = need!(need_product(context).await?);
    let asks = context.meaning().and_then(|meaning| {
        meaning.stated.iter().find(|(slot, _)| *slot == Slot::Attribute).map(|(_, names)| names.as_str())
    });
    let words = context.meaning().map(|meaning| meaning.normalized.to_lowercase()).unwrap_or_default();
    // The title's own words ask for nothing.
    let words = words.replace(&product.title.to_lowercase(), "");
    let found = asked(asks.unwrap_or_default(), &words, &product.attributes);
    let press = Press::WishForProduct { intent: Intent::StockQuery, product: product.id };
    let stock = Button::new(ReplyKey::LabelStock, press);
    let reply = |key| {
        Reply::new(key)
            .with("product", product_card(&product))
            .with("description", &product.description)
            .with_image(product.image.clone())
    };
    let outcome = if !found.is_empty() {
        let values: Vec<Value> = found.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        Outcome::done(reply(ReplyKey::DescribeAttributes).with("asked", values).with_row([stock]))
    } else if asks == Some("*") || is_no_question(context) {
        Outcome::done(reply(ReplyKey::DescribeProduct).with_row([stock]))
    } else {
        let unknown = || Outcome::refused(reply(ReplyKey::DescribeUnknown).with_row([human_button()]));
        answer_about(context, Some(&product.category)).unwrap_or_else(unknown)
    };
    Ok(outcome.after_all(events))
}

/// A button, or nothing but a name: then the product itself is asked for.
fn is_no_question(context: &Context<'_>) -> bool {
    let named = |meaning: &crate::domain::Meaning| {
        let named: usize = meaning.entities.iter().map(|entity| entity.end - entity.start).sum();
        let letters = meaning.normalized.chars().filter(|letter| letter.is_alphanumeric()).count();
        named > 0 && letters <= named + 2
    };
    matches!(context.tracker.latest, Some(Content::Pressed { .. })) || context.meaning().is_none_or(named)
}

/// The attributes that are asked for: by a name or a part of it, or by their value.
fn asked<'a>(names: &str, words: &str, attributes: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    let long = |part: &str| part.chars().count() > 1;
    let is_asked = |(name, value): &&(String, String)| {
        words.contains(name.as_str())
            || names.split('|').any(|asked| long(asked) && name.contains(asked))
            || value.split([' ', '/', '|']).any(|part| long(part) && words.contains(&part.to_lowercase()))
    };
    attributes.iter().filter(is_asked).map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name_part_or_value() {
        let listed: Vec<(String, String)> = [("续航", "单次6小时"), ("防水等级", "IPX5"), ("适用场景", "通勤 跑步")]
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for (names, words, expected) in [
            ("续航|电池", "能用多久", vec!["续航"]),
            ("防水|下雨", "下雨能戴吗", vec!["防水等级"]),
            ("", "适用场景是什么", vec!["适用场景"]),
            ("", "是ipx5的吗", vec!["防水等级"]),
            ("", "跑步能戴吗", vec!["适用场景"]),
            ("材质|面料", "什么料子", vec![]),
        ] {
            let found: Vec<&str> = asked(names, words, &listed).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, expected, "{words}");
        }
    }
}
