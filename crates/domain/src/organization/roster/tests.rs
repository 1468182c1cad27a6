use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::organization::raw::{Merged, RawBook, RawCell, RawSheet};

fn cell(text: &str) -> RawCell {
    if text.is_empty() {
        RawCell::Empty
    } else {
        RawCell::Text(text.into())
    }
}

const HEADER: &str =
    "序号|所在党支部|姓名|性别|民族|文化程度|出生年月|入党时间|工作单位及职务|联系电话|人员类别|备注";

fn sheet(lines: &[&str]) -> RawSheet {
    let rows = lines
        .iter()
        .map(|line| line.split('|').map(cell).collect())
        .collect();
    RawSheet {
        name: "名册".into(),
        rows,
        ..RawSheet::default()
    }
}

fn book(sheets: Vec<RawSheet>) -> RawBook {
    RawBook { sheets }
}

fn read_lines(lines: &[&str]) -> RosterReading {
    let mut all = vec!["某院名册", HEADER];
    all.extend(lines);
    read(&book(vec![sheet(&all)]), &BTreeMap::new())
}

fn keys(reading: &RosterReading) -> Vec<&str> {
    reading.problems.iter().map(|p| p.key.as_str()).collect()
}

fn existing(reading: &RosterReading) -> Vec<ExistingPerson> {
    let known = |(at, p): (usize, &RosterPerson)| ExistingPerson {
        id: at.to_string(),
        record: p.record.clone(),
    };
    reading.people.iter().enumerate().map(known).collect()
}

#[test]
fn rows_as_people_write_them() {
    let reading = read_lines(&[
        "1|产科党支部|王䶮|女|汉|大学本科|1974.01|１９９５年１１月|产科一病区主任|１３８００００００００|正式党员|支部书记",
        "2||马 㛃雅|女|土家族|本科|1974-2|2010.08|产科护士|027-87161251|预备党员|长期病休",
        "",
        "5||姜𬭎|男|汉族|硕士研究生|197503|199511|院领导|138-0000-0001|正式党员|院长、党委副书记",
        "6||𰻞|男|汉族|本科|1980.3||产科|13800000002|入党积极分子|",
        "合计|4||||||||||",
    ]);
    assert_eq!(keys(&reading), Vec::<&str>::new(), "{:?}", reading.problems);
    let names: Vec<&str> = reading.people.iter().map(|p| p.record.name.as_str()).collect();
    assert_eq!(names, ["王䶮", "马㛃雅", "姜𬭎", "𰻞"]);
    let first = &reading.people[0].record;
    assert_eq!(
        (first.ethnicity.as_str(), first.education.as_str()),
        ("汉族", "大学本科")
    );
    assert_eq!(
        (first.joined_month.as_str(), first.phone.as_str()),
        ("1995-11", "13800000000")
    );
    assert_eq!((first.title.as_str(), first.leading_cadre), ("支部书记", false));
    assert_eq!(reading.people[0].branch_posts, [BranchPost::Secretary]);
    assert!(reading.people.iter().all(|p| p.record.branch == "产科党支部"));
    assert_eq!(reading.filled_down, 3);
    let third = &reading.people[2].record;
    assert_eq!(
        (third.leading_cadre, third.title.as_str()),
        (true, "院长、党委副书记")
    );
    assert_eq!(reading.people[1].remark, "长期病休");
    assert_eq!(reading.skipped.len(), 2);
    assert_eq!(reading.branches.len(), 1);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_not_clear_is_said_with_row_and_column() {
    for (line, key, blocking) in [
        (
            "1|甲党支部||女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.name_missing",
            true,
        ),
        (
            "1|甲党支部|#N/A|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.cell_fault",
            true,
        ),
        (
            "1|#REF!|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.cell_fault",
            true,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|#NAME?|",
            "roster.cell_fault",
            true,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|#VALUE!|13800000000|正式党员|",
            "roster.cell_fault_empty",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|#DIV/0!|科|13800000000|正式党员|",
            "roster.cell_fault_empty",
            false,
        ),
        (
            "1|甲党支部|李四、王五|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.name_several",
            true,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1988.11|科|13800000000|正式党员|",
            "roster.joined_young",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1894.01|1995.11|科|13800000000|正式党员|",
            "roster.born_early",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|入党积极分子|",
            "roster.joined_outside",
            false,
        ),
        (
            "1|甲党支部|王?|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.name_lost_character",
            true,
        ),
        (
            "1|甲党支部|王\u{E863}|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.name_private_use",
            false,
        ),
        (
            "1||王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.branch_missing",
            true,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000||",
            "roster.class_missing",
            true,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|群众|",
            "roster.class_unknown",
            true,
        ),
        (
            "1|甲党支部|王一|雌|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.sex_unknown",
            false,
        ),
        (
            "1|甲党支部|王一|女|火星|本科|1974.01|1995.11|科|13800000000|正式党员|",
            "roster.ethnicity_unknown",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|七四年|1995.11|科|13800000000|正式党员|",
            "roster.month_unreadable",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1995.11|1974.01|科|13800000000|正式党员|",
            "roster.joined_before_birth",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01||科|13800000000|正式党员|",
            "roster.joined_missing",
            false,
        ),
        (
            "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|1.38E+10|正式党员|",
            "roster.phone_form",
            false,
        ),
        ("2|合计|99", "roster.total_differs", false),
    ] {
        let mut reading = read_lines(&[line]);
        // A sheet of nothing but sums has no people, which is told as well.
        reading.problems.retain(|p| p.key != "roster.no_rows");
        assert_eq!(keys(&reading), [key], "{line}");
        let problem = &reading.problems[0];
        assert_eq!((problem.row, problem.blocking), (3, blocking), "{line}");
        let total = key == "roster.total_differs";
        assert_eq!(reading.people.len(), usize::from(!blocking && !total), "{line}");
    }
    assert_eq!(
        keys(&read(&book(vec![sheet(&["a|b", "c|d"])]), &BTreeMap::new())),
        ["roster.header_missing"]
    );
    assert_eq!(
        keys(&read(&RawBook::default(), &BTreeMap::new())),
        ["roster.header_missing"]
    );
}

#[test]
fn numbers_lose_their_zero_and_nobody_guesses() {
    let mut one = sheet(&[HEADER, "1|甲党支部|王一|女|汉|本科|x|1995.11|科|y|正式党员|"]);
    for (number, month, key) in [
        (1960.1, "", Some("roster.month_ambiguous")),
        (1960.05, "1960-05", None),
        (1960.12, "1960-12", None),
        (27030.0, "1974-01", None),
    ] {
        one.rows[1][6] = RawCell::Number(number);
        one.rows[1][9] = RawCell::Number(15_469_937_111.0);
        let reading = read(&book(vec![one.clone()]), &BTreeMap::new());
        assert_eq!(keys(&reading).first().copied(), key, "{number}");
        assert_eq!(reading.people[0].record.birth_month, month);
        assert_eq!(reading.people[0].record.phone, "15469937111");
    }
    one.rows[1][6] = RawCell::Date("1962-02-01T00:00:00".into());
    let reading = read(&book(vec![one]), &BTreeMap::new());
    assert_eq!(reading.people[0].record.birth_month, "1962-02");
}

#[test]
fn merged_branch_cells_reach_as_far_as_they_reach() {
    let line = "|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|";
    let other = "|王二|女|汉|本科|1974.01|1995.11|科|13800000001|正式党员|";
    let third = "|王三|女|汉|本科|1974.01|1995.11|科|13800000002|正式党员|";
    let rows = [
        HEADER.to_owned(),
        format!("1|甲党支部{line}"),
        format!("2|{other}"),
        format!("3|{third}"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut one = sheet(&rows);
    one.merged = vec![Merged {
        top: 1,
        left: 1,
        bottom: 2,
        right: 1,
    }];
    let reading = read(&book(vec![one]), &BTreeMap::new());
    assert_eq!(reading.people.len(), 2);
    assert_eq!(
        (keys(&reading), reading.problems[0].row),
        (vec!["roster.branch_missing"], 4)
    );
}

#[test]
fn the_user_can_say_what_the_columns_are() {
    let odd = sheet(&["谁|在哪|啥", "王䶮|甲党支部|正式党员"]);
    let columns = BTreeMap::from([(Field::Name, 0), (Field::Branch, 1), (Field::Class, 2)]);
    let map = ColumnMap {
        header_row: 0,
        role: SheetRole::People(columns),
        branch: None,
        class: None,
        joined: BTreeMap::new(),
    };
    let reading = read(&book(vec![odd]), &BTreeMap::from([(0, map)]));
    assert_eq!((reading.people.len(), keys(&reading)), (1, vec![]));
}

#[test]
fn a_sheet_for_each_branch_is_read_by_its_name() {
    let head = "序号|姓名|人员类别";
    let named = |name: &str, rows: &[&str]| RawSheet {
        name: name.to_owned(),
        ..sheet(rows)
    };
    let sheets = vec![
        named("产科 党支部", &[head, "1|王䶮|正式党员", "2|马㛃雅|正式党员"]),
        named("儿科党总支", &[head, "1|姜𬭎|入党积极分子"]),
        named("Sheet3", &[head, "1|李四|正式党员"]),
    ];
    let reading = read(&book(sheets.clone()), &BTreeMap::new());
    let read_as = |r: &RosterReading| -> Vec<(String, String)> {
        let of = |p: &RosterPerson| (p.record.name.clone(), p.record.branch.clone());
        r.people.iter().map(of).collect()
    };
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let mut wanted = vec![
        text("王䶮", "产科党支部"),
        text("马㛃雅", "产科党支部"),
        text("姜𬭎", "儿科党总支"),
    ];
    assert_eq!(read_as(&reading), wanted);
    // A sheet whose name says nothing is not guessed at: the user says whose it is.
    assert_eq!(keys(&reading), ["roster.branch_column_missing"]);
    let map = ColumnMap {
        branch: Some("机关党支部".to_owned()),
        ..suggest(&sheets[2]).expect("a header")
    };
    let reading = read(&book(sheets), &BTreeMap::from([(2, map)]));
    wanted.push(text("李四", "机关党支部"));
    assert_eq!((read_as(&reading), keys(&reading)), (wanted, vec![]));
}

#[test]
fn hidden_sheets_and_heads_of_branches() {
    let people = sheet(&[
        HEADER,
        "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|支部书记",
    ]);
    let branches = sheet(&[
        "党支部名称|覆盖部门科室|支部书记|组织委员|联系电话|分管领导",
        "甲党支部|一科、二科|李四||027-87166264|王一",
    ]);
    let hidden = RawSheet {
        hidden: true,
        ..people.clone()
    };
    let reading = read(&book(vec![people, branches, hidden]), &BTreeMap::new());
    assert_eq!(
        keys(&reading),
        ["roster.head_unknown", "roster.secretary_differs"]
    );
    assert_eq!(reading.people.len(), 1);
    assert_eq!(reading.branches[0].covers, "一科、二科");
    assert_eq!(reading.skipped[0].key, "roster.skipped_hidden");
}

#[test]
fn one_person_twice_in_a_file() {
    let line = "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|";
    let reading = read_lines(&[line, line]);
    assert_eq!(
        (keys(&reading), reading.people.len()),
        (vec!["roster.person_twice"], 1)
    );
}

#[test]
fn plans_tell_people_of_one_name_apart() {
    let old = read_lines(&[
        "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
        "2|甲党支部|王一|女|汉|本科|1980.05|2001.11|科|13800000001|正式党员|",
        "3|乙党支部|李二|男|汉|本科|1970.01|1995.11|科|13800000002|正式党员|",
        "4|乙党支部|赵三|男|汉|本科|1970.01|1995.11|科||正式党员|",
    ]);
    let known = existing(&old);
    let again = plan(&known, &old, true);
    assert_eq!(
        (again.unchanged.len(), &again),
        (
            4,
            &RosterPlan {
                unchanged: again.unchanged.clone(),
                ..RosterPlan::default()
            }
        )
    );
    let new = read_lines(&[
        "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13900000000|正式党员|",
        "2|乙党支部|王一|女|汉|本科|1980.05|2001.11|科|13800000001|正式党员|",
        "3|甲党支部|王一|女|汉|本科|1990.05|2011.11|科|13800000009|预备党员|",
        "4|甲党支部|赵三|男|汉|本科|1970.01|1995.11|科||正式党员|",
    ]);
    let plan = plan(&known, &new, true);
    assert_eq!(
        (plan.change[0].id.as_str(), plan.change[0].fields[0].field),
        ("0", "phone")
    );
    assert_eq!(
        (plan.moved[0].change.id.as_str(), plan.moved[0].from.as_str()),
        ("1", "甲党支部")
    );
    assert_eq!(plan.add.len(), 1);
    assert_eq!(
        plan.unsure[0].candidates,
        ["3"],
        "no phone, another branch: the office decides"
    );
    assert_eq!(plan.leave, ["2"]);
}

#[test]
fn an_empty_cell_deletes_nothing() {
    let old = read_lines(&["1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|"]);
    let new = read_lines(&["1|甲党支部|王一|||||1995.11|||正式党员|"]);
    assert_eq!(plan(&existing(&old), &new, false).unchanged, ["0"]);
}

proptest! {
    #[test]
    fn any_cells_are_read_without_guessing(rows in proptest::collection::vec(proptest::collection::vec(".{0,6}", 0..13), 0..12)) {
        let mut all = sheet(&[HEADER]);
        all.rows.extend(rows.iter().map(|r| r.iter().map(|t| cell(t)).collect()));
        let reading = read(&book(vec![all]), &BTreeMap::new());
        prop_assert!(reading.people.len() <= rows.len());
    }

    #[test]
    fn a_second_import_changes_nothing(picks in proptest::collection::vec((0usize..4, 1i8..=3, 0usize..3, 0usize..3), 0..25)) {
        let lines: Vec<String> = picks.iter().map(|(name, month, phone, branch)| {
            let phone = if *phone == 0 { String::new() } else { format!("1380000000{phone}") };
            let birth = if *month == 3 { String::new() } else { format!("1974.0{month}") };
            format!("1|{}党支部|王{}|女|汉|本科|{birth}|1995.11|科|{phone}|正式党员|", ["甲", "乙", "丙"][*branch], ["一", "二", "䶮", "𰻞"][*name])
        }).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let reading = read_lines(&lines);
        let again = plan(&existing(&reading), &reading, true);
        prop_assert!(again.add.is_empty() && again.change.is_empty() && again.moved.is_empty() && again.leave.is_empty(), "{again:?}");
        prop_assert!(again.unsure.is_empty(), "{again:?}");
    }
}

#[test]
fn an_error_in_the_branch_is_not_filled_from_above() {
    let reading = read_lines(&[
        "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|",
        "2|#REF!|王二|女|汉|本科|1974.01|1995.11|科|13800000001|正式党员|",
        "3||王三|女|汉|本科|1974.01|1995.11|科|13800000002|正式党员|",
    ]);
    assert_eq!(keys(&reading), ["roster.cell_fault", "roster.branch_missing"]);
    assert_eq!(reading.people.len(), 1);
    assert_eq!(reading.branches.len(), 1);
    let fault = &reading.problems[0];
    assert_eq!((fault.row, fault.column.as_str()), (4, "所在党支部"));
}

#[test]
fn a_sheet_of_headers_has_no_people_and_says_so() {
    let reading = read_lines(&[]);
    assert_eq!(keys(&reading), ["roster.no_rows"]);
    assert!(reading.problems[0].blocking);
}

#[test]
fn heads_and_classes_of_other_rosters_are_known() {
    let own = |head: &str, row: &str| read(&book(vec![sheet(&[head, row])]), &BTreeMap::new());
    for (head, row) in [
        (
            "支部|姓名|性别|何时入党|身份",
            "甲党支部|王一|男|1995.11|中共正式党员",
        ),
        (
            "Branch|Name|Sex|Joined the Party|Category",
            "甲党支部|王一|M|1995-11|Full member",
        ),
        (
            "支部|姓名|Gender|入党时间|人员类别",
            "甲党支部|王一|male|199511|党员",
        ),
    ] {
        let reading = own(head, row);
        assert_eq!(keys(&reading), Vec::<&str>::new(), "{head}");
        let record = &reading.people[0].record;
        assert_eq!(record.sex, Some(crate::organization::Sex::Male), "{head}");
        assert_eq!(record.joined_month, "1995-11", "{head}");
        assert_eq!(record.class, PersonClass::FullMember);
    }
}

#[test]
fn months_to_come_are_told_by_the_day() {
    let mut reading = read_lines(&["1|甲党支部|王一|女|汉|本科|1974.01|2027.01|科|13800000000|正式党员|"]);
    reading.weigh(jiff::civil::date(2027, 1, 31));
    assert_eq!(keys(&reading), Vec::<&str>::new());
    reading.weigh(jiff::civil::date(2026, 12, 31));
    assert_eq!(keys(&reading), ["roster.joined_later"]);
    assert!(!reading.problems[0].blocking && reading.people.len() == 1);
}

#[test]
fn a_formula_never_worked_out_is_told_and_not_read_as_empty() {
    let line = "1|甲党支部|王一|女|汉|本科|1974.01|1995.11|科|13800000000|正式党员|";
    for (column, key) in [(2, "roster.cell_formula"), (8, "roster.cell_formula_empty")] {
        let mut book = book(vec![sheet(&["某院名册", HEADER, line])]);
        let row = book.sheets[0].rows.last_mut().expect("a row");
        row[column] = RawCell::Formula("=B1".to_owned());
        let reading = read(&book, &BTreeMap::new());
        assert_eq!(keys(&reading), [key]);
        assert_eq!(reading.problems[0].args[0].1, "=B1");
        assert_eq!(reading.people.len(), usize::from(column == 8));
    }
}
