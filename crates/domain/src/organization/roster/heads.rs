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
    for branch in &out.branches {
        for (name, post) in [
            (&branch.secretary, Some(BranchPost::Secretary)),
            (&branch.commissioner, Some(BranchPost::Commissioner)),
            (&branch.line_leader, None),
        ] {
            if let Some(key) = fault(branch, name, post, &by_name) {
                let args = [("name", name.as_str()), ("branch", branch.name.as_str())];
                notes.push(problem(&branch.sheet, branch.row, "", key, &args, false));
            }
        }
    }
    notes.extend(other_secretaries(out));
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
        0 => Some("roster.head_unknown"),
        1 => None,
        _ => Some("roster.head_twice"),
    }
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
