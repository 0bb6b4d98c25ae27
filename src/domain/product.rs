//! What the shop sells. Leaves to others: reading it from a database (`shop`).

use super::{CustomerId, Money, ProductId, Timestamp, VariantId};

/// A product with its variants.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// The title as listed.
    pub title: String,
    /// The brand.
    pub brand: String,
    /// The category: 耳机, 连衣裙 …
    pub category: String,
    /// What the shop says of it.
    pub description: String,
    /// Attributes in the order of the listing: 材质 → 纯棉.
    pub attributes: Vec<(String, String)>,
    /// Whether it is offered at present.
    pub on_shelf: bool,
    /// Mean rating in tenths, 0 to 50; none where nobody rated.
    pub rating_tenths: Option<u8>,
    /// Pieces sold so far.
    pub sold: i64,
    /// Whether the seven days without reason hold.
    pub returnable: bool,
    /// Months of warranty; 0 where there is none.
    pub warranty_months: u32,
    /// Whether somebody comes to install it.
    pub needs_installation: bool,
    /// Path or address of a picture.
    pub image: Option<String>,
    /// What can be bought.
    pub variants: Vec<Variant>,
}

impl Product {
    /// The lowest price among the variants.
    pub fn price_from(&self) -> Option<Money> {
        self.variants.iter().map(|variant| variant.price).min()
    }

    /// Pieces in stock over all variants.
    pub fn stock(&self) -> i64 {
        self.variants.iter().map(|variant| variant.stock).sum()
    }
}

/// One size and colour of a product.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// The product it belongs to.
    pub product: ProductId,
    /// Colour without 色, if it has one.
    pub colour: Option<String>,
    /// Size or specification, if it has one.
    pub size: Option<String>,
    /// The price now.
    pub price: Money,
    /// Pieces that can be sold.
    pub stock: i64,
}

impl Variant {
    /// `黑 · XL`, or empty where there is only one variant.
    pub fn label(&self) -> String {
        [self.colour.as_deref(), self.size.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// What to look for among the products. Empty means everything on the shelf.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ProductFilter {
    /// Words of the title, description and attributes; matched over jieba words.
    pub words: Vec<String>,
    /// Exactly this category.
    pub category: Option<String>,
    /// Exactly this brand.
    pub brand: Option<String>,
    /// A variant in this colour.
    pub colour: Option<String>,
    /// A variant in this size.
    pub size: Option<String>,
    /// A variant at this price or above.
    pub least: Option<Money>,
    /// A variant at this price or below.
    pub most: Option<Money>,
    /// Only what has stock.
    pub in_stock: bool,
}

crate::closed_set! {
    /// What a customer did with a product.
    InteractionKind {
        /// Looked at it.
        View = "view",
        /// Put it into the cart.
        Cart = "cart",
        /// Bought it.
        Buy = "buy",
        /// Rated it.
        Rating = "rating",
    }
}

/// One thing that a customer did with a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Interaction {
    /// Who.
    pub customer: CustomerId,
    /// With which product.
    pub product: ProductId,
    /// What.
    pub kind: InteractionKind,
    /// Stars from 1 to 5, for a rating only.
    pub rating: Option<u8>,
    /// When.
    pub at: Timestamp,
}

/// Every name that the shop's goods have, each once and sorted: the dictionary of the understanding.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Catalogue {
    /// Products by title.
    pub products: Vec<CatalogueEntry>,
    /// Brands.
    pub brands: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Colours without 色.
    pub colours: Vec<String>,
    /// Sizes and specifications.
    pub sizes: Vec<String>,
}

/// A product's names.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CatalogueEntry {
    /// Its id.
    pub id: ProductId,
    /// The title as listed.
    pub title: String,
    /// The brand.
    pub brand: String,
    /// The category.
    pub category: String,
}
