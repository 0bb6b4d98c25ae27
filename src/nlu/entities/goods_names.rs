//! What shoppers may call the wares of a catalogue. Leaves to others: finding the names in a message (`goods`).

use crate::nlu::catalogue::CatalogueProduct;
use crate::nlu::segment::Segmenter;

/// What shoppers may call a product: its names, and the beginning of its title where that says enough.
pub(super) fn product_names(product: &CatalogueProduct, segmenter: &Segmenter) -> Vec<String> {
    let mut names = vec![product.title.clone()];
    for name in std::iter::once(&product.short_name).chain(&product.aliases).filter(|name| !name.is_empty()) {
        names.push(name.clone());
        if let Some(rest) = name.strip_prefix(product.brand.as_str()).filter(|rest| rest.chars().count() >= 4) {
            names.push(rest.to_owned());
        }
    }
    let words: Vec<&str> = product.title.split_whitespace().filter(|word| *word != product.brand).collect();
    // The model is the run of Latin words at the beginning; half of it is another product's name.
    let model = words.iter().take_while(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric())).count();
    for count in model.max(1)..=words.len().min(model.max(1) + 1) {
        let start = words[..count].concat();
        if !product.brand.is_empty() && !start.starts_with(&product.brand) {
            names.push(format!("{}{start}", product.brand));
        }
        if says_enough(&start, count, segmenter) {
            names.push(start);
        }
    }
    // A model's name further on: Fold2.
    names.extend(words.iter().skip(model).filter(|word| is_model(word)).map(|word| (*word).to_owned()));
    names
}

fn is_model(word: &str) -> bool {
    word.len() >= 2
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether the beginning of a title names one product and does not merely describe a kind (短袖衬衫).
fn says_enough(start: &str, words: usize, segmenter: &Segmenter) -> bool {
    let characters = start.chars().count();
    if start.is_ascii() {
        return words > 1 && characters >= 5 || is_model(start);
    }
    let ordinary =
        segmenter.general(start).iter().all(|word| word.chars().count() >= 2 && word.chars().all(|c| !c.is_ascii()));
    characters >= 7 || (characters >= 4 && words == 1 && !ordinary)
}

pub(super) fn is_joined(character: char) -> bool {
    !matches!(character, ' ' | '-' | '·' | '_')
}

pub(super) fn squeeze(name: &str) -> String {
    crate::nlu::normalize::normalize(name).text.to_ascii_lowercase().chars().filter(|&c| is_joined(c)).collect()
}
