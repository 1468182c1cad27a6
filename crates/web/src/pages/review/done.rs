//! What one decided, and how the round stands branch by branch.

use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::review::{FindDecided, FindRound, UnitRound};
use askama::Template;

/// A decision of one's own.
struct Own {
    pledge: String,
    name: String,
    confirmed: bool,
    round: i64,
    at: String,
    message: String,
    state: String,
}

#[derive(Template)]
#[template(path = "review/done.html")]
struct DonePage {
    v: Visit,
    list: Vec<Own>,
    total: i64,
    page: i64,
    pages: i64,
    units: Vec<UnitRound>,
}

pub(super) async fn show(v: Visit) -> Answer {
    let app = v.web().app();
    let at: i64 = v.query("page").parse().unwrap_or(1).max(1);
    let units = app.query(v.actor(), FindRound).await?;
    let found = app.query(v.actor(), FindDecided { page: at - 1 }).await?;
    let own = found.list.into_iter().map(|(row, name)| Own {
        confirmed: row.verdict == "confirm",
        at: v.moment(row.decided_at),
        state: lang::text(v.lang(), &format!("review.state_{}", row.state)).to_owned(),
        pledge: row.pledge_id,
        round: row.round,
        message: row.message,
        name,
    });
    let list = own.collect();
    let pages = found.total.div_euclid(FindDecided::PAGE) + i64::from(found.total % FindDecided::PAGE > 0);
    page(&DonePage {
        list,
        total: found.total,
        page: at,
        pages,
        units,
        v,
    })
}
