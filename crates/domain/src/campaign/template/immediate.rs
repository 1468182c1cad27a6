//! Pledges after the step of proposing of a campaign.

use serde::{Deserialize, Serialize};

use super::Text;

/// Immediate pledges (即时承诺): what comes up after the step of proposing may still be promised, reviewed and published,
/// until the campaign is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Immediate {
    /// How the organisation calls them.
    pub label: Text,
    /// What they are for, shown above the form.
    pub text: Text,
}
