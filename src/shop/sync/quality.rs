//! What was found wrong with a merchant's data and what became of it. Bad rows are set aside in a file, each with the
//! reason and the whole row, so that nothing is lost silently; texts in a wrong encoding are mended where that is sure.
//! Leaves to others: reading and storing rows.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::SyncError;
use crate::shop::mapped::{Cell, RawRow};

/// The figures of a round, for one part.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Quality {
    /// Rows that were read.
    pub read: u64,
    /// Rows that were new or had changed and were stored.
    pub stored: u64,
    /// Rows that were known as they are.
    pub unchanged: u64,
    /// Rows that came twice in one round.
    pub duplicates: u64,
    /// Rows with an amount that was written with a sign, commas, or more than two decimals.
    pub amounts_normalised: u64,
    /// Rows with a text that was mended: another encoding, control characters.
    pub texts_mended: u64,
    /// Rows that name something that is not there.
    pub broken_references: u64,
    /// Rows that were set aside, for whatever reason.
    pub set_aside: u64,
    /// What was there before and is no longer: taken off the shelf.
    pub gone: u64,
}

/// The file for bad rows: CSV of part, reason and the row as JSON.
#[derive(Debug)]
pub struct SetAside {
    path: PathBuf,
    file: Option<std::fs::File>,
}

impl SetAside {
    /// Into `path`, which is made when the first row comes.
    pub fn into(path: &Path) -> Self {
        SetAside { path: path.to_owned(), file: None }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sets a row aside.
    pub fn put(&mut self, part: &str, reason: &str, row: &RawRow) -> Result<(), SyncError> {
        let fault = |source: std::io::Error| SyncError::SetAside { path: self.path.clone(), source };
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(fault)?;
                }
                let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.path).map_err(fault)?;
                if file.metadata().map_err(fault)?.len() == 0 {
                    writeln!(file, "part,reason,row").map_err(fault)?;
                }
                self.file.insert(file)
            }
        };
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let line = format!("{part},{},{}\n", quoted(reason), quoted(&as_json(row)));
        file.write_all(line.as_bytes()).map_err(fault)
    }
}

fn as_json(row: &RawRow) -> String {
    let value = |cell: &Cell| match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Integer(number) => (*number).into(),
        Cell::Real(number) => (*number).into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Civil(at) => at.to_string().into(),
        Cell::Instant(at) => at.millis().into(),
        Cell::Bytes(bytes) => bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")).into(),
        Cell::Foreign(name) => format!("({name})").into(),
    };
    let pairs = row.columns().iter().map(|name| (name.clone(), row.cell(name).map_or(serde_json::Value::Null, value)));
    serde_json::Value::Object(pairs.collect()).to_string()
}

/// Mends the texts of a row. Says whether one was mended.
pub fn mend(row: &mut RawRow) -> bool {
    let mut mended = false;
    for cell in row.cells_mut() {
        let better = match cell {
            Cell::Text(text) => mended_text(text),
            Cell::Bytes(bytes) => from_gbk(bytes),
            _ => None,
        };
        if let Some(text) = better {
            *cell = Cell::Text(text);
            mended = true;
        }
    }
    mended
}

/// GB18030, which is what Chinese systems write where they do not write UTF-8.
fn from_gbk(bytes: &[u8]) -> Option<String> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// UTF-8 that was once taken for Latin-1 or Windows-1252 (`è“\u{9d}ç‰™`), and characters that nobody can see.
fn mended_text(text: &str) -> Option<String> {
    let visible = |text: &str| text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>();
    if text.chars().any(|letter| ('\u{80}'..='\u{ff}').contains(&letter)) {
        let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
        if !lossy
            && let Ok(original) = std::str::from_utf8(&bytes)
            && original.chars().any(|letter| ('\u{2e80}'..='\u{ffef}').contains(&letter))
        {
            return Some(visible(original));
        }
    }
    text.chars().any(is_invisible).then(|| visible(text))
}

fn is_invisible(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\t')) || matches!(letter, '\u{feff}' | '\u{200b}' | '\u{200c}')
}

/// Whether an amount is written in another way than a plain number with at most two decimals.
pub fn is_odd_amount(row: &RawRow, column: &str) -> bool {
    match row.cell(column) {
        Some(Cell::Text(text)) => {
            let text = text.trim();
            let decimals = text.split_once('.').map_or("", |(_, rest)| rest).trim_end_matches('0');
            text.chars().any(|letter| matches!(letter, ',' | '¥' | '￥' | '元')) || decimals.len() > 2
        }
        Some(Cell::Real(number)) => ((number * 100.0).round() - number * 100.0).abs() > 1e-6,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_encodings_are_mended_and_right_ones_left_alone() {
        let (broken, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling("蓝牙耳机".as_bytes());
        assert_eq!(mended_text(&broken).as_deref(), Some("蓝牙耳机"));
        for fine in ["蓝牙耳机", "Café crème", "12,50 €", "a\tb\nc"] {
            assert_eq!(mended_text(fine), None, "{fine}");
        }
        assert_eq!(mended_text("\u{feff}耳机\u{0}").as_deref(), Some("耳机"));
        let (gbk, _, _) = encoding_rs::GB18030.encode("连衣裙");
        assert_eq!(from_gbk(&gbk).as_deref(), Some("连衣裙"));
        assert_eq!(from_gbk(&[0xff, 0xff, 0x00]), None);
    }
}
