//! The annexes: fields, names, hostile and long text, heads of the file.

use super::*;

#[test]
fn annex_1_has_the_fields_of_the_notice_in_its_order() {
    let sample = sample();
    let pdf = annex1(std::slice::from_ref(&sample.branch), &sample.form_text, day()).expect("a file");
    assert_eq!(pages_of(&pdf), 1);
    let text = text_of(&pdf);
    in_order(
        &text,
        &[
            "附件1",
            "创先争优活动党支部承诺书",
            "单位",
            "某省妇幼保健院",
            "党支部名称",
            "产科党支部",
            "党支部负责人",
            "温郁金",
            "联系电话",
            "0000-0000000",
            "共性承诺",
            "184人次",
            "岗位承诺",
            "事实承诺",
            "扶手24副",
            "衡量标准：",
            "12间、24副",
            "受益对象：",
            "三病区产妇",
            "承诺日期",
            "2010年10月8日",
            "完成时限",
            "2011年9月30日",
            "公开形式",
            "门诊大厅",
        ],
    );
    for part in [
        "承诺党支部",
        "支部大会通过",
        "院党委",
        "姜𬭎",
        "2010年10月13日",
        "编号：CX-2010-0012",
        "核验码：3F8D-61KT",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn annex_2_has_the_fields_of_the_notice_in_its_order() {
    let sample = sample();
    let pdf = annex2(std::slice::from_ref(&sample.person), &sample.form_text, day()).expect("a file");
    assert_eq!(pages_of(&pdf), 1);
    in_order(
        &text_of(&pdf),
        &[
            "附件2",
            "创先争优活动共产党员承诺书",
            "党员姓名",
            "王䶮",
            "性别",
            "女",
            "民族",
            "土家族",
            "文化程度",
            "出生年月",
            "1976年3月",
            "入党时间",
            "1999年7月",
            "联系电话",
            "13800000000",
            "承诺日期",
            "完成时限",
            "公开形式",
        ],
    );
    let text = text_of(&pdf);
    for part in [
        "工作单位",
        "副主任医师",
        "党员签名",
        "党支部书记",
        "（分管领导）",
        "马㛃雅",
        "同意",
        "7QK2-M4XD",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn rare_names_are_read_back() {
    let sample = sample();
    for name in ["王䶮", "马㛃雅", "姜𬭎", "𰻞", "阿依古丽·买买提", "欧阳娜娜"] {
        let form = PersonForm {
            name: name.to_owned(),
            ..sample.person.clone()
        };
        let pdf = annex2(&[form], &sample.form_text, day()).expect("a file");
        assert!(text_of(&pdf).contains(name), "{name}");
    }
    assert!(unprintable("王䶮马㛃雅姜𬭎𰻞").is_empty());
    assert_eq!(unprintable("好\u{1F44D}\u{200D}"), ['\u{1F44D}']);
}

#[test]
fn a_blank_form_is_one_page_with_an_empty_date() {
    let sample = sample();
    for pdf in [
        annex1(&[BranchForm::default()], &sample.form_text, day()).expect("a file"),
        annex2(&[PersonForm::default()], &sample.form_text, day()).expect("a file"),
    ] {
        assert_eq!(pages_of(&pdf), 1);
        assert!(text_of(&pdf).contains("年月日"));
    }
}

#[test]
fn the_same_values_give_the_same_bytes() {
    let sample = sample();
    let first = annex2(std::slice::from_ref(&sample.person), &sample.form_text, day());
    annex1(std::slice::from_ref(&sample.branch), &sample.form_text, day()).expect("another file between");
    let again = annex2(std::slice::from_ref(&sample.person), &sample.form_text, day());
    assert!(first == again && first.is_ok());
    assert!(official(&sample.notice, day()) == official(&sample.notice, day()));
}

#[test]
fn markup_is_text() {
    let sample = sample();
    let hostile = "#import \"@preview/x:1.0.0\": * $x^2$ *a* _b_ `c` <l> @r \\u{41} // no /* no */ = h #panic(1) [x] ~ --- ...";
    let form = PersonForm {
        name: "#sys.inputs".to_owned(),
        groups: one_item(hostile),
        publicity: "\"}{\\".to_owned(),
        secretary_seal: Some(Decision {
            name: "$王$".to_owned(),
            ..Decision::default()
        }),
        ..PersonForm::default()
    };
    let text = text_of(&annex2(&[form], &sample.form_text, day()).expect("a file"));
    for part in [squeeze(hostile).as_str(), "#sys.inputs", "\"}{\\", "$王$"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn long_text_flows_on_with_heads_repeated_and_nothing_lost() {
    let sample = sample();
    let long: String = (0..150)
        .map(|number| format!("第{number:04}件，写成一行\n"))
        .collect();
    let form = BranchForm {
        groups: one_item(&long),
        ..sample.branch.clone()
    };
    let pdf = annex1(&[form, sample.branch.clone()], &sample.form_text, day()).expect("a file");
    let pages = pages_of(&pdf);
    assert!((4..=6).contains(&pages), "{pages} pages");
    let text = text_of(&pdf);
    for number in 0..150 {
        assert!(text.contains(&format!("第{number:04}")), "{number} was lost");
    }
    assert!(text.contains("创先争优活动党支部承诺书（续）"));
    assert!(text.contains(&format!("第2页，共{}页", pages - 1)));
    assert!(
        text.matches("党支部负责人").count() == pages,
        "heads are repeated on every page"
    );
}

#[test]
fn unbreakable_text_stays_on_the_paper() {
    let sample = sample();
    let form = PersonForm {
        groups: one_item(&"x".repeat(5_000)),
        ..PersonForm::default()
    };
    let pdf = annex2(&[form], &sample.form_text, day()).expect("a file");
    assert_eq!(text_of(&pdf).matches('x').count(), 5_000);
    // What lies outside the page is not in a crop of the page.
    let crop = poppler(
        "pdftotext",
        &["-raw", "-x", "0", "-y", "0", "-W", "580", "-H", "842"],
        &pdf,
    );
    assert_eq!(crop.matches('x').count(), 5_000);
}

#[test]
fn emoji_and_direction_marks_do_no_harm() {
    let sample = sample();
    let form = PersonForm {
        name: "王\u{202E}䶮\u{2069}".to_owned(),
        groups: one_item("好\u{1F44D}\u{1F3FD}\u{200D}的\u{0}\u{FFFE}，\u{E000}の한"),
        ..PersonForm::default()
    };
    let text = text_of(&annex2(&[form], &sample.form_text, day()).expect("a file"));
    assert!(text.contains("王䶮") && text.contains("好□的"), "{text}");
}

#[test]
fn a_branch_in_one_file_has_a_page_for_each() {
    let sample = sample();
    let forms: Vec<PersonForm> = (0..5)
        .map(|number| PersonForm {
            name: format!("党员{number}"),
            ..sample.person.clone()
        })
        .collect();
    let pdf = annex2(&forms, &sample.form_text, day()).expect("a file");
    assert_eq!(pages_of(&pdf), 5);
    in_order(&text_of(&pdf), &["党员0", "党员1", "党员2", "党员3", "党员4"]);
    assert_eq!(annex2(&[], &sample.form_text, day()), Err(DocumentError::Empty));
}

#[test]
fn files_are_tagged_dated_and_titled() {
    let sample = sample();
    let pdf = annex1(std::slice::from_ref(&sample.branch), &sample.form_text, day()).expect("a file");
    let info = poppler("pdfinfo", &["-isodates"], &pdf);
    assert!(
        info.contains("Title:           创先争优活动党支部承诺书"),
        "{info}"
    );
    assert!(info.contains("CreationDate:    2010-10-20"), "{info}");
    assert!(info.contains("Tagged:          yes"), "{info}");
    assert!(
        info.contains("Page size:       595.276 x 841.89 pts (A4)"),
        "{info}"
    );
    let bytes = String::from_utf8_lossy(&pdf);
    assert!(bytes.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(bytes.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
    assert!(bytes.contains("<pdfuaid:part>1</pdfuaid:part>"));
    let structure = poppler("pdfinfo", &["-struct"], &pdf);
    for tag in ["H1", "Table", "TH", "TD"] {
        assert!(structure.contains(tag), "{tag} in {structure}");
    }
}

#[test]
fn both_languages_have_every_word() {
    let sample = sample();
    for lang in lang::Lang::ALL {
        let text = FormText::of(lang);
        let mut branch = sample.branch.clone();
        branch.groups[0].label = "Common".to_owned();
        let words = format!("{text:?}{:?}", WallText::of(lang));
        assert!(!words.contains("documents."), "a key without a text: {words}");
        assert_eq!(pages_of(&annex1(&[branch], &text, day()).expect("a file")), 1);
        assert_eq!(
            pages_of(&annex2(std::slice::from_ref(&sample.person), &text, day()).expect("a file")),
            1
        );
        for error in [
            DocumentError::Empty,
            DocumentError::FontsTooLate,
            DocumentError::QrTooLong { bytes: 1 },
            DocumentError::QrUnreadable,
        ] {
            assert!(lang::find(lang, error.key()).is_some(), "{error}");
        }
    }
}

#[test]
fn the_pledge_block_never_runs_into_the_rows_below() {
    let sample = sample();
    for count in 1..=11 {
        let item = PledgeItem {
            text: "每位住院产妇术前谈话不少于15分钟，谈完请产妇或家属复述一遍要点，并记入病历。".to_owned(),
            measure: "病历抽查每月10份".to_owned(),
            beneficiary: "住院手术产妇".to_owned(),
            due: "2011年6月30日".to_owned(),
            ..PledgeItem::default()
        };
        let mut items = vec![item; count];
        items.push(PledgeItem {
            text: "终".to_owned(),
            ..PledgeItem::default()
        });
        let groups = vec![PledgeGroup {
            label: "一、岗位承诺".to_owned(),
            items,
        }];
        let branch = BranchForm {
            groups: groups.clone(),
            ..sample.branch.clone()
        };
        let person = PersonForm {
            groups,
            ..sample.person.clone()
        };
        for pdf in [
            annex1(&[branch], &sample.form_text, day()).expect("a file"),
            annex2(&[person], &sample.form_text, day()).expect("a file"),
        ] {
            if pages_of(&pdf) > 1 {
                assert!(count > 7, "{count} items fit on a page");
                continue;
            }
            let (end, below) = (edges(&pdf, "终").1, edges(&pdf, "承诺日期"));
            assert!(
                end < below.0,
                "{count} items run into the row below: {end} and {below:?}"
            );
            assert!(
                below.1 < 720.0,
                "{count} items push the rows off the page: {below:?}"
            );
        }
    }
}

#[test]
fn every_numbered_sheet_bears_a_number_of_its_own_and_a_code_that_opens_it() {
    let text = sample().form_text;
    let numbers = ["2026-Z04-K0007", "2026-Z04-K0008", "2026-Z04-K0009"];
    let address = |number: &str| {
        format!("https://promises.hospital.example.org/branch-pledge/on-behalf?number={number}")
    };
    let marks = numbers.map(|number| paper::Mark {
        text: format!("空白 {number}"),
        address: address(number),
    });
    let hint = "交回后扫码或按编号录入";
    for document in [
        paper::annex1(&vec![BranchForm::default(); 3], &text, day()),
        paper::annex2(&vec![PersonForm::default(); 3], &text, day()),
    ] {
        let document = document.marked(marks.to_vec(), hint).expect("codes");
        let pdf = document.write(Format::Pdf).expect("a file");
        assert_eq!(pages_of(&pdf), 3);
        let text = text_of(&pdf);
        for (page, number) in (1..).zip(numbers) {
            // In the head and in the foot.
            assert_eq!(text.matches(number).count(), 2, "{number}: {text}");
            assert_eq!(scanned::codes(&pdf, page, 200), [address(number)], "page {page}");
        }
    }
}
