//! Pictures of seals and signatures drawn by hand in every format, read back by programs that are not ours.

use super::*;
use documents::paper::SealPicture;
use domain::pledge::Ink;
use ofd_core::{OfdPackage, OfdReader, check_reader};
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;

const SIDE: u32 = 200;
const LABEL: &str = "印章图样，效力以核验码为准";
const STROKES: &str = "[[[60,80],[240,70]],[[150,20],[150,260]],[[70,250],[230,250]],[[400,60]]]";

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), data].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&checked);
    let length = u32::try_from(data.len()).expect("small").to_be_bytes();
    [&length[..], &checked, &crc.sum().to_be_bytes()].concat()
}

/// A red ring on a transparent ground.
fn ring() -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        for x in 0..SIDE {
            let middle = |at: u32| f64::from(at) / f64::from(SIDE) - 0.5;
            let far = middle(x).hypot(middle(y));
            let inked = far < 0.48 && far > 0.36;
            rows.extend([220, 0, 0, if inked { 255 } else { 0 }]);
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&rows).expect("packed");
    let mut head = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    head.extend([8, 6, 0, 0, 0]);
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &packed.finish().expect("packed")),
        chunk(b"IEND", b""),
    ];
    parts.concat()
}

/// Three forms: two with the same seal, two signed by hand.
fn forms() -> Document {
    let s = sample();
    let decision = |name: &str| Decision {
        words: "审核通过".to_owned(),
        name: name.to_owned(),
        date: "2010年10月12日".to_owned(),
        ..Decision::default()
    };
    let sealed = |form: &PersonForm| PersonForm {
        secretary_seal: Some(Decision {
            picture: Some(SealPicture {
                path: "/seal/1f.png".to_owned(),
                bytes: ring().into(),
                label: LABEL.to_owned(),
                alt: "印章图样：<第一支部>".to_owned(),
            }),
            ..decision("马㛃雅")
        }),
        ..form.clone()
    };
    let signed = |form: &PersonForm| PersonForm {
        signature: Some(Decision {
            drawn: Ink::parse(STROKES).expect("fine"),
            ..decision("王䶮")
        }),
        ..form.clone()
    };
    let all = [signed(&sealed(&s.person)), sealed(&s.person), signed(&s.person)];
    paper::annex2(&all, &s.form_text, day())
}

/// How many pictures and how many masks of them a PDF holds, and how many lines with round ends.
fn drawn(pdf: &[u8]) -> (usize, usize, usize) {
    let list = poppler("pdfimages", &["-list"], pdf);
    let kinds: Vec<&str> = list.lines().filter_map(|l| l.split_whitespace().nth(2)).collect();
    let count = |kind: &str| kinds.iter().filter(|k| **k == kind).count();
    let folder = tempfile::tempdir().expect("a folder");
    let (file, svg) = (folder.path().join("a.pdf"), folder.path().join("a.svg"));
    std::fs::write(&file, pdf).expect("written");
    let made = Command::new("pdftocairo")
        .arg("-svg")
        .args([&file, &svg])
        .status();
    assert!(made.is_ok_and(|made| made.success()));
    let svg = std::fs::read_to_string(svg).expect("drawn");
    (
        count("image"),
        count("smask"),
        svg.matches("stroke-linecap:round").count(),
    )
}

/// How many points of a page are red, at 72 to the inch.
fn reds(pdf: &[u8], page: usize) -> usize {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), pdf).expect("written");
    let page = page.to_string();
    let mut command = Command::new("pdftoppm");
    command
        .args(["-r", "72", "-f", &page, "-l", &page])
        .arg(file.path());
    let picture = command.output().expect("poppler-utils").stdout;
    let head = picture.splitn(4, |b| *b == b'\n').nth(3).expect("a picture");
    let red = |p: &&[u8]| p[0] > 150 && p[1] < 90 && p[2] < 90;
    head.chunks_exact(3).filter(red).count()
}

#[test]
fn the_pdf_shows_them_see_through() {
    let pdf = forms().write(Format::Pdf).expect("a file");
    assert_eq!(pages_of(&pdf), 3);
    let (images, masks, lines) = drawn(&pdf);
    assert_eq!((images, masks), (2, 2), "on two pages");
    assert_eq!(lines, 8, "four strokes on two pages");
    assert_eq!(text_of(&pdf).matches(LABEL).count(), 2);
    assert!(whole(reds(&pdf, 1)) && whole(reds(&pdf, 2)) && reds(&pdf, 3) == 0);
}

/// A ring of 24 mm is 68 points wide; what is transparent stays white and is not counted.
fn whole(reds: usize) -> bool {
    (800..2_500).contains(&reds)
}

#[test]
fn word_keeps_one_picture_and_draws_the_strokes() {
    let docx = forms().write(Format::Docx).expect("a file");
    let mut archive = ZipArchive::new(Cursor::new(&docx)).expect("an archive");
    let mut part = |name: &str| {
        let mut bytes = Vec::new();
        let mut file = archive
            .by_name(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        file.read_to_end(&mut bytes).expect("read");
        bytes
    };
    assert_eq!(part("word/media/image1.png"), ring(), "byte for byte");
    let mut text = |name: &str| String::from_utf8(part(name)).expect("text");
    let body = text("word/document.xml");
    assert!(ofd_core::pretty_xml(&body).is_ok(), "well-formed");
    assert_eq!(body.matches("r:embed=\"rPicture1\"").count(), 2);
    assert!(body.contains("descr=\"印章图样：&lt;第一支部&gt;\""));
    assert_eq!(body.matches(LABEL).count(), 2);
    assert_eq!(body.matches("<a:moveTo>").count(), 8, "four strokes on two forms");
    let ids: std::collections::BTreeSet<&str> = body
        .split("<wp:docPr id=\"")
        .skip(1)
        .filter_map(|t| t.split('"').next())
        .collect();
    assert_eq!(ids.len(), 4, "no id twice");
    assert!(text("word/_rels/document.xml.rels").contains("Id=\"rPicture1\""));
    assert!(text("[Content_Types].xml").contains("Extension=\"png\" ContentType=\"image/png\""));
}

#[test]
fn libre_office_draws_what_word_holds() {
    if !installed("soffice") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.docx");
    std::fs::write(&file, forms().write(Format::Docx).expect("a file")).expect("written");
    let home = format!("-env:UserInstallation=file://{}/home", folder.path().display());
    let made = Command::new("soffice")
        .args([&home, "--headless", "--convert-to", "pdf", "--outdir"])
        .args([folder.path(), &file])
        .output();
    assert!(made.is_ok_and(|made| made.status.success()));
    let pdf = std::fs::read(folder.path().join("a.pdf")).expect("converted");
    if let Some(keep) = std::env::var_os("KEEP_PICTURES") {
        std::fs::write(std::path::Path::new(&keep).join("word.pdf"), &pdf).expect("kept");
    }
    assert_eq!(pages_of(&pdf), 3, "a form stays on its page");
    let (images, masks, lines) = drawn(&pdf);
    assert_eq!((images, masks), (2, 2));
    assert!(lines >= 2, "the strokes of two forms");
    assert!(whole(reds(&pdf, 1)), "not cut off: {}", reds(&pdf, 1));
    assert!(whole(reds(&pdf, 2)) && reds(&pdf, 3) == 0);
    assert_eq!(text_of(&pdf).matches(LABEL).count(), 2);
}

#[test]
fn html_needs_nothing_but_itself() {
    let html = String::from_utf8(forms().write(Format::Html).expect("a file")).expect("text");
    let sources: Vec<&str> = html
        .split(" src=\"")
        .skip(1)
        .filter_map(|t| t.split('"').next())
        .collect();
    assert_eq!(sources.len(), 4);
    let folder = tempfile::tempdir().expect("a folder");
    let decoded = |source: &str| {
        let (kind, letters) = source.split_once(";base64,").expect("in place");
        let file = folder.path().join("letters");
        std::fs::write(&file, letters).expect("written");
        let out = Command::new("base64")
            .arg("-d")
            .arg(&file)
            .output()
            .expect("coreutils");
        assert!(out.status.success());
        (kind.to_owned(), out.stdout)
    };
    let kinds: Vec<(String, Vec<u8>)> = sources.iter().map(|s| decoded(s)).collect();
    assert_eq!(kinds[1], ("data:image/png".to_owned(), ring()));
    let (kind, svg) = &kinds[0];
    let svg = String::from_utf8_lossy(svg);
    assert_eq!(kind, "data:image/svg+xml");
    assert!(svg.contains("d=\"M60 80L240 70M150 20L150 260") && ofd_core::pretty_xml(&svg).is_ok());
    assert!(html.contains("alt=\"王䶮\"") && html.contains("alt=\"印章图样：&lt;第一支部&gt;\""));
    assert_eq!(html.matches(LABEL).count(), 2);
}

#[test]
fn another_program_shows_the_seal_of_an_ofd() {
    let ofd = forms().write(Format::Ofd).expect("a file");
    let plain = {
        let s = sample();
        let form = std::slice::from_ref(&s.person);
        paper::annex2(form, &s.form_text, day())
            .write(Format::Ofd)
            .expect("a file")
    };
    assert!(plain.len() < 200 * 1024, "{} bytes without", plain.len());
    assert!(
        ofd.len() < 200 * 1024 + 2 * ring().len(),
        "{} bytes with",
        ofd.len()
    );
    let mut reader =
        OfdReader::new(OfdPackage::new(Cursor::new(&ofd)).expect("an archive")).expect("an OFD file");
    let report = check_reader(&mut reader);
    assert!(report.conforms(), "{:?}", report.problems);
    let bodies = reader.ofd().doc_bodies.clone();
    let document = reader.load_document(&bodies[0]).expect("the document");
    assert_eq!(document.pages().len(), 3);
    let options = ofd_core::RenderOptions::with_dpi(72.0);
    let mut reds = Vec::new();
    for page in 0..3 {
        let picture = reader
            .render_page_to_image(&document, page, &options)
            .expect("a picture");
        let red = picture
            .pixels()
            .filter(|p| p.0[0] > 150 && p.0[1] < 90 && p.0[2] < 90)
            .count();
        reds.push(red);
        if let Some(keep) = std::env::var_os("KEEP_PICTURES") {
            picture
                .save(std::path::Path::new(&keep).join(format!("ofd-{page}.png")))
                .expect("kept");
        }
    }
    assert!(whole(reds[0]) && whole(reds[1]) && reds[2] == 0, "{reds:?}");
    let mut archive = ZipArchive::new(Cursor::new(&ofd)).expect("an archive");
    let names: Vec<String> = archive
        .file_names()
        .map(|n| n.expect("a name").into_owned())
        .collect();
    let media: Vec<&String> = names.iter().filter(|n| n.ends_with(".png")).collect();
    assert_eq!(media.len(), 1, "kept once");
    let mut bytes = Vec::new();
    archive
        .by_name(media[0])
        .expect("the picture")
        .read_to_end(&mut bytes)
        .expect("read");
    assert_eq!(bytes, ring(), "byte for byte");
}
