//! Wall sheets and official papers.

use super::*;

#[test]
fn a_wall_sheet_is_one_page_with_its_code() {
    let sample = sample();
    for (paper, size) in [(Paper::A4, "(A4)"), (Paper::A3, "(A3)")] {
        let pdf = wall_sheet(&sample.sheet, &sample.sheet_text, paper, day()).expect("a file");
        assert_eq!(pages_of(&pdf), 1);
        assert!(poppler("pdfinfo", &[], &pdf).contains(size));
        in_order(
            &text_of(&pdf),
            &[
                "产科党支部公开承诺",
                "公示期",
                "责任人",
                "184人次",
                "马㛃雅",
                "请您来看、来评",
                "3F8D-61KT",
                "院党委（签章）",
            ],
        );
        assert!(poppler("pdfinfo", &["-struct"], &pdf).contains("Figure"));
    }
}

#[test]
fn a_long_wall_sheet_flows_on() {
    let sample = sample();
    let mut sheet = sample.sheet.clone();
    sheet.rows = std::iter::repeat_n(sample.sheet.rows.clone(), 12)
        .flatten()
        .collect();
    let pdf = wall_sheets(
        &[sheet, sample.sheet.clone()],
        &sample.sheet_text,
        Paper::A4,
        day(),
    )
    .expect("a file");
    assert!(pages_of(&pdf) > 3);
    assert_eq!(text_of(&pdf).matches("184人次").count(), 13);
    let bad = WallSheet {
        qr: "x".repeat(4_000),
        ..sample.sheet
    };
    let refused = wall_sheet(&bad, &sample.sheet_text, Paper::A4, day());
    assert_eq!(refused, Err(DocumentError::QrTooLong { bytes: 4_000 }));
}

#[test]
fn an_official_paper_keeps_its_parts_in_order() {
    let sample = sample();
    let pdf = official(&sample.notice, day()).expect("a file");
    in_order(
        &text_of(&pdf),
        &[
            "中共某省妇幼保健院委员会文件",
            "院党发〔2010〕18号",
            "公开承诺的通知",
            "各党支部、",
            "一、范围对象",
            "—1—",
            "（一）党支部",
            "附件：",
            "1.创先争优活动党支部承诺书",
            "2.创先争优活动共产党员承诺书",
            "2010年9月20日",
            "（联系人：",
            "抄送：",
            "2010年9月20日印发",
        ],
    );
    let brief = official(&sample.brief, day()).expect("a file");
    in_order(
        &text_of(&brief),
        &[
            "创先争优活动简报",
            "各党支部践诺进度",
            "新生儿科党支部",
            "28.13%",
            "11月10日前",
        ],
    );
    assert_eq!(official(&Official::default(), day()), Err(DocumentError::Empty));
}

#[test]
fn the_grid_of_gb_t_9704_has_22_lines_of_28_characters() {
    let line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八";
    let paper = Official {
        language: "zh-CN".to_owned(),
        title: "题".to_owned(),
        addressee: line.repeat(60),
        ..Official::default()
    };
    let pdf = official(&paper, day()).expect("a file");
    let page = poppler("pdftotext", &["-layout", "-f", "2", "-l", "2"], &pdf);
    let lines: Vec<&str> = page
        .lines()
        .map(str::trim)
        .filter(|text| text.starts_with('一'))
        .collect();
    assert_eq!(lines.len(), 22, "{page}");
    assert!(lines.iter().all(|text| *text == line), "{page}");
}
