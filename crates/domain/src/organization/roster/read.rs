//! Reading the sheets of a file as people and branches.

mod branches;
mod joined;
mod merged;
mod posts;
use branches::read_branches;
use merged::{above_of, merged};
use posts::posts;

use std::collections::{BTreeMap, HashMap};

use super::columns::{BranchField, ColumnMap, Field, OfAll, SheetRole, WORDS, doubles, suggest};
use super::value::{self, folded};
use super::{
    BranchPost, PersonRecord, RosterBranch, RosterPerson, RosterReading, RowProblem, Skipped, above, heads,
    plan,
};
use crate::organization::person::{PersonClass, read_class, read_ethnicity, read_sex};
use crate::organization::raw::{RawBook, RawCell, RawSheet};
use crate::pinyin::is_unread;

/// Reads a file as a roster. `maps` gives the columns of single sheets (by their place) where the user has set
/// them; every other sheet is read as [`suggest`] says. Hidden sheets are left out unless a map names them.
#[must_use]
pub fn read(book: &RawBook, maps: &BTreeMap<usize, ColumnMap>) -> RosterReading {
    let mut out = RosterReading::default();
    let mut found = false;
    for (at, sheet) in book.sheets.iter().enumerate() {
        let own = maps.get(&at).cloned();
        if own.is_none() && sheet.hidden {
            out.skip(sheet, 0, "roster.skipped_hidden");
            continue;
        }
        let map = own.or_else(|| suggest(sheet));
        let one = map.as_ref().map(ColumnMap::of_all).unwrap_or_default();
        match map {
            Some(ColumnMap {
                header_row,
                role: SheetRole::People(columns),
                ..
            }) => {
                found = true;
                People::new(sheet, header_row, columns, one).read(&mut out);
            }
            Some(ColumnMap {
                header_row,
                role: SheetRole::Branches(columns),
                ..
            }) => {
                read_branches(sheet, header_row, &columns, &mut out);
            }
            Some(ColumnMap {
                role: SheetRole::Ignored,
                ..
            })
            | None => out.skip(sheet, 0, "roster.skipped_sheet"),
        }
    }
    if !found {
        out.problems
            .push(problem("", 0, "", "roster.header_missing", &[], true));
    } else if out.people.is_empty() && out.problems.iter().all(|p| !p.blocking) {
        out.problems.push(problem("", 0, "", "roster.no_rows", &[], true));
    }
    heads::twice(&mut out);
    heads::check(&mut out);
    above::check(&mut out);
    out
}

pub(super) fn problem(
    sheet: &str,
    row: usize,
    column: &str,
    key: &str,
    args: &[(&str, &str)],
    blocking: bool,
) -> RowProblem {
    let args = args
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    RowProblem {
        sheet: sheet.to_owned(),
        row,
        column: column.to_owned(),
        key: key.to_owned(),
        args,
        blocking,
    }
}

impl RosterReading {
    fn skip(&mut self, sheet: &RawSheet, row: usize, key: &str) {
        self.skipped.push(Skipped {
            sheet: sheet.name.clone(),
            row,
            key: key.to_owned(),
        });
    }
}

/// A row of sums: one of its first cells says so.
fn is_total(row: &[RawCell]) -> bool {
    row.iter()
        .take(4)
        .any(|cell| WORDS.total_words.contains(&folded(&cell.text())))
}

fn is_blank(row: &[RawCell]) -> bool {
    row.iter().all(RawCell::is_blank)
}

fn skip_titles(sheet: &RawSheet, header_row: usize, out: &mut RosterReading) {
    for (at, row) in sheet.rows.iter().take(header_row).enumerate() {
        if !is_blank(row) {
            out.skip(sheet, at + 1, "roster.skipped_title");
        }
    }
}

struct People<'a> {
    sheet: &'a RawSheet,
    header_row: usize,
    columns: BTreeMap<Field, usize>,
    of_all: OfAll,
    /// Value of the merged branch cell for each row; `None` = the row lies in no merged cell.
    merged: HashMap<usize, String>,
    /// The same for the cell of the unit above.
    above: HashMap<usize, String>,
    seen: HashMap<String, usize>,
    rows: usize,
}

impl<'a> People<'a> {
    fn new(sheet: &'a RawSheet, header_row: usize, columns: BTreeMap<Field, usize>, of_all: OfAll) -> Self {
        let merged_of = |field| merged(sheet, header_row, columns.get(&field));
        let (branches, above) = (merged_of(Field::Branch), merged_of(Field::Above));
        Self {
            sheet,
            header_row,
            columns,
            of_all,
            merged: branches,
            above,
            seen: HashMap::new(),
            rows: 0,
        }
    }

    fn label(&self, field: Field) -> String {
        let cell = self
            .columns
            .get(&field)
            .and_then(|at| self.sheet.rows.get(self.header_row)?.get(*at));
        cell.map(RawCell::text).unwrap_or_default()
    }

    fn cell<'r>(&self, row: &'r [RawCell], field: Field) -> Option<&'r RawCell> {
        row.get(*self.columns.get(&field)?)
    }

    fn read(mut self, out: &mut RosterReading) {
        skip_titles(self.sheet, self.header_row, out);
        for field in [Field::Branch, Field::Class] {
            let told = match field {
                Field::Branch => self.of_all.branch.is_some(),
                _ => self.of_all.class.is_some(),
            };
            if !told && !self.columns.contains_key(&field) {
                let key = if field == Field::Branch {
                    "roster.branch_column_missing"
                } else {
                    "roster.class_column_missing"
                };
                out.problems
                    .push(problem(&self.sheet.name, self.header_row + 1, "", key, &[], true));
            }
        }
        if let Some(header) = self.sheet.rows.get(self.header_row) {
            let joined = |at: &usize| self.of_all.joined.values().any(|more| more.contains(at));
            let doubles = doubles(header, &self.columns).into_iter();
            for (at, first) in doubles.filter(|(at, _)| !joined(at)) {
                let text = |at: usize| header.get(at).map(RawCell::text).unwrap_or_default();
                let args = [("column", text(at)), ("first", text(first))];
                let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
                out.problems.push(problem(
                    &self.sheet.name,
                    self.header_row + 1,
                    &text(at),
                    "roster.column_twice",
                    &args,
                    false,
                ));
            }
        }
        let mut branch = String::new();
        for (at, row) in self.sheet.rows.iter().enumerate().skip(self.header_row + 1) {
            if is_blank(row) {
                continue;
            }
            if is_total(row) {
                self.check_total(at, row, out);
                continue;
            }
            if Some(row) == self.sheet.rows.get(self.header_row) {
                // Long rosters repeat their header on every printed page.
                out.skip(self.sheet, at + 1, "roster.skipped_title");
                continue;
            }
            if value::is_note(row) {
                out.skip(self.sheet, at + 1, "roster.skipped_note");
                continue;
            }
            self.rows += 1;
            self.branch(at, row, &mut branch, out);
            self.person(at, row, &branch, out);
        }
    }

    /// A grand total that is not the number of rows shows that rows are missing or were counted twice.
    fn check_total(&self, at: usize, row: &[RawCell], out: &mut RosterReading) {
        out.skip(self.sheet, at + 1, "roster.skipped_total");
        let grand = row
            .iter()
            .any(|c| WORDS.total_words.first().is_some_and(|w| *w == folded(&c.text())));
        let stated = row.iter().find_map(|c| match c {
            RawCell::Number(n) => Some(*n),
            RawCell::Text(text) => folded(text).parse().ok(),
            _ => None,
        });
        let Some(stated) = stated.filter(|_| grand) else {
            return;
        };
        let count = self.rows.to_string();
        if format!("{stated}") != count {
            let args = [("stated", format!("{stated}")), ("count", count)];
            let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
            out.problems.push(problem(
                &self.sheet.name,
                at + 1,
                "",
                "roster.total_differs",
                &args,
                false,
            ));
        }
    }

    /// The branch of a row: its own cell, the merged cell it lies in, else the cell above, unless the sheet
    /// merges its branch cells and this row lies in none of them.
    fn branch(&self, at: usize, row: &[RawCell], branch: &mut String, out: &mut RosterReading) {
        if let Some(one) = &self.of_all.branch {
            *branch = one.split_whitespace().collect();
            return;
        }
        let typed = value::plain(self.cell(row, Field::Branch));
        if self.cell(row, Field::Branch).is_some_and(value::is_fault) {
            // Nobody knows which branch it was: neither this row nor those below take one from above.
            branch.clear();
        } else if !typed.is_empty() {
            *branch = typed.split_whitespace().collect();
        } else if let Some(value) = self.merged.get(&at) {
            *branch = value.split_whitespace().collect();
            out.filled_down += 1;
        } else if !self.merged.is_empty() {
            branch.clear();
        } else if !branch.is_empty() {
            out.filled_down += 1;
        }
    }

    fn person(&mut self, at: usize, row: &[RawCell], branch: &str, out: &mut RosterReading) {
        let mut notes = Notes {
            sheet: &self.sheet.name,
            row: at + 1,
            list: vec![],
        };
        self.faults(row, &mut notes);
        let name = value::name(self.cell(row, Field::Name));
        let name = name
            .map_err(|key| notes.add(self, row, Field::Name, key, true))
            .ok();
        if name.as_deref().is_some_and(value::has_private_use) {
            notes.add(self, row, Field::Name, "roster.name_private_use", false);
        }
        if name.as_deref().is_some_and(|n| n.chars().any(is_unread)) {
            notes.add(self, row, Field::Name, "roster.name_unread", false);
        }
        if branch.is_empty() && self.columns.contains_key(&Field::Branch) {
            notes.add(self, row, Field::Branch, "roster.branch_missing", true);
        }
        let class = self.class(row, &mut notes);
        let (birth, joined) = (
            self.month(row, Field::BirthMonth, &mut notes),
            self.month(row, Field::JoinedMonth, &mut notes),
        );
        self.check_months(row, (&birth, &joined), class, &mut notes);
        let remark = self.text(row, Field::Remark);
        let post = self.text(row, Field::Post);
        let (branch_posts, of_remark, leading_remark) = posts(&remark);
        let own = self.text(row, Field::Title);
        let leading_title = posts(&own).2;
        let title = if own.is_empty() { of_remark } else { own };
        let record = name
            .zip(class)
            .filter(|_| !branch.is_empty())
            .map(|(name, class)| PersonRecord {
                name,
                branch: branch.to_owned(),
                class,
                leading_cadre: leading_remark
                    || leading_title
                    || WORDS.leading.posts.iter().any(|p| post.contains(p.as_str())),
                title,
                sex: self.sex(row, &mut notes),
                ethnicity: self.ethnicity(row, &mut notes),
                education: self.text(row, Field::Education),
                birth_month: birth.unwrap_or_default(),
                joined_month: joined.unwrap_or_default(),
                phone: self.phone(row, &mut notes),
                place: value::place(self.cell(row, Field::Place)).unwrap_or_else(|| {
                    notes.add(self, row, Field::Place, "roster.place_unknown", false);
                    0
                }),
                post,
            });
        let above = above_of(value::plain(self.cell(row, Field::Above)), &self.above, at);
        self.take(at, record, (above, branch_posts, remark), out);
        out.problems.extend(notes.list);
    }

    /// Keeps a person once; a second row of the same person is told with the first.
    fn take(
        &mut self,
        at: usize,
        record: Option<PersonRecord>,
        (above, branch_posts, remark): (String, Vec<BranchPost>, String),
        out: &mut RosterReading,
    ) {
        let first = record.as_ref().and_then(|r| self.first_row(r, at + 1));
        if let Some(first) = first {
            let text = first.to_string();
            out.problems.push(problem(
                &self.sheet.name,
                at + 1,
                "",
                "roster.person_twice",
                &[("first", &text)],
                true,
            ));
        } else if let Some(record) = record {
            out.people.push(RosterPerson {
                sheet: self.sheet.name.clone(),
                row: at + 1,
                record,
                above,
                branch_posts,
                remark,
            });
        }
    }

    /// The earlier row of the same person, if there is one.
    fn first_row(&mut self, record: &PersonRecord, row: usize) -> Option<usize> {
        let mut first = None;
        self.seen
            .entry(plan::roster_key(record))
            .and_modify(|r| first = Some(*r))
            .or_insert(row);
        first
    }

    fn class(&self, row: &[RawCell], notes: &mut Notes<'_>) -> Option<PersonClass> {
        if !self.columns.contains_key(&Field::Class) {
            return self.of_all.class;
        }
        let text = value::plain(self.cell(row, Field::Class));
        let class = read_class(&text);
        if class.is_none() {
            let key = if text.is_empty() {
                "roster.class_missing"
            } else {
                "roster.class_unknown"
            };
            notes.add(self, row, Field::Class, key, true);
        }
        class
    }

    fn sex(&self, row: &[RawCell], notes: &mut Notes<'_>) -> Option<crate::organization::Sex> {
        let text = value::plain(self.cell(row, Field::Sex));
        let sex = read_sex(&text);
        if sex.is_none() && !text.is_empty() {
            notes.add(self, row, Field::Sex, "roster.sex_unknown", false);
        }
        sex
    }

    fn ethnicity(&self, row: &[RawCell], notes: &mut Notes<'_>) -> String {
        let text = value::plain(self.cell(row, Field::Ethnicity));
        let known = read_ethnicity(&text);
        if known.is_none() && !text.is_empty() {
            notes.add(self, row, Field::Ethnicity, "roster.ethnicity_unknown", false);
        }
        known.map_or(text, str::to_owned)
    }

    fn month(&self, row: &[RawCell], field: Field, notes: &mut Notes<'_>) -> Option<String> {
        match value::month(self.cell(row, field)) {
            Ok(month) => month.map(|m| m.to_string()),
            Err(key) => {
                notes.add(self, row, field, key, false);
                None
            }
        }
    }

    fn check_months(
        &self,
        row: &[RawCell],
        (birth, joined): (&Option<String>, &Option<String>),
        class: Option<PersonClass>,
        notes: &mut Notes<'_>,
    ) {
        if birth.as_ref().zip(joined.as_ref()).is_some_and(|(b, j)| j <= b) {
            notes.add(self, row, Field::JoinedMonth, "roster.joined_before_birth", false);
        } else if birth
            .as_ref()
            .zip(joined.as_ref())
            .is_some_and(|(b, j)| is_young(b, j))
        {
            notes.add(self, row, Field::JoinedMonth, "roster.joined_young", false);
        }
        if birth.as_ref().is_some_and(|b| b.as_str() < "1900-01") {
            notes.add(self, row, Field::BirthMonth, "roster.born_early", false);
        }
        if joined.is_some() && class.is_some_and(|c| !c.is_member()) {
            notes.add(self, row, Field::JoinedMonth, "roster.joined_outside", false);
        }
        let given = !value::plain(self.cell(row, Field::JoinedMonth)).is_empty();
        if class.is_some_and(PersonClass::is_member)
            && !given
            && self.columns.contains_key(&Field::JoinedMonth)
        {
            notes.add(self, row, Field::JoinedMonth, "roster.joined_missing", false);
        }
    }

    fn phone(&self, row: &[RawCell], notes: &mut Notes<'_>) -> String {
        value::phone(self.cell(row, Field::Phone)).unwrap_or_else(|typed| {
            notes.add(self, row, Field::Phone, "roster.phone_form", false);
            typed
        })
    }
}

/// Joined before eighteen years of age; both as `YYYY-MM`.
fn is_young(birth: &str, joined: &str) -> bool {
    let months = |text: &str| {
        let (year, month) = text.split_once('-')?;
        Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()?)
    };
    let age = months(joined).zip(months(birth)).map(|(j, b)| j - b);
    age.is_some_and(|age| age < 18 * 12)
}

struct Notes<'a> {
    sheet: &'a str,
    row: usize,
    list: Vec<RowProblem>,
}

impl Notes<'_> {
    fn add(&mut self, people: &People<'_>, row: &[RawCell], field: Field, key: &str, blocking: bool) {
        let cell = people.cell(row, field);
        if cell.is_some_and(value::is_fault) && !value::is_fault_key(key) {
            // The error itself is told; that its field is empty follows from it.
            return;
        }
        let typed = cell.map(RawCell::text).unwrap_or_default();
        self.list.push(problem(
            self.sheet,
            self.row,
            &people.label(field),
            key,
            &[("text", &typed)],
            blocking,
        ));
    }
}
