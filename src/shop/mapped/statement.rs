//! Statements as they stand in a mapping file: SQL of the shop's own dialect with named parameters (`:customer`), which
//! become the dialect's placeholders and are always bound. Leaves to others: running them (`database`).

use std::collections::BTreeMap;

use super::MappingError;

crate::closed_set! {
    /// Which SQL a database speaks.
    Dialect {
        /// MySQL and MariaDB.
        Mysql = "mysql",
        /// PostgreSQL.
        Postgres = "postgres",
        /// SQLite.
        Sqlite = "sqlite",
    }
}

/// A value that is bound.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Nothing.
    Null,
    /// Several values, for `in (:name)`.
    List(Vec<Argument>),
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Argument::Integer(number)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Argument::Text(text.to_owned())
    }
}

/// Values by the names of parameters.
pub type Arguments = BTreeMap<&'static str, Argument>;

/// A statement that was taken apart at its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Sql(String),
    Parameter(String),
}

/// A statement in a dialect's own form, with the values in the order of its placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The text.
    pub sql: String,
    /// The values.
    pub values: Vec<Argument>,
}

impl Statement {
    /// Takes `sql` apart. `place` names it in a complaint. It must be one statement.
    pub fn parse(place: &str, sql: &str) -> Result<Self, MappingError> {
        let letters: Vec<char> = sql.trim().trim_end_matches(';').trim_end().chars().collect();
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while at < letters.len() {
            let letter = letters[at];
            if let Some(end) = quoted_end(&letters, at) {
                text.extend(&letters[at..end]);
                at = end;
            } else if letter == ';' {
                return Err(MappingError::SeveralStatements { place: place.to_owned() });
            } else if letter == ':' && letters.get(at + 1) == Some(&':') {
                // A cast of PostgreSQL.
                text.push_str("::");
                at += 2;
            } else if letter == ':' && letters.get(at + 1).is_some_and(|next| next.is_ascii_lowercase()) {
                let end = (at + 1..letters.len()).find(|&end| !is_name(letters[end])).unwrap_or(letters.len());
                pieces.push(Piece::Sql(std::mem::take(&mut text)));
                pieces.push(Piece::Parameter(letters[at + 1..end].iter().collect()));
                at = end;
            } else {
                text.push(letter);
                at += 1;
            }
        }
        pieces.push(Piece::Sql(text));
        Ok(Statement { pieces })
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(name.as_str()),
            Piece::Sql(_) => None,
        })
    }

    /// Its first word in small letters: `select`, `update` …
    pub fn verb(&self) -> String {
        let start = match self.pieces.first() {
            Some(Piece::Sql(sql)) => sql.as_str(),
            _ => "",
        };
        start
            .trim_start_matches(['(', ' ', '\n', '\t', '\r'])
            .split(|letter: char| !letter.is_alphabetic())
            .next()
            .map_or_else(String::new, str::to_lowercase)
    }

    /// The statement for `dialect`. A parameter without a value is bound as null: the mapping was checked before.
    pub fn render(&self, dialect: Dialect, arguments: &Arguments) -> Rendered {
        let mut rendered = Rendered { sql: String::new(), values: Vec::new() };
        for piece in &self.pieces {
            match piece {
                Piece::Sql(sql) => rendered.sql.push_str(sql),
                Piece::Parameter(name) => match arguments.get(name.as_str()) {
                    // Nothing is in an empty list.
                    Some(Argument::List(values)) if values.is_empty() => rendered.sql.push_str("null"),
                    Some(Argument::List(values)) => {
                        for (index, value) in values.iter().enumerate() {
                            rendered.sql.push_str(if index > 0 { ", " } else { "" });
                            rendered.bind(dialect, value.clone());
                        }
                    }
                    Some(value) => rendered.bind(dialect, value.clone()),
                    None => rendered.bind(dialect, Argument::Null),
                },
            }
        }
        rendered
    }
}

impl Rendered {
    fn bind(&mut self, dialect: Dialect, value: Argument) {
        self.values.push(value);
        match dialect {
            Dialect::Postgres => self.sql.push_str(&format!("${}", self.values.len())),
            Dialect::Mysql | Dialect::Sqlite => self.sql.push('?'),
        }
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
}

/// Where a text in quotes or a comment that begins at `at` ends; none where none begins there.
fn quoted_end(letters: &[char], at: usize) -> Option<usize> {
    let find = |from: usize, what: &[char]| {
        (from..letters.len())
            .find(|&place| letters[place..].starts_with(what))
            .map_or(letters.len(), |place| place + what.len())
    };
    match (letters[at], letters.get(at + 1)) {
        ('-', Some('-')) | ('#', Some(' ')) => Some(find(at, &['\n'])),
        ('/', Some('*')) => Some(find(at + 2, &['*', '/'])),
        (quote @ ('\'' | '"' | '`'), _) => {
            let mut end = at + 1;
            while end < letters.len() && letters[end] != quote {
                end += if letters[end] == '\\' { 2 } else { 1 };
            }
            Some((end + 1).min(letters.len()))
        }
        ('$', Some('$')) => Some(find(at + 2, &['$', '$'])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_placeholders_and_texts_stay() {
        let sql = "select ':no', \"a:b\", x::text from t -- :not\n where c = :customer and n in (:orders) and c <> :customer;";
        let statement = Statement::parse("needs.x", sql).unwrap();
        assert_eq!(statement.parameters().collect::<Vec<_>>(), ["customer", "orders", "customer"]);
        assert_eq!(statement.verb(), "select");
        let arguments = Arguments::from([
            ("customer", Argument::Integer(7)),
            ("orders", Argument::List(vec!["a".into(), "b' or 1=1 --".into()])),
        ]);
        let postgres = statement.render(Dialect::Postgres, &arguments);
        assert!(postgres.sql.ends_with("where c = $1 and n in ($2, $3) and c <> $4"), "{}", postgres.sql);
        assert_eq!(postgres.values.len(), 4);
        let mysql = statement.render(Dialect::Mysql, &arguments);
        assert!(mysql.sql.ends_with("where c = ? and n in (?, ?) and c <> ?"), "{}", mysql.sql);
        assert!(!mysql.sql.contains("or 1=1"));
        let none = Arguments::from([("orders", Argument::List(Vec::new()))]);
        assert!(statement.render(Dialect::Sqlite, &none).sql.contains("n in (null)"));
    }

    #[test]
    fn a_second_statement_is_refused() {
        for sql in ["select 1; drop table t", "select 1;;select 2"] {
            assert!(matches!(Statement::parse("needs.x", sql), Err(MappingError::SeveralStatements { .. })), "{sql}");
        }
        assert!(Statement::parse("needs.x", "select ';' /* ; */;").is_ok());
    }
}
