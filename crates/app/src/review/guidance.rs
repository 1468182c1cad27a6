//! The words offered with a reason for returning a pledge. Those that ship can be changed by the house and taken back (N11).

use crate::campaign::{RunningCampaign, shown};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use lang::Lang;
use std::collections::HashMap;
use store::Tx;
use store::review as rows;

/// Longest text for one reason, in characters: three of them fit into the words of a return.
pub const GUIDANCE_MAX: usize = 160;

/// Words for one reason in both languages; `None` = those that ship in this language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuidanceWords {
    /// In Chinese.
    pub zh: Option<String>,
    /// In English.
    pub en: Option<String>,
}

impl GuidanceWords {
    /// The house's own words in a language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> Option<&str> {
        match lang {
            Lang::Zh => self.zh.as_deref(),
            Lang::En => self.en.as_deref(),
        }
    }

    /// The house has words of its own in some language.
    #[must_use]
    pub fn any(&self) -> bool {
        self.zh.is_some() || self.en.is_some()
    }
}

/// The house's own words by the key of the reason; a reason that is missing has those that ship.
pub type OwnGuidance = HashMap<String, GuidanceWords>;

/// The house's own words.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn own(ctx: &Ctx, tx: &mut Tx) -> Result<OwnGuidance> {
    let rows = rows::guidance(tx, &ctx.organization).await?;
    let own = rows.into_iter().map(|g| {
        let words = GuidanceWords {
            zh: g.words,
            en: g.words_en,
        };
        (g.reason, words)
    });
    Ok(own.filter(|(_, words)| words.any()).collect())
}

/// One reason and what stands with it.
#[derive(Clone, Debug)]
pub struct GuidanceLine {
    /// Key of the reason.
    pub reason: String,
    /// The house's words.
    pub words: GuidanceWords,
    /// What goes back with a change; 0 while nobody ever changed it.
    pub revision: i64,
    /// Who changed it last, and when in microseconds UTC.
    pub changed: Option<(String, i64)>,
}

/// Asks for the words of every reason of the campaign; `None` while there is no campaign.
pub struct FindGuidance;

impl Query for FindGuidance {
    type Out = Option<(RunningCampaign, Vec<GuidanceLine>)>;

    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let Some(campaign) = shown(ctx, tx).await? else {
            return Ok(None);
        };
        let rows = rows::guidance(tx, &ctx.organization).await?;
        let line = |reason: &str| {
            let row = rows.iter().find(|g| g.reason == reason);
            GuidanceLine {
                reason: reason.to_owned(),
                words: row.map_or_else(GuidanceWords::default, |g| GuidanceWords {
                    zh: g.words.clone(),
                    en: g.words_en.clone(),
                }),
                revision: row.map_or(0, |g| g.revision),
                changed: row.map(|g| (g.changed_name.clone(), g.changed_at)),
            }
        };
        let reasons = campaign.template.return_reasons.iter();
        let lines = reasons.map(|r| line(&r.key)).collect();
        Ok(Some((campaign, lines)))
    }
}

/// The new words of one reason.
#[derive(Clone, Debug)]
pub struct NewGuidance {
    /// Key of the reason.
    pub reason: String,
    /// The revision that was on the screen.
    pub revision: i64,
    /// The new words.
    pub words: GuidanceWords,
}

/// Changes the words of some reasons, or takes back the house's own: all of them or none.
pub struct ChangeGuidance {
    /// What changes.
    pub changes: Vec<NewGuidance>,
}

impl ChangeGuidance {
    /// Everything that is wrong with what was typed, at once.
    fn check(&self, campaign: &RunningCampaign) -> Result<()> {
        let mut problems = Problems::new();
        for change in &self.changes {
            let mut known = campaign.template.return_reasons.iter();
            if !known.any(|r| r.key == change.reason) {
                return Err(Problem::not_found("problem.not_found").into());
            }
            for (name, words) in [("words", &change.words.zh), ("words_en", &change.words.en)] {
                if let Some(words) = words {
                    let field = format!("{name}.{}", change.reason);
                    problems.note(check_text(&field, words, TextRule::area(GUIDANCE_MAX)));
                }
            }
        }
        Ok(problems.or(())?)
    }
}

impl UseCase for ChangeGuidance {
    type Out = ();

    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let campaign = shown(ctx, tx).await?;
        let campaign = campaign.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
        self.check(&campaign)?;
        let mut moved = Problems::new();
        for change in &self.changes {
            let row = rows::Guidance {
                reason: change.reason.clone(),
                words: change.words.zh.as_ref().map(|w| w.trim().to_owned()),
                words_en: change.words.en.as_ref().map(|w| w.trim().to_owned()),
                revision: change.revision.saturating_add(1),
                changed_by: ctx.actor.account.clone(),
                changed_name: ctx.actor.name.clone(),
                changed_at: ctx.now,
            };
            if rows::put_guidance(tx, &ctx.organization, change.revision, &row).await? == 0 {
                let all = rows::guidance(tx, &ctx.organization).await?;
                let now = all.into_iter().find(|g| g.reason == change.reason);
                let name = now.map(|g| g.changed_name).unwrap_or_default();
                let problem = Problem::conflict("problem.review.guidance_moved");
                moved.push(problem.on(format!("words.{}", change.reason)).with("name", name));
            }
        }
        Ok(moved.or(())?)
    }

    fn event(&self, (): &()) -> Event {
        let changes = self.changes.iter();
        let changes = changes
            .map(|c| serde_json::json!({ "reason": c.reason, "words": c.words.zh, "words_en": c.words.en }));
        Event::new("review.guidance", "organization", "")
            .with(serde_json::json!({ "changes": changes.collect::<Vec<_>>() }))
    }
}
