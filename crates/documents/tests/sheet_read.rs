//! Uploaded sheets: the example roster to the last person, and every file that must be refused.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use documents::sheet_read::{FILE_MAX, PARTS_MAX, ROWS_MAX, read_book};
use domain::organization::PersonClass;
use domain::organization::raw::{RawBook, RawCell};
use domain::organization::roster::{self, ExistingPerson, RosterPlan};

const EXAMPLE: &[u8] = include_bytes!("data/roster-example.xlsx");

fn key(bytes: &[u8], name: &str) -> &'static str {
    read_book(bytes, name).map_or_else(|e| e.key, |_| "read")
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("started");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

#[test]
fn the_example_roster_to_the_last_person() {
    let book = read_book(EXAMPLE, "名册.xlsx").expect("read");
    let reading = roster::read(&book, &BTreeMap::new());
    assert!(
        reading.problems.iter().all(|p| !p.blocking),
        "{:?}",
        reading.problems
    );
    assert_eq!(reading.problems, [], "nothing unclear");
    assert_eq!((reading.people.len(), reading.branches.len()), (448, 14));
    for (class, count) in [
        (PersonClass::FullMember, 352),
        (PersonClass::ProbationaryMember, 60),
        (PersonClass::ApplicantActivist, 34),
        (PersonClass::NonPartyCadre, 2),
    ] {
        assert_eq!(
            reading.people.iter().filter(|p| p.record.class == class).count(),
            count,
            "{class:?}"
        );
    }
    for name in ["龙䶮", "马㛃雅", "姜𬭎", "廖龘"] {
        assert_eq!(
            reading.people.iter().filter(|p| p.record.name == name).count(),
            1,
            "{name}"
        );
    }
    let leaders: Vec<&str> = reading
        .people
        .iter()
        .filter(|p| p.record.leading_cadre)
        .map(|p| p.record.name.as_str())
        .collect();
    assert_eq!(leaders, ["蔡叶真", "诸葛薇澜", "何茗珍", "温云", "康瑶融"]);
    assert!(
        reading
            .people
            .iter()
            .all(|p| p.record.birth_month.len() == 7 && !p.record.phone.is_empty())
    );
    assert_eq!(reading.filled_down, 448 - 14);
    assert_eq!(reading.branches[2].secretary, "龙䶮");
    let known: Vec<ExistingPerson> = reading
        .people
        .iter()
        .map(|p| ExistingPerson {
            id: p.row.to_string(),
            record: p.record.clone(),
        })
        .collect();
    let again = roster::plan(&known, &reading, true);
    assert_eq!(again.unchanged.len(), 448);
    assert_eq!(
        RosterPlan {
            unchanged: vec![],
            ..again
        },
        RosterPlan::default()
    );
}

#[test]
fn merged_cells_and_dates_come_as_they_are() {
    let book = read_book(EXAMPLE, "a.xlsx").expect("read");
    assert_eq!(book.sheets.len(), 2);
    assert_eq!((book.sheets[0].merged.len(), book.sheets[0].hidden), (16, false));
    assert_eq!(book.sheets[0].rows[250][6], RawCell::Date("1962-02-01".into()));
    assert_eq!(book.sheets[0].rows[4][9], RawCell::Number(15_469_937_111.0));
}

#[test]
fn each_wrong_file_has_its_own_sentence() {
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    assert_eq!(key(&old, "a.xls"), "sheet.old_excel");
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(key(&old, "a.xlsx"), "sheet.encrypted");
    assert_eq!(key(b"", "a.xlsx"), "sheet.empty");
    assert_eq!(key(b" \r\n", "a.csv"), "sheet.empty");
    assert_eq!(key(b",,\n,,\n", "a.csv"), "sheet.empty");
    assert_eq!(key(&vec![b'a'; FILE_MAX + 1], "a.csv"), "sheet.too_large");
    assert_eq!(key("姓名,支部".as_bytes(), "a.xlsx"), "sheet.not_a_sheet");
    assert_eq!(key(b"<html><table>", "a.xls"), "sheet.not_a_sheet");
    assert_eq!(
        key(&zip(&[("word/document.xml", b"<w/>")]), "a.xlsx"),
        "sheet.word_document"
    );
    assert_eq!(
        key(&zip(&[("content.xml", b"<o/>")]), "a.xlsx"),
        "sheet.not_a_sheet"
    );
    assert_eq!(
        key(&zip(&[("xl/workbook.xml", b"not xml <")]), "a.xlsx"),
        "sheet.damaged"
    );
    assert_eq!(key(b"PK\x03\x04 and nothing more", "a.xlsx"), "sheet.damaged");
    let many: Vec<String> = (0..=PARTS_MAX).map(|n| format!("xl/{n}.xml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert_eq!(key(&zip(&many), "a.xlsx"), "sheet.too_many_parts");
}

#[test]
fn a_bomb_is_not_unpacked_beyond_its_limit() {
    let zeros = vec![0_u8; 110 * 1024 * 1024];
    let bomb = zip(&[("xl/workbook.xml", &zeros), ("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(key(&bomb, "a.xlsx"), "sheet.too_large_unpacked");
}

#[test]
fn damaged_copies_are_read_or_refused_and_never_panic() {
    // Bytes changed at places spread over the file by a fixed rule.
    for round in 0..120_usize {
        let mut copy = EXAMPLE.to_vec();
        for hit in 0..=(round % 4) {
            let at = (round * 7919 + hit * 104_729) % copy.len();
            copy[at] ^= u8::try_from(1 + round % 255).expect("small");
        }
        let _ = read_book(&copy, "a.xlsx");
        let _ = read_book(&EXAMPLE[..EXAMPLE.len() * round / 120], "a.xlsx");
    }
}

#[test]
fn encodings_of_text() {
    let text = "姓名,所在党支部\r\n王䶮,产科党支部\r\n马㛃雅,产科党支部\r\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let (gb, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost);
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let plain = read_book(text.as_bytes(), "a.csv").expect("utf-8");
    assert_eq!(plain.sheets[0].rows[1][0], RawCell::Text("王䶮".into()));
    for bytes in [&marked[..], &utf16, &gb] {
        assert_eq!(read_book(bytes, "a.CSV"), Ok(plain.clone()));
    }
    let mixed = [text.as_bytes(), &gb].concat();
    assert_eq!(key(&mixed, "a.csv"), "sheet.encoding_unknown");
    assert_eq!(
        key(&[&gb[..gb.len() - 5], b"\xFF\xFF"].concat(), "a.csv"),
        "sheet.encoding_unknown"
    );
    assert_eq!(key(b"a,\x00b", "a.csv"), "sheet.encoding_unknown");
    assert_eq!(
        key(b"caf\xE9,na\xEFve,\xFCber\n", "a.csv"),
        "sheet.encoding_unknown"
    );
}

fn texts(book: &RawBook) -> Vec<Vec<String>> {
    book.sheets[0]
        .rows
        .iter()
        .map(|r| r.iter().map(RawCell::text).collect())
        .collect()
}

#[test]
fn text_rows_keep_their_numbers_and_quotes() {
    let book = read_book("a\tb\n\n\"c\nd\"\t=\"007\"\n\ne\tf\n".as_bytes(), "a.tsv").expect("read");
    assert_eq!(
        texts(&book),
        [
            vec!["a", "b"],
            vec![],
            vec!["c\nd", "007"],
            vec![],
            vec!["e", "f"]
        ]
    );
    let rows = "a,b\n".repeat(ROWS_MAX + 1);
    assert_eq!(key(rows.as_bytes(), "a.csv"), "sheet.too_many_rows");
    assert_eq!(
        key("a,".repeat(250).as_bytes(), "a.csv"),
        "sheet.too_many_columns"
    );
}

/// A workbook as programs write it that do not calculate: formulas without what comes out of them.
#[test]
fn a_formula_without_its_value_is_not_an_empty_cell() {
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>head</t></is></c></row>
<row r="2"><c r="A2"><f>A1&amp;"x"</f></c><c r="B2"><f>1+1</f><v></v></c><c r="C2"><f>1+1</f><v>2</v></c><c r="D2" t="str"><f>""</f><v></v></c></row>
<row r="3"><c r="A3"><f t="shared" ref="A3:B3" si="0">A1</f><v/></c><c r="B3"><f t="shared" si="0"/></c><c r="C3"/></row>
</sheetData></worksheet>"#;
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    let book = read_book(&zip(&parts), "a.xlsx").expect("read");
    let rows = &book.sheets[0].rows;
    let formula = |text: &str| RawCell::Formula(text.into());
    assert_eq!(
        rows[1][..3],
        [formula("=A1&\"x\""), formula("=1+1"), RawCell::Number(2.0)]
    );
    assert!(
        rows[1].get(3).is_none_or(RawCell::is_blank),
        "an empty text is what came out"
    );
    assert_eq!(rows[2], [formula("=A1"), formula("=\u{2026}")]);
}
