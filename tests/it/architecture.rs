//! Keeps the house in order: which room may import which, who owns which crate, and the habits of every file.
//! A new edge of the table is a decision that is made in its own commit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rooms with the rooms that they may import. A room that is not listed may import anything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("inference", &["domain"]),
    ("nlu", &["domain", "inference"]),
    ("nlg", &["domain"]),
    ("recommender", &["domain"]),
    ("shop", &["domain"]),
    ("store", &["domain"]),
    ("dialogue", &["domain"]),
    // `nlg` for the shop's knowledge, which is retrieved there: an action must know whether there is an answer.
    ("actions", &["domain", "dialogue", "nlg", "recommender", "shop", "store"]),
    ("engine", &["domain", "nlu", "dialogue", "actions", "nlg", "shop", "store"]),
    ("channel", &["domain"]),
    ("console", &["domain", "channel", "store", "nlu", "recommender"]),
    ("runtime", &["domain", "store", "engine", "channel"]),
    ("training", &["domain", "inference", "nlu", "recommender"]),
    ("config", &[]),
];

/// Crates with the rooms that own them.
const OWNED: &[(&str, &[&str])] = &[
    ("sqlx", &["shop", "store", "scripts", "app"]),
    ("candle_core", &["inference", "training"]),
    ("candle_nn", &["inference", "training"]),
    ("tokenizers", &["inference", "training"]),
    // `training` cuts corpora into words to mask whole ones.
    ("jieba_rs", &["nlu", "training"]),
    ("teloxide", &["channel", "app"]),
    // `runtime` answers health and readiness.
    ("axum", &["console", "channel", "runtime", "app"]),
    ("clap", &["cli", "main"]),
    ("anyhow", &["cli", "main", "app", "config", "telemetry"]),
];

/// Where no sentence for shoppers may stand: their words are in `prompts/`.
const WITHOUT_CHINESE: &[&str] = &["actions", "dialogue", "engine", "runtime"];

/// Files that still hear a shopper's words themselves instead of asking `nlu`. The list only gets shorter.
const HEARING_YET: &[&str] = &["actions/refund_status.rs", "actions/show.rs"];

/// A file is split before it gets longer than this.
const MOST_LINES: usize = 420;

/// Files that are still to be split. The list only gets shorter: a file that has become short must leave it.
const LONG_YET: &[&str] = &[
    "domain/reply_key.rs",
    "training/pretrain.rs",
    "nlu/entities/date.rs",
    "nlu/entities/goods.rs",
    "nlu/entities/money.rs",
    "recommender/model.rs",
    "recommender/serve.rs",
    "shop/changes.rs",
    "shop/policy/sections.rs",
    "shop/writes/tests.rs",
    "store/tests.rs",
];

struct Source {
    /// Below `src/`.
    name: String,
    /// The first part of the path: the room.
    room: String,
    text: String,
    /// The text without comments, strings' contents kept, up to the tests.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).expect("walked from there").display().to_string();
            let room = name.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&file).expect("a source file is readable");
            let is_test = name.ends_with("/tests.rs") || name.contains("/tests/") || is_only_for_tests(&file);
            let code = if is_test { String::new() } else { without_tests(&without_comments(&text)).to_owned() };
            Source { name, room, text, code }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a source folder is readable") {
        let path = entry.expect("a source folder is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Whether the folder's `mod.rs` declares the file for tests only.
fn is_only_for_tests(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().display().to_string();
    let parent = std::fs::read_to_string(file.with_file_name("mod.rs")).unwrap_or_default();
    parent.contains(&format!("#[cfg(test)]\nmod {stem};"))
}

/// The tests stand at the end of a file.
fn without_tests(code: &str) -> &str {
    code.find("#[cfg(test)]\nmod tests {").map_or(code, |start| &code[..start])
}

/// Takes comments out; strings and characters are left alone, so that `"//"` in them is no comment.
fn without_comments(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    let starts =
        |at: usize, what: &str| what.chars().enumerate().all(|(i, letter)| letters.get(at + i) == Some(&letter));
    while at < letters.len() {
        let end = if starts(at, "//") {
            at = line_end(&letters, at);
            continue;
        } else if starts(at, "/*") {
            let mut end = at + 2;
            while end < letters.len() && !starts(end, "*/") {
                end += 1;
            }
            at = end + 2;
            continue;
        } else if let Some(hashes) = raw_string(&letters, at) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let mut end = at + 2 + hashes;
            while end < letters.len() && !starts(end, &close) {
                end += 1;
            }
            end + close.len()
        } else if letters[at] == '"' {
            let mut end = at + 1;
            while end < letters.len() && letters[end] != '"' {
                end += if letters[end] == '\\' { 2 } else { 1 };
            }
            end + 1
        } else if letters[at] == '\'' {
            // A character: 'x', '\n', '\u{…}'; anything else is a lifetime.
            match (letters.get(at + 1), letters.get(at + 2)) {
                (Some('\\'), _) => {
                    letters[at + 3..].iter().position(|letter| *letter == '\'').map_or(at + 1, |p| at + p + 4)
                }
                (Some(_), Some('\'')) => at + 3,
                _ => at + 1,
            }
        } else {
            at + 1
        };
        let end = end.min(letters.len());
        code.extend(&letters[at..end]);
        at = end;
    }
    code
}

fn line_end(letters: &[char], at: usize) -> usize {
    letters[at..].iter().position(|letter| *letter == '\n').map_or(letters.len(), |offset| at + offset)
}

/// The number of hashes if a raw string begins here.
fn raw_string(letters: &[char], at: usize) -> Option<usize> {
    let is_name = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    if letters[at] != 'r' || (at > 0 && is_name(&letters[at - 1])) {
        return None;
    }
    let hashes = letters[at + 1..].iter().take_while(|letter| **letter == '#').count();
    (letters.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// The names that follow `crate::` or stand first in `crate::{…}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut first = true;
            let mut name = String::new();
            for letter in group.chars() {
                match letter {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.insert(std::mem::take(&mut name));
                        first = true;
                    }
                    ':' if depth == 0 => first = false,
                    letter if first && depth == 0 && !letter.is_whitespace() => name.push(letter),
                    _ => {}
                }
            }
            rooms.insert(name);
        } else {
            rooms.insert(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

/// Whether the code names this crate.
fn uses_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = &code[start + name.len()..];
        let is_whole =
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':' && letter != '"');
        is_whole && (after.starts_with("::") || (after.starts_with(';') && code[..start].ends_with("use ")))
    })
}

fn assert_none(wrong: &[String], what: &str) {
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(room, _)| *room == source.room) else { continue };
        for room in imports(&source.code) {
            // Exported macros stand at the crate's root: that of closed sets belongs to `domain`, which everybody may
            // import; that of vectorised loops to `inference`.
            let room = match room.as_str() {
                "closed_set" => "domain",
                "vectorised" => "inference",
                room => room,
            };
            let is_fine = room == source.room || room == "domain" || allowed.contains(&room);
            if !is_fine {
                wrong.push(format!("{}: imports crate::{room}", source.name));
            }
        }
    }
    assert_none(&wrong, "imports that the table does not allow");
}

#[test]
fn crates_are_used_by_their_owners_only() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, owners) in OWNED {
            if !owners.contains(&source.room.as_str()) && uses_crate(&source.code, name) {
                wrong.push(format!("{}: uses {name}, which belongs to {}", source.name, owners.join(", ")));
            }
        }
    }
    assert_none(&wrong, "crates used by rooms that do not own them");
}

#[test]
fn no_sentence_for_shoppers_stands_in_code() {
    let is_chinese =
        |letter: &char| ('\u{3400}'..='\u{9fff}').contains(letter) || ('\u{3000}'..='\u{303f}').contains(letter);
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| WITHOUT_CHINESE.contains(&source.room.as_str())) {
        let mut chinese = source.code.lines().filter(|line| line.chars().any(|letter| is_chinese(&letter))).peekable();
        match (chinese.peek().is_some(), HEARING_YET.contains(&source.name.as_str())) {
            (true, false) => wrong.extend(chinese.map(|line| format!("{}: {}", source.name, line.trim()))),
            (false, true) => wrong.push(format!("{}: holds none any more; take it off HEARING_YET", source.name)),
            _ => {}
        }
    }
    assert_none(&wrong, "Chinese in code; put the words into prompts/");
}

#[test]
fn nothing_is_unwrapped() {
    let sources = sources();
    let unwrapping = sources.iter().filter(|source| source.code.contains(".unwrap()"));
    let wrong: Vec<String> = unwrapping.map(|source| format!("{}: unwrap()", source.name)).collect();
    assert_none(&wrong, "unwrap() outside tests; use expect(\"…: this is a bug\") for what cannot happen");
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//!") {
            wrong.push(format!("{}: does not begin with //!", source.name));
        }
        let lines = source.text.lines().count();
        match (lines > MOST_LINES, LONG_YET.contains(&source.name.as_str())) {
            (true, false) => wrong.push(format!("{}: {lines} lines, at most {MOST_LINES}", source.name)),
            (false, true) => wrong.push(format!("{}: is short now; take it off LONG_YET", source.name)),
            _ => {}
        }
    }
    assert_none(&wrong, "files out of shape");
}

#[test]
fn the_walk_itself_sees_what_it_should() {
    let code =
        without_comments("let a = \"// no comment\"; // 注释\nlet b = '\"'; /* crate::x */ let c = r#\"\"//\"#;");
    assert_eq!(code, "let a = \"// no comment\"; \nlet b = '\"';  let c = r#\"\"//\"#;");
    let code = "use crate::{domain::{A, B}, shop};\nlet x: crate::store::Store = $crate::nlu::y();";
    assert_eq!(imports(code), ["domain", "nlu", "shop", "store"].map(str::to_owned).into());
    assert!(uses_crate("use sqlx::Row;", "sqlx") && !uses_crate("use my_sqlx::Row; a::sqlx::b", "sqlx"));
    assert!(sources().len() > 50, "the sources are found");
}
