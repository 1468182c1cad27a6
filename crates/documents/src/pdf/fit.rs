//! Which forms surely fit on one page. Trying costs a second layout of the form, so the many ordinary ones
//! are recognised by counting; the few others are measured by the template. The count errs towards "no".
//!
//! Lengths are in points; widths of text in ems of its own size. They mirror `templates/form.typ`.

use super::{BranchForm, Decision, FormText, PersonForm, PledgeGroup};

/// Height of the type area.
const AREA: f64 = 711.0;
/// Mark and title above the grid.
const TITLE: f64 = 68.0;
/// A row of one line, and each further line.
const ROW: f64 = 29.0;
const LINE: f64 = 21.5;
const FACT_LINE: f64 = 19.0;
const BRANCH_SEAL: f64 = 101.0;
const PERSON_SEAL: f64 = 84.0;
/// What is kept free, since all of this is counted and not measured.
const RESERVE: f64 = 16.0;

/// Whether a branch form surely fits on one page at full size.
pub(super) fn branch(form: &BranchForm, text: &FormText) -> bool {
    let l = &text.branch;
    let labels = [
        &l.unit,
        &l.branch_name,
        &l.head,
        &l.phone,
        &l.branch_seal,
        &l.committee_seal,
    ];
    let head = row(&[(&form.unit, 10.0), (&form.branch_name, 10.0)])
        + row(&[(&form.head, 10.0), (&form.phone, 10.0)]);
    let tail = row(&[(&form.pledged_on, 10.0), (&form.due_by, 10.0)]) + row(&[(&form.publicity, 25.0)]);
    let seals = [&form.branch_seal, &form.committee_seal];
    labels.iter().all(|label| narrow(label, 6.2))
        && shared_labels(text)
        && seals.iter().all(|seal| small(seal.as_ref()))
        && TITLE + head + pledges(&form.groups, text) + tail + BRANCH_SEAL + RESERVE <= AREA
}

/// Whether a member form surely fits on one page at full size.
pub(super) fn person(form: &PersonForm, text: &FormText) -> bool {
    let l = &text.person;
    let wide = [&l.name, &l.education, &l.post, &l.signature];
    let slim = [&l.sex, &l.ethnicity, &l.birth_month, &l.joined, &l.phone];
    let head = row(&[(&form.name, 4.8), (&form.sex, 4.8), (&form.ethnicity, 5.8)])
        + row(&[
            (&form.education, 4.8),
            (&form.birth_month, 4.8),
            (&form.joined, 5.8),
        ])
        + row(&[(&form.post, 15.5), (&form.phone, 6.2)]);
    let tail = row(&[(&form.pledged_on, 9.0), (&form.due_by, 9.0)]) + row(&[(&form.publicity, 25.0)]);
    let seals = [&form.signature, &form.secretary_seal];
    wide.iter().all(|label| narrow(label, 6.2))
        && slim.iter().all(|label| narrow(label, 4.5))
        && narrow(&l.secretary_seal, 6.2)
        && shared_labels(text)
        && seals.iter().all(|seal| small(seal.as_ref()))
        && TITLE + head + pledges(&form.groups, text) + tail + PERSON_SEAL + RESERVE <= AREA
}

fn shared_labels(text: &FormText) -> bool {
    [&text.pledged_on, &text.due_by, &text.publicity]
        .iter()
        .all(|label| narrow(label, 4.5))
}

fn narrow(label: &str, ems: f64) -> bool {
    label.lines().count() <= 3 && label.lines().all(|line| width(line) <= ems)
}

/// A decision of at most three short lines stays within the room of its seal.
fn small(seal: Option<&Decision>) -> bool {
    seal.is_none_or(|seal| {
        let who = width(&seal.role) + width(&seal.name) + 1.0;
        width(&seal.words) <= 9.0
            && who <= 9.0
            && width(&seal.date) <= 9.0
            && ![&seal.words, &seal.role, &seal.name, &seal.date]
                .iter()
                .any(|text| text.contains('\n'))
    })
}

fn row(cells: &[(&String, f64)]) -> f64 {
    ROW + LINE
        * (cells
            .iter()
            .map(|(text, ems)| lines(text, *ems))
            .fold(1.0, f64::max)
            - 1.0)
}

/// The height of the pledge block; more than a page when nothing is in it, since empty groups share the room.
fn pledges(groups: &[PledgeGroup], text: &FormText) -> f64 {
    if groups.iter().all(|group| group.items.is_empty()) {
        return AREA;
    }
    let mut height = 26.0;
    if !text.pledge.is_empty() {
        height += 40.0;
    }
    for group in groups {
        height += 28.0 + LINE * (lines(&group.label, 28.0) - 1.0);
        for item in &group.items {
            let facts = [
                (&text.measure, &item.measure),
                (&text.beneficiary, &item.beneficiary),
                (&text.due, &item.due),
            ];
            let facts: Vec<f64> = facts
                .iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(label, value)| {
                    // A fact with a line end of its own is counted as two full lines.
                    width(label) + width(value) + 2.2 + 66.0 * f64::from(u8::from(value.contains('\n')))
                })
                .collect();
            height += 25.0 + LINE * (lines(&item.text, 29.5) - 1.0) + FACT_LINE * packed(&facts);
        }
    }
    height
}

/// Lines that pieces of these widths need when each goes whole to the next line unless it fits.
fn packed(pieces: &[f64]) -> f64 {
    let full = 34.0;
    let (mut count, mut used) = (0.0, full);
    for piece in pieces {
        if used + piece > full {
            count += (piece / full).ceil();
            used = piece % full;
        } else {
            used += piece;
        }
    }
    count
}

fn lines(text: &str, ems: f64) -> f64 {
    text.lines()
        .map(|line| (width(line) / ems).ceil().max(1.0))
        .sum::<f64>()
        .max(1.0)
}

/// Width in ems, rather too much: a change between Chinese and Latin adds a quarter.
fn width(text: &str) -> f64 {
    let mut ems = 0.0;
    let mut latin = None;
    for c in text.chars() {
        let now = c.is_ascii();
        ems += match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ' ' => 0.35,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.0,
            _ if c.is_ascii_uppercase() => 0.75,
            '0'..='9' => 0.55,
            _ if now => 0.6,
            _ => 1.0,
        };
        if latin.is_some_and(|before| before != now) {
            ems += 0.25;
        }
        latin = Some(now);
    }
    ems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::PledgeItem;

    #[test]
    fn an_ordinary_form_is_short_and_a_long_or_odd_one_is_not() {
        let text = FormText::of(lang::Lang::Zh);
        let item = |words: &str| PledgeItem {
            text: words.to_owned(),
            due: "2011年9月30日".to_owned(),
            ..PledgeItem::default()
        };
        let form = |items: Vec<PledgeItem>| PersonForm {
            groups: vec![PledgeGroup {
                label: "一、共性承诺".to_owned(),
                items,
            }],
            ..PersonForm::default()
        };
        assert!(person(&form(vec![item("每月参加支部学习不少于1次"); 4]), &text));
        assert!(!person(&form(vec![item("每月参加支部学习不少于1次"); 14]), &text));
        assert!(!person(&form(vec![item(&"字".repeat(1_000))]), &text));
        assert!(!person(&form(vec![item(&"\n".repeat(40))]), &text));
        assert!(
            !person(&PersonForm::default(), &text),
            "a blank form shares its room"
        );
        let mut long = form(vec![item("短")]);
        long.post = "字".repeat(400);
        assert!(!person(&long, &text));
        assert!(
            !person(&form(vec![item("短")]), &FormText::of(lang::Lang::En)),
            "labels that wrap are measured"
        );
    }

    #[test]
    fn pieces_are_packed_greedily() {
        assert_eq!(packed(&[]), 0.0);
        assert_eq!(packed(&[10.0, 10.0, 10.0]), 1.0);
        assert_eq!(packed(&[20.0, 20.0, 20.0]), 3.0);
        assert_eq!(packed(&[70.0]), 3.0);
    }
}
