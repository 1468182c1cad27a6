//! Keeping one item as it is typed: the act that runs every few seconds on every desk. It reads what it needs and no more,
//! in the transaction that writes it.

use super::along::may_write;
use super::draft::keep;
use super::{Desk, DraftItem, Edit, TypedItem, header_of, missing, subject};
use crate::App;
use crate::campaign::require_current;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::texts::{self, AlikeText, AtHand, Author};
use domain::access::Actor;
use domain::campaign::Template;
use domain::pledge::sentence::{Piece, pieces};
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

impl UseCase for KeepItem {
    type Out = Kept;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Kept> {
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = require_current(ctx, tx).await?;
        let row = rows::of_pledger(tx, &ctx.organization, &campaign.id, subject.id()).await?;
        let row = may_write(ctx, tx, row.ok_or_else(missing)?).await?;
        let audience = super::audience(ctx, tx, &subject).await?;
        let kinds = campaign.kinds_for(audience);
        if !kinds.iter().any(|k| k.key == self.typed.kind) {
            return Err(missing());
        }
        let typed = Box::new(self.typed(&campaign.template));
        let id = self.id.clone();
        let edit = match self.split {
            true => Edit::Split { id, typed },
            false => Edit::Item { id, typed },
        };
        let (pledge, post) = (row.id.clone(), header_of(&row)?.post_group);
        let revision = self.revision.unwrap_or(row.revision);
        let (saved, draft) = keep(ctx, tx, row, &edit, revision).await?;
        let item = draft.items.into_iter().find(|i| i.item.id.as_str() == saved.item);
        Ok(Kept {
            pledge,
            revision: saved.revision,
            at: saved.at,
            item,
            post,
            template: campaign.template,
            campaign: campaign.id,
            pledger: subject.id().to_owned(),
            unit: subject.unit.id,
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
    let ctx = app.ctx(actor.clone());
    if !ctx.texts.is_behind(ctx.now) && !ctx.texts.knows_alike(kept.author(), &item.item.content) {
        return Ok(Vec::new());
    }
    app.query(actor, FindAlike(kept.clone())).await
}
