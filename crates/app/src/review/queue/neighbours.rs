//! What reads like the items of a form: a colleague's in the branch, and texts of the whole organisation.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::review::{Desk, Matter};
use crate::texts::{self, AlikeText, AtHand, Author, Words};
use domain::review::{OwnWords, TWIN_PERCENT};
use std::collections::HashMap;
use std::sync::Arc;
use store::Tx;

/// A colleague's item that reads alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// How alike, in percent.
    pub percent: u32,
    /// Place of one's own item.
    pub item: usize,
    /// Whose it is.
    pub name: String,
    /// His text.
    pub text: String,
}

/// An item of a unit, ready for comparing.
struct Near<'a> {
    matter: &'a Matter,
    text: &'a str,
    own: Arc<OwnWords>,
}

/// The items of the units prepared for comparing. The words of the campaign's model sentences are nobody's own.
pub(super) struct Neighbours<'a> {
    words: Arc<Words>,
    by_unit: HashMap<&'a str, Vec<Near<'a>>>,
    at_hand: AtHand<'a>,
    desk: &'a Desk,
}

impl<'a> Neighbours<'a> {
    pub(super) fn of(ctx: &Ctx, desk: &'a Desk, matters: &'a [Arc<Matter>]) -> Neighbours<'a> {
        let words = ctx.texts.words(&desk.campaign.template);
        let mut by_unit: HashMap<&str, Vec<Near<'_>>> = HashMap::new();
        let mut at_hand = AtHand::default();
        for matter in matters {
            at_hand.give(&matter.row, &matter.content);
            let list = by_unit.entry(matter.row.unit_id.as_str()).or_default();
            list.extend(matter.content.items.iter().map(|item| Near {
                matter,
                text: &item.content,
                own: words.own(&item.content),
            }));
        }
        Neighbours {
            words,
            by_unit,
            at_hand,
            desk,
        }
    }

    /// The colleague's item most like one of these.
    pub(super) fn twin(&self, matter: &Matter) -> Option<Twin> {
        let list = self.by_unit.get(matter.row.unit_id.as_str())?;
        let mut best: Option<(u32, usize, &Near<'_>)> = None;
        let alone = matter.content.items.iter().enumerate();
        for (place, item) in alone.filter(|(_, i)| !i.joint) {
            let own = self.words.own(&item.content);
            for near in list {
                if near.matter.row.id == matter.row.id || own.cannot_reach(&near.own, TWIN_PERCENT) {
                    continue;
                }
                let percent = own.percent(&near.own);
                if percent >= TWIN_PERCENT && best.is_none_or(|(most, _, _)| percent > most) {
                    best = Some((percent, place, near));
                }
            }
        }
        let (percent, item, near) = best?;
        let name = match near.matter.row.name.as_str() {
            "" => self.desk.unit_name(&near.matter.row.unit_id),
            name => name,
        };
        Some(Twin {
            percent,
            item,
            name: name.to_owned(),
            text: near.text.to_owned(),
        })
    }

    /// What reads like the items of a matter, in this campaign and before, with whose it is.
    pub(super) async fn alike(&mut self, ctx: &Ctx, tx: &mut Tx, matter: &Matter) -> Result<Vec<AlikeText>> {
        let author = Author {
            pledge: &matter.row.id,
            pledger: &matter.row.pledger_id,
            unit: &matter.row.unit_id,
            campaign: matter.content.campaign.as_str(),
        };
        let items = matter.content.items.iter();
        let items: Vec<(&str, bool)> = items.map(|i| (i.content.as_str(), i.joint)).collect();
        let mut found = texts::alike(ctx, tx, &self.words, author, &items, &mut self.at_hand).await?;
        for other in &mut found {
            self.desk.unit_name(&other.unit).clone_into(&mut other.unit_name);
        }
        Ok(found)
    }
}
