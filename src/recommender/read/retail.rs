//! Invoices by line, as in the UCI data set "Online Retail": `invoice,stock_code,quantity,invoice_date,unit_price,customer`.

use std::path::Path;

use super::{ReadError, open};

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct RetailLine {
    /// The invoice's number.
    pub invoice: String,
    /// The product's code.
    pub stock_code: String,
    /// Pieces; negative for what came back.
    pub quantity: i64,
    /// When, in milliseconds since 1970-01-01, the shop's clock taken for UTC.
    pub at_millis: i64,
    /// The customer, where known.
    pub customer: Option<i64>,
}

#[derive(serde::Deserialize)]
struct Row {
    invoice: String,
    stock_code: String,
    quantity: i64,
    invoice_date: String,
    customer: Option<f64>,
}

/// Reads invoice lines in the order of the file.
pub fn read_retail(path: &Path) -> Result<Vec<RetailLine>, ReadError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(open(path)?);
    let mut all = Vec::new();
    for row in reader.deserialize() {
        let row: Row = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            ReadError::line(path, line, error)
        })?;
        let at = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", &row.invoice_date)
            .and_then(|date| jiff::tz::TimeZone::UTC.to_timestamp(date))
            .map_err(|error| ReadError::line(path, all.len() as u64 + 2, error))?;
        all.push(RetailLine {
            invoice: row.invoice,
            stock_code: row.stock_code,
            quantity: row.quantity,
            at_millis: at.as_millisecond(),
            customer: row.customer.map(|number| number as i64),
        });
    }
    if all.is_empty() { Err(ReadError::Empty(path.to_owned())) } else { Ok(all) }
}
