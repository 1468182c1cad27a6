//! A document as an OFD file (GB/T 33190-2016): the very pages of the PDF, since both are drawn from the same
//! layout. Text stays text, each font goes in cut down to the glyphs used.

mod draw;
mod font;

use std::borrow::Cow;
use std::fmt::Write as _;

use typst::utils::hash128;
use typst_layout::PagedDocument;

use crate::DocumentError;
use crate::paper::Document;
use crate::pdf::pages;
use crate::xml::{archive, escape};

use draw::{Drawing, Picture};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

/// The document as an OFD file.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, DocumentError> {
    pages(document, |set| pack(document, set))
}

fn pack(document: &Document, set: &PagedDocument) -> Result<Vec<u8>, DocumentError> {
    let mut drawing = Drawing::new();
    let mut drawn = Vec::new();
    for page in set.pages() {
        let id = drawing.id();
        drawn.push((id, drawing.page(&page.frame)?));
    }
    let fonts = drawing.fonts.cut()?;
    let resources: String = fonts.iter().map(|font| font.entry()).collect();
    let mut files = vec![
        (
            "Doc_0/PublicRes.xml".to_owned(),
            format!("{HEAD}<ofd:Res {SPACE} BaseLoc=\"Res\"><ofd:Fonts>{resources}</ofd:Fonts></ofd:Res>")
                .into_bytes(),
        ),
        (
            "Doc_0/Document.xml".to_owned(),
            root(set, &drawn, &drawing).into_bytes(),
        ),
    ];
    let pictures = drawing.pictures();
    if !pictures.is_empty() {
        let entries: String = pictures.iter().map(Picture::entry).collect();
        let text = format!(
            "{HEAD}<ofd:Res {SPACE} BaseLoc=\"Res\"><ofd:MultiMedias>{entries}</ofd:MultiMedias></ofd:Res>"
        );
        files.push(("Doc_0/DocumentRes.xml".to_owned(), text.into_bytes()));
    }
    for picture in pictures {
        files.push((format!("Doc_0/Res/{}", picture.file), picture.bytes));
    }
    for (at, (_, content)) in drawn.into_iter().enumerate() {
        files.push((
            format!("Doc_0/Pages/Page_{at}/Content.xml"),
            format!("{HEAD}{content}").into_bytes(),
        ));
    }
    for font in fonts {
        files.push((format!("Doc_0/Res/{}", font.file), font.bytes));
    }
    let entry = entry(document, hash128(&files));
    let all = std::iter::once(("OFD.xml".to_owned(), entry.into_bytes())).chain(files);
    archive(all.map(|(name, bytes)| (name, Cow::Owned(bytes))))
}

/// The entry: what the document is and where it begins. Its id follows from its content.
fn entry(document: &Document, hash: u128) -> String {
    format!(
        "{HEAD}<ofd:OFD {SPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{hash:032x}</ofd:DocID><ofd:Title>{}</ofd:Title><ofd:CreationDate>{}</ofd:CreationDate><ofd:Creator>Jiannuo</ofd:Creator><ofd:CreatorVersion>{}</ofd:CreatorVersion></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        escape(&document.title),
        document.date,
        env!("CARGO_PKG_VERSION"),
    )
}

fn root(set: &PagedDocument, drawn: &[(usize, String)], drawing: &Drawing) -> String {
    let last = drawing.last_id();
    let media = match drawing.has_pictures() {
        true => "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>",
        false => "",
    };
    let size = set.pages().first().map(|page| page.frame.size());
    let (wide, high) = size.map_or((210.0, 297.0), |size| (size.x.to_mm(), size.y.to_mm()));
    let mut out = format!(
        "{HEAD}<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>{last}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 {wide:.3} {high:.3}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{media}</ofd:CommonData><ofd:Pages>"
    );
    for (at, (id, _)) in drawn.iter().enumerate() {
        let _ = write!(
            out,
            "<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{at}/Content.xml\"/>"
        );
    }
    out.push_str("</ofd:Pages></ofd:Document>");
    out
}
