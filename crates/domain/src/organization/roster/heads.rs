//! Holding the sheet of branches against the people: the two often come from two hands.

use std::collections::{HashMap, HashSet};

use super::read::problem;
use super::value::folded;
use super::{BranchPost, RosterBranch, RosterPerson, RosterReading};

/// Adds branches that only people name, and notes where heads of branches are not found or disagree.
pub(super) fn check(out: &mut RosterReading) {
    let listed = !out.branches.is_empty();
    let mut known: HashSet<String> = out.branches.iter().map(|b| folded(&b.name)).collect();
    for person in &out.people {
        if known.insert(folded(&person.record.branch)) {
            let name = &person.record.branch;
            if listed {
                let args = [("branch", name.as_str())];
                out.problems.push(problem(
                    &person.sheet,
                    person.row,
                    "",
                    "roster.branch_unlisted",
                    &args,
                    false,
                ));
            }
            out.branches.push(RosterBranch {
                sheet: person.sheet.clone(),
                row: person.row,
                name: name.clone(),
                ..RosterBranch::default()
            });
        }
    }
    let mut by_name: HashMap<String, Vec<&RosterPerson>> = HashMap::new();
    for person in &out.people {
        by_name
            .entry(folded(&person.record.name))
            .or_default()
            .push(person);
    }
    let mut notes = vec![];
    for branch in &mut out.branches {
        if let Some(elsewhere) = elsewhere(branch, &by_name) {
            branch.secretary_of = elsewhere;
        }
    }
    for branch in &out.branches {
        for (name, post) in [
            (&branch.secretary, Some(BranchPost::Secretary)),
            (&branch.commissioner, Some(BranchPost::Commissioner)),
            (&branch.line_leader, None),
        ] {
            if let Some(key) = fault(branch, name, post, &by_name) {
                let args = [
                    ("name", name.as_str()),
                    ("branch", branch.name.as_str()),
                    ("other", branch.secretary_of.as_str()),
                ];
                notes.push(problem(&branch.sheet, branch.row, "", key, &args, false));
            }
        }
    }
    notes.extend(other_secretaries(out));
    notes.extend(headless(out));
    out.problems.extend(notes);
}

/// Why the head named by the sheet of branches cannot be tied to one person.
fn fault(
    branch: &RosterBranch,
    name: &str,
    post: Option<BranchPost>,
    by_name: &HashMap<String, Vec<&RosterPerson>>,
) -> Option<&'static str> {
    if name.is_empty() {
        return None;
    }
    let all = by_name.get(&folded(name)).map_or(&[][..], Vec::as_slice);
    // A line leader may belong to any branch, its own officers only to it.
    let here = all
        .iter()
        .filter(|p| post.is_none() || folded(&p.record.branch) == folded(&branch.name))
        .count();
    match here {
        0 if post == Some(BranchPost::Secretary) && !branch.secretary_of.is_empty() => {
            Some("roster.secretary_elsewhere")
        }
        0 if all.len() > 1 => Some("roster.head_twice"),
        0 => Some("roster.head_unknown"),
        1 => None,
        _ => Some("roster.head_twice"),
    }
}

/// The branch whose roster has the secretary of another, when only one person of the file has his name.
fn elsewhere(branch: &RosterBranch, by_name: &HashMap<String, Vec<&RosterPerson>>) -> Option<String> {
    match by_name.get(&folded(&branch.secretary))?.as_slice() {
        [one] if folded(&one.record.branch) != folded(&branch.name) => Some(one.record.branch.clone()),
        _ => None,
    }
}

/// Branches of the sheet of branches for which nobody is named: nobody could look at what they hand in. A file that
/// names no secretary at all says nothing about them.
fn headless(out: &RosterReading) -> Vec<super::RowProblem> {
    let remarked: HashSet<String> = out
        .people
        .iter()
        .filter(|p| p.branch_posts.contains(&BranchPost::Secretary))
        .map(|p| folded(&p.record.branch))
        .collect();
    let named = |b: &RosterBranch| !b.secretary.is_empty() || remarked.contains(&folded(&b.name));
    if !out.branches.iter().any(named) {
        return vec![];
    }
    let without = out.branches.iter().filter(|b| !named(b));
    let note = |branch: &RosterBranch| {
        let args = [("branch", branch.name.as_str())];
        problem(
            &branch.sheet,
            branch.row,
            "",
            "roster.secretary_missing",
            &args,
            false,
        )
    };
    without.map(note).collect()
}

/// People whose remark makes them secretary of a branch for which the sheet of branches names somebody else.
fn other_secretaries(out: &RosterReading) -> Vec<super::RowProblem> {
    let named: HashMap<String, &str> = out
        .branches
        .iter()
        .filter(|b| !b.secretary.is_empty())
        .map(|b| (folded(&b.name), b.secretary.as_str()))
        .collect();
    let differs = |person: &&RosterPerson| {
        person.branch_posts.contains(&BranchPost::Secretary)
            && named
                .get(&folded(&person.record.branch))
                .is_some_and(|n| folded(n) != folded(&person.record.name))
    };
    let note = |person: &RosterPerson| {
        let args = [
            ("name", person.record.name.as_str()),
            ("branch", person.record.branch.as_str()),
        ];
        problem(
            &person.sheet,
            person.row,
            "",
            "roster.secretary_differs",
            &args,
            false,
        )
    };
    out.people.iter().filter(differs).map(note).collect()
}

/// Keeps somebody who stands on two sheets once: the sheet of the whole house beside one for each branch.
pub(super) fn twice(out: &mut RosterReading) {
    let mut seen: HashMap<String, (String, usize)> = HashMap::new();
    let (mut kept, mut told) = (Vec::new(), Vec::new());
    for person in std::mem::take(&mut out.people) {
        let key = super::plan::roster_key(&person.record);
        match seen.get(&key) {
            Some((sheet, row)) => {
                let (name, row) = (person.record.name.as_str(), row.to_string());
                let args = [("name", name), ("sheet", sheet.as_str()), ("first", row.as_str())];
                let key = "roster.person_on_two_sheets";
                told.push(problem(&person.sheet, person.row, "", key, &args, true));
            }
            None => {
                seen.insert(key, (person.sheet.clone(), person.row));
                kept.push(person);
            }
        }
    }
    out.people = kept;
    out.problems.extend(told);
}

#[cfg(test)]
mod tests {
    use crate::organization::PersonClass;
    use crate::organization::raw::{RawBook, RawCell, RawSheet};
    use crate::organization::roster::{ColumnMap, read, suggest};
    use std::collections::BTreeMap;

    fn sheet(name: &str, lines: &[&str]) -> RawSheet {
        let cells = |line: &&str| line.split('|').map(|c| RawCell::Text(c.to_owned())).collect();
        RawSheet {
            name: name.to_owned(),
            rows: lines.iter().map(cells).collect(),
            ..RawSheet::default()
        }
    }

    #[test]
    fn who_stands_on_two_sheets_is_one_person_and_a_sheet_without_classes_gets_one() {
        let head = "姓名|所在党支部|出生年月|人员类别";
        let whole = sheet(
            "总表",
            &[
                head,
                "王䶮|甲党支部|1974.01|正式党员",
                "马㛃雅|甲党支部|1985.03|正式党员",
            ],
        );
        let one = sheet(
            "甲党支部",
            &[
                head,
                "王䶮|甲党支部|1974.01|正式党员",
                "王䶮|甲党支部|1990.05|预备党员",
            ],
        );
        let reading = read(
            &RawBook {
                sheets: vec![whole, one],
            },
            &BTreeMap::new(),
        );
        let names: Vec<_> = reading
            .people
            .iter()
            .map(|p| p.record.birth_month.as_str())
            .collect();
        assert_eq!(names.len(), 3, "two people of one name stay two: {names:?}");
        let told: Vec<_> = reading.problems.iter().filter(|p| p.blocking).collect();
        assert_eq!(
            (told.len(), told[0].key.as_str()),
            (1, "roster.person_on_two_sheets")
        );
        assert_eq!((told[0].sheet.as_str(), told[0].row), ("甲党支部", 2));

        let bare = sheet("名册", &["姓名|所在党支部|出生年月", "王䶮|甲党支部|1974.01"]);
        let map = ColumnMap {
            class: Some(PersonClass::FullMember),
            ..suggest(&bare).expect("a header")
        };
        let book = RawBook { sheets: vec![bare] };
        assert!(read(&book, &BTreeMap::new()).people.is_empty());
        let reading = read(&book, &BTreeMap::from([(0, map)]));
        assert!(
            reading.problems.iter().all(|p| !p.blocking),
            "{:?}",
            reading.problems
        );
        assert_eq!(reading.people[0].record.class, PersonClass::FullMember);
    }

    #[test]
    fn lines_under_the_list_are_no_people() {
        let head = "姓名|所在党支部|出生年月|人员类别";
        let signed = sheet(
            "名册",
            &[
                head,
                "王䶮|甲党支部|1974.01|正式党员",
                "填表人：马㛃雅|审核人：姜𬭎||",
                "注：1.本表一式两份，支部留存一份。|||",
            ],
        );
        let reading = read(&RawBook { sheets: vec![signed] }, &BTreeMap::new());
        assert!(
            reading.problems.iter().all(|p| !p.blocking),
            "{:?}",
            reading.problems
        );
        let skipped: Vec<_> = reading.skipped.iter().map(|s| (s.row, s.key.as_str())).collect();
        assert_eq!(skipped, [(3, "roster.skipped_note"), (4, "roster.skipped_note")]);
    }
}
