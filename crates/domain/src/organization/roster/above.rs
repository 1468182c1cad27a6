//! The unit above each branch: a house of three levels writes the general branch beside its branches.

use std::collections::HashMap;

use super::columns::is_committee;
use super::read::problem;
use super::value::folded;
use super::{RosterBranch, RosterReading, RowProblem};
use crate::organization::UnitKind;

/// Gives branches the unit above that the rows of their people name, adds general branches that are named only there, and
/// notes what cannot be.
pub(super) fn check(out: &mut RosterReading) {
    let mut notes = of_people(out);
    let mut made: Vec<RosterBranch> = Vec::new();
    let known: HashMap<String, UnitKind> = out
        .branches
        .iter()
        .map(|b| (folded(&b.name), UnitKind::of_branch(&b.name)))
        .collect();
    for branch in &mut out.branches {
        let above = folded(&branch.above);
        if above == folded(&branch.name) {
            // A general branch that names itself stands where it stood.
            branch.above.clear();
        }
        if branch.above.is_empty() || is_committee(&branch.above) {
            continue;
        }
        let general = UnitKind::of_branch(&branch.above) == UnitKind::GeneralBranch;
        let may = UnitKind::of_branch(&branch.name).may_stand_under(Some(UnitKind::GeneralBranch));
        if !(general && may) {
            notes.push(note(branch, "roster.above_unfit"));
            branch.above.clear();
        } else if !known.contains_key(&above) && made.iter().all(|m| folded(&m.name) != above) {
            notes.push(note(branch, "roster.above_unlisted"));
            made.push(RosterBranch {
                sheet: branch.sheet.clone(),
                row: branch.row,
                name: branch.above.clone(),
                ..RosterBranch::default()
            });
        }
    }
    out.branches.extend(made);
    out.problems.extend(notes);
}

/// What the rows of people say, where the sheet of branches says nothing; the first row counts.
fn of_people(out: &mut RosterReading) -> Vec<RowProblem> {
    let mut notes = Vec::new();
    let places: HashMap<String, usize> = out
        .branches
        .iter()
        .enumerate()
        .map(|(at, b)| (folded(&b.name), at))
        .collect();
    for person in out.people.iter().filter(|p| !p.above.is_empty()) {
        let place = places.get(&folded(&person.record.branch));
        let Some(branch) = place.and_then(|at| out.branches.get_mut(*at)) else {
            continue;
        };
        if branch.above.is_empty() {
            branch.above.clone_from(&person.above);
        } else if folded(&branch.above) != folded(&person.above) {
            let args = [
                ("above", person.above.as_str()),
                ("branch", branch.name.as_str()),
                ("first", branch.above.as_str()),
            ];
            let key = "roster.above_differs";
            notes.push(problem(&person.sheet, person.row, "", key, &args, false));
        }
    }
    notes
}

fn note(branch: &RosterBranch, key: &str) -> RowProblem {
    let args = [("above", branch.above.as_str()), ("branch", branch.name.as_str())];
    problem(&branch.sheet, branch.row, "", key, &args, false)
}

#[cfg(test)]
mod tests {
    use crate::organization::raw::{Merged, RawBook, RawCell, RawSheet};
    use crate::organization::roster::{RosterReading, RowProblem, read};
    use std::collections::BTreeMap;

    fn sheet(name: &str, lines: &[&str]) -> RawSheet {
        let cells = |line: &&str| line.split('|').map(|c| RawCell::Text(c.to_owned())).collect();
        RawSheet {
            name: name.to_owned(),
            rows: lines.iter().map(cells).collect(),
            ..RawSheet::default()
        }
    }

    fn told(reading: &RosterReading) -> Vec<(&str, &str)> {
        let branch = |p: &'_ RowProblem| p.args.iter().position(|(n, _)| n == "branch");
        let all = reading.problems.iter();
        all.map(|p| (p.key.as_str(), branch(p).map_or("", |at| p.args[at].1.as_str())))
            .collect()
    }

    fn places(reading: &RosterReading) -> Vec<(&str, &str)> {
        let all = reading.branches.iter();
        all.map(|b| (b.name.as_str(), b.above.as_str())).collect()
    }

    const PEOPLE: [&str; 5] = [
        "所在党支部|姓名|人员类别|备注",
        "古城村党支部|王文红|正式党员|支部书记",
        "赵家村党支部|马㛃雅|正式党员|",
        "青山村党支部|姜𬭎|正式党员|",
        "镇机关党总支|王䶮|正式党员|支部书记",
    ];

    #[test]
    fn a_house_of_three_levels_comes_in_with_its_sheet_of_branches() {
        let mut branches = sheet(
            "支部一览",
            &[
                "上级党组织|党支部名称|支部书记|分管领导",
                "东片党总支|古城村党支部|王文红|",
                "|赵家村党支部|王文红|",
                "镇机关党总支|青山村党支部||",
                "清河镇党委|镇机关党总支|王䶮|",
                "妇联|河西村党支部|李四|",
            ],
        );
        branches.merged.push(Merged {
            top: 1,
            left: 0,
            bottom: 2,
            right: 0,
        });
        let book = RawBook {
            sheets: vec![sheet("名册", &PEOPLE), branches],
        };
        let reading = read(&book, &BTreeMap::new());
        assert_eq!(
            places(&reading),
            [
                ("古城村党支部", "东片党总支"),
                ("赵家村党支部", "东片党总支"),
                ("青山村党支部", "镇机关党总支"),
                ("镇机关党总支", "清河镇党委"),
                ("河西村党支部", ""),
                ("东片党总支", ""),
            ]
        );
        assert_eq!(
            told(&reading),
            [
                ("roster.secretary_elsewhere", "赵家村党支部"),
                ("roster.head_unknown", "河西村党支部"),
                ("roster.secretary_missing", "青山村党支部"),
                ("roster.above_unlisted", "古城村党支部"),
                ("roster.above_unfit", "河西村党支部"),
            ]
        );
        assert_eq!(reading.branches[1].secretary_of, "古城村党支部");
        assert!(reading.problems.iter().all(|p| !p.blocking));
    }

    #[test]
    fn the_roster_itself_may_name_the_unit_above() {
        let people = sheet(
            "名册",
            &[
                "党总支|党支部|姓名|人员类别",
                "东片党总支|古城村党支部|王文红|正式党员",
                "|古城村党支部|马㛃雅|正式党员",
                "西片党总支|古城村党支部|姜𬭎|正式党员",
                "东片党总支|东片党总支|王䶮|正式党员",
                "东片党总支|镇机关党总支|李四|正式党员",
            ],
        );
        let book = RawBook { sheets: vec![people] };
        let reading = read(&book, &BTreeMap::new());
        assert_eq!(
            places(&reading),
            [
                ("古城村党支部", "东片党总支"),
                ("东片党总支", ""),
                ("镇机关党总支", ""),
            ]
        );
        assert_eq!(
            told(&reading),
            [
                ("roster.above_differs", "古城村党支部"),
                ("roster.above_unfit", "镇机关党总支"),
            ]
        );
    }

    #[test]
    fn two_people_of_one_name_elsewhere_are_nobodys_secretary() {
        let people = sheet(
            "名册",
            &[
                PEOPLE[0],
                "甲党支部|王文红|正式党员|支部书记",
                "乙党支部|王文红|正式党员|",
                "丙党支部|马㛃雅|正式党员|",
            ],
        );
        let branches = sheet("支部一览", &["党支部名称|支部书记|分管领导", "丙党支部|王文红|"]);
        let book = RawBook {
            sheets: vec![people, branches],
        };
        let reading = read(&book, &BTreeMap::new());
        assert!(told(&reading).contains(&("roster.head_twice", "丙党支部")));
        assert_eq!(reading.branches[0].secretary_of, "");
    }
}
