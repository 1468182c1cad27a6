//! Codes to scan: drawn as SVG, and read again from what was drawn before anybody prints it.

mod read;

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::DocumentError;
use crate::svg::escape;

pub use read::read;

/// White modules round a code; readers need four.
pub(crate) const QUIET: usize = 4;

/// A QR code as SVG with an accessible title. It scales with its box; one module is one unit.
///
/// The finished drawing is read again: a code that does not say what it should is never given away.
///
/// # Errors
/// [`DocumentError::QrTooLong`] when the text does not fit, [`DocumentError::QrUnreadable`] when the drawing
/// does not read back.
pub fn qr(text: &str, title: &str) -> Result<String, DocumentError> {
    // M: 15 % may be lost. A code on a corridor wall gets scratched, and addresses are short.
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|_| DocumentError::QrTooLong { bytes: text.len() })?;
    let width = code.width();
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row
                .iter()
                .skip(x)
                .take_while(|color| **color == Color::Dark)
                .count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    if drawn(&path, size).and_then(|modules| read(&modules)).as_deref() != Some(text.as_bytes()) {
        return Err(DocumentError::QrUnreadable);
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" role=\"img\" \
         shape-rendering=\"crispEdges\"><title>{}</title><path fill=\"#FFF\" d=\"M0 0h{size}v{size}H0z\"/>\
         <path fill=\"#1F1F1F\" d=\"{path}\"/></svg>",
        escape(title)
    ))
}

/// The modules inside the white edge as a pen following `path` on a field of `size` units would leave them.
/// `None` when the path leaves the field, runs into the edge or holds anything but level bars.
fn drawn(path: &str, size: usize) -> Option<Vec<Vec<bool>>> {
    let inner = size.checked_sub(2 * QUIET)?;
    let mut modules = vec![vec![false; inner]; inner];
    for bar in path.split('M').skip(1) {
        let (x, rest) = bar.split_once(' ')?;
        let (y, rest) = rest.split_once('h')?;
        let (run, rest) = rest.split_once("v1h-")?;
        if rest.strip_suffix('z')? != run {
            return None;
        }
        let number = |text: &str| text.parse::<usize>().ok();
        let (x, y) = (number(x)?.checked_sub(QUIET)?, number(y)?.checked_sub(QUIET)?);
        let row = modules.get_mut(y)?;
        row.get_mut(x..x.checked_add(number(run)?)?)?.fill(true);
    }
    Some(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_title_and_a_limit() {
        let svg = qr("https://example.org/b/1", "a \"code\"").expect("fits");
        assert!(svg.contains("<title>a &quot;code&quot;</title>"));
        assert!(svg.contains("viewBox=\"0 0 33 33\""));
        assert_eq!(
            qr(&"x".repeat(3_000), ""),
            Err(DocumentError::QrTooLong { bytes: 3_000 })
        );
    }

    #[test]
    fn every_length_and_kind_of_text_reads_back() {
        let mixed = "https://cn.example.org/branches/0199-ABC/诊室?q=13800000000&名=王䶮";
        for length in (1..120).chain((120..2_300).step_by(97)) {
            for text in [
                mixed.chars().cycle().take(length / 2).collect::<String>(),
                "7".repeat(length),
                "A1 B2 $%*+-./:".chars().cycle().take(length).collect(),
            ] {
                assert!(qr(&text, "").is_ok(), "{length}: {text}");
            }
        }
    }

    #[test]
    fn a_drawing_with_a_module_amiss_is_not_read() {
        let text = "https://example.org/branches/01";
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).expect("fits");
        let dark: Vec<bool> = code.to_colors().iter().map(|c| *c == Color::Dark).collect();
        let good: Vec<Vec<bool>> = dark.chunks(code.width()).map(<[bool]>::to_vec).collect();
        assert_eq!(read(&good).as_deref(), Some(text.as_bytes()));
        let mut noticed = 0;
        for y in 9..code.width() {
            let mut bad = good.clone();
            let x = code.width() - 1;
            bad[y][x] = !bad[y][x];
            noticed += usize::from(read(&bad).is_none());
        }
        // Right of the finder patterns every module of the last column carries data.
        assert_eq!(noticed, code.width() - 9);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[vec![true; 21]]), None);
        assert_eq!(read(&vec![vec![true; 25]; 25]), None);
    }

    #[test]
    fn a_path_is_followed_or_refused() {
        let one = drawn("M5 4h2v1h-2z", 29).expect("a bar");
        assert_eq!(one[0][..4], [false, true, true, false]);
        for path in [
            "M3 4h2v1h-2z",
            "M5 4h2v1h-3z",
            "M5 4h99v1h-99z",
            "M5 90h1v1h-1z",
            "M5,4h2",
        ] {
            assert_eq!(drawn(path, 29), None, "{path}");
        }
    }
}
