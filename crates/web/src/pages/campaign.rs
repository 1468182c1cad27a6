//! Screen 27 and the campaigns: a new one, its dates, its stages, start, extension, end (N3 to N6, N15).

mod editor;
mod new;

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, download, page, page_with, see_other};
use crate::visit::Visit;
use app::campaign::{
    CampaignFile, CloseCampaign, DiscardCampaign, EditCampaign, ExtendStage, ListCampaigns, ReadCampaign,
    RunningCampaign, StartCampaign, TypedWindow,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::campaign::template::PublicField;
use domain::campaign::{CampaignState, StageState};
use domain::problem::{Problem, Problems};
use domain::time::{Calendar, Window, WindowState};
use jiff::civil::Date;

/// The desks of a campaign that has ended, with the keys of their names.
pub const DESKS: [(&str, &str); 13] = [
    ("/board", "public.board_title"),
    ("/workbench", "workbench.title"),
    ("/survey", "menu.survey"),
    ("/survey/unanswered", "unanswered.title"),
    ("/publication", "menu.publication"),
    ("/feedback-desk", "menu.feedback"),
    ("/inspection", "inspection.title"),
    ("/draws", "draw.title"),
    ("/rectification", "menu.rectification"),
    ("/appraisal", "menu.appraisal"),
    ("/reports", "menu.reports"),
    ("/examples/desk", "menu.examples"),
    ("/documents/generate", "brief.generate_title"),
];

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::ManageCampaign);
    vec![
        Route::get("/campaigns", gate, list),
        Route::post("/campaigns", gate, new::create),
        Route::get("/campaigns/new", gate, new::show),
        Route::post("/campaigns/new", gate, new::preview),
        Route::get("/campaigns/{id}", gate, show),
        Route::post("/campaigns/{id}", gate, edit),
        Route::post("/campaigns/{id}/start", gate, start),
        Route::post("/campaigns/{id}/extend", gate, extend),
        Route::post("/campaigns/{id}/close", gate, close),
        Route::post("/campaigns/{id}/discard", gate, discard),
        Route::get("/campaigns/{id}/template.toml", gate, text),
        Route::get("/campaigns/{id}/template", gate, editor::show),
        Route::post("/campaigns/{id}/template", gate, editor::keep),
    ]
}

/// A window as a notice writes it: `2010.9.20–9.29`, `2010.10.20 开始`.
pub(crate) fn window_text(v: &Visit, window: Window) -> String {
    let short = |day: Date| lang::date_short(v.lang(), day);
    let from = window.starts_on;
    match window.ends_on {
        None => v.t2("campaign.window_open", "y", from.year(), "from", short(from)),
        Some(to) if to.year() == from.year() => v.t3(
            "campaign.window",
            "y",
            from.year(),
            "from",
            short(from),
            "to",
            short(to),
        ),
        Some(to) => v.t2("campaign.window_years", "from", v.date(from), "to", v.date(to)),
    }
}

/// A stage as pages show it.
pub(crate) struct StageRow {
    /// Key in the template.
    pub key: String,
    /// Its place, from 1.
    pub number: usize,
    /// Label.
    pub label: String,
    /// Window, written out.
    pub when: String,
    /// Class of the style sheet.
    pub class: &'static str,
    /// Where today lies, in words.
    pub state: String,
    /// Who is responsible.
    pub who: Vec<String>,
    /// The end before the first extension, in words; empty without one.
    pub extended: String,
    /// Working days inside, in words; empty without an end.
    pub working: String,
    /// The window itself.
    pub window: Window,
}

/// The stages of a campaign on the reader's today.
pub(crate) fn stage_rows(v: &Visit, campaign: &RunningCampaign) -> Vec<StageRow> {
    campaign
        .stages(v.today())
        .iter()
        .map(|s| stage_row(v, s))
        .collect()
}

fn stage_row(v: &Visit, s: &StageState<'_>) -> StageRow {
    let calendar = Calendar::in_force();
    let old = s.extensions.first().map(|e| e.old_ends_on);
    let working = s.window.ends_on.map(|end| {
        let n = calendar.working_days(s.window.starts_on, end);
        let known = calendar.knows(s.window.starts_on.year()) && calendar.knows(end.year());
        v.t1(
            if known {
                "campaign.working_days"
            } else {
                "campaign.weekdays"
            },
            "n",
            n,
        )
    });
    StageRow {
        key: s.stage.key.clone(),
        number: s.number,
        label: s.stage.label.get(v.lang()).to_owned(),
        when: window_text(v, s.window),
        class: match s.state {
            WindowState::Upcoming => "todo",
            WindowState::Open => "now",
            WindowState::Closed => "done",
        },
        state: v.t_of("window_state", s.state.name()),
        who: s
            .stage
            .responsible
            .iter()
            .map(|r| r.label.get(v.lang()).to_owned())
            .collect(),
        extended: old
            .map(|d| v.t1("campaign.extended_from", "date", v.date(d)))
            .unwrap_or_default(),
        working: working.unwrap_or_default(),
        window: s.window,
    }
}

#[derive(Template)]
#[template(path = "campaign/list.html")]
struct ListPage {
    v: Visit,
    all: Vec<(RunningCampaign, String)>,
}

async fn list(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), ListCampaigns).await?;
    let all = all
        .into_iter()
        .map(|c| (span(&v, &c), c))
        .map(|(when, c)| (c, when))
        .collect();
    page(&ListPage { all, v })
}

fn span(v: &Visit, campaign: &RunningCampaign) -> String {
    campaign
        .template
        .window()
        .map(|w| window_text(v, w))
        .unwrap_or_default()
}

#[derive(Template)]
#[template(path = "campaign/show.html")]
struct ShowPage {
    v: Visit,
    f: Form,
    file: CampaignFile,
    rows: Vec<StageRow>,
    extendable: Vec<(String, String)>,
    span: String,
}

impl ShowPage {
    fn is(&self, state: &str) -> bool {
        self.file.campaign.state.name() == state
    }

    fn words<'a>(&'a self, text: &'a domain::campaign::Text) -> &'a str {
        text.get(self.v.lang())
    }

    /// The first names of a list that may be long.
    fn few(&self, names: &[String]) -> String {
        let first: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
        first.join(self.v.t("list.separator"))
    }

    fn units(&self, kinds: &[domain::organization::UnitKind]) -> String {
        let names: Vec<String> = kinds.iter().map(|k| self.v.t_of("unit_kind", k.name())).collect();
        names.join(self.v.t("list.separator"))
    }

    fn classes(&self, classes: &[domain::organization::PersonClass]) -> String {
        let names: Vec<String> = classes
            .iter()
            .map(|c| self.v.t_of("person_class", c.name()))
            .collect();
        names.join(self.v.t("list.separator"))
    }

    /// What the campaign asks of each audience.
    fn burdens(&self) -> Vec<domain::campaign::burden::Burden> {
        domain::campaign::burden::burdens(&self.file.campaign.template)
    }

    fn kinds(&self, keys: &[String]) -> String {
        let labels = self.file.campaign.labels(self.v.lang());
        let names: Vec<&str> = keys.iter().map(|key| labels.kind(key)).collect();
        names.join(self.v.t("list.separator"))
    }

    fn audiences(&self, of: &[domain::campaign::Audience]) -> String {
        let asked = of.iter().filter(|a| self.file.campaign.template.scope.names(**a));
        let names: Vec<String> = asked.map(|a| self.v.t_of("audience", a.name())).collect();
        names.join(self.v.t("list.separator"))
    }

    /// What is wrong, with the stage and the end of it that it is about.
    fn told(&self, problem: &Problem) -> String {
        let said = self.v.say(problem);
        let field = problem.field.as_deref().unwrap_or("");
        let at = |edge: &str| self.rows.iter().find(|r| field == format!("{edge}_{}", r.key));
        match (at("starts"), at("ends")) {
            (Some(r), _) => self.v.t2("campaign.at_start", "stage", &r.label, "text", said),
            (_, Some(r)) => self.v.t2("campaign.at_end", "stage", &r.label, "text", said),
            _ => said,
        }
    }

    /// Stages that begin before the one above them: allowed, and worth a second look.
    fn out_of_order(&self) -> Vec<(&str, &str)> {
        let pairs = self.rows.iter().zip(self.rows.iter().skip(1));
        let early = pairs.filter(|(one, next)| next.window.starts_on < one.window.starts_on);
        early
            .map(|(one, next)| (next.label.as_str(), one.label.as_str()))
            .collect()
    }

    fn is_public(&self, field: PublicField) -> bool {
        if self.f.wrong() {
            self.f.ticked("public", field.name())
        } else {
            self.file.campaign.template.public_fields.contains(&field)
        }
    }
}

async fn read(v: &Visit, id: &str) -> Result<CampaignFile, crate::Failure> {
    Ok(v.web()
        .app()
        .query(v.actor(), ReadCampaign { id: id.to_owned() })
        .await?)
}

fn show_page(v: Visit, file: CampaignFile, f: Form) -> ShowPage {
    let rows = stage_rows(&v, &file.campaign);
    let ends = rows.iter().filter(|r| r.window.ends_on.is_some());
    ShowPage {
        extendable: ends
            .map(|r| (r.key.clone(), format!("{} {}", r.label, r.when)))
            .collect(),
        span: span(&v, &file.campaign),
        rows,
        file,
        f,
        v,
    }
}

/// The title and the dates as they are kept.
fn known(v: &Visit, file: &CampaignFile) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = vec![("title".to_owned(), file.campaign.title.clone())];
    for s in file.campaign.stages(v.today()) {
        texts.push((format!("starts_{}", s.stage.key), s.window.starts_on.to_string()));
        texts.push((
            format!("ends_{}", s.stage.key),
            s.window.ends_on.map(|d| d.to_string()).unwrap_or_default(),
        ));
    }
    texts
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let file = read(&v, &id).await?;
    let known = known(&v, &file);
    let known: Vec<(&str, &str)> = known.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    page(&show_page(v, file, Form::fresh(&known)))
}

async fn again(v: Visit, id: &str, fields: Fields, error: app::Error) -> Answer {
    let problems: Problems = mendable(error)?;
    let status = problems.0.first().map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| {
        crate::respond::status(&p.kind)
    });
    let file = read(&v, id).await?;
    let known = known(&v, &file);
    let known: Vec<(&str, &str)> = known.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let f = Form::mend(fields, problems).over(&known);
    page_with(status, &show_page(v, file, f))
}

async fn edit(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let window = |(stage, starts_on): (&str, &str)| TypedWindow {
        stage: stage.to_owned(),
        starts_on: starts_on.to_owned(),
        ends_on: fields.get(&format!("ends_{stage}")).to_owned(),
    };
    let public = fields.all("public");
    let case = EditCampaign {
        id: id.clone(),
        title: fields.trimmed("title"),
        shift_to: fields.trimmed("shift_to"),
        windows: fields.under("starts_").map(window).collect(),
        public_fields: PublicField::ALL
            .into_iter()
            .filter(|p| public.contains(&p.name()))
            .collect(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/campaigns/{id}?said=saved"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn start(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    match v
        .web()
        .app()
        .execute(v.actor(), StartCampaign { id: id.clone() })
        .await
    {
        Ok(Some(notice)) => Ok(see_other(&format!("/documents/{notice}?said=campaign_started"))),
        Ok(None) => Ok(see_other(&format!("/campaigns/{id}?said=saved"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn extend(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = ExtendStage {
        id: id.clone(),
        stage: fields.trimmed("stage"),
        ends_on: fields.trimmed("ends_on"),
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/campaigns/{id}?said=saved"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn close(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    if !fields.has("sure") {
        let problem = Problem::invalid("campaign.close_sure").on("sure");
        return again(v, &id, fields, problem.into()).await;
    }
    match v
        .web()
        .app()
        .execute(v.actor(), CloseCampaign { id: id.clone() })
        .await
    {
        Ok(()) => Ok(see_other(&format!("/campaigns/{id}?said=saved"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn discard(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    if !fields.has("sure") {
        let problem = Problem::invalid("campaign.discard_sure").on("sure");
        return again(v, &id, fields, problem.into()).await;
    }
    match v
        .web()
        .app()
        .execute(v.actor(), DiscardCampaign { id: id.clone() })
        .await
    {
        Ok(_) => Ok(see_other("/campaigns?said=discarded")),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn text(v: Visit, Path(id): Path<String>) -> Answer {
    let file = read(&v, &id).await?;
    let name = format!("{}.toml", file.campaign.template.key);
    Ok(download(&name, "application/toml", file.toml.into_bytes()))
}

/// Class of the tag of a state.
pub(crate) fn state_class(state: CampaignState) -> &'static str {
    match state {
        CampaignState::Draft => "warn",
        CampaignState::Running => "run",
        CampaignState::Closed => "",
    }
}
