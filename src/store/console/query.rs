//! Statements put together from parts, with numbered places for the values. Every part is a constant of this room; what
//! people type is only ever bound.

/// A value for a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bind {
    Text(String),
    Number(i64),
    Texts(Vec<String>),
}

/// A statement under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Statement {
    pub sql: String,
    pub binds: Vec<Bind>,
}

impl Statement {
    pub fn new(sql: &'static str) -> Self {
        Statement { sql: sql.to_owned(), binds: Vec::new() }
    }

    /// Appends a part; each `?` in it becomes the place of the next value.
    pub fn push(&mut self, part: &'static str, binds: impl IntoIterator<Item = Bind>) {
        let mut values = binds.into_iter();
        for letter in part.chars() {
            if letter == '?' {
                let value = values.next().expect("every place of a part has a value: this is a bug");
                self.binds.push(value);
                self.sql.push_str(&format!("${}", self.binds.len()));
            } else {
                self.sql.push(letter);
            }
        }
        debug_assert!(values.next().is_none(), "every value of a part has a place");
    }

    /// The same with one text.
    pub fn push_text(&mut self, part: &'static str, text: &str) {
        self.push(part, [Bind::Text(text.to_owned())]);
    }

    /// The same with one number.
    pub fn push_number(&mut self, part: &'static str, number: i64) {
        self.push(part, [Bind::Number(number)]);
    }
}

/// Runs a [`Statement`] for reading: `fetch!(store, statement, fetch_all)`.
macro_rules! fetch {
    ($store:expr, $statement:expr, $how:ident) => {{
        let statement: &$crate::store::console::query::Statement = $statement;
        match &$store.pool {
            $crate::store::database::Pool::Sqlite { durable: pool, .. } => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(statement.sql.clone()));
                for bind in &statement.binds {
                    query = match bind {
                        $crate::store::console::query::Bind::Text(text) => query.bind(text.clone()),
                        $crate::store::console::query::Bind::Number(number) => query.bind(*number),
                        // SQLite has no arrays; none of its statements binds one.
                        $crate::store::console::query::Bind::Texts(texts) => query.bind(texts.join(" ")),
                    };
                }
                query.$how(pool).await
            }
            $crate::store::database::Pool::Postgres(pool) => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(statement.sql.clone()));
                for bind in &statement.binds {
                    query = match bind {
                        $crate::store::console::query::Bind::Text(text) => query.bind(text.clone()),
                        $crate::store::console::query::Bind::Number(number) => query.bind(*number),
                        $crate::store::console::query::Bind::Texts(texts) => query.bind(texts.clone()),
                    };
                }
                query.$how(pool).await
            }
        }
    }};
}

pub(super) use fetch;
