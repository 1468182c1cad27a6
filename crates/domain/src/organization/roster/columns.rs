//! Finding the header row and what its columns mean.

use crate::organization::person::PersonClass;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::value::folded;
use crate::organization::raw::{RawCell, RawSheet};

/// A column of the sheet of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the column of the roster it is named after")]
pub enum Field {
    Serial,
    Branch,
    Above,
    Name,
    Sex,
    Ethnicity,
    Education,
    BirthMonth,
    JoinedMonth,
    Post,
    Phone,
    Class,
    Title,
    Place,
    Remark,
}

/// A column of the sheet of branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the column of the sheet it is named after")]
pub enum BranchField {
    BranchName,
    Above,
    Covers,
    Secretary,
    Commissioner,
    Phone,
    LineLeader,
}

/// What a sheet holds, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetRole {
    /// People, with the column (from 0) of each field.
    People(BTreeMap<Field, usize>),
    /// Branches.
    Branches(BTreeMap<BranchField, usize>),
    /// Neither; it is left out.
    Ignored,
}

/// How one sheet is read: suggested by [`suggest`], changed by the user where it is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMap {
    /// Header row, from 0.
    pub header_row: usize,
    /// Meaning of the columns.
    pub role: SheetRole,
    /// The branch of everybody in the sheet, where no column names one: many rosters have a sheet for each branch.
    #[serde(default)]
    pub branch: Option<String>,
    /// The class of everybody in the sheet, where no column names one: many rosters hold members alone.
    #[serde(default)]
    pub class: Option<PersonClass>,
    /// Further columns of a meaning: department and post in two columns are one text.
    #[serde(default)]
    pub joined: Joined,
}

/// Columns (from 0) beside the one of a field, which are joined behind it in this order.
pub type Joined = BTreeMap<Field, Vec<usize>>;

impl Field {
    /// What stands between the columns that are joined; `None` for a field of one column only.
    #[must_use]
    pub fn joint(self) -> Option<&'static str> {
        match self {
            Self::Post => Some(" "),
            Self::Education => Some(""),
            Self::Title | Self::Remark => Some("\u{FF1B}"),
            _ => None,
        }
    }
}

/// What holds for everybody in a sheet that has no column for it, and what lies in more than one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OfAll {
    pub branch: Option<String>,
    pub class: Option<PersonClass>,
    pub joined: Joined,
}

impl ColumnMap {
    /// What the user said of everybody in the sheet.
    pub(super) fn of_all(&self) -> OfAll {
        OfAll {
            branch: self.one_branch().map(str::to_owned),
            class: self.class,
            joined: self.joined.clone(),
        }
    }

    /// The branch of everybody in the sheet: none where a column names branches.
    #[must_use]
    pub fn one_branch(&self) -> Option<&str> {
        match &self.role {
            SheetRole::People(columns) if !columns.contains_key(&Field::Branch) => {
                self.branch.as_deref().filter(|name| !name.trim().is_empty())
            }
            _ => None,
        }
    }
}

/// Whether a name is that of a committee.
pub(super) fn is_committee(name: &str) -> bool {
    let folded = folded(name).to_lowercase();
    WORDS
        .committee_endings
        .iter()
        .any(|w| folded.ends_with(w.as_str()))
}

/// The name of a sheet, if it is the name of a branch.
fn branch_of_sheet(sheet: &RawSheet) -> Option<String> {
    let name = sheet.name.trim();
    let folded = folded(name).to_lowercase();
    let ends = WORDS.branch_endings.iter().any(|w| folded.ends_with(w.as_str()));
    ends.then(|| name.to_owned())
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub title_rows: usize,
    pub branch_endings: Vec<String>,
    pub committee_endings: Vec<String>,
    pub note_words: Vec<String>,
    pub total_words: Vec<String>,
    pub empty_words: Vec<String>,
    pub departments: Vec<String>,
    pub bare_posts: Vec<String>,
    pub branch_tails: Vec<String>,
    pub ordinal: String,
    pub numerals: String,
    pub lost_characters: String,
    pub fault_words: Vec<String>,
    pub name_separators: String,
    pub people: BTreeMap<Field, Vec<String>>,
    pub branches: BTreeMap<BranchField, Vec<String>>,
    pub posts: BTreeMap<String, Vec<String>>,
    pub leading: Leading,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Leading {
    pub remarks: Vec<String>,
    pub flags: Vec<String>,
    pub posts: Vec<String>,
}

/// The words of `data/roster-columns.toml`. A broken file reads as no words at all; a test reads it.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/roster-columns.toml")).unwrap_or_default());

/// A header as it is compared: folded, without brackets and what is in them, without stars.
fn header(cell: &RawCell) -> String {
    let text = folded(&cell.text()).to_lowercase();
    let mut depth = 0_usize;
    let kept = text.chars().filter(|c| match c {
        '(' | '[' | '\u{3010}' => {
            depth += 1;
            false
        }
        ')' | ']' | '\u{3011}' => {
            depth = depth.saturating_sub(1);
            false
        }
        '*' | ':' => false,
        _ => depth == 0,
    });
    kept.collect()
}

/// Columns of a row by their meaning; the first column of a meaning counts.
fn meanings<F: Ord + Copy>(row: &[RawCell], synonyms: &BTreeMap<F, Vec<String>>) -> BTreeMap<F, usize> {
    let mut found = BTreeMap::new();
    for (at, cell) in row.iter().enumerate() {
        let text = header(cell);
        if text.is_empty() {
            continue;
        }
        let known = synonyms
            .iter()
            .find(|(_, words)| words.iter().any(|w| folded(w).to_lowercase() == text));
        if let Some((field, _)) = known {
            found.entry(*field).or_insert(at);
        }
    }
    found
}

/// Whether a header is one of these words.
fn is_one_of(cell: &RawCell, words: &[String]) -> bool {
    let text = header(cell);
    !text.is_empty() && words.iter().any(|w| folded(w).to_lowercase() == text)
}

/// The column of departments, where it and a column that names a post alone are to be one text. Where nothing names a
/// post the department is it.
fn with_department(row: &[RawCell], people: &mut BTreeMap<Field, usize>) -> Joined {
    let used: Vec<usize> = people.values().copied().collect();
    let of = |(at, cell): &(usize, &RawCell)| !used.contains(at) && is_one_of(cell, &WORDS.departments);
    let Some((department, _)) = row.iter().enumerate().find(of) else {
        return Joined::new();
    };
    let Some(post) = people.get(&Field::Post) else {
        people.insert(Field::Post, department);
        return Joined::new();
    };
    let bare = row.get(*post).is_some_and(|c| is_one_of(c, &WORDS.bare_posts));
    match bare {
        // The department first, wherever it stands.
        true => people
            .insert(Field::Post, department)
            .map_or_else(Joined::new, |post| Joined::from([(Field::Post, vec![post])])),
        false => Joined::new(),
    }
}

/// Headers that mean the same as an earlier one: `(column, meaning's first column)`.
pub(super) fn doubles(row: &[RawCell], used: &BTreeMap<Field, usize>) -> Vec<(usize, usize)> {
    let own = |at: usize| {
        let one = row
            .get(at)
            .map(|c| meanings(std::slice::from_ref(c), &WORDS.people))?;
        one.keys().next().copied()
    };
    (0..row.len())
        .filter_map(|at| Some((at, *used.get(&own(at)?)?)))
        .filter(|(at, first)| at != first)
        .collect()
}

/// How a sheet is most likely to be read; `None` when no row looks like a header.
#[must_use]
pub fn suggest(sheet: &RawSheet) -> Option<ColumnMap> {
    let mut best: Option<(usize, ColumnMap)> = None;
    for (at, row) in sheet.rows.iter().take(WORDS.title_rows).enumerate() {
        let mut people = meanings(row, &WORDS.people);
        let branches = meanings(row, &WORDS.branches);
        let mut joined = Joined::new();
        let (weight, role) = if people.contains_key(&Field::Name) && people.len() >= 3 {
            let weight = people.len();
            joined = with_department(row, &mut people);
            (weight, SheetRole::People(people))
        } else if branches.contains_key(&BranchField::BranchName) && branches.len() >= 3 {
            (branches.len(), SheetRole::Branches(branches))
        } else {
            continue;
        };
        if best.as_ref().is_none_or(|(other, _)| weight > *other) {
            let map = ColumnMap {
                header_row: at,
                role,
                branch: branch_of_sheet(sheet),
                class: None,
                joined,
            };
            best = Some((weight, map));
        }
    }
    best.map(|(_, map)| map)
}
