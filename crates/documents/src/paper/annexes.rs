//! Annex 1 and annex 2 of the notice (N20, N21) as they stand on its paper, field by field: for samples, measurements and
//! tests, which have no template at hand. A campaign's forms are laid out from its template ([`sheets`]), and that of the
//! notice has to come out as these.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Document;
use super::forms::{Decision, Entry, Field, FormText, PledgeGroup, Room, Sheet, sheets};

/// Labels that only annex 1 has, in the order of the notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchLabels {
    /// The mark above the form; may be empty.
    pub annex: String,
    /// The title.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Name of the branch.
    pub branch_name: String,
    /// Head of the branch.
    pub head: String,
    /// Telephone.
    pub phone: String,
    /// Seal of the pledging branch.
    pub branch_seal: String,
    /// Seal of the committee.
    pub committee_seal: String,
}

/// Labels that only annex 2 has, in the order of the notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonLabels {
    /// The mark above the form; may be empty.
    pub annex: String,
    /// The title.
    pub title: String,
    /// Name of the member.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Ethnicity.
    pub ethnicity: String,
    /// Education.
    pub education: String,
    /// Month of birth.
    pub birth_month: String,
    /// Date of joining.
    pub joined: String,
    /// Unit and post.
    pub post: String,
    /// Telephone.
    pub phone: String,
    /// Signature of the member.
    pub signature: String,
    /// Seal of the branch secretary or line leader.
    pub secretary_seal: String,
}

/// Annex 1, the form of a branch (N20). The default value is the blank form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchForm {
    /// Unit.
    pub unit: String,
    /// Name of the branch.
    pub branch_name: String,
    /// Head of the branch.
    pub head: String,
    /// Telephone.
    pub phone: String,
    /// What is promised, by kind.
    pub groups: Vec<PledgeGroup>,
    /// Date of the pledge, written out.
    pub pledged_on: String,
    /// Time limit, written out.
    pub due_by: String,
    /// Form of publicity.
    pub publicity: String,
    /// The decision of the branch, when there is one.
    pub branch_seal: Option<Decision>,
    /// The decision of the committee, when there is one.
    pub committee_seal: Option<Decision>,
    /// Reference number for the footer.
    pub reference: Option<String>,
    /// Check code for the footer.
    pub check_code: Option<String>,
}

/// Annex 2, the form of a member (N21). For internal use: it shows sex, ethnicity, birth, education, phone
/// and joining date, which never leave the internal form. The default value is the blank form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Ethnicity.
    pub ethnicity: String,
    /// Education.
    pub education: String,
    /// Month of birth, written out.
    pub birth_month: String,
    /// Date of joining, written out.
    pub joined: String,
    /// Unit and post.
    pub post: String,
    /// Telephone.
    pub phone: String,
    /// What is promised, by kind.
    pub groups: Vec<PledgeGroup>,
    /// Date of the pledge, written out.
    pub pledged_on: String,
    /// Time limit, written out.
    pub due_by: String,
    /// Form of publicity.
    pub publicity: String,
    /// The member's own signing, when it was done here.
    pub signature: Option<Decision>,
    /// The decision of the secretary or line leader, when there is one.
    pub secretary_seal: Option<Decision>,
    /// Reference number for the footer.
    pub reference: Option<String>,
    /// Check code for the footer.
    pub check_code: Option<String>,
}

/// The branch forms (annex 1), one part for each. `date` is the date kept in the file.
pub fn annex1(forms: &[BranchForm], text: &FormText, date: Date) -> Document {
    let named = |form: &BranchForm| form.sheet(text);
    titled(forms.iter().map(named).collect(), &text.branch.title, text, date)
}

/// The member forms (annex 2), one part for each. `date` is the date kept in the file.
pub fn annex2(forms: &[PersonForm], text: &FormText, date: Date) -> Document {
    let named = |form: &PersonForm| form.sheet(text);
    titled(forms.iter().map(named).collect(), &text.person.title, text, date)
}

fn titled(forms: Vec<Sheet>, title: &str, text: &FormText, date: Date) -> Document {
    Document {
        title: title.to_owned(),
        ..sheets(&forms, text, date)
    }
}

fn field(label: &str, entry: Entry) -> Field {
    let label = label.to_owned();
    Field { label, entry }
}

fn boxed(label: &str, words: &str, room: Room) -> Field {
    field(label, Entry::Box(words.to_owned(), room))
}

impl BranchForm {
    fn sheet(&self, text: &FormText) -> Sheet {
        let labels = &text.branch;
        Sheet {
            annex: labels.annex.clone(),
            title: labels.title.clone(),
            subject: self.branch_name.clone(),
            fields: vec![
                boxed(&labels.unit, &self.unit, Room::Wide),
                boxed(&labels.branch_name, &self.branch_name, Room::Wide),
                boxed(&labels.head, &self.head, Room::Usual),
                boxed(&labels.phone, &self.phone, Room::Usual),
                field(&text.pledge, Entry::Items(self.groups.clone())),
                field(&text.pledged_on, Entry::Date(self.pledged_on.clone())),
                field(&text.due_by, Entry::Date(self.due_by.clone())),
                field(&text.publicity, Entry::Line(self.publicity.clone())),
                field(
                    &labels.branch_seal,
                    Entry::Seal(self.branch_seal.clone().map(Box::new)),
                ),
                field(
                    &labels.committee_seal,
                    Entry::Seal(self.committee_seal.clone().map(Box::new)),
                ),
            ],
            reference: self.reference.clone(),
            check_code: self.check_code.clone(),
        }
    }
}

impl PersonForm {
    fn sheet(&self, text: &FormText) -> Sheet {
        let labels = &text.person;
        Sheet {
            annex: labels.annex.clone(),
            title: labels.title.clone(),
            subject: self.name.clone(),
            fields: vec![
                boxed(&labels.name, &self.name, Room::Usual),
                boxed(&labels.sex, &self.sex, Room::Small),
                boxed(&labels.ethnicity, &self.ethnicity, Room::Small),
                boxed(&labels.education, &self.education, Room::Small),
                boxed(&labels.birth_month, &self.birth_month, Room::Small),
                boxed(&labels.joined, &self.joined, Room::Small),
                boxed(&labels.post, &self.post, Room::Wide),
                boxed(&labels.phone, &self.phone, Room::Usual),
                field(&text.pledge, Entry::Items(self.groups.clone())),
                field(&text.pledged_on, Entry::Date(self.pledged_on.clone())),
                field(&text.due_by, Entry::Date(self.due_by.clone())),
                field(&text.publicity, Entry::Line(self.publicity.clone())),
                field(
                    &labels.signature,
                    Entry::Seal(self.signature.clone().map(Box::new)),
                ),
                field(
                    &labels.secretary_seal,
                    Entry::Seal(self.secretary_seal.clone().map(Box::new)),
                ),
            ],
            reference: self.reference.clone(),
            check_code: self.check_code.clone(),
        }
    }
}
