//! Keeping what is typed.

use super::along::load_to_write;
use super::{Draft, DraftItem, header_of, state_of};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::ids::{DemandId, ItemId};
use domain::organization::entry::read_box;
use domain::pledge::{check_draft, split};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text, seen};
use jiff::civil::Date;
use store::Tx;
use store::pledge as rows;

/// Longest remark on a draft, and longest note on a fault of the roster, in characters.
pub(super) const WORDS_MAX: usize = 500;

/// Longest words for a time limit, in characters.
const DUE_MAX: usize = 60;

/// What a save changes.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Boxes the roster left empty, the group of posts, a note on what is wrong.
    Header {
        /// Box and text; only boxes that are empty in the roster are taken.
        boxes: Vec<(String, String)>,
        /// Group of posts.
        post_group: String,
        /// What the pledger says is wrong in the roster.
        fault: String,
    },
    /// One item, new where its id is unknown; `id` empty makes an id.
    Item {
        /// The item's id; empty for a new one.
        id: String,
        /// What was typed.
        typed: Box<TypedItem>,
    },
    /// Writes one item as several, as [`split`] proposes it.
    Split {
        /// The item's id; empty for a new one.
        id: String,
        /// What was typed.
        typed: Box<TypedItem>,
    },
    /// Takes an item out.
    Remove(String),
    /// Puts an item back as it is in force.
    Restore(String),
    /// What stands below the items.
    Closing {
        /// 完成时限 as typed.
        due_typed: String,
        /// 承诺日期 as typed; empty is the day of handing in.
        pledged_typed: String,
        /// 公开形式.
        channels: Vec<String>,
    },
    /// All items at once, as programs send them.
    Items(Vec<TypedItem>),
    /// One after the other, kept together.
    Several(Vec<Edit>),
}

impl Edit {
    /// Whether it takes an item out, this one or any.
    pub(super) fn removes(&self, item: &str) -> bool {
        match self {
            Edit::Remove(id) => id == item,
            Edit::Several(all) => all.iter().any(|e| e.removes(item)),
            _ => false,
        }
    }

    fn removes_any(&self) -> bool {
        match self {
            Edit::Remove(_) => true,
            Edit::Several(all) => all.iter().any(Edit::removes_any),
            _ => false,
        }
    }
}

/// One item as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct TypedItem {
    /// Kind.
    pub kind: String,
    /// The model sentence; empty for own words.
    pub sentence: String,
    /// What fills its places.
    pub blanks: Vec<String>,
    /// Own words.
    pub content: String,
    /// Measure or target.
    pub measure: String,
    /// For whom.
    pub beneficiary: String,
    /// Due date as typed.
    pub due_date: String,
    /// The demand it answers; empty for none.
    pub demand: String,
    /// With whom it is promised together; empty = alone.
    pub joint: String,
}

/// Keeps what is typed. `revision` is the one the writer saw: two tabs do not overwrite each other.
pub struct SaveDraft {
    /// The pledge.
    pub pledge: String,
    /// The revision the writer saw.
    pub revision: i64,
    /// What changed.
    pub edit: Edit,
}

/// What was kept.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The revision from now on.
    pub revision: i64,
    /// The item that was written, if one was.
    pub item: String,
    /// When, microseconds UTC.
    pub at: i64,
}

impl UseCase for SaveDraft {
    type Out = Saved;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Saved> {
        let row = load_to_write(ctx, tx, &self.pledge).await?;
        if let Edit::Items(items) = &self.edit {
            known_kinds(ctx, tx, &row, items).await?;
        }
        let (saved, _) = keep(ctx, tx, row, &self.edit, self.revision).await?;
        Ok(saved)
    }
    fn event(&self, _: &Saved) -> Event {
        Event::new("pledge.save", "pledge", &self.pledge)
    }
}

/// Puts an edit into a form that is being written and keeps it; gives the form as it is from now on.
pub(super) async fn keep(
    ctx: &Ctx,
    tx: &mut Tx,
    mut row: rows::Pledge,
    edit: &Edit,
    revision: i64,
) -> Result<(Saved, Draft)> {
    let state = state_of(&row)?;
    if !state.state.is_editable() {
        return Err(Problem::conflict("problem.pledge.not_editable")
            .with("state", state.state.name())
            .into());
    }
    if row.round > 0 && edit.removes_any() {
        super::standing::stays(ctx, tx, &row.id, edit).await?;
    }
    let before = row.clone();
    let (item, draft) = match edit {
        Edit::Restore(id) => super::standing::put_back(ctx, tx, &mut row, id).await?,
        edit => apply(ctx, &mut row, edit)?,
    };
    let changed = (
        &row.header,
        &row.items,
        &row.due_on,
        &row.pledged_on,
        &row.channels,
    ) != (
        &before.header,
        &before.items,
        &before.due_on,
        &before.pledged_on,
        &before.channels,
    );
    let mut saved = Saved {
        revision: row.revision,
        item,
        at: row.updated_at,
    };
    // The same words sent twice are kept once and are no conflict.
    if !changed {
        return Ok((saved, draft));
    }
    row.updated_at = ctx.now;
    if rows::write_draft(tx, &ctx.organization, &row, revision).await? == 0 {
        return Err(Problem::conflict("problem.pledge.changed_meanwhile")
            .on("revision")
            .into());
    }
    saved.revision = revision + 1;
    saved.at = ctx.now;
    Ok((saved, draft))
}

/// Puts an edit into a row; returns the item it wrote and the form as it is now.
pub(super) fn apply(ctx: &Ctx, row: &mut rows::Pledge, edit: &Edit) -> Result<(String, Draft)> {
    let mut draft = Draft::of(row)?;
    let mut written = String::new();
    match edit {
        Edit::Header {
            boxes,
            post_group,
            fault,
        } => {
            apply_header(row, boxes, post_group, fault)?;
            return Ok((written, draft));
        }
        Edit::Several(edits) => {
            for edit in edits {
                (written, draft) = apply(ctx, row, edit)?;
            }
            return Ok((written, draft));
        }
        // What is in force has to be read: `keep` does it.
        Edit::Restore(_) => {}
        Edit::Remove(id) => draft.items.retain(|i| i.item.id.as_str() != id),
        Edit::Closing {
            due_typed,
            pledged_typed,
            channels,
        } => {
            draft.due_date = super::typed_date("due_date", due_typed, ctx.today)?;
            let pledged_on = super::typed_past_date("pledged_on", pledged_typed, ctx.today)?;
            if let Some(day) = pledged_on.filter(|day| *day > ctx.today) {
                let problem = Problem::invalid("problem.pledge.pledged_future").on("pledged_on");
                return Err(problem.with("date", day).into());
            }
            draft.pledged_on = pledged_on;
            draft.channels.clone_from(channels);
        }
        Edit::Item { id, typed } => written = put(ctx, &mut draft, id, typed)?,
        Edit::Split { id, typed } => {
            for (at, part) in split_item(typed).iter().enumerate() {
                let id = if at == 0 { id.as_str() } else { "" };
                let one = put(ctx, &mut draft, id, part)?;
                if at == 0 {
                    written = one;
                }
            }
        }
        Edit::Items(all) => {
            let known: Vec<ItemId> = draft.items.iter().map(|i| i.item.id.clone()).collect();
            let items = all
                .iter()
                .enumerate()
                .map(|(at, t)| item(ctx, known.get(at).cloned(), t, ctx.today));
            draft.items = items.collect::<Result<_>>()?;
        }
    }
    check_draft(&draft.form("", false))?;
    draft.write(row)?;
    Ok((written, draft))
}

/// Refuses items of a kind this form does not have: no page would show them, and the form could not be handed in.
async fn known_kinds(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge, items: &[TypedItem]) -> Result<()> {
    let Some(campaign) = crate::campaign::current(ctx, tx).await? else {
        return Ok(());
    };
    let subject = super::submit::subject_of(ctx, tx, row).await?;
    let kinds = campaign.kinds_for(super::audience(ctx, tx, &subject).await?);
    let known: Vec<&str> = kinds.iter().map(|k| k.key.as_str()).collect();
    let mut problems = Problems::new();
    for (at, item) in items
        .iter()
        .enumerate()
        .filter(|(_, i)| !known.contains(&i.kind.as_str()))
    {
        let wrong = Problem::invalid("problem.pledge.no_such_kind").on(format!("items.{at}.kind"));
        problems.push(
            wrong
                .with("number", at + 1)
                .with("key", &item.kind)
                .with("known", known.join(", ")),
        );
    }
    Ok(problems.or(())?)
}

/// Puts one item into the draft and gives its id; empty when it is new and blank.
fn put(ctx: &Ctx, draft: &mut Draft, id: &str, typed: &TypedItem) -> Result<String> {
    let mut at = draft.items.iter().position(|i| i.item.id.as_str() == id);
    let known = at.and_then(|at| draft.items.get(at)).map(|i| i.item.id.clone());
    let mut item = item(ctx, known, typed, ctx.today)?;
    // A new item sent twice (a double press, a resend) is one item.
    if at.is_none() {
        at = draft.items.iter().position(|i| same_words(i, &item));
        if let Some(old) = at.and_then(|at| draft.items.get(at)) {
            item.item.id = old.item.id.clone();
        }
    }
    let written = item.item.id.as_str().to_owned();
    match at.and_then(|at| draft.items.get_mut(at)) {
        Some(old) => *old = item,
        None if item.is_blank() => return Ok(String::new()),
        None => draft.items.push(item),
    }
    Ok(written)
}

/// The items several promises typed as one become; what was said about all of them stays with the first, but its time
/// limit, which holds for each.
fn split_item(typed: &TypedItem) -> Vec<TypedItem> {
    if !typed.sentence.is_empty() {
        return vec![typed.clone()];
    }
    let parts = split(&typed.content).into_iter().enumerate();
    let parts = parts.map(|(at, content)| match at {
        0 => TypedItem {
            content,
            ..typed.clone()
        },
        _ => TypedItem {
            kind: typed.kind.clone(),
            content,
            due_date: typed.due_date.clone(),
            joint: typed.joint.clone(),
            ..TypedItem::default()
        },
    });
    parts.collect()
}

fn same_words(a: &DraftItem, b: &DraftItem) -> bool {
    DraftItem {
        item: domain::pledge::CommitmentItem {
            id: b.item.id.clone(),
            ..a.item.clone()
        },
        ..a.clone()
    } == *b
}

fn item(ctx: &Ctx, known: Option<ItemId>, typed: &TypedItem, today: Date) -> Result<DraftItem> {
    check_text("due_date", &typed.due_date, TextRule::line(DUE_MAX).optional())?;
    let id = match known {
        Some(id) => id,
        None => ItemId::parse(ctx.id())?,
    };
    let demand = typed.demand.trim();
    let demand = if demand.is_empty() {
        None
    } else {
        Some(DemandId::parse(demand)?)
    };
    let mut item = DraftItem {
        item: domain::pledge::CommitmentItem {
            id,
            kind: domain::ids::KindId::parse(typed.kind.as_str())?,
            content: String::new(),
            measure: seen(&typed.measure).to_owned(),
            beneficiary: seen(&typed.beneficiary).to_owned(),
            due_date: None,
            demand,
            joint: seen(&typed.joint).to_owned(),
        },
        due_typed: typed.due_date.trim().to_owned(),
        sentence: typed.sentence.clone(),
        blanks: typed.blanks.iter().map(|b| seen(b).to_owned()).collect(),
        rest: seen(&typed.content).to_owned(),
    };
    item.settle(today);
    Ok(item)
}

fn apply_header(row: &mut rows::Pledge, boxes: &[(String, String)], group: &str, fault: &str) -> Result<()> {
    let mut header = header_of(row)?;
    let mut problems = Problems::new();
    problems.note(check_text("fault", fault, TextRule::area(WORDS_MAX).optional()));
    for (name, text) in boxes {
        let text = problems.note(read_box(name, text)).unwrap_or_default();
        match name.as_str() {
            "head" => header.head = text,
            "sex" => header.sex = text,
            "ethnicity" => header.ethnicity = text,
            "education" => header.education = text,
            "birth_month" => header.birth_month = text,
            "joined_month" => header.joined_month = text,
            "post" => header.post = text,
            "phone" => header.phone = text,
            _ => {}
        }
    }
    problems.or(())?;
    header.checked = true;
    group.clone_into(&mut header.post_group);
    fault.trim().clone_into(&mut header.fault);
    row.header = serde_json::to_string(&header).map_err(Error::bug)?;
    Ok(())
}
