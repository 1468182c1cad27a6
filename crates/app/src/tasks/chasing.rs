//! Tasks about those who have not filed.

use super::*;
use crate::workbench::Facts;

/// So many branches that are behind are named one by one; more of them are one line.
const CHASED: usize = 3;

/// Who has not filed, as the deadline comes near: the office chases branches, a secretary his people (N3).
pub(super) async fn chasing(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let near = x
        .campaign
        .window(GatedAct::Propose, x.today())
        .and_then(|w| w.ends_on);
    let soon = near.is_some_and(|end| x.today() >= add_days(end, -3));
    let asks = x.has(Role::CampaignOffice) || x.has(Role::BranchSecretary);
    if !soon || !asks {
        return Ok(vec![]);
    }
    let facts = Facts::read(x.ctx, tx, x.campaign).await?;
    let mut branches = facts.coverage(x.campaign);
    domain::campaign::coverage::worst_first(&mut branches);
    branches.retain(|b| !b.missing.is_empty());
    if branches.len() > CHASED {
        // Twenty lines of the same sort hide everything else: the register has them all.
        let n: usize = branches.iter().map(|b| b.missing.len()).sum();
        let task = Task::new(
            "task.chase_many",
            i64::try_from(n).unwrap_or(0),
            "/workbench/missing",
        );
        return Ok(vec![task.of(&branches.len().to_string()).due(near)]);
    }
    let task = |b: &domain::campaign::coverage::BranchCoverage| {
        let unit = facts.units.iter().find(|u| u.id == b.unit)?;
        let n = i64::try_from(b.missing.len()).unwrap_or(0);
        let href = format!("/workbench/{}", unit.id);
        Some(Task::new("task.chase", n, href).of(&unit.name).due(near))
    };
    Ok(branches.iter().filter_map(task).collect())
}
