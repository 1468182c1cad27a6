//! The fonts of printed documents: two open ones compiled in, and those an operator adds.
//!
//! The bytes compiled in stay in the program file until the first PDF is made; nothing here runs before.

use std::sync::{Mutex, OnceLock, PoisonError};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::DocumentError;

static SERIF: &[u8] = include_bytes!("../fonts/NotoSerifSC-Han.otf");
static SANS: &[u8] = include_bytes!("../fonts/NotoSansSC-Han.otf");

const SERIF_FAMILY: &str = "Noto Serif SC";
const SANS_FAMILY: &str = "Noto Sans SC";

// The families GB/T 9704-2012 asks for. They are commercial: never shipped, used when the operator owns them.
const FANG_SONG: &[&str] = &["FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S"];
const KAI: &[&str] = &["KaiTi_GB2312", "KaiTi", "STKaiti", "FZKai-Z03S", "LXGW WenKai"];
const HEI: &[&str] = &["SimHei", "STHeiti", "FZHei-B01S"];
const SONG: &[&str] = &["SimSun", "STSong", "FZShuSong-Z01S"];
const TITLE: &[&str] = &["FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong"];

static ADDED: Mutex<Vec<Font>> = Mutex::new(Vec::new());
static FONTS: OnceLock<Fonts> = OnceLock::new();

/// The fonts in use, parsed once.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

/// The family lists of the roles a document uses, best first.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Families {
    song: Vec<String>,
    fang: Vec<String>,
    kai: Vec<String>,
    hei: Vec<String>,
    title: Vec<String>,
    /// Whether a title face with its own weight is present; otherwise titles are drawn a little bolder.
    title_is_heavy: bool,
    /// The same for the second level of headings, which GB/T 9704 sets in Kai.
    kai_present: bool,
}

/// Whether a document can be set in the font: every table it names lies within its file, and it has outlines. A copy that
/// broke off can be read up to a point and would leave characters empty on paper.
fn is_whole(font: &Font) -> bool {
    tables_within(font.data(), font.index()).unwrap_or(false)
}

/// The directory of a font (OpenType 1.9, 4.3): where each table begins and how long it is. `None` when it breaks off.
fn tables_within(data: &[u8], index: u32) -> Option<bool> {
    let word = |at: usize| {
        let bytes = data.get(at..at.checked_add(4)?)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
    };
    let begin = match data.starts_with(b"ttcf") {
        true => word(12 + 4 * index as usize)?,
        false => 0,
    };
    let count = word(begin.checked_add(4)?)? >> 16;
    let mut drawn = false;
    for record in (0..count).map(|at| begin + 12 + 16 * at) {
        let (tag, from, length) = (
            data.get(record..record + 4)?,
            word(record + 8)?,
            word(record + 12)?,
        );
        if from.checked_add(length)? > data.len() {
            return Some(false);
        }
        drawn |= [&b"glyf"[..], b"CFF ", b"CFF2"].contains(&tag);
    }
    Some(drawn)
}

/// Adds the operator's own font files (for example those GB/T 9704 names). Call it once at the start,
/// before the first document. Returns the family names found.
///
/// # Errors
/// [`DocumentError::Font`] with every file that is no whole OpenType font (none is added then),
/// [`DocumentError::FontsTooLate`] after the first document.
pub fn add(files: Vec<Vec<u8>>) -> Result<Vec<String>, DocumentError> {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    for (index, file) in files.into_iter().enumerate() {
        let fonts: Vec<Font> = Font::iter(Bytes::new(file)).collect();
        if fonts.is_empty() || !fonts.iter().all(is_whole) {
            broken.push(index);
        }
        found.extend(fonts);
    }
    if !broken.is_empty() {
        return Err(DocumentError::Font { files: broken });
    }
    if FONTS.get().is_some() {
        return Err(DocumentError::FontsTooLate);
    }
    let names = found.iter().map(|font| font.info().family.to_string()).collect();
    ADDED.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    Ok(names)
}

/// The characters of `text` that no font can print. They appear in a PDF as an empty box, so a form that
/// takes names can warn before anything is printed. Marks that are never seen are not reported.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut missing: Vec<char> = text
        .chars()
        .filter(|&c| crate::pdf::printable(c) == Some('\u{25A1}'))
        .collect();
    missing.retain(|&c| c != '\u{25A1}');
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// The family each style of printed documents really gets: `song`, `fang`, `kai`, `hei` and `title`.
pub fn faces() -> Vec<(&'static str, String)> {
    let families = Fonts::get().families();
    let styles = [
        ("song", families.song),
        ("fang", families.fang),
        ("kai", families.kai),
        ("hei", families.hei),
        ("title", families.title),
    ];
    let first = |(style, list): (&'static str, Vec<String>)| Some((style, list.into_iter().next()?));
    styles.into_iter().filter_map(first).collect()
}

/// Whether a family is one of those that ship with the product.
pub fn is_shipped(family: &str) -> bool {
    [SERIF_FAMILY, SANS_FAMILY].contains(&family)
}

impl Fonts {
    pub(crate) fn get() -> &'static Self {
        FONTS.get_or_init(|| {
            let mut fonts = std::mem::take(&mut *ADDED.lock().unwrap_or_else(PoisonError::into_inner));
            fonts.extend(
                [SERIF, SANS]
                    .into_iter()
                    .filter_map(|data| Font::new(Bytes::new(data), 0)),
            );
            Self {
                book: LazyHash::new(FontBook::from_fonts(&fonts)),
                fonts,
            }
        })
    }

    /// Whether any font has a glyph for the character.
    pub(crate) fn has(&self, character: char) -> bool {
        let number = u32::from(character);
        (0..self.fonts.len()).any(|i| {
            self.book
                .info(i)
                .is_some_and(|info| info.coverage.contains(number))
        })
    }

    pub(crate) fn families(&self) -> Families {
        let list = |wanted: &[&str], last: &[&str]| -> Vec<String> {
            let present = wanted.iter().filter(|name| self.present(name));
            present.chain(last.iter()).map(ToString::to_string).collect()
        };
        let serif = &[SERIF_FAMILY, SANS_FAMILY];
        let sans = &[SANS_FAMILY, SERIF_FAMILY];
        Families {
            song: list(SONG, serif),
            fang: list(FANG_SONG, serif),
            kai: list(KAI, serif),
            hei: list(HEI, sans),
            title: list(TITLE, serif),
            title_is_heavy: TITLE.iter().any(|name| self.present(name)),
            kai_present: KAI.iter().any(|name| self.present(name)),
        }
    }

    fn present(&self, family: &str) -> bool {
        self.book.contains_family(&family.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_whole_font_is_named_by_its_place_and_nothing_is_added() {
        let mut hollow = SANS.to_vec();
        let at = hollow.windows(4).position(|w| w == b"CFF ").expect("outlines");
        hollow[at..at + 4].copy_from_slice(b"nope");
        let files = vec![
            SANS.to_vec(),
            SERIF[..SERIF.len() / 2].to_vec(),
            SERIF[..SERIF.len() - 64].to_vec(),
            b"not a font".to_vec(),
            Vec::new(),
            hollow,
        ];
        let broken = DocumentError::Font {
            files: vec![1, 2, 3, 4, 5],
        };
        assert_eq!(add(files), Err(broken));
        assert!(ADDED.lock().expect("free").is_empty());
    }
}
