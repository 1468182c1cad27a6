//! What an evidence package (档案包) holds, how long each paper is kept, and what of the audit trail leaves with it
//! (GB/T 18894, DA/T 22; the periods are data: `templates-campaign/archive`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::campaign::Template;

/// How long a paper is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// For ever.
    Permanent,
    /// Thirty years.
    #[serde(rename = "years_30")]
    Years30,
    /// Ten years.
    #[serde(rename = "years_10")]
    Years10,
}

impl Retention {
    /// The identifier as TOML and i18n keys (`package_retention.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Years30 => "years_30",
            Self::Years10 => "years_10",
        }
    }

    /// The sign in an archival code, as DA/T 22 writes it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Permanent => "Y",
            Self::Years30 => "D30",
            Self::Years10 => "D10",
        }
    }
}

/// A sort of paper in the package, in the order in which it is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Notices, briefs and summaries as they went out, who signed for them, and the blank forms.
    Notice,
    /// Demands and the log of visits.
    Survey,
    /// Forms of branches (annex 1).
    BranchForm,
    /// Forms of people (annex 2).
    MemberForm,
    /// Decisions of the review, with their seals.
    Decision,
    /// Batches and the ledger of channels.
    Publication,
    /// The ledger of commitments.
    Ledger,
    /// Reports of branches.
    Report,
    /// Good examples that were published.
    Example,
    /// Results of appraisal rounds; ballots only as counts.
    Appraisal,
    /// Criticism, orders, follow-ups.
    Rectification,
    /// The supervision calendar and what was found.
    Inspection,
    /// Draws of spot checks, each as the file that carries it out again.
    Draw,
    /// Objections of the publicity period and what was changed afterwards.
    Objection,
    /// Files handed in as evidence.
    Attachment,
    /// The public log and its root.
    PublicLog,
    /// What of the audit trail is about the campaign.
    Audit,
}

impl Series {
    /// All, in order.
    pub const ALL: [Series; 17] = [
        Self::Notice,
        Self::Survey,
        Self::BranchForm,
        Self::MemberForm,
        Self::Decision,
        Self::Publication,
        Self::Ledger,
        Self::Report,
        Self::Example,
        Self::Appraisal,
        Self::Rectification,
        Self::Inspection,
        Self::Draw,
        Self::Objection,
        Self::Attachment,
        Self::PublicLog,
        Self::Audit,
    ];

    /// The identifier as TOML and i18n keys (`package_series.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Survey => "survey",
            Self::Ledger => "ledger",
            Self::Report => "report",
            Self::Example => "example",
            Self::BranchForm => "branch_form",
            Self::MemberForm => "member_form",
            Self::Decision => "decision",
            Self::Publication => "publication",
            Self::Appraisal => "appraisal",
            Self::Rectification => "rectification",
            Self::Inspection => "inspection",
            Self::Draw => "draw",
            Self::Objection => "objection",
            Self::Attachment => "attachment",
            Self::PublicLog => "public_log",
            Self::Audit => "audit",
        }
    }
}

/// What a template, or else our default, says of the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Number of the fonds (全宗号), where the house has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fonds: String,
    /// Sign of the category of archives (档案门类代码).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// How long each sort of paper is kept.
    #[serde(default)]
    pub retention: BTreeMap<Series, Retention>,
}

static DEFAULT: LazyLock<Plan> = LazyLock::new(|| {
    // A test reads it: a mistake in the file never leaves the house.
    toml::from_str(include_str!("../../../templates-campaign/archive/default.toml")).unwrap_or_default()
});

impl Plan {
    /// The plan of a template: what it leaves open is our default.
    #[must_use]
    pub fn of(template: &Template) -> Plan {
        let mut plan = DEFAULT.clone();
        if let Some(own) = &template.archive {
            let put = |to: &mut String, from: &str| {
                if !from.trim().is_empty() {
                    from.trim().clone_into(to);
                }
            };
            put(&mut plan.fonds, &own.fonds);
            put(&mut plan.category, &own.category);
            plan.retention.extend(own.retention.iter());
        }
        plan
    }

    /// How long a sort of paper is kept; what nobody decided is kept for ever.
    #[must_use]
    pub fn retention(&self, series: Series) -> Retention {
        self.retention
            .get(&series)
            .copied()
            .unwrap_or(Retention::Permanent)
    }

    /// The archival code (档号) of an item: fonds, category and year, period, branch, number of the item.
    #[must_use]
    pub fn code(&self, year: i16, retention: Retention, department: usize, item: usize) -> String {
        let fonds = match self.fonds.as_str() {
            "" => String::new(),
            fonds => format!("{fonds}-"),
        };
        let (category, kept) = (&self.category, retention.code());
        format!("{fonds}{category}·{year}-{kept}-{department:03}-{item:04}")
    }
}

/// Acts that are about the campaign itself. The rest of the trail (accounts, roles, sign-ins, opinions, looks) is not
/// the archive's business: of it the package shows place and hash alone, so that the chain stays whole.
const ABOUT: [&str; 13] = [
    "appraisal",
    "brief",
    "campaign",
    "draw",
    "example",
    "inspection",
    "notice",
    "package",
    "pledge",
    "publication",
    "rectification",
    "report",
    "review",
];

/// Whether an audit entry leaves with the package in full.
#[must_use]
pub fn is_told(act: &str) -> bool {
    act.split_once('.')
        .is_some_and(|(about, _)| ABOUT.contains(&about))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let (_, text) = crate::campaign::shipped()[0];
        crate::campaign::parse(text).expect("shipped")
    }

    #[test]
    fn the_default_names_every_series() {
        let plan = Plan::of(&template());
        for series in Series::ALL {
            assert!(plan.retention.contains_key(&series), "{}", series.name());
        }
        assert_eq!(plan.retention(Series::MemberForm), Retention::Years10);
        assert_eq!(plan.code(2010, Retention::Years30, 3, 12), "WS·2010-D30-003-0012");
    }

    #[test]
    fn a_template_decides_for_itself() {
        let (_, text) = crate::campaign::shipped()[0];
        let own = "[archive]\nfonds = \"J012\"\n[archive.retention]\nmember_form = \"permanent\"";
        let template = crate::campaign::parse(&format!("{text}\n{own}\n")).expect("a template");
        let plan = Plan::of(&template);
        assert_eq!(plan.retention(Series::MemberForm), Retention::Permanent);
        assert_eq!(plan.retention(Series::Decision), Retention::Years30);
        assert_eq!(
            plan.code(2010, Retention::Permanent, 0, 1),
            "J012-WS·2010-Y-000-0001"
        );
        let unknown = toml::from_str::<Plan>("[retention]\nmember_form = \"years_99\"");
        assert!(unknown.is_err());
    }

    #[test]
    fn of_the_trail_only_the_campaign_leaves() {
        for act in ["pledge.submit", "review.undo", "package.export"] {
            assert!(is_told(act), "{act}");
        }
        for act in [
            "account.sign_in",
            "opinion.give",
            "ballot.cast",
            "role.grant",
            "access.refused",
            "audit.export",
            "feedback.give",
        ] {
            assert!(!is_told(act), "{act}");
        }
    }
}
