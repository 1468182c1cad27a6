//! Fonts cut down to the glyphs used. The cutter leaves out the table from characters to glyphs, which PDF
//! does not need and OFD does: it is written here.

use std::collections::HashMap;
use std::fmt::Write as _;

use subsetter::{GlyphRemapper, subset};
use typst::text::Font;

use super::draw::refused;
use crate::DocumentError;
use crate::xml::escape;

/// The fonts of a document as they come up.
#[derive(Default)]
pub(super) struct Fonts {
    used: Vec<Used>,
}

struct Used {
    font: Font,
    id: usize,
    glyphs: GlyphRemapper,
    /// The glyph of a character, as numbered in the cut font.
    characters: HashMap<char, u16>,
}

/// A font as it goes into the file.
pub(super) struct Cut {
    id: usize,
    name: String,
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
}

impl Fonts {
    /// The place of a font in the list; a new one takes the next id.
    pub(super) fn place(&mut self, font: &Font, next: &mut usize) -> usize {
        if let Some(at) = self.used.iter().position(|used| used.font == *font) {
            return at;
        }
        *next += 1;
        self.used.push(Used {
            font: font.clone(),
            id: *next,
            glyphs: GlyphRemapper::new(),
            characters: HashMap::new(),
        });
        self.used.len() - 1
    }

    pub(super) fn id(&self, place: usize) -> usize {
        self.used.get(place).map_or(0, |used| used.id)
    }

    /// The number of a glyph in the cut font, and whether its character alone leads to it.
    pub(super) fn glyph(&mut self, place: usize, text: &str, glyph: u16) -> (u16, bool) {
        let Some(used) = self.used.get_mut(place) else {
            return (0, false);
        };
        let cut = used.glyphs.remap(glyph);
        let mut characters = text.chars();
        let known = match (characters.next(), characters.next()) {
            (Some(only), None) => *used.characters.entry(only).or_insert(cut) == cut,
            _ => false,
        };
        (cut, known)
    }

    /// Cuts them all.
    pub(super) fn cut(&self) -> Result<Vec<Cut>, DocumentError> {
        self.used.iter().map(Used::cut).collect()
    }
}

impl Used {
    fn cut(&self) -> Result<Cut, DocumentError> {
        let data = self.font.data();
        let small = subset(data, self.font.index(), &self.glyphs)
            .map_err(|error| refused(&format!("a font that cannot be cut: {error}")))?;
        let mut characters: Vec<(u32, u16)> =
            self.characters.iter().map(|(c, g)| (u32::from(*c), *g)).collect();
        characters.sort_unstable();
        let bytes = completed(&small, data, self.font.index(), &characters)
            .ok_or_else(|| refused("a font whose tables cannot be read"))?;
        let ending = if bytes.starts_with(b"OTTO") { "otf" } else { "ttf" };
        Ok(Cut {
            id: self.id,
            name: self.font.info().family.to_string(),
            file: format!("font_{}.{ending}", self.id),
            bytes,
        })
    }
}

impl Cut {
    /// The entry among the resources.
    pub(super) fn entry(&self) -> String {
        let name = escape(&self.name).into_owned();
        let mut out = String::new();
        let _ = write!(
            out,
            "<ofd:Font ID=\"{}\" FontName=\"{name}\" FamilyName=\"{name}\" Charset=\"unicode\"><ofd:FontFile>{}</ofd:FontFile></ofd:Font>",
            self.id, self.file
        );
        out
    }
}

/// The cut font with a table of characters and with what readers look for besides, taken from the original.
fn completed(small: &[u8], original: &[u8], index: u32, characters: &[(u32, u16)]) -> Option<Vec<u8>> {
    let mut tables: Vec<([u8; 4], Vec<u8>)> = directory(small, 0)?
        .into_iter()
        .map(|(tag, table)| (tag, table.to_vec()))
        .filter(|(tag, _)| tag != b"cmap")
        .collect();
    tables.push((*b"cmap", cmap(characters)));
    let start = match original.starts_with(b"ttcf") {
        true => usize::try_from(long(original, 12 + 4 * usize::try_from(index).ok()?)?).ok()?,
        false => 0,
    };
    for (tag, table) in directory(original, start)? {
        let wanted = tag == *b"OS/2" || tag == *b"name";
        if wanted && !tables.iter().any(|(own, _)| *own == tag) {
            tables.push((tag, table.to_vec()));
        }
    }
    tables.sort();
    Some(assembled(small.get(..4)?, &tables))
}

/// The tables of a font file.
fn directory(font: &[u8], start: usize) -> Option<Vec<([u8; 4], &[u8])>> {
    let count = usize::from(short(font, start + 4)?);
    let entry = |number: usize| {
        let at = start + 12 + 16 * number;
        let tag = font.get(at..at + 4)?.try_into().ok()?;
        let from = usize::try_from(long(font, at + 8)?).ok()?;
        let length = usize::try_from(long(font, at + 12)?).ok()?;
        Some((tag, font.get(from..from.checked_add(length)?)?))
    };
    (0..count).map(entry).collect()
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// The table from characters to glyphs: all planes (format 12), and the first plane for old readers (4).
fn cmap(characters: &[(u32, u16)]) -> Vec<u8> {
    let old = format_4(characters);
    let mut out = Vec::new();
    for number in [0_u16, 2, 3, 1] {
        out.extend(number.to_be_bytes());
    }
    out.extend(20_u32.to_be_bytes());
    for number in [3_u16, 10] {
        out.extend(number.to_be_bytes());
    }
    let after = 20 + u32::try_from(old.len()).unwrap_or(0);
    out.extend(after.to_be_bytes());
    out.extend(old);
    let groups = u32::try_from(characters.len()).unwrap_or(0);
    for number in [12_u16, 0] {
        out.extend(number.to_be_bytes());
    }
    for number in [16 + 12 * groups, 0, groups] {
        out.extend(number.to_be_bytes());
    }
    for (character, glyph) in characters {
        for number in [*character, *character, u32::from(*glyph)] {
            out.extend(number.to_be_bytes());
        }
    }
    out
}

/// One segment for each character and the closing one.
fn format_4(characters: &[(u32, u16)]) -> Vec<u8> {
    let plane: Vec<(u16, u16)> = characters
        .iter()
        .filter_map(|(c, g)| Some((u16::try_from(*c).ok().filter(|c| *c < 0xFFFF)?, *g)))
        // Its length is 16 bits wide; more characters than this are in the other table only.
        .take(8_000)
        .collect();
    let count = u16::try_from(plane.len() + 1).unwrap_or(1);
    let power = 15 - u16::try_from(count.leading_zeros()).unwrap_or(15);
    let range = 2_u16 << power;
    let mut out = Vec::new();
    let mut put = |number: u16| out.extend(number.to_be_bytes());
    for number in [4, 16 + 8 * count, 0, 2 * count, range, power, 2 * count - range] {
        put(number);
    }
    plane.iter().for_each(|(c, _)| put(*c));
    put(0xFFFF);
    put(0);
    plane.iter().for_each(|(c, _)| put(*c));
    put(0xFFFF);
    plane.iter().for_each(|(c, g)| put(g.wrapping_sub(*c)));
    put(1);
    (0..count).for_each(|_| put(0));
    out
}

/// A font file from its tables, which are in the order of their tags.
fn assembled(kind: &[u8], tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = u16::try_from(tables.len()).unwrap_or(0);
    let power = 15_u16.saturating_sub(u16::try_from(count.leading_zeros()).unwrap_or(15));
    let range = 16_u16 << power;
    let mut out = kind.to_vec();
    for number in [count, range, power, (16 * count).saturating_sub(range)] {
        out.extend(number.to_be_bytes());
    }
    let mut at = 12 + 16 * tables.len();
    for (tag, table) in tables {
        out.extend(tag);
        for number in [checksum(table), small(at), small(table.len())] {
            out.extend(number.to_be_bytes());
        }
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn checksum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, bytes| {
        let mut word = [0; 4];
        word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}
