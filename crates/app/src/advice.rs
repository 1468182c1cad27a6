//! The rules of the advice as they hold in this house: the shipped ones with its own words (N6, N8).

use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::texts::Kept;
use domain::access::{Permission, Scope};
use domain::advice::{HouseWords, Rules};
use domain::pledge::VersionItem;
use domain::pledge::sentence::post_group;
use domain::problem::Problem;
use domain::review::{Known, Reading, read_items};
use std::sync::{Arc, PoisonError, RwLock};
use store::Tx;
use store::advice as rows;

pub use store::advice::Edition;

/// Editions told on the page.
const TOLD: i64 = 20;

/// Forms whose reading is kept in memory.
const READ_KEPT: usize = 1_000;

/// The rules made last, with the edition they were made of, and what they said of the forms read lately. Cheap to share.
#[derive(Debug)]
pub struct HouseRules {
    made: RwLock<Option<(i64, Arc<Rules>)>>,
    said: Kept<Arc<Vec<Reading>>>,
}

impl Default for HouseRules {
    fn default() -> Self {
        Self {
            made: RwLock::default(),
            said: Kept::new(READ_KEPT),
        }
    }
}

impl HouseRules {
    /// Reads the items of a form, as [`read_items`] does for the group of posts a post belongs to. What was read before,
    /// word for word beside the same texts and by the same rules, is not read again.
    pub fn readings(
        &self,
        rules: &Rules,
        post: &str,
        items: &[VersionItem],
        known: &Known,
    ) -> Arc<Vec<Reading>> {
        let key = key_of(rules, post, items, known);
        if let Some(said) = self.said.get(&key) {
            return said;
        }
        let group = post_group(post, &rules.posts()).unwrap_or_default();
        let said = Arc::new(read_items(rules, items, group, known));
        self.said.put(key, said.clone());
        said
    }
}

/// Everything a reading follows from. Each part stands behind its length, so that no two forms have one key.
fn key_of(rules: &Rules, post: &str, items: &[VersionItem], known: &Known) -> String {
    let mut key = String::with_capacity(512);
    let mut add = |part: &str| {
        key.push_str(&part.len().to_string());
        key.push(' ');
        key.push_str(part);
    };
    add(rules.version());
    add(post);
    for (place, item) in items.iter().enumerate() {
        add(&item.content);
        add(&item.measure);
        add(&item.due_date.map(|d| d.to_string()).unwrap_or_default());
        for (source, text) in known.of(place) {
            add(&(source as u8).to_string());
            add(text);
        }
        // Ends the texts of this item.
        add("");
    }
    key
}

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
        let kept = ctx.rules.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((edition, rules)) = kept.as_ref()
            && *edition == newest
        {
            return Ok(rules.clone());
        }
    }
    let words = words_of(ctx, tx, newest).await?;
    let rules = Arc::new(words.rules().map_err(Error::bug)?);
    *ctx.rules.made.write().unwrap_or_else(PoisonError::into_inner) = Some((newest, rules.clone()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::advice::{RemarkKind, Source};

    fn items(content: &str) -> Vec<VersionItem> {
        let item = serde_json::json!({
            "id": "01932b6e-7c1a-7f00-8000-000000000301", "kind": "practical_deed", "content": content, "measure": "",
            "beneficiary": "", "due_date": null, "demand": null, "joint": false,
        });
        vec![serde_json::from_value(item).expect("an item")]
    }

    #[test]
    fn a_reading_is_kept_under_everything_it_follows_from() {
        let house = HouseRules::default();
        let shipped = Rules::shipped_shared();
        let told = |rules: &Rules, post: &str, content: &str, known: &Known| -> Vec<RemarkKind> {
            let made = house.readings(rules, post, &items(content), known);
            let again = house.readings(rules, post, &items(content), known);
            assert!(Arc::ptr_eq(&made, &again), "read once");
            made.iter()
                .flat_map(|r| r.content.remarks.iter().map(|r| r.kind))
                .collect()
        };
        let (duty, alone) = ("严格落实查对制度，每班查对", Known::default());
        assert!(told(&shipped, "产科 护士", duty, &alone).contains(&RemarkKind::PostDuty));
        assert!(!told(&shipped, "总务科 电工", duty, &alone).contains(&RemarkKind::PostDuty));
        let deed = "每月为外地产妇备10套应急待产包";
        assert_eq!(told(&shipped, "", deed, &alone), []);
        let mut known = Known::default();
        known.add(0, Source::Branch, "每月为外地产妇备12套应急待产包");
        let copied = RemarkKind::Copied(Source::Branch);
        assert!(told(&shipped, "", deed, &known).contains(&copied));
        // Another edition of the words is another reading.
        let mut words = HouseWords::default();
        words.edit("slogans", "银龄守护", "").expect("a word");
        let ours = words.rules().expect("rules");
        let by = |rules: &Rules| {
            let made = house.readings(rules, "", &items(deed), &alone);
            made.first()
                .map(|r| r.content.version.clone())
                .unwrap_or_default()
        };
        assert_ne!(shipped.version(), ours.version());
        for rules in [&*shipped, &ours, &*shipped] {
            assert_eq!(by(rules), rules.version());
        }
    }
}
