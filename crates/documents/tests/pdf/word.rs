//! Word files: well-formed, complete, with tables and styles that are real.

use super::*;
use std::io::{Cursor, Read};
use zip::ZipArchive;

fn part(docx: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(docx)).expect("an archive");
    let mut text = String::new();
    let mut file = archive
        .by_name(name)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    file.read_to_string(&mut text).expect("text");
    text
}

/// The words of the body, without markup and white space.
pub fn words(docx: &[u8]) -> String {
    let body = part(docx, "word/document.xml");
    let runs = body.split("<w:t xml:space=\"preserve\">").skip(1);
    let text: String = runs.filter_map(|run| run.split("</w:t>").next()).collect();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    squeeze(&text.replace("&amp;", "&"))
}

#[test]
fn every_part_is_well_formed_and_named() {
    for (what, document) in each() {
        let docx = document.write(Format::Docx).expect(what);
        let archive = ZipArchive::new(Cursor::new(&docx)).expect("an archive");
        let names: Vec<String> = archive
            .file_names()
            .map(|name| name.expect("a name").into_owned())
            .collect();
        let types = part(&docx, "[Content_Types].xml");
        for name in &names {
            let text = part(&docx, name);
            assert!(
                ofd_core::pretty_xml(&text).is_ok(),
                "{what}: {name} is not well-formed"
            );
            let known = types.contains(&format!("PartName=\"/{name}\"")) || name.ends_with(".rels");
            assert!(known || name.starts_with('['), "{what}: {name} has no type");
        }
        let relations = part(&docx, "word/_rels/document.xml.rels");
        for target in relations
            .split("Target=\"")
            .skip(1)
            .filter_map(|t| t.split('"').next())
        {
            assert!(
                names.contains(&format!("word/{target}")),
                "{what}: {target} is missing"
            );
        }
        let styles = part(&docx, "word/styles.xml");
        let body = part(&docx, "word/document.xml");
        for style in body
            .split("Style w:val=\"")
            .skip(1)
            .filter_map(|t| t.split('"').next())
        {
            assert!(
                styles.contains(&format!("w:styleId=\"{style}\"")),
                "{what}: no style {style}"
            );
        }
        assert!(
            document.write(Format::Docx) == Ok(docx),
            "{what}: not the same bytes again"
        );
    }
}

#[test]
fn a_form_is_a_real_table_with_the_fields_in_order() {
    let s = sample();
    let docx = paper::annex2(std::slice::from_ref(&s.person), &s.form_text, day()).write(Format::Docx);
    let docx = docx.expect("a file");
    in_order(
        &words(&docx),
        &[
            "附件2",
            "创先争优活动共产党员承诺书",
            "党员姓名",
            "王䶮",
            "性别",
            "民族",
            "文化程度",
            "出生年月",
            "入党时间",
            "工作单位",
            "联系电话",
            "13800000000",
            "承诺日期",
            "完成时限",
            "公开形式",
            "党员签名",
            "党支部书记",
            "签章",
            "马㛃雅",
        ],
    );
    let body = part(&docx, "word/document.xml");
    assert_eq!(body.matches("<w:tbl>").count(), 1);
    assert_eq!(body.matches("<w:tblHeader/>").count(), 3, "heads repeat");
    assert_eq!(body.matches("<w:gridCol ").count(), 6);
    let styles = part(&docx, "word/styles.xml");
    for face in ["仿宋_GB2312", "方正小标宋简体", "楷体_GB2312", "黑体"] {
        assert!(styles.contains(face), "{face}");
        assert!(
            part(&docx, "word/fontTable.xml").contains(face),
            "{face} has nothing to stand in"
        );
    }
    assert!(part(&docx, "docProps/core.xml").contains("2010-10-20"));
}

#[test]
fn nothing_typed_is_lost_or_becomes_markup() {
    let form = hostile(5_000);
    let docx = paper::annex2(&[form], &sample().form_text, day())
        .write(Format::Docx)
        .expect("a file");
    let text = words(&docx);
    assert_eq!(text.matches('长').count(), 5_000);
    for part in ["王䶮&<b>马㛃雅</b>", "姜𬭎𰻞]]>\"#panic(1)\"终"] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(
        text.matches("阿不都热西提·买买提").count(),
        6,
        "the running head is in another part"
    );
}

#[test]
fn an_official_paper_has_the_measures_of_gb_t_9704() {
    let notice = paper::official(&sample().notice, day()).expect("a notice");
    let docx = notice.write(Format::Docx).expect("a file");
    let body = part(&docx, "word/document.xml");
    let twips = |name: &str| -> f64 {
        let (_, after) = body.split_once(&format!("w:{name}=\"")).expect("a measure");
        after
            .split('"')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    };
    let mm = |twips: f64| twips / 1440.0 * 25.4;
    let margins = &["top", "left", "right", "bottom"].map(|side| {
        let (_, section) = body.split_once("<w:pgMar ").expect("margins");
        let (_, after) = section.split_once(&format!("w:{side}=\"")).expect("a margin");
        mm(after
            .split('"')
            .next()
            .expect("a number")
            .parse()
            .expect("a number"))
    });
    assert!(
        (margins[0] - 37.0).abs() < 0.1 && (margins[1] - 28.0).abs() < 0.1,
        "{margins:?}"
    );
    assert!(
        (210.0 - margins[1] - margins[2] - 156.0).abs() < 0.2,
        "{margins:?}"
    );
    assert!(
        (297.0 - margins[0] - margins[3] - 225.0).abs() < 0.2,
        "{margins:?}"
    );
    assert!((225.0 / mm(twips("linePitch")) - 22.0).abs() < 0.05);
}

#[test]
fn libre_office_finds_the_same_words() {
    if !installed("soffice") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let s = sample();
    let document = paper::annex1(std::slice::from_ref(&s.branch), &s.form_text, day());
    let file = folder.path().join("a.docx");
    std::fs::write(&file, document.write(Format::Docx).expect("a file")).expect("written");
    let home = format!("-env:UserInstallation=file://{}/home", folder.path().display());
    let made = Command::new("soffice")
        .args([&home, "--headless", "--convert-to", "pdf", "--outdir"])
        .args([folder.path(), &file])
        .output();
    assert!(made.is_ok_and(|made| made.status.success()));
    let pdf = std::fs::read(folder.path().join("a.pdf")).expect("converted");
    assert_eq!(pages_of(&pdf), 1);
    let mut found: Vec<char> = text_of(&pdf).chars().collect();
    let own = words(&std::fs::read(&file).expect("the file"));
    for wanted in own.chars() {
        let at = found.iter().position(|c| *c == wanted);
        found.swap_remove(at.unwrap_or_else(|| panic!("{wanted} was lost")));
    }
}
