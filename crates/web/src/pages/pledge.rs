//! Step 2 on screen (screens 15 to 19, 23, 25): a member's form, a branch's form, a form typed for somebody else.
//!
//! The three desks share their pages; [`Place`] reads from the address which one it is.

mod adding;
mod api;
mod behalf;
mod blank;
mod check;
mod live;
mod menu;
mod onward;
mod paper;
mod place;
pub(crate) mod print;
mod sheet;
mod show;
mod sign;
mod told;
mod unkept;
mod write;

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, Failure, page, page_with, see_other, status};
use crate::visit::Visit;
use app::campaign::Labels;
use app::pledge::{AddComment, DeskView, GiveUpAmendment, OpenDesk, StartPledge, WithdrawBeforeReview};
use askama::Template;
use axum::http::StatusCode;
use check::{check, save_check};
use domain::access::{Permission, Role};
use domain::problem::{Problem, Problems};
pub(crate) use place::Place;
use show::{Guide, ItemView, Progress, Return, guides, item_views, progress, sent_back};
pub(crate) use show::{last_tag, remark};
pub(crate) use told::left_words;

pub(crate) fn routes() -> Vec<Route> {
    let own = Gate::Holds(Permission::FilePledge);
    let branch = Gate::Holds(Permission::FileBranchPledge);
    let behalf = Gate::Holds(Permission::FileOnBehalf);
    let mut all = print::routes();
    all.extend(behalf::routes());
    all.extend(blank::routes());
    all.extend(sheet::routes());
    all.extend(api::routes());
    all.extend(live::routes());
    all.push(Route::get("/branch-pledge", branch, own_branch));
    macro_rules! desk {
        ($base:literal, $gate:expr, $write:expr) => {
            all.extend([
                Route::get($base, $write, overview),
                Route::get(concat!($base, "/menu"), $gate, menu::show),
                Route::post(concat!($base, "/claim"), $gate, menu::claim),
                Route::post(concat!($base, "/release"), $gate, menu::release),
                Route::post(concat!($base, "/start"), $gate, start),
                Route::get(concat!($base, "/check"), $gate, check),
                Route::post(concat!($base, "/check"), $gate, save_check),
                Route::get(concat!($base, "/write/{kind}"), $write, write::show),
                Route::post(concat!($base, "/write/{kind}"), $write, write::save).confirmed_by_act(),
                Route::post(concat!($base, "/remove"), $write, write::remove),
                Route::post(concat!($base, "/restore"), $write, write::restore),
                Route::get(concat!($base, "/sign"), $gate, sign::show),
                Route::post(concat!($base, "/sign"), $gate, sign::submit),
                Route::get(concat!($base, "/done"), $gate, sign::done),
                Route::post(concat!($base, "/withdraw"), $gate, withdraw),
                Route::post(concat!($base, "/amend"), $gate, adding::amend),
                Route::post(concat!($base, "/give-up"), $gate, give_up),
                Route::post(concat!($base, "/comment"), $write, comment),
            ]);
        };
    }
    // A form is also written along by those who were named for it; the acts look whom.
    let along = Gate::Holds(Permission::CommentOnDraft);
    all.push(Route::post(
        "/branch-pledge/{unit}/coauthors",
        branch,
        menu::coauthors,
    ));
    all.extend([
        Route::post("/my-pledge/coauthors", own, menu::coauthors),
        Route::post("/my-pledge/confirm", own, behalf::confirm_own),
        Route::get("/pledge-along/{person}", along, overview),
        Route::get("/pledge-along/{person}/write/{kind}", along, write::show),
        Route::post("/pledge-along/{person}/write/{kind}", along, write::save).confirmed_by_act(),
        Route::post("/pledge-along/{person}/remove", along, write::remove),
        Route::post("/pledge-along/{person}/restore", along, write::restore),
        Route::post("/pledge-along/{person}/comment", along, comment),
    ]);
    all.extend([
        Route::post("/branch-pledge/{unit}/scan", branch, behalf::scan),
        Route::post("/branch-pledge/on-behalf/{person}/scan", behalf, behalf::scan),
    ]);
    desk!("/my-pledge", own, own);
    desk!("/branch-pledge/{unit}", branch, along);
    desk!("/branch-pledge/on-behalf/{person}", behalf, behalf);
    all
}

/// Everything the desk's pages share.
pub(crate) struct Lying {
    /// The form and what lies beside it.
    pub d: DeskView,
    /// The template's words.
    pub labels: Labels,
    /// How far the form is.
    pub steps: Vec<Progress>,
    /// What this audience lays weight on.
    pub guides: Vec<Guide>,
    /// The items as written.
    pub items: Vec<ItemView>,
    /// What the reviewer asked for, while it is being revised.
    pub back: Option<Return>,
    /// Title of the paper form.
    pub paper_title: String,
    /// The boxes of the paper form with their labels.
    pub paper: Vec<(String, String)>,
    /// The blank forms of the unit: where each is taken away, and its name.
    pub blanks: Vec<(String, String)>,
}

impl Lying {
    /// Whether there is a form.
    pub fn begun(&self) -> bool {
        self.d.filed.is_some()
    }

    /// The pledge's id; empty before it is begun.
    pub fn id(&self) -> &str {
        self.d.filed.as_ref().map_or("", |f| &f.row.id)
    }

    /// Where people of the branch read and remark on it.
    pub fn draft_address(&self) -> String {
        format!("/branch-pledge/drafts/{}", self.id())
    }

    /// The revision shown.
    pub fn revision(&self) -> i64 {
        self.d.filed.as_ref().map_or(0, |f| f.row.revision)
    }

    /// The kind in which an item of last time is promised again: its own, where this campaign has it.
    pub fn again_in(&self, item: &app::pledge::LastItem) -> String {
        let kinds = self.d.campaign.kinds_for(self.d.audience);
        let found = kinds.iter().find(|k| k.key == item.kind).or(kinds.last());
        found.map(|k| k.key.clone()).unwrap_or_default()
    }

    /// The kind in which an item promised together is taken over: its own, where this reader writes it too.
    pub fn joint_in(&self, joint: &app::pledge::JointItem) -> String {
        let kinds = self.d.campaign.kinds_for(self.d.audience);
        let own = joint.item.item.kind.as_str();
        let found = kinds.iter().find(|k| k.key == own).or(kinds.last());
        found.map(|k| k.key.clone()).unwrap_or_default()
    }

    /// Whether an item is the first of its kind that stands in the form: the paper names the kind once.
    pub fn begins_kind(&self, item: &ItemView) -> bool {
        let first = self.items.iter().find(|i| !i.gone && i.kind == item.kind);
        first.is_some_and(|first| first.id == item.id)
    }

    /// A department pledges, not a branch.
    pub fn department(&self) -> bool {
        self.d.audience == domain::campaign::Audience::Department
    }

    /// Whether its campaign has ended: it is read, printed, reported and withdrawn, and not changed.
    pub fn ended(&self) -> bool {
        self.d.campaign.is_ended()
    }

    /// Whether the text may be changed.
    pub fn editable(&self) -> bool {
        !self.ended() && self.d.filed.as_ref().is_some_and(|f| f.state.state.is_editable())
    }
}

/// Reads the desk.
pub(crate) async fn lying(v: &Visit, at: &Place) -> Result<Lying, Failure> {
    let d = v
        .web()
        .app()
        .query(
            v.actor(),
            OpenDesk {
                desk: at.desk.clone(),
            },
        )
        .await?;
    Ok(Lying::of(v, at, d))
}

impl Lying {
    pub(crate) fn of(v: &Visit, at: &Place, d: DeskView) -> Lying {
        let labels = d.campaign.labels(v.lang());
        Lying {
            steps: progress(v, at, &d, &labels),
            guides: guides(v, &d),
            items: d
                .filed
                .as_ref()
                .map(|f| item_views(v, f, &d, &labels))
                .unwrap_or_default(),
            back: d.filed.as_ref().and_then(|f| sent_back(f, &labels)),
            paper_title: paper::paper_title(v, &d),
            paper: paper::paper_boxes(v, &d),
            blanks: print::blank_links(v, &d.campaign.template, &d.blanks),
            labels,
            d,
        }
    }
}

/// Sends a reader without a form to the desk's first page.
pub(crate) fn or_begin(l: &Lying, at: &Place) -> Option<axum::response::Response> {
    (!l.begun() || !l.editable()).then(|| see_other(&at.base))
}

/// Problems in the reader's words know kinds by their labels, dates as the reader writes them.
pub(crate) fn worded(v: &Visit, labels: &Labels, mut problems: Problems) -> Problems {
    for problem in &mut problems.0 {
        for (name, value) in &mut problem.args {
            match *name {
                "kind" => *value = labels.kind(value).to_owned(),
                "date" | "first" | "last" => *value = v.iso(value),
                _ => {}
            }
        }
    }
    problems
}

#[derive(Template)]
#[template(path = "pledge/overview.html")]
struct OverviewPage {
    v: Visit,
    at: Place,
    l: Lying,
    f: Form,
}

impl OverviewPage {
    /// The colour of a state; its sign and words say the same.
    fn tone(&self, state: &str) -> &'static str {
        match state {
            "submitted" => "run",
            "returned" => "warn",
            "confirmed" | "published" => "ok",
            _ => "",
        }
    }

    fn sign(&self, state: &str) -> &'static str {
        match state {
            "submitted" => "i-run",
            "returned" => "i-warn",
            "confirmed" | "published" => "i-ok",
            "withdrawn" => "i-down",
            _ => "i-edit",
        }
    }

    /// What is said of a form whose campaign has ended.
    fn after_the_end(&self) -> &'static str {
        let row = self.l.d.filed.as_ref().map(|f| &f.row);
        match row.map(|r| (r.state.as_str(), r.version > 0)) {
            Some(("withdrawn", _)) => "pledge_next.withdrawn",
            Some((_, true)) => "pledge.ended_public",
            Some(("confirmed", false)) => "pledge.ended_unpublished",
            Some(("submitted", false)) => "pledge.ended_undecided",
            _ => "pledge.ended_unfinished",
        }
    }

    /// Whether the reader reports on what is public of this form: one's own, or one's branch's as its secretary (N13).
    fn reports(&self) -> bool {
        let l = &self.l;
        let public = l.d.filed.as_ref().is_some_and(|f| f.row.version > 0) && self.down().is_none();
        public && !self.at.behalf() && l.d.hands_in
    }

    /// Characters of the form that no font has: on paper a box stands in their place.
    fn unprintable(&self) -> String {
        let Some(filed) = &self.l.d.filed else {
            return String::new();
        };
        let mut all = format!("{}{}", filed.header.name, filed.header.post);
        for written in &filed.draft.items {
            let item = &written.item;
            all.extend([item.content.as_str(), &item.measure, &item.beneficiary]);
        }
        crate::papers::boxes(&self.v, &all)
    }

    /// The state in words: of what is in force, with a mark, while a new version is under way.
    fn state(&self) -> String {
        let Some(filed) = &self.l.d.filed else {
            return String::new();
        };
        let word = |state: &str| self.v.t_of("pledge_state", state);
        match filed.amended {
            Some(stood) => self.v.t1("pledge.amend_mark", "state", word(stood.name())),
            None if self.down().is_some() && filed.row.state == "confirmed" => {
                self.v.t1("down.mark", "state", word(&filed.row.state))
            }
            None => word(&filed.row.state),
        }
    }

    /// What comes next.
    fn next(&self) -> String {
        let Some(filed) = &self.l.d.filed else {
            return String::new();
        };
        match filed.amended {
            Some(_) => self.v.t_of("amend_next", &filed.row.state),
            None => self.v.t_of("pledge_next", &filed.row.state),
        }
    }

    /// Where to go on: the first page that still needs something.
    fn resume(&self) -> &str {
        let next = self
            .l
            .steps
            .iter()
            .find(|s| !s.done && s.note != self.v.t("pledge.none_needed"));
        next.or(self.l.steps.last())
            .map_or(self.at.base.as_str(), |s| &s.href)
    }
}

async fn own_branch(v: Visit) -> Answer {
    let units = v.actor().units(Role::BranchSecretary).unwrap_or_default();
    let unit = units.first().copied().or(v.actor().unit.as_deref());
    let unit = unit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    let address = format!("/branch-pledge/{unit}");
    Ok(see_other(&match v.looks_at() {
        Some(campaign) => crate::visit::address(&address, &[("campaign", campaign)]),
        None => address,
    }))
}

async fn overview(v: Visit, at: Place) -> Answer {
    let l = lying(&v, &at).await?;
    page(&OverviewPage {
        v,
        at,
        l,
        f: Form::default(),
    })
}

async fn overview_again(v: Visit, at: Place, fields: Fields, error: app::Error) -> Answer {
    let problems = mendable(error)?;
    let code = problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
    let l = lying(&v, &at).await?;
    let problems = worded(&v, &l.labels, problems);
    page_with(
        code,
        &OverviewPage {
            v,
            at,
            l,
            f: Form::mend(fields, problems),
        },
    )
}

async fn start(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = StartPledge {
        desk: at.desk.clone(),
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("{}/check", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}

async fn withdraw(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = WithdrawBeforeReview {
        pledge: fields.trimmed("pledge"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("{}?said=withdrawn", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}

async fn give_up(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = GiveUpAmendment {
        pledge: fields.trimmed("pledge"),
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("{}?said=given_up", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}

async fn comment(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = AddComment {
        pledge: fields.trimmed("pledge"),
        words: fields.get("words").to_owned(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("{}?said=comment_added", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}

/// The revision the writer saw; a form without one cannot overwrite anything newer.
pub(crate) fn revision(fields: &Fields, l: &Lying) -> i64 {
    fields
        .get("revision")
        .parse()
        .unwrap_or(if fields.has("revision") { -1 } else { l.revision() })
}
