//! Product search: FTS5 over jieba words, bm25 then pieces sold, with filters on the variants.
//! Leaves to others: reading the wish out of a sentence (`nlu`), the index itself (`index`).

use sqlx::{QueryBuilder, Row, Sqlite};

use super::{Shop, ShopError};
use crate::domain::{Product, ProductFilter, ProductId};

/// More words than this are cut off: a pasted page is no search.
const MOST_WORDS: usize = 12;

/// The whole title, then brand and category, weigh more than the description.
const RANK: &str = "bm25(product_search, 8.0, 6.0, 10.0, 3.0, 1.0)";

impl Shop {
    /// Products on the shelf that match `filter`, the best first, and how many there are in all.
    /// All words must be met; where nothing has them all, any one is enough and more are better.
    /// Colour, size and price must be met by one and the same variant.
    pub async fn search(
        &self,
        filter: &ProductFilter,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<Product>, u64), ShopError> {
        let words = self.search_words(filter);
        let (ids, total) = match words.is_empty() {
            true => self.matching(filter, None, limit, offset).await?,
            false => {
                let all = self.matching(filter, Some(&fts_expression(&words, " AND ")), limit, offset).await?;
                match all.1 {
                    0 => self.matching(filter, Some(&fts_expression(&words, " OR ")), limit, offset).await?,
                    _ => all,
                }
            }
        };
        Ok((self.products(&ids).await?, total))
    }

    /// Each word of the filter as the pieces that the index has of it.
    fn search_words(&self, filter: &ProductFilter) -> Vec<Vec<String>> {
        let cut = filter.words.iter().map(|word| self.segmenter.words(word)).filter(|pieces| !pieces.is_empty());
        cut.take(MOST_WORDS).collect()
    }

    async fn matching(
        &self,
        filter: &ProductFilter,
        expression: Option<&str>,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<ProductId>, u64), ShopError> {
        let mut query = QueryBuilder::<Sqlite>::new("select p.id, count(*) over () as total from ");
        match expression {
            Some(expression) => {
                query.push("product_search join products p on p.id = product_search.rowid where product_search match ");
                query.push_bind(expression);
            }
            None => {
                query.push("products p where 1 = 1");
            }
        }
        push_filter(&mut query, filter);
        query.push(" order by ");
        if expression.is_some() {
            // Nearly equal matches are one rank, so that what sells well comes first among them.
            query.push("round(").push(RANK).push(", 1), ");
        }
        query.push("p.sold desc, p.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        let rows = query.build().fetch_all(&self.pool).await?;
        let total = rows.first().map(|row| row.try_get::<i64, _>("total")).transpose()?.unwrap_or(0);
        let ids = rows.iter().map(|row| row.try_get("id").map(ProductId)).collect::<Result<_, _>>()?;
        Ok((ids, u64::try_from(total).unwrap_or(0)))
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &ProductFilter) {
    query.push(" and p.on_shelf = 1");
    if let Some(category) = &filter.category {
        query.push(" and p.category = ").push_bind(category.clone());
    }
    if let Some(brand) = &filter.brand {
        query.push(" and p.brand = ").push_bind(brand.clone());
    }
    query.push(" and exists (select 1 from variants v where v.product_id = p.id");
    if let Some(colour) = &filter.colour {
        // 红 finds 酒红 and 红, 深蓝 does not find 蓝.
        query.push(" and v.colour is not null and instr(v.colour, ").push_bind(colour.clone()).push(") > 0");
    }
    if let Some(size) = &filter.size {
        query.push(" and v.size = ").push_bind(size.clone()).push(" collate nocase");
    }
    if let Some(least) = filter.least {
        query.push(" and v.price >= ").push_bind(least.cents());
    }
    if let Some(most) = filter.most {
        query.push(" and v.price <= ").push_bind(most.cents());
    }
    if filter.in_stock {
        query.push(" and v.stock > 0");
    }
    query.push(")");
}

/// Words as quoted strings, for nothing in them may be taken as the query language of FTS5.
fn fts_expression(words: &[Vec<String>], joint: &str) -> String {
    let quote = |piece: &String| format!("\"{}\"", piece.replace('"', "\"\""));
    let groups = words.iter().map(|pieces| {
        let pieces: Vec<String> = pieces.iter().map(quote).collect();
        format!("({})", pieces.join(joint))
    });
    groups.collect::<Vec<_>>().join(joint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_break_out_of_the_expression() {
        let words = vec![vec!["a\" OR title:b".to_owned()], vec!["蓝牙".to_owned(), "耳机".to_owned()]];
        assert_eq!(fts_expression(&words, " AND "), r#"("a"" OR title:b") AND ("蓝牙" AND "耳机")"#);
    }
}
