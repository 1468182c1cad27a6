use super::*;

fn layout() -> SheetLayout {
    let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    SheetLayout {
        columns: vec![
            (SheetColumn::Number, words(&["编号", "Number"])),
            (SheetColumn::Name, words(&["姓名", "Name"])),
            (SheetColumn::Box(FieldSource::Phone), words(&["电话"])),
            (SheetColumn::Kind, words(&["类别", "Kind"])),
            (SheetColumn::Content, words(&["承诺内容", "Promise"])),
            (SheetColumn::Measure, words(&["标准"])),
            (SheetColumn::Due, words(&["这件何时完成"])),
            (SheetColumn::FormDue, words(&["完成时限"])),
            (SheetColumn::PledgedOn, words(&["承诺日期"])),
            (SheetColumn::Channels, words(&["公开形式"])),
            (SheetColumn::Signature, words(&["签名"])),
        ],
        kinds: vec![
            ("post".to_owned(), words(&["岗位承诺", "Post"])),
            ("deed".to_owned(), words(&["事实承诺", "Deed"])),
        ],
        channels: vec![
            ("meeting".to_owned(), words(&["会议"])),
            ("board".to_owned(), words(&["公开栏"])),
        ],
    }
}

fn book(rows: &[&[&str]]) -> RawBook {
    let head = [
        "编号",
        "姓名",
        "电话",
        "类别",
        "承诺内容",
        "标准",
        "这件何时完成",
        "完成时限",
        "承诺日期",
        "公开形式",
        "签名",
    ];
    let cell = |t: &&str| match *t {
        "" => RawCell::Empty,
        text => RawCell::Text(text.to_owned()),
    };
    let mut all = vec![
        vec![RawCell::Text("某支部".to_owned())],
        head.iter().map(cell).collect(),
    ];
    all.extend(rows.iter().map(|row| row.iter().map(cell).collect()));
    let notes = RawSheet {
        name: "说明".to_owned(),
        rows: vec![vec![RawCell::Text("怎样填".to_owned())]],
        ..RawSheet::default()
    };
    let sheet = RawSheet {
        name: "填报".to_owned(),
        rows: all,
        ..RawSheet::default()
    };
    RawBook {
        sheets: vec![sheet, notes],
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one sheet, read as a whole")]
fn rows_of_a_person_are_one_form() {
    let reading = read_sheet(
        &book(&[
            &[
                "007",
                "王䶮",
                "013800000001",
                "岗位承诺",
                "=1+1",
                "100%",
                "年底前",
                "2026-12-31",
                "",
                "会议、 公开栏",
                "王䶮",
            ],
            &[
                "",
                "",
                "",
                "ｄｅｅｄ",
                "-第二件\r\n还有一行",
                "",
                "",
                "",
                "",
                "",
                "",
            ],
            &["008", "马㛃雅", "", "岗位承诺", "", "", "", "", "", "会议", ""],
            &[
                "007",
                "王䶮",
                "",
                "post",
                "+第三件",
                "",
                "",
                "2026-12-31",
                "",
                "",
                "",
            ],
        ]),
        &layout(),
    );
    assert_eq!(reading.problems, []);
    let [one, two] = reading.forms.as_slice() else {
        panic!("{reading:?}")
    };
    assert_eq!(
        (one.number.as_str(), one.row, one.signature.as_str()),
        ("007", 3, "王䶮")
    );
    let items: Vec<_> = one
        .items
        .iter()
        .map(|i| (i.row, i.kind.as_str(), i.content.as_str()))
        .collect();
    assert_eq!(
        items,
        [
            (3, "post", "=1+1"),
            (4, "deed", "-第二件\n还有一行"),
            (6, "post", "+第三件")
        ]
    );
    assert_eq!(
        one.channels.as_deref(),
        Some(&["meeting".to_owned(), "board".to_owned()][..])
    );
    assert_eq!(one.boxes, [(FieldSource::Phone, "013800000001".to_owned())]);
    assert_eq!(
        (one.due.as_str(), one.items[0].due.as_str()),
        ("2026-12-31", "年底前")
    );
    assert!(two.is_blank() && !one.is_blank());
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let mut book = book(&[
        &["", "", "", "岗位承诺", "谁的？", "", "", "", "", "", ""],
        &["007", "王䶮", "", "别的", "x", "", "", "", "", "电台", ""],
        &["007", "王龑", "", "岗位承诺", "y", "", "", "", "", "", ""],
        &["009", "甲", "", "", "z", "", "", "", "", "", ""],
    ]);
    let long = vec![
        RawCell::Text("010".to_owned()),
        RawCell::Text("乙".to_owned()),
        RawCell::Empty,
        RawCell::Text("岗位承诺".to_owned()),
        RawCell::Number(123_456_789_012_345_678.0),
        RawCell::Fault("#REF!".to_owned()),
        RawCell::Number(2026.1),
        RawCell::Number(20_261_231.0),
        RawCell::Formula("=TODAY()".to_owned()),
    ];
    book.sheets[0].rows.push(long);
    let reading = read_sheet(&book, &layout());
    let told: Vec<_> = reading
        .problems
        .iter()
        .chain(reading.forms.iter().flat_map(|f| &f.problems))
        .map(|p| (p.row, p.column.as_str(), p.key.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (3, "", "form_sheet.nobody"),
            (4, "类别", "form_sheet.kind_unknown"),
            (4, "公开形式", "form_sheet.channel_unknown"),
            (5, "姓名", "form_sheet.two_values"),
            (6, "类别", "form_sheet.kind_missing"),
            (7, "承诺内容", "form_sheet.long_number"),
            (7, "标准", "form_sheet.fault"),
            (7, "这件何时完成", "form_sheet.date_number"),
            (7, "承诺日期", "form_sheet.formula"),
        ]
    );
    assert_eq!(reading.forms[2].due, "20261231");
}

#[test]
fn a_day_shown_as_a_plain_number_is_that_day() {
    for (number, day) in [
        (46_387.0, Some("2026-12-31")),
        (36_526.0, Some("2000-01-01")),
        (73_050.0, Some("2099-12-31")),
        (36_525.0, None),
        (73_051.0, None),
        (46_387.5, None),
        (2026.0, None),
    ] {
        assert_eq!(RawCell::Number(number).day().as_deref(), day, "{number}");
    }
    let mut book = book(&[&[
        "007",
        "王䶮",
        "",
        "岗位承诺",
        "每月义诊1次",
        "",
        "",
        "",
        "",
        "",
        "",
    ]]);
    let last = book.sheets[0].rows.last_mut().expect("the row");
    last[6] = RawCell::Number(46_387.0);
    last[7] = RawCell::Number(46_386.0);
    let reading = read_sheet(&book, &layout());
    let form = &reading.forms[0];
    assert_eq!(form.items[0].due, "2026-12-31");
    assert_eq!(form.due, "2026-12-30");
}

#[test]
fn a_file_of_something_else_is_told_as_one() {
    let cells = vec![vec![
        RawCell::Text("姓名".to_owned()),
        RawCell::Text("电话".to_owned()),
    ]];
    let sheet = RawSheet {
        rows: cells,
        ..RawSheet::default()
    };
    let reading = read_sheet(&RawBook { sheets: vec![sheet] }, &layout());
    assert_eq!(reading.problems[0].key, "form_sheet.no_heads");
    assert!(reading.forms.is_empty());
}

#[test]
fn a_cell_merged_over_several_people_is_told_to_all_but_the_first() {
    let mut book = book(&[
        &[
            "007",
            "王䶮",
            "",
            "岗位承诺",
            "每月讲课1次",
            "",
            "",
            "",
            "",
            "会议",
            "",
        ],
        &["007", "王䶮", "", "事实承诺", "", "", "", "", "", "", ""],
        &["008", "李四", "", "岗位承诺", "", "", "", "", "", "", ""],
        &["008", "李四", "", "事实承诺", "", "", "", "", "", "", ""],
    ]);
    // The promise over all four rows, the channel over those of the first person.
    let column = |left: usize, bottom: usize| Merged {
        top: 2,
        left,
        bottom,
        right: left,
    };
    book.sheets[0].merged = vec![column(4, 5), column(9, 3)];
    let reading = read_sheet(&book, &layout());
    let told: Vec<_> = reading
        .forms
        .iter()
        .flat_map(|f| &f.problems)
        .map(|p| (p.row, p.column.as_str(), p.key.as_str(), p.args[0].1.as_str()))
        .collect();
    assert_eq!(told, [(5, "承诺内容", "form_sheet.merged", "王䶮")]);
    assert!(
        !reading.forms[1].is_blank(),
        "it does not pass for one nobody filled in"
    );
}
