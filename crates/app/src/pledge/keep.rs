//! Keeping one item as it is typed: the act that runs every few seconds on every desk. It reads what it needs and no more,
//! in the transaction that writes it.

use super::along::may_write;
use super::draft::keep;
use super::{Desk, DraftItem, Edit, TypedItem, missing, subject};
use crate::App;
use crate::campaign::require_template;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::texts::{self, AlikeText, AtHand, Author};
use domain::access::{Actor, Grant, Permission, Role, Scope, may};
use domain::campaign::{Audience, Template};
use domain::pledge::sentence::{Piece, pieces};
use domain::problem::Problem;
use lang::Lang;
use std::sync::Arc;
use store::Tx;
use store::pledge as rows;

/// Keeps one item of the form on a desk.
pub struct KeepItem {
    /// Whose form.
    pub desk: Desk,
    /// The item's id; empty for a new one.
    pub id: String,
    /// What was typed; sentence and content are put in when the template is known.
    pub typed: Box<TypedItem>,
    /// Own words, where no sentence was chosen.
    pub own: String,
    /// Own words behind the sentence.
    pub rest: String,
    /// The place of the model sentence in the template; `None` for own words.
    pub sentence: Option<usize>,
    /// The language in which the sentence was shown.
    pub lang: Lang,
    /// The revision the writer saw; `None` where the page showed none.
    pub revision: Option<i64>,
    /// Writes several promises typed as one as several items.
    pub split: bool,
}

/// What was kept, with what is told about it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The pledge.
    pub pledge: String,
    /// The revision from now on.
    pub revision: i64,
    /// When, microseconds UTC.
    pub at: i64,
    /// The item as kept; `None` when it is new and blank.
    pub item: Option<DraftItem>,
    /// Group of posts of the pledger; empty when unknown.
    pub post: String,
    /// The campaign's template.
    pub template: Arc<Template>,
    campaign: String,
    pledger: String,
    unit: String,
}

impl KeepItem {
    /// What was typed, with the sentence of the template and a text for each of its places.
    fn typed(&self, template: &Template) -> TypedItem {
        let mut typed = (*self.typed).clone();
        let sentence = self.sentence.and_then(|at| template.sentences.get(at));
        typed.sentence = sentence.map_or_else(String::new, |s| s.text.get(self.lang).to_owned());
        let places = pieces(&typed.sentence);
        let places = places.iter().filter(|p| matches!(p, Piece::Place(_))).count();
        typed.blanks.resize(places, String::new());
        // A sentence that is gone from the template meanwhile leaves the own words.
        let words = if typed.sentence.is_empty() {
            &self.own
        } else {
            &self.rest
        };
        typed.content.clone_from(words);
        typed
    }
}

/// Who pledges at a desk, as far as keeping an item needs it.
struct Pledger {
    id: String,
    unit: String,
    audience: Audience,
}

/// Who pledges. Of the actor himself the session has told what he was granted; of everybody else it is looked up.
async fn pledger(ctx: &Ctx, tx: &mut Tx, desk: &Desk) -> Result<Pledger> {
    if *desk != Desk::Own {
        let subject = subject(ctx, tx, desk).await?;
        return Ok(Pledger {
            audience: super::audience(ctx, tx, &subject).await?,
            id: subject.id().to_owned(),
            unit: subject.unit.id,
        });
    }
    let own = ctx.actor.person.as_deref();
    let own = own.ok_or_else(|| Problem::conflict("problem.pledge.no_person"))?;
    let person = store::person::by_id(tx, &ctx.organization, own).await?;
    let person = person.ok_or_else(missing)?;
    let unit = person.unit_id.as_str();
    let scope = Scope::Person {
        person: &person.id,
        unit,
    };
    if !may(&ctx.actor, Permission::FilePledge, scope) {
        return Err(missing());
    }
    let secretary = |g: &Grant| g.role == Role::BranchSecretary && g.unit.as_deref() == Some(unit);
    let audience = super::audience_of(&person, ctx.actor.grants.iter().any(secretary));
    Ok(Pledger {
        audience,
        id: person.id,
        unit: person.unit_id,
    })
}

/// The group of posts in the boxes of a stored pledge, without reading the others.
///
/// # Errors
/// A row no version of this product can have written.
fn post_group_of(row: &rows::Pledge) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Group {
        #[serde(default)]
        post_group: String,
    }
    let group: Group = serde_json::from_str(&row.header).map_err(Error::bug)?;
    Ok(group.post_group)
}

impl UseCase for KeepItem {
    type Out = Kept;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Kept> {
        let pledger = pledger(ctx, tx, &self.desk).await?;
        let (campaign, template) = require_template(ctx, tx).await?;
        let row = rows::of_pledger(tx, &ctx.organization, &campaign, &pledger.id).await?;
        let row = may_write(ctx, tx, row.ok_or_else(missing)?).await?;
        let kinds = template.kinds_for(pledger.audience);
        if !kinds.iter().any(|k| k.key == self.typed.kind) {
            return Err(missing());
        }
        let typed = Box::new(self.typed(&template));
        let id = self.id.clone();
        let edit = match self.split {
            true => Edit::Split { id, typed },
            false => Edit::Item { id, typed },
        };
        let (pledge, post) = (row.id.clone(), post_group_of(&row)?);
        let revision = self.revision.unwrap_or(row.revision);
        let (saved, draft) = keep(ctx, tx, row, &edit, revision).await?;
        let item = draft.items.into_iter().find(|i| i.item.id.as_str() == saved.item);
        Ok(Kept {
            pledge,
            revision: saved.revision,
            at: saved.at,
            item,
            post,
            template,
            campaign,
            pledger: pledger.id,
            unit: pledger.unit,
        })
    }
    fn event(&self, out: &Kept) -> Event {
        Event::new("pledge.save", "pledge", &out.pledge)
    }
}

struct FindAlike(Kept);

impl Query for FindAlike {
    type Out = Vec<AlikeText>;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<AlikeText>> {
        let FindAlike(kept) = self;
        let Some(item) = &kept.item else {
            return Ok(Vec::new());
        };
        texts::catch_up(ctx, tx).await?;
        let joint = !item.item.joint.trim().is_empty();
        let words = ctx.texts.words(&kept.template);
        let items = [(item.item.content.as_str(), joint)];
        let mut found = texts::alike(ctx, tx, &words, kept.author(), &items, &mut AtHand::default()).await?;
        // Whose it is stays with the reviewer.
        for other in &mut found {
            other.name.clear();
        }
        Ok(found)
    }
}

impl Kept {
    fn author(&self) -> Author<'_> {
        Author {
            pledge: &self.pledge,
            pledger: &self.pledger,
            unit: &self.unit,
            campaign: &self.campaign,
        }
    }
}

/// What reads like an item just kept by its writer, without names. The database is asked only when the index knows
/// something or has to be brought up to date.
///
/// # Errors
/// Whatever the database reports.
pub async fn alike_kept(app: &App, actor: &Actor, kept: &Kept) -> Result<Vec<AlikeText>> {
    let Some(item) = &kept.item else {
        return Ok(Vec::new());
    };
    let texts = app.texts();
    if !texts.is_behind(app.clock().now()) && !texts.knows_alike(kept.author(), &item.item.content) {
        return Ok(Vec::new());
    }
    app.query(actor, FindAlike(kept.clone())).await
}
