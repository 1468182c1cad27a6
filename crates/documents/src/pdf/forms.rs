//! Annex 1 and annex 2 of the notice: the commitment forms of a party branch (N20) and a member (N21).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fit;
use super::world::{Head, press};
use crate::DocumentError;

const TEMPLATE: &str = concat!(
    include_str!("../../templates/common.typ"),
    include_str!("../../templates/form.typ")
);

/// Every word a form prints by itself. It comes from the campaign template and the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormText {
    /// Language tag of the labels, for example `zh-CN`.
    pub language: String,
    /// Labels of annex 1.
    pub branch: BranchLabels,
    /// Labels of annex 2.
    pub person: PersonLabels,
    /// Heading of the pledge block; may be empty, as on the paper of 2010.
    pub pledge: String,
    /// Label before the measure of an item.
    pub measure: String,
    /// Label before the beneficiaries of an item.
    pub beneficiary: String,
    /// Label before the due date of an item.
    pub due: String,
    /// Sign between such a label and its value.
    pub colon: String,
    /// Label of the date of the pledge.
    pub pledged_on: String,
    /// Label of the time limit.
    pub due_by: String,
    /// Label of the form of publicity.
    pub publicity: String,
    /// The empty date to fill in by hand, for example three words with room between.
    pub blank_date: String,
    /// Mark behind the title on the second and later pages.
    pub continued: String,
    /// Label of the reference number in the footer.
    pub reference: String,
    /// Label of the check code in the footer.
    pub check_code: String,
    /// Page line, with `{page}` and `{pages}`.
    pub page_of: String,
}

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

/// One kind of pledges (common, post, deed) with its items. A group without items prints as room to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PledgeGroup {
    /// The name of the kind, with its number.
    pub label: String,
    /// The items.
    pub items: Vec<PledgeItem>,
}

/// One thing promised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PledgeItem {
    /// The promise.
    pub text: String,
    /// How it is measured; may be empty.
    pub measure: String,
    /// For whom; may be empty.
    pub beneficiary: String,
    /// Until when, written out; may be empty.
    pub due: String,
}

/// A decision that stands in for a seal: who decided, as what, when. Empty fields are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// What was decided, in a word or two.
    pub words: String,
    /// The role in which it was decided.
    pub role: String,
    /// The name of the person.
    pub name: String,
    /// The date, written out.
    pub date: String,
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

#[derive(Serialize)]
struct Forms<'a, T> {
    text: &'a FormText,
    branch: bool,
    forms: Vec<Fitted<'a, T>>,
}

#[derive(Serialize)]
struct Fitted<'a, T> {
    #[serde(flatten)]
    form: &'a T,
    /// Whether it fits on one page without trying, see [`super::fit`].
    short: bool,
}

/// The branch forms (annex 1), one after the other in one file. `date` is the date kept in the file.
///
/// # Errors
/// [`DocumentError::Empty`] without a form, [`DocumentError::Typeset`] when the typesetter refuses.
pub fn annex1(forms: &[BranchForm], text: &FormText, date: Date) -> Result<Vec<u8>, DocumentError> {
    let sized = forms
        .iter()
        .map(|form| Fitted {
            form,
            short: fit::branch(form, text),
        })
        .collect();
    print(sized, text, true, &text.branch.title, date)
}

/// The member forms (annex 2), one after the other in one file: a person, a branch or the whole house.
/// One file for many is the fast way, since fonts are cut once for each file.
///
/// # Errors
/// [`DocumentError::Empty`] without a form, [`DocumentError::Typeset`] when the typesetter refuses.
pub fn annex2(forms: &[PersonForm], text: &FormText, date: Date) -> Result<Vec<u8>, DocumentError> {
    let sized = forms
        .iter()
        .map(|form| Fitted {
            form,
            short: fit::person(form, text),
        })
        .collect();
    print(sized, text, false, &text.person.title, date)
}

fn print<T: Serialize>(
    forms: Vec<Fitted<'_, T>>,
    text: &FormText,
    branch: bool,
    title: &str,
    date: Date,
) -> Result<Vec<u8>, DocumentError> {
    if forms.is_empty() {
        return Err(DocumentError::Empty);
    }
    press(
        TEMPLATE,
        &Head {
            language: &text.language,
            title,
            date,
        },
        &Forms { text, branch, forms },
    )
}
