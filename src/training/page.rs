//! The report as one HTML page with plots drawn in SVG, no script and no outside file. Leaves to others: the figures.

use std::fmt::Write;

use super::metrics::Figures;
use super::report::Report;

const SIDE: f64 = 260.0;

/// The page.
pub fn to_html(report: &Report) -> String {
    let mut body = String::new();
    let mut row = |name: &str, read: fn(&Figures) -> f64| {
        let linear = report.baseline.as_ref().map_or("–".to_owned(), |figures| format!("{:.3}", read(figures)));
        let _ = write!(body, "<tr><td>{name}<td>{:.3}<td>{linear}<td>{:.3}", read(&report.ours), read(&report.noisy));
    };
    row("intent accepted", |f| f.accepted);
    row("intent strict", |f| f.strict);
    row("macro-F1", |f| f.macro_f1);
    row("emotion accuracy", |f| f.emotion_accuracy);
    row("negative and angry, F1", |f| f.low_emotion_f1);
    row("calibration error", |f| f.calibration_error);
    let intents = report.intents.iter().fold(String::new(), |mut rows, row| {
        let width = row.f1 * 160.0;
        let _ = write!(
            rows,
            "<tr><td>{}<td>{}<td>{:.3}<td>{:.3}<td>{:.3}<td><svg width=160 height=10><rect width={width:.0} \
             height=10 fill=#4a7></rect></svg>",
            row.intent, row.rows, row.precision, row.recall, row.f1
        );
        rows
    });
    let confusions = report.confusions.iter().take(40).fold(String::new(), |mut rows, confusion| {
        let examples: Vec<String> = confusion.examples.iter().map(|text| escape(text)).collect();
        let (truth, guess, count) = (confusion.truth, confusion.guess, confusion.count);
        let _ = write!(rows, "<tr><td>{count}<td>{truth}<td>{guess}<td>{}", examples.join("<br>"));
        rows
    });
    let bins: Vec<(f64, f64)> =
        report.bins.iter().filter(|bin| bin.count > 0).map(|bin| (bin.probability, bin.right)).collect();
    let scope: Vec<(f64, f64)> = report.scope.iter().map(|point| (point.false_refusals, point.recall)).collect();
    let scope = if scope.is_empty() {
        String::new()
    } else {
        format!("<h2>Out of scope: found against refused in error</h2>{}", plot(&scope, false))
    };
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>xiaoer eval nlu</title><style>body{{font:15px \
         sans-serif;max-width:60em;margin:2em auto}}td,th{{padding:2px 10px;text-align:left}}tr:nth-child(even)\
         {{background:#f4f4f4}}svg{{background:#fafafa}}</style><h1>{}</h1><p>{} messages; {:.2} ms median, {:.2} ms \
         p95 per message of {} characters on one thread.<table><tr><th>figure<th>ours<th>linear<th>with \
         slips{body}</table><h2>Calibration: right against probability</h2>{}{scope}<h2>Intents</h2><table><tr>\
         <th>intent<th>rows<th>precision<th>recall<th>F1<th>{intents}</table><h2>Confusions</h2><table><tr><th>times\
         <th>label<th>said<th>examples{confusions}</table></html>\n",
        escape(&report.file),
        report.ours.rows,
        report.speed.median,
        report.speed.p95,
        report.speed.characters,
        plot(&bins, true),
    )
}

fn plot(points: &[(f64, f64)], dots: bool) -> String {
    let place = |(x, y): &(f64, f64)| (x * SIDE, (1.0 - y) * SIDE);
    let line: Vec<String> = points.iter().map(place).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let marks = points.iter().filter(|_| dots).map(place).fold(String::new(), |mut marks, (x, y)| {
        let _ = write!(marks, "<circle cx={x:.1} cy={y:.1} r=3 fill=#246></circle>");
        marks
    });
    format!(
        "<svg width={SIDE} height={SIDE}><line x1=0 y1={SIDE} x2={SIDE} y2=0 stroke=#bbb></line><polyline \
         points='{}' fill=none stroke=#246 stroke-width=2></polyline>{marks}</svg>",
        line.join(" ")
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
