//! One guard round every route: who comes, what he may, how the answer leaves.

use crate::cache::Kept;
use crate::respond::{self, Failure};
use crate::visit::Visit;
use crate::{Answer, Web};
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::access::{Permission, Scope, may};
use domain::problem::{Problem, ProblemKind};

/// Who may come to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Anybody; the page is the same for everybody and kept in memory until something public changes.
    Public,
    /// Anybody; made anew each time.
    Fresh,
    /// Anybody, and nothing of him is looked at: no cookie read or set, nothing kept by the browser (PR-04).
    Anonymous,
    /// Anybody with an account.
    SignedIn,
    /// Who holds a permission, in whatever reach; the act checks how far it goes.
    Holds(Permission),
}

/// What sort of answer a route gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A page for people; errors are pages.
    Page,
    /// JSON for programs; errors are RFC 9457 problems.
    Api,
}

/// One line of the table of routes.
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// Who may.
    pub gate: Gate,
    /// Page or API.
    pub surface: Surface,
    /// What the page sends by itself every few seconds: the session is confirmed by the act, in its transaction.
    by_act: bool,
    handler: MethodRouter<Web>,
}

impl Route {
    fn new<H, T>(method: Method, path: &'static str, gate: Gate, surface: Surface, handler: H) -> Route
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PUT => MethodFilter::PUT,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        Route {
            method,
            path,
            gate,
            surface,
            by_act: false,
            handler: on(filter, handler),
        }
    }

    /// Leaves it to the act to confirm the session of what a page sends by itself; the handler runs it with
    /// [`Visit::execute`].
    #[must_use]
    pub(crate) fn confirmed_by_act(mut self) -> Route {
        self.by_act = true;
        self
    }

    /// A page to read.
    pub fn get<H: Handler<T, Web>, T: 'static>(path: &'static str, gate: Gate, handler: H) -> Route {
        Route::new(Method::GET, path, gate, Surface::Page, handler)
    }

    /// A form to send.
    pub fn post<H: Handler<T, Web>, T: 'static>(path: &'static str, gate: Gate, handler: H) -> Route {
        Route::new(Method::POST, path, gate, Surface::Page, handler)
    }

    /// A call of the JSON API.
    pub fn api<H: Handler<T, Web>, T: 'static>(
        method: Method,
        path: &'static str,
        gate: Gate,
        handler: H,
    ) -> Route {
        Route::new(method, path, gate, Surface::Api, handler)
    }

    /// The handler behind its guard.
    pub(crate) fn guarded(self, web: &Web) -> MethodRouter<Web> {
        let rule = Rule {
            web: web.clone(),
            gate: self.gate,
            surface: self.surface,
            by_act: self.by_act,
        };
        self.handler
            .route_layer(middleware::from_fn_with_state(rule, guard))
    }
}

/// The guard round what matches no route.
pub(crate) fn guard_fallback(handler: MethodRouter<Web>, web: &Web) -> MethodRouter {
    let rule = Rule {
        web: web.clone(),
        gate: Gate::Fresh,
        surface: Surface::Page,
        by_act: false,
    };
    handler
        .layer(middleware::from_fn_with_state(rule, guard))
        .with_state(web.clone())
}

#[derive(Clone)]
struct Rule {
    web: Web,
    gate: Gate,
    surface: Surface,
    by_act: bool,
}

/// Who comes. Whoever is only remembered and would not be let in is asked for.
async fn arrive(rule: &Rule, parts: &Parts, api: bool) -> (Visit, Option<app::Error>) {
    if rule.by_act && respond::wants_json(&parts.headers) {
        let (visit, trouble) = Visit::arrive(&rule.web, parts, rule.gate, api, true).await;
        if trouble.is_some() || admit(&visit, rule, &parts.method, &parts.headers).is_ok() {
            return (visit, trouble);
        }
    }
    Visit::arrive(&rule.web, parts, rule.gate, api, false).await
}

async fn guard(rule: axum::extract::State<Rule>, request: Request, next: Next) -> Response {
    let rule = rule.0;
    let (parts, body) = request.into_parts();
    // What matches no route is answered in the language of whoever asked: programs get JSON.
    let api = rule.surface == Surface::Api || parts.uri.path().starts_with("/api/");
    let (visit, trouble) = arrive(&rule, &parts, api).await;
    let mut request = Request::from_parts(parts, body);
    if let Some(why) = trouble {
        if same_site(&visit, request.headers()) {
            keep_sent(&visit, request).await;
        }
        return headers(respond::failure(&visit, Failure(why), api, ""), &rule, &visit);
    }
    if let Err(failure) = admit(&visit, &rule, request.method(), request.headers()) {
        if !api && failure.0.kind() == Some(ProblemKind::SignInNeeded) {
            keep_sent(&visit, request).await;
        } else if !request.method().is_safe()
            && !visit.actor().account.is_empty()
            && same_site(&visit, request.headers())
        {
            // Who looks at a page that is not his has gone astray; who sends a form of it has tried. What another site
            // sent in his name is not his doing.
            rule.web.app().note_attempt(visit.actor(), visit.path()).await;
        }
        let answer = respond::failure(&visit, failure, api, "");
        return headers(answer, &rule, &visit);
    }
    let key = kept_as(&rule, &visit, &mut request);
    if let Some(kept) = key
        .as_ref()
        .and_then(|key| rule.web.0.cache.get(visit.as_of(), key))
    {
        return headers(kept.answer(request.headers()), &rule, &visit);
    }
    let asked = request.headers().clone();
    request.extensions_mut().insert(visit.clone());
    let answer = next.run(request).await;
    let mut answer = match answer.extensions().get::<Failure>().cloned() {
        Some(failure) => {
            let back = match failure.0.kind() {
                Some(ProblemKind::TooLarge) => came_from(&visit, &asked),
                _ => String::new(),
            };
            let both = answer.extensions().get::<respond::Beside>().cloned();
            respond::failure_beside(&visit.after(&failure), failure, both, api, &back)
        }
        None => answer,
    };
    if let Some(key) = key
        && answer.status() == StatusCode::OK
    {
        answer = match Kept::of(answer).await {
            Ok(kept) => {
                let first = kept.answer(&asked);
                rule.web.0.cache.put(visit.as_of(), key, kept);
                first
            }
            Err(plain) => plain,
        };
    }
    headers(answer, &rule, &visit)
}

/// Under which key a public page is kept; `None` for everything else.
fn kept_as(rule: &Rule, visit: &Visit, request: &mut Request) -> Option<String> {
    let page = matches!(*request.method(), Method::GET | Method::HEAD);
    let key = (rule.gate == Gate::Public && page).then(|| visit.cache_key())?;
    // The head alone is the head of the whole (RFC 9110, 9.3.2); the server leaves the body out.
    *request.method_mut() = Method::GET;
    Some(key)
}

/// The page a form was sent from: what the browser names as such, if it is one of ours, else the form's own address.
fn came_from(visit: &Visit, asked: &axum::http::HeaderMap) -> String {
    let text = |name: header::HeaderName| asked.get(name).and_then(|v| v.to_str().ok());
    let own = || {
        let from = text(header::REFERER)?.split_once("://")?.1;
        let path = from.strip_prefix(text(header::HOST)?)?;
        let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
        ours.then(|| path.to_owned())
    };
    own().unwrap_or_else(|| visit.path().to_owned())
}

/// The most of a form that is handed back after signing in again, in bytes.
const KEPT: usize = 512 * 1024;

/// Reads a form whose sender's session is over, so that what he wrote is there again once he has signed in.
async fn keep_sent(visit: &Visit, request: Request) {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let form = kind
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/x-www-form-urlencoded"));
    if !form || request.method() != Method::POST {
        return;
    }
    if let Ok(bytes) = axum::body::to_bytes(request.into_body(), KEPT).await {
        visit.note_sent(&crate::visit::form_pairs(&bytes), false);
    }
}

fn admit(visit: &Visit, rule: &Rule, method: &Method, asked: &axum::http::HeaderMap) -> Result<(), Failure> {
    if !matches!(*method, Method::GET | Method::HEAD) && !same_site(visit, asked) {
        return Err(Problem::forbidden("problem.cross_site").into());
    }
    let actor = visit.actor();
    let refused = match rule.gate {
        Gate::Public | Gate::Fresh | Gate::Anonymous => return Ok(()),
        _ if actor.account.is_empty() => Problem::new(ProblemKind::SignInNeeded, "problem.sign_in"),
        Gate::SignedIn => return Ok(()),
        Gate::Holds(permission) if may(actor, permission, Scope::Any) => return Ok(()),
        Gate::Holds(_) => Problem::forbidden("problem.forbidden"),
    };
    Err(refused.into())
}

/// Whether a write comes from our own pages (WB-01): browsers say so themselves; programs without a browser
/// send neither header and carry no cookie of somebody else.
fn same_site(visit: &Visit, asked: &axum::http::HeaderMap) -> bool {
    let text = |name: &str| asked.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            let public = visit
                .web()
                .app()
                .config()
                .public_url
                .split_once("://")
                .map(|(_, h)| h.trim_end_matches('/'));
            Some(host) == public || Some(host) == text("host")
        }
    }
}

const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
                   base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn headers(mut answer: Response, rule: &Rule, visit: &Visit) -> Response {
    let head = answer.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        head.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(
        header::REFERRER_POLICY,
        if rule.gate == Gate::Anonymous {
            "no-referrer"
        } else {
            "same-origin"
        },
    );
    set(
        header::CACHE_CONTROL,
        if rule.gate == Gate::Public {
            "no-cache"
        } else {
            "no-store"
        },
    );
    if rule.web.app().config().secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if rule.gate != Gate::Anonymous
        && let Some(cookie) = visit.view_cookie()
        && let Ok(value) = HeaderValue::from_str(&cookie)
    {
        head.append(header::SET_COOKIE, value);
    }
    answer
}

/// Turns an answer of a handler into a response; failures are dressed by the guard, which knows the reader.
pub(crate) fn settle(answer: Answer) -> Response {
    answer.unwrap_or_else(IntoResponse::into_response)
}
