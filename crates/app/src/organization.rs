//! The organisation: its names and settings.

use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::advice::Rules;
use domain::settings::Settings;
use std::sync::Arc;
use store::Tx;

/// The organisation as page furniture needs it.
#[derive(Clone, Debug)]
pub struct House {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Settings.
    pub settings: Settings,
    /// The rules of the advice, with the house's own words.
    pub rules: Arc<Rules>,
    /// The campaigns that have ended, the newest first.
    pub past: Vec<RunningCampaign>,
    /// The campaign everybody is shown who asks for none.
    pub now: Option<String>,
}

impl Default for House {
    fn default() -> House {
        House {
            name: String::new(),
            short_name: String::new(),
            settings: Settings::default(),
            rules: Rules::shipped_shared(),
            past: Vec::new(),
            now: None,
        }
    }
}

/// Asks for the organisation.
pub struct FindHouse;

impl Query for FindHouse {
    type Out = House;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<House> {
        let row = store::organization::by_id(tx, &ctx.organization).await?;
        let rules = crate::advice::rules(ctx, tx).await?;
        let now = campaign::shown(ctx, tx).await?.map(|c| c.id);
        let past = campaign::ended(ctx, tx).await?;
        Ok(row.map_or_else(House::default, |row| House {
            name: row.name,
            short_name: row.short_name,
            settings: serde_json::from_str(&row.settings).unwrap_or_default(),
            rules,
            past,
            now,
        }))
    }
}
