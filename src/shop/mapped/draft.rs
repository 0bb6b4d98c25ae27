//! A first mapping for a schema that nobody has described: tables and columns are looked at, and by their names a
//! statement is drafted per need for a person to finish. Leaves to others: trying it out (`check`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::cell::{Cell, RawRow};
use super::columns::{Column, Kind, members};
use super::hints::{HINTS, Hint, ID, MEMBER, ORDER_COLUMNS, PRODUCT};
use super::need::Need;
use super::statement::Dialect;
use super::{Access, Argument, Database, FetchError, MappingError, Rendered, dialect};

/// A table with its columns and their types, as the database writes them.
pub type Tables = BTreeMap<String, Vec<(String, String)>>;

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The address.
    #[error(transparent)]
    Address(#[from] MappingError),
    /// The database.
    #[error("the schema cannot be read: {0}")]
    Fetch(#[from] FetchError),
    /// Nothing there.
    #[error("the database has no tables; check the name of the database in the address")]
    Empty,
}

/// Looks at the schema at `address` and drafts a mapping.
pub async fn draft(address: &str) -> Result<String, DraftError> {
    let database = Database::at(address, Access::Read, Duration::from_secs(10), 1)?;
    let tables = tables(&database).await?;
    database.close().await;
    if tables.is_empty() {
        return Err(DraftError::Empty);
    }
    Ok(drafted(address, dialect(address)?, &tables))
}

async fn tables(database: &Database) -> Result<Tables, FetchError> {
    let mut tables = Tables::new();
    let sql = match database.dialect() {
        Dialect::Mysql => {
            "select table_name as t, column_name as c, column_type as k from information_schema.columns
             where table_schema = database() order by table_name, ordinal_position"
        }
        Dialect::Postgres => {
            "select table_name::text as t, column_name::text as c, data_type::text as k from information_schema.columns
             where table_schema = current_schema() order by table_name, ordinal_position"
        }
        Dialect::Sqlite => {
            "select m.name as t, p.name as c, p.type as k from sqlite_schema m join pragma_table_info(m.name) p
             where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, p.cid"
        }
    };
    let text = |row: &RawRow, column: &str| match row.cell(column) {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    for row in database.fetch(Rendered { sql: sql.to_owned(), values: Vec::<Argument>::new() }).await? {
        tables.entry(text(&row, "t")).or_default().push((text(&row, "c"), text(&row, "k")));
    }
    Ok(tables)
}

/// The table that fits best: by its name without a prefix, then by how many of the columns it has.
fn best<'a>(hint: &Hint, tables: &'a Tables) -> Option<(&'a str, &'a [(String, String)])> {
    let score = |name: &str, columns: &[(String, String)]| {
        let bare = name.to_lowercase();
        let named = hint.tables.iter().position(|word| bare == *word || bare.ends_with(&format!("_{word}")));
        let found = hint.columns.iter().filter(|(_, names)| pick(names, columns).is_some()).count();
        let named = named.map_or(0, |place| 30 - 3 * place.min(8));
        if found * 3 < hint.columns.len() || (named == 0 && found * 2 < hint.columns.len()) { 0 } else { named + found }
    };
    let scored = tables.iter().map(|(name, columns)| (score(name, columns), name, columns));
    let (score, name, columns) = scored.max_by_key(|(score, name, _)| (*score, std::cmp::Reverse(name.len())))?;
    (score > 0).then_some((name.as_str(), columns.as_slice()))
}

fn pick<'a>(names: &[&str], columns: &'a [(String, String)]) -> Option<&'a str> {
    names
        .iter()
        .find_map(|wanted| columns.iter().map(|(name, _)| name.as_str()).find(|name| name.eq_ignore_ascii_case(wanted)))
}

fn drafted(address: &str, dialect: Dialect, tables: &Tables) -> String {
    let shown = without_password(address);
    let mut text = format!(
        "# Drafted by `xiaoer shop check --init`: every line marked TODO is a guess to be looked at. docs/shops.md tells what\n\
         # each need must give; `xiaoer shop check FILE` tells what is still wrong.\n\n\
         [connection]\nurl = {shown:?}\n# password_env = \"XIAOER_SHOP_PASSWORD\"\nzone = \"Asia/Shanghai\"\n\
         money = \"yuan\"      # TODO or \"cents\"\nepoch = \"seconds\"   # TODO or \"millis\", for times that are numbers\n\n\
         [values.order_state] # TODO the shop's codes on the left\n",
    );
    for (code, state) in members("order_state").unwrap_or_default().iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{code} = {state:?}");
    }
    for hint in HINTS {
        let Some((table, columns)) = best(hint, tables) else {
            let _ = writeln!(text, "\n# TODO needs.{}: no table looks like it; {}", hint.need, shape(hint.need));
            continue;
        };
        let list: Vec<String> =
            hint.need.columns().iter().filter_map(|column| selected(dialect, hint, column, columns)).collect();
        let list = list.join(",\n        ");
        let owner = pick(MEMBER, columns);
        let quoted = quote(dialect, table);
        match hint.need {
            Need::OrdersOfCustomer => {
                let owner = owner.unwrap_or("TODO_owner");
                let number = pick(ORDER_COLUMNS[1].1, columns).unwrap_or("TODO_number");
                let phone = pick(ORDER_COLUMNS[13].1, columns).unwrap_or("TODO_phone");
                let placed = pick(ORDER_COLUMNS[4].1, columns).unwrap_or("TODO_placed_at");
                let _ = write!(
                    text,
                    "\n[parts]\norder = \"\"\"\n        {list}\n    from {quoted} t\"\"\"\n\
                     own_order = \"t.{owner} = :customer\" # TODO and not deleted\n\
                     \n[needs.orders_of_customer]\nsql = \"select {{order}} where {{own_order}} order by t.{placed} desc limit :limit\"\n\
                     \n[needs.order_by_number]\nsql = \"select {{order}} where {{own_order}} and t.{number} = :order\"\n\
                     \n[needs.owner_of_order]\nsql = \"select t.{owner} as customer from {quoted} t where t.{number} = :order and {} = :tail\"\n",
                    tail(dialect, phone),
                );
            }
            Need::OrderLines | Need::Parcel | Need::AfterSales => {
                let orders = best(&HINTS[0], tables);
                let (order_table, order_columns) = orders.unwrap_or(("TODO_orders", &[]));
                let owner = pick(MEMBER, order_columns).unwrap_or("TODO_owner");
                let join = if table == order_table {
                    format!("from {quoted} t where t.id in (:orders) and t.{owner} = :customer")
                } else {
                    let key = pick(&["order_id", "order_sn", "order_no"], columns).unwrap_or("TODO_order_id");
                    format!(
                        "from {quoted} t join {} o on o.id = t.{key}\n    where t.{key} in (:orders) and o.{owner} = :customer",
                        quote(dialect, order_table)
                    )
                };
                let _ = write!(
                    text,
                    "\n[needs.{}]\nsql = \"\"\"\n    select\n        {list}\n    {join}\"\"\"\n",
                    hint.need
                );
            }
            Need::Product => {
                let id = pick(&["id", "goods_id", "product_id"], columns).unwrap_or("id");
                let title = pick(&["name", "goods_name", "title", "product_name"], columns).unwrap_or("TODO_title");
                let _ = write!(
                    text,
                    "\n[needs.product]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{id} in (:products)\"\"\"\n\
                     \n[needs.search_products]\nsql = \"select t.{id} as id from {quoted} t where t.{title} like :pattern order by t.{id} limit :limit offset :offset\"\n\
                     \n[needs.changed_products]\nsql = \"select t.{id} as id from {quoted} t where t.{id} > :after order by t.{id} limit :limit\"\n",
                );
            }
            Need::VariantsOfProduct => {
                let product = pick(PRODUCT, columns).or(pick(ID, columns)).unwrap_or("TODO_product_id");
                let id = pick(&["id", "sku_id", "goods_id"], columns).unwrap_or("id");
                let _ = write!(
                    text,
                    "\n[needs.variants_of_product]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{product} in (:products)\"\"\"\n\
                     \n[needs.stock_of_variant]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{id} = :variant\"\"\"\n",
                );
            }
            Need::Customer => {
                let id = pick(&["id", "user_id", "member_id"], columns).unwrap_or("id");
                let phone = pick(&["phone", "mobile", "login_name", "tel"], columns).unwrap_or("TODO_phone");
                let _ = write!(
                    text,
                    "\n[needs.customer]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{id} = :customer\"\"\"\n\
                     \n[needs.customer_by_phone]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{phone} = :phone\"\"\"\n",
                );
            }
            _ => {
                let owner = owner.unwrap_or("TODO_owner");
                let _ = write!(
                    text,
                    "\n[needs.{}]\nsql = \"\"\"\n    select\n        {list}\n    from {quoted} t where t.{owner} = :customer\"\"\"\n",
                    hint.need
                );
            }
        }
    }
    let drafted: Vec<Need> = HINTS.iter().map(|hint| hint.need).collect();
    let is_missing = |need: &&Need| !drafted.contains(need) && !text.contains(&format!("[needs.{need}]"));
    let rest: Vec<Need> = Need::ALL.iter().filter(is_missing).copied().collect();
    text.push_str("\n# Not drafted; each may be added where the schema has it:\n");
    for need in rest {
        let _ = writeln!(text, "#   needs.{need}: {}", shape(need));
    }
    text
}

/// `t.order_sn as number`, or a TODO where a column that must be there has no counterpart.
fn selected(dialect: Dialect, hint: &Hint, column: &Column, columns: &[(String, String)]) -> Option<String> {
    let names = hint.columns.iter().find(|(name, _)| *name == column.name).map(|(_, names)| *names);
    match names.and_then(|names| pick(names, columns)) {
        Some(found) if column.name == "order" => Some(format!("t.{found} as {}", order_word(dialect))),
        Some(found) => Some(format!("t.{found} as {}", column.name)),
        None if column.required => {
            let value = match column.kind {
                Kind::Code("after_sale_kind") => "'return'",
                _ => "null",
            };
            Some(format!("{value} as {} /* TODO */", column.name))
        }
        None => None,
    }
}

fn shape(need: Need) -> String {
    let columns: Vec<String> = need
        .columns()
        .iter()
        .map(|column| format!("{}{}", column.name, if column.required { "" } else { "?" }))
        .collect();
    let parameters: Vec<String> = need.parameters().iter().map(|name| format!(":{name}")).collect();
    format!("gets {}; gives {}", parameters.join(" "), columns.join(" "))
}

fn quote(dialect: Dialect, table: &str) -> String {
    let plain = table.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    match dialect {
        _ if plain && !matches!(table, "order" | "user" | "group") => table.to_owned(),
        Dialect::Mysql => format!("`{table}`"),
        Dialect::Postgres | Dialect::Sqlite => format!("\\\"{table}\\\""),
    }
}

/// `order` is a word of SQL; the statements stand between three quotes, where double quotes need no escape.
fn order_word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "`order`",
        Dialect::Postgres | Dialect::Sqlite => "\"order\"",
    }
}

fn tail(dialect: Dialect, phone: &str) -> String {
    match dialect {
        Dialect::Mysql | Dialect::Postgres => format!("right(t.{phone}, 4)"),
        Dialect::Sqlite => format!("substr(t.{phone}, -4)"),
    }
}

/// The address without the password in it.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    match rest.split_once('@') {
        Some((user, host)) => format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::mapped::Mapping;

    #[test]
    fn a_draft_of_an_unknown_schema_is_a_mapping() {
        let column = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), "int".to_owned())).collect();
        let tables = Tables::from([
            (
                "litemall_order".to_owned(),
                column(&[
                    "id",
                    "user_id",
                    "order_sn",
                    "order_status",
                    "consignee",
                    "mobile",
                    "address",
                    "message",
                    "freight_price",
                    "actual_price",
                    "pay_time",
                    "ship_sn",
                    "ship_channel",
                    "ship_time",
                    "confirm_time",
                    "add_time",
                ]),
            ),
            (
                "litemall_order_goods".to_owned(),
                column(&[
                    "id",
                    "order_id",
                    "goods_id",
                    "goods_name",
                    "product_id",
                    "number",
                    "price",
                    "specifications",
                ]),
            ),
            ("litemall_goods".to_owned(), column(&["id", "name", "brief", "is_on_sale", "pic_url"])),
            ("litemall_goods_product".to_owned(), column(&["id", "goods_id", "specifications", "price", "number"])),
            ("litemall_user".to_owned(), column(&["id", "username", "nickname", "mobile", "gender", "add_time"])),
            (
                "litemall_address".to_owned(),
                column(&["id", "name", "user_id", "province", "city", "county", "address_detail", "tel", "is_default"]),
            ),
        ]);
        let text = drafted("mysql://root:secret@db/litemall", Dialect::Mysql, &tables);
        assert!(!text.contains("secret"));
        let mapping = Mapping::parse(&text, &|_| None).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for need in [
            Need::OrdersOfCustomer,
            Need::OrderByNumber,
            Need::OwnerOfOrder,
            Need::OrderLines,
            Need::Parcel,
            Need::Product,
            Need::VariantsOfProduct,
            Need::StockOfVariant,
            Need::Customer,
            Need::CustomerByPhone,
            Need::Addresses,
        ] {
            assert!(mapping.needs.contains_key(&need), "{need}\n{text}");
        }
        assert!(text.contains("t.order_sn as number") && text.contains("from litemall_goods_product t"), "{text}");
    }
}
