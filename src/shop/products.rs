//! Products with their variants, size tables and the catalogue's names.
//! Leaves to others: finding products by words (`search`), what they cost before (`prices`).

use std::collections::HashMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{id_list, money};
use super::{Shop, ShopError};
use crate::domain::{Catalogue, CatalogueEntry, Product, ProductId, Variant, VariantId};

/// A table that says which measures a size fits.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SizeTable {
    /// Its name: 女装上衣 …
    pub name: String,
    /// One row per size and measure, in the order of the table.
    pub rows: Vec<SizeRow>,
}

/// One size and one measure of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SizeRow {
    /// The size.
    pub size: String,
    /// 身高, 体重, 胸围, 腰围, 脚长 …
    pub measure: String,
    /// From here on; millimetres, grams for 体重.
    pub least: i64,
    /// Up to here; millimetres, grams for 体重.
    pub most: i64,
}

impl Shop {
    /// A product with its variants; none if there is none of that id. Also those that are off the shelf.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, ShopError> {
        Ok(self.products(&[id]).await?.pop())
    }

    /// Products in the order of `ids`, without those that do not exist.
    pub async fn products(&self, ids: &[ProductId]) -> Result<Vec<Product>, ShopError> {
        let list = id_list(ids.iter().map(|id| id.0));
        let rows = sqlx::query("select * from products where id in (select value from json_each(?1))")
            .bind(&list)
            .fetch_all(self.asked("products"))
            .await?;
        let mut products = HashMap::with_capacity(rows.len());
        for row in &rows {
            let product = product_from(row)?;
            products.insert(product.id, product);
        }
        let attributes = sqlx::query(
            "select product_id, name, value from product_attributes
             where product_id in (select value from json_each(?1)) order by product_id, position",
        )
        .bind(&list)
        .fetch_all(self.asked("products"))
        .await?;
        for row in attributes {
            if let Some(product) = products.get_mut(&ProductId(row.try_get("product_id")?)) {
                product.attributes.push((row.try_get("name")?, row.try_get("value")?));
            }
        }
        let variants = sqlx::query(
            "select * from variants where product_id in (select value from json_each(?1)) order by product_id, position",
        )
        .bind(&list)
        .fetch_all(self.asked("products"))
        .await?;
        for row in &variants {
            let variant = variant_from(row)?;
            if let Some(product) = products.get_mut(&variant.product) {
                product.variants.push(variant);
            }
        }
        Ok(ids.iter().filter_map(|id| products.remove(id)).collect())
    }

    /// The variants of a product with price and stock, in the order of the listing.
    pub async fn variants(&self, product: ProductId) -> Result<Vec<Variant>, ShopError> {
        let rows = sqlx::query("select * from variants where product_id = ?1 order by position")
            .bind(product.0)
            .fetch_all(self.asked("variants"))
            .await?;
        rows.iter().map(variant_from).collect()
    }

    /// One variant.
    pub async fn variant(&self, id: VariantId) -> Result<Option<Variant>, ShopError> {
        let row = sqlx::query("select * from variants where id = ?1")
            .bind(id.0)
            .fetch_optional(self.asked("variant"))
            .await?;
        row.as_ref().map(variant_from).transpose()
    }

    /// The product's size table, if it has one.
    pub async fn size_table(&self, product: ProductId) -> Result<Option<SizeTable>, ShopError> {
        let rows = sqlx::query(
            "select t.name, r.size, r.measure, r.least, r.most
             from products p join size_tables t on t.id = p.size_table_id join size_rows r on r.size_table_id = t.id
             where p.id = ?1 order by r.position, r.measure",
        )
        .bind(product.0)
        .fetch_all(self.asked("size_table"))
        .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut table = SizeTable { name: first.try_get("name")?, rows: Vec::with_capacity(rows.len()) };
        for row in &rows {
            table.rows.push(SizeRow {
                size: row.try_get("size")?,
                measure: row.try_get("measure")?,
                least: row.try_get("least")?,
                most: row.try_get("most")?,
            });
        }
        Ok(Some(table))
    }

    /// Every name of the goods on the shelf.
    pub async fn catalogue(&self) -> Result<Catalogue, ShopError> {
        let rows = sqlx::query("select id, title, brand, category from products where on_shelf = 1 order by title, id")
            .fetch_all(self.asked("catalogue"))
            .await?;
        let entry = |row: &SqliteRow| {
            Ok(CatalogueEntry {
                id: ProductId(row.try_get("id")?),
                title: row.try_get("title")?,
                brand: row.try_get("brand")?,
                category: row.try_get("category")?,
            })
        };
        let products = rows.iter().map(entry).collect::<Result<_, sqlx::Error>>()?;
        let names =
            async |sql: &'static str| sqlx::query_scalar::<_, String>(sql).fetch_all(self.asked("catalogue")).await;
        Ok(Catalogue {
            products,
            brands: names("select distinct brand from products where on_shelf = 1 order by 1").await?,
            categories: names("select distinct category from products where on_shelf = 1 order by 1").await?,
            colours: names("select distinct colour from variants where colour is not null order by 1").await?,
            sizes: names("select distinct size from variants where size is not null order by 1").await?,
        })
    }
}

fn product_from(row: &SqliteRow) -> Result<Product, ShopError> {
    let (sum, count): (i64, i64) = (row.try_get("rating_sum")?, row.try_get("rating_count")?);
    let tenths = (count > 0).then(|| (sum * 10 + count / 2) / count);
    Ok(Product {
        id: ProductId(row.try_get("id")?),
        title: row.try_get("title")?,
        brand: row.try_get("brand")?,
        category: row.try_get("category")?,
        description: row.try_get("description")?,
        attributes: Vec::new(),
        on_shelf: row.try_get("on_shelf")?,
        rating_tenths: tenths.and_then(|tenths| u8::try_from(tenths).ok()),
        sold: row.try_get("sold")?,
        returnable: row.try_get("returnable")?,
        warranty_months: super::rows::count(row, "warranty_months")?,
        needs_installation: row.try_get("needs_installation")?,
        image: row.try_get("image")?,
        variants: Vec::new(),
    })
}

fn variant_from(row: &SqliteRow) -> Result<Variant, ShopError> {
    Ok(Variant {
        id: VariantId(row.try_get("id")?),
        product: ProductId(row.try_get("product_id")?),
        colour: row.try_get("colour")?,
        size: row.try_get("size")?,
        price: money(row, "price")?,
        stock: row.try_get("stock")?,
    })
}
