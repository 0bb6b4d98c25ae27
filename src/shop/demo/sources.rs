//! Reads `data/shop`. The files are in the binary, so that a fresh start needs nothing beside it.
//! Leaves to others: what is made of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::Money;
use crate::shop::ShopError;
use crate::shop::policy::Policy;

pub(super) struct Sources {
    pub categories: Vec<Category>,
    pub size_tables: Vec<SizeTableSource>,
    pub products: Vec<ProductSource>,
    pub groups: Vec<TasteGroup>,
    pub regions: Vec<Region>,
    pub people: PeopleSource,
    pub benefits: Benefits,
    /// Postage and days on the way are the policy's, so that old orders agree with what the assistant says.
    pub policy: Policy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub name: String,
    pub months: [u64; 12],
    #[serde(default)]
    pub again_days: i64,
    #[serde(default)]
    pub colours: String,
    #[serde(default)]
    pub sizes: String,
    pub size_table: Option<String>,
    pub attributes: Vec<String>,
    #[serde(default)]
    pub then: Vec<String>,
    #[serde(default)]
    pub installed: Vec<String>,
    pub lines: Vec<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SizeTableSource {
    pub name: String,
    pub measures: Vec<String>,
    pub rows: Vec<Vec<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductSource {
    pub category: String,
    pub brand: String,
    pub title: String,
    pub price: i64,
    pub colours: String,
    pub sizes: String,
    pub attributes: String,
    pub point: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TasteGroup {
    #[allow(dead_code, reason = "names the group for the reader of the file")]
    pub name: String,
    pub share: u64,
    pub women: u32,
    pub ages: Vec<String>,
    pub level: u64,
    pub categories: BTreeMap<String, u64>,
    pub brands: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    pub province: String,
    pub city: String,
    pub districts: String,
    /// How many live there; 0 for where the shop does not deliver.
    pub weight: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleSource {
    pub surnames: String,
    pub women: Vec<String>,
    pub men: Vec<String>,
    pub streets: Vec<String>,
    pub estates: Vec<String>,
    pub remarks: Vec<String>,
    pub payments: Vec<String>,
    pub couriers: Vec<(String, String)>,
    pub companies: Vec<String>,
    pub reasons: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Benefits {
    #[serde(rename = "promotion")]
    pub promotions: Vec<Offer>,
    #[serde(rename = "coupon")]
    pub coupons: Vec<Offer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    pub title: String,
    pub kind: String,
    #[serde(default)]
    pub threshold: i64,
    #[serde(default)]
    pub amount: i64,
    #[serde(default = "whole")]
    pub percent: i64,
    pub category: Option<String>,
    pub brand: Option<String>,
    pub gift: Option<String>,
    #[serde(default = "yes")]
    pub stacks: bool,
    pub from: i64,
    pub until: i64,
    /// Of a hundred customers, who hold this coupon.
    #[serde(default)]
    pub holders: u32,
}

fn whole() -> i64 {
    100
}

impl Sources {
    pub(super) fn read() -> Result<Self, ShopError> {
        #[derive(Deserialize)]
        struct Categories {
            category: Vec<Category>,
        }
        #[derive(Deserialize)]
        struct Tables {
            table: Vec<SizeTableSource>,
        }
        #[derive(Deserialize)]
        struct Groups {
            group: Vec<TasteGroup>,
        }
        let categories: Categories = toml_file("categories.toml", include_str!("../../../data/shop/categories.toml"))?;
        let tables: Tables = toml_file("size_tables.toml", include_str!("../../../data/shop/size_tables.toml"))?;
        let groups: Groups = toml_file("tastes.toml", include_str!("../../../data/shop/tastes.toml"))?;
        let sources = Sources {
            categories: categories.category,
            size_tables: tables.table,
            products: csv_file("products.csv", include_str!("../../../data/shop/products.csv"))?,
            groups: groups.group,
            regions: csv_file("regions.csv", include_str!("../../../data/shop/regions.csv"))?,
            people: toml_file("people.toml", include_str!("../../../data/shop/people.toml"))?,
            benefits: toml_file("benefits.toml", include_str!("../../../data/shop/benefits.toml"))?,
            policy: Policy::embedded(),
        };
        sources.check()?;
        Ok(sources)
    }

    /// Days on the way to a province, least and most.
    pub(super) fn days(&self, province: &str) -> (i64, i64) {
        let region = self.policy.region(province);
        region.map_or((2, 4), |region| (i64::from(region.least_days), i64::from(region.most_days)))
    }

    /// Postage in cents for goods of so many cents; none where nothing is sent.
    pub(super) fn postage(&self, province: &str, goods: i64) -> Option<i64> {
        self.policy.shipping_fee(Money::from_cents(goods), province).map(Money::cents)
    }

    /// The category's place in the list.
    pub(super) fn category(&self, name: &str) -> Option<usize> {
        self.categories.iter().position(|category| category.name == name)
    }

    fn check(&self) -> Result<(), ShopError> {
        let wrong = |file, reason: String| Err(ShopError::DemoSource { file, reason });
        for product in &self.products {
            let Some(category) = self.category(&product.category) else {
                return wrong("products.csv", format!("{} is in no category of categories.toml", product.title));
            };
            let names = &self.categories[category].attributes;
            if product.attributes.split('|').count() != names.len() {
                return wrong("products.csv", format!("{} has not the attributes {names:?}", product.title));
            }
        }
        for category in &self.categories {
            for next in &category.then {
                if self.category(next).is_none() {
                    return wrong("categories.toml", format!("{next} after {} does not exist", category.name));
                }
            }
            if category.size_table.as_ref().is_some_and(|name| self.size_tables.iter().all(|table| table.name != *name))
            {
                return wrong("categories.toml", format!("{} names a size table that does not exist", category.name));
            }
        }
        for name in self.groups.iter().flat_map(|group| group.categories.keys()) {
            if self.category(name).is_none() {
                return wrong("tastes.toml", format!("{name} is no category"));
            }
        }
        Ok(())
    }
}

fn toml_file<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, ShopError> {
    toml::from_str(text).map_err(|error| ShopError::DemoSource { file, reason: error.to_string() })
}

fn csv_file<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, ShopError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| ShopError::DemoSource { file, reason: error.to_string() })
}
