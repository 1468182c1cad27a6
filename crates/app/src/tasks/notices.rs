//! Tasks of the notice and what is written after it (N1).

use super::*;
use domain::time::{Calendar, due_in_working_days};

/// The kind of document that units sign for.
const NOTICE: &str = "notice";

/// Notices to sign for; for the office, drafts to publish and units that have not signed (N1).
pub(super) async fn receipts(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::SignForNotice, Scope::Any) {
        return Ok(vec![]);
    }
    let office = x.may(Permission::WriteNotice, Scope::Organization);
    let units = store::organization::units(tx, x.organization()).await?;
    let days = x.campaign.template.periods.acknowledgement_working_days;
    let mut tasks = vec![];
    let all = store::notice::all(tx, x.organization()).await?;
    let ours = |n: &&store::notice::Notice| n.campaign_id == x.campaign.id && n.kind == NOTICE;
    if office && !all.iter().any(|n| ours(&n)) {
        tasks.push(Task::new("task.notice_missing", 1, "/documents/new"));
    }
    for notice in all {
        if notice.campaign_id != x.campaign.id {
            continue;
        }
        let href = format!("/documents/{}", notice.id);
        let Some(at) = notice.published_at else {
            if office {
                tasks.push(Task::new("task.notice_draft", 1, href).of(&notice.title));
            }
            continue;
        };
        // Briefs and summaries are read; only a notice is signed for.
        if notice.kind != NOTICE {
            continue;
        }
        let due = Some(due_in_working_days(Calendar::in_force(), x.ctx.date_of(at), days));
        let signed = store::notice::receipts(tx, x.organization(), &notice.id).await?;
        let own = x.units(Role::BranchSecretary);
        let open = units
            .iter()
            .filter(|u| crate::notice::receives(u) && signed.iter().all(|r| r.unit_id != u.id));
        let mine = open.clone().filter(|u| own.contains(u.id.as_str())).count();
        let all = i64::try_from(open.count()).unwrap_or(0);
        if mine > 0 {
            tasks.push(Task::new("task.notice_sign", 1, &href).of(&notice.title).due(due));
        }
        if office {
            tasks.extend(some(all, |n| {
                Task::new("task.notice_unsigned", n, href)
                    .of(&notice.title)
                    .due(due)
            }));
        }
    }
    Ok(tasks)
}
