//! Looking back at an ended campaign: its pages are the same pages with `campaign=ID` in the address.

use super::Visit;
use app::campaign::RunningCampaign;
use domain::access::Actor;
use std::sync::Arc;

/// The campaign a page is asked about; `None` for the one everybody is shown.
pub(super) fn asked(query: &[(String, String)]) -> Option<String> {
    let mut asked = query
        .iter()
        .filter(|(name, id)| name == "campaign" && !id.is_empty());
    asked.next().map(|(_, id)| id.clone())
}

/// Somebody without an account, who on a page of the public may look at any campaign.
pub(super) fn stranger(query: &[(String, String)], private: bool) -> Actor {
    Actor {
        looks_at: asked(query).filter(|_| !private),
        ..Actor::public()
    }
}

impl Visit {
    /// The campaign the address asks for, or the page is about.
    pub fn looks_at(&self) -> Option<&str> {
        self.actor().looks_at.as_deref()
    }

    /// The ended campaign the page is about, where it is not the one everybody is shown.
    pub fn looks_back(&self) -> Option<&RunningCampaign> {
        let (id, house) = (self.looks_at()?, self.house());
        let past = house.past.iter().find(|c| c.id == id);
        past.filter(|_| house.now.as_deref() != Some(id))
    }

    /// The same reader on a page about something of a campaign: where that is history, the page says so and its links
    /// stay there.
    #[must_use]
    pub fn about(self, campaign: &str) -> Visit {
        if self.house().now.as_deref() == Some(campaign) {
            return self;
        }
        let mut inner = (*self.0).clone();
        let actor = inner.user.as_mut().map_or(&mut inner.nobody, |u| &mut u.actor);
        actor.looks_at = Some(campaign.to_owned());
        Visit(Arc::new(inner))
    }
}
