//! Products, variants with price and stock, size tables, past prices. Leaves to others: finding products by words in
//! the synchronised index ([`Gateway`](crate::shop::Gateway)).

use std::collections::HashMap;

use super::statement::{Argument, Arguments};
use super::{MappedShop, Need, Row, limit_argument};
use crate::domain::{Product, ProductId, Timestamp, Variant, VariantId};
use crate::shop::{PricePoint, ShippingRegion, ShopError, SizeRow, SizeTable};

/// How option names are told apart; the values of all others make up the size or specification.
const COLOUR_NAMES: &[&str] = &["颜色", "顏色", "colour", "color", "颜色分类"];

/// Products that are asked for at a time: their variants together must not meet the limit of rows.
pub(in crate::shop) const AT_ONCE: usize = 20;

impl MappedShop {
    /// See [`Shop::products`](crate::shop::Shop::products).
    pub async fn products(&self, ids: &[ProductId]) -> Result<Vec<Product>, ShopError> {
        let now = present();
        let mut products: HashMap<ProductId, Product> = HashMap::with_capacity(ids.len());
        let attribute = |row: Row<'_>| Ok((ProductId(row.integer("product")?), row.text("name")?, row.text("value")?));
        for few in ids.chunks(AT_ONCE) {
            let arguments = self.product_arguments(few, now);
            let found = self.ask(Need::Product, arguments.clone(), product_from).await?;
            products.extend(found.into_iter().map(|product| (product.id, product)));
            for (id, name, value) in self.ask(Need::ProductAttributes, arguments.clone(), attribute).await? {
                products.entry(id).and_modify(|product| product.attributes.push((name, value)));
            }
            for variant in self.ask(Need::VariantsOfProduct, arguments, variant_from).await? {
                products.entry(variant.product).and_modify(|product| product.variants.push(variant));
            }
        }
        Ok(ids.iter().filter_map(|id| products.remove(id)).collect())
    }

    /// The parameters of what is asked by products.
    pub(in crate::shop) fn product_arguments(&self, ids: &[ProductId], now: Timestamp) -> Arguments {
        let list = Argument::List(ids.iter().map(|id| Argument::Integer(id.0)).collect());
        let mut arguments = Arguments::from([("products", list)]);
        arguments.extend(self.now_arguments(now));
        arguments
    }

    /// See [`Shop::variant`](crate::shop::Shop::variant).
    pub async fn variant(&self, id: VariantId) -> Result<Option<Variant>, ShopError> {
        let mut arguments = Arguments::from([("variant", id.0.into())]);
        arguments.extend(self.now_arguments(present()));
        let found = self.ask(Need::StockOfVariant, arguments, variant_from).await?;
        Ok(found.into_iter().find(|variant| variant.id == id))
    }

    /// Products by words that stand in the title in this order; for a shop that was not synchronised yet.
    pub async fn search(&self, words: &[String], limit: u32, offset: u32) -> Result<Vec<Product>, ShopError> {
        let arguments = Arguments::from([
            ("pattern", Argument::Text(pattern(words))),
            ("limit", limit_argument(limit)),
            ("offset", limit_argument(offset)),
        ]);
        let ids = self.ask(Need::SearchProducts, arguments, |row| row.integer("id").map(ProductId)).await?;
        self.products(&ids).await
    }

    /// See [`Shop::price_history`](crate::shop::Shop::price_history).
    pub async fn price_history(&self, variant: VariantId) -> Result<Vec<PricePoint>, ShopError> {
        let arguments = Arguments::from([("variant", variant.0.into())]);
        let point = |row: Row<'_>| Ok(PricePoint { since: row.moment("since")?, price: row.money("price")? });
        let mut points = self.ask(Need::PriceHistory, arguments, point).await?;
        points.sort_by_key(|point| point.since);
        Ok(points)
    }

    /// See [`Shop::size_table`](crate::shop::Shop::size_table).
    pub async fn size_table(&self, product: ProductId) -> Result<Option<SizeTable>, ShopError> {
        let arguments = Arguments::from([("product", product.0.into())]);
        let row = |row: Row<'_>| {
            let size = SizeRow {
                size: row.text("size")?,
                measure: row.text("measure")?,
                least: row.integer("least")?,
                most: row.integer("most")?,
            };
            Ok((row.text("name")?, size))
        };
        let rows = self.ask(Need::SizeTable, arguments, row).await?;
        let Some((name, _)) = rows.first().cloned() else { return Ok(None) };
        Ok(Some(SizeTable { name, rows: rows.into_iter().map(|(_, row)| row).collect() }))
    }

    /// See [`Shop::shipping_regions`](crate::shop::Shop::shipping_regions).
    pub async fn shipping_regions(&self) -> Result<Vec<ShippingRegion>, ShopError> {
        self.ask(Need::ShippingRegions, Arguments::new(), |row| {
            Ok(ShippingRegion {
                province: row.text("province")?,
                reachable: row.flag_or("reachable", true)?,
                fee: row.money("fee")?,
                free_from: row.money_or_zero("free_from")?,
                surcharge: row.money_or_zero("surcharge")?,
                days_least: row.count("days_least")?,
                days_most: row.count("days_most")?,
            })
        })
        .await
    }
}

/// The merchant's prices follow the merchant's days, wherever our own clock stands.
fn present() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// `%白色%连衣裙%`; what a shopper writes cannot hold wildcards.
fn pattern(words: &[String]) -> String {
    let mut pattern = "%".to_owned();
    for word in words {
        pattern.extend(word.chars().filter(|letter| !matches!(letter, '%' | '_' | '\\')));
        pattern.push('%');
    }
    pattern
}

pub(in crate::shop) fn product_from(row: Row<'_>) -> Result<Product, ShopError> {
    Ok(Product {
        id: ProductId(row.integer("id")?),
        title: row.text("title")?,
        brand: row.text_or_empty("brand")?,
        category: row.text_or_empty("category")?,
        description: row.text_or_empty("description")?,
        attributes: Vec::new(),
        on_shelf: row.flag_or("on_shelf", true)?,
        rating_tenths: row.rating_tenths("rating")?,
        sold: row.optional_integer("sold")?.unwrap_or(0),
        returnable: row.flag_or("returnable", true)?,
        warranty_months: row.count_or("warranty_months", 0)?,
        needs_installation: row.flag_or("needs_installation", false)?,
        image: row.optional_text("image")?,
        variants: Vec::new(),
    })
}

pub(in crate::shop) fn variant_from(row: Row<'_>) -> Result<Variant, ShopError> {
    let mut colour = row.optional_text("colour")?;
    let mut size = row.optional_text("size")?;
    let mut rest = Vec::new();
    for (name, value) in row.options("options")? {
        if COLOUR_NAMES.contains(&name.to_lowercase().as_str()) {
            colour = colour.or(Some(value));
        } else {
            rest.push(value);
        }
    }
    if size.is_none() && !rest.is_empty() {
        size = Some(rest.join(" "));
    }
    Ok(Variant {
        id: VariantId(row.integer("id")?),
        product: ProductId(row.integer("product")?),
        colour: colour.map(|name| bare_colour(&name)),
        size,
        price: row.money("price")?,
        // A shop that sold more than it had has nothing.
        stock: row.integer("stock")?.max(0),
    })
}

/// 黑色 is 黑; 原色 and 双色 stay what they are.
fn bare_colour(name: &str) -> String {
    match name.strip_suffix('色') {
        Some(bare)
            if !bare.is_empty() && !matches!(bare, "原" | "双" | "本" | "彩" | "杂" | "混" | "无" | "多" | "异") =>
        {
            bare.to_owned()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_shopper_are_letters_that_are_left_out() {
        let words = ["100%".to_owned(), "纯_棉\\".to_owned()];
        assert_eq!(pattern(&words), "%100%纯棉%");
        assert_eq!(pattern(&[]), "%");
        assert_eq!(bare_colour("黑色"), "黑");
        assert_eq!(bare_colour("原色"), "原色");
        assert_eq!(bare_colour("无色"), "无色");
    }
}
