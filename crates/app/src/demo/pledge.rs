//! Pledges of the demo: leaders first, branches early, half of all on the last two days; most say what can be checked,
//! some do not, some copy, some are typed for old members, some are never filed.

use super::pen::{Pen, Said, groups};
use super::{Demo, Dice};
use crate::campaign::FindCurrent;
use crate::error::Result;
use crate::pledge::{ConfirmByPaper, Desk, Edit, OpenDesk, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::organization::PersonClass;
use domain::pledge::sentence::date_in;
use domain::time::add_days;
use jiff::civil::Date;
use store::person::Person;

/// The kinds of the notice, in its order.
const KINDS: [&str; 3] = ["common_commitment", "post_commitment", "practical_deed"];

/// How a form ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    HandedIn,
    Draft,
    OnBehalf,
}

struct Filing {
    day: Date,
    minute: usize,
    /// The place in the demo's people, or a branch.
    whose: Whose,
    end: End,
}

enum Whose {
    Person(usize),
    Branch(usize),
}

/// Fills the step of proposing with pledges.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    let office = d.holder(Role::CampaignOffice, None)?;
    let Some(campaign) = d.ask(&office, FindCurrent).await? else {
        return Ok(());
    };
    let (Some(first), Some(window)) = (
        campaign.template.starts_on,
        campaign.window(GatedAct::Propose, d.today),
    ) else {
        return Ok(());
    };
    let mut pen = Pen::new(first, groups(&campaign.template))?;
    let last = window.ends_on.unwrap_or_else(|| add_days(window.starts_on, 11));
    let excused = d.ask(&office, ExcusedPeople).await?;
    let mut plan = planned(
        d,
        &campaign.template.scope.must,
        &excused,
        (window.starts_on, last),
    );
    plan.retain(|f| f.day <= d.today);
    plan.sort_by_key(|f| (f.day, f.minute));
    for filing in plan {
        d.at(
            filing.day,
            i8::try_from(filing.minute / 60).unwrap_or(9),
            i8::try_from(filing.minute % 60).unwrap_or(0),
        );
        // A few hours of today lie ahead: they have not happened yet.
        if filing.day == d.today && d.app.clock().now() >= d.plan.now {
            continue;
        }
        match filing.whose {
            Whose::Branch(at) => file_branch(d, &mut pen, at).await?,
            Whose::Person(at) => file_person(d, &mut pen, at, filing.end).await?,
        }
    }
    d.at(d.today, 23, 59);
    Ok(())
}

/// Who files when. Half of all file on the last two days, leaders on the first three.
fn planned(d: &mut Demo, must: &[PersonClass], excused: &[String], window: (Date, Date)) -> Vec<Filing> {
    let (from, until) = window;
    let days = domain::time::days_between(from, until).max(3);
    let mut plan = Vec::new();
    for at in 0..d.branches.len() {
        let day = add_days(from, 1 + i32::try_from(d.dice.below(4)).unwrap_or(0));
        plan.push(Filing {
            day,
            minute: minute(&mut d.dice),
            whose: Whose::Branch(at),
            end: End::HandedIn,
        });
    }
    let retired = d.branches.last().map(|b| b.id.clone()).unwrap_or_default();
    for at in 0..d.people.len() {
        let Some(person) = d.people.get(at).cloned() else {
            continue;
        };
        let bound = PersonClass::from_name(&person.class).is_some_and(|c| must.contains(&c));
        let chance = if bound { 96 } else { 55 };
        let official = person.leading_cadre || !person.title.is_empty();
        if excused.contains(&person.id) || !official && !d.dice.percent(chance) {
            continue;
        }
        let late = i32::try_from(d.dice.below(2)).unwrap_or(0);
        let any = i32::try_from(d.dice.below(usize::try_from(days - 1).unwrap_or(1))).unwrap_or(0);
        let day = match (official, d.dice.percent(50)) {
            (true, _) => add_days(from, any % 3),
            (false, true) => add_days(until, -late),
            (false, false) => add_days(from, any),
        };
        let end = match person.unit_id == retired && !official {
            true if d.dice.percent(55) => End::OnBehalf,
            _ if !official && d.dice.percent(2) => End::Draft,
            _ => End::HandedIn,
        };
        plan.push(Filing {
            day,
            minute: minute(&mut d.dice),
            whose: Whose::Person(at),
            end,
        });
    }
    plan
}

/// A minute of the day on which people have time: before the ward round, at noon, in the evening.
fn minute(dice: &mut Dice) -> usize {
    match dice.below(10) {
        0..2 => 7 * 60 + dice.below(60),
        2..6 => 12 * 60 + dice.below(110),
        6..8 => 16 * 60 + dice.below(90),
        _ => 19 * 60 + dice.below(150),
    }
}

/// An item of a kind.
fn item(dice: &mut Dice, pen: &Pen, kind: &str, said: Option<Said>) -> Option<TypedItem> {
    let Said {
        content,
        measure,
        beneficiary,
    } = said?;
    let due_date = match date_in(&content, pen.first) {
        Some(_) => String::new(),
        None => pen.due(dice).to_string(),
    };
    Some(TypedItem {
        kind: kind.to_owned(),
        content,
        measure,
        beneficiary,
        due_date,
        ..TypedItem::default()
    })
}

/// An item of a kind in words of one's own.
fn own(dice: &mut Dice, pen: &mut Pen, kind: &str, list: &[String]) -> Option<TypedItem> {
    let said = pen.own(dice, list);
    item(dice, pen, kind, said)
}

fn items_of(d: &mut Demo, pen: &mut Pen, person: &Person) -> Vec<TypedItem> {
    let (post, deed) = pen.promises(&person.post);
    let dice = &mut d.dice;
    let mut out = Vec::new();
    if person.leading_cadre {
        let common = pen.data.common.leading.clone();
        let (post, deed) = (pen.data.leading.post.clone(), pen.data.leading.deed.clone());
        for (kind, list) in KINDS.iter().zip([common, post, deed]) {
            out.extend(own(dice, pen, kind, &list));
        }
        return out;
    }
    if dice.percent(45) {
        let common = pen.data.common.list.clone();
        out.extend(own(dice, pen, KINDS[0], &common));
    }
    let which = dice.below(100);
    let said = match which {
        0..10 => pen.vague(dice),
        10..13 => pen.copied(dice),
        _ => pen.own(dice, &post),
    };
    out.extend(item(dice, pen, KINDS[1], said));
    // Not when the post's own words were copied: the same sentence twice in one form reads like a mistake.
    let said = match dice.below(100) {
        0..2 if !(10..13).contains(&which) => pen.copied(dice),
        _ => pen.own(dice, &deed),
    };
    out.extend(item(dice, pen, KINDS[2], said));
    if dice.percent(25) {
        out.extend(own(dice, pen, KINDS[1], &post));
    }
    out
}

async fn file_person(d: &mut Demo, pen: &mut Pen, at: usize, end: End) -> Result<()> {
    let Some(person) = d.people.get(at).cloned() else {
        return Ok(());
    };
    let (actor, desk, reason) = if end == End::OnBehalf {
        let secretary = d.holder(Role::BranchSecretary, Some(&person.unit_id))?;
        let reason = d.dice.pick(&pen.data.on_behalf).cloned().unwrap_or_default();
        (secretary, Desk::Behalf(person.id.clone()), reason)
    } else {
        (d.actor_of(&person), Desk::Own, String::new())
    };
    let branch = d.branches.iter().find(|b| b.id == person.unit_id);
    pen.of_branch(branch.map_or("", |b| b.name.as_str()));
    let items = items_of(d, pen, &person);
    let whole = end != End::Draft;
    let pledge = file(
        d,
        &actor,
        desk,
        reason,
        items,
        whole.then_some(person.name.as_str()),
    )
    .await?;
    if end == End::OnBehalf && d.dice.percent(60) {
        let note = d.dice.pick(&pen.data.paper).cloned().unwrap_or_default();
        let note = pen.fill(&mut d.dice, &note);
        let case = ConfirmByPaper {
            pledge,
            note,
            consent: true,
        };
        d.act(&actor, case).await?;
    }
    Ok(())
}

async fn file_branch(d: &mut Demo, pen: &mut Pen, at: usize) -> Result<()> {
    let Some(branch) = d.branches.get(at).cloned() else {
        return Ok(());
    };
    let secretary = d.holder(Role::BranchSecretary, Some(&branch.id))?;
    let desk = Desk::Branch(branch.id.clone());
    let open = d.ask(&secretary, OpenDesk { desk: desk.clone() }).await?;
    let mut items = Vec::new();
    pen.of_branch(&branch.name);
    let common = pen.data.branch.common.clone();
    let (post, deed) = pen.data.branch.promises(&branch.name);
    for (kind, list) in KINDS.iter().zip([&common, &post, &deed]) {
        items.extend(own(&mut d.dice, pen, kind, list));
    }
    items.extend(own(&mut d.dice, pen, KINDS[2], &deed));
    // Every demand of the branch is answered by a deed, one after the other (N7).
    let mut demands = open
        .demands
        .iter()
        .filter_map(|o| Some((o, super::survey::deed_for(&o.title)?)));
    for answering in items.iter_mut().filter(|i| i.kind == KINDS[2]) {
        let Some((demand, deed)) = demands.next() else {
            break;
        };
        if let Some(better) = own(&mut d.dice, pen, KINDS[2], &[deed]) {
            *answering = better;
        }
        answering.demand = demand.id.clone();
    }
    let name = secretary.name.clone();
    file(d, &secretary, desk, String::new(), items, Some(&name))
        .await
        .map(drop)
}

/// Begins a form, writes its items and, with a name to sign by, hands it in.
async fn file(
    d: &mut Demo,
    actor: &Actor,
    desk: Desk,
    reason: String,
    items: Vec<TypedItem>,
    signature: Option<&str>,
) -> Result<String> {
    let behalf = matches!(desk, Desk::Behalf(_));
    let pledge = d.act(actor, StartPledge { desk, reason }).await?.id;
    let saved = SaveDraft {
        pledge: pledge.clone(),
        revision: 0,
        edit: Edit::Items(items),
    };
    let saved = d.act(actor, saved).await?;
    if let Some(signature) = signature {
        let case = SubmitPledge {
            pledge: pledge.clone(),
            revision: saved.revision,
            closing: None,
            signature: signature.to_owned(),
            drawn: String::new(),
            consent: !behalf,
            unchanged: false,
        };
        d.act(actor, case).await?;
    }
    Ok(pledge)
}

/// The people excused from the running campaign.
struct ExcusedPeople;

impl crate::case::Query for ExcusedPeople {
    type Out = Vec<String>;
    fn needs(&self) -> crate::case::Need {
        crate::case::Need::SignedIn
    }
    async fn run(&self, ctx: &crate::ctx::Ctx, tx: &mut store::Tx) -> Result<Vec<String>> {
        let campaign = crate::campaign::require_current(ctx, tx).await?;
        let all = store::campaign::excuses(tx, &ctx.organization, &campaign.id).await?;
        Ok(all.into_iter().map(|e| e.person_id).collect())
    }
}
