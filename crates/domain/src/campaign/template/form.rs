//! The printed forms a template asks to be filled in.

use super::*;

/// What fills a field of a printed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// Name of the organisation.
    Organization,
    /// Name of the pledging unit.
    Unit,
    /// Name of its head.
    Head,
    /// Phone of the unit or the person.
    Phone,
    /// Name of the person.
    Name,
    /// Sex.
    Sex,
    /// Ethnicity.
    Ethnicity,
    /// Education.
    Education,
    /// Month of birth.
    BirthMonth,
    /// Month of joining the party.
    JoinedMonth,
    /// Unit and post.
    Post,
    /// The block of items.
    Items,
    /// Date of the pledge.
    PledgedOn,
    /// Time limit.
    DueDate,
    /// Form of publicity.
    Channels,
    /// Seal line of the unit: its own named, dated decision.
    UnitSeal,
    /// Seal line of the committee.
    CommitteeSeal,
    /// Signature of the pledger.
    Signature,
    /// Signature of the reviewer.
    ReviewerSeal,
}

/// A field of a form, in the order of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// What fills it.
    pub source: FieldSource,
    /// Label as the annex has it; empty for the block of items, which the annex leaves unlabelled.
    pub label: Text,
}

/// A printed form (N20, N21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Identifier (`branch`, `member`, `department` …).
    pub key: String,
    /// 附件1
    #[serde(default)]
    pub annex: Text,
    /// Title.
    pub title: Text,
    /// For whom.
    pub audience: Vec<Audience>,
    /// Fields in order.
    pub fields: Vec<FormField>,
}
