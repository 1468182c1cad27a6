//! The rules of the advice as they hold in this house: the shipped ones with its own words (N6, N8).

use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope};
use domain::advice::{HouseWords, Rules};
use domain::problem::Problem;
use std::sync::{Arc, PoisonError, RwLock};
use store::Tx;
use store::advice as rows;

pub use store::advice::Edition;

/// Editions told on the page.
const TOLD: i64 = 20;

/// The rules made last, with the edition they were made of. Cheap to share.
#[derive(Debug, Default)]
pub struct HouseRules(RwLock<Option<(i64, Arc<Rules>)>>);

/// The rules that hold now. Made anew when somebody changed them, here or in another process.
///
/// # Errors
/// Whatever the database reports.
pub async fn rules(ctx: &Ctx, tx: &mut Tx) -> Result<Arc<Rules>> {
    let newest = rows::newest(tx, &ctx.organization).await?;
    if newest == 0 {
        return Ok(Rules::shipped_shared());
    }
    {
        let kept = ctx.rules.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((edition, rules)) = kept.as_ref()
            && *edition == newest
        {
            return Ok(rules.clone());
        }
    }
    let words = words_of(ctx, tx, newest).await?;
    let rules = Arc::new(words.rules().map_err(Error::bug)?);
    *ctx.rules.0.write().unwrap_or_else(PoisonError::into_inner) = Some((newest, rules.clone()));
    Ok(rules)
}

/// The words of an edition; nothing before the first.
async fn words_of(ctx: &Ctx, tx: &mut Tx, edition: i64) -> Result<HouseWords> {
    match rows::edition(tx, &ctx.organization, edition).await? {
        Some(row) => serde_json::from_str(&row.words).map_err(Error::bug),
        None => Ok(HouseWords::default()),
    }
}

/// What the house changed, and when.
#[derive(Clone, Debug)]
pub struct WordsView {
    /// What holds now.
    pub words: HouseWords,
    /// Number of the edition that holds; 0 = as shipped.
    pub edition: i64,
    /// The last editions, newest first.
    pub editions: Vec<Edition>,
    /// The rules made of it.
    pub rules: Arc<Rules>,
}

/// Asks for the organisation's own words.
pub struct FindWords;

impl Query for FindWords {
    type Out = WordsView;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<WordsView> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let edition = rows::newest(tx, &ctx.organization).await?;
        Ok(WordsView {
            words: words_of(ctx, tx, edition).await?,
            edition,
            editions: rows::editions(tx, &ctx.organization, TOLD).await?,
            rules: rules(ctx, tx).await?,
        })
    }
}

/// Changes one list of words. What others write is advised by it from then on; decisions made keep their version.
pub struct EditWords {
    /// The list.
    pub list: String,
    /// Words beside the shipped ones, one on each line.
    pub more: String,
    /// Shipped words the house does without, one on each line.
    pub without: String,
    /// The edition the writer saw.
    pub edition: i64,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The version of the rules that holds now.
    pub version: String,
    /// Whether anything changed.
    pub changed: bool,
}

impl UseCase for EditWords {
    type Out = Edited;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Edited> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let newest = rows::newest(tx, &ctx.organization).await?;
        let before = words_of(ctx, tx, newest).await?;
        let mut words = before.clone();
        words.edit(&self.list, &self.more, &self.without)?;
        // Other lists may have changed meanwhile; this one may not.
        if newest != self.edition {
            let seen = words_of(ctx, tx, self.edition).await?;
            if seen.change(&self.list) != before.change(&self.list) {
                return Err(Problem::conflict("advice_words.changed_meanwhile")
                    .on("more")
                    .into());
            }
        }
        let version = words.rules().map_err(Error::bug)?.version().to_owned();
        let changed = words != before;
        if changed {
            let row = Edition {
                edition: newest + 1,
                rules_version: version.clone(),
                list: self.list.clone(),
                words: serde_json::to_string(&words).map_err(Error::bug)?,
                made_name: ctx.actor.name.clone(),
                made_at: ctx.now,
            };
            rows::add(tx, &ctx.organization, &row, &ctx.actor.account).await?;
        }
        Ok(Edited { version, changed })
    }
    fn event(&self, out: &Edited) -> Event {
        // Public pages underline what the rules measure.
        Event::new("advice.words", "advice_words", &self.list)
            .with(serde_json::json!({ "rules": out.version, "changed": out.changed }))
            .seen_by_all()
    }
}
