//! Evidence that people attach: what it is by its content, and pictures without what the camera wrote into them.
//!
//! A photograph says where and when it was taken and by which phone. None of that was promised to be kept, so it is
//! cut out before anything is stored (data minimisation, PRODUCT.md 3.2). The picture itself is not touched.

use crate::problem::{Problem, ProblemKind};

/// Largest attachment accepted, in bytes.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;

/// What may be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// A photograph.
    Jpeg,
    /// A picture of a screen or a scan.
    Png,
    /// A paper.
    Pdf,
}

impl MediaType {
    /// All.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Pdf];

    /// The media type as HTTP writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// Reads a media type as stored.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }

    /// The usual ending of a file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpg",
            Self::Png => ".png",
            Self::Pdf => ".pdf",
        }
    }

    /// A browser may show it in the page.
    #[must_use]
    pub fn is_picture(self) -> bool {
        self != Self::Pdf
    }
}

const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Says what bytes are by looking at them, whatever their name claims, and cuts descriptions out of pictures.
///
/// # Errors
/// `problem.attachment.too_large` (arg `megabytes`), `.kind` for anything but JPEG, PNG and PDF, `.broken` for a picture
/// that ends in the middle; all on `field`.
pub fn clean(field: &str, bytes: &[u8]) -> Result<(MediaType, Vec<u8>), Problem> {
    if bytes.len() > BYTES_MAX {
        let problem = Problem::new(ProblemKind::TooLarge, "problem.attachment.too_large").on(field);
        return Err(problem.with("megabytes", BYTES_MAX / 1024 / 1024));
    }
    let broken = || Problem::invalid("problem.attachment.broken").on(field);
    if bytes.starts_with(PNG_HEAD) {
        return Ok((MediaType::Png, png(bytes).ok_or_else(broken)?));
    }
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Ok((MediaType::Jpeg, jpeg(bytes).ok_or_else(broken)?));
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok((MediaType::Pdf, bytes.to_vec()));
    }
    Err(Problem::invalid("problem.attachment.kind").on(field))
}

/// Longest side of a picture, in pixels: more than any camera or scanner of an office makes.
pub const SIDE_MAX: u32 = 20_000;
/// Most pixels of a picture; opened, each takes four bytes.
pub const PIXELS_MAX: u64 = 120_000_000;
/// Where a whole PDF has its end mark.
const PDF_END: usize = 4_096;

/// Whether what [`clean`] let through can be opened: a PDF that has its end, a picture of a size that a browser shows.
///
/// # Errors
/// `problem.attachment.cut_pdf`, `.broken` for a picture without a side, `.too_wide` (arg `side`), all on `field`.
pub fn check_whole(field: &str, kind: MediaType, bytes: &[u8]) -> Result<(), Problem> {
    let invalid = |key| Problem::invalid(key).on(field);
    if kind == MediaType::Pdf {
        let tail = bytes
            .get(bytes.len().saturating_sub(PDF_END)..)
            .unwrap_or_default();
        let ends = tail.windows(5).any(|w| w == b"%%EOF");
        return ends
            .then_some(())
            .ok_or_else(|| invalid("problem.attachment.cut_pdf"));
    }
    // A photograph in printing colours does not tell its size here; it is evidence all the same.
    let Some((wide, high)) = picture_size(kind, bytes) else {
        return Ok(());
    };
    if wide == 0 || high == 0 {
        return Err(invalid("problem.attachment.broken"));
    }
    if wide.max(high) > SIDE_MAX || u64::from(wide) * u64::from(high) > PIXELS_MAX {
        return Err(invalid("problem.attachment.too_wide").with("side", SIDE_MAX));
    }
    Ok(())
}

/// Width and height of a cleaned picture in pixels, read from its head without decoding it; nothing for a PDF, a
/// damaged head or a JPEG in printing colours (CMYK), which browsers and printers show differently.
#[must_use]
pub fn picture_size(kind: MediaType, bytes: &[u8]) -> Option<(u32, u32)> {
    match kind {
        MediaType::Pdf => None,
        MediaType::Png => {
            let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
            Some((side(16)?, side(20)?))
        }
        MediaType::Jpeg => jpeg_size(bytes),
    }
}

fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let two = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xFF => at += 1,
            0xDA => return None,
            // Start of frame; C4, C8 and CC in the same range are tables and extensions.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let colours = *bytes.get(at + 9)?;
                let size = (u32::from(two(at + 7)?), u32::from(two(at + 5)?));
                return matches!(colours, 1 | 3).then_some(size);
            }
            _ => at += 2 + usize::from(two(at + 2)?),
        }
    }
}

/// Chunks a picture needs to look as it does; everything else (text, time, Exif, colour names) goes.
const PNG_KEPT: [&[u8; 4]; 10] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs",
];

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = PNG_HEAD.to_vec();
    let mut at = PNG_HEAD.len();
    loop {
        let length: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let kind: &[u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        if at == PNG_HEAD.len() && kind != b"IHDR" {
            return None;
        }
        if PNG_KEPT.contains(&kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        at = end;
    }
}

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0xFF, 0xD8];
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        // Any number of FF bytes may stand before a marker.
        if marker == 0xFF {
            at += 1;
            continue;
        }
        let length: [u8; 2] = bytes.get(at + 2..at + 4)?.try_into().ok()?;
        let end = (at + 2).checked_add(usize::from(u16::from_be_bytes(length)))?;
        let segment = bytes.get(at..end)?;
        if marker == 0xDA {
            // The picture itself; what a phone writes behind its end (a second picture, a film) goes.
            let rest = bytes.get(at..)?;
            let close = rest.windows(2).rposition(|w| w == [0xFF, 0xD9])?;
            let first = main_end(rest, end - at).unwrap_or(close);
            out.extend_from_slice(rest.get(..first + 2)?);
            return Some(out);
        }
        // APP0 (JFIF) and APP14 (colours) say how to read the picture; the other APPn and comments describe it.
        let described = matches!(marker, 0xE1..=0xED | 0xEF | 0xFE);
        if !described {
            out.extend_from_slice(segment);
        }
        at = end;
    }
}

/// Where the picture that begins with this scan ends: the first end marker; inside the scans the byte FF is always
/// followed by 00 or a restart marker, and further segments carry their length.
fn main_end(rest: &[u8], first_scan: usize) -> Option<usize> {
    let mut at = first_scan;
    loop {
        at += rest.get(at..)?.iter().position(|b| *b == 0xFF)?;
        match *rest.get(at + 1)? {
            0xD9 => return Some(at),
            0x00 | 0x01 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => {
                let length: [u8; 2] = rest.get(at + 2..at + 4)?.try_into().ok()?;
                at = at + 2 + usize::from(u16::from_be_bytes(length));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_opened_is_refused_by_its_head_and_its_end() {
        let png = |wide: u32, high: u32| {
            let mut bytes = PNG_HEAD.to_vec();
            bytes.extend(13_u32.to_be_bytes());
            bytes.extend(b"IHDR");
            bytes.extend(wide.to_be_bytes());
            bytes.extend(high.to_be_bytes());
            bytes
        };
        let key = |kind, bytes: &[u8]| check_whole("file", kind, bytes).err().map(|p| p.key);
        for (wide, high, wanted) in [
            (4_000, 3_000, None),
            (20_000, 6_000, None),
            (60_000, 60_000, Some("problem.attachment.too_wide")),
            (20_000, 20_000, Some("problem.attachment.too_wide")),
            (0, 10, Some("problem.attachment.broken")),
        ] {
            assert_eq!(key(MediaType::Png, &png(wide, high)), wanted, "{wide}x{high}");
        }
        let cut = b"%PDF-1.4\n1 0 obj<<>>endobj";
        assert_eq!(key(MediaType::Pdf, cut), Some("problem.attachment.cut_pdf"));
        assert_eq!(key(MediaType::Pdf, b"%PDF-1.4\n...\n%%EOF\n"), None);
    }
    use proptest::prelude::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut out = u32::try_from(data.len()).expect("small").to_be_bytes().to_vec();
        out.extend(kind);
        out.extend(data);
        out.extend([0; 4]);
        out
    }

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let mut out = vec![0xFF, marker];
        out.extend(u16::try_from(data.len() + 2).expect("small").to_be_bytes());
        out.extend(data);
        out
    }

    #[test]
    fn what_the_camera_wrote_is_cut_out() {
        let mut picture = vec![0xFF, 0xD8];
        picture.extend(segment(0xE0, b"JFIF\0"));
        picture.extend(segment(0xE1, b"Exif\0\0GPS 30.5 114.3"));
        picture.extend(segment(0xFE, b"taken by a phone"));
        picture.extend(segment(0xDB, &[1; 64]));
        picture.extend(segment(0xDA, &[1, 2, 3]));
        picture.extend([9, 9, 0xFF, 0x00, 9, 0xFF, 0xD9]);
        let whole = picture.len();
        picture.extend(b"GPS behind the end\xFF\xD9");
        let (kind, out) = clean("file", &picture).expect("a picture");
        assert_eq!(kind, MediaType::Jpeg);
        assert!(out.starts_with(&[0xFF, 0xD8, 0xFF, 0xE0]) && out.ends_with(&[9, 0xFF, 0xD9]));
        assert!(!out.windows(3).any(|w| w == b"GPS") && out.len() < whole);
        assert_eq!(clean("file", &out).expect("still one").1, out);

        let mut png = PNG_HEAD.to_vec();
        png.extend(chunk(b"IHDR", &[0; 13]));
        png.extend(chunk(b"eXIf", b"GPS"));
        png.extend(chunk(b"tEXt", b"Author"));
        png.extend(chunk(b"IDAT", &[7; 9]));
        png.extend(chunk(b"IEND", &[]));
        png.extend(b"GPS");
        let (kind, out) = clean("file", &png).expect("a picture");
        assert_eq!(kind, MediaType::Png);
        assert!(!out.windows(3).any(|w| w == b"GPS" || w == b"Aut"));
        assert!(out.windows(4).any(|w| w == b"IDAT"));
    }

    #[test]
    fn the_head_tells_the_size() {
        let frame = |colours: u8| {
            let mut picture = vec![0xFF, 0xD8];
            picture.extend(segment(0xE0, b"JFIF\0"));
            picture.extend(segment(0xC2, &[8, 1, 44, 2, 88, colours]));
            picture_size(MediaType::Jpeg, &picture)
        };
        assert_eq!((frame(3), frame(4)), (Some((600, 300)), None));
        let mut png = PNG_HEAD.to_vec();
        png.extend(chunk(b"IHDR", &[0, 0, 2, 88, 0, 0, 1, 44, 8, 6, 0, 0, 0]));
        assert_eq!(picture_size(MediaType::Png, &png), Some((600, 300)));
        for kind in MediaType::ALL {
            assert_eq!(picture_size(kind, &[0xFF, 0xD8, 0xFF]), None);
        }
    }

    #[test]
    fn a_name_proves_nothing() {
        let key = |bytes: &[u8]| clean("file", bytes).expect_err("refused").key;
        assert_eq!(key(b"<script>alert(1)</script>"), "problem.attachment.kind");
        assert_eq!(key(b"GIF89a"), "problem.attachment.kind");
        assert_eq!(
            key(&[0xFF, 0xD8, 0xFF, 0xE1, 0, 200, 1]),
            "problem.attachment.broken"
        );
        assert_eq!(key(PNG_HEAD), "problem.attachment.broken");
        assert_eq!(key(&vec![0; BYTES_MAX + 1]), "problem.attachment.too_large");
        assert_eq!(clean("file", b"%PDF-1.7 ...").expect("a paper").0, MediaType::Pdf);
        for kind in MediaType::ALL {
            assert_eq!(MediaType::from_name(kind.name()), Some(kind));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(head in 0usize..3, tail in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut bytes: Vec<u8> = match head { 0 => PNG_HEAD.to_vec(), 1 => vec![0xFF, 0xD8, 0xFF], _ => vec![] };
            bytes.extend(tail);
            if let Ok((kind, out)) = clean("file", &bytes) {
                let _ = picture_size(kind, &out);
                prop_assert!(out.len() <= bytes.len());
            }
        }
    }
}
