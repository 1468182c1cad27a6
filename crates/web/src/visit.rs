//! Who looks, in which language and size, at which page: what every template is given as `v`.

mod deadline;
mod house;
mod network;
mod past;
pub(crate) mod proof;
mod remembered;
mod sent;
mod taste;

pub use sent::Sent;

use crate::Web;
use crate::gate::Gate;
use app::account::SignedIn;
use app::organization::House;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::access::{Actor, Permission, Role, Scope, may};
use jiff::civil::Date;
use lang::Lang;
use std::fmt::Display;
use std::sync::{Arc, OnceLock};
use taste::Taste;

/// A whole number as templates hand it over: by value or by reference.
pub trait Count {
    /// The number; one beyond the range of `i64` is its end.
    fn count(&self) -> i64;
}

macro_rules! counts {
    ($($number:ty),+) => { $(
        impl Count for $number {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+ };
}
counts!(i64, i32, u64, u32, u8, usize);

impl<T: Count> Count for &T {
    fn count(&self) -> i64 {
        (*self).count()
    }
}

/// A date as templates hand it over: by value or by reference.
pub trait Day {
    /// The date.
    fn day(&self) -> Date;
}

impl Day for Date {
    fn day(&self) -> Date {
        *self
    }
}

impl<T: Day> Day for &T {
    fn day(&self) -> Date {
        (*self).day()
    }
}

/// Steps of the text size in pixels (UX.md 6.3).
pub const SIZES: [u8; 5] = [16, 18, 20, 24, 30];

/// One request's reader.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    web: Web,
    house: Arc<House>,
    user: Option<SignedIn>,
    nobody: Actor,
    lang: Lang,
    size: u8,
    contrast: bool,
    elder: bool,
    chosen: bool,
    bearer: bool,
    /// The session was only remembered; the act confirms it.
    remembered: bool,
    path: String,
    query: Vec<(String, String)>,
    today: Date,
    generation: u64,
    network: Option<String>,
    reading: bool,
    sent: OnceLock<Sent>,
}

impl Visit {
    /// Who comes, and why the database could not say all of it, if it could not: then he counts as a stranger.
    pub(crate) async fn arrive(
        web: &Web,
        parts: &Parts,
        gate: Gate,
        api: bool,
        by_act: bool,
    ) -> (Visit, Option<app::Error>) {
        let app = web.app();
        let generation = app.generation();
        // Programs get no page furniture, and a sign of life must not ask the database.
        let (house, mut trouble) = match api {
            true => (Arc::default(), None),
            false => house::find(web, generation).await,
        };
        let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let cookies = text("cookie").filter(|_| gate != Gate::Anonymous).unwrap_or("");
        let cookie = |name: &str| {
            cookies
                .split(';')
                .filter_map(|c| c.trim().split_once('='))
                .find(|(n, _)| *n == name)
        };
        let bearer = text("authorization")
            .and_then(|v| v.strip_prefix("Bearer "))
            .filter(|_| api);
        let private = matches!(gate, Gate::SignedIn | Gate::Holds(_) | Gate::Fresh);
        let token = bearer
            .or_else(|| cookie(cookie_name(web)).map(|(_, v)| v))
            .filter(|_| private);
        let (mut user, remembered) = match token {
            Some(token) => remembered::user(app, token, by_act, &mut trouble).await,
            None => (None, false),
        };
        let query: Vec<(String, String)> = parts
            .uri
            .query()
            .map(|q| form_pairs(q.as_bytes()))
            .unwrap_or_default();
        let kept = cookie("jiannuo_view").map(|(_, v)| v);
        user.iter_mut()
            .for_each(|user| user.actor.looks_at = past::asked(&query));
        let taste = Taste::read(&query, kept, text("accept-language"));
        let visit = Visit(Arc::new(Inner {
            web: web.clone(),
            house,
            user,
            nobody: past::stranger(&query, private),
            lang: taste.lang,
            size: taste.size,
            contrast: taste.contrast,
            elder: taste.elder,
            chosen: taste.chosen,
            bearer: bearer.is_some(),
            remembered,
            path: parts.uri.path().to_owned(),
            query,
            today: app.date_of(app.clock().now()),
            generation,
            network: network::of(parts),
            reading: parts.method.is_safe(),
            sent: OnceLock::new(),
        }));
        (visit, trouble)
    }

    /// The pages' shared state.
    pub fn web(&self) -> &Web {
        &self.0.web
    }

    /// The organisation.
    pub fn house(&self) -> &House {
        &self.0.house
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        self.0.user.as_ref().map_or(&self.0.nobody, |u| &u.actor)
    }

    /// The session, if somebody is signed in.
    pub fn user(&self) -> Option<&SignedIn> {
        self.0.user.as_ref()
    }

    /// Whether the actor may, in whatever reach: for menus.
    pub fn may(&self, permission: Permission) -> bool {
        may(self.actor(), permission, Scope::Any)
    }

    /// Whether the actor holds a role.
    pub fn is(&self, role: Role) -> bool {
        self.actor().has(role)
    }

    /// Whether a token in a header, not a cookie, says who it is: such calls need no form token.
    pub fn by_bearer(&self) -> bool {
        self.0.bearer
    }

    /// The token that every form carries; empty for visitors.
    pub fn csrf(&self) -> &str {
        self.0.user.as_ref().map_or("", |u| &u.csrf)
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// The language's tag.
    pub fn code(&self) -> &'static str {
        self.0.lang.code()
    }

    /// Text size in pixels.
    pub fn size(&self) -> u8 {
        self.0.size
    }

    /// Black and yellow.
    pub fn contrast(&self) -> bool {
        self.0.contrast
    }

    /// The view for old people: one column, large targets.
    pub fn elder(&self) -> bool {
        self.0.elder
    }

    /// Today, in the organisation's time zone.
    pub fn today(&self) -> Date {
        self.0.today
    }

    /// The path asked for.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// A query parameter; empty when it is not there.
    pub fn query(&self, name: &str) -> &str {
        self.0
            .query
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }

    /// Every value of a query parameter.
    pub fn query_all(&self, name: &str) -> Vec<&str> {
        self.0
            .query
            .iter()
            .filter(|(n, v)| n == name && !v.is_empty())
            .map(|(_, v)| v.as_str())
            .collect()
    }

    /// `page` when the current path is or lies below `path`: for `aria-current`.
    pub fn here(&self, path: &str) -> bool {
        if path == "/" {
            self.0.path == "/"
        } else {
            self.0.path == path || self.0.path.starts_with(&format!("{path}/"))
        }
    }

    /// This very page with one query parameter changed (or dropped when the value is empty).
    pub fn with(&self, name: &str, value: impl Display) -> String {
        let value = value.to_string();
        let mut pairs: Vec<(&str, &str)> = self
            .0
            .query
            .iter()
            .filter(|(n, _)| n != name)
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        if !value.is_empty() {
            pairs.push((name, &value));
        }
        address(&self.0.path, &pairs)
    }

    /// The address of this page in the other language.
    pub fn other_lang(&self) -> String {
        self.with("lang", self.0.lang.other().code())
    }

    /// What links to pages that read no cookie must carry: language and size, as `?lang=…&fs=…`.
    pub fn carried(&self) -> String {
        let mut out = format!("?lang={}", self.code());
        if self.0.size != 16 {
            out.push_str(&format!("&fs={}", self.0.size));
        }
        for (name, on) in [("hc", self.0.contrast), ("elder", self.0.elder)] {
            if on {
                out.push_str(&format!("&{name}=1"));
            }
        }
        out
    }

    pub(crate) fn view_cookie(&self) -> Option<String> {
        let (lang, size) = (self.code(), self.0.size);
        let (hc, elder) = (u8::from(self.0.contrast), u8::from(self.0.elder));
        self.0.chosen.then(|| {
            format!("jiannuo_view={lang}.{size}.{hc}.{elder}; Path=/; Max-Age=31536000; SameSite=Lax")
        })
    }

    pub(crate) fn cache_key(&self) -> String {
        let pairs: Vec<(&str, &str)> = self
            .0
            .query
            .iter()
            .filter(|(n, _)| !matches!(n.as_str(), "lang" | "fs" | "hc" | "elder"))
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        format!(
            "{}|{}|{}|{}|{}",
            address(&self.0.path, &pairs),
            self.code(),
            self.0.size,
            self.0.contrast,
            self.0.elder
        )
    }

    /// What a public page shows: until something public changes, or the day.
    pub(crate) fn as_of(&self) -> crate::AsOf {
        (self.0.generation, self.0.today)
    }

    /// A text of the catalogue.
    pub fn t<'a>(&self, key: &'a str) -> &'a str {
        lang::text(self.0.lang, key)
    }

    /// A text whose key has a variable end, e.g. `t_of("role", role)`.
    pub fn t_of(&self, table: &str, name: impl Display) -> String {
        lang::text(self.0.lang, &format!("{table}.{name}")).to_owned()
    }

    /// A text with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl Display) -> String {
        lang::fill(self.0.lang, key, &[(name, &value)])
    }

    /// A text with two arguments.
    pub fn t2(&self, key: &str, a: &str, x: impl Display, b: &str, y: impl Display) -> String {
        lang::fill(self.0.lang, key, &[(a, &x), (b, &y)])
    }

    /// A text with three arguments.
    #[expect(
        clippy::too_many_arguments,
        reason = "pairs of name and value, as templates can write them"
    )]
    pub fn t3(
        &self,
        key: &str,
        a: &str,
        x: impl Display,
        b: &str,
        y: impl Display,
        c: &str,
        z: impl Display,
    ) -> String {
        lang::fill(self.0.lang, key, &[(a, &x), (b, &y), (c, &z)])
    }

    /// A refusal in the reader's words: dates as he writes them, and English labels where there are any.
    pub fn say(&self, problem: &domain::problem::Problem) -> String {
        let english = |name: &str| {
            problem
                .arg(&format!("{name}_en"))
                .filter(|_| self.0.lang == Lang::En)
        };
        let shown: Vec<(&str, String)> = problem
            .args
            .iter()
            .map(|(name, value)| {
                (
                    *name,
                    english(name).map_or_else(|| self.iso(value), str::to_owned),
                )
            })
            .collect();
        let args: Vec<(&str, &dyn Display)> = shown.iter().map(|(n, v)| (*n, v as &dyn Display)).collect();
        lang::fill(self.0.lang, problem.key, &args)
    }

    /// A whole date in the reader's language.
    pub fn date(&self, day: impl Day) -> String {
        lang::date(self.0.lang, day.day())
    }

    /// A date kept as ISO text, in the reader's language; what is no date comes back as it is.
    pub fn iso(&self, text: &str) -> String {
        text.parse::<Date>()
            .map_or_else(|_| text.to_owned(), |day| lang::date(self.0.lang, day))
    }

    /// The local date and minute of a time in microseconds UTC.
    pub fn moment(&self, at: impl Count) -> String {
        let at = self.0.web.app().local(at.count());
        let time = lang::time_of_day(at.hour(), at.minute());
        format!("{} {time}", self.date(at.date()))
    }

    /// The local date of a time in microseconds UTC.
    pub fn day_of(&self, at: impl Count) -> String {
        self.date(self.0.web.app().date_of(at.count()))
    }

    /// A number with its thousands marked.
    pub fn n(&self, n: impl Count) -> String {
        lang::number(n.count())
    }

    /// `（37.8%）` beside an "n of m", or nothing when there is nothing to divide by.
    pub fn percent(&self, n: impl Count, m: impl Count) -> String {
        let (n, m) = (n.count(), m.count());
        lang::percent(n, m)
            .map(|p| self.t1("ui.in_brackets", "text", p))
            .unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        // Every route lies behind the guard, which puts the visit here.
        parts
            .extensions
            .get::<Visit>()
            .cloned()
            .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The name of the session cookie: `__Host-` wherever the browser allows it, that is behind HTTPS.
pub(crate) fn cookie_name(web: &Web) -> &'static str {
    if web.app().config().secure() {
        "__Host-jiannuo"
    } else {
        "jiannuo"
    }
}

/// Reads `a=1&b=2`, percent-decoded; bytes that are no UTF-8 become replacement characters.
pub(crate) fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

/// A path with query parameters, encoded.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{path}?{query}")
}
