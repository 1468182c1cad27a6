//! What every public site owes: site map, feed, robots, accessibility statement, help.

use super::view::{Bar, bar, base, escape, short};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{Everything, FindEverything, FindPast};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::problem::Problem;
use std::fmt::Write as _;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sitemap.xml", Gate::Public, sitemap),
        Route::get("/feed.atom", Gate::Public, feed),
        Route::get("/robots.txt", Gate::Public, robots),
        Route::get("/site-map", Gate::Public, site_map),
        Route::get("/past", Gate::Public, past),
        Route::get("/accessibility", Gate::Public, accessibility),
        Route::get("/help", Gate::Public, help),
        Route::get("/help/{role}", Gate::Public, help_for),
    ]
}

/// Pages that are always there.
const PAGES: [(&str, &str); 20] = [
    ("/", "nav.home"),
    ("/board", "public.board_title"),
    ("/notices", "public.notices"),
    ("/progress", "public.progress_title"),
    ("/feedback", "public.rate"),
    ("/demands", "public.demands"),
    ("/opinions/new", "opinion.title"),
    ("/examples", "example.title"),
    ("/draws", "draw.title"),
    ("/verify", "public.verify_title"),
    ("/corrections", "foot.corrections"),
    ("/past", "past.title"),
    ("/objections", "public.object_find"),
    ("/open-data", "foot.open_data"),
    ("/elder", "nav.elder"),
    ("/screen", "public.screen_title"),
    ("/suggest", "foot.suggest"),
    ("/help", "foot.help"),
    ("/accessibility", "foot.accessibility"),
    ("/site-map", "foot.site_map"),
];

fn typed(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

async fn everything(v: &Visit) -> Result<Everything, crate::Failure> {
    Ok(v.web().app().query(v.actor(), FindEverything::all()).await?)
}

async fn sitemap(v: Visit) -> Answer {
    let all = everything(&v).await?;
    let base = base(&v);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut add = |path: &str| {
        let _ = writeln!(out, "<url><loc>{}</loc></url>", escape(&format!("{base}{path}")));
    };
    PAGES.iter().for_each(|(path, _)| add(path));
    READERS.iter().for_each(|role| add(&format!("/help/{role}")));
    for unit in &all.units {
        add(&format!("/branches/{}", unit.id));
        add(&format!("/feedback/{}", unit.id));
    }
    for draw in &all.draws {
        add(&format!("/draws/{}", draw.id));
        add(&format!("/draws/{}/replay", draw.id));
    }
    all.notices
        .iter()
        .for_each(|n| add(&format!("/notices/{}", n.id)));
    all.pledges
        .iter()
        .for_each(|p| add(&format!("/pledges/{}", p.id)));
    for path in of_the_past(&v, &all).await? {
        add(&path);
    }
    out.push_str("</urlset>\n");
    Ok(typed("application/xml; charset=utf-8", out))
}

/// The pages of ended campaigns that are not among those of the one everybody is shown.
async fn of_the_past(v: &Visit, shown: &Everything) -> Result<Vec<String>, crate::Failure> {
    let mut out = Vec::new();
    let now = shown.campaign.as_ref().map(|c| c.id.as_str());
    for past in v.web().app().query(v.actor(), FindPast).await? {
        let id = past.campaign.id;
        if Some(id.as_str()) == now {
            continue;
        }
        let actor = Actor {
            looks_at: Some(id.clone()),
            ..Actor::public()
        };
        let all = v.web().app().query(&actor, FindEverything::all()).await?;
        out.extend(
            ["/board", "/progress", "/demands", "/draws"].map(|place| format!("{place}?campaign={id}")),
        );
        out.extend(all.notices.iter().map(|n| format!("/notices/{}", n.id)));
        out.extend(all.draws.iter().map(|d| format!("/draws/{}", d.id)));
        out.extend(all.pledges.iter().map(|p| format!("/pledges/{}", p.id)));
    }
    Ok(out)
}

#[derive(Template)]
#[template(path = "public/past.html")]
struct PastPage {
    v: Visit,
    all: Vec<PastLine>,
}

struct PastLine {
    id: String,
    title: String,
    from: String,
    until: String,
    bar: Bar,
    total: i64,
    kept: i64,
}

async fn past(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), FindPast).await?;
    let day = |at: Option<i64>| at.map(|at| v.day_of(at)).unwrap_or_default();
    let line = |p: &app::public::PastCampaign| PastLine {
        id: p.campaign.id.clone(),
        title: p.campaign.title_in(v.lang()).to_owned(),
        from: day(p.campaign.started_at),
        until: day(p.campaign.closed_at),
        bar: bar(&v, &p.counts),
        total: p.counts.total(),
        kept: p.counts.of("kept"),
    };
    let all = all.iter().map(line).collect();
    page(&PastPage { all, v })
}

/// RFC 3339, as Atom wants times.
fn stamp(at: i64) -> String {
    jiff::Timestamp::from_microsecond(at)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

async fn feed(v: Visit) -> Answer {
    let asked = FindEverything {
        limit: 50,
        offset: 0,
        recent: true,
    };
    let all = v.web().app().query(v.actor(), asked).await?;
    let base = base(&v);
    let mut entries: Vec<(i64, String, String, String)> = all
        .lines
        .iter()
        .map(|l| {
            let title = v.t2(
                "public.feed_item",
                "name",
                &l.name,
                "state",
                v.t_of("state", &l.state),
            );
            let path = format!("/pledges/{}#i-{}", l.item.pledge_id, l.item.position);
            (l.item.updated_at, path, title, l.item.content.clone())
        })
        .chain(all.notices.iter().map(|n| {
            (
                n.published_at,
                format!("/notices/{}", n.id),
                n.title.clone(),
                v.t_of("public", format!("is_{}", n.kind)),
            )
        }))
        .collect();
    entries.sort_by_key(|e| std::cmp::Reverse(e.0));
    entries.truncate(50);
    // Nothing has moved yet: the feed is as old as today.
    let updated = match entries.first() {
        Some(entry) => stamp(entry.0),
        None => format!("{}T00:00:00Z", v.today()),
    };
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{}</title><id>{base}/feed.atom</id><link rel=\"self\" href=\"{base}/feed.atom\"/><updated>{updated}</updated>\n\
         <author><name>{}</name></author>\n",
        v.code(),
        escape(v.t("ui.feed")),
        escape(v.house_name())
    );
    for (at, path, title, words) in entries {
        let (address, at) = (escape(&format!("{base}{path}")), stamp(at));
        let _ = writeln!(
            out,
            "<entry><title>{}</title><id>{address}</id><link href=\"{address}\"/><updated>{at}</updated><summary>{}</summary></entry>",
            escape(&title),
            escape(&short(&words, 200))
        );
    }
    out.push_str("</feed>\n");
    Ok(typed("application/atom+xml; charset=utf-8", out))
}

async fn robots(v: Visit) -> Answer {
    let text = format!(
        "User-agent: *\nDisallow: /sign-in\nDisallow: /work\nDisallow: /feedback/*/\nDisallow: /pledges/*/objection\nDisallow: /notices/*/paper.html\n\
         Disallow: /receipt\nDisallow: /ballot\n\
         Sitemap: {}/sitemap.xml\n",
        base(&v)
    );
    Ok(typed("text/plain; charset=utf-8", text))
}

#[derive(Template)]
#[template(path = "public/site_map.html")]
struct SiteMapPage {
    v: Visit,
    pages: Vec<(&'static str, String)>,
    all: Everything,
}

async fn site_map(v: Visit) -> Answer {
    let all = everything(&v).await?;
    let pages = PAGES
        .iter()
        .map(|(path, key)| (*path, v.t(key).to_owned()))
        .collect();
    page(&SiteMapPage { pages, all, v })
}

#[derive(Template)]
#[template(path = "public/text.html")]
struct TextPage {
    v: Visit,
    title: String,
    lines: Vec<String>,
    states: Vec<(super::view::Tag, String)>,
    others: Vec<(String, String)>,
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}

async fn accessibility(v: Visit) -> Answer {
    let title = v.t("foot.accessibility").to_owned();
    let (states, others) = (Vec::new(), Vec::new());
    page(&TextPage {
        lines: lines(v.t("help_text.accessibility")),
        title,
        states,
        others,
        v,
    })
}

/// Whom the help speaks to: everybody, then the roles of PRODUCT.md.
const READERS: [&str; 11] = [
    "public",
    "participant",
    "branch_secretary",
    "line_leader",
    "party_committee",
    "campaign_office",
    "supervisor",
    "publisher",
    "system_admin",
    "security_admin",
    "audit_admin",
];

fn reader(v: &Visit, name: &str) -> String {
    if name == "public" {
        v.t("public.everybody").to_owned()
    } else {
        v.t_of("role", name)
    }
}

async fn help(v: Visit) -> Answer {
    let others = READERS
        .iter()
        .map(|r| (format!("/help/{r}"), reader(&v, r)))
        .collect();
    let title = v.t("foot.help").to_owned();
    page(&TextPage {
        lines: lines(v.t("help_text.all")),
        title,
        states: Vec::new(),
        others,
        v,
    })
}

const STATES: [&str; 9] = [
    "under_way",
    "near_due",
    "overdue",
    "reported",
    "kept",
    "partly_kept",
    "not_kept_objective",
    "not_kept",
    "rectifying",
];

async fn help_for(v: Visit, Path(role): Path<String>) -> Answer {
    if !READERS.contains(&role.as_str()) {
        return Err(Problem::not_found("problem.no_page").into());
    }
    let states = STATES
        .iter()
        .filter(|_| role == "public")
        .map(|s| (super::view::tag(&v, s), v.t_of("state_means", s)));
    let states = states.collect();
    let title = v.t1("public.help_for", "who", reader(&v, &role));
    page(&TextPage {
        lines: lines(&v.t_of("help_text", &role)),
        title,
        states,
        others: Vec::new(),
        v,
    })
}
