//! Small drawings for pages: QR codes and charts as SVG text. Words come in; colours are attributes, so a
//! strict content security policy has nothing to forbid.

use std::fmt::Write as _;

pub use crate::qr::qr;

/// A kind of figure in a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Its name, shown in the legend.
    pub label: String,
    /// Its colour as `#RRGGBB`.
    pub color: String,
}

/// One bar of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bar {
    /// What the bar stands for.
    pub label: String,
    /// One figure for each series.
    pub figures: Vec<u64>,
}

/// A chart of stacked bars, all drawn on one scale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BarChart {
    /// The accessible title.
    pub title: String,
    /// The kinds of figures.
    pub series: Vec<Series>,
    /// The bars, top down.
    pub bars: Vec<Bar>,
}

/// Room for labels, least and most; a longer label is drawn narrower, never cut.
const LABEL: (f64, f64) = (90.0, 300.0);
const PLOT: f64 = 440.0;
const TOTAL: f64 = 50.0;
const STEP: f64 = 34.0;
const THICK: f64 = 22.0;
/// A figure is written into its part of the bar only where it has room.
const DIGIT: f64 = 9.0;

/// Stacked horizontal bars with labels, figures and a legend. The figures stand in the drawing as text, so
/// nothing is told by colour alone.
pub fn bars(chart: &BarChart) -> String {
    let sum = |bar: &Bar| {
        bar.figures
            .iter()
            .fold(0u64, |sum, figure| sum.saturating_add(*figure))
    };
    let most = chart.bars.iter().map(sum).max().unwrap_or(0).max(1);
    let left = chart
        .bars
        .iter()
        .map(|bar| text_width(&bar.label) + 16.0)
        .fold(LABEL.0, f64::max)
        .min(LABEL.1);
    let legend = legend(&chart.series, left);
    let top = legend.1 + 10.0;
    let width = left + PLOT + TOTAL;
    #[expect(clippy::cast_precision_loss, reason = "a handful of bars")]
    let height = top + STEP * chart.bars.len() as f64;
    let mut svg = head(&chart.title, width, height);
    svg += &legend.0;
    let mut y = top;
    for bar in &chart.bars {
        let squeeze = if text_width(&bar.label) + 16.0 > left {
            format!(
                " textLength=\"{:.0}\" lengthAdjust=\"spacingAndGlyphs\"",
                left - 16.0
            )
        } else {
            String::new()
        };
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\"{squeeze}>{}</text>",
            left - 10.0,
            y + THICK * 0.72,
            escape(&bar.label)
        );
        let mut x = left;
        for (series, figure) in chart
            .series
            .iter()
            .zip(&bar.figures)
            .filter(|(_, figure)| **figure > 0)
        {
            let part = share(*figure, most) * PLOT;
            part_of_bar(&mut svg, series, *figure, (x, y, part));
            x += part;
        }
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x + 8.0,
            y + THICK * 0.72,
            sum(bar)
        );
        y += STEP;
    }
    svg + "</svg>"
}

fn part_of_bar(svg: &mut String, series: &Series, figure: u64, (x, y, part): (f64, f64, f64)) {
    let color = color(&series.color);
    let _ = write!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{part:.1}\" height=\"{THICK}\" fill=\"{color}\" \
         stroke=\"#FFF\"><title>{} {figure}</title></rect>",
        escape(&series.label)
    );
    let digits = figure.to_string();
    #[expect(clippy::cast_precision_loss, reason = "at most 20 digits")]
    let room = digits.len() as f64 * DIGIT + 6.0;
    if part >= room {
        let ink = if is_dark(color) { "#FFF" } else { "#1F1F1F" };
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"13\" fill=\"{ink}\" \
             aria-hidden=\"true\">{digits}</text>",
            x + part / 2.0,
            y + THICK * 0.72
        );
    }
}

/// A meter: how much of the whole is done. `label` is the accessible title and says the figures in words.
pub fn meter(done: u64, whole: u64, color_of_done: &str, label: &str) -> String {
    let part = if whole == 0 {
        0.0
    } else {
        share(done.min(whole), whole) * 300.0
    };
    let mut svg = head(label, 300.0, 12.0);
    let _ = write!(
        svg,
        "<rect width=\"300\" height=\"12\" rx=\"2\" fill=\"#E3DCD0\"/>\
         <rect width=\"{part:.1}\" height=\"12\" rx=\"2\" fill=\"{}\"/>",
        color(color_of_done)
    );
    svg + "</svg>"
}

fn head(title: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         font-size=\"14\" fill=\"currentColor\"><title>{}</title>",
        escape(title)
    )
}

/// The legend and its height; entries go to the next line when the width is used up.
fn legend(series: &[Series], left: f64) -> (String, f64) {
    let mut svg = String::new();
    let (mut x, mut y) = (left, 4.0);
    for entry in series {
        let wide = 40.0 + text_width(&entry.label);
        if x > left && x + wide > left + PLOT + TOTAL {
            x = left;
            y += 24.0;
        }
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"14\" height=\"14\" fill=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            color(&entry.color),
            x + 20.0,
            y + 12.0,
            escape(&entry.label)
        );
        x += wide;
    }
    (svg, if series.is_empty() { 0.0 } else { y + 20.0 })
}

/// A rough width in units of the drawing, at its letter size of 14.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 8.0 } else { 14.0 }).sum()
}

#[expect(clippy::cast_precision_loss, reason = "only a length is drawn from it")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The colour, or grey when it is not written as `#RRGGBB`: nothing else may get into the attribute.
fn color(text: &str) -> &str {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let good = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if good { text } else { "#6B6B6B" }
}

fn is_dark(color: &str) -> bool {
    let channel = |at: usize| {
        color
            .get(at..at + 2)
            .and_then(|two| u32::from_str_radix(two, 16).ok())
            .unwrap_or(0)
    };
    channel(1) * 299 + channel(3) * 587 + channel(5) * 114 < 140_000
}

pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            // XML 1.0 has no way to write the other control characters.
            _ if c.is_control() && !matches!(c, '\n' | '\t') => {}
            _ if matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> BarChart {
        let series = |label: &str, color: &str| Series {
            label: label.to_owned(),
            color: color.to_owned(),
        };
        let bar = |label: &str, figures: &[u64]| Bar {
            label: label.to_owned(),
            figures: figures.to_vec(),
        };
        BarChart {
            title: "各支部<践诺>".to_owned(),
            series: vec![
                series("已兑现", "#1B6E3A"),
                series("进行中", "#6C90AC"),
                series("逾期", "red\" onload="),
            ],
            bars: vec![
                bar("产科党支部", &[12, 30, 4]),
                bar("儿科 & 新生儿", &[3, 0, 0]),
                bar("", &[]),
            ],
        }
    }

    #[test]
    fn a_chart_names_every_figure_and_lets_nothing_through() {
        let svg = bars(&chart());
        for part in [
            "各支部&lt;践诺&gt;",
            "已兑现 12",
            "进行中 30",
            "逾期 4",
            "儿科 &amp; 新生儿",
            ">46<",
        ] {
            assert!(svg.contains(part), "{part}");
        }
        assert!(!svg.contains("onload"));
        assert!(!svg.contains("style="));
    }

    #[test]
    fn a_meter_never_leaves_its_box() {
        assert!(meter(5, 0, "#1B6E3A", "0").contains("width=\"0.0\""));
        assert!(meter(9, 3, "#1B6E3A", "3/3").contains("width=\"300.0\""));
        assert!(meter(1, 3, "#1B6E3A", "1/3").contains("width=\"100.0\""));
    }
}
