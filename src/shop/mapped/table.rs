//! The needs as people read them: `docs/shops.md` has this table, and a test compares the two.
//! Leaves to others: the needs themselves (`need`, `columns`).

use super::columns::Kind;
use super::need::Need;

/// The needs as a table in Markdown, for `docs/shops.md` and `xiaoer shop needs`.
pub fn table() -> String {
    let mut text = String::from("| need | parameters | columns |\n|---|---|---|\n");
    for need in Need::ALL {
        let parameters = need.parameters().iter().map(|name| {
            let bold = if need.must_use().contains(name) { "**" } else { "" };
            format!("{bold}`:{name}`{bold}")
        });
        let columns = need.columns().iter().map(|column| {
            let optional = if column.required { "" } else { "?" };
            format!("`{}`{optional} {}", column.name, column.kind.name())
        });
        let (parameters, columns): (Vec<_>, Vec<_>) = (parameters.collect(), columns.collect());
        text.push_str(&format!("| `{need}` | {} | {} |\n", parameters.join(" "), columns.join(", ")));
    }
    text
}

impl Kind {
    /// A word for it.
    fn name(self) -> String {
        match self {
            Kind::Id => "id".to_owned(),
            Kind::Key => "key".to_owned(),
            Kind::Text => "text".to_owned(),
            Kind::Named(map) => format!("text ({map})"),
            Kind::Code(map) => format!("code ({map})"),
            Kind::Money => "money".to_owned(),
            Kind::Moment => "time".to_owned(),
            Kind::Count => "count".to_owned(),
            Kind::Integer => "integer".to_owned(),
            Kind::Flag => "flag".to_owned(),
            Kind::OrderNumber => "order number".to_owned(),
            Kind::Phone => "phone".to_owned(),
            Kind::Tracking => "tracking number".to_owned(),
            Kind::Rating => "rating".to_owned(),
            Kind::Options => "options".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::mapped::members;

    #[test]
    fn the_documentation_has_the_table() {
        let page = include_str!("../../../docs/shops.md");
        assert!(page.contains(&table()), "docs/shops.md is behind: put in what `xiaoer shop needs` prints");
        for map in [
            "order_state",
            "after_sale_kind",
            "after_sale_state",
            "coupon_kind",
            "promotion_kind",
            "interaction_kind",
            "paid_back_reason",
        ] {
            for member in members(map).expect("a set") {
                assert!(page.contains(&format!("`{member}`")), "docs/shops.md does not name {member} of {map}");
            }
        }
    }
}
