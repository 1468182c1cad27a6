//! Forms laid out from any list of fields: what is named stands on the paper in its order, in rows that are full.

use super::*;
use documents::paper::{Entry, Field, Room, Sheet, sheets};

fn field(label: &str, entry: Entry) -> Field {
    let label = label.to_owned();
    Field { label, entry }
}

fn boxed(label: &str, words: &str, room: Room) -> Field {
    field(label, Entry::Box(words.to_owned(), room))
}

fn items() -> Field {
    let item = PledgeItem {
        text: "每月为20名孕妇讲一次孕期营养课".to_owned(),
        due: "2011年6月30日".to_owned(),
        joint: "和罗玥共同承诺".to_owned(),
        ..PledgeItem::default()
    };
    let groups = vec![PledgeGroup {
        label: "本月事项".to_owned(),
        items: vec![item],
    }];
    field("承诺事项", Entry::Items(groups))
}

fn seal(label: &str) -> Field {
    field(label, Entry::Seal(None))
}

/// How many fields each row of a form holds; 0 for the promises.
fn rows(fields: Vec<Field>) -> Vec<usize> {
    let document = of(fields);
    let all = serde_json::to_value(&document).expect("values");
    let blocks = all["parts"][0]["blocks"].as_array().expect("blocks");
    let grid = blocks.last().expect("the form stands last");
    let columns = grid["columns"].as_array().expect("columns").len();
    let rows = grid["rows"].as_array().expect("rows");
    let count = |row: &serde_json::Value| {
        let cells = row.as_array().expect("cells");
        let labels = cells.iter().filter(|cell| cell["kind"] == "label");
        let spans = cells.iter().map(|cell| cell["span"].as_u64().expect("a span"));
        assert_eq!(
            spans.sum::<u64>(),
            columns as u64,
            "a row is not as wide as the form: {row}"
        );
        labels.count()
    };
    rows.iter().map(count).collect()
}

fn of(fields: Vec<Field>) -> Document {
    let sheet = Sheet {
        title: "年度承诺书".to_owned(),
        annex: "附件".to_owned(),
        fields,
        ..Sheet::default()
    };
    sheets(&[sheet], &FormText::of(lang::Lang::Zh), day())
}

#[test]
fn rows_are_full_whatever_is_listed() {
    let (name, post) = (
        || boxed("姓名", "安芳", Room::Usual),
        || boxed("岗位", "产科", Room::Wide),
    );
    let unit = || boxed("党支部", "产科党支部", Room::Wide);
    let phone = || boxed("电话", "0710-3333333", Room::Usual);
    let small = || boxed("性别", "女", Room::Small);
    let date = || field("日期", Entry::Date("2010年10月8日".to_owned()));
    let line = || field("公开方式", Entry::Line("公开栏".to_owned()));
    let table = [
        (
            vec![name(), post(), items(), date(), seal("签名")],
            vec![2, 0, 1, 1],
        ),
        (vec![name(), post(), phone(), items()], vec![2, 1, 0]),
        // A long one alone, so that the others stand side by side.
        (vec![unit(), name(), phone(), items()], vec![1, 2, 0]),
        (vec![name(), phone(), unit(), items()], vec![2, 1, 0]),
        (vec![name(), items(), line()], vec![1, 0, 1]),
        // With small ones, three a row; a long one takes two places.
        (
            vec![name(), small(), small(), post(), phone(), items()],
            vec![3, 2, 0],
        ),
        (vec![name(), small(), post(), phone(), items()], vec![2, 2, 0]),
        (vec![small(), items(), date(), date(), date()], vec![1, 0, 2, 1]),
        (
            vec![small(), items(), seal("甲"), seal("乙"), seal("丙")],
            vec![1, 0, 2, 1],
        ),
        // Any order: the promises first, last, or alone.
        (vec![items(), name(), post()], vec![0, 2]),
        (vec![seal("签名"), date(), items()], vec![1, 1, 0]),
        (vec![items()], vec![0]),
    ];
    for (fields, wanted) in table {
        assert_eq!(rows(fields), wanted);
    }
}

#[test]
fn every_writer_takes_every_order() {
    let name = || boxed("姓名", "安芳", Room::Usual);
    for fields in [
        vec![items(), name(), seal("签名")],
        vec![seal("签名"), name(), items()],
        vec![items()],
        vec![name(), items(), seal("签名")],
    ] {
        let labels: Vec<String> = fields.iter().map(|f| f.label.clone()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let document = of(fields);
        let pdf = document.write(Format::Pdf).expect("a PDF");
        assert_eq!(pages_of(&pdf), 1);
        in_order(&text_of(&pdf), &labels);
        let (ofd, _) = fixed::read(&document.write(Format::Ofd).expect("an OFD"));
        in_order(&ofd, &labels);
        let html = String::from_utf8(document.write(Format::Html).expect("HTML")).expect("text");
        in_order(&squeeze(&html), &labels);
        document.write(Format::Docx).expect("a Word file");
        // With whom stands under its item, after the time limit.
        let told = ["2011年6月30日", "和罗玥共同承诺"];
        in_order(&text_of(&pdf), &told);
        in_order(&ofd, &told);
        in_order(&squeeze(&html), &told);
    }
}
