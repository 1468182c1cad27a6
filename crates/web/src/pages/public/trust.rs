//! Screen 9: is paper the same as the page; and the list of what was changed after publication.

use super::pledge::reason;
use super::view::vow;
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::public::{CodeView, FindCode, FindCorrections, FindTrust, TrustView};
use app::publication::FindObjection;
use app::seal::{FindSeals, SealView};
use askama::Template;
use axum::http::StatusCode;
use domain::problem::{Problem, Problems};
use domain::publication::PublicPledge as Text;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        // Made anew each time: whether a text was changed is said of now.
        Route::get("/verify", Gate::Fresh, verify),
        Route::get("/corrections", Gate::Public, corrections),
        Route::get("/objections", Gate::Anonymous, ask),
        Route::post("/objections", Gate::Anonymous, find),
    ]
}

struct Found {
    pledge: String,
    name: String,
    unit: String,
    version: i64,
    on: String,
    hash: String,
    items: Vec<(String, String, String)>,
    current: bool,
    gone: bool,
    /// The text is not the one its code was made of.
    forged: bool,
    /// The board shows another text than this one.
    differs: bool,
    gone_reason: String,
    content: String,
}

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    v: Visit,
    f: Form,
    found: Vec<Found>,
    seals: Vec<Sealed>,
    trust: TrustView,
}

/// A decision's seal as the page shows it.
struct Sealed {
    seal: SealView,
    role: String,
    at: String,
    proven_by: String,
}

fn sealed(v: &Visit, seal: SealView) -> Sealed {
    Sealed {
        role: v.t_of("role", &seal.statement.role),
        at: v.moment(seal.at),
        proven_by: v.t_of("seal_proof", &seal.statement.proven_by),
        seal,
    }
}

fn found(v: &Visit, view: CodeView) -> Found {
    let gone = view.head.taken_down_at.is_some();
    let text: Option<Text> = serde_json::from_str(&view.version.content).ok().filter(|_| !gone);
    let items = text.iter().flat_map(|t| &t.items);
    Found {
        pledge: view.head.id,
        name: text.as_ref().map(|t| t.name.clone()).unwrap_or_default(),
        unit: view.head.unit_name,
        version: view.version.version,
        on: v.day_of(view.version.published_at),
        hash: view.version.hash,
        items: items
            .map(|i| {
                (
                    vow(v, &i.content),
                    [i.measure.as_str(), &i.beneficiary].join(" "),
                    v.date(i.due_date),
                )
            })
            .collect(),
        forged: !view.holds,
        differs: !view.shown,
        current: view.head.version == view.version.version,
        gone_reason: reason(v, &view.head.taken_down_reason),
        content: if gone { String::new() } else { view.version.content },
        gone,
    }
}

async fn verify(v: Visit) -> Answer {
    let app = v.web().app();
    let trust = app.query(v.actor(), FindTrust).await?;
    let code = v.query("code").to_owned();
    let f = Form::fresh(&[("code", &code)]);
    if code.trim().is_empty() {
        return page(&VerifyPage {
            f,
            found: Vec::new(),
            seals: Vec::new(),
            trust,
            v,
        });
    }
    // One code may stand for a public text, for a text that was decided, or for a decision.
    let texts = app.query(v.actor(), FindCode(code.clone())).await;
    let seals = app.query(v.actor(), FindSeals(code.clone())).await;
    let (mut f, mut status) = (f, StatusCode::OK);
    let (texts, seals) = match (texts, seals) {
        (Err(error), Err(_)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            f = Form::mend(Fields::of(vec![("code".to_owned(), code)]), mendable(error)?);
            (Vec::new(), Vec::new())
        }
        (texts, seals) => (known(texts)?, known(seals)?),
    };
    let sheet = VerifyPage {
        found: texts.into_iter().map(|view| found(&v, view)).collect(),
        seals: seals.into_iter().map(|seal| sealed(&v, seal)).collect(),
        f,
        trust,
        v,
    };
    page_with(status, &sheet)
}

/// What was found; nothing when the code is none of this sort.
fn known<T>(asked: app::Result<Vec<T>>) -> Result<Vec<T>, crate::Failure> {
    asked.or_else(|error| mendable(error).map(|_| Vec::new()))
}

struct CorrectionLine {
    on: String,
    kind: String,
    unit: String,
    pledge: String,
    number: String,
    name: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "public/corrections.html")]
struct CorrectionsPage {
    v: Visit,
    lines: Vec<CorrectionLine>,
}

async fn corrections(v: Visit) -> Answer {
    let list = v.web().app().query(v.actor(), FindCorrections).await?;
    let lines = list
        .into_iter()
        .map(|(c, head)| CorrectionLine {
            on: v.day_of(c.made_at),
            kind: v.t_of("correction", &c.kind),
            unit: head.unit_name,
            // A name that was taken down does not live on in the list of take-downs.
            name: if head.taken_down_at.is_some() {
                String::new()
            } else {
                head.name
            },
            pledge: head.id,
            number: head.number,
            reason: reason(&v, &c.reason),
        })
        .collect();
    page(&CorrectionsPage { lines, v })
}

#[derive(Template)]
#[template(path = "public/objections.html")]
struct ReceiptPage {
    v: Visit,
    f: Form,
    said_on: String,
    words: String,
    answer: String,
    answered_on: String,
    upheld: bool,
}

fn receipt(v: Visit, f: Form) -> ReceiptPage {
    let none = String::new;
    ReceiptPage {
        v,
        f,
        said_on: none(),
        words: none(),
        answer: none(),
        answered_on: none(),
        upheld: false,
    }
}

async fn ask(v: Visit) -> Answer {
    page(&receipt(v, Form::default()))
}

async fn find(v: Visit, fields: Fields) -> Answer {
    let code = fields.trimmed("code");
    let Some(row) = v.web().app().query(v.actor(), FindObjection(code)).await? else {
        let wrong = Problems(vec![Problem::invalid("objection.unknown").on("code")]);
        return page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &receipt(v, Form::mend(fields, wrong)),
        );
    };
    let (said_on, answered_on) = (
        v.iso(&row.said_on),
        row.answered_at.map(|at| v.day_of(at)).unwrap_or_default(),
    );
    let upheld = row.upheld == Some(true);
    let page_data = ReceiptPage {
        said_on,
        words: row.words,
        answer: row.answer,
        answered_on,
        upheld,
        ..receipt(v, Form::default())
    };
    page(&page_data)
}
