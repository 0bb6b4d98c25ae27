//! Product search: FTS5 over jieba words, bm25 then pieces sold, with filters on the variants.
//! Leaves to others: reading the wish out of a sentence (`nlu`), the index itself (`index`).

use sqlx::{QueryBuilder, Sqlite};

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
        let mut query = matches("select p.id", expression);
        push_filter(&mut query, filter);
        query.push(" order by ");
        if expression.is_some() {
            // Nearly equal matches are one rank, so that what sells well comes first among them.
            query.push("round(m.score, 1), ");
        }
        query.push("p.sold desc, p.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        let ids: Vec<i64> = query.build_query_scalar().fetch_all(self.asked("matching")).await?;
        let mut query = matches("select count(*)", expression);
        push_filter(&mut query, filter);
        let total: i64 = query.build_query_scalar().fetch_one(self.asked("matching")).await?;
        Ok((ids.into_iter().map(ProductId).collect(), u64::try_from(total).unwrap_or(0)))
    }
}

/// `select` from the products that match the expression, or from all of them.
fn matches(select: &'static str, expression: Option<&str>) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("");
    match expression {
        Some(expression) => {
            query.push("with m as materialized (select rowid as id, ").push(RANK);
            query.push(" as score from product_search where product_search match ").push_bind(expression.to_owned());
            query.push(") ").push(select).push(" from m join products p on p.id = m.id where 1 = 1");
        }
        None => {
            query.push(select).push(" from products p where 1 = 1");
        }
    }
    query
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
    use crate::domain::Money;
    use crate::shop::demo::tests::small_shop;

    #[test]
    fn words_cannot_break_out_of_the_expression() {
        let words = vec![vec!["a\" OR title:b".to_owned()], vec!["蓝牙".to_owned(), "耳机".to_owned()]];
        assert_eq!(fts_expression(&words, " AND "), r#"("a"" OR title:b") AND ("蓝牙" AND "耳机")"#);
    }

    fn wish(words: &[&str]) -> ProductFilter {
        ProductFilter { words: words.iter().map(|word| (*word).to_owned()).collect(), ..ProductFilter::default() }
    }

    #[tokio::test]
    async fn words_and_filters_find_what_was_meant() {
        let shop = small_shop().await;
        let cheap = ProductFilter { most: Some(Money::from_yuan(500)), in_stock: true, ..wish(&["蓝牙耳机"]) };
        let (found, total) = shop.search(&cheap, 5, 0).await.unwrap();
        assert!(found.len() == 5 && total >= 5, "{total}");
        for product in &found {
            assert!(product.category == "耳机" && product.title.contains("蓝牙"), "{}", product.title);
            let fits = |variant: &crate::domain::Variant| variant.price <= Money::from_yuan(500) && variant.stock > 0;
            assert!(product.variants.iter().any(fits), "{}", product.title);
        }
        let (next, same_total) = shop.search(&cheap, 5, 5).await.unwrap();
        assert_eq!(same_total, total);
        assert!(next.iter().all(|product| found.iter().all(|earlier| earlier.id != product.id)));

        let (girls, _) = shop.search(&wish(&["女童", "连衣裙"]), 3, 0).await.unwrap();
        assert!(girls.iter().all(|product| product.title.contains("女童连衣裙") || product.category == "童装"));
        assert!(girls[0].title.contains("女童连衣裙"), "{}", girls[0].title);

        let red = ProductFilter { colour: Some("红".to_owned()), category: Some("口红".to_owned()), ..wish(&[]) };
        let (reds, _) = shop.search(&red, 20, 0).await.unwrap();
        assert!(!reds.is_empty());
        let small = ProductFilter { size: Some("xl".to_owned()), brand: Some("织语".to_owned()), ..wish(&[]) };
        assert!(shop.search(&small, 20, 0).await.unwrap().1 >= 5);
        let none = ProductFilter { colour: Some("黑".to_owned()), size: Some("120".to_owned()), ..wish(&["手机"]) };
        assert_eq!(shop.search(&none, 5, 0).await.unwrap(), (Vec::new(), 0));
        // Where nothing has all the words, any one is enough.
        assert!(shop.search(&wish(&["猫粮", "会飞的"]), 5, 0).await.unwrap().1 > 0);
        for odd in ["\" OR 1=1 --", "'; drop table products; --", "<b>手机</b>", "🎉", "", "NEAR(", "title:*"] {
            let (found, _) = shop.search(&wish(&[odd]), 3, 0).await.unwrap();
            assert!(found.len() <= 3, "{odd}");
        }
        let all = shop.search(&ProductFilter::default(), 1, 0).await.unwrap().1;
        assert_eq!(all, u64::try_from(shop.catalogue().await.unwrap().products.len()).unwrap());
    }
}
