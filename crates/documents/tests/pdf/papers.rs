//! Official papers.

use super::*;

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
