//! OFD files, read by a program that is not ours.

use super::*;
use ofd_core::{OfdPackage, OfdReader, PageObject, check_reader};
use std::io::Cursor;

/// The words of every page in the order of the file, and the pages.
pub fn read(ofd: &[u8]) -> (String, Vec<PageObject>) {
    let mut reader =
        OfdReader::new(OfdPackage::new(Cursor::new(ofd)).expect("an archive")).expect("an OFD file");
    let report = check_reader(&mut reader);
    assert!(report.conforms(), "{:?}", report.problems);
    let bodies = reader.ofd().doc_bodies.clone();
    let document = reader.load_document(&bodies[0]).expect("the document");
    let references = document.pages().to_vec();
    let mut pages = Vec::new();
    let mut text = String::new();
    for (at, page) in references.iter().enumerate() {
        pages.push(reader.load_page(&document, page).expect("a page"));
        let file = format!("Doc_0/Pages/Page_{at}/Content.xml");
        let content = reader.package_mut().read_to_string(&file).expect("the content");
        for code in content.split("<ofd:TextCode").skip(1) {
            let (_, code) = code.split_once('>').expect("a text");
            text.push_str(code.split("</ofd:TextCode>").next().unwrap_or_default());
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    (squeeze(&text.replace("&amp;", "&")), pages)
}

/// Characters of a text and how often each comes.
fn counted(text: &str) -> std::collections::BTreeMap<char, usize> {
    text.chars().fold(Default::default(), |mut all, c| {
        *all.entry(c).or_default() += 1;
        all
    })
}

#[test]
fn every_document_conforms_and_says_what_the_pdf_says() {
    for (what, document) in each() {
        let ofd = document.write(Format::Ofd).expect(what);
        let pdf = document.write(Format::Pdf).expect(what);
        let (text, pages) = read(&ofd);
        assert_eq!(pages.len(), pages_of(&pdf), "{what}");
        assert!(pages.iter().all(|page| !page.is_blank()), "{what}");
        assert_eq!(counted(&text), counted(&text_of(&pdf)), "{what}");
        assert!(ofd.len() <= 200_000, "{what}: {} bytes", ofd.len());
        assert!(
            document.write(Format::Ofd) == Ok(ofd),
            "{what}: not the same bytes again"
        );
    }
}

#[test]
fn rare_names_and_hard_words_are_read_back() {
    let ofd = paper::annex2(&[hostile(1_500)], &sample().form_text, day())
        .write(Format::Ofd)
        .expect("a file");
    let (text, pages) = read(&ofd);
    assert!(pages.len() > 1);
    assert_eq!(text.matches('长').count(), 1_500);
    for part in ["王䶮", "马㛃雅", "姜", "𬭎", "𰻞", "]]>"] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn another_program_draws_the_glyphs() {
    let s = sample();
    let document = paper::annex2(std::slice::from_ref(&s.person), &s.form_text, day());
    let ofd = document.write(Format::Ofd).expect("a file");
    let mut reader =
        OfdReader::new(OfdPackage::new(Cursor::new(&ofd)).expect("an archive")).expect("an OFD file");
    let bodies = reader.ofd().doc_bodies.clone();
    let document = reader.load_document(&bodies[0]).expect("the document");
    let options = ofd_core::RenderOptions::with_dpi(72.0);
    let picture = reader
        .render_page_to_image(&document, 0, &options)
        .expect("a picture");
    // The title stands between 30 and 42 mm; a title without glyphs would leave it white.
    let dark = (85..119)
        .flat_map(|y| (120..480).map(move |x| (x, y)))
        .filter(|(x, y)| picture.get_pixel(*x, *y).0[0] < 128)
        .count();
    assert!(dark > 300, "{dark} dark points in the title");
}
