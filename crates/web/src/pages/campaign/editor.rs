//! Screen 28: the template of a campaign as a text, with its mistakes by line and what it will look like (N4 to N13).

use super::{StageRow, read, stage_row};
use crate::fields::{Fields, mendable};
use crate::respond::{Answer, page_with, see_other, status};
use crate::visit::Visit;
use app::campaign::{SaveTemplate, fault_said, plain_template, read_template, template_mark};
use axum::extract::Path;
use axum::http::StatusCode;
use domain::campaign::template::{Kind, KindCount};
use domain::campaign::{Audience, CampaignState, Template, Text, stages};
use domain::problem::{Problem, ProblemKind, Problems};

/// Empty lines below the text, to write on without a script.
const SPARE_LINES: usize = 30;

/// A mistake.
struct Mistake {
    /// From 1; 0 where it is about the whole text.
    line: usize,
    said: String,
}

#[derive(askama::Template)]
#[template(path = "campaign/template.html")]
struct EditorPage {
    v: Visit,
    id: String,
    title: String,
    /// Whether the template may still be changed.
    draft: bool,
    text: String,
    seen: String,
    /// How many lines are numbered.
    lines: usize,
    mistakes: Vec<Mistake>,
    /// What somebody else kept meanwhile.
    theirs: String,
    /// The text was checked and nothing is wrong.
    fine: bool,
    /// What it will look like; `None` while it has mistakes.
    preview: Option<Template>,
    /// Its stages.
    rows: Vec<StageRow>,
}

impl EditorPage {
    fn words<'a>(&'a self, text: &'a Text) -> &'a str {
        text.get(self.v.lang())
    }

    fn is_wrong(&self, line: usize) -> bool {
        self.mistakes.iter().any(|m| m.line == line)
    }

    fn audiences(&self, of: &[Audience]) -> String {
        let names: Vec<String> = of.iter().map(|a| self.v.t_of("audience", a.name())).collect();
        names.join(self.v.t("list.separator"))
    }

    /// How many items of a kind each audience pledges.
    fn counts(&self, kind: &Kind) -> String {
        let said = |c: &KindCount| {
            let who = self.v.t_of("audience", c.audience.name());
            match c.max {
                Some(max) => {
                    let span = if max == c.min {
                        max.to_string()
                    } else {
                        format!("{}–{max}", c.min)
                    };
                    self.v.t2("campaign.editor_count", "who", who, "n", span)
                }
                None => self.v.t2("campaign.editor_count_open", "who", who, "n", c.min),
            }
        };
        let all: Vec<String> = kind.counts.iter().map(said).collect();
        all.join(self.v.t("list.separator"))
    }
}

fn mistakes(v: &Visit, problems: &Problems) -> Vec<Mistake> {
    let of = problems.0.iter().map(|p: &Problem| Mistake {
        line: p.arg("line").and_then(|n| n.parse().ok()).unwrap_or(0),
        said: fault_said(v.lang(), p.key, &p.args),
    });
    of.collect()
}

/// What the page shows besides the campaign itself.
#[derive(Default)]
struct Typed {
    /// `None` = the text as it is kept.
    text: Option<String>,
    problems: Problems,
    fine: bool,
    code: StatusCode,
}

async fn render(v: Visit, id: String, typed: Typed) -> Answer {
    let file = read(&v, &id).await?;
    let moved = typed
        .problems
        .0
        .iter()
        .any(|p| p.key == "campaign.template_moved");
    let seen = template_mark(&file.toml);
    let theirs = if moved { file.toml.clone() } else { String::new() };
    let text = typed.text.unwrap_or(file.toml);
    let preview = read_template(&text).ok();
    let rows = preview.iter().flat_map(|t| stages(t, &[], v.today()));
    let rows = rows.map(|s| stage_row(&v, &s)).collect();
    let sheet = EditorPage {
        title: file.campaign.title_in(v.lang()).to_owned(),
        draft: file.campaign.state == CampaignState::Draft,
        lines: text.lines().count() + SPARE_LINES,
        mistakes: mistakes(&v, &typed.problems),
        fine: typed.fine,
        theirs,
        preview,
        rows,
        seen,
        text,
        id,
        v,
    };
    page_with(typed.code, &sheet)
}

pub(super) async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    render(v, id, Typed::default()).await
}

pub(super) async fn keep(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let text = plain_template(fields.get("toml"));
    let problems = if fields.get("do") == "save" {
        let case = SaveTemplate {
            id: id.clone(),
            seen: fields.trimmed("seen"),
            text: text.clone(),
        };
        match v.web().app().execute(v.actor(), case).await {
            Ok(()) => return Ok(see_other(&format!("/campaigns/{id}/template?said=saved"))),
            Err(error) => mendable(error)?,
        }
    } else {
        read_template(&text).err().unwrap_or_default()
    };
    let first = problems.0.first();
    let code = first.map_or(StatusCode::OK, |p| match p.kind {
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ref other => status(other),
    });
    let typed = Typed {
        fine: problems.is_empty(),
        text: Some(text),
        problems,
        code,
    };
    render(v, id, typed).await
}
