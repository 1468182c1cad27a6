//! A document as a Word file (Office Open XML), to be worked on: real tables whose heads repeat, named
//! styles, page numbers as fields. Fonts are named as offices have them and never embedded; `fonts.xml`
//! names what may stand in for each.

mod blocks;
mod grid;
mod picture;
mod run;

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::DocumentError;
use crate::paper::{Document, Furniture, Layout, Part, SealPicture};
use crate::xml::{archive, escape};

use blocks::Body;
use run::{field, runs};

const STYLES: &str = include_str!("../templates/docx/styles.xml");
const FONTS: &str = include_str!("../templates/docx/fonts.xml");
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const DRAWINGS: &str = "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The document as a Word file.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let mut made = Made {
        media: media(&document.pictures()),
        ..Made::default()
    };
    let mut body = Body::new(document);
    let last = document.parts.len().saturating_sub(1);
    for (at, part) in document.parts.iter().enumerate() {
        let references = made.furniture(document, part);
        let section = section(document, part, &references);
        body.part(part);
        if at == last {
            // The last section belongs to the body; a table may not be the last thing in it.
            body.close();
            body.out.push_str(&section);
        } else {
            body.end_section(&section);
        }
    }
    let text = format!(
        "{HEAD}<w:document {WORD} {DRAWINGS}><w:body>{}</w:body></w:document>",
        body.out
    );
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), made.types()),
        ("_rels/.rels".to_owned(), package_relations()),
        ("docProps/core.xml".to_owned(), core(document)),
        ("word/document.xml".to_owned(), text),
        ("word/styles.xml".to_owned(), STYLES.to_owned()),
        ("word/fontTable.xml".to_owned(), FONTS.to_owned()),
        ("word/settings.xml".to_owned(), settings(document)),
        ("word/numbering.xml".to_owned(), numbering(body.lists)),
        ("word/_rels/document.xml.rels".to_owned(), made.relations()),
    ];
    files.extend(made.files);
    let texts = files
        .into_iter()
        .map(|(name, text)| (name, Cow::Owned(text.into_bytes())));
    let media = made.media.into_iter();
    archive(texts.chain(media.map(|(name, bytes)| (format!("word/{name}"), Cow::Owned(bytes)))))
}

/// Heads and feet of the sections.
#[derive(Default)]
struct Made {
    files: Vec<(String, String)>,
    /// Pictures with their names below `word/`, in the order of the document.
    media: Vec<(String, Vec<u8>)>,
}

impl Made {
    /// Writes heads and feet of a part and gives the references its section needs.
    fn furniture(&mut self, document: &Document, part: &Part) -> String {
        let f = &part.furniture;
        let mut references = String::new();
        match document.layout {
            Layout::Form => {
                let many = document.parts.len() > 1;
                let foot = form_foot(f, many);
                let running = paragraph(
                    "Running",
                    &format!("{}<w:r><w:tab/></w:r>{}", runs(&f.running), runs(&f.subject)),
                );
                references.push_str(&self.add("header", "first", &paragraph("Running", "")));
                references.push_str(&self.add("header", "default", &running));
                references.push_str(&self.add("footer", "first", &foot));
                references.push_str(&self.add("footer", "default", &foot));
            }
            Layout::Official => {
                references.push_str(&self.add("footer", "default", &dashed(f, true)));
                references.push_str(&self.add("footer", "even", &dashed(f, false)));
            }
            Layout::Ledger => {
                let line = page_line(&f.page_of, "NUMPAGES");
                let centered = format!(
                    "<w:p><w:pPr><w:pStyle w:val=\"Foot\"/><w:jc w:val=\"center\"/></w:pPr>{line}</w:p>"
                );
                references.push_str(&self.add("footer", "default", &centered));
            }
        }
        references
    }

    fn add(&mut self, kind: &str, of: &str, content: &str) -> String {
        let tag = if kind == "header" { "hdr" } else { "ftr" };
        let file = format!("{HEAD}<w:{tag} {WORD}>{content}</w:{tag}>");
        let known = self
            .files
            .iter()
            .rposition(|(name, text)| name.contains(kind) && *text == file);
        let at = known.unwrap_or_else(|| {
            self.files
                .push((format!("word/{kind}{}.xml", self.files.len() + 1), file));
            self.files.len() - 1
        });
        format!("<w:{kind}Reference w:type=\"{of}\" r:id=\"rFile{}\"/>", at + 1)
    }

    fn types(&self) -> String {
        let mut out = format!(
            "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/><Default Extension=\"jpg\" ContentType=\"image/jpeg\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"{TYPES}.document.main+xml\"/>"
        );
        for part in ["styles", "fontTable", "settings", "numbering"] {
            let _ = write!(
                out,
                "<Override PartName=\"/word/{part}.xml\" ContentType=\"{TYPES}.{part}+xml\"/>"
            );
        }
        for (name, _) in &self.files {
            let kind = kind_of(name);
            let _ = write!(
                out,
                "<Override PartName=\"/{name}\" ContentType=\"{TYPES}.{kind}+xml\"/>"
            );
        }
        out.push_str("</Types>");
        out
    }

    fn relations(&self) -> String {
        let mut out = relations_head();
        for part in ["styles", "fontTable", "settings", "numbering"] {
            let _ = write!(
                out,
                "<Relationship Id=\"r{part}\" Type=\"{RELATIONS}/{part}\" Target=\"{part}.xml\"/>"
            );
        }
        for (at, (name, _)) in self.files.iter().enumerate() {
            let _ = write!(
                out,
                "<Relationship Id=\"rFile{}\" Type=\"{RELATIONS}/{}\" Target=\"{}\"/>",
                at + 1,
                kind_of(name),
                name.trim_start_matches("word/")
            );
        }
        for (at, (name, _)) in self.media.iter().enumerate() {
            let id = picture::relation(at);
            let _ = write!(
                out,
                "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/image\" Target=\"{name}\"/>"
            );
        }
        out.push_str("</Relationships>");
        out
    }
}

fn media(pictures: &[SealPicture]) -> Vec<(String, Vec<u8>)> {
    let numbered = pictures.iter().zip(1..);
    let named = numbered.map(|(p, n)| (format!("media/image{n}{}", p.kind().ending()), p.bytes.to_vec()));
    named.collect()
}

fn kind_of(name: &str) -> &'static str {
    if name.contains("header") {
        "header"
    } else {
        "footer"
    }
}

fn relations_head() -> String {
    format!("{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">")
}

fn package_relations() -> String {
    format!(
        "{}<Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>",
        relations_head()
    )
}

fn core(document: &Document) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>Jiannuo</dc:creator><dc:language>{}</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{}T00:00:00Z</dcterms:created></cp:coreProperties>",
        escape(&document.title),
        escape(&document.language),
        document.date
    )
}

fn settings(document: &Document) -> String {
    let even = match document.layout {
        Layout::Official => "<w:evenAndOddHeaders/>",
        _ => "",
    };
    format!(
        "{HEAD}<w:settings {WORD}>{even}<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
    )
}

/// One numbering, begun again for each list.
fn numbering(lists: usize) -> String {
    let mut out = format!(
        "{HEAD}<w:numbering {WORD}><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"520\" w:right=\"100\" w:hanging=\"400\"/></w:pPr></w:lvl></w:abstractNum>"
    );
    for list in 1..=lists {
        let _ = write!(
            out,
            "<w:num w:numId=\"{list}\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>"
        );
    }
    out.push_str("</w:numbering>");
    out
}

fn paragraph(style: &str, content: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{content}</w:p>")
}

/// The page line with its numbers as fields.
fn page_line(page_of: &str, pages: &str) -> String {
    let mut out = String::new();
    let mut rest = page_of;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&runs(before));
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match name {
            "page" => out.push_str(&field("PAGE")),
            "pages" => out.push_str(&field(pages)),
            other => out.push_str(&runs(other)),
        }
        rest = after;
    }
    out.push_str(&runs(rest));
    out
}

fn form_foot(f: &Furniture, many: bool) -> String {
    let tab = "<w:r><w:tab/></w:r>";
    let pages = if many { "SECTIONPAGES" } else { "NUMPAGES" };
    let line = page_line(&f.page_of, pages);
    paragraph(
        "Foot",
        &format!("{}{tab}{line}{tab}{}", runs(&f.left), runs(&f.right)),
    )
}

/// The number between dashes: right on odd pages, left on even ones, one character in (GB/T 9704-2012, 7.5).
fn dashed(f: &Furniture, odd: bool) -> String {
    let (side, indent) = if odd {
        ("right", "w:right")
    } else {
        ("left", "w:left")
    };
    let check = match f.left.trim().is_empty() {
        true => String::new(),
        false => paragraph("Foot", &runs(&f.left)),
    };
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"PageNumber\"/><w:ind {indent}=\"280\"/><w:jc w:val=\"{side}\"/></w:pPr>{}{}{}</w:p>{check}",
        runs("\u{2014} "),
        field("PAGE"),
        runs(" \u{2014}")
    )
}

/// Paper, margins and grid of a section. Twips: 1440 to the inch.
fn section(document: &Document, part: &Part, references: &str) -> String {
    let (size, rest) = match document.layout {
        Layout::Form => (
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            "<w:pgMar w:top=\"1361\" w:right=\"1247\" w:bottom=\"1247\" w:left=\"1247\" w:header=\"794\" w:footer=\"680\" w:gutter=\"0\"/><w:pgNumType w:start=\"1\"/><w:titlePg/>",
        ),
        // 37 mm above, 28 mm at the binding edge, 156 by 225 mm; 22 lines. 28 characters of 16 points are a little
        // wider than 156 mm: the styles set each 0.25 point closer, which every reader counts alike, while
        // a grid of characters is read in different ways.
        Layout::Official => (
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            "<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" w:footer=\"{foot}\" w:gutter=\"0\"/><w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>",
        ),
        Layout::Ledger => (
            if blocks::wide(part) {
                "<w:pgSz w:w=\"23811\" w:h=\"16838\" w:orient=\"landscape\"/>"
            } else {
                "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
            },
            "<w:pgMar w:top=\"907\" w:right=\"850\" w:bottom=\"907\" w:left=\"850\" w:header=\"454\" w:footer=\"454\" w:gutter=\"0\"/>",
        ),
    };
    // The dashes stand 7 mm below the type area (7.5); a check code under them has to stay clear of it.
    let foot = match part.furniture.left.trim().is_empty() {
        true => "1411",
        false => "1190",
    };
    let rest = rest.replace("{foot}", foot);
    format!("<w:sectPr>{references}{size}{rest}</w:sectPr>")
}
