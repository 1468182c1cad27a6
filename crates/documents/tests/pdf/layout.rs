//! GB/T 9704-2012 measured from the page as it was laid out.

use super::*;

const MM: f64 = 72.0 / 25.4;
/// One of 28 characters on 156 mm, in points.
const CHARACTER: f64 = 156.0 * MM / 28.0;

struct Word {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

fn words(pdf: &[u8], page: usize) -> Vec<Word> {
    let page = page.to_string();
    let boxes = poppler("pdftotext", &["-bbox", "-f", &page, "-l", &page], pdf);
    let word = |line: &str| {
        let value = |name: &str| -> Option<f64> {
            line.split_once(&format!("{name}=\""))?
                .1
                .split('"')
                .next()?
                .parse()
                .ok()
        };
        Some(Word {
            left: value("xMin")?,
            top: value("yMin")?,
            right: value("xMax")?,
            bottom: value("yMax")?,
            text: line.split_once("\">")?.1.split("</word>").next()?.to_owned(),
        })
    };
    boxes
        .lines()
        .filter(|line| line.contains("<word"))
        .filter_map(word)
        .collect()
}

/// Half a millimetre.
fn near(found: f64, wanted: f64, what: &str) {
    within(1.5, found, wanted, what);
}

fn within(points: f64, found: f64, wanted: f64, what: &str) {
    assert!(
        (found - wanted).abs() < points,
        "{what}: {found:.2} pt instead of {wanted:.2}"
    );
}

#[test]
fn the_type_area_is_156_by_225_millimetres_of_22_lines() {
    let line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八";
    let paper = Official {
        language: "zh-CN".to_owned(),
        title: "题".to_owned(),
        addressee: line.repeat(60),
        ..Official::default()
    };
    let pdf = official(&paper, day()).expect("a file");
    let lines: Vec<Word> = words(&pdf, 2)
        .into_iter()
        .filter(|word| word.text == line)
        .collect();
    assert_eq!(lines.len(), 22);
    let pitch = 225.0 * MM / 22.0;
    for (number, line) in (0_u8..).zip(&lines) {
        near(line.left, 28.0 * MM, "left");
        near(line.right, (28.0 + 156.0) * MM, "right");
        // The middle of a character of 16 points that begins at the top of its line.
        let middle = 37.0 * MM + f64::from(number) * pitch + 8.0;
        near(f64::midpoint(line.top, line.bottom), middle, "line");
    }
}

#[test]
fn date_number_and_page_numbers_stand_where_they_belong() {
    let sample = sample();
    for (paper, date) in [
        (&sample.notice, "2010年9月20日"),
        (&sample.brief, "2010年11月1日"),
    ] {
        let pdf = official(paper, day()).expect("a file");
        let pages = pages_of(&pdf);
        let mut all = (1..=pages).flat_map(|page| words(&pdf, page));
        let date = all.rfind(|word| word.text == date).expect("the date");
        near(
            date.right,
            (28.0 + 156.0) * MM - 4.0 * CHARACTER,
            "date four characters in",
        );
        for page in 1..=pages {
            let dashes: Vec<Word> = words(&pdf, page)
                .into_iter()
                .filter(|word| word.text == "\u{2014}")
                .collect();
            let [left, right] = dashes.as_slice() else {
                panic!("page {page} has {} dashes", dashes.len());
            };
            // One character in; a dash has white of its own at its ends, which readers count in different ways.
            if page % 2 == 1 {
                within(
                    3.0,
                    right.right,
                    (28.0 + 156.0) * MM - 14.0,
                    "number at the right",
                );
            } else {
                within(3.0, left.left, 28.0 * MM + 14.0, "number at the left");
            }
            // In the middle of their box, 7 mm under the type area (GB/T 9704-2012, 7.5).
            let middle = f64::midpoint(left.top, left.bottom);
            within(
                3.0,
                middle,
                (37.0 + 225.0 + 7.0) * MM,
                "dashes under the type area",
            );
        }
    }
    let text = text_of(&official(&sample.notice, day()).expect("a file"));
    assert!(text.contains("〔2010〕"), "the year is in angled brackets");
}

#[test]
fn a_long_signer_does_not_move_the_date() {
    for signer in ["办", "某省妇幼保健院创先争优活动领导小组办公室", &"长".repeat(27)] {
        let paper = Official {
            signer: signer.to_owned(),
            ..sample().brief
        };
        let pdf = official(&paper, day()).expect("a file");
        let last: Vec<Word> = (1..=pages_of(&pdf)).flat_map(|page| words(&pdf, page)).collect();
        let date = last
            .iter()
            .rfind(|word| word.text == "2010年11月1日")
            .expect("the date");
        near(date.right, (28.0 + 156.0) * MM - 4.0 * CHARACTER, signer);
        let name = last.iter().rfind(|word| word.text == signer).expect("the signer");
        assert!(
            name.left > 27.0 * MM && name.right < 185.0 * MM,
            "{signer} runs off"
        );
        assert!(name.bottom < date.bottom);
    }
}

#[test]
fn qpdf_finds_nothing_wrong() {
    if !installed("qpdf") {
        return;
    }
    for (what, document) in each() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), document.write(Format::Pdf).expect(what)).expect("written");
        let checked = Command::new("qpdf")
            .arg("--check")
            .arg(file.path())
            .output()
            .expect("qpdf");
        assert!(
            checked.status.success(),
            "{what}: {}",
            String::from_utf8_lossy(&checked.stdout)
        );
    }
}
