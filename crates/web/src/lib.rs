//! Pages and the JSON API. This crate never sees SQL and holds no rule: a page extracts, runs one act, and
//! shows what came back.

#![forbid(unsafe_code)]

pub mod api;
mod assets;
mod burst;
mod cache;
mod crumb;
pub mod fields;
pub mod gate;
pub mod once;
mod pages;
mod papers;
mod past;
mod respond;
mod summary;
mod visit;
mod visits;

use app::App;
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

pub use gate::{Gate, Route, Surface};
pub use respond::{Answer, Failure};
pub use visit::Visit;

use app::organization::House;
use app::public::Tally;
use tower::ServiceExt as _;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// What every request shares. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Shared>);

/// Generation of public pages and day: what a public page may be kept for.
pub(crate) type AsOf = (u64, jiff::civil::Date);

struct Shared {
    app: App,
    cache: cache::Cache,
    once: once::Once,
    house: RwLock<(u64, Arc<House>)>,
    visits: RwLock<HashMap<String, i64>>,
    tally: RwLock<Option<(AsOf, Arc<Vec<Tally>>)>>,
    said: burst::Burst,
    networks: burst::Bursts,
    asked: burst::Bursts,
    seen: visits::Seen,
}

impl Web {
    /// The pages over a product.
    pub fn new(app: App) -> Web {
        Web(Arc::new(Shared {
            said: burst::Burst::of(app.config().public_posts_per_second),
            networks: burst::Bursts::saying(),
            asked: burst::Bursts::typing(),
            app,
            cache: cache::Cache::default(),
            once: once::Once::default(),
            house: RwLock::new((0, Arc::new(House::default()))),
            visits: RwLock::default(),
            tally: RwLock::default(),
            seen: visits::Seen::default(),
        }))
    }

    /// Refuses what the public sends while too much comes at once, from everywhere or from one network (its salted
    /// hash; `None` where nothing tells networks apart). Nothing is kept.
    ///
    /// # Errors
    /// `problem.feedback.too_many`.
    pub(crate) fn calm(&self, network: Option<&str>) -> Result<(), domain::problem::Problem> {
        let kind = domain::problem::ProblemKind::TooMany(Some(10));
        let now = self.0.app.clock().now();
        // The network first: whoever floods takes nothing from the others.
        if network.is_none_or(|n| self.0.networks.take(n, now)) && self.0.said.take(now) {
            Ok(())
        } else {
            Err(domain::problem::Problem::new(kind, "problem.feedback.too_many"))
        }
    }

    /// Refuses what an account asks faster than anybody types.
    ///
    /// # Errors
    /// `problem.feedback.too_many`.
    pub(crate) fn unhurried(&self, account: &str) -> Result<(), domain::problem::Problem> {
        let kind = domain::problem::ProblemKind::TooMany(Some(5));
        if self.0.asked.take(account, self.0.app.clock().now()) {
            Ok(())
        } else {
            Err(domain::problem::Problem::new(kind, "problem.feedback.too_many"))
        }
    }

    /// The counts of the whole board, if they are known as of then.
    pub(crate) fn tally(&self, when: AsOf) -> Option<Arc<Vec<Tally>>> {
        let kept = self.0.tally.read().ok()?;
        kept.as_ref()
            .filter(|(then, _)| *then == when)
            .map(|(_, t)| t.clone())
    }

    /// Keeps the counts of the whole board.
    pub(crate) fn keep_tally(&self, when: AsOf, tally: Arc<Vec<Tally>>) {
        if let Ok(mut kept) = self.0.tally.write() {
            *kept = Some((when, tally));
        }
    }

    /// Takes what a form of the public sends, once.
    pub(crate) async fn once(
        &self,
        number: &str,
        taking: impl Future<Output = app::Result<app::feedback::Given>>,
    ) -> app::Result<app::feedback::Given> {
        let now = self.0.app.clock().now();
        self.0.once.take(number, now, taking).await
    }

    /// The product behind the pages.
    pub fn app(&self) -> &App {
        &self.0.app
    }
}

/// Everything this server answers.
pub fn router(app: App) -> Router {
    let web = Web::new(app);
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.guarded(&web));
    }
    let form_only = gate::guard_fallback(any(pages::problem::form_only), &web);
    router
        .method_not_allowed_fallback(move |request: Request| only_form(form_only.clone(), request))
        .fallback_service(gate::guard_fallback(any(pages::problem::not_found), &web))
        .layer(axum::extract::DefaultBodyLimit::max(fields::BODY_LIMIT))
        .layer(
            tower_http::compression::CompressionLayer::new()
                .gzip(true)
                .compress_when(
                    // An archive is compressed already.
                    DefaultPredicate::new().and(NotForContentType::const_new("application/zip")),
                ),
        )
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
        .with_state(web)
}

/// An address of a form that was opened like a page.
async fn only_form(page: MethodRouter, request: Request) -> Response {
    match page.oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// The table of everything served: method, path, who may, how it is treated. Walked by a test with every role.
pub fn routes() -> Vec<Route> {
    let mut all = assets::routes();
    all.extend(api::routes());
    all.extend(pages::routes());
    all
}
