//! Chinese words by jieba with the shop's names as a user dictionary. Leaves to others: what the words mean.

use std::sync::{Arc, LazyLock};

use jieba_rs::Jieba;

use super::catalogue::Catalogue;

/// The general dictionary, read once (about 0.1 s).
static GENERAL: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Cuts text into words. Cheap to clone; build a new one when the catalogue changes.
#[derive(Clone)]
pub struct Segmenter {
    jieba: Arc<Jieba>,
}

impl Segmenter {
    /// A segmenter that keeps the names of `catalogue` whole.
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut jieba = GENERAL.clone();
        let products = catalogue
            .products
            .iter()
            .flat_map(|product| std::iter::once(&product.short_name).chain(&product.aliases).map(|name| (name, "nz")));
        let names = |names: &'static str, list: &[super::catalogue::CatalogueName]| {
            let list: Vec<(String, &'static str)> = list
                .iter()
                .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases))
                .map(|name| (name.clone(), names))
                .collect();
            list
        };
        let brands = names("nz", &catalogue.brands);
        let categories = names("n", &catalogue.categories);
        let colours = catalogue.colours.iter().map(|name| (name, "n"));
        for (name, tag) in
            products.chain(brands.iter().chain(&categories).map(|(name, tag)| (name, *tag))).chain(colours)
        {
            let characters = name.chars().count();
            // One character is no word of its own here; a title with blanks is cut at them anyway.
            if (2..=12).contains(&characters) && !name.contains(char::is_whitespace) && !jieba.has_word(name) {
                jieba.add_word(name, None, Some(tag));
            }
        }
        Segmenter { jieba: Arc::new(jieba) }
    }

    /// The words of a normalised text, in order, punctuation included, blanks left out.
    pub fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.jieba.cut(text, true).into_iter().map(|token| token.word).filter(|word| !word.trim().is_empty()).collect()
    }

    /// The words and, of long ones, the words inside them: for an index and for searching it.
    pub fn search_words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.jieba.cut_for_search(text, true).into_iter().map(|token| token.word).collect()
    }

    /// The words with their first character and one past the last.
    pub fn spans<'a>(&self, text: &'a str) -> Vec<(&'a str, usize, usize)> {
        let mut spans = Vec::new();
        let mut at = 0;
        for token in self.jieba.cut(text, true) {
            let length = token.word.chars().count();
            spans.push((token.word, at, at + length));
            at += length;
        }
        spans
    }

    /// The words of a text by the general dictionary alone.
    pub fn general<'a>(&self, text: &'a str) -> Vec<&'a str> {
        GENERAL.cut(text, false).into_iter().map(|token| token.word).collect()
    }

    /// Whether `word` is in the general dictionary.
    pub fn is_general(&self, word: &str) -> bool {
        GENERAL.has_word(word)
    }

    /// Whether `word` is in the dictionary (general or the shop's).
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Segmenter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nlu::catalogue::CatalogueProduct;

    #[test]
    fn names_of_the_shop_stay_whole() {
        let product = CatalogueProduct { short_name: "雾岛冲锋衣".into(), ..CatalogueProduct::default() };
        let catalogue = Catalogue { products: vec![product], ..Catalogue::default() };
        let text = "雾岛冲锋衣什么时候发货";
        assert_eq!(Segmenter::new(&catalogue).words(text), ["雾岛冲锋衣", "什么", "时候", "发货"]);
        assert!(!Segmenter::new(&Catalogue::default()).words(text).contains(&"雾岛冲锋衣"));
    }

    #[test]
    fn spans_count_characters() {
        let segmenter = Segmenter::new(&Catalogue::default());
        assert_eq!(segmenter.spans("查 物流"), [("查", 0, 1), (" ", 1, 2), ("物流", 2, 4)]);
    }
}
