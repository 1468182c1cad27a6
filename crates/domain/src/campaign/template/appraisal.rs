//! How a template has pledges appraised.

use super::*;

/// Who speaks in an appraisal (DOMAIN.md 1.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// Identifier (`self_report`, `branch_comment`, `leader_comment`, `masses`, `peers`).
    pub key: String,
    /// Label.
    pub label: Text,
    /// Weight in percent; 0 = heard and shown, not counted.
    pub weight: u32,
}

/// A recurring act of appraisal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
    /// Every so many months.
    pub every_months: u32,
    /// The voices heard.
    pub voices: Vec<String>,
}

/// A grade of the scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
    /// Lowest score of the grade; the band reaches to the grade above.
    pub from: u32,
    /// At most this share of those graded, in percent; `None` = no cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_percent: Option<u32>,
    /// This grade is followed by criticism and rectification (N18).
    #[serde(default)]
    pub low: bool,
}

/// How the keeping of pledges is appraised (N13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appraisal {
    /// Where the rules come from, for the office.
    #[serde(default)]
    pub note: Text,
    /// Highest score.
    pub max_score: u32,
    /// Who speaks.
    pub voices: Vec<Voice>,
    /// How often.
    pub cadence: Vec<Cadence>,
    /// The scale, best grade first.
    pub grades: Vec<Grade>,
    /// Classes of people who take part but are not graded.
    #[serde(default)]
    pub ungraded: Vec<PersonClass>,
}

/// A grade of the satisfaction scale (好差评), with the reasons to tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Satisfaction {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
    /// 5 = very satisfied … 1 = very dissatisfied.
    pub score: u32,
    /// Reasons to tap.
    #[serde(default)]
    pub reasons: Vec<Choice>,
}
