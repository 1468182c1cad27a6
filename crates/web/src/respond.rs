//! How answers leave: pages, redirects, and errors that say what the reader can do.

use crate::summary;
use crate::visit::{Sent, Visit};
use app::Trouble;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::problem::{Problem, ProblemKind, Problems};

/// What a handler returns.
pub type Answer = Result<Response, Failure>;

/// Why a page could not be made. The guard dresses it in the reader's language.
#[derive(Clone, Debug)]
pub struct Failure(pub app::Error);

impl<E: Into<app::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut answer = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// Whether whoever asks wants JSON: what the script of a page sends by itself.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/json"))
}

/// What stands beside a conflict for programs: what was sent, and what stands now. Nothing that was sent is lost.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    /// As it was sent, without secrets.
    pub sent: serde_json::Value,
    /// As it is now; `null` when it is not there any more or not for the sender.
    pub current: serde_json::Value,
}

impl Failure {
    /// The refusal with both texts beside it.
    pub(crate) fn beside(self, both: Beside) -> Response {
        let mut answer = self.into_response();
        answer.extensions_mut().insert(both);
        answer
    }
}

/// A template as a page.
///
/// # Errors
/// A mistake in the template: it is logged and shown as our error.
pub fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

/// A template as a page with a status: 422 for a form that has to be mended.
///
/// # Errors
/// As [`page`].
pub fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    let mut text = template.render().map_err(app::Error::bug)?;
    if status.is_client_error() {
        text = summary::with_names(text);
    }
    text = crate::past::kept(crate::crumb::placed(text));
    Ok((status, Html(text)).into_response())
}

/// After a form: on to a page that can be reloaded.
pub fn see_other(to: &str) -> Response {
    let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// What tells a browser to keep an answer as a file; the name may hold any character (RFC 6266).
fn attachment(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let coded: String = name
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect();
    let place = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}");
    HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static("attachment"))
}

/// A file to take away.
pub fn download(name: &str, media_type: &'static str, body: impl Into<Body>) -> Response {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (header::CONTENT_DISPOSITION, attachment(name)),
        ],
        body.into(),
    )
        .into_response()
}

/// The status of a refusal.
pub fn status(kind: &ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::SignInNeeded => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Conflict | ProblemKind::Closed(_) => StatusCode::CONFLICT,
        ProblemKind::Gone => StatusCode::GONE,
        ProblemKind::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The address is there and does not take this method; a refusal of HTTP, not of the product.
pub(crate) const METHOD: &str = "problem.method";
/// The same in words for whoever opened the address of a form.
pub(crate) const FORM_ONLY: &str = "problem.form_only";

struct Told {
    status: StatusCode,
    retry: Option<u32>,
    problems: Problems,
    number: String,
}

impl Told {
    fn key(&self) -> &'static str {
        self.problems.0.first().map_or("", |p| p.key)
    }
}

/// The same trouble in the words of whom it meets: who only opens a page has nothing to lose, and a visitor can do
/// nothing about a full disk.
fn in_words(key: &'static str, reading: bool, staff: bool) -> &'static str {
    match (key, reading, staff) {
        ("problem.busy", true, _) | ("problem.full", true, false) => "problem.busy_reading",
        ("problem.full", true, true) => "problem.full_reading",
        ("problem.full", false, false) => "problem.full_visitor",
        _ => key,
    }
}

fn tell(error: &app::Error, reading: bool, staff: bool) -> Told {
    let mut number = String::new();
    let (mut problems, retry) = match (error, error.trouble()) {
        (app::Error::Refused(problems), _) => {
            let retry = match problems.0.first().map(|p| &p.kind) {
                Some(ProblemKind::TooMany(seconds)) => seconds.or(Some(30)),
                _ => None,
            };
            (problems.clone(), retry)
        }
        (_, Some(Trouble::Busy)) => (
            Problem::new(ProblemKind::Unavailable, "problem.busy").into(),
            Some(5),
        ),
        (_, Some(Trouble::Full)) => (
            Problem::new(ProblemKind::Unavailable, "problem.full").into(),
            Some(60),
        ),
        (_, other) => {
            number = incident();
            tracing::error!(incident = number, error = ?other, "an act failed");
            (Problems(vec![]), None)
        }
    };
    for problem in &mut problems.0 {
        problem.key = in_words(problem.key, reading, staff);
    }
    let status = match problems.0.first() {
        Some(problem) if matches!(problem.key, METHOD | FORM_ONLY) => StatusCode::METHOD_NOT_ALLOWED,
        Some(problem) => status(&problem.kind),
        None => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Told {
        status,
        retry,
        problems,
        number,
    }
}

/// A number to read out over the phone; the log has it beside the cause.
fn incident() -> String {
    let mut bytes = [0; 4];
    app::case::fill_random(&mut bytes);
    format!("{:08}", u32::from_be_bytes(bytes) % 100_000_000)
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    v: &'a Visit,
    status: u16,
    title: &'a str,
    words: Vec<String>,
    number: &'a str,
    sign_in: String,
    /// The button that sends it again is the way out; no other stands beside it.
    one_way: bool,
    /// What was sent and not kept, to be sent again with one press.
    again: Option<&'a Sent>,
    /// What was sent and can neither be kept nor sent again: to be copied.
    unsaved: Option<&'a Sent>,
    /// The page of the form, where it has to be sent anew; empty for every other trouble.
    back: &'a str,
}

/// The same for somebody signed in: he stays where he works.
#[derive(Template)]
#[template(path = "problem_work.html")]
struct WorkProblemPage<'a> {
    v: &'a Visit,
    status: u16,
    title: &'a str,
    words: Vec<String>,
    number: &'a str,
    sign_in: String,
    one_way: bool,
    again: Option<&'a Sent>,
    unsaved: Option<&'a Sent>,
    back: &'a str,
}

impl<'a> From<ProblemPage<'a>> for WorkProblemPage<'a> {
    fn from(page: ProblemPage<'a>) -> Self {
        Self {
            v: page.v,
            status: page.status,
            title: page.title,
            words: page.words,
            number: page.number,
            sign_in: page.sign_in,
            one_way: page.one_way,
            again: page.again,
            unsaved: page.unsaved,
            back: page.back,
        }
    }
}

pub(crate) fn failure(v: &Visit, failure: Failure, api: bool, back: &str) -> Response {
    failure_beside(v, failure, None, api, back)
}

/// As [`failure`], with both texts of a conflict where there are any.
pub(crate) fn failure_beside(
    v: &Visit,
    failure: Failure,
    both: Option<Beside>,
    api: bool,
    back: &str,
) -> Response {
    let told = tell(&failure.0, v.reading(), v.user().is_some());
    let title = title(v, &told);
    let words: Vec<String> = told.problems.0.iter().map(|p| v.say(p)).collect();
    let mut answer = if api {
        problem_json(v, &told, &title, &words, both)
    } else if told.key() == "campaign.none_running" && v.reading() && v.user().is_some() {
        // Nothing is wrong: there is nothing to show yet, and whoever may begins a campaign from here.
        page(&NoCampaignPage { v }).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    } else if told.status == StatusCode::UNAUTHORIZED {
        let written = v.sent().filter(|sent| sent.written().next().is_some());
        match written {
            Some(sent) => {
                crate::pages::sign_in::with_kept(v, sent).unwrap_or_else(|_| see_other(&sign_in_address(v)))
            }
            None => see_other(&sign_in_address(v)),
        }
    } else {
        problem_page(v, &told, &title, words, back)
    };
    if let Some(seconds) = told.retry {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The heading: of the status, or of what there is a better one for.
fn title(v: &Visit, told: &Told) -> String {
    let own = match (told.key(), told.status) {
        ("problem.form_expired", _) => Some("problem.title_expired"),
        (_, StatusCode::SERVICE_UNAVAILABLE) if v.reading() => Some("problem.title_reading"),
        _ => None,
    };
    let key = format!("problem.title_{}", told.status.as_u16());
    own.map(|key| v.t(key))
        .or_else(|| lang::find(v.lang(), &key))
        .unwrap_or_else(|| v.t("problem.title_500"))
        .to_owned()
}

fn problem_page(v: &Visit, told: &Told, title: &str, words: Vec<String>, back: &str) -> Response {
    let expired = told.key() == "problem.form_expired";
    let again = match told.status {
        StatusCode::SERVICE_UNAVAILABLE => v.sent(),
        // Signed in anew in another window: the token of this page is an old one.
        StatusCode::FORBIDDEN if expired => v.sent(),
        _ => None,
    };
    // What somebody signed in wrote is not lost by the end of a campaign, or by what another did meanwhile.
    let lost = matches!(
        told.status,
        StatusCode::CONFLICT | StatusCode::NOT_FOUND | StatusCode::GONE
    );
    let unsaved = v.sent().filter(|_| lost && !v.reading() && v.user().is_some());
    let one_way = expired && again.is_some_and(|sent| !sent.files);
    let page = ProblemPage {
        v,
        status: told.status.as_u16(),
        title,
        words: if one_way {
            vec![v.t("problem.expired_again").to_owned()]
        } else {
            words
        },
        number: &told.number,
        sign_in: sign_in_address(v),
        one_way,
        again,
        unsaved: unsaved.filter(|sent| sent.written().next().is_some()),
        back,
    };
    let made = match v.user() {
        Some(_) => page_with(told.status, &WorkProblemPage::from(page)),
        None => page_with(told.status, &page),
    };
    made.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

#[derive(Template)]
#[template(path = "work/no_campaign.html")]
pub(crate) struct NoCampaignPage<'a> {
    /// The reader.
    pub v: &'a Visit,
}

/// RFC 9457.
fn problem_json(v: &Visit, told: &Told, title: &str, words: &[String], both: Option<Beside>) -> Response {
    let errors: Vec<_> = told
        .problems
        .0
        .iter()
        .zip(words)
        .map(|(p, words)| serde_json::json!({ "key": p.key, "field": p.field, "detail": words }))
        .collect();
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": told.status.as_u16(),
        "detail": words.first(),
        "instance": v.path(),
        "errors": errors,
        "incident": told.number,
    });
    if let (Some(both), Some(body)) = (both, body.as_object_mut()) {
        body.insert("sent".to_owned(), both.sent);
        body.insert("current".to_owned(), both.current);
    }
    (
        told.status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body.to_string(),
    )
        .into_response()
}

fn sign_in_address(v: &Visit) -> String {
    // What an act just said is said once.
    crate::visit::address("/sign-in", &[("next", &v.with("said", ""))])
}
