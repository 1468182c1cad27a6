//! What of a form reads like other texts, once the index has said where to look.

use super::{Author, Kept};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::advice::Source;
use domain::campaign::Template;
use domain::pledge::VersionContent;
use domain::review::alike::NEAR_PERCENT;
use domain::review::{Known, Models, OwnWords};
use lang::Lang;
use std::collections::HashMap;
use std::sync::Arc;
use store::Tx;
use store::review::{self as rows, HandedIn};

/// Texts of a campaign kept ready for comparing.
const TEXTS_KEPT: usize = 4_000;

/// A text nearly the same as an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeText {
    /// Place of the own item, from 0.
    pub item: usize,
    /// How alike, in percent.
    pub percent: u32,
    /// Where it lies, seen from the author.
    pub source: Source,
    /// Whose it is: the person, empty for a unit's.
    pub name: String,
    /// The branch (its id).
    pub unit: String,
    /// Its name, for whoever may know whose the text is.
    pub unit_name: String,
    /// The text.
    pub text: String,
    /// The writer says that his own is promised together. What others declare excuses nobody else's copy.
    pub joint: bool,
}

/// The model sentences of a campaign, whose words are nobody's own, with the texts compared lately.
#[derive(Debug)]
pub struct Words {
    models: Models,
    kept: Kept<Arc<OwnWords>>,
}

impl Words {
    /// Prepares the sentences of a template in every language.
    #[must_use]
    pub fn of(template: &Template) -> Words {
        let sentences = template.sentences.iter();
        Words {
            models: Models::of(sentences.flat_map(|s| Lang::ALL.map(|lang| s.text.get(lang)))),
            kept: Kept::new(TEXTS_KEPT),
        }
    }

    /// What is the writer's own in a text.
    #[must_use]
    pub fn own(&self, text: &str) -> Arc<OwnWords> {
        if let Some(own) = self.kept.get(text) {
            return own;
        }
        let own = Arc::new(self.models.own(text));
        self.kept.put(text.to_owned(), own.clone());
        own
    }
}

/// Pledges at hand while texts are compared: what the caller has read already, and what was read on the way.
#[derive(Debug, Default)]
pub struct AtHand<'a> {
    given: HashMap<&'a str, (&'a HandedIn, &'a VersionContent)>,
    read: HashMap<Arc<str>, Option<(HandedIn, VersionContent)>>,
}

impl<'a> AtHand<'a> {
    /// Gives a pledge as it was handed in last.
    pub fn give(&mut self, row: &'a HandedIn, content: &'a VersionContent) {
        self.given.insert(row.id.as_str(), (row, content));
    }

    async fn find(
        &mut self,
        ctx: &Ctx,
        tx: &mut Tx,
        pledge: &Arc<str>,
    ) -> Result<Option<(&HandedIn, &VersionContent)>> {
        if let Some((row, content)) = self.given.get(&**pledge) {
            return Ok(Some((row, content)));
        }
        if !self.read.contains_key(pledge) {
            let row = rows::handed_in_one(tx, &ctx.organization, pledge).await?;
            let read = row.map(|row| match serde_json::from_str(&row.content) {
                Ok(content) => Ok((row, content)),
                Err(unread) => Err(Error::bug(unread)),
            });
            self.read.insert(pledge.clone(), read.transpose()?);
        }
        let read = self.read.get(pledge).and_then(Option::as_ref);
        Ok(read.map(|(row, content)| (row, content)))
    }
}

/// The texts nearly the same as the items of a form, the most alike first. The same model sentence filled with other
/// numbers is no copy.
///
/// # Errors
/// Whatever the database reports.
pub async fn alike(
    ctx: &Ctx,
    tx: &mut Tx,
    words: &Words,
    author: Author<'_>,
    items: &[(&str, bool)],
    at_hand: &mut AtHand<'_>,
) -> Result<Vec<AlikeText>> {
    let mut out = Vec::new();
    for (place, (content, joint)) in items.iter().enumerate() {
        let hits = ctx.texts.near(author, content);
        if hits.is_empty() {
            continue;
        }
        let own = words.own(content);
        for hit in hits {
            let Some((row, version)) = at_hand.find(ctx, tx, &hit.pledge).await? else {
                continue;
            };
            let Some(other) = version.items.get(hit.item) else {
                continue;
            };
            let percent = own.percent(&words.own(&other.content));
            if percent >= NEAR_PERCENT {
                out.push(AlikeText {
                    item: place,
                    percent,
                    source: hit.source,
                    name: row.name.clone(),
                    unit: row.unit_id.clone(),
                    unit_name: String::new(),
                    joint: *joint,
                    text: other.content.clone(),
                });
            }
        }
    }
    out.sort_by_key(|a| (a.item, std::cmp::Reverse(a.percent)));
    Ok(out)
}

/// The texts the advice compares with: declared joint items are legitimate and left out.
#[must_use]
pub fn known(alike: &[AlikeText]) -> Known {
    let mut known = Known::default();
    for other in alike.iter().filter(|a| !a.joint) {
        known.add(other.item, other.source, other.text.as_str());
    }
    known
}
