//! Kinds of commitment: what each is called, how many of it are asked of whom, and what it says about demands.

use serde::{Deserialize, Serialize};

use super::{Audience, Text};

/// How many items of a kind one audience pledges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindCount {
    /// For whom.
    pub audience: Audience,
    /// At least so many.
    #[serde(default)]
    pub min: u32,
    /// At most so many; `None` = no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What a kind says about the demand an item of it answers (N7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandUse {
    /// The writer may name one.
    #[default]
    Optional,
    /// An item of this kind claims a demand of the menu: without one it is not handed in, as long as there is a demand to
    /// be claimed.
    Required,
}

impl DemandUse {
    /// Nothing is asked.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        *self == Self::Optional
    }
}

/// A kind of commitment (N4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Identifier (`common_commitment`, `post_commitment`, `practical_deed` …).
    pub key: String,
    /// Label as the notice has it.
    pub label: Text,
    /// Remark on the label, for the office.
    #[serde(default)]
    pub note: Text,
    /// Guidance shown beside the form.
    pub guidance: Text,
    /// A demand that is claimed is answered in this kind (N7, N9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answers_demands: bool,
    /// Whether an item of this kind is handed in only with the demand it answers.
    #[serde(default, skip_serializing_if = "DemandUse::is_optional")]
    pub demand: DemandUse,
    /// Topics to choose from while writing.
    #[serde(default)]
    pub topics: Vec<Text>,
    /// How many per audience; an audience not listed may write any number.
    #[serde(default)]
    pub counts: Vec<KindCount>,
}

impl Kind {
    /// How many items this audience pledges: `(min, max)`; any number where nothing is said.
    #[must_use]
    pub fn count_for(&self, audience: Audience) -> (u32, Option<u32>) {
        self.counts
            .iter()
            .find(|c| c.audience == audience)
            .map_or((0, None), |c| (c.min, c.max))
    }
}
