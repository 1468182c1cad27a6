//! Pages, one file a feature.

mod accounts;
mod advice_words;
mod appraisal;
mod audit;
mod ballot;
mod brief;
mod campaign;
mod days;
mod documents;
mod feedback;
mod feedback_desk;
mod ledger;
mod notice;
mod opinion;
mod package;
mod pledge;
pub mod problem;
mod public;
mod publication;
mod review;
mod roster;
mod roster_import;
mod seals;
mod setup;
pub(crate) mod sign_in;
mod slips;
mod stamped;
mod supervision;
mod survey;
mod system;
mod units;
mod work;
mod workbench;

use crate::gate::Route;
use crate::visit::Visit;
use domain::access::Permission;

/// The five entries of the public bar: address, the part hidden on phones, the part always shown.
pub const NAV: [(&str, &str, &str); 5] = [
    ("/", "", "nav.home"),
    ("/board", "nav.board_wide", "nav.board"),
    ("/notices", "nav.notices_wide", "nav.notices"),
    ("/progress", "nav.progress_wide", "nav.progress"),
    ("/feedback", "nav.feedback_wide", "nav.feedback"),
];

/// The four entries of a member's bottom bar.
pub const TABS: [(&str, &str, &str); 4] = [
    ("/work", "tabs.tasks", "i-list"),
    ("/my-pledge", "tabs.pledge", "i-edit"),
    ("/board", "tabs.board", "i-doc"),
    ("/me", "tabs.me", "i-user"),
];

/// An entry of the back office's menu.
pub struct MenuItem {
    /// Where it leads.
    pub href: &'static str,
    /// Key of its text.
    pub label: &'static str,
    /// Icon.
    pub icon: &'static str,
}

/// Every entry of the menu with the permission it asks for, in the order of UX.md 5.1; an address may stand twice.
const MENU: &[(Permission, &str, &str, &str)] = &[
    (Permission::Enter, "/work", "menu.tasks", "i-home"),
    (Permission::FilePledge, "/my-pledge", "menu.my_pledge", "i-edit"),
    (Permission::GiveOpinion, "/survey/say", "menu.say", "i-phone"),
    (
        Permission::ViewWorkbench,
        "/workbench",
        "menu.workbench",
        "i-chart",
    ),
    (
        Permission::ManageCampaign,
        "/campaigns",
        "menu.campaigns",
        "i-list",
    ),
    (Permission::CollectOpinions, "/survey", "menu.survey", "i-people"),
    (
        Permission::FileBranchPledge,
        "/branch-pledge",
        "menu.branch_pledge",
        "i-doc",
    ),
    (Permission::ReviewMemberPledge, "/review", "menu.review", "i-edit"),
    (Permission::ReviewAsLineLeader, "/review", "menu.review", "i-edit"),
    (Permission::CheckBranchPledge, "/review", "menu.review", "i-edit"),
    (Permission::DecideBranchPledge, "/review", "menu.review", "i-edit"),
    (
        Permission::RecordChannel,
        "/publication",
        "menu.publication",
        "i-mega",
    ),
    (
        Permission::HandleFeedback,
        "/feedback-desk",
        "menu.feedback",
        "i-phone",
    ),
    (
        Permission::PlanInspection,
        "/inspection",
        "menu.inspection",
        "i-shield",
    ),
    (
        Permission::RecordInspection,
        "/inspection",
        "menu.inspection",
        "i-shield",
    ),
    (Permission::DrawSample, "/draws", "menu.draws", "i-dice"),
    (
        Permission::OrderRectification,
        "/rectification",
        "menu.rectification",
        "i-fix",
    ),
    (
        Permission::AnswerRectification,
        "/rectification",
        "menu.rectification",
        "i-fix",
    ),
    (
        Permission::ManageAppraisal,
        "/appraisal",
        "menu.appraisal",
        "i-star",
    ),
    (
        Permission::CommentAsBranch,
        "/appraisal",
        "menu.appraisal",
        "i-star",
    ),
    (
        Permission::CommentAsLeader,
        "/appraisal",
        "menu.appraisal",
        "i-star",
    ),
    (Permission::WriteNotice, "/documents", "menu.documents", "i-file"),
    (Permission::SendReport, "/reports", "menu.reports", "i-file"),
    (Permission::WriteNotice, "/reports", "menu.reports", "i-file"),
    (
        Permission::ManageExamples,
        "/examples/desk",
        "menu.examples",
        "i-star",
    ),
    (Permission::ViewRoster, "/roster", "menu.roster", "i-people"),
    (Permission::IssueSlip, "/slips", "menu.slips", "i-print"),
    (Permission::ManageAccounts, "/accounts", "menu.accounts", "i-lock"),
    (Permission::GrantRoles, "/roles", "menu.roles", "i-lock"),
    (Permission::KeepSeals, "/seals", "menu.seals", "i-doc"),
    (Permission::ReadAudit, "/audit", "menu.audit", "i-shield"),
    (Permission::ManageSystem, "/system", "menu.system", "i-gear"),
];

/// Whether the reader may open a page of the menu: a figure he may see is no link where its page is not his.
pub fn opens(v: &Visit, href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href);
    let mut keepers = MENU.iter().filter(|(_, page, ..)| *page == path).peekable();
    keepers.peek().is_none() || keepers.any(|(permission, ..)| v.may(*permission))
}

/// What the reader may open, in the order of UX.md 5.1.
pub fn menu(v: &Visit) -> Vec<MenuItem> {
    let mut items: Vec<MenuItem> = Vec::new();
    for (permission, href, label, icon) in MENU {
        if v.may(*permission) && items.iter().all(|i| i.href != *href) {
            items.push(MenuItem { href, label, icon });
        }
    }
    items
}

pub(crate) fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(pledge::routes());
    all.extend(advice_words::routes());
    all.extend(review::routes());
    all.extend(sign_in::routes());
    all.extend(survey::routes());
    all.extend(opinion::routes());
    all.extend(feedback::routes());
    all.extend(feedback_desk::routes());
    all.extend(supervision::routes());
    all.extend(public::routes());
    all.extend(accounts::routes());
    all.extend(appraisal::routes());
    all.extend(ballot::routes());
    all.extend(brief::routes());
    all.extend(ledger::routes());
    all.extend(audit::routes());
    all.extend(roster::routes());
    all.extend(roster_import::routes());
    all.extend(seals::routes());
    all.extend(stamped::routes());
    all.extend(units::routes());
    all.extend(setup::routes());
    all.extend(slips::routes());
    all.extend(system::routes());
    all.extend(publication::routes());
    all.extend(campaign::routes());
    all.extend(days::routes());
    all.extend(documents::routes());
    all.extend(notice::routes());
    all.extend(package::routes());
    all.extend(work::routes());
    all.extend(workbench::routes());
    all
}
