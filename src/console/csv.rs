//! Tables as CSV that a spreadsheet may open: no cell can become a formula.

use super::ConsoleError;

/// A cell that begins like a formula gets an apostrophe, which spreadsheets show as text.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// A table with its head; it begins with the mark by which spreadsheets know the encoding.
pub(super) fn csv<R: AsRef<[String]>>(
    head: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> Result<String, ConsoleError> {
    let bad = |error: &dyn std::fmt::Display| ConsoleError::Bad(format!("the table cannot be written: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|error| bad(&error))?;
    for row in rows {
        writer.write_record(row.as_ref().iter().map(|text| cell(text))).map_err(|error| bad(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| bad(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| bad(&error))?;
    Ok(format!("\u{feff}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for text in ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", "=HYPERLINK(\"x\")"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!((cell("-12.5").as_str(), cell("退货").as_str()), ("-12.5", "退货"));
        let table = csv(&["a"], [["x,\"y\"".to_owned()], ["=1".to_owned()]]).unwrap();
        assert_eq!(table, "\u{feff}a\n\"x,\"\"y\"\"\"\n'=1\n");
    }
}
