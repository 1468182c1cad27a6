//! The lists of the pages as files to take away: beside every list stand its two files, for whoever may open the page, with
//! the page's rows and its filter.

use super::ledger::{as_text, as_workbook};
use crate::gate::{Gate, Route};
use crate::respond::Answer;
use crate::visit::{Visit, address};
use app::lists::{self, Words};
use app::publication::FindDesk;
use app::survey::{DemandFilter, ListDemands, ListVisits, ReadDesk, WhichOpinions};
use app::{
    accounts, appraisal, brief, feedback, inspection, publication, rectification, review, roles, units,
};
use axum::extract::Path;
use documents::table::Table;
use domain::access::Permission;
use domain::feedback::FeedbackState;

/// Both files of each list: the address of its page without the ending, who may come to that page, and the table.
macro_rules! files {
    ($($page:literal, $gate:expr, $list:ident;)*) => {
        vec![$(
            Route::get(concat!($page, ".xlsx"), $gate, |v: Visit| async move {
                as_workbook(&v, &$list(&v).await?)
            }),
            Route::get(concat!($page, ".csv"), $gate, |v: Visit| async move {
                as_text(&v, &$list(&v).await?)
            }),
        )*]
    };
}

const fn holds(permission: Permission) -> Gate {
    Gate::Holds(permission)
}

pub(crate) fn routes() -> Vec<Route> {
    let mut all = files![
        "/workbench/missing", holds(Permission::ViewWorkbench), missing;
        "/workbench/silent", holds(Permission::ViewWorkbench), silent;
        "/feedback-desk", holds(Permission::HandleFeedback), feedback_desk;
        "/survey/opinions", holds(Permission::CollectOpinions), opinions;
        "/survey/demands", holds(Permission::ManageDemands), demands;
        "/survey/unanswered", holds(Permission::ManageDemands), unanswered;
        "/survey/visits", holds(Permission::CollectOpinions), visits;
        "/publication/channels", holds(Permission::RecordChannel), channels;
        "/publication/objections", holds(Permission::AnswerObjection), objections;
        "/inspection", holds(Permission::RecordInspection), inspections;
        "/rectification", Gate::SignedIn, rectifications;
        "/documents", holds(Permission::WriteNotice), documents;
        "/reports", Gate::SignedIn, reports;
        "/examples/desk", Gate::SignedIn, examples;
        "/review/done", Gate::SignedIn, decided;
        "/review/rounds", Gate::SignedIn, rounds;
        "/review/waits", holds(Permission::ManageCampaign), waits;
        "/review/recused", holds(Permission::ManageCampaign), recused;
        "/units", holds(Permission::ManageRoster), units;
        "/slips", holds(Permission::IssueSlip), slips;
        "/accounts", holds(Permission::ManageAccounts), accounts;
        "/roles", holds(Permission::GrantRoles), roles;
    ];
    // An appraisal's list has the address of its round before it.
    all.extend([
        Route::get("/appraisal/{round}/results.xlsx", Gate::SignedIn, round_book),
        Route::get("/appraisal/{round}/results.csv", Gate::SignedIn, round_text),
    ]);
    all
}

impl Visit {
    /// For whom lists are written.
    pub(crate) fn words(&self) -> Words<'_> {
        Words {
            app: self.web().app(),
            lang: self.lang(),
        }
    }

    /// The address of a file of a list of this page, with what the page was filtered by. `stem` is the address without
    /// its ending, `ending` the latter.
    pub fn file(&self, stem: &str, ending: &str) -> String {
        let here = self.with("page", "");
        let asked = here.split_once('?').map_or("", |(_, asked)| asked);
        let pairs = crate::visit::form_pairs(asked.as_bytes());
        let passing = ["said", "after", "before"];
        let kept: Vec<(&str, &str)> = pairs
            .iter()
            .filter(|(name, _)| !passing.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        address(&format!("{stem}.{ending}"), &kept)
    }
}

async fn missing(v: &Visit) -> app::Result<Table> {
    let day = v.query("day").parse().ok();
    let case = app::workbench::ReadMissing { day };
    let found = v.web().app().query(v.actor(), case).await?;
    Ok(lists::missing(v.words(), &found))
}

async fn feedback_desk(v: &Visit) -> app::Result<Table> {
    let state = FeedbackState::from_name(v.query("state")).unwrap_or(FeedbackState::New);
    let unit = v.query("unit").to_owned();
    let case = feedback::ReadDesk { state, unit };
    let desk = v.web().app().query(v.actor(), case).await?;
    Ok(lists::feedback(v.words(), &desk, state))
}

async fn opinions(v: &Visit) -> app::Result<Table> {
    let (unit, source, which) = (v.query("unit"), v.query("source"), v.query("which"));
    let case = ReadDesk {
        unit: unit.to_owned(),
        source: source.to_owned(),
        which: WhichOpinions::from_name(which),
    };
    let desk = v.web().app().query(v.actor(), case).await?;
    let named = |table: &str, name: &str| lang::find(v.lang(), &format!("{table}.{name}")).unwrap_or("");
    let chosen = [
        desk.place(Some(unit)),
        named("opinion_source", source),
        named("opinion_which", which),
    ];
    let chosen: Vec<&str> = chosen.into_iter().filter(|t| !t.is_empty()).collect();
    Ok(lists::opinions(
        v.words(),
        &desk,
        &chosen.join(v.t("list.separator")),
    ))
}

async fn demands(v: &Visit) -> app::Result<Table> {
    let filter = DemandFilter::from_name(v.query("state"));
    let unit = v.query("unit").to_owned();
    let desk = v
        .web()
        .app()
        .query(v.actor(), ListDemands { unit, filter })
        .await?;
    Ok(lists::demands(v.words(), &desk.demands, &desk.places, filter))
}

async fn unanswered(v: &Visit) -> app::Result<Table> {
    let all = v
        .web()
        .app()
        .query(v.actor(), app::survey::ReadUnanswered)
        .await?;
    Ok(lists::unanswered(v.words(), &all))
}

async fn silent(v: &Visit) -> app::Result<Table> {
    let unit = v.query("unit").to_owned();
    let case = app::progress::ListSilent { unit };
    let found = v.web().app().query(v.actor(), case).await?;
    Ok(lists::silent(v.words(), &found))
}

async fn documents(v: &Visit) -> app::Result<Table> {
    let case = app::notice::ListDocuments;
    let (mut all, units) = v.web().app().query(v.actor(), case).await?;
    let kind = v.query("kind");
    all.retain(|d| kind.is_empty() || d.notice.kind == kind);
    Ok(lists::documents(v.words(), &all, units))
}

async fn slips(v: &Visit) -> app::Result<Table> {
    let app = v.web().app();
    let units = app.query(v.actor(), app::slips::SlipBranches).await?;
    let asked = super::slips::meant(&units, v.query("unit"));
    let case = app::slips::SlipList {
        unit: asked.to_owned(),
    };
    let members = match asked {
        "" => Vec::new(),
        _ => app.query(v.actor(), case).await?,
    };
    let name = units
        .iter()
        .find(|u| u.id == asked)
        .map_or("", |u| u.name.as_str());
    Ok(lists::slips(v.words(), &members, name))
}

async fn visits(v: &Visit) -> app::Result<Table> {
    let (all, places) = v.web().app().query(v.actor(), ListVisits).await?;
    Ok(lists::visits(v.words(), &all, &places))
}

async fn channels(v: &Visit) -> app::Result<Table> {
    let desk = v.web().app().query(v.actor(), FindDesk).await?;
    let missing = || domain::problem::Problem::conflict("campaign.none_running");
    let desk = desk.ok_or_else(missing)?;
    Ok(lists::channels(v.words(), &desk.campaign, &desk.batches))
}

async fn objections(v: &Visit) -> app::Result<Table> {
    let all = v
        .web()
        .app()
        .query(v.actor(), publication::FindObjections)
        .await?;
    Ok(lists::objections(v.words(), &all))
}

async fn inspections(v: &Visit) -> app::Result<Table> {
    let lines = v
        .web()
        .app()
        .query(v.actor(), inspection::FindCalendar)
        .await?
        .lines;
    Ok(lists::inspections(v.words(), &lines))
}

async fn rectifications(v: &Visit) -> app::Result<Table> {
    let ledger = v.web().app().query(v.actor(), rectification::FindLedger).await?;
    Ok(lists::rectifications(v.words(), &ledger))
}

async fn reports(v: &Visit) -> app::Result<Table> {
    let all = v.web().app().query(v.actor(), brief::FindReports).await?;
    Ok(lists::reports(v.words(), &all))
}

async fn examples(v: &Visit) -> app::Result<Table> {
    let desk = v.web().app().query(v.actor(), brief::FindExamples).await?;
    Ok(lists::examples(v.words(), &desk))
}

/// Every page of what the reader decided.
async fn decided(v: &Visit) -> app::Result<Table> {
    let mut all = Vec::new();
    for page in 0.. {
        let found = v
            .web()
            .app()
            .query(v.actor(), review::FindDecided { page })
            .await?;
        let last = found.list.is_empty();
        all.extend(found.list);
        if last || i64::try_from(all.len()).is_ok_and(|n| n >= found.total) {
            break;
        }
    }
    Ok(lists::decided(v.words(), &all))
}

async fn rounds(v: &Visit) -> app::Result<Table> {
    // The page is of those who review: the figures alone are also part of a workbench others see.
    v.web()
        .app()
        .query(v.actor(), review::FindDecided { page: 0 })
        .await?;
    let units = v.web().app().query(v.actor(), review::FindRound).await?;
    Ok(lists::rounds(v.words(), &units))
}

async fn waits(v: &Visit) -> app::Result<Table> {
    let all = v.web().app().query(v.actor(), review::FindWaits).await?;
    Ok(lists::waits(v.words(), &all))
}

async fn recused(v: &Visit) -> app::Result<Table> {
    let all = v.web().app().query(v.actor(), review::FindWaits).await?;
    Ok(lists::recused(v.words(), &all))
}

async fn units(v: &Visit) -> app::Result<Table> {
    let tree = v.web().app().query(v.actor(), units::ListUnits).await?;
    Ok(lists::units(v.words(), &tree))
}

/// Every page of the accounts that were searched for.
async fn accounts(v: &Visit) -> app::Result<Table> {
    let text = v.query("q").trim().to_owned();
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let case = accounts::ListAccounts {
            text: text.clone(),
            after,
        };
        let (lines, more) = v.web().app().query(v.actor(), case).await?;
        let last = lines.last().map(|l| l.account.login.clone());
        all.extend(lines);
        match last {
            Some(login) if more => after = login,
            _ => return Ok(lists::accounts(v.words(), &all, &text)),
        }
    }
}

async fn roles(v: &Visit) -> app::Result<Table> {
    let granted = v.web().app().query(v.actor(), roles::ListGrants).await?;
    Ok(lists::roles(v.words(), &granted))
}

async fn of_round(v: &Visit, round: String) -> app::Result<Table> {
    let file = v
        .web()
        .app()
        .query(v.actor(), appraisal::FindRound { round })
        .await?;
    Ok(lists::appraisal(v.words(), &file))
}

async fn round_book(v: Visit, Path(round): Path<String>) -> Answer {
    as_workbook(&v, &of_round(&v, round).await?)
}

async fn round_text(v: Visit, Path(round): Path<String>) -> Answer {
    as_text(&v, &of_round(&v, round).await?)
}
