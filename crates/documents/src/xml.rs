//! What the writers of XML and HTML share: escaping, and a ZIP archive that is the same every time.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::DocumentError;
use crate::pdf::is_unseen;

/// How hard an archive is packed, 1 to 9. Most of it are outlines of glyphs, which packing harder makes hardly smaller and
/// which took a third of the time at 6 (`jiannuo bench`).
const PACKING: i64 = 1;

/// Text made safe for XML and HTML, in elements and between double quotes. Control signs, which XML forbids,
/// and marks that only steer rendering go away: they could make a printed promise read otherwise than the
/// stored one. Line ends stay.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' if before == '\r' => {}
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            _ if c.is_control() || is_unseen(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            _ => out.push(c),
        }
        before = c;
    }
    Cow::Owned(out)
}

fn plain(c: char) -> bool {
    match c {
        '&' | '<' | '>' | '"' => false,
        ' '..='~' => true,
        _ => {
            !c.is_control()
                && !is_unseen(c)
                && !matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{2028}' | '\u{2029}')
        }
    }
}

/// Bytes as letters that stand in an address (RFC 4648, with padding).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| usize::from(three.get(n).copied().unwrap_or(0));
        let all = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS.get(all >> (18 - 6 * place) & 63);
            out.push(match letter {
                Some(letter) if place <= three.len() => char::from(*letter),
                _ => '=',
            });
        }
    }
    out
}

/// Packs files in the order given, without a clock.
pub(crate) fn archive<'a>(
    files: impl IntoIterator<Item = (String, Cow<'a, [u8]>)>,
) -> Result<Vec<u8>, DocumentError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(PACKING))
        .last_modified_time(DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name, options).map_err(|error| refused(&error))?;
        zip.write_all(&bytes).map_err(|error| refused(&error))?;
    }
    let done = zip.finish().map_err(|error| refused(&error))?;
    Ok(done.into_inner())
}

/// An archive that could not be packed.
fn refused(error: &dyn std::fmt::Display) -> DocumentError {
    DocumentError::Typeset {
        cause: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_the_letters_of_rfc_4648() {
        let known = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (bytes, letters) in known {
            assert_eq!(base64(bytes.as_bytes()), letters);
        }
        assert_eq!(base64(&[0xFF, 0xEF, 0xBE]), "/+++");
    }

    #[test]
    fn nothing_typed_becomes_markup() {
        assert_eq!(escape("<b>&\"x\""), "&lt;b&gt;&amp;&quot;x&quot;");
        assert_eq!(escape("王\u{202E}䶮\u{0}\u{FFFE}"), "王䶮");
        assert_eq!(escape("一\r\n二\r三\u{2028}四"), "一\n二\n三\n四");
        assert!(matches!(escape("𰻞 \u{1F44D}\n"), Cow::Owned(_)));
        assert_eq!(escape("𰻞 \u{1F44D}\n"), "𰻞 \u{1F44D}\n");
    }
}
