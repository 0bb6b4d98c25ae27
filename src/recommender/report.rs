//! Methods side by side: as JSON, and as one HTML page with plots drawn here. Leaves to others: measuring.

use std::fmt::Write as _;

use super::evaluate::{CUT_OFFS, Evaluation};
use super::measure::Cost;

/// One method's row.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    /// How it did.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// What its training cost.
    pub training: Cost,
}

/// A comparison on one data set.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Report {
    /// The name of the data.
    pub data: String,
    /// How it was split.
    pub protocol: String,
    /// Customers in training.
    pub customers: usize,
    /// Items.
    pub items: usize,
    /// Events in training.
    pub events: usize,
    /// Cases judged.
    pub cases: usize,
    /// The methods.
    pub rows: Vec<Row>,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Horizontal bars, one per method.
fn bars(title: &str, values: &[(String, f64)], digits: usize) -> String {
    let most = values.iter().map(|entry| entry.1).fold(f64::MIN_POSITIVE, f64::max);
    let height = 30 + 24 * values.len();
    let mut svg = format!(
        "<svg viewBox=\"0 0 640 {height}\" width=\"640\" role=\"img\" aria-label=\"{0}\"><text x=\"0\" y=\"16\" class=\"t\">{0}</text>",
        escaped(title)
    );
    for (place, (name, value)) in values.iter().enumerate() {
        let y = 28 + 24 * place;
        let width = (380.0 * value / most).max(1.0);
        let _ = write!(
            svg,
            "<text x=\"150\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"158\" y=\"{y}\" width=\"{width:.1}\" height=\"16\"/>\
             <text x=\"{:.1}\" y=\"{}\">{value:.digits$}</text>",
            y + 13,
            escaped(name),
            166.0 + width,
            y + 13
        );
    }
    svg + "</svg>"
}

impl Report {
    /// One self-contained page.
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title><style>\
             body{{font:14px system-ui,sans-serif;margin:2rem;max-width:70rem}}table{{border-collapse:collapse}}\
             td,th{{padding:.25rem .6rem;border-bottom:1px solid #ccc;text-align:right}}td:first-child,th:first-child{{text-align:left}}\
             svg{{display:block;margin:1.2rem 0;font:12px system-ui,sans-serif}}rect{{fill:#3b6ea5}}.t{{font-weight:600}}</style>\
             <h1>{0}</h1><p>{1}. {2} customers, {3} items, {4} events in training; {5} cases.</p><table><tr><th>method</th>",
            escaped(&self.data),
            escaped(&self.protocol),
            self.customers,
            self.items,
            self.events,
            self.cases
        );
        for at in CUT_OFFS {
            let _ = write!(page, "<th>Recall@{at}</th><th>NDCG@{at}</th><th>MRR@{at}</th><th>Hit@{at}</th>");
        }
        page += "<th>coverage</th><th>novelty</th><th>Gini</th><th>CPU s</th><th>peak MiB</th><th>µs a list</th></tr>";
        for row in &self.rows {
            let _ = write!(page, "<tr><td>{}</td>", escaped(&row.evaluation.method));
            for one in row.evaluation.accuracy {
                let _ = write!(
                    page,
                    "<td>{:.4}</td><td>{:.4}</td><td>{:.4}</td><td>{:.4}</td>",
                    one.recall, one.ndcg, one.mrr, one.hit_rate
                );
            }
            let spread = row.evaluation.spread;
            let _ = write!(
                page,
                "<td>{:.3}</td><td>{:.2}</td><td>{:.3}</td><td>{:.1}</td><td>{:.0}</td><td>{:.0}</td></tr>",
                spread.coverage,
                spread.novelty,
                spread.gini,
                row.training.cpu_seconds,
                row.training.peak_mib,
                row.evaluation.list_micros
            );
        }
        page += "</table>";
        let plot = |title: &str, digits: usize, of: &dyn Fn(&Row) -> f64| {
            let values: Vec<(String, f64)> =
                self.rows.iter().map(|row| (row.evaluation.method.clone(), of(row))).collect();
            bars(title, &values, digits)
        };
        page += &plot("Recall@20", 4, &|row| row.evaluation.accuracy[2].recall);
        page += &plot("NDCG@20", 4, &|row| row.evaluation.accuracy[2].ndcg);
        page += &plot("Coverage of the lists of 20", 3, &|row| row.evaluation.spread.coverage);
        page += &plot("Processor seconds of training", 1, &|row| row.training.cpu_seconds);
        page + "</html>\n"
    }

    /// A table in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{} ({}): {} customers, {} items, {} events in training, {} cases\n\n\
             | method | Recall@5/10/20 | NDCG@5/10/20 | MRR@20 | Hit@5/10/20 | coverage | novelty | Gini | CPU s | peak MiB | µs a list |\n\
             |---|---|---|---|---|---|---|---|---|---|---|\n",
            self.data, self.protocol, self.customers, self.items, self.events, self.cases
        );
        for row in &self.rows {
            let three = |of: fn(&super::Accuracy) -> f64| {
                row.evaluation.accuracy.iter().map(|one| format!("{:.4}", of(one))).collect::<Vec<_>>().join(" / ")
            };
            let spread = row.evaluation.spread;
            let _ = writeln!(
                text,
                "| {} | {} | {} | {:.4} | {} | {:.3} | {:.2} | {:.3} | {:.1} | {:.0} | {:.0} |",
                row.evaluation.method,
                three(|one| one.recall),
                three(|one| one.ndcg),
                row.evaluation.accuracy[2].mrr,
                three(|one| one.hit_rate),
                spread.coverage,
                spread.novelty,
                spread.gini,
                row.training.cpu_seconds,
                row.training.peak_mib,
                row.evaluation.list_micros
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_page() {
        let evaluation = Evaluation {
            method: "<b>&".to_owned(),
            accuracy: Default::default(),
            spread: Default::default(),
            list_micros: 0.0,
        };
        let row = Row { evaluation, training: Cost::default() };
        let report = Report {
            data: "<script>".to_owned(),
            protocol: String::new(),
            customers: 1,
            items: 1,
            events: 1,
            cases: 1,
            rows: vec![row],
        };
        let page = report.html();
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;b&gt;&amp;") && !page.contains("<script>"));
    }
}
