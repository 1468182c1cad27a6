//! Campaign templates: everything a notice fixes, as data (N1, N3–N13, N20, N21; DOMAIN.md 1.10).
//!
//! A template is a TOML text. Its identifiers are stable, its labels are those of its notice. A campaign keeps
//! the text of its template as it stood when it was made, with the dates moved ([`Template::shift`]).

mod public;
pub use public::{PublicField, public_post};

mod appraisal;
pub use appraisal::{Appraisal, Cadence, Grade, Satisfaction, Voice};

mod form;
pub use form::{FieldSource, Form, FormField};

mod immediate;
pub use immediate::Immediate;

mod kind;
pub use kind::{DemandUse, Kind, KindCount};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::organization::{PersonClass, UnitKind};
use crate::review::StepRule;

/// A label or text in both languages; Chinese is required, English may be left out by customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese text, as the notice has it.
    pub zh: String,
    /// English text; empty = the Chinese one is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Text {
    /// The text in the language asked for, else the Chinese one.
    #[must_use]
    pub fn get(&self, lang: lang::Lang) -> &str {
        if lang == lang::Lang::En && !self.en.trim().is_empty() {
            &self.en
        } else {
            &self.zh
        }
    }
}

/// Whose pledge a text or a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A branch.
    Branch,
    /// A functional or clinical department, where the template lets departments pledge.
    Department,
    /// The secretary of a branch, with his own pledge.
    BranchSecretary,
    /// A leading cadre.
    LeadingCadre,
    /// Everybody else: ordinary members and the voluntary groups.
    Participant,
}

/// An act that a stage opens (N9–N13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatedAct {
    /// Visits, opinions, symposiums, demands.
    Survey,
    /// Filing pledges.
    Propose,
    /// Reviewing and confirming pledges.
    Review,
    /// Publishing.
    Publicise,
    /// Appraisal rounds and comments.
    Appraise,
}

impl GatedAct {
    /// All acts in the order of a campaign.
    pub const ALL: [GatedAct; 5] = [
        Self::Survey,
        Self::Propose,
        Self::Review,
        Self::Publicise,
        Self::Appraise,
    ];

    /// The identifier as TOML, JSON and i18n keys (`gated_act.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Propose => "propose",
            Self::Review => "review",
            Self::Publicise => "publicise",
            Self::Appraise => "appraise",
        }
    }
}

/// A basis document (依据文件) of the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Document number; empty where the notice names none.
    #[serde(default)]
    pub number: String,
    /// Title.
    pub title: Text,
    /// Issuer.
    #[serde(default)]
    pub issuer: Text,
}

/// What sort of paragraph it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The addressees.
    Addressee,
    /// 一、
    Heading,
    /// （一）
    Subheading,
    /// Running text.
    Para,
}

/// One paragraph of the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What sort of paragraph it is.
    pub kind: BlockKind,
    /// The text as the notice has it.
    pub text: String,
}

/// The notice (通知) as a document. 成文日期, 发布时间 and 活动时间 are three different things (N1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeDocument {
    /// Title.
    pub title: String,
    /// Number of the document itself; empty = it has none.
    #[serde(default)]
    pub number: String,
    /// 成文日期; `None` where the original gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_on: Option<Date>,
    /// The date the original page carried; shown as such, never as ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_published_on: Option<Date>,
    /// Remark for the office on what the original leaves open.
    #[serde(default)]
    pub note: Text,
    /// The body in order.
    pub body: Vec<Block>,
}

impl NoticeDocument {
    /// The body as the store keeps it: one paragraph a line, `# ` and `## ` begin headings.
    #[must_use]
    pub fn body_text(&self) -> String {
        let lines = self.body.iter().map(|block| match block.kind {
            BlockKind::Heading => format!("# {}", block.text),
            BlockKind::Subheading => format!("## {}", block.text),
            BlockKind::Addressee | BlockKind::Para => block.text.clone(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Who takes part (N3). The voluntary groups are never in the denominator of coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The text of the notice.
    pub text: Text,
    /// Classes of people who shall take part.
    pub must: Vec<PersonClass>,
    /// Classes of people who may take part.
    #[serde(default)]
    pub may: Vec<PersonClass>,
    /// Kinds of units that shall pledge.
    pub must_units: Vec<UnitKind>,
    /// Kinds of units that may pledge.
    #[serde(default)]
    pub may_units: Vec<UnitKind>,
    /// Of the classes named, only leading cadres take part: a campaign of leaders (N16).
    #[serde(default, skip_serializing_if = "is_false")]
    pub leading_cadres_only: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that skip_serializing_if asks for"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Scope {
    /// Whether somebody of this class shall take part.
    #[must_use]
    pub fn shall(&self, class: PersonClass, leading_cadre: bool) -> bool {
        self.must.contains(&class) && (leading_cadre || !self.leading_cadres_only)
    }

    /// Whether somebody of this class shall or may take part.
    #[must_use]
    pub fn admits(&self, class: PersonClass, leading_cadre: bool) -> bool {
        (self.must.contains(&class) || self.may.contains(&class))
            && (leading_cadre || !self.leading_cadres_only)
    }

    /// Whether an audience is asked as such. Where only leading cadres pledge, a secretary writes as one of them or not at
    /// all: naming secretaries would promise a form to those who get none.
    #[must_use]
    pub fn names(&self, audience: Audience) -> bool {
        !self.leading_cadres_only || !matches!(audience, Audience::BranchSecretary | Audience::Participant)
    }

    /// Whether a unit of this kind shall or may pledge.
    #[must_use]
    pub fn admits_unit(&self, kind: UnitKind) -> bool {
        self.must_units.contains(&kind) || self.may_units.contains(&kind)
    }

    /// Whether functional or clinical departments (科室) pledge.
    #[must_use]
    pub fn has_departments(&self) -> bool {
        [UnitKind::FunctionalDepartment, UnitKind::ClinicalDepartment]
            .into_iter()
            .any(|kind| self.admits_unit(kind))
    }
}

/// What one audience lays weight on (N5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guidance {
    /// For whom; the first entry that names an audience is shown first.
    pub audience: Vec<Audience>,
    /// Heading.
    pub label: Text,
    /// The text of the notice.
    pub text: Text,
}

/// A labelled text: a principle, a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
    /// Text.
    pub text: Text,
}

/// A responsible unit or group of people of a stage (责任部门/人, N14), with the roles that act for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsible {
    /// Label as the notice has it.
    pub label: Text,
    /// Roles whose to-do page shows the stage.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Kinds of units it means; empty where it means an office or people.
    #[serde(default)]
    pub units: Vec<UnitKind>,
}

/// A stage (步骤). Stages may touch, overlap or stay open (N15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
    /// Text of the notice.
    #[serde(default)]
    pub text: Text,
    /// First day, counted from the first day of the campaign (0).
    pub start_day: i32,
    /// Last day, inclusive, counted likewise; `None` = open end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_day: Option<i32>,
    /// First day as a date; `None` while the campaign has no dates yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// Last day as a date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// What the stage opens.
    #[serde(default)]
    pub acts: Vec<GatedAct>,
    /// The line 责任部门/人 as the notice has it.
    #[serde(default)]
    pub responsible_text: String,
    /// Who is responsible.
    #[serde(default)]
    pub responsible: Vec<Responsible>,
}

/// A review question (N6, N11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Identifier.
    pub key: String,
    /// Question as the reviewer reads it.
    pub label: Text,
    /// Asked of these only; empty = of everybody.
    #[serde(default)]
    pub audience: Vec<Audience>,
    /// Answered for each item, not once for the pledge.
    #[serde(default)]
    pub per_item: bool,
}

/// The steps, one to three, for some audiences (N11; DOMAIN.md 1.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// For whom.
    pub audience: Vec<Audience>,
    /// The steps in order.
    pub steps: Vec<StepRule>,
}

/// A labelled choice: a channel, a reason, a means of supervision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Identifier.
    pub key: String,
    /// Label.
    pub label: Text,
}

/// Periods that the template sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    /// Length of the publicity and objection period, in days.
    pub objection_days: u32,
    /// An opinion is answered within so many working days.
    pub reply_working_days: u32,
    /// Default time limit of a rectification order, in days.
    pub rectification_days: u32,
    /// A notice is signed for within so many working days.
    pub acknowledgement_working_days: u32,
    /// Leading cadres file their pledges so many days before everybody else (N16).
    #[serde(default)]
    pub leaders_ahead_days: u32,
}

/// A fill-in-the-blank sentence offered while writing. It is a help, never a text to hand in as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSentence {
    /// Post group it suits (`doctor`, `nurse` …); empty = any.
    #[serde(default)]
    pub post: String,
    /// Kind of commitment.
    pub kind: String,
    /// For whom; empty = everybody.
    #[serde(default)]
    pub audience: Vec<Audience>,
    /// The sentence; places to fill are written `{…}`.
    pub text: Text,
}

/// A campaign template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Identifier.
    pub key: String,
    /// Version of the template's text.
    pub version: u32,
    /// Title of the campaign.
    pub title: Text,
    /// What the template is for.
    #[serde(default)]
    pub summary: Text,
    /// First day of the campaign; `None` while it has no dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// Basis documents.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Who takes part.
    pub scope: Scope,
    /// Aims.
    #[serde(default)]
    pub aims: Vec<Text>,
    /// Introduction to the kinds.
    #[serde(default)]
    pub kinds_intro: Text,
    /// Kinds of commitment.
    pub kinds: Vec<Kind>,
    /// What each audience lays weight on.
    #[serde(default)]
    pub guidance: Vec<Guidance>,
    /// Principles.
    #[serde(default)]
    pub principles: Vec<Clause>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Requirements.
    #[serde(default)]
    pub requirements: Vec<Clause>,
    /// Review questions.
    pub questions: Vec<Question>,
    /// Reasons for returning a pledge.
    #[serde(default)]
    pub return_reasons: Vec<Choice>,
    /// Review routes.
    pub review_routes: Vec<Route>,
    /// Printed forms.
    pub forms: Vec<Form>,
    /// Channels of publicity.
    pub channels: Vec<Choice>,
    /// Means of supervision.
    #[serde(default)]
    pub supervision: Vec<Choice>,
    /// Appraisal.
    pub appraisal: Appraisal,
    /// Satisfaction scale.
    pub satisfaction: Vec<Satisfaction>,
    /// Fields that become public.
    pub public_fields: Vec<PublicField>,
    /// Periods.
    pub periods: Periods,
    /// Pledges after the step of proposing; `None` = none are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate: Option<Immediate>,
    /// What differs from our default in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<crate::archive::Plan>,
    /// Groups of posts for the model sentences.
    #[serde(default)]
    pub posts: Vec<Choice>,
    /// Model sentences.
    #[serde(default)]
    pub sentences: Vec<ModelSentence>,
    /// The notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeDocument>,
}
