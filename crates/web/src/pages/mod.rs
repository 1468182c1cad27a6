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
mod lists;
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

/// A group of the back office's menu.
pub struct MenuGroup {
    /// Key of its heading.
    pub label: &'static str,
    /// What the reader may open, never empty.
    pub items: Vec<MenuItem>,
}

/// Permission, address, key of the text, icon.
type Entry = (Permission, &'static str, &'static str, &'static str);

/// The groups of the menu in the order of UX.md 5.1, with every entry and the permission it asks for; an address may
/// stand twice in its group.
const MENU: &[(&str, &[Entry])] = &[
    (
        "menu.group_work",
        &[
            (Permission::Enter, "/work", "menu.tasks", "i-home"),
            (Permission::FilePledge, "/my-pledge", "menu.my_pledge", "i-edit"),
            (Permission::GiveOpinion, "/survey/say", "menu.say", "i-phone"),
            (
                Permission::FileBranchPledge,
                "/branch-pledge",
                "menu.branch_pledge",
                "i-doc",
            ),
            (
                Permission::ViewWorkbench,
                "/workbench",
                "menu.workbench",
                "i-chart",
            ),
        ],
    ),
    (
        "menu.group_campaign",
        &[
            (
                Permission::ManageCampaign,
                "/campaigns",
                "menu.campaigns",
                "i-list",
            ),
            (Permission::CollectOpinions, "/survey", "menu.survey", "i-people"),
        ],
    ),
    (
        "menu.group_review",
        &[
            (Permission::ReviewMemberPledge, "/review", "menu.review", "i-edit"),
            (Permission::ReviewAsLineLeader, "/review", "menu.review", "i-edit"),
            (Permission::CheckBranchPledge, "/review", "menu.review", "i-edit"),
            (Permission::DecideBranchPledge, "/review", "menu.review", "i-edit"),
        ],
    ),
    (
        "menu.group_publication",
        &[(
            Permission::RecordChannel,
            "/publication",
            "menu.publication",
            "i-mega",
        )],
    ),
    (
        "menu.group_supervision",
        &[
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
        ],
    ),
    (
        "menu.group_materials",
        &[
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
        ],
    ),
    (
        "menu.group_system",
        &[
            (Permission::ViewRoster, "/roster", "menu.roster", "i-people"),
            (Permission::IssueSlip, "/slips", "menu.slips", "i-print"),
            (Permission::ManageAccounts, "/accounts", "menu.accounts", "i-lock"),
            (Permission::GrantRoles, "/roles", "menu.roles", "i-lock"),
            (Permission::KeepSeals, "/seals", "menu.seals", "i-doc"),
            (Permission::ReadAudit, "/audit", "menu.audit", "i-shield"),
            (Permission::ManageSystem, "/system", "menu.system", "i-gear"),
        ],
    ),
];

fn entries() -> impl Iterator<Item = &'static Entry> {
    MENU.iter().flat_map(|(_, entries)| entries.iter())
}

/// Whether the reader may open a page of the menu: a figure he may see is no link where its page is not his.
pub fn opens(v: &Visit, href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href);
    let mut keepers = entries().filter(|(_, page, ..)| *page == path).peekable();
    keepers.peek().is_none() || keepers.any(|(permission, ..)| v.may(*permission))
}

/// What the reader may open, by group, in the order of UX.md 5.1.
pub fn menu(v: &Visit) -> Vec<MenuGroup> {
    let mut groups = Vec::new();
    for (label, entries) in MENU {
        let mut items: Vec<MenuItem> = Vec::new();
        for (permission, href, label, icon) in *entries {
            if v.may(*permission) && items.iter().all(|i| i.href != *href) {
                items.push(MenuItem { href, label, icon });
            }
        }
        if !items.is_empty() {
            groups.push(MenuGroup { label, items });
        }
    }
    groups
}

/// The entry of the menu under which a page lies: the longest address that leads to it.
fn entry_of(v: &Visit) -> Option<&'static Entry> {
    let over = entries().filter(|(_, href, ..)| v.here(href));
    over.max_by_key(|(_, href, ..)| href.len())
}

/// The entry above a page of the back office, for its breadcrumb: address and key; none for the entries themselves.
pub fn above(v: &Visit) -> Option<(&'static str, &'static str)> {
    let entry = entry_of(v).filter(|(permission, href, ..)| *href != v.path() && v.may(*permission));
    entry.map(|(_, href, label, _)| (*href, *label))
}

/// The key of the heading of a page that has nothing to show yet.
pub fn heading(v: &Visit) -> &'static str {
    entry_of(v).map_or("workbench.title", |(_, _, label, _)| label)
}

/// What lies between the first page and a public one, where the page does not say so itself.
pub fn above_public(v: &Visit) -> Option<(&'static str, &'static str)> {
    let parents = [
        ("/feedback", "feedback.title"),
        ("/draws", "draw.title"),
        ("/pledges", "public.board_title"),
        ("/notices", "public.notices"),
    ];
    let over = parents
        .into_iter()
        .find(|(href, _)| v.here(href) && *href != v.path());
    // Pledges have no page of their own but the board.
    over.map(|(href, label)| (if href == "/pledges" { "/board" } else { href }, label))
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
    all.extend(lists::routes());
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
