//! The organisation: its names and settings.

use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::settings::Settings;
use store::Tx;

/// The organisation as page furniture needs it.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Settings.
    pub settings: Settings,
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
        Ok(row.map_or_else(House::default, |row| House {
            name: row.name,
            short_name: row.short_name,
            settings: serde_json::from_str(&row.settings).unwrap_or_default(),
        }))
    }
}
