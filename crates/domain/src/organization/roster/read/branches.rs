//! The sheet of branches of a roster.

use super::*;

pub(super) fn read_branches(
    sheet: &RawSheet,
    header_row: usize,
    columns: &BTreeMap<BranchField, usize>,
    out: &mut RosterReading,
) {
    skip_titles(sheet, header_row, out);
    let above = merged(sheet, header_row, columns.get(&BranchField::Above));
    for (at, row) in sheet.rows.iter().enumerate().skip(header_row + 1) {
        if is_blank(row) {
            continue;
        }
        if is_total(row) {
            out.skip(sheet, at + 1, "roster.skipped_total");
            continue;
        }
        if faults(sheet, header_row, columns, at, out) {
            continue;
        }
        let text = |field| value::plain(columns.get(&field).and_then(|c| row.get(*c)));
        let name: String = text(BranchField::BranchName).split_whitespace().collect();
        if name.is_empty() {
            out.problems.push(problem(
                &sheet.name,
                at + 1,
                "",
                "roster.branch_name_missing",
                &[],
                true,
            ));
            continue;
        }
        if out.branches.iter().any(|b| folded(&b.name) == folded(&name)) {
            out.problems.push(problem(
                &sheet.name,
                at + 1,
                "",
                "roster.branch_twice",
                &[("branch", &name)],
                true,
            ));
            continue;
        }
        let phone = phone(sheet, columns, at, row, out);
        out.branches.push(RosterBranch {
            sheet: sheet.name.clone(),
            row: at + 1,
            name,
            above: above_of(text(BranchField::Above), &above, at),
            covers: text(BranchField::Covers),
            secretary: text(BranchField::Secretary).split_whitespace().collect(),
            commissioner: text(BranchField::Commissioner).split_whitespace().collect(),
            phone,
            line_leader: text(BranchField::LineLeader).split_whitespace().collect(),
            secretary_of: String::new(),
        });
    }
}

/// The phone as typed; one that is none is told.
fn phone(
    sheet: &RawSheet,
    columns: &BTreeMap<BranchField, usize>,
    at: usize,
    row: &[RawCell],
    out: &mut RosterReading,
) -> String {
    let cell = columns.get(&BranchField::Phone).and_then(|c| row.get(*c));
    value::phone(cell).unwrap_or_else(|typed| {
        let args = [("text", typed.as_str())];
        let key = "roster.phone_form";
        out.problems
            .push(problem(&sheet.name, at + 1, "", key, &args, false));
        typed
    })
}

/// Tells errors of the spreadsheet in a row; whether one hides the name, without which there is no branch.
fn faults(
    sheet: &RawSheet,
    header_row: usize,
    columns: &BTreeMap<BranchField, usize>,
    at: usize,
    out: &mut RosterReading,
) -> bool {
    let cell = |row: usize, column: usize| sheet.rows.get(row).and_then(|r| r.get(column));
    let mut nameless = false;
    for (&field, &column) in columns {
        let Some(fault) = cell(at, column).filter(|c| value::is_fault(c)) else {
            continue;
        };
        let named = field == BranchField::BranchName;
        nameless |= named;
        let head = cell(header_row, column).map(RawCell::text).unwrap_or_default();
        let (key, text) = (value::fault_key(fault, named), fault.text());
        let found = problem(&sheet.name, at + 1, &head, key, &[("text", &text)], named);
        out.problems.push(found);
    }
    nameless
}
