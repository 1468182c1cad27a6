//! Looking back at an ended campaign: its public pages are the same pages with `campaign=ID` in the address.

use super::Visit;
use crate::gate::Gate;
use domain::access::Actor;

/// Nobody in particular, who on a page of the public may look back at an ended campaign.
pub(super) fn reader(gate: Gate, query: &[(String, String)]) -> Actor {
    let public = !matches!(gate, Gate::SignedIn | Gate::Holds(_));
    let mut asked = query
        .iter()
        .filter(|(name, id)| public && name == "campaign" && !id.is_empty());
    Actor {
        looks_at: asked.next().map(|(_, id)| id.clone()),
        ..Actor::public()
    }
}

impl Visit {
    /// The campaign the reader looks back at.
    pub fn looks_at(&self) -> Option<&str> {
        self.actor().looks_at.as_deref()
    }
}
