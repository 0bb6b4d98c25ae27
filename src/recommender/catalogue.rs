//! What is known of the items themselves: words and attributes, for likeness of content and items without a history.
//! Leaves to others: cutting titles into words (`nlu` has the dictionary; the caller brings the words).

use std::collections::HashMap;

use super::dataset::IdMap;
use super::sparse::{Sparse, largest_products};

/// The words and attributes of one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemText {
    /// The shop's id.
    pub item: i64,
    /// Words of the title, attribute values, brand, category: anything that two like items share.
    pub words: Vec<String>,
}

/// Items × words, each row of length 1, rare words for more.
pub fn content_matrix(texts: &[ItemText], items: &IdMap) -> Sparse {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut counts: Vec<f32> = Vec::new();
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); items.len()];
    for text in texts {
        let Some(place) = items.place(text.item) else { continue };
        let row = &mut rows[place as usize];
        for word in &text.words {
            let number = *numbers.entry(word).or_insert_with(|| {
                counts.push(0.0);
                counts.len() as u32 - 1
            });
            row.push(number);
        }
        row.sort_unstable();
        row.dedup();
        row.iter().for_each(|&word| counts[word as usize] += 1.0);
    }
    let total = rows.len() as f32;
    let rows = rows.into_iter().map(|row| {
        let rarity = |word: u32| (1.0 + total / counts[word as usize]).ln();
        let length = row.iter().map(|&word| rarity(word).powi(2)).sum::<f32>().sqrt();
        row.into_iter().map(|word| (word, rarity(word) / length)).collect()
    });
    Sparse::from_rows(rows.collect::<Vec<_>>(), counts.len())
}

/// For every item the items with the most alike words, by cosine.
pub fn alike(texts: &[ItemText], items: &IdMap, keep: usize) -> Sparse {
    let matrix = content_matrix(texts, items);
    largest_products(&matrix, &matrix.transposed(), &vec![1.0; items.len()], keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_the_same_words_are_alike() {
        let items = IdMap::new(vec![1, 2, 3]);
        let text =
            |item, words: &[&str]| ItemText { item, words: words.iter().map(|word| (*word).to_owned()).collect() };
        let texts = [
            text(1, &["耳机", "蓝牙"]),
            text(2, &["耳机", "蓝牙", "黑"]),
            text(3, &["连衣裙", "黑"]),
            text(9, &["无"]),
        ];
        let table = alike(&texts, &items, 1);
        assert_eq!(table.row(0).0, [1]);
        assert_eq!(table.row(1).0, [0]);
        assert_eq!(table.row(2).0, [1]);
    }
}
