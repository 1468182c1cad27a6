//! How house and reader are called on a page.

use super::Visit;
use crate::Web;
use app::organization::{FindHouse, House};
use domain::access::{Actor, Role};
use std::sync::Arc;

impl Visit {
    /// The organisation's name; the product's before the set-up.
    pub fn house_name(&self) -> &str {
        match self.house().name.as_str() {
            "" => self.t("ui.brand"),
            name => name,
        }
    }

    /// The same reader after an act that changed the house: its name stands on what is shown next.
    pub(crate) async fn anew(&self) -> Visit {
        let generation = self.web().app().generation();
        let (house, _) = find(self.web(), generation).await;
        let mut inner = (*self.0).clone();
        (inner.house, inner.generation) = (house, generation);
        Visit(Arc::new(inner))
    }

    /// The letter of the organisation's mark.
    pub fn house_mark(&self) -> String {
        match self.house().settings.mark.as_str() {
            "" => self.house_name().chars().take(1).collect(),
            mark => mark.to_owned(),
        }
    }

    /// What the actor was granted, each role once however many units it is for.
    pub fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.actor().grants.iter().map(|g| g.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// The organisation, kept until the next change that strangers may see.
///
/// Where it cannot be asked just now: as it was known last, and why.
pub(super) async fn find(web: &Web, generation: u64) -> (Arc<House>, Option<app::Error>) {
    if let Ok(kept) = web.0.house.read()
        && kept.0 == generation
    {
        return (kept.1.clone(), None);
    }
    let house = match web.app().query(&Actor::public(), FindHouse).await {
        Ok(house) => Arc::new(house),
        Err(why) => {
            let last = web.0.house.read().map(|kept| kept.1.clone());
            return (last.unwrap_or_default(), Some(why));
        }
    };
    if let Ok(mut kept) = web.0.house.write() {
        *kept = (generation, house.clone());
    }
    (house, None)
}
