//! Plots as SVG, made on the server: bars, stacked bars, lines. Colours come from the page's style.

use std::fmt::Write;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 40.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 10.0;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A round number not below the greatest value.
fn ceiling(most: f64) -> f64 {
    let most = most.max(1.0);
    let power = 10_f64.powf(most.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power).find(|top| *top >= most).unwrap_or(most)
}

fn frame(title: &str, top: f64) -> String {
    let mut svg =
        format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\" width=\"100%\">", escaped(title));
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        let y = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            number(top * share)
        );
    }
    svg
}

fn number(value: f64) -> String {
    if value.fract().abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// Bars, one over the other where a column has several values.
pub(super) fn bars(title: &str, columns: &[(String, Vec<f64>)], names: &[String]) -> String {
    let top = ceiling(columns.iter().map(|(_, values)| values.iter().sum()).fold(0.0, f64::max));
    let mut svg = frame(title, top);
    let height = HEIGHT - BOTTOM - TOP;
    #[expect(clippy::cast_precision_loss, reason = "a plot has few columns")]
    let step = (WIDTH - LEFT) / columns.len().max(1) as f64;
    let every = columns.len().div_ceil(12).max(1);
    for (index, (label, values)) in columns.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a plot has few columns")]
        let x = LEFT + step * index as f64;
        let mut y = HEIGHT - BOTTOM;
        for (layer, value) in values.iter().enumerate() {
            let tall = value / top * height;
            y -= tall;
            let name = names.get(layer).map(String::as_str).unwrap_or_default();
            let _ = write!(
                svg,
                "<rect class=\"col b{layer}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" rx=\"1\"><title>{} {} {}</title></rect>",
                x + step * 0.12,
                step * 0.76,
                escaped(label),
                escaped(name),
                number(*value)
            );
        }
        if index % every == 0 {
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + step / 2.0,
                HEIGHT - 8.0,
                escaped(label)
            );
        }
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_says_what_it_shows() {
        let columns = [("06-17".to_owned(), vec![3.0, 1.0]), ("<b>".to_owned(), vec![0.0, 0.0])];
        let svg = bars("消息 & 情绪", &columns, &["平静".to_owned(), "愤怒".to_owned()]);
        assert!(
            svg.contains("aria-label=\"消息 &amp; 情绪\"") && svg.contains("06-17 愤怒 1") && svg.contains("&lt;b&gt;")
        );
        assert!(!svg.contains("<b>") && svg.ends_with("</svg>"));
        assert_eq!((ceiling(0.0), ceiling(7.0), ceiling(21.0), ceiling(100.0)), (1.0, 10.0, 25.0, 100.0));
    }
}
