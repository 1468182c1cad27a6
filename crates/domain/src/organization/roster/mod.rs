//! Rosters: a raw sheet read as people and branches, and what an import would change.
//!
//! Nothing is guessed: what is not clear becomes a [`RowProblem`] with its row and column. A problem that
//! blocks keeps its row out; any other leaves only its field empty, or as it was typed.

mod above;
mod columns;
mod heads;
mod near;
mod plan;
mod read;
mod value;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use columns::{BranchField, ColumnMap, Field, Joined, SheetRole, suggest};
pub use near::{alike_branches, near_branch};
pub use plan::{Change, ExistingPerson, FieldChange, Move, RosterPlan, Unsure, plan, roster_key};
pub use read::read;
pub use value::{folded, tidy_name};

use super::person::{PersonClass, Sex};

/// What the roster knows of a person: what annex 2 asks for, and the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Name as typed, without white space between ideographs.
    pub name: String,
    /// Name of the branch.
    pub branch: String,
    /// Class.
    pub class: PersonClass,
    /// A leading cadre, by the post or the remark.
    pub leading_cadre: bool,
    /// Party or leading posts named in the remark.
    pub title: String,
    /// Unit and post.
    pub post: String,
    /// Sex; `None` where the roster does not say.
    pub sex: Option<Sex>,
    /// Full name of the ethnicity; as typed when GB/T 3304 has no such name.
    pub ethnicity: String,
    /// Education as typed.
    pub education: String,
    /// `YYYY-MM` or empty.
    pub birth_month: String,
    /// `YYYY-MM` or empty.
    pub joined_month: String,
    /// Phone, digits and hyphens; as typed when it is no phone number.
    pub phone: String,
    /// Place among the leaders, from 1; 0 where nobody gave one.
    #[serde(default)]
    pub place: u32,
}

/// A post in a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BranchPost {
    /// 支部书记.
    Secretary,
    /// 副书记.
    DeputySecretary,
    /// 组织委员.
    Commissioner,
    /// Any other member of the branch committee.
    Other,
}

/// A person as a row gives him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPerson {
    /// Sheet.
    pub sheet: String,
    /// Row as the spreadsheet counts, from 1.
    pub row: usize,
    /// What is kept.
    pub record: PersonRecord,
    /// Name of the unit above the branch, where the row gives it.
    pub above: String,
    /// Posts in the branch, from the remark.
    pub branch_posts: Vec<BranchPost>,
    /// The remark as typed.
    pub remark: String,
}

/// A branch as the sheet of branches, or the people, give it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterBranch {
    /// Sheet.
    pub sheet: String,
    /// Row, from 1.
    pub row: usize,
    /// Name.
    pub name: String,
    /// Name of the general branch or committee above; empty where the file does not say, or says nothing that can be.
    pub above: String,
    /// Departments it covers, as typed.
    pub covers: String,
    /// Name of the secretary.
    pub secretary: String,
    /// The branch whose roster has the secretary, when it is another and only one person of the file has the name: one
    /// secretary may have two branches.
    pub secretary_of: String,
    /// Name of the organisation commissioner.
    pub commissioner: String,
    /// Phone.
    pub phone: String,
    /// Name of the line leader.
    pub line_leader: String,
}

/// Something in a row that is not clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Sheet; empty in text files.
    pub sheet: String,
    /// Row, from 1; 0 = the sheet as a whole.
    pub row: usize,
    /// The column as its header names it; empty = the row as a whole.
    pub column: String,
    /// Message key (`roster.…`).
    pub key: String,
    /// Named values for the sentence.
    pub args: Vec<(String, String)>,
    /// The row is not taken over before this is put right.
    pub blocking: bool,
}

/// A row that was left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Sheet.
    pub sheet: String,
    /// Row, from 1; 0 = the whole sheet.
    pub row: usize,
    /// Message key (`roster.skipped_…`).
    pub key: String,
}

/// A file read as a roster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterReading {
    /// The people, in the order of the rows.
    pub people: Vec<RosterPerson>,
    /// The branches: of their own sheet if there is one, then those only people name.
    pub branches: Vec<RosterBranch>,
    /// What is not clear.
    pub problems: Vec<RowProblem>,
    /// What was left out: titles, totals, hidden sheets.
    pub skipped: Vec<Skipped>,
    /// Rows whose branch was taken from the cell above.
    pub filled_down: usize,
}

impl RosterReading {
    /// Reads a branch under another name, in everything that names it.
    pub fn rename_branch(&mut self, from: &str, to: &str) {
        let is = |name: &str| folded(name) == folded(from);
        let put = |name: &mut String| {
            if is(name) {
                to.clone_into(name);
            }
        };
        for person in &mut self.people {
            put(&mut person.record.branch);
            put(&mut person.above);
        }
        let here = self.branches.iter().any(|b| folded(&b.name) == folded(to));
        // Named by people alone it says nothing that the other line does not.
        let bare = |b: &RosterBranch| {
            [
                &b.covers,
                &b.secretary,
                &b.commissioner,
                &b.phone,
                &b.line_leader,
                &b.above,
            ]
            .iter()
            .all(|text| text.is_empty())
        };
        self.branches.retain(|b| !(here && is(&b.name) && bare(b)));
        for branch in &mut self.branches {
            put(&mut branch.name);
            put(&mut branch.above);
            put(&mut branch.secretary_of);
        }
    }

    /// Adds what is odd only in the light of the day it is read on: months that have not come yet. Nothing of it keeps
    /// a row out.
    pub fn weigh(&mut self, today: jiff::civil::Date) {
        let now = format!("{:04}-{:02}", today.year(), today.month());
        for person in &self.people {
            let record = &person.record;
            for (month, key) in [
                (&record.birth_month, "roster.born_later"),
                (&record.joined_month, "roster.joined_later"),
            ] {
                if *month > now {
                    let args = [("text", month.as_str())];
                    self.problems
                        .push(read::problem(&person.sheet, person.row, "", key, &args, false));
                }
            }
        }
    }
}
