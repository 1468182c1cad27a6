//! Tasks of whoever pledges: his own pledge and what is asked about it, and those of his branch.

use super::*;

/// One's own pledge: to write, to finish, to mend (N10).
pub(super) async fn own_pledge(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let Some(person) = x.ctx.actor.person.as_deref().filter(|_| x.has(Role::Participant)) else {
        return Ok(vec![]);
    };
    let pledge = store::pledge::of_pledger(tx, x.organization(), &x.campaign.id, person).await?;
    let found = store::person::by_id(tx, x.organization(), person).await?;
    let leading = found.as_ref().is_some_and(|p| p.leading_cadre);
    let excused = store::campaign::excuses(tx, x.organization(), &x.campaign.id).await?;
    let scope = &x.campaign.template.scope;
    let class = found.as_ref().and_then(|p| PersonClass::from_name(&p.class));
    // Whom the campaign leaves out has nothing to do.
    if class.is_some_and(|c| pledge.is_none() && !scope.admits(c, leading)) {
        return Ok(vec![]);
    }
    let voluntary = class.is_none_or(|c| !scope.shall(c, leading));
    let due = x.campaign.due(GatedAct::Propose, leading, x.today());
    let open = x.campaign.is_open(GatedAct::Propose, x.today());
    let key = match pledge.as_ref().map(|p| p.state.as_str()) {
        Some("returned") => "task.pledge_returned",
        // A new version of what is public is nobody's debt: no window closes before it.
        Some("draft") if drafting::amends(pledge.as_ref()) => {
            return Ok(vec![Task::new("task.pledge_amending", 1, "/my-pledge")]);
        }
        Some("draft") if open => "task.pledge_draft",
        None if open && !voluntary && excused.iter().all(|e| e.person_id != person) => "task.pledge_write",
        None if open && voluntary => return Ok(vec![Task::new("task.pledge_may", 1, "/my-pledge")]),
        _ => return Ok(vec![]),
    };
    let due = if key == "task.pledge_returned" {
        x.campaign.due(GatedAct::Review, false, x.today())
    } else {
        due
    };
    Ok(vec![Task::new(key, 1, "/my-pledge").due(due)])
}

/// Reports due, criticism to reply to, rectification to answer, each of one's own pledge (N13, N18).
pub(super) async fn own_matters(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let Some(person) = x.ctx.actor.person.as_deref() else {
        return Ok(vec![]);
    };
    let Some(pledge) = store::pledge::of_pledger(tx, x.organization(), &x.campaign.id, person).await? else {
        return Ok(vec![]);
    };
    let until = add_days(x.today(), AHEAD).to_string();
    let due_of = |w: &Waiting| w.due_on.as_deref().and_then(|d| d.parse().ok());
    let mut tasks = vec![];
    for w in rows::reports_due(tx, x.organization(), &pledge.id, &until).await? {
        tasks.push(Task::new("task.report_due", w.n, "/my-pledge/items").due(due_of(&w)));
    }
    tasks.extend(objection_upheld(x, tx, &pledge.id, "/my-pledge").await?);
    for w in rows::criticism_of(tx, x.organization(), &pledge.id).await? {
        tasks.push(Task::new("task.criticism", w.n, "/rectification"));
    }
    for w in rows::orders_of(tx, x.organization(), &x.campaign.id, person).await? {
        tasks.push(Task::new("task.rectify", w.n, "/rectification").due(due_of(&w)));
    }
    Ok(tasks)
}

/// Objections that were upheld, until a new version is public or the old one taken down (N12).
async fn objection_upheld(x: &Asking<'_>, tx: &mut Tx, pledge: &str, href: &str) -> Result<Vec<Task>> {
    let n = rows::objections_upheld(tx, x.organization(), pledge).await?;
    Ok(some(n, |n| Task::new("task.objection_upheld", n, href)))
}

/// The branch's pledge, and the survey before it (N9, N10).
pub(super) async fn branch_pledge(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let units = x.units(Role::BranchSecretary);
    if units.is_empty() {
        return Ok(vec![]);
    }
    let visits = rows::visits(tx, x.organization(), &x.campaign.id).await?;
    let scope = &x.campaign.template.scope;
    let pledges = |unit: &store::organization::Unit| {
        UnitKind::from_name(&unit.kind).is_some_and(|kind| scope.admits_unit(kind))
    };
    let mut tasks = vec![];
    for id in units {
        let Some(unit) = store::organization::unit(tx, x.organization(), id).await? else {
            continue;
        };
        let pledge = store::pledge::of_pledger(tx, x.organization(), &x.campaign.id, id).await?;
        let href = format!("/branch-pledge/{id}");
        if let Some(pledge) = &pledge {
            tasks.extend(objection_upheld(x, tx, &pledge.id, &href).await?);
        }
        let open = x.campaign.is_open(GatedAct::Propose, x.today());
        let due = x.campaign.due(GatedAct::Propose, false, x.today());
        match pledge.as_ref().map(|p| p.state.as_str()) {
            Some("returned") => {
                let due = x.campaign.due(GatedAct::Review, false, x.today());
                tasks.push(Task::new("task.branch_returned", 1, href).of(&unit.name).due(due));
            }
            Some("draft") if drafting::amends(pledge.as_ref()) => {
                tasks.push(Task::new("task.branch_amending", 1, href).of(&unit.name));
            }
            None | Some("draft") if open && pledges(&unit) => {
                tasks.push(Task::new("task.branch_write", 1, href).of(&unit.name).due(due));
            }
            _ => {}
        }
        let asked = pledges(&unit) && x.campaign.is_open(GatedAct::Survey, x.today());
        if asked && visits.iter().all(|v| v.unit_id != id) {
            let due = x.campaign.due(GatedAct::Survey, false, x.today());
            tasks.push(Task::new("task.survey", 1, "/survey").of(&unit.name).due(due));
        }
    }
    Ok(tasks)
}
