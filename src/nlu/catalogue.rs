//! What the shop sells, by the names that shoppers may use. The shop's room fills it; it is read-only afterwards.
//! Leaves to others: finding the names in a message (`entities::goods`) and in words (`segment`).

use crate::domain::ProductId;

/// A product with its names.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CatalogueProduct {
    /// Its id in the shop, where it comes from one.
    #[serde(default)]
    pub id: Option<ProductId>,
    /// The title as listed; the value of an entity that names this product.
    pub title: String,
    /// What the shop calls it in a sentence, if that is shorter than the title.
    #[serde(default)]
    pub short_name: String,
    /// The brand's name.
    #[serde(default)]
    pub brand: String,
    /// The category's name.
    #[serde(default)]
    pub category: String,
    /// Further names.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A brand or category with its names.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CatalogueName {
    /// The name in the shop; the value of an entity.
    pub name: String,
    /// Further names: `HUAWEI` for 华为.
    #[serde(default)]
    pub aliases: Vec<String>,
}

impl From<&str> for CatalogueName {
    fn from(name: &str) -> Self {
        CatalogueName { name: name.to_owned(), aliases: Vec::new() }
    }
}

/// Everything that can be named.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Catalogue {
    /// Products on the shelf.
    #[serde(default)]
    pub products: Vec<CatalogueProduct>,
    /// Brands.
    #[serde(default)]
    pub brands: Vec<CatalogueName>,
    /// Categories.
    #[serde(default)]
    pub categories: Vec<CatalogueName>,
    /// Colours of variants, without 色.
    #[serde(default)]
    pub colours: Vec<String>,
    /// Sizes and specifications of variants, as listed: `256GB`, `500ml`, `M`.
    #[serde(default)]
    pub sizes: Vec<String>,
}
