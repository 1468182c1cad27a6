//! Screens 30 and 31: the publishing desk, its preview, take-down, objections, and what is printed and read.

mod batch;
mod objections;
mod papers;
mod wall;

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::public::view::vow;
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::publication::{Desk, FindDesk, MemberRow, Preview, PreviewBatch, Publish, RecordChannel, Target};
use askama::Template;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::problem::Problems;

pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![
        Route::get("/publication", Gate::Holds(Permission::RecordChannel), desk),
        Route::get(
            "/publication/preview",
            Gate::Holds(Permission::RecordChannel),
            preview,
        ),
        Route::post(
            "/publication/publish",
            Gate::Holds(Permission::RecordChannel),
            publish,
        ),
        Route::post(
            "/publication/channel",
            Gate::Holds(Permission::RecordChannel),
            channel,
        ),
    ];
    all.extend(batch::routes());
    all.extend(objections::routes());
    all.extend(papers::routes());
    all.extend(wall::routes());
    all
}

#[derive(Template)]
#[template(path = "publication/desk.html")]
struct DeskPage {
    v: Visit,
    desk: Option<Desk>,
    branches: Option<MemberCounts>,
    members: Vec<(MemberRow, MemberCounts)>,
}

/// Pledges ready, waiting, public and down.
struct MemberCounts {
    ready: i64,
    waiting: i64,
    public: i64,
    down: i64,
}

fn counts(of: impl Fn(&str) -> i64) -> MemberCounts {
    MemberCounts {
        ready: of("confirmed"),
        waiting: of("draft") + of("submitted") + of("returned"),
        public: of("published"),
        down: of("withdrawn"),
    }
}

async fn desk(v: Visit) -> Answer {
    let desk = v.web().app().query(v.actor(), FindDesk).await?;
    let branches = desk.as_ref().and_then(|d| d.branches.as_ref());
    let branches = branches.map(|states| counts(|s| states.get(s).copied().unwrap_or(0)));
    let members = desk
        .iter()
        .flat_map(|d| &d.members)
        .map(|m| (m.clone(), counts(|s| m.of(s))))
        .collect();
    page(&DeskPage {
        desk,
        branches,
        members,
        v,
    })
}

struct Shown {
    name: String,
    post: String,
    unit: String,
    version: u32,
    items: Vec<(String, String, String, String)>,
    marks: Vec<String>,
}

#[derive(Template)]
#[template(path = "publication/preview.html")]
struct PreviewPage {
    v: Visit,
    f: Form,
    scope: String,
    title: String,
    p: Preview,
    shown: Vec<Shown>,
    left_out: Vec<(String, String, String)>,
    closed: String,
}

/// A pledge as everybody will see it, and what looks private in it.
fn shown(v: &Visit, labels: &app::campaign::Labels, ready: &app::publication::Ready) -> Shown {
    let public = &ready.public;
    let items = public.items.iter().map(|i| {
        let more = [i.measure.as_str(), &i.beneficiary]
            .into_iter()
            .filter(|t| !t.is_empty());
        let more = more.collect::<Vec<_>>().join(" · ");
        let kind = labels.kind(i.kind.as_str()).to_owned();
        (kind, vow(v, &i.content), more, v.date(i.due_date))
    });
    let marks = ready.marks.iter().filter_map(|(at, range, mark)| {
        let text = public.items.get(*at)?.content.get(range.clone())?.to_owned();
        let name = match mark {
            domain::publication::PrivateMark::Phone => "publication.mark_phone",
            domain::publication::PrivateMark::IdNumber => "publication.mark_id_number",
        };
        let quoted = v.t1("public.quoted", "text", text);
        Some(v.t2("public.label_n", "label", quoted, "n", v.t(name)))
    });
    Shown {
        name: public.name.clone(),
        post: public.post.clone(),
        unit: public.unit_name.clone(),
        version: public.version,
        items: items.collect(),
        marks: marks.collect(),
    }
}

async fn preview_page(v: Visit, scope: String, problems: Problems) -> Result<PreviewPage, crate::Failure> {
    let target = Target::from_text(&scope);
    let p = v
        .web()
        .app()
        .query(v.actor(), PreviewBatch(target.clone()))
        .await?;
    let labels = p.campaign.labels(v.lang());
    let shown = p.ready.iter().map(|ready| shown(&v, &labels, ready)).collect();
    let left_out = p
        .left_out
        .iter()
        .map(|l| {
            (
                l.name.clone(),
                v.t_of("publication", format!("left_{}", l.why)),
                l.why.to_owned(),
            )
        })
        .collect();
    let title = match &target {
        Target::Branches => v.t("publication.branches").to_owned(),
        Target::Members(_) => v.t1("publication.members_of", "name", &p.unit_name),
    };
    Ok(PreviewPage {
        f: Form::mend(Fields::default(), problems),
        closed: p
            .closed
            .as_ref()
            .map(|problem| v.say(problem))
            .unwrap_or_default(),
        scope,
        title,
        p,
        shown,
        left_out,
        v,
    })
}

async fn preview(v: Visit) -> Answer {
    let scope = v.query("scope").to_owned();
    page(&preview_page(v, scope, Problems::default()).await?)
}

async fn publish(v: Visit, fields: Fields) -> Answer {
    let scope = fields.get("scope").to_owned();
    let case = Publish {
        target: Target::from_text(&scope),
        seal: Some(fields.get("seal").to_owned()),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(out) => Ok(see_other(&format!(
            "/publication/batch/{}?said=published",
            out.id
        ))),
        Err(error) => {
            let problems = mendable(error)?;
            page_with(StatusCode::CONFLICT, &preview_page(v, scope, problems).await?)
        }
    }
}

async fn channel(v: Visit, fields: Fields) -> Answer {
    let typed = fields.trimmed("done_on");
    let case = RecordChannel {
        publication: fields.get("publication").to_owned(),
        channel: fields.get("channel").to_owned(),
        done_on: domain::time::parse_past_date(&typed, v.today()).ok(),
        place: fields.trimmed("place"),
        proof: fields.trimmed("proof"),
    };
    let batch = case.publication.clone();
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/publication/batch/{batch}?said=saved"))),
        Err(error) => {
            let problems = mendable(error)?;
            batch::again(v, batch, fields, problems).await
        }
    }
}
