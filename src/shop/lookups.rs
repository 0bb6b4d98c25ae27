//! Which questions were put to the shop's database: recorded for whoever runs something under [`recorded`], so that the
//! transcript can say what an answer rests on. Leaves to others: keeping it (`engine`).

use std::cell::RefCell;

use sqlx::SqlitePool;

use super::Shop;

tokio::task_local! {
    static QUESTIONS: RefCell<Vec<&'static str>>;
}

/// Runs something and tells which questions it put to the shop, each once, in order.
pub async fn recorded<F: Future>(work: F) -> (F::Output, Vec<&'static str>) {
    QUESTIONS
        .scope(RefCell::default(), async {
            let output = work.await;
            (output, QUESTIONS.with(RefCell::take))
        })
        .await
}

/// Notes a question if somebody records.
pub(super) fn note(question: &'static str) {
    // Nobody records: fine.
    let _ = QUESTIONS.try_with(|questions| {
        let mut questions = questions.borrow_mut();
        if !questions.contains(&question) {
            questions.push(question);
        }
    });
}

impl Shop {
    /// The pool for a question, which is noted if somebody records.
    pub(super) fn asked(&self, question: &'static str) -> &SqlitePool {
        note(question);
        &self.pool
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CustomerId;

    #[tokio::test]
    async fn questions_are_noted_once_and_only_for_who_records() {
        let segmenter = super::super::Segmenter::new(|text| vec![text.to_owned()]);
        let shop = Shop::in_memory(segmenter).await.unwrap();
        shop.customer_by_id(CustomerId(1)).await.unwrap();
        let ask = async {
            shop.customer_by_id(CustomerId(1)).await.unwrap();
            shop.customer_by_id(CustomerId(2)).await.unwrap()
        };
        assert_eq!(recorded(ask).await, (None, vec!["customer_by_id"]));
    }
}
