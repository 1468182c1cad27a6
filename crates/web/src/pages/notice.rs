//! Screen 7: notices as everybody reads them (N1, N2).

use super::campaign::{StageRow, stage_rows, window_text};
use crate::gate::{Gate, Route};
use crate::papers::{deliver, parts_of};
use crate::respond::{Answer, download, page};
use crate::visit::Visit;
use app::attachment::File;
use app::campaign::RunningCampaign;
use app::forms::form_of;
use app::notice::{ListNotices, Notice, PublicNotice, ReadNotice};
use askama::Template;
use axum::extract::Path;
use axum::http::request::Parts;
use documents::paper::Format;
use domain::attachment::MediaType;
use domain::campaign::Audience;
use domain::notice::{Paragraph, paragraphs};
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/notices", Gate::Public, list),
        Route::get("/notices/{id}", Gate::Fresh, show),
        Route::get("/notices/{id}/{file}", Gate::Fresh, paper),
        Route::get("/notices/{id}/files/{file}", Gate::Fresh, file),
    ]
}

#[derive(Template)]
#[template(path = "notice/list.html")]
struct ListPage {
    v: Visit,
    all: Vec<Notice>,
}

async fn list(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), ListNotices).await?;
    page(&ListPage { all, v })
}

#[derive(Template)]
#[template(path = "notice/show.html")]
struct ShowPage {
    v: Visit,
    found: PublicNotice,
    visits: i64,
    stages: Vec<StageRow>,
    span: String,
    /// 发布时间 to the minute, as the meta tag wants it.
    stamp: String,
}

impl ShowPage {
    fn paragraphs(&self) -> Vec<Paragraph<'_>> {
        paragraphs(&self.found.notice.body)
    }

    /// The beginning of the body, for search machines.
    fn description(&self) -> String {
        let text = self.paragraphs().into_iter().find_map(|p| match p {
            Paragraph::Text(text) => Some(text),
            _ => None,
        });
        domain::notice::plain(text.unwrap_or_default())
            .chars()
            .take(120)
            .collect()
    }

    fn is_notice(&self) -> bool {
        self.found.notice.kind == "notice"
    }

    /// The forms of the campaign: the file they are taken away as, and what they are called.
    fn annexes(&self) -> Vec<(String, String)> {
        // Where the writer lists attachments of his own, or none, these are all there are, on paper and here.
        let own = |part: &Paragraph| matches!(part, Paragraph::Attachment(_));
        if paragraphs(&self.found.notice.body).iter().any(own) {
            return Vec::new();
        }
        let forms = self.found.campaign.template.forms.iter();
        let one = |f: &domain::campaign::template::Form| {
            let (annex, title) = (f.annex.get(self.v.lang()), f.title.get(self.v.lang()));
            let name = [annex, title]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>();
            (
                format!("/notices/{}/annex-{}", self.found.notice.id, f.key),
                name.join(" "),
            )
        };
        forms.map(one).collect()
    }
}

async fn show(v: Visit, Path(id): Path<String>, parts: Parts) -> Answer {
    let found = v
        .web()
        .app()
        .query(v.actor(), ReadNotice { id: id.clone() })
        .await?;
    let pending = v.web().count_visit(&parts, &format!("/notices/{id}"));
    let at = v.web().app().local(found.notice.published_at.unwrap_or(0));
    let page_of = ShowPage {
        visits: found.visits + pending,
        stages: stage_rows(&v, &found.campaign),
        span: found
            .campaign
            .template
            .window()
            .map(|w| window_text(&v, w))
            .unwrap_or_default(),
        stamp: format!("{} {}", at.date(), lang::time_of_day(at.hour(), at.minute())),
        found,
        v,
    };
    page(&page_of)
}

/// A file that goes with a notice, to take away.
async fn file(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let file = app::notice::open_file(v.web().app(), v.actor(), &id, &file).await?;
    Ok(download(&file.name, file.media_type.name(), file.bytes))
}

const MEGABYTE: i64 = 1024 * 1024;

/// Type and size of a file, before somebody takes it away on a telephone.
pub(super) fn weight(v: &Visit, file: &File) -> String {
    let kind = MediaType::from_name(&file.media_type).map_or("", MediaType::ending);
    let tenths = file.size.saturating_mul(10).saturating_add(MEGABYTE - 1) / MEGABYTE;
    let size = match file.size < MEGABYTE {
        true => v.t1("notice.kilobytes", "n", file.size.saturating_add(1023) / 1024),
        false => v.t1(
            "notice.megabytes",
            "n",
            format!("{}.{}", tenths / 10, tenths % 10),
        ),
    };
    v.t2(
        "notice.weight",
        "kind",
        kind.trim_start_matches('.').to_uppercase(),
        "size",
        size,
    )
}

/// Name, type and size of a file.
pub(super) fn file_line(v: &Visit, file: &File) -> String {
    let stem = file
        .name
        .rsplit_once('.')
        .map_or(file.name.as_str(), |(stem, _)| stem);
    v.t2("notice.file_line", "name", stem, "weight", weight(v, file))
}

async fn paper(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let found = v.web().app().query(v.actor(), ReadNotice { id }).await?;
    let (stem, format) = parts_of(&file)?;
    if let Some(key) = stem.strip_prefix("annex-") {
        return annex(&v, &found, key, format).await;
    }
    let format = paper_format(&file)?;
    press(&v, found.notice, Some(&found.campaign), format).await
}

/// A blank form of the campaign, as an annex of its notice: whoever is asked to fill one in finds it (N10, N20, N21).
async fn annex(v: &Visit, found: &PublicNotice, key: &str, format: Format) -> Answer {
    let template = &found.campaign.template;
    let form = template.forms.iter().find(|f| f.key == key);
    // Addresses handed out before a template could have more than two.
    let form = form.or_else(|| match key {
        "branch" => form_of(template, Audience::Branch),
        "person" => form_of(template, Audience::Participant),
        _ => None,
    });
    let form = form.filter(|_| found.notice.kind == "notice");
    let form = form.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    let document = app::forms::blank(v.web().app(), v.lang(), &found.campaign, form);
    deliver(document, v.t("pledge.file_blank"), format).await
}

/// The format asked for by `paper.pdf` and the like.
///
/// # Errors
/// `problem.not_found` for any other file.
pub(super) fn paper_format(file: &str) -> Result<Format, Problem> {
    match parts_of(file)? {
        ("paper", format) => Ok(format),
        _ => Err(Problem::not_found("problem.not_found")),
    }
}

/// A document as an official paper to take away.
pub(super) async fn press(
    v: &Visit,
    notice: Notice,
    campaign: Option<&RunningCampaign>,
    format: Format,
) -> Answer {
    let document = app::notice::paper(v.words(), &v.house().name, &notice, campaign)?;
    deliver(document, &notice.title, format).await
}
